# SPDX-License-Identifier: GPL-2.0
"""stop bytes=N then=wait|end|reset: honest for N bytes, whatever they are part of."""

from session import Done, Session


class Lie(Session):
    sent = 0

    def transmit(self, data):
        left = int(self.arg("bytes")) - self.sent
        self.sent += len(data)
        super().transmit(data[:max(0, left)])
        if left > len(data):
            return
        how = self.arg("then", "end")
        if how == "reset":
            self.reset()
        if how == "end":
            self.do_eof()
        raise Done()
