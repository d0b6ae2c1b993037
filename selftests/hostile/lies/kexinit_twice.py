# SPDX-License-Identifier: GPL-2.0
"""kexinit-twice: a second KEXINIT in the same exchange."""

from session import Session


class Lie(Session):
    def send_kexinit(self):
        super().send_kexinit()
        self.send(self.kexinit(self.mine))
