// SPDX-License-Identifier: GPL-2.0
/* The three ways to trust a host key, as an application sees them. */
#include <fcntl.h>
#include <pthread.h>
#include "kselftest_harness.h"
#include "kssh_test.h"
#include "nl.h"

FIXTURE(trust)
{
	int fd;
	unsigned char pin[KSSH_PIN_LEN];	/* of the server's first key */
	unsigned char key[1024];
	int key_len;
	struct kssh_nl nl;
};

FIXTURE_VARIANT(trust)
{
	int family;
	const char *hostkey;
};

FIXTURE_VARIANT_ADD(trust, v4_ed25519)
{
	.family = AF_INET,
	.hostkey = "ssh-ed25519",
};

FIXTURE_VARIANT_ADD(trust, v6_ecdsa)
{
	.family = AF_INET6,
	.hostkey = "ecdsa-sha2-nistp256",
};

FIXTURE_VARIANT_ADD(trust, v4_rsa)
{
	.family = AF_INET,
	.hostkey = "rsa-sha2-512",
};

FIXTURE_SETUP(trust)
{
	int fd = kt_prepare(variant->family, NULL);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_set_text(fd, KSSH_HOSTKEY_ALGS, variant->hostkey));
	ASSERT_EQ(0, kt_handshake_app(fd, KSSH_ACCEPT));
	self->key_len = kt_get(fd, KSSH_HOSTKEY, self->key, sizeof(self->key));
	ASSERT_LT(0, self->key_len);
	ASSERT_EQ(0, kt_sha256(self->key, self->key_len, self->pin));
	close(fd);

	memset(&self->nl, 0, sizeof(self->nl));
	self->fd = kt_prepare(variant->family, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, variant->hostkey));
}

FIXTURE_TEARDOWN(trust)
{
	close(self->fd);
	kssh_nl_close(&self->nl);
}

TEST_F_TIMEOUT(trust, pin, 120)
{
	unsigned char pins[3 * KSSH_PIN_LEN] = { 1 };
	unsigned char key[1024];

	memcpy(pins + KSSH_PIN_LEN, self->pin, KSSH_PIN_LEN);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pins, sizeof(pins)));
	EXPECT_EQ(0, kt_start(self->fd, 0));
	EXPECT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(self->key_len, kt_get(self->fd, KSSH_HOSTKEY, key, sizeof(key)));
	EXPECT_EQ(0, memcmp(key, self->key, self->key_len));
}

TEST_F_TIMEOUT(trust, pin_nowait, 120)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, self->pin, KSSH_PIN_LEN));
	EXPECT_TRUE(kt_under_way(kt_start(self->fd, KSSH_HS_NOWAIT)));
	EXPECT_EQ(0, kt_finish(self->fd));
	EXPECT_EQ(-EISCONN, kt_start(self->fd, KSSH_HS_NOWAIT));
}

TEST_F_TIMEOUT(trust, pin_of_another_key, 120)
{
	unsigned char key[1024];

	self->pin[KSSH_PIN_LEN - 1] ^= 1;
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, self->pin, KSSH_PIN_LEN));
	EXPECT_EQ(-EACCES, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_PIN_MISMATCH, kt_reason(self->fd));
	/* which key it was can still be told to a person */
	EXPECT_EQ(self->key_len, kt_get(self->fd, KSSH_HOSTKEY, key, sizeof(key)));
}

TEST_F_TIMEOUT(trust, a_pin_does_not_stand_for_a_signature, 120)
{
	ASSERT_EQ(0, kt_lie(self->fd, "signature how=key"));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, self->pin, KSSH_PIN_LEN));
	EXPECT_EQ(-EKEYREJECTED, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_SIGNATURE_WRONG, kt_reason(self->fd));
}

TEST_F_TIMEOUT(trust, no_helper_at_once, 120)
{
	uint64_t begin = kt_now_ms();

	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	EXPECT_EQ(-ESRCH, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_NO_HELPER, kt_reason(self->fd));
	EXPECT_GT(10000 * kt_slow(), (int)(kt_now_ms() - begin));
}

TEST_F_TIMEOUT(trust, a_name_that_was_forgotten, 120)
{
	/* refused before anything has left, and no harm done */
	EXPECT_EQ(-EDESTADDRREQ, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_NO_PEER_NAME, kt_reason(self->fd));
	EXPECT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_R_NONE, kt_reason(self->fd));
}

/* ---- the helper, played by a thread ---- */

struct helper {
	pthread_t thread;
	struct kssh_nl *nl;
	uint32_t verdict;
	int result;		/* 0: it went as it should */
	struct kssh_nl_event ask, then;
};

static void *help(void *arg)
{
	struct helper *h = arg;

	h->result = kssh_nl_recv(h->nl, &h->ask, 20000 * kt_slow());
	if (!h->result)
		h->result = kssh_nl_verdict(h->nl, h->ask.cookie, h->verdict);
	if (!h->result && h->verdict == KSSH_ACCEPT)
		h->result = kssh_nl_recv(h->nl, &h->then, 20000 * kt_slow());
	return NULL;
}

