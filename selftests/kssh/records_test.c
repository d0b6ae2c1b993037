// SPDX-License-Identifier: GPL-2.0
/* The session: payloads out and in, their bounds, their boundaries, their end. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

#define BIG	(KSSH_PAYLOAD_DEFAULT)

FIXTURE(rec)
{
	int fd;
	unsigned char *out, *in;	/* KSSH_PAYLOAD_MAX + 1 each */
};

FIXTURE_VARIANT(rec)
{
	const char *cipher;
	int family;
};

FIXTURE_VARIANT_ADD(rec, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, gcm128)
{
	.cipher = "aes128-gcm@openssh.com",
	.family = AF_INET6,
};

FIXTURE_VARIANT_ADD(rec, gcm256)
{
	.cipher = "aes256-gcm@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr)
{
	.cipher = "aes256-ctr",
	.family = AF_INET6,
};

static void fill(unsigned char *p, size_t n, unsigned int seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (seed = seed * 1103515245 + 12345) >> 16;
	p[0] = 94;
}

FIXTURE_SETUP(rec)
{
	self->out = malloc(KSSH_PAYLOAD_MAX + 1);
	self->in = malloc(KSSH_PAYLOAD_MAX + 1);
	ASSERT_NE(NULL, self->out);
	ASSERT_NE(NULL, self->in);
	fill(self->out, KSSH_PAYLOAD_MAX + 1, getpid());
	self->fd = kt_prepare(variant->family, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_TX, variant->cipher));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_RX, variant->cipher));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_patience(self->fd));
}

FIXTURE_TEARDOWN(rec)
{
	close(self->fd);
	free(self->out);
	free(self->in);
}

/* Send @n bytes of out and read the server's echo of them. */
static void echo(struct __test_metadata *_metadata, FIXTURE_DATA(rec) *self, size_t n)
{
	size_t got = 0;
	ssize_t r;

	ASSERT_EQ((ssize_t)n, send(self->fd, self->out, n, 0));
	memset(self->in, 0, n);
	while (got < n) {
		r = recv(self->fd, self->in + got, n - got, 0);
		ASSERT_LT(0, r) TH_LOG("%s after %zu of %zu", strerror(errno), got, n);
		got += r;
	}
	EXPECT_EQ(0, memcmp(self->out, self->in, n)) {
		TH_LOG("%zu bytes", n);
	}
}

TEST_F_TIMEOUT(rec, echo_all_sizes, 300)
{
	static const size_t big[] = { 255, 256, 1023, 1024, 4095, 4096, 16384,
				      32768, BIG - 1, BIG };
	size_t n;

	for (n = 1; n <= 70; n++)
		echo(_metadata, self, n);
	for (n = 0; n < sizeof(big) / sizeof(big[0]); n++)
		echo(_metadata, self, big[n]);
}

TEST_F_TIMEOUT(rec, echo_largest, 300)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_MAX_PAYLOAD, KSSH_PAYLOAD_MAX));
	echo(_metadata, self, KSSH_PAYLOAD_MAX);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_MAX_PAYLOAD, KSSH_PAYLOAD_MIN));
	echo(_metadata, self, KSSH_PAYLOAD_MIN);
	EXPECT_EQ(-EMSGSIZE, kt_err(send(self->fd, self->out, KSSH_PAYLOAD_MIN + 1, 0)));
	echo(_metadata, self, 10);
}

TEST_F_TIMEOUT(rec, numbers_that_are_ours_to_send, 120)
{
	static const unsigned char theirs[] = { 0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 30,
						31, 49, 192, 193 };
	size_t i;

	for (i = 0; i < sizeof(theirs); i++) {
		self->out[0] = theirs[i];
		EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 20, 0))) {
			TH_LOG("message %u", theirs[i]);
		}
		EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 20, MSG_MORE)));
	}
	for (i = 81; i <= 127; i++) {
		self->out[0] = i;
		echo(_metadata, self, 33);
	}
}

