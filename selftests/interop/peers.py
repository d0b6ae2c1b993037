# SPDX-License-Identifier: GPL-2.0
"""The servers: how each is started, with every algorithm that it has.

A peer serves on a port for each way of renewing keys, and for each set of host
keys that one process can have.  What it offers is read off the wire.
"""

import os
import shutil
import socket
import subprocess
import time

ADDRESSES = ('127.0.0.1', '::1')
KINDS = ('kex', 'hostkey', 'cipher', 'mac', 'comp')
# type and bits (of ed25519 there is but one)
KEYS = ('ed25519-256', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521', 'rsa-3072')
SECURITY_KEYS = ('ed25519-sk', 'ecdsa-sk')
PATIENCE = 60           # seconds until a server must listen, times KSSH_SLOW
LONGEST_PACKET = 35000  # RFC 4253 6.1

# sshd's buffers grow by a copy for each packet, which malloc(3) would map anew each
# time: page faults are what costs most in a guest.
THRIFTY = {'MALLOC_MMAP_THRESHOLD_': str(1 << 30), 'MALLOC_TRIM_THRESHOLD_': str(1 << 30)}

USER = 'interop'            # who logs in; the guest's own, gone with it

# Who renews the keys
NOBODY, CLIENT, SERVER = 'nobody', 'client', 'server'


class Lab:
    """What all peers share: a directory with keys, and programs."""

    def __init__(self, tmp, bin_dir, cache, keys=KEYS + SECURITY_KEYS):
        self.tmp = tmp
        self.keys = keys        # of the servers
        self.bin = bin_dir
        self.peers = os.path.join(cache, 'peers')
        self.slow = int(os.environ['KSSH_SLOW'])
        self.client = os.path.join(bin_dir, 'interop_client')
        self.authenticator = os.path.join(bin_dir, 'authenticator.so')
        self.servers = []

    def path(self, name):
        return os.path.join(self.tmp, name)

    def hostkey(self, name):
        return self.path('host_' + name)

    def make_user(self):
        # Not root: for root sshd does all in one process, which is deaf to the
        # end of the user's command while ssh-sk-helper signs with a host key.
        # Without PAM it takes a password of "!" for a locked account.
        subprocess.run(('useradd', '-m', '-p', '*', '-s', '/bin/sh', USER),
                       check=True)
        os.chmod(self.tmp, 0o711)

    def make_keys(self):
        def keygen(*args):
            subprocess.run(('ssh-keygen', '-q') + args, check=True)

        keygen('-t', 'ed25519', '-N', '', '-f', self.path('ca'))
        with open(self.path('hosts'), 'w') as hosts:
            for key in self.keys:
                kind, bits = key.split('-')
                if kind == 'rsa':
                    self.take_rsa_key(bits, self.hostkey(key))
                else:   # PEM, if there is one, is what all servers can read
                    args = (('-t', key, '-w', self.authenticator)
                            if key in SECURITY_KEYS else
                            ('-t', kind, '-b', bits, '-m', 'PEM'))
                    keygen(*args, '-N', '', '-f', self.hostkey(key))
                keygen('-s', self.path('ca'), '-I', key, '-h',
                       '-n', ','.join(ADDRESSES), self.hostkey(key) + '.pub')
                for suffix in ('.pub', '-cert.pub'):
                    with open(self.hostkey(key) + suffix) as pub:
                        hosts.write(pub.read())
        subprocess.run(('openssl', 'genpkey', '-algorithm', 'ed25519', '-out',
                        self.path('user')), check=True,
                       stderr=subprocess.DEVNULL)
        with open(self.path('authorized'), 'w') as authorized:
            subprocess.run((self.client, 'authorized', self.path('user')),
                           check=True, stdout=authorized)

    def take_rsa_key(self, bits, name):
        """One that the host made, for which a guest takes many seconds."""
        subprocess.run(('openssl', 'pkey', '-traditional', '-in',
                        os.path.join(self.bin, 'rsa_%s_1' % bits), '-out', name),
                       check=True)
        os.chmod(name, 0o600)
        with open(name + '.pub', 'w') as pub:
            subprocess.run(('ssh-keygen', '-y', '-f', name), check=True, stdout=pub)

    def start(self, port, address, command, **more):
        """Run a server, wait until it answers there; its (banner, offer)."""
        with open(self.path('log.%d' % port), 'w') as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env={**os.environ, **THRIFTY}, **more)
        self.servers.append(process)
        end = time.monotonic() + PATIENCE * self.slow
        while True:
            try:
                return read_offer(address, port, PATIENCE * self.slow)
            except (OSError, EOFError) as e:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError('%s: %s\n%s' % (
                        command[0], e, self.log(port, 20))) from e
                time.sleep(0.1)

    def log(self, port, lines):
        with open(self.path('log.%d' % port), errors='replace') as log:
            return ''.join('server: ' + line for line in
                           log.readlines()[-lines:])

    def stop(self):
        for process in self.servers:
            process.terminate()
        for process in self.servers:
            process.wait()


