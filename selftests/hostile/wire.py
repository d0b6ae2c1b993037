# SPDX-License-Identifier: GPL-2.0
"""SSH data types (RFC 4251 5) and message numbers."""

import struct

DISCONNECT, IGNORE, UNIMPLEMENTED, DEBUG = 1, 2, 3, 4
SERVICE_REQUEST, SERVICE_ACCEPT, EXT_INFO = 5, 6, 7
KEXINIT, NEWKEYS = 20, 21
ECDH_INIT, ECDH_REPLY = 30, 31
GEX_GROUP, GEX_INIT, GEX_REPLY, GEX_REQUEST = 31, 32, 33, 34
USERAUTH_REQUEST, USERAUTH_FAILURE, USERAUTH_SUCCESS = 50, 51, 52
USERAUTH_BANNER = 53
GLOBAL_REQUEST, REQUEST_SUCCESS, REQUEST_FAILURE = 80, 81, 82
CHANNEL_DATA = 94
PING, PONG = 192, 193


def byte(n):
    return bytes([n])


def boolean(v):
    return b"\1" if v else b"\0"


def u32(n):
    return struct.pack(">I", n)


def string(s):
    if isinstance(s, str):
        s = s.encode()
    return u32(len(s)) + s


def names(seq):
    return string(",".join(seq))


def mpint(n):
    """An unsigned number, from int or big-endian bytes."""
    if isinstance(n, bytes):
        n = int.from_bytes(n, "big")
    if n == 0:
        return u32(0)
    b = n.to_bytes(n.bit_length() // 8 + 1, "big")
    if b[0] == 0 and not b[1] & 0x80:
        b = b[1:]
    return string(b)


class Short(ValueError):
    """A message ends before it should."""


class Reader:
    """A cursor; reading past the end raises Short."""

    def __init__(self, data):
        self.data = data
        self.pos = 0

    def raw(self, n):
        if n > len(self.data) - self.pos:
            raise Short("short message")
        self.pos += n
        return self.data[self.pos - n:self.pos]

    def byte(self):
        return self.raw(1)[0]

    def boolean(self):
        return self.byte() != 0

    def u32(self):
        return struct.unpack(">I", self.raw(4))[0]

    def string(self):
        return self.raw(self.u32())

    def names(self):
        s = self.string().decode("ascii")
        return s.split(",") if s else []

    def rest(self):
        return self.raw(len(self.data) - self.pos)
