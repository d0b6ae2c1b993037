# SPDX-License-Identifier: GPL-2.0
"""rekey-hostkey: another host key in a key re-exchange."""

from session import Session


class Lie(Session):
    exchanges = 0

    def host_key(self):
        keys = self.keys.second if self.exchanges > 1 else self.keys.first
        return keys[self.neg["hostkey"]]

    def send_kexinit(self):
        self.exchanges += 1
        super().send_kexinit()
