// SPDX-License-Identifier: GPL-2.0
/*
 * The rings of Streamlined NTRU Prime (round 3 submission to NIST, section 3).
 *
 * Inverses are found by the division steps of Bernstein and Yang, "Fast
 * constant-time gcd computation and modular inversion" (2019), section 7:
 * always 2 p - 1 of them, each of the same work for every input. Which
 * coefficients a step can change, or a later one needs, depends on its number
 * alone; the others are left out.
 */
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "sntrup_poly.h"

#define P	KSSH_SNTRUP_P
#define Q	KSSH_SNTRUP_Q
#define Q_INV	15631		/* Q * Q_INV = 1 modulo 2^16 */
#define STEPS	(2 * P - 1)
#define WORDS	KSSH_SNTRUP_R3_WORDS

/* The residue of a with |a| < 2^23 next to 0; 239492840 is 2^40 / Q rounded */
static __always_inline s32 centre(s32 a)
{
	return a - Q * (s32)(((s64)a * 239492840 + ((s64)1 << 39)) >> 40);
}

/* a / 2^16 modulo Q; |a| < 12.5 million gives |result| < 2500 */
static __always_inline s16 mont_reduce(s32 a)
{
	s16 t = (s16)((u32)a * Q_INV);

	return (a - (s32)t * Q) >> 16;
}

/* The residue modulo 3 next to 0, of any coefficient; 10923 is 2^15 / 3 */
static __always_inline s32 centre3(s32 a)
{
	return a - 3 * ((10923 * a + (1 << 14)) >> 15);
}

/* All ones if @a is not zero; |a| < 2^31 */
static __always_inline s32 nonzero_mask(s32 a)
{
	s32 mask = (a | -a) >> 31;

	OPTIMIZER_HIDE_VAR(mask);
	return mask;
}

/*
 * The decision of one division step: all ones for an exchange of the pair. It
 * is due if delta is positive and g's constant coefficient, @g0, is not zero.
 */
static __always_inline s32 step(s32 *delta, s32 g0)
{
	s32 exchange = nonzero_mask(g0) & (-*delta >> 31);

	OPTIMIZER_HIDE_VAR(exchange);
	*delta = ((*delta ^ exchange) - exchange) + 1;
	return exchange;
}

/* ---- R/3 ---- */

static void r3_from_small(struct kssh_sntrup_r3 *out,
			  const struct kssh_sntrup_small *in)
{
	unsigned int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < P; i++) {
		u8 c = in->c[i];

		out->plus[i / 64] |= (u64)(c & ~(c >> 1) & 1) << i % 64;
		out->minus[i / 64] |= (u64)(c >> 7) << i % 64;
	}
}

static __always_inline s32 r3_get(const struct kssh_sntrup_r3 *a, unsigned int i)
{
	return (s32)(a->plus[i / 64] >> i % 64 & 1) -
	       (s32)(a->minus[i / 64] >> i % 64 & 1);
}

/* @plus and @minus, 0 or 1 each, as masks of all bits */
struct trit {
	u64 plus, minus;
};

static __always_inline struct trit trit(u64 plus, u64 minus)
{
	struct trit t = { -(plus & 1), -(minus & 1) };

	OPTIMIZER_HIDE_VAR(t.plus);
	OPTIMIZER_HIDE_VAR(t.minus);
	return t;
}

/* 64 coefficients: *p, *m gets what @ap, @am times @t adds to it */
static __always_inline void add_scaled(u64 *p, u64 *m, u64 ap, u64 am,
				       struct trit t)
{
	u64 sp = (ap & t.plus) | (am & t.minus);
	u64 sm = (am & t.plus) | (ap & t.minus);
	u64 x = (*p | sm) ^ (*m | sp);
	u64 new_p = (*m | sm) ^ x;

	*m = (*p | sp) ^ x;
	*p = new_p;
}

static __always_inline void exchange64(u64 *a, u64 *b, u64 mask)
{
	u64 t = (*a ^ *b) & mask;

	*a ^= t;
	*b ^= t;
}

/* f, g := f or g, (g - (g0 / f0) f) / x.  @t: -g0 / f0 after the exchange */
static void step_fg3(struct kssh_sntrup_r3 *f, struct kssh_sntrup_r3 *g,
		     u64 exchange, struct trit t)
{
	unsigned int i;

	for (i = 0; i < WORDS; i++) {
		exchange64(&f->plus[i], &g->plus[i], exchange);
		exchange64(&f->minus[i], &g->minus[i], exchange);
		add_scaled(&g->plus[i], &g->minus[i], f->plus[i], f->minus[i], t);
		if (!i)
			continue;
		g->plus[i - 1] = g->plus[i - 1] >> 1 | g->plus[i] << 63;
		g->minus[i - 1] = g->minus[i - 1] >> 1 | g->minus[i] << 63;
	}
	g->plus[WORDS - 1] >>= 1;
	g->minus[WORDS - 1] >>= 1;
}

