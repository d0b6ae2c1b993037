// SPDX-License-Identifier: GPL-2.0
/*
 * Starting and waiting: blocking and not, poll and epoll, many waiters, signals,
 * timeouts, cancelling.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

#define WAITERS	8

FIXTURE(hs)
{
	int fd;
};

FIXTURE_VARIANT(hs)
{
	int family;
};

FIXTURE_VARIANT_ADD(hs, v4)
{
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(hs, v6)
{
	.family = AF_INET6,
};

FIXTURE_SETUP(hs)
{
	self->fd = kt_prepare(variant->family, NULL);
	ASSERT_LE(0, self->fd) TH_LOG("%s", strerror(-self->fd));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
}

FIXTURE_TEARDOWN(hs)
{
	close(self->fd);
}

/* ---- blocking ---- */

TEST_F_TIMEOUT(hs, blocking, 120)
{
	char text[300], key[1024], id[64], sig[1024];
	struct kssh_info i;

	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_STATE_WAIT_VERDICT, kt_state(self->fd));
	EXPECT_EQ(KSSH_PHASE_TRUST, kt_phase(self->fd));
	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	/* what a judge wants to see is there */
	EXPECT_LT(32, kt_get(self->fd, KSSH_HOSTKEY, key, sizeof(key)));
	EXPECT_LT(32, kt_get(self->fd, KSSH_HOSTKEY_SIG, sig, sizeof(sig)));
	EXPECT_LT(8, kt_get_text(self->fd, KSSH_PEER_BANNER, text, sizeof(text)));
	EXPECT_STREQ("SSH-2.0-kssh_hostile_1 scripted server", text);
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ("ssh-ed25519", i.hostkey_alg);
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, 0, 0));
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_REFUSED + 1, 0));
	EXPECT_EQ(KSSH_STATE_WAIT_VERDICT, kt_state(self->fd));

	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
	EXPECT_EQ(-EISCONN, kt_start(self->fd, 0));
	EXPECT_EQ(-EISCONN, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(32, kt_get(self->fd, KSSH_SESSION_ID, id, sizeof(id)));
	EXPECT_LT(0, kt_get(self->fd, KSSH_EXT_INFO, text, sizeof(text)));
}

TEST_F_TIMEOUT(hs, info, 120)
{
	struct kssh_info i;
	uint64_t last = 0;
	int p;

	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(KSSH_STATE_OPEN, i.state);
	EXPECT_EQ(KSSH_PHASE_OPEN, i.phase);
	EXPECT_EQ(KSSH_VERIFY_APP, i.verify);
	EXPECT_EQ(KSSH_INFO_STRICT_KEX | KSSH_INFO_EXT_INFO | KSSH_INFO_PING, (int)i.flags);
	EXPECT_EQ(0, i.reason);
	EXPECT_EQ(0, i.error);
	EXPECT_STREQ("curve25519-sha256", i.kex);
	/* which of them comes first depends on the CPU */
	EXPECT_TRUE(!strcmp(i.cipher_tx, "chacha20-poly1305@openssh.com") ||
		    !strcmp(i.cipher_tx, "aes128-gcm@openssh.com"));
	EXPECT_STREQ(i.cipher_tx, i.cipher_rx);
	EXPECT_STREQ("", i.mac_tx);
	EXPECT_STREQ("", i.mac_rx);
	EXPECT_STREQ("none", i.comp_tx);
	EXPECT_STREQ("none", i.comp_rx);
	/* KEXINIT, ECDH_INIT, NEWKEYS; EXT_INFO, SERVICE_REQUEST */
	EXPECT_EQ(5, i.tx_packets);
	EXPECT_EQ(2, i.tx_seq);
	EXPECT_EQ(5, i.rx_packets);
	EXPECT_EQ(2, i.rx_seq);
	EXPECT_EQ(0, i.tx_payloads + i.rx_payloads + i.rekeys);
	EXPECT_LT(400, i.tx_bytes);
	EXPECT_LT(400, i.rx_bytes);
	for (p = KSSH_PHASE_BANNER; p <= KSSH_PHASE_OPEN; p++) {
		EXPECT_LT(0, i.phase_time[p].begin);
		EXPECT_LE(last, i.phase_time[p].begin);
		if (p < KSSH_PHASE_OPEN)
			EXPECT_LE(i.phase_time[p].begin, i.phase_time[p].end);
		last = i.phase_time[p].begin;
	}
	EXPECT_EQ(0, i.phase_time[KSSH_PHASE_OPEN].end);
	EXPECT_EQ(0, i.phase_time[KSSH_PHASE_REKEY].begin);
	EXPECT_LT(last, 120000000000ULL);
}

