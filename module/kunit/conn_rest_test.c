// SPDX-License-Identifier: GPL-2.0
/* What a connection keeps between records: nothing of what was received, and in the end
 * no memory.
 */

#include "conn_lab.h"

#include <linux/time64.h>

#define WORD	"a word that nobody else may read"

static bool holds(const void *memory, size_t n)
{
	const u8 *p = memory;
	size_t i;

	for (i = 0; i + sizeof(WORD) <= n; i++)
		if (!memcmp(p + i, WORD, sizeof(WORD) - 1))
			return true;
	return false;
}

/* A payload of @n bytes, @full of the word */
static u8 *payload(struct kunit *test, size_t n, bool full)
{
	u8 *p = kunit_kzalloc(test, n, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	p[0] = SSH_MSG_CHANNEL_DATA;
	for (i = 1; full && i + sizeof(WORD) <= n; i += sizeof(WORD))
		memcpy(p + i, WORD, sizeof(WORD));
	return p;
}

/* Payloads of @n bytes, full of the word, are read; then nothing more comes. */
static void receive(struct kssh_lab *lab, size_t n)
{
	u8 *p = payload(lab->test, n, true);
	int i;

	for (i = 0; i < 3; i++) {
		lab->got_len = 0;
		kssh_lab_say(lab, p, n);
	}
	kssh_conn_rx_idle(lab->c);
}

static void nothing_read_is_kept(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_rx *rx = &lab->c->rx;

	receive(lab, 100);
	KUNIT_ASSERT_NOT_NULL(test, rx->spare_short);
	KUNIT_EXPECT_FALSE(test, holds(rx->spare_short, rx->spare_short->cap));
	KUNIT_ASSERT_NOT_NULL(test, rx->buf.p);
	KUNIT_EXPECT_FALSE(test, holds(rx->buf.p, rx->buf.cap));
	receive(lab, 20000);
	KUNIT_ASSERT_NOT_NULL(test, rx->spare_long);
	KUNIT_EXPECT_FALSE(test, holds(rx->spare_long, rx->spare_long->cap));
}

/* Of two that came together the second has the memory in which the first was, too. */
static void nothing_read_before_is_kept(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_rx *rx = &lab->c->rx;
	u8 *both = kunit_kzalloc(test, KSSH_MEM_SMALL, GFP_KERNEL);
	u8 *p = kunit_kzalloc(test, 1200, GFP_KERNEL);
	size_t n;

	KUNIT_ASSERT_NOT_NULL(test, both);
	KUNIT_ASSERT_NOT_NULL(test, p);
	p[0] = SSH_MSG_CHANNEL_DATA;
	memcpy(p + 1, WORD, sizeof(WORD));
	n = kssh_lab_seal(lab, p, 600, both);
	memset(p + 1, 0, sizeof(WORD));
	n += kssh_lab_seal(lab, p, 1200, both + n);
	KUNIT_ASSERT_GT(test, (size_t)KSSH_MEM_SMALL - sizeof(struct kssh_payload), n);
	lab->got_len = 0;
	kssh_lab_feed(lab, both, n, n);
	kssh_conn_rx_idle(lab->c);
	KUNIT_ASSERT_NOT_NULL(test, rx->spare_short);
	KUNIT_EXPECT_EQ(test, (u32)KSSH_MEM_SMALL, rx->spare_short->cap);
	KUNIT_EXPECT_FALSE(test, holds(rx->spare_short, rx->spare_short->cap));
}

/* A long one was read.  The next, which is shorter, has its memory, and nobody has read
 * that yet.
 */
static void nothing_read_is_behind_the_next(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_rx *rx = &lab->c->rx;
	struct kssh_payload *memory, *p;

	kssh_lab_say(lab, payload(test, 20000, true), 20000);
	memory = rx->spare_long;
	KUNIT_ASSERT_NOT_NULL(test, memory);
	KUNIT_EXPECT_TRUE(test, rx->unwiped);
	lab->keep = true;
	kssh_lab_say(lab, payload(test, 15000, false), 15000);
	p = kssh_conn_rx_first(lab->c);
	KUNIT_ASSERT_PTR_EQ(test, memory, p);
	KUNIT_EXPECT_FALSE(test, holds(p, p->cap));
	KUNIT_EXPECT_FALSE(test, rx->unwiped);
	KUNIT_EXPECT_NULL(test, rx->spare_long);
	/* nor when it takes the connection's end to have that memory given back */
	lab->keep = false;
	kssh_lab_say(lab, payload(test, 20000, true), 20000);
	KUNIT_EXPECT_TRUE(test, rx->unwiped);
	kssh_conn_fail(lab->c, KSSH_R_TIMEOUT);
	kssh_conn_rx_idle(lab->c);
	KUNIT_EXPECT_NULL(test, rx->spare_long);
	KUNIT_EXPECT_FALSE(test, rx->unwiped);
}

/* The tick that the last one asked for. */
static u64 tick(struct kssh_lab *lab, u64 at)
{
	KUNIT_ASSERT_NE(lab->test, 0ULL, at);
	lab->clock = at;
	return kssh_conn_tick(lab->c);
}

static void memory_is_given_back(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_rx *rx = &lab->c->rx;
	u64 at;

	receive(lab, 100);
	receive(lab, 20000);
	at = kssh_conn_tick(lab->c);
	KUNIT_EXPECT_LE(test, at, lab->clock + NSEC_PER_SEC);
	/* not while records pass */
	at = tick(lab, at);
	receive(lab, 20000);
	at = tick(lab, at);
	KUNIT_EXPECT_NOT_NULL(test, rx->spare_long);
	at = tick(lab, at);
	KUNIT_EXPECT_NULL(test, rx->spare_short);
	KUNIT_EXPECT_NULL(test, rx->spare_long);
	KUNIT_EXPECT_NULL(test, rx->buf.p);
	KUNIT_EXPECT_NULL(test, lab->c->tx.out.p);
	KUNIT_EXPECT_EQ(test, 0ULL, at);
	/* nor is it looked after once more */
	kssh_conn_rx_idle(lab->c);
	KUNIT_EXPECT_EQ(test, 0ULL, kssh_conn_tick(lab->c));
	receive(lab, 100);
	KUNIT_EXPECT_NE(test, 0ULL, kssh_conn_tick(lab->c));
}

/* Is nothing to be seen to?  What is left to be wiped, or a clock that does not run, is. */
static void between_records(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	u8 *p = payload(test, 20000, true);

	KUNIT_EXPECT_FALSE(test, kssh_conn_steady(lab->c));
	receive(lab, 100);
	KUNIT_EXPECT_TRUE(test, kssh_conn_steady(lab->c));
	kssh_lab_say(lab, p, 100);
	KUNIT_EXPECT_FALSE(test, kssh_conn_steady(lab->c));
	kssh_conn_rx_idle(lab->c);
	KUNIT_EXPECT_TRUE(test, kssh_conn_steady(lab->c));
	kssh_lab_say(lab, p, 20000);
	KUNIT_EXPECT_FALSE(test, kssh_conn_steady(lab->c));
	kssh_conn_rx_idle(lab->c);
	KUNIT_EXPECT_TRUE(test, kssh_conn_steady(lab->c));
	lab->c->rx.dir.key_packets = BIT_ULL(30);
	KUNIT_EXPECT_FALSE(test, kssh_conn_steady(lab->c));
	lab->c->rx.dir.key_packets = 1;
	lab->c->cfg.renew.seconds = 1;
	KUNIT_EXPECT_FALSE(test, kssh_conn_steady(lab->c));
}

/* A payload that is read before its event was taken is no news. */
static void what_was_read_is_no_news(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	u8 *p = payload(test, 100, true);

	lab->keep = true;
	kssh_lab_say(lab, p, 100);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RX);
	lab->c->events = KSSH_EV_RX;
	kssh_conn_rx_pop(lab->c);
	KUNIT_EXPECT_EQ(test, 0U, kssh_conn_events(lab->c));
}

