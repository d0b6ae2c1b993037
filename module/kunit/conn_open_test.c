// SPDX-License-Identifier: GPL-2.0
/* The connection under keys: service, payloads both ways, pings, limits. */

#include "conn_lab.h"

/* A connection that follows a script for some steps, and a server with its keys. */
static struct kssh_lab *keyed(struct kunit *test, const char *script, unsigned int steps)
{
	const struct kssh_script *s = kssh_lab_find(test, script);
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, s, steps);
	kssh_lab_arm(lab, s);
	lab->got_len = 0;
	lab->events = 0;
	return lab;
}

/* SERVICE_ACCEPT is awaited; the session is up; the user is authenticated. */
static struct kssh_lab *in_service(struct kunit *test)
{
	return keyed(test, "chacha", 3);
}

static struct kssh_lab *in_auth(struct kunit *test)
{
	return keyed(test, "chacha", 4);
}

static struct kssh_lab *in_open(struct kunit *test)
{
	struct kssh_lab *lab = in_auth(test);

	kssh_lab_say_lit(lab, "\x34");
	KUNIT_ASSERT_EQ(test, KSSH_S_OPEN, lab->c->st);
	lab->got_len = 0;
	lab->events = 0;
	return lab;
}

/* The last payload delivered is this, and there was one. */
static void expect_got(struct kssh_lab *lab, const void *p, size_t n)
{
	KUNIT_ASSERT_EQ(lab->test, n + 8, lab->got_len);
	KUNIT_EXPECT_MEMEQ(lab->test, lab->got + 8, p, n);
	lab->got_len = 0;
}

static int send(struct kssh_lab *lab, const void *data, size_t n, bool more)
{
	u8 *p;
	int r;

	r = kssh_conn_tx_reserve(lab->c, n, &p);
	if (r)
		return r;
	memcpy(p, data, n);
	return kssh_conn_tx_commit(lab->c, n, more);
}

/* ---- service ---------------------------------------------------------- */

static void service_must_be_ours(struct kunit *test)
{
	static const struct { const char *p; size_t n; int reason; } rows[] = {
#define ROW(lit, r) { lit, sizeof(lit) - 1, r }
		ROW("\6\0\0\0\14ssh-userauth", KSSH_R_NONE),
		ROW("\6", KSSH_R_NONE),		/* old servers; OpenSSH takes it */
		ROW("\6\0\0\0\16ssh-connection", KSSH_R_SERVICE_MISMATCH),
		ROW("\6\0\0\0\0", KSSH_R_SERVICE_MISMATCH),
		ROW("\6\0\0\0\14ssh-userautH", KSSH_R_SERVICE_MISMATCH),
		ROW("\6\0\0\0\15ssh-userauth", KSSH_R_MALFORMED),
		ROW("\6\0\0\0\14ssh-userauthx", KSSH_R_MALFORMED),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kssh_lab *lab = in_service(test);
		size_t pos = lab->out_len;

		KUNIT_EXPECT_FALSE(test, kssh_conn_tx_ready(lab->c));
		KUNIT_EXPECT_EQ(test, -ENOTCONN, send(lab, "\x32", 1, false));
		kssh_lab_say(lab, rows[i].p, rows[i].n);
		if (rows[i].reason) {
			kssh_lab_expect_failed(lab, pos, rows[i].reason);
			continue;
		}
		KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_OPEN);
		KUNIT_EXPECT_EQ(test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
		KUNIT_EXPECT_TRUE(test, kssh_conn_tx_ready(lab->c));
	}
}

static void ext_info_comes_twice_at_most(struct kunit *test)
{
	struct kssh_lab *lab = in_service(test);	/* one has come */
	size_t pos = lab->out_len;

	kssh_lab_say_lit(lab, "\6\0\0\0\14ssh-userauth");
	kssh_lab_say_lit(lab, "\7\0\0\0\1\0\0\0\1a\0\0\0\1b");
	KUNIT_EXPECT_TRUE(test, kssh_conn_ext_info(lab->c).n == 14);
	KUNIT_EXPECT_MEMEQ(test, kssh_conn_ext_info(lab->c).p,
			   "\0\0\0\1\0\0\0\1a\0\0\0\1b", 14);
	kssh_lab_say_lit(lab, "\7\0\0\0\0");
	kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
}

