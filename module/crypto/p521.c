// SPDX-License-Identifier: GPL-2.0
/*
 * Key agreement over P-521.  Points are added with the complete formulas for
 * a = -3 of Renes, Costello and Batina (IACR ePrint 2015/1060, algorithms 4 and
 * 6), which have no exceptional case: not for equal points, not for infinity.  A
 * scalar is taken in windows of four bits, each an addition of a row that is
 * picked by looking at all rows.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "p521.h"

#define MASK		(~(p521_limb)0 >> (8 * sizeof(p521_limb) - P521_BITS))
#define TOP_BITS	(P521_BITS - 1)
#define TOP_MASK	(MASK >> 1)
#define WINDOW		4
#define ROWS		16	/* 2^WINDOW */

/* The curve's b and base point, and the order n (SP 800-186 3.2.1.5) */
static const u8 curve_b[KSSH_P521_SIZE] = {
	0x00, 0x51, 0x95, 0x3e, 0xb9, 0x61, 0x8e, 0x1c, 0x9a, 0x1f, 0x92,
	0x9a, 0x21, 0xa0, 0xb6, 0x85, 0x40, 0xee, 0xa2, 0xda, 0x72, 0x5b,
	0x99, 0xb3, 0x15, 0xf3, 0xb8, 0xb4, 0x89, 0x91, 0x8e, 0xf1, 0x09,
	0xe1, 0x56, 0x19, 0x39, 0x51, 0xec, 0x7e, 0x93, 0x7b, 0x16, 0x52,
	0xc0, 0xbd, 0x3b, 0xb1, 0xbf, 0x07, 0x35, 0x73, 0xdf, 0x88, 0x3d,
	0x2c, 0x34, 0xf1, 0xef, 0x45, 0x1f, 0xd4, 0x6b, 0x50, 0x3f, 0x00,
};

static const u8 base_point[2 * KSSH_P521_SIZE] = {
	0x00, 0xc6, 0x85, 0x8e, 0x06, 0xb7, 0x04, 0x04, 0xe9, 0xcd, 0x9e,
	0x3e, 0xcb, 0x66, 0x23, 0x95, 0xb4, 0x42, 0x9c, 0x64, 0x81, 0x39,
	0x05, 0x3f, 0xb5, 0x21, 0xf8, 0x28, 0xaf, 0x60, 0x6b, 0x4d, 0x3d,
	0xba, 0xa1, 0x4b, 0x5e, 0x77, 0xef, 0xe7, 0x59, 0x28, 0xfe, 0x1d,
	0xc1, 0x27, 0xa2, 0xff, 0xa8, 0xde, 0x33, 0x48, 0xb3, 0xc1, 0x85,
	0x6a, 0x42, 0x9b, 0xf9, 0x7e, 0x7e, 0x31, 0xc2, 0xe5, 0xbd, 0x66,
	0x01, 0x18, 0x39, 0x29, 0x6a, 0x78, 0x9a, 0x3b, 0xc0, 0x04, 0x5c,
	0x8a, 0x5f, 0xb4, 0x2c, 0x7d, 0x1b, 0xd9, 0x98, 0xf5, 0x44, 0x49,
	0x57, 0x9b, 0x44, 0x68, 0x17, 0xaf, 0xbd, 0x17, 0x27, 0x3e, 0x66,
	0x2c, 0x97, 0xee, 0x72, 0x99, 0x5e, 0xf4, 0x26, 0x40, 0xc5, 0x50,
	0xb9, 0x01, 0x3f, 0xad, 0x07, 0x61, 0x35, 0x3c, 0x70, 0x86, 0xa2,
	0x72, 0xc2, 0x40, 0x88, 0xbe, 0x94, 0x76, 0x9f, 0xd1, 0x66, 0x50,
};

static const u8 order[KSSH_P521_SIZE] = {
	0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc,
	0x01, 0x48, 0xf7, 0x09, 0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89,
	0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38, 0x64, 0x09,
};

/* ---- field ---- */

/*
 * Carries once through: of limbs that are sums of up to four, the first is left
 * above MASK by no more than the carry out of the last.
 */
static void fe_carry(struct p521_fe *r)
{
	int i;

	for (i = 0; i < P521_LIMBS - 1; i++) {
		r->v[i + 1] += r->v[i] >> P521_BITS;
		r->v[i] &= MASK;
	}
	/* 2^521 = 1 */
	r->v[0] += r->v[i] >> TOP_BITS;
	r->v[i] &= TOP_MASK;
}

