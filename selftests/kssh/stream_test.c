// SPDX-License-Identifier: GPL-2.0
/*
 * The ways in which programs read, write and wait, on the stream of a bound channel and
 * on its control descriptor: flags, time, several calls in one, several at once.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include "bound.h"
#include "ring.h"

static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
	signals++;
}

static int until(int fd, size_t n)
{
	int bytes = 0, i;

	for (i = 0; i < 1000 * kt_slow() && !ioctl(fd, FIONREAD, &bytes); i++) {
		if (bytes >= (int)n)
			break;
		kt_sleep_ms(10);
	}
	return bytes;
}

/* ---- flags ---- */

TEST_F_TIMEOUT(ch, messages_do_not_show, 300)
{
	char control[256];
	struct iovec v[2] = { { self->in, 70 }, { self->in + 70, 1000 } };
	struct msghdr m = {
		.msg_iov = v, .msg_iovlen = 2,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "data 500 100", false));
	ASSERT_EQ(500, until(self->fd, 500));
	/* over their borders, nothing taken */
	EXPECT_EQ(450, recv(self->fd, self->in, 450, MSG_PEEK));
	expect_pattern(_metadata, self->in, 0, 450);
	EXPECT_EQ(500, recv(self->fd, self->in, 1000, MSG_PEEK));
	EXPECT_EQ(50, recv(self->fd, NULL, 50, MSG_TRUNC));
	EXPECT_EQ(300, recv(self->fd, self->in, 300, MSG_PEEK));
	expect_pattern(_metadata, self->in, 50, 300);
	ASSERT_EQ(450, recvmsg(self->fd, &m, 0));
	expect_pattern(_metadata, self->in, 50, 450);
	EXPECT_EQ(0, m.msg_flags & (MSG_EOR | MSG_TRUNC));
	EXPECT_EQ(0u, m.msg_controllen);
	EXPECT_EQ(0, recv(self->fd, self->in, 0, 0));

	/* flags for records are hints here */
	v[0] = (struct iovec){ self->out, 10 };
	v[1] = (struct iovec){ self->out + 10, 20 };
	ASSERT_EQ(30, writev(self->fd, v, 2));
	ASSERT_EQ(30, send(self->fd, self->out + 30, 30, MSG_MORE));
	ASSERT_EQ(30, send(self->fd, self->out + 60, 30, MSG_EOR));
	EXPECT_EQ(0, send(self->fd, self->out, 0, 0));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->fd, self->out, 1, MSG_OOB)));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->fd, self->out, 1, MSG_ZEROCOPY)));
	EXPECT_EQ(-EFAULT, kt_err(send(self->fd, (void *)8, 10, 0)));
	expect_said(_metadata, self, self->out, 90);
}

TEST_F_TIMEOUT(ch, time_is_kept, 300)
{
	struct timeval tv = { .tv_usec = 200000 };
	struct sigaction sa = { .sa_handler = on_signal };
	struct itimerval t = { .it_value.tv_usec = 200000 };
	uint64_t begin;

	self->bind.remote_window = 100;
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	begin = kt_now_ms();
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 10, 0)));
	EXPECT_LE(190, kt_now_ms() - begin);
	/* what is there by then is not lost */
	ASSERT_EQ(0, kt_command(self->control, "data 30", false));
	ASSERT_EQ(30, until(self->fd, 30));
	EXPECT_EQ(30, recv(self->fd, self->in, 100, MSG_WAITALL));
	expect_pattern(_metadata, self->in, 0, 30);
	ASSERT_EQ(0, kt_patience(self->fd));

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(-EINTR, kt_err(recv(self->fd, self->in, 10, 0)));
	/* a call that has begun says how far it came */
	ASSERT_EQ(0, kt_command(self->control, "data 20", false));
	ASSERT_EQ(20, until(self->fd, 20));
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(20, recv(self->fd, self->in, 100, MSG_WAITALL));
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(100, send(self->fd, self->out, 300, 0));
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(-EINTR, kt_err(send(self->fd, self->out, 1, 0)));

	/* that of control is its own */
	ASSERT_EQ(0, setsockopt(self->control, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	begin = kt_now_ms();
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->control, self->in, 10, 0)));
	EXPECT_LE(190, kt_now_ms() - begin);
	setitimer(ITIMER_REAL, &t, NULL);
	ASSERT_EQ(0, kt_patience(self->control));
	EXPECT_EQ(-EINTR, kt_err(recv(self->control, self->in, 10, 0)));
	EXPECT_EQ(5, signals);
}