TEST_F_TIMEOUT(rec, bounds, 120)
{
	/* nothing, too much, and too much in parts */
	EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 0, 0)));
	EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 0, MSG_MORE)));
	EXPECT_EQ(-EMSGSIZE, kt_err(send(self->fd, self->out, BIG + 1, 0)));
	EXPECT_EQ(-EMSGSIZE, kt_err(send(self->fd, self->out, BIG + 1, MSG_MORE)));
	ASSERT_EQ(BIG - 9, send(self->fd, self->out, BIG - 9, MSG_MORE));
	EXPECT_EQ(-EMSGSIZE, kt_err(send(self->fd, self->out, 10, 0)));
	/* what was begun is still there, and can be completed */
	ASSERT_EQ(9, send(self->fd, self->out + BIG - 9, 9, 0));
	ASSERT_EQ(BIG, recv(self->fd, self->in, BIG, MSG_WAITALL));
	EXPECT_EQ(0, memcmp(self->out, self->in, BIG));
	EXPECT_EQ(-EFAULT, kt_err(send(self->fd, (void *)8, 10, 0)));
	echo(_metadata, self, 100);
}

TEST_F_TIMEOUT(rec, more, 120)
{
	int i;

	for (i = 0; i < 100; i++)
		ASSERT_EQ(7, send(self->fd, self->out + 7 * i, 7, MSG_MORE));
	/* not a byte of it has been sent */
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN, 100));
	ASSERT_EQ(1, send(self->fd, self->out + 700, 1, 0));
	ASSERT_EQ(701, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(0, memcmp(self->out, self->in, 701));
	/* an empty send completes what was begun */
	ASSERT_EQ(5, send(self->fd, self->out, 5, MSG_MORE));
	ASSERT_EQ(0, send(self->fd, self->out, 0, 0));
	ASSERT_EQ(5, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 0, 0)));
}

TEST_F_TIMEOUT(rec, vectors, 120)
{
	struct iovec v[3] = {
		{ self->out, 1 }, { self->out + 1, 4000 }, { self->out + 4001, 3 },
	};
	struct iovec w[2] = { { self->in, 1000 }, { self->in + 1000, 9000 } };

	ASSERT_EQ(4004, writev(self->fd, v, 3));
	ASSERT_EQ(4004, readv(self->fd, w, 2));
	EXPECT_EQ(0, memcmp(self->out, self->in, 4004));
}

/* recvmsg(2) with room for the sequence number: its length, flags, number. */
static ssize_t receive(int fd, void *p, size_t n, int flags, int *out_flags,
		       uint32_t *seq)
{
	char control[CMSG_SPACE(sizeof(*seq))];
	struct iovec v = { p, n };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	ssize_t r;

	r = recvmsg(fd, &m, flags);
	if (r < 0)
		return -errno;
	*out_flags = m.msg_flags;
	*seq = 0xffffffff;
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_KSSH && c->cmsg_type == KSSH_CMSG_SEQ)
			memcpy(seq, CMSG_DATA(c), sizeof(*seq));
	return r;
}

TEST_F_TIMEOUT(rec, boundaries, 120)
{
	uint32_t seq, first;
	int i, flags;
	ssize_t n;

	for (i = 1; i <= 5; i++)
		ASSERT_EQ(100 * i, send(self->fd, self->out, 100 * i, 0));
	for (i = 1; i <= 5; i++) {
		/* a large buffer never gets two, a small one gets parts */
		n = receive(self->fd, self->in, i == 1 ? 60 : 5000, 0, &flags, &seq);
		if (i == 1) {
			EXPECT_EQ(60, n);
			EXPECT_EQ(0, flags & MSG_EOR);
			first = seq;
			n = receive(self->fd, self->in, 5000, 0, &flags, &seq);
			EXPECT_EQ(40, n);
			EXPECT_EQ(0, memcmp(self->in, self->out + 60, 40));
		} else {
			EXPECT_EQ(100 * i, n);
			EXPECT_EQ(0, memcmp(self->in, self->out, 100 * i));
		}
		EXPECT_NE(0, flags & MSG_EOR);
		EXPECT_EQ(first + i - 1, seq);
	}
}

TEST_F_TIMEOUT(rec, waitall_ends_with_the_payload, 120)
{
	ASSERT_EQ(100, send(self->fd, self->out, 100, 0));
	ASSERT_EQ(50, send(self->fd, self->out, 50, 0));
	EXPECT_EQ(100, recv(self->fd, self->in, 1000, MSG_WAITALL));
	EXPECT_EQ(50, recv(self->fd, self->in, 1000, MSG_WAITALL));
}

