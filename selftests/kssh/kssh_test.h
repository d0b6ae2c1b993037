/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every test of the socket interface needs: connect, attach, start, ask.
 *
 * Functions that wrap a system call return its result, or -errno; none prints and
 * none exits, so that the harness stays the only judge.
 */
#ifndef KSSH_TEST_H
#define KSSH_TEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <linux/kssh.h>
#include <openssl/evp.h>

#ifndef TCP_ULP
#define TCP_ULP	31
#endif

/* Wall-clock figures grow by this under emulation (KSSH_SLOW, default 1). */
static inline int kt_slow(void)
{
	const char *s = getenv("KSSH_SLOW");

	return s && atoi(s) > 0 ? atoi(s) : 1;
}

/* How often to do something over: less where each time costs ten times as much, or more. */
static inline int kt_rounds(int n)
{
	int less = kt_slow() >= 10 ? 5 : kt_slow() >= 4 ? 2 : 1;

	return n < 5 ? n : n / less;
}

/* Port of the scripted server (KSSH_PORT), 0 if there is none. */
static inline int kt_port(void)
{
	const char *s = getenv("KSSH_PORT");

	return s ? atoi(s) : 0;
}

static inline int kt_err(long r)
{
	return r < 0 ? -errno : (int)r;
}

static inline uint64_t kt_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

static inline void kt_sleep_ms(unsigned int ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
			      .tv_nsec = (ms % 1000) * 1000000L };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

/* Loopback address of @family with @port; returns its length. */
static inline socklen_t kt_loopback(int family, int port,
				    struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *a6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *a4 = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = family;
	if (family == AF_INET6) {
		a6->sin6_addr = in6addr_loopback;
		a6->sin6_port = htons(port);
		return sizeof(*a6);
	}
	a4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a4->sin_port = htons(port);
	return sizeof(*a4);
}

/* A TCP socket that is connected to @port on loopback, or -errno. */
static inline int kt_connect(int family, int port)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(family, port, &ss);
	int fd, err;

	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&ss, n)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static inline int kt_attach(int fd)
{
	return kt_err(setsockopt(fd, IPPROTO_TCP, TCP_ULP, TCP_ULP_SSH,
				 strlen(TCP_ULP_SSH)));
}

static inline int kt_set(int fd, int opt, const void *p, size_t n)
{
	return kt_err(setsockopt(fd, SOL_KSSH, opt, p, n));
}

static inline int kt_set_text(int fd, int opt, const char *s)
{
	return kt_set(fd, opt, s, strlen(s));
}

static inline int kt_set_u32(int fd, int opt, uint32_t v)
{
	return kt_set(fd, opt, &v, sizeof(v));
}

/* The option's length, or -errno. */
static inline int kt_get(int fd, int opt, void *p, size_t room)
{
	socklen_t n = room;

	if (getsockopt(fd, SOL_KSSH, opt, p, &n))
		return -errno;
	return n;
}

/* As kt_get() of a text, with a NUL behind it. */
static inline int kt_get_text(int fd, int opt, char *p, size_t room)
{
	int n = kt_get(fd, opt, p, room - 1);

	p[n > 0 ? n : 0] = '\0';
	return n;
}

static inline int kt_get_u32(int fd, int opt)
{
	uint32_t v = 0;
	int n = kt_get(fd, opt, &v, sizeof(v));

	return n == sizeof(v) ? (int)v : n < 0 ? n : -EBADMSG;
}

static inline int kt_info(int fd, struct kssh_info *info)
{
	int n;

	memset(info, 0, sizeof(*info));
	n = kt_get(fd, KSSH_INFO, info, sizeof(*info));
	return n < 0 ? n : 0;
}

/* Reason, state and phase by themselves; -errno if INFO cannot be read. */
static inline int kt_reason(int fd)
{
	struct kssh_info i;
	int r = kt_info(fd, &i);

	return r ? r : (int)i.reason;
}

static inline int kt_state(int fd)
{
	struct kssh_info i;
	int r = kt_info(fd, &i);

	return r ? r : i.state;
}

static inline int kt_phase(int fd)
{
	struct kssh_info i;
	int r = kt_info(fd, &i);

	return r ? r : i.phase;
}

static inline int kt_start(int fd, uint32_t flags)
{
	struct kssh_handshake hs = { .flags = flags };

	return kt_set(fd, KSSH_HANDSHAKE, &hs, sizeof(hs));
}

/*
 * What a start, or a verdict, that does not wait returns: with a peer as near as
 * ours all of it may be done by then, as with connect(2).
 */
static inline bool kt_under_way(int r)
{
	return r == -EINPROGRESS || !r;
}

