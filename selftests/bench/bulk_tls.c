// SPDX-License-Identifier: GPL-2.0
/*
 * kTLS on both ends of a connection, or, with $BENCH_PLAIN, TCP alone: what a record
 * layer, and no record layer, cost on the same kernel.  The keys are nobody's secret:
 * there is no handshake.  The other end is a process of our own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tls.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bulk.h"
#include "client.h"
#include "meter.h"

#define SOL_TLS	282

struct state {
	int fd;
	pid_t peer;
	char name[16];
};

static void set_keys(int fd, int direction)
{
	struct tls12_crypto_info_aes_gcm_128 gcm = {
		.info = { TLS_1_3_VERSION, TLS_CIPHER_AES_GCM_128 },
	};
	struct tls12_crypto_info_chacha20_poly1305 chacha = {
		.info = { TLS_1_3_VERSION, TLS_CIPHER_CHACHA20_POLY1305 },
	};
	bool c = BENCH_CIPHER[0] == 'c';

	if (setsockopt(fd, SOL_TLS, direction, c ? (void *)&chacha : &gcm,
		       c ? sizeof(chacha) : sizeof(gcm)))
		die("kTLS: %s", strerror(errno));
}

static void set_tls(int fd)
{
	if (getenv("BENCH_PLAIN"))
		return;
	if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", 3))
		die("no kTLS: %s", strerror(errno));
	set_keys(fd, TLS_TX);
	set_keys(fd, TLS_RX);
}

static void write_all(int fd, const char *p, size_t n)
{
	ssize_t r;

	for (; n; p += r, n -= r) {
		r = send(fd, p, n, 0);
		if (r <= 0)
			die("send: %s", strerror(errno));
	}
}

/* As light_channel.c does it */
static void serve(int fd, const char *command)
{
	static char buf[2 * PIECE];
	long n = 0;
	ssize_t r;

	if (sscanf(command, "source %ld", &n) == 1) {
		for (; n > 0; n -= PIECE)
			write_all(fd, buf, n < PIECE ? n : PIECE);
	} else if (sscanf(command, "sink %ld", &n) == 1) {
		while (n > 0) {
			r = recv(fd, buf, sizeof(buf), 0);
			if (r <= 0)
				die("recv: %s", strerror(errno));
			n -= r;
		}
		write_all(fd, buf, 1);
	} else {
		while ((r = recv(fd, buf, sizeof(buf), 0)) > 0)
			write_all(fd, buf, r);
	}
	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
	_exit(0);
}

/* @fd is of no use here: it leads to the light server. */
static void *pair_open(int fd, const char *command)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof(a);
	int l = socket(AF_INET, SOCK_STREAM, 0), theirs, one = 1;
	struct state *s = calloc(1, sizeof(*s));
	char **p;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (l < 0 || bind(l, (struct sockaddr *)&a, n) || listen(l, 1) ||
	    getsockname(l, (struct sockaddr *)&a, &n))
		die("listen: %s", strerror(errno));
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(s->fd, (struct sockaddr *)&a, n))
		die("connect: %s", strerror(errno));
	theirs = accept(l, NULL, NULL);
	close(l);
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(theirs, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	set_tls(s->fd);
	set_tls(theirs);
	s->peer = fork();
	if (!s->peer) {
		close(s->fd);
		serve(theirs, command);
	}
	close(theirs);
	snprintf(s->name, sizeof(s->name), "%d", s->peer);
	for (p = pids; *p; p++)
		;
	*p = s->name;
	return s;
}

static void pair_write(void *state, const void *p, size_t n)
{
	write_all(((struct state *)state)->fd, p, n);
}

static size_t pair_read(void *state, void *p, size_t n)
{
	ssize_t r = recv(((struct state *)state)->fd, p, n, 0);

	if (r <= 0)
		die("recv: %s", strerror(errno));
	return r;
}

static void pair_send_file(void *state, int file, size_t n)
{
	ssize_t r;

	for (; n; n -= r) {
		r = sendfile(((struct state *)state)->fd, file, NULL, n);
		if (r <= 0)
			die("sendfile: %s", strerror(errno));
	}
}

static void pair_end(void *state)
{
	struct state *s = state;
	char **p;

	for (p = pids; *p; p++)
		if (*p == s->name)
			*p = NULL;
	close(s->fd);
	waitpid(s->peer, NULL, 0);
	free(s);
}

const struct mover mover = {
	"kTLS", pair_open, pair_write, pair_read, pair_send_file, pair_end
};