/* A long frame has come; no memory is taken for another one before that comes.  Not of
 * the word: what the test frees must not be found by the others in memory that they get.
 */
static void a_long_frame_promises_nothing(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_conn *c = lab->c;
	u8 *p;

	kssh_lab_say(lab, payload(test, 150000, false), 150000);
	KUNIT_ASSERT_LT(test, (size_t)0, kssh_conn_rx_want(c, &p));
	KUNIT_EXPECT_LE(test, c->rx.buf.cap, 65536U);
	kssh_conn_rx_got(c, 1);
	kssh_conn_rx_idle(c);
	KUNIT_EXPECT_LE(test, c->rx.buf.cap, 65536U);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_reason(c));
}

static struct kunit_case rest_cases[] = {
	KUNIT_CASE(between_records),
	KUNIT_CASE(what_was_read_is_no_news),
	KUNIT_CASE(nothing_read_is_kept),
	KUNIT_CASE(nothing_read_before_is_kept),
	KUNIT_CASE(nothing_read_is_behind_the_next),
	KUNIT_CASE(memory_is_given_back),
	KUNIT_CASE(a_long_frame_promises_nothing),
	{}
};

static struct kunit_suite rest_suite = {
	.name = "kssh_conn_rest",
	.test_cases = rest_cases,
};

kunit_test_suite(rest_suite);
