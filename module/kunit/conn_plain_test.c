// SPDX-License-Identifier: GPL-2.0
/* The connection before keys are used: order, strictness, and the server's lies. */

#include "conn_lab.h"

/* A connection that follows a script for some steps, and a server without keys. */
static struct kssh_lab *plain(struct kunit *test, const char *script,
			      unsigned int steps)
{
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, kssh_lab_find(test, script), steps);
	kssh_lab_arm(lab, NULL);
	return lab;
}

/* Feed what a script's step has, up to and with its first @lines line ends. */
static struct kssh_blob feed_banner(struct kssh_lab *lab, const char *script)
{
	const struct kssh_script *s = kssh_lab_find(lab->test, script);
	struct kssh_blob b = kssh_unhex(lab->test, s->steps[1].feed);
	const u8 *lf = memchr(b.p, '\n', b.n);
	size_t n = lf - b.p + 1;

	KUNIT_ASSERT_EQ(lab->test, n, kssh_lab_feed(lab, b.p, n, n));
	b.p += n;
	b.n -= n;
	return b;	/* the rest: KEXINIT */
}

static void first_flight_is_banner_and_kexinit(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	size_t pos;

	kssh_config_init(&cfg);
	kssh_lab_start(lab, &cfg);
	kssh_lab_arm(lab, NULL);
	KUNIT_EXPECT_MEMEQ(test, lab->out, "SSH-2.0-kssh", 12);
	pos = (u8 *)memchr(lab->out, '\n', lab->out_len) - lab->out + 1;
	KUNIT_EXPECT_EQ(test, '\r', lab->out[pos - 2]);
	lab->rx.dir.seq = 0;
	KUNIT_EXPECT_EQ(test, SSH_MSG_KEXINIT, kssh_lab_heard(lab, &pos).p[0]);
	KUNIT_EXPECT_EQ(test, lab->out_len, pos);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_HANDSHAKE, kssh_conn_state(lab->c));
	/* once only */
	kssh_conn_start(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, lab->out_len, pos);
}

/* ---- what may come before keys ---------------------------------------- */

static void noise(struct kssh_lab *lab)
{
	kssh_lab_say_lit(lab, "\2\0\0\0\1x");
	kssh_lab_say_lit(lab, "\3\0\0\0\0");
	kssh_lab_say_lit(lab, "\4\1\0\0\0\1x\0\0\0\0");
}

static void lax_takes_noise_everywhere(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "lax");
	struct kssh_lab *lab = plain(test, "lax", 0);
	struct kssh_blob b;

	b = feed_banner(lab, "lax");
	noise(lab);
	kssh_lab_feed(lab, b.p, b.n, b.n);
	noise(lab);
	b = kssh_unhex(test, s->steps[2].feed);
	/* the reply, and more before NEWKEYS */
	kssh_lab_feed(lab, b.p, b.n - 16, b.n);
	KUNIT_EXPECT_EQ(test, KSSH_S_NEWKEYS, lab->c->st);
	noise(lab);
	kssh_lab_feed(lab, b.p + b.n - 16, 16, 16);
	KUNIT_EXPECT_EQ(test, KSSH_S_SERVICE, lab->c->st);
	/* nine packets more than in the script have passed */
	KUNIT_EXPECT_EQ(test, 12u, lab->c->rx.dir.seq);
}

static void strict_wants_kexinit_first(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "gcm", 0);
	struct kssh_blob b = feed_banner(lab, "gcm");
	size_t pos = lab->out_len;

	kssh_lab_say_lit(lab, "\2\0\0\0\0");
	kssh_lab_feed(lab, b.p, b.n, b.n);
	kssh_lab_expect_failed(lab, pos, KSSH_R_STRICT_KEX);
}

static void strict_takes_no_noise(struct kunit *test)
{
	static const char *const messages[] = { "\2\0\0\0\0", "\3\0\0\0\0" };
	unsigned int i, steps;

	for (steps = 2; steps <= 3; steps++) {
		for (i = 0; i < ARRAY_SIZE(messages); i++) {
			struct kssh_lab *lab = plain(test, "gcm", 2);
			struct kssh_blob b;
			size_t pos;

			b = kssh_unhex(test, kssh_lab_find(test, "gcm")->steps[2].feed);
			if (steps == 3)	/* the reply, without NEWKEYS */
				kssh_lab_feed(lab, b.p, 4 + b.p[3] + 256 * b.p[2], b.n);
			kssh_lab_arm(lab, NULL);
			if (steps == 3) {
				/* ours is out: the answer would be under keys */
				kssh_lab_say(lab, messages[i], 5);
				KUNIT_EXPECT_EQ(test, KSSH_R_STRICT_KEX,
						kssh_conn_reason(lab->c));
				continue;
			}
			pos = lab->out_len;
			kssh_lab_say(lab, messages[i], 5);
			kssh_lab_expect_failed(lab, pos, KSSH_R_STRICT_KEX);
		}
	}
}

