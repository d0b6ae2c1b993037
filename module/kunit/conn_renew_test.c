// SPDX-License-Identifier: GPL-2.0
/*
 * When keys are renewed on our own account, what waits meanwhile, and for how long.
 * Clock and counters are set here, so that 2^31 packets are no matter.
 */

#include "conn_lab.h"

#include <linux/errno.h>
#include <linux/time64.h>

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

static bool rekeying(const struct kssh_lab *lab)
{
	return kssh_conn_flags(lab->c) & KSSH_INFO_REKEYING;
}

/* ---- limits ----------------------------------------------------------- */

/* One more packet either way, with counters that stand at @packets and @bytes. */
static bool begins(struct kunit *test, bool tx, u64 packets, u64 bytes,
		   const struct kssh_renew *own)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_dir *d = tx ? &lab->c->tx.dir : &lab->c->rx.dir;

	if (own)
		kssh_conn_set_renew(lab->c, own);
	d->key_packets = packets;
	d->key_bytes = bytes;
	if (tx)
		KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e x", 3, false));
	else
		kssh_lab_say_lit(lab, "\x5e x");
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	return rekeying(lab);
}

/* From here on a limit is near. */
static u64 near(u64 limit)
{
	return limit - limit / 8;
}

static void keys_are_used_up(struct kunit *test)
{
	struct kssh_renew own = { .timeout_ms = 1000 };
	int tx;

	for (tx = 0; tx < 2; tx++) {
		/* from seven eighths on, since nothing is unread */
		KUNIT_EXPECT_FALSE(test, begins(test, tx, near(BIT_ULL(31)) - 2, 0, NULL));
		KUNIT_EXPECT_TRUE(test, begins(test, tx, near(BIT_ULL(31)), 0, NULL));
		KUNIT_EXPECT_FALSE(test, begins(test, tx, 0, near(BIT_ULL(30)) - 99, NULL));
		KUNIT_EXPECT_TRUE(test, begins(test, tx, 0, near(BIT_ULL(30)), NULL));
		/* the caller's are tighter, */
		own.packets = 800;
		own.bytes = 0;
		KUNIT_EXPECT_FALSE(test, begins(test, tx, 698, 0, &own));
		KUNIT_EXPECT_TRUE(test, begins(test, tx, 700, 0, &own));
		own.packets = 0;
		own.bytes = 800000;
		KUNIT_EXPECT_FALSE(test, begins(test, tx, 0, 699900, &own));
		KUNIT_EXPECT_TRUE(test, begins(test, tx, 0, 700000, &own));
		/* or do not matter */
		own.packets = U64_MAX;
		own.bytes = U64_MAX;
		KUNIT_EXPECT_TRUE(test, begins(test, tx, BIT_ULL(31), 0, &own));
		KUNIT_EXPECT_TRUE(test, begins(test, tx, 0, BIT_ULL(30), &own));
	}
}

/* AES has 2^32 blocks of 16 bytes. */
static void aes_lasts_longer(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, s, 4);
	lab->c->st = KSSH_S_OPEN;
	lab->c->tx.dir.key_bytes = near(BIT_ULL(36)) - 1;
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
	lab->c->tx.dir.key_bytes = near(BIT_ULL(36));
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_TRUE(test, rekeying(lab));
}

static void unread_payloads_put_it_off(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");

	lab->keep = true;
	kssh_lab_say_lit(lab, "\x5e unread");
	lab->c->rx.dir.key_packets = near(BIT_ULL(31));
	kssh_lab_say_lit(lab, "\x5e unread");
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e x", 3, false));
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
	/* until the limit is there */
	lab->c->rx.dir.key_packets = BIT_ULL(31);
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_TRUE(test, rekeying(lab));

	/* or until they are read */
	lab = kssh_lab_authed(test, "chacha");
	lab->keep = true;
	kssh_lab_say_lit(lab, "\x5e unread");
	lab->c->rx.dir.key_packets = near(BIT_ULL(31));
	lab->keep = false;
	kssh_lab_run(lab);
	kssh_conn_tick(lab->c);
	KUNIT_EXPECT_TRUE(test, rekeying(lab));
}

