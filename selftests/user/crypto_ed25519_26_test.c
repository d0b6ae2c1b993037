// SPDX-License-Identifier: GPL-2.0
/*
 * All of the Ed25519 tests once more with the field in ten limbs, which 32-bit
 * kernels use: the sources are taken in here so that nothing of the other
 * representation is linked. Needs keccak.c, shim/hash.c and shim/kunit.c.
 */
#define KSSH_USER_NO_INT128 1

#include "../../module/crypto/fe25519.c"
#include "../../module/crypto/ed25519.c"
#include "../../module/kunit/crypto_ed25519_kunit.c"

static_assert(FE_LIMBS == 10);

#define suite	suite_26
#include "crypto_ed25519_test.c"
