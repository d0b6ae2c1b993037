# SPDX-License-Identifier: GPL-2.0
"""close at=STEP: end the stream."""

from session import AtStep, Done


class Lie(AtStep):
    step = "banner"

    def tell(self):
        self.do_eof()
        raise Done()