/* ---- not blocking ---- */

static void start_nowait(struct __test_metadata *_metadata, int fd, uint32_t flags)
{
	EXPECT_EQ(-EINPROGRESS, kt_start(fd, flags));
	ASSERT_EQ(POLLPRI, kt_poll(fd, POLLIN | POLLOUT | POLLPRI, 20000));
	EXPECT_EQ(KSSH_STATE_WAIT_VERDICT, kt_state(fd));
	EXPECT_EQ(-ENOKEY, kt_start(fd, flags));
	EXPECT_TRUE(kt_under_way(kt_verdict(fd, KSSH_ACCEPT, flags)));
	ASSERT_EQ(POLLOUT, kt_poll(fd, POLLIN | POLLOUT | POLLPRI, 20000));
	EXPECT_EQ(0, kt_finish(fd));
	EXPECT_EQ(-EISCONN, kt_start(fd, flags));
	EXPECT_EQ(0, kt_login(fd));
}

TEST_F_TIMEOUT(hs, nowait, 120)
{
	start_nowait(_metadata, self->fd, KSSH_HS_NOWAIT);
	EXPECT_EQ(0, fcntl(self->fd, F_GETFL) & O_NONBLOCK);
}

TEST_F_TIMEOUT(hs, nonblocking_file, 120)
{
	int flags = fcntl(self->fd, F_GETFL);
	char c;

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, flags | O_NONBLOCK));
	EXPECT_EQ(-EINPROGRESS, kt_start(self->fd, 0));
	ASSERT_EQ(POLLPRI, kt_poll(self->fd, POLLIN | POLLOUT | POLLPRI, 20000));
	EXPECT_TRUE(kt_under_way(kt_verdict(self->fd, KSSH_ACCEPT, 0)));
	ASSERT_EQ(POLLOUT, kt_poll(self->fd, POLLIN | POLLOUT | POLLPRI, 20000));
	EXPECT_EQ(0, kt_finish(self->fd));
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, &c, 1, 0)));
	EXPECT_EQ(flags | O_NONBLOCK, fcntl(self->fd, F_GETFL));
}

TEST_F_TIMEOUT(hs, already, 120)
{
	char c = 80;

	ASSERT_EQ(0, kt_lie(self->fd, "silent at=banner"));
	EXPECT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(-EALREADY, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN | POLLOUT | POLLPRI, 200));
	EXPECT_EQ(-ENOTCONN, kt_err(send(self->fd, &c, 1, MSG_NOSIGNAL)));
	EXPECT_EQ(-ENOTCONN, kt_err(recv(self->fd, &c, 1, 0)));
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));
}

TEST_F_TIMEOUT(hs, failure_is_told_once, 120)
{
	socklen_t n = sizeof(int);
	int err;

	ASSERT_EQ(0, kt_lie(self->fd, "close at=kex"));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_TRUE(kt_poll(self->fd, POLLOUT, 20000) & POLLERR);
	ASSERT_EQ(0, getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &err, &n));
	EXPECT_EQ(ECONNRESET, err);
	ASSERT_EQ(0, getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &err, &n));
	EXPECT_EQ(0, err);
	/* and by every call, for good */
	EXPECT_EQ(-ECONNRESET, kt_start(self->fd, 0));
	EXPECT_EQ(-ECONNRESET, kt_start(self->fd, KSSH_HS_NOWAIT));
}

