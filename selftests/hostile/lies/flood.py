# SPDX-License-Identifier: GPL-2.0
"""flood at=STEP msg=HEX: one ignorable message after the other, without end."""

from session import AtStep


class Lie(AtStep):
    step = "service"

    def tell(self):
        payload = bytes.fromhex(self.arg("msg", "0200000000"))
        while True:
            for _ in range(64):
                self.send_frame(self.frame(payload))
