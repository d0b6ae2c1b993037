# SPDX-License-Identifier: GPL-2.0
"""extra at=STEP msg=HEX count=N: payloads that do not belong there."""

from session import AtStep


class Lie(AtStep):
    def tell(self):
        for _ in range(int(self.arg("count", "1"))):
            self.send_frame(self.frame(bytes.fromhex(self.arg("msg"))))
