# SPDX-License-Identifier: GPL-2.0
"""banner-drip ms=N: an identification that never ends, a byte every N ms."""

import time

from session import Session


class Lie(Session):
    def send_banner(self):
        while True:
            self.transmit(b"S")
            time.sleep(int(self.arg("ms", "20")) / 1000)