static void fe_add(struct p521_fe *r, const struct p521_fe *a,
		   const struct p521_fe *b)
{
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		r->v[i] = a->v[i] + b->v[i];
	fe_carry(r);
}

/* 2 p is added to stay above zero in every limb. */
static void fe_sub(struct p521_fe *r, const struct p521_fe *a,
		   const struct p521_fe *b)
{
	int i;

	for (i = 0; i < P521_LIMBS - 1; i++)
		r->v[i] = a->v[i] + 2 * MASK - b->v[i];
	r->v[i] = a->v[i] + 2 * TOP_MASK - b->v[i];
	fe_carry(r);
}

/* r = 3 a */
static void fe_triple(struct p521_fe *r, const struct p521_fe *a)
{
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		r->v[i] = 3 * a->v[i];
	fe_carry(r);
}

/*
 * Column by column.  2^522 = 2, so what goes over the top counts twice: a column
 * is at most 2 P521_LIMBS - 1 products, 2^121 or, with narrow limbs, 2^63.2.
 */
static void fe_mul(struct p521_fe *r, const struct p521_fe *a,
		   const struct p521_fe *b)
{
	p521_limb out[P521_LIMBS];
	p521_wide sum = 0, over;
	int i, k;

	for (k = 0; k < P521_LIMBS; k++) {
		over = 0;
		for (i = k + 1; i < P521_LIMBS; i++)
			over += (p521_wide)a->v[i] * b->v[k + P521_LIMBS - i];
		sum += 2 * over;
		for (i = 0; i <= k; i++)
			sum += (p521_wide)a->v[i] * b->v[k - i];
		out[k] = sum & MASK;
		sum >>= P521_BITS;
	}
	/* the last bit of the last limb belongs to 2^521 */
	sum = 2 * sum + (out[P521_LIMBS - 1] >> TOP_BITS) + out[0];
	out[P521_LIMBS - 1] &= TOP_MASK;
	out[0] = sum & MASK;
	out[1] += sum >> P521_BITS;
	memcpy(r->v, out, sizeof(out));
}

static void fe_sq(struct p521_fe *r, const struct p521_fe *a)
{
	fe_mul(r, a, a);
}

/* r = a^(2^n); r is not a */
static void fe_sq_n(struct p521_fe *r, const struct p521_fe *a, int n)
{
	fe_sq(r, a);
	while (--n)
		fe_sq(r, r);
}

/*
 * r = 1 / a = a^(p - 2), or 0 of 0; r is not a.  p - 2 is 519 ones, a zero and a
 * one; t[0] has 2^i ones in its exponent.
 */
static void fe_invert(struct p521_fe *r, const struct p521_fe *a,
		      struct p521_fe t[3])
{
	int i;

	t[0] = *a;
	t[1] = *a;
	for (i = 1; i < 512; i *= 2) {
		fe_sq_n(&t[2], &t[0], i);
		fe_mul(&t[0], &t[2], &t[0]);
		/* 7 ones of the end: 1, then 2, then 4 */
		if (i == 1 || i == 2) {
			fe_sq_n(&t[2], &t[1], 2 * i);
			fe_mul(&t[1], &t[2], &t[0]);
		}
	}
	fe_sq_n(&t[2], &t[0], 7);
	fe_mul(&t[0], &t[2], &t[1]);
	fe_sq_n(&t[2], &t[0], 2);
	fe_mul(r, &t[2], a);
}

/* The one representation in 0 to p - 1 */
static void fe_canonical(struct p521_fe *r)
{
	p521_limb differs, keep;
	int i;

	fe_carry(r);
	fe_carry(r);
	differs = r->v[P521_LIMBS - 1] ^ TOP_MASK;
	for (i = 0; i < P521_LIMBS - 1; i++)
		differs |= r->v[i] ^ MASK;
	/* p itself is zero; limbs leave the sign free */
	keep = 0 - ((0 - differs) >> (8 * sizeof(differs) - 1));
	OPTIMIZER_HIDE_VAR(keep);
	for (i = 0; i < P521_LIMBS; i++)
		r->v[i] &= keep;
}

static void fe_load(struct p521_fe *r, const u8 in[KSSH_P521_SIZE])
{
	int i, limb = 0, bit = 0;

	memset(r, 0, sizeof(*r));
	for (i = KSSH_P521_SIZE - 1; i >= 0; i--) {
		r->v[limb] |= ((p521_limb)in[i] << bit) & MASK;
		bit += 8;
		if (bit < P521_BITS)
			continue;
		bit -= P521_BITS;
		if (++limb < P521_LIMBS)
			r->v[limb] = in[i] >> (8 - bit);
	}
}

