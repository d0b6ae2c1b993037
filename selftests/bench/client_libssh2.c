// SPDX-License-Identifier: GPL-2.0
/* libssh2, as far as SERVICE_ACCEPT.  The host key's trust is the caller's affair. */
#include <errno.h>
#include <libssh2.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "meter.h"

static const char *name(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "libssh2 %s", libssh2_version(0));
	return text;
}

struct state {
	LIBSSH2_SESSION *session;
	int fd;
};

static void *session_begin(int fd, bool block)
{
	struct state *s = malloc(sizeof(*s));
	LIBSSH2_SESSION *l;

	libssh2_init(0);
	l = libssh2_session_init();
	if (!s || !l ||
	    libssh2_session_method_pref(l, LIBSSH2_METHOD_KEX, BENCH_KEX) ||
	    libssh2_session_method_pref(l, LIBSSH2_METHOD_HOSTKEY, BENCH_HOSTKEY) ||
	    libssh2_session_method_pref(l, LIBSSH2_METHOD_CRYPT_CS, BENCH_CIPHER) ||
	    libssh2_session_method_pref(l, LIBSSH2_METHOD_CRYPT_SC, BENCH_CIPHER))
		die("libssh2: cannot begin");
	libssh2_session_set_blocking(l, block);
	*s = (struct state){ l, fd };
	return s;
}

static int step(void *state)
{
	struct state *s = state;
	int r = libssh2_session_handshake(s->session, s->fd);

	if (r == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (r)
		fprintf(stderr, "libssh2: error %d\n", r);
	return r ? -EPROTO : 0;
}

static void end(void *state)
{
	struct state *s = state;

	libssh2_session_free(s->session);
	free(s);
}

const struct transport transport = { name, session_begin, step, end, NULL };
