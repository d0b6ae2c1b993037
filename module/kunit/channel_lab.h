/* SPDX-License-Identifier: GPL-2.0 */
/* A connection with a bound channel, and a server with its keys. */
#ifndef KSSH_KUNIT_CHANNEL_LAB_H
#define KSSH_KUNIT_CHANNEL_LAB_H

#include "conn_lab.h"

#define LOCAL	7
#define REMOTE	0x1234
#define LIMIT	1000
#define TARGET	(LIMIT / 2)

/* A logged-in connection whose payloads stay queued, and a server with its keys. */
static inline struct kssh_lab *logged_in(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");

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

static inline struct kssh_lab *bound_as(struct kunit *test, const struct kssh_channel *setup)
{
	struct kssh_lab *lab = logged_in(test);

	KUNIT_ASSERT_EQ(test, 0, kssh_channel_bind(lab->c, setup));
	kssh_lab_run(lab);
	return lab;
}

static inline struct kssh_lab *bound(struct kunit *test)
{
	return bound_as(test, &usual);
}

static inline struct kssh_lab *attended(struct kunit *test)
{
	struct kssh_channel setup = usual;

	setup.flags = KSSH_CHANNEL_CONTROL;
	return bound_as(test, &setup);
}

/* A message to a channel: its number, and bytes. */
static inline void say_to(struct kssh_lab *lab, u8 msg, u32 id, const void *p, size_t n)
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

static inline void say_data(struct kssh_lab *lab, size_t n)
{
	struct kssh_wr w;
	u8 buf[1024];
	static const u8 zeros[1000];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_string(&w, zeros, n);
	say_to(lab, SSH_MSG_CHANNEL_DATA, LOCAL, buf, kssh_wr_len(&w));
}

static inline void say_extended(struct kssh_lab *lab, size_t n)
{
	static const u8 zeros[1000];
	struct kssh_wr w;
	u8 buf[1024];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u32(&w, 1);
	kssh_wr_string(&w, zeros, n);
	say_to(lab, SSH_MSG_CHANNEL_EXTENDED_DATA, LOCAL, buf, kssh_wr_len(&w));
}

static inline void say_adjust(struct kssh_lab *lab, u32 n)
{
	struct kssh_wr w;
	u8 buf[4];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u32(&w, n);
	say_to(lab, SSH_MSG_CHANNEL_WINDOW_ADJUST, LOCAL, buf, 4);
}

/* The client has sent exactly this next; "" : nothing. */
static inline void expect_heard(struct kssh_lab *lab, size_t *pos, const void *p, size_t n)
{
	struct kssh_blob b = kssh_lab_heard(lab, pos);

	KUNIT_ASSERT_EQ(lab->test, n, b.n);
	KUNIT_EXPECT_MEMEQ(lab->test, b.p, p, n);
}

#define expect_lit(lab, pos, lit) expect_heard(lab, pos, lit, sizeof(lit) - 1)

#define OPEN_FAILURE(id) "\x5c\0\0\0" id "\0\0\0\1\0\0\0\0\0\0\0\0"

/* Read and give back that many bytes of the stream. */
static inline void read_stream(struct kssh_lab *lab, size_t n)
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

static inline int send_filled(struct kssh_lab *lab, size_t n, u8 with)
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

static inline int send_stream(struct kssh_lab *lab, size_t n)
{
	return send_filled(lab, n, 'x');
}

#endif /* KSSH_KUNIT_CHANNEL_LAB_H */
