// SPDX-License-Identifier: GPL-2.0
/*
 * P-521 beside libcrypto: the field on ordinary and on extreme limbs, public
 * points, and shared secrets or refusals of good and altered points.
 * KSSH_DIFF_CASES says how many of each are compared.  The source is taken in
 * here, which opens the field to the test.  Linked with shim/kunit.c, which has
 * main().
 */
#include <kunit/test.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "../../module/crypto/p521.c"
#include "diff.h"

#ifndef CASES
#define CASES	300
#endif
#define SIZE	KSSH_P521_SIZE

static struct kssh_p521_work w;
static EC_GROUP *group;
static BN_CTX *bn;
static BIGNUM *prime;
static struct kssh_keccak rng;

static int start(struct kunit_suite *suite)
{
	(void)suite;
	group = EC_GROUP_new_by_curve_name(NID_secp521r1);
	bn = BN_CTX_new();
	prime = BN_new();
	diff_random(&rng);
	return !EC_GROUP_get_curve(group, prime, NULL, NULL, bn);
}

static void finish(struct kunit_suite *suite)
{
	(void)suite;
	BN_free(prime);
	BN_CTX_free(bn);
	EC_GROUP_free(group);
}

/* ---- field ---- */

/* The largest a limb may be */
static p521_limb limb_max(int i)
{
	return (i == P521_LIMBS - 1 ? TOP_MASK : MASK) + (1 << 7);
}

/* Limbs that are at a bound, near it, or anything */
static void any_element(struct p521_fe *a)
{
	u8 pick[P521_LIMBS];
	int i;

	kssh_keccak_squeeze(&rng, (u8 *)a, sizeof(*a));
	kssh_keccak_squeeze(&rng, pick, sizeof(pick));
	for (i = 0; i < P521_LIMBS; i++) {
		a->v[i] &= MASK >> (i == P521_LIMBS - 1);
		if (pick[0] & 1)
			continue;
		if (pick[0] & 2 || pick[i] & 1)
			a->v[i] = pick[i] & 2 ? 0 : limb_max(i) - (pick[i] >> 6);
		if (pick[0] & 4)
			a->v[i] = limb_max(i);
	}
}

static BIGNUM *value(const struct p521_fe *a)
{
	BIGNUM *sum = BN_new(), *limb = BN_new();
	int i;

	for (i = P521_LIMBS - 1; i >= 0; i--) {
		BN_lshift(sum, sum, P521_BITS);
		BN_set_word(limb, a->v[i]);
		BN_add(sum, sum, limb);
	}
	BN_free(limb);
	return sum;
}

/* Is @a within its bounds, and stored the one representation of @want? */
static bool is(const struct p521_fe *a, BIGNUM *want)
{
	struct p521_fe copy = *a;
	u8 ours[SIZE], theirs[SIZE];
	bool ok = true;
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		ok &= a->v[i] <= limb_max(i);
	BN_nnmod(want, want, prime, bn);
	BN_bn2binpad(want, theirs, SIZE);
	fe_store(ours, &copy);
	return ok && !memcmp(ours, theirs, SIZE);
}

static void field(struct kunit *test)
{
	unsigned int i, n = 20 * diff_cases(CASES);
	BIGNUM *r = BN_new(), *three = BN_new();
	struct p521_fe a, b, c;

	BN_set_word(three, 3);
	for (i = 0; i < n && !test->failed; i++) {
		BIGNUM *x, *y;

		any_element(&a);
		any_element(&b);
		x = value(&a);
		y = value(&b);
		BN_copy(r, x);
		KUNIT_EXPECT_TRUE(test, is(&a, r));
		BN_mul(r, x, y, bn);
		fe_mul(&c, &a, &b);
		KUNIT_EXPECT_TRUE(test, is(&c, r));
		BN_sqr(r, x, bn);
		fe_sq(&c, &a);
		KUNIT_EXPECT_TRUE(test, is(&c, r));
		BN_add(r, x, y);
		fe_add(&c, &a, &b);
		KUNIT_EXPECT_TRUE(test, is(&c, r));
		BN_sub(r, x, y);
		fe_sub(&c, &a, &b);
		KUNIT_EXPECT_TRUE(test, is(&c, r));
		BN_mul(r, x, three, bn);
		fe_triple(&c, &a);
		KUNIT_EXPECT_TRUE(test, is(&c, r));
		BN_nnmod(x, x, prime, bn);
		if (i % 20 == 0 && !BN_is_zero(x)) {
			BN_mod_inverse(r, x, prime, bn);
			fe_invert(&c, &a, w.t);
			KUNIT_EXPECT_TRUE(test, is(&c, r));
		}
		BN_free(x);
		BN_free(y);
	}
	BN_free(three);
	BN_free(r);
}