def read_offer(address, port, timeout):
    """A server's identification, and the lists of its KEXINIT by KINDS."""
    with socket.create_connection((address, port), timeout) as s:
        stream = s.makefile('rb')
        s.sendall(b'SSH-2.0-kssh_interop\r\n')
        banner = stream.readline(256)
        if not banner.startswith(b'SSH-2.0-'):
            raise EOFError('no identification: %r' % banner)
        length = int.from_bytes(stream.read(4), 'big')
        if not 0 < length <= LONGEST_PACKET:
            raise EOFError('a packet of %d bytes' % length)
        packet = stream.read(length)
    if len(packet) != length or packet[1] != 20:
        raise EOFError('no SSH_MSG_KEXINIT')
    at, lists = 18, []          # padding length, message number, cookie
    for _ in range(8):
        size = int.from_bytes(packet[at:at + 4], 'big')
        lists.append(packet[at + 4:at + 4 + size].decode().split(','))
        at += 4 + size
    both = [[name for name in lists[i] if name in lists[i + 1]]
            for i in (2, 4, 6)]
    offer = dict(zip(KINDS, lists[:2] + both))
    return banner.decode().strip(), offer


class Peer:
    """One server.  TITLE is known, and OFFER full, after start()."""

    certificates = False
    renewals = (NOBODY, CLIENT, SERVER)
    addresses = ADDRESSES
    rekey_bytes = 30000         # that go each way in a session with a renewal

    def __init__(self, lab, port):
        self.lab = lab
        self.first_port = port
        self.title = None
        self.offer = {kind: [] for kind in KINDS}

    def start(self):
        raise NotImplementedError

    def port(self, hostkey, renewal):
        """Where that host key is offered, and keys are renewed so."""
        raise NotImplementedError

    def take(self, answer):
        banner, offer = answer
        software = banner.split('-', 2)[2].split(' ')[0]
        name, version = software.split('_', 1)
        self.title = self.shown(name, version)
        for kind in KINDS:
            self.offer[kind] += [n for n in offer[kind]
                                 if n not in self.offer[kind]]

    def shown(self, name, version):
        return '%s %s' % (name, version)


class OpenSSH(Peer):
    certificates = True
    bin = '/usr/bin'
    # It is not to start itself, and read all keys, anew for each connection.
    sshd = ('/usr/sbin/sshd', '-r')
    config = ()

    def known(self, kind):
        query = {'hostkey': 'HostKeyAlgorithms'}.get(kind, kind)
        said = subprocess.run((os.path.join(self.bin, 'ssh'), '-Q', query),
                              check=True, capture_output=True, text=True)
        return said.stdout.split()

    def start(self):
        self.queried = {kind: self.known(kind) for kind in KINDS[:4]}
        os.makedirs('/run/sshd', exist_ok=True)
        self.serve(self.first_port)
        self.serve(self.first_port + 1, 'RekeyLimit 16K')

    def serve(self, port, *lines):
        lab = self.lab
        path = lab.path('conf.%d' % port)
        lines += self.config + (
            'Port %d' % port, 'PidFile none', 'UsePAM no', 'UseDNS no',
            'StrictModes no', 'LoginGraceTime 600',
            'AuthorizedKeysFile ' + lab.path('authorized'),
            'SecurityKeyProvider ' + lab.authenticator)
        lines += tuple('ListenAddress ' + a for a in ADDRESSES)
        for key in lab.keys:
            lines += ('HostKey ' + lab.hostkey(key),
                      'HostCertificate %s-cert.pub' % lab.hostkey(key))
        for keyword, kind in (('KexAlgorithms', 'kex'), ('Ciphers', 'cipher'),
                              ('HostKeyAlgorithms', 'hostkey'),
                              ('MACs', 'mac')):
            lines += ('%s %s' % (keyword, ','.join(self.queried[kind])),)
        with open(path, 'w') as config:
            config.write('\n'.join(lines) + '\n')
        # The address that it listens on last
        self.take(lab.start(port, ADDRESSES[-1],
                            self.sshd + ('-D', '-e', '-f', path)))

    def port(self, hostkey, renewal):
        return self.first_port + (renewal == SERVER)

    def shown(self, name, version):
        return '%s %s' % (name, version.split('p')[0])


