// SPDX-License-Identifier: GPL-2.0
/*
 * Our guess: when it is made, what becomes of it, and that it changes nothing else.
 * Sessions with a guess, byte by byte, are among those of conn_scripts.c.
 */

#include "conn_lab.h"

#include <linux/unaligned.h>

#define X25519		"curve25519-sha256"
#define GROUP14		"diffie-hellman-group14-sha256"
#define GEX		"diffie-hellman-group-exchange-sha256"
#define ED		"ssh-ed25519"
#define RSA		"rsa-sha2-512"

static void see(struct kunit *test, struct kssh_config *cfg, const char *kex,
		const char *hostkey)
{
	struct kssh_blob k = { .p = (const u8 *)kex, .n = strlen(kex) };
	struct kssh_blob h = { .p = (const u8 *)hostkey, .n = strlen(hostkey) };

	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&cfg->seen_kex, k));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&cfg->seen_hostkey, h));
}

/* A connection that offers @kex and ssh-ed25519 and has seen that of the server. */
static struct kssh_lab *started(struct kunit *test, u8 guess, const char *kex,
				const char *seen_kex, const char *seen_hostkey)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;

	kssh_lab_config(test, kssh_lab_find(test, "chacha"), &cfg);
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_KEX, kex,
						      strlen(kex)));
	cfg.guess = guess;
	see(test, &cfg, seen_kex, seen_hostkey);
	kssh_lab_start(lab, &cfg);
	return lab;
}

/* What left: 0 no guess, 1 one that is announced, 2 one that is not. */
static int guessed(struct kssh_lab *lab)
{
	size_t pos = (u8 *)memchr(lab->out, '\n', lab->out_len) - lab->out + 1;
	struct kssh_kexinit k = {};
	struct kssh_blob b;

	kssh_lab_arm(lab, NULL);
	lab->rx.dir.seq = 0;
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(lab->test, 0, kssh_kexinit_read(b, &k));
	b = kssh_lab_heard(lab, &pos);
	if (!b.n) {
		KUNIT_EXPECT_FALSE(lab->test, k.follows);
		KUNIT_EXPECT_FALSE(lab->test, lab->c->flags & KSSH_INFO_GUESSED);
		return 0;
	}
	KUNIT_EXPECT_EQ(lab->test, SSH_MSG_KEX_ECDH_INIT, b.p[0]);
	KUNIT_EXPECT_TRUE(lab->test, lab->c->flags & KSSH_INFO_GUESSED);
	KUNIT_EXPECT_EQ(lab->test, pos, lab->out_len);
	return k.follows ? 1 : 2;
}

static void what_was_seen_decides(struct kunit *test)
{
	static const struct {
		const char *ours, *kex, *hostkey;
		int safe, may_abort;
	} rows[] = {
		{ X25519, X25519, ED, 1, 1 },
		{ X25519 "," GROUP14, X25519 ",other", ED "," RSA, 1, 1 },
		{ X25519, X25519, RSA "," ED, 0, 2 },
		{ X25519, GROUP14 "," X25519, ED, 0, 2 },
		{ X25519 "," GROUP14, GROUP14, ED, 0, 0 },
		{ X25519, X25519 "@libssh.org", ED, 0, 0 },
		{ GEX "," X25519, GEX "," X25519, ED, 0, 0 },
		{ X25519, "", "", 0, 0 },
		{ X25519, "", ED, 0, 0 },
		{ X25519, ",", ",", 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ_MSG(test, rows[i].safe,
				    guessed(started(test, KSSH_GUESS_SAFE, rows[i].ours,
						    rows[i].kex, rows[i].hostkey)),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, rows[i].may_abort,
				    guessed(started(test, KSSH_GUESS_MAY_ABORT,
						    rows[i].ours, rows[i].kex,
						    rows[i].hostkey)),
				    "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    guessed(started(test, KSSH_GUESS_NEVER, rows[i].ours,
						    rows[i].kex, rows[i].hostkey)),
				    "row %u", i);
	}
}

