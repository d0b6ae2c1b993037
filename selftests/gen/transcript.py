#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Byte-exact transcripts for the KUnit suite of module/core.

Usage: selftests/gen/transcript.py [OUTFILE]

Writes whole SSH sessions, both sides, to OUTFILE, by default
module/kunit/conn_scripts.c.  Nothing here shares code with the module: the
primitives are those of python3-cryptography and hashlib, the protocol is written
after RFC 4253, 4419, 8731, 8308, 5647, 4344 and OpenSSH's PROTOCOL files.  All is
derived from fixed seeds, so that the output never changes.

The client's randomness is a linear congruential generator, which the suite has
too: x = 6364136223846793005 x + 1442695040888963407 mod 2^64, from 1; each byte is
the top byte of the next x.  The order in which the client draws is part of what is
pinned down: cookie, padding of KEXINIT if it is encrypted, ephemeral key, padding
of every encrypted packet.
"""

import hashlib
import hmac
import os
import struct
import sys

from cryptography.hazmat.primitives import poly1305
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V_C = b"SSH-2.0-kssh_transcript"
STRICT_C, STRICT_S = b"kex-strict-c-v00@openssh.com", b"kex-strict-s-v00@openssh.com"
GCM, CHACHA = b"aes128-gcm@openssh.com", b"chacha20-poly1305@openssh.com"
CTR, ETM = b"aes256-ctr", b"hmac-sha2-256-etm@openssh.com"
X25519, GEX = b"curve25519-sha256", b"diffie-hellman-group-exchange-sha256"
GROUP14 = b"diffie-hellman-group14-sha256"


class Lcg:
    def __init__(self, seed):
        self.x = seed

    def take(self, n):
        out = bytearray()
        for _ in range(n):
            self.x = (self.x * 6364136223846793005 + 1442695040888963407) % 2**64
            out.append(self.x >> 56)
        return bytes(out)


def u32(n):
    return struct.pack(">I", n)


def string(b):
    return u32(len(b)) + b


def mpint(b):
    b = b.lstrip(b"\0")
    return string((b"\0" if b and b[0] & 0x80 else b"") + b)


def pi(n):
    """floor(2^n pi), by Machin's formula."""
    def arctan(x):
        term = total = (1 << n + 64) // x
        k, sign = 1, 1
        while term:
            term //= x * x
            k, sign = k + 2, -sign
            total += sign * (term // k)
        return total
    return 4 * (4 * arctan(5) - arctan(239)) >> 64


# RFC 3526 3
MODP_2048 = 2**2048 - 2**1984 - 1 + 2**64 * (pi(1918) + 124476)


def number(n):
    return mpint(n.to_bytes(1024, "big"))


class Ecdh:
    """curve25519-sha256: each half is a string."""
    init, reply, group = b"\x1e", b"\x1f", b""

    def __init__(self, rng):
        self.key = x25519.X25519PrivateKey.from_private_bytes(rng.take(32))
        self.public = self.key.public_key().public_bytes_raw()
        self.encoded = string(self.public)

    def agree(self, other):
        return mpint(self.key.exchange(other.key.public_key()))


class Modp:
    """Each half is an mpint.  No digit to the base 16 of the exponent is zero."""
    init, reply, group = b"\x1e", b"\x1f", b""
    p, g = MODP_2048, 2

    def __init__(self, rng):
        self.x = int.from_bytes(rng.take(64), "big") + int("11" * 64, 16)
        self.public = pow(self.g, self.x, self.p)
        self.encoded = number(self.public)

    def agree(self, other):
        return number(pow(other.public, self.x, self.p))


class Gex(Modp):
    """The server's group is smaller than what it was asked for, and has another
    generator."""
    init, reply = b"\x20", b"\x21"
    g = 5
    group = number(MODP_2048) + number(5)


METHODS = {X25519: Ecdh, GROUP14: Modp, GEX: Gex}


class Plain:
    """No cipher: blocks of 8, the length is in them, padding is zero."""
    block, head = 8, 0

    def seal(self, seq, frame):
        return frame


class Gcm:
    block, head = 16, 4

    def __init__(self, key, iv, _mac):
        self.aead, self.fixed = AESGCM(key), iv[:4]
        self.count = int.from_bytes(iv[4:], "big")

    def seal(self, seq, frame):
        iv = self.fixed + self.count.to_bytes(8, "big")
        self.count = (self.count + 1) % 2**64
        return frame[:4] + self.aead.encrypt(iv, frame[4:], frame[:4])


class Chacha:
    block, head = 8, 4

    def __init__(self, key, _iv, _mac):
        self.main, self.header = key[:32], key[32:]

    @staticmethod
    def stream(key, seq, block, data):
        nonce = struct.pack("<Q", block) + struct.pack(">Q", seq)
        return Cipher(algorithms.ChaCha20(key, nonce), None).encryptor().update(data)

    def seal(self, seq, frame):
        body = (self.stream(self.header, seq, 0, frame[:4]) +
                self.stream(self.main, seq, 1, frame[4:]))
        tag = poly1305.Poly1305.generate_tag(
            self.stream(self.main, seq, 0, bytes(32)), body)
        return body + tag


class CtrEtm:
    block, head = 16, 4

    def __init__(self, key, iv, mac):
        self.enc = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
        self.mac = mac

    def seal(self, seq, frame):
        body = frame[:4] + self.enc.update(frame[4:])
        return body + hmac.new(self.mac, u32(seq) + body, hashlib.sha256).digest()


# cipher: class, bytes of key, of iv, of MAC key
CIPHERS = {GCM: (Gcm, 16, 12, 0), CHACHA: (Chacha, 64, 0, 0), CTR: (CtrEtm, 32, 16, 32)}


class Side:
    """One direction of packets."""

    def __init__(self, rng):
        self.mode, self.seq, self.rng = Plain(), 0, rng

    def seal(self, payload):
        used = 5 + len(payload) - self.mode.head
        pad = -used % self.mode.block
        if pad < 4:
            pad += self.mode.block
        while 5 + len(payload) + pad < 16:
            pad += self.mode.block
        fill = bytes(pad) if isinstance(self.mode, Plain) else self.rng.take(pad)
        frame = u32(1 + len(payload) + pad) + bytes([pad]) + payload + fill
        out = self.mode.seal(self.seq, frame)
        self.seq = (self.seq + 1) % 2**32
        return out


class Session:
    """Client and server, step by step: what is fed, what the client must say."""

    def __init__(self, name, cipher, strict=True, ext=True,
                 v_s=b"SSH-2.0-Model_1.0 x", kex=X25519, offer=None, seen=None):
        """offer: the client's methods, default kex alone; seen: the methods and host
        key algorithms that it knows of the server from another time."""
        self.name, self.cipher, self.strict, self.ext = name, cipher, strict, ext
        self.offer, self.seen = offer or kex, seen
        self.kex, self.method = kex, METHODS[kex]
        self.request = u32(2048) + u32(3072 if cipher == GCM else 8192) + u32(8192)
        self.v_s, self.crng = v_s, Lcg(1)
        self.srng = Lcg(int.from_bytes(hashlib.sha256(name).digest()[:8], "big"))
        self.c, self.s = Side(self.crng), Side(self.srng)
        self.host = ed25519.Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(b"host key").digest())
        self.k_s = string(b"ssh-ed25519") + string(self.host.public_key().public_bytes_raw())
        self.sid, self.keys, self.steps, self.got = None, None, [], b""
        self.step()

    # -- writing down

    def step(self, action="NONE", arg=b""):
        self.now = {"action": action, "arg": arg, "feed": b"", "expect": b""}
        self.steps.append(self.now)

    def raw(self, data):
        self.now["feed"] += data

    def server(self, payload, delivered=False):
        if delivered:
            self.got += u32(self.s.seq) + string(payload)
        self.now["feed"] += self.s.seal(payload)

    def client(self, payload):
        self.now["expect"] += self.c.seal(payload)

    # -- the exchange

    def lists(self, server, hostkeys, first):
        kex = self.kex if server else self.offer
        if server:
            kex += b",ext-info-s" if self.ext else b""
            kex += b"," + STRICT_S if self.strict else b""
        elif first:
            kex += b",ext-info-c," + STRICT_C
        both = [self.cipher] * 2 + [ETM] * 2 + [b"none"] * 2 + [b""] * 2
        return b"".join(string(x) for x in [kex, hostkeys] + both)

    def client_kexinit(self, follows=False):
        self.i_c = (b"\x14" + self.crng.take(16) +
                    self.lists(False, b"ssh-ed25519", self.sid is None) +
                    bytes([follows]) + bytes(4))
        self.client(self.i_c)

    def server_kexinit(self, hostkeys=b"ssh-ed25519", follows=False):
        self.i_s = (b"\x14" + self.srng.take(16) +
                    self.lists(True, hostkeys, True) + bytes([follows]) + bytes(4))
        self.server(self.i_s)

    def client_init(self, guess=None):
        """With group exchange the server has a word before."""
        if self.method.group:
            self.client(b"\x22" + self.request)
            self.step()
            if guess:
                self.server(guess)
            self.server(b"\x1f" + self.method.group)
        self.half_c = self.method(self.crng)
        self.client(self.method.init + self.half_c.encoded)

    def client_guess(self):
        """By the first method of the client's."""
        self.half_c = METHODS[self.offer.split(b",")[0]](self.crng)
        self.guess = self.half_c.init + self.half_c.encoded
        self.client(self.guess)

    def server_reply(self):
        half_s = self.method(self.srng)
        k = half_s.agree(self.half_c)
        group = self.request + self.method.group if self.method.group else b""
        self.h = hashlib.sha256(b"".join(string(x) for x in (
            V_C, self.v_s, self.i_c, self.i_s, self.k_s)) + group +
            self.half_c.encoded + half_s.encoded + k).digest()
        sig = string(b"ssh-ed25519") + string(self.host.sign(self.h))
        self.server(self.method.reply + string(self.k_s) + half_s.encoded + string(sig))
        first = self.sid is None
        self.sid = self.sid or self.h
        self.next = self.derive(k)
        self.keys = self.keys or self.next
        return first

    def derive(self, k):
        def letter(x, n):
            out = hashlib.sha256(k + self.h + x + self.sid).digest()
            while len(out) < n:
                out += hashlib.sha256(k + self.h + out).digest()
            return out[:n]
        _, key, iv, mac = CIPHERS[self.cipher]
        return [(letter(b"CD"[d:d + 1], key), letter(b"AB"[d:d + 1], iv),
                 letter(b"EF"[d:d + 1], mac)) for d in (0, 1)]

    def newkeys(self, side, keys):
        side.mode = CIPHERS[self.cipher][0](*keys)
        if self.strict:
            side.seq = 0

    def server_newkeys(self):
        self.server(b"\x15")
        self.newkeys(self.s, self.next[1])

    def client_newkeys(self, first):
        self.client(b"\x15")
        self.newkeys(self.c, self.next[0])
        if not first:
            return
        if self.ext:
            self.client(b"\x07" + u32(1) + string(b"ext-info-in-auth@openssh.com") +
                        string(b"0"))
        self.client(b"\x05" + string(b"ssh-userauth"))

    def ext_info(self):
        self.server(b"\x07" + u32(2) + string(b"server-sig-algs") +
                    string(b"ssh-ed25519,rsa-sha2-512") + string(b"ping@openssh.com") +
                    string(b"0"))

    # -- whole parts

    def handshake(self, before=b"", noise=(), guess=None, hostkeys=b"ssh-ed25519",
                  ours=None):
        """noise: payloads before KEXINIT; guess: a packet behind it, announced.

        ours: what becomes of the client's guess: "right", and announced; "silent",
        right and not announced; "dropped", and sent again; "other", and another
        method is negotiated."""
        self.raw(b"")
        self.now["expect"] += V_C + b"\r\n"
        self.client_kexinit(ours not in (None, "silent"))
        if ours:
            self.client_guess()
        self.step()
        self.raw(before + self.v_s + b"\r\n")
        for payload in noise:
            self.server(payload)
        self.server_kexinit(hostkeys, guess is not None)
        if ours == "dropped":
            self.client(self.guess)
        elif ours in (None, "other"):
            self.client_init(guess)
        self.step()
        if guess and not self.method.group:
            self.server(guess)
        first = self.server_reply()
        self.server_newkeys()
        if self.ext:
            self.ext_info()
        self.client_newkeys(first)
        self.step()
        self.server(b"\x06" + string(b"ssh-userauth"))

    def rekey(self, by_client=False, between=()):
        self.step("REKEY" if by_client else "NONE")
        if by_client:
            self.client_kexinit()
            for payload in between:
                self.server(payload, True)
            self.server_kexinit()
        else:
            self.server_kexinit()
            self.client_kexinit()
        self.client_init()
        self.step()
        self.server_reply()
        self.server_newkeys()
        self.client_newkeys(False)

    def session(self):
        """Authenticated, some data, a ping, keys renewed by the server."""
        self.step()
        self.server(b"\x33" + string(b"publickey") + b"\0", True)
        self.server(b"\xc0" + string(b"too early, no answer"))
        self.server(b"\x34", True)
        self.server(b"\x5e" + u32(0) + string(b"first data"), True)
        self.server(b"\xc0" + string(b"ping"))
        self.client(b"\xc1" + string(b"ping"))
        self.server(b"\x13")
        self.client(b"\x03" + u32(self.s.seq - 1))
        self.rekey()
        self.step()
        self.server(b"\x02" + string(b"ignored"))
        self.server(b"\x5e" + u32(0) + string(bytes(range(256)) * 4), True)
        self.server(b"\xc0" + string(b""))
        self.client(b"\xc1" + string(b""))


