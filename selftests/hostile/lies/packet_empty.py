# SPDX-License-Identifier: GPL-2.0
"""packet-empty at=STEP: nothing but padding."""

from session import AtStep, Done


class Lie(AtStep):
    def tell(self):
        self.send_frame(self.frame(b""))
        raise Done()
