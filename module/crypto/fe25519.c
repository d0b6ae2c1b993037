// SPDX-License-Identifier: GPL-2.0
/* The field of 2^255 - 19 elements: multiplication, powers, encoding. */
#include <linux/string.h>
#include <linux/types.h>

#include "fe25519.h"

#if FE_LIMBS == 5

/* Carries sums of products, each below 2^115, to a reduced element. */
static __always_inline void carry(struct fe *r, u128 t0, u128 t1,
				  u128 t2, u128 t3, u128 t4)
{
	u64 r0, r1;

	r0 = (u64)t0 & FE_MASK;
	t1 += (u64)(t0 >> 51);
	r1 = (u64)t1 & FE_MASK;
	t2 += (u64)(t1 >> 51);
	r->v[2] = (u64)t2 & FE_MASK;
	t3 += (u64)(t2 >> 51);
	r->v[3] = (u64)t3 & FE_MASK;
	t4 += (u64)(t3 >> 51);
	r->v[4] = (u64)t4 & FE_MASK;
	r0 += 19 * (u64)(t4 >> 51);
	r->v[0] = r0 & FE_MASK;
	r->v[1] = r1 + (r0 >> 51);
}

/**
 * kssh_fe_mul() - product
 * @r: result, reduced; may be an operand
 * @a: factor: reduced, or a sum or difference within fe_add() and fe_sub()
 * @b: likewise
 */
void kssh_fe_mul(struct fe *r, const struct fe *a, const struct fe *b)
{
	u64 a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3];
	u64 b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3];
	u64 a4 = a->v[4], b4 = b->v[4];
	u64 c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;

	carry(r,
	      (u128)a0 * b0 + (u128)a1 * c4 + (u128)a2 * c3 +
	      (u128)a3 * c2 + (u128)a4 * c1,
	      (u128)a0 * b1 + (u128)a1 * b0 + (u128)a2 * c4 +
	      (u128)a3 * c3 + (u128)a4 * c2,
	      (u128)a0 * b2 + (u128)a1 * b1 + (u128)a2 * b0 +
	      (u128)a3 * c4 + (u128)a4 * c3,
	      (u128)a0 * b3 + (u128)a1 * b2 + (u128)a2 * b1 +
	      (u128)a3 * b0 + (u128)a4 * c4,
	      (u128)a0 * b4 + (u128)a1 * b3 + (u128)a2 * b2 +
	      (u128)a3 * b1 + (u128)a4 * b0);
}

/**
 * kssh_fe_sq() - square
 * @r: result, reduced; may be the operand
 * @a: as a factor of kssh_fe_mul()
 */
void kssh_fe_sq(struct fe *r, const struct fe *a)
{
	u64 a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3];
	u64 a4 = a->v[4], d0 = 2 * a0, d1 = 2 * a1;
	u64 c3 = 19 * a3, c4 = 19 * a4, d2 = 2 * a2, d4 = 2 * c4;

	carry(r,
	      (u128)a0 * a0 + (u128)a1 * d4 + (u128)d2 * c3,
	      (u128)d0 * a1 + (u128)a2 * d4 + (u128)a3 * c3,
	      (u128)d0 * a2 + (u128)a1 * a1 + (u128)a3 * d4,
	      (u128)d0 * a3 + (u128)d1 * a2 + (u128)a4 * c4,
	      (u128)d0 * a4 + (u128)d1 * a3 + (u128)a2 * a2);
}

/* Any element in use as limbs that are not negative */
static void lift(u64 t[FE_LIMBS], const struct fe *a)
{
	memcpy(t, a->v, sizeof(a->v));
}

#else /* FE_LIMBS == 10 */

/**
 * kssh_fe_mul() - product
 * @r: result, reduced; may be an operand
 * @a: factor: reduced, or a sum or difference within fe_add() and fe_sub()
 * @b: likewise
 *
 * Factors have limbs of up to 2^27 (even) and 2^26 (odd); the sums of
 * products, folded, stay below 2^62.
 */
void kssh_fe_mul(struct fe *r, const struct fe *a, const struct fe *b)
{
	s64 t[2 * FE_LIMBS - 1] = {}, c;
	s32 odd[FE_LIMBS];
	const s32 *limb;
	int i, j;

	/* Two odd limbs stand half a bit too high each: together they count 2. */
	for (j = 0; j < FE_LIMBS; j++)
		odd[j] = b->v[j] * (1 + (j & 1));
	for (i = 0; i < FE_LIMBS; i++) {
		limb = i & 1 ? odd : b->v;
		for (j = 0; j < FE_LIMBS; j++)
			t[i + j] += (s64)a->v[i] * limb[j];
	}

	for (i = FE_LIMBS; i < 2 * FE_LIMBS - 1; i++)
		t[i - FE_LIMBS] += 19 * t[i];

	for (i = 0; i < FE_LIMBS; i++) {
		c = (t[i] + (1LL << (fe_bits(i) - 1))) >> fe_bits(i);
		t[i] -= c * (1LL << fe_bits(i));
		if (i < FE_LIMBS - 1)
			t[i + 1] += c;
		else
			t[0] += 19 * c;
	}
	for (i = 0; i < 2; i++) {
		c = (t[i] + (1LL << (fe_bits(i) - 1))) >> fe_bits(i);
		t[i] -= c * (1LL << fe_bits(i));
		t[i + 1] += c;
	}
	for (i = 0; i < FE_LIMBS; i++)
		r->v[i] = t[i];
}

/**
 * kssh_fe_sq() - square
 * @r: result, reduced; may be the operand
 * @a: as a factor of kssh_fe_mul()
 */
