/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The field of 2^255 - 19 elements, for public values only: nothing here
 * promises constant time.
 *
 * Two representations stand behind one interface: five limbs of 51 bits where
 * the compiler multiplies 64 by 64 bits into 128, else ten signed limbs of 26
 * and 25 bits in turn. An element is "reduced" when it comes from
 * kssh_fe_load(), kssh_fe_mul(), kssh_fe_sq() and what is made of these, or
 * FE_WORDS(). Sums and differences are not carried; each function says what it
 * can take.
 */
#ifndef KSSH_CRYPTO_FE25519_H
#define KSSH_CRYPTO_FE25519_H

#include <linux/types.h>

#define FE_SIZE		32

#if defined(CONFIG_ARCH_SUPPORTS_INT128) && defined(__SIZEOF_INT128__)
#include "fe25519_51.h"
#else
#include "fe25519_26.h"
#endif

void kssh_fe_load(struct fe *r, const u8 in[FE_SIZE]);
void kssh_fe_store(u8 out[FE_SIZE], const struct fe *a);
void kssh_fe_mul(struct fe *r, const struct fe *a, const struct fe *b);
void kssh_fe_sq(struct fe *r, const struct fe *a);
void kssh_fe_invert(struct fe *r, const struct fe *a);
void kssh_fe_pow_p58(struct fe *r, const struct fe *a);
bool kssh_fe_equal(const struct fe *a, const struct fe *b);
bool kssh_fe_is_odd(const struct fe *a);

#endif
