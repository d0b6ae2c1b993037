// SPDX-License-Identifier: GPL-2.0
/*
 * The ways in which programs send, receive and wait: several messages in one call,
 * epoll, io_uring, several at once, and what the transport tells the application.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include "records.h"
#include "ring.h"

FIXTURE_VARIANT_ADD(rec, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.family = AF_INET6,
};

/* ---- flags ---- */

TEST_F_TIMEOUT(rec, trunc_throws_away, 120)
{
	ASSERT_EQ(100, send(self->fd, self->out, 100, 0));
	ASSERT_EQ(50, send(self->fd, self->out, 50, 0));
	/* as with TCP: counted, not copied */
	memset(self->in, 7, 1000);
	EXPECT_EQ(30, recv(self->fd, self->in, 30, MSG_TRUNC));
	EXPECT_EQ(7, self->in[0]);
	EXPECT_EQ(70, recv(self->fd, self->in, 1000, MSG_PEEK | MSG_TRUNC));
	EXPECT_EQ(70, recv(self->fd, NULL, 1000, MSG_TRUNC));
	EXPECT_EQ(50, recv(self->fd, self->in, 1000, 0));
	EXPECT_EQ(0, memcmp(self->in, self->out, 50));
}

TEST_F_TIMEOUT(rec, eor_completes, 120)
{
	ASSERT_EQ(10, send(self->fd, self->out, 10, MSG_MORE));
	EXPECT_EQ(-EINVAL, kt_err(send(self->fd, self->out, 10, MSG_MORE | MSG_EOR)));
	ASSERT_EQ(10, send(self->fd, self->out + 10, 10, MSG_EOR));
	EXPECT_EQ(20, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(0, memcmp(self->in, self->out, 20));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->fd, self->out, 10, MSG_OOB)));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(recv(self->fd, self->in, 10, MSG_OOB)));
}

TEST_F_TIMEOUT(rec, largest_received, 300)
{
	/* as long as OpenSSH lets a packet be */
	const int n = 262144 - 16;
	int got = 0, r;

	ASSERT_EQ(0, kt_command(self->fd, "send 262128 2", false));
	while (got < 2 * n) {
		r = recv(self->fd, self->in, KSSH_PAYLOAD_MAX, MSG_WAITALL);
		ASSERT_LT(0, r) TH_LOG("%s after %d", strerror(errno), got);
		got += r;
	}
	EXPECT_EQ(2 * n, got);
	echo(_metadata, self, 10);
}

/* ---- several in one call ---- */

#define MANY	8

TEST_F_TIMEOUT(rec, mmsg, 120)
{
	struct mmsghdr m[MANY];
	struct iovec v[MANY];
	int i, n, got = 0;

	memset(m, 0, sizeof(m));
	for (i = 0; i < MANY; i++) {
		v[i].iov_base = self->out;
		v[i].iov_len = 100 + i;
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < MANY; i += n) {
		n = sendmmsg(self->fd, m + i, MANY - i, 0);
		ASSERT_LT(0, n);
	}
	while (got < MANY) {
		for (i = 0; i < MANY; i++) {
			v[i].iov_base = self->in + 1000 * i;
			v[i].iov_len = 1000;
			m[i].msg_hdr.msg_flags = 0;
		}
		n = recvmmsg(self->fd, m, MANY, MSG_WAITFORONE, NULL);
		ASSERT_LT(0, n);
		for (i = 0; i < n; i++, got++) {
			EXPECT_EQ(100 + got, m[i].msg_len);
			EXPECT_NE(0, m[i].msg_hdr.msg_flags & MSG_EOR);
			EXPECT_EQ(0, memcmp(self->in + 1000 * i, self->out, 100 + got));
		}
	}
	EXPECT_EQ(MANY, got);
}

/* ---- waiting ---- */

static int wait_epoll(int ep, int ms)
{
	struct epoll_event ev = { 0 };
	int n = epoll_wait(ep, &ev, 1, ms * kt_slow());

	return n < 0 ? -errno : n ? (int)ev.events : 0;
}

