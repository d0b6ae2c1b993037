#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes seeds/: where the fuzzers of this directory begin.

Usage: selftests/fuzz/core/make_seeds.py

The seeds are in the tree; this is how they came to be.  Host keys are new each time.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.join(HERE, "../../..")
sys.path.insert(0, os.path.join(TOP, "selftests/hostile"))

from suite import HostKeys, LISTS           # noqa: E402
from wire import names, string              # noqa: E402

# Configurations (see conn.c): mode APP, HELPER, PIN; guess; lists; compression.
APP, ASKED, PINNED, EARLY = b"b0@@", b"c0@@", b"a0@@", b"n0@@"
GUESS, BOLD = b"bIC@", b"bJC@"
PACKED = b"b0@A"

# KEXINITs: method, cipher, MAC, compression, flags
CHACHA, GCM, CTR, EAM = (b"K@@@@A", b"K@A@@A", b"K@B@@A", b"K@BA@A")
LAX, FOLLOWS, GEX, DH = (b"K@@@@@", b"K@@@@C", b"KA@@@A", b"KB@@@A")
ZLIB = b"K@@@AA"

UP = b"RvBN"                    # reply, verdict, NEWKEYS
IN = b"EASU"                    # EXT_INFO, SERVICE_ACCEPT, USERAUTH_SUCCESS

