/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark's client: one measuring half (client.c), linked with one SSH
 * transport each (client_kssh.c, client_libssh2.c, client_libssh.c).
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct transport - what is measured
 * @name: of the implementation, with its version
 * @begin: state for a connected socket, non-blocking or not; exits if it cannot
 * @step: go on with the handshake, up to SERVICE_ACCEPT or as far as the
 *	implementation goes; 0 when done, -EAGAIN if there is more to wait for
 *	(never if the socket blocks), another -errno
 * @end: free the state; the socket stays open
 * @events: what to wait for after -EAGAIN, as of poll(2); NULL: POLLIN
 */
struct transport {
	const char *(*name)(void);
	void *(*begin)(int fd, bool block);
	int (*step)(void *state);
	void (*end)(void *state);
	short (*events)(void *state);
};

extern const struct transport transport;

/* What to offer: $BENCH_KEX and $BENCH_CIPHER, or what the benchmark's figures are
 * about otherwise
 */
static inline const char *bench_offer(const char *variable, const char *otherwise)
{
	const char *s = getenv(variable);

	return s && *s ? s : otherwise;
}

#define BENCH_KEX	bench_offer("BENCH_KEX", "curve25519-sha256")
#define BENCH_CIPHER	bench_offer("BENCH_CIPHER", "aes128-gcm@openssh.com")
#define BENCH_HOSTKEY	"ssh-ed25519"
#define BENCH_MAC	"hmac-sha2-256-etm@openssh.com"

#endif
