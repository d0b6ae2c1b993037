#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Vectors for the KUnit suites of module/alg and module/kex.

Usage: selftests/gen/alg_vectors.py [OUTDIR]

Writes cipher_vectors.h (ciphers), hostkey_vectors.h and kex_vectors.h into OUTDIR,
by default module/kunit.  Nothing here shares code with the module: primitives
are those of python3-cryptography and hashlib, the SSH side is written after the
RFCs and OpenSSH's PROTOCOL files.  ssh-keygen signs once with each key, so that
its idea of the formats is in the set too.

Needs python3-cryptography 45 or newer (ML-KEM, deterministic ECDSA), ssh-keygen.
All is derived from one seed, but that the server's half of ML-KEM is fresh in
every run (the library has no encapsulation without randomness): so the vectors of
its hybrids change, consistently, from run to run.
"""

import base64
import functools
import hashlib
import hmac
import math
import os
import struct
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import hashes, poly1305, serialization
from cryptography.hazmat.primitives.asymmetric import (ec, ed25519, mlkem,
                                                       padding, rsa, x25519)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import sntrup761


class Stream:
    """Reproducible bytes."""

    def __init__(self, label):
        self.label, self.n, self.buf = label.encode(), 0, b""

    def take(self, n):
        while len(self.buf) < n:
            self.buf += hashlib.sha256(b"kssh vectors/%s/%d" %
                                       (self.label, self.n)).digest()
            self.n += 1
        out, self.buf = self.buf[:n], self.buf[n:]
        return out


def u32(n):
    return struct.pack(">I", n)


def string(b):
    b = b.encode() if isinstance(b, str) else b
    return u32(len(b)) + b


def mpint(n):
    return string(n.to_bytes(n.bit_length() // 8 + 1, "big") if n else b"")


# ---- writing C ----

class Header:
    def __init__(self, path, what):
        self.path = path
        self.out = ["/* SPDX-License-Identifier: GPL-2.0 */",
                    "/* Made by selftests/gen/alg_vectors.py: %s */" % what]

    def array(self, name, data):
        self.out.append("static const u8 %s[%d] = {" % (name, max(len(data), 1)))
        for i in range(0, len(data), 12):
            self.out.append("\t" + ", ".join("0x%02x" % b
                                             for b in data[i:i + 12]) + ",")
        self.out.append("};\n")
        return name

    def line(self, text):
        self.out.append(text)

    def close(self):
        with open(self.path, "w") as f:
            f.write("\n".join(self.out).rstrip("\n") + "\n")


# ---- packets: each takes a whole frame without tag, gives what is sent ----

def pattern(n, seq):
    """A frame of n bytes; the suite builds the same."""
    return u32(n - 4) + bytes((i * 31 + seq * 7 + (i >> 8)) & 0xff
                              for i in range(4, n))


class Chachapoly:
    def __init__(self, key, _iv, _mac):
        self.main, self.head = key[:32], key[32:]

    @staticmethod
    def xor(key, counter, seq, data):
        nonce = struct.pack("<Q", counter) + struct.pack(">Q", seq)
        return Cipher(algorithms.ChaCha20(key, nonce),
                      None).encryptor().update(data)

    def seal(self, seq, frame):
        poly = self.xor(self.main, 0, seq, bytes(32))
        out = (self.xor(self.head, 0, seq, frame[:4]) +
               self.xor(self.main, 1, seq, frame[4:]))
        return out + poly1305.Poly1305.generate_tag(poly, out)


class Gcm:
    def __init__(self, key, iv, _mac):
        self.aead, self.iv = AESGCM(key), iv

    def seal(self, _seq, frame):
        out = frame[:4] + self.aead.encrypt(self.iv, frame[4:], frame[:4])
        count = (int.from_bytes(self.iv[4:], "big") + 1) % 2 ** 64
        self.iv = self.iv[:4] + count.to_bytes(8, "big")
        return out


class CtrEtm:
    hash = "sha256"

    def __init__(self, key, iv, mac):
        self.enc = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
        self.key = mac

    def mac(self, seq, data):
        return hmac.new(self.key, u32(seq) + data, self.hash).digest()

    def seal(self, seq, frame):
        out = frame[:4] + self.enc.update(frame[4:])
        return out + self.mac(seq, out)


class CtrEtm512(CtrEtm):
    hash = "sha512"


class CtrEtm1(CtrEtm):
    hash = "sha1"


class CtrMac(CtrEtm):
    """Encrypt-and-MAC: the length is encrypted, the MAC is over the plaintext."""
    short = 4   # the length counts as part of the blocks

    def seal(self, seq, frame):
        return self.enc.update(frame) + self.mac(seq, frame)


class CtrMac512(CtrMac):
    hash = "sha512"


class CtrMac1(CtrMac):
    hash = "sha1"


HMAC = "hmac-sha2-256-etm@openssh.com"
# name: class, key, iv and MAC key lengths, MAC name
CIPHERS = {
    "chacha20-poly1305@openssh.com": (Chachapoly, 64, 0, 0, None),
    "aes128-gcm@openssh.com": (Gcm, 16, 12, 0, None),
    "aes256-gcm@openssh.com": (Gcm, 32, 12, 0, None),
    "aes256-ctr": (CtrEtm, 32, 16, 32, HMAC),
}
# AES-CTR with the other MACs: cipher, what stands above
MORE = [
    ("aes128-ctr", (CtrEtm512, 16, 16, 64, "hmac-sha2-512-etm@openssh.com")),
    ("aes128-ctr", (CtrMac, 16, 16, 32, "hmac-sha2-256")),
    ("aes192-ctr", (CtrEtm, 24, 16, 32, HMAC)),
    ("aes192-ctr", (CtrMac512, 24, 16, 64, "hmac-sha2-512")),
    ("aes256-ctr", (CtrEtm1, 32, 16, 20, "hmac-sha1-etm@openssh.com")),
    ("aes256-ctr", (CtrMac1, 32, 16, 20, "hmac-sha1")),
]
# Largest: the longest packet, as sent by OpenSSH's limit of 256 KiB.
FRAMES = [(0, 4 + 16), (1, 4 + 48), (2, 4 + 4096), (3, 4 + 35008),
          (4, 4 + 256 * 1024), (0xfffffffe, 4 + 32), (0xffffffff, 4 + 64)]
SMALL = 128


def cipher_vectors(path):
    h = Header(path, "sealed frames")
    rows = []
    for number, (name, spec) in enumerate([*CIPHERS.items(), *MORE]):
        cls, nkey, niv, nmac, mac = spec
        label = name if number < len(CIPHERS) else name + "/" + mac
        for variant in ("", "wrap"):
            s = Stream("cipher/" + label + variant)
            key, iv, mac_key = s.take(nkey), s.take(niv), s.take(nmac)
            if variant:
                if not niv:
                    continue
                # the counter goes over the top of its field at once
                keep = 4 if niv == 12 else 0
                iv = iv[:keep] + b"\xff" * (niv - keep)
            c = cls(key, iv, mac_key)
            base = "c%d%s" % (number, variant)
            h.array(base + "_key", key)
            h.array(base + "_iv", iv)
            h.array(base + "_mac", mac_key)
            frames = []
            for i, (seq, n) in enumerate(FRAMES):
                n -= getattr(cls, "short", 0)
                sealed = c.seal(seq, pattern(n, seq))
                small = len(sealed) <= SMALL
                data = sealed if small else hashlib.sha256(sealed).digest()
                a = h.array("%s_f%d" % (base, i), data)
                frames.append("\t{ %#xU, %d, %d, %s }," %
                              (seq, n, len(sealed) if small else 0, a))
            h.line("static const struct cipher_frame %s_frames[] = {" % base)
            h.out += frames
            h.line("};\n")
            rows.append('\t{ "%s",\n\t  %s,\n\t  %s_key, %s_iv, %s_mac, '
                        '%s_frames, ARRAY_SIZE(%s_frames) },' %
                        (name, '"%s"' % mac if mac else "NULL",
                         base, base, base, base, base))
    h.line("static const struct cipher_vector cipher_vectors[] = {")
    h.out += rows
    h.line("};")
    h.close()


# ---- host keys ----

def primorial(top):
    out = 1
    for n in range(3, top, 2):
        if all(n % d for d in range(3, int(n ** 0.5) + 1, 2)):
            out *= n
    return out


SIEVE = primorial(1 << 14)


def is_prime(n, s):
    if math.gcd(n, SIEVE) != 1 or pow(2, n - 1, n) != 1:
        return False
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for _ in range(8):
        x = pow(int.from_bytes(s.take(16), "big") + 2, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def prime(bits, s, top):
    while True:
        n = int.from_bytes(s.take(bits // 8), "big") | 1 | top << (bits - 2)
        if (n - 1) % 65537 and is_prime(n, s):
            return n


def rsa_key(bits, label, top=3):
    s = Stream("rsa/" + label)
    while True:
        p, q = prime(bits // 2, s, top), prime(bits // 2, s, top)
        if (p * q).bit_length() == bits - (top < 2):
            break
    d = pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p),
        rsa.RSAPublicNumbers(65537, p * q)).private_key()


class Ed25519:
    def __init__(self, label):
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(
            Stream("ed25519/" + label).take(32))
        self.blob = string("ssh-ed25519") + string(
            self.key.public_key().public_bytes_raw())

    def sign(self, data, alg="ssh-ed25519"):
        return string(alg) + string(self.key.sign(data))


P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


class Ecdsa:
    def __init__(self, label):
        d = int.from_bytes(Stream("ecdsa/" + label).take(32), "big") % P256_N
        self.key = ec.derive_private_key(d, ec.SECP256R1())
        self.point = self.key.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint)
        self.blob = self.make(self.point)

    @staticmethod
    def make(point, curve="nistp256", kind="ecdsa-sha2-nistp256"):
        return string(kind) + string(curve) + string(point)

    def numbers(self, data):
        from cryptography.hazmat.primitives.asymmetric.utils import \
            decode_dss_signature
        return decode_dss_signature(self.key.sign(
            data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))

    @staticmethod
    def pack(r, s, alg="ecdsa-sha2-nistp256"):
        return string(alg) + string(mpint(r) + mpint(s))

    def sign(self, data):
        return self.pack(*self.numbers(data))


class Rsa:
    def __init__(self, bits, label, top=3):
        self.key = rsa_key(bits, label, top)
        n = self.key.public_key().public_numbers()
        self.blob = self.make(n.e, n.n)
        self.n = n.n

    @staticmethod
    def make(e, n):
        return string("ssh-rsa") + mpint(e) + mpint(n)

    def raw(self, data, alg):
        return self.key.sign(data, padding.PKCS1v15(),
                             hashes.SHA512() if alg == "rsa-sha2-512"
                             else hashes.SHA256())

    def sign(self, data, alg="rsa-sha2-512", name=None):
        return string(name or alg) + string(self.raw(data, alg))


def ssh_keygen_sign(key, message):
    """(signed data, signature blob) of OpenSSH's own tool: PROTOCOL.sshsig"""
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "key")
        with open(path, "wb") as f:
            os.fchmod(f.fileno(), 0o600)
            f.write(key.private_bytes(serialization.Encoding.PEM,
                                      serialization.PrivateFormat.OpenSSH,
                                      serialization.NoEncryption()))
        out = subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "kssh",
                              "-f", path], input=message, check=True,
                             capture_output=True).stdout
    blob = base64.b64decode(b"".join(out.split(b"\n")[1:-2]))
    assert blob.startswith(b"SSHSIG" + u32(1))
    at, fields = 10, []
    while at < len(blob):
        n = struct.unpack(">I", blob[at:at + 4])[0]
        fields.append(blob[at + 4:at + 4 + n])
        at += 4 + n
    _pub, namespace, reserved, algo, sig = fields
    digest = hashlib.new(algo.decode(), message).digest()
    return (b"SSHSIG" + string(namespace) + string(reserved) + string(algo) +
            string(digest), sig)