void kssh_fe_sq(struct fe *r, const struct fe *a)
{
	kssh_fe_mul(r, a, a);
}

/* Any element in use as limbs that are not negative: 8 p is added */
static void lift(u64 t[FE_LIMBS], const struct fe *a)
{
	int i;

	t[0] = 8 * ((1LL << 26) - 19) + a->v[0];
	for (i = 1; i < FE_LIMBS; i++)
		t[i] = 8 * ((1LL << fe_bits(i)) - 1) + a->v[i];
}

#endif

/**
 * kssh_fe_load() - decode
 * @r: result, reduced
 * @in: 32 bytes, least significant first; the top bit is not looked at, and
 *	a value that is not below p is taken modulo p
 */
void kssh_fe_load(struct fe *r, const u8 in[FE_SIZE])
{
	unsigned int i, bits = 0;
	u64 v = 0;

	for (i = 0; i < FE_LIMBS; i++) {
		for (; bits < fe_bits(i); bits += 8)
			v |= (u64)*in++ << bits;
		r->v[i] = v & ((1ULL << fe_bits(i)) - 1);
		v >>= fe_bits(i);
		bits -= fe_bits(i);
	}
}

/**
 * kssh_fe_store() - encode
 * @out: the one encoding that is below p
 * @a: as a factor of kssh_fe_mul()
 */
void kssh_fe_store(u8 out[FE_SIZE], const struct fe *a)
{
	u64 t[FE_LIMBS], c, v = 0;
	unsigned int i, bits = 0;

	lift(t, a);

	/* Once around, 2^255 counting 19, leaves 2^255 and a little at most. */
	for (i = 0, c = 0; i < FE_LIMBS; i++) {
		t[i] += c;
		c = t[i] >> fe_bits(i);
		t[i] &= (1ULL << fe_bits(i)) - 1;
	}
	t[0] += 19 * c;

	/* That is not below p if adding 19 carries out; then p comes off. */
	for (i = 0, c = 19; i < FE_LIMBS; i++)
		c = (t[i] + c) >> fe_bits(i);
	for (i = 0, c *= 19; i < FE_LIMBS; i++) {
		t[i] += c;
		c = t[i] >> fe_bits(i);
		t[i] &= (1ULL << fe_bits(i)) - 1;
	}

	for (i = 0; i < FE_LIMBS; i++) {
		v |= t[i] << bits;
		for (bits += fe_bits(i); bits >= 8; bits -= 8) {
			*out++ = v;
			v >>= 8;
		}
	}
	*out = v;
}

/* @a squared @n times, times @b */
static void sq_mul(struct fe *r, const struct fe *a, unsigned int n,
		   const struct fe *b)
{
	struct fe t;

	kssh_fe_sq(&t, a);
	while (--n)
		kssh_fe_sq(&t, &t);
	kssh_fe_mul(r, &t, b);
}

/* r = a^(2^250 - 1); a11 = a^11 */
static void pow_250(struct fe *r, struct fe *a11, const struct fe *a)
{
	struct fe a9, x5, x10, x50, x100;

	kssh_fe_sq(&a9, a);				/* 2 */
	sq_mul(a11, &a9, 2, a);				/* 9 */
	kssh_fe_mul(&x5, a11, &a9);			/* 11 */
	a9 = *a11;
	*a11 = x5;
	sq_mul(&x5, a11, 1, &a9);			/* 2^5 - 1 */
	sq_mul(&x10, &x5, 5, &x5);			/* 2^10 - 1 */
	sq_mul(&x50, &x10, 10, &x10);			/* 2^20 - 1 */
	sq_mul(&x50, &x50, 20, &x50);			/* 2^40 - 1 */
	sq_mul(&x50, &x50, 10, &x10);			/* 2^50 - 1 */
	sq_mul(&x100, &x50, 50, &x50);			/* 2^100 - 1 */
	sq_mul(&x100, &x100, 100, &x100);		/* 2^200 - 1 */
	sq_mul(r, &x100, 50, &x50);			/* 2^250 - 1 */
}

/**
 * kssh_fe_invert() - inverse, a^(p - 2)
 * @r: result, reduced; zero for zero
 * @a: as a factor of kssh_fe_mul()
 */
void kssh_fe_invert(struct fe *r, const struct fe *a)
{
	struct fe t, a11;

	pow_250(&t, &a11, a);
	sq_mul(r, &t, 5, &a11);				/* 2^255 - 21 */
}

/**
 * kssh_fe_pow_p58() - the power (p - 5) / 8, of which square roots are made
 * @r: result, reduced
 * @a: as a factor of kssh_fe_mul()
 */
void kssh_fe_pow_p58(struct fe *r, const struct fe *a)
{
	struct fe t, a11;

	pow_250(&t, &a11, a);
	sq_mul(r, &t, 2, a);				/* 2^252 - 3 */
}

/**
 * kssh_fe_equal() - compare values
 * @a: as a factor of kssh_fe_mul()
 * @b: likewise
 */
bool kssh_fe_equal(const struct fe *a, const struct fe *b)
{
	u8 x[FE_SIZE], y[FE_SIZE];

	kssh_fe_store(x, a);
	kssh_fe_store(y, b);
	return !memcmp(x, y, FE_SIZE);
}

/**
 * kssh_fe_is_odd() - least significant bit of the value below p
 * @a: as a factor of kssh_fe_mul()
 */
bool kssh_fe_is_odd(const struct fe *a)
{
	u8 x[FE_SIZE];

	kssh_fe_store(x, a);
	return x[0] & 1;
}
