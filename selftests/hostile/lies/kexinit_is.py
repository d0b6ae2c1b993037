# SPDX-License-Identifier: GPL-2.0
"""kexinit-is cut=N add=HEX: a KEXINIT without its last N bytes, or with more."""

from session import Session


class Lie(Session):
    def kexinit(self, proposal, follows=False):
        p = super().kexinit(proposal, follows)
        cut = int(self.arg("cut", "0"))
        return p[:len(p) - cut] + bytes.fromhex(self.arg("add", ""))
