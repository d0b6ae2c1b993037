#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Vectors of the larger curves, security keys and certificates.

Usage: selftests/gen/sk_cert_vectors.py [OUTDIR]

Writes sk_cert_vectors.h for the suite kssh_hostkey into OUTDIR, by default
module/kunit.  As alg_vectors.py: primitives are those of python3-cryptography,
formats are written after RFC 5656 and OpenSSH's PROTOCOL.u2f and
PROTOCOL.certkeys.  No token takes part: what one signs is put together here.
Certificates are made by ssh-keygen, whose nonces are fresh in every run, so the
vectors change from run to run; those that are bad are taken apart, changed in
one place and put together again.
"""

import base64
import hashlib
import os
import struct
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from alg_vectors import (MALFORMED, OK, SIG_BAD, SMALL_KEY, TYPE, WRONG, Ed25519,
                         Header, Rsa, Stream, mpint, ssh_keygen_sign, string, u32)

# bits: curve, hash, order (FIPS 186-4 D.1.2)
CURVES = {
    256: (ec.SECP256R1(), hashes.SHA256(), 0xffffffff00000000ffffffffffffffff
          << 128 | 0xbce6faada7179e84f3b9cac2fc632551),
    384: (ec.SECP384R1(), hashes.SHA384(), (2 ** 192 - 1) << 192 |
          0xc7634d81f4372ddf581a0db248b0a77aecec196accc52973),
    521: (ec.SECP521R1(), hashes.SHA512(), (2 ** 261 - 1) << 260 |
          0xa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409),
}

CERT = "-cert-v01@openssh.com"
APPLICATION = "ssh:kssh"


def fields_of(blob):
    """A plain key without its type."""
    return blob[4 + struct.unpack(">I", blob[:4])[0]:]


class Ecdsa:
    def __init__(self, bits, label):
        self.bits = bits
        self.curve, self.hash, self.order = CURVES[bits]
        self.size = (bits + 7) // 8
        self.name = "ecdsa-sha2-nistp%d" % bits
        d = int.from_bytes(Stream("ecdsa%d/%s" % (bits, label)).take(
            self.size + 16), "big") % self.order
        self.key = ec.derive_private_key(d, self.curve)
        self.point = self.key.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint)
        self.blob = self.make(self.point)

    def make(self, point, curve=None, kind=None):
        return (string(kind or self.name) +
                string(curve or "nistp%d" % self.bits) + string(point))

    def numbers(self, data):
        return decode_dss_signature(self.key.sign(
            data, ec.ECDSA(self.hash, deterministic_signing=True)))

    def pack(self, r, s, name=None):
        return string(name or self.name) + string(mpint(r) + mpint(s))

    def sign(self, data):
        return self.pack(*self.numbers(data))


class Sk:
    """A key in a token: inner is Ed25519 or Ecdsa(256)."""

    def __init__(self, name, inner, application=APPLICATION):
        self.name, self.inner = name, inner
        self.blob = string(name) + fields_of(inner.blob) + string(application)
        self.application = application

    def value(self, message):
        if isinstance(self.inner, Ecdsa):
            r, s = self.inner.numbers(message)
            return mpint(r) + mpint(s)
        return self.inner.key.sign(message)

    def sign(self, data, flags=1, counter=5, application=None, name=None):
        if application is None:
            application = self.application
        application = hashlib.sha256(application.encode()).digest()
        message = (application + bytes([flags]) + u32(counter) +
                   hashlib.sha256(data).digest())
        return self.pack(self.value(message), flags, counter, name)

    def pack(self, value, flags, counter, name=None):
        return (string(name or self.name) + string(value) + bytes([flags]) +
                u32(counter))


class Fields:
    """A certificate taken apart, in the order of PROTOCOL.certkeys."""

    NAMES = ("serial", "type", "id", "principals", "after", "before", "critical",
             "extensions", "reserved", "ca", "signature")
    SIZE = {"serial": 8, "type": 4, "after": 8, "before": 8}

    def __init__(self, blob, n_key):
        at = 0

        def take(n):
            nonlocal at
            at += n
            return blob[at - n:at]

        def text():
            return take(struct.unpack(">I", take(4))[0])

        self.kind, self.nonce = text(), text()
        self.key = b"".join(string(text()) for _ in range(n_key))
        self.f = {}
        for name in self.NAMES:
            self.f[name] = (take(self.SIZE[name]) if name in self.SIZE else text())
        assert at == len(blob)
        assert self.build() == blob

    def build(self, kind=None, key=None, **other):
        out = string(kind or self.kind) + string(self.nonce) + (key or self.key)
        for name in self.NAMES:
            value = other.get(name, self.f[name])
            out += value if name in self.SIZE else string(value)
        return out


class Authority:
    """ssh-keygen with a key to sign certificates with."""

    def __init__(self, folder):
        self.folder = folder
        self.run("-q", "-t", "ecdsa", "-b", "384", "-N", "", "-f", self.path("ca"))

    def path(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def run(*args):
        subprocess.run(("ssh-keygen",) + args, check=True, capture_output=True)

    def certify(self, key, *options, host=True):
        with open(self.path("key.pub"), "w", encoding="ascii") as f:
            n = struct.unpack(">I", key.blob[:4])[0]
            f.write("%s %s\n" % (key.blob[4:4 + n].decode(),
                                 base64.b64encode(key.blob).decode()))
        self.run("-q", "-s", self.path("ca"), "-I", "kssh", *(["-h"] * host),
                 *options, self.path("key.pub"))
        with open(self.path("key-cert.pub"), encoding="ascii") as f:
            return base64.b64decode(f.read().split()[1])


class Table:
    def __init__(self, header):
        self.h, self.rows, self.cache = header, [], {}
        self.data = Stream("exchange hash").take(32)

    def put(self, b):
        if b not in self.cache:
            self.cache[b] = self.h.array("x%d" % len(self.cache), b)
        return "{ %s, %d }" % (self.cache[b], len(b))

    def row(self, desc, alg, key, check, sig=b"", verify=OK, signed=None):
        self.rows.append('\t{ "%s",\n\t  "%s",\n\t  %s, %s, %s,\n\t  %s, %s },' % (
            desc, alg, self.put(key), self.put(sig),
            self.put(self.data if signed is None else signed), check, verify))


def ecdsa_rows(t, bits):
    key, other = Ecdsa(bits, "a"), Ecdsa(bits, "b")
    small = Ecdsa(256, "a")
    a, d = key.name, t.data
    say = "p%d " % bits
    t.row(say + "good", a, key.blob, OK, key.sign(d))
    signed, sig = ssh_keygen_sign(key.key, b"signed by ssh-keygen\n")
    t.row(say + "by ssh-keygen", a, key.blob, OK, sig, OK, signed)
    t.row(say + "other key", a, other.blob, OK, key.sign(d), WRONG)
    t.row(say + "other data", a, key.blob, OK, key.sign(d + b"x"), WRONG)
    for which, letter in enumerate("rs"):
        short = next(x for x in (b"%d" % i for i in range(10 ** 6))
                     if key.numbers(x)[which] < 2 ** (8 * key.size - 17))
        t.row(say + "with a short " + letter, a, key.blob, OK, key.sign(short),
              OK, short)
    r, s = key.numbers(d)
    t.row(say + "s negated is the same signature", a, key.blob, OK,
          key.pack(r, key.order - s))
    t.row(say + "r zero", a, key.blob, OK, key.pack(0, s), SIG_BAD)
    t.row(say + "s zero", a, key.blob, OK, key.pack(r, 0), SIG_BAD)
    t.row(say + "r is the order", a, key.blob, OK, key.pack(key.order, s), WRONG)
    t.row(say + "s is all ones", a, key.blob, OK,
          key.pack(r, 2 ** (8 * key.size) - 1), WRONG)
    t.row(say + "r too long", a, key.blob, OK,
          key.pack(r + 2 ** (8 * key.size), s), SIG_BAD)
    t.row(say + "r negative", a, key.blob, OK, string(a) + string(
        string(b"\x80" + bytes(key.size - 1)) + mpint(s)), SIG_BAD)
    t.row(say + "signature under another curve's name", a, key.blob, OK,
          key.pack(r, s, small.name), SIG_BAD)
    with_256 = decode_dss_signature(key.key.sign(d, ec.ECDSA(hashes.SHA256())))
    t.row(say + "signature of the wrong hash", a, key.blob, OK,
          key.pack(*with_256), WRONG)
    t.row(say + "point off the curve", a,
          key.make(key.point[:-1] + bytes([key.point[-1] ^ 1])), OK,
          key.sign(d), MALFORMED)
    t.row(say + "coordinate above the prime", a,
          key.make(b"\4" + b"\xff" * key.size + key.point[1 + key.size:]), OK,
          key.sign(d), MALFORMED)
    t.row(say + "compressed point", a,
          key.make(b"\2" + key.point[1:1 + key.size]), MALFORMED)
    t.row(say + "point at infinity", a, key.make(b"\0"), MALFORMED)
    t.row(say + "point of another curve", a, key.make(small.point), MALFORMED)
    t.row(say + "other curve's name", a, key.make(key.point, "nistp256"), TYPE)
    t.row(say + "key of another curve", a, small.blob, TYPE)
    t.row(say + "key with a tail", a, key.blob + b"\0", MALFORMED)


def sk_rows(t, key, say):
    a, d = key.name, t.data
    good = key.sign(d)
    t.row(say + "good", a, key.blob, OK, good)
    t.row(say + "not touched", a, key.blob, OK, key.sign(d, flags=0))
    t.row(say + "verified, large counter", a, key.blob, OK,
          key.sign(d, 5, 0xffffffff))
    nameless = Sk(a, key.inner, "")
    t.row(say + "application empty", a, nameless.blob, OK, nameless.sign(d))
    t.row(say + "other data", a, key.blob, OK, key.sign(d + b"x"), WRONG)
    t.row(say + "for another application", a, key.blob, OK,
          key.sign(d, application="ssh:other"), WRONG)
    t.row(say + "flags altered", a, key.blob, OK,
          good[:-5] + b"\0" + good[-4:], WRONG)
    t.row(say + "counter altered", a, key.blob, OK, good[:-1] + b"\x06", WRONG)
    t.row(say + "signs the bare data", a, key.blob, OK,
          key.pack(key.value(d), 1, 5), WRONG)
    t.row(say + "without flags and counter", a, key.blob, OK, good[:-5], SIG_BAD)
    t.row(say + "signature with a tail", a, key.blob, OK, good + b"\0", SIG_BAD)
    t.row(say + "under the plain name", a, key.blob, OK,
          key.sign(d, name=key.plain), SIG_BAD)
    t.row(say + "under the name of WebAuthn", a, key.blob, OK,
          key.sign(d, name="webauthn-" + a), SIG_BAD)
    t.row(say + "application with a zero byte", a,
          string(a) + fields_of(key.inner.blob) + string(b"ssh:\0"), MALFORMED)
    t.row(say + "without application", a, string(a) + fields_of(key.inner.blob), MALFORMED)
    t.row(say + "key with a tail", a, key.blob + b"\0", MALFORMED)
    t.row(say + "wanted, plain key given", a, string(key.plain) +
          fields_of(key.inner.blob), TYPE)
    t.row(say + "plain wanted", key.plain, key.blob, TYPE)


def cert_rows(t, ca, alg, key, n_key, sign):
    """One certificate that is good, and what differs by type."""
    kind = alg if not alg.startswith("rsa") else "ssh-rsa" + CERT
    blob = ca.certify(key, "-n", "host.example,*.example", "-V", "+52w")
    c = Fields(blob, n_key)
    assert c.kind == kind.encode()
    say = alg[:-len(CERT)] + " cert "
    t.row(say + "good", alg, blob, OK, sign(t.data))
    t.row(say + "other data", alg, blob, OK, sign(t.data + b"x"), WRONG)
    t.row(say + "signed under its own name", alg, blob, OK,
          sign(t.data, name=alg), SIG_BAD)
    t.row(say + "with a tail", alg, blob + b"\0", MALFORMED)
    t.row(say + "of a user", alg, c.build(type=u32(1)), TYPE)
    t.row(say + "wanted, plain key given", alg, key.blob, TYPE)
    plain = alg.replace(CERT, "@openssh.com" if "sk-" in alg else "")
    t.row(say + "given, plain key wanted", plain, blob, TYPE)
    t.row(say + "under its name in KEXINIT" if kind != alg else
          say + "under the plain name", alg,
          c.build(kind=alg if kind != alg else plain), TYPE)
    return c


def one_cert(t, ca, ed, c):
    """What is the same for all: with the Ed25519 one."""
    alg = "ssh-ed25519" + CERT
    sig, more = ed.sign(t.data), Ed25519("b")

    def good(desc, blob):
        t.row("cert " + desc, alg, blob, OK, sig)

    def bad(desc, check=MALFORMED, **fields):
        t.row("cert " + desc, alg, c.build(**fields), check)

    # what the kernel leaves to those who know the CA
    good("for all names", ca.certify(ed))
    good("expired", ca.certify(ed, "-V", "20200101:20200102"))
    good("with an option", ca.certify(ed, "-O", "critical:a@example.com=x",
                                      "-O", "extension:b@example.com"))
    good("with a wrong signature of its CA", c.build(
        signature=c.f["signature"][:-1] +
        bytes([c.f["signature"][-1] ^ 1])))
    good("of a CA that lives in a token", c.build(
        ca=Sk("sk-ssh-ed25519@openssh.com", more).blob,
        signature=Sk("sk-ssh-ed25519@openssh.com", more).sign(b"x")))
    good("with an empty nonce and id", Fields(
        string(c.kind) + string(b"") + c.build(id=b"")[
            8 + len(c.kind) + len(c.nonce):], 1).build())
    t.row("cert certifies another key", alg, c.build(
        key=string(more.blob[-32:])), OK, sig, WRONG)
    t.row("cert made for users by ssh-keygen", alg, ca.certify(
        ed, "-n", "root", host=False), TYPE)
    bad("of type 0", type=u32(0))
    bad("of type 3", type=u32(3))
    nested = c.build()
    bad("signed by a certificate", ca=nested)
    bad("without CA", ca=b"")
    bad("of a CA without key", ca=string("ssh-ed25519"))
    bad("of a CA without type", ca=string("") + string(bytes(32)))
    bad("without signature", signature=b"")
    bad("with a signature of nothing", signature=string("ssh-ed25519") +
        string(""))
    bad("with a signature that is cut", signature=c.f["signature"][:-1])
    bad("with a name that is cut", principals=string("host") + u32(5) + b"abcd")
    bad("with a name's length alone", principals=u32(1))
    bad("with three bytes of names", principals=b"\0\0\0")
    bad("with an option without value", critical=string("a"))
    bad("with an option that is cut", critical=string("a") + u32(2) + b"x")
    bad("with an extension without value", extensions=string("a") + string("") +
        string("b"))
    bad("with names far too long", principals=u32(0xffffffff) + b"x")
    bad("with a short key", key=string(bytes(31)))
    bad("with a long key", key=string(bytes(33)))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "..", "..", "module", "kunit")
    h = Header(os.path.join(out, "sk_cert_vectors.h"),
               "larger curves, security keys, certificates")
    h.out[1] = h.out[1].replace("alg_vectors", "sk_cert_vectors")
    t = Table(h)
    ed = Ed25519("a")
    p256 = Ecdsa(256, "a")
    sk_ed = Sk("sk-ssh-ed25519@openssh.com", ed)
    sk_ec = Sk("sk-ecdsa-sha2-nistp256@openssh.com", p256)
    sk_ed.plain, sk_ec.plain = "ssh-ed25519", p256.name
    ecdsa_rows(t, 384)
    ecdsa_rows(t, 521)
    sk_rows(t, sk_ed, "sk ed25519 ")
    sk_rows(t, sk_ec, "sk ecdsa ")
    t.row("sk ecdsa on another curve", sk_ec.name, string(sk_ec.name) +
          fields_of(Ecdsa(384, "a").blob) + string(APPLICATION), TYPE)
    t.row("sk ecdsa point off the curve", sk_ec.name, string(sk_ec.name) +
          string("nistp256") + string(p256.point[:-1] + bytes(
              [p256.point[-1] ^ 1])) + string(APPLICATION), OK,
          sk_ec.sign(t.data), MALFORMED)
    with tempfile.TemporaryDirectory() as folder:
        ca = Authority(folder)
        c = cert_rows(t, ca, "ssh-ed25519" + CERT, ed, 1,
                      lambda d, name="ssh-ed25519": ed.sign(d, name))
        one_cert(t, ca, ed, c)
        for bits in CURVES:
            key = Ecdsa(bits, "a")
            c = cert_rows(
                t, ca, key.name + CERT, key, 2,
                lambda d, name=None, key=key: key.pack(*key.numbers(d), name))
            t.row("p%d cert on another curve" % bits, key.name + CERT, c.build(
                key=fields_of(Ecdsa({256: 384}.get(bits, 256), "a").blob)), TYPE)
        cert_rows(t, ca, "sk-ssh-ed25519" + CERT, sk_ed, 2,
                  lambda d, name=None: sk_ed.sign(d, name=name))
        cert_rows(t, ca, "sk-ecdsa-sha2-nistp256" + CERT, sk_ec, 3,
                  lambda d, name=None: sk_ec.sign(d, name=name))
        rsa = Rsa(2048, "2048")
        for alg in ("rsa-sha2-512", "rsa-sha2-256"):
            c = cert_rows(
                t, ca, alg + CERT, rsa, 2,
                lambda d, name=None, alg=alg: rsa.sign(d, alg, name))
        t.row("rsa cert with the other hash", "rsa-sha2-512" + CERT, c.build(), OK,
              rsa.sign(t.data, "rsa-sha2-256"), SIG_BAD)
        t.row("rsa cert of 1024 bits", "rsa-sha2-512" + CERT, c.build(
            key=fields_of(Rsa(1024, "1024").blob)), SMALL_KEY)
    h.line("static const struct hostkey_vector sk_cert_vectors[] = {")
    h.out += t.rows
    h.line("};")
    h.close()


if __name__ == "__main__":
    main()
