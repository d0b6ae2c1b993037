// SPDX-License-Identifier: GPL-2.0
/*
 * Ed25519 signature verification (RFC 8032, section 5.1.7).
 *
 * Key, message and signature are public: the time this takes depends on them.
 * Points are added and doubled by the formulas for a = -1 in extended
 * coordinates of Hisil, Wong, Carter and Dawson (2008), which RFC 8032,
 * section 5.1.4, gives too.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <crypto/hash.h>

#include "ed25519.h"
#include "fe25519.h"

#define SHA512_SIZE	64
#define SCALAR_SIZE	32

/* Window of the signed digits: odd digits below 2^(W - 1), W - 1 zeros after */
#define KEY_W		5
#define KEY_MULTIPLES	(1 << (KEY_W - 2))
#define BASE_W		7
#define BASE_MULTIPLES	(1 << (BASE_W - 2))

/* Digits of a scalar: 253 bits and a carry */
#define DIGITS		254

/* A point (x / z, y / z), with t = x y / z where that is wanted */
struct point {
	struct fe x, y, z, t;
};

/* A sum in four factors: x = e f, y = g h, z = f g, t = e h */
struct factored {
	struct fe e, f, g, h;
};

/* A point as the second summand of several sums */
struct cached {
	struct fe y_plus_x, y_minus_x, z2, t2d;
};

/* The same with z = 1 */
struct affine {
	struct fe y_plus_x, y_minus_x, xy2d;
};

#include "ed25519_base.h"

/* Memory of one verification; nothing in it is secret */
struct verify_work {
	u8 digest[SHA512_SIZE];
	u8 k[SCALAR_SIZE];
	u8 r[FE_SIZE];
	s8 key_digit[DIGITS];
	s8 base_digit[DIGITS];
	struct point key;
	struct point sum;
	struct point twice;
	struct factored fac;
	struct cached multiple[KEY_MULTIPLES];
};

static const struct fe zero = FE_WORDS(0ULL, 0ULL, 0ULL, 0ULL);
static const struct fe one = FE_WORDS(1ULL, 0ULL, 0ULL, 0ULL);

static const struct fe minus_one =
	FE_WORDS(0xffffffffffffffecULL, 0xffffffffffffffffULL,
		 0xffffffffffffffffULL, 0x7fffffffffffffffULL);

/* -121665 / 121666, twice that, and a square root of -1 */
static const struct fe curve_d =
	FE_WORDS(0x75eb4dca135978a3ULL, 0x00700a4d4141d8abULL,
		 0x8cc740797779e898ULL, 0x52036cee2b6ffe73ULL);
static const struct fe curve_2d =
	FE_WORDS(0xebd69b9426b2f159ULL, 0x00e0149a8283b156ULL,
		 0x198e80f2eef3d130ULL, 0x2406d9dc56dffce7ULL);
static const struct fe sqrt_m1 =
	FE_WORDS(0xc4ee1b274a0ea0b0ULL, 0x2f431806ad2fe478ULL,
		 0x2b4d00993dfbd7a7ULL, 0x2b8324804fc1df0bULL);

/* The order of the base point: 2^252 + its lower half, least first */
static const u32 order_low[4] = {
	0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de,
};

/* Sum or difference in factors to a point; without t when doubling follows */
static void multiply_out(struct point *r, const struct factored *s, bool with_t)
{
	kssh_fe_mul(&r->x, &s->e, &s->f);
	kssh_fe_mul(&r->y, &s->g, &s->h);
	kssh_fe_mul(&r->z, &s->f, &s->g);
	if (with_t)
		kssh_fe_mul(&r->t, &s->e, &s->h);
}

/* 2 @p, all four factors with their signs turned; @p needs no t */
static void point_double(struct factored *r, const struct point *p)
{
	struct fe xx, yy, zz, t;

	kssh_fe_sq(&xx, &p->x);
	kssh_fe_sq(&yy, &p->y);
	kssh_fe_sq(&zz, &p->z);
	fe_add(&t, &p->x, &p->y);
	kssh_fe_sq(&t, &t);
	fe_add(&r->h, &xx, &yy);
	fe_sub(&r->e, &r->h, &t);
	fe_sub(&r->g, &xx, &yy);
	fe_add(&zz, &zz, &zz);
	fe_add(&r->f, &zz, &r->g);
}

