#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""UpdateHostKeys: known_hosts files after ssh was there and after the library was.

Usage: update_test.py TRUST-ASK [FILES [SEED]]

Prints TAP.  sshd has some host keys, ssh is told to learn them, and the library gets
a copy of the files and the same keys.
"""

import base64
import hashlib
import hmac
import os
import random
import re
import stat
import sys
import tempfile
import threading
import time

from sshd import Report, Server, make_key, must, run, text_of, write

EPERM, EINVAL, EKEYREVOKED = 1, 22, 128
KINDS = {'a': 'ed25519', 'b': 'ecdsa', 'c': 'rsa', 'old': 'ed25519',
         'other': 'ed25519', 'ca': 'ed25519'}
HOST = 'host.example.org'


def hashed(name):
    salt = hashlib.sha1(name.encode()).digest()
    mac = hmac.new(salt, name.encode(), 'sha1').digest()
    return '|1|%s|%s' % (base64.b64encode(salt).decode(),
                         base64.b64encode(mac).decode())


class Files:
    """What the names in a test's lines stand for."""

    def __init__(self):
        self.text = {}
        for name, kind in KINDS.items():
            self.text[name] = make_key(name, kind)
        must('ssh-keygen', '-q', '-s', 'ca', '-I', 'x', '-h', '-n', HOST, 'a.pub')
        self.text['cert'] = text_of('a-cert')
        self.text['bad'] = 'ssh-ed25519 AAAA'

    def line(self, line):
        """"HOSTS KEY [COMMENT]", with a marker in front, or what is no line."""
        words = line.split(' ')
        for i, word in enumerate(words):
            if word in self.text:
                words[i] = self.text[word]
        return re.sub(r'hash\(([^)]*)\)', lambda m: hashed(m[1]),
                      ' '.join(words))

    def write(self, path, lines):
        write(path, ''.join(self.line(line) + '\n' for line in lines), 0o600)


def read(path):
    try:
        with open(path, 'rb') as f:
            return f.read()
    except FileNotFoundError:
        return None


def by_ssh(server, names, options=()):
    done = server.ssh(HOST, 'UserKnownHostsFile=' + ' '.join(names),
                      'UpdateHostKeys=yes', 'StrictHostKeyChecking=yes', *options)
    said = done.stderr.decode()
    for name in names:
        if os.path.exists(name + '.old'):
            os.unlink(name + '.old')
    if 'Authenticated to' not in said or 'hostkeys-00' not in said:
        return said
    return None


def by_library(ask, names, keys, options=(), known='a', verb='update'):
    argv = [ask, '-n', HOST, '-k', known + '.pub', *options]
    for name in names:
        argv += ['-f', name]
    return must(*argv, verb, *[k + '.pub' for k in keys])


def compare(report, ask, server, name, files, keys, texts):
    """The same lists of lines, one per file; the files afterwards are the same."""
    ssh_names, own_names = [], []
    for i, lines in enumerate(texts):
        ssh_names.append(os.path.abspath('ssh%d' % i))
        own_names.append(os.path.abspath('own%d' % i))
        files.write(ssh_names[-1], lines)
        files.write(own_names[-1], lines)
    before = [read(n) for n in own_names]
    server.keys(keys)
    trouble = by_ssh(server, ssh_names)
    status = by_library(ask, own_names, keys).strip()
    theirs, mine = [read(n) for n in ssh_names], [read(n) for n in own_names]
    if len(texts) > 1:      # a key that stays may stay in another file than ssh's
        theirs = sorted(b''.join(theirs).splitlines())
        mine = sorted(b''.join(mine).splitlines())
        before = sorted(b''.join(before).splitlines())
    good = not trouble and mine == theirs
    if status == '-%d' % EPERM:
        good = good and mine == before
    elif status != '0':
        good = False
    report.result(good, name, '%s\nreturned %s\nlines %s\nssh %s\nown %s' % (
        trouble, status, texts, theirs, mine))
    return mine != before


