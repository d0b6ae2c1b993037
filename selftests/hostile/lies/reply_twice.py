# SPDX-License-Identifier: GPL-2.0
"""reply-twice: the reply to the key exchange a second time."""

from session import Done, Session


class Lie(Session):
    def send_newkeys(self):
        self.send(self.ecdh_reply(self.host_key_blob()))
        raise Done()