OK, MALFORMED, TYPE, SMALL_KEY = ("0", "KSSH_R_HOSTKEY_MALFORMED",
                                  "KSSH_R_HOSTKEY_TYPE",
                                  "KSSH_R_HOSTKEY_TOO_SMALL")
SIG_BAD, WRONG = "KSSH_R_SIGNATURE_MALFORMED", "KSSH_R_SIGNATURE_WRONG"


def hostkey_vectors(path):
    h = Header(path, "host keys and signatures, good and bad")
    data = Stream("exchange hash").take(32)
    ed, ed2 = Ed25519("a"), Ed25519("b")
    ecd, ecd2 = Ecdsa("a"), Ecdsa("b")
    r2, r3, r4 = Rsa(2048, "2048"), Rsa(3072, "3072"), Rsa(4096, "4096")
    rows, cache = [], {}

    def put(b):
        if b not in cache:
            cache[b] = h.array("b%d" % len(cache), b)
        return "{ %s, %d }" % (cache[b], len(b))

    def row(desc, alg, key, check, sig=b"", verify=OK, signed=data):
        rows.append('\t{ "%s", "%s",\n\t  %s, %s, %s,\n\t  %s, %s },' %
                    (desc, alg, put(key), put(sig), put(signed), check, verify))

    def keygen(desc, alg, key):
        signed, sig = ssh_keygen_sign(key.key, b"signed by ssh-keygen\n")
        row(desc, alg, key.blob, OK, sig, OK, signed)

    e, c = "ssh-ed25519", "ecdsa-sha2-nistp256"
    r512, r256 = "rsa-sha2-512", "rsa-sha2-256"

    row("ed25519 good", e, ed.blob, OK, ed.sign(data))
    keygen("ed25519 by ssh-keygen", e, ed)
    row("ed25519 other key", e, ed2.blob, OK, ed.sign(data), WRONG)
    row("ed25519 other data", e, ed.blob, OK, ed.sign(data + b"x"), WRONG)
    row("ed25519 signature of another algorithm", e, ed.blob, OK,
        ecd.sign(data), SIG_BAD)
    row("ed25519 signature under another name", e, ed.blob, OK,
        ed.sign(data, "ssh-ed25519-cert-v01@openssh.com"), SIG_BAD)
    raw = ed.key.sign(data)
    row("ed25519 short signature", e, ed.blob, OK,
        string(e) + string(raw[:63]), SIG_BAD)
    row("ed25519 long signature", e, ed.blob, OK,
        string(e) + string(raw + b"\0"), SIG_BAD)
    row("ed25519 signature with a tail", e, ed.blob, OK,
        ed.sign(data) + b"\0", SIG_BAD)
    order = 2 ** 252 + 27742317777372353535851937790883648493
    s = int.from_bytes(raw[32:], "little") + order
    row("ed25519 S not reduced", e, ed.blob, OK,
        string(e) + string(raw[:32] + s.to_bytes(32, "little")), WRONG)
    row("ed25519 key is no point", e, string(e) + string(b"\x02" + bytes(31)),
        OK, ed.sign(data), MALFORMED)
    row("ed25519 short key", e, string(e) + string(bytes(31)), MALFORMED)
    row("ed25519 long key", e, string(e) + string(bytes(33)), MALFORMED)
    row("ed25519 key with a tail", e, ed.blob + b"\0", MALFORMED)
    row("ed25519 wanted, ecdsa given", e, ecd.blob, TYPE)
    row("ed25519 wanted, rsa given", e, r2.blob, TYPE)
    row("empty key", e, b"", MALFORMED)
    row("empty type", e, string("") + string(bytes(32)), TYPE)

    row("ecdsa good", c, ecd.blob, OK, ecd.sign(data))
    keygen("ecdsa by ssh-keygen", c, ecd)
    row("ecdsa other key", c, ecd2.blob, OK, ecd.sign(data), WRONG)
    row("ecdsa other data", c, ecd.blob, OK, ecd.sign(data + b"x"), WRONG)
    short = next(d for d in (b"%d" % i for i in range(10 ** 6))
                 if ecd.numbers(d)[0] < 2 ** 247)
    row("ecdsa with a short r", c, ecd.blob, OK, ecd.sign(short), OK, short)
    short = next(d for d in (b"%d" % i for i in range(10 ** 6))
                 if ecd.numbers(d)[1] < 2 ** 247)
    row("ecdsa with a short s", c, ecd.blob, OK, ecd.sign(short), OK, short)
    r, s = ecd.numbers(data)
    row("ecdsa s negated is the same signature", c, ecd.blob, OK,
        ecd.pack(r, P256_N - s))
    row("ecdsa r zero", c, ecd.blob, OK, ecd.pack(0, s), SIG_BAD)
    row("ecdsa s zero", c, ecd.blob, OK, ecd.pack(r, 0), SIG_BAD)
    row("ecdsa r is the order", c, ecd.blob, OK, ecd.pack(P256_N, s), WRONG)
    row("ecdsa s above the order", c, ecd.blob, OK,
        ecd.pack(r, 2 ** 256 - 1), WRONG)
    row("ecdsa r too long", c, ecd.blob, OK, ecd.pack(r + 2 ** 256, s), SIG_BAD)
    row("ecdsa s too long", c, ecd.blob, OK, ecd.pack(r, s + 2 ** 256), SIG_BAD)
    row("ecdsa r negative", c, ecd.blob, OK, string(c) + string(
        string(b"\x80" + bytes(31)) + mpint(s)), SIG_BAD)
    row("ecdsa tail behind s", c, ecd.blob, OK, string(c) + string(
        mpint(r) + mpint(s) + b"\0"), SIG_BAD)
    row("ecdsa signature under another name", c, ecd.blob, OK,
        ecd.pack(r, s, "ecdsa-sha2-nistp384"), SIG_BAD)
    row("ecdsa point off the curve", c,
        ecd.make(ecd.point[:-1] + bytes([ecd.point[-1] ^ 1])), OK,
        ecd.sign(data), MALFORMED)
    row("ecdsa compressed point", c,
        ecd.make(b"\x02" + ecd.point[1:33]), MALFORMED)
    row("ecdsa point at infinity", c, ecd.make(b"\0"), MALFORMED)
    row("ecdsa hybrid point", c, ecd.make(b"\x06" + ecd.point[1:]), MALFORMED)
    row("ecdsa other curve", c, ecd.make(ecd.point, "nistp384"), TYPE)
    row("ecdsa other type", c,
        ecd.make(ecd.point, "nistp256", "ecdsa-sha2-nistp384"), TYPE)
    row("ecdsa key with a tail", c, ecd.blob + b"\0", MALFORMED)

    for key, bits in ((r2, 2048), (r3, 3072), (r4, 4096)):
        for alg in (r512, r256):
            row("%s good, %d bits" % (alg, bits), alg, key.blob, OK,
                key.sign(data, alg))
    keygen("rsa by ssh-keygen", r512, r2)
    row("rsa other key", r512, Rsa(2048, "other").blob, OK, r2.sign(data), WRONG)
    row("rsa other data", r512, r2.blob, OK, r2.sign(data + b"x"), WRONG)
    row("rsa other hash under the right name", r512, r2.blob, OK,
        r2.sign(data, r256, r512), WRONG)
    row("rsa-sha2-256 where 512 is wanted", r512, r2.blob, OK,
        r2.sign(data, r256), SIG_BAD)
    row("rsa with SHA-1's name", r512, r2.blob, OK,
        r2.sign(data, r512, "ssh-rsa"), SIG_BAD)
    short = next(d for d in (b"%d" % i for i in range(10 ** 6))
                 if not r2.raw(d, r512)[0])
    raw = r2.raw(short, r512)
    row("rsa signature with a leading zero", r512, r2.blob, OK,
        string(r512) + string(raw), OK, short)
    row("rsa signature without its leading zero", r512, r2.blob, OK,
        string(r512) + string(raw.lstrip(b"\0")), OK, short)
    row("rsa signature with a zero too many", r512, r2.blob, OK,
        string(r512) + string(b"\0" + raw), SIG_BAD, short)
    raw = r2.raw(data, r512)
    row("rsa signature cut at its end", r512, r2.blob, OK,
        string(r512) + string(raw[:-1]), WRONG)
    row("rsa empty signature", r512, r2.blob, OK, string(r512) + string(""),
        SIG_BAD)
    row("rsa signature is zero", r512, r2.blob, OK,
        string(r512) + string(bytes(256)), WRONG)
    row("rsa signature is one", r512, r2.blob, OK,
        string(r512) + string(bytes(255) + b"\x01"), WRONG)
    row("rsa signature above the modulus", r512, r2.blob, OK,
        string(r512) + string(b"\xff" * 256), WRONG)
    row("rsa signature with the modulus added", r256,
        r2.blob, OK, *plus_modulus(r2, data))
    n = r2.n
    row("rsa 1024 bits", r512, Rsa(1024, "1024").blob, SMALL_KEY)
    row("rsa 2047 bits", r512, r2.make(65537, n >> 1 | 1), SMALL_KEY)
    row("rsa even modulus", r512, r2.make(65537, n - 1), MALFORMED)
    row("rsa 16392 bits", r512, r2.make(65537, 2 ** 16391 + 1), MALFORMED)
    row("rsa 16384 bits", r512, r2.make(65537, 2 ** 16383 + 1), OK)
    row("rsa modulus zero", r512, r2.make(65537, 0), SMALL_KEY)
    row("rsa modulus negative", r512, string("ssh-rsa") + mpint(65537) +
        string(n.to_bytes(256, "big")), MALFORMED)
    row("rsa modulus padded", r512, string("ssh-rsa") + mpint(65537) +
        string(b"\0\0" + n.to_bytes(256, "big")), MALFORMED)
    row("rsa exponent zero", r512, r2.make(0, n), MALFORMED)
    row("rsa exponent one", r512, r2.make(1, n), MALFORMED)
    row("rsa exponent even", r512, r2.make(65536, n), MALFORMED)
    row("rsa exponent of 64 bits", r512, r2.make(2 ** 63 + 1, n), OK,
        r2.sign(data), WRONG)
    row("rsa exponent of 65 bits", r512, r2.make(2 ** 64 + 1, n), MALFORMED)
    row("rsa key with a tail", r512, r2.blob + b"\0", MALFORMED)
    row("rsa wanted, ed25519 given", r512, ed.blob, TYPE)
    row("rsa key under the signature's name", r512,
        string(r512) + r2.blob[11:], TYPE)
    odd = {bits: Rsa(bits, str(bits)) for bits in (2056, 3584, 5120)}
    for bits, key in odd.items():
        row("rsa-sha2-512 good, %d bits" % bits, r512, key.blob, OK,
            key.sign(data))
        row("rsa-sha2-256 wrong, %d bits" % bits, r256, key.blob, OK,
            key.sign(data + b"x", r256), WRONG)
    row("rsa 3584 signature with the modulus added", r256,
        odd[3584].blob, OK, *plus_modulus(odd[3584], data))
    for desc, sig in (("zero", bytes(448)), ("one", bytes(447) + b"\1"),
                      ("above the modulus", b"\xff" * 448)):
        row("rsa 3584 signature is " + desc, r512, odd[3584].blob, OK,
            string(r512) + string(sig), WRONG)
    for desc, em in emsa_variants(r3, data):
        sig = pow(int.from_bytes(em, "big"),
                  r3.key.private_numbers().d, r3.n).to_bytes(384, "big")
        row("rsa " + desc, r512, r3.blob, OK, string(r512) + string(sig), WRONG)
    for desc, em in emsa_variants(odd[3584], data):
        sig = pow(int.from_bytes(em, "big"),
                  odd[3584].key.private_numbers().d, odd[3584].n).to_bytes(448, "big")
        row("rsa 3584 " + desc, r512, odd[3584].blob, OK,
            string(r512) + string(sig), WRONG)
    h.line("static const struct hostkey_vector hostkey_vectors[] = {")
    h.out += rows
    h.line("};")
    h.close()


