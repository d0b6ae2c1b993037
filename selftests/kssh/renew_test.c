// SPDX-License-Identifier: GPL-2.0
/*
 * New keys by limits of one's own, what becomes of those who send and read meanwhile,
 * and what of it the socket's memory shows.
 */
#include <linux/sock_diag.h>
#include <pthread.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

#ifndef SO_MEMINFO
#define SO_MEMINFO	55
#endif

FIXTURE(renew)
{
	int fd;
	unsigned char out[30000], in[30001];
};

FIXTURE_VARIANT(renew)
{
	const char *cipher;
	const char *lie;
};

FIXTURE_VARIANT_ADD(renew, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.lie = "honest",
};

FIXTURE_VARIANT_ADD(renew, gcm_not_strict)
{
	.cipher = "aes128-gcm@openssh.com",
	.lie = "honest strict=0",
};

FIXTURE_SETUP(renew)
{
	self->fd = kt_prepare(AF_INET, variant->lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, NULL, NULL));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	memset(self->out, 94, sizeof(self->out));
}

FIXTURE_TEARDOWN(renew)
{
	close(self->fd);
}

static int set_limits(int fd, uint64_t bytes, uint64_t packets, uint32_t seconds)
{
	struct kssh_rekey r = { .bytes = bytes, .packets = packets, .seconds = seconds };

	return kt_set(fd, KSSH_REKEY, &r, sizeof(r));
}

static int rekey_now(int fd)
{
	struct kssh_rekey r = { .flags = KSSH_REKEY_NOW };

	return kt_set(fd, KSSH_REKEY, &r, sizeof(r));
}

static int rekeys(int fd)
{
	struct kssh_info i;
	int r = kt_info(fd, &i);

	return r ? r : (int)i.rekeys;
}

/* Wait until so many are over: how many are. */
static int wait_for(int fd, int n)
{
	int i;

	for (i = 0; i < 200 * kt_slow() && rekeys(fd) < n; i++)
		kt_sleep_ms(50);
	return rekeys(fd);
}

static int log_in(int fd)
{
	int r = kt_handshake_app(fd, KSSH_ACCEPT);

	if (!r)
		r = kt_login(fd);
	return r ? r : kt_patience(fd);
}

static ssize_t read_whole(int fd, unsigned char *p, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = recv(fd, p + got, n - got, 0);

		if (r <= 0)
			return r ? -errno : (ssize_t)got;
		got += r;
	}
	return got;
}

static void echo(struct __test_metadata *_metadata, FIXTURE_DATA(renew) *self, size_t n)
{
	self->out[1] += 1;
	ASSERT_EQ((ssize_t)n, send(self->fd, self->out, n, 0)) TH_LOG("%s", strerror(errno));
	ASSERT_EQ((ssize_t)n, read_whole(self->fd, self->in, n));
	ASSERT_EQ(0, memcmp(self->in, self->out, n));
}

/* ---- the option ---- */