/* A carry out of the last limb that goes through all of them again */
static void carry_twice(struct kunit *test)
{
	struct p521_fe a;
	BIGNUM *x;
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		a.v[i] = MASK;
	a.v[P521_LIMBS - 1] = TOP_MASK + 1;
	x = value(&a);
	KUNIT_EXPECT_TRUE(test, is(&a, x));
	BN_free(x);
}

/* Zero has two forms below 2^521, and more above. */
static void zero_is_one_number(struct kunit *test)
{
	struct p521_fe p, zero = {}, sum;
	u8 out[SIZE], none[SIZE] = {};
	int i;

	for (i = 0; i < P521_LIMBS; i++)
		p.v[i] = MASK >> (i == P521_LIMBS - 1);
	sum = p;
	KUNIT_EXPECT_TRUE(test, fe_equal(&sum, &zero));
	fe_add(&sum, &p, &p);
	fe_store(out, &sum);
	KUNIT_EXPECT_MEMEQ(test, out, none, SIZE);
	p.v[0]--;
	KUNIT_EXPECT_FALSE(test, fe_equal(&p, &zero));
	fe_invert(&sum, &zero, w.t);
	KUNIT_EXPECT_TRUE(test, fe_equal(&sum, &zero));
}

/* ---- points ---- */

static bool set(struct p521_point *r, const u8 xy[2 * SIZE])
{
	bool ok = load_affine(&w, xy) && on_curve(&w);

	*r = w.table[1];
	return ok;
}

static bool same_point(struct p521_point *a, struct p521_point *b)
{
	struct p521_fe l, r;
	bool x, y;

	fe_mul(&l, &a->x, &b->z);
	fe_mul(&r, &b->x, &a->z);
	x = fe_equal(&l, &r);
	fe_mul(&l, &a->y, &b->z);
	fe_mul(&r, &b->y, &a->z);
	y = fe_equal(&l, &r);
	return x && y;
}

/* What other formulas make exceptions of */
static void complete_formulas(struct kunit *test)
{
	const struct p521_fe zero = {};
	struct p521_point g, minus, twice, sum, inf = {};

	inf.y.v[0] = 1;
	KUNIT_ASSERT_TRUE(test, set(&g, base_point));
	minus = g;
	fe_sub(&minus.y, &zero, &g.y);
	point_double(&w, &twice, &g);
	point_add(&w, &sum, &g, &g);
	KUNIT_EXPECT_TRUE(test, same_point(&sum, &twice));
	point_add(&w, &sum, &g, &inf);
	KUNIT_EXPECT_TRUE(test, same_point(&sum, &g));
	point_add(&w, &sum, &inf, &g);
	KUNIT_EXPECT_TRUE(test, same_point(&sum, &g));
	point_add(&w, &sum, &twice, &minus);
	KUNIT_EXPECT_TRUE(test, same_point(&sum, &g));
	point_add(&w, &sum, &g, &minus);
	KUNIT_EXPECT_TRUE(test, fe_equal(&sum.z, (struct p521_fe []){ zero }));
	KUNIT_EXPECT_FALSE(test, fe_equal(&sum.y, (struct p521_fe []){ zero }));
	point_add(&w, &sum, &inf, &inf);
	KUNIT_EXPECT_TRUE(test, fe_equal(&sum.z, (struct p521_fe []){ zero }));
	point_double(&w, &sum, &inf);
	KUNIT_EXPECT_TRUE(test, fe_equal(&sum.z, (struct p521_fe []){ zero }));
	/* results over their own arguments */
	sum = g;
	point_add(&w, &sum, &sum, &sum);
	KUNIT_EXPECT_TRUE(test, same_point(&sum, &twice));
}

