// SPDX-License-Identifier: GPL-2.0
/*
 * What an agreement over a NIST curve costs in this kernel, ours beside its own.
 * The figures are lines of "bench", figure, who, nanoseconds, tabs between, for
 * selftests/bench; the test is that all of them agree.
 */
#include <kunit/test.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "../kex/nist.h"

#define ROUNDS	15
#define BATCH	4	/* agreements per round; the curves take turns */

static const struct {
	const struct kssh_nist_curve *curve;
	const char *figure, *who;
} rows[] = {
	{ &kssh_nist_p256, "p256-agree", "kernel" },
	{ &kssh_nist_p384, "p384-agree", "kernel" },
	{ &kssh_nist_p521, "p521-agree", "kssh" },
};

static void fresh(void *ctx, void *p, size_t n)
{
	get_random_bytes(p, n);
}

static const struct kssh_env env = { .random = fresh };

struct party {
	u8 secret[KSSH_NIST_LEN_MAX];
	u8 point[KSSH_NIST_POINT(KSSH_NIST_LEN_MAX)];
};

static void agree(struct kunit *test, const struct kssh_nist_curve *c,
		  const struct party *own, const struct party *peer, u8 *x)
{
	struct kssh_blob point = { peer->point, KSSH_NIST_POINT(c->len) };

	KUNIT_ASSERT_EQ(test, 0, kssh_nist_agree(c, own->secret, point, x));
}

static void bench_nist(struct kunit *test)
{
	struct party *party = kunit_kcalloc(test, 2 * ARRAY_SIZE(rows),
					    sizeof(*party), GFP_KERNEL);
	u8 x[2][KSSH_NIST_LEN_MAX];
	u64 begin, ns;
	int round, i, n;

	KUNIT_ASSERT_NOT_NULL(test, party);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_ASSERT_TRUE(test, kssh_nist_usable(rows[i].curve));
	for (i = 0; i < 2 * ARRAY_SIZE(rows); i++)
		KUNIT_ASSERT_EQ(test, 0, kssh_nist_pair(rows[i / 2].curve, &env,
							party[i].secret,
							party[i].point));
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			const struct kssh_nist_curve *c = rows[i].curve;
			struct party *a = &party[2 * i], *b = a + 1;

			begin = ktime_get_ns();
			for (n = 0; n < BATCH; n++)
				agree(test, c, a, b, x[0]);
			ns = ktime_get_ns() - begin;
			kunit_info(test, "bench\t%s\t%s\t%llu", rows[i].figure,
				   rows[i].who, div_u64(ns, BATCH));
			agree(test, c, b, a, x[1]);
			KUNIT_EXPECT_MEMEQ(test, x[0], x[1], c->len);
			cond_resched();
		}
	}
}

static struct kunit_case bench_cases[] = {
	KUNIT_CASE_SLOW(bench_nist),
	{}
};

static struct kunit_suite bench_suite = {
	.name = "kssh_bench",
	.test_cases = bench_cases,
};

kunit_test_suite(bench_suite);