static void disconnect_is_always_heard(struct kunit *test)
{
	static const char *const scripts[] = { "gcm", "lax" };
	unsigned int i, steps;

	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		for (steps = 2; steps > 0; steps--) {
			struct kssh_lab *lab = plain(test, scripts[i], steps);
			struct kssh_blob text;
			struct kssh_info info;
			size_t pos;

			if (steps == 1)
				feed_banner(lab, scripts[i]);
			pos = lab->out_len;
			kssh_lab_say_lit(lab, "\1\0\0\0\14\0\0\0\3bye\0\0\0\0");
			kssh_lab_expect_failed(lab, pos, KSSH_R_PEER_DISCONNECT);
			text = kssh_conn_disconnect_text(lab->c);
			KUNIT_EXPECT_TRUE(test, kssh_blob_is(text, "bye"));
			kssh_conn_info(lab->c, &info);
			KUNIT_EXPECT_EQ(test, 12u, info.peer_disconnect);
			KUNIT_EXPECT_EQ(test, (u32)ESHUTDOWN, info.error);
		}
	}
}

static void other_messages_are_unexpected(struct kunit *test)
{
	static const u8 bad[] = { 0, 5, 6, 7, 8, 19, 21, 22, 30, 32, 49, 50, 52, 80,
				  192, 193, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct kssh_lab *lab = plain(test, "lax", 2);
		size_t pos = lab->out_len;

		kssh_lab_say(lab, (u8 []){ bad[i], 0, 0, 0, 0 }, 5);
		kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
	}
}

static void ignorable_messages_are_counted(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "lax", 2);
	size_t pos = lab->out_len;
	int i;

	for (i = 0; i < 1024; i++)
		kssh_lab_say_lit(lab, "\2");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	kssh_lab_say_lit(lab, "\2");
	kssh_lab_expect_failed(lab, pos, KSSH_R_FLOOD);
}

static void fields_must_fit(struct kunit *test)
{
	static const struct { const char *p; size_t n; } bad[] = {
#define BAD(lit) { lit, sizeof(lit) - 1 }
		BAD("\1\0\0\0"), BAD("\1\0\0\0\1\0\0\0\5bye"), BAD("\3\0\0\0"),
		BAD("\3\0\0\0\0\0"), BAD("\4"), BAD("\4\0\0\0\0\1"),
		BAD("\x1f"), BAD("\x1f\0\0\0\0\0\0\0\0"),
		BAD("\x1f\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct kssh_lab *lab = plain(test, "lax", 2);
		size_t pos = lab->out_len;

		kssh_lab_say(lab, bad[i].p, bad[i].n);
		kssh_lab_expect_failed(lab, pos, KSSH_R_MALFORMED);
	}
}

static void newkeys_is_one_byte(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "lax", 2);
	struct kssh_blob b;

	b = kssh_unhex(test, kssh_lab_find(test, "lax")->steps[2].feed);
	kssh_lab_feed(lab, b.p, b.n - 16, b.n);
	KUNIT_ASSERT_EQ(test, KSSH_S_NEWKEYS, lab->c->st);
	kssh_lab_arm(lab, NULL);
	kssh_lab_say_lit(lab, "\x15\0");
	KUNIT_EXPECT_EQ(test, KSSH_R_MALFORMED, kssh_conn_reason(lab->c));
}

/* ---- a wrong guess ---------------------------------------------------- */

static const struct guess_row {
	const char *kex, *hostkeys;
	bool follows;
	bool strict;
	bool wrong;	/* and so a packet is dropped */
} guesses[] = {
	{ "curve25519-sha256", "ssh-ed25519", true, false, false },
	{ "curve25519-sha256", "rsa-sha2-512,ssh-ed25519", true, false, true },
	{ "x,curve25519-sha256", "ssh-ed25519", true, false, true },
	{ "x,curve25519-sha256", "rsa-sha2-512,ssh-ed25519", true, false, true },
	{ "x,curve25519-sha256,kex-strict-s-v00@openssh.com", "ssh-ed25519",
	  true, true, true },
	{ "curve25519-sha256,kex-strict-s-v00@openssh.com", "ssh-ed25519",
	  true, true, false },
	/* nothing announced, so nothing is wrong */
	{ "x,curve25519-sha256", "rsa-sha2-512,ssh-ed25519", false, false, false },
};

