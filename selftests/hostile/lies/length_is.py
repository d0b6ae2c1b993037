# SPDX-License-Identifier: GPL-2.0
"""length-is msg=NUMBER at=N is=VALUE: the length that stands at byte N of such a message
says something else; by=DIFFERENCE: so much more, or less."""

import struct

from session import Session


class Lie(Session):
    def send(self, payload):
        if payload[0] == int(self.arg("msg")):
            at = int(self.arg("at"))
            was, = struct.unpack(">I", payload[at:at + 4])
            says = int(self.arg("is", str(was + int(self.arg("by", "0")))))
            payload = payload[:at] + struct.pack(">I", says) + payload[at + 4:]
        super().send(payload)
