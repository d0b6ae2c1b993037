# SPDX-License-Identifier: GPL-2.0
"""point hex=HEX | length=N: the server's public value is that, or N bytes.

The exchange goes on with a secret of zeros, which is what both sides would get
for a point of small order.
"""

from session import Session


class Lie(Session):
    def exchange(self):
        if "hex" in self.args:
            return bytes.fromhex(self.args["hex"]), bytes(32)
        return b"\x09" * int(self.arg("length", "31")), bytes(32)
