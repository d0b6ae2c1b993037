# SPDX-License-Identifier: GPL-2.0
"""banner-is hex=HEX: these bytes instead of the identification."""

from session import Done, Session


class Lie(Session):
    @property
    def banner(self):
        return bytes.fromhex(self.arg("hex"))

    def send_banner(self):
        super().send_banner()
        if self.arg("then") == "wait":
            raise Done()