class OpenSSH10(OpenSSH):
    config = ('PerSourcePenalties no',)

    def __init__(self, lab, port):
        super().__init__(lab, port)
        self.bin = os.path.join(lab.peers, 'openssh10', 'bin')
        self.sshd = (os.path.join(self.bin, 'sshd'),)


class FewKeys(Peer):
    """A server that has not room for all keys: a process for each of ECDSA."""

    ecdsa = {'ecdsa-sha2-nistp256': 'ecdsa-256',
             'ecdsa-sha2-nistp384': 'ecdsa-384',
             'ecdsa-sha2-nistp521': 'ecdsa-521'}

    def start(self):
        for number, ecdsa in enumerate(self.ecdsa.values()):
            keys = [self.lab.hostkey(k)
                    for k in ('ed25519-256', ecdsa, 'rsa-3072')]
            self.serve(self.first_port + 2 * number, keys)

    def serve(self, port, keys):
        raise NotImplementedError

    def port(self, hostkey, renewal):
        names = list(self.ecdsa)
        number = names.index(hostkey) if hostkey in names else 0
        return self.first_port + 2 * number + (renewal == SERVER)


class Dropbear(FewKeys):
    # It renews keys after 1 GiB or eight hours, which cannot be set.
    renewals = (NOBODY, CLIENT)
    command = '/usr/sbin/dropbear'

    def start(self):
        ssh = os.path.expanduser('~%s/.ssh' % USER)
        os.makedirs(ssh, mode=0o700, exist_ok=True)
        shutil.copy(self.lab.path('authorized'), os.path.join(ssh, 'authorized_keys'))
        subprocess.run(('chown', '-R', USER, ssh), check=True)
        super().start()

    def serve(self, port, keys):
        command = [self.command, '-F', '-E', '-s']
        for key in keys:
            own = key + '.dropbear'
            if not os.path.exists(own):
                subprocess.run(('dropbearconvert', 'openssh', 'dropbear',
                                key, own), check=True,
                               stderr=subprocess.DEVNULL)
            command += ['-r', own]
        for address in self.addresses:
            command += ['-p', '[%s]:%d' % (address, port)]
        self.take(self.lab.start(port, self.addresses[-1], command))


class Dropbear13(Dropbear):
    def __init__(self, lab, port):
        super().__init__(lab, port)
        self.command = os.path.join(lab.peers, 'dropbear', 'bin', 'dropbear')


class Libssh(FewKeys):
    addresses = ADDRESSES[:1]
    rekey_bytes = 300000

    def serve(self, port, keys):
        lab = self.lab
        for renewal, limit in enumerate(('0', '30000')):
            self.take(lab.start(port + renewal, self.addresses[0], (
                os.path.join(lab.peers, 'libssh', 'run'),
                os.path.join(lab.bin, 'libssh_server'), self.addresses[0],
                str(port + renewal), lab.path('authorized'), limit, *keys)))

    def shown(self, name, version):
        return '%s %s' % (name, '.'.join(version.split('.')[:2]))


PEERS = {'openssh': OpenSSH, 'openssh10': OpenSSH10, 'dropbear': Dropbear,
         'dropbear13': Dropbear13, 'libssh': Libssh}