/*
 * @p + q, or @p - q if @minus, with q given as y + x, y - x and 2 d t, and
 * with @zz = 2 z of @p times z of q, reduced or a sum of two that are.
 */
static void add_parts(struct factored *r, const struct point *p,
		      const struct fe *y_plus_x, const struct fe *y_minus_x,
		      const struct fe *t2d, const struct fe *zz, bool minus)
{
	struct fe a, b, c;

	fe_sub(&a, &p->y, &p->x);
	kssh_fe_mul(&a, &a, minus ? y_plus_x : y_minus_x);
	fe_add(&b, &p->y, &p->x);
	kssh_fe_mul(&b, &b, minus ? y_minus_x : y_plus_x);
	kssh_fe_mul(&c, &p->t, t2d);
	fe_sub(&r->e, &b, &a);
	fe_add(&r->h, &b, &a);
	fe_sub(minus ? &r->g : &r->f, zz, &c);
	fe_add(minus ? &r->f : &r->g, zz, &c);
}

static void add_cached(struct factored *r, const struct point *p,
		       const struct cached *q, bool minus)
{
	struct fe zz;

	kssh_fe_mul(&zz, &p->z, &q->z2);
	add_parts(r, p, &q->y_plus_x, &q->y_minus_x, &q->t2d, &zz, minus);
}

static void add_affine(struct factored *r, const struct point *p,
		       const struct affine *q, bool minus)
{
	struct fe zz;

	fe_add(&zz, &p->z, &p->z);
	add_parts(r, p, &q->y_plus_x, &q->y_minus_x, &q->xy2d, &zz, minus);
}

static void cache_point(struct cached *r, const struct point *p)
{
	fe_add(&r->y_plus_x, &p->y, &p->x);
	fe_sub(&r->y_minus_x, &p->y, &p->x);
	fe_add(&r->z2, &p->z, &p->z);
	kssh_fe_mul(&r->t2d, &p->t, &curve_2d);
}

/*
 * Whether the y that @in encodes is not below p = 2^255 - 19. RFC 8032,
 * section 5.1.3, step 1, refuses it; OpenSSH's and OpenSSL's code take it
 * modulo p.
 */
static bool y_not_canonical(const u8 in[FE_SIZE])
{
	return (in[31] & 0x7f) == 0x7f && !memchr_inv(in + 1, 0xff, 30) &&
	       in[0] >= 0xed;
}

/*
 * Whether @in encodes one of the eight points whose order divides 8. There
 * are five values of y among these, whatever the sign of x.
 */
static bool is_small_order(const u8 in[FE_SIZE])
{
	static const u8 small_y[5][FE_SIZE] = {
		{ 0x00 },		/* order 4 */
		{ 0x01 },		/* the neutral element */
		{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },	/* 2 */
		{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0,
		  0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		  0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
		  0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },	/* 8 */
		{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f,
		  0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		  0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
		  0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },	/* 8 */
	};
	unsigned int i;

	for (i = 0; i < 5; i++)
		if (!memcmp(in, small_y[i], FE_SIZE - 1) &&
		    (in[31] & 0x7f) == small_y[i][31])
			return true;
	return false;
}

/*
 * The negative of the point that @in encodes, a canonical y (RFC 8032, section
 * 5.1.3). False: no x belongs to this y.
 */
static bool load_negative(struct point *p, const u8 in[FE_SIZE])
{
	struct fe u, v, w, x;

	kssh_fe_load(&p->y, in);
	kssh_fe_sq(&u, &p->y);
	kssh_fe_mul(&v, &u, &curve_d);
	fe_sub(&u, &u, &one);			/* u = y^2 - 1 */
	fe_add(&v, &v, &one);			/* v = d y^2 + 1 */

	/* x = u v^3 (u v^7)^((p - 5) / 8) */
	kssh_fe_sq(&w, &v);
	kssh_fe_mul(&w, &w, &v);		/* v^3 */
	kssh_fe_mul(&x, &w, &u);		/* u v^3 */
	kssh_fe_sq(&w, &w);
	kssh_fe_mul(&w, &w, &v);		/* v^7 */
	kssh_fe_mul(&w, &w, &u);
	kssh_fe_pow_p58(&w, &w);
	kssh_fe_mul(&x, &x, &w);

	/* v x^2 is u, or -u and x wants a root of -1, or x does not exist. */
	kssh_fe_sq(&w, &x);
	kssh_fe_mul(&w, &w, &v);
	if (!kssh_fe_equal(&w, &u)) {
		fe_add(&w, &w, &u);
		if (!kssh_fe_equal(&w, &zero))
			return false;
		kssh_fe_mul(&x, &x, &sqrt_m1);
	}
	if (kssh_fe_is_odd(&x) == in[31] >> 7)
		kssh_fe_mul(&x, &x, &minus_one);
	p->x = x;
	p->z = one;
	kssh_fe_mul(&p->t, &p->x, &p->y);
	return true;
}

