// SPDX-License-Identifier: GPL-2.0
/* Host key, signature, verdict and jobs: who waits for whom, and what may leave. */

#include "conn_lab.h"

/* Follows "gcm" to where only the verdict or the job is missing. */
static struct kssh_lab *asked(struct kunit *test, u8 verify, bool hold)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	struct kssh_blob b;
	int i;

	kssh_lab_config(test, s, &cfg);
	cfg.verify = verify;
	lab->verdict = -1;
	kssh_lab_start(lab, &cfg);
	for (i = 1; i <= 2; i++) {
		lab->hold = hold && i == 2;
		b = kssh_unhex(test, s->steps[i].feed);
		KUNIT_ASSERT_EQ(test, b.n, kssh_lab_feed(lab, b.p, b.n, b.n));
	}
	return lab;
}

/* All that step 2 brings has come, byte for byte, and not before now. */
static void expect_third_flight(struct kssh_lab *lab, size_t pos)
{
	const struct kssh_script *s = kssh_lab_find(lab->test, "gcm");
	struct kssh_blob want = kssh_unhex(lab->test, s->steps[2].expect);

	KUNIT_ASSERT_EQ(lab->test, want.n, lab->out_len - pos);
	KUNIT_EXPECT_MEMEQ(lab->test, want.p, lab->out + pos, want.n);
	/* and what the server sent meanwhile has been read */
	KUNIT_EXPECT_EQ(lab->test, KSSH_S_SERVICE, lab->c->st);
	KUNIT_EXPECT_EQ(lab->test, 1u, lab->c->ext_infos);
}

static void nothing_leaves_unasked(struct kssh_lab *lab, size_t pos)
{
	u8 *p;

	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(lab->test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(lab->test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	KUNIT_EXPECT_EQ(lab->test, KSSH_S_PROVE, lab->c->st);
	KUNIT_EXPECT_EQ(lab->test, KSSH_R_NONE, kssh_conn_reason(lab->c));
}

static void helper_is_asked_before_the_job_is_done(struct kunit *test)
{
	struct kssh_lab *lab = asked(test, KSSH_VERIFY_HELPER, true);
	size_t pos = lab->out_len;

	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_ASK);
	KUNIT_EXPECT_FALSE(test, lab->events & (KSSH_EV_RESULT | KSSH_EV_VERDICT));
	KUNIT_EXPECT_GT(test, kssh_conn_hostkey(lab->c).n, (size_t)0);
	/* no signature is shown before it is known to be good */
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_hostkey_sig(lab->c).n);
	KUNIT_EXPECT_STREQ(test, "ssh-ed25519", kssh_conn_hostkey_name(lab->c));
	nothing_leaves_unasked(lab, pos);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_verdict(lab->c, 0));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_verdict(lab->c, 0));
	nothing_leaves_unasked(lab, pos);
	lab->hold = false;
	kssh_lab_run(lab);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RESULT);
	KUNIT_EXPECT_GT(test, kssh_conn_hostkey_sig(lab->c).n, (size_t)0);
	expect_third_flight(lab, pos);
}

static void job_may_be_done_before_the_verdict(struct kunit *test)
{
	struct kssh_lab *lab = asked(test, KSSH_VERIFY_HELPER, false);
	struct kssh_info info;
	size_t pos = lab->out_len;

	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_RESULT);
	nothing_leaves_unasked(lab, pos);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_TRUST, info.phase);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_HANDSHAKE, info.state);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_verdict(lab->c, 0));
	kssh_lab_run(lab);
	expect_third_flight(lab, pos);
}

