// SPDX-License-Identifier: GPL-2.0
/* The bound channel: its data, both windows, the end. */

#include "channel_lab.h"

/* ---- binding --------------------------------------------------------------- */

static void binding_has_conditions(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_channel setup = usual;
	struct kssh_channel_info info;
	struct kssh_lab *lab = kssh_lab_new(test);
	u8 *p;

	kssh_lab_script(lab, s, 3);
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kssh_channel_bind(lab->c, &usual));
	kssh_lab_script(lab, s, 4);
	/* nobody is logged in */
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kssh_channel_bind(lab->c, &usual));
	KUNIT_EXPECT_FALSE(test, kssh_channel_bound(lab->c));

	lab = logged_in(test);
	KUNIT_EXPECT_EQ(test, -ENODATA, kssh_channel_info(lab->c, &info));
	setup.local_max_packet = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_channel_bind(lab->c, &setup));
	setup = usual;
	setup.remote_max_packet = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_channel_bind(lab->c, &setup));
	/* half a record, either way */
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_reserve(lab->c, 1, &p));
	*p = 80;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_commit(lab->c, 1, true));
	KUNIT_EXPECT_EQ(test, -EBUSY, kssh_channel_bind(lab->c, &usual));
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_commit(lab->c, 0, false));
	kssh_lab_run(lab);
	kssh_lab_say_lit(lab, "\x50 half");
	kssh_conn_rx_first(lab->c)->off = 1;
	KUNIT_EXPECT_EQ(test, -EBUSY, kssh_channel_bind(lab->c, &usual));
	kssh_conn_rx_pop(lab->c);
	KUNIT_EXPECT_EQ(test, 0, kssh_channel_bind(lab->c, &usual));
	KUNIT_EXPECT_TRUE(test, kssh_channel_bound(lab->c));
	KUNIT_EXPECT_EQ(test, -EISCONN, kssh_channel_bind(lab->c, &usual));
	kssh_conn_fail(lab->c, KSSH_R_TIMEOUT);
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, kssh_channel_bind(lab->c, &usual));
}

/* What has been received and not read is sorted, in its order. */
static void what_came_before_counts(struct kunit *test)
{
	struct kssh_channel setup = usual;
	struct kssh_lab *lab = logged_in(test);
	struct kssh_payload *p;

	say_ours(lab, SSH_MSG_CHANNEL_SUCCESS, "");
	say_data(lab, 100);
	say_adjust(lab, 50);
	say_data(lab, 30);
	setup.flags = KSSH_CHANNEL_CONTROL;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, &setup));
	KUNIT_EXPECT_EQ(test, (size_t)130, kssh_channel_unread(lab->c));
	KUNIT_EXPECT_EQ(test, (u32)TARGET - 130, lab->c->stream->rx_window);
	KUNIT_EXPECT_EQ(test, 350u, lab->c->stream->tx_window);
	p = kssh_channel_control_first(lab->c);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, SSH_MSG_CHANNEL_SUCCESS, p->data[0]);
	KUNIT_EXPECT_NULL(test, p->next);
	KUNIT_EXPECT_EQ(test, 130u + 2 * 9, (u32)kssh_conn_rx_queued(lab->c));

	/* and can break the rules already */
	lab = logged_in(test);
	say_data(lab, 101);
	KUNIT_EXPECT_EQ(test, -EPROTO, kssh_channel_bind(lab->c, &usual));
	KUNIT_EXPECT_EQ(test, KSSH_R_CHANNEL_PACKET, kssh_conn_reason(lab->c));
}

/* ---- received data ----------------------------------------------------------- */