TEST_F_TIMEOUT(rec, epoll_level, 120)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP };
	int ep = epoll_create1(0);

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	EXPECT_EQ(0, wait_epoll(ep, 0));
	ASSERT_EQ(0, kt_command(self->fd, "batch 5e01 5e02", false));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 5000));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 0));
	ASSERT_EQ(2, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 5000));
	ASSERT_EQ(2, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(0, wait_epoll(ep, 10));
	ASSERT_EQ(0, kt_command(self->fd, "eof", false));
	EXPECT_NE(0, wait_epoll(ep, 5000) & EPOLLRDHUP);
	close(ep);
}

/* What is new is told once; who reads until EAGAIN misses nothing. */
TEST_F_TIMEOUT(rec, epoll_edge, 300)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(0);
	int i, got = 0;
	ssize_t n;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	ASSERT_EQ(0, kt_command(self->fd, "batch 5e01", false));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 5000));
	EXPECT_EQ(0, wait_epoll(ep, 50));
	ASSERT_EQ(0, kt_command(self->fd, "batch 5e02", false));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 5000));
	ASSERT_EQ(2, recv(self->fd, self->in, 100, MSG_DONTWAIT));
	ASSERT_EQ(2, recv(self->fd, self->in, 100, MSG_DONTWAIT));

	for (i = 0; i < 5; i++)
		ASSERT_EQ(0, kt_command(self->fd, "send 20000 10", false));
	while (got < 50 * 20000) {
		ASSERT_EQ(EPOLLIN, wait_epoll(ep, 10000)) {
			TH_LOG("nothing after %d bytes", got);
		}
		while ((n = recv(self->fd, self->in, 30000, MSG_DONTWAIT)) > 0)
			got += n;
		ASSERT_EQ(EAGAIN, errno);
	}
	EXPECT_EQ(50 * 20000, got);
	close(ep);
}

struct leaver {
	int fd, flags;
	size_t len;
	ssize_t got;
};

static void *one_leaver(void *arg)
{
	struct leaver *l = arg;
	unsigned char p[1000];

	l->got = recv(l->fd, p, l->len, l->flags);
	return NULL;
}

/* What a blocked reader takes is told to nobody else, what he leaves is. */
TEST_F_TIMEOUT(rec, who_reads_leaves_something, 300)
{
	static const struct { int flags; size_t len; bool told; } rows[] = {
		{ 0, 1000, false }, { MSG_PEEK, 1000, true }, { 0, 10, true },
		{ 0, 1000, false },
	};
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	int ep = epoll_create1(0);
	struct leaver l;
	pthread_t t;
	size_t i;

	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		l = (struct leaver){ self->fd, rows[i].flags, rows[i].len };
		ASSERT_EQ(0, pthread_create(&t, NULL, one_leaver, &l));
		kt_sleep_ms(30 * kt_slow());
		ASSERT_EQ(0, kt_command(self->fd, "send 1000", false));
		pthread_join(t, NULL);
		EXPECT_EQ((ssize_t)rows[i].len, l.got);
		EXPECT_EQ(rows[i].told ? EPOLLIN : 0, wait_epoll(ep, rows[i].told ? 5000 : 20));
		while (recv(self->fd, self->in, 2000, MSG_DONTWAIT) > 0)
			;
		EXPECT_EQ(EAGAIN, errno);
	}
	close(ep);
}

/* SIGIO says that there is something to read, though others poll. */
TEST_F_TIMEOUT(rec, sigio, 300)
{
	struct epoll_event ev = { .events = EPOLLIN };
	struct timespec patience = { 20 * kt_slow(), 0 };
	int ep = epoll_create1(0);
	sigset_t io;
	ssize_t n;
	int i;

	sigemptyset(&io);
	sigaddset(&io, SIGIO);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &io, NULL));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	ASSERT_EQ(0, fcntl(self->fd, F_SETOWN, getpid()));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_ASYNC));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, kt_command(self->fd, "send 1000", false));
		/* it says, too, that there is room to send */
		do {
			ASSERT_EQ(SIGIO, sigtimedwait(&io, NULL, &patience));
			n = recv(self->fd, self->in, 2000, MSG_DONTWAIT);
		} while (n < 0 && errno == EAGAIN);
		EXPECT_EQ(1000, n);
	}
	close(ep);
}

struct sender {
	int fd, bad, policy;
	volatile int sent;
};

#define SENT	200

static void *one_sender(void *arg)
{
	struct sender *s = arg;
	struct sched_param none = { 0 };
	unsigned char p[10000] = { 94 };

	s->bad = sched_setscheduler(0, s->policy, &none);
	for (; s->sent < SENT && !s->bad; s->sent++)
		s->bad = send(s->fd, p, sizeof(p), 0) != sizeof(p);
	return NULL;
}

