# SPDX-License-Identifier: GPL-2.0
"""banner-spaces: blanks and tabs in front of the identification: that is no line of
the server's own but one before it, and nothing follows."""

from session import Done, Session


class Lie(Session):
    banner = b" \tSSH-2.0-kssh_hostile_1\r\n"

    def send_banner(self):
        super().send_banner()
        self.do_eof()
        raise Done()
