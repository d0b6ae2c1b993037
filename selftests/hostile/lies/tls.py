# SPDX-License-Identifier: GPL-2.0
"""tls: a TLS alert, as a server of that kind answers, and the end."""

from session import Done, Session


class Lie(Session):
    def send_banner(self):
        self.transmit(b"\x15\x03\x01\x00\x02\x02\x46")
        self.do_eof()
        raise Done()
