#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Vectors for the KUnit suite of compression.

Usage: selftests/gen/comp_vectors.py [OUTFILE]

Writes streams made by Python's zlib, cut into packets, to OUTFILE, by default
module/kunit/comp_vectors.h.  The payloads are not in it: the suite builds them by
the rule of payload() below.
"""

import os
import sys
import zlib

OK, EMPTY, DATA, LENGTH = ("0", "KSSH_R_PACKET_EMPTY", "KSSH_R_COMP_DATA",
                           "KSSH_R_COMP_LENGTH")
MAX = 256 * 1024
WORDS = b"the quick brown fox jumps over! "


def payload(kind, n):
    if kind == "ZERO":
        return bytes(n)
    if kind == "TEXT":
        return bytes(WORDS[(i * 7 + i // 64) % 32] for i in range(n))
    out, x = bytearray(), 1
    for _ in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        out.append(x >> 56)
    return bytes(out)


def stream(packets, level=6, wbits=15, flush=zlib.Z_PARTIAL_FLUSH, **more):
    """Rows of one stream."""
    z = zlib.compressobj(level, zlib.DEFLATED, wbits, 8, **more)
    return [(kind, n, z.compress(payload(kind, n)) + z.flush(flush), OK)
            for kind, n in packets]


MIXED = [("TEXT", 1), ("TEXT", 5), ("NOISE", 100), ("TEXT", 4000), ("ZERO", 35000),
         ("NOISE", 100), ("TEXT", 4000), ("TEXT", 70000), ("TEXT", 2)]

GOOD = [
    ("as OpenSSH", stream(MIXED)),
    ("fast", stream(MIXED, level=1)),
    ("best", stream(MIXED, level=9)),
    ("stored", stream([("TEXT", 9), ("NOISE", 300), ("TEXT", 9)], level=0)),
    ("Z_SYNC_FLUSH", stream(MIXED, flush=zlib.Z_SYNC_FLUSH)),
    ("Z_FULL_FLUSH", stream(MIXED, flush=zlib.Z_FULL_FLUSH)),
    ("small window", stream(MIXED, wbits=9)),
    ("fixed codes", stream(MIXED, strategy=zlib.Z_FIXED)),
    ("longest", stream([("ZERO", MAX), ("TEXT", MAX), ("ZERO", MAX)])),
]


def one(data, result):
    return [("ZERO", 0, data, result)]


def raw_with_history():
    z = zlib.compressobj(6, zlib.DEFLATED, -15, 8, zdict=WORDS)
    return z.compress(WORDS) + z.flush(zlib.Z_PARTIAL_FLUSH)


def with_dictionary():
    z = zlib.compressobj(6, zlib.DEFLATED, 15, 8, zdict=WORDS)
    return z.compress(WORDS) + z.flush(zlib.Z_PARTIAL_FLUSH)


def bad_check():
    data = bytearray(zlib.compress(b"whole"))
    data[-1] ^= 1
    return bytes(data)


BAD = [
    ("no zlib", one(b"\x5e\0\0\0\0hello", DATA)),
    ("window of 64 KiB", one(b"\x88\x1c\x4b\x04", DATA)),
    ("another method", one(b"\x79\x18\x4b\x04", DATA)),
    ("reserved block", one(b"\x78\x9c\x07", DATA)),
    ("stored length", one(b"\x78\x9c\0\1\0\1\0", DATA)),
    ("distance too far", one(b"\x78\x9c" + raw_with_history(), DATA)),
    ("dictionary", one(with_dictionary(), DATA)),
    ("stream ends", one(zlib.compress(b"whole"), DATA)),
    ("check is wrong", one(bad_check(), DATA)),
    ("header alone", one(b"\x78\x9c", EMPTY)),
    ("a byte too long", [(k, n, d, LENGTH) for k, n, d, _ in
                         stream([("ZERO", MAX + 1)])]),
    ("a MiB", [(k, n, d, LENGTH) for k, n, d, _ in stream([("ZERO", 1 << 20)])]),
    ("later", stream([("TEXT", 50)]) + one(b"\xff\xff\xff\xff", DATA)),
]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "../../module/kunit/comp_vectors.h")
    out = ["/* SPDX-License-Identifier: GPL-2.0 */",
           "/* Made by selftests/gen/comp_vectors.py: streams of zlib */"]
    rows = []
    for number, (name, packets) in enumerate(GOOD + BAD):
        lines = []
        for i, (kind, n, data, result) in enumerate(packets):
            a = "z%d_p%d" % (number, i)
            out.append("static const u8 %s[%d] = {" % (a, len(data)))
            out += ["\t" + ", ".join("0x%02x" % b for b in data[j:j + 12]) + ","
                    for j in range(0, len(data), 12)]
            out.append("};\n")
            lines.append("\t{ PAYLOAD_%s, %d, %s, sizeof(%s), %s }," %
                         (kind, n, a, a, result))
        out.append("static const struct comp_packet z%d[] = {" % number)
        out += lines + ["};\n"]
        rows.append('\t{ "%s", z%d, ARRAY_SIZE(z%d) },' % (name, number, number))
    out.append("static const struct comp_stream comp_streams[] = {")
    out += rows + ["};"]
    with open(path, "w", encoding="ascii") as f:
        f.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