def gcm():
    s = Session(b"gcm", GCM)
    s.handshake()
    s.session()
    return s


def chacha():
    s = Session(b"chacha", CHACHA)
    s.handshake(before=b"hello\r\nSSH is below\n\n")
    s.session()
    return s


def ctr():
    """Not strict: sequence numbers go on, and ignorable messages come anywhere."""
    s = Session(b"ctr", CTR, strict=False, ext=False, v_s=b"SSH-1.99-Old")
    s.handshake(noise=(b"\x02" + string(b"x"), b"\x04\x01" + string(b"t") + string(b"")))
    s.session()
    return s


def guess_wrong():
    """Dropped unseen in strict key exchange, though it is not legal there."""
    s = Session(b"guess_wrong", GCM)
    s.handshake(guess=b"\x1f guessed", hostkeys=b"rsa-sha2-512,ssh-ed25519")
    return s


def guess_right():
    """Announced, and nothing is dropped: what follows is the reply itself."""
    s = Session(b"guess_right", CHACHA)
    s.handshake(guess=b"")
    return s


def our_guess():
    s = Session(b"our_guess", CHACHA, seen=(X25519, b"ssh-ed25519"))
    s.handshake(ours="right")
    s.session()
    return s


def our_guess_dropped():
    """The server has another host key now, and puts that first."""
    s = Session(b"our_guess_dropped", GCM, seen=(X25519, b"ssh-ed25519,rsa-sha2-512"))
    s.handshake(ours="dropped", hostkeys=b"rsa-sha2-512,ssh-ed25519")
    return s