/* Nothing seen of a server may change what is offered to it, or the order. */
static void offer_stays(struct kunit *test)
{
	struct kssh_lab *lab = started(test, KSSH_GUESS_MAY_ABORT, X25519 "," GROUP14,
				       GROUP14 "," X25519, RSA "," ED);
	struct kssh_lab *plain = started(test, KSSH_GUESS_NEVER, X25519 "," GROUP14,
					 GROUP14 "," X25519, RSA "," ED);

	/* not announced, so that not even a bit of KEXINIT differs */
	KUNIT_ASSERT_GT(test, lab->out_len, plain->out_len);
	KUNIT_EXPECT_MEMEQ(test, lab->out, plain->out, plain->out_len);
}

/* The first flight is one piece: nothing of it is there while the job runs. */
static void first_flight_waits_for_its_job(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "our_guess");
	struct kssh_blob server = kssh_unhex(test, s->steps[1].feed);
	struct kssh_blob want = kssh_unhex(test, s->steps[0].expect);
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	u8 *p;

	kssh_lab_config(test, s, &cfg);
	lab->hold = true;
	kssh_lab_start(lab, &cfg);
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->out_len);
	/* the server's first flight comes before ours is ready */
	KUNIT_EXPECT_EQ(test, server.n,
			kssh_lab_feed(lab, server.p, server.n, server.n));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	lab->hold = false;
	kssh_lab_run(lab);
	KUNIT_ASSERT_EQ(test, want.n, lab->out_len);
	KUNIT_EXPECT_MEMEQ(test, want.p, lab->out, want.n);
	KUNIT_EXPECT_EQ(test, KSSH_S_KEX, lab->c->st);
}

static void ended_while_the_job_runs(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "our_guess");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	struct kssh_job job;
	size_t pos;

	kssh_lab_config(test, s, &cfg);
	lab->hold = true;
	kssh_lab_start(lab, &cfg);
	KUNIT_ASSERT_TRUE(test, kssh_conn_job_take(lab->c, &job));
	kssh_conn_fail(lab->c, KSSH_R_TIMEOUT);
	kssh_job_run(&job);
	kssh_conn_job_done(lab->c, &job);
	kssh_lab_run(lab);
	kssh_lab_arm(lab, NULL);
	pos = (u8 *)memchr(lab->out, '\n', lab->out_len) - lab->out + 1;
	kssh_lab_expect_failed(lab, pos, KSSH_R_TIMEOUT);
	KUNIT_EXPECT_FALSE(test, lab->c->flags & KSSH_INFO_GUESSED);
}

static void wrong_and_silent_ends_it(struct kunit *test)
{
	static const char banner[] = "SSH-2.0-x\r\n";
	struct kssh_lab *lab = started(test, KSSH_GUESS_MAY_ABORT, X25519 "," GROUP14,
				       GROUP14 "," X25519, RSA "," ED);
	size_t pos = lab->out_len;

	kssh_lab_feed(lab, banner, sizeof(banner) - 1, SIZE_MAX);
	kssh_lab_arm(lab, NULL);
	kssh_lab_kexinit(lab, GROUP14, ED, false);
	kssh_lab_expect_failed(lab, pos, KSSH_R_GUESS_REFUSED);
	KUNIT_EXPECT_FALSE(test, lab->c->flags & KSSH_INFO_GUESS_RIGHT);
}

static void result_is_told(struct kunit *test)
{
	static const struct { const char *script; u32 flags; } rows[] = {
		{ "chacha", 0 },
		{ "our_guess", KSSH_INFO_GUESSED | KSSH_INFO_GUESS_RIGHT },
		{ "our_guess_dropped", KSSH_INFO_GUESSED },
		{ "our_guess_other", KSSH_INFO_GUESSED },
		{ "our_guess_silent", KSSH_INFO_GUESSED | KSSH_INFO_GUESS_RIGHT },
	};
	struct kssh_info info;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kssh_lab *lab = kssh_lab_new(test);

		kssh_lab_script(lab, kssh_lab_find(test, rows[i].script), 4);
		kssh_conn_info(lab->c, &info);
		KUNIT_EXPECT_EQ(test, KSSH_STATE_OPEN, info.state);
		KUNIT_EXPECT_EQ_MSG(test, rows[i].flags, info.flags &
				    (KSSH_INFO_GUESSED | KSSH_INFO_GUESS_RIGHT),
				    "%s", rows[i].script);
	}
}