CASES = [
    ('a new key', 'ab', [HOST + ' a']),
    ('two new keys', 'abc', [HOST + ' a']),
    ('nothing to do', 'ab', [HOST + ' a', HOST + ' b']),
    ('an old key', 'a', [HOST + ' a', HOST + ' old']),
    ('a new and an old key', 'ab', ['# c', HOST + ' a x', HOST + ' old', 'h a']),
    ('new and old, nobody else', 'ab', ['# c', HOST + ' a x y', '',
                                        HOST + ' old', 'h other', ' x']),
    ('in upper case', 'ab', ['HOST.example.org a', 'Host.example.org old']),
    ('hashed', 'ab', ['hash(%s) a' % HOST, 'hash(%s) old' % HOST]),
    ('with an address', 'ab', [HOST + ',192.0.2.1 a', HOST + ',192.0.2.1 old']),
    ('three names', 'ab', [HOST + ',h,192.0.2.1 a']),
    ('three names for the old one', 'ab', [HOST + ' a', 'x,y,' + HOST + ' old']),
    ('a pattern', 'ab', ['*.example.org a']),
    ('a pattern beside', 'ab', [HOST + ' a', 'host.* other']),
    ('a pattern of another name', 'ab', [HOST + ' a', 'x.* other']),
    ('an authority', 'ab', [HOST + ' a', '@cert-authority %s ca' % HOST]),
    ('an authority of another name', 'ab', [HOST + ' a', '@cert-authority x ca']),
    ('a revoked key', 'ab', [HOST + ' a', '@revoked %s other' % HOST]),
    ('a new key of another name', 'ab', [HOST + ' a', 'h b']),
    ('a known key of another name', 'ab', [HOST + ' a', 'h a']),
    ('an old key of another name', 'a', [HOST + ' a', HOST + ' old', 'h old']),
    ('an old key revoked for another', 'a', [HOST + ' a', HOST + ' old',
                                             '@revoked h old']),
    ('a new key of another port', 'ab', [HOST + ' a', '[%s]:22 b' % HOST]),
    ('a negated name', 'ab', ['!h,' + HOST + ' a', HOST + ' old']),
    ('a certificate as key', 'ab', [HOST + ' a', HOST + ' cert']),
    ('a key that is none', 'ab', [HOST + ' a', HOST + ' bad', HOST + ' old']),
    ('a hash that is none', 'ab', [HOST + ' a', '|1|x|y b', HOST + ' old']),
    ('one key twice', 'ab', [HOST + ' a', HOST + ' a', HOST + ' old']),
]

TWO = [
    ('old keys in the second file', 'ab', [[HOST + ' a'], [HOST + ' old', 'h other']]),
    ('the key in the second file', 'ab', [['h other'], [HOST + ' a']]),
    ('another name in the second file', 'ab', [[HOST + ' a'], ['h b']]),
    ('a pattern in the second file', 'ab', [[HOST + ' a'], ['* other']]),
]


def generated():
    lines = [random.choice([HOST, HOST, 'Host.example.org', 'hash(%s)' % HOST,
                            HOST + ',192.0.2.1']) + ' a']
    for _ in range(random.randint(0, 5)):
        hosts = random.choice([HOST] * 8 + [
            'h', 'h2', 'hash(h)', 'hash(%s)' % HOST, HOST + ',h', 'h,h2,h3', 'x.*',
            '!%s,h' % HOST] + ['[%s]:22' % HOST, 'host.*'] * (random.random() < .2))
        key = random.choice(['a', 'b', 'old', 'old', 'other', 'bad'])
        marker = random.choice([''] * 12 + ['@revoked '])
        lines.append(random.choice(['', '', '', ' ', '\t']) + marker + hosts +
                     random.choice([' ', '\t ']) + key +
                     random.choice(['', ' a comment']))
        if random.random() < .2:
            lines.append(random.choice(['', '#', ' # x', 'x', '@x y old']))
    random.shuffle(lines)
    return lines


