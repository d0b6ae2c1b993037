// SPDX-License-Identifier: GPL-2.0
/* New keys for a session that is up: asked for by the server, and by us. */
#include <linux/sockios.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

FIXTURE(rekey)
{
	int fd;
};

FIXTURE_VARIANT(rekey)
{
	const char *cipher;
	const char *lie;
	const char *kex;	/* NULL: the default list */
	const char *mac;	/* NULL: the default list */
	const char *comp;	/* likewise */
};

FIXTURE_VARIANT_ADD(rekey, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(rekey, gcm128)
{
	.cipher = "aes128-gcm@openssh.com",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(rekey, ctr)
{
	.cipher = "aes256-ctr",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(rekey, ctr_mac)
{
	.cipher = "aes192-ctr",
	.mac = "hmac-sha2-512",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(rekey, zlib)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.comp = "zlib@openssh.com",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(rekey, not_strict)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.lie = "honest strict=0",
};

FIXTURE_VARIANT_ADD(rekey, strict_too_late)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.lie = "rekey-strict",
};

FIXTURE_VARIANT_ADD(rekey, gex)
{
	.cipher = "aes128-gcm@openssh.com",
	.lie = "honest",
	.kex = "diffie-hellman-group-exchange-sha256",
};

FIXTURE_VARIANT_ADD(rekey, group14)
{
	.cipher = "aes256-ctr",
	.lie = "honest strict=0",
	.kex = "diffie-hellman-group14-sha256",
};

FIXTURE_SETUP(rekey)
{
	self->fd = kt_prepare(AF_INET6, variant->lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, variant->comp));
	if (variant->kex)
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, variant->kex));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_patience(self->fd));
}

FIXTURE_TEARDOWN(rekey)
{
	close(self->fd);
}

static int rekeys(int fd)
{
	struct kssh_info i;
	int r = kt_info(fd, &i);

	return r ? r : (int)i.rekeys;
}

static int rekey_now(int fd)
{
	struct kssh_rekey r = { .flags = KSSH_REKEY_NOW };

	return kt_set(fd, KSSH_REKEY, &r, sizeof(r));
}

static void wait_for(struct __test_metadata *_metadata, int fd, int n)
{
	int i;

	for (i = 0; i < 200 * kt_slow() && rekeys(fd) < n; i++)
		kt_sleep_ms(50);
	EXPECT_EQ(n, rekeys(fd));
}

static void echo(struct __test_metadata *_metadata, int fd)
{
	char out[500], in[600];

	memset(out, 94, sizeof(out));
	ASSERT_EQ(500, send(fd, out, 500, 0)) TH_LOG("%s", strerror(errno));
	ASSERT_EQ(500, recv(fd, in, 600, 0)) TH_LOG("%s", strerror(errno));
	EXPECT_EQ(0, memcmp(in, out, 500));
}

TEST_F_TIMEOUT(rekey, server_begins, 120)
{
	char id[64], again[64], key[1024], key_again[1024];
	struct kssh_info i;
	int n;

	ASSERT_EQ(32, kt_get(self->fd, KSSH_SESSION_ID, id, sizeof(id)));
	n = kt_get(self->fd, KSSH_HOSTKEY, key, sizeof(key));
	ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
	/* nobody reads, nobody writes: it happens all the same */
	wait_for(_metadata, self->fd, 1);
	echo(_metadata, self->fd);
	/* the session stays the same */
	ASSERT_EQ(32, kt_get(self->fd, KSSH_SESSION_ID, again, sizeof(again)));
	EXPECT_EQ(0, memcmp(id, again, 32));
	EXPECT_EQ(n, kt_get(self->fd, KSSH_HOSTKEY, key_again, sizeof(key_again)));
	EXPECT_EQ(0, memcmp(key, key_again, n));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(KSSH_PHASE_OPEN, i.phase);
	EXPECT_EQ(0, i.flags & KSSH_INFO_REKEYING);
	EXPECT_LT(0, i.phase_time[KSSH_PHASE_REKEY].begin);
	EXPECT_LT(i.phase_time[KSSH_PHASE_REKEY].begin,
		  i.phase_time[KSSH_PHASE_REKEY].end);
}

TEST_F_TIMEOUT(rekey, server_begins_again_and_again, 300)
{
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "rekey 5", false));
	wait_for(_metadata, self->fd, 5);
	for (i = 6; i <= 10; i++) {
		ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
		echo(_metadata, self->fd);
		wait_for(_metadata, self->fd, i);
	}
}

TEST_F_TIMEOUT(rekey, we_begin, 300)
{
	int i, r;

	for (i = 1; i <= 5; i++) {
		ASSERT_EQ(0, rekey_now(self->fd));
		r = rekey_now(self->fd);
		EXPECT_TRUE(r == -EBUSY || (!r && rekeys(self->fd) >= i)) {
			TH_LOG("%s", strerror(-r));
		}
		/* the exchange takes its course while we wait for the echo */
		echo(_metadata, self->fd);
		if (!r)
			i++;
		wait_for(_metadata, self->fd, i);
	}
}

TEST_F_TIMEOUT(rekey, we_begin_idle, 120)
{
	ASSERT_EQ(0, rekey_now(self->fd));
	wait_for(_metadata, self->fd, 1);
	echo(_metadata, self->fd);
}

