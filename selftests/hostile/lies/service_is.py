# SPDX-License-Identifier: GPL-2.0
"""service-is name=NAME: SERVICE_ACCEPT for that."""

from session import Session
from wire import byte, string


class Lie(Session):
    def send_service_accept(self):
        self.send(byte(6) + string(self.arg("name", "ssh-connection")))
