# SPDX-License-Identifier: GPL-2.0
"""number f=F: the server's public value of a Diffie-Hellman exchange is F: a number
in hex, "p", "p-1" or "p-2", or "negative" or "padded", which are not written as
they should be.

The secret is one, which is what both sides would get for the smallest of them.
"""

from session import Session
from wire import byte, string


class Lie(Session):
    def exchange(self):
        f, p = self.arg("f"), self.method.p
        self.fit = p.to_bytes((p.bit_length() + 7) // 8, "big")
        near = {"p": p, "p-1": p - 1, "p-2": p - 2, "negative": p, "padded": p - 5}
        n = near[f] if f in near else int(f, 16)
        return n.to_bytes(2 * len(self.fit), "big"), b"\1"

    def ecdh_reply(self, k_s):
        odd = {"negative": self.fit, "padded": b"\0\0" + self.fit}.get(self.arg("f"))
        if odd is None:
            return super().ecdh_reply(k_s)
        return (byte(self.method.reply) + string(k_s) + string(odd) +
                string(self.sign(self.h)))
