// SPDX-License-Identifier: GPL-2.0
/*
 * ECDH over the NIST curves, whoever computes: published vectors, and every kind
 * of point that must be refused.
 */
#include <kunit/test.h>
#include <linux/hex.h>
#include <linux/string.h>

#include "../crypto/p521.h"
#include "../kex/nist.h"
#include "../wire/reason.h"
#include "nist_testvec.h"

#define POINT_MAX	KSSH_NIST_POINT(KSSH_NIST_LEN_MAX)

static void load(struct kunit *test, u8 *out, const char *hex, size_t n)
{
	KUNIT_ASSERT_EQ(test, 2 * n, strlen(hex));
	KUNIT_ASSERT_EQ(test, 0, hex2bin(out, hex, n));
}

static int agree(const struct kssh_nist_curve *c, const u8 *secret,
		 const u8 *point, size_t n, u8 *x)
{
	return kssh_nist_agree(c, secret, (struct kssh_blob){ point, n }, x);
}

static void nist_known(struct kunit *test)
{
	const struct nist_vector *v = test->param_value;
	size_t len = v->curve->len;
	u8 secret[KSSH_NIST_LEN_MAX], point[POINT_MAX];
	u8 want[KSSH_NIST_LEN_MAX], x[KSSH_NIST_LEN_MAX];

	KUNIT_ASSERT_TRUE(test, kssh_nist_usable(v->curve));
	load(test, secret, v->secret, len);
	load(test, point, v->point, KSSH_NIST_POINT(len));
	load(test, want, v->x, len);
	KUNIT_ASSERT_EQ(test, 0, agree(v->curve, secret, point,
				       KSSH_NIST_POINT(len), x));
	KUNIT_EXPECT_MEMEQ(test, x, want, len);

	/* One bit of a coordinate, and it is no point any more. */
	point[KSSH_NIST_POINT(len) - 1] ^= 1;
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(v->curve, secret, point, KSSH_NIST_POINT(len), x));
	point[KSSH_NIST_POINT(len) - 1] ^= 1;
	point[len] ^= 0x10;
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(v->curve, secret, point, KSSH_NIST_POINT(len), x));
}

KUNIT_ARRAY_PARAM_DESC(nist, nist_vectors, desc);

static const struct kssh_nist_curve *const curves[] = {
	&kssh_nist_p256, &kssh_nist_p384, &kssh_nist_p521
};

static void curve_describe(const struct kssh_nist_curve *const *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu bytes", (*c)->len);
}

KUNIT_ARRAY_PARAM(curve, curves, curve_describe);

/* Random numbers that are the same byte over and over, or count up from it. */
struct bytes {
	u8 next, step;
	int calls;
};

static void bytes_random(void *ctx, void *p, size_t n)
{
	struct bytes *b = ctx;
	u8 *out = p;

	b->calls++;
	for (; n; n--, b->next += b->step)
		*out++ = b->next;
}

static struct kssh_env env_of(struct bytes *b)
{
	return (struct kssh_env){ .random = bytes_random, .ctx = b };
}

static void nist_both_sides(struct kunit *test)
{
	const struct kssh_nist_curve *c =
		*(const struct kssh_nist_curve *const *)test->param_value;
	size_t n = KSSH_NIST_POINT(c->len);
	u8 secret[2][KSSH_NIST_LEN_MAX], point[2][POINT_MAX];
	u8 x[2][KSSH_NIST_LEN_MAX];
	struct bytes bytes = { .next = 7, .step = 3 };
	struct kssh_env env = env_of(&bytes);
	int i;

	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_nist_pair(c, &env, secret[i],
							point[i]));
		KUNIT_EXPECT_EQ(test, 4, point[i][0]);
	}
	KUNIT_EXPECT_NE(test, 0, memcmp(point[0], point[1], n));
	for (i = 0; i < 2; i++)
		KUNIT_ASSERT_EQ(test, 0, agree(c, secret[i], point[!i], n, x[i]));
	KUNIT_EXPECT_MEMEQ(test, x[0], x[1], c->len);
}

/* A generator that gives nothing but numbers out of range is not asked forever. */
static void nist_out_of_range(struct kunit *test)
{
	const struct kssh_nist_curve *c =
		*(const struct kssh_nist_curve *const *)test->param_value;
	u8 secret[KSSH_NIST_LEN_MAX], point[POINT_MAX];
	const u8 same[] = { 0, 0xff };
	int i;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		struct bytes bytes = { .next = same[i] };
		struct kssh_env env = env_of(&bytes);

		KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
				kssh_nist_pair(c, &env, secret, point));
		KUNIT_EXPECT_EQ(test, 16, bytes.calls);
	}
}

