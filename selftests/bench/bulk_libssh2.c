// SPDX-License-Identifier: GPL-2.0
/* libssh2: a channel of one session */
#include <errno.h>
#include <libssh2.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "client.h"
#include "meter.h"

#define WINDOW	(2 * 1024 * 1024)	/* LIBSSH2_CHANNEL_WINDOW_DEFAULT */

struct state {
	LIBSSH2_SESSION *session;
	LIBSSH2_CHANNEL *channel;
};

static void *channel_open(int fd, const char *command)
{
	struct state *s = calloc(1, sizeof(*s));

	libssh2_init(0);
	s->session = libssh2_session_init();
	if (libssh2_session_method_pref(s->session, LIBSSH2_METHOD_KEX, BENCH_KEX) ||
	    libssh2_session_method_pref(s->session, LIBSSH2_METHOD_CRYPT_CS,
					BENCH_CIPHER) ||
	    libssh2_session_method_pref(s->session, LIBSSH2_METHOD_CRYPT_SC,
					BENCH_CIPHER) ||
	    libssh2_session_handshake(s->session, fd))
		die("libssh2: no session");
	/* asks for "none", too */
	if (libssh2_userauth_list(s->session, "test", 4) ||
	    !libssh2_userauth_authenticated(s->session))
		die("libssh2: not let in");
	s->channel = libssh2_channel_open_ex(s->session, "session", 7, WINDOW, PIECE,
					     NULL, 0);
	if (!s->channel || libssh2_channel_exec(s->channel, command))
		die("libssh2: no channel");
	return s;
}

static void channel_write(void *state, const void *data, size_t n)
{
	struct state *s = state;
	const char *p = data;
	ssize_t r;

	for (; n; p += r, n -= r) {
		r = libssh2_channel_write(s->channel, p, n);
		if (r <= 0)
			die("libssh2: write: %zd", r);
	}
}

static size_t channel_read(void *state, void *p, size_t n)
{
	struct state *s = state;
	ssize_t r = libssh2_channel_read(s->channel, p, n);

	if (r <= 0)
		die("libssh2: read: %zd", r);
	return r;
}

static void channel_end(void *state)
{
	struct state *s = state;

	libssh2_session_free(s->session);
	free(s);
}

const struct mover mover = {
	"libssh2", channel_open, channel_write, channel_read, NULL, channel_end
};