static void seconds_count(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	const struct kssh_renew own = { .seconds = 10, .timeout_ms = 1000 };
	u64 at, since = lab->c->keys_since;

	KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
	kssh_conn_set_renew(lab->c, &own);
	at = kssh_conn_tick(lab->c);
	KUNIT_EXPECT_EQ(test, since + 10 * NSEC_PER_SEC, at);
	lab->clock = at - 5000;
	KUNIT_EXPECT_EQ(test, at, kssh_conn_tick(lab->c));
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
	lab->clock = at;
	KUNIT_EXPECT_GE(test, kssh_conn_tick(lab->c), at + NSEC_PER_SEC);
	KUNIT_EXPECT_TRUE(test, rekeying(lab));

	/* keys that have protected nothing do not age; the first packet shows it */
	lab = kssh_lab_authed(test, "chacha");
	kssh_conn_set_renew(lab->c, &own);
	lab->c->tx.dir.key_packets = 0;
	lab->c->rx.dir.key_packets = 0;
	lab->clock += 11 * NSEC_PER_SEC;
	KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
	kssh_lab_say_lit(lab, "\x5e x");
	KUNIT_EXPECT_TRUE(test, rekeying(lab));
}

/* However far beyond: not before the user is authenticated, and not after our end. */
static void not_when_it_must_not(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, s, 4);
	kssh_lab_arm(lab, s);
	lab->c->rx.dir.key_packets = BIT_ULL(31) + 1;
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x32", 1, false));
	kssh_lab_say_lit(lab, "\x33\0\0\0\0\0");
	KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
	/* at once when he is */
	kssh_lab_say_lit(lab, "\x34");
	KUNIT_EXPECT_TRUE(test, rekeying(lab));

	/* the hard limit is the end instead */
	lab = kssh_lab_new(test);
	kssh_lab_script(lab, s, 4);
	kssh_lab_arm(lab, s);
	lab->c->rx.dir.key_packets = KSSH_KEY_PACKETS_MAX;
	kssh_lab_say_lit(lab, "\x33\0\0\0\0\0");
	KUNIT_EXPECT_EQ(test, KSSH_R_KEY_EXHAUSTED, kssh_conn_reason(lab->c));

	lab = kssh_lab_authed(test, "chacha");
	KUNIT_EXPECT_TRUE(test, kssh_conn_tx_end(lab->c));
	lab->c->rx.dir.key_packets = BIT_ULL(31) + 1;
	kssh_lab_say_lit(lab, "\x5e x");
	KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
	KUNIT_EXPECT_FALSE(test, rekeying(lab));
}

/* ---- deadline --------------------------------------------------------- */

static void deadline_ends_it(struct kunit *test)
{
	struct kssh_lab *lab;
	u64 at;
	int ours;

	for (ours = 0; ours < 2; ours++) {
		lab = kssh_lab_authed(test, "chacha");
		if (ours)
			KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
		else
			kssh_lab_kexinit(lab, "curve25519-sha256", "ssh-ed25519", false);
		kssh_lab_run(lab);
		at = kssh_conn_tick(lab->c);
		lab->clock = at - 5000;
		KUNIT_EXPECT_EQ(test, at, kssh_conn_tick(lab->c));
		lab->clock = at;
		KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
		KUNIT_EXPECT_EQ(test, KSSH_R_REKEY_STALLED, kssh_conn_reason(lab->c));
		KUNIT_EXPECT_EQ(test, -EBUSY, send(lab, "\x5e x", 3, false));
	}
}

/* The server's KEXINIT is behind what nobody reads. */
static void unread_payloads_stall_it(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	u64 at;
	u8 *p;

	lab->keep = true;
	kssh_lab_say_lit(lab, "\x5e unread");
	lab->c->cfg.rx_limit = 1;
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	/* now there is more room */
	KUNIT_EXPECT_LT(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	kssh_lab_say_lit(lab, "\x5e unread");
	lab->c->queue_cost += KSSH_RX_SLACK;
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));

	/* nobody is hurt as long as nobody wants to send */
	at = kssh_conn_tick(lab->c);
	lab->clock = at + 1;
	KUNIT_EXPECT_LT(test, at, kssh_conn_tick(lab->c));
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	kssh_conn_tx_refused(lab->c);
	lab->clock = kssh_conn_tick(lab->c);
	kssh_conn_tick(lab->c);
	lab->c->queue_cost -= KSSH_RX_SLACK;
	KUNIT_EXPECT_EQ(test, KSSH_R_REKEY_UNREAD, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, -EBUSY, send(lab, "\x5e x", 3, false));
	/* what was received stays to be read */
	KUNIT_EXPECT_NOT_NULL(test, kssh_conn_rx_first(lab->c));
}

/* ---- what the server's cost ---------------------------------------------- */

static void server_begins(struct kssh_lab *lab)
{
	kssh_lab_kexinit(lab, "curve25519-sha256", "ssh-ed25519", false);
}