/* SIGPIPE comes for either descriptor, unless it is not wanted. */
TEST_F_TIMEOUT(ch, sigpipe, 300)
{
	signals = 0;
	signal(SIGPIPE, on_signal);
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, "x", 1, MSG_NOSIGNAL)));
	EXPECT_EQ(0, signals);
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, "x", 1, 0)));
	EXPECT_EQ(1, signals);
	EXPECT_EQ(-EPIPE, kt_err(write(self->fd, "x", 1)));
	EXPECT_EQ(2, signals);
	/* control goes on until TCP ends */
	ASSERT_EQ(0, kt_command(self->control, "then eof", false));
	EXPECT_EQ(0, recv(self->control, self->in, 10, 0));
	EXPECT_EQ(-EPIPE, kt_err(send(self->control, "R", 1, MSG_NOSIGNAL)));
	EXPECT_EQ(2, signals);
	EXPECT_EQ(-EPIPE, kt_err(send(self->control, "R", 1, 0)));
	EXPECT_EQ(3, signals);
}

/* Control's are records: parts, boundaries, numbers, as on a socket that is not bound. */
TEST_F_TIMEOUT(ch, control_has_records, 300)
{
	char control[CMSG_SPACE(4)];
	struct iovec v = { self->in, 1000 };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct mmsghdr mm[3];
	struct iovec w[3];
	struct cmsghdr *c;
	int i, n;

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "batch 5001 500202 50030303", false));
	ASSERT_EQ(2, recvmsg(self->control, &m, MSG_WAITALL | MSG_PEEK));
	EXPECT_NE(0, m.msg_flags & MSG_EOR);
	c = CMSG_FIRSTHDR(&m);
	ASSERT_NE(NULL, c);
	EXPECT_EQ(SOL_KSSH, c->cmsg_level);
	EXPECT_EQ(KSSH_CMSG_SEQ, c->cmsg_type);
	memset(self->in, 7, 10);
	EXPECT_EQ(1, recv(self->control, self->in, 1, MSG_TRUNC));
	EXPECT_EQ(7, self->in[0]);
	EXPECT_EQ(1, recv(self->control, self->in, 1000, MSG_WAITALL));
	EXPECT_EQ(1, self->in[0]);
	memset(mm, 0, sizeof(mm));
	for (i = 0; i < 3; i++) {
		w[i] = (struct iovec){ self->in + 100 * i, 100 };
		mm[i].msg_hdr.msg_iov = &w[i];
		mm[i].msg_hdr.msg_iovlen = 1;
	}
	ASSERT_EQ(2, recvmmsg(self->control, mm, 2, 0, NULL));
	EXPECT_EQ(3, mm[0].msg_len);
	EXPECT_EQ(4, mm[1].msg_len);
	EXPECT_NE(0, mm[1].msg_hdr.msg_flags & MSG_EOR);
	/* several go out by one call, each a record: the server gives them back */
	ASSERT_EQ(0, kt_command(self->control, "echo on", false));
	for (i = 0; i < 3; i++) {
		memset(self->out + 100 * i, 101 + i, 100);
		w[i] = (struct iovec){ self->out + 100 * i, 10 + i };
	}
	for (i = 0; i < 3; i += n) {
		n = sendmmsg(self->control, mm + i, 3 - i, 0);
		ASSERT_LT(0, n);
	}
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(10 + i, recv(self->control, self->in, 100, 0));
		EXPECT_EQ(101 + i, self->in[9]);
	}
}

