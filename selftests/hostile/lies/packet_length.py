# SPDX-License-Identifier: GPL-2.0
"""packet-length at=STEP n=N: a packet whose packet_length says N."""

from session import AtStep, Done


class Lie(AtStep):
    def tell(self):
        self.do_length(self.arg("n"))
        raise Done()
