/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ML-KEM-768, the key encapsulation mechanism of FIPS 203.
 *
 * The caller brings the randomness and the memory: nothing here allocates,
 * sleeps or asks for random bytes.
 */
#ifndef KSSH_CRYPTO_MLKEM768_H
#define KSSH_CRYPTO_MLKEM768_H

#include <linux/types.h>

#include "keccak.h"
#include "mlkem_poly.h"

#define KSSH_MLKEM768_K		3

#define KSSH_MLKEM768_EK_SIZE	1184	/* encapsulation key, public */
#define KSSH_MLKEM768_DK_SIZE	2400	/* decapsulation key, secret */
#define KSSH_MLKEM768_CT_SIZE	1088	/* ciphertext */
#define KSSH_MLKEM768_SS_SIZE	32	/* shared secret */

/**
 * struct kssh_mlkem768_work - scratch memory of one operation
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
 * Needs no initialisation and may serve any number of operations, one at a
 * time. Holds secrets after each: whoever owns it erases it in one call,
 * memzero_explicit() or kfree_sensitive(). About 6 KiB: not for the stack.
 */
struct kssh_mlkem768_work {
	struct kssh_keccak xof;
	struct kssh_mlkem_poly vec[KSSH_MLKEM768_K];
	struct kssh_mlkem_twist twist[KSSH_MLKEM768_K];
	struct kssh_mlkem_poly row[KSSH_MLKEM768_K];
	struct kssh_mlkem_poly acc;
	u8 noise[KSSH_MLKEM_NOISE_SIZE];
	u8 g[2 * KSSH_MLKEM_SYM_SIZE];
	u8 msg[KSSH_MLKEM_SYM_SIZE];
	u8 ct[KSSH_MLKEM768_CT_SIZE];
};

void kssh_mlkem768_keygen(u8 ek[KSSH_MLKEM768_EK_SIZE],
			  u8 dk[KSSH_MLKEM768_DK_SIZE],
			  const u8 d[KSSH_MLKEM_SYM_SIZE],
			  const u8 z[KSSH_MLKEM_SYM_SIZE],
			  struct kssh_mlkem768_work *w);
int kssh_mlkem768_encaps(u8 ct[KSSH_MLKEM768_CT_SIZE],
			 u8 ss[KSSH_MLKEM768_SS_SIZE],
			 const u8 ek[KSSH_MLKEM768_EK_SIZE],
			 const u8 m[KSSH_MLKEM_SYM_SIZE],
			 struct kssh_mlkem768_work *w);
void kssh_mlkem768_decaps(u8 ss[KSSH_MLKEM768_SS_SIZE],
			  const u8 ct[KSSH_MLKEM768_CT_SIZE],
			  const u8 dk[KSSH_MLKEM768_DK_SIZE],
			  struct kssh_mlkem768_work *w);

#endif
