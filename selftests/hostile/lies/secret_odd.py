# SPDX-License-Identifier: GPL-2.0
"""secret-odd how=zero|high: honest, but K begins with a zero byte, or with a high bit
that wants one in front (RFC 4251 5)."""

from session import Session


class Lie(Session):
    def exchange(self):
        while True:
            q_s, secret = super().exchange()
            if secret[0] == 0 if self.arg("how") == "zero" else secret[0] & 0x80:
                return q_s, secret