static void data_becomes_a_stream(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	struct kssh_payload *p;

	say_ours(lab, SSH_MSG_CHANNEL_DATA, "\0\0\0\5hello");
	say_ours(lab, SSH_MSG_CHANNEL_DATA, "\0\0\0\0");
	say_ours(lab, SSH_MSG_CHANNEL_DATA, "\0\0\0\2, ");
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RX);
	KUNIT_EXPECT_FALSE(test, lab->events & KSSH_EV_CONTROL);
	KUNIT_EXPECT_NULL(test, kssh_channel_control_first(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)7, kssh_channel_unread(lab->c));
	p = kssh_conn_rx_first(lab->c);
	KUNIT_ASSERT_EQ(test, 5u, p->len - p->off);
	KUNIT_EXPECT_MEMEQ(test, p->data + p->off, "hello", 5);
	kssh_channel_read(lab->c, 3);
	KUNIT_EXPECT_MEMEQ(test, p->data + p->off, "lo", 2);
	kssh_channel_read(lab->c, 2);
	p = kssh_conn_rx_first(lab->c);
	KUNIT_ASSERT_EQ(test, 2u, p->len - p->off);
	kssh_channel_read(lab->c, 2);
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_unread(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->c->queue_cost);
}

/* The window is raised when half of it has been read, and by all that has. */
static void window_is_raised_at_half(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	say_data(lab, 100);
	say_data(lab, 100);
	say_data(lab, 50);
	read_stream(lab, 249);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	read_stream(lab, 1);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");
	KUNIT_EXPECT_EQ(test, (u32)TARGET, lab->c->stream->rx_window);
	/* what is unread is not given back */
	say_data(lab, 100);
	say_data(lab, 100);
	say_data(lab, 100);
	read_stream(lab, 250);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");
	KUNIT_EXPECT_EQ(test, (u32)TARGET, lab->c->stream->rx_window + 50);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

static void window_is_made_ours_at_once(struct kunit *test)
{
	struct kssh_channel setup = usual;
	struct kssh_lab *lab = logged_in(test);
	size_t pos = lab->out_len;

	setup.local_window = 250;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, &setup));
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");

	/* a larger one is the server's, and is not raised before it is spent */
	lab = logged_in(test);
	pos = lab->out_len;
	setup.local_window = U32_MAX;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, &setup));
	say_data(lab, 100);
	read_stream(lab, 100);
	KUNIT_EXPECT_EQ(test, U32_MAX - 100, lab->c->stream->rx_window);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

static void data_beyond_the_window(struct kunit *test)
{
	struct kssh_channel setup = usual;
	struct kssh_lab *lab;
	size_t pos;

	setup.local_window = 350;
	lab = bound_as(test, &setup);
	say_data(lab, 100);
	say_data(lab, 100);
	say_data(lab, 100);
	say_data(lab, 50);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, 0u, lab->c->stream->rx_window);
	/* nothing fits into no window, and that is legal */
	say_data(lab, 0);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	pos = lab->out_len;
	say_data(lab, 1);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_WINDOW);
	/* what came before can still be read */
	read_stream(lab, 350);

	lab = bound_as(test, &setup);
	pos = lab->out_len;
	say_data(lab, 101);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_PACKET);
}

static void extended_data_spends_the_window(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	struct kssh_payload *p;
	size_t pos = lab->out_len;
	int i;

	for (i = 0; i < 5; i++)
		say_extended(lab, i < 2 ? 100 : 20);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_CONTROL);
	KUNIT_EXPECT_FALSE(test, lab->events & KSSH_EV_RX);
	KUNIT_EXPECT_EQ(test, (u32)TARGET - 260, lab->c->stream->rx_window);
	p = kssh_channel_control_first(lab->c);
	KUNIT_ASSERT_EQ(test, 1 + 4 + 4 + 4 + 100u, p->len);
	KUNIT_EXPECT_EQ(test, SSH_MSG_CHANNEL_EXTENDED_DATA, p->data[0]);
	for (i = 0; i < 4; i++) {
		kssh_channel_control_pop(lab->c);
		kssh_lab_run(lab);
		KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	}
	kssh_channel_control_pop(lab->c);
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\1\4");
	/* both kinds share it */
	say_data(lab, 100);
	say_extended(lab, 100);
	KUNIT_EXPECT_EQ(test, (u32)TARGET - 200, lab->c->stream->rx_window);
	say_extended(lab, 101);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_PACKET);

	/* dropped, it is given back */
	lab = bound(test);
	pos = lab->out_len;
	say_extended(lab, 100);
	say_extended(lab, 100);
	say_extended(lab, 50);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");
	KUNIT_EXPECT_NULL(test, kssh_channel_control_first(lab->c));
}

