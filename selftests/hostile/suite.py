# SPDX-License-Identifier: GPL-2.0
"""Ciphers, key derivation and host keys of the scripted server.

A frame is packet_length, padding_length, payload and padding in the clear.  A
cipher seals a whole frame, and opens one from a function that reads bytes.
"""

import hashlib
import hmac
import struct

from hostkeys import EcdsaKey, more_keys
from libcrypto import Aead, BadTag, Key, Poly1305, Stream
from wire import Reader, mpint, string, u32

LENGTH_MAX = 256 * 1024


class BadPacket(Exception):
    """What came is not a packet under the keys in force."""


def check_length(n):
    if not 5 <= n <= LENGTH_MAX:
        raise BadPacket("packet_length %d" % n)
    return n


class Plain:
    """Before the first NEWKEYS."""

    block, aad, key_len, iv_len, needs_mac = 8, 0, 0, 0, False

    def seal(self, seq, frame):
        return frame

    def open(self, seq, read):
        head = read(4)
        return head + read(check_length(struct.unpack(">I", head)[0]))


class ChaChaPoly:
    """chacha20-poly1305@openssh.com (PROTOCOL.chacha20poly1305)."""

    block, aad, key_len, iv_len, needs_mac = 8, 4, 64, 0, False

    def __init__(self, key, iv, mac_key):
        self.main, self.header = (Stream("ChaCha20", k) for k in (key[:32], key[32:]))
        self.poly = Poly1305()

    @staticmethod
    def _crypt(stream, seq, data):
        return stream.begin(struct.pack("<Q", 0) + struct.pack(">Q", seq)).update(data)

    # The first block of the main stream is the MAC's key, the rest is for the payload.

    def seal(self, seq, frame):
        body = self._crypt(self.main, seq, bytes(64) + frame[4:])
        out = self._crypt(self.header, seq, frame[:4]) + body[64:]
        return out + self.poly.tag(body[:32], out)

    def open(self, seq, read):
        head = read(4)
        length = self._crypt(self.header, seq, head)
        body = read(check_length(struct.unpack(">I", length)[0]))
        tag = read(16)
        clear = self._crypt(self.main, seq, bytes(64) + body)
        if not hmac.compare_digest(self.poly.tag(clear[:32], head + body), tag):
            raise BadPacket("tag")
        return length + clear[64:]


class Gcm:
    """aes*-gcm@openssh.com (RFC 5647 with OpenSSH's negotiation)."""

    block, aad, iv_len, needs_mac = 16, 4, 12, False

    def __init__(self, key, iv, mac_key):
        self.gcm, self.iv = Aead("AES-%d-GCM" % (8 * self.key_len), key), iv

    def _next_iv(self):
        iv = self.iv
        count = (int.from_bytes(iv[4:], "big") + 1) & (1 << 64) - 1
        self.iv = iv[:4] + count.to_bytes(8, "big")
        return iv

    def seal(self, seq, frame):
        return frame[:4] + self.gcm.seal(self._next_iv(), frame[4:], frame[:4])

    def open(self, seq, read):
        head = read(4)
        body = read(check_length(struct.unpack(">I", head)[0]) + 16)
        try:
            return head + self.gcm.open(self._next_iv(), body, head)
        except BadTag as e:
            raise BadPacket("tag") from e


class Gcm128(Gcm):
    key_len = 16


class Gcm256(Gcm):
    key_len = 32


class Ctr:
    """aes*-ctr (RFC 4344) with a MAC: encrypt-then-MAC (PROTOCOL 1.5), where the
    length is in the clear, or the older encrypt-and-MAC (RFC 4253 6.4)."""

    block, iv_len, needs_mac = 16, 16, True

    def __init__(self, key, iv, mac_key, mac):
        # CTR is its own inverse and each object serves one direction.
        self.ctr = Stream("AES-%d-CTR" % (8 * self.key_len), key, iv)
        self.mac_key = mac_key
        self.tag_len, self.hash, self.etm = MACS[mac]
        self.aad = 4 if self.etm else 0

    def _tag(self, seq, data):
        return hmac.digest(self.mac_key, u32(seq) + data, self.hash)

    def _check(self, seq, data, tag):
        if not hmac.compare_digest(self._tag(seq, data), tag):
            raise BadPacket("tag")

    def seal(self, seq, frame):
        if not self.etm:
            return self.ctr.update(frame) + self._tag(seq, frame)
        out = frame[:4] + self.ctr.update(frame[4:])
        return out + self._tag(seq, out)

    def open(self, seq, read):
        if not self.etm:
            head = self.ctr.update(read(self.block))
            n = check_length(struct.unpack(">I", head[:4])[0])
            if (n + 4) % self.block or n + 4 < self.block:
                raise BadPacket("packet_length %d" % n)
            frame = head + self.ctr.update(read(n + 4 - self.block))
            self._check(seq, frame, read(self.tag_len))
            return frame
        head = read(4)
        body = read(check_length(struct.unpack(">I", head)[0]))
        self._check(seq, head + body, read(self.tag_len))
        return head + self.ctr.update(body)


