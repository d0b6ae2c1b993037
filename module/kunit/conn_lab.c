// SPDX-License-Identifier: GPL-2.0
/* The bench of the suites about connections. */

#include "conn_lab.h"

#include <linux/string.h>
#include <linux/unaligned.h>

static void lab_random(void *ctx, void *p, size_t n)
{
	struct kssh_lab *lab = ctx;
	u8 *b = p;

	while (n--) {
		lab->lcg = lab->lcg * 6364136223846793005ULL + 1442695040888963407ULL;
		*b++ = lab->lcg >> 56;
	}
}

static u64 lab_now(void *ctx)
{
	struct kssh_lab *lab = ctx;

	lab->clock += 1000;
	return lab->clock;
}

static u8 nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

struct kssh_blob kssh_unhex(struct kunit *test, const char *hex)
{
	struct kssh_blob b = {};
	size_t i;
	u8 *p;

	if (!hex)
		hex = "";
	b.n = strlen(hex) / 2;
	p = kunit_kzalloc(test, b.n + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	for (i = 0; i < b.n; i++)
		p[i] = nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]);
	b.p = p;
	return b;
}

static void lab_free(void *p)
{
	struct kssh_lab *lab = p;

	kssh_conn_free(lab->c);
	kssh_dir_kill(&lab->tx.dir);
	kssh_dir_kill(&lab->rx.dir);
	kssh_buf_free(&lab->tx.out);
	kssh_buf_free(&lab->rx.buf);
}

struct kssh_lab *kssh_lab_new(struct kunit *test)
{
	struct kssh_lab *lab = kunit_kzalloc(test, sizeof(*lab), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, lab);
	lab->test = test;
	lab->env.random = lab_random;
	lab->env.now = lab_now;
	lab->env.ctx = lab;
	lab->out = kunit_kzalloc(test, KSSH_LAB_MAX, GFP_KERNEL);
	lab->got = kunit_kzalloc(test, KSSH_LAB_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, lab->out);
	KUNIT_ASSERT_NOT_NULL(test, lab->got);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, lab_free, lab));
	return lab;
}

static void set(struct kunit *test, struct kssh_config *cfg, enum kssh_list which,
		const char *text)
{
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_list(cfg, which, text, strlen(text)));
}

static void see(struct kunit *test, struct kssh_owned *o, const char *text)
{
	struct kssh_blob b = { .p = (const u8 *)text, .n = strlen(text) };

	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(o, b));
}

void kssh_lab_config(struct kunit *test, const struct kssh_script *s,
		     struct kssh_config *cfg)
{
	static const char banner[] = "SSH-2.0-kssh_transcript";

	kssh_config_init(cfg);
	set(test, cfg, KSSH_LIST_KEX, s->offer ?: s->kex);
	set(test, cfg, KSSH_LIST_HOSTKEY, "ssh-ed25519");
	set(test, cfg, KSSH_LIST_CIPHER_TX, s->cipher);
	set(test, cfg, KSSH_LIST_CIPHER_RX, s->cipher);
	set(test, cfg, KSSH_LIST_MAC_TX, "hmac-sha2-256-etm@openssh.com");
	set(test, cfg, KSSH_LIST_MAC_RX, "hmac-sha2-256-etm@openssh.com");
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_banner(cfg, banner,
							sizeof(banner) - 1));
	cfg->verify = KSSH_VERIFY_APP;
	if (!s->seen_kex)
		return;
	cfg->guess = KSSH_GUESS_MAY_ABORT;
	see(test, &cfg->seen_kex, s->seen_kex);
	see(test, &cfg->seen_hostkey, s->seen_hostkey);
}

void kssh_lab_start(struct kssh_lab *lab, struct kssh_config *cfg)
{
	kssh_conn_free(lab->c);
	lab->lcg = 1;
	lab->out_len = 0;
	lab->got_len = 0;
	lab->events = 0;
	lab->c = kssh_conn_new(cfg, &lab->env);
	KUNIT_ASSERT_NOT_NULL(lab->test, lab->c);
	kssh_conn_start(lab->c);
	kssh_lab_run(lab);
}

static bool run_job(struct kssh_lab *lab)
{
	struct kssh_job job;

	if (lab->hold || !kssh_conn_job_take(lab->c, &job))
		return false;
	kssh_job_run(&job);
	job.took += lab->job_ns;
	kssh_conn_job_done(lab->c, &job);
	return true;
}