static void ext_info_is_checked(struct kunit *test)
{
	static const struct { const char *p; size_t n; int reason; } rows[] = {
		ROW("\7\0\0\0\0", KSSH_R_NONE),
		ROW("\7\0\0\0\1", KSSH_R_MALFORMED),
		ROW("\7\0\0\0\1\0\0\0\1a\0\0\0\2b", KSSH_R_MALFORMED),
		ROW("\7\0\0\0\1\0\0\0\1a\0\0\0\1bc", KSSH_R_MALFORMED),
		ROW("\7\xff\xff\xff\xff", KSSH_R_MALFORMED),
		ROW("\7", KSSH_R_MALFORMED),
	};
	struct kssh_lab *lab;
	unsigned int i;
	u8 *big;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		lab = in_service(test);
		kssh_lab_say(lab, rows[i].p, rows[i].n);
		KUNIT_EXPECT_EQ(test, rows[i].reason, kssh_conn_reason(lab->c));
	}
	big = kunit_kzalloc(test, 5 + 8 * 1024, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, big);
	big[0] = 7;
	big[3] = 1023 >> 8;
	big[4] = 1023 & 0xff;
	lab = in_service(test);
	kssh_lab_say(lab, big, 5 + 8 * 1023);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	big[3] = 1024 >> 8;
	big[4] = 0;
	lab = in_service(test);
	kssh_lab_say(lab, big, 5 + 8 * 1024);
	KUNIT_EXPECT_EQ(test, KSSH_R_MALFORMED, kssh_conn_reason(lab->c));
}

/* ---- messages of the transport ---------------------------------------- */

static void unknown_messages_are_answered(struct kunit *test)
{
	struct kssh_lab *lab = in_auth(test);
	u32 seq = lab->tx.dir.seq;
	size_t pos = lab->out_len;
	struct kssh_blob b;
	u8 expect[5] = { 3, 0, 0, 0, seq + 1 };

	kssh_lab_say_lit(lab, "\2\0\0\0\0");
	kssh_lab_say_lit(lab, "\x1b whatever");
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)5, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, expect, 5);
	KUNIT_EXPECT_EQ(test, lab->out_len, pos);
}

static void ping_is_answered_when_authenticated(struct kunit *test)
{
	struct kssh_lab *lab = in_auth(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;

	kssh_lab_say_lit(lab, "\xc0\0\0\0\2hi");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	kssh_lab_say_lit(lab, "\x34");
	expect_got(lab, "\x34", 1);
	kssh_lab_say_lit(lab, "\xc0\0\0\0\2hi");
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)7, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "\xc1\0\0\0\2hi", 7);
	/* what nobody asked for is nobody's */
	kssh_lab_say_lit(lab, "\xc1\0\0\0\2ho");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
	kssh_lab_say_lit(lab, "\xc0\0\0\0\3hi");
	kssh_lab_expect_failed(lab, pos, KSSH_R_MALFORMED);
}

/* A server that asks and does not read: it is not read either. */
static void answers_are_bounded(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	u8 *ping = kunit_kzalloc(test, 5 + 1024, GFP_KERNEL);
	size_t pos = lab->out_len, n;
	unsigned int asked = 0, heard = 0;
	const u8 *q;
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, ping);
	ping[0] = 192;
	ping[3] = 1024 >> 8;
	lab->clog = true;
	while (kssh_conn_rx_want(lab->c, &p) && asked < 1000) {
		kssh_lab_say(lab, ping, 5 + 1024);
		asked++;
	}
	KUNIT_EXPECT_LT(test, asked, 70u);
	n = kssh_conn_tx_pending(lab->c, &q);
	KUNIT_EXPECT_LE(test, n, (size_t)KSSH_REPLY_MAX + 2048);
	lab->clog = false;
	kssh_lab_run(lab);
	KUNIT_EXPECT_GT(test, kssh_conn_rx_want(lab->c, &p), (size_t)0);
	while (kssh_lab_heard(lab, &pos).n == 5 + 1024)
		heard++;
	KUNIT_EXPECT_EQ(test, asked, heard);
}

