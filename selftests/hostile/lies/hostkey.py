# SPDX-License-Identifier: GPL-2.0
"""hostkey how=HOW: the key blob is not what it should be.

    empty       no bytes
    cut         the last byte is missing
    add         one byte too many
    name        the type's name is unknown
    type        a sound key of another type than negotiated
    small       an RSA key of 1024 bits (ask for an RSA algorithm)
    curve       ECDSA: a point that is not on the curve
    infinity    ECDSA: the point at infinity

The signature is good for what was sent, where there is a key to make it with.
"""

from session import Session
from wire import string


class Lie(Session):
    def host_key(self):
        how = self.arg("how")
        if how == "small":
            return self.keys.small_rsa
        if how == "type":
            other = ("ecdsa-sha2-nistp256" if self.neg["hostkey"] == "ssh-ed25519"
                     else "ssh-ed25519")
            return self.keys.first[other]
        return super().host_key()

    def host_key_blob(self):
        how = self.arg("how")
        blob = self.host_key().blob()
        if how == "empty":
            return b""
        if how == "cut":
            return blob[:-1]
        if how == "add":
            return blob + b"\0"
        if how == "name":
            return string("ssh-nothing") + blob[4 + 11:]
        if how == "curve":
            return blob[:-1] + bytes([blob[-1] ^ 1])
        if how == "infinity":
            return (string("ecdsa-sha2-nistp256") + string("nistp256") +
                    string(b"\0"))
        return blob

    def sign(self, h):
        if self.arg("how") == "type":
            key = self.host_key()
            return key.sign(key.algorithms[0], h)
        return super().sign(h)