static void epoll(struct __test_metadata *_metadata, int fd, uint32_t how)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLPRI | how };
	int ms = 20000 * kt_slow();
	int ep = epoll_create1(0);

	ASSERT_LE(0, ep);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	ASSERT_EQ(-EINPROGRESS, kt_start(fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(1, epoll_wait(ep, &ev, 1, ms));
	EXPECT_EQ(EPOLLPRI, ev.events);
	if (how) {
		/* an edge is told once */
		EXPECT_EQ(0, epoll_wait(ep, &ev, 1, 100));
	} else {
		EXPECT_EQ(1, epoll_wait(ep, &ev, 1, 0));
	}
	ASSERT_TRUE(kt_under_way(kt_verdict(fd, KSSH_ACCEPT, KSSH_VERDICT_NOWAIT)));
	ASSERT_EQ(1, epoll_wait(ep, &ev, 1, ms));
	EXPECT_EQ(EPOLLOUT, ev.events);
	EXPECT_EQ(-EISCONN, kt_start(fd, 0));
	/* an answer is another edge */
	ASSERT_EQ(0, kt_userauth(fd, "nobody"));
	do {
		ASSERT_EQ(1, epoll_wait(ep, &ev, 1, ms));
	} while (!(ev.events & EPOLLIN));
	close(ep);
}

TEST_F_TIMEOUT(hs, epoll_level, 120)
{
	epoll(_metadata, self->fd, 0);
}

TEST_F_TIMEOUT(hs, epoll_edge, 120)
{
	epoll(_metadata, self->fd, EPOLLET);
}

static volatile sig_atomic_t io_signals;

static void on_io(int sig)
{
	io_signals++;
}

TEST_F_TIMEOUT(hs, sigio, 120)
{
	signal(SIGIO, on_io);
	ASSERT_EQ(0, fcntl(self->fd, F_SETOWN, getpid()));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_ASYNC));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	while (kt_poll(self->fd, POLLPRI, 20000) == -EINTR)
		;
	EXPECT_EQ(KSSH_STATE_WAIT_VERDICT, kt_state(self->fd));
	io_signals = 0;
	ASSERT_TRUE(kt_under_way(kt_verdict(self->fd, KSSH_ACCEPT, KSSH_VERDICT_NOWAIT)));
	while (kt_poll(self->fd, POLLOUT, 20000) == -EINTR)
		;
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
	EXPECT_LT(0, io_signals);
}

/* ---- many waiters ---- */

struct waiter {
	pthread_t thread;
	int fd;
	int result;
	uint64_t ended;
	void (*before)(void);
};

static void *wait_thread(void *arg)
{
	struct waiter *w = arg;

	w->result = kt_start(w->fd, 0);
	w->ended = kt_now_ms();
	return NULL;
}

static void start_waiters(struct waiter *w, int n, int fd)
{
	int i;

	for (i = 0; i < n; i++) {
		w[i].fd = fd;
		w[i].result = 1;
		pthread_create(&w[i].thread, NULL, wait_thread, &w[i]);
	}
}

static void join_waiters(struct waiter *w, int n)
{
	int i;

	for (i = 0; i < n; i++)
		pthread_join(w[i].thread, NULL);
}

TEST_F_TIMEOUT(hs, many_wait, 120)
{
	struct waiter w[WAITERS];
	int i;

	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=500"));
	start_waiters(w, WAITERS, self->fd);
	join_waiters(w, WAITERS);
	for (i = 0; i < WAITERS; i++)
		EXPECT_EQ(-ENOKEY, w[i].result);
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
}

/* The pin of the scripted server's first key, from a session of its own. */
static int server_pin(int family, unsigned char *pin)
{
	unsigned char key[1024];
	int fd = kt_open(family, NULL);
	int n;

	if (fd < 0)
		return fd;
	n = kt_get(fd, KSSH_HOSTKEY, key, sizeof(key));
	close(fd);
	return n < 0 ? n : kt_sha256(key, n, pin);
}

TEST_F_TIMEOUT(hs, many_wait_for_success, 120)
{
	unsigned char pin[KSSH_PIN_LEN];
	struct waiter w[WAITERS];
	int i;

	ASSERT_EQ(0, server_pin(variant->family, pin));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=500"));
	start_waiters(w, WAITERS, self->fd);
	join_waiters(w, WAITERS);
	for (i = 0; i < WAITERS; i++)
		EXPECT_EQ(0, w[i].result);
	EXPECT_EQ(0, kt_login(self->fd));
}

TEST_F_TIMEOUT(hs, waiters_join_a_start_that_did_not_wait, 120)
{
	struct waiter w[2];
	int i;

	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=500"));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	start_waiters(w, 2, self->fd);
	join_waiters(w, 2);
	for (i = 0; i < 2; i++)
		EXPECT_EQ(-ENOKEY, w[i].result);
}

/* ---- signals ---- */

static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
	signals++;
}

