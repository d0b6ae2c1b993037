#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Streamlined NTRU Prime, sntrup761, for the vectors of the tests.

Usage: selftests/gen/sntrup761.py [OUTDIR]

Written after the algorithms of the NTRU Prime submission to NIST (round 3,
2020-10-07), on Python's big numbers: it shares nothing with the module, is not
constant-time and takes a second for a key.

As a program it makes the first known answers of the submission (kat_kem.rsp)
anew, compares them with what was published, and only then writes them as
sntrup_testvec.h into OUTDIR, by default module/kunit.  Needs
python3-cryptography, for the AES of NIST's generator.
"""

import hashlib
import os
import struct
import sys

P, Q, W = 761, 4591, 286
PK, SK, CT, SS, RHO = 1158, 1763, 1039, 32, 191

# Shared secrets of the first answers of the submission, and the last bytes of
# their secret keys and ciphertexts (also in Nettle, testsuite/sntrup761-test.c)
PUBLISHED = [
    ("344ca5e25f6da5ea95e4a695b1c5446eca9859334532e4a9537669f012c743a2",
     "380b47b8d983ccb5bb793e", "d361f944ddb56d3114ee974c96a155"),
    ("16c15126f734e51268ba916ce3b39a72e171ae79b8c2b6a68b34ab0dc5621b7e",
     "525887cf983cfe4a2572d3", "662cb34489bb570286ba114f8"),
]
# SHA-256 of the first answer's text if the generator gives a list of numbers at
# once, as in the authors' later code (PQClean, crypto_kem/sntrup761/META.yml)
AT_ONCE = "afc42c3a5b10f4ef69654250097ebda9b9564570f4086744b24a6daf2bd1f89a"


# ---- polynomials: lists of P coefficients, 0 <= c < m ----

def mul(a, b, m):
    """In Z/m[x] modulo x^P - x - 1."""
    def number(poly):
        return int.from_bytes(struct.pack("<%dQ" % P, *poly), "little")

    n = 2 * P - 1
    prod = struct.unpack("<%dQ" % n, (number(a) * number(b)).to_bytes(
        8 * n + 8, "little")[:8 * n])
    out = list(prod) + [0]
    for i in range(2 * P - 1, P - 1, -1):
        out[i - P] += out[i]
        out[i - P + 1] += out[i]
    return [c % m for c in out[:P]]


def trim(a):
    while a and not a[-1]:
        a.pop()
    return a


def inverse(a, m):
    """Modulo x^P - x - 1 and the prime m; None if there is none."""
    r0, r1 = trim([m - 1, m - 1] + [0] * (P - 2) + [1]), trim([c % m for c in a])
    t0, t1 = [], [1]
    while len(r1) > 1:
        lead = pow(r1[-1], -1, m)
        while len(r0) >= len(r1):
            k = r0[-1] * lead % m
            at = len(r0) - len(r1)
            for i, c in enumerate(r1):
                r0[at + i] = (r0[at + i] - k * c) % m
            t0 += [0] * (at + len(t1) - len(t0))
            for i, c in enumerate(t1):
                t0[at + i] = (t0[at + i] - k * c) % m
            trim(r0)
        r0, r1, t0, t1 = r1, r0, t1, t0
    if not r1:
        return None
    k = pow(r1[0], -1, m)
    out = [c * k % m for c in t1]
    return out + [0] * (P - len(out))


def centred(a, m):
    return [c - m if c > m // 2 else c for c in a]


# ---- encodings ----

def encode(r, m):
    if len(m) == 1:
        out, x, limit = b"", r[0], m[0]
        while limit > 1:
            out, x, limit = out + bytes([x & 255]), x >> 8, (limit + 255) // 256
        return out
    r2, m2, out = [], [], b""
    for i in range(0, len(m) - 1, 2):
        x, limit = r[i] + m[i] * r[i + 1], m[i] * m[i + 1]
        while limit >= 16384:
            out, x, limit = out + bytes([x & 255]), x >> 8, (limit + 255) // 256
        r2.append(x)
        m2.append(limit)
    if len(m) & 1:
        r2.append(r[-1])
        m2.append(m[-1])
    return out + encode(r2, m2)


def decode(s, m):
    if len(m) == 1:
        return [int.from_bytes(s, "little") % m[0]]
    low, m2, at = [], [], 0
    for i in range(0, len(m) - 1, 2):
        limit, n, x = m[i] * m[i + 1], 0, 0
        while limit >= 16384:
            x |= s[at] << 8 * n
            at, n, limit = at + 1, n + 1, (limit + 255) // 256
        low.append((x, n))
        m2.append(limit)
    if len(m) & 1:
        m2.append(m[-1])
    r2, out = decode(s[at:], m2), []
    for i, (x, n) in enumerate(low):
        x += r2[i] << 8 * n
        out += [x % m[2 * i], x // m[2 * i] % m[2 * i + 1]]
    return out + ([r2[-1]] if len(m) & 1 else [])


def small_encode(a):
    """Coefficients -1, 0, 1."""
    a = list(a) + [-1] * 3
    return bytes(sum((a[i + j] + 1) << 2 * j for j in range(4))
                 for i in range(0, P, 4))


def rq_encode(a):
    return encode([c + Q // 2 for c in centred(a, Q)], [Q] * P)


def rounded_encode(a):
    return encode([(c + Q // 2) // 3 for c in a], [(Q + 2) // 3] * P)


def rounded_decode(s):
    return [3 * c - Q // 2 for c in decode(s, [(Q + 2) // 3] * P)]


def tagged(tag, data):
    return hashlib.sha512(bytes([tag]) + data).digest()[:32]


# ---- the scheme; random(n) gives n bytes ----

def words(random):
    return list(struct.unpack("<%dI" % P, random(4 * P)))


def short(random):
    """Weight W, by sorting."""
    x = words(random)
    x = sorted([c & ~1 for c in x[:W]] + [c & ~3 | 1 for c in x[W:]])
    return [(c & 3) - 1 for c in x]


def keygen(random):
    while True:
        g = [((c & 0x3fffffff) * 3 >> 30) - 1 for c in words(random)]
        ginv = inverse(g, 3)
        if ginv:
            break
    f = short(random)
    h = mul([c % Q for c in g], inverse([3 * c % Q for c in f], Q), Q)
    pk = rq_encode(h)
    sk = small_encode(f) + small_encode(centred(ginv, 3)) + pk
    return pk, sk + random(RHO) + tagged(4, pk)


def hide(r, pk):
    """Ciphertext of a short polynomial, and its encoding."""
    h = [c - Q // 2 for c in decode(pk, [Q] * P)]
    c = centred(mul([x % Q for x in r], [x % Q for x in h], Q), Q)
    c = rounded_encode([x - centred([x % 3], 3)[0] for x in c])
    enc = small_encode(r)
    return c + tagged(2, tagged(3, enc) + tagged(4, pk)), enc


def encaps(pk, random):
    ct, enc = hide(short(random), pk)
    return ct, tagged(1, tagged(3, enc) + ct)


# ---- NIST's known answers ----

class Drbg:
    """AES-256 CTR_DRBG as NIST's rng.c has it (SP 800-90A, no derivation)."""

    def __init__(self, seed):
        self.key, self.v = bytes(32), 0
        self.update(seed)

    def block(self):
        from cryptography.hazmat.primitives.ciphers import (Cipher, algorithms,
                                                            modes)
        self.v = (self.v + 1) % 2 ** 128
        return Cipher(algorithms.AES(self.key), modes.ECB()).encryptor().update(
            self.v.to_bytes(16, "big"))

    def update(self, data):
        new = b"".join(self.block() for _ in range(3))
        new = bytes(a ^ b for a, b in zip(new, data))
        self.key, self.v = new[:32], int.from_bytes(new[32:], "big")

    def __call__(self, n):
        out = b"".join(self.block() for _ in range((n + 15) // 16))[:n]
        self.update(bytes(48))
        return out


def singly(random):
    """A list of numbers by one call each, as in the submission."""
    return lambda n: (b"".join(random(4) for _ in range(P)) if n == 4 * P
                      else random(n))


def answers(count, calls):
    """(secret key, ciphertext, shared secret, encoding of r, text)"""
    master = Drbg(bytes(range(48)))
    for number in range(count):
        seed = master(48)
        random = calls(Drbg(seed))
        pk, sk = keygen(random)
        r = short(random)
        ct, enc = hide(r, pk)
        ss = tagged(1, tagged(3, enc) + ct)
        yield sk, ct, ss, enc, (
            "count = %d\nseed = %s\npk = %s\nsk = %s\nct = %s\nss = %s\n" % (
                number, *(b.hex().upper() for b in (seed, pk, sk, ct, ss))))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "..", "..", "module", "kunit")
    text = next(answers(1, lambda random: random))[4]
    if hashlib.sha256(text.encode()).hexdigest() != AT_ONCE:
        sys.exit("not the published answer")

    lines = ["/* SPDX-License-Identifier: GPL-2.0 */",
             "/*",
             " * Known answers of sntrup761: the first of kat_kem.rsp in the",
             " * NTRU Prime submission to NIST of 2020-10-07.  Made anew by",
             " * selftests/gen/sntrup761.py; @r is the encoding of what was",
             " * encapsulated.",
             " */",
             "#ifndef KSSH_KUNIT_SNTRUP_TESTVEC_H",
             "#define KSSH_KUNIT_SNTRUP_TESTVEC_H", "",
             "#include <linux/types.h>", "",
             "struct sntrup_vector {",
             "\tconst char *desc, *sk, *ct, *ss, *r;",
             "};", "",
             "static const struct sntrup_vector sntrup_vectors[] = {"]
    for number, (sk, ct, ss, r, _) in enumerate(answers(len(PUBLISHED), singly)):
        want = PUBLISHED[number]
        if not number:
            first = [(b >> 2 * i & 3) - 1 for b in r for i in range(4)][:P]
        if (ss.hex() != want[0] or not sk.hex().endswith(want[1]) or
                not ct.hex().endswith(want[2])):
            sys.exit("answer %d is not the published one" % number)
        lines += ["\t{", '\t\t.desc = "count %d",' % number]
        for name, data in (("sk", sk), ("ct", ct), ("ss", ss), ("r", r)):
            hexa = data.hex()
            rows = ['\t\t\t"%s"' % hexa[i:i + 64]
                    for i in range(0, len(hexa), 64)]
            lines += ["\t\t.%s =" % name] + rows[:-1] + [rows[-1] + ","]
        lines.append("\t},")
    lines += ["};", "",
              "/*",
              " * Public keys of bytes 0xff but for the last two: half of the",
              " * SHA-512 of what their ciphertext of the first r is.",
              " */",
              "static const struct {",
              "\tu16 end;",
              "\tconst char *ct;",
              "} sntrup_odd_keys[] = {"]
    for end in (0xffff, 1607, 1608):
        pk = b"\xff" * (PK - 2) + struct.pack("<H", end)
        ct, _ = hide(first, pk)
        lines.append('\t{ %d,\n\t  "%s" },' % (
            end, hashlib.sha512(ct).digest()[:32].hex()))
    lines += ["};", "", "#endif"]
    with open(os.path.join(out, "sntrup_testvec.h"), "w") as f:
        f.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
