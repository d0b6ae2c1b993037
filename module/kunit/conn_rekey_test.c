// SPDX-License-Identifier: GPL-2.0
/*
 * Key exchanges after the first: who may say what, and what must not change.  Whole
 * ones, with new keys in use, are among the sessions of conn_script_test.c.
 */

#include "conn_lab.h"

static struct kssh_lab *authed(struct kunit *test, const char *script)
{
	struct kssh_lab *lab = kssh_lab_authed(test, script);

	lab->got_len = 0;
	lab->events = 0;
	return lab;
}

#define KEX	"curve25519-sha256"

static void server_kexinit_is_answered(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");
	size_t pos = lab->out_len;
	struct kssh_kexinit k;
	struct kssh_blob b;
	struct kssh_info info;

	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	b = kssh_lab_heard(lab, &pos);
	KUNIT_ASSERT_EQ(test, 0, kssh_kexinit_read(b, &k));
	/* no markers any more */
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(k.offer.list[KSSH_LIST_KEX], KEX));
	KUNIT_EXPECT_EQ(test, SSH_MSG_KEX_ECDH_INIT, kssh_lab_heard(lab, &pos).p[0]);
	KUNIT_EXPECT_EQ(test, lab->out_len, pos);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_OPEN, kssh_conn_state(lab->c));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_REKEY, info.phase);
	KUNIT_EXPECT_TRUE(test, info.flags & KSSH_INFO_REKEYING);
	KUNIT_EXPECT_EQ(test, -EBUSY, kssh_conn_rekey(lab->c));
}

static void nothing_else_is_sent_meanwhile(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");
	size_t pos = lab->out_len;
	u8 *p;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, SSH_MSG_KEXINIT, kssh_lab_heard(lab, &pos).p[0]);
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_reserve(lab->c, 2, &p));
	memcpy(p, "\x5e!", 2);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_tx_commit(lab->c, 2, false));
	KUNIT_EXPECT_EQ(test, -EAGAIN, kssh_conn_send_ignore(lab->c, 1));
	/* a part waits as well, and a ping is not answered */
	KUNIT_ASSERT_EQ(test, 0, kssh_conn_tx_reserve(lab->c, 2, &p));
	memcpy(p, "\x5e!", 2);
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_tx_commit(lab->c, 2, true));
	kssh_lab_say_lit(lab, "\xc0\0\0\0\0");
	KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	KUNIT_EXPECT_EQ(test, (size_t)2, kssh_conn_tx_partial(lab->c));
}

static void payloads_come_until_the_servers_kexinit(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");
	size_t pos;

	KUNIT_ASSERT_EQ(test, 0, kssh_conn_rekey(lab->c));
	kssh_lab_say_lit(lab, "\x5e crossing");
	KUNIT_EXPECT_EQ(test, (size_t)8 + 10, lab->got_len);
	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEX, lab->c->st);
	kssh_lab_say_lit(lab, "\2\0\0\0\0");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	kssh_lab_run(lab);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	pos = lab->out_len;
	kssh_lab_say_lit(lab, "\x5e too late");
	kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
	KUNIT_EXPECT_EQ(test, (size_t)8 + 10, lab->got_len);
}

static void exchange_takes_its_messages_only(struct kunit *test)
{
	static const u8 bad[] = { 0, 5, 6, 7, 9, 20, 21, 22, 30, 32, 52, 192, 193, 200 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct kssh_lab *lab = authed(test, "chacha");
		size_t pos;

		kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
		kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
		pos = lab->out_len;
		kssh_lab_say(lab, (u8 []){ bad[i], 0, 0, 0, 0 }, 5);
		kssh_lab_expect_failed(lab, pos, KSSH_R_UNEXPECTED_MESSAGE);
	}
}

static void ignorable_messages_are_counted(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");
	size_t pos;
	int i;

	/* not outside of an exchange */
	for (i = 0; i < 1100; i++)
		kssh_lab_say_lit(lab, "\2");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	/* nor do those of the first exchange */
	lab->c->ignored = 1024;
	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	pos = lab->out_len;
	for (i = 0; i < 1024; i++)
		kssh_lab_say_lit(lab, "\2");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	kssh_lab_say_lit(lab, "\2");
	kssh_lab_expect_failed(lab, pos, KSSH_R_FLOOD);
}