static void wrong_tag_is_told_apart(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len, n;
	u8 buf[256];

	n = kssh_lab_seal(lab, "\x5e hello", 7, buf);
	buf[n - 1] ^= 0x80;
	kssh_lab_feed(lab, buf, n, n);
	kssh_lab_expect_failed(lab, pos, KSSH_R_BAD_MAC);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
}

static void packets_keep_their_order(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len, a, b;
	u8 one[256], two[256];

	a = kssh_lab_seal(lab, "\x5e one", 5, one);
	b = kssh_lab_seal(lab, "\x5e two", 5, two);
	kssh_lab_feed(lab, two, b, b);
	kssh_lab_feed(lab, one, a, a);
	KUNIT_EXPECT_NE(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
	KUNIT_EXPECT_GT(test, lab->out_len, pos);
}

static void spent_keys_end_it(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len;

	lab->c->rx.dir.key_packets = KSSH_KEY_PACKETS_MAX;
	kssh_lab_say_lit(lab, "\x5e x");
	kssh_lab_expect_failed(lab, pos, KSSH_R_KEY_EXHAUSTED);

	lab = in_open(test);
	pos = lab->out_len;
	lab->c->tx.dir.key_packets = KSSH_KEY_PACKETS_MAX - KSSH_KEY_PACKETS_RESERVE;
	KUNIT_EXPECT_EQ(test, -EKEYEXPIRED, send(lab, "\x5e x", 3, false));
	kssh_lab_run(lab);
	kssh_lab_expect_failed(lab, pos, KSSH_R_KEY_EXHAUSTED);
	KUNIT_EXPECT_EQ(test, -EKEYEXPIRED, send(lab, "\x5e x", 3, false));
}

/* ---- payloads received ------------------------------------------------ */

static void success_counts_once(struct kunit *test)
{
	struct kssh_lab *lab = in_auth(test);
	struct kssh_info info;
	size_t pos = lab->out_len;

	KUNIT_EXPECT_EQ(test, -EAGAIN, kssh_conn_rekey(lab->c));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_FALSE(test, info.flags & KSSH_INFO_AUTHED);
	kssh_lab_say_lit(lab, "\x34");
	expect_got(lab, "\x34", 1);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_TRUE(test, info.flags & KSSH_INFO_AUTHED);
	kssh_lab_say_lit(lab, "\x34");
	expect_got(lab, "\x34", 1);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);

	/* connection messages are for the authenticated */
	lab = in_auth(test);
	pos = lab->out_len;
	kssh_lab_say_lit(lab, "\x50\0\0\0\1x\1");
	kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
}

static void unimplemented_is_reported(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	u8 msg[5] = { 3, 0, 0, 0, 0 };

	/* EXT_INFO and SERVICE_REQUEST were ours */
	kssh_lab_say(lab, msg, 5);
	msg[4] = 1;
	kssh_lab_say(lab, msg, 5);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
	msg[4] = lab->c->tx.dir.seq;
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e x", 3, false));
	kssh_lab_say(lab, msg, 5);
	expect_got(lab, msg, 5);
	/* an answer is ours */
	msg[4] = lab->c->tx.dir.seq;
	kssh_lab_say_lit(lab, "\xc0\0\0\0\0");
	kssh_lab_say(lab, msg, 5);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
}