static inline int kt_verdict(int fd, uint32_t verdict, uint32_t flags)
{
	struct kssh_verdict v = { .verdict = verdict, .flags = flags };

	return kt_set(fd, KSSH_VERDICT, &v, sizeof(v));
}

static inline int kt_name(int fd, const char *name, uint32_t flags)
{
	struct kssh_peer_name pn = { .flags = flags };

	snprintf(pn.name, sizeof(pn.name), "%s", name);
	return kt_set(fd, KSSH_PEER_NAME, &pn, sizeof(pn));
}

/* Tell the scripted server how to behave: see selftests/hostile/README.md. */
static inline int kt_lie(int fd, const char *lie)
{
	char b[256];

	snprintf(b, sizeof(b), "SSH-2.0-kssh_test LIE=%s", lie);
	return kt_set_text(fd, KSSH_BANNER, b);
}

/*
 * Blocking start in mode KSSH_VERIFY_APP whose verdict is @verdict.
 * 0 when the session is up, else -errno of the step that failed.
 */
static inline int kt_handshake_app(int fd, uint32_t verdict)
{
	int r = kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP);

	if (r)
		return r;
	r = kt_start(fd, 0);
	if (r != -ENOKEY)
		return r;
	return kt_verdict(fd, verdict, 0);
}

/*
 * Connect, attach, and have @lie set; the descriptor, or -errno.  The deadline grows
 * by kt_slow() with everything else.  No guess is made: what other tests left of the
 * server must not matter.
 */
static inline int kt_prepare(int family, const char *lie)
{
	int fd = kt_connect(family, kt_port());
	int r;

	if (fd < 0)
		return fd;
	r = kt_attach(fd);
	if (!r && kt_slow() > 1)
		r = kt_set_u32(fd, KSSH_TIMEOUT, 60000 * kt_slow());
	if (!r)
		r = kt_set_u32(fd, KSSH_GUESS, KSSH_GUESS_NEVER);
	if (lie) {
		int e = kt_lie(fd, lie);

		r = r ?: e;
	}
	if (!r)
		return fd;
	close(fd);
	return r;
}

/* What all connections may spend on compression, in KiB. */
#define KT_ZLIB_KIB		"/sys/module/kssh/parameters/zlib_kib"
#define KT_ZLIB_KIB_NORMAL	"65536"

/*
 * Tests run side by side, and that bound is everybody's: who changes it locks it
 * alone (LOCK_EX), who wants compression with others (LOCK_SH).  Until the process
 * ends.  0 or -errno.
 */
static inline int kt_zlib_lock(int how)
{
	static int fd = -1;

	if (fd < 0)
		fd = open(KT_ZLIB_KIB, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : kt_err(flock(fd, how));
}

static inline int kt_zlib_kib(const char *kib)
{
	int fd = open(KT_ZLIB_KIB, O_WRONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : kt_err(write(fd, kib, strlen(kib)));

	if (fd >= 0)
		close(fd);
	return r < 0 ? r : 0;
}

/* Offer these alone, both ways; NULL leaves a default list.  0 or -errno. */
static inline int kt_suite(int fd, const char *cipher, const char *mac,
			   const char *comp)
{
	const struct {
		int opt;
		const char *list;
	} rows[] = {
		{ KSSH_CIPHER_TX, cipher }, { KSSH_CIPHER_RX, cipher },
		{ KSSH_MAC_TX, mac }, { KSSH_MAC_RX, mac },
		{ KSSH_COMP_TX, comp }, { KSSH_COMP_RX, comp },
	};
	int i, r = comp ? kt_zlib_lock(LOCK_SH) : 0;

	for (i = 0; i < 6 && !r; i++)
		if (rows[i].list)
			r = kt_set_text(fd, rows[i].opt, rows[i].list);
	return r;
}

/* A session that is up, with @lie in force after it; or -errno. */
static inline int kt_open(int family, const char *lie)
{
	int fd = kt_prepare(family, lie);
	int r;

	if (fd < 0)
		return fd;
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	if (!r)
		return fd;
	close(fd);
	return r;
}

/*
 * poll(2) for what @events names, for @ms (grows by kt_slow()): revents, 0, -errno.
 * -ETIME: it was there, but only the end of the time showed it: nobody was woken.
 */
static inline int kt_poll(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	uint64_t end;
	int n;

	ms *= kt_slow();
	end = kt_now_ms() + ms;
	n = poll(&p, 1, ms);
	if (n > 0 && ms && kt_now_ms() >= end)
		return -ETIME;
	return n < 0 ? -errno : p.revents;
}

/*
 * A handshake that was started without waiting: its outcome, as a program that
 * uses poll(2) and SO_ERROR learns it.  -ENOKEY if a verdict is wanted.
 */
static inline int kt_finish(int fd)
{
	socklen_t n = sizeof(int);
	int err = 0;
	int r = kt_poll(fd, POLLOUT | POLLPRI, 20000);

	if (r < 0)
		return r;
	if (!r)
		return -ETIME;
	if (r & POLLPRI)
		return -ENOKEY;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n))
		return -errno;
	return -err;
}