/* The same for what they are multiples of; there it is f's that moves, by x */
static void step_vr3(struct kssh_sntrup_r3 *v, struct kssh_sntrup_r3 *r,
		     u64 exchange, struct trit t)
{
	u64 carry_p = 0, carry_m = 0, p, m;
	unsigned int i;

	for (i = 0; i < WORDS; i++) {
		p = v->plus[i];
		m = v->minus[i];
		v->plus[i] = p << 1 | carry_p;
		v->minus[i] = m << 1 | carry_m;
		carry_p = p >> 63;
		carry_m = m >> 63;
		exchange64(&v->plus[i], &r->plus[i], exchange);
		exchange64(&v->minus[i], &r->minus[i], exchange);
		add_scaled(&r->plus[i], &r->minus[i], v->plus[i], v->minus[i], t);
	}
}

/**
 * kssh_sntrup_r3_recip() - inverse in R/3
 * @out: 1 / @in
 * @in: the element
 * @w: scratch
 *
 * Return: false if there is no inverse; then @out holds nothing. One element in
 * about 10^9 has none.
 */
bool kssh_sntrup_r3_recip(struct kssh_sntrup_small *out,
			  const struct kssh_sntrup_small *in,
			  union kssh_sntrup_scratch *w)
{
	struct kssh_sntrup_euclid3 *e = &w->euclid3;
	unsigned int i, n;
	s32 delta = 1;
	s32 sign;

	memset(e, 0, sizeof(*e));
	/* x^p - x - 1 from its highest coefficient down */
	e->f.plus[0] = 1;
	e->f.minus[(P - 1) / 64] = (u64)3 << (P - 1) % 64;
	for (i = 0; i < P; i++)
		out->c[i] = in->c[P - 1 - i];
	r3_from_small(&e->g, out);
	e->r.plus[0] = 1;

	for (n = 0; n < STEPS; n++) {
		u64 fp = e->f.plus[0], fm = e->f.minus[0];
		u64 gp = e->g.plus[0], gm = e->g.minus[0];
		struct trit t = trit((gp & fm) | (gm & fp), (gp & fp) | (gm & fm));
		u64 exchange = (s64)step(&delta, (gp | gm) & 1);

		step_fg3(&e->f, &e->g, exchange, t);
		step_vr3(&e->v, &e->r, exchange, t);
	}
	sign = r3_get(&e->f, 0);
	for (i = 0; i < P; i++)
		out->c[i] = sign * r3_get(&e->v, P - 1 - i);
	return !delta;
}

/**
 * kssh_sntrup_r3_mul() - product in R/3
 * @out: @a times @b; may be either
 * @a: one factor
 * @b: the other
 * @w: scratch
 */
void kssh_sntrup_r3_mul(struct kssh_sntrup_small *out,
			const struct kssh_sntrup_small *a,
			const struct kssh_sntrup_small *b,
			union kssh_sntrup_scratch *w)
{
	struct kssh_sntrup_r3 *f = &w->factor[0], *acc = &w->factor[1];
	const u64 above = ~((u64)1 << P % 64);
	struct trit top, t;
	unsigned int n, i;

	r3_from_small(f, b);
	memset(acc, 0, sizeof(*acc));
	for (n = P; n--; ) {
		/* acc x, where x^p is x + 1 */
		top = trit(acc->plus[WORDS - 1] >> (P - 1) % 64,
			   acc->minus[WORDS - 1] >> (P - 1) % 64);
		for (i = WORDS - 1; i; i--) {
			acc->plus[i] = acc->plus[i] << 1 | acc->plus[i - 1] >> 63;
			acc->minus[i] = acc->minus[i] << 1 | acc->minus[i - 1] >> 63;
		}
		acc->plus[0] <<= 1;
		acc->minus[0] <<= 1;
		acc->plus[WORDS - 1] &= above;
		acc->minus[WORDS - 1] &= above;
		add_scaled(&acc->plus[0], &acc->minus[0], 3, 0, top);

		t = trit(a->c[n] & ~(a->c[n] >> 1), (u8)a->c[n] >> 7);
		for (i = 0; i < WORDS; i++)
			add_scaled(&acc->plus[i], &acc->minus[i], f->plus[i],
				   f->minus[i], t);
	}
	for (i = 0; i < P; i++)
		out->c[i] = r3_get(acc, i);
}

/**
 * kssh_sntrup_r3_from_3rq() - three times an element of R/q, seen in R/3
 * @out: result
 * @in: element of R/q
 */
