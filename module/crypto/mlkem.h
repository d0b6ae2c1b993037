/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ML-KEM, the key encapsulation mechanism of FIPS 203, with the parameter sets
 * ML-KEM-768 and ML-KEM-1024.
 *
 * The caller brings the randomness and the memory: nothing here allocates,
 * sleeps or asks for random bytes.
 */
#ifndef KSSH_CRYPTO_MLKEM_H
#define KSSH_CRYPTO_MLKEM_H

#include <linux/types.h>

#include "keccak.h"
#include "mlkem_poly.h"

/* Encapsulation key, public; decapsulation key, secret; ciphertext */
#define KSSH_MLKEM768_EK_SIZE	1184
#define KSSH_MLKEM768_DK_SIZE	2400
#define KSSH_MLKEM768_CT_SIZE	1088

#define KSSH_MLKEM1024_EK_SIZE	1568
#define KSSH_MLKEM1024_DK_SIZE	3168
#define KSSH_MLKEM1024_CT_SIZE	1568

/* Enough for either set */
#define KSSH_MLKEM_K_MAX	4
#define KSSH_MLKEM_EK_MAX	KSSH_MLKEM1024_EK_SIZE
#define KSSH_MLKEM_DK_MAX	KSSH_MLKEM1024_DK_SIZE
#define KSSH_MLKEM_CT_MAX	KSSH_MLKEM1024_CT_SIZE

#define KSSH_MLKEM_SS_SIZE	KSSH_MLKEM_SYM_SIZE	/* shared secret */

/**
 * struct kssh_mlkem_params - one parameter set (FIPS 203, section 8)
 * @k: rank: polynomials of a vector
 * @du: bits for a coefficient of u, the first part of a ciphertext
 * @dv: and of v, the second
 * @ek_size: bytes of an encapsulation key
 * @dk_size: bytes of a decapsulation key
 * @ct_size: bytes of a ciphertext
 */
struct kssh_mlkem_params {
	u8 k;
	u8 du;
	u8 dv;
	u16 ek_size;
	u16 dk_size;
	u16 ct_size;
};

extern const struct kssh_mlkem_params kssh_mlkem768, kssh_mlkem1024;

/**
 * struct kssh_mlkem_work - scratch memory of one operation
 * @xof: hash and sampling state
 * @vec: s, y or u, transformed
 * @twist: what kssh_mlkem_twist() makes of @vec
 * @row: one row of the matrix, or the other factor of a dot product
 * @acc: the polynomial in hand
 * @noise: PRF output for one polynomial
 * @g: output of G, two halves of 32 bytes
 * @msg: message under encryption
 * @ct: ciphertext of the re-encryption
 *
 * Needs no initialisation and may serve any number of operations of either
 * set, one at a time. Holds secrets after each: whoever owns it erases it in
 * one call, memzero_explicit() or kfree_sensitive(). About 8 KiB: not for the
 * stack.
 */
struct kssh_mlkem_work {
	struct kssh_keccak xof;
	struct kssh_mlkem_poly vec[KSSH_MLKEM_K_MAX];
	struct kssh_mlkem_twist twist[KSSH_MLKEM_K_MAX];
	struct kssh_mlkem_poly row[KSSH_MLKEM_K_MAX];
	struct kssh_mlkem_poly acc;
	u8 noise[KSSH_MLKEM_NOISE_SIZE];
	u8 g[2 * KSSH_MLKEM_SYM_SIZE];
	u8 msg[KSSH_MLKEM_SYM_SIZE];
	u8 ct[KSSH_MLKEM_CT_MAX];
};

void kssh_mlkem_keygen(const struct kssh_mlkem_params *set, u8 *ek, u8 *dk,
		       const u8 d[KSSH_MLKEM_SYM_SIZE],
		       const u8 z[KSSH_MLKEM_SYM_SIZE],
		       struct kssh_mlkem_work *w);
int kssh_mlkem_encaps(const struct kssh_mlkem_params *set, u8 *ct,
		      u8 ss[KSSH_MLKEM_SS_SIZE], const u8 *ek,
		      const u8 m[KSSH_MLKEM_SYM_SIZE],
		      struct kssh_mlkem_work *w);
void kssh_mlkem_decaps(const struct kssh_mlkem_params *set,
		       u8 ss[KSSH_MLKEM_SS_SIZE], const u8 *ct, const u8 *dk,
		       struct kssh_mlkem_work *w);

#endif
