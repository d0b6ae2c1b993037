#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write module/crypto/ed25519_base.h: odd multiples of Ed25519's base point.

Usage: crypto_ed25519_base.py [--check] FILE

With --check nothing is written and the exit status says whether FILE is what
would be. Curve and base point are those of RFC 8032, section 5.1.
"""

import sys

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
COUNT = 32


def base_point():
    y = 4 * pow(5, -1, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (x if x % 2 == 0 else P - x, y)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def words(value):
    parts = [f"0x{value >> 64 * i & 2**64 - 1:016x}ULL" for i in range(4)]
    return (f"FE_WORDS({parts[0]}, {parts[1]},\n"
            f"\t\t\t\t {parts[2]}, {parts[3]})")


def table():
    point = base_point()
    twice = add(point, point)
    out = ["/* SPDX-License-Identifier: GPL-2.0 */",
           "/*",
           " * Made by selftests/user/crypto_ed25519_base.py: do not edit.",
           " *",
           " * Odd multiples of the base point B of RFC 8032, section 5.1: entry i is",
           " * (2 i + 1) B. Included by ed25519.c alone.",
           " */",
           "#ifndef KSSH_CRYPTO_ED25519_BASE_H",
           "#define KSSH_CRYPTO_ED25519_BASE_H",
           "",
           f"static const struct affine base_multiples[{COUNT}] = {{"]
    for _ in range(COUNT):
        x, y = point
        out += ["\t{",
                f"\t\t.y_plus_x = {words((y + x) % P)},",
                f"\t\t.y_minus_x = {words((y - x) % P)},",
                f"\t\t.xy2d = {words(2 * D * x * y % P)},",
                "\t},"]
        point = add(point, twice)
    return "\n".join(out + ["};", "", "#endif", ""])


def main():
    args = sys.argv[1:]
    check = args[:1] == ["--check"]
    if len(args) != 1 + check:
        sys.exit(__doc__)
    if check:
        with open(args[1], encoding="ascii") as f:
            sys.exit(f.read() != table())
    with open(args[0], "w", encoding="ascii") as f:
        f.write(table())


if __name__ == "__main__":
    main()
