/* SPDX-License-Identifier: GPL-2.0 */
/* A server that has said its first flight, and says no more. */
#ifndef KSSH_TEST_SILENT_H
#define KSSH_TEST_SILENT_H

#include "kssh_test.h"

/* That flight, as bytes: X25519, Ed25519, ChaCha20.  How many; less than 512. */
static inline size_t silent_flight(unsigned char *p)
{
	static const char * const lists[] = {
		"curve25519-sha256", "ssh-ed25519",
		"chacha20-poly1305@openssh.com", "chacha20-poly1305@openssh.com",
		"hmac-sha2-256", "hmac-sha2-256", "none", "none", "", "",
	};
	static const char id[] = "SSH-2.0-silent\r\n";
	size_t head = sizeof(id) - 1, n = head + 5, pad, i;

	memcpy(p, id, head);
	p[n++] = 20;
	memset(p + n, 7, 16);
	n += 16;
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		n += kt_put_string(p + n, lists[i]);
	memset(p + n, 0, 5);
	n += 5;
	pad = 8 - (n - head) % 8;
	if (pad < 4)
		pad += 8;
	memset(p + n, 0, pad);
	n += pad;
	p[head] = 0;
	p[head + 1] = 0;
	p[head + 2] = (n - head - 4) >> 8;
	p[head + 3] = n - head - 4;
	p[head + 4] = pad;
	return n;
}

/* Listens on loopback; the descriptor, its port in *@port, or -errno. */
static inline int silent_listen(int backlog, int *port)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, 0, &ss);
	int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (l < 0 || bind(l, (struct sockaddr *)&ss, n) || listen(l, backlog) ||
	    getsockname(l, (struct sockaddr *)&ss, &n))
		return -errno;
	*port = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	return l;
}

#endif /* KSSH_TEST_SILENT_H */
