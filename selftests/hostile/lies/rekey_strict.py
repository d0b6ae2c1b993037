# SPDX-License-Identifier: GPL-2.0
"""rekey-strict: strict key exchange is announced only in a re-exchange, where it
means nothing."""

from session import Session


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        p["kex"] = [x for x in p["kex"] if not x.startswith("kex-strict")]
        if self.session_id:
            p["kex"].append("kex-strict-s-v00@openssh.com")
        return p