static void application_is_asked_once_the_signature_is_good(struct kunit *test)
{
	struct kssh_lab *lab = asked(test, KSSH_VERIFY_APP, true);
	size_t pos = lab->out_len;

	KUNIT_EXPECT_FALSE(test, lab->events & (KSSH_EV_ASK | KSSH_EV_VERDICT));
	KUNIT_EXPECT_EQ(test, KSSH_STATE_HANDSHAKE, kssh_conn_state(lab->c));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_verdict(lab->c, 0));
	nothing_leaves_unasked(lab, pos);
	lab->hold = false;
	kssh_lab_run(lab);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_VERDICT);
	KUNIT_EXPECT_FALSE(test, lab->events & KSSH_EV_RESULT);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_WAIT_VERDICT, kssh_conn_state(lab->c));
	nothing_leaves_unasked(lab, pos);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_verdict(lab->c, 0));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_verdict(lab->c, 0));
	expect_third_flight(lab, pos);
}

static void refusal_ends_it(struct kunit *test)
{
	static const int reasons[] = {
		KSSH_R_HOSTKEY_UNKNOWN, KSSH_R_HOSTKEY_CHANGED, KSSH_R_HOSTKEY_REVOKED,
		KSSH_R_HOSTKEY_REFUSED, KSSH_R_NO_HELPER, KSSH_R_HELPER_GONE,
	};
	unsigned int i;
	int hold;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		for (hold = 0; hold < 2; hold++) {
			struct kssh_lab *lab = asked(test, KSSH_VERIFY_HELPER, hold);
			struct kssh_info info;
			size_t pos = lab->out_len;

			kssh_lab_arm(lab, NULL);
			KUNIT_EXPECT_EQ(test, 0, kssh_conn_verdict(lab->c, reasons[i]));
			lab->hold = false;
			kssh_lab_run(lab);
			kssh_lab_expect_failed(lab, pos, reasons[i]);
			kssh_conn_info(lab->c, &info);
			KUNIT_EXPECT_EQ(test, KSSH_PHASE_TRUST, info.phase);
		}
	}
}

/* The job comes back to a connection that is over, or is gone. */
static void late_job_is_dropped(struct kunit *test)
{
	struct kssh_lab *lab = asked(test, KSSH_VERIFY_HELPER, true);
	size_t pos = lab->out_len;
	struct kssh_job job, none;

	KUNIT_ASSERT_TRUE(test, kssh_conn_job_take(lab->c, &job));
	KUNIT_EXPECT_TRUE(test, job.finish);
	KUNIT_EXPECT_FALSE(test, kssh_conn_job_take(lab->c, &none));
	kssh_lab_arm(lab, NULL);
	kssh_conn_fail(lab->c, KSSH_R_TIMEOUT);
	kssh_job_run(&job);
	KUNIT_EXPECT_EQ(test, 0, job.result);
	kssh_conn_job_done(lab->c, &job);
	KUNIT_EXPECT_NULL(test, job.x);
	/* its secrets are gone at once, not with the connection */
	KUNIT_EXPECT_NULL(test, lab->c->x);
	kssh_lab_run(lab);
	kssh_lab_expect_failed(lab, pos, KSSH_R_TIMEOUT);

	lab = asked(test, KSSH_VERIFY_HELPER, true);
	KUNIT_ASSERT_TRUE(test, kssh_conn_job_take(lab->c, &job));
	kssh_conn_free(lab->c);
	lab->c = NULL;
	kssh_job_run(&job);
	kssh_job_drop(&job);
	KUNIT_EXPECT_NULL(test, job.x);
}

/* ---- pins ------------------------------------------------------------- */

static struct kssh_lab *pinned(struct kunit *test, unsigned int n, unsigned int match)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_blob key = kssh_unhex(test, s->hostkey), b;
	struct kssh_lab *lab = kssh_lab_new(test);
	u8 pins[KSSH_PIN_MAX][KSSH_PIN_LEN];
	struct kssh_config cfg;
	int i;

	kssh_lab_config(test, s, &cfg);
	cfg.verify = KSSH_VERIFY_PIN;
	memset(pins, 0x5a, sizeof(pins));
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_pins(&cfg, pins[0], n));
	if (match < n)
		KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA256, key.p, key.n,
							  cfg.pins[match]));
	kssh_lab_start(lab, &cfg);
	kssh_lab_arm(lab, NULL);
	for (i = 1; i <= 2; i++) {
		b = kssh_unhex(test, s->steps[i].feed);
		kssh_lab_feed(lab, b.p, b.n, b.n);
	}
	return lab;
}