static bool collect_out(struct kssh_lab *lab)
{
	const u8 *p;
	size_t n;

	n = lab->clog ? 0 : kssh_conn_tx_pending(lab->c, &p);
	if (!n)
		return false;
	KUNIT_ASSERT_LE(lab->test, lab->out_len + n, (size_t)KSSH_LAB_MAX);
	memcpy(lab->out + lab->out_len, p, n);
	lab->out_len += n;
	kssh_conn_tx_sent(lab->c, n);
	return true;
}

static bool collect_payload(struct kssh_lab *lab)
{
	struct kssh_payload *p = lab->keep ? NULL : kssh_conn_rx_first(lab->c);
	u8 *to = lab->got + lab->got_len;

	if (!p)
		return false;
	KUNIT_ASSERT_LE(lab->test, lab->got_len + 8 + p->len, (size_t)KSSH_LAB_MAX);
	put_unaligned_be32(p->seq, to);
	put_unaligned_be32(p->len, to + 4);
	memcpy(to + 8, p->data, p->len);
	lab->got_len += 8 + p->len;
	kssh_conn_rx_pop(lab->c);
	return true;
}

void kssh_lab_run(struct kssh_lab *lab)
{
	u32 events;
	bool moved;

	do {
		events = kssh_conn_take_events(lab->c);
		lab->events |= events;
		if ((events & (KSSH_EV_ASK | KSSH_EV_VERDICT)) && lab->verdict >= 0)
			kssh_conn_verdict(lab->c, lab->verdict);
		moved = run_job(lab);
		moved |= collect_out(lab);
		moved |= collect_payload(lab);
	} while (events || moved);
}

size_t kssh_lab_feed(struct kssh_lab *lab, const void *p, size_t n, size_t chunk)
{
	const u8 *from = p;
	size_t done = 0;

	while (done < n) {
		size_t want;
		u8 *to;

		want = kssh_conn_rx_want(lab->c, &to);
		want = min3(want, chunk, n - done);
		if (!want)
			break;
		memcpy(to, from + done, want);
		kssh_conn_rx_got(lab->c, want);
		done += want;
		kssh_lab_run(lab);
	}
	return done;
}

void kssh_lab_script(struct kssh_lab *lab, const struct kssh_script *s,
		     unsigned int steps)
{
	struct kssh_config cfg;
	struct kssh_blob feed;
	unsigned int i;

	kssh_lab_config(lab->test, s, &cfg);
	kssh_lab_start(lab, &cfg);
	for (i = 0; i < steps; i++) {
		feed = kssh_unhex(lab->test, s->steps[i].feed);
		KUNIT_ASSERT_EQ(lab->test, feed.n,
				kssh_lab_feed(lab, feed.p, feed.n, feed.n));
	}
}

static void arm_dir(struct kssh_lab *lab, struct kssh_dir *d, u32 seq,
		    const char *key, const char *iv, const char *mac,
		    const struct kssh_dir *like)
{
	struct kssh_keys *keys;
	int r;

	KUNIT_ASSERT_EQ(lab->test, 0, kssh_dir_init(d));
	if (key) {
		r = kssh_keys_new(kssh_keys_cipher(like->keys), kssh_keys_mac(like->keys),
				  kssh_unhex(lab->test, key).p,
				  kssh_unhex(lab->test, iv).p,
				  kssh_unhex(lab->test, mac).p, &keys);
		KUNIT_ASSERT_EQ(lab->test, 0, r);
		kssh_dir_newkeys(d, &keys, true);
	}
	d->seq = seq;
}

void kssh_lab_arm(struct kssh_lab *lab, const struct kssh_script *s)
{
	struct kssh_dir *c_rx = &lab->c->rx.dir, *c_tx = &lab->c->tx.dir;

	kssh_dir_kill(&lab->tx.dir);
	kssh_dir_kill(&lab->rx.dir);
	arm_dir(lab, &lab->tx.dir, c_rx->seq, s ? s->rx_key : NULL, s ? s->rx_iv : NULL,
		s ? s->rx_mac : NULL, c_rx);
	arm_dir(lab, &lab->rx.dir, c_tx->seq, s ? s->tx_key : NULL, s ? s->tx_iv : NULL,
		s ? s->tx_mac : NULL, c_tx);
}

static void seal(struct kssh_lab *lab, const void *payload, size_t n)
{
	struct kssh_wr w;

	KUNIT_ASSERT_EQ(lab->test, 0, kssh_tx_open(&lab->tx, n, &w));
	kssh_wr_raw(&w, payload, n);
	KUNIT_ASSERT_EQ(lab->test, 0, kssh_tx_close(&lab->tx, &w, &lab->env));
}

