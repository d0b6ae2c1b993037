// SPDX-License-Identifier: GPL-2.0
/*
 * No memory: whole sessions in which the n-th allocation fails, for every n.  The
 * connection must end for that reason, or not notice; and nothing may leak, which
 * is what AddressSanitizer looks at when the program ends.
 */

#include "../../module/kunit/conn_lab.c"
#include "../../module/kunit/conn_scripts.c"

/* Counted down by the shim's kmalloc(); the allocation that brings it to 0 fails. */
int kssh_user_fail_alloc;

/* Big numbers make a thousand in one session: dh_fail_test lets those fail. */
bool kssh_user_spare_mpi = true;

/* The application does not mind: it tries a second time. */
static void act(struct kssh_lab *lab, const struct kssh_script_step *st)
{
	struct kssh_blob arg = kssh_unhex(lab->test, st->arg);
	int i, r = -ENOMEM;
	u8 *p;

	if (st->action == KSSH_STEP_REKEY) {
		kssh_conn_rekey(lab->c);
		return;
	}
	for (i = 0; i < 2 && r == -ENOMEM; i++)
		r = kssh_conn_tx_reserve(lab->c, arg.n, &p);
	if (r)
		return;
	memcpy(p, arg.p, arg.n);
	kssh_conn_tx_commit(lab->c, arg.n, st->action == KSSH_STEP_SEND_MORE);
}

/* true: the session had fewer allocations than @n */
static bool run(struct kunit *test, const struct kssh_script *s, int n)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	struct kssh_blob b;
	bool reached;
	unsigned int i;

	kssh_lab_config(test, s, &cfg);
	lab->lcg = 1;
	kssh_user_fail_alloc = n;
	lab->c = kssh_conn_new(&cfg, &lab->env);
	if (!lab->c) {
		KUNIT_EXPECT_EQ(test, 0, kssh_user_fail_alloc);
		kssh_config_free(&cfg);
		return false;
	}
	kssh_conn_start(lab->c);
	kssh_lab_run(lab);
	for (i = 0; i < s->n_steps; i++) {
		if (s->steps[i].action)
			act(lab, &s->steps[i]);
		kssh_lab_run(lab);
		b = kssh_unhex(test, s->steps[i].feed);
		kssh_lab_feed(lab, b.p, b.n, 400);
	}
	reached = !kssh_user_fail_alloc;
	kssh_user_fail_alloc = 0;
	if (kssh_conn_reason(lab->c))
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_NO_MEMORY, kssh_conn_reason(lab->c),
				    "allocation %d", n);
	else
		KUNIT_EXPECT_EQ(test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
	if (!reached)
		KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	return !reached;
}

static void every_allocation_may_fail(struct kunit *test)
{
	unsigned int i;
	int n;

	for (i = 0; i < kssh_n_scripts; i++) {
		for (n = 1; n < 1000; n++)
			if (run(test, &kssh_scripts[i], n))
				break;
		KUNIT_EXPECT_GT(test, n, 20);
		KUNIT_EXPECT_LT(test, n, 1000);
		kunit_info(test, "%s: %d allocations\n", kssh_scripts[i].name, n - 1);
	}
}

static struct kunit_case alloc_cases[] = {
	KUNIT_CASE(every_allocation_may_fail),
	{}
};

static struct kunit_suite alloc_suite = {
	.name = "kssh_core_alloc",
	.test_cases = alloc_cases,
};

kunit_test_suite(alloc_suite);
