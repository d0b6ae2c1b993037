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
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/kssh.h>

#ifndef TCP_ULP
#define TCP_ULP	31
#endif

/* Wall-clock figures grow by this under emulation (KSSH_SLOW, default 1). */
static inline int kt_slow(void)
{
	const char *s = getenv("KSSH_SLOW");

	return s && atoi(s) > 0 ? atoi(s) : 1;
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

/* Tell the scripted server how to behave: see selftests/hostile/README. */
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

/* Connect, attach, and have @lie set; the descriptor, or -errno. */
static inline int kt_prepare(int family, const char *lie)
{
	int fd = kt_connect(family, kt_port());
	int r;

	if (fd < 0)
		return fd;
	r = kt_attach(fd);
	if (!r && lie)
		r = kt_lie(fd, lie);
	if (!r)
		return fd;
	close(fd);
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

#endif /* KSSH_TEST_H */