/* Random, but often of few bits, near the order or below 16 */
static void any_scalar(u8 out[SIZE])
{
	BIGNUM *s = BN_new();
	u8 pick[4], bytes[SIZE + 16];

	kssh_keccak_squeeze(&rng, pick, sizeof(pick));
	kssh_keccak_squeeze(&rng, bytes, sizeof(bytes));
	BN_bin2bn(bytes, sizeof(bytes), s);
	switch (pick[0] % 8) {
	case 0:
		BN_set_word(s, 1 + pick[1] % 16);
		break;
	case 1:
		BN_set_word(s, 1 + pick[1] % 16);
		BN_sub(s, EC_GROUP_get0_order(group), s);
		break;
	case 2:
		BN_one(s);
		BN_lshift(s, s, (pick[1] | pick[2] << 8) % 521);
		break;
	default:
		BN_nnmod(s, s, EC_GROUP_get0_order(group), bn);
	}
	BN_bn2binpad(s, out, SIZE);
	BN_free(s);
}

static void expect_coordinates(struct kunit *test, const EC_POINT *p,
			       const u8 *got, size_t n)
{
	u8 want[1 + 2 * SIZE];

	KUNIT_ASSERT_EQ(test, sizeof(want),
			EC_POINT_point2oct(group, p, POINT_CONVERSION_UNCOMPRESSED,
					   want, sizeof(want), bn));
	KUNIT_EXPECT_MEMEQ(test, got, want + 1, n);
}

/* What libcrypto takes for a point is one to us, and nothing else. */
static void compare_shared(struct kunit *test, const u8 secret[SIZE],
			   const u8 xy[2 * SIZE])
{
	EC_POINT *peer = EC_POINT_new(group), *shared = EC_POINT_new(group);
	u8 in[1 + 2 * SIZE] = { POINT_CONVERSION_UNCOMPRESSED }, x[SIZE];
	BIGNUM *s = BN_bin2bn(secret, SIZE, NULL);
	int err;

	memcpy(in + 1, xy, 2 * SIZE);
	err = kssh_p521_shared(x, secret, xy, &w);
	if (EC_POINT_oct2point(group, peer, in, sizeof(in), bn) == 1) {
		KUNIT_EXPECT_EQ(test, 0, err);
		EC_POINT_mul(group, shared, NULL, peer, s, bn);
		expect_coordinates(test, shared, x, SIZE);
	} else {
		KUNIT_EXPECT_EQ(test, -EINVAL, err);
	}
	BN_free(s);
	EC_POINT_free(shared);
	EC_POINT_free(peer);
}

static void same_as_libcrypto(struct kunit *test)
{
	EC_POINT *p = EC_POINT_new(group);
	u8 s[2][SIZE], xy[2 * SIZE], pick[2];
	unsigned int i, n = diff_cases(CASES);
	BIGNUM *k = BN_new();

	for (i = 0; i < n && !test->failed; i++) {
		any_scalar(s[0]);
		any_scalar(s[1]);
		KUNIT_EXPECT_TRUE(test, kssh_p521_in_range(s[0]));
		BN_bin2bn(s[0], SIZE, k);
		EC_POINT_mul(group, p, k, NULL, NULL, bn);
		kssh_p521_public(xy, s[0], &w);
		expect_coordinates(test, p, xy, 2 * SIZE);
		compare_shared(test, s[1], xy);
		kssh_keccak_squeeze(&rng, pick, sizeof(pick));
		xy[(pick[0] | pick[1] << 8) % sizeof(xy)] ^= 1 << pick[1] % 8;
		compare_shared(test, s[1], xy);
	}
	BN_free(k);
	EC_POINT_free(p);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(field),
	KUNIT_CASE(carry_twice),
	KUNIT_CASE(zero_is_one_number),
	KUNIT_CASE(complete_formulas),
	KUNIT_CASE(same_as_libcrypto),
	{}
};

static struct kunit_suite suite = {
	.name = "crypto_p521",
	.suite_init = start,
	.suite_exit = finish,
	.test_cases = cases,
};

kunit_test_suites(&suite);
