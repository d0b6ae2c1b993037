# SPDX-License-Identifier: GPL-2.0
"""certificate how=HOW: the host certificate is not what it should be (ask for a
certificate).

    user        it is a user's
    kind        it is neither a user's nor a host's
    tail        one byte too many
    cut         the last byte is missing
    nested      its CA's key is a certificate
    names       its list of names is cut
    option      an option without a value
    plain       it is the plain key
    key         it certifies another key than the one that signs
    signature   the signature goes by the certificate's name
"""

from hostkeys import Certificate
from session import Session
from wire import string, u32


class Lie(Session):
    def host_key_blob(self):
        how = self.arg("how")
        cert = self.host_key()
        if how == "user":
            return cert.blob(kind=1)
        if how == "kind":
            return cert.blob(kind=3)
        if how == "tail":
            return cert.blob() + b"\0"
        if how == "cut":
            return cert.blob()[:-1]
        if how == "nested":
            return cert.blob(ca=cert.blob())
        if how == "names":
            # what string() makes of it, less its end
            return cert.blob(principals=()).replace(
                string("kssh") + string(b""), string("kssh") +
                string(u32(9) + b"host"))
        if how == "option":
            return cert.blob(critical=string("a"))
        if how == "plain":
            return cert.key.blob()
        if how == "key":
            other = self.keys.second[self.neg["hostkey"]]
            return cert.blob(fields=Certificate.fields(other))
        return cert.blob()

    def sign(self, h):
        if self.arg("how") == "signature":
            return self.host_key().key.sign(self.neg["hostkey"], h)
        return super().sign(h)
