#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Generated lists of revoked keys, read by the library and by OpenSSH; prints TAP.

Usage: revoked_test.py TRUST-ASK [LISTS [SEED]]

Key revocation lists are made with ssh-keygen -k, and damaged and composed here,
and judged with ssh-keygen -Q: of the system and, if the cache has it, OpenSSH 10.
Texts are judged by ssh-keygen -Y verify -r, which reads them as ssh reads
RevokedHostKeys.
"""

import base64
import hashlib
import os
import random
import struct
import subprocess
import sys
import tempfile

CACHE = os.environ.get('KSSH_CACHE',
                       os.path.expanduser('~/.cache/kssh'))
OPENSSH10 = os.path.join(CACHE, 'peers/openssh10/bin/ssh-keygen')
SERIALS = [0, 1, 2, 7, 63, 64, 65, 1000, 1 << 32, (1 << 64) - 2]
IDS = ['a', 'b', 'host one', '#', 'a\\']
REFUSED = 'refused'


def run(*argv, data=None):
    return subprocess.run(argv, input=data, capture_output=True,
                          stdin=None if data is not None else
                          subprocess.DEVNULL)


def must(*argv, data=None):
    done = run(*argv, data=data)
    if done.returncode:
        sys.exit('%s: %s' % (' '.join(argv), done.stderr.decode()))
    return done


def blob_of(path):
    with open(path) as f:
        return base64.b64decode(f.read().split()[1])


def text_of(path):
    with open(path) as f:
        return ' '.join(f.read().split()[:2])


def print_of(path):
    digest = base64.b64encode(hashlib.sha256(blob_of(path)).digest())
    return 'SHA256:' + digest.decode().rstrip('=')


class Keys:
    """Keys, authorities and certificates, in files of the current directory."""

    def __init__(self):
        self.plain, self.certs, self.cas = [], [], []
        kinds = [('ed25519', '256'), ('ed25519', '256'), ('ecdsa', '256'),
                 ('ecdsa', '521'), ('rsa', '1024')]
        for n, (kind, bits) in enumerate(kinds):
            self.plain.append(self.make('key%d' % n, kind, bits))
        for n, (kind, bits) in enumerate([('ed25519', '256'), ('ecdsa', '384')]):
            self.cas.append(self.make('ca%d' % n, kind, bits))
        for n in range(24):
            self.certs.append(self.certify(n))

    @staticmethod
    def make(name, kind, bits):
        must('ssh-keygen', '-q', '-t', kind, '-b', bits, '-N', '', '-C', '',
             '-f', name)
        return name + '.pub'

    def certify(self, n):
        key, ca = random.choice(self.plain), self.cas[n % 2]
        name = 'cert%d' % n
        with open(key) as f, open(name + '.pub', 'w') as copy:
            copy.write(f.read())
        must('ssh-keygen', '-q', '-s', ca[:-4], '-I', IDS[n % len(IDS)],
             '-h', '-n', 'h', '-z', str(SERIALS[n % len(SERIALS)]),
             name + '.pub')
        return name + '-cert.pub'

    def all(self):
        return self.plain + self.cas + self.certs


# ---- the judges ---------------------------------------------------------------


def ask_library(ask, path, files):
    done = must(ask, 'revoked', path, *files)
    values = [line.rsplit(' ', 1)[1] for line in
              done.stdout.decode().splitlines()]
    if all(v == '-22' for v in values):
        return REFUSED
    return [v == '1' for v in values]


def ask_keygen(keygen, path, files):
    done = run(keygen, '-Q', '-f', path, *files)
    if done.returncode not in (0, 1):
        return REFUSED
    verdicts = [line.rsplit(': ', 1)[1] for line in
                done.stdout.decode().splitlines()]
    if len(verdicts) != len(files):
        return REFUSED
    return [v == 'REVOKED' for v in verdicts]


def ask_verify(keygen, path, name):
    """Of a key that has signed: does the list stop its signature?"""
    with open('message', 'rb') as message:
        done = subprocess.run([keygen, '-vvv', '-Y', 'verify', '-f', 'allowed',
                               '-I', 'x', '-n', 'x', '-s', name + '.sig',
                               '-r', path], stdin=message, capture_output=True)
    said = done.stderr.decode(errors='replace')
    if 'sshkey_check_revoked: Key is revoked' in said or \
       'sshkey_check_revoked: Key revoked' in said:
        return True
    return REFUSED if 'sshkey_check_revoked' in said else False


# ---- lists --------------------------------------------------------------------


def specification(keys):
    """Lines for ssh-keygen -k, and whether they need an authority."""
    lines = []
    for _ in range(random.randint(0, 6)):
        key = random.choice(keys.plain + keys.cas)
        kind = random.randrange(10)
        if kind < 4:
            # ssh-keygen takes 2^64 - 1 for a number that is too large
            low = max(1, random.choice(SERIALS) + random.randint(-2, 2))
            low = min(low, (1 << 64) - 3)
            if kind < 2:
                lines.append('serial: %d' % low)
            else:
                high = min(low + random.choice([1, 9, 300, 1 << 40]),
                           (1 << 64) - 2)
                lines.append('serial: %d-%d' % (low, high))
        elif kind == 4:
            lines.append('id: ' + random.choice(IDS))
        elif kind == 5:
            lines.append('sha1: ' + text_of(key))
        elif kind == 6:
            lines.append('sha256: ' + text_of(key))
        elif kind == 7:
            lines.append('hash: ' + print_of(key))
        elif kind == 8:
            lines.append(text_of(random.choice(keys.certs)))
        else:
            lines.append(random.choice(['', 'key: ']) + text_of(key))
    if random.randrange(4) == 0:        # dense enough for a bitmap
        start = random.randint(1, 80)
        lines += ['serial: %d' % s for s in
                  random.sample(range(start, start + 200), 60)]
    random.shuffle(lines)
    return lines


def make_krl(keys, path):
    """Of one or two layers, each with an authority of its own, or none."""
    if os.path.exists(path):
        os.unlink(path)
    for layer in range(random.randint(1, 2)):
        with open('spec', 'w') as spec:
            spec.write('\n'.join(specification(keys)) + '\n')
        ca = random.choice(keys.cas + ['none'])
        argv = ['ssh-keygen', '-q', '-k', '-f', path, '-s', ca,
                '-z', str(layer)]
        must(*(argv + (['-u'] if layer else []) + ['spec']))


def string(data):
    return struct.pack('>I', len(data)) + data


def number(n):
    return struct.pack('>Q', n)


def mpint(n):
    return string(n.to_bytes(n.bit_length() // 8 + 1, 'big') if n else b'')


def part(kind, data):
    return bytes([kind]) + string(data)


def krl(*sections, comment=b'', reserved=b'', form=1, magic=b'SSHKRL\n\0'):
    return (magic + struct.pack('>I', form) + number(1) * 3 +
            string(reserved) + string(comment) + b''.join(sections))


def composed(keys):
    """What ssh-keygen does not write: (name, list)."""
    ca, key = blob_of(keys.cas[0]), blob_of(keys.plain[0])

    def certs(*parts, ca=ca, reserved=b''):
        return part(1, string(ca) + string(reserved) + b''.join(parts))

    def extension(name, critical, content=b''):
        return string(name) + bytes([critical]) + string(content)

    serials = part(0x20, number(1) + number(64))
    yield 'no section', krl()
    yield 'a comment', krl(part(2, string(key)), comment=b'c')
    yield 'a NUL that ends the comment', krl(comment=b'c\0')
    yield 'a NUL in the comment', krl(comment=b'c\0c')
    yield 'something reserved', krl(certs(serials, reserved=b'r'),
                                    reserved=b'r')
    yield 'format 2', krl(form=2)
    yield 'format 0', krl(form=0)
    yield 'half a head', krl()[:20]
    yield 'a byte behind', krl() + b'\2'
    yield 'a section that is cut', krl(part(2, string(key)))[:-1]
    yield 'an empty key section', krl(part(2, b''))
    yield 'an empty key', krl(part(2, string(b'')))
    yield 'a key that is none', krl(part(2, string(b'key') + string(key)))
    yield 'a certificate as key', krl(part(2, string(blob_of(keys.certs[0]))))
    yield 'SHA-1 of 19 bytes', krl(part(3, string(bytes(19))))
    yield 'SHA-1 of 32 bytes', krl(part(3, string(bytes(32))))
    yield 'SHA-256 of 20 bytes', krl(part(5, string(bytes(20))))
    yield 'SHA-256 of 0 bytes', krl(part(5, string(b'')))
    yield 'section 6', krl(part(6, b''))
    yield 'section 0', krl(part(0, b''))
    yield 'any authority', krl(certs(serials, ca=b''))
    yield 'an authority that is none', krl(certs(serials, ca=b'key'))
    yield 'an authority and a byte', krl(certs(serials, ca=ca + b'\0'))
    yield 'a certificate as authority', krl(certs(
        serials, ca=blob_of(keys.certs[0])))
    yield 'no part of a certificate section', krl(certs())
    yield 'certificate section without reserved', krl(part(1, string(ca)))
    yield 'empty certificate section', krl(part(1, b''))
    yield 'certificate part 0x24', krl(certs(part(0x24, b'')))
    yield 'half a serial', krl(certs(part(0x20, number(1)[:7])))
    yield 'serials and a byte', krl(certs(part(0x20, number(1) + b'\0')))
    yield 'serial 0', krl(certs(part(0x20, number(0))))
    yield 'an empty serial list', krl(certs(part(0x20, b'')))
    yield 'range from 0', krl(certs(part(0x21, number(0) + number(9))))
    yield 'range backwards', krl(certs(part(0x21, number(9) + number(8))))
    yield 'range of one', krl(certs(part(0x21, number(7) + number(7))))
    yield 'range of all', krl(certs(part(0x21, number(1) +
                                         number((1 << 64) - 1))))
    yield 'two ranges', krl(certs(part(0x21, number(1) * 4)))
    yield 'ranges that overlap', krl(certs(
        part(0x21, number(1) + number(70)), part(0x21, number(60) + number(80))))
    for name, low, bits in [
            ('a bitmap', 60, 0b111001), ('a bitmap from 0', 0, 0b10),
            ('a bitmap with serial 0', 0, 0b11), ('an empty bitmap', 60, 0),
            ('a bitmap with the last serial', (1 << 64) - 2, 0b10),
            ('a bitmap that reaches 2^64', (1 << 64) - 2, 0b100),
            ('a bitmap of 2048 bytes', 1, (1 << 16384) - 1),
            ('a bitmap of 2049 bytes', 1, 1 << 16384),
            ('a bitmap of 4000 bytes', 1, 1 << 31999)]:
        yield name, krl(certs(part(0x22, number(low) + mpint(bits))))
    yield 'a negative bitmap', krl(certs(part(0x22, number(1) +
                                              string(b'\x80'))))
    yield 'a bitmap with zeros in front', krl(certs(
        part(0x22, number(60) + string(b'\0\0\0\x39'))))
    yield 'a bitmap without its bits', krl(certs(part(0x22, number(60))))
    yield 'a bitmap and a byte', krl(certs(
        part(0x22, number(60) + mpint(1) + b'\0')))
    yield 'key ids', krl(certs(part(0x23, string(b'a') + string(b'#'))))
    yield 'an empty key id', krl(certs(part(0x23, string(b''))))
    yield 'a key id and a NUL', krl(certs(part(0x23, string(b'a\0'))))
    yield 'a NUL in a key id', krl(certs(part(0x23, string(b'a\0a'))))
    yield 'half a key id', krl(certs(part(0x23, string(b'ab')[:-1])))
    yield 'an authority twice', krl(certs(serials), certs(
        part(0x23, string(b'b'))))
    yield 'magic alone', b'SSHKRL\n\0'
    # from here on OpenSSH 9.4 is what counts
    yield 'new: an extension', krl(part(255, extension(b'x', 0, b'y')),
                                   part(2, string(key)))
    yield 'new: a critical extension', krl(part(255, extension(b'x', 1)))
    yield 'new: critical 2', krl(part(255, extension(b'x', 2)))
    yield 'new: an extension cut', krl(part(255, extension(b'x', 0)[:-1]))
    yield 'new: an extension and a byte', krl(part(255, extension(b'x', 0) +
                                                   b'\0'))
    yield 'new: an extension with a NUL', krl(part(255, extension(b'x\0x', 0)))
    yield 'new: of certificates', krl(certs(
        part(0x39, extension(b'x', 0)), serials))
    yield 'new: critical, of certificates', krl(certs(
        part(0x39, extension(b'x', 1))))
    yield 'new: of certificates, cut', krl(certs(
        part(0x39, extension(b'x', 0)[:-1])))
    yield 'new: of certificates, and a byte', krl(certs(
        part(0x39, extension(b'x', 0) + b'\0')))
    signature = part(4, key) + string(b'sig')
    yield 'new: a signature', krl(part(2, string(key)), signature)
    yield 'new: two signatures', krl(signature, signature)
    yield 'new: a key section after a signature', krl(
        signature, part(2, string(key)))
    yield 'new: half a signature', krl(part(4, key))
    yield 'new: a signature by nothing', krl(part(4, b'key') + string(b'sig'))


def damaged(data):
    data = bytearray(data)
    for _ in range(random.randint(1, 2)):
        at = random.randrange(8, len(data))
        kind = random.randrange(4)
        if kind == 0:
            data[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            data[at] = random.choice([0, 1, 0xff, 0x20, 0x80])
        elif kind == 2:
            del data[at:at + random.randint(1, 8)]
        else:
            data[at:at] = bytes(random.randint(1, 4))
        if len(data) <= 8:
            break
    return bytes(data)


# ---- texts --------------------------------------------------------------------


def short_rsa():
    n = (1 << 1022) + 1
    blob = string(b'ssh-rsa') + mpint(65537) + mpint(n)
    return 'ssh-rsa ' + base64.b64encode(blob).decode()


def make_text(keys):
    out = b''
    for _ in range(random.randint(0, 6)):
        kind = random.randrange(24)
        line = text_of(random.choice(keys.all()))
        if kind == 0:
            line = random.choice(['#', ' \t# x', '', '  ', 'x', 'ssh-ed25519',
                                  'ssh-ed25519 ', 'ssh-ed25519 AAAA', '\r'])
        elif kind == 1:
            line = random.choice([' ', '\t ']) + line
        elif kind == 2:
            line += random.choice([' ', ' comment', '\t#', '\r', '=', '\v'])
        elif kind == 3:
            line = short_rsa()
        elif kind == 4:
            line = line.replace('ssh-rsa ', 'rsa-sha2-256 ')
        elif kind == 5:
            line = random.choice(['@revoked ', 'h ', 'ssh-rsa ']) + line
        elif kind == 6:
            line = line.replace(' ', '\t ')
        elif kind == 7:
            line = line[:random.randrange(len(line))]
        elif kind == 8:
            line += '\0x'
        out += line.encode() + b'\n'
    return out[:-1] if random.randrange(8) == 0 else out


# ---- the tests ----------------------------------------------------------------


class Report:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, why=''):
        self.count += 1
        self.failed += not good
        if why and not good:
            print('# ' + why)
        print('%sok %d - %s' % ('' if good else 'not ', self.count, name),
              flush=True)


def keep(name):
    """A list that the two disagree about outlives the test."""
    copy = tempfile.NamedTemporaryFile(prefix='kssh-revoked.', delete=False)
    with open(name, 'rb') as f:
        copy.write(f.read())
    return copy.name


def write(path, data):
    with open(path, 'wb') as f:
        f.write(data)


def compare(report, name, ask, judges, keys, path):
    """All judges and the library of all keys; what they agreed on, or None."""
    files = keys.all()
    mine = ask_library(ask, path, files)
    for judge in judges:
        theirs = ask_keygen(judge, path, files)
        if mine != theirs:
            report.append('%s: library %s, %s %s: %s' % (
                name, mine, judge, theirs, keep(path)))
            return None
    return mine


def main():
    ask = os.path.abspath(sys.argv[1])
    lists = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    judges = ['ssh-keygen']
    newest = 'ssh-keygen'
    if os.access(OPENSSH10, os.X_OK):
        newest = OPENSSH10
        judges.append(newest)
    report = Report()
    with tempfile.TemporaryDirectory(prefix='kssh-revoked.') as directory:
        os.chdir(directory)
        keys = Keys()

        wrong, revoked = [], 0
        for n in range(lists):
            make_krl(keys, 'krl')
            got = compare(wrong, 'list %d' % n, ask, judges, keys, 'krl')
            if got is not None and got != REFUSED:
                revoked += sum(got)
        report.result(not wrong, '%d lists of ssh-keygen -k, %d judges' % (
            lists, len(judges)), '\n# '.join(wrong))
        report.result(revoked > lists, '%d revocations in them' % revoked)

        for name, data in composed(keys):
            wrong = []
            write('krl', data)
            which = judges if not name.startswith('new: ') else judges[1:]
            if not which:
                report.result(True, name + ' # SKIP no OpenSSH 10 in the cache')
                continue
            compare(wrong, name, ask, which, keys, 'krl')
            report.result(not wrong, name, '\n# '.join(wrong))

        wrong, refused = [], 0
        for n in range(lists * 2):
            make_krl(keys, 'krl') if n % 4 == 0 else None
            with open('krl', 'rb') as f:
                data = f.read()
            write('damaged', damaged(data))
            # 9.2 knows neither extensions nor to leave signatures alone
            got = compare(wrong, 'damaged %d' % n, ask, [newest], keys,
                          'damaged')
            refused += got == REFUSED
        report.result(not wrong, '%d damaged lists' % (lists * 2),
                      '\n# '.join(wrong))
        report.result(lists / 2 < refused < lists * 2,
                      '%d of them refused' % refused)

        texts(report, ask, judges, keys, lists)
        os.chdir('/')
    print('1..%d' % report.count)
    return report.failed != 0


def texts(report, ask, judges, keys, lists):
    write('message', b'x')
    write('allowed', b'')
    names = ['key0.pub', 'key2.pub', 'key4.pub', keys.certs[0], keys.certs[1]]
    for name in names:
        # a certificate is found beside the private key
        if name.startswith('cert'):
            for key in keys.plain:
                if text_of(key) == text_of(name.replace('-cert', '')):
                    write(name.replace('-cert.pub', ''), open(key[:-4], 'rb').read())
                    os.chmod(name.replace('-cert.pub', ''), 0o600)
        done = must('ssh-keygen', '-Y', 'sign', '-f', name, '-n', 'x',
                    data=b'x')
        write(name + '.sig', done.stdout)
    wrong, counts = [], {True: 0, False: 0, REFUSED: 0}
    for n in range(lists // 3):
        write('text', make_text(keys))
        mine = ask_library(ask, 'text', names)
        for judge in judges:
            theirs = [ask_verify(judge, 'text', name) for name in names]
            for verdict in theirs:
                counts[verdict] += 1
            # what stands before the line that is none is still found there
            same = mine == theirs if mine != REFUSED else \
                False not in theirs and REFUSED in theirs
            if not same:
                wrong.append('library %s, %s %s: %s' % (
                    mine, judge, theirs, keep('text')))
    report.result(not wrong, '%d texts, %d judges' % (lists // 3, len(judges)),
                  '\n# '.join(wrong))
    report.result(min(counts.values()) > lists // 8,
                  'of their keys %d revoked, %d not, %d refused' % (
                      counts[True], counts[False], counts[REFUSED]))


if __name__ == '__main__':
    sys.exit(main())