/* Who polls is told while somebody else is blocked, who sees to what comes. */
TEST_F_TIMEOUT(rec, polling_beside_a_sender, 300)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	struct sender s = { .fd = self->fd };
	int ep = epoll_create1(0);
	int sent;
	char text[100];
	pthread_t t;

	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	snprintf(text, sizeof(text), "then pause %d ; send 1000 ; pause %d",
		 200 * kt_slow(), 500 * kt_slow());
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	ASSERT_EQ(0, pthread_create(&t, NULL, one_sender, &s));
	EXPECT_EQ(EPOLLIN, wait_epoll(ep, 5000));
	sent = s.sent;
	EXPECT_GT(SENT, sent);
	EXPECT_EQ(1000, recv(self->fd, self->in, 2000, MSG_DONTWAIT));
	kt_sleep_ms(50 * kt_slow());
	EXPECT_EQ(sent, s.sent);
	EXPECT_EQ(0, wait_epoll(ep, 0));
	pthread_join(t, NULL);
	EXPECT_FALSE(s.bad);
	close(ep);
}

struct watcher {
	int ep, seen;
};

static void *one_watcher(void *arg)
{
	struct watcher *w = arg;

	w->seen = wait_epoll(w->ep, 5000);
	return NULL;
}

/* Who is blocked has been woken, but another one looks before he does: he tells the rest. */
TEST_F_TIMEOUT(rec, polling_before_a_sender, 300)
{
	struct sender s = { .fd = self->fd, .policy = SCHED_IDLE };
	struct epoll_event ev = { .events = EPOLLIN };
	struct watcher w = { .ep = epoll_create1(0) };
	pthread_t sender, watcher;
	char text[100];

	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, epoll_ctl(w.ep, EPOLL_CTL_ADD, self->fd, &ev));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	snprintf(text, sizeof(text), "then pause %d ; send 1000 ; pause %d",
		 200 * kt_slow(), 500 * kt_slow());
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	ASSERT_EQ(0, pthread_create(&sender, NULL, one_sender, &s));
	ASSERT_EQ(0, pthread_create(&watcher, NULL, one_watcher, &w));
	kt_sleep_ms(100 * kt_slow());
	EXPECT_LT(0, s.sent);
	while (!kt_poll(self->fd, POLLIN, 0))
		;
	EXPECT_GT(SENT, s.sent);
	pthread_join(watcher, NULL);
	EXPECT_EQ(EPOLLIN, w.seen);
	EXPECT_EQ(1000, recv(self->fd, self->in, 2000, MSG_DONTWAIT));
	pthread_join(sender, NULL);
	EXPECT_FALSE(s.bad);
	close(w.ep);
}

/* Room to send is told once it is there again. */
TEST_F_TIMEOUT(rec, epoll_edge_out, 300)
{
	struct epoll_event ev = { .events = EPOLLOUT | EPOLLET };
	int ep = epoll_create1(0);
	int i;

	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->fd, &ev));
	EXPECT_EQ(EPOLLOUT, wait_epoll(ep, 0));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "stall 1000", false));
	for (i = 0; i < 5; i++) {
		while (send(self->fd, self->out, 10000, MSG_DONTWAIT) == 10000)
			;
		ASSERT_EQ(EAGAIN, errno);
		ASSERT_EQ(EPOLLOUT, wait_epoll(ep, 20000));
	}
	close(ep);
}

/* ---- several at once ---- */

#define READERS	2
#define EACH	100

struct reader {
	pthread_t thread;
	int fd;
	int bad, got;
};

/* A payload goes to one reader, whole. */
static void *one_reader(void *arg)
{
	struct reader *r = arg;
	unsigned char p[4000];
	ssize_t n;
	int i;

	while ((n = recv(r->fd, p, sizeof(p), 0)) > 0 && n != 2) {
		r->bad |= n != 500 + 10 * p[1];
		for (i = 1; i < n; i++)
			r->bad |= p[i] != p[1];
		r->got++;
	}
	r->bad |= n <= 0;
	return NULL;
}