def plus_modulus(key, data):
    """A good signature's other representative that still fits the length."""
    size = (key.n.bit_length() + 7) // 8
    for i in range(10 ** 6):
        d = data + b"%d" % i
        s = int.from_bytes(key.raw(d, "rsa-sha2-256"), "big") + key.n
        if s < 2 ** (8 * size):
            return (string("rsa-sha2-256") + string(s.to_bytes(size, "big")),
                    WRONG, d)


def emsa_variants(key, data):
    """Encoded messages (RFC 8017 9.2) that a careless parser takes for good."""
    size = (key.n.bit_length() + 7) // 8
    info = bytes.fromhex("3051300d060960864801650304020305000440")
    t = info + hashlib.sha512(data).digest()
    pad = size - len(t) - 3
    yield "block type 2", b"\0\2" + b"\xff" * pad + b"\0" + t
    yield "padding not all ones", (b"\0\1" + b"\xff" * (pad - 1) + b"\xfe" +
                                   b"\0" + t)
    yield "no separator", b"\0\1" + b"\xff" * (pad + 1) + t
    yield "padding of eight, rest behind", (b"\0\1" + b"\xff" * 8 + b"\0" + t +
                                            b"\xff" * (pad - 8))
    yield "parameters left out", (b"\0\1" + b"\xff" * (pad + 2) + b"\0" +
                                  bytes.fromhex("304f300b0609608648016503040203"
                                                "0440") + t[-64:])
    yield "no DigestInfo", (b"\0\1" + b"\xff" * (pad + len(info)) + b"\0" +
                            t[-64:])


