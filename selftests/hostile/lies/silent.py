# SPDX-License-Identifier: GPL-2.0
"""silent at=STEP: say nothing from that step on."""

from session import AtStep, Done


class Lie(AtStep):
    step = "banner"

    def tell(self):
        raise Done()
