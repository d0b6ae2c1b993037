# SPDX-License-Identifier: GPL-2.0
"""guess-wrong: honest, but announces a guess that is wrong, and sends one packet
of it (RFC 4253 7), which the client must drop."""

import os

from session import Session
from wire import byte, string


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        p["kex"].insert(0, "ecdh-sha2-nistp521")
        return p

    def kexinit(self, proposal, follows=False):
        return super().kexinit(proposal, self.session_id is None)

    def send_kexinit(self):
        super().send_kexinit()
        if self.session_id is None:
            self.send(byte(31) + string(os.urandom(64)))
