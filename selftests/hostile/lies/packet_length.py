# SPDX-License-Identifier: GPL-2.0
"""packet-length at=STEP n=N junk=M: a packet whose packet_length says N, and M bytes
of nothing behind it."""

from session import AtStep, Done


class Lie(AtStep):
    def tell(self):
        self.do_length(self.arg("n"))
        self.do_junk(self.arg("junk", "0"))
        raise Done()