static void servers_arithmetic_counts(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");

	lab->job_ns = NSEC_PER_SEC / 2;
	server_begins(lab);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEX, lab->c->st);
	KUNIT_EXPECT_LE(test, 2ULL * NSEC_PER_SEC, lab->c->toll_at);

	/* what we begin does not, nor is it held up */
	lab = kssh_lab_authed(test, "chacha");
	lab->c->toll_at = U64_MAX;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	server_begins(lab);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEX, lab->c->st);
	kssh_toll_charge(lab->c, NSEC_PER_SEC);
	KUNIT_EXPECT_LT(test, U64_MAX - NSEC_PER_SEC, lab->c->toll_at);
}

/* One second at once, a quarter of the time, 4 ns for each byte. */
static void a_quarter_of_the_time(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	struct kssh_conn *c = lab->c;
	int i;

	lab->clock = 100ULL * NSEC_PER_SEC;
	c->toll = true;
	KUNIT_EXPECT_FALSE(test, kssh_toll_due(c));
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_FALSE(test, kssh_toll_due(c));
		kssh_toll_charge(c, NSEC_PER_SEC / 10 + 10000);
	}
	KUNIT_EXPECT_TRUE(test, kssh_toll_due(c));
	kssh_toll_charge(c, NSEC_PER_SEC / 2);
	lab->clock += 2ULL * NSEC_PER_SEC - 1000000;
	KUNIT_EXPECT_TRUE(test, kssh_toll_due(c));
	lab->clock += 2000000;
	KUNIT_EXPECT_FALSE(test, kssh_toll_due(c));

	kssh_toll_charge(c, NSEC_PER_SEC / 2);
	c->rx.dir.key_bytes = 60000000;
	KUNIT_EXPECT_TRUE(test, kssh_toll_due(c));
	c->rx.dir.key_bytes = 0;
	c->tx.dir.key_bytes = 65000000;
	KUNIT_EXPECT_FALSE(test, kssh_toll_due(c));

	/* nothing is saved up beyond the second */
	c->tx.dir.key_bytes = 1ULL << 40;
	KUNIT_EXPECT_FALSE(test, kssh_toll_due(c));
	c->tx.dir.key_bytes = 0;
	kssh_toll_charge(c, NSEC_PER_SEC + 10000000);
	KUNIT_EXPECT_TRUE(test, kssh_toll_due(c));

	/* and a machine that slept meanwhile does not wait for ever */
	kssh_toll_charge(c, 1ULL << 60);
	KUNIT_EXPECT_GE(test, lab->clock + 30ULL * NSEC_PER_SEC, c->toll_at);
}

static void the_next_one_waits(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	u64 at = lab->clock + 9ULL * NSEC_PER_SEC;
	struct kssh_conn *c = lab->c;
	const u8 *p;

	c->cfg.renew.timeout_ms = 1000;
	c->toll_at = at + (c->rx.dir.key_bytes + c->tx.dir.key_bytes + 4096) * 16;
	server_begins(lab);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEYGEN, c->st);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_pending(c, &p));
	KUNIT_EXPECT_LT(test, at, c->toll_at);
	at = c->toll_at;
	lab->clock = at - 5000;
	KUNIT_EXPECT_EQ(test, at, kssh_conn_tick(c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEYGEN, c->st);

	/* the deadline is of the time from then on */
	lab->clock = at;
	KUNIT_EXPECT_LT(test, at + NSEC_PER_SEC, kssh_conn_tick(c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEX, c->st);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(c));

	/* whoever ends it meanwhile leaves nothing behind */
	lab = kssh_lab_authed(test, "chacha");
	lab->c->toll_at = U64_MAX / 2;
	server_begins(lab);
	kssh_conn_fail(lab->c, KSSH_R_CANCELLED);
	KUNIT_EXPECT_EQ(test, (u64)0, kssh_conn_tick(lab->c));
}