TEST_F_TIMEOUT(rekey, both_begin, 300)
{
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
		ASSERT_LE(-EBUSY, rekey_now(self->fd));
		echo(_metadata, self->fd);
	}
	EXPECT_LE(5, rekeys(self->fd));
}

#define PAYLOADS	kt_rounds(200)
#define REKEYS		3
#define SIZE		8000

static void *traffic(void *arg)
{
	int fd = *(int *)arg;
	char out[SIZE];
	long i;
	int r;

	for (i = 0; i < PAYLOADS; i++) {
		/* what is sent after it waits for the new keys */
		while (i % (PAYLOADS / REKEYS) == PAYLOADS / REKEYS - 1 &&
		       (r = rekey_now(fd))) {
			if (r != -EBUSY)
				goto bad;
			kt_sleep_ms(10);
		}
		memset(out, i, sizeof(out));
		out[0] = 94;
		if (send(fd, out, SIZE, 0) != SIZE)
			goto bad;
	}
	return NULL;
bad:
	shutdown(fd, SHUT_RDWR);
	return (void *)(i + 1);
}

/* Say where everything stands. */
static void stuck(struct __test_metadata *_metadata, int fd, int payloads)
{
	struct kssh_info i;
	int inq = -1, outq = -1;

	TH_LOG("after %d payloads: %s", payloads, strerror(errno));
	ASSERT_EQ(0, kt_info(fd, &i));
	ioctl(fd, FIONREAD, &inq);
	ioctl(fd, SIOCOUTQ, &outq);
	TH_LOG("state %u phase %u flags %#x reason %u rekeys %llu", i.state, i.phase,
	       i.flags, i.reason, i.rekeys);
	TH_LOG("packets %llu/%llu payloads %llu/%llu queues %d/%d poll %#x",
	       i.tx_packets, i.rx_packets, i.tx_payloads, i.rx_payloads, inq, outq,
	       kt_poll(fd, POLLIN | POLLOUT, 0));
}

TEST_F_TIMEOUT(rekey, during_traffic, 300)
{
	char in[SIZE + 1000];
	pthread_t t;
	int i, n;
	void *bad;

	ASSERT_EQ(0, pthread_create(&t, NULL, traffic, &self->fd));
	for (i = 0; i < PAYLOADS; i++) {
		for (n = 0; n < SIZE; ) {
			ssize_t r = recv(self->fd, in + n, sizeof(in) - n, 0);

			ASSERT_LT(0, r) stuck(_metadata, self->fd, i);
			n += r;
		}
		ASSERT_EQ(SIZE, n);
		ASSERT_EQ((char)i, in[1]);
		ASSERT_EQ((char)i, in[SIZE - 1]);
	}
	pthread_join(t, &bad);
	EXPECT_EQ(NULL, bad);
	EXPECT_EQ(REKEYS, rekeys(self->fd));
}

TEST_F_TIMEOUT(rekey, by_the_server_during_traffic, 300)
{
	char in[SIZE + 1000];
	int i, n;

	/* queued behind each other: traffic of the server's, keys, traffic */
	ASSERT_EQ(0, kt_command(self->fd, "send 8000 20", false));
	ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
	ASSERT_EQ(0, kt_command(self->fd, "send 8000 20", false));
	ASSERT_EQ(0, kt_command(self->fd, "rekey 2", false));
	ASSERT_EQ(0, kt_command(self->fd, "send 8000 1", false));
	for (i = 0; i < 41; i++) {
		for (n = 0; n < SIZE; ) {
			ssize_t r = recv(self->fd, in + n, sizeof(in) - n, 0);

			ASSERT_LT(0, r) TH_LOG("%s", strerror(errno));
			n += r;
		}
		ASSERT_EQ(SIZE, n);
	}
	EXPECT_EQ(3, rekeys(self->fd));
}

/* Whatever the algorithms are. */
FIXTURE(any) { };
FIXTURE_SETUP(any) { }
FIXTURE_TEARDOWN(any) { }

TEST_F_TIMEOUT(any, too_early, 120)
{
	int fd = kt_open(AF_INET, NULL);

	ASSERT_LE(0, fd);
	/* not before the user is authenticated */
	EXPECT_EQ(-EAGAIN, rekey_now(fd));
	EXPECT_EQ(0, kt_login(fd));
	EXPECT_EQ(0, rekey_now(fd));
	close(fd);
}

TEST_F_TIMEOUT(any, server_may_begin_before_login, 120)
{
	unsigned char p[64];
	int fd = kt_open(AF_INET, NULL);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_userauth(fd, "do rekey"));
	ASSERT_LT(0, recv(fd, p, sizeof(p), 0));
	EXPECT_EQ(51, p[0]);
	EXPECT_EQ(1, rekeys(fd));
	EXPECT_EQ(0, kt_login(fd));
	close(fd);
}

TEST_F_TIMEOUT(any, close_in_the_middle, 120)
{
	int i, fd;

	for (i = 0; i < kt_rounds(20); i++) {
		fd = kt_session(AF_INET, NULL);
		ASSERT_LE(0, fd);
		EXPECT_EQ(0, rekey_now(fd));
		kt_sleep_ms(i % 5);
		close(fd);
	}
}

TEST_HARNESS_MAIN
