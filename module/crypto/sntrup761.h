/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sntrup761, the key encapsulation mechanism Streamlined NTRU Prime with
 * p = 761, q = 4591, w = 286 (round 3 submission of NTRU Prime to NIST).
 *
 * The caller brings the randomness, the memory and a handle of the kernel's
 * SHA-512: nothing here allocates or asks for random bytes.
 */
#ifndef KSSH_CRYPTO_SNTRUP761_H
#define KSSH_CRYPTO_SNTRUP761_H

#include <linux/types.h>

#include "sntrup_code.h"
#include "sntrup_poly.h"

struct crypto_shash;

#define KSSH_SNTRUP761_PK_SIZE		KSSH_SNTRUP_RQ_SIZE	/* public key */
#define KSSH_SNTRUP761_CT_SIZE		(KSSH_SNTRUP_ROUNDED_SIZE + 32)
#define KSSH_SNTRUP761_SS_SIZE		32	/* shared secret */

/* Secret key: f, 1 / g, public key, what a rejection is made of, a hash */
#define KSSH_SNTRUP761_SK_SIZE		(3 * KSSH_SNTRUP_SMALL_SIZE +	\
					 KSSH_SNTRUP761_PK_SIZE + 32)

/* Random bytes: g, f, and the rejection's; the ciphertext's r */
#define KSSH_SNTRUP761_KEYGEN_RANDOM	(2 * KSSH_SNTRUP_SAMPLE_SIZE +	\
					 KSSH_SNTRUP_SMALL_SIZE)
#define KSSH_SNTRUP761_ENCAPS_RANDOM	KSSH_SNTRUP_SAMPLE_SIZE

/**
 * struct kssh_sntrup761_work - scratch memory of one operation
 * @poly: of a product or an inverse
 * @digits: of an encoding
 * @hashed: input of a hash, its tag first
 * @digest: output of SHA-512, of which the first half counts
 * @a: f, or an element on the way
 * @b: g, 1 / g or r
 * @h: public key or ciphertext in R/q
 * @r: encoding of r, or what stands for it in a rejection
 * @ct: ciphertext of the re-encryption
 *
 * Needs no initialisation and may serve any number of operations, one at a
 * time. Holds secrets after each: whoever owns it erases it in one call,
 * memzero_explicit() or kfree_sensitive(). About 11 KiB: not for the stack.
 */
struct kssh_sntrup761_work {
	union {
		union kssh_sntrup_scratch poly;
		union kssh_sntrup_digits digits;
		u8 hashed[1 + KSSH_SNTRUP761_PK_SIZE];
	};
	u8 digest[64];
	struct kssh_sntrup_small a, b;
	struct kssh_sntrup_rq h;
	u8 r[KSSH_SNTRUP_SMALL_SIZE];
	u8 ct[KSSH_SNTRUP761_CT_SIZE];
};

int kssh_sntrup761_keygen(u8 pk[KSSH_SNTRUP761_PK_SIZE],
			  u8 sk[KSSH_SNTRUP761_SK_SIZE],
			  const u8 random[KSSH_SNTRUP761_KEYGEN_RANDOM],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w);
int kssh_sntrup761_encaps(u8 ct[KSSH_SNTRUP761_CT_SIZE],
			  u8 ss[KSSH_SNTRUP761_SS_SIZE],
			  const u8 pk[KSSH_SNTRUP761_PK_SIZE],
			  const u8 random[KSSH_SNTRUP761_ENCAPS_RANDOM],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w);
int kssh_sntrup761_decaps(u8 ss[KSSH_SNTRUP761_SS_SIZE],
			  const u8 ct[KSSH_SNTRUP761_CT_SIZE],
			  const u8 sk[KSSH_SNTRUP761_SK_SIZE],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w);

#endif
