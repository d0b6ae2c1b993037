// SPDX-License-Identifier: GPL-2.0
/*
 * server - the light server of the benchmark
 *
 * Usage: server [-p PORT] [-f PINFILE] [-k KEX] [-c CIPHER] [-a] [-n] [-s] [-w] [-m]
 *	[-d]
 *
 *	-a	let everybody in, and serve a channel (light_channel.c)
 *	-p	port of 0.0.0.0 to listen on (2200)
 *	-f	write the SHA-256 of the host key, made at each start, there
 *	-k, -c	offer these key exchange methods, or ciphers, alone
 *	-n	leave TCP_NODELAY off
 *	-s	leave key exchanges unanswered until SIGUSR1; SIGUSR2 stalls again
 *	-w	be silent until the client has spoken, so that nothing is queued at a
 *		client that has only connected
 *	-m	accept, and never speak nor listen
 *	-d	send nothing but the first flight, a byte a second, and never listen
 *
 * One thread.  Answers every authentication with a failure but for -a.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "light.h"

#define BACKLOG		16384
#define EVENTS		64

/* @light is first: one is the other; @prev and @next are of all connections */
struct conn {
	struct light light;
	struct conn *prev, *next;
	int fd;
	bool waits_to_send, begun;
};

static struct conn *conns;
static int epfd, listener, signals, seconds = -1;
static bool nodelay = true, silent, mute, drip;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void watch(int fd, void *ptr, uint32_t events, int op)
{
	struct epoll_event e = { .events = events, .data.ptr = ptr };

	if (epoll_ctl(epfd, op, fd, &e))
		die("epoll_ctl");
}

static void conn_close(struct conn *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	close(c->fd);
	light_end(&c->light);
	free(c);
}

/* Send what can be sent.  false: @c is gone. */
static bool flush(struct conn *c)
{
	struct bytes *out = &c->light.out;
	ssize_t n;

	while (out->at < out->n || light_fill(&c->light)) {
		n = send(c->fd, out->p + out->at, out->n - out->at, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			goto gone;
		out->at += n;
		if (out->at == out->n)
			bytes_free(out);
	}
	if (out->at == out->n && c->light.over)
		goto gone;
	if (c->waits_to_send != !!out->n) {
		c->waits_to_send = out->n;
		watch(c->fd, c, EPOLLIN | (out->n ? EPOLLOUT : 0), EPOLL_CTL_MOD);
	}
	return true;
gone:
	conn_close(c);
	return false;
}

/* false: @c is gone */
static bool speak(struct conn *c)
{
	c->begun = true;
	light_begin(&c->light);
	return flush(c);
}

static void on_input(struct conn *c)
{
	static uint8_t buf[65536];
	ssize_t n = recv(c->fd, buf, sizeof(buf), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 || c->light.in.n - c->light.in.at > 2 * PACKET_MAX) {
		conn_close(c);
		return;
	}
	if (!c->begun && !speak(c))
		return;
	if (c->light.in.at) {
		c->light.in.n -= c->light.in.at;
		memmove(c->light.in.p, c->light.in.p + c->light.in.at, c->light.in.n);
		c->light.in.at = 0;
	}
	put(&c->light.in, buf, n);
	light_feed(&c->light);
	flush(c);
}

static void on_connections(void)
{
	struct conn *c;
	int fd, one = 1;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		c = calloc(1, sizeof(*c));
		if (!c)
			abort();
		c->fd = fd;
		c->next = conns;
		if (conns)
			conns->prev = c;
		conns = c;
		if (nodelay)
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (mute)
			continue;
		if (drip) {
			light_begin(&c->light);
			continue;
		}
		watch(fd, c, EPOLLIN, EPOLL_CTL_ADD);
		if (!silent)
			speak(c);
	}
	if (errno != EAGAIN && errno != ECONNABORTED && errno != EMFILE)
		die("accept");
}

static void on_signal(void)
{
	struct signalfd_siginfo s;
	struct conn *c, *next;

	if (read(signals, &s, sizeof(s)) != sizeof(s))
		return;
	if (s.ssi_signo == SIGTERM)
		exit(0);
	light_stall = s.ssi_signo == SIGUSR2;
	for (c = conns; c && !light_stall; c = next) {
		next = c->next;
		if (c->light.ready) {
			light_feed(&c->light);
			flush(c);
		}
	}
}

/* A byte for each connection */
static void on_second(void)
{
	struct conn *c, *next;
	struct bytes *out;
	uint64_t n;

	if (read(seconds, &n, sizeof(n)) != sizeof(n))
		return;
	for (c = conns; c; c = next) {
		next = c->next;
		out = &c->light.out;
		if (out->at < out->n &&
		    send(c->fd, out->p + out->at++, 1, MSG_NOSIGNAL) < 0)
			conn_close(c);
	}
}

static void open_seconds(void)
{
	struct itimerspec second = { { 1, 0 }, { 1, 0 } };

	seconds = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (seconds < 0 || timerfd_settime(seconds, 0, &second, NULL))
		die("timerfd");
	watch(seconds, &seconds, EPOLLIN, EPOLL_CTL_ADD);
}

static void open_all(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct rlimit r;
	sigset_t set;
	int one = 1;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	epfd = epoll_create1(EPOLL_CLOEXEC);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (signals < 0 || epfd < 0 || listener < 0 ||
	    bind(listener, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(listener, BACKLOG))
		die("listen");
	watch(listener, &listener, EPOLLIN, EPOLL_CTL_ADD);
	watch(signals, &signals, EPOLLIN, EPOLL_CTL_ADD);
}

static void write_pin(const char *path, const uint8_t *pin)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(pin, H_LEN, 1, f) != 1 || fclose(f))
		die(path);
}

int main(int argc, char **argv)
{
	struct epoll_event e[EVENTS];
	const char *pinfile = NULL, *kex = NULL, *cipher = NULL;
	uint8_t pin[H_LEN];
	int port = 2200, opt, n, i;

	while ((opt = getopt(argc, argv, "p:f:k:c:answmd")) != -1) {
		switch (opt) {
		case 'p':
			port = atoi(optarg);
			break;
		case 'f':
			pinfile = optarg;
			break;
		case 'k':
			kex = optarg;
			break;
		case 'c':
			cipher = optarg;
			break;
		case 'a':
			light_lets_in = true;
			break;
		case 'n':
			nodelay = false;
			break;
		case 's':
			light_stall = true;
			break;
		case 'w':
			silent = true;
			break;
		case 'm':
			mute = true;
			break;
		case 'd':
			drip = true;
			break;
		default:
			return 2;
		}
	}
	if (!light_init(kex, cipher, pin))
		die("host key, or a name of an algorithm");
	open_all(port);
	if (drip)
		open_seconds();
	if (pinfile)
		write_pin(pinfile, pin);
	for (;;) {
		n = epoll_wait(epfd, e, EVENTS, -1);
		for (i = 0; i < n; i++) {
			if (e[i].data.ptr == &signals) {
				on_signal();
				break;	/* it may have closed what follows */
			}
			if (e[i].data.ptr == &seconds)
				on_second();
			else if (e[i].data.ptr == &listener)
				on_connections();
			else if (e[i].events & EPOLLOUT)
				flush(e[i].data.ptr);
			else
				on_input(e[i].data.ptr);
		}
	}
}