static void fe_store(u8 out[KSSH_P521_SIZE], struct p521_fe *a)
{
	int i, limb = 0, bit = 0;

	fe_canonical(a);
	for (i = KSSH_P521_SIZE - 1; i >= 0; i--) {
		out[i] = a->v[limb] >> bit;
		bit += 8;
		if (bit < P521_BITS)
			continue;
		bit -= P521_BITS;
		if (++limb < P521_LIMBS)
			out[i] |= a->v[limb] << (8 - bit);
	}
}

/* Of public values: is it the same element? */
static bool fe_equal(struct p521_fe *a, struct p521_fe *b)
{
	fe_canonical(a);
	fe_canonical(b);
	return !memcmp(a->v, b->v, sizeof(a->v));
}

/* ---- points ---- */

/* Of all terms of two points their sum */
static void combine(struct kssh_p521_work *w, struct p521_point *r)
{
	/* u = 3 (xz - b zz), v = 3 (b xz - 3 zz - xx) */
	fe_mul(&w->u, &w->b, &w->zz);
	fe_sub(&w->u, &w->xz, &w->u);
	fe_triple(&w->u, &w->u);
	fe_mul(&w->xz, &w->b, &w->xz);
	fe_triple(&w->v, &w->zz);
	fe_sub(&w->v, &w->xz, &w->v);
	fe_sub(&w->v, &w->v, &w->xx);
	fe_triple(&w->v, &w->v);
	/* now xx: 3 (xx - zz), zz: yy + u, yy: yy - u */
	fe_sub(&w->xx, &w->xx, &w->zz);
	fe_triple(&w->xx, &w->xx);
	fe_add(&w->zz, &w->yy, &w->u);
	fe_sub(&w->yy, &w->yy, &w->u);

	fe_mul(&r->x, &w->xy, &w->zz);
	fe_mul(&w->u, &w->yz, &w->v);
	fe_sub(&r->x, &r->x, &w->u);
	fe_mul(&r->y, &w->zz, &w->yy);
	fe_mul(&w->u, &w->xx, &w->v);
	fe_add(&r->y, &r->y, &w->u);
	fe_mul(&r->z, &w->yz, &w->yy);
	fe_mul(&w->u, &w->xy, &w->xx);
	fe_add(&r->z, &r->z, &w->u);
}

/* r = a1 b2 + a2 b1, given p = a1 b1 and q = a2 b2; @t is overwritten */
static void cross(struct p521_fe *r, const struct p521_fe *a1,
		  const struct p521_fe *a2, const struct p521_fe *b1,
		  const struct p521_fe *b2, const struct p521_fe *p,
		  const struct p521_fe *q, struct p521_fe *t)
{
	fe_add(r, a1, a2);
	fe_add(t, b1, b2);
	fe_mul(r, r, t);
	fe_sub(r, r, p);
	fe_sub(r, r, q);
}

/* r = a + b, any of them the same, or infinity */
static void point_add(struct kssh_p521_work *w, struct p521_point *r,
		      const struct p521_point *a, const struct p521_point *b)
{
	fe_mul(&w->xx, &a->x, &b->x);
	fe_mul(&w->yy, &a->y, &b->y);
	fe_mul(&w->zz, &a->z, &b->z);
	cross(&w->xy, &a->x, &a->y, &b->x, &b->y, &w->xx, &w->yy, &w->u);
	cross(&w->yz, &a->y, &a->z, &b->y, &b->z, &w->yy, &w->zz, &w->u);
	cross(&w->xz, &a->x, &a->z, &b->x, &b->z, &w->xx, &w->zz, &w->u);
	combine(w, r);
}

/* r = 2 a */
static void point_double(struct kssh_p521_work *w, struct p521_point *r,
			 const struct p521_point *a)
{
	fe_sq(&w->xx, &a->x);
	fe_sq(&w->yy, &a->y);
	fe_sq(&w->zz, &a->z);
	fe_mul(&w->xy, &a->x, &a->y);
	fe_add(&w->xy, &w->xy, &w->xy);
	fe_mul(&w->yz, &a->y, &a->z);
	fe_add(&w->yz, &w->yz, &w->yz);
	fe_mul(&w->xz, &a->x, &a->z);
	fe_add(&w->xz, &w->xz, &w->xz);
	combine(w, r);
}

static void fe_or_masked(struct p521_fe *r, const struct p521_fe *a,
			 p521_limb mask)
{
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		r->v[i] |= a->v[i] & mask;
}

