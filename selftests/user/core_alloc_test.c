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

/* Data of a bound channel.  true: fewer allocations than @n */
static bool deliver(struct kunit *test, int n)
{
	static const struct kssh_channel setup = {
		.local_id = 7, .local_window = 1000, .local_max_packet = 1000,
		.remote_id = 9, .remote_window = 1000, .remote_max_packet = 1000,
	};
	static const u8 message[9 + 100] = "\x5e\0\0\0\7\0\0\0\x64";
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_channel_info info;
	u8 frame[256];
	size_t len, unread = 0;
	bool reached;

	kssh_lab_script(lab, s, 4);
	kssh_lab_arm(lab, s);
	kssh_lab_say_lit(lab, "\x34");
	lab->keep = true;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, &setup));
	kssh_lab_run(lab);
	len = kssh_lab_seal(lab, message, sizeof(message), frame);
	kssh_user_fail_alloc = n;
	kssh_lab_feed(lab, frame, len, len);
	reached = !kssh_user_fail_alloc;
	kssh_user_fail_alloc = 0;
	if (kssh_conn_reason(lab->c))
		KUNIT_EXPECT_EQ(test, KSSH_R_NO_MEMORY, kssh_conn_reason(lab->c));
	else
		unread = 100;
	/* what is said to be there is there */
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_info(lab->c, &info));
	KUNIT_EXPECT_EQ(test, unread, info.unread);
	KUNIT_EXPECT_EQ(test, !unread, !kssh_conn_rx_first(lab->c));
	return !reached;
}

static void data_that_cannot_be_kept(struct kunit *test)
{
	int n = 1;

	while (n < 20 && !deliver(test, n))
		n++;
	KUNIT_EXPECT_GT(test, n, 1);
	KUNIT_EXPECT_LT(test, n, 20);
}

static struct kunit_case alloc_cases[] = {
	KUNIT_CASE(every_allocation_may_fail),
	KUNIT_CASE(data_that_cannot_be_kept),
	{}
};

static struct kunit_suite alloc_suite = {
	.name = "kssh_core_alloc",
	.test_cases = alloc_cases,
};

kunit_test_suite(alloc_suite);
