#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""kssh-hostkeyd --check: what it says and how it ends, without a kernel; prints TAP.

Usage: check_test.py KSSH-HOSTKEYD

What a verdict is made of is tested with the library; here, that it comes out as the
manual has it.
"""

import os
import pwd
import re
import subprocess
import sys
import tempfile

MANUAL = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                      '../kssh-hostkeyd.8')
# These are of a daemon that runs: selftests/kssh/hostkeyd.sh
RUNNING = {4, 5, 6, 7}


def make_key(name, kind):
    subprocess.run(['ssh-keygen', '-q', '-t', kind, '-N', '', '-C', '', '-f', name],
                   check=True, stdin=subprocess.DEVNULL)
    with open(name + '.pub') as f:
        return f.read().strip()


def fingerprint(path):
    return subprocess.run(['ssh-keygen', '-l', '-f', path], check=True,
                          capture_output=True, text=True).stdout.split()[1]


def write(path, *lines):
    with open(path, 'w') as f:
        f.write(''.join(line + '\n' for line in lines))


class Test:
    def __init__(self, program):
        self.program = program
        self.n = self.failed = 0
        self.seen = set()

    def ok(self, what, good, *said):
        self.n += 1
        for text in () if good else said:
            print('# ' + str(text).strip().replace('\n', '\n# '))
        self.failed += not good
        print('%sok %d - %s' % ('' if good else 'not ', self.n, what), flush=True)

    def run(self, *argv, stdin=''):
        return subprocess.run([self.program, *argv], input=stdin,
                              capture_output=True, text=True, timeout=60)

    def check(self, what, status, says, *argv, stdin=''):
        """One that ends with a status, and says one line, or complains in one."""
        done = self.run(*argv, stdin=stdin)
        self.seen.add(done.returncode)
        out, other = ((done.stdout, done.stderr) if status in (0, 20, 21, 22, 23) else
                      (done.stderr, done.stdout))
        self.ok('%s: %d' % (what, status), done.returncode == status and
                re.fullmatch(says + '\n', out) and not other, done.returncode,
                done.stdout, done.stderr, says)


def verdicts(t):
    a, other = make_key('a', 'ed25519'), make_key('other', 'ed25519')
    fp = re.escape(fingerprint('a.pub'))
    here = re.escape(os.getcwd())
    ask = ('--known-hosts', os.getcwd() + '/known')

    def check(what, status, says, host, *argv, key='a.pub', stdin=''):
        t.check(what, status, says, *ask, *argv, '--check', host, key, stdin=stdin)

    check('no file', 20, 'unknown ' + fp, 'h')
    t.ok('and none was made', not os.path.exists('known'))
    check('no file, and new ones are accepted', 0, r'ok \(new\) ' + fp, 'h',
          '--policy', 'accept-new')
    t.ok('and still none was made', not os.path.exists('known'))
    write('known', '# a file', 'h ' + a, '[p]:2222 ' + a, '192.0.2.7,2001:db8::7 ' + a,
          '[2001:db8::7]:2222 ' + other)
    at = ' %s ' % fp + here + '/known:%d'
    check('a key that is known', 0, 'ok' + at % 2, 'h')
    check('at another port, too', 0, 'ok' + at % 2, 'h:2222')
    check('at that port', 0, 'ok' + at % 3, 'p:2222')
    check('not at another', 20, 'unknown ' + fp, 'p:2223')
    check('an address', 0, 'ok' + at % 4, '192.0.2.7')
    check('one of IPv6', 0, 'ok' + at % 4, '2001:db8::7')
    check('the same with a port', 21, 'changed' + at % 5 + '.*', '[2001:db8::7]:2222')
    check('brackets without a port', 0, 'ok' + at % 4, '[2001:db8::7]')
    check('a key from standard input', 0, 'ok' + at % 2, 'h', key='-', stdin=a + '\n')
    check('a line of ssh-keyscan', 0, 'ok' + at % 2, 'h', key='-',
          stdin='# h:22 SSH-2.0-x\nh %s\n' % a)
    write('known', 'h ' + other)
    check('another key is known', 21, 'changed' + at % 1 + '.*', 'h')
    check('nor does accepting new ones help', 21, 'changed' + at % 1 + '.*', 'h',
          '--policy', 'accept-new')
    write('known', 'h ' + a, '@revoked * ' + a)
    check('a key that is revoked', 22, 'revoked' + at % 2 + '.*', 'h')
    os.unlink('known')
    os.mkdir('known')
    check('a file that is none', 23, 'refused %s %s/known: .*Is a directory.*' % (fp, here),
          'h', '--policy', 'accept-new')
    os.rmdir('known')
    write('known', 'h ' + a)
    os.mkfifo('fifo')
    check('a FIFO does not hold it up', 23, 'refused .*', 'h', '--known-hosts',
          os.getcwd() + '/fifo')


def files_of_users(t):
    """--check asks for who calls it; root's are not to be written here."""
    me = pwd.getpwuid(os.getuid())
    write('conf', 'GlobalKnownHostsFile = {"%s/known"}' % os.getcwd(),
          'UserKnownHostsFile = yes')
    done = t.run('--config', os.getcwd() + '/conf', '--check', 'h', 'a.pub')
    t.ok('with the files of %s: 0' % me.pw_name, done.returncode == 0, done.stdout,
         done.stderr)


