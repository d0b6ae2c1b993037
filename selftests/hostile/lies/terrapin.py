# SPDX-License-Identifier: GPL-2.0
"""terrapin put=HEX: as if somebody in the middle had put a message in front of the
server's NEWKEYS, and deleted the server's first sealed one (CVE-2023-48795).

Without put= nothing is put there. What the client counts for the one that was put
there, the server does not.
"""

from session import Session


class Lie(Session):
    def send_newkeys(self):
        if "put" in self.args:
            self.send_frame(self.frame(bytes.fromhex(self.args["put"])))
            self.tx_seq -= 1
        super().send_newkeys()

    def send_ext_info(self):
        self.tx.seal(self.tx_seq, self.frame(self.ext_info()))
        self.tx_seq += 1
