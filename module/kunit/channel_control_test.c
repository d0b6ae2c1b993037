// SPDX-License-Identifier: GPL-2.0
/* Beside the bound channel's data: whom it reaches, what is answered for whom nobody is
 * there, and what waits for keys.
 */

#include "channel_lab.h"

/* ---- everything else --------------------------------------------------------- */

static void exit_is_kept(struct kunit *test)
{
	struct kssh_channel_info info = {};
	struct kssh_lab *lab = bound(test);

	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\13exit-status\0\0\0\1\3");
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_info(lab->c, &info));
	KUNIT_EXPECT_EQ(test, KSSH_CHANNEL_STATUS, info.flags);
	KUNIT_EXPECT_EQ(test, 259u, info.exit_status);

	lab = attended(test);
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST,
		 "\0\0\0\13exit-signal\0\0\0\0\4KILL\1\0\0\0\1m\0\0\0\0");
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_info(lab->c, &info));
	KUNIT_EXPECT_EQ(test, KSSH_CHANNEL_SIGNAL | KSSH_CHANNEL_CORE, info.flags);
	KUNIT_EXPECT_STREQ(test, "KILL", info.exit_signal);
	KUNIT_EXPECT_NOT_NULL(test, kssh_channel_control_first(lab->c));
	/* a long name is cut, and ends */
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST,
		 "\0\0\0\13exit-signal\0\0\0\0\50"
		 "0123456789012345678901234567890123456789"
		 "\0\0\0\0\0\0\0\0\0");
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_info(lab->c, &info));
	KUNIT_EXPECT_STREQ(test, "0123456789012345678901234567890", info.exit_signal);
}

static void nobody_is_there_to_answer(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	/* keepalive@openssh.com, on either level */
	kssh_lab_say_lit(lab, "\x50\0\0\0\25keepalive@openssh.com\1");
	expect_lit(lab, &pos, "\x52");
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\25keepalive@openssh.com\1");
	expect_lit(lab, &pos, "\x64\0\0\x12\x34");
	/* a channel of the server's */
	kssh_lab_say_lit(lab, "\x5a\0\0\0\3x11\0\0\0\5\0\0\1\0\0\0\1\0 more");
	expect_lit(lab, &pos, OPEN_FAILURE("\5"));
	/* nobody has heard of it */
	kssh_lab_say_lit(lab, "\x81");
	KUNIT_EXPECT_EQ(test, SSH_MSG_UNIMPLEMENTED, kssh_lab_heard(lab, &pos).p[0]);
	/* what wants no reply gets none */
	kssh_lab_say_lit(lab, "\x50\0\0\0\27hostkeys-00@openssh.com\0\0\0\0\1x");
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\17eow@openssh.com\0");
	say_to(lab, SSH_MSG_CHANNEL_REQUEST, LOCAL + 1, "\0\0\0\1x\1", 6);
	say_to(lab, SSH_MSG_CHANNEL_DATA, LOCAL + 1, "\0\0\0\1x", 5);
	say_ours(lab, SSH_MSG_CHANNEL_SUCCESS, "");
	kssh_lab_say_lit(lab, "\x51");
	kssh_lab_say_lit(lab, "\x52");
	kssh_lab_say_lit(lab, "\x35\0\0\0\0\0\0\0\0");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_NULL(test, kssh_channel_control_first(lab->c));
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
}

static void somebody_is_there(struct kunit *test)
{
	static const struct { const char *p; size_t n; } rows[] = {
#define ROW(lit) { lit, sizeof(lit) - 1 }
		ROW("\x50\0\0\0\25keepalive@openssh.com\1"),
		ROW("\x51"), ROW("\x52"),
		ROW("\x5a\0\0\0\3x11\0\0\0\5\0\0\1\0\0\0\1\0"),
		ROW("\x5b\0\0\0\1\0\0\0\2\0\0\1\0\0\0\1\0"),
		ROW("\x5c\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0"),
		ROW("\x5d\0\0\0\x8\0\0\0\1"),
		ROW("\x5e\0\0\0\x8\0\0\0\1x"),
		ROW("\x5f\0\0\0\x7\0\0\0\1\0\0\0\1x"),
		ROW("\x60\0\0\0\x8"), ROW("\x61\0\0\0\x8"),
		ROW("\x62\0\0\0\x7\0\0\0\1x\1"), ROW("\x63\0\0\0\x7"),
		ROW("\x64\0\0\0\x7"), ROW("\x60\0\0\0\x7"), ROW("\x81"),
#undef ROW
	};
	struct kssh_lab *lab = logged_in(test);
	struct kssh_channel setup = usual;
	size_t pos = lab->out_len;
	struct kssh_payload *p;
	unsigned int i;

	setup.flags = KSSH_CHANNEL_CONTROL;
	/* beyond the bound: nothing may wait for room here */
	lab->c->cfg.rx_limit = 10000;
	setup.local_window = 5000;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, &setup));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		kssh_lab_say(lab, rows[i].p, rows[i].n);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		p = kssh_channel_control_first(lab->c);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_ASSERT_EQ(test, rows[i].n, (size_t)p->len);
		KUNIT_EXPECT_MEMEQ(test, p->data, rows[i].p, p->len);
		kssh_channel_control_pop(lab->c);
	}
	KUNIT_EXPECT_NULL(test, kssh_channel_control_first(lab->c));
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->c->queue_cost);
}

