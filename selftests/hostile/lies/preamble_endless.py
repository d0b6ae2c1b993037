# SPDX-License-Identifier: GPL-2.0
"""preamble-endless: lines before the identification, and never that."""

from session import Session


class Lie(Session):
    def send_banner(self):
        while True:
            self.transmit(b"still starting\r\n" * 64)
