// SPDX-License-Identifier: GPL-2.0
/* sntrup761 (round 3 submission of NTRU Prime to NIST, sections 2 and 3). */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <crypto/hash.h>
#include <crypto/utils.h>

#include "sntrup761.h"

#define SMALL		KSSH_SNTRUP_SMALL_SIZE
#define ROUNDED		KSSH_SNTRUP_ROUNDED_SIZE
#define SAMPLE		KSSH_SNTRUP_SAMPLE_SIZE
#define HASH		32

/* Where the parts of a secret key begin */
#define SK_GINV		SMALL
#define SK_PK		(2 * SMALL)
#define SK_RHO		(SK_PK + KSSH_SNTRUP761_PK_SIZE)
#define SK_HASH		(SK_RHO + SMALL)

static_assert(SK_HASH + HASH == KSSH_SNTRUP761_SK_SIZE);
static_assert(KSSH_SNTRUP761_SK_SIZE == 1763);
static_assert(KSSH_SNTRUP761_CT_SIZE == 1039);
static_assert(HASH + KSSH_SNTRUP761_CT_SIZE <= KSSH_SNTRUP761_PK_SIZE);

/* First byte of what is hashed: the hash's purpose */
enum tag {
	TAG_REJECT,	/* shared secret of a ciphertext that is not ours */
	TAG_SESSION,	/* shared secret */
	TAG_CONFIRM,	/* end of a ciphertext */
	TAG_R,
	TAG_PK,
};

/* The first half of SHA-512 of @tag and of @n bytes behind it in w->hashed */
static int tagged(u8 out[HASH], u8 tag, size_t n, struct crypto_shash *sha512,
		  struct kssh_sntrup761_work *w)
{
	int err;

	w->hashed[0] = tag;
	err = crypto_shash_tfm_digest(sha512, w->hashed, 1 + n, w->digest);
	memcpy(out, w->digest, HASH);
	return err;
}

static int hash_pk(u8 out[HASH], const u8 pk[KSSH_SNTRUP761_PK_SIZE],
		   struct crypto_shash *sha512, struct kssh_sntrup761_work *w)
{
	memcpy(w->hashed + 1, pk, KSSH_SNTRUP761_PK_SIZE);
	return tagged(out, TAG_PK, KSSH_SNTRUP761_PK_SIZE, sha512, w);
}

/* To where a second hash finds it */
static int hash_r(struct crypto_shash *sha512, struct kssh_sntrup761_work *w)
{
	memcpy(w->hashed + 1, w->r, SMALL);
	return tagged(w->hashed + 1, TAG_R, SMALL, sha512, w);
}

/* The shared secret of the r that w->r encodes, or of its stand-in */
static int session(u8 ss[KSSH_SNTRUP761_SS_SIZE], u8 tag,
		   const u8 ct[KSSH_SNTRUP761_CT_SIZE],
		   struct crypto_shash *sha512, struct kssh_sntrup761_work *w)
{
	int err = hash_r(sha512, w);

	memcpy(w->hashed + 1 + HASH, ct, KSSH_SNTRUP761_CT_SIZE);
	return err ?: tagged(ss, tag, HASH + KSSH_SNTRUP761_CT_SIZE, sha512, w);
}

/* The ciphertext of r, which is w->b, for a key; w->r becomes its encoding */
static int hide(u8 ct[KSSH_SNTRUP761_CT_SIZE],
		const u8 pk[KSSH_SNTRUP761_PK_SIZE], const u8 pk_hash[HASH],
		struct crypto_shash *sha512, struct kssh_sntrup761_work *w)
{
	int err;

	kssh_sntrup_rq_decode(&w->h, pk, &w->digits);
	kssh_sntrup_rq_mul(&w->h, &w->h, &w->b, &w->poly);
	kssh_sntrup_rq_round(&w->h);
	kssh_sntrup_rounded_encode(ct, &w->h, &w->digits);

	kssh_sntrup_small_encode(w->r, &w->b);
	err = hash_r(sha512, w);
	memcpy(w->hashed + 1 + HASH, pk_hash, HASH);
	return err ?: tagged(ct + ROUNDED, TAG_CONFIRM, 2 * HASH, sha512, w);
}

/**
 * kssh_sntrup761_keygen() - make a key pair
 * @pk: public key, for the peer
 * @sk: secret key
 * @random: random bytes, secret
 * @sha512: the kernel's SHA-512
 * @w: workspace
 *
 * The caller erases @random, @w and, after use, @sk.
 *
 * Context: process, several milliseconds.
 * Return: 0; -EAGAIN if @random has no key in it, which happens once in 10^9
 * times and says nothing about the key that other random bytes then give; or
 * what SHA-512 failed with.
 */
