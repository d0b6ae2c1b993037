# SPDX-License-Identifier: GPL-2.0
"""banner-lower: the identification in small letters, and the end."""

from session import Done, Session


class Lie(Session):
    banner = b"ssh-2.0-kssh_hostile_1\r\n"

    def send_banner(self):
        super().send_banner()
        self.do_eof()
        raise Done()
