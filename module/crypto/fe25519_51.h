/* SPDX-License-Identifier: GPL-2.0 */
/* Five unsigned limbs of 51 bits: the inline half. Of fe25519.h alone. */
#ifndef KSSH_CRYPTO_FE25519_51_H
#define KSSH_CRYPTO_FE25519_51_H

#define FE_LIMBS	5
#define FE_MASK		((1ULL << 51) - 1)

/**
 * struct fe - a field element
 * @v: limbs, value sum(@v[i] 2^(51 i)); below 2^51 + 2^13 when reduced
 */
struct fe {
	u64 v[FE_LIMBS];
};

/* Width of limb @i */
static inline unsigned int fe_bits(unsigned int i)
{
	return 51;
}

/* Initialiser from four 64-bit words, least significant first */
#define FE_WORDS(w0, w1, w2, w3) {{					\
	(w0) & FE_MASK,							\
	((w0) >> 51 | (w1) << 13) & FE_MASK,				\
	((w1) >> 38 | (w2) << 26) & FE_MASK,				\
	((w2) >> 25 | (w3) << 39) & FE_MASK,				\
	(w3) >> 12 & FE_MASK,						\
}}

/* Both reduced, or either a sum or a difference of two that are. */
static inline void fe_add(struct fe *r, const struct fe *a, const struct fe *b)
{
	int i;

	for (i = 0; i < FE_LIMBS; i++)
		r->v[i] = a->v[i] + b->v[i];
}

/*
 * Each of @a and @b reduced or a sum of two that are; 4 p is added to stay
 * above zero. Below 2^54, which is what a factor may be.
 */
static inline void fe_sub(struct fe *r, const struct fe *a, const struct fe *b)
{
	int i;

	r->v[0] = a->v[0] + 4 * (FE_MASK - 18) - b->v[0];
	for (i = 1; i < FE_LIMBS; i++)
		r->v[i] = a->v[i] + 4 * FE_MASK - b->v[i];
}

#endif
