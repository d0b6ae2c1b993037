// SPDX-License-Identifier: GPL-2.0
/*
 * libssh_server - an SSH server of libssh's, for tests of algorithms that no
 * OpenSSH has
 *
 * Usage: libssh_server ADDRESS PORT AUTHORIZED REKEY HOSTKEY...
 *
 * Whoever has the key of AUTHORIZED (a line as of authorized_keys) may log in;
 * the command of a session is cat(1), whatever it was asked for. The keys are
 * renewed after every REKEY bytes, 0: never. Offers all that libssh offers.
 * Says "listening on" ADDRESS on stderr when it does. Serves until it is killed.
 *
 * Built for and run with the libssh that guest/peer brings.
 */
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE	600000	/* ms for anything that a client is to do */
#define CHUNK		16384

static void __attribute__((noreturn)) die(const char *what, void *of)
{
	fprintf(stderr, "%s: %s\n", what, of ? ssh_get_error(of) : "failed");
	exit(1);
}

/* What one session has come to */
struct serving {
	ssh_key authorized;
	ssh_channel channel;
	bool in;		/* logged in */
	bool running;		/* a command was asked for */
};

static int on_none(ssh_session s, const char *user, void *ctx)
{
	return SSH_AUTH_DENIED;
}

static int on_publickey(ssh_session s, const char *user, ssh_key key,
			char state, void *ctx)
{
	struct serving *v = ctx;

	if (ssh_key_cmp(key, v->authorized, SSH_KEY_CMP_PUBLIC))
		return SSH_AUTH_DENIED;
	if (state == SSH_PUBLICKEY_STATE_VALID)
		v->in = true;
	else if (state != SSH_PUBLICKEY_STATE_NONE)
		return SSH_AUTH_DENIED;
	return SSH_AUTH_SUCCESS;
}

static int on_exec(ssh_session s, ssh_channel c, const char *cmd, void *ctx)
{
	struct serving *v = ctx;

	v->running = true;
	return SSH_OK;
}

static ssh_channel on_open(ssh_session s, void *ctx)
{
	static struct ssh_channel_callbacks_struct cb = {
		.channel_exec_request_function = on_exec,
	};
	struct serving *v = ctx;

	if (!v->in || v->channel)
		return NULL;
	v->channel = ssh_channel_new(s);
	if (v->channel) {
		cb.userdata = v;
		ssh_callbacks_init(&cb);
		ssh_set_channel_callbacks(v->channel, &cb);
	}
	return v->channel;
}

/* Give back what comes until it ends. */
static void cat(ssh_channel c)
{
	static char buf[CHUNK];
	int n;

	while ((n = ssh_channel_read(c, buf, sizeof(buf), 0)) > 0) {
		if (ssh_channel_write(c, buf, n) != n)
			return;
	}
	if (n < 0)
		return;
	ssh_channel_send_eof(c);
	ssh_channel_request_send_exit_status(c, 0);
	ssh_channel_close(c);
}

static int serve(ssh_session s, ssh_key authorized, uint64_t rekey)
{
	struct serving v = { .authorized = authorized };
	struct ssh_server_callbacks_struct cb = {
		.userdata = &v,
		.auth_none_function = on_none,
		.auth_pubkey_function = on_publickey,
		.channel_open_request_session_function = on_open,
	};
	ssh_event ev = ssh_event_new();

	ssh_callbacks_init(&cb);
	ssh_set_server_callbacks(s, &cb);
	ssh_set_auth_methods(s, SSH_AUTH_METHOD_PUBLICKEY);
	if (rekey && ssh_options_set(s, SSH_OPTIONS_REKEY_DATA, &rekey))
		die("rekey", s);
	if (ssh_handle_key_exchange(s))
		die("key exchange", s);
	if (!ev || ssh_event_add_session(ev, s))
		die("event", s);
	while (!v.running) {
		if (ssh_event_dopoll(ev, PATIENCE) != SSH_OK)
			return 0;	/* it has gone, which is fine */
	}
	ssh_event_remove_session(ev, s);
	cat(v.channel);
	while (ssh_is_connected(s) && ssh_blocking_flush(s, PATIENCE) == SSH_OK &&
	       ssh_event_add_session(ev, s) == SSH_OK) {
		if (ssh_event_dopoll(ev, PATIENCE) != SSH_OK)
			break;
		ssh_event_remove_session(ev, s);
	}
	return 0;
}

static ssh_bind listener(const char *address, const char *port, char **keys)
{
	ssh_bind b = ssh_bind_new();
	bool config = false;

	if (!b ||
	    ssh_bind_options_set(b, SSH_BIND_OPTIONS_PROCESS_CONFIG, &config) ||
	    ssh_bind_options_set(b, SSH_BIND_OPTIONS_BINDADDR, address) ||
	    ssh_bind_options_set(b, SSH_BIND_OPTIONS_BINDPORT_STR, port))
		die("options", b);
	for (; *keys; keys++) {
		if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_HOSTKEY, *keys))
			die(*keys, b);
	}
	if (ssh_bind_listen(b))
		die("listen", b);
	fprintf(stderr, "libssh %s listening on %s\n", ssh_version(0), address);
	return b;
}

int main(int argc, char **argv)
{
	ssh_key authorized;
	ssh_session s;
	ssh_bind b;

	if (argc < 6) {
		fprintf(stderr, "usage: %s ADDRESS PORT AUTHORIZED REKEY HOSTKEY...\n",
			argv[0]);
		return 2;
	}
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (ssh_init() || ssh_pki_import_pubkey_file(argv[3], &authorized))
		die(argv[3], NULL);
	b = listener(argv[1], argv[2], argv + 5);
	for (;;) {
		s = ssh_new();
		if (!s || ssh_bind_accept(b, s))
			die("accept", b);
		if (!fork())
			return serve(s, authorized, strtoull(argv[4], NULL, 10));
		ssh_free(s);
	}
}
