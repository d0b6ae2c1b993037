# SPDX-License-Identifier: GPL-2.0
"""packet-padding at=STEP n=N: a packet whose padding_length says N."""

from session import AtStep, Done
from wire import byte, string


class Lie(AtStep):
    def tell(self):
        frame = self.frame(b"\2" + string(bytes(16)))
        self.send_frame(frame[:4] + byte(int(self.arg("n"))) + frame[5:])
        raise Done()
