# SPDX-License-Identifier: GPL-2.0
"""service-early at=STEP: SERVICE_ACCEPT before anybody has asked."""

from session import AtStep, Done
from wire import string


class Lie(AtStep):
    step = "kex"

    def tell(self):
        self.send_frame(self.frame(b"\x06" + string("ssh-userauth")))
        raise Done()
