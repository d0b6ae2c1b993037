# SPDX-License-Identifier: GPL-2.0
"""dear: what costs a client most: group exchange with 8,192 bits, and a signature to be
checked with an RSA key of 16,384 bits and the largest exponent that is taken.

The signature is noise; that takes as long to find out.
"""

import os

from session import Session
from wire import mpint, string


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        p["kex"] = [n for n in p["kex"] if "group-exchange" in n or
                    n in self.markers]
        p["hostkey"] = ["rsa-sha2-512"]
        return p

    def choose_group(self, *asked):
        return 1 << 8191 | 0x29, 2

    def host_key_blob(self):
        n = int.from_bytes(os.urandom(2048), "big") | 1 << 16383 | 1
        return string("ssh-rsa") + mpint(2 ** 64 - 1) + mpint(n)

    def sign(self, h):
        return string("rsa-sha2-512") + string(b"\x7f" + os.urandom(2047))
