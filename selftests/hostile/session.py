# SPDX-License-Identifier: GPL-2.0
"""One connection of an honest SSH server, in steps that a lie can override.

What the session does once the service is accepted is a small protocol for
tests; the README beside this file describes it.
"""

import hashlib
import os
import select
import socket
import struct
import time
import zlib

import wire
from channel import Channel
from kex import Agreement, METHODS
from suite import (BadPacket, CIPHERS, LISTS, MACS, Plain, derive,
                   make_cipher, parse_kexinit)
from wire import Reader, boolean, byte, mpint, names, string, u32

ZLIB = "zlib@openssh.com"
INPUT_MAX = 64 << 20    # bytes held while we cannot write
TOGETHER = 64           # packets of "ignore" in one write


class Gone(Exception):
    """The client has closed, or said goodbye."""


class Broken(Exception):
    """The client has broken the protocol: recorded, the session ends."""


class Done(Exception):
    """The lie is told; stay until the client goes."""


class Session(Channel):
    banner = b"SSH-2.0-kssh_hostile_1 scripted server\r\n"
    plain = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
             "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256")
    hostkeys = plain + ("sk-ssh-ed25519@openssh.com",
                        "sk-ecdsa-sha2-nistp256@openssh.com") + tuple(
        n + "-cert-v01@openssh.com" for n in plain + (
            "sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256"))
    markers = ("ext-info-s", "kex-strict-s-v00@openssh.com")

    def __init__(self, sock, keys, v_c, rest, args, record):
        self.sock = sock
        self.keys = keys
        self.v_c = v_c
        self.args = args
        self.record = record            # function: one line of the report
        self.inbuf = bytearray(rest)
        self.ended = False              # the client has ended its stream
        self.tx, self.rx = Plain(), Plain()
        self.tx_seq = self.rx_seq = 0
        self.strict = False
        self.session_id = None
        self.kex_open = False           # our KEXINIT is out, our NEWKEYS is not
        self.held = []                  # payloads that wait for our NEWKEYS
        self.later = []                 # received ones that wait for the same
        self.authed = False
        self.pack = self.unpack = None  # zlib's state of each direction
        self.echo = True
        self.count, self.sum = 0, hashlib.sha256()
        self.deadline = time.monotonic() + float(self.arg("life", "300"))
        self.drip = int(self.arg("drip", "0"))
        self.drip_ms = int(self.arg("drip-ms", "0"))
        self.channel_init()

    def arg(self, name, default=None):
        return self.args.get(name, default)

    # ---- bytes ----

    def _fill(self, timeout):
        """Read what is there; False if nothing came in time."""
        if not select.select([self.sock], [], [], max(0, timeout))[0]:
            return False
        data = self.sock.recv(65536)
        self.ended = not data
        self.inbuf += data
        return True

    def read(self, n):
        while len(self.inbuf) < n:
            if self.ended:
                self.record("eof")
                raise Gone("eof")
            if not self._fill(self.deadline - time.monotonic()):
                raise Gone("session too long")
        out = bytes(self.inbuf[:n])
        del self.inbuf[:n]
        return out

    def transmit(self, data):
        """Write everything; reads on meanwhile, so that two writers never lock
        each other up."""
        if self.drip:
            for i in range(0, len(data), self.drip):
                self.sock.sendall(data[i:i + self.drip])
                if self.drip_ms:
                    time.sleep(self.drip_ms / 1000)
            return
        view = memoryview(data)
        while True:
            try:
                view = view[self.sock.send(view, socket.MSG_DONTWAIT):]
            except BlockingIOError:
                pass
            if not view:
                return
            listen = not self.ended and len(self.inbuf) < INPUT_MAX
            r, w, _ = select.select(
                [self.sock] if listen else [], [self.sock], [],
                max(0, self.deadline - time.monotonic()))
            if r:
                self._fill(0)
            if not r and not w:
                raise Gone("session too long")

    # ---- packets ----

    def frame(self, payload, pad=None, packed=False):
        if self.pack and not packed:
            payload = self.pack.compress(payload) + self.pack.flush(zlib.Z_PARTIAL_FLUSH)
        n = len(payload) + 5 - self.tx.aad
        if pad is None:
            pad = self.tx.block - n % self.tx.block
            if pad < 4:
                pad += self.tx.block
        return u32(1 + len(payload) + pad) + byte(pad) + payload + os.urandom(pad)

    def send_frame(self, frame):
        self.transmit(self.tx.seal(self.tx_seq, frame))
        self.tx_seq = (self.tx_seq + 1) & 0xffffffff

    def send(self, payload):
        if self.kex_open and payload[0] >= 50:
            self.held.append(payload)
        else:
            self.send_frame(self.frame(payload))

    def recv(self):
        try:
            frame = self.rx.open(self.rx_seq, self.read)
        except BadPacket as e:
            raise Broken("bad packet: %s" % e) from e
        self.last_seq = self.rx_seq
        self.rx_seq = (self.rx_seq + 1) & 0xffffffff
        pad = frame[4]
        payload = frame[5:len(frame) - pad]
        if self.unpack:
            payload = self.unpack.decompress(payload)
            if self.unpack.eof or self.unpack.unused_data:
                raise Broken("the end of a zlib stream")
        if pad < 4 or not payload:
            raise Broken("padding %d of %d" % (pad, len(frame)))
        self.note(payload)
        return payload

    def note(self, payload):
        line = "rx %d" % payload[0]
        if payload[0] == wire.DISCONNECT:
            r = Reader(payload[1:])
            line += " reason %d %s" % (r.u32(), r.string().decode(errors="replace"))
        elif payload[0] in (wire.IGNORE, wire.PONG, wire.PING):
            line += " bytes %d" % len(Reader(payload[1:]).string())
        elif payload[0] == wire.UNIMPLEMENTED:
            line += " seq %d" % Reader(payload[1:]).u32()
        self.record(line)

    def expect(self, *numbers):
        """The next packet that is not transport noise must be one of these."""
        while True:
            p = self.recv()
            if p[0] in numbers:
                return p
            if p[0] == wire.DISCONNECT:
                self.farewell()
            if p[0] not in (wire.IGNORE, wire.DEBUG, wire.UNIMPLEMENTED):
                raise Broken("message %d instead of %s" % (p[0], numbers))

    # ---- the handshake, step by step ----

    def at(self, step):
        """Called before the step; a lie may act here.  Steps: banner, kexinit,
        group, kex, newkeys, service, open."""

    def run(self):
        self.at("banner")
        self.send_banner()
        self.at("kexinit")
        self.send_kexinit()
        self.recv_kexinit(self.expect(wire.KEXINIT))
        self.negotiate()
        self.key_exchange()
        self.expect_service()
        self.at("service")
        self.send_service_accept()
        self.at("open")
        self.serve()

    def send_banner(self):
        self.transmit(self.banner)

    def v_s(self):
        return self.banner.rstrip(b"\r\n").split(b"\n")[-1]

    def proposal(self):
        """Our lists.  An argument of the same name replaces one."""
        p = {
            "kex": list(METHODS) + ([] if self.session_id else list(self.markers)),
            "hostkey": list(self.hostkeys),
            "cipher_in": list(CIPHERS), "cipher_out": list(CIPHERS),
            "mac_in": list(MACS), "mac_out": list(MACS),
            "comp_in": ["none", ZLIB], "comp_out": ["none", ZLIB],
            "lang_in": [], "lang_out": [],
        }
        for n in LISTS:
            if n in self.args:
                p[n] = [x for x in self.args[n].split("/") if x]
        if self.arg("strict") == "0":
            p["kex"] = [x for x in p["kex"] if not x.startswith("kex-strict")]
        return p

    def kexinit(self, proposal, follows=False):
        return (byte(wire.KEXINIT) + os.urandom(16) +
                b"".join(names(proposal[n]) for n in LISTS) +
                boolean(follows) + u32(0))

    def send_kexinit(self):
        self.mine = self.proposal()
        self.i_s = self.kexinit(self.mine)
        self.send(self.i_s)
        self.kex_open = True

    def recv_kexinit(self, payload):
        self.i_c = payload
        self.theirs, self.theirs_follows = parse_kexinit(payload)
        if not self.session_id:
            self.strict = ("kex-strict-c-v00@openssh.com" in self.theirs["kex"] and
                           "kex-strict-s-v00@openssh.com" in self.mine["kex"])
            self.record("strict %d" % self.strict)
            self.record("kexinit %s" % " ".join(
                ",".join(self.theirs[n]) or "-" for n in LISTS))

    def negotiate(self):
        self.neg = {}
        for n in LISTS[:8]:
            for x in self.theirs[n]:
                if x in self.mine[n] and x not in self.markers:
                    self.neg[n] = x
                    break
        for d in ("in", "out"):
            c = self.neg.get("cipher_" + d)
            if c and not CIPHERS[c].needs_mac:
                self.neg["mac_" + d] = None
        missing = [n for n in LISTS[:8] if n not in self.neg]
        if missing:
            self.record("no common " + " ".join(missing))
            raise Done()

    def guess_was_wrong(self):
        return (self.theirs["kex"][:1] != self.mine["kex"][:1] or
                self.theirs["hostkey"][:1] != self.mine["hostkey"][:1])

    def host_key(self):
        return self.keys.first[self.neg["hostkey"]]

    def host_key_blob(self):
        return self.host_key().blob()

    def sign(self, h):
        return self.host_key().sign(self.neg["hostkey"], h)

    def exchange(self):
        """Q_S, as bytes, and the shared secret."""
        return self.method.exchange(self.q_c)

    def expect_first(self, number):
        """The client's first packet of the exchange; a wrong guess is dropped."""
        p = self.expect(number)
        if self.theirs_follows and self.guess_was_wrong():
            p = self.expect(number)
        return p

    def choose_group(self, least, wanted, most):
        return self.method.choose(least, wanted, most)

    def group_message(self, p, g):
        return byte(wire.GEX_GROUP) + mpint(p) + mpint(g)

    def exchange_group(self):
        """RFC 4419 3; what of it enters the hash."""
        p = self.expect_first(wire.GEX_REQUEST)
        asked = [struct.unpack(">I", p[i:i + 4])[0] for i in (1, 5, 9)]
        self.record("asked %d %d %d" % tuple(asked))
        self.at("group")
        self.method.p, self.method.g = self.choose_group(*asked)
        m = self.group_message(self.method.p, self.method.g)
        self.send(m)
        return p[1:13] + m[1:]

    def key_exchange(self):
        make, sha = METHODS.get(self.neg["kex"], (Agreement, "sha256"))
        self.method = make()
        encode = self.method.encode
        if self.method.init == wire.GEX_INIT:
            group = self.exchange_group()
            p = self.expect(wire.GEX_INIT)
        else:
            group = b""
            p = self.expect_first(self.method.init)
        self.q_c = Reader(p[1:]).string()
        self.at("kex")
        self.q_s, secret = self.exchange()
        self.k = mpint(secret)
        k_s = self.host_key_blob()
        self.h = hashlib.new(
            sha, string(self.v_c) + string(self.v_s()) + string(self.i_c) +
            string(self.i_s) + string(k_s) + group + encode(self.q_c) +
            encode(self.q_s) + self.k).digest()
        first = self.session_id is None
        if first:
            self.session_id = self.h
        self.secrets(self.known())
        self.send(self.ecdh_reply(k_s))
        self.at("newkeys")
        self.send_newkeys()
        if first:
            self.send_ext_info()
        self.expect(wire.NEWKEYS)
        self.rx = make_cipher(self.neg["cipher_in"], self.neg["mac_in"],
                              (b"A", b"C", b"E"), self.k, self.h, self.session_id)
        self.begin_unpacking()
        if self.strict:
            self.rx_seq = 0
        for p in self.held:
            self.send_frame(self.frame(p))
        self.held = []

    @staticmethod
    def secrets(known):
        """Told of each exchange's; nobody wants them."""

    def known(self):
        """K as it enters the hash, and what is derived of it by its letter."""
        out = {"k": self.k}
        for d, letters in (("in", (b"A", b"C", b"E")), ("out", (b"B", b"D", b"F"))):
            cls, mac = CIPHERS[self.neg["cipher_" + d]], self.neg["mac_" + d]
            sizes = cls.iv_len, cls.key_len, MACS[mac][0] if mac else 0
            for letter, n in zip(letters, sizes):
                out[letter.decode()] = derive(letter, n, self.k, self.h,
                                              self.session_id)[:n]
        return out

    def ecdh_reply(self, k_s):
        return (byte(self.method.reply) + string(k_s) +
                self.method.encode(self.q_s) + string(self.sign(self.h)))

    def send_newkeys(self):
        self.send(byte(wire.NEWKEYS))
        self.tx = make_cipher(self.neg["cipher_out"], self.neg["mac_out"],
                              (b"B", b"D", b"F"), self.k, self.h, self.session_id)
        self.begin_packing()
        if self.strict:
            self.tx_seq = 0
        self.kex_open = False

    # A stream of zlib@openssh.com begins with USERAUTH_SUCCESS, and with new keys.

    def begin_packing(self):
        on = self.authed and self.neg["comp_out"] == ZLIB
        self.pack = zlib.compressobj() if on else None

    def begin_unpacking(self):
        on = self.authed and self.neg["comp_in"] == ZLIB
        self.unpack = zlib.decompressobj() if on else None

    def ext_info(self):
        return byte(wire.EXT_INFO) + u32(2) + (
            string("server-sig-algs") + names(self.plain) +
            string("ping@openssh.com") + string("0"))

    def send_ext_info(self):
        if "ext-info-c" in self.theirs["kex"]:
            self.send(self.ext_info())

    def expect_service(self):
        p = self.expect(wire.SERVICE_REQUEST, wire.EXT_INFO)
        if p[0] == wire.EXT_INFO:
            p = self.expect(wire.SERVICE_REQUEST)
        service = Reader(p[1:]).string()
        if service != b"ssh-userauth":
            raise Broken("service %r" % service)

    def send_service_accept(self):
        self.send(byte(wire.SERVICE_ACCEPT) + string("ssh-userauth"))

    # ---- after the handshake ----

    def rekey(self, first=None):
        """Exchange keys again; first: the client's KEXINIT if it began."""
        self.send_kexinit()
        while first is None:
            # What the client sent before it saw ours is legal, and waits: a
            # command among it may be to exchange keys.
            p = self.recv()
            if p[0] == wire.KEXINIT:
                first = p
            elif p[0] == wire.DISCONNECT:
                self.farewell()
            elif p[0] >= 50:
                self.later.append(p)
        self.recv_kexinit(first)
        self.negotiate()
        self.key_exchange()
        self.record("rekeyed")

    def serve(self):
        while True:
            self.dispatch(self.later.pop(0) if self.later else self.recv())

    def dispatch(self, p):
        n = p[0]
        if n == wire.DISCONNECT:
            self.farewell()
        if n == wire.KEXINIT:
            self.rekey(p)
        elif n in (wire.USERAUTH_REQUEST, wire.GLOBAL_REQUEST):
            self.request(n, Reader(p[1:]))
        elif n == wire.PING:
            self.send(byte(wire.PONG) + string(Reader(p[1:]).string()))
        elif 80 <= n <= 127 and not self.channel_message(p):
            self.count += 1
            self.sum.update(u32(len(p)) + p)
            if self.echo:
                self.send(p)
        elif n > 127 and n != wire.PONG or 49 < n < 80:
            raise Broken("message %d" % n)

    def request(self, n, r):
        """Written by the application, which may send any bytes (storm_test does)."""
        try:
            if n == wire.USERAUTH_REQUEST:
                self.userauth(r)
            else:
                self.command(r)
        except (wire.Short, UnicodeDecodeError) as e:
            raise Broken("a request of the application's: %s" % e) from e

    def userauth(self, r):
        """User "test" is let in, and the command behind that word is run then;
        "do COMMAND" runs one and stays out; so do all others."""
        user = r.string().decode(errors="replace")
        service, method = r.string(), r.string()
        self.record("auth %s %s %s" % (user, service.decode(), method.decode()))
        who, _, command = user.partition(" ")
        if who == "test":
            self.send(byte(wire.USERAUTH_SUCCESS))
            self.authed = True
            self.begin_packing()
            self.begin_unpacking()
            if command:
                self.do(command)
            return
        if who == "do":
            self.do(command)
        self.send(byte(wire.USERAUTH_FAILURE) + names(["publickey"]) + boolean(False))

    def command(self, r):
        """GLOBAL_REQUEST: the name is a command, a wanted reply brings its words."""
        text, want = r.string().decode(), r.boolean()
        reply = self.do(text)
        if want:
            self.send(byte(wire.REQUEST_SUCCESS) + string(reply or ""))

    def do(self, text):
        verb, _, rest = text.partition(" ")
        return getattr(self, "do_" + verb.replace("-", "_"))(*rest.split())

    def do_rekey(self, times="1"):
        for _ in range(int(times)):
            self.rekey()

    def do_send(self, size, count="1"):
        """Payloads of CHANNEL_DATA: number of the payload, then a pattern."""
        size = int(size)
        cycle = bytes(range(256)) * (size // 256 + 2)
        for i in range(int(count)):
            body = byte(wire.CHANNEL_DATA) + u32(i) + cycle[i & 0xff:]
            self.send(body[:size])

    def do_raw(self, payload):
        self.send(bytes.fromhex(payload))

    def do_packed(self, payload):
        """A payload as it stands, where compression has its own."""
        self.send_frame(self.frame(bytes.fromhex(payload), packed=True))

    def together(self, payloads):
        """Several packets in one write, so that they arrive together."""
        out = b""
        for p in payloads:
            out += self.tx.seal(self.tx_seq, self.frame(p))
            self.tx_seq = (self.tx_seq + 1) & 0xffffffff
        self.transmit(out)

    def do_batch(self, *payloads):
        self.together(map(bytes.fromhex, payloads))

    def do_splits(self, size):
        """A payload for each place at which its packet can be cut in two segments."""
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cut, end = 1, 2
        while cut < end:
            payload = byte(wire.CHANNEL_DATA) + u32(cut) + bytes(int(size) - 5)
            sealed = self.tx.seal(self.tx_seq, self.frame(payload))
            self.tx_seq = (self.tx_seq + 1) & 0xffffffff
            end = len(sealed)
            self.transmit(sealed[:cut])
            time.sleep(0.002)
            self.transmit(sealed[cut:])
            cut += 1
        return str(cut - 1)

    def do_ignore(self, size="16", count="1"):
        for n in range(int(count), 0, -TOGETHER):
            self.together(byte(wire.IGNORE) + string(os.urandom(int(size)))
                          for _ in range(min(n, TOGETHER)))

    def do_debug(self, *words):
        self.send(byte(wire.DEBUG) + boolean(True) + string(" ".join(words)) + string(""))

    def do_unimplemented(self, seq):
        self.send(byte(wire.UNIMPLEMENTED) + u32(int(seq)))

    def do_disconnect(self, reason="11", *words):
        self.send(byte(wire.DISCONNECT) + u32(int(reason)) +
                  string(" ".join(words)) + string(""))

    def do_ping(self, data="x"):
        self.send(byte(wire.PING) + string(data))

    def do_ext_info(self, name, value):
        self.send(byte(wire.EXT_INFO) + u32(1) + string(name) + string(value))

    def do_echo(self, on):
        self.echo = on == "on"

    def do_stall(self, ms):
        """Read nothing for so long."""
        time.sleep(int(ms) / 1000)

    def do_sum(self):
        return "%d %s" % (self.count, self.sum.hexdigest())

    def do_strictness(self):
        return "strict" if self.strict else "lax"

    def do_drip(self, n, ms="0"):
        self.drip, self.drip_ms = int(n), int(ms)

    def do_eof(self):
        self.sock.shutdown(socket.SHUT_WR)

    def do_close(self):
        raise Gone("asked to")

    def do_reset(self):
        self.reset()

    def do_urgent(self):
        self.sock.send(b"!", socket.MSG_OOB)

    def do_bad_mac(self):
        sealed = bytearray(self.tx.seal(self.tx_seq, self.frame(
            byte(wire.CHANNEL_DATA) + b"not to be seen")))
        sealed[-1] ^= 1
        self.transmit(bytes(sealed))

    def do_length(self, n):
        """A packet whose packet_length says n, all else being right."""
        frame = self.frame(byte(wire.IGNORE) + string(b"x"))
        self.send_frame(u32(int(n)) + frame[4:])

    def do_junk(self, n):
        """Bytes that are no packet."""
        self.transmit(os.urandom(int(n)))

    # ---- ends ----

    def reset(self):
        """RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        raise Gone("reset")

    def farewell(self):
        """The client said DISCONNECT.

        It may keep its socket for as long as it likes; with stay=1 we wait for the
        end, before which nothing more may come.
        """
        if self.arg("stay"):
            self.read(1)
            raise Broken("more after a DISCONNECT")
        raise Gone("disconnect")

    def drain(self):
        """Stay until the client goes, and record what it still says."""
        while True:
            p = self.recv()
            if p[0] == wire.NEWKEYS:
                break
        # What follows is under keys that a lie may have left us without.
        while True:
            self.inbuf.clear()
            self.read(1)


class AtStep(Session):
    """A lie that is told once, before the step that at= names."""

    step = "kexinit"

    def at(self, step):
        if step == self.arg("at", self.step):
            self.tell()

    def tell(self):
        raise NotImplementedError