TEST_F_TIMEOUT(renew, limits_are_set_and_read, 120)
{
	struct kssh_rekey r, got;
	int i;

	memset(&r, 0, sizeof(r));
	for (i = 0; i < 2; i++) {
		ASSERT_EQ((int)sizeof(got), kt_get(self->fd, KSSH_REKEY, &got, sizeof(got)));
		EXPECT_EQ(r.bytes, got.bytes);
		EXPECT_EQ(KSSH_REKEY_TIMEOUT_DEFAULT, (int)got.timeout);
		r = (struct kssh_rekey){ .bytes = 1 << 30, .packets = 1 << 20,
					 .seconds = 3600, .timeout = 5000 };
		EXPECT_EQ(0, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
		ASSERT_EQ((int)sizeof(got), kt_get(self->fd, KSSH_REKEY, &got, sizeof(got)));
		EXPECT_EQ(0, memcmp(&r, &got, sizeof(r)));
		/* as programs knew it before there was a timeout */
		r.timeout = 0;
		EXPECT_EQ(0, kt_set(self->fd, KSSH_REKEY, &r, 24));
		r.flags = KSSH_REKEY_NOW;
		EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
		r.flags = 2;
		EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
		r.flags = 0;
		r.reserved = 1;
		EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
		r.reserved = 0;
		r.timeout = KSSH_TIMEOUT_MAX + 1;
		EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
		if (!i)
			ASSERT_EQ(0, log_in(self->fd));
	}
	echo(_metadata, self, 100);
	EXPECT_EQ(0, rekeys(self->fd));
}

/* ---- limits ---- */

TEST_F_TIMEOUT(renew, bytes, 300)
{
	int i;

	ASSERT_EQ(0, set_limits(self->fd, 100000, 0, 0));
	ASSERT_EQ(0, log_in(self->fd));
	for (i = 0; i < 40; i++)
		echo(_metadata, self, 10000);
	EXPECT_LE(3, rekeys(self->fd));
	EXPECT_GE(6, rekeys(self->fd));
}

TEST_F_TIMEOUT(renew, packets, 300)
{
	int i;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, set_limits(self->fd, 0, 10, 0));
	for (i = 0; i < 50; i++)
		echo(_metadata, self, 10);
	EXPECT_LE(4, rekeys(self->fd));
	EXPECT_GE(8, rekeys(self->fd));
}

/* Progress is made however small they are. */
TEST_F_TIMEOUT(renew, tiny_limits, 300)
{
	int i;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, set_limits(self->fd, 1, 1, 0));
	for (i = 0; i < 5; i++)
		echo(_metadata, self, 3000);
	EXPECT_LE(4, rekeys(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "send 1000 5", false));
	for (i = 0; i < 5; i++)
		ASSERT_EQ(1000, recv(self->fd, self->in, 1001, 0));
}

/* Nobody reads and nobody writes. */
TEST_F_TIMEOUT(renew, seconds, 300)
{
	int n;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, set_limits(self->fd, 0, 0, 1));
	EXPECT_LE(1, wait_for(self->fd, 1));
	n = rekeys(self->fd);
	/* keys that nobody has used stay; the next packet is their first */
	kt_sleep_ms(2500);
	EXPECT_EQ(n, rekeys(self->fd));
	echo(_metadata, self, 100);
	EXPECT_LE(n + 1, wait_for(self->fd, n + 1));
	echo(_metadata, self, 100);
}

TEST_F_TIMEOUT(renew, not_before_login, 300)
{
	unsigned char p[64];
	int i;

	ASSERT_EQ(0, set_limits(self->fd, 1, 1, 1));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, kt_userauth(self->fd, "nobody"));
		ASSERT_LT(0, recv(self->fd, p, sizeof(p), 0));
		EXPECT_EQ(51, p[0]);
		kt_sleep_ms(400);
	}
	EXPECT_EQ(0, rekeys(self->fd));
	ASSERT_EQ(0, kt_login(self->fd));
	EXPECT_LE(1, wait_for(self->fd, 1));
}

/* ---- meanwhile ---- */

/* The server is away while we want new keys: what is sent waits, and nobody with it. */
static void begin_alone(struct __test_metadata *_metadata, FIXTURE_DATA(renew) *self,
			const char *stall)
{
	ASSERT_EQ(0, kt_command(self->fd, stall, false));
	ASSERT_EQ(0, rekey_now(self->fd));
}

TEST_F_TIMEOUT(renew, what_is_sent_waits, 300)
{
	int i, n, room = 60000;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	begin_alone(_metadata, self, "stall 1500");
	for (n = 0; n < 2000; n++) {
		self->out[1] = n;
		if (send(self->fd, self->out, 1000 + n, MSG_DONTWAIT) < 0)
			break;
	}
	EXPECT_LT(10, n);
	EXPECT_GT(2000, n);
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, kt_poll(self->fd, POLLOUT, 0));
	EXPECT_EQ(0, rekeys(self->fd));
	for (i = 0; i < n; i++) {
		ASSERT_EQ(1000 + i, read_whole(self->fd, self->in, 1000 + i));
		ASSERT_EQ((unsigned char)i, self->in[1]);
	}
	EXPECT_EQ(1, rekeys(self->fd));
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLOUT, 5000));
	echo(_metadata, self, 100);
}