TEST_F_TIMEOUT(rec, peek, 120)
{
	uint32_t seq, again;
	int flags, bytes = -1;

	ASSERT_EQ(100, send(self->fd, self->out, 100, 0));
	EXPECT_EQ(30, receive(self->fd, self->in, 30, MSG_PEEK, &flags, &seq));
	EXPECT_EQ(0, flags & MSG_EOR);
	ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &bytes));
	EXPECT_EQ(100, bytes);
	EXPECT_EQ(100, receive(self->fd, self->in, 500, MSG_PEEK, &flags, &again));
	EXPECT_NE(0, flags & MSG_EOR);
	EXPECT_EQ(seq, again);
	EXPECT_EQ(70, recv(self->fd, self->in, 70, 0));
	ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &bytes));
	EXPECT_EQ(30, bytes);
	EXPECT_EQ(30, recv(self->fd, self->in, 500, MSG_PEEK));
	EXPECT_EQ(30, recv(self->fd, self->in, 500, 0));
	EXPECT_EQ(0, memcmp(self->in, self->out + 70, 30));
	ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &bytes));
	EXPECT_EQ(0, bytes);
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 500,
				       MSG_PEEK | MSG_DONTWAIT)));
}

TEST_F_TIMEOUT(rec, dontwait_and_receive_timeout, 120)
{
	struct timeval tv = { .tv_usec = 200000 };
	uint64_t begin;

	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 10, MSG_DONTWAIT)));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	begin = kt_now_ms();
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 10, 0)));
	EXPECT_LE(190, kt_now_ms() - begin);
	EXPECT_EQ(0, kt_err(recv(self->fd, self->in, 0, 0)));
}

TEST_F_TIMEOUT(rec, poll_follows, 120)
{
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLIN | POLLOUT | POLLPRI, 0));
	ASSERT_EQ(0, kt_command(self->fd, "send 1000 2", false));
	EXPECT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 5000));
	ASSERT_EQ(999, recv(self->fd, self->in, 999, 0));
	/* a rest is readable */
	EXPECT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 0));
	ASSERT_EQ(1, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 5000));
	ASSERT_EQ(1000, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN, 100));
}

static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
	signals++;
}

TEST_F_TIMEOUT(rec, signal_ends_a_read, 120)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct itimerval t = { .it_value.tv_usec = 200000 };

	signals = 0;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(-EINTR, kt_err(recv(self->fd, self->in, 10, 0)));
	EXPECT_EQ(1, signals);
	echo(_metadata, self, 100);
}

static void *reader(void *arg)
{
	FIXTURE_DATA(rec) *self = arg;

	return (void *)recv(self->fd, self->in, 1000, 0);
}

TEST_F_TIMEOUT(rec, a_blocked_reader_is_woken, 120)
{
	pthread_t t;
	void *n;

	ASSERT_EQ(0, pthread_create(&t, NULL, reader, self));
	kt_sleep_ms(200);
	ASSERT_EQ(77, send(self->fd, self->out, 77, 0));
	pthread_join(t, &n);
	EXPECT_EQ(77, (long)n);
}

TEST_F_TIMEOUT(rec, server_sends_in_bulk, 300)
{
	unsigned int i, n;
	size_t k;

	ASSERT_EQ(0, kt_command(self->fd, "send 20000 100", false));
	for (i = 0; i < 100; i++) {
		n = 0;
		while (n < 20000) {
			ssize_t r = recv(self->fd, self->in + n, 30000, 0);

			ASSERT_LT(0, r);
			n += r;
		}
		ASSERT_EQ(20000, n);
		ASSERT_EQ(i, (unsigned int)self->in[4] | self->in[3] << 8);
		for (k = 5; k < 20000; k += 997)
			ASSERT_EQ((unsigned char)(i + k - 5), self->in[k]);
	}
}

