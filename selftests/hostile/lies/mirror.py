# SPDX-License-Identifier: GPL-2.0
"""mirror: every byte of the client's comes back to it."""

from session import Session


class Lie(Session):
    def run(self):
        self.transmit(self.v_c + b"\r\n" + bytes(self.inbuf))
        self.inbuf.clear()
        while True:
            self.transmit(self.read(1))
