# SPDX-License-Identifier: GPL-2.0
"""urgent at=STEP: a byte of TCP urgent data."""

from session import AtStep, Done


class Lie(AtStep):
    step = "kex"

    def tell(self):
        self.do_urgent()
        raise Done()
