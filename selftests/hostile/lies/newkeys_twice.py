# SPDX-License-Identifier: GPL-2.0
"""newkeys-twice: NEWKEYS again, under the keys that the first one brought."""

from session import Session


class Lie(Session):
    def send_newkeys(self):
        super().send_newkeys()
        self.send_frame(self.frame(b"\x15"))