# ---- key exchange ----

def derive(digest, k, h, sid, letter, n):
    out = digest(k + h + letter + sid).digest()
    while len(out) < n:
        out += digest(k + h + out).digest()
    return out[:n]


def packet_keys(digest, cipher, k, h, sid, tx):
    cls, nkey, niv, nmac, _ = CIPHERS[cipher]
    iv, key, mac = (b"A", b"C", b"E") if tx else (b"B", b"D", b"F")
    return cls(*(derive(digest, k, h, sid, *what)
                 for what in ((key, nkey), (iv, niv), (mac, nmac))))


class X25519:
    """Server's half of X25519 against a client whose random bytes we know."""
    size = 32

    def __init__(self, client_random):
        self.client = x25519.X25519PrivateKey.from_private_bytes(client_random)
        self.q_c = self.client.public_key().public_bytes_raw()

    def answer(self, secret):
        server = x25519.X25519PrivateKey.from_private_bytes(secret)
        return (server.public_key().public_bytes_raw(),
                server.exchange(self.client.public_key()))


class Nist:
    """The same over a NIST curve."""

    def __init__(self, client_random):
        self.client = self.key(client_random)
        self.q_c = self.point(self.client)

    def key(self, secret):
        number = int.from_bytes(secret, "big") % 2 ** self.curve.key_size
        return ec.derive_private_key(number, self.curve)

    @staticmethod
    def point(key):
        return key.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint)

    def answer(self, secret):
        server = self.key(secret)
        return (self.point(server),
                server.exchange(ec.ECDH(), self.client.public_key()))


