# SPDX-License-Identifier: GPL-2.0
"""banner-endless: one line that never ends, as a server that is none may send."""

from session import Session


class Lie(Session):
    def send_banner(self):
        while True:
            self.transmit(b"x" * 1024)