static void pings_are_sent(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;

	lab->c->flags &= ~KSSH_INFO_PING;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, kssh_conn_ping(lab->c, "abc", 3));
	lab->c->flags |= KSSH_INFO_PING;
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_ping(lab->c, NULL, KSSH_PING_MAX + 1));
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_ping(lab->c, "abc", 3));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kssh_conn_ping(lab->c, NULL, 0));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_ping(lab->c, NULL, 0));
	kssh_lab_run(lab);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)8, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "\xc0\0\0\0\3abc", 8);
	kssh_lab_say_lit(lab, "\xc1\0\0\0\3abc");
	expect_got(lab, "\xc1\0\0\0\3abc", 8);
	kssh_lab_say_lit(lab, "\xc1\0\0\0\0");
	expect_got(lab, "\xc1\0\0\0\0", 5);
	/* nobody waits for a third */
	kssh_lab_say_lit(lab, "\xc1\0\0\0\3abc");
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->got_len);
}

static void queue_is_bounded(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	u8 *bytes = kunit_kzalloc(test, 64 * 1024, GFP_KERNEL);
	unsigned int sent = 0, got = 0;
	struct kssh_payload *p;
	size_t n = 0, fed;
	u8 *at;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	lab->c->cfg.rx_limit = 2000;
	lab->keep = true;
	while (n < 60 * 1024) {
		u8 data[100] = { 94, sent++ };

		n += kssh_lab_seal(lab, data, sizeof(data), bytes + n);
	}
	/* small payloads are charged with what holding them takes */
	fed = kssh_lab_feed(lab, bytes, n, n);
	KUNIT_EXPECT_LT(test, fed, n);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &at));
	KUNIT_EXPECT_LT(test, kssh_conn_rx_queued(lab->c), (size_t)2100);
	while (got < sent) {
		p = kssh_conn_rx_first(lab->c);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, (u8)got, p->data[1]);
		KUNIT_EXPECT_EQ(test, 100u, p->len);
		kssh_conn_rx_pop(lab->c);
		got++;
		fed += kssh_lab_feed(lab, bytes + fed, n - fed, n);
	}
	KUNIT_EXPECT_EQ(test, n, fed);
	KUNIT_EXPECT_NULL(test, kssh_conn_rx_first(lab->c));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_queued(lab->c));
	kssh_conn_rx_pop(lab->c);
}

/* What came before the end can still be read after it. */
static void payloads_outlive_the_end(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);

	lab->keep = true;
	kssh_lab_say_lit(lab, "\x5e kept");
	kssh_lab_say_lit(lab, "\1\0\0\0\13\0\0\0\0\0\0\0\0");
	KUNIT_EXPECT_EQ(test, KSSH_R_PEER_DISCONNECT, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RX);
	lab->keep = false;
	kssh_lab_run(lab);
	expect_got(lab, "\x5e kept", 6);
}

/* ---- payloads sent ---------------------------------------------------- */

static void kernels_messages_are_not_the_applications(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		u8 msg[2] = { i, 0 };
		bool ours = i < 50 || i == 192 || i == 193;

		KUNIT_EXPECT_EQ_MSG(test, ours ? -EINVAL : 0, send(lab, msg, 2, false),
				    "message %u", i);
		kssh_lab_run(lab);
		KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_partial(lab->c));
		b = kssh_lab_heard(lab, &pos);
		KUNIT_EXPECT_EQ(test, ours ? (size_t)0 : 2, b.n);
		/* as a first part too */
		if (ours)
			KUNIT_EXPECT_EQ(test, -EINVAL, send(lab, msg, 1, true));
	}
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_partial(lab->c));
	KUNIT_EXPECT_EQ(test, -EINVAL, send(lab, "", 0, false));
}

