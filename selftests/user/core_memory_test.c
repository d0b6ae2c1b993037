// SPDX-License-Identifier: GPL-2.0
/*
 * What a connection weighs: all that kssh allocates for it, as SLUB would round it,
 * while the server is waited for and when the session is idle.  The socket and struct
 * kssh_sock are not in it, nor the host key's blob; of the crypto API what the shim
 * takes, which is less than the kernel.
 */

#include <linux/mm.h>
#include <linux/time64.h>

#include "../../module/kunit/conn_lab.c"
#include "../../module/kunit/conn_scripts.c"

static long live;

/* The sizes of kmalloc(); what is larger comes in pages. */
static size_t rounded(size_t n)
{
	size_t size = 8;

	if (n > 4096)
		return PAGE_ALIGN(n);
	if (n > 64 && n <= 96)
		return 96;
	if (n > 128 && n <= 192)
		return 192;
	while (size < n)
		size *= 2;
	return size;
}

/* The shim's; under AddressSanitizer the size is the one that was asked for. */
void kssh_user_account(unsigned long p, int what)
{
	live += what * (long)rounded(malloc_usable_size((void *)p));
}

static void feed_steps(struct kssh_lab *lab, const struct kssh_script *s,
		       unsigned int from, unsigned int to)
{
	struct kssh_blob b;
	unsigned int i;

	for (i = from; i < to && i < s->n_steps; i++) {
		b = kssh_unhex(lab->test, s->steps[i].feed);
		kssh_lab_feed(lab, b.p, b.n, b.n);
	}
	kssh_conn_rx_idle(lab->c);
}

/* Nothing passes for a while. */
static void rest(struct kssh_lab *lab)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		lab->clock += 2 * NSEC_PER_SEC;
		kssh_conn_tick(lab->c);
	}
}

/* The key's blob is counted apart; the connection is of a slab of its size. */
static long weight(const struct kssh_lab *lab, long before)
{
	return live - before - (lab->c->hostkey.n ? rounded(lab->c->hostkey.n) : 0) -
	       (rounded(sizeof(*lab->c)) - ALIGN(sizeof(*lab->c), 8));
}

static void sessions_are_light(struct kunit *test)
{
	/* what it weighs now: who needs more has to say so here */
	static const struct {
		const char *name;
		long in_flight, awake, idle;
	} bound[] = {
		{ "chacha", 2368, 4096, 1776 },
		{ "gcm", 2368, 4352, 1840 },
		{ "ctr", 2288, 5120, 2080 },
	};
	const struct kssh_script *s;
	struct kssh_config cfg;
	struct kssh_lab *lab;
	unsigned int i, n;
	long before, most;

	for (i = 0; i < ARRAY_SIZE(bound); i++) {
		s = kssh_lab_find(test, bound[i].name);
		lab = kssh_lab_new(test);
		before = live;
		kssh_lab_config(test, s, &cfg);
		lab->lcg = 1;
		lab->c = kssh_conn_new(&cfg, &lab->env);
		KUNIT_ASSERT_NOT_NULL(test, lab->c);
		kssh_conn_start(lab->c);
		kssh_lab_run(lab);
		most = 0;
		for (n = 0; n < s->n_steps &&
		     kssh_conn_state(lab->c) != KSSH_STATE_OPEN; n++) {
			most = max(most, weight(lab, before));
			feed_steps(lab, s, n, n + 1);
		}
		KUNIT_ASSERT_EQ(test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
		/* kept for a next record, which must not come to more than that */
		KUNIT_EXPECT_LE(test, weight(lab, before), bound[i].awake);
		rest(lab);
		kunit_info(test, "%s: %ld in flight, %ld idle\n", bound[i].name, most,
			   weight(lab, before));
		KUNIT_EXPECT_LE(test, most, bound[i].in_flight);
		KUNIT_EXPECT_LE(test, weight(lab, before), bound[i].idle);
	}
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(sessions_are_light),
	{}
};

static struct kunit_suite memory_suite = {
	.name = "kssh_core_memory",
	.test_cases = memory_cases,
};

kunit_test_suite(memory_suite);
