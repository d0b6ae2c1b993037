# SPDX-License-Identifier: GPL-2.0
"""replay: the same sealed packet twice."""

from session import AtStep, Done
from wire import string


class Lie(AtStep):
    step = "service"

    def tell(self):
        sealed = self.tx.seal(self.tx_seq, self.frame(b"\2" + string("twice")))
        self.transmit(sealed + sealed)
        raise Done()
