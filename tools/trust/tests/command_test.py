#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""KnownHostsCommand: what ssh runs and what the library runs; prints TAP.

Usage: command_test.py TRUST-ASK
"""

import os
import signal
import sys
import tempfile
import time

from sshd import Report, Server, make_key, must, run, write

EINVAL, EIO, ENOENT, EACCES, ETIMEDOUT, EFBIG = 22, 5, 2, 13, 110, 27

# Its arguments, one a line, with a line between calls.
DUMP = '''\
#!/bin/sh
[ $# = 0 ] || printf '%s\\n' "$@" >> {dir}/said
echo -- >> {dir}/said
'''

# What stands behind the program.
LINES = [
    '', 'a', '  a\t b  ', '"a b" c', "'a b'c", 'a"b c"d', '"a\'b" \'c"d\'',
    'a\\ b', '"a\\ b"', 'a\\"b', "a\\'b", 'a\\\\b', 'a\\b', '"a\\"b"', '"a\\\\"',
    '\'a\\\\b\'', '""', "'' x", 'a#b', '# c', 'a "', "a 'b", 'a \\', 'a$b $', '${HOME}',
    '"${HOME} x"', '${KSSH_NOT_SET}', '${', '${HOME', '${}', '%%', '%', 'a%',
    '%x', '%% %C %d', '%f %t %K', '%h %n %k', '%H', '%I', '%i %u', '%L %l',
    '%p %r', '%%h', '%h%p', "'%h %p'", '%H:%I:%t', '%T', '%5', '*', '~', '$(id)',
    '`id`', ';id', '|id', '>x', '&', '!', 'a=b', '\\', '\\\t', 'a\\\tb',
]

# name, options of ssh, options of trust-ask
CONNECTIONS = [
    ('plain', 'Host.Example.org', [], []),
    ('another port', 'host.example.org', ['Port=2222'], ['-p', '2222']),
    ('an alias', 'host.example.org', ['HostKeyAlias=Some.Alias', 'Port=2222'],
     ['-p', '2222', '-V']),
    ('another user', 'host.example.org', ['User=bob'], ['-u', 'bob']),
]


def said():
    try:
        with open('said') as f:
            text = f.read()
        os.unlink('said')
        return text
    except FileNotFoundError:
        return None


def compare(report, ask, command, connection, reasons=('ORDER', 'HOSTNAME')):
    """The calls of ssh, and the same ones of the library."""
    name, host, options, own = connection
    if len(reasons) == 1:       # the first call comes before the server's key
        # and a server that goes before it has read ssh's banner is no server; ssh puts
        # "exec" before the command
        options = ["ProxyCommand=sh -c 'printf \"SSH-2.0-x\\\\r\\\\n\"; head -n 1 >&2'"] + options
    done = Server.ssh(host, 'KnownHostsCommand=' + command,
                      'UserKnownHostsFile=/dev/null',
                      'StrictHostKeyChecking=yes', *options)
    theirs = said()
    alias = '-V' in own
    own = own + ['-n', 'some.alias' if alias else host, '-g', host, '-h', host]
    mine = ''
    for reason in reasons:
        key = ['-k', 'host.pub'] if reason == 'HOSTNAME' else []
        got = must(ask, *own, *key, 'command', reason, command)
        part = said()
        mine = mine + part if part else None
        if not part:
            if got != '-%d\n' % EINVAL:
                mine = 'returned ' + got
            break
    report.result(mine == theirs, '%s: %s' % (name, command.split(' ', 1)[1]),
                  'ssh %r\nlibrary %r\n%s' % (theirs, mine, '' if theirs else
                                              done.stderr.decode()))


def program(name, text, mode=0o755):
    path = os.path.join(os.getcwd(), name)
    write(path, '#!/bin/sh\n' + text + '\n', mode)
    return path


def runs(report, ask):
    """What becomes of the program."""
    def command(text, *options, reason='ORDER'):
        out = must(ask, '-n', 'h', *options, 'command', reason, text)
        status, lines = out.split('\n', 1)
        return int(status), lines

    report.equal('its output', command(program('out', 'echo a; echo b')),
                 (0, 'a\nb\n'))
    report.equal('no output', command('/bin/true'), (0, ''))
    report.equal('it fails after output', command(program(
        'fails', 'echo a; exit 1')), (-EIO, ''))
    report.equal('it is killed', command(program(
        'killed', 'echo a; kill -9 $$')), (-EIO, ''))
    report.equal('it is not there', command('/nonexistent/x'), (-ENOENT, ''))
    report.equal('it may not be run', command(program('mode', '', 0o644)),
                 (-EACCES, ''))
    report.equal('a relative path', command('out'), (-EINVAL, ''))
    report.equal('no program', command(' '), (-EINVAL, ''))
    report.equal('the program has no tokens', command('%h'), (-EINVAL, ''))
    report.equal('a reason without address', command('/bin/true',
                 reason='ADDRESS'), (-EINVAL, ''))
    report.equal('an address', command('/bin/echo %I %H', '-p', '2222', '-a',
                 '192.0.2.1', reason='ADDRESS'),
                 (0, 'ADDRESS [192.0.2.1]:2222\n'))
    report.equal('nothing to read', command(program('in', 'cat; echo end')),
                 (0, 'end\n'))
    report.equal('3 MB', command(program(
        'large', 'head -c 3000000 /dev/zero | tr "\\0" x'))[1], 'x' * 3000000)
    report.equal('more than 64 MB', command(program(
        'endless', 'exec cat /dev/zero')), (-EFBIG, ''))
    start = time.monotonic()
    report.equal('it does not end', command(program(
        'sleeps', 'echo $$ > pid; echo a; exec sleep 60'), '-t', '300'),
        (-ETIMEDOUT, ''))
    report.equal('it does not end, and closes its output', command(program(
        'closes', 'exec >&-; exec sleep 60'), '-t', '300'), (-ETIMEDOUT, ''))
    report.result(time.monotonic() - start < 10, 'it is given up')
    with open('pid') as f:
        report.equal('and gone', os.path.exists('/proc/' + f.read().strip()),
                     False)
    # the shell that is run opens the directory itself, with number 3
    out = program('fds', 'exec ls /proc/self/fd')
    with open('/dev/null') as other:
        os.set_inheritable(other.fileno(), True)
        done = run(ask, '-n', 'h', 'command', 'ORDER', out, close_fds=False)
    report.equal('no descriptor but three', done.stdout, b'0\n0\n1\n2\n3\n')
    signals = program('signals', 'grep -E "^Sig(Blk|Ign)" /proc/self/status')
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    done = run(ask, '-n', 'h', 'command', 'ORDER', signals,
               restore_signals=False)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    words = done.stdout.split()
    # 32 and 33 are the C library's
    report.equal('signals as they should be', (
        len(words), int(words[2], 16), int(words[4], 16) & ~(3 << 31)), (5, 0, 0))


def main():
    ask = os.path.abspath(sys.argv[1])
    report = Report()
    with tempfile.TemporaryDirectory(prefix='kssh-command.') as directory:
        os.chdir(directory)
        make_key('host')
        server = Server()
        server.keys(['host'])
        write('dump', DUMP.format(dir=directory), 0o755)
        tokens = '%C %f %h %H %I %k %K %n %p %r %t %u'
        for connection in CONNECTIONS:
            compare(report, ask, '%s/dump %s' % (directory, tokens), connection)
        for line in LINES:
            compare(report, ask, '%s/dump %s' % (directory, line),
                    CONNECTIONS[0], ['ORDER'])
        runs(report, ask)
        os.chdir('/')
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
