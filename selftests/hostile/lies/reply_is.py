# SPDX-License-Identifier: GPL-2.0
"""reply-is cut=N add=HEX: a key exchange reply without its last N bytes, or with
more; the lengths inside stay as they were."""

from session import Session


class Lie(Session):
    def ecdh_reply(self, k_s):
        p = super().ecdh_reply(k_s)
        cut = int(self.arg("cut", "0"))
        return p[:len(p) - cut] + bytes.fromhex(self.arg("add", ""))