def our_guess_other():
    """The server no longer has the method."""
    s = Session(b"our_guess_other", CHACHA, strict=False, kex=GROUP14,
                offer=X25519 + b"," + GROUP14, seen=(X25519, b"ssh-ed25519"))
    s.handshake(ours="other")
    return s


def our_guess_silent():
    """The server's first names are none of the client's, as OpenSSH's."""
    s = Session(b"our_guess_silent", CHACHA,
                seen=(GROUP14 + b"," + X25519, b"rsa-sha2-512,ssh-ed25519"))
    s.handshake(ours="silent", hostkeys=b"rsa-sha2-512,ssh-ed25519")
    return s


def lax():
    """Neither strict nor with extensions: sequence numbers go on at NEWKEYS."""
    s = Session(b"lax", CHACHA, strict=False, ext=False)
    s.handshake()
    return s


def rekey_client():
    """A payload begun before the exchange is completed after it."""
    s = Session(b"rekey_client", CHACHA)
    s.handshake()
    s.step()
    s.server(b"\x34", True)
    s.step("SEND", b"\x5a" + string(b"session"))
    s.client(s.now["arg"])
    s.step("SEND_MORE", b"\x5e" + u32(7))
    s.rekey(True, between=(b"\x5b crossing", b"\x5e crossing too"))
    s.step("SEND", string(b"second half"))
    s.client(b"\x5e" + u32(7) + string(b"second half"))
    s.rekey(True)
    s.step("SEND", b"\x60" + u32(7))
    s.client(b"\x60" + u32(7))
    return s


