#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""SSHFP records, from a name server on the loopback device; prints TAP.

The library is asked by trust-ask, and kssh-hostkeyd beside that by --check.

Usage: sshfp_test.py TRUST-ASK

The zone "test." is signed with ldns-signzone and served by NSD; its key is the trust
anchor.  Below it "insecure.test." is delegated without DS record, so DNSSEC proves
that it is not signed, and "bogus.test." has a DS record and a signed zone of which a
record was changed after signing.
"""

import glob
import os
import socket
import subprocess
import sys
import tempfile
import time

EBADMSG, ETIMEDOUT, EINVAL, EHOSTUNREACH, ENOENT = 74, 110, 22, 113, 2
ZONE = '''\
$ORIGIN %(zone)s
$TTL 300
@ IN SOA ns.test. root.test. 1 3600 900 86400 300
@ IN NS ns.test.
%(records)s
'''


def must(*argv):
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit('%s: %s' % (' '.join(argv), done.stderr.decode()))
    return done.stdout.decode()


def sshfp(name, key):
    """Records as ssh-keygen makes them: {(algorithm, hash): line}."""
    lines = must('ssh-keygen', '-r', name, '-f', key).splitlines()
    return {tuple(line.split()[3:5]): line for line in lines}


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)


class Zone:
    """A zone file; sign() gives it a key, and its parent what it says of that."""

    def __init__(self, name, records):
        self.name = name
        self.file = name + 'zone'
        write(self.file, ZONE % {'zone': name, 'records': '\n'.join(records)})

    def sign(self):
        base = must('ldns-keygen', '-a', 'ECDSAP256SHA256', '-k',
                    self.name).strip()
        must('ldns-signzone', '-n', self.file, base)
        self.file += '.signed'
        self.key = base + '.key'
        with open(glob.glob(base + '.ds')[0]) as f:
            self.ds = f.read().strip()

    def change(self, old, new):
        with open(self.file) as f:
            text = f.read()
        if old not in text:
            sys.exit('no %s in %s' % (old, self.file))
        write(self.file, text.replace(old, new))


def make_zones():
    mine, other = {}, {}
    for kind in 'ed25519', 'ecdsa', 'rsa':
        must('ssh-keygen', '-q', '-t', kind, '-N', '', '-C', '', '-f', kind)
    must('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', 'other')
    must('ssh-keygen', '-q', '-s', 'other', '-I', 'x', '-h', '-n', 'x',
         'ed25519.pub')
    for kind in 'ed25519', 'ecdsa', 'rsa':
        mine.update(sshfp('all', kind + '.pub'))
    other = sshfp('all', 'other.pub')

    def record(name, *which, of=mine):
        return [of[w].replace('all', name, 1) for w in which]

    sha1, sha256 = ('4', '1'), ('4', '2')
    insecure = Zone('insecure.test.', record('host', sha256) +
                    record('wrong', sha256, of=other))
    bogus = Zone('bogus.test.', record('host', sha256))
    bogus.sign()
    digest = mine[sha256].split()[-1]
    bogus.change(digest, other[sha256].split()[-1])
    test = Zone('test.', [
        'ns IN A 127.0.0.1',
        *record('host', *mine), *record('sha1', sha1),
        *record('sha256', sha256), *record('wrong', sha256, of=other),
        *record('both', sha256), *record('both', sha256, of=other),
        *record('differ', sha256), *record('differ', sha1, of=other),
        *record('rsa-only', ('1', '2')),
        'alias IN CNAME host', 'empty IN TXT "nothing"',
        'odd IN SSHFP 4 3 ' + digest, 'short IN SSHFP 4 2 ' + digest[:40],
        *record('odd-one', sha256), 'odd-one IN SSHFP 4 3 ' + digest,
        'insecure IN NS ns', 'bogus IN NS ns', bogus.ds])
    test.sign()
    return [test, insecure, bogus]


def serve(zones, port):
    conf = '''\
server:
	ip-address: 127.0.0.1@%d
	username: ""
	chroot: ""
	zonesdir: "%s"
	database: ""
	pidfile: ""
	xfrdfile: "xfrd"
	zonelistfile: "zones"
	logfile: "nsd.log"
	xfrdir: "%s"
	server-count: 1
remote-control:
	control-enable: no
''' % (port, os.getcwd(), os.getcwd())
    for zone in zones:
        conf += 'zone:\n\tname: "%s"\n\tzonefile: "%s"\n' % (zone.name, zone.file)
    write('nsd.conf', conf)
    server = subprocess.Popen(['nsd', '-d', '-c', 'nsd.conf'],
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.1)
        s.connect(('127.0.0.1', port))
        for _ in range(100):
            try:        # SOA of test.
                s.send(b'\0\1\0\0\0\1\0\0\0\0\0\0\4test\0\0\6\0\1')
                s.recv(512)
                return server
            except OSError:
                time.sleep(0.05)
    server.kill()
    sys.exit('nsd does not answer: ' + open('nsd.log').read())


def conf_for(port):
    """How a resolver gets at the zones: it asks one server, as a stub would."""
    name = 'unbound.%d.conf' % port
    write(name, '''\
server:
	do-not-query-localhost: no
	trust-anchor-signaling: no
	chroot: ""
	directory: ""
	username: ""
	local-zone: "test." nodefault
forward-zone:
	name: "."
	forward-addr: 127.0.0.1@%d
''' % port)
    return name


class Report:
    def __init__(self):
        self.count = self.failed = 0

    def equal(self, name, got, want):
        self.count += 1
        good = got == want
        self.failed += not good
        if not good:
            print('# got %s, not %s' % (got, want))
        print('%sok %d - %s' % ('' if good else 'not ', self.count, name),
              flush=True)


SECURE, INSECURE, MISMATCH, NOTHING = '0 1 1 1', '0 1 1 0', '0 1 0 1', '0 0 0 0'
CASES = [
    # name, key, answer
    ('host.test', 'ed25519', SECURE), ('host.test', 'ecdsa', SECURE),
    ('host.test', 'rsa', SECURE), ('HOST.Test', 'ed25519', SECURE),
    ('host.test.', 'ed25519', SECURE), ('host.test', 'ed25519-cert', SECURE),
    ('sha1.test', 'ed25519', SECURE), ('sha256.test', 'ed25519', SECURE),
    ('alias.test', 'ed25519', SECURE), ('odd-one.test', 'ed25519', SECURE),
    ('host.test', 'other', MISMATCH), ('wrong.test', 'ed25519', MISMATCH),
    ('both.test', 'ed25519', MISMATCH), ('differ.test', 'ed25519', MISMATCH),
    ('sha256.test', 'rsa', NOTHING), ('rsa-only.test', 'ed25519', NOTHING),
    ('odd.test', 'ed25519', NOTHING), ('short.test', 'ed25519', NOTHING),
    ('empty.test', 'ed25519', NOTHING), ('none.test', 'ed25519', NOTHING),
    ('host.insecure.test', 'ed25519', INSECURE),
    ('wrong.insecure.test', 'ed25519', '0 1 0 0'),
    ('none.insecure.test', 'ed25519', NOTHING),
    ('host.bogus.test', 'ed25519', '-%d 0 0 0' % EBADMSG),
    ('127.0.0.1', 'ed25519', NOTHING), ('::1', 'ed25519', NOTHING),
    ('host.elsewhere', 'ed25519', '-%d 0 0 0' % EHOSTUNREACH),
]


def tests(report, ask, zones):
    port, silent = free_port(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(('127.0.0.1', 0))
    server = serve(zones, port)
    anchor = zones[0].key

    def asked(name, key, conf=conf_for(port), anchor=anchor, options=()):
        return must(ask, '-n', name, '-k', key + '.pub', *options, 'sshfp', conf,
                    anchor).strip()

    try:
        for name, key, want in CASES:
            report.equal('%s %s: %s' % (name, key, want), asked(name, key), want)
        report.equal('without the anchor nothing is secure',
                     asked('host.test', 'ed25519', anchor='/dev/null'), INSECURE)
        report.equal('another anchor for the zone', asked(
            'host.test', 'ed25519', anchor=wrong_anchor()),
            '-%d 0 0 0' % EBADMSG)
        report.equal('an anchor that is not there', asked(
            'host.test', 'ed25519', anchor='none'), '-%d 0 0 0' % ENOENT)
        report.equal('an alias is not asked for', asked(
            'host.test', 'ed25519', options=['-V']), '-%d 0 0 0' % EINVAL)
        daemon(report, os.path.join(os.path.dirname(ask), 'kssh-hostkeyd'),
               conf_for(port), anchor)
        start = time.monotonic()
        answer = asked('host.test', 'ed25519',
                       conf=conf_for(silent.getsockname()[1]),
                       options=['-t', '700'])
        took = time.monotonic() - start
        report.equal('a server that is silent', answer, '-%d 0 0 0' % ETIMEDOUT)
        report.equal('is given up in time', 0.6 < took < 3, True)
    finally:
        server.terminate()
        server.wait()


def daemon(report, program, conf, anchor):
    """kssh-hostkeyd --check: 0 by DNS, 20 unknown, 3 bad configuration."""
    here = os.getcwd()

    def check(name, key, anchor=anchor, more=''):
        write('hostkeyd.conf', 'GlobalKnownHostsFile = {"%s/known"}\n'
              'VerifyHostKeyDNS = yes\nDNSConfig = "%s/%s"\n'
              'DNSTrustAnchor = "%s/%s"\n%s' % (here, here, conf, here, anchor, more))
        done = subprocess.run([program, '--config', here + '/hostkeyd.conf', '--check',
                               name, key + '.pub'], capture_output=True)
        return done.returncode, b'by DNS' in done.stdout

    report.equal('the daemon believes DNS', check('host.test:2222', 'ed25519'),
                 (0, True))
    for name, key in (('host.insecure.test', 'ed25519'), ('host.test', 'other'),
                      ('host.bogus.test', 'ed25519'), ('none.test', 'ed25519')):
        report.equal('but not: %s %s' % (name, key), check(name, key), (20, False))
    report.equal('nor without its anchor', check('host.test', 'ed25519', 'none'),
                 (20, False))
    report.equal('nor a revoked key', check(
        'host.test', 'ed25519',
        more='RevokedHostKeys = {"%s/ed25519.pub"}\n' % here), (22, False))
    report.equal('nor unless it is to', check(
        'host.test', 'ed25519', more='VerifyHostKeyDNS = no\n'), (20, False))


def wrong_anchor():
    base = must('ldns-keygen', '-a', 'ECDSAP256SHA256', '-k', 'test.').strip()
    return base + '.key'


def main():
    ask = os.path.abspath(sys.argv[1])
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    report = Report()
    with tempfile.TemporaryDirectory(prefix='kssh-sshfp.') as directory:
        os.chdir(directory)
        tests(report, ask, make_zones())
        os.chdir('/')
    print('1..%d' % report.count)
    return report.failed != 0


if __name__ == '__main__':
    sys.exit(main())
