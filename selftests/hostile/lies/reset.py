# SPDX-License-Identifier: GPL-2.0
"""reset at=STEP: TCP reset instead of an end."""

from session import AtStep


class Lie(AtStep):
    step = "kex"

    def tell(self):
        self.reset()
