# SPDX-License-Identifier: GPL-2.0
"""banner-199: a server that also knows version 1 (RFC 4253 5.1); honest."""

from session import Session


class Lie(Session):
    banner = b"SSH-1.99-kssh_hostile_1 scripted server\r\n"