TEST_F_TIMEOUT(rec, peer_does_not_read, 300)
{
	unsigned char digest[32];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	char want[128], text[128];
	int i, sent = 0, partial = 0;
	uint64_t until;
	ssize_t n;

	/* the whole stream, with lengths, as the server sums it up */
	ASSERT_EQ(1, EVP_DigestInit_ex(md, EVP_sha256(), NULL));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 2000", false));
	until = kt_now_ms() + 1500;
	while (kt_now_ms() < until && sent < 20000) {
		uint32_t len = 1000 + sent % 3000;
		uint32_t be = htonl(len);

		n = send(self->fd, self->out, len, MSG_DONTWAIT);
		if (n < 0) {
			ASSERT_EQ(EAGAIN, errno);
			EXPECT_EQ(0, kt_poll(self->fd, POLLOUT, 0) & POLLERR);
			partial++;
			kt_sleep_ms(50);
			continue;
		}
		/* all or nothing */
		ASSERT_EQ((ssize_t)len, n);
		EVP_DigestUpdate(md, &be, 4);
		EVP_DigestUpdate(md, self->out, len);
		sent++;
	}
	EXPECT_LT(0, partial) TH_LOG("the peer took all of it, %d payloads", sent);
	/* once it reads again, so can we write */
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLOUT, 20000));
	ASSERT_EQ(0, kt_command(self->fd, "sum", true));
	ASSERT_LT(0, kt_reply(self->fd, text, sizeof(text)));
	EVP_DigestFinal_ex(md, digest, NULL);
	EVP_MD_CTX_free(md);
	n = snprintf(want, sizeof(want), "%d ", sent);
	for (i = 0; i < 32; i++)
		n += snprintf(want + n, sizeof(want) - n, "%02x", digest[i]);
	EXPECT_STREQ(want, text);
}

TEST_F_TIMEOUT(rec, a_blocked_writer_goes_on, 300)
{
	char text[128];
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 1000", false));
	for (i = 0; i < 300; i++)
		ASSERT_EQ(BIG, send(self->fd, self->out, BIG, 0));
	ASSERT_EQ(0, kt_command(self->fd, "sum", true));
	ASSERT_LT(0, kt_reply(self->fd, text, sizeof(text)));
	EXPECT_EQ(300, atoi(text));
}

TEST_F_TIMEOUT(rec, send_timeout, 120)
{
	struct timeval tv = { .tv_usec = 200000 };
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 3000", false));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)));
	for (i = 0; i < 2000; i++) {
		ssize_t n = send(self->fd, self->out, BIG, 0);

		if (n < 0)
			break;
		ASSERT_EQ(BIG, n);
	}
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_GT(2000, i);
}

/* Both directions at once, more than any buffer holds. */
static void *writer(void *arg)
{
	FIXTURE_DATA(rec) *self = arg;
	int i;

	for (i = 0; i < 400; i++)
		if (send(self->fd, self->out, 10000 + i, 0) != 10000 + i)
			return (void *)-1L;
	return NULL;
}

TEST_F_TIMEOUT(rec, both_ways_at_once, 300)
{
	pthread_t t;
	void *r;
	int i, n;

	ASSERT_EQ(0, pthread_create(&t, NULL, writer, self));
	for (i = 0; i < 400; i++) {
		for (n = 0; n < 10000 + i; ) {
			ssize_t got = recv(self->fd, self->in + n, 20000, 0);

			ASSERT_LT(0, got);
			n += got;
		}
		ASSERT_EQ(10000 + i, n);
		ASSERT_EQ(0, memcmp(self->in, self->out, n));
	}
	pthread_join(t, &r);
	EXPECT_EQ(NULL, r);
}

/* ---- messages of the transport ---- */

TEST_F_TIMEOUT(rec, transport_noise_is_not_seen, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "ignore 100 5", false));
	ASSERT_EQ(0, kt_command(self->fd, "debug hello there", false));
	ASSERT_EQ(0, kt_command(self->fd, "unimplemented 3", false));
	ASSERT_EQ(0, kt_command(self->fd, "ignore 0 3000", false));
	echo(_metadata, self, 100);
}

TEST_F_TIMEOUT(rec, ping_is_answered, 120)
{
	char lie[64], report[4096];

	close(self->fd);
	snprintf(lie, sizeof(lie), "honest tag=ping%s%d", variant->cipher, getpid());
	self->fd = kt_session(variant->family, lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_command(self->fd, "ping abc", false));
	ASSERT_EQ(0, kt_command(self->fd, "ping", false));
	echo(_metadata, self, 10);
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(strstr(lie, "ping"), report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 193 bytes 3\nrx 193 bytes 1\n")) {
		TH_LOG("%s", report);
	}
}