/* Is exactly one packet dropped after each of them, or none? */
static void wrong_guess_is_dropped_once(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(guesses); i++) {
		struct kssh_lab *lab = plain(test, "lax", 0);
		size_t pos;

		feed_banner(lab, "lax");
		kssh_lab_kexinit(lab, guesses[i].kex, guesses[i].hostkeys, guesses[i].follows);
		KUNIT_ASSERT_EQ(test, KSSH_S_KEX, lab->c->st);
		kssh_lab_arm(lab, NULL);
		pos = lab->out_len;
		if (!guesses[i].strict)
			noise(lab);	/* below the dispatcher: not the guess */
		if (guesses[i].wrong) {
			/* whatever it is: 50 is not looked at, nor in strict
			 * key exchange a message that would be a violation
			 */
			if (guesses[i].strict)
				kssh_lab_say_lit(lab, "\2\0\0\0\0");
			else
				kssh_lab_say_lit(lab, "\x32 what I guessed");
			KUNIT_ASSERT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
		}
		kssh_lab_say_lit(lab, "\x32 again");
		kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
	}
}

static void disconnect_is_no_guess(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "lax", 0);
	size_t pos;

	feed_banner(lab, "lax");
	kssh_lab_kexinit(lab, guesses[4].kex, guesses[4].hostkeys, true);
	pos = lab->out_len;
	kssh_lab_say_lit(lab, "\1\0\0\0\2\0\0\0\0\0\0\0\0");
	kssh_lab_expect_failed(lab, pos, KSSH_R_PEER_DISCONNECT);
}

/* ---- ends ------------------------------------------------------------- */

static void end_of_stream_is_told(struct kunit *test)
{
	unsigned int steps;

	for (steps = 1; steps < 4; steps++) {
		struct kssh_lab *lab = plain(test, "gcm", steps);
		size_t pos = lab->out_len;

		kssh_conn_rx_eof(lab->c);
		kssh_lab_run(lab);
		kssh_lab_expect_failed(lab, pos, KSSH_R_PEER_CLOSED);
	}
}

/* The server's last words are heard though its stream has ended behind them. */
static void last_words_are_heard(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "lax", 0);
	struct kssh_blob b = feed_banner(lab, "lax");
	u8 *buf = kunit_kzalloc(test, b.n + 64, GFP_KERNEL);
	size_t n = b.n;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	lab->hold = true;
	memcpy(buf, b.p, n);
	lab->tx.dir.seq = 1;
	n += kssh_lab_seal(lab, "\1\0\0\0\2\0\0\0\0\0\0\0\0", 13, buf + n);
	kssh_lab_feed(lab, buf, n, n);
	kssh_conn_rx_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	lab->hold = false;
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, KSSH_R_PEER_DISCONNECT, kssh_conn_reason(lab->c));
}

static void first_reason_stays(struct kunit *test)
{
	struct kssh_lab *lab = plain(test, "lax", 2);
	size_t pos = lab->out_len;

	kssh_conn_fail(lab->c, KSSH_R_TIMEOUT);
	kssh_conn_fail(lab->c, KSSH_R_CANCELLED);
	kssh_conn_rx_eof(lab->c);
	kssh_lab_run(lab);
	kssh_lab_expect_failed(lab, pos, KSSH_R_TIMEOUT);
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_verdict(lab->c, 0));
	KUNIT_EXPECT_EQ(test, -ENOTCONN, kssh_conn_disconnect(lab->c, 0, ""));
}

static void failure_before_start_says_nothing(struct kunit *test)
{
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	const u8 *p;

	kssh_config_init(&cfg);
	lab->c = kssh_conn_new(&cfg, &lab->env);
	KUNIT_ASSERT_NOT_NULL(test, lab->c);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_IDLE, kssh_conn_state(lab->c));
	kssh_conn_fail(lab->c, KSSH_R_CANCELLED);
	kssh_conn_start(lab->c);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_tx_pending(lab->c, &p));
	KUNIT_EXPECT_EQ(test, KSSH_STATE_FAILED, kssh_conn_state(lab->c));
}

static struct kunit_case plain_cases[] = {
	KUNIT_CASE(first_flight_is_banner_and_kexinit),
	KUNIT_CASE(lax_takes_noise_everywhere),
	KUNIT_CASE(strict_wants_kexinit_first),
	KUNIT_CASE(strict_takes_no_noise),
	KUNIT_CASE(disconnect_is_always_heard),
	KUNIT_CASE(other_messages_are_unexpected),
	KUNIT_CASE(ignorable_messages_are_counted),
	KUNIT_CASE(fields_must_fit),
	KUNIT_CASE(newkeys_is_one_byte),
	KUNIT_CASE(wrong_guess_is_dropped_once),
	KUNIT_CASE(disconnect_is_no_guess),
	KUNIT_CASE(end_of_stream_is_told),
	KUNIT_CASE(last_words_are_heard),
	KUNIT_CASE(first_reason_stays),
	KUNIT_CASE(failure_before_start_says_nothing),
	{}
};

static struct kunit_suite plain_suite = {
	.name = "kssh_conn_plain",
	.test_cases = plain_cases,
};

kunit_test_suite(plain_suite);
