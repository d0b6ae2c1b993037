// SPDX-License-Identifier: GPL-2.0
/* The bound channel: every message of RFC 4254, both windows, the end, what is
 * answered for whom nobody is there.
 */

#include "conn_lab.h"

#define LOCAL	7
#define REMOTE	0x1234
#define LIMIT	1000
#define TARGET	(LIMIT / 2)

/* A logged-in connection whose payloads stay queued, and a server with its keys. */
static struct kssh_lab *logged_in(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, s, 4);
	kssh_lab_arm(lab, s);
	kssh_lab_say_lit(lab, "\x34");
	KUNIT_ASSERT_EQ(test, KSSH_S_OPEN, lab->c->st);
	lab->c->cfg.rx_limit = LIMIT;
	lab->keep = true;
	lab->events = 0;
	return lab;
}

static const struct kssh_channel usual = {
	.local_id = LOCAL, .remote_id = REMOTE,
	.local_window = TARGET, .local_max_packet = 100,
	.remote_window = 300, .remote_max_packet = 200,
};

static struct kssh_lab *bound_as(struct kunit *test, const struct kssh_channel *setup)
{
	struct kssh_lab *lab = logged_in(test);

	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, setup));
	kssh_lab_run(lab);
	return lab;
}

static struct kssh_lab *bound(struct kunit *test)
{
	return bound_as(test, &usual);
}

static struct kssh_lab *attended(struct kunit *test)
{
	struct kssh_channel setup = usual;

	setup.flags = KSSH_CHANNEL_CONTROL;
	return bound_as(test, &setup);
}

/* A message to a channel: its number, and bytes. */
static void say_to(struct kssh_lab *lab, u8 msg, u32 id, const void *p, size_t n)
{
	struct kssh_wr w;
	u8 buf[1100];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, msg);
	kssh_wr_u32(&w, id);
	kssh_wr_raw(&w, p, n);
	KUNIT_ASSERT_FALSE(lab->test, w.bad);
	kssh_lab_say(lab, buf, kssh_wr_len(&w));
}

#define say_ours(lab, msg, lit) say_to(lab, msg, LOCAL, lit, sizeof(lit) - 1)

static void say_data(struct kssh_lab *lab, size_t n)
{
	struct kssh_wr w;
	u8 buf[1024];
	static const u8 zeros[1000];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_string(&w, zeros, n);
	say_to(lab, SSH_MSG_CHANNEL_DATA, LOCAL, buf, kssh_wr_len(&w));
}

static void say_extended(struct kssh_lab *lab, size_t n)
{
	static const u8 zeros[1000];
	struct kssh_wr w;
	u8 buf[1024];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u32(&w, 1);
	kssh_wr_string(&w, zeros, n);
	say_to(lab, SSH_MSG_CHANNEL_EXTENDED_DATA, LOCAL, buf, kssh_wr_len(&w));
}

static void say_adjust(struct kssh_lab *lab, u32 n)
{
	struct kssh_wr w;
	u8 buf[4];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u32(&w, n);
	say_to(lab, SSH_MSG_CHANNEL_WINDOW_ADJUST, LOCAL, buf, 4);
}

/* The client has sent exactly this next; "" : nothing. */
static void expect_heard(struct kssh_lab *lab, size_t *pos, const void *p, size_t n)
{
	struct kssh_blob b = kssh_lab_heard(lab, pos);

	KUNIT_ASSERT_EQ(lab->test, n, b.n);
	KUNIT_EXPECT_MEMEQ(lab->test, b.p, p, n);
}

#define expect_lit(lab, pos, lit) expect_heard(lab, pos, lit, sizeof(lit) - 1)

#define OPEN_FAILURE(id) "\x5c\0\0\0" id "\0\0\0\1\0\0\0\0\0\0\0\0"

/* Read and give back that many bytes of the stream. */
static void read_stream(struct kssh_lab *lab, size_t n)
{
	struct kssh_payload *p;
	size_t part;

	while (n) {
		p = kssh_conn_rx_first(lab->c);
		KUNIT_ASSERT_NOT_NULL(lab->test, p);
		part = min_t(size_t, n, p->len - p->off);
		kssh_channel_read(lab->c, part);
		n -= part;
	}
	kssh_lab_run(lab);
}

static int send_filled(struct kssh_lab *lab, size_t n, u8 with)
{
	u8 *p;
	int r;

	r = kssh_channel_tx_reserve(lab->c, n, &p);
	if (r)
		return r;
	memset(p, with, n);
	r = kssh_channel_tx_commit(lab->c, n);
	kssh_lab_run(lab);
	return r;
}

static int send_stream(struct kssh_lab *lab, size_t n)
{
	return send_filled(lab, n, 'x');
}

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

static struct kunit_suite channel_suite = {
	.name = "kssh_channel",
	.test_cases = channel_cases,
};

kunit_test_suite(channel_suite);
