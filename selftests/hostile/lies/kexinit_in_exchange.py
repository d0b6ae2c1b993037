# SPDX-License-Identifier: GPL-2.0
"""kexinit-in-exchange at=STEP: a KEXINIT while the exchange of the first is open."""

from session import AtStep, Done


class Lie(AtStep):
    step = "newkeys"

    def tell(self):
        self.send_frame(self.frame(self.kexinit(self.mine)))
        raise Done()