static void start_helper(struct __test_metadata *_metadata, struct helper *h,
			 FIXTURE_DATA(trust) *self, uint32_t verdict)
{
	h->nl = &self->nl;
	h->verdict = verdict;
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0)) TH_LOG("%s", self->nl.extack);
	ASSERT_EQ(0, pthread_create(&h->thread, NULL, help, h));
}

TEST_F_TIMEOUT(trust, helper_accepts, 120)
{
	static struct helper h;

	ASSERT_EQ(0, kt_name(self->fd, "Host.Example", 0));
	start_helper(_metadata, &h, self, KSSH_ACCEPT);
	EXPECT_EQ(0, kt_start(self->fd, 0));
	pthread_join(h.thread, NULL);
	EXPECT_EQ(0, h.result);
	EXPECT_EQ(KSSH_CMD_ASK, h.ask.cmd);
	EXPECT_STREQ("host.example", h.ask.name);
	EXPECT_EQ(kt_port(), h.ask.port);
	EXPECT_EQ(variant->family == AF_INET ? 4 : 16, (int)h.ask.address_len);
	EXPECT_STREQ(variant->hostkey, h.ask.algorithm);
	EXPECT_EQ(self->key_len, (int)h.ask.key_len);
	EXPECT_EQ(0, memcmp(self->key, h.ask.key, self->key_len));
	EXPECT_EQ(getuid(), h.ask.uid);
	EXPECT_EQ(getpid(), (int)h.ask.pid);
	EXPECT_EQ(KSSH_CMD_RESULT, h.then.cmd);
	EXPECT_EQ(h.ask.cookie, h.then.cookie);
	EXPECT_EQ(1, h.then.good);
	EXPECT_EQ(0, kt_login(self->fd));
}

TEST_F_TIMEOUT(trust, helper_gets_the_certificate, 120)
{
	size_t type_len = 4 + self->key[3];
	static struct helper h;
	unsigned char cert[4096];
	char name[64];

	snprintf(name, sizeof(name), "%s-cert-v01@openssh.com", variant->hostkey);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, name));
	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	start_helper(_metadata, &h, self, KSSH_ACCEPT);
	EXPECT_EQ(0, kt_start(self->fd, 0));
	pthread_join(h.thread, NULL);
	EXPECT_EQ(0, h.result);
	EXPECT_STREQ(name, h.ask.algorithm);
	ASSERT_LT(self->key_len, (int)h.ask.key_len);
	/* whole, as the application can read it, and with the server's key in it */
	ASSERT_EQ((int)h.ask.key_len, kt_get(self->fd, KSSH_HOSTKEY, cert, sizeof(cert)));
	EXPECT_EQ(0, memcmp(cert, h.ask.key, h.ask.key_len));
	EXPECT_NE(NULL, memmem(cert, h.ask.key_len, self->key + type_len,
			       self->key_len - type_len));
	EXPECT_EQ(0, kt_login(self->fd));
}

TEST_F_TIMEOUT(trust, helper_accepts_nowait, 120)
{
	static struct helper h;

	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	start_helper(_metadata, &h, self, KSSH_ACCEPT);
	EXPECT_TRUE(kt_under_way(kt_start(self->fd, KSSH_HS_NOWAIT)));
	EXPECT_EQ(0, kt_finish(self->fd));
	pthread_join(h.thread, NULL);
	EXPECT_EQ(0, h.result);
	EXPECT_EQ(1, h.then.good);
}

TEST_F_TIMEOUT(trust, helper_refuses, 120)
{
	static struct helper h;
	char lie[64], report[4096];

	snprintf(lie, sizeof(lie), "honest tag=no%s%d", variant->hostkey, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	start_helper(_metadata, &h, self, KSSH_CHANGED);
	EXPECT_EQ(-EACCES, kt_start(self->fd, 0));
	pthread_join(h.thread, NULL);
	EXPECT_EQ(0, h.result);
	EXPECT_EQ(KSSH_R_HOSTKEY_CHANGED, kt_reason(self->fd));
	ASSERT_LT(0, kt_report(strstr(lie, "tag=") + 4, report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 30\nrx 1 reason 9 "));
	EXPECT_EQ(NULL, strstr(report, "rx 21"));
}

TEST_F_TIMEOUT(trust, helper_accepts_a_forger, 120)
{
	static struct helper h;

	ASSERT_EQ(0, kt_lie(self->fd, "signature how=key"));
	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	start_helper(_metadata, &h, self, KSSH_ACCEPT);
	EXPECT_EQ(-EKEYREJECTED, kt_start(self->fd, 0));
	pthread_join(h.thread, NULL);
	EXPECT_EQ(KSSH_R_SIGNATURE_WRONG, kt_reason(self->fd));
	/* accepted or not in time, nobody is told that it was good */
	EXPECT_EQ(0, h.then.good);
}

TEST_F_TIMEOUT(trust, waiting_for_the_helper_shows_nothing, 120)
{
	struct kssh_nl_event ev;

	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN | POLLOUT | POLLPRI, 300));
	EXPECT_EQ(-EALREADY, kt_start(self->fd, KSSH_HS_NOWAIT));
	/* a verdict of the application's own does not count */
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(KSSH_PHASE_TRUST, kt_phase(self->fd));
	ASSERT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(self->fd));
}

TEST_HARNESS_MAIN
