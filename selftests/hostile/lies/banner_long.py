# SPDX-License-Identifier: GPL-2.0
"""banner-long length=N: an identification of N bytes with its CR LF."""

from session import Session


class Lie(Session):
    @property
    def banner(self):
        head = b"SSH-2.0-long "
        return head + b"x" * (int(self.arg("length")) - len(head) - 2) + b"\r\n"
