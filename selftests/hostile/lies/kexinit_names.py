# SPDX-License-Identifier: GPL-2.0
"""kexinit-names list=NAME how=empty|comma|nul|long: a list of KEXINIT that is none.

    empty       nothing in it
    comma       two commas in a row
    nul         a NUL in the first name
    long        30,000 bytes of an unknown name in front
"""

from session import Session


class Lie(Session):
    def proposal(self):
        p = super().proposal()
        name, how = self.arg("list", "kex"), self.arg("how")
        p[name] = {"empty": [], "comma": [p[name][0], "", *p[name][1:]],
                   "nul": ["\0" + p[name][0]],
                   "long": ["x" * 30000, *p[name]]}[how]
        return p