/* ---- waiting ---- */

static int wait_epoll(int ep, int ms)
{
	struct epoll_event ev = { 0 };
	int n = epoll_wait(ep, &ev, 1, ms * kt_slow());

	return n < 0 ? -errno : n ? (int)ev.events : 0;
}

TEST_F_TIMEOUT(ch, edges, 600)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
	int in = epoll_create1(0), out = epoll_create1(0);
	size_t got = 0, sent = 0;
	ssize_t n;

	self->bind.remote_window = 1000;
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, epoll_ctl(in, EPOLL_CTL_ADD, self->fd, &ev));
	ev.events = EPOLLOUT | EPOLLET;
	ASSERT_EQ(0, epoll_ctl(out, EPOLL_CTL_ADD, self->fd, &ev));
	EXPECT_EQ(EPOLLOUT, wait_epoll(out, 0));
	ASSERT_EQ(0, kt_command(self->control, "data 10", false));
	EXPECT_EQ(EPOLLIN, wait_epoll(in, 20000));
	EXPECT_EQ(0, wait_epoll(in, 50));
	/* more, though nothing of the first was read */
	ASSERT_EQ(0, kt_command(self->control, "data 10", false));
	EXPECT_EQ(EPOLLIN, wait_epoll(in, 20000));
	ASSERT_EQ(20, recv(self->fd, self->in, 100, 0));

	/* the window opens: that is an edge, each time */
	while (sent < 5000) {
		while ((n = send(self->fd, self->out + sent, 400, MSG_DONTWAIT)) > 0)
			sent += n;
		ASSERT_EQ(EAGAIN, errno);
		ASSERT_EQ(0, kt_command(self->control, "then pause 20 ; adjust 1000",
					false));
		ASSERT_EQ(EPOLLOUT, wait_epoll(out, 20000)) {
			TH_LOG("after %zu bytes", sent);
		}
	}
	/* who reads until EAGAIN misses nothing */
	ASSERT_EQ(0, kt_command(self->control, "then fill 1000000 ; channel 96", false));
	while (got < 1000000) {
		ASSERT_LT(0, wait_epoll(in, 20000)) TH_LOG("after %zu bytes", got);
		while ((n = recv(self->fd, self->in, 50000, MSG_DONTWAIT)) > 0) {
			expect_pattern(_metadata, self->in, 20 + got, n);
			got += n;
		}
		if (n)
			ASSERT_EQ(EAGAIN, errno);
	}
	for (n = 0; n < 100 && recv(self->fd, self->in, 1, MSG_DONTWAIT); n++)
		wait_epoll(in, 1000);
	EXPECT_EQ(0, recv(self->fd, self->in, 1, MSG_DONTWAIT));
	close(in);
	close(out);
}

/* The end wakes who sleeps, whether he reads, writes or polls. */
static void *sleeper(void *arg)
{
	char c[100] = "";
	int *fd = arg;

	return (void *)(long)kt_err(fd[1] ? send(*fd, c, 100, MSG_NOSIGNAL) :
				    recv(*fd, c, 100, 0));
}

TEST_F_TIMEOUT(ch, the_end_wakes, 300)
{
	int read_it[2] = { self->fd, 0 }, write_it[2] = { self->fd, 1 };
	pthread_t r, w;
	void *n;

	self->bind.remote_window = 0;
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, pthread_create(&r, NULL, sleeper, read_it));
	ASSERT_EQ(0, pthread_create(&w, NULL, sleeper, write_it));
	kt_sleep_ms(100 * kt_slow());
	ASSERT_EQ(0, kt_command(self->control, "then channel 97", false));
	EXPECT_LT(0, kt_poll(self->fd, POLLHUP, 20000) & POLLHUP);
	pthread_join(r, &n);
	EXPECT_EQ(0, (long)n);
	pthread_join(w, &n);
	EXPECT_EQ(-EPIPE, (long)n);
}

