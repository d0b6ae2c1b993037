# SPDX-License-Identifier: GPL-2.0
"""hybrid length=N: picks mlkem768x25519-sha256 and answers with N bytes, where
1120 is right (a ciphertext of 1088 and a point of 32)."""

import os

from session import Session


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        p["kex"] = ["mlkem768x25519-sha256"] + list(self.markers)
        return p

    def exchange(self):
        return os.urandom(int(self.arg("length", "1119"))), bytes(32)
