// SPDX-License-Identifier: GPL-2.0
/* KUnit: SHA-3 and SHAKE against published values, in any split. */
#include <kunit/test.h>
#include <linux/hex.h>
#include <linux/string.h>

#include "keccak_testvec.h"

#define OUT_SIZE	512U

static void keccak_known_answer(struct kunit *test)
{
	const struct keccak_vector *v = test->param_value;
	u8 *want = kunit_kzalloc(test, OUT_SIZE, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, OUT_SIZE, GFP_KERNEL);
	u8 *msg = kunit_kmalloc(test, v->len + 1, GFP_KERNEL);
	struct kssh_keccak k;

	KUNIT_ASSERT_TRUE(test, want && out && msg);
	KUNIT_ASSERT_LE(test, v->out_len, OUT_SIZE);
	KUNIT_ASSERT_EQ(test, hex2bin(want, v->out, v->out_len), 0);
	memset(msg, v->fill, v->len);

	v->init(&k);
	kssh_keccak_absorb(&k, msg, v->len);
	kssh_keccak_squeeze(&k, out, v->out_len);
	KUNIT_EXPECT_MEMEQ(test, out, want, v->out_len);
}

KUNIT_ARRAY_PARAM_DESC(keccak_known, keccak_vectors, desc);

static void keccak_every_length(struct kunit *test)
{
	const struct keccak_lengths *v = test->param_value;
	u8 *out = kunit_kzalloc(test, KECCAK_LENGTHS + 1, GFP_KERNEL);
	u8 *msg = kunit_kmalloc(test, KECCAK_LENGTHS, GFP_KERNEL);
	u8 want[KSSH_SHA3_256_SIZE], got[KSSH_SHA3_256_SIZE];
	struct kssh_keccak k, all;
	unsigned int n, len;

	KUNIT_ASSERT_TRUE(test, out && msg);
	KUNIT_ASSERT_EQ(test, hex2bin(want, v->out, sizeof(want)), 0);
	for (n = 0; n < KECCAK_LENGTHS; n++)
		msg[n] = 7 * n + 3;

	kssh_sha3_256_init(&all);
	for (n = 0; n <= KECCAK_LENGTHS; n++) {
		len = v->out_len ? v->out_len : n + 1;
		v->init(&k);
		kssh_keccak_absorb(&k, msg, n);
		kssh_keccak_squeeze(&k, out, len);
		kssh_keccak_absorb(&all, out, len);
	}
	kssh_keccak_squeeze(&all, got, sizeof(got));
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
}

KUNIT_ARRAY_PARAM_DESC(keccak_length, keccak_lengths, desc);

/* The same bytes come whatever pieces go in and out. */
static void keccak_splits(struct kunit *test)
{
	static const unsigned int piece[] = { 1, 3, 7, 8, 9, 64, 167, 168, 169 };
	u8 *whole = kunit_kzalloc(test, OUT_SIZE, GFP_KERNEL);
	u8 *parts = kunit_kzalloc(test, OUT_SIZE, GFP_KERNEL);
	struct kssh_keccak k;
	unsigned int i, j, at, n;

	KUNIT_ASSERT_TRUE(test, whole && parts);
	for (i = 0; i < OUT_SIZE; i++)
		parts[i] = 13 * i;
	kssh_shake128_init(&k);
	kssh_keccak_absorb(&k, parts, OUT_SIZE);
	kssh_keccak_squeeze(&k, whole, OUT_SIZE);

	for (i = 0; i < ARRAY_SIZE(piece); i++) {
		for (j = 0; j < ARRAY_SIZE(piece); j++) {
			for (at = 0; at < OUT_SIZE; at++)
				parts[at] = 13 * at;
			kssh_shake128_init(&k);
			for (at = 0; at < OUT_SIZE; at += n) {
				n = min(piece[i], OUT_SIZE - at);
				kssh_keccak_absorb(&k, parts + at, n);
			}
			for (at = 0; at < OUT_SIZE; at += n) {
				n = min(piece[j], OUT_SIZE - at);
				kssh_keccak_squeeze(&k, parts + at, n);
			}
			KUNIT_EXPECT_MEMEQ(test, parts, whole, OUT_SIZE);
		}
	}
}

static void keccak_wiped(struct kunit *test)
{
	struct kssh_keccak k;

	kssh_shake256_init(&k);
	kssh_keccak_absorb(&k, "secret", 6);
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(&k, 0, sizeof(k)));
	kssh_keccak_wipe(&k);
	KUNIT_EXPECT_NULL(test, memchr_inv(&k, 0, sizeof(k)));
}

static struct kunit_case keccak_cases[] = {
	KUNIT_CASE_PARAM(keccak_known_answer, keccak_known_gen_params),
	KUNIT_CASE_PARAM(keccak_every_length, keccak_length_gen_params),
	KUNIT_CASE(keccak_splits),
	KUNIT_CASE(keccak_wiped),
	{}
};

static struct kunit_suite keccak_suite = {
	.name = "kssh_crypto_keccak",
	.test_cases = keccak_cases,
};

kunit_test_suites(&keccak_suite);