/* A reply with some other key, or this one; the signature is nothing. */
static void say_reply(struct kssh_lab *lab, u8 change)
{
	struct kssh_blob key = kssh_conn_hostkey(lab->c);
	struct kssh_wr w;
	u8 buf[512];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, SSH_MSG_KEX_ECDH_REPLY);
	kssh_wr_string(&w, key.p, key.n);
	w.p[-1] ^= change;
	kssh_wr_cstring(&w, "12345678901234567890123456789012");
	kssh_wr_cstring(&w, "signature");
	kssh_lab_say(lab, buf, kssh_wr_len(&w));
}

static void host_key_must_stay(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");
	size_t pos;

	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	pos = lab->out_len;
	say_reply(lab, 1);
	kssh_lab_expect_failed(lab, pos, KSSH_R_REKEY_HOSTKEY_CHANGED);
	/* nobody is asked a second time, the signature still counts */
	lab = authed(test, "chacha");
	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	kssh_lab_arm(lab, kssh_lab_find(test, "chacha"));
	pos = lab->out_len;
	say_reply(lab, 0);
	kssh_lab_expect_failed(lab, pos, KSSH_R_SIGNATURE_MALFORMED);
	KUNIT_EXPECT_FALSE(test, lab->events & (KSSH_EV_ASK | KSSH_EV_VERDICT));
}

static void markers_come_too_late(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "lax");
	struct kssh_info info;

	kssh_lab_kexinit(lab, KEX ",ext-info-s,kex-strict-s-v00@openssh.com", "ssh-ed25519", false);
	KUNIT_ASSERT_EQ(test, KSSH_S_REKEY_KEX, lab->c->st);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_FALSE(test, info.flags & KSSH_INFO_STRICT_KEX);
	KUNIT_EXPECT_FALSE(test, info.flags & KSSH_INFO_EXT_INFO);
	/* and absent ones do not switch it off */
	lab = authed(test, "chacha");
	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_TRUE(test, info.flags & KSSH_INFO_STRICT_KEX);
	/* whose rules on messages end with the first exchange */
	kssh_lab_say_lit(lab, "\2\0\0\0\0");
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
}

static void no_common_method_ends_it(struct kunit *test)
{
	struct kssh_lab *lab = authed(test, "chacha");

	kssh_lab_kexinit(lab, "other", "ssh-ed25519", false);
	KUNIT_EXPECT_EQ(test, KSSH_R_NO_KEX, kssh_conn_reason(lab->c));
}

/* Before the service is accepted a server may renew keys too (RFC 4253 9). */
static void server_may_rekey_before_the_service(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "chacha");
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_info info;

	kssh_lab_script(lab, s, 3);
	kssh_lab_arm(lab, s);
	kssh_lab_kexinit(lab, KEX, "ssh-ed25519", false);
	KUNIT_EXPECT_EQ(test, KSSH_S_REKEY_KEX, lab->c->st);
	KUNIT_EXPECT_EQ(test, KSSH_S_SERVICE, lab->c->home);
	KUNIT_EXPECT_EQ(test, KSSH_STATE_HANDSHAKE, kssh_conn_state(lab->c));
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, KSSH_PHASE_SERVICE, info.phase);
}

static struct kunit_case rekey_cases[] = {
	KUNIT_CASE(server_kexinit_is_answered),
	KUNIT_CASE(nothing_else_is_sent_meanwhile),
	KUNIT_CASE(payloads_come_until_the_servers_kexinit),
	KUNIT_CASE(exchange_takes_its_messages_only),
	KUNIT_CASE(ignorable_messages_are_counted),
	KUNIT_CASE(host_key_must_stay),
	KUNIT_CASE(markers_come_too_late),
	KUNIT_CASE(no_common_method_ends_it),
	KUNIT_CASE(server_may_rekey_before_the_service),
	{}
};

static struct kunit_suite rekey_suite = {
	.name = "kssh_conn_rekey",
	.test_cases = rekey_cases,
};

kunit_test_suite(rekey_suite);
