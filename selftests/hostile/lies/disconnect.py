# SPDX-License-Identifier: GPL-2.0
"""disconnect at=STEP reason=CODE: SSH_MSG_DISCONNECT "not today"."""

from session import AtStep, Done


class Lie(AtStep):
    step = "kex"

    def tell(self):
        self.do_disconnect(self.arg("reason", "12"), "not", "today")
        raise Done()