size_t kssh_lab_seal(struct kssh_lab *lab, const void *payload, size_t n, u8 *buf)
{
	struct kssh_buf *out = &lab->tx.out;
	size_t len;

	seal(lab, payload, n);
	len = kssh_buf_len(out);
	memcpy(buf, out->p + out->start, len);
	kssh_buf_take(out, len);
	return len;
}

void kssh_lab_say(struct kssh_lab *lab, const void *payload, size_t n)
{
	struct kssh_buf *out = &lab->tx.out;
	size_t len;

	seal(lab, payload, n);
	len = kssh_buf_len(out);
	kssh_lab_feed(lab, out->p + out->start, len, len);
	kssh_buf_take(out, len);
}

struct kssh_lab *kssh_lab_authed(struct kunit *test, const char *script)
{
	const struct kssh_script *s = kssh_lab_find(test, script);
	struct kssh_lab *lab = kssh_lab_new(test);

	kssh_lab_script(lab, s, 4);
	kssh_lab_arm(lab, s);
	kssh_lab_say_lit(lab, "\x34");
	KUNIT_ASSERT_EQ(test, KSSH_S_OPEN, lab->c->st);
	return lab;
}

void kssh_lab_kexinit(struct kssh_lab *lab, const char *kex, const char *hostkeys,
		      bool follows)
{
	static const char *const rest[] = {
		"chacha20-poly1305@openssh.com", "chacha20-poly1305@openssh.com",
		"", "", "none", "none", "", "",
	};
	struct kssh_wr w;
	unsigned int i;
	u8 buf[512];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, SSH_MSG_KEXINIT);
	kssh_wr_raw(&w, "0123456789abcdef", 16);
	kssh_wr_cstring(&w, kex);
	kssh_wr_cstring(&w, hostkeys);
	for (i = 0; i < ARRAY_SIZE(rest); i++)
		kssh_wr_cstring(&w, rest[i]);
	kssh_wr_u8(&w, follows);
	kssh_wr_u32(&w, 0);
	KUNIT_ASSERT_FALSE(lab->test, w.bad);
	kssh_lab_say(lab, buf, kssh_wr_len(&w));
}

struct kssh_blob kssh_lab_heard(struct kssh_lab *lab, size_t *pos)
{
	struct kssh_buf *b = &lab->rx.buf;
	struct kssh_blob payload = {};
	size_t n = lab->out_len - *pos;
	u32 seq;

	kssh_buf_take(b, kssh_buf_len(b));
	KUNIT_ASSERT_EQ(lab->test, 0, kssh_buf_room(b, n + 1));
	memcpy(b->p, lab->out + *pos, n);
	b->end = n;
	if (!n || kssh_rx_packet(&lab->rx, &payload, &seq))
		return (struct kssh_blob){};
	*pos = lab->out_len - kssh_buf_len(b);
	return payload;
}

void kssh_lab_expect_failed(struct kssh_lab *lab, size_t pos, int reason)
{
	unsigned int code = kssh_reason_disconnect(reason);
	struct kunit *test = lab->test;
	struct kssh_blob msg;
	struct kssh_rd rd;
	u8 *p;

	KUNIT_EXPECT_STREQ(test, kssh_reason_name(reason),
			   kssh_reason_name(kssh_conn_reason(lab->c)));
	KUNIT_EXPECT_EQ(test, KSSH_STATE_FAILED, kssh_conn_state(lab->c));
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_FAILED);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	if (!code) {
		KUNIT_EXPECT_EQ(test, pos, lab->out_len);
		return;
	}
	msg = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_GT(test, msg.n, (size_t)0);
	kssh_rd_init(&rd, msg.p, msg.n);
	KUNIT_EXPECT_EQ(test, SSH_MSG_DISCONNECT, kssh_rd_u8(&rd));
	KUNIT_EXPECT_EQ(test, code, kssh_rd_u32(&rd));
	kssh_rd_string(&rd);
	kssh_rd_string(&rd);
	KUNIT_EXPECT_TRUE(test, kssh_rd_done(&rd));
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
}

const struct kssh_script *kssh_lab_find(struct kunit *test, const char *name)
{
	unsigned int i;

	for (i = 0; i < kssh_n_scripts; i++)
		if (!strcmp(kssh_scripts[i].name, name))
			return &kssh_scripts[i];
	KUNIT_FAIL_AND_ABORT(test, "no script %s", name);
	return NULL;
}
