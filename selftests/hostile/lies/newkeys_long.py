# SPDX-License-Identifier: GPL-2.0
"""newkeys-long: NEWKEYS with a byte too many."""

from session import Done, Session


class Lie(Session):
    def send_newkeys(self):
        self.send(b"\x15\x00")
        raise Done()