/* Who goes leaves his requests to the kernel, and may come back. */
static void control_comes_and_goes(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	size_t pos = lab->out_len;

	kssh_lab_say_lit(lab, "\x50\0\0\0\1x\1");
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\1x\1");
	say_extended(lab, 100);
	say_extended(lab, 100);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	kssh_channel_control(lab->c, false);
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x52");
	expect_lit(lab, &pos, "\x64\0\0\x12\x34");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->c->queue_cost);
	say_extended(lab, 50);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");
	kssh_channel_control(lab->c, true);
	kssh_lab_say_lit(lab, "\x50\0\0\0\1x\1");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_NOT_NULL(test, kssh_channel_control_first(lab->c));
}

static void control_is_bounded(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	unsigned int n = 0;
	u8 *p;

	while (kssh_conn_rx_want(lab->c, &p) && n < 100) {
		kssh_lab_say_lit(lab, "\x50\0\0\0\1x\1");
		n++;
	}
	KUNIT_EXPECT_LT(test, n, 100u);
	KUNIT_EXPECT_GE(test, lab->c->queue_cost, (size_t)LIMIT);
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_GT(test, kssh_conn_rx_want(lab->c, &p), (size_t)0);
}

static void some_numbers_are_not_for_control(struct kunit *test)
{
	static const u8 data[] = { 94, 0, 0, REMOTE >> 8, REMOTE & 0xff };
	struct kssh_lab *lab = attended(test);
	unsigned int i;

	for (i = 50; i < 256; i++) {
		u8 ours[5] = { i, 0, 0, REMOTE >> 8, REMOTE & 0xff };
		u8 other[5] = { i, 0, 0, REMOTE >> 8, (REMOTE & 0xff) + 1 };

		KUNIT_EXPECT_EQ_MSG(test, i >= 93 && i <= 97 ? -EINVAL : 0,
				    kssh_channel_control_check(lab->c, ours, 5),
				    "message %u", i);
		KUNIT_EXPECT_EQ(test, 0, kssh_channel_control_check(lab->c, other, 5));
		KUNIT_EXPECT_EQ(test, 0, kssh_channel_control_check(lab->c, ours, 4));
	}
	/* closed, the number is free */
	say_ours(lab, SSH_MSG_CHANNEL_CLOSE, "");
	KUNIT_EXPECT_EQ(test, 0, kssh_channel_control_check(lab->c, data, 5));
}

static void malformed_messages(struct kunit *test)
{
	static const struct { const char *p; size_t n; } rows[] = {
#define ROW(lit) { lit, sizeof(lit) - 1 }
		ROW("\x50"), ROW("\x50\0\0\0\2x\1"), ROW("\x50\0\0\0\1x"),
		ROW("\x5a"), ROW("\x5a\0\0\0\3x11\0\0\0\5\0\0\1\0\0\0\1"),
		ROW("\x5d\0\0\0\7\0\0\0"), ROW("\x5d\0\0\0\7\0\0\0\1\0"),
		ROW("\x5e\0\0\0\7"), ROW("\x5e\0\0\0\7\0\0\0\2x"),
		ROW("\x5e\0\0\0\7\0\0\0\1xy"), ROW("\x5e\0\0\0\7\xff\xff\xff\xff"),
		ROW("\x5f\0\0\0\7\0\0\0\1"), ROW("\x5f\0\0\0\7\0\0\0\1\0\0\0\1xy"),
		ROW("\x60\0\0\0\7\0"), ROW("\x61\0\0\0\7\0"),
		ROW("\x62\0\0\0\7"), ROW("\x62\0\0\0\7\0\0\0\1x"),
		ROW("\x62\0\0\0\7\0\0\0\13exit-status\0\0\0\0"),
		ROW("\x62\0\0\0\7\0\0\0\13exit-status\0\0\0\0\0\0"),
		ROW("\x62\0\0\0\7\0\0\0\13exit-signal\0\0\0\0\1A\0\0\0\0\0"),
		ROW("\x62\0\0\0\7\0\0\0\13exit-signal\0\0\0\0\1A\0\0\0\0\0\0\0\0\0\0"),
		ROW("\x63\0\0\0\7\0"), ROW("\x64\0\0\0\7\0"),
#undef ROW
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kssh_lab *lab = bound(test);

		kssh_lab_say(lab, rows[i].p, rows[i].n);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_MALFORMED, kssh_conn_reason(lab->c),
				    "row %u", i);
	}
}

