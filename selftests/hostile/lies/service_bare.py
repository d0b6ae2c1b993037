# SPDX-License-Identifier: GPL-2.0
"""service-bare: SERVICE_ACCEPT without a name, or with more behind it (add=HEX)."""

from session import Session
from wire import string


class Lie(Session):
    def send_service_accept(self):
        if "add" in self.args:
            self.send(b"\6" + string("ssh-userauth") +
                      bytes.fromhex(self.args["add"]))
        else:
            self.send(b"\6")
