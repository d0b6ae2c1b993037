# SPDX-License-Identifier: GPL-2.0
"""bad-mac at=STEP byte=N junk=M: one bit of byte N of a sealed packet is wrong, and
M bytes of nothing stand behind it.

N counts from the end (-1: the tag's last).  In the clear it does nothing.
"""

from session import AtStep, Done
from wire import string


class Lie(AtStep):
    step = "service"

    def tell(self):
        sealed = bytearray(self.tx.seal(
            self.tx_seq, self.frame(b"\6" + string("ssh-userauth"))))
        sealed[int(self.arg("byte", "-1"))] ^= 1
        self.transmit(bytes(sealed))
        self.do_junk(self.arg("junk", "0"))
        raise Done()
