# SPDX-License-Identifier: GPL-2.0
"""OpenSSH's ssh and sshd, connected by a pipe, as judges of the library."""

import os
import subprocess
import sys

PROXY = '''\
#!/bin/sh
# sshd's empty directory must be where it was compiled in
[ -d /run/sshd ] || [ "$(id -u)" != 0 ] ||
	exec unshare -m sh -c 'mount -t tmpfs none /run && mkdir /run/sshd &&
		exec "$@"' sh {sshd} -i -f {dir}/sshd_config
exec {sshd} -i -f {dir}/sshd_config
'''


def run(*argv, **more):
    return subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL,
                          **more)


def must(*argv, **more):
    done = run(*argv, **more)
    if done.returncode:
        sys.exit('%s: %s' % (' '.join(argv), done.stderr.decode()))
    return done.stdout.decode()


def make_key(name, kind='ed25519'):
    """A key pair; the public key's text."""
    must('ssh-keygen', '-q', '-t', kind, '-N', '', '-C', '', '-f', name)
    return text_of(name)


def text_of(name):
    with open(name + '.pub') as f:
        return ' '.join(f.read().split()[:2])


def write(path, text, mode=0o644):
    with open(path, 'w') as f:
        f.write(text)
    os.chmod(path, mode)


class Server:
    """sshd with some host keys, in the current directory; no port, no daemon."""

    def __init__(self):
        make_key('user')
        sshd = '/usr/sbin/sshd'
        write('proxy', PROXY.format(sshd=sshd, dir=os.getcwd()), 0o755)

    def keys(self, names):
        config = ['UsePAM no', 'StrictModes no', 'PidFile none',
                  'PasswordAuthentication no',
                  'KbdInteractiveAuthentication no',
                  # bash is not to read what the user has for it: it can take a second
                  'SetEnv SHLVL=2',
                  'AuthorizedKeysFile %s/user.pub' % os.getcwd()]
        config += ['HostKey %s/%s' % (os.getcwd(), name) for name in names]
        write('sshd_config', '\n'.join(config) + '\n')

    @staticmethod
    def ssh(destination, *options, log='-v'):
        argv = ['ssh', log, '-F', 'none', '-i', 'user',
                '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes',
                '-o', 'KexAlgorithms=curve25519-sha256',
                '-o', 'GlobalKnownHostsFile=/dev/null']
        for option in options + ('ProxyCommand=%s/proxy' % os.getcwd(),):
            argv += ['-o', option]
        return run(*argv, destination, 'sleep 0.2')


class Report:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, why=''):
        self.count += 1
        self.failed += not good
        if not good:
            for line in why.splitlines():
                print('# ' + line)
        print('%sok %d - %s' % ('' if good else 'not ', self.count, name),
              flush=True)

    def equal(self, name, got, want):
        self.result(got == want, name, 'got  %r\nnot  %r' % (got, want))

    def end(self):
        print('1..%d' % self.count)
        return self.failed != 0
