# SPDX-License-Identifier: GPL-2.0
"""ext-info how=HOW: SSH_MSG_EXT_INFO other than usual (RFC 8308).

    none        not sent
    twice       right after NEWKEYS, and before SERVICE_ACCEPT
    many        more extensions than anybody has
    cut         fewer than it says
    unasked     (honest) unknown extensions, one with NUL bytes in its value
"""

from session import Session
from wire import byte, string, u32


class Lie(Session):
    def at(self, step):
        if step == "service" and self.arg("how") == "twice":
            self.send(super().ext_info())

    def send_ext_info(self):
        if self.arg("how") != "none":
            super().send_ext_info()

    def ext_info(self):
        how = self.arg("how")
        if how == "many":
            n = int(self.arg("n", "1025"))
            return byte(7) + u32(n) + (string("x") + string("")) * n
        if how == "cut":
            return byte(7) + u32(2) + string("server-sig-algs") + string("")
        if how == "unasked":
            return byte(7) + u32(2) + (
                string("nothing@example.com") + string("\0\0") +
                string("server-sig-algs") + string("ssh-ed25519"))
        return super().ext_info()