class P256(Nist):
    curve, size = ec.SECP256R1(), 32
    # What a client has to throw away: n - 2, since the kernel's range ends at
    # n - 3, and zero.
    reject = (P256_N - 2).to_bytes(32, "big") + bytes(32)


class P384(Nist):
    curve, size = ec.SECP384R1(), 48
    reject = b"\xff" * 48


class Sntrup761:
    """A key of sntrup761, as the library has those of ML-KEM."""

    def __init__(self, seed):
        self.seed = Stream("sntrup761/" + hashlib.sha256(seed).hexdigest())
        tape = iter([seed[:4 * sntrup761.P],
                     seed[4 * sntrup761.P:8 * sntrup761.P],
                     seed[8 * sntrup761.P:]])
        self.pk, _ = sntrup761.keygen(lambda n: next(tape))

    @classmethod
    @functools.lru_cache
    def from_seed_bytes(cls, seed):
        return cls(seed)

    def public_key(self):
        return self

    def public_bytes_raw(self):
        return self.pk

    def encapsulate(self):
        ct, k = sntrup761.encaps(self.pk, self.seed.take)
        return k, ct


P521_N = 2 ** 521 - int(
    "5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7", 16)


class P521(Nist):
    curve, size = ec.SECP521R1(), 66
    # n, and zero, of which seven bits more do not count
    reject = P521_N.to_bytes(66, "big") + b"\xfe" + bytes(65)


