# SPDX-License-Identifier: GPL-2.0
"""slow at=STEP ms=N: honest, but takes its time there."""

import time

from session import AtStep


class Lie(AtStep):
    step = "kex"

    def tell(self):
        time.sleep(int(self.arg("ms", "1000")) / 1000)
