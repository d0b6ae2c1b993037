# SPDX-License-Identifier: GPL-2.0
"""newkeys-early: NEWKEYS where the reply to the key exchange is due."""

from session import Done, Session


class Lie(Session):
    def ecdh_reply(self, k_s):
        self.send(b"\x15")
        raise Done()
