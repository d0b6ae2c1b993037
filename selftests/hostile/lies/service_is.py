# SPDX-License-Identifier: GPL-2.0
"""service-is name=NAME: SERVICE_ACCEPT for that (with late=1 only when the client, which
did not wait for it, has asked for a user)."""

import wire
from session import Session
from wire import byte, string


class Lie(Session):
    def send_service_accept(self):
        if "late" in self.args:
            self.expect(wire.USERAUTH_REQUEST)
        self.send(byte(6) + string(self.arg("name", "ssh-connection")))
