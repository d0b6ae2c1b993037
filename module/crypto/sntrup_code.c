// SPDX-License-Identifier: GPL-2.0
/*
 * Encodings and random choice of sntrup761 (round 3 submission of NTRU Prime to
 * NIST, section 3).
 *
 * Elements of R/q are 761 digits to the base 4591, rounded ones to the base
 * 1531. Two neighbours and their bases are multiplied together; low bytes are
 * written out while the base is 2^14 or more; what is left is a list half as
 * long, and so on down to a single digit. Bases, numbers of digits and of bytes
 * are public, digits are not: so the bases of every list are a table here, and
 * division by one of them is multiplication by its reciprocal.
 */
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "sntrup_code.h"

#define P		KSSH_SNTRUP_P
#define Q		KSSH_SNTRUP_Q
#define W		KSSH_SNTRUP_W

#define LIMIT		16384	/* no base in a list reaches it */
#define LISTS		11		/* of 761, 381, 191 ... 2, 1 digits */
#define RECIP_BITS	44

/**
 * struct base - a base
 * @m: the base, under LIMIT
 * @recip: 2^44 / @m, rounded up; with x <= 2^30 and x / @m <= 2^18, x * @recip
 *	>> 44 is x / @m, rounded down, and the product is less than 2^64
 */
struct base {
	u32 m;
	u64 recip;
};

#define BASE(x)		{ x, (1ULL << RECIP_BITS) / (x) + 1 }

/* The bases of one list: of all but its last digit, and of that one */
struct bases {
	struct base all, last;
};

static const struct bases bases_q[LISTS] = {
	{ BASE(4591), BASE(4591) },
	{ BASE(322), BASE(4591) },
	{ BASE(406), BASE(4591) },
	{ BASE(644), BASE(4591) },
	{ BASE(1621), BASE(11550) },
	{ BASE(10265), BASE(286) },
	{ BASE(1608), BASE(11468) },
	{ BASE(10101), BASE(282) },
	{ BASE(1557), BASE(11127) },
	{ BASE(9470), BASE(11127) },
	{ BASE(1608), BASE(1608) },
};

static const struct bases bases_rounded[LISTS] = {
	{ BASE(1531), BASE(1531) },
	{ BASE(9157), BASE(1531) },
	{ BASE(1280), BASE(1531) },
	{ BASE(6400), BASE(1531) },
	{ BASE(625), BASE(150) },
	{ BASE(1526), BASE(367) },
	{ BASE(9097), BASE(2188) },
	{ BASE(1263), BASE(304) },
	{ BASE(6232), BASE(1500) },
	{ BASE(593), BASE(1500) },
	{ BASE(3475), BASE(3475) },
};

/* Digits in list number @i */
static unsigned int digits_of(unsigned int i)
{
	return (P + (1 << i) - 1) >> i;
}

/* Bytes that are written out for a digit to the base @m, down to @limit */
static unsigned int bytes_of(u32 m, u32 limit)
{
	unsigned int n;

	for (n = 0; m >= limit; n++)
		m = (m + 255) >> 8;
	return n;
}

/* x modulo b->m; the quotient goes to *q */
static __always_inline u32 divide(u32 x, const struct base *b, u32 *q)
{
	*q = x * b->recip >> RECIP_BITS;
	return x - *q * b->m;
}

static u8 *put_bytes(u8 *out, u32 *x, unsigned int n)
{
	while (n--) {
		*out++ = *x;
		*x >>= 8;
	}
	return out;
}

/* Writes the digits @d, which do not survive it */
static void encode(u8 *out, u16 d[P], const struct bases b[LISTS])
{
	const struct base *second;
	unsigned int list, n, i;
	u32 x;

	for (list = 0; list < LISTS - 1; list++) {
		n = digits_of(list);
		for (i = 0; i + 1 < n; i += 2) {
			second = i + 2 == n ? &b[list].last : &b[list].all;
			x = d[i] + d[i + 1] * b[list].all.m;
			out = put_bytes(out, &x, bytes_of(b[list].all.m *
							  second->m, LIMIT));
			d[i / 2] = x;
		}
		if (n & 1)
			d[i / 2] = d[i];
	}
	x = d[0];
	put_bytes(out, &x, bytes_of(b[list].last.m, 2));
}

/* Adds @n bytes that end before @in below *x */
static const u8 *get_bytes(const u8 *in, u32 *x, unsigned int n)
{
	while (n--)
		*x = *x << 8 | *--in;
	return in;
}

/* The way back, from @end of the encoding; digits are less than their base */
static void decode(u16 d[P], const u8 *end, const struct bases b[LISTS])
{
	const struct base *second;
	unsigned int list, n, i;
	u32 x = 0, q;

	end = get_bytes(end, &x, bytes_of(b[LISTS - 1].last.m, 2));
	d[0] = divide(x, &b[LISTS - 1].last, &q);
	for (list = LISTS - 1; list--; ) {
		n = digits_of(list);
		if (n & 1)
			d[n - 1] = d[n / 2];
		for (i = n & ~1U; i; ) {
			i -= 2;
			second = i + 2 == n ? &b[list].last : &b[list].all;
			x = d[i / 2];
			end = get_bytes(end, &x, bytes_of(b[list].all.m *
							  second->m, LIMIT));
			d[i] = divide(x, &b[list].all, &q);
			d[i + 1] = divide(q, second, &q);
		}
	}
}