# ---- what ssh cannot be asked ---------------------------------------------------


def own(report, ask, files):
    path = os.path.abspath('own')

    def case(name, lines, keys, want, after=None, options=(), known='a',
             mode=0o640, verb='update'):
        files.write(path, lines)
        os.chmod(path, mode)
        got = by_library(ask, [path], keys, options, known, verb)
        text = ''.join(files.line(line) + '\n' for line in
                       (lines if after is None else after)).encode()
        report.equal(name, (got, read(path)), (want, text))
        report.equal(name + ': the mode', stat.S_IMODE(os.stat(path).st_mode), mode)

    ok, no = '0\n', '-%d\n' % EPERM
    case('look: what is new', [HOST + ' a'], 'abc', '0\na.pub 0\nb.pub 1\nc.pub 1\n',
         verb='look')
    case('look: nothing', [HOST + ' a'], 'a', '0\na.pub 0\n', verb='look')
    case('look: a pattern', ['* a'], 'ab', no, verb='look')
    case('the key is not known', [HOST + ' other'], 'ab', no)
    case('the key is revoked', [HOST + ' a', '@revoked * a'], 'ab', no)
    case('a certificate', ['@cert-authority * ca'], 'ab', no, known='a-cert')
    case('known for the bare name only', [HOST + ' a'], 'ab', no,
         options=['-p', '2222'])
    case('another port', ['[%s]:2222 a' % HOST], 'ab', ok,
         ['[%s]:2222 a' % HOST, '[%s]:2222 b' % HOST], ['-p', '2222'])
    case('a key twice', [HOST + ' a'], 'aab', '-%d\n' % EINVAL)
    files.write('system', [HOST + ' a'])
    case('the key in a system file', [HOST + ' b'], 'ab', no,
         options=['-s', 'system'])
    with open('revoked', 'w') as f:
        f.write(files.text['b'] + '\n')
    case('a new key is revoked', [HOST + ' a'], 'ab', '-%d\n' % EKEYREVOKED,
         options=['-r', 'revoked'])
    case('certificates are passed over', [HOST + ' a'], ['a', 'a-cert', 'b'], ok,
         [HOST + ' a', HOST + ' b'])
    case('hashed', [HOST + ' a', HOST + ' old'], 'a', ok, [HOST + ' a'], ['-H'])

    files.write(path, [HOST + ' a'])
    by_library(ask, [path], 'ab', ['-H'])
    lines = read(path).decode().splitlines()
    found = must('ssh-keygen', '-F', HOST, '-f', path)
    report.result(len(lines) == 2 and lines[1].startswith('|1|') and
                  files.text['b'] in found, 'a new key under a hashed name', found)

    write(path, files.line(HOST + ' a'))        # without newline
    by_library(ask, [path], 'ab')
    report.equal('a line without end', read(path).decode(), ''.join(
        files.line(line) + '\n' for line in (HOST + ' a', HOST + ' b')))
    write(path, files.line(HOST + ' a') + '\nx\0y\r\n')
    by_library(ask, [path], 'ab')
    report.equal('other bytes stay', read(path).decode().splitlines(True)[1],
                 'x\0y\r\n')

    os.mkdir('real')
    files.write('real/known', [HOST + ' a'])
    os.symlink('real/known', 'link')
    by_library(ask, ['link'], 'ab')
    report.result(os.path.islink('link') and files.text['b'].encode() in
                  read('real/known'), 'a link stays one')
    report.equal('nothing is left over', os.listdir('real'), ['known'])
    hash_file(report, ask, files)
    race(report, ask, files)
    killed(report, ask, files, path)