/* ---- what is remembered ------------------------------------------------ */

/* The signature is good, the verdict is not there. */
static struct kssh_lab *proven(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "our_guess_dropped");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	struct kssh_blob feed;
	int i;

	kssh_lab_config(test, s, &cfg);
	lab->verdict = -1;
	kssh_lab_start(lab, &cfg);
	for (i = 1; i < 3; i++) {
		feed = kssh_unhex(test, s->steps[i].feed);
		kssh_lab_feed(lab, feed.p, feed.n, feed.n);
	}
	KUNIT_ASSERT_EQ(test, KSSH_S_PROVE, lab->c->st);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_VERDICT);
	KUNIT_EXPECT_FALSE(test, lab->events & KSSH_EV_TRUSTED);
	return lab;
}

static void lists_are_kept_once_trusted(struct kunit *test)
{
	struct kssh_lab *lab = proven(test);
	struct kssh_blob kex, hostkey;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_verdict(lab->c, 0));
	KUNIT_EXPECT_TRUE(test, kssh_conn_take_events(lab->c) & KSSH_EV_TRUSTED);
	KUNIT_ASSERT_TRUE(test, kssh_conn_seen(lab->c, &kex, &hostkey));
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(kex, X25519 ",ext-info-s," KSSH_STRICT_S));
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(hostkey, RSA "," ED));
}

/* The server may end the connection before anybody has taken the events. */
static void proof_outlives_the_end(struct kunit *test)
{
	struct kssh_lab *lab = proven(test);
	struct kssh_blob kex, hostkey;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_verdict(lab->c, 0));
	kssh_conn_fail(lab->c, KSSH_R_PEER_DISCONNECT);
	KUNIT_EXPECT_EQ(test, (u32)(KSSH_EV_TRUSTED | KSSH_EV_FAILED),
			kssh_conn_take_events(lab->c));
	KUNIT_EXPECT_TRUE(test, kssh_conn_seen(lab->c, &kex, &hostkey));
}

static void nothing_is_kept_unasked(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_blob kex, hostkey, feed;
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;

	kssh_lab_config(test, s, &cfg);
	cfg.guess = KSSH_GUESS_NEVER;
	see(test, &cfg, X25519, ED);
	kssh_lab_start(lab, &cfg);
	feed = kssh_unhex(test, s->steps[1].feed);
	kssh_lab_feed(lab, feed.p, feed.n, feed.n);
	KUNIT_EXPECT_EQ(test, KSSH_S_KEX, lab->c->st);
	KUNIT_EXPECT_FALSE(test, kssh_conn_seen(lab->c, &kex, &hostkey));
}

/* ---- early ------------------------------------------------------------- */

static struct kssh_lab *early(struct kunit *test, unsigned int steps)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob feed;
	struct kssh_config cfg;
	unsigned int i;

	kssh_lab_config(test, s, &cfg);
	cfg.early = true;
	kssh_lab_start(lab, &cfg);
	for (i = 1; i < steps; i++) {
		feed = kssh_unhex(test, s->steps[i].feed);
		kssh_lab_feed(lab, feed.p, feed.n, feed.n);
	}
	return lab;
}

static int say(struct kssh_lab *lab, const char *p, size_t n)
{
	u8 *to;
	int r = kssh_conn_tx_reserve(lab->c, n, &to);

	if (r)
		return r;
	memcpy(to, p, n);
	return kssh_conn_tx_commit(lab->c, n, false);
}