void kssh_sntrup_rq_encode(u8 out[KSSH_SNTRUP_RQ_SIZE],
			   const struct kssh_sntrup_rq *p,
			   union kssh_sntrup_digits *w)
{
	unsigned int i;

	for (i = 0; i < P; i++)
		w->digit[i] = p->c[i] + Q / 2;
	encode(out, w->digit, bases_q);
}

void kssh_sntrup_rq_decode(struct kssh_sntrup_rq *p,
			   const u8 in[KSSH_SNTRUP_RQ_SIZE],
			   union kssh_sntrup_digits *w)
{
	unsigned int i;

	decode(w->digit, in + KSSH_SNTRUP_RQ_SIZE, bases_q);
	for (i = 0; i < P; i++)
		p->c[i] = w->digit[i] - Q / 2;
}

/* @p is rounded: c + (q - 1) / 2 is a multiple of 3, and 10923 is 2^15 / 3 */
void kssh_sntrup_rounded_encode(u8 out[KSSH_SNTRUP_ROUNDED_SIZE],
				const struct kssh_sntrup_rq *p,
				union kssh_sntrup_digits *w)
{
	unsigned int i;

	for (i = 0; i < P; i++)
		w->digit[i] = (p->c[i] + Q / 2) * 10923 >> 15;
	encode(out, w->digit, bases_rounded);
}

void kssh_sntrup_rounded_decode(struct kssh_sntrup_rq *p,
				const u8 in[KSSH_SNTRUP_ROUNDED_SIZE],
				union kssh_sntrup_digits *w)
{
	unsigned int i;

	decode(w->digit, in + KSSH_SNTRUP_ROUNDED_SIZE, bases_rounded);
	for (i = 0; i < P; i++)
		p->c[i] = 3 * w->digit[i] - Q / 2;
}

/* Four coefficients, plus 1, in a byte; the last byte has one */
void kssh_sntrup_small_encode(u8 out[KSSH_SNTRUP_SMALL_SIZE],
			      const struct kssh_sntrup_small *p)
{
	unsigned int i;

	memset(out, 0, KSSH_SNTRUP_SMALL_SIZE);
	for (i = 0; i < P; i++)
		out[i / 4] |= (p->c[i] + 1) << 2 * (i % 4);
}

void kssh_sntrup_small_decode(struct kssh_sntrup_small *p,
			      const u8 in[KSSH_SNTRUP_SMALL_SIZE])
{
	unsigned int i;

	for (i = 0; i < P; i++)
		p->c[i] = (in[i / 4] >> 2 * (i % 4) & 3) - 1;
}

/* Uniform but for 2^-30: the product of a 30-bit number with 3, its high part */
void kssh_sntrup_small_random(struct kssh_sntrup_small *out,
			      const u8 in[KSSH_SNTRUP_SAMPLE_SIZE])
{
	unsigned int i;

	for (i = 0; i < P; i++) {
		u32 x = get_unaligned_le32(in + 4 * i) & 0x3fffffff;

		out->c[i] = (s32)(x * 3 >> 30) - 1;
	}
}

/* The lesser of both to *a, the greater to *b */
static __always_inline void order(u32 *a, u32 *b)
{
	u32 mask = ((u64)*b - *a) >> 32;
	u32 t;

	OPTIMIZER_HIDE_VAR(mask);
	t = (*a ^ *b) & mask;
	*a ^= t;
	*b ^= t;
}

/* Batcher's merge exchange (Knuth, volume 3, 5.2.2, algorithm M) */
static void sort(u32 x[P])
{
	unsigned int p, q, r, d, i;

	for (p = 512; p; p >>= 1) {
		r = 0;
		d = p;
		for (q = 512; ; q >>= 1) {
			for (i = 0; i + d < P; i++)
				if ((i & p) == r)
					order(&x[i], &x[i + d]);
			if (q == p)
				break;
			d = q - p;
			r = p;
		}
	}
}

/* Random numbers carry the coefficients along into an order that is theirs */
void kssh_sntrup_short_random(struct kssh_sntrup_small *out,
			      const u8 in[KSSH_SNTRUP_SAMPLE_SIZE],
			      union kssh_sntrup_digits *w)
{
	unsigned int i;

	for (i = 0; i < P; i++) {
		u32 x = get_unaligned_le32(in + 4 * i);

		w->word[i] = i < W ? x & ~1U : (x & ~3U) | 1;
	}
	sort(w->word);
	for (i = 0; i < P; i++)
		out->c[i] = (s32)(w->word[i] & 3) - 1;
}

/* An element of another weight becomes W ones and zeroes after them */
void kssh_sntrup_short_force(struct kssh_sntrup_small *p)
{
	s32 wrong = -W;
	unsigned int i;
	s8 mask, forced;

	for (i = 0; i < P; i++)
		wrong += p->c[i] & 1;
	mask = (wrong | -wrong) >> 31;
	OPTIMIZER_HIDE_VAR(mask);
	for (i = 0; i < P; i++) {
		forced = i < W;
		p->c[i] ^= (p->c[i] ^ forced) & mask;
	}
}