static void store_point(u8 out[FE_SIZE], const struct point *p)
{
	struct fe inverse, x, y;

	kssh_fe_invert(&inverse, &p->z);
	kssh_fe_mul(&x, &p->x, &inverse);
	kssh_fe_mul(&y, &p->y, &inverse);
	kssh_fe_store(out, &y);
	out[31] |= kssh_fe_is_odd(&x) << 7;
}

/* Whether a scalar is below the order L (RFC 8032, section 5.1.7, step 1) */
static bool scalar_canonical(const u8 s[SCALAR_SIZE])
{
	u32 high = get_unaligned_le32(s + 28), w;
	int i;

	if (high != 0x10000000 || memchr_inv(s + 16, 0, 12))
		return high < 0x10000000;
	for (i = 3; i >= 0; i--) {
		w = get_unaligned_le32(s + 4 * i);
		if (w != order_low[i])
			return w < order_low[i];
	}
	return false;
}

/*
 * A digest modulo L, sixteen bits at a time from the top. With r < L and
 * v = 2^16 r + bits, q = v / 2^252 is below 2^17 and v - q L between -q 2^125
 * and 2^252: at most one L is missing.
 */
static void scalar_reduce(u8 out[SCALAR_SIZE], const u8 in[SHA512_SIZE])
{
	u32 r[8] = {}, q;
	int i, j;
	s64 c;

	for (i = SHA512_SIZE / 2 - 1; i >= 0; i--) {
		q = r[7] >> 12;
		for (j = 7; j > 0; j--)
			r[j] = r[j] << 16 | r[j - 1] >> 16;
		r[0] = r[0] << 16 | get_unaligned_le16(in + 2 * i);
		r[7] &= 0x0fffffff;

		for (j = 0, c = 0; j < 8; j++) {
			c += r[j];
			if (j < 4)
				c -= (u64)q * order_low[j];
			r[j] = c;
			c >>= 32;
		}
		if (!c)
			continue;
		for (j = 0, c = 0; j < 8; j++) {
			c += r[j];
			if (j < 4)
				c += order_low[j];
			else if (j == 7)
				c += 0x10000000;
			r[j] = c;
			c >>= 32;
		}
	}
	for (j = 0; j < 8; j++)
		put_unaligned_le32(r[j], out + 4 * j);
}

/*
 * A scalar below 2^253 as sum(digit[i] 2^i) with each digit zero or odd and
 * below 2^(@w - 1) in magnitude, and @w - 1 zeros after each that is not zero.
 */
static void scalar_digits(s8 digit[DIGITS], const u8 scalar[SCALAR_SIZE],
			  unsigned int w)
{
	unsigned int pos = 0, carry = 0, v;

	memset(digit, 0, DIGITS);
	while (pos < DIGITS) {
		/* The bits from pos on, as many as a window has at least */
		v = scalar[pos / 8];
		if (pos / 8 + 1 < SCALAR_SIZE)
			v |= scalar[pos / 8 + 1] << 8;
		v = (v >> pos % 8) + carry;
		if (!(v & 1)) {
			pos++;
			continue;
		}
		v &= (1 << w) - 1;
		carry = v >> (w - 1);
		digit[pos] = (int)v - (int)(carry << w);
		pos += w;
	}
}

/* The odd multiples of a point, from 1 */
static void make_multiples(struct verify_work *w)
{
	unsigned int i;

	cache_point(&w->multiple[0], &w->key);
	point_double(&w->fac, &w->key);
	multiply_out(&w->twice, &w->fac, true);
	for (i = 1; i < KEY_MULTIPLES; i++) {
		add_cached(&w->fac, &w->twice, &w->multiple[i - 1], false);
		multiply_out(&w->sum, &w->fac, true);
		cache_point(&w->multiple[i], &w->sum);
	}
}

