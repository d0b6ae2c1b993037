# SPDX-License-Identifier: GPL-2.0
"""group how=HOW: picks diffie-hellman-group-exchange-sha256, and a group that is not
as it was asked for.

    bits        of bits= bits, which nobody asked for
    even        an even modulus
    zero, one   as modulus
    negative    the modulus is a negative number
    padded      the modulus has a zero too many in front
    g           the generator is g= (in hex), or p-1, or p
    none        no group but the reply at once
    twice       two groups

The client takes no more of it than that.
"""

from session import Session
from kex import prime
from wire import byte, mpint, string
import wire


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        p["kex"] = [n for n in p["kex"] if "group-exchange" in n or
                    n in self.markers]
        return p

    def choose_group(self, *asked):
        how = self.arg("how")
        if how == "bits":
            return 1 << (int(self.arg("bits")) - 1) | 0x29, 2
        p, g = prime(2048), 2
        if how == "g":
            g = {"p": p, "p-1": p - 1}.get(self.arg("g")) or int(self.arg("g"), 16)
        return {"even": p - 1, "zero": 0, "one": 1}.get(how, p), g

    def group_message(self, p, g):
        how = self.arg("how")
        octets = p.to_bytes(256, "big") if how in ("negative", "padded") else b""
        if how == "none":
            return byte(wire.GEX_REPLY) + string(b"") * 3
        if how == "negative":
            return byte(wire.GEX_GROUP) + string(octets) + mpint(g)
        if how == "padded":
            return byte(wire.GEX_GROUP) + string(b"\0\0" + octets) + mpint(g)
        if how == "twice":
            self.send(super().group_message(p, g))
        return super().group_message(p, g)
