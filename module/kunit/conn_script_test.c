// SPDX-License-Identifier: GPL-2.0
/*
 * Whole sessions against bytes from an independent implementation: fed step by
 * step, whole, byte by byte, and in every split of two.
 */

#include "conn_lab.h"

#include <linux/unaligned.h>

/* Scripts where the application does something are for steps only. */
static bool passive(const struct kssh_script *s)
{
	unsigned int i;

	for (i = 0; i < s->n_steps; i++)
		if (s->steps[i].action)
			return false;
	return true;
}

static void act(struct kssh_lab *lab, const struct kssh_script_step *st)
{
	struct kssh_blob arg = kssh_unhex(lab->test, st->arg);
	u8 *p;

	switch (st->action) {
	case KSSH_STEP_NONE:
		break;
	case KSSH_STEP_REKEY:
		KUNIT_ASSERT_EQ(lab->test, 0, kssh_conn_rekey(lab->c));
		KUNIT_EXPECT_EQ(lab->test, -EBUSY, kssh_conn_rekey(lab->c));
		break;
	case KSSH_STEP_SEND:
	case KSSH_STEP_SEND_MORE:
		KUNIT_ASSERT_EQ(lab->test, 0, kssh_conn_tx_reserve(lab->c, arg.n, &p));
		memcpy(p, arg.p, arg.n);
		KUNIT_ASSERT_EQ(lab->test, 0,
				kssh_conn_tx_commit(lab->c, arg.n,
						    st->action == KSSH_STEP_SEND_MORE));
		break;
	}
	kssh_lab_run(lab);
}

static void expect_result(struct kssh_lab *lab, const struct kssh_script *s)
{
	struct kssh_blob want = kssh_unhex(lab->test, s->delivered);
	struct kssh_blob sid = kssh_unhex(lab->test, s->session_id);
	struct kssh_blob key = kssh_unhex(lab->test, s->hostkey);
	struct kssh_info info;

	KUNIT_EXPECT_EQ(lab->test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(lab->test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
	KUNIT_ASSERT_EQ(lab->test, want.n, lab->got_len);
	KUNIT_EXPECT_MEMEQ(lab->test, want.p, lab->got, want.n);
	KUNIT_ASSERT_EQ(lab->test, sid.n, kssh_conn_session_id(lab->c).n);
	KUNIT_EXPECT_MEMEQ(lab->test, sid.p, kssh_conn_session_id(lab->c).p, sid.n);
	KUNIT_ASSERT_EQ(lab->test, key.n, kssh_conn_hostkey(lab->c).n);
	KUNIT_EXPECT_MEMEQ(lab->test, key.p, kssh_conn_hostkey(lab->c).p, key.n);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(lab->test, s->strict,
			!!(info.flags & KSSH_INFO_STRICT_KEX));
	KUNIT_EXPECT_STREQ(lab->test, info.kex, s->kex);
	KUNIT_EXPECT_STREQ(lab->test, info.cipher_tx, s->cipher);
	KUNIT_EXPECT_STREQ(lab->test, info.mac_rx, s->mac);
	KUNIT_EXPECT_EQ(lab->test, info.tx_bytes, (u64)lab->out_len);
}

/* Each step must bring exactly the bytes that it brings the model. */
static void steps(struct kunit *test, const struct kssh_script *s, size_t chunk)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob feed, expect;
	struct kssh_config cfg;
	size_t seen = 0;
	unsigned int i;

	kssh_lab_config(test, s, &cfg);
	kssh_lab_start(lab, &cfg);
	for (i = 0; i < s->n_steps; i++) {
		feed = kssh_unhex(test, s->steps[i].feed);
		expect = kssh_unhex(test, s->steps[i].expect);
		act(lab, &s->steps[i]);
		KUNIT_ASSERT_EQ_MSG(test, feed.n,
				    kssh_lab_feed(lab, feed.p, feed.n, chunk),
				    "step %u", i);
		KUNIT_ASSERT_EQ_MSG(test, expect.n, lab->out_len - seen, "step %u", i);
		KUNIT_ASSERT_MEMEQ_MSG(test, expect.p, lab->out + seen, expect.n,
				       "step %u", i);
		seen = lab->out_len;
	}
	expect_result(lab, s);
}

static void script_by_steps(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < kssh_n_scripts; i++)
		steps(test, &kssh_scripts[i], SIZE_MAX);
}

static void script_byte_by_byte(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < kssh_n_scripts; i++)
		steps(test, &kssh_scripts[i], 1);
}