static void pins_decide(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_lab *lab;
	struct kssh_info info;
	size_t pos;

	lab = pinned(test, KSSH_PIN_MAX, KSSH_PIN_MAX - 1);
	KUNIT_EXPECT_EQ(test, KSSH_S_SERVICE, lab->c->st);
	KUNIT_EXPECT_FALSE(test, lab->events & (KSSH_EV_ASK | KSSH_EV_VERDICT));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_NE(test, 0ull, (u64)info.phase_time[KSSH_PHASE_TRUST].end);

	/* none matches; or one does that is not of the set */
	pos = kssh_unhex(test, s->steps[0].expect).n +
	      kssh_unhex(test, s->steps[1].expect).n;
	lab = pinned(test, KSSH_PIN_MAX, KSSH_PIN_MAX);
	lab->rx.dir.seq = 2;
	kssh_lab_expect_failed(lab, pos, KSSH_R_PIN_MISMATCH);
	lab = pinned(test, 1, 1);
	kssh_lab_expect_failed(lab, pos, KSSH_R_PIN_MISMATCH);
	lab = pinned(test, 0, 0);
	kssh_lab_expect_failed(lab, pos, KSSH_R_PIN_MISMATCH);
}

/* ---- the reply -------------------------------------------------------- */

/* The script's reply in its parts, to be sent with changes. */
struct reply {
	u8 k_s[128], q_s[64], sig[128];
	size_t k_n, q_n, s_n;
};

static void take(struct kssh_rd *rd, u8 *to, size_t *n)
{
	struct kssh_blob b = kssh_rd_string(rd);

	memcpy(to, b.p, b.n);
	*n = b.n;
}

static struct kssh_lab *reply_wanted(struct kunit *test, struct reply *r)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_blob b = kssh_unhex(test, s->steps[1].feed);
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	struct kssh_rd rd;

	kssh_lab_config(test, s, &cfg);
	cfg.verify = KSSH_VERIFY_HELPER;
	lab->verdict = -1;
	kssh_lab_start(lab, &cfg);
	kssh_lab_feed(lab, b.p, b.n, b.n);
	kssh_lab_arm(lab, NULL);
	b = kssh_unhex(test, s->steps[2].feed);
	kssh_rd_init(&rd, b.p + 6, b.n - 6);
	take(&rd, r->k_s, &r->k_n);
	take(&rd, r->q_s, &r->q_n);
	take(&rd, r->sig, &r->s_n);
	KUNIT_ASSERT_FALSE(test, rd.bad);
	return lab;
}

static void say_reply(struct kssh_lab *lab, const struct reply *r)
{
	struct kssh_wr w;
	u8 buf[512];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, SSH_MSG_KEX_ECDH_REPLY);
	kssh_wr_string(&w, r->k_s, r->k_n);
	kssh_wr_string(&w, r->q_s, r->q_n);
	kssh_wr_string(&w, r->sig, r->s_n);
	kssh_lab_say(lab, buf, kssh_wr_len(&w));
}

/* The public key of RFC 8032 7.1, test 1. */
static const u8 rfc8032_test1[32] = {
	0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9,
	0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02,
	0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
};

