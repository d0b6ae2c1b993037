# SPDX-License-Identifier: GPL-2.0
"""banner-lf: LF without CR behind the identification, as old servers sent."""

from session import Session


class Lie(Session):
    banner = b"SSH-2.0-kssh_hostile_1 scripted server\n"
