# SPDX-License-Identifier: GPL-2.0
"""http: it is a web server, and says so."""

from session import Done, Session


class Lie(Session):
    def send_banner(self):
        self.transmit(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        self.do_eof()
        raise Done()