int kssh_sntrup761_keygen(u8 pk[KSSH_SNTRUP761_PK_SIZE],
			  u8 sk[KSSH_SNTRUP761_SK_SIZE],
			  const u8 random[KSSH_SNTRUP761_KEYGEN_RANDOM],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w)
{
	kssh_sntrup_small_random(&w->b, random);
	if (!kssh_sntrup_r3_recip(&w->a, &w->b, &w->poly))
		return -EAGAIN;
	kssh_sntrup_small_encode(sk + SK_GINV, &w->a);

	/* h = g / (3 f) */
	kssh_sntrup_short_random(&w->a, random + SAMPLE, &w->digits);
	kssh_sntrup_small_encode(sk, &w->a);
	kssh_sntrup_rq_recip3(&w->h, &w->a, &w->poly);
	kssh_sntrup_rq_mul(&w->h, &w->h, &w->b, &w->poly);
	kssh_sntrup_rq_encode(pk, &w->h, &w->digits);

	memcpy(sk + SK_PK, pk, KSSH_SNTRUP761_PK_SIZE);
	memcpy(sk + SK_RHO, random + 2 * SAMPLE, SMALL);
	return hash_pk(sk + SK_HASH, pk, sha512, w);
}

/**
 * kssh_sntrup761_encaps() - make a shared secret for the owner of a key
 * @ct: ciphertext, for the owner
 * @ss: shared secret
 * @pk: the owner's public key, any bytes
 * @random: random bytes, secret
 * @sha512: the kernel's SHA-512
 * @w: workspace
 *
 * The caller erases @random, @w and, after use, @ss.
 *
 * Context: process.
 * Return: 0, or what SHA-512 failed with.
 */
int kssh_sntrup761_encaps(u8 ct[KSSH_SNTRUP761_CT_SIZE],
			  u8 ss[KSSH_SNTRUP761_SS_SIZE],
			  const u8 pk[KSSH_SNTRUP761_PK_SIZE],
			  const u8 random[KSSH_SNTRUP761_ENCAPS_RANDOM],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w)
{
	u8 pk_hash[HASH];

	kssh_sntrup_short_random(&w->b, random, &w->digits);
	return hash_pk(pk_hash, pk, sha512, w) ?:
	       hide(ct, pk, pk_hash, sha512, w) ?:
	       session(ss, TAG_SESSION, ct, sha512, w);
}

/**
 * kssh_sntrup761_decaps() - open a ciphertext
 * @ss: shared secret
 * @ct: ciphertext of the peer, any bytes
 * @sk: own secret key, as kssh_sntrup761_keygen() made it
 * @sha512: the kernel's SHA-512
 * @w: workspace
 *
 * A ciphertext that was not made for this key gives a secret that nobody else
 * knows (implicit rejection), in the same time and without any other sign. The
 * caller erases @w and, after use, @ss.
 *
 * Context: process, about a millisecond.
 * Return: 0, or what SHA-512 failed with.
 */
int kssh_sntrup761_decaps(u8 ss[KSSH_SNTRUP761_SS_SIZE],
			  const u8 ct[KSSH_SNTRUP761_CT_SIZE],
			  const u8 sk[KSSH_SNTRUP761_SK_SIZE],
			  struct crypto_shash *sha512,
			  struct kssh_sntrup761_work *w)
{
	unsigned int i;
	u8 mask;
	int err;

	/* r = (3 f c modulo 3) / g */
	kssh_sntrup_rounded_decode(&w->h, ct, &w->digits);
	kssh_sntrup_small_decode(&w->a, sk);
	kssh_sntrup_rq_mul(&w->h, &w->h, &w->a, &w->poly);
	kssh_sntrup_r3_from_3rq(&w->a, &w->h);
	kssh_sntrup_small_decode(&w->b, sk + SK_GINV);
	kssh_sntrup_r3_mul(&w->b, &w->a, &w->b, &w->poly);
	kssh_sntrup_short_force(&w->b);

	err = hide(w->ct, sk + SK_PK, sk + SK_HASH, sha512, w);
	if (err)
		return err;
	mask = -!!crypto_memneq(ct, w->ct, sizeof(w->ct));
	OPTIMIZER_HIDE_VAR(mask);
	for (i = 0; i < SMALL; i++)
		w->r[i] ^= (w->r[i] ^ sk[SK_RHO + i]) & mask;
	return session(ss, TAG_SESSION & ~mask, ct, sha512, w);
}