def group14():
    s = Session(b"group14", CHACHA, kex=GROUP14)
    s.handshake()
    s.session()
    return s


def gex():
    s = Session(b"gex", GCM, kex=GEX)
    s.handshake()
    s.session()
    return s


def gex_lax():
    """The guess is dropped where a group is waited for."""
    s = Session(b"gex_lax", CHACHA, strict=False, ext=False, kex=GEX)
    s.handshake(noise=(b"\x02" + string(b"x"),), guess=b"\x1f guessed",
                hostkeys=b"rsa-sha2-512,ssh-ed25519")
    s.step()
    s.server(b"\x34", True)
    s.rekey(True)
    return s


def gex_guess():
    s = Session(b"gex_guess", CHACHA, kex=GEX)
    s.handshake(guess=b"\x02 guessed", hostkeys=b"rsa-sha2-512,ssh-ed25519")
    return s


def c_hex(data, indent="\t\t"):
    text = data.hex()
    lines = [text[i:i + 80] for i in range(0, len(text), 80)] or [""]
    return ("\n" + indent).join('"%s"' % x for x in lines)


def write(out, s):
    out.write("static const struct kssh_script_step %s_steps[] = {\n" % s.name.decode())
    for st in s.steps:
        out.write("\t{\n\t\t.action = KSSH_STEP_%s,\n" % st["action"])
        for field in ("arg", "feed", "expect"):
            if st[field]:
                out.write("\t\t.%s =\n\t\t%s,\n" % (field, c_hex(st[field])))
        out.write("\t},\n")
    out.write("};\n\n")