static void early_sends_before_the_service(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_blob reply = kssh_unhex(test, s->steps[2].feed);
	struct kssh_lab *lab = early(test, 2);
	struct kssh_blob msg;
	struct kssh_info info;
	size_t pos;

	KUNIT_EXPECT_EQ(test, -ENOTCONN, say(lab, "\x32x", 2));
	/* the reply alone: not even the server's NEWKEYS is there */
	reply.n = 4 + get_unaligned_be32(reply.p);
	kssh_lab_feed(lab, reply.p, reply.n, reply.n);
	KUNIT_ASSERT_EQ(test, KSSH_S_NEWKEYS, lab->c->st);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_OPEN);
	kssh_lab_arm(lab, s);
	pos = lab->out_len;
	KUNIT_ASSERT_EQ(test, 0, say(lab, "\x32x", 2));
	kssh_lab_run(lab);
	msg = kssh_lab_heard(lab, &pos);
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(msg, "\x32x"));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_NEWKEYS, info.phase);
}

static void early_still_wants_the_service(struct kunit *test)
{
	struct kssh_lab *lab = early(test, 3);
	struct kssh_info info;

	KUNIT_EXPECT_EQ(test, KSSH_S_SERVICE, lab->c->st);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	lab->events = 0;
	kssh_lab_say_lit(lab, "\6\0\0\0\14ssh-userauth");
	KUNIT_EXPECT_EQ(test, KSSH_EV_SERVED, lab->events);
	KUNIT_EXPECT_EQ(test, KSSH_S_AUTH, lab->c->st);

	lab = early(test, 3);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	kssh_lab_say_lit(lab, "\6\0\0\0\16ssh-connection");
	KUNIT_EXPECT_EQ(test, KSSH_R_SERVICE_MISMATCH, kssh_conn_reason(lab->c));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_SERVICE, info.phase);
	KUNIT_EXPECT_EQ(test, -EPROTO, say(lab, "\x32x", 2));

	/* an answer to what rode along does not come before that */
	lab = early(test, 3);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	kssh_lab_say_lit(lab, "\x34");
	KUNIT_EXPECT_EQ(test, KSSH_R_UNEXPECTED_MESSAGE, kssh_conn_reason(lab->c));
}

static void early_is_not_before_the_verdict(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_blob feed;
	struct kssh_config cfg;
	size_t pos;
	int i;

	kssh_lab_config(test, s, &cfg);
	cfg.early = true;
	lab->verdict = -1;
	kssh_lab_start(lab, &cfg);
	for (i = 1; i < 3; i++) {
		feed = kssh_unhex(test, s->steps[i].feed);
		kssh_lab_feed(lab, feed.p, feed.n, feed.n);
	}
	pos = lab->out_len;
	KUNIT_EXPECT_EQ(test, KSSH_STATE_WAIT_VERDICT, kssh_conn_state(lab->c));
	KUNIT_EXPECT_EQ(test, -ENOTCONN, say(lab, "\x32x", 2));
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_verdict(lab->c, KSSH_R_HOSTKEY_REFUSED));
	kssh_lab_run(lab);
	KUNIT_EXPECT_FALSE(test, lab->events & KSSH_EV_OPEN);
	kssh_lab_arm(lab, NULL);
	kssh_lab_expect_failed(lab, pos, KSSH_R_HOSTKEY_REFUSED);
}

static struct kunit_case guess_cases[] = {
	KUNIT_CASE(what_was_seen_decides),
	KUNIT_CASE(offer_stays),
	KUNIT_CASE(first_flight_waits_for_its_job),
	KUNIT_CASE(ended_while_the_job_runs),
	KUNIT_CASE(wrong_and_silent_ends_it),
	KUNIT_CASE(result_is_told),
	KUNIT_CASE(lists_are_kept_once_trusted),
	KUNIT_CASE(proof_outlives_the_end),
	KUNIT_CASE(nothing_is_kept_unasked),
	KUNIT_CASE(early_sends_before_the_service),
	KUNIT_CASE(early_still_wants_the_service),
	KUNIT_CASE(early_is_not_before_the_verdict),
	{}
};

static struct kunit_suite guess_suite = {
	.name = "kssh_conn_guess",
	.test_cases = guess_cases,
};

kunit_test_suite(guess_suite);