TEST_F_TIMEOUT(rec, what_we_can_say, 120)
{
	struct kssh_disconnect bye = { .reason = 7, .text = "enough" };
	char lie[64], report[4096], c = 80;

	close(self->fd);
	snprintf(lie, sizeof(lie), "honest tag=say%s%d", variant->cipher, getpid());
	self->fd = kt_session(variant->family, lie);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, kt_set_u32(self->fd, KSSH_SEND_IGNORE, 0));
	EXPECT_EQ(0, kt_set_u32(self->fd, KSSH_SEND_IGNORE, KSSH_IGNORE_MAX));
	while (kt_set_u32(self->fd, KSSH_UNIMPLEMENTED, 77) == -EAGAIN)
		kt_poll(self->fd, POLLOUT, 5000);
	echo(_metadata, self, 10);
	EXPECT_EQ(0, kt_set(self->fd, KSSH_DISCONNECT, &bye, sizeof(bye)));
	EXPECT_EQ(KSSH_STATE_CLOSED, kt_state(self->fd));
	EXPECT_EQ(-ENOTCONN, kt_set(self->fd, KSSH_DISCONNECT, &bye, sizeof(bye)));
	EXPECT_EQ(-ESHUTDOWN, kt_err(send(self->fd, &c, 1, MSG_NOSIGNAL)));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(strstr(lie, "say"), report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 2 bytes 0\nrx 2 bytes 32768\nrx 3 seq 77\n")) {
		TH_LOG("%s", report);
	}
	EXPECT_NE(NULL, strstr(report, "rx 1 reason 7 enough\n"));
}

TEST_F_TIMEOUT(rec, disconnect_received, 120)
{
	struct kssh_info i;
	char text[64];

	ASSERT_EQ(0, kt_command(self->fd, "send 10", false));
	ASSERT_EQ(0, kt_command(self->fd, "disconnect 4711 until we meet again", false));
	/* what came before it can be read */
	ASSERT_EQ(10, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(-ESHUTDOWN, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ESHUTDOWN, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ESHUTDOWN, kt_err(send(self->fd, self->out, 100, MSG_NOSIGNAL)));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(4711, i.peer_disconnect);
	EXPECT_EQ(KSSH_R_PEER_DISCONNECT, (int)i.reason);
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_DISCONNECT_TEXT, text, sizeof(text)));
	EXPECT_STREQ("until we meet again", text);
}

TEST_F_TIMEOUT(rec, ends, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "send 10", false));
	ASSERT_EQ(0, kt_command(self->fd, "eof", false));
	ASSERT_EQ(10, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(0, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(0, recv(self->fd, self->in, 100, 0));
	EXPECT_NE(0, kt_poll(self->fd, POLLIN, 0) & POLLIN);
}

TEST_F_TIMEOUT(rec, reset_received, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "reset", false));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(KSSH_R_SOCKET_ERROR, kt_reason(self->fd));
}

TEST_F_TIMEOUT(rec, bad_mac_is_not_delivered, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "bad-mac", false));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(send(self->fd, self->out, 100, MSG_NOSIGNAL)));
	EXPECT_EQ(KSSH_R_BAD_MAC, kt_reason(self->fd));
}

TEST_F_TIMEOUT(rec, dripped, 300)
{
	ASSERT_EQ(0, kt_command(self->fd, "drip 1", false));
	echo(_metadata, self, 200);
	ASSERT_EQ(0, kt_command(self->fd, "drip 13", false));
	echo(_metadata, self, 3000);
}

TEST_F_TIMEOUT(rec, several_in_one_segment, 120)
{
	int i;

	ASSERT_EQ(0, kt_command(self->fd,
				"batch 5e01 5e0202 0200000000 5e030303 5e04040404", false));
	for (i = 1; i <= 4; i++) {
		ASSERT_EQ(1 + i, recv(self->fd, self->in, 100, 0));
		EXPECT_EQ(i, self->in[1]);
	}
}

TEST_F_TIMEOUT(rec, shutdown_write, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "stall 500", false));
	ASSERT_EQ(10, send(self->fd, self->out, 10, 0));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, self->out, 10, MSG_NOSIGNAL)));
	/* the answer to what was sent before still comes */
	EXPECT_EQ(10, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(0, recv(self->fd, self->in, 100, 0));
}

TEST_F_TIMEOUT(rec, no_sigpipe, 120)
{
	ASSERT_EQ(0, shutdown(self->fd, SHUT_RDWR));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, self->out, 10, MSG_NOSIGNAL)));
	signals = 0;
	signal(SIGPIPE, on_signal);
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, self->out, 10, 0)));
	EXPECT_EQ(1, signals);
}

TEST_HARNESS_MAIN
