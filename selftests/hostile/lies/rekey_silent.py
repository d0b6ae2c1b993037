# SPDX-License-Identifier: GPL-2.0
"""rekey-silent: nothing more is said once keys are to be renewed, whoever began."""

from session import Done, Session


class Lie(Session):
    def recv_kexinit(self, payload):
        if self.session_id:
            raise Done()
        super().recv_kexinit(payload)

    def rekey(self, first=None):
        if first is not None:
            raise Done()
        super().rekey()