/* Who waits for the server's EOF alone sleeps before it comes: beside a reader ... */
TEST_F_TIMEOUT(ch, eof_wakes_beside_a_reader, 300)
{
	int read_it[2] = { self->fd, 0 };
	char text[100];
	pthread_t r;
	void *n;

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, pthread_create(&r, NULL, sleeper, read_it));
	snprintf(text, sizeof(text), "then pause %d ; channel 96", 100 * kt_slow());
	ASSERT_EQ(0, kt_command(self->control, text, false));
	EXPECT_EQ(POLLRDHUP, kt_poll(self->fd, POLLRDHUP, 20000));
	pthread_join(r, &n);
	EXPECT_EQ(0, (long)n);
}

/* ... and with nobody else. */
TEST_F_TIMEOUT(ch, eof_alone_wakes, 300)
{
	char text[100];

	bind_channel(_metadata, self, true);
	snprintf(text, sizeof(text), "then pause %d ; channel 96", 100 * kt_slow());
	ASSERT_EQ(0, kt_command(self->control, text, false));
	EXPECT_EQ(POLLRDHUP, kt_poll(self->fd, POLLRDHUP, 20000));
	EXPECT_EQ(0, recv(self->fd, self->in, 100, 0));
}

/* Who waits for room on the control descriptor alone. */
TEST_F_TIMEOUT(ch, control_waits_for_room, 300)
{
	char text[100];

	self->out[0] = 94;
	snprintf(text, sizeof(text), "then stall %d", 300 * kt_slow());
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	bind_channel(_metadata, self, true);
	while (send(self->control, self->out, 30000, MSG_DONTWAIT) > 0)
		;
	ASSERT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, kt_poll(self->control, POLLOUT, 0));
	EXPECT_EQ(POLLOUT, kt_poll(self->control, POLLOUT, 20000));
	EXPECT_EQ(30000, send(self->control, self->out, 30000, MSG_DONTWAIT));
}

TEST_F_TIMEOUT(ch, a_reset_is_told, 300)
{
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "then data 10 ; reset", false));
	kt_poll(self->control, POLLHUP, 20000);
	/* TCP may have thrown away what was not yet read */
	if (recv(self->fd, self->in, 100, 0) > 0)
		EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ECONNRESET, kt_err(send(self->fd, "x", 1, MSG_NOSIGNAL)));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->control, self->in, 100, 0)));
	EXPECT_EQ(-ECONNRESET, kt_err(send(self->control, "R", 1, MSG_NOSIGNAL)));
	EXPECT_NE(0, kt_poll(self->fd, POLLIN, 0) & POLLIN);
	EXPECT_NE(0, kt_poll(self->control, POLLIN, 0) & POLLHUP);
}

/* ---- several at once ---- */

#define EACH	kt_rounds(200)

struct actor {
	pthread_t thread;
	int fd;
	unsigned char who;
	size_t count[256];
	bool bad;
};

static void *one_writer(void *arg)
{
	struct actor *a = arg;
	unsigned char p[100];
	int i;

	memset(p, a->who, sizeof(p));
	for (i = 0; i < EACH; i++)
		a->bad |= send(a->fd, p, sizeof(p), 0) != sizeof(p);
	return NULL;
}

static void *one_reader(void *arg)
{
	struct actor *a = arg;
	unsigned char p[777];
	ssize_t n, i;

	while ((n = recv(a->fd, p, sizeof(p), 0)) > 0)
		for (i = 0; i < n; i++)
			a->count[p[i]]++;
	a->bad = n < 0;
	return NULL;
}