/* The sum of @w->k times @w->key and @s times the base point, in @w->sum */
static void double_multiply(struct verify_work *w, const u8 s[SCALAR_SIZE])
{
	int i = DIGITS - 1, key, base;

	make_multiples(w);
	scalar_digits(w->key_digit, w->k, KEY_W);
	scalar_digits(w->base_digit, s, BASE_W);

	w->sum = (struct point){ .x = zero, .y = one, .z = one, .t = zero };
	while (i > 0 && !w->key_digit[i] && !w->base_digit[i])
		i--;
	for (; i >= 0; i--) {
		key = w->key_digit[i];
		base = w->base_digit[i];

		point_double(&w->fac, &w->sum);
		if (key) {
			multiply_out(&w->sum, &w->fac, true);
			add_cached(&w->fac, &w->sum,
				   &w->multiple[abs(key) / 2], key < 0);
		}
		if (base) {
			multiply_out(&w->sum, &w->fac, true);
			add_affine(&w->fac, &w->sum,
				   &base_multiples[abs(base) / 2], base < 0);
		}
		multiply_out(&w->sum, &w->fac, false);
	}
}

static noinline_for_stack int hash_all(struct crypto_shash *sha512,
				       u8 out[SHA512_SIZE], const u8 *r,
				       const u8 *pub, const u8 *msg, size_t len)
{
	SHASH_DESC_ON_STACK(desc, sha512);

	desc->tfm = sha512;
	return crypto_shash_init(desc) ?:
	       crypto_shash_update(desc, r, FE_SIZE) ?:
	       crypto_shash_update(desc, pub, KSSH_ED25519_PUB_SIZE) ?:
	       crypto_shash_finup(desc, msg, len, out);
}

/**
 * kssh_ed25519_verify() - check a signature
 * @sha512: SHA-512 of the kernel's, unkeyed; may be in use elsewhere
 * @pub: public key A
 * @msg: message
 * @len: its length in bytes, below 2^32
 * @sig: signature, R then S
 *
 * RFC 8032, section 5.1.7, with the equation S B = R + k A itself and not its
 * eightfold: R is compared as bytes with what S B - k A encodes to, as
 * OpenSSH and OpenSSL do. Refused besides, as libsodium does:
 *
 * - S not below the order L: RFC 8032 and OpenSSL refuse it too; OpenSSH up to
 *   10.0 takes any S below 2^253;
 * - a key that is not encoded canonically: OpenSSH and OpenSSL take it;
 * - a key, or an R, of an order that divides 8: OpenSSH, OpenSSL and the RFC
 *   allow it, but under such a key a signature proves nothing.
 *
 * No signer and no key generator makes any of these by chance or by rule.
 *
 * Context: process, may sleep.
 * Return: 0 for a good signature, -EKEYREJECTED for a bad one, -EINVAL for a
 * bad public key, -ENOMEM, or the error of @sha512.
 */
int kssh_ed25519_verify(struct crypto_shash *sha512,
			const u8 pub[KSSH_ED25519_PUB_SIZE],
			const u8 *msg, size_t len,
			const u8 sig[KSSH_ED25519_SIG_SIZE])
{
	const u8 *r = sig, *s = sig + FE_SIZE;
	struct verify_work *w;
	int err;

	BUILD_BUG_ON(ARRAY_SIZE(base_multiples) != BASE_MULTIPLES);

	if (y_not_canonical(pub) || is_small_order(pub))
		return -EINVAL;
	if (!scalar_canonical(s) || is_small_order(r))
		return -EKEYREJECTED;

	w = kmalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	err = -EINVAL;
	if (!load_negative(&w->key, pub))
		goto out;
	err = hash_all(sha512, w->digest, r, pub, msg, len);
	if (err)
		goto out;
	scalar_reduce(w->k, w->digest);
	double_multiply(w, s);
	store_point(w->r, &w->sum);
	if (memcmp(w->r, r, FE_SIZE))
		err = -EKEYREJECTED;
out:
	kfree(w);
	return err;
}