/* ---- sent data --------------------------------------------------------------- */

static void sending_spends_the_servers_window(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;

	KUNIT_EXPECT_EQ(test, (size_t)200, kssh_channel_tx_room(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 200));
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)209, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "\x5e\0\0\x12\x34\0\0\0\xc8xx", 11);
	KUNIT_EXPECT_EQ(test, (size_t)100, kssh_channel_tx_room(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 100));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_tx_room(lab->c));
	KUNIT_EXPECT_EQ(test, 0, kssh_channel_tx_error(lab->c));
	say_adjust(lab, 0);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_tx_room(lab->c));
	say_adjust(lab, 1);
	KUNIT_EXPECT_EQ(test, (size_t)1, kssh_channel_tx_room(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 1));
	/* the payload's own bound counts, too */
	say_adjust(lab, U32_MAX);
	lab->c->stream->tx_packet = U32_MAX;
	kssh_conn_set_max_payload(lab->c, 1024);
	KUNIT_EXPECT_EQ(test, (size_t)1015, kssh_channel_tx_room(lab->c));
	/* and what is unsent */
	lab->clog = true;
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 1));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_tx_room(lab->c));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send_stream(lab, 1));
	KUNIT_EXPECT_EQ(test, U32_MAX - 1, lab->c->stream->tx_window);
}

static void window_has_an_end(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos;

	say_adjust(lab, U32_MAX - 300);
	KUNIT_EXPECT_EQ(test, U32_MAX, lab->c->stream->tx_window);
	say_adjust(lab, 0);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	pos = lab->out_len;
	say_adjust(lab, 1);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_ADJUST);

	lab = bound(test);
	pos = lab->out_len;
	say_adjust(lab, U32_MAX - 299);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_ADJUST);
}

/* ---- the end ----------------------------------------------------------------- */

static void eof_ends_what_is_received(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	say_data(lab, 100);
	lab->events = 0;
	say_ours(lab, SSH_MSG_CHANNEL_EOF, "");
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RX);
	KUNIT_EXPECT_TRUE(test, kssh_channel_rx_ended(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)100, kssh_channel_unread(lab->c));
	/* nothing more is wanted: no window for it */
	read_stream(lab, 100);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	/* our half goes on, and so do window and requests */
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 10));
	KUNIT_EXPECT_EQ(test, (size_t)19, kssh_lab_heard(lab, &pos).n);
	say_adjust(lab, 10);
	say_ours(lab, SSH_MSG_CHANNEL_EOF, "");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	say_data(lab, 0);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_ENDED);

	lab = attended(test);
	say_ours(lab, SSH_MSG_CHANNEL_EOF, "");
	KUNIT_ASSERT_NOT_NULL(test, kssh_channel_control_first(lab->c));
	pos = lab->out_len;
	say_extended(lab, 1);
	kssh_lab_expect_failed(lab, pos, KSSH_R_CHANNEL_ENDED);
}

static void eof_ends_what_is_sent(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x60\0\0\x12\x34");
	KUNIT_EXPECT_EQ(test, -EPIPE, kssh_channel_tx_error(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_tx_room(lab->c));
	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	/* the other half goes on */
	say_data(lab, 100);
	KUNIT_EXPECT_EQ(test, (size_t)100, kssh_channel_unread(lab->c));
	KUNIT_EXPECT_FALSE(test, kssh_channel_rx_ended(lab->c));
}

static void close_is_answered(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	say_data(lab, 100);
	say_ours(lab, SSH_MSG_CHANNEL_CLOSE, "");
	expect_lit(lab, &pos, "\x61\0\0\x12\x34");
	KUNIT_EXPECT_TRUE(test, kssh_channel_closed(lab->c));
	KUNIT_EXPECT_TRUE(test, kssh_channel_rx_ended(lab->c));
	KUNIT_EXPECT_EQ(test, -EPIPE, kssh_channel_tx_error(lab->c));
	read_stream(lab, 100);
	kssh_channel_close(lab->c);
	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	/* the number may be another channel's now */
	say_data(lab, 5);
	say_ours(lab, SSH_MSG_CHANNEL_REQUEST, "\0\0\0\1x\1");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_unread(lab->c));
}

