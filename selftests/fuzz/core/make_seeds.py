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

LOGGED_IN = APP + b"B" + CHACHA + UP + IN


# Steps of stream.c: bind with windows of 256 and 16,384 bytes and packets of 256, with
# somebody for what is not the stream's or without; messages to the channel.
def bind(control):
    return b"b\0" + bytes([control]) + b"\1\0\1\0\x40\0\1\0"


def said(msg, rest=b"", whose=0):
    return b"C" + bytes([msg, whose]) + rest


DATA, EXT, EOF, CLOSE = (said(94, b"\0\x40"), said(95, b"\0\x40"), said(96), said(97))
OPEN, GLOBAL = b"C\0\5", b"C\1\1"
WRITE, READ = b"b\1\0\x50", b"b\2\0\x10"
REQUESTS = b"".join(said(98, bytes([w, 0, 3])) for w in (0, 4, 1, 5, 9, 29, 2, 6))
PINGED = b"M\x1e\x07\0\0\0\1\0\0\0\x10ping@openssh.com\0\0\0\1" + b"0"

STREAM = {
    "stream": bind(0) + DATA + EXT + WRITE + DATA + DATA + DATA + EOF + CLOSE,
    "stream-control": bind(1) + DATA + EXT + OPEN + GLOBAL + REQUESTS + EOF + CLOSE,
    "stream-kept": b"p" + bind(1) + DATA + DATA + EXT + OPEN + GLOBAL + REQUESTS +
                   READ + b"b\2\1\0" + b"b\x08" + b"b\6" + b"b\5" + b"b\7" + b"p" + DATA,
    "stream-unattended": bind(0) + REQUESTS + OPEN + GLOBAL + said(99) + said(100) + said(91) +
                         said(110) + b"O" + b"b\7" + OPEN + b"b\6",
    "stream-writes": bind(0) + WRITE * 3 + said(93, b"\1\0") + WRITE + b"b\3" + WRITE +
                     b"b\4",
    "stream-closes": bind(0) + DATA + b"b\4" + DATA + CLOSE + DATA + WRITE,
    "stream-is-closed": bind(1) + CLOSE + DATA,
    "stream-after-eof": bind(0) + EOF + DATA,
    "stream-too-much": b"p" + bind(0) + said(94, b"\1\0") + DATA,
    "stream-too-long": bind(0) + said(94, b"\2\0"),
    "stream-adjust": bind(0) + said(93, b"\xff\xff", 8) * 2,
    "stream-others": bind(0) + said(94, b"\0\1", 7) + said(98, b"\4\0\0", 7),
    "stream-cut": bind(0) + b"c\1" + DATA + b"c\1" + EXT,
    "stream-cut-eof": bind(0) + b"c\1" + EOF,
    "stream-cut-adjust": bind(0) + b"c\1" + said(93, b"\1\0"),
    "stream-cut-ext": bind(1) + b"c\1" + EXT,
    "stream-cut-signal": bind(0) + b"c\1" + said(98, b"\x09"),
    "stream-cut-status": bind(0) + b"c\1" + said(98, b"\0\0\3"),
    "stream-cut-request": bind(0) + b"c\x1e" + said(98, b"\x06"),
    "stream-cut-open": bind(0) + b"c\1" + OPEN,
    "stream-cut-global": bind(0) + b"c\1" + GLOBAL,
    "stream-cut-success": bind(0) + b"m\0\x09\1" + said(99) + b"M\7\x63\0\0\0\7\0\0",
    "stream-flood": bind(0) + b"hr" + CHACHA + b"n\3" + OPEN,
    "stream-flood-2": bind(0) + b"o" + WRITE + b"n\3" + OPEN + b"n\3" + GLOBAL + b"o",
    "stream-rekey": bind(0) + b"r" + WRITE + b"b\3" + CHACHA + b"RN" + DATA,
    "stream-beside": bind(1) + b"b\x09\x50\0\5" + b"b\x09\x61\7\5" + b"b\x09\x61\x09\5",
    "stream-no-memory": b"f\1" + bind(0) + b"f\1" + bind(1) + b"p" + b"f\1" + DATA,
    "stream-no-memory-2": bind(1) + b"f\1" + EXT,
    "stream-late": b"p" + DATA + REQUESTS + OPEN + EOF + bind(1) + b"p",
    "stream-late-bad": b"p" + said(94, b"\2\0") + said(94, b"\2\0") + bind(0),
    "stream-read-before": b"p" + DATA + b"tAAA" + bind(0),
    "held": b"hr" + b"sAAAsAAAs\0\1A" + b"K@@@@A" + b"h" + b"RNsAAA",
    "held-much": b"hr" + b"s\x9c\0A" * 8 + CHACHA + b"hRN" + b"sAAA",
    "held-full": b"w\2\x10\0\0\x40" + b"r" + b"sAAA" * 3 + CHACHA + b"RN",
    "held-no-memory": b"r" + b"f\1" + b"sAAA" + b"f\2sAAA" + CHACHA + b"RN",
    "old": b"w\1\0\0\0\5" + b"PsAAA" + b"w\0\x09" + CHACHA + b"RN" + b"P",
    "spent-bytes": b"w\1\1\0\0\0" + b"PPPPsAAA" + CHACHA + b"RN",
    "spent-packets": b"pw\1\0\0\x10\0" + b"F" * 16 + CHACHA + b"RN",
    "renews-too-often": b"w\6\x28" + CHACHA + b"RN" + CHACHA + b"Pw\0\1" + b"w\0\x28" + b"RN",
    "renews-and-goes": b"w\6\xff" + CHACHA + b"RN" + CHACHA + b"q",
    "stalled": b"r" + b"w\0\xff" + b"w\0\xff",
    "unread": b"w\2\0\1\x10\0" + b"p" + b"r" + b"L\xa0\0A" * 14 + b"w\0\xff" + b"w\3" +
              b"w\0\xff",
    "unread-but-coming": b"w\2\0\1\x10\0" + b"p" + b"r" + b"L\xa0\0A" * 14 + b"w\0\xff" +
                         b"p" + CHACHA + b"RN",
    "tx-end": b"sAAA" + b"w\4" + b"r" + b"w\4",
    "ping-no": b"w\5\1" + b"w\5\x0d",
    "unimplemented-ours": b"i\0\1" + b"M\5\3\0\0\0\4" + b"M\5\3\0\0\0\x40" + b"M\4\3\0\0\0",
    "debug-kept": b"DDM\x0a\4\0\0\0\0\2ab\0\0\0",
}

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
    "long-then-little": LOGGED_IN + b"L\xa0\0A" + b"X\3abc",
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
    "pings": APP + b"B" + CHACHA + UP + PINGED + b"SU" + b"w\5\5" + b"O" + b"O" +
             b"w\5\x0d" + b"c\1O",
    "over": LOGGED_IN + b"qAqAsAAAu\1i\0\1w\5\1rb\0w\0\1e",
    "no-session": APP + b"B" + CHACHA + b"sAAAu\1i\0\1w\5\1rb\0qA",
    "not-ours-to-send": LOGGED_IN + b"s\0\1\x14" + b"s\0\0A" + b"t\0\1\x14" + b"zA@s\x90\0A",
    "clogged-says": LOGGED_IN + b"o" + b"sAAA" + b"sAAAu\1i\0\1w\5\1" + b"i\xff\xff" + b"o",
    **{name: LOGGED_IN + steps for name, steps in STREAM.items()},
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
    "banner-ours": b"\2\0SSH-2.0-mine and a comment",
    "banner-zero": b"\1\0a\0\nSSH-2.0-x\r\n",
    "banner-other": b"\1\0SSH-1.5-x\r\n",
    "banner-cr": b"\1\0SSH-2.0-x\ry\r\n",
    "banner-short": b"\1\0SSH-2.0\r\n",
    "banner-long": b"\1\0SSH-2.0-" + b"x" * 300 + b"\r\n",
    "banner-longer": b"\1\0" + b"x" * 9000,
    "banner-lines": b"\1\0" + b"\n" * 1030,
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
                text = re.sub(r"(?m)^#include .*", "", text)
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
