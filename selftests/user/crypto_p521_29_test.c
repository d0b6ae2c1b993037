// SPDX-License-Identifier: GPL-2.0
/*
 * All of the P-521 tests once more with limbs of 29 bits, which kernels without
 * 128-bit integers use: those beside libcrypto, and the suite of the key exchange
 * with its published vectors.  The sources are taken in here so that nothing of the
 * other representation is linked.
 */
#define KSSH_USER_NO_INT128 1
#define CASES	100

#include "../../module/kex/nist.c"
#include "../../module/kunit/nist_test.c"
#include "crypto_p521_test.c"

static_assert(P521_LIMBS == 18);
