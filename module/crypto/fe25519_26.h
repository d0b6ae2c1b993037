/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ten signed limbs of 26 and 25 bits in turn: the inline half. Of fe25519.h
 * alone.
 */
#ifndef KSSH_CRYPTO_FE25519_26_H
#define KSSH_CRYPTO_FE25519_26_H

#define FE_LIMBS	10

/**
 * struct fe - a field element
 * @v: limbs, value sum(@v[i] 2^ceil(25.5 i)); reduced, a limb's magnitude is
 *     below 2^25 + 2^5 (even) or 2^24 + 2^5 (odd), or its own bits if loaded
 */
struct fe {
	s32 v[FE_LIMBS];
};

/* Width of limb @i */
static inline unsigned int fe_bits(unsigned int i)
{
	return 26 - (i & 1);
}

#define FE_PART(lo, hi, shift, bits) \
	(((lo) >> (shift) | (hi) << (63 - (shift)) << 1) & ((1ULL << (bits)) - 1))

/* Initialiser from four 64-bit words, least significant first */
#define FE_WORDS(w0, w1, w2, w3) {{					\
	FE_PART(w0, w1, 0, 26), FE_PART(w0, w1, 26, 25),		\
	FE_PART(w0, w1, 51, 26), FE_PART(w1, w2, 13, 25),		\
	FE_PART(w1, w2, 38, 26), FE_PART(w2, w3, 0, 25),		\
	FE_PART(w2, w3, 25, 26), FE_PART(w2, w3, 51, 25),		\
	FE_PART(w3, 0ULL, 12, 26), FE_PART(w3, 0ULL, 38, 25),		\
}}

/* Both reduced, or either a sum or a difference of two that are. */
static inline void fe_add(struct fe *r, const struct fe *a, const struct fe *b)
{
	int i;

	for (i = 0; i < FE_LIMBS; i++)
		r->v[i] = a->v[i] + b->v[i];
}

/* Each of @a and @b reduced or a sum of two that are. */
static inline void fe_sub(struct fe *r, const struct fe *a, const struct fe *b)
{
	int i;

	for (i = 0; i < FE_LIMBS; i++)
		r->v[i] = a->v[i] - b->v[i];
}

#endif
