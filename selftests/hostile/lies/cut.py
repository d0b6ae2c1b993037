# SPDX-License-Identifier: GPL-2.0
"""cut msg=NUMBER to=N: messages of that number have N bytes, or lose -N."""

from session import Session


class Lie(Session):
    def send(self, payload):
        if payload[0] == int(self.arg("msg")):
            payload = payload[:int(self.arg("to"))]
        super().send(payload)