class Ctr128(Ctr):
    key_len = 16


class Ctr192(Ctr):
    key_len = 24


class Ctr256(Ctr):
    key_len = 32


CIPHERS = {
    "chacha20-poly1305@openssh.com": ChaChaPoly,
    "aes128-gcm@openssh.com": Gcm128,
    "aes256-gcm@openssh.com": Gcm256,
    "aes128-ctr": Ctr128,
    "aes192-ctr": Ctr192,
    "aes256-ctr": Ctr256,
}
# name: bytes of key and tag, hash, encrypt-then-MAC
MACS = {
    "hmac-sha2-256-etm@openssh.com": (32, "sha256", True),
    "hmac-sha2-512-etm@openssh.com": (64, "sha512", True),
    "hmac-sha2-256": (32, "sha256", False),
    "hmac-sha2-512": (64, "sha512", False),
    "hmac-sha1-etm@openssh.com": (20, "sha1", True),
    "hmac-sha1": (20, "sha1", False),
}


def derive(letter, n, k, h, session_id):
    """RFC 4253 7.2; k is K as it entered the hash, whose length says which it is."""
    sha = "sha%d" % (8 * len(h))
    out = hashlib.new(sha, k + h + letter + session_id).digest()
    while len(out) < n:
        out += hashlib.new(sha, k + h + out).digest()
    return out[:n]


def make_cipher(name, mac, letters, k, h, session_id):
    """The cipher object of one direction; letters: IV, key, MAC key."""
    cls = CIPHERS[name]
    iv, key, mac_key = letters
    mac_len = MACS[mac][0] if mac else 0
    return cls(derive(key, cls.key_len, k, h, session_id),
               derive(iv, cls.iv_len, k, h, session_id),
               derive(mac_key, mac_len, k, h, session_id),
               *([mac] if cls.needs_mac else []))


class Ed25519Key:
    algorithms = ("ssh-ed25519",)

    def __init__(self):
        self.key = Key("ED25519")

    def blob(self):
        return string("ssh-ed25519") + string(self.key.public())

    def sign(self, name, data):
        return string(name) + string(self.key.sign(data))


class RsaKey:
    algorithms = ("rsa-sha2-512", "rsa-sha2-256")
    HASH = {"rsa-sha2-512": "SHA512", "rsa-sha2-256": "SHA256"}

    def __init__(self, key):
        self.key = key

    def blob(self):
        return string("ssh-rsa") + mpint(self.key.number("e")) + mpint(
            self.key.number("n"))

    def sign(self, name, data):
        return string(name) + string(self.key.sign(data, self.HASH[name]))


class HostKeys:
    """Made once for all sessions; a second set for a server that changes them.

    rsa_keys: files with private keys of RSA_BITS, which take a minute to make in an
    emulated guest; they are made here if there are none.
    """

    RSA_BITS = (2048, 2048, 1024)

    def __init__(self, rsa_keys=None):
        keys = [Key.from_pem(f) for f in rsa_keys or ()] or [
            Key.rsa(bits) for bits in self.RSA_BITS]
        if tuple(k.number("n").bit_length() for k in keys) != self.RSA_BITS:
            raise ValueError("RSA keys of %s bits are wanted" % (self.RSA_BITS,))
        self.first = self._make(RsaKey(keys[0]))
        self.second = self._make(RsaKey(keys[1]))
        self.small_rsa = RsaKey(keys[2])

    @staticmethod
    def _make(rsa_key):
        keys = {}
        for k in (Ed25519Key(), EcdsaKey(), rsa_key):
            for name in k.algorithms:
                keys[name] = k
        keys.update(more_keys(keys))
        return keys


def parse_kexinit(payload):
    """The lists of a KEXINIT by name, and its first_kex_packet_follows."""
    r = Reader(payload)
    r.raw(17)
    lists = {n: r.names() for n in LISTS}
    return lists, r.boolean()


LISTS = ("kex", "hostkey", "cipher_in", "cipher_out", "mac_in", "mac_out",
         "comp_in", "comp_out", "lang_in", "lang_out")
