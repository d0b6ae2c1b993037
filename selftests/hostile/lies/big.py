# SPDX-License-Identifier: GPL-2.0
"""big n=N: before SERVICE_ACCEPT a packet with an IGNORE of N bytes."""

from session import AtStep
from wire import byte, string


class Lie(AtStep):
    step = "service"

    def tell(self):
        self.send_frame(self.frame(byte(2) + string(bytes(int(self.arg("n"))))))
