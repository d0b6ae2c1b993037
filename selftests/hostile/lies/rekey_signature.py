# SPDX-License-Identifier: GPL-2.0
"""rekey-signature: the first exchange is good, the signature of later ones is not."""

from session import Session


class Lie(Session):
    def sign(self, h):
        good = super().sign(h)
        if h == self.session_id:
            return good
        return good[:-1] + bytes([good[-1] ^ 1])