static void payload_grows_to_its_limit(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;
	u8 *p, part[500];
	int i;

	kssh_conn_set_max_payload(lab->c, 1024);
	memset(part, 0x5e, sizeof(part));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, kssh_conn_tx_reserve(lab->c, 1025, &p));
	KUNIT_EXPECT_EQ(test, 0, send(lab, part, 500, true));
	KUNIT_EXPECT_EQ(test, 0, send(lab, part, 500, true));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, send(lab, part, 25, true));
	KUNIT_EXPECT_EQ(test, -EMSGSIZE, kssh_conn_tx_reserve(lab->c, SIZE_MAX, &p));
	KUNIT_EXPECT_EQ(test, (size_t)1000, kssh_conn_tx_partial(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send(lab, part, 24, false));
	kssh_lab_run(lab);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)1024, b.n);
	for (i = 0; i < 1024; i++)
		KUNIT_ASSERT_EQ(test, 0x5e, b.p[i]);

	/* byte by byte, with an answer sent in between */
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e", 1, true));
	kssh_lab_say_lit(lab, "\xc0\0\0\0\0");
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, 0, send(lab, "a", 1, true));
	KUNIT_EXPECT_EQ(test, 0, send(lab, "", 0, false));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, 193, kssh_lab_heard(lab, &pos).p[0]);
	KUNIT_EXPECT_EQ(test, (size_t)101, kssh_lab_heard(lab, &pos).n);
}

static void sending_waits_for_what_is_unsent(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);

	lab->clog = true;
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e one", 5, false));
	KUNIT_EXPECT_FALSE(test, kssh_conn_tx_ready(lab->c));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(lab, "\x5e two", 5, false));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_partial(lab->c));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kssh_conn_send_ignore(lab->c, 5));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kssh_conn_send_unimplemented(lab->c, 5));
	lab->clog = false;
	kssh_lab_run(lab);
	KUNIT_EXPECT_TRUE(test, kssh_conn_tx_ready(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e two", 5, false));
}

static void transport_messages_are_sent(struct kunit *test)
{
	struct kssh_lab *lab = in_open(test);
	size_t pos = lab->out_len;
	struct kssh_blob b;

	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_send_ignore(lab->c, KSSH_IGNORE_MAX + 1));
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_send_ignore(lab->c, 0));
	kssh_lab_run(lab);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_EXPECT_EQ(test, (size_t)5, b.n);
	KUNIT_EXPECT_EQ(test, 2, b.p[0]);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_send_ignore(lab->c, KSSH_IGNORE_MAX));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, (size_t)5 + KSSH_IGNORE_MAX, kssh_lab_heard(lab, &pos).n);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_send_unimplemented(lab->c, 0x01020304));
	kssh_lab_run(lab);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)5, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "\3\1\2\3\4", 5);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_disconnect(lab->c, 0, "so long"));
	kssh_lab_run(lab);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, (size_t)20, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "\1\0\0\0\13\0\0\0\7so long\0\0\0\0", 20);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_CLOSED, kssh_conn_state(lab->c));
	KUNIT_EXPECT_EQ(test, KSSH_R_LOCAL_DISCONNECT, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kssh_conn_disconnect(lab->c, 2, "again"));
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kssh_conn_send_ignore(lab->c, 0));
}

static struct kunit_case open_cases[] = {
	KUNIT_CASE(service_must_be_ours),
	KUNIT_CASE(ext_info_comes_twice_at_most),
	KUNIT_CASE(ext_info_is_checked),
	KUNIT_CASE(unknown_messages_are_answered),
	KUNIT_CASE(ping_is_answered_when_authenticated),
	KUNIT_CASE(answers_are_bounded),
	KUNIT_CASE(wrong_tag_is_told_apart),
	KUNIT_CASE(packets_keep_their_order),
	KUNIT_CASE(spent_keys_end_it),
	KUNIT_CASE(success_counts_once),
	KUNIT_CASE(unimplemented_is_reported),
	KUNIT_CASE(pings_are_sent),
	KUNIT_CASE(queue_is_bounded),
	KUNIT_CASE(payloads_outlive_the_end),
	KUNIT_CASE(kernels_messages_are_not_the_applications),
	KUNIT_CASE(payload_grows_to_its_limit),
	KUNIT_CASE(sending_waits_for_what_is_unsent),
	KUNIT_CASE(transport_messages_are_sent),
	{}
};

static struct kunit_suite open_suite = {
	.name = "kssh_conn_open",
	.test_cases = open_cases,
};

kunit_test_suite(open_suite);
