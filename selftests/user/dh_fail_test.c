// SPDX-License-Identifier: GPL-2.0
/*
 * Diffie-Hellman where KUnit cannot look: each allocation failing in turn, those of
 * the big numbers included, and which operations on them a secret leads to.
 */
#include <kunit/test.h>
#include <linux/mpi.h>
#include <linux/slab.h>

#include "../../module/kex/methods.h"
#include "../../module/wire/reason.h"
#include "../../module/kunit/alg_vectors.h"

int kssh_user_fail_alloc;

static void from_tape(void *ctx, void *p, size_t n)
{
	memcpy(p, ctx, n);
}

static struct kssh_exchange *fresh(const char *method)
{
	struct kssh_exchange *x = kssh_exchange_new();

	x->neg.kex = find_kex(method);
	x->secret = kzalloc(x->neg.kex->secret_len, GFP_KERNEL);
	x->secret_len = x->neg.kex->secret_len;
	return x;
}

/* Our public value, and with it as the server's the secret.  0 or a reason. */
static int both_halves(struct kssh_exchange *x, u8 *random)
{
	struct kssh_env env = { .random = from_tape, .ctx = random };

	return kssh_exchange_begin(x, &env) ?:
	       kssh_owned_set(&x->q_s, kssh_owned_blob(&x->q_c)) ?:
	       kssh_dh_agree(x);
}

static void every_allocation_may_fail(struct kunit *test)
{
	u8 random[KSSH_DH_EPHEMERAL_LEN] = { 1, 2, 3 };
	int n, reason = KSSH_R_NO_MEMORY;

	for (n = 1; reason && n < 5000; n++) {
		struct kssh_exchange *x = fresh("diffie-hellman-group14-sha256");

		kssh_user_fail_alloc = n;
		reason = both_halves(x, random);
		kssh_user_fail_alloc = 0;
		if (reason)
			KUNIT_EXPECT_EQ_MSG(test, KSSH_R_NO_MEMORY, reason,
					    "allocation %d", n);
		kssh_exchange_free(x);
	}
	KUNIT_EXPECT_EQ(test, 0, reason);
	KUNIT_EXPECT_GT(test, n, 500);
	kunit_info(test, "%d allocations\n", n - 2);
}

static void group_is_owned_or_not(struct kunit *test)
{
	struct kssh_exchange *x = fresh("diffie-hellman-group-exchange-sha256");
	static const u8 two[] = { 2 };
	int n;

	for (n = 1; n <= 2; n++) {
		kssh_user_fail_alloc = n;
		KUNIT_EXPECT_EQ(test, KSSH_R_NO_MEMORY,
				kssh_gex_group(x, kssh_dh_group14,
					       (struct kssh_blob){ two, 1 }));
	}
	kssh_user_fail_alloc = 0;
	kssh_exchange_free(x);
}

/* What was asked of the big numbers: operations and exponents, not their operands. */
static u64 trace(const char *method, u8 fill)
{
	u8 random[KSSH_DH_EPHEMERAL_LEN];
	struct kssh_exchange *x = fresh(method);
	u64 seen;

	memset(random, fill, sizeof(random));
	random[7] ^= 0x5a;
	kssh_user_mpi_trace = 0;
	seen = both_halves(x, random) ? 0 : kssh_user_mpi_trace;
	kssh_exchange_free(x);
	return seen;
}

static void operations_do_not_depend_on_the_secret(struct kunit *test)
{
	static const u8 fill[] = { 0xff, 0x0f, 0xf0, 0x01, 0x80, 0xa5 };
	u64 want = trace("diffie-hellman-group14-sha256", 0);
	int i;

	KUNIT_EXPECT_NE(test, 0, want);
	KUNIT_EXPECT_NE(test, want, trace("diffie-hellman-group16-sha512", 0));
	for (i = 0; i < ARRAY_SIZE(fill); i++)
		KUNIT_EXPECT_EQ_MSG(test, want,
				    trace("diffie-hellman-group14-sha256", fill[i]),
				    "%02x", fill[i]);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_allocation_may_fail),
	KUNIT_CASE(group_is_owned_or_not),
	KUNIT_CASE(operations_do_not_depend_on_the_secret),
	{}
};

static struct kunit_suite suite = {
	.name = "kssh_dh_fail",
	.test_cases = cases,
};

kunit_test_suites(&suite);