/* What the server, or the client, says in the first @steps steps. */
static struct kssh_blob said(struct kunit *test, const struct kssh_script *s,
			     unsigned int steps, bool client)
{
	struct kssh_blob all = {}, b;
	unsigned int i;
	u8 *p;

	p = kunit_kzalloc(test, KSSH_LAB_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	for (i = 0; i < steps; i++) {
		b = kssh_unhex(test, client ? s->steps[i].expect : s->steps[i].feed);
		KUNIT_ASSERT_LE(test, all.n + b.n, (size_t)KSSH_LAB_MAX);
		memcpy(p + all.n, b.p, b.n);
		all.n += b.n;
	}
	all.p = p;
	return all;
}

/* The server's bytes in two pieces; the split says where. */
static void run_split(struct kssh_lab *lab, const struct kssh_script *s,
		      struct kssh_blob feed, size_t split)
{
	struct kssh_config cfg;

	kssh_lab_config(lab->test, s, &cfg);
	kssh_lab_start(lab, &cfg);
	KUNIT_ASSERT_EQ(lab->test, split, kssh_lab_feed(lab, feed.p, split, split));
	KUNIT_ASSERT_EQ(lab->test, feed.n - split,
			kssh_lab_feed(lab, feed.p + split, feed.n - split, SIZE_MAX));
}

static void one_whole(struct kunit *test, const struct kssh_script *s)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob feed, expect;

	feed = said(test, s, s->n_steps, false);
	expect = said(test, s, s->n_steps, true);
	run_split(lab, s, feed, 0);
	KUNIT_ASSERT_EQ(test, expect.n, lab->out_len);
	KUNIT_EXPECT_MEMEQ(test, expect.p, lab->out, expect.n);
	expect_result(lab, s);
}

static void script_whole(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < kssh_n_scripts; i++)
		if (passive(&kssh_scripts[i]))
			one_whole(test, &kssh_scripts[i]);
}

/* The first @steps of a session, cut at each of their bytes in turn. */
static void every_split(struct kunit *test, const struct kssh_script *s,
			unsigned int steps)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob feed = said(test, s, steps, false);
	struct kssh_blob expect = said(test, s, steps, true);
	struct kssh_blob got;
	size_t split;

	KUNIT_ASSERT_TRUE(test, passive(s));
	got = kssh_unhex(test, steps == s->n_steps ? s->delivered : NULL);
	for (split = 1; split < feed.n; split++) {
		run_split(lab, s, feed, split);
		KUNIT_ASSERT_EQ_MSG(test, expect.n, lab->out_len, "split %zu", split);
		KUNIT_ASSERT_MEMEQ_MSG(test, expect.p, lab->out, expect.n,
				       "split %zu", split);
		KUNIT_ASSERT_EQ_MSG(test, got.n, lab->got_len, "split %zu", split);
		KUNIT_ASSERT_MEMEQ_MSG(test, got.p, lab->got, got.n, "split %zu", split);
	}
}

/* The cut must not be seen.  The first session does, with all there is in one. */
static void script_every_split(struct kunit *test)
{
	every_split(test, &kssh_scripts[0], kssh_scripts[0].n_steps);
}

/* And the handshake with a group of the server's choice. */
static void script_every_split_of_gex(struct kunit *test)
{
	every_split(test, kssh_lab_find(test, "gex"), 5);
}

/* Is byte @i padding of one of the two packets before keys are used? */
static bool plain_padding(struct kssh_blob feed, size_t i)
{
	size_t at = 0, end;
	int packet;

	for (packet = 0; packet < 2; packet++) {
		end = at + 4 + get_unaligned_be32(feed.p + at);
		if (i >= end - feed.p[at + 4] && i < end)
			return true;
		at = end;
	}
	return false;
}

/*
 * One bit of the server's bytes wrong, from its key exchange reply on: the session
 * comes up only where nobody can tell, in the padding before keys are used.
 */
static void script_every_byte_wrong(struct kunit *test)
{
	const struct kssh_script *s = &kssh_scripts[1];
	struct kssh_blob feed = kssh_unhex(test, s->steps[2].feed);
	struct kssh_blob rest = kssh_unhex(test, s->steps[3].feed);
	struct kssh_lab *lab = kssh_lab_new(test);
	u8 *bytes = (u8 *)feed.p;
	size_t i;

	for (i = 0; i < feed.n; i++) {
		kssh_lab_script(lab, s, 2);
		bytes[i] ^= 1 << (i % 8);
		kssh_lab_feed(lab, feed.p, feed.n, feed.n);
		kssh_lab_feed(lab, rest.p, rest.n, rest.n);
		bytes[i] ^= 1 << (i % 8);
		KUNIT_EXPECT_EQ_MSG(test, plain_padding(feed, i),
				    !!(lab->events & KSSH_EV_OPEN), "byte %zu", i);
	}
}

static struct kunit_case script_cases[] = {
	KUNIT_CASE(script_by_steps),
	KUNIT_CASE(script_byte_by_byte),
	KUNIT_CASE(script_whole),
	KUNIT_CASE_SLOW(script_every_split),
	KUNIT_CASE_SLOW(script_every_split_of_gex),
	KUNIT_CASE_SLOW(script_every_byte_wrong),
	{}
};

static struct kunit_suite script_suite = {
	.name = "kssh_conn_script",
	.test_cases = script_cases,
};

kunit_test_suite(script_suite);