/* ---- while keys are renewed -------------------------------------------------- */

/* What is owed waits for our NEWKEYS, and CLOSE is the last of it. */
static void what_is_owed_waits_for_keys(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;
	int i;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, SSH_MSG_KEXINIT, kssh_lab_heard(lab, &pos).p[0]);
	kssh_lab_say_lit(lab, "\x50\0\0\0\1x\1");
	kssh_lab_say_lit(lab, "\x5a\0\0\0\3x11\0\0\0\5\0\0\1\0\0\0\1\0");
	kssh_lab_say_lit(lab, "\x5a\0\0\0\3x11\0\0\0\6\0\0\1\0\0\0\1\0");
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\1x\1");
	for (i = 0; i < 3; i++)
		say_data(lab, 100);
	read_stream(lab, 300);
	kssh_channel_eof(lab->c);
	kssh_channel_close(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_tx_room(lab->c));
	/* as if the exchange were over; what it does is conn_rekey_test's */
	lab->c->st = KSSH_S_OPEN;
	kssh_channel_flush(lab->c);
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x52");
	expect_lit(lab, &pos, OPEN_FAILURE("\5"));
	expect_lit(lab, &pos, OPEN_FAILURE("\6"));
	expect_lit(lab, &pos, "\x64\0\0\x12\x34");
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\1\x2c");
	expect_lit(lab, &pos, "\x61\0\0\x12\x34");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

/* More than is sealed at a time was held back: in its order, the end behind all of it. */
static void held_data_keep_their_order(struct kunit *test)
{
	static const struct kssh_channel wide = {
		.local_id = LOCAL, .remote_id = REMOTE,
		.local_window = TARGET, .local_max_packet = 100,
		.remote_window = 200000, .remote_max_packet = 30000,
	};
	struct kssh_lab *lab = bound_as(test, &wide);
	size_t pos = lab->out_len;
	struct kssh_blob b;
	int i;

	lab->c->cfg.tx_limit = 200000;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, SSH_MSG_KEXINIT, kssh_lab_heard(lab, &pos).p[0]);
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, 0, send_filled(lab, 30000, 'a' + i));
	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	lab->c->st = KSSH_S_OPEN;
	KUNIT_ASSERT_EQ(test, 0, kssh_hold_release(lab->c));
	KUNIT_EXPECT_LT(test, (size_t)0, kssh_conn_tx_held(lab->c));
	kssh_channel_flush(lab->c);
	kssh_lab_run(lab);
	for (i = 0; i < 4; i++) {
		b = kssh_lab_heard(lab, &pos);
		KUNIT_ASSERT_EQ(test, (size_t)9 + 30000, b.n);
		KUNIT_EXPECT_EQ(test, SSH_MSG_CHANNEL_DATA, b.p[0]);
		KUNIT_EXPECT_EQ(test, 'a' + i, b.p[9]);
	}
	KUNIT_EXPECT_EQ(test, SSH_MSG_CHANNEL_EOF, kssh_lab_heard(lab, &pos).p[0]);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

static void opens_during_rekey_are_bounded(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	int i;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	for (i = 0; i <= KSSH_CHANNEL_REFUSED_MAX; i++) {
		KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
		kssh_lab_say_lit(lab, "\x5a\0\0\0\3x11\0\0\0\5\0\0\1\0\0\0\1\0");
	}
	KUNIT_EXPECT_EQ(test, KSSH_R_CHANNEL_FLOOD, kssh_conn_reason(lab->c));
}

static struct kunit_case channel_control_cases[] = {
	KUNIT_CASE(exit_is_kept),
	KUNIT_CASE(nobody_is_there_to_answer),
	KUNIT_CASE(somebody_is_there),
	KUNIT_CASE(control_comes_and_goes),
	KUNIT_CASE(control_is_bounded),
	KUNIT_CASE(some_numbers_are_not_for_control),
	KUNIT_CASE(malformed_messages),
	KUNIT_CASE(what_is_owed_waits_for_keys),
	KUNIT_CASE(held_data_keep_their_order),
	KUNIT_CASE(opens_during_rekey_are_bounded),
	{}
};

static struct kunit_suite channel_control_suite = {
	.name = "kssh_channel_control",
	.test_cases = channel_control_cases,
};

kunit_test_suite(channel_control_suite);
