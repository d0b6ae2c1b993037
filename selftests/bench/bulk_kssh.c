// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's transport: with a channel bound to the socket, or, with $BENCH_MESSAGES,
 * messages that are framed here, as a record layer is used.
 */
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "../kssh/kssh_test.h"
#include "bulk.h"
#include "client.h"
#include "meter.h"

#define WINDOW		0x40000000
#define DATA_HEAD	9	/* of CHANNEL_DATA: type, channel, length */

static bool messages;

/* With messages: what is left of the CHANNEL_DATA that was begun */
static size_t under_way;

static uint8_t *put_u32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
	return p + 4;
}

static void say(int fd, const uint8_t *p, size_t n)
{
	if (send(fd, p, n, 0) != (ssize_t)n)
		die("kssh: send: %s", strerror(errno));
}

/* The answer must be a message of this type. */
static void expect(int fd, uint8_t type)
{
	uint8_t p[256];
	ssize_t n = recv(fd, p, sizeof(p), 0);

	if (n < 1 || p[0] != type)
		die("kssh: no message %u but %zd, %u", type, n, n > 0 ? p[0] : 0);
}

static void *kssh_open(int fd, const char *command)
{
	struct kssh_channel c = {
		.local_window = WINDOW, .local_max_packet = 32768,
		.remote_window = WINDOW, .remote_max_packet = 32768,
	};
	uint8_t p[256], *q;
	void *state = transport.begin(fd, true);
	int r = transport.step(state);

	if (r || kt_login(fd))
		die("kssh: no session: %s", strerror(errno));
	p[0] = 90;
	q = p + 1 + kt_put_string(p + 1, "session");
	q = put_u32(put_u32(put_u32(q, 0), WINDOW), 32768);
	say(fd, p, q - p);
	expect(fd, 91);
	p[0] = 98;
	q = put_u32(p + 1, 0);
	q += kt_put_string(q, "exec");
	*q++ = 1;
	q += kt_put_string(q, command);
	say(fd, p, q - p);
	expect(fd, 99);
	messages = getenv("BENCH_MESSAGES");
	if (!messages && kt_set(fd, KSSH_CHANNEL, &c, sizeof(c)))
		die("kssh: CHANNEL: %s", strerror(errno));
	return state;
}

/* In messages as long as kTLS's records, of 16 KiB */
static void write_messages(int fd, const char *p, size_t n)
{
	uint8_t head[DATA_HEAD] = { 94 };
	size_t part, most = 16384 - DATA_HEAD;
	struct iovec v[2] = { { head, DATA_HEAD }, {} };

	for (; n; p += part, n -= part) {
		part = n < most ? n : most;
		put_u32(put_u32(head + 1, 0), part);
		v[1] = (struct iovec){ (void *)p, part };
		if (writev(fd, v, 2) != (ssize_t)(DATA_HEAD + part))
			die("kssh: writev: %s", strerror(errno));
	}
}

static void kssh_write(void *state, const void *data, size_t n)
{
	int fd = (intptr_t)state;
	const char *p = data;
	ssize_t r;

	if (messages) {
		write_messages(fd, p, n);
		return;
	}
	for (; n; p += r, n -= r) {
		r = send(fd, p, n, 0);
		if (r <= 0)
			die("kssh: send: %s", strerror(errno));
	}
}

static size_t kssh_read(void *state, void *p, size_t n)
{
	int fd = (intptr_t)state;
	uint8_t head[DATA_HEAD];
	struct iovec v[2] = { { head, DATA_HEAD }, { p, n } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	uint32_t len;
	ssize_t r;

	if (messages && !under_way) {
		r = recvmsg(fd, &m, 0) - DATA_HEAD;
		if (r <= 0 || head[0] != 94)
			die("kssh: recvmsg: no data but %u", head[0]);
		memcpy(&len, head + 5, 4);
		under_way = ntohl(len);
	} else {
		r = recv(fd, p, n, 0);
	}
	if (r <= 0)
		die("kssh: recv: %s", strerror(errno));
	if (messages)
		under_way -= r;
	return r;
}

static void kssh_send_file(void *state, int file, size_t n)
{
	ssize_t r;

	for (; n; n -= r) {
		r = sendfile((intptr_t)state, file, NULL, n);
		if (r <= 0)
			die("kssh: sendfile: %s", strerror(errno));
	}
}

static void kssh_end(void *state)
{
	transport.end(state);
	under_way = 0;
}

const struct mover mover = {
	"kssh", kssh_open, kssh_write, kssh_read, kssh_send_file, kssh_end
};
