# SPDX-License-Identifier: GPL-2.0
"""success-early at=STEP: USERAUTH_SUCCESS before there is a session."""

from session import AtStep, Done


class Lie(AtStep):
    step = "service"

    def tell(self):
        self.send_frame(self.frame(b"\x34"))
        raise Done()