/*
 * Fault injection's fail-nth: from now on allocation number @nth of this thread
 * fails, 0: none.  What was left of the last number: above 0 if it did not get that
 * far.  -errno if this kernel cannot.
 *
 * The copies of these calls count as well.  If one is made to fail, the number was
 * not used up before.
 */
static inline int kt_fail_nth(int nth)
{
	char text[16] = "", set[16];
	int fd, left;

	while ((fd = open("/proc/thread-self/fail-nth", O_RDWR)) < 0)
		if (errno != ENOMEM)
			return -errno;
	left = pread(fd, text, sizeof(text) - 1, 0) > 0 ? atoi(text) : 1;
	snprintf(set, sizeof(set), "%d", nth);
	while (pwrite(fd, set, strlen(set), 0) < 0)
		left = 1;
	close(fd);
	return left;
}

/* 0 or -EIO; @out has 32 bytes */
static inline int kt_sha256(const void *p, size_t n, unsigned char *out)
{
	return EVP_Digest(p, n, out, NULL, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
}

static inline size_t kt_put_string(unsigned char *p, const char *s)
{
	uint32_t n = strlen(s);

	p[0] = n >> 24;
	p[1] = n >> 16;
	p[2] = n >> 8;
	p[3] = n;
	memcpy(p + 4, s, n);
	return 4 + n;
}

/* Send SSH_MSG_USERAUTH_REQUEST, method "none": 0 or -errno. */
static inline int kt_userauth(int fd, const char *user)
{
	unsigned char p[512] = { 50 };
	size_t n = 1;

	n += kt_put_string(p + n, user);
	n += kt_put_string(p + n, "ssh-connection");
	n += kt_put_string(p + n, "none");
	return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -errno;
}

/* Log in: the scripted server takes the user "test".  0 or -errno. */
static inline int kt_login(int fd)
{
	unsigned char p[256];
	ssize_t n;
	int r = kt_userauth(fd, "test");

	if (r)
		return r;
	n = recv(fd, p, sizeof(p), 0);
	if (n < 0)
		return -errno;
	return n == 1 && p[0] == 52 ? 0 : -EBADMSG;
}

/* No recv(2) of a test lasts for ever. */
static inline int kt_patience(int fd)
{
	struct timeval tv = { .tv_sec = 20 * kt_slow() };

	return kt_err(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
}

/*
 * Have the scripted server run @command (see selftests/hostile/README.md), as a
 * SSH_MSG_GLOBAL_REQUEST; @reply says whether to ask for an answer.  0 or -errno.
 */
static inline int kt_command(int fd, const char *command, bool reply)
{
	unsigned char p[1024] = { 80 };
	size_t n = 1;

	n += kt_put_string(p + n, command);
	p[n++] = reply;
	return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n ? 0 : -errno;
}

/* The answer's words: their length, or -errno; other messages are not expected. */
static inline int kt_reply(int fd, char *text, size_t room)
{
	unsigned char p[1024];
	ssize_t n = recv(fd, p, sizeof(p), 0);

	if (n < 0)
		return -errno;
	if (n < 5 || p[0] != 81 || (size_t)n - 5 >= room)
		return -EBADMSG;
	memcpy(text, p + 5, n - 5);
	text[n - 5] = '\0';
	return n - 5;
}

/* A session that is up and logged in; or -errno. */
static inline int kt_session(int family, const char *lie)
{
	int fd = kt_open(family, lie);
	int r;

	if (fd < 0)
		return fd;
	r = kt_login(fd);
	if (!r)
		return fd;
	close(fd);
	return r;
}

/* What the scripted server saw of the session with tag=@tag: length, or -errno. */
static inline int kt_report(const char *tag, char *text, size_t room)
{
	int fd = kt_connect(AF_INET, kt_port());
	size_t n = 0;
	ssize_t r;

	if (fd < 0)
		return fd;
	dprintf(fd, "SSH-2.0-report LIE=report tag=%s wait=%d\r\n", tag,
		20 * kt_slow());
	while (n < room - 1) {
		r = read(fd, text + n, room - 1 - n);
		if (r <= 0)
			break;
		n += r;
	}
	close(fd);
	text[n] = '\0';
	return n;
}

#endif /* KSSH_TEST_H */