static void nist_other_forms(struct kunit *test)
{
	const struct kssh_nist_curve *c =
		*(const struct kssh_nist_curve *const *)test->param_value;
	size_t n = KSSH_NIST_POINT(c->len);
	u8 secret[KSSH_NIST_LEN_MAX], point[POINT_MAX + 1] = {};
	u8 x[KSSH_NIST_LEN_MAX];
	struct bytes bytes = { .next = 1, .step = 5 };
	struct kssh_env env = env_of(&bytes);
	const size_t len[] = { 0, 1, 2, c->len, n - 1, n + 1 };
	int i;

	KUNIT_ASSERT_EQ(test, 0, kssh_nist_pair(c, &env, secret, point));
	KUNIT_ASSERT_EQ(test, 0, agree(c, secret, point, n, x));
	for (i = 0; i < ARRAY_SIZE(len); i++)
		KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
				agree(c, secret, point, len[i], x));
	/* compressed and hybrid forms, with room for them and without */
	for (i = 0; i < 256; i++) {
		point[0] = i;
		KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
				agree(c, secret, point, 1 + c->len, x));
		KUNIT_EXPECT_EQ(test, i == 4 ? 0 : KSSH_R_KEX_PUBLIC_VALUE,
				agree(c, secret, point, n, x));
	}
	/* infinity as its one byte, as zeros, and as a point (0, 0) */
	memset(point, 0, sizeof(point));
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(c, secret, point, 1, x));
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(c, secret, point, n, x));
	point[0] = 4;
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(c, secret, point, n, x));
	memset(point + 1, 0xff, n - 1);
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(c, secret, point, n, x));
}

/* A coordinate has one representation; y too, for which P-521 has the room. */
static void nist_range(struct kunit *test)
{
	const struct nist_twice *v = test->param_value;
	size_t len = v->curve->len, n = KSSH_NIST_POINT(len);
	u8 secret[KSSH_NIST_LEN_MAX] = {}, point[POINT_MAX];
	u8 x[KSSH_NIST_LEN_MAX];
	int i, carry = -1;

	secret[len - 1] = 3;
	load(test, point, v->good, n);
	KUNIT_EXPECT_EQ(test, v->ladder_fails ? KSSH_R_KEX_PUBLIC_VALUE : 0,
			agree(v->curve, secret, point, n, x));
	if (len == KSSH_P521_LEN) {
		/* + 2^521 - 1 */
		for (i = n - 1; i > len; i--) {
			carry += point[i];
			point[i] = carry;
			carry >>= 8;
		}
		point[len + 1] += 2;
		KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
				agree(v->curve, secret, point, n, x));
	}
	load(test, point, v->bad, n);
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
			agree(v->curve, secret, point, n, x));
}

KUNIT_ARRAY_PARAM_DESC(twice, nist_twice, desc);

/* n and its neighbours, by adding to its last byte; zero and one. */
static void nist_p521_scalar(struct kunit *test)
{
	static const char order[] =
		"01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"fffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e9138"
		"6409";
	u8 s[KSSH_P521_SIZE], zero[KSSH_P521_SIZE] = {};
	int i;

	for (i = 0; i < 256; i++) {
		load(test, s, order, sizeof(s));
		s[KSSH_P521_SIZE - 1] = i;
		KUNIT_EXPECT_EQ(test, i < 0x09, kssh_p521_in_range(s));
		s[0] = 0;
		KUNIT_EXPECT_TRUE(test, kssh_p521_in_range(s));
		s[0] = 2;
		KUNIT_EXPECT_FALSE(test, kssh_p521_in_range(s));
	}
	KUNIT_EXPECT_FALSE(test, kssh_p521_in_range(zero));
	for (i = 0; i < KSSH_P521_SIZE; i++) {
		zero[i] = 1;
		KUNIT_EXPECT_TRUE(test, kssh_p521_in_range(zero));
		zero[i] = 0;
	}
}

static struct kunit_case nist_cases[] = {
	KUNIT_CASE_PARAM(nist_known, nist_gen_params),
	KUNIT_CASE_PARAM(nist_both_sides, curve_gen_params),
	KUNIT_CASE_PARAM(nist_out_of_range, curve_gen_params),
	KUNIT_CASE_PARAM(nist_other_forms, curve_gen_params),
	KUNIT_CASE_PARAM(nist_range, twice_gen_params),
	KUNIT_CASE(nist_p521_scalar),
	{}
};

static struct kunit_suite nist_suite = {
	.name = "kssh_nist",
	.test_cases = nist_cases,
};

kunit_test_suites(&nist_suite);
