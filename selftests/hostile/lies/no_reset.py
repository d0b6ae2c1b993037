# SPDX-License-Identifier: GPL-2.0
"""no-reset: strict key exchange without the reset of sequence numbers."""

from session import Session


class Lie(Session):
    def send_newkeys(self):
        seq = self.tx_seq + 1
        super().send_newkeys()
        self.tx_seq = seq
