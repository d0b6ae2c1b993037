# SPDX-License-Identifier: GPL-2.0
"""init-back: the client's own KEX_ECDH_INIT comes back to it."""

from session import Done, Session
from wire import string


class Lie(Session):
    def ecdh_reply(self, k_s):
        self.send(b"\x1e" + string(self.q_c))
        raise Done()
