// SPDX-License-Identifier: GPL-2.0
/* The session: payloads out and in, their bounds, their boundaries, their end. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include "records.h"

FIXTURE_VARIANT_ADD(rec, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr)
{
	.cipher = "aes256-ctr",
	.family = AF_INET6,
};

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

static void expect_sum(struct __test_metadata *_metadata, int fd, int count,
		       EVP_MD_CTX *md)
{
	unsigned char digest[32];
	char want[128], text[128];
	int i, n;

	EVP_DigestFinal_ex(md, digest, NULL);
	n = snprintf(want, sizeof(want), "%d ", count);
	for (i = 0; i < 32; i++)
		n += snprintf(want + n, sizeof(want) - n, "%02x", digest[i]);
	ASSERT_EQ(0, kt_command(fd, "sum", true));
	ASSERT_LT(0, kt_reply(fd, text, sizeof(text)));
	EXPECT_STREQ(want, text);
}

TEST_F_TIMEOUT(rec, peer_does_not_read, 300)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int sent = 0, refused = 0;
	uint64_t until;

	/* the whole stream, with lengths, as the server sums it up */
	ASSERT_EQ(1, EVP_DigestInit_ex(md, EVP_sha256(), NULL));
	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 2000", false));
	until = kt_now_ms() + 60000;
	while (refused < 5) {
		uint32_t len = 1000 + sent % 3000;
		uint32_t be = htonl(len);
		ssize_t n;

		ASSERT_GT(until, kt_now_ms()) TH_LOG("the peer took %d payloads", sent);
		n = send(self->fd, self->out, len, MSG_DONTWAIT);
		if (n < 0) {
			ASSERT_EQ(EAGAIN, errno);
			EXPECT_EQ(0, kt_poll(self->fd, POLLOUT, 0) & POLLERR);
			refused++;
			kt_sleep_ms(50);
			continue;
		}
		/* all or nothing */
		ASSERT_EQ((ssize_t)len, n);
		EVP_DigestUpdate(md, &be, 4);
		EVP_DigestUpdate(md, self->out, len);
		sent++;
	}
	/* once it reads again, so can we write */
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLOUT, 20000));
	expect_sum(_metadata, self->fd, sent, md);
	EVP_MD_CTX_free(md);
}

TEST_F_TIMEOUT(rec, a_blocked_writer_goes_on, 300)
{
	char text[128];
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 1000", false));
	ASSERT_EQ(0, small_buffer(self->fd));
	for (i = 0; i < 30; i++)
		ASSERT_EQ(BIG, send(self->fd, self->out, BIG, 0));
	ASSERT_EQ(0, kt_command(self->fd, "sum", true));
	ASSERT_LT(0, kt_reply(self->fd, text, sizeof(text)));
	EXPECT_EQ(30, atoi(text));
}

TEST_F_TIMEOUT(rec, send_timeout, 120)
{
	struct timeval tv = { .tv_usec = 200000 };
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "stall 2000", false));
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

/* Several write at once: their payloads come in some order, but each whole. */
#define WRITERS	4
#define EACH	kt_rounds(40)

struct many {
	pthread_t thread;
	int fd;
	unsigned char who;
	bool fine;
};

static void *one_of_many(void *arg)
{
	struct many *m = arg;
	unsigned char p[2000];
	int i;

	memset(p, m->who, sizeof(p));
	p[0] = 94;
	m->fine = true;
	for (i = 0; i < EACH; i++)
		m->fine &= send(m->fd, p, 500 + 300 * m->who, 0) == 500 + 300 * m->who;
	return NULL;
}

TEST_F_TIMEOUT(rec, many_writers, 120)
{
	struct many m[WRITERS];
	int i, count[WRITERS] = { 0 };
	unsigned int k, n, who;

	for (i = 0; i < WRITERS; i++) {
		m[i].fd = self->fd;
		m[i].who = i;
		ASSERT_EQ(0, pthread_create(&m[i].thread, NULL, one_of_many, &m[i]));
	}
	for (i = 0; i < WRITERS * EACH; i++) {
		n = recv(self->fd, self->in, 5000, 0);
		who = self->in[1];
		ASSERT_GT(WRITERS, who);
		ASSERT_EQ(500 + 300 * who, n);
		for (k = 1; k < n; k++)
			ASSERT_EQ(who, self->in[k]);
		count[who]++;
	}
	for (i = 0; i < WRITERS; i++) {
		pthread_join(m[i].thread, NULL);
		EXPECT_TRUE(m[i].fine);
		EXPECT_EQ(EACH, count[i]);
	}
}

/* ---- memory fails ---- */

/* Each allocation of a send and of the receipt of its echo fails once. */
TEST_F_TIMEOUT(rec, memory_fails, 300)
{
	int nth, fd, r, file;
	bool done = false;

	if (access("/proc/self/fail-nth", W_OK))
		SKIP(return, "this kernel cannot inject faults");
	file = open("/sys/kernel/debug/failslab/ignore-gfp-wait", O_WRONLY);
	ASSERT_LE(0, file);
	ASSERT_EQ(1, write(file, "N", 1));
	close(file);
	for (nth = 1; !done && nth < 100; nth++) {
		fd = kt_session(variant->family, NULL);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kt_patience(fd));
		ASSERT_LE(0, kt_fail_nth(nth));
		r = kt_err(send(fd, self->out, 1000, 0));
		if (r == 1000)
			r = kt_err(recv(fd, self->in, 2000, 0));
		done = kt_fail_nth(0) > 0;
		/* a copy from or to the caller can be made to fail as well */
		EXPECT_TRUE(r == 1000 || r == -ENOMEM || r == -EFAULT) {
			TH_LOG("allocation %d: %s", nth, strerror(-r));
		}
		if (kt_state(fd) == KSSH_STATE_FAILED)
			EXPECT_EQ(KSSH_R_NO_MEMORY, kt_reason(fd));
		close(fd);
	}
	EXPECT_TRUE(done);
	TH_LOG("%d allocations", nth - 2);
}

/* ---- messages of the transport ---- */

TEST_F_TIMEOUT(rec, transport_noise_is_not_seen, 600)
{
	ASSERT_EQ(0, kt_command(self->fd, "ignore 100 5", false));
	ASSERT_EQ(0, kt_command(self->fd, "debug hello there", false));
	/* what we sent under that number was the kernel's own */
	ASSERT_EQ(0, kt_command(self->fd, "unimplemented 1", false));
	/* more than a key exchange allows */
	ASSERT_EQ(0, kt_command(self->fd, "ignore 0 1100", false));
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
	/* when they leave beside our own messages is the kernel's affair */
	EXPECT_NE(NULL, strstr(report, "rx 193 bytes 3\n")) {
		TH_LOG("%s", report);
	}
	EXPECT_NE(NULL, strstr(report, "rx 193 bytes 1\n")) {
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