def write_head(out, s):
    out.write("\t{\n\t\t.name = \"%s\",\n" % s.name.decode())
    out.write("\t\t.kex = \"%s\",\n" % s.kex.decode())
    if s.offer != s.kex:
        out.write("\t\t.offer = \"%s\",\n" % s.offer.decode())
    if s.seen:
        out.write("\t\t.seen_kex = \"%s\",\n\t\t.seen_hostkey = \"%s\",\n" %
                  tuple(x.decode() for x in s.seen))
    out.write("\t\t.cipher = \"%s\",\n" % s.cipher.decode())
    out.write("\t\t.mac = \"%s\",\n" % (ETM.decode() if s.cipher == CTR else ""))
    out.write("\t\t.strict = %d,\n" % s.strict)
    for d, name in enumerate(("tx", "rx")):
        out.write("\t\t.%s_key =\n\t\t%s,\n" % (name, c_hex(s.keys[d][0])))
        out.write("\t\t.%s_iv =\n\t\t%s,\n" % (name, c_hex(s.keys[d][1])))
        out.write("\t\t.%s_mac =\n\t\t%s,\n" % (name, c_hex(s.keys[d][2])))
    for field, value in (("session_id", s.sid), ("hostkey", s.k_s), ("delivered", s.got)):
        out.write("\t\t.%s =\n\t\t%s,\n" % (field, c_hex(value)))
    out.write("\t\t.steps = %s_steps,\n" % s.name.decode())
    out.write("\t\t.n_steps = ARRAY_SIZE(%s_steps),\n\t},\n" % s.name.decode())


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        here, "../../module/kunit/conn_scripts.c")
    all_sessions = [gcm(), chacha(), ctr(), guess_wrong(), guess_right(), lax(),
                    our_guess(), our_guess_dropped(), our_guess_other(),
                    our_guess_silent(),
                    rekey_client(), group14(), gex(), gex_lax(), gex_guess()]
    with open(path, "w", encoding="ascii") as out:
        out.write("// SPDX-License-Identifier: GPL-2.0\n"
                  "/* Sessions, byte by byte.  Made by selftests/gen/transcript.py. */\n\n"
                  "#include <linux/kernel.h>\n\n#include \"conn_lab.h\"\n\n")
        for s in all_sessions:
            write(out, s)
        out.write("const struct kssh_script kssh_scripts[] = {\n")
        for s in all_sessions:
            write_head(out, s)
        out.write("};\n\nconst unsigned int kssh_n_scripts = ARRAY_SIZE(kssh_scripts);\n")


if __name__ == "__main__":
    main()