static void closing_first(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	size_t pos = lab->out_len;

	say_data(lab, 100);
	kssh_channel_close(lab->c);
	kssh_lab_run(lab);
	expect_lit(lab, &pos, "\x61\0\0\x12\x34");
	KUNIT_EXPECT_FALSE(test, kssh_channel_closed(lab->c));
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->c->queue_cost);
	/* what was under way is dropped and brings no window */
	say_data(lab, 100);
	say_data(lab, 100);
	say_data(lab, 100);
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	say_ours(lab, SSH_MSG_CHANNEL_CLOSE, "");
	KUNIT_EXPECT_TRUE(test, kssh_channel_closed(lab->c));
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, SSH_MSG_CHANNEL_CLOSE,
			kssh_channel_control_first(lab->c)->data[0]);
}

/* While our CLOSE cannot be sent, what comes behind the server's is an error. */
static void nothing_follows_close(struct kunit *test)
{
	static const u8 msgs[] = {
		SSH_MSG_CHANNEL_WINDOW_ADJUST, SSH_MSG_CHANNEL_DATA,
		SSH_MSG_CHANNEL_EXTENDED_DATA, SSH_MSG_CHANNEL_EOF,
		SSH_MSG_CHANNEL_CLOSE, SSH_MSG_CHANNEL_REQUEST,
		SSH_MSG_CHANNEL_SUCCESS, SSH_MSG_CHANNEL_FAILURE,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msgs); i++) {
		struct kssh_lab *lab = bound(test);

		KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
		kssh_lab_run(lab);
		say_ours(lab, SSH_MSG_CHANNEL_CLOSE, "");
		KUNIT_EXPECT_FALSE(test, kssh_channel_closed(lab->c));
		say_ours(lab, msgs[i], "");
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_CHANNEL_ENDED,
				    kssh_conn_reason(lab->c), "message %u", msgs[i]);
	}
}

static void deaf_readers_give_the_window_back(struct kunit *test)
{
	struct kssh_lab *lab = bound(test);
	size_t pos = lab->out_len;

	say_data(lab, 100);
	kssh_channel_rx_stop(lab->c);
	KUNIT_EXPECT_TRUE(test, kssh_channel_rx_ended(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_channel_unread(lab->c));
	say_data(lab, 100);
	say_data(lab, 49);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	say_data(lab, 1);
	expect_lit(lab, &pos, "\x5d\0\0\x12\x34\0\0\0\xfa");
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 10));
}

/* ---- what it looks like ------------------------------------------------------- */

#define USUAL	(KSSH_IS_READY | KSSH_IS_SENDABLE)

static void it_looks_like_what_it_is(struct kunit *test)
{
	struct kssh_lab *lab = logged_in(test);
	u8 *p;

	KUNIT_EXPECT_EQ(test, USUAL, kssh_conn_look(lab->c));
	kssh_lab_say_lit(lab, "\x50");
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_READABLE | KSSH_IS_SATED,
			kssh_conn_look(lab->c));
	kssh_conn_rx_pop(lab->c);
	/* a record that TCP has not taken */
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_reserve(lab->c, 1, &p));
	*p = 80;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_commit(lab->c, 1, false));
	KUNIT_EXPECT_EQ(test, KSSH_IS_STUCK, kssh_conn_look(lab->c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, USUAL, kssh_conn_look(lab->c));

	lab = attended(test);
	KUNIT_EXPECT_EQ(test, USUAL, kssh_conn_look(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 200));
	KUNIT_EXPECT_EQ(test, USUAL, kssh_conn_look(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 100));
	KUNIT_EXPECT_EQ(test, KSSH_IS_READY, kssh_conn_look(lab->c));
	say_adjust(lab, 100);
	say_data(lab, 10);
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_READABLE | KSSH_IS_SATED,
			kssh_conn_look(lab->c));
	read_stream(lab, 10);
	say_extended(lab, 10);
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_CONTROL, kssh_conn_look(lab->c));
	kssh_channel_control_pop(lab->c);
	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_TX_ENDED, kssh_conn_look(lab->c));
	say_ours(lab, SSH_MSG_CHANNEL_EOF, "");
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_TX_ENDED | KSSH_IS_RX_ENDED |
			KSSH_IS_READABLE, kssh_conn_look(lab->c));
	say_ours(lab, SSH_MSG_CHANNEL_CLOSE, "");
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_EQ(test, USUAL | KSSH_IS_TX_ENDED | KSSH_IS_RX_ENDED |
			KSSH_IS_READABLE | KSSH_IS_CLOSED, kssh_conn_look(lab->c));
}

