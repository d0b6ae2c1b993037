# SPDX-License-Identifier: GPL-2.0
"""Host keys of the scripted server beyond the plain usual ones: the larger curves,
keys in a security key (PROTOCOL.u2f; the token is played here, as a real sshd needs
a real one) and certificates (PROTOCOL.certkeys)."""

import hashlib
import os
import struct
import time

from libcrypto import Key, ecdsa_numbers
from wire import Reader, byte, mpint, string, u32

APPLICATION = "ssh:kssh"
CERT = "-cert-v01@openssh.com"
USER, HOST = 1, 2


class EcdsaKey:
    HASH = {256: "SHA256", 384: "SHA384", 521: "SHA512"}

    def __init__(self, bits=256):
        self.hash = self.HASH[bits]
        self.key = Key("P-%d" % bits)
        self.curve_name = "nistp%d" % bits
        self.algorithms = ("ecdsa-sha2-" + self.curve_name,)

    def fields(self):
        return string(self.curve_name) + string(self.key.public())

    def blob(self):
        return string(self.algorithms[0]) + self.fields()

    def raw_sign(self, data):
        r, s = ecdsa_numbers(self.key.sign(data, self.hash))
        return mpint(r) + mpint(s)

    def sign(self, name, data):
        return string(name) + string(self.raw_sign(data))


class SecurityKey:
    """inner: EcdsaKey(256), or None for Ed25519."""

    def __init__(self, inner=None):
        self.inner = inner
        self.key = inner.key if inner else Key("ED25519")
        self.algorithms = ("sk-ecdsa-sha2-nistp256@openssh.com" if inner else
                           "sk-ssh-ed25519@openssh.com",)
        self.counter = 0

    def fields(self):
        key = self.inner.fields() if self.inner else string(self.key.public())
        return key + string(APPLICATION)

    def blob(self):
        return string(self.algorithms[0]) + self.fields()

    def sign(self, name, data, application=APPLICATION, flags=1):
        self.counter += 1
        message = (hashlib.sha256(application.encode()).digest() + byte(flags) +
                   u32(self.counter) + hashlib.sha256(data).digest())
        raw = (self.inner.raw_sign if self.inner else self.key.sign)(message)
        return string(name) + string(raw) + byte(flags) + u32(self.counter)


def u64(n):
    return struct.pack(">Q", n)


class Certificate:
    """Of key, a plain one; it goes by names in KEXINIT, and by kind in the blob."""

    def __init__(self, key, ca, names, kind=None):
        self.key, self.ca, self.algorithms = key, ca, names
        self.kind = kind or names[0]
        self.nonce = os.urandom(32)

    def fields(self):
        """The certified key's own."""
        blob = self.key.blob()
        return blob[4 + len(Reader(blob).string()):]

    def blob(self, kind=HOST, principals=("127.0.0.1", "::1", "host.example"),
             critical=b"", ca=None, fields=None):
        now = int(time.time())
        body = (string(self.kind) + string(self.nonce) + (fields or self.fields()) +
                u64(1) + u32(kind) + string("kssh") +
                string(b"".join(map(string, principals))) + u64(now - 60) +
                u64(now + 86400) + string(critical) + string(b"") + string(b"") +
                string(ca or self.ca.blob()))
        return body + string(self.ca.sign(self.ca.algorithms[0], body))

    def sign(self, name, data):
        plain = name.replace(CERT, "@openssh.com" if name.startswith("sk-") else "")
        return self.key.sign(plain, data)


def more_keys(usual):
    """By algorithm; usual: those that are there."""
    keys = [EcdsaKey(384), EcdsaKey(521), SecurityKey(), SecurityKey(EcdsaKey())]
    ca = usual["ssh-ed25519"]
    for key in keys + [usual["ssh-ed25519"], usual["ecdsa-sha2-nistp256"]]:
        name = key.algorithms[0].replace("@openssh.com", "") + CERT
        keys.append(Certificate(key, ca, (name,)))
    rsa = usual["rsa-sha2-512"]
    keys.append(Certificate(rsa, ca, tuple(n + CERT for n in rsa.algorithms),
                            "ssh-rsa" + CERT))
    return {name: key for key in keys for name in key.algorithms}