static void catch(int flags)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags };

	signals = 0;
	sigaction(SIGUSR1, &sa, NULL);
}

/* Signal a waiter for as long as it needs to see one while it sleeps. */
static void disturb(struct waiter *w, unsigned int ms)
{
	kt_sleep_ms(ms);
	pthread_kill(w->thread, SIGUSR1);
}

TEST_F_TIMEOUT(hs, signal_ends_the_wait, 120)
{
	struct waiter w;

	catch(0);
	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=2000"));
	start_waiters(&w, 1, self->fd);
	disturb(&w, 500);
	pthread_join(w.thread, NULL);
	EXPECT_EQ(1, signals);
	EXPECT_EQ(-EINTR, w.result);
	/* the handshake goes on, and who calls again joins it */
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));
	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
}

TEST_F_TIMEOUT(hs, signal_that_restarts, 120)
{
	unsigned char pin[KSSH_PIN_LEN];
	struct waiter w;

	catch(SA_RESTART);
	ASSERT_EQ(0, server_pin(variant->family, pin));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=2000"));
	start_waiters(&w, 1, self->fd);
	disturb(&w, 300);
	disturb(&w, 300);
	pthread_join(w.thread, NULL);
	EXPECT_EQ(2, signals);
	EXPECT_EQ(0, w.result);
	EXPECT_EQ(0, kt_login(self->fd));
}

TEST_F_TIMEOUT(hs, signal_ends_a_verdict_wait, 120)
{
	struct itimerval t = { .it_value.tv_usec = 300000 };
	struct sigaction sa = { .sa_handler = on_signal };

	signals = 0;
	sigaction(SIGALRM, &sa, NULL);
	ASSERT_EQ(0, kt_lie(self->fd, "slow at=service ms=1500"));
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, 0));
	setitimer(ITIMER_REAL, &t, NULL);
	EXPECT_EQ(-EINTR, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(1, signals);
	/* the verdict stands; the wait for the rest is HANDSHAKE's */
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(0, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
}

/* ---- timeouts ---- */

TEST_F_TIMEOUT(hs, send_timeout_bounds_the_wait, 120)
{
	struct timeval tv = { .tv_usec = 300000 }, none = { 0 };
	uint64_t begin = kt_now_ms();

	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=2000"));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)));
	EXPECT_EQ(-EINPROGRESS, kt_start(self->fd, 0));
	EXPECT_LE(290, kt_now_ms() - begin);
	/* as with connect(2), it goes on */
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof(none)));
	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
}

TEST_F_TIMEOUT(hs, deadline_is_kept, 120)
{
	uint64_t begin = kt_now_ms();
	uint64_t took;

	ASSERT_EQ(0, kt_lie(self->fd, "preamble lines=100000 drip=1 drip-ms=20"));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_TIMEOUT, 700));
	EXPECT_EQ(-ETIMEDOUT, kt_start(self->fd, 0));
	took = kt_now_ms() - begin;
	EXPECT_LE(690, took);
	EXPECT_GT(1500 * kt_slow(), took);
}

TEST_F_TIMEOUT(hs, deadline_ends_with_the_handshake, 120)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_TIMEOUT, 1500 * kt_slow()));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	kt_sleep_ms(2000 * kt_slow());
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
	EXPECT_EQ(0, kt_login(self->fd));
}

/* ---- cancelling ---- */

TEST_F_TIMEOUT(hs, shutdown_wakes_all, 120)
{
	struct waiter w[WAITERS];
	uint64_t begin;
	int i;

	ASSERT_EQ(0, kt_lie(self->fd, "silent at=kex"));
	start_waiters(w, WAITERS, self->fd);
	kt_sleep_ms(500);
	begin = kt_now_ms();
	EXPECT_EQ(0, shutdown(self->fd, SHUT_RDWR));
	join_waiters(w, WAITERS);
	for (i = 0; i < WAITERS; i++) {
		EXPECT_EQ(-ECONNABORTED, w[i].result);
		EXPECT_GT(2000 * kt_slow(), (int)(w[i].ended - begin));
	}
	EXPECT_EQ(KSSH_R_CANCELLED, kt_reason(self->fd));
}