/* What fits the window is not mixed, and each byte goes to one reader. */
TEST_F_TIMEOUT(ch, several_at_once, 300)
{
	struct actor w[2] = { { .fd = self->fd, .who = 1 }, { .fd = self->fd, .who = 2 } };
	struct actor r[2] = { { .fd = self->fd }, { .fd = self->fd } };
	int i, k;

	ASSERT_EQ(0, kt_command(self->fd, "mirror on", false));
	bind_channel(_metadata, self, true);
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&w[i].thread, NULL, one_writer, &w[i]));
	for (i = 0; i < 2 * EACH; i++) {
		ASSERT_EQ(100, recv(self->fd, self->in, 100, MSG_WAITALL));
		for (k = 1; k < 100; k++)
			ASSERT_EQ(self->in[0], self->in[k]);
	}
	for (i = 0; i < 2; i++) {
		pthread_join(w[i].thread, NULL);
		EXPECT_FALSE(w[i].bad);
		ASSERT_EQ(0, pthread_create(&r[i].thread, NULL, one_reader, &r[i]));
	}
	for (i = 0; i < EACH; i++) {
		memset(self->out, i, 300);
		ASSERT_EQ(300, send(self->fd, self->out, 300, 0));
	}
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	for (i = 0; i < 2; i++) {
		pthread_join(r[i].thread, NULL);
		EXPECT_FALSE(r[i].bad);
	}
	for (i = 0; i < EACH; i++)
		EXPECT_EQ(300u, r[0].count[i] + r[1].count[i]);
}

static void *one_looker(void *arg)
{
	struct actor *a = arg;
	unsigned char p[3000];
	ssize_t n;

	while ((n = recv(a->fd, p, sizeof(p), MSG_PEEK)) > 0)
		;
	/* an end is one for who reads, too */
	a->bad = n < 0 || recv(a->fd, p, sizeof(p), 0) != 0;
	return NULL;
}

/* Whose bytes another reader takes while he looks at them waits for more, not for none. */
TEST_F_TIMEOUT(ch, looking_beside_a_reader, 300)
{
	struct actor r = { .fd = self->fd }, l = { .fd = self->fd };
	size_t len, n = 0;
	int i;

	ASSERT_EQ(0, kt_command(self->fd, "mirror on", false));
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, pthread_create(&l.thread, NULL, one_looker, &l));
	ASSERT_EQ(0, pthread_create(&r.thread, NULL, one_reader, &r));
	for (i = 0; i < 5 * EACH; i++) {
		len = 1 + i * 7 % 1500;
		memset(self->out, 1, len);
		ASSERT_EQ((ssize_t)len, send(self->fd, self->out, len, 0));
		n += len;
	}
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	pthread_join(r.thread, NULL);
	pthread_join(l.thread, NULL);
	EXPECT_FALSE(r.bad);
	EXPECT_FALSE(l.bad);
	EXPECT_EQ(n, r.count[1]);
}

TEST_F_TIMEOUT(ch, io_uring, 300)
{
	struct ring r;
	int i, id, res, seen, want;

	ASSERT_EQ(0, kt_command(self->fd, "mirror on", false));
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "echo on", false));
	res = ring_open(&r);
	if (res)
		SKIP(return, "no io_uring here: %s", strerror(-res));
	memset(self->out, 94, 2000);
	for (i = 0; i < 20; i++) {
		int fd = i % 2 ? self->control : self->fd;

		want = 100 + i;
		self->out[0] = i % 2 ? 101 : i;
		ring_put(&r, IORING_OP_RECV, fd, self->in, 2000, 1);
		ASSERT_EQ(1, ring_enter(&r, 1, 0));
		EXPECT_EQ(-ENOENT, ring_get(&r, &id));
		ring_put(&r, IORING_OP_SEND, fd, self->out, want, 2);
		ASSERT_EQ(1, ring_enter(&r, 1, 2));
		for (seen = 0; seen != 3; seen |= id) {
			res = ring_get(&r, &id);
			ASSERT_EQ(want, res);
		}
		ASSERT_EQ(0, memcmp(self->in, self->out, want));
	}
	close(r.fd);
}

TEST_HARNESS_MAIN