/* w->pick = w->table[n], whatever n is, by reading every row */
static void pick_row(struct kssh_p521_work *w, u32 n)
{
	p521_limb mask;
	u32 row;

	memset(&w->pick, 0, sizeof(w->pick));
	for (row = 0; row < ROWS; row++) {
		mask = 0 - (p521_limb)(((row ^ n) - 1) >> 31);
		OPTIMIZER_HIDE_VAR(mask);
		fe_or_masked(&w->pick.x, &w->table[row].x, mask);
		fe_or_masked(&w->pick.y, &w->table[row].y, mask);
		fe_or_masked(&w->pick.z, &w->table[row].z, mask);
	}
}

/* w->sum = scalar w->table[1]; w->b is set */
static void multiply(struct kssh_p521_work *w, const u8 scalar[KSSH_P521_SIZE])
{
	int i, j, shift;

	memset(&w->table[0], 0, sizeof(w->table[0]));
	w->table[0].y.v[0] = 1;
	for (i = 2; i < ROWS; i += 2) {
		point_double(w, &w->table[i], &w->table[i / 2]);
		point_add(w, &w->table[i + 1], &w->table[i], &w->table[1]);
	}
	w->sum = w->table[0];
	for (i = 0; i < KSSH_P521_SIZE; i++) {
		for (shift = 8 - WINDOW; shift >= 0; shift -= WINDOW) {
			for (j = 0; j < WINDOW; j++)
				point_double(w, &w->sum, &w->sum);
			pick_row(w, scalar[i] >> shift & (ROWS - 1));
			point_add(w, &w->sum, &w->sum, &w->pick);
		}
	}
}

/* Both coordinates in range, that is: neither above p - 1? */
static bool load_affine(struct kssh_p521_work *w,
			const u8 xy[2 * KSSH_P521_SIZE])
{
	struct p521_point *point = &w->table[1];
	int i, j;

	for (i = 0; i < 2 * KSSH_P521_SIZE; i += KSSH_P521_SIZE) {
		if (xy[i] > 1)
			return false;
		for (j = 1; j < KSSH_P521_SIZE && xy[i + j] == 0xff; j++)
			;
		if (xy[i] == 1 && j == KSSH_P521_SIZE)
			return false;
	}
	fe_load(&w->b, curve_b);
	fe_load(&point->x, xy);
	fe_load(&point->y, xy + KSSH_P521_SIZE);
	memset(&point->z, 0, sizeof(point->z));
	point->z.v[0] = 1;
	return true;
}

/* y^2 = x^3 - 3 x + b?  Infinity has no affine form, and (0, 0) is no solution. */
static bool on_curve(struct kssh_p521_work *w)
{
	const struct p521_point *point = &w->table[1];

	fe_sq(&w->yy, &point->y);
	fe_sq(&w->xx, &point->x);
	fe_mul(&w->xx, &w->xx, &point->x);
	fe_triple(&w->u, &point->x);
	fe_sub(&w->xx, &w->xx, &w->u);
	fe_add(&w->xx, &w->xx, &w->b);
	return fe_equal(&w->xx, &w->yy);
}

bool kssh_p521_in_range(const u8 scalar[KSSH_P521_SIZE])
{
	u32 below = 0, any = 0;
	int i;

	for (i = KSSH_P521_SIZE - 1; i >= 0; i--) {
		below = ((u32)scalar[i] - order[i] - below) >> 31;
		any |= scalar[i];
	}
	return below & (0 - any) >> 31;
}

void kssh_p521_public(u8 xy[2 * KSSH_P521_SIZE],
		      const u8 scalar[KSSH_P521_SIZE], struct kssh_p521_work *w)
{
	load_affine(w, base_point);
	multiply(w, scalar);
	fe_invert(&w->u, &w->sum.z, w->t);
	fe_mul(&w->v, &w->sum.x, &w->u);
	fe_store(xy, &w->v);
	fe_mul(&w->v, &w->sum.y, &w->u);
	fe_store(xy + KSSH_P521_SIZE, &w->v);
}

int kssh_p521_shared(u8 x[KSSH_P521_SIZE], const u8 scalar[KSSH_P521_SIZE],
		     const u8 xy[2 * KSSH_P521_SIZE], struct kssh_p521_work *w)
{
	if (!load_affine(w, xy) || !on_curve(w))
		return -EINVAL;
	multiply(w, scalar);
	fe_invert(&w->u, &w->sum.z, w->t);
	fe_mul(&w->v, &w->sum.x, &w->u);
	fe_store(x, &w->v);
	return 0;
}
