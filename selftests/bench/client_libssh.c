// SPDX-License-Identifier: GPL-2.0
/*
 * libssh: ssh_connect() ends with NEWKEYS, and SERVICE_REQUEST goes out with the
 * first attempt at authentication, here by "none", whose failure ends the handshake.
 */
#include <errno.h>
#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "meter.h"

static const char *name(void)
{
	return "libssh " SSH_STRINGIFY(LIBSSH_VERSION);
}

struct state {
	ssh_session session;
	bool connected;
};

static void *session_begin(int fd, bool block)
{
	struct state *state = calloc(1, sizeof(*state));
	ssh_session s = ssh_new();
	int no = 0;

	if (!s || !state || ssh_options_set(s, SSH_OPTIONS_FD, &fd) ||
	    ssh_options_set(s, SSH_OPTIONS_HOST, "bench") ||
	    ssh_options_set(s, SSH_OPTIONS_USER, "bench") ||
	    ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no) ||
	    ssh_options_set(s, SSH_OPTIONS_KEY_EXCHANGE, BENCH_KEX) ||
	    ssh_options_set(s, SSH_OPTIONS_HOSTKEYS, BENCH_HOSTKEY) ||
	    ssh_options_set(s, SSH_OPTIONS_CIPHERS_C_S, BENCH_CIPHER) ||
	    ssh_options_set(s, SSH_OPTIONS_CIPHERS_S_C, BENCH_CIPHER))
		die("libssh: cannot begin");
	ssh_set_blocking(s, block);
	state->session = s;
	return state;
}

static int step(void *p)
{
	struct state *state = p;
	int r = state->connected ? SSH_OK : ssh_connect(state->session);

	if (r == SSH_AGAIN)
		return -EAGAIN;
	if (r != SSH_OK) {
		fprintf(stderr, "libssh: %s\n", ssh_get_error(state->session));
		return -EPROTO;
	}
	/* called again while that waits, ssh_connect() would wait for ever */
	state->connected = true;
	r = ssh_userauth_none(state->session, NULL);
	return r == SSH_AUTH_AGAIN ? -EAGAIN : 0;
}

static void end(void *p)
{
	struct state *state = p;

	ssh_silent_disconnect(state->session);
	ssh_free(state->session);
	free(state);
}

const struct transport transport = { name, session_begin, step, end, NULL };