KEX = {  # hash, ECDH, KEM of the hybrids
    "curve25519-sha256": (hashlib.sha256, X25519, None),
    "curve25519-sha256@libssh.org": (hashlib.sha256, X25519, None),
    "mlkem768x25519-sha256":
        (hashlib.sha256, X25519, mlkem.MLKEM768PrivateKey),
    "mlkem768nistp256-sha256":
        (hashlib.sha256, P256, mlkem.MLKEM768PrivateKey),
    "mlkem1024nistp384-sha384":
        (hashlib.sha384, P384, mlkem.MLKEM1024PrivateKey),
    "sntrup761x25519-sha512": (hashlib.sha512, X25519, Sntrup761),
    "sntrup761x25519-sha512@openssh.com": (hashlib.sha512, X25519, Sntrup761),
    "ecdh-sha2-nistp256": (hashlib.sha256, P256, None),
    "ecdh-sha2-nistp384": (hashlib.sha384, P384, None),
    "ecdh-sha2-nistp521": (hashlib.sha512, P521, None),
}

# what their key generation draws
SEED = {None: 0, mlkem.MLKEM768PrivateKey: 64, mlkem.MLKEM1024PrivateKey: 64,
        Sntrup761: 8 * sntrup761.P + sntrup761.RHO}


def kex_vectors(path):
    h = Header(path, "key exchanges up to sealed packets")
    rows = []
    keys = {"ssh-ed25519": Ed25519("a"), "ecdsa-sha2-nistp256": Ecdsa("a"),
            "rsa-sha2-512": Rsa(2048, "2048")}
    keys["rsa-sha2-256"] = keys["rsa-sha2-512"]
    x, xl = "curve25519-sha256", "curve25519-sha256@libssh.org"
    pq = "mlkem768x25519-sha256"
    sn, sno = "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com"
    pq256, pq384 = "mlkem768nistp256-sha256", "mlkem1024nistp384-sha384"
    p256, p384 = "ecdh-sha2-nistp256", "ecdh-sha2-nistp384"
    p521 = "ecdh-sha2-nistp521"
    chacha, g128, g256, ctr = CIPHERS
    # K as mpint and as string differ if its first bit is set, or its first nine
    # are not; "padded": a zero byte of its own is the mpint's.  "short": K_CL of a hybrid begins with a zero byte, which stays.
    cases = [  # kex, host key, ciphers, what K must look like, session id given,
        # and whether the client's first numbers are out of range
        (x, "ssh-ed25519", chacha, chacha, None, False),
        (x, "ecdsa-sha2-nistp256", g128, g256, "high", False),
        (xl, "rsa-sha2-512", ctr, chacha, "zero", False),
        (x, "rsa-sha2-256", g256, ctr, "low", True),
        (pq, "ssh-ed25519", chacha, g128, "high", False),
        (pq, "ecdsa-sha2-nistp256", ctr, ctr, "zero", True),
        (p256, "ecdsa-sha2-nistp256", chacha, g256, "high", False),
        (p256, "ssh-ed25519", g128, ctr, "zero", True, True),
        (p384, "rsa-sha2-512", ctr, chacha, "low", False, True),
        (p384, "ssh-ed25519", chacha, ctr, "zero", True),
        (p384, "rsa-sha2-256", g256, g128, "high", False),
        (pq256, "ssh-ed25519", g128, chacha, "high", False),
        (pq256, "rsa-sha2-256", ctr, g256, "zero", True, True),
        (pq256, "ecdsa-sha2-nistp256", chacha, chacha, "short", False),
        (pq384, "rsa-sha2-512", g256, ctr, "high", True, True),
        (pq384, "ecdsa-sha2-nistp256", chacha, g128, "zero", False),
        (pq384, "ssh-ed25519", ctr, g128, "short", False),
        (sn, "ecdsa-sha2-nistp256", chacha, g256, "high", False),
        (sno, "ssh-ed25519", ctr, chacha, "zero", True),
        (p521, "ssh-ed25519", chacha, ctr, "low", False, True),
        (p521, "ecdsa-sha2-nistp256", g256, chacha, "zero", False),
        (p521, "rsa-sha2-512", ctr, g128, "padded", True),
    ]
    for number, (kex, host, tx, rx, shape, again, *redraw) in enumerate(cases):
        s = Stream("kex/%d" % number)
        sha, ecdh, kem = KEX[kex]
        seed = s.take(SEED[kem])
        secret = s.take(ecdh.size)
        pair = ecdh(secret)
        random = seed + (ecdh.reject if redraw else b"") + secret
        while True:
            q_s, k_cl = pair.answer(s.take(ecdh.size))
            if kem:
                ek = kem.from_seed_bytes(seed).public_key()
                k_pq, ct = ek.encapsulate()
                q_c = ek.public_bytes_raw() + pair.q_c
                q_s = ct + q_s
                k = sha(k_pq + k_cl).digest()
            else:
                q_c, k = pair.q_c, k_cl
            if (shape is None or
                    shape == "short" and not k_cl[0] or
                    shape == "high" and k[0] & 0x80 or
                    shape == "low" and 0 < k[0] < 0x80 or
                    shape == "zero" and not k[0] and 0 < k[1] < 0x80 or
                    shape == "padded" and not k[0] and k[1] & 0x80):
                break
        v_c, v_s = b"SSH-2.0-kssh_1", b"SSH-2.0-OpenSSH_%d.0p1 peer" % number
        i_c, i_s = b"\x14" + s.take(300 + number), b"\x14" + s.take(801 - number)
        key = keys[host]
        encoded = string(k) if kem else mpint(int.from_bytes(k, "big"))
        digest = sha(b"".join(map(string, (
            v_c, v_s, i_c, i_s, key.blob, q_c, q_s))) + encoded).digest()
        sid = s.take(32) if again else digest
        sign = (key.sign(digest, host) if host.startswith("rsa")
                else key.sign(digest))
        base = "k%d_" % number
        for name, value in (
                ("random", random), ("v_c", v_c), ("v_s", v_s), ("i_c", i_c),
                ("i_s", i_s), ("k_s", key.blob), ("sig", sign), ("q_c", q_c),
                ("q_s", q_s), ("h", digest),
                ("sid", sid if again else b""),
                ("tx", packet_keys(sha, tx, encoded, digest, sid, True).seal(
                    3, pattern(52, 3))),
                ("rx", packet_keys(sha, rx, encoded, digest, sid, False).seal(
                    7, pattern(68, 7)))):
            h.array(base + name, value)
        rows.append('\t{ "%s", "%s",\n\t  { "%s", "%s" },\n\t  %s },' % (
            kex, host, tx, rx, ",\n\t  ".join(
                "B(%s%s)" % (base, f) for f in (
                    "random", "v_c", "v_s", "i_c", "i_s", "k_s", "sig", "q_c",
                    "q_s", "h")) + ",\n\t  { %ssid, %d }, B(%stx), B(%srx)" % (
                        base, len(sid) if again else 0, base, base)))
    h.line("#define B(a) { a, sizeof(a) }\n")
    h.line("static const struct kex_vector kex_vectors[] = {")
    h.out += rows
    h.line("};")
    h.line("\n#undef B")
    h.close()


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "..", "..", "module", "kunit")
    cipher_vectors(os.path.join(out, "cipher_vectors.h"))
    hostkey_vectors(os.path.join(out, "hostkey_vectors.h"))
    kex_vectors(os.path.join(out, "kex_vectors.h"))


if __name__ == "__main__":
    main()