/* A full queue does not keep us from what follows the server's KEXINIT. */
static void full_queue_does_not_stop_an_exchange(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	u8 *p;

	kssh_lab_kexinit(lab, "curve25519-sha256", "ssh-ed25519", false);
	lab->c->cfg.rx_limit = 0;
	KUNIT_EXPECT_LT(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
}

/* ---- what waits ------------------------------------------------------- */

static void waiting_is_bounded(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_authed(test, "chacha");
	size_t pos, held;

	lab->c->cfg.tx_limit = 100;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	pos = lab->out_len;
	KUNIT_EXPECT_TRUE(test, kssh_conn_tx_ready(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send(lab, "\x5e some", 6, true));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_held(lab->c));
	KUNIT_EXPECT_EQ(test, 0, send(lab, " more", 5, false));
	held = kssh_conn_tx_held(lab->c);
	KUNIT_EXPECT_LT(test, (size_t)11, held);
	while (kssh_conn_tx_ready(lab->c))
		KUNIT_ASSERT_EQ(test, 0, send(lab, "\x5e more", 6, false));
	KUNIT_EXPECT_LE(test, (size_t)100, kssh_conn_tx_held(lab->c));
	KUNIT_EXPECT_GT(test, 100 + held, kssh_conn_tx_held(lab->c));
	KUNIT_EXPECT_EQ(test, -EAGAIN, send(lab, "\x5e too much", 10, false));
	KUNIT_EXPECT_FALSE(test, kssh_conn_tx_end(lab->c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

/* Play a step of a script as it stands. */
static void play(struct kssh_lab *lab, const struct kssh_script_step *st)
{
	struct kssh_blob arg = kssh_unhex(lab->test, st->arg);
	struct kssh_blob feed = kssh_unhex(lab->test, st->feed);

	if (st->action == KSSH_STEP_REKEY)
		KUNIT_ASSERT_EQ(lab->test, 0, kssh_conn_rekey(lab->c));
	else if (st->action)
		KUNIT_ASSERT_EQ(lab->test, 0, send(lab, arg.p, arg.n,
						   st->action == KSSH_STEP_SEND_MORE));
	kssh_lab_run(lab);
	KUNIT_ASSERT_EQ(lab->test, feed.n, kssh_lab_feed(lab, feed.p, feed.n, feed.n));
}

/*
 * A payload that the script sends after a re-exchange, completed while that is open:
 * the bytes are the same, those of the payload under the new keys.
 */
static unsigned int held(struct kunit *test, const struct kssh_script *s, unsigned int at)
{
	const struct kssh_script_step *st = &s->steps[at];
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob arg = kssh_unhex(test, st[2].arg), want;
	struct kssh_config cfg;
	unsigned int i;
	size_t pos;

	if (at + 2 >= s->n_steps || st->action != KSSH_STEP_REKEY ||
	    st[2].action != KSSH_STEP_SEND)
		return 0;
	kssh_lab_config(test, s, &cfg);
	kssh_lab_start(lab, &cfg);
	for (i = 0; i < at; i++)
		play(lab, &s->steps[i]);
	pos = lab->out_len;
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	KUNIT_ASSERT_EQ(test, 0, send(lab, arg.p, arg.n, false));
	KUNIT_EXPECT_LT(test, (size_t)0, kssh_conn_tx_held(lab->c));
	for (i = 0; i < 2; i++) {
		struct kssh_blob feed = kssh_unhex(test, st[i].feed);

		kssh_lab_run(lab);
		KUNIT_ASSERT_EQ(test, feed.n,
				kssh_lab_feed(lab, feed.p, feed.n, feed.n));
	}
	for (i = 0; i < 3; i++) {
		want = kssh_unhex(test, st[i].expect);
		KUNIT_ASSERT_LE(test, pos + want.n, lab->out_len);
		KUNIT_EXPECT_MEMEQ(test, want.p, lab->out + pos, want.n);
		pos += want.n;
	}
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_held(lab->c));
	KUNIT_EXPECT_TRUE(test, kssh_conn_tx_end(lab->c));
	return 1;
}

static void what_waited_leaves_under_new_keys(struct kunit *test)
{
	unsigned int i, k, done = 0;

	for (i = 0; i < kssh_n_scripts; i++)
		for (k = 0; k + 2 < kssh_scripts[i].n_steps; k++)
			done += held(test, &kssh_scripts[i], k);
	KUNIT_EXPECT_LE(test, 2U, done);
}

static struct kunit_case renew_cases[] = {
	KUNIT_CASE(keys_are_used_up),
	KUNIT_CASE(aes_lasts_longer),
	KUNIT_CASE(unread_payloads_put_it_off),
	KUNIT_CASE(seconds_count),
	KUNIT_CASE(not_when_it_must_not),
	KUNIT_CASE(deadline_ends_it),
	KUNIT_CASE(unread_payloads_stall_it),
	KUNIT_CASE(full_queue_does_not_stop_an_exchange),
	KUNIT_CASE(servers_arithmetic_counts),
	KUNIT_CASE(a_quarter_of_the_time),
	KUNIT_CASE(the_next_one_waits),
	KUNIT_CASE(waiting_is_bounded),
	KUNIT_CASE(what_waited_leaves_under_new_keys),
	{}
};

static struct kunit_suite renew_suite = {
	.name = "kssh_conn_renew",
	.test_cases = renew_cases,
};

kunit_test_suite(renew_suite);