void kssh_sntrup_r3_from_3rq(struct kssh_sntrup_small *out,
			     const struct kssh_sntrup_rq *in)
{
	unsigned int i;

	for (i = 0; i < P; i++)
		out->c[i] = centre3(centre(3 * in->c[i]));
}

/* ---- R/q ---- */

/* a^(Q - 2) */
static s32 fq_recip(s32 a)
{
	s32 out = 1;
	int bit;

	a = centre(a);
	for (bit = 12; bit >= 0; bit--) {
		out = centre(out * out);
		if ((Q - 2) >> bit & 1)
			out = centre(out * a);
	}
	return out;
}

/*
 * Step number @n. f0 g - g0 f in place of g - (g0 / f0) f: the pairs f, v and
 * g, r keep a factor in common, which the end takes out. So does the sign, which
 * an exchange turns, and what a Montgomery reduction divides by.
 */
static void step_q(struct kssh_sntrup_euclid *e, unsigned int n, s32 *delta)
{
	const s32 f0 = e->f[0], g0 = e->g[0];
	const s32 exchange = step(delta, g0);
	unsigned int j, end;

	e->f[0] = f0 ^ ((f0 ^ g0) & exchange);
	end = min(P, STEPS - 1 - n);
	for (j = 1; j <= end; j++) {
		s32 f = e->f[j], g = e->g[j];

		e->f[j] = f ^ ((f ^ g) & exchange);
		e->g[j - 1] = mont_reduce(f0 * g - g0 * f);
	}

	for (j = min(P, n); j; j--) {
		s32 v = e->v[j - 1], r = e->r[j];

		e->v[j] = v ^ ((v ^ r) & exchange);
		e->r[j] = mont_reduce(f0 * r - g0 * v);
	}
	e->v[0] = e->r[0] & exchange;
	e->r[0] = mont_reduce(f0 * e->r[0]);
}

/**
 * kssh_sntrup_rq_recip3() - inverse of three times a small element
 * @out: 1 / (3 @in) in R/q
 * @in: small element, not zero: then it has one, R/q is a field
 * @w: scratch
 */
void kssh_sntrup_rq_recip3(struct kssh_sntrup_rq *out,
			   const struct kssh_sntrup_small *in,
			   union kssh_sntrup_scratch *w)
{
	struct kssh_sntrup_euclid *e = &w->euclid;
	unsigned int i, n;
	s32 delta = 1;
	s32 scale;

	memset(e, 0, sizeof(*e));
	e->f[0] = 1;
	e->f[P - 1] = -1;
	e->f[P] = -1;
	for (i = 0; i < P; i++)
		e->g[i] = in->c[P - 1 - i];
	e->r[0] = 1;

	for (n = 0; n < STEPS; n++)
		step_q(e, n, &delta);
	scale = fq_recip(3 * e->f[0]);
	for (i = 0; i < P; i++)
		out->c[i] = centre(scale * e->v[P - 1 - i]);
}

/**
 * kssh_sntrup_rq_mul() - product with a small element in R/q
 * @out: @a times @b; may be @a
 * @a: any factor
 * @b: the small one
 * @w: scratch
 */
void kssh_sntrup_rq_mul(struct kssh_sntrup_rq *out,
			const struct kssh_sntrup_rq *a,
			const struct kssh_sntrup_small *b,
			union kssh_sntrup_scratch *w)
{
	/* but for the lowest, coefficient k of x^i a is mid[k - i] */
	s16 *mid = w->wide + P - 1;
	s32 c0, c1, c2, c3, f;
	const s16 *m;
	int i, k;

	c0 = b->c[0] * a->c[0];
	for (i = 1; i < P; i++) {
		c0 += b->c[i] * a->c[P - i];
		mid[i] = a->c[i];
		mid[-i] = a->c[P - i] + a->c[P - i - 1];
	}
	mid[0] = a->c[0] + a->c[P - 1];
	out->c[0] = centre(c0);

	for (k = 1; k < P; k += 4) {
		c0 = 0;
		c1 = 0;
		c2 = 0;
		c3 = 0;
		for (i = 0; i < P; i++) {
			f = b->c[i];
			m = mid + k - i;
			c0 += f * m[0];
			c1 += f * m[1];
			c2 += f * m[2];
			c3 += f * m[3];
		}
		out->c[k] = centre(c0);
		out->c[k + 1] = centre(c1);
		out->c[k + 2] = centre(c2);
		out->c[k + 3] = centre(c3);
	}
}

/**
 * kssh_sntrup_rq_round() - every coefficient to the nearest multiple of 3
 * @p: element of R/q, and the result
 */
void kssh_sntrup_rq_round(struct kssh_sntrup_rq *p)
{
	unsigned int i;

	for (i = 0; i < P; i++)
		p->c[i] -= centre3(p->c[i]);
}