def installed(t):
    """The file that is installed, as it is and with all that it suggests."""
    with open(os.path.join(os.path.dirname(MANUAL), 'kssh-hostkeyd.conf')) as f:
        text = f.read()
    every = re.sub(r'^#(\w+ = )', r'\1', text, flags=re.M)
    for what, conf in ('as it is', text), ('with all that is in it', every):
        write('conf', conf)
        done = t.run('--config', os.getcwd() + '/conf', '--test')
        t.ok('the configuration that is installed, ' + what, done.returncode == 0,
             done.stderr)
    t.ok('which is something', every.count('=') > 8 and every != text)


def bad(t):
    known = ('--known-hosts', os.getcwd() + '/known')

    for host in '', '[h', '[h]2', 'h:', 'h:0', 'h:65536', 'h:x', 'h:22x', ':22', '[]:22':
        t.check('no host: "%s"' % host, 2, '.*', *known, '--check', host, 'a.pub')
    t.check('no key', 2, '.*', *known, '--check', 'h')
    t.check('more than a key', 2, '.*', *known, '--check', 'h', 'a.pub', 'b.pub')
    t.check('no such file', 1, '.*no public key in none: No such file.*', *known,
            '--check', 'h', 'none')
    write('text', 'this is no key')
    t.check('no key in the file', 1, '.*no public key in text: .*', *known, '--check', 'h',
            'text')
    t.check('a private one', 1, '.*no public key in a: .*', *known, '--check', 'h', 'a')
    t.check('no such policy', 2, '.*', '--policy', 'ask', '--check', 'h', 'a.pub')
    write('conf', '# one', 'Nonsense = 1')
    t.check('a bad configuration', 3, ".*conf:2: no such option 'Nonsense'.*",
            '--config', os.getcwd() + '/conf', '--check', 'h', 'a.pub')
    t.check('one that is not there', 3, '.*', '--config', os.getcwd() + '/none', '--check',
            'h', 'a.pub')


def main():
    t = Test(os.path.abspath(sys.argv[1]))
    with open(MANUAL) as f:
        status = f.read().split('.Sh EXIT STATUS')[1].split('.Sh')[0]
    print('TAP version 13')
    with tempfile.TemporaryDirectory(prefix='kssh-check.') as directory:
        os.chdir(directory)
        verdicts(t)
        files_of_users(t)
        installed(t)
        bad(t)
        os.chdir('/')
    documented = {int(n) for n in re.findall(r'^\.It (\d+)$', status, re.M)}
    t.ok('all that the manual has came up', t.seen | RUNNING == documented, t.seen,
         documented)
    print('1..%d' % t.n)
    return t.failed != 0


if __name__ == '__main__':
    sys.exit(main())