def hash_file(report, ask, files):
    """kssh_trust_hash_file() and ssh-keygen -H."""
    lines = [HOST + ' a', 'H,H2,[h3]:22 b x y', '*.org a', '@revoked h4 old',
             'hash(h5) a', '# h6 a', '', 'h7 bad', '!h8,h9 a', 'h10,, other']
    for name in 'mine', 'theirs':
        files.write(name, lines)
    must('ssh-keygen', '-H', '-f', 'theirs')
    status = must(ask, 'hash', 'mine').strip()

    def shape(name):
        text = read(name).decode().replace(hashed('h5'), 'h5')
        return re.sub(r'(?m)^\|1\|\S+', 'HASHED', text)

    report.equal('all names hashed', (status, shape('mine')), ('0', shape('theirs')))
    found = [n for n in (HOST, 'h', 'h2', '[h3]:22', 'h5', 'h7', 'h10')
             if run('ssh-keygen', '-F', n, '-f', 'mine').returncode == 0]
    report.equal('they are found', len(found), 7)
    before = read('mine')
    report.equal('and again', (must(ask, 'hash', 'mine').strip(), read('mine')),
                 ('0', before))
    report.equal('no file', must(ask, 'hash', 'none').strip(), '-2')


def lost_lines(ask, files):
    """How many of the lines that somebody appends all the time are lost."""
    files.write('race', [HOST + ' a'] + ['h%d other' % i for i in range(3000)])
    stop = threading.Event()
    count = 0

    def update():
        by_library(ask, ['race'], 'ab')
        stop.set()

    thread = threading.Thread(target=update)
    thread.start()
    while not stop.is_set() and count < 2000:
        # as ssh does it: open, append, close
        with open('race', 'a') as f:
            f.write('n%d x\n' % count)
        count += 1
        time.sleep(0.003)
    thread.join()
    text = read('race').decode()
    return len([n for n in range(count) if 'n%d x\n' % n not in text]), count


def race(report, ask, files):
    """
    Between the last look at the file and rename(2) ssh, which locks nothing, may
    write a line that is lost; that moment is short, but a busy machine can stretch
    it, though not each time.
    """
    for _ in range(3):
        lost, count = lost_lines(ask, files)
        if lost <= 1:
            break
    report.result(lost <= 1, 'lines that ssh appends meanwhile stay',
                  '%d of %d lost' % (lost, count))


def killed(report, ask, files, path):
    """Killed at any moment, the file is the old one or the new one."""
    lines = [HOST + ' a'] + ['h%d other' % i for i in range(2000)]
    files.write('new', lines)
    by_library(ask, ['new'], 'ab')
    want = {read('new')}
    files.write('new', lines)
    want.add(read('new'))
    seen, update = set(), [ask, '-n', HOST, '-k', 'a.pub', '-f', path, 'update',
                           'a.pub', 'b.pub']
    files.write(path, lines)
    start = time.monotonic()
    must(*update)
    whole = time.monotonic() - start
    seen.add(read(path))
    for n in range(24):
        files.write(path, lines)
        run('timeout', '-s', 'KILL', '%.4f' % (whole * (n + 1) / 20), *update)
        seen.add(read(path))
    report.result(seen == want, 'killed at 24 moments: the old file or the new one',
                  '%d contents' % len(seen))


def main():
    ask = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    report = Report()
    with tempfile.TemporaryDirectory(prefix='kssh-update.') as directory:
        os.chdir(directory)
        files, server, changed = Files(), Server(), 0
        for name, keys, lines in CASES:
            changed += compare(report, ask, server, name, files, keys, [lines])
        for name, keys, texts in TWO:
            compare(report, ask, server, name, files, keys, texts)
        report.result(5 < changed < len(CASES) - 5, '%d files changed' % changed)
        for n in range(count):
            compare(report, ask, server, 'generated %d' % n, files,
                    random.choice(['a', 'ab']), [generated()])
        own(report, ask, files)
        os.chdir('/')
    return report.end()


if __name__ == '__main__':
    sys.exit(main())