CONN = {
    "chacha": APP + b"B" + CHACHA + UP + IN + b"lPs\0\x40A",
    "gcm": APP + b"B" + GCM + UP + IN + b"PsAAA",
    "ctr": APP + b"B" + CTR + UP + IN + b"PsAAA",
    "eam": APP + b"B" + EAM + UP + IN + b"P",
    "lax": APP + b"BI" + LAX + b"I" + UP + IN + b"Q",
    "follows": APP + b"B" + FOLLOWS + b"M\5aaaaa" + UP + IN,
    "gex": APP + b"B" + GEX + b"G" + UP + IN + b"r" + GEX + b"G" + b"RN",
    "dh": APP + b"B" + DH + UP + IN,
    "rekey-server": APP + b"B" + CHACHA + UP + IN + CHACHA + b"RN" + b"P",
    "rekey-client": APP + b"B" + CHACHA + UP + IN + b"r" + GCM + b"RNPQ",
    "rekey-auth": APP + b"B" + CHACHA + UP + b"S" + CHACHA + b"RNU",
    "helper": b"k0@@" + b"kAB" + b"B" + CHACHA + UP + IN,
    "asked": ASKED + b"B" + CHACHA + b"hRvBhN" + IN,
    "pinned": PINNED + b"B" + CHACHA + b"RN" + IN,
    "early": EARLY + b"k@A" + b"B" + CHACHA + b"RvBsAAAN" + IN,
    "guess": GUESS + b"B" + CHACHA + UP + IN + b"l",
    "guess-refused": BOLD + b"B" + GEX,
    "guess-stale": b"bI@@" + b"B" + CHACHA + UP + IN,
    "ext-info-s": APP + b"B" + b"K@@@@I" + UP + IN,
    "other-key": APP + b"B" + CHACHA + UP + IN + CHACHA + b"m\0\x20\0R",
    "bad-reply": APP + b"B" + CHACHA + b"m\0\2\xffR",
    "bad-point": APP + b"B" + DH + b"m\1\7\xffR",
    "not-pinned": b"\1" + b"0@@" + b"B" + CHACHA + b"R",
    "unimplemented": APP + b"B" + CHACHA + b"M\5\3\0\0\0\1" + UP + IN + b"M\5\3\0\0\0\1",
    "short": APP + b"B" + CHACHA + UP + b"c\1P",
    "short-disconnect": APP + b"B" + CHACHA + UP + b"c\6Q",
    "short-debug": APP + b"B" + CHACHA + UP + b"c\6D",
    "short-ext-info": APP + b"B" + CHACHA + UP + b"c\1EB",
    "many-ext-infos": APP + b"B" + CHACHA + UP + b"EAEAEA",
    "short-service": APP + b"B" + CHACHA + UP + b"c\1S",
    "long-newkeys": APP + b"B" + CHACHA + b"RvBM\2\x15\0",
    "bad-group": APP + b"B" + GEX + b"c\1G",
    "slow-job": APP + b"h" + b"B" + CHACHA + b"je",
    "slow-job-2": APP + b"h" + b"B" + CHACHA + b"jjhRvBN" + IN,
    "kept": APP + b"pB" + CHACHA + UP + IN + b"FFF",
    "busy": APP + b"B" + CHACHA + UP + IN + b"rrr",
    "clogged": APP + b"B" + CHACHA + UP + IN + b"osAAAsAAAtAAArPPo",
    "unknown": APP + b"B" + CHACHA + UP + b"M\1\x13",
    "padded-bomb": PACKED + b"B" + ZLIB + UP + IN + b"L\xcc\xccA",
    "no-conn": b"b0D@\2",
    "no-start": b"b0D@\5",
    "packed": PACKED + b"B" + ZLIB + UP + IN + b"sAAALAAxPs\0AArK@@@AARNL\0AA",
    "sends": APP + b"B" + CHACHA + UP + IN + b"tAAAs@AA" + b"i\1\0u\7oPPPo",
    "waits": b"b4@@" + b"B" + CHACHA + UP + IN + b"pL\1\0AL\1\0ApF",
    "says": APP + b"B" + CHACHA + UP + b"DFqA",
    "ends": APP + b"B" + CHACHA + UP + IN + b"e",
    "hears": APP + b"B" + CHACHA + UP + IN + b"Q",
    "flood": APP + b"B" + CHACHA + UP + b"n\xffI" + b"n\xffI",
    "no-memory": APP + b"B" + b"f\5" + CHACHA + UP + IN,
    "changed": APP + b"B" + b"m\0\x40\xff" + CHACHA + b"c\1R",
    **{"no-memory-%d" % i: APP + b"B" + b"f" + bytes([i]) + CHACHA + b"f" + bytes([i]) +
       UP + b"f" + bytes([i]) + IN + b"f" + bytes([i // 4]) + b"sAAAtAAArPi\1\0u\1"
       for i in range(1, 30, 2)},
    "damaged": APP + b"B" + CHACHA + UP + b"x\0\7S",
    "banner": APP + b"X\x10SSH-2.0-noise\r\n!",
    "lines": APP + b"y\0X\x10hello\nworld\n\n\r\nSB" + CHACHA,
    "large": APP + b"B" + CHACHA + UP + IN + b"zA@L\xc0\0AsAAA",
}

PACKET = {
    "%d-%s" % (s, n): bytes([s]) + b
    for s in range(6) for n, b in {
        "sealed": b"\x01" + b"\2\0\0\0" + b"\x20abcdefghijklmnopqrstuvwxyz0123456" * 3,
        "chunks": b"\x03\x07" + b"\2\0\0\0" + b"\x20abcdefghijklmnopqrstuvwxyz0123456" * 3,
        "changed": b"\x01" + b"\2\1\0\5" + b"\x20abcdefghijklmnopqrstuvwxyz0123456" * 3,
        "raw": b"\x00" + b"\0\0\0\x0c\x0a\x15" + bytes(10),
    }.items()}


def kexinit(**lists):
    usual = {"kex": ["curve25519-sha256", "kex-strict-s-v00@openssh.com"],
             "hostkey": ["ssh-ed25519", "rsa-sha2-512"]}
    both = {"cipher": ["chacha20-poly1305@openssh.com", "aes256-ctr"],
            "mac": ["hmac-sha2-256-etm@openssh.com"], "comp": ["none"], "lang": []}
    for n, v in both.items():
        usual[n + "_in"] = usual[n + "_out"] = v
    usual.update(lists)
    return b"\x14" + bytes(16) + b"".join(names(usual[n]) for n in LISTS) + bytes(5)


KEXINIT = {
    "usual": b"\0\0" + kexinit(),
    "ctr": b"\0\0" + kexinit(cipher_in=["aes256-ctr"], cipher_out=["aes128-ctr"]),
    "none": b"\0\0" + kexinit(kex=["nothing"]),
    "banner": b"\1\0hello\r\nSSH-2.0-x\r\n",
    "banner-199": b"\1\0SSH-1.99-x comment\n",
    "list": b"\2\3aes256-ctr,chacha20-poly1305@openssh.com",
    "list-plus": b"\2\0+diffie-hellman-group14-sha256",
    "list-minus": b"\2\5-hmac-sha1",
    "list-first": b"\2\1^rsa-sha2-512",
    "list-memory": b"\2\x40+hmac-sha1",
    "list-memory-2": b"\2\x80+hmac-sha1",
    "order-memory": b"\3\x81ssh-rsa",
    "limits-memory": b"\4\x40hmac-sha1",
    "limits-fips": b"\4\4hmac-sha1",
    "limits-pq": b"\4\3hmac-sha1",
    "order": b"\3\1ssh-rsa,ecdsa-sha2-nistp256",
    "limits": b"\4\1aes128-ctr,hmac-sha1",
    "limits-all": b"\4\2none",
}


def hostkeys():
    text = open(os.path.join(TOP, "module/alg/hostkey.c")).read()
    rows = re.findall(r'\{ \.name = "([^"]+)"', text)
    keys = HostKeys().first
    for i, name in enumerate(rows):
        key = keys[name]
        blob = key.blob()
        yield name.split("@")[0], (bytes([i]) + len(blob).to_bytes(2, "big") + blob +
                                   key.sign(name, b"something else"))


# What a fuzzer would have to guess letter by letter.
def dictionary():
    words = set()
    for d in ("module/alg", "module/kex", "module/core"):
        for f in os.listdir(os.path.join(TOP, d)):
            if f.endswith((".c", ".h")):
                text = open(os.path.join(TOP, d, f)).read()
                words.update(re.findall(r'"([a-z0-9][a-z0-9@.-]{3,})"', text))
    return sorted(words)


def write(target, seeds):
    d = os.path.join(HERE, "seeds", target)
    os.makedirs(d, exist_ok=True)
    for name, data in seeds:
        with open(os.path.join(d, name), "wb") as f:
            f.write(data)


def main():
    write("conn", CONN.items())
    write("packet", PACKET.items())
    write("kexinit", KEXINIT.items())
    write("hostkey", hostkeys())
    with open(os.path.join(HERE, "words.dict"), "w") as f:
        f.write("# SPDX-License-Identifier: GPL-2.0\n# Made by make_seeds.py.\n")
        f.writelines('"%s"\n' % w for w in dictionary())


main()