/* At rest: idle, and what poll goes by is what it was.  @lab with a second passed. */
static bool rests(struct kssh_lab *lab)
{
	bool rest;

	lab->c->events = 0;
	kssh_conn_rx_idle(lab->c);
	rest = kssh_conn_at_rest(lab->c);
	/* whoever relies on it tells this, and nothing else */
	if (rest)
		KUNIT_EXPECT_EQ(lab->test, USUAL, kssh_conn_look(lab->c));
	return rest;
}

static void only_what_waits_for_nothing_rests(struct kunit *test)
{
	struct kssh_lab *lab = attended(test);
	u8 *p;

	kssh_conn_rx_idle(lab->c);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	lab->c->events = KSSH_EV_RX;
	KUNIT_EXPECT_FALSE(test, kssh_conn_at_rest(lab->c));
	say_data(lab, 10);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	read_stream(lab, 10);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	say_extended(lab, 10);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_tx_reserve(lab->c, 1, &p));
	*p = 0;
	KUNIT_ASSERT_EQ(test, 0, kssh_channel_tx_commit(lab->c, 1));
	KUNIT_EXPECT_FALSE(test, rests(lab));
	kssh_lab_run(lab);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 199));
	KUNIT_EXPECT_EQ(test, 0, send_stream(lab, 100));
	KUNIT_EXPECT_FALSE(test, rests(lab));
	say_adjust(lab, 1);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	lab->c->rx.dir.key_packets = BIT_ULL(30);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	lab->c->rx.dir.key_packets = 1;
	KUNIT_EXPECT_TRUE(test, rests(lab));

	say_ours(lab, SSH_MSG_CHANNEL_EOF, "");
	kssh_channel_control_pop(lab->c);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	lab = attended(test);
	KUNIT_EXPECT_TRUE(test, rests(lab));
	kssh_channel_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	lab = attended(test);
	kssh_channel_rx_stop(lab->c);
	KUNIT_EXPECT_FALSE(test, rests(lab));
	lab = attended(test);
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	KUNIT_EXPECT_FALSE(test, rests(lab));
}

static struct kunit_case channel_cases[] = {
	KUNIT_CASE(binding_has_conditions),
	KUNIT_CASE(what_came_before_counts),
	KUNIT_CASE(data_becomes_a_stream),
	KUNIT_CASE(window_is_raised_at_half),
	KUNIT_CASE(window_is_made_ours_at_once),
	KUNIT_CASE(data_beyond_the_window),
	KUNIT_CASE(extended_data_spends_the_window),
	KUNIT_CASE(sending_spends_the_servers_window),
	KUNIT_CASE(window_has_an_end),
	KUNIT_CASE(eof_ends_what_is_received),
	KUNIT_CASE(eof_ends_what_is_sent),
	KUNIT_CASE(close_is_answered),
	KUNIT_CASE(closing_first),
	KUNIT_CASE(nothing_follows_close),
	KUNIT_CASE(deaf_readers_give_the_window_back),
	KUNIT_CASE(it_looks_like_what_it_is),
	KUNIT_CASE(only_what_waits_for_nothing_rests),
	{}
};

static struct kunit_suite channel_suite = {
	.name = "kssh_channel",
	.test_cases = channel_cases,
};

kunit_test_suite(channel_suite);
