# SPDX-License-Identifier: GPL-2.0
"""other-reply: the reply has the number of another method's (GEX_REPLY)."""

from session import Session


class Lie(Session):
    def ecdh_reply(self, k_s):
        return b"\x21" + super().ecdh_reply(k_s)[1:]
