# SPDX-License-Identifier: GPL-2.0
"""preamble lines=N length=M: lines before the identification (RFC 4253 4.2).

length counts the line with its CR LF.  A server may do that; what is too much
of it is for the client to say.
"""

from session import Session


class Lie(Session):
    def send_banner(self):
        line = b"x" * (int(self.arg("length", "16")) - 2) + b"\r\n"
        self.transmit(line * int(self.arg("lines", "1")) + self.banner)