static void reply_is_judged(struct kunit *test)
{
	/* @ask: all that is needed to ask was there, only the signature was not good */
	static const struct { const char *name; int reason; bool ask; } rows[] = {
		{ "as it was", KSSH_R_NONE, true },
		{ "point is zero", KSSH_R_KEX_PUBLIC_VALUE, true },
		{ "point short", KSSH_R_KEX_PUBLIC_VALUE, false },
		{ "point long", KSSH_R_KEX_PUBLIC_VALUE, false },
		{ "point wrong", KSSH_R_SIGNATURE_WRONG, true },
		{ "key of another type", KSSH_R_HOSTKEY_TYPE, false },
		{ "key cut", KSSH_R_HOSTKEY_MALFORMED, false },
		{ "another key", KSSH_R_SIGNATURE_WRONG, true },
		{ "signature wrong", KSSH_R_SIGNATURE_WRONG, true },
		{ "signature of another type", KSSH_R_SIGNATURE_MALFORMED, true },
		{ "signature cut", KSSH_R_SIGNATURE_MALFORMED, true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kssh_lab *lab;
		struct reply r;
		size_t pos;

		lab = reply_wanted(test, &r);
		switch (i) {
		case 1:
			memset(r.q_s, 0, r.q_n);
			break;
		case 2:
			r.q_n--;
			break;
		case 3:
			r.q_s[r.q_n++] = 1;
			break;
		case 4:
			r.q_s[3] ^= 4;
			break;
		case 5:
			r.k_s[14] = '8';
			break;
		case 6:
			r.k_n--;
			break;
		case 7:
			memcpy(r.k_s + 19, rfc8032_test1, 32);
			break;
		case 8:
			r.sig[r.s_n - 40] ^= 1;
			break;
		case 9:
			r.sig[14] = '8';
			break;
		case 10:
			r.s_n--;
			break;
		}
		pos = lab->out_len;
		say_reply(lab, &r);
		KUNIT_EXPECT_EQ_MSG(test, rows[i].ask, !!(lab->events & KSSH_EV_ASK),
				    "%s", rows[i].name);
		KUNIT_EXPECT_EQ_MSG(test, !rows[i].reason,
				    !!(lab->events & KSSH_EV_RESULT),
				    "%s", rows[i].name);
		if (rows[i].reason)
			kssh_lab_expect_failed(lab, pos, rows[i].reason);
	}
}

static void phases_follow_each_other(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_info info;
	u64 before = 0;
	int p;

	kssh_lab_script(lab, s, s->n_steps);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_OPEN, info.phase);
	KUNIT_EXPECT_EQ(test, (u64)1, (u64)info.rekeys);
	KUNIT_EXPECT_TRUE(test, info.flags & KSSH_INFO_AUTHED);
	KUNIT_EXPECT_TRUE(test, info.flags & KSSH_INFO_EXT_INFO);
	KUNIT_EXPECT_FALSE(test, info.flags & KSSH_INFO_REKEYING);
	for (p = KSSH_PHASE_BANNER; p < KSSH_PHASE_COUNT; p++) {
		KUNIT_EXPECT_TRUE_MSG(test, info.phase_time[p].begin > before,
				      "phase %d", p);
		before = info.phase_time[p].begin;
		if (p == KSSH_PHASE_OPEN) {
			KUNIT_EXPECT_EQ(test, (u64)0, (u64)info.phase_time[p].end);
			continue;
		}
		KUNIT_EXPECT_TRUE_MSG(test, info.phase_time[p].end > before,
				      "phase %d", p);
	}
	kssh_conn_fail(lab->c, KSSH_R_CANCELLED);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_NE(test, (u64)0, (u64)info.phase_time[KSSH_PHASE_OPEN].end);
}

static struct kunit_case trust_cases[] = {
	KUNIT_CASE(helper_is_asked_before_the_job_is_done),
	KUNIT_CASE(job_may_be_done_before_the_verdict),
	KUNIT_CASE(application_is_asked_once_the_signature_is_good),
	KUNIT_CASE(refusal_ends_it),
	KUNIT_CASE(late_job_is_dropped),
	KUNIT_CASE(pins_decide),
	KUNIT_CASE(reply_is_judged),
	KUNIT_CASE(phases_follow_each_other),
	{}
};

static struct kunit_suite trust_suite = {
	.name = "kssh_conn_trust",
	.test_cases = trust_cases,
};

kunit_test_suite(trust_suite);