/* One that blocks goes on by itself. */
TEST_F_TIMEOUT(renew, a_blocked_sender_goes_on, 300)
{
	int i, room = 40000;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	begin_alone(_metadata, self, "stall 1000");
	for (i = 0; i < 20; i++)
		ASSERT_EQ(20000, send(self->fd, self->out, 20000, 0));
	EXPECT_EQ(1, rekeys(self->fd));
	for (i = 0; i < 20; i++)
		ASSERT_EQ(20000, read_whole(self->fd, self->in, 20000));
}

struct sender {
	FIXTURE_DATA(renew) *self;
	volatile int sent;
};

static void *one_sender(void *arg)
{
	struct sender *s = arg;

	while (s->sent < 40 && send(s->self->fd, s->self->out, 5000, 0) == 5000)
		s->sent++;
	return NULL;
}

/* Nothing comes from the server: who makes room wakes who waits for it. */
TEST_F_TIMEOUT(renew, room_that_is_made_wakes, 300)
{
	struct sender s = { .self = self };
	int i, blocked, room = 20000;
	pthread_t t;
	char text[50];

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	snprintf(text, sizeof(text), "stall %d", 1000 * kt_slow());
	begin_alone(_metadata, self, text);
	ASSERT_EQ(0, pthread_create(&t, NULL, one_sender, &s));
	do {
		blocked = s.sent;
		kt_sleep_ms(100 * kt_slow());
	} while (s.sent != blocked);
	EXPECT_GT(40, blocked);
	room = 400000;
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)));
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 1, MSG_DONTWAIT)));
	for (i = 0; i < 50 && s.sent == blocked; i++)
		kt_sleep_ms(5 * kt_slow());
	EXPECT_LT(blocked, s.sent);
	EXPECT_EQ(0, rekeys(self->fd));
	pthread_join(t, NULL);
	EXPECT_EQ(40, s.sent);
	EXPECT_EQ(1, wait_for(self->fd, 1));
}

/* A payload begun does not keep the keys from being renewed, and is sent under the new. */
TEST_F_TIMEOUT(renew, a_payload_begun_is_in_nobodys_way, 300)
{
	int i;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(1000, send(self->fd, self->out, 1000, MSG_MORE));
	for (i = 1; i <= 3; i++) {
		ASSERT_EQ(0, rekey_now(self->fd));
		ASSERT_EQ(i, wait_for(self->fd, i));
		ASSERT_EQ(1000, send(self->fd, self->out + 1000 * i, 1000, MSG_MORE));
	}
	ASSERT_EQ(0, send(self->fd, self->out, 0, 0));
	ASSERT_EQ(4000, read_whole(self->fd, self->in, 4000));
	EXPECT_EQ(0, memcmp(self->in, self->out, 4000));
}

/* A half close waits for what was sent before it. */
TEST_F_TIMEOUT(renew, half_close, 300)
{
	int i;

	ASSERT_EQ(0, log_in(self->fd));
	begin_alone(_metadata, self, "stall 500");
	for (i = 0; i < 10; i++)
		ASSERT_EQ(500, send(self->fd, self->out, 500, 0));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, self->out, 500, MSG_NOSIGNAL)));
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLOUT, 0));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(500, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(0, recv(self->fd, self->in, 1000, 0));
}

/* ---- memory ---- */

static unsigned int meminfo(int fd, int which)
{
	unsigned int m[SK_MEMINFO_VARS] = { 0 };
	socklen_t n = sizeof(m);

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, m, &n) ? ~0U : m[which];
}

/* Until it is so, or for long enough. */
static unsigned int wait_mem(int fd, int which, unsigned int least, unsigned int most)
{
	unsigned int v = 0;
	int i;

	for (i = 0; i < 100 * kt_slow(); i++) {
		v = meminfo(fd, which);
		if (v >= least && v <= most)
			break;
		kt_sleep_ms(50);
	}
	return v;
}

