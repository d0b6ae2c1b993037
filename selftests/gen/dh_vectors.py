#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Vectors for the KUnit suite of module/kex/dh.c.

Usage: selftests/gen/dh_vectors.py [OUTDIR]

Writes dh_vectors.h into OUTDIR, by default module/kunit: exchanges in the groups
of RFC 8268 and in groups that a server chose (RFC 4419), up to sealed packets.
Arithmetic is Python's, the primes are computed from the formulas of RFC 3526, the
rest is as in alg_vectors.py beside this file.  All is derived from one seed.
"""

import hashlib
import os
import sys

from alg_vectors import (CIPHERS, Ecdsa, Ed25519, Header, Rsa, Stream, mpint,
                         pattern, string, u32)


def pi(n):
    """floor(2^n pi), by Machin's formula."""
    guard = 64

    def arctan(x):
        term = total = (1 << n + guard) // x
        k, sign = 1, 1
        while term:
            term //= x * x
            k, sign = k + 2, -sign
            total += sign * (term // k)
        return total
    return 4 * (4 * arctan(5) - arctan(239)) >> guard


def modp(n, c):
    """RFC 3526: the prime of n bits with the constant c."""
    return 2 ** n - 2 ** (n - 64) - 1 + 2 ** 64 * (pi(n - 130) + c)


class Numbers:
    """The client's half, from its random bytes: no digit to the base 16 of the
    exponent is zero."""

    def __init__(self, random, p, g):
        self.x = (int.from_bytes(random, "big") +
                  int("11" * len(random), 16))
        self.p, self.g, self.e = p, g, pow(g, self.x, p)

    def answer(self, secret):
        y = int.from_bytes(secret, "big")
        return pow(self.g, y, self.p), pow(self.e, y, self.p)


def octets(n):
    return n.to_bytes((n.bit_length() + 7) // 8, "big")


def derive(sha, k, h, sid, letter, n):
    out = sha(k + h + letter + sid).digest()
    while len(out) < n:
        out += sha(k + h + out).digest()
    return out[:n]


def keys_of(sha, cipher, k, h, sid, letters):
    cls, *lengths, _ = CIPHERS[cipher]
    return cls(*(derive(sha, k, h, sid, letter, n)
                 for letter, n in zip(letters, lengths)))


def odd(label, bits):
    """Of exactly so many bits.  Nothing that is computed needs it to be prime."""
    n = int.from_bytes(Stream(label).take((bits + 7) // 8), "big")
    return n % 2 ** (bits - 1) | 1 << (bits - 1) | 1


def dh_vectors(path):
    h = Header(path, "")
    h.out[1] = ("/* Made by selftests/gen/dh_vectors.py: key exchanges up to sealed "
                "packets */")
    keys = {"ssh-ed25519": Ed25519("a"), "ecdsa-sha2-nistp256": Ecdsa("a"),
            "rsa-sha2-512": Rsa(2048, "2048")}
    fixed = {"diffie-hellman-group14-sha256": (hashlib.sha256, modp(2048, 124476)),
             "diffie-hellman-group16-sha512": (hashlib.sha512, modp(4096, 240904)),
             "diffie-hellman-group18-sha512": (hashlib.sha512, modp(8192, 4743158))}
    g14, g16, g18 = fixed
    gex = "diffie-hellman-group-exchange-sha256"
    chacha, gcm, _, ctr = CIPHERS
    big = odd("group/b", 8192)
    cases = [  # kex, host key, ciphers, shape of f and K, p, g, bits asked for
        (g14, "ssh-ed25519", chacha, chacha, "high", None, 2, 0),
        (g14, "ecdsa-sha2-nistp256", gcm, chacha, "zero", None, 2, 0),
        (g16, "rsa-sha2-512", gcm, ctr, "low", None, 2, 0),
        (g18, "ssh-ed25519", ctr, gcm, "high", None, 2, 0),
        (gex, "ssh-ed25519", gcm, gcm, "zero", modp(3072, 1690314), 2, 3072),
        (gex, "ecdsa-sha2-nistp256", chacha, gcm, "low", odd("group/a", 2051), 5, 8192),
        (gex, "ssh-ed25519", gcm, ctr, "high", big, big // 3, 8192),
    ]
    rows = []
    for number, (kex, host, tx, rx, shape, p, g, bits) in enumerate(cases):
        s = Stream("dh/%d" % number)
        sha, prime = fixed.get(kex, (hashlib.sha256, p))
        size = len(octets(prime))
        random = s.take(64)
        client = Numbers(random, prime, g)
        while True:
            f, k = client.answer(s.take(48))
            top = [n.to_bytes(size, "big")[0] for n in (f, k)]
            if (shape == "high" and min(top) >= 0x80 or
                    shape == "low" and 0 < min(top) <= max(top) < 0x80 or
                    shape == "zero" and top[1] == 0):
                break
        v_c, v_s = b"SSH-2.0-kssh_1", b"SSH-2.0-OpenSSH_%d.0p1 peer" % number
        i_c, i_s = b"\x14" + s.take(70 + number), b"\x14" + s.take(90 - number)
        key = keys[host]
        group = (u32(2048) + u32(bits) + u32(8192) + mpint(p) + mpint(g)
                 if kex == gex else b"")
        digest = sha(b"".join(map(string, (v_c, v_s, i_c, i_s, key.blob))) + group +
                     mpint(client.e) + mpint(f) + mpint(k)).digest()
        again = number % 2
        sid = s.take(32) if again else digest
        sign = (key.sign(digest, host) if host.startswith("rsa")
                else key.sign(digest))
        base = "d%d_" % number
        for name, value in (
                ("random", random), ("v_c", v_c), ("v_s", v_s), ("i_c", i_c),
                ("i_s", i_s), ("k_s", key.blob), ("sig", sign),
                ("q_c", octets(client.e)), ("q_s", octets(f)), ("h", digest),
                ("sid", sid if again else b""),
                ("tx", keys_of(sha, tx, mpint(k), digest, sid,
                               (b"C", b"A", b"E")).seal(3, pattern(52, 3))),
                ("rx", keys_of(sha, rx, mpint(k), digest, sid,
                               (b"D", b"B", b"F")).seal(7, pattern(68, 7)))):
            h.array(base + name, value)
        text = '{ "%s", "%s",\n\t  { "%s", "%s" },\n\t  %s' % (
            kex, host, tx, rx, ",\n\t  ".join(
                "B(%s%s)" % (base, f) for f in (
                    "random", "v_c", "v_s", "i_c", "i_s", "k_s", "sig", "q_c",
                    "q_s", "h")))
        text += ",\n\t  { %ssid, %d }, B(%stx), B(%srx) }" % (
            base, len(sid) if again else 0, base, base)
        if kex == gex:
            h.array(base + "p", octets(p))
            h.array(base + "g", octets(g))
            text += ",\n\t  B(%sp), B(%sg), %d" % (base, base, bits)
        rows.append("\t{ " + text + " },")
    h.line("#define B(a) { a, sizeof(a) }\n")
    h.line("static const struct dh_vector dh_vectors[] = {")
    h.out += rows
    h.line("};")
    h.line("\n#undef B")
    h.close()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "..", "..", "module", "kunit")
    dh_vectors(os.path.join(out, "dh_vectors.h"))


if __name__ == "__main__":
    main()
