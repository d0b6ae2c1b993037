// SPDX-License-Identifier: GPL-2.0
/* The small things that the algorithms share. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../alg/der.h"
#include "../alg/hash.h"
#include "../alg/usable.h"

/* "abc" (FIPS 180-4's example values) */
static const u8 abc256[] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
	0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
	0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
};

static const u8 abc384[] = {
	0xcb, 0x00, 0x75, 0x3f, 0x45, 0xa3, 0x5e, 0x8b, 0xb5, 0xa0, 0x3d,
	0x69, 0x9a, 0xc6, 0x50, 0x07, 0x27, 0x2c, 0x32, 0xab, 0x0e, 0xde,
	0xd1, 0x63, 0x1a, 0x8b, 0x60, 0x5a, 0x43, 0xff, 0x5b, 0xed, 0x80,
	0x86, 0x07, 0x2b, 0xa1, 0xe7, 0xcc, 0x23, 0x58, 0xba, 0xec, 0xa1,
	0x34, 0xc8, 0x25, 0xa7
};

static const u8 abc512[] = {
	0xdd, 0xaf, 0x35, 0xa1, 0x93, 0x61, 0x7a, 0xba, 0xcc, 0x41, 0x73,
	0x49, 0xae, 0x20, 0x41, 0x31, 0x12, 0xe6, 0xfa, 0x4e, 0x89, 0xa9,
	0x7e, 0xa2, 0x0a, 0x9e, 0xee, 0xe6, 0x4b, 0x55, 0xd3, 0x9a, 0x21,
	0x92, 0x99, 0x2a, 0x27, 0x4f, 0xc1, 0xa8, 0x36, 0xba, 0x3c, 0x23,
	0xa3, 0xfe, 0xeb, 0xbd, 0x45, 0x4d, 0x44, 0x23, 0x64, 0x3c, 0xe8,
	0x0e, 0x2a, 0x9a, 0xc9, 0x4f, 0xa5, 0x4c, 0xa4, 0x9f
};

static void alg_hashes(struct kunit *test)
{
	u8 out[KSSH_HASH_MAX];

	KUNIT_ASSERT_EQ(test, sizeof(abc256), kssh_hash_len(KSSH_SHA256));
	KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA256, "abc", 3, out));
	KUNIT_EXPECT_MEMEQ(test, out, abc256, sizeof(abc256));
	KUNIT_ASSERT_EQ(test, sizeof(abc384), kssh_hash_len(KSSH_SHA384));
	KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA384, "abc", 3, out));
	KUNIT_EXPECT_MEMEQ(test, out, abc384, sizeof(abc384));
	KUNIT_ASSERT_EQ(test, sizeof(abc512), kssh_hash_len(KSSH_SHA512));
	KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA512, "abc", 3, out));
	KUNIT_EXPECT_MEMEQ(test, out, abc512, sizeof(abc512));
}

/* Lengths on both sides of where the form changes (X.690 8.1.3). */
static void alg_der(struct kunit *test)
{
	static const struct {
		size_t n;
		u8 first;
		u8 head[8];
		size_t head_len;
	} rows[] = {
		{ 0, 0, { 0x30, 6, 2, 1, 0 }, 5 },
		{ 1, 0x7f, { 0x30, 6, 2, 1 }, 4 },
		{ 1, 0x80, { 0x30, 7, 2, 2, 0 }, 5 },
		{ 122, 1, { 0x30, 0x7f, 2, 0x7a }, 4 },
		{ 122, 0x80, { 0x30, 0x81, 0x80, 2, 0x7b, 0 }, 6 },
		{ 127, 1, { 0x30, 0x81, 0x84, 2, 0x7f }, 5 },
		{ 128, 1, { 0x30, 0x81, 0x86, 2, 0x81, 0x80 }, 6 },
		{ 248, 1, { 0x30, 0x81, 0xfe, 2, 0x81, 0xf8 }, 6 },
		{ 250, 1, { 0x30, 0x82, 1, 0, 2, 0x81, 0xfa }, 7 },
		{ 256, 1, { 0x30, 0x82, 1, 7, 2, 0x82, 1, 0 }, 8 },
	};
	static const u8 three[] = { 3 };
	static const u8 tail[] = { 2, 1, 3 };
	u8 num[256], out[KSSH_DER_UINTS_MAX(257)];
	struct kssh_wr w;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(num, 0xee, sizeof(num));
		num[0] = rows[i].first;
		n = rows[i].n;
		kssh_wr_init(&w, out, KSSH_DER_UINTS_MAX(n + 1));
		kssh_der_uints(&w, (struct kssh_blob){ num, n },
			       (struct kssh_blob){ three, 1 });
		KUNIT_ASSERT_FALSE(test, w.bad);
		KUNIT_ASSERT_EQ_MSG(test, kssh_wr_len(&w),
				    rows[i].head_len + n + sizeof(tail), "row %zu", i);
		KUNIT_EXPECT_MEMEQ(test, out, rows[i].head, rows[i].head_len);
		KUNIT_EXPECT_MEMEQ(test, out + rows[i].head_len, num, n);
		KUNIT_EXPECT_MEMEQ(test, out + rows[i].head_len + n, tail,
				   sizeof(tail));
		kssh_wr_init(&w, out, kssh_wr_len(&w) - 1);
		kssh_der_uints(&w, (struct kssh_blob){ num, n },
			       (struct kssh_blob){ three, 1 });
		KUNIT_EXPECT_TRUE(test, w.bad);
	}
}

struct attempt {
	int calls, answer;
};

static int attempt(const void *row)
{
	struct attempt *a = (struct attempt *)row;

	a->calls++;
	return a->answer;
}

static void alg_usable_once(struct kunit *test)
{
	static const int passing[] = { -ENOMEM, -EINTR, -EAGAIN, -ETIMEDOUT };
	static const int lasting[] = { -ENOENT, -EINVAL, 1, 2 };
	struct attempt a;
	int i, memo;

	for (i = 0; i < ARRAY_SIZE(passing); i++) {
		memo = 0;
		a = (struct attempt){ .answer = passing[i] };
		KUNIT_EXPECT_EQ(test, passing[i], kssh_usable_once(&memo, attempt, &a));
		a.answer = 1;
		KUNIT_EXPECT_EQ(test, 1, kssh_usable_once(&memo, attempt, &a));
		KUNIT_EXPECT_EQ(test, 2, a.calls);
	}
	for (i = 0; i < ARRAY_SIZE(lasting); i++) {
		memo = 0;
		a = (struct attempt){ .answer = lasting[i] };
		KUNIT_EXPECT_EQ(test, lasting[i], kssh_usable_once(&memo, attempt, &a));
		a.answer = 3;
		KUNIT_EXPECT_EQ(test, lasting[i], kssh_usable_once(&memo, attempt, &a));
		KUNIT_EXPECT_EQ(test, 1, a.calls);
	}
}

static struct kunit_case alg_cases[] = {
	KUNIT_CASE(alg_hashes),
	KUNIT_CASE(alg_der),
	KUNIT_CASE(alg_usable_once),
	{}
};

static struct kunit_suite alg_suite = {
	.name = "kssh_alg",
	.test_cases = alg_cases,
};

kunit_test_suites(&alg_suite);