TEST_F_TIMEOUT(rec, two_readers, 120)
{
	struct reader r[READERS] = { { .fd = self->fd }, { .fd = self->fd } };
	int i, all = 0;

	for (i = 0; i < READERS; i++)
		ASSERT_EQ(0, pthread_create(&r[i].thread, NULL, one_reader, &r[i]));
	for (i = 0; i < EACH; i++) {
		memset(self->out + 1, i, 3000);
		ASSERT_EQ(500 + 10 * i, send(self->fd, self->out, 500 + 10 * i, 0));
	}
	for (i = 0; i < READERS; i++)
		ASSERT_EQ(2, send(self->fd, self->out, 2, 0));
	for (i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		EXPECT_EQ(0, r[i].bad);
		all += r[i].got;
	}
	EXPECT_EQ(EACH, all);
}

/* ---- io_uring ---- */

TEST_F_TIMEOUT(rec, io_uring, 300)
{
	struct ring r;
	int i, id, res, seen = 0;

	res = ring_open(&r);
	if (res)
		SKIP(return, "no io_uring here: %s", strerror(-res));
	for (i = 0; i < 20; i++) {
		/* the receive is there before what it waits for */
		ring_put(&r, IORING_OP_RECV, self->fd, self->in, 2000, 1);
		ASSERT_EQ(1, ring_enter(&r, 1, 0));
		EXPECT_EQ(-ENOENT, ring_get(&r, &id));
		ring_put(&r, IORING_OP_SEND, self->fd, self->out, 1000 + i, 2);
		ASSERT_EQ(1, ring_enter(&r, 1, 2));
		for (seen = 0; seen != 3; seen |= id) {
			res = ring_get(&r, &id);
			ASSERT_EQ(1000 + i, res);
		}
		ASSERT_EQ(0, memcmp(self->in, self->out, 1000 + i));
	}
	close(r.fd);
}

/* ---- what the transport tells ---- */

static unsigned int next_seq(int fd)
{
	struct kssh_info i;

	return kt_info(fd, &i) ? ~0U : i.tx_seq;
}

TEST_F_TIMEOUT(rec, unimplemented_is_told, 120)
{
	unsigned char want[5] = { 3 };
	char command[64];
	unsigned int seq = next_seq(self->fd);

	/* about the command itself */
	snprintf(command, sizeof(command), "unimplemented %u", seq);
	ASSERT_EQ(0, kt_command(self->fd, command, false));
	ASSERT_EQ(5, recv(self->fd, self->in, 100, 0));
	seq = htonl(seq);
	memcpy(want + 1, &seq, 4);
	EXPECT_EQ(0, memcmp(want, self->in, 5));
	/* about a message that was ours */
	seq = next_seq(self->fd);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_SEND_IGNORE, 10));
	kt_poll(self->fd, POLLOUT, 5000);
	snprintf(command, sizeof(command), "unimplemented %u", seq);
	ASSERT_EQ(0, kt_command(self->fd, command, false));
	echo(_metadata, self, 10);
}

static int ping(int fd, const void *p, size_t n)
{
	int r;

	while ((r = kt_set(fd, KSSH_PING, p, n)) == -EAGAIN)
		kt_poll(fd, POLLOUT, 5000);
	return r;
}

TEST_F_TIMEOUT(rec, ping_both_ways, 120)
{
	unsigned char want[5 + KSSH_PING_MAX] = { 193, 0, 0, 4, 0 };
	struct kssh_info i;

	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_NE(0, i.flags & KSSH_INFO_PING);
	EXPECT_EQ(-EINVAL, ping(self->fd, self->out, KSSH_PING_MAX + 1));
	EXPECT_EQ(0, ping(self->fd, self->out, KSSH_PING_MAX));
	ASSERT_EQ(5 + KSSH_PING_MAX, recv(self->fd, self->in, 2000, 0));
	memcpy(want + 5, self->out, KSSH_PING_MAX);
	EXPECT_EQ(0, memcmp(want, self->in, sizeof(want)));
	EXPECT_EQ(0, ping(self->fd, "", 0));
	ASSERT_EQ(5, recv(self->fd, self->in, 2000, 0));
	EXPECT_EQ(0, memcmp("\301\0\0\0", self->in, 5));
	/* one that nobody asked for is not shown */
	ASSERT_EQ(0, kt_command(self->fd, "raw c100000000", false));
	ASSERT_EQ(0, kt_command(self->fd, "ping x", false));
	echo(_metadata, self, 10);
}

TEST_HARNESS_MAIN
