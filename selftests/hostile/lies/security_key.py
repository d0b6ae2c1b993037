# SPDX-License-Identifier: GPL-2.0
"""security-key how=HOW: what a token signs is not what it should be (ask for an sk-
algorithm).

    flags           they are others than those that were signed
    counter         likewise
    application     it signed for another one
    bare            flags and counter are missing
    untouched       nobody touched it: that is fine, and no lie
"""

from session import Session


class Lie(Session):
    def sign(self, h):
        how, key, name = self.arg("how"), self.host_key(), self.neg["hostkey"]
        good = key.sign(name, h)
        if how == "flags":
            return good[:-5] + bytes([good[-5] ^ 4]) + good[-4:]
        if how == "counter":
            return good[:-1] + bytes([good[-1] ^ 1])
        if how == "application":
            return key.sign(name, h, application="ssh:")
        if how == "bare":
            return good[:-5]
        if how == "untouched":
            return key.sign(name, h, flags=0)
        raise ValueError(how)