TEST_F_TIMEOUT(renew, unread_payloads_count, 300)
{
	int i;

	ASSERT_EQ(0, log_in(self->fd));
	EXPECT_EQ(0, wait_mem(self->fd, SK_MEMINFO_RMEM_ALLOC, 0, 0));
	ASSERT_EQ(0, kt_command(self->fd, "send 1000 30", false));
	EXPECT_LE(30000, wait_mem(self->fd, SK_MEMINFO_RMEM_ALLOC, 30000, ~0U));
	for (i = 0; i < 30; i++)
		ASSERT_EQ(1000, recv(self->fd, self->in, 1001, 0));
	EXPECT_EQ(0, wait_mem(self->fd, SK_MEMINFO_RMEM_ALLOC, 0, 0));
	/* and those that wait for new keys */
	EXPECT_EQ(0, wait_mem(self->fd, SK_MEMINFO_WMEM_QUEUED, 0, 0));
	begin_alone(_metadata, self, "stall 1500");
	ASSERT_EQ(20000, send(self->fd, self->out, 20000, 0));
	EXPECT_LE(20000, meminfo(self->fd, SK_MEMINFO_WMEM_QUEUED));
	ASSERT_EQ(20000, read_whole(self->fd, self->in, 20000));
	EXPECT_EQ(0, wait_mem(self->fd, SK_MEMINFO_WMEM_QUEUED, 0, 0));
	/* who closes owes nothing; the kernel would complain */
	ASSERT_EQ(0, kt_command(self->fd, "send 1000 30", false));
	wait_mem(self->fd, SK_MEMINFO_RMEM_ALLOC, 30000, ~0U);
}

/* Nobody reads: the server is stopped by the window, and nothing is lost by that. */
TEST_F_TIMEOUT(renew, a_reader_who_is_away_stops_the_server, 300)
{
	struct kssh_info before, now;
	unsigned int i, room, rcvbuf;
	socklen_t n = sizeof(room);

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "send 30000 500", false));
	ASSERT_EQ(0, kt_info(self->fd, &now));
	do {
		before = now;
		kt_sleep_ms(500 * kt_slow());
		ASSERT_EQ(0, kt_info(self->fd, &now));
	} while (now.rx_bytes != before.rx_bytes);
	ASSERT_EQ(0, getsockopt(self->fd, SOL_SOCKET, SO_RCVBUF, &room, &n));
	rcvbuf = room > 262144 ? room : 262144;
	EXPECT_LT(100000, now.rx_bytes);
	/* the bound, a record more, and what was read with it */
	EXPECT_GT(rcvbuf + 200000, now.rx_bytes);
	/* we are charged half of the buffer at most, beside what TCP was promised */
	EXPECT_GE(room + room / 2 + 65536, meminfo(self->fd, SK_MEMINFO_RMEM_ALLOC));
	for (i = 0; i < 500; i++) {
		ASSERT_EQ(30000, read_whole(self->fd, self->in, 30000));
		ASSERT_EQ(i, (unsigned int)self->in[4] | self->in[3] << 8);
	}
	EXPECT_EQ(0, wait_mem(self->fd, SK_MEMINFO_RMEM_ALLOC, 0, 0));
}

/*
 * The server's KEXINIT comes behind more than there was room for: as long as that is
 * not more than the slack, the keys are renewed, though nobody reads.
 */
TEST_F_TIMEOUT(renew, nobody_reads_meanwhile, 300)
{
	unsigned int i;

	ASSERT_EQ(0, log_in(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "send 30000 50", false));
	kt_sleep_ms(300 * kt_slow());
	ASSERT_EQ(0, rekey_now(self->fd));
	EXPECT_EQ(1, wait_for(self->fd, 1));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(30000, read_whole(self->fd, self->in, 30000));
		ASSERT_EQ(i, (unsigned int)self->in[4]);
	}
	echo(_metadata, self, 1000);
}

TEST_HARNESS_MAIN
