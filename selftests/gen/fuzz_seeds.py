#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes the seeds of selftests/fuzz: small files of each kind that is read.

Usage: fuzz_seeds.py DIRECTORY

The keys are those of tools/trust/tests/keys.h.  Needs ssh-keygen, for the KRLs;
authorities are new each time, so the files differ from run to run.
"""

import base64
import os
import re
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
KEYS = os.path.join(HERE, '../../tools/trust/tests/keys.h')
FAMILY = 0x1f           # as in selftests/fuzz/netlink.c
ASK, CANCEL, RESULT, PREQUERY = 3, 5, 6, 8


def read_keys():
    """{name: text} of the macros in the header."""
    with open(KEYS) as f:
        text = f.read().replace('\\\n', '')
    macros = re.findall(r'#define (\w+)((?:\s*"[^"]*")+)', text)
    return {name: ''.join(re.findall(r'"([^"]*)"', value))
            for name, value in macros}


def blob(text):
    return base64.b64decode(text.split()[1])


def known(keys):
    a, p256, rsa = keys['ED25519_A'], keys['P256'], keys['RSA']
    host = 'host.example.org'
    yield 'plain', '%s,192.0.2.1 %s comment\n' % (host, a)
    yield 'hashed', '%s %s\n' % (keys['HASHED_HOST'], a)
    yield 'port', '[%s]:2222 %s\n# comment\n' % (host, p256)
    yield 'pattern', '*.example.org,!a* %s\n?::1 %s\n' % (a, rsa)
    yield 'revoked', '@revoked * %s\n%s %s\n' % (p256, host, a)
    yield 'authority', '@cert-authority *.org %s\na %s\n' % (
        rsa, keys['ED25519_CERT'])


def krls(keys):
    texts = {'key': keys['P256'], 'keys': '\n'.join((
        '# x', keys['ED25519_B'], keys['RSA'], keys['ED25519_CERT']))}
    for name, text in texts.items():
        yield name + '.txt', (text + '\n').encode()
    specs = {
        'keys': keys['ED25519_A'] + '\nkey: ' + keys['RSA'],
        'hashes': 'sha1: %s\nsha256: %s' % (keys['P256'], keys['P384']),
        'serials': 'serial: 5\nserial: 7\nserial: 9\nserial: 1000-2000',
        'bitmap': '\n'.join('serial: %d' % n for n in range(1, 90, 3)),
        'ids': 'id: Z\nid: other',
    }
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, '')
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f',
                        path + 'ca'], check=True)
        for name, spec in specs.items():
            with open(path + 'spec', 'w') as f:
                f.write(spec + '\n')
            subprocess.run(['ssh-keygen', '-q', '-k', '-f', path + name, '-s',
                            path + 'ca.pub', path + 'spec'], check=True)
            with open(path + name, 'rb') as f:
                yield name + '.krl', f.read()


def attribute(kind, data):
    data = struct.pack('=HH', 4 + len(data), kind) + data
    return data + bytes(-len(data) % 4)


def message(command, *attributes, kind=FAMILY, flags=0, seq=0):
    body = (struct.pack('=BBH', command, 1, 0) if kind == FAMILY else b'') + \
        b''.join(attributes)
    return struct.pack('=IHHII', 16 + len(body), kind, flags, seq, 0) + body


def messages(keys):
    cookie = attribute(1, struct.pack('=Q', 7))
    name = attribute(2, b'host.example.org\0')
    port = attribute(4, struct.pack('=H', 2222))
    asker = attribute(9, struct.pack('=I', 1000)) + \
        attribute(10, struct.pack('=I', 1)) + attribute(11, b'ssh\0')
    ask = message(ASK, cookie, name, attribute(3, bytes(4)), port,
                  attribute(7, b'ssh-ed25519\0'),
                  attribute(8, blob(keys['ED25519_A'])), asker)
    yield 'ask', ask
    # texts as long as they may be
    yield 'long', message(ASK, cookie, attribute(2, b'h' * 255 + b'\0'),
                          attribute(7, b'a' * 64 + b'\0'),
                          attribute(11, b'c' * 15 + b'\0'))
    yield 'prequery', message(PREQUERY, cookie, name, port, asker)
    result = message(RESULT, cookie, attribute(15, b'\1'))
    yield 'result', result + message(CANCEL, cookie)
    # an answer to REGISTER: -EBUSY, the head of what it answers, and why
    ack = struct.pack('=i', -16) + message(1, seq=1)[:16]
    yield 'ack', message(0, ack, attribute(1, b'there is another\0'), kind=2,
                         flags=0x200, seq=1)


def main():
    os.chdir(sys.argv[1])
    keys = read_keys()
    seeds = {'known/%s.txt' % n: t.encode() for n, t in known(keys)}
    seeds.update(('revoked/' + n, d) for n, d in krls(keys))
    for n in 'ED25519_A', 'P256', 'P384', 'P521', 'RSA', 'ED25519_CERT':
        seeds['cert/' + n.lower()] = blob(keys[n])
    seeds.update(('netlink/' + n, d) for n, d in messages(keys))
    for path, data in seeds.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)


if __name__ == '__main__':
    sys.exit(main())
