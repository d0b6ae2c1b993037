// SPDX-License-Identifier: GPL-2.0
/*
 * All of the P-521 tests once more with limbs of 29 bits, which kernels without
 * 128-bit integers use.
 */
#define KSSH_USER_NO_INT128 1
#define CASES	100

#include "crypto_p521_test.c"

static_assert(P521_LIMBS == 18);
