# SPDX-License-Identifier: GPL-2.0
"""signature how=HOW: the signature of the exchange hash is not what it should be.

    bit         one bit of it is wrong
    data        of something else
    key         made with another key than the one shown
    name        the algorithm's name in it is unknown
    algorithm   RSA: good, but with the other hash than negotiated
    cut         the last byte is missing
    add         one byte too many
    empty       no bytes
    zero        all its numbers are zero
    minus       ECDSA: a negative number
"""

from session import Session
from wire import mpint, string


class Lie(Session):
    def sign(self, h):
        how = self.arg("how", "bit")
        name = self.neg["hostkey"]
        good = super().sign(h)
        head = string(name)
        if how == "bit":
            i = len(head) + 13      # inside R, r, or the RSA number
            return good[:i] + bytes([good[i] ^ 1]) + good[i + 1:]
        if how == "data":
            return super().sign(h[:-1] + bytes([h[-1] ^ 1]))
        if how == "key":
            return self.keys.second[name].sign(name, h)
        if how == "name":
            return string("ssh-nothing") + good[len(head):]
        if how == "algorithm":
            other = {"rsa-sha2-256": "rsa-sha2-512",
                     "rsa-sha2-512": "rsa-sha2-256"}[name]
            return self.host_key().sign(other, h)
        if how == "cut":
            return head + string(good[len(head) + 4:-1])
        if how == "add":
            return good + b"\0"
        if how == "empty":
            return b""
        if how == "zero":
            if name.startswith("ecdsa"):
                return head + string(mpint(0) + mpint(0))
            return head + string(bytes(len(good) - len(head) - 4))
        if how == "minus":
            return head + string(string(b"\xff") + string(b"\xff"))
        raise ValueError(how)