TEST_F_TIMEOUT(hs, shutdown_while_a_verdict_is_wanted, 120)
{
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, 0));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_RDWR));
	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(-ECONNABORTED, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_CANCELLED, kt_reason(self->fd));
	EXPECT_EQ(KSSH_PHASE_TRUST, kt_phase(self->fd));
}

static const char *const steps[] = { "banner", "kexinit", "kex", "newkeys", "service" };

TEST_F_TIMEOUT(hs, close_at_each_step, 300)
{
	char lie[64], tag[32], report[4096];
	int fd, r;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		snprintf(tag, sizeof(tag), "%d.%s.%d", variant->family, steps[i],
			 getpid());
		snprintf(lie, sizeof(lie), "silent at=%s tag=%s stay=1", steps[i], tag);
		fd = kt_prepare(variant->family, lie);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP));
		ASSERT_EQ(-EINPROGRESS, kt_start(fd, KSSH_HS_NOWAIT));
		if (i >= 3) {
			ASSERT_EQ(-ENOKEY, kt_finish(fd));
			r = kt_verdict(fd, KSSH_ACCEPT, KSSH_VERDICT_NOWAIT);
			ASSERT_TRUE(kt_under_way(r));
		}
		/* what has come and was not read would make it a reset */
		kt_sleep_ms(100 * kt_slow());
		close(fd);
		/* the server sees an end, not a reset */
		ASSERT_LT(0, kt_report(tag, report, sizeof(report)));
		EXPECT_NE(NULL, strstr(report, "eof")) {
			TH_LOG("%s: %s", steps[i], report);
		}
	}
}

TEST_F_TIMEOUT(hs, close_right_after_the_start, 120)
{
	int i, fd;

	for (i = 0; i < 50; i++) {
		fd = kt_prepare(variant->family, NULL);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP));
		ASSERT_EQ(-EINPROGRESS, kt_start(fd, KSSH_HS_NOWAIT));
		if (i % 5)
			kt_sleep_ms(i % 7);
		close(fd);
	}
}

TEST_F_TIMEOUT(hs, last_close_counts, 120)
{
	int other = dup(self->fd);

	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	close(self->fd);
	self->fd = other;
	EXPECT_EQ(-ENOKEY, kt_finish(other));
	EXPECT_EQ(0, kt_verdict(other, KSSH_ACCEPT, 0));
}

TEST_F_TIMEOUT(hs, forked, 120)
{
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(kt_start(self->fd, 0) == -ENOKEY ? 0 : 1);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(0, kt_login(self->fd));
}

TEST_F_TIMEOUT(hs, killed_while_waiting, 120)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, kt_lie(self->fd, "slow at=kex ms=1500"));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(kt_start(self->fd, 0));
	kt_sleep_ms(500);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	/* the socket is ours too: it goes on */
	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
}

/* ---- options of the descriptor are left alone ---- */

TEST_F_TIMEOUT(hs, nothing_else_changes, 120)
{
	static const struct {
		int level, name, value;
	} opt[] = {
		{ IPPROTO_TCP, TCP_NODELAY, 0 }, { IPPROTO_TCP, TCP_CORK, 1 },
		{ SOL_SOCKET, SO_KEEPALIVE, 0 }, { SOL_SOCKET, SO_RCVLOWAT, 1 },
		{ IPPROTO_TCP, TCP_QUICKACK, 1 }, { SOL_SOCKET, SO_OOBINLINE, 0 },
	};
	struct timeval tv = { .tv_sec = 77 }, got;
	socklen_t n = sizeof(got);
	size_t i;
	int v;

	v = 1;
	ASSERT_EQ(0, setsockopt(self->fd, IPPROTO_TCP, TCP_CORK, &v, sizeof(v)));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(O_RDWR, fcntl(self->fd, F_GETFL));
	ASSERT_EQ(0, getsockopt(self->fd, SOL_SOCKET, SO_RCVTIMEO, &got, &n));
	EXPECT_EQ(77, got.tv_sec);
	for (i = 0; i < sizeof(opt) / sizeof(opt[0]); i++) {
		if (opt[i].name == TCP_QUICKACK)
			continue;
		n = sizeof(v);
		ASSERT_EQ(0, getsockopt(self->fd, opt[i].level, opt[i].name, &v, &n));
		EXPECT_EQ(opt[i].value, v) {
			TH_LOG("option %d of level %d", opt[i].name, opt[i].level);
		}
	}
}

TEST_HARNESS_MAIN
