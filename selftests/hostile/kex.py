# SPDX-License-Identifier: GPL-2.0
"""Key exchange methods of the scripted server.

Each has the numbers of its messages and how a public value is written; public
values are bytes.  `exchange` takes the client's, and gives ours and the secret.
"""

import functools
import os

import wire
from libcrypto import Key, mod_exp
from wire import mpint, string


class Agreement:
    """X25519 (RFC 8731), or ECDH on a curve (RFC 5656 4)."""

    init, reply, encode = wire.ECDH_INIT, wire.ECDH_REPLY, staticmethod(string)

    def __init__(self, kind="X25519"):
        self.kind = kind

    def exchange(self, q_c):
        key = Key(self.kind)
        return key.public(), key.agree(q_c)


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


# RFC 3526: the prime of so many bits has that constant
CONSTANTS = {2048: 124476, 3072: 1690314, 4096: 240904, 6144: 929484,
             8192: 4743158}


@functools.lru_cache(None)
def prime(bits):
    return (2 ** bits - 2 ** (bits - 64) - 1 +
            2 ** 64 * (pi(bits - 130) + CONSTANTS[bits]))


class Modp:
    """RFC 8268."""

    init, reply, encode = wire.ECDH_INIT, wire.ECDH_REPLY, staticmethod(mpint)

    def __init__(self, bits):
        self.p, self.g = prime(bits), 2

    def exchange(self, e):
        y = int.from_bytes(os.urandom(48), "big")
        size = (self.p.bit_length() + 7) // 8
        return tuple(mod_exp(x, y, self.p).to_bytes(size, "big")
                     for x in (self.g, int.from_bytes(e, "big")))


class GroupExchange(Modp):
    """RFC 4419; the group is chosen when the client has said what it wants."""

    init, reply = wire.GEX_INIT, wire.GEX_REPLY

    def __init__(self):
        pass

    def choose(self, least, wanted, most):
        """(p, g): the smallest that is no smaller than wanted, else the largest."""
        fit = [b for b in sorted(CONSTANTS) if least <= b <= most]
        return prime(next((b for b in fit if b >= wanted), fit[-1])), 2


METHODS = {
    "curve25519-sha256": (Agreement, "sha256"),
    "curve25519-sha256@libssh.org": (Agreement, "sha256"),
    "ecdh-sha2-nistp256": (lambda: Agreement("P-256"), "sha256"),
    "ecdh-sha2-nistp384": (lambda: Agreement("P-384"), "sha384"),
    "diffie-hellman-group-exchange-sha256": (GroupExchange, "sha256"),
    "diffie-hellman-group16-sha512": (lambda: Modp(4096), "sha512"),
    "diffie-hellman-group18-sha512": (lambda: Modp(8192), "sha512"),
    "diffie-hellman-group14-sha256": (lambda: Modp(2048), "sha256"),
}
