// SPDX-License-Identifier: GPL-2.0
/* What ssh(1) thinks of a host key. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ssh.h"

bool find_peer(struct peer *peer, const char *ssh)
{
	char command[600], line[128] = "";
	int major = 0, minor = 0;
	FILE *f;

	snprintf(peer->ssh, sizeof(peer->ssh), "%s", ssh);
	snprintf(command, sizeof(command), "%s -V 2>&1", ssh);
	f = popen(command, "r");
	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		*line = 0;
	pclose(f);
	if (sscanf(line, "OpenSSH_%d.%d", &major, &minor) != 2)
		return false;
	peer->version = major * 100 + minor;
	return true;
}

bool find_openssh10(struct peer *peer)
{
	const char *cache = getenv("KSSH_CACHE");
	char path[512];

	snprintf(path, sizeof(path), "%s%s/peers/openssh10/bin/ssh",
		 cache ?: getenv("HOME") ?: "", cache ? "" : "/.cache/kssh");
	return !access(path, X_OK) && find_peer(peer, path);
}

/* ---- a server -------------------------------------------------------------- */

static void put_packet(struct bytes *t, const struct bytes *payload)
{
	size_t pad = 8 - (5 + payload->n) % 8;

	if (pad < 4)
		pad += 8;
	put_number(t, 1 + payload->n + pad, 4);
	put_number(t, pad, 1);
	put_bytes(t, payload->b, payload->n);
	while (pad--)
		put_number(t, 0, 1);
}

/* The algorithm by which a server with this key introduces itself. */
static void algorithm_of(const struct bytes *blob, char alg[64])
{
	char text[BYTES_MAX];

	key_text(blob, text);
	snprintf(alg, 64, "%.*s", (int)strcspn(text, " "), text);
	if (!strncmp(alg, "ssh-rsa", 7)) {
		memmove(alg + 12, alg + 7, strlen(alg + 7) + 1);
		memcpy(alg, "rsa-sha2-512", 12);
	}
}

static bool write_server(const char *path, const struct bytes *blob)
{
	static const char *const lists[] = { "aes128-ctr", "aes128-ctr", "hmac-sha2-256",
					     "hmac-sha2-256", "none", "none", "", "" };
	struct bytes out = { .n = 0 }, payload = { .n = 0 }, sig = { .n = 0 };
	uint8_t noise[64];
	char alg[64];
	bool good;
	size_t i;
	FILE *f;

	memset(noise, 9, sizeof(noise));
	algorithm_of(blob, alg);
	put_bytes(&out, "SSH-2.0-x\r\n", 11);
	put_number(&payload, 20, 1);
	put_bytes(&payload, noise, 16);
	put_text(&payload, "curve25519-sha256");
	put_text(&payload, alg);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		put_text(&payload, lists[i]);
	put_number(&payload, 0, 5);
	put_packet(&out, &payload);

	payload.n = 0;
	put_number(&payload, 31, 1);
	put_string(&payload, blob->b, blob->n);
	put_string(&payload, noise, 32);
	put_text(&sig, alg);
	put_string(&sig, noise, sizeof(noise));
	put_string(&payload, sig.b, sig.n);
	put_packet(&out, &payload);
	f = fopen(path, "w");
	good = f && fwrite(out.b, 1, out.n, f) == out.n;
	return f && !fclose(f) && good;
}

/* ---- ssh ------------------------------------------------------------------- */

static const char *const checking_names[] = {
	[KSSH_TRUST_STRICT] = "StrictHostKeyChecking=yes",
	[KSSH_TRUST_ASK] = "StrictHostKeyChecking=ask",
	[KSSH_TRUST_ACCEPT_NEW] = "StrictHostKeyChecking=accept-new",
	[KSSH_TRUST_OFF] = "StrictHostKeyChecking=no",
};

/* A certificate's and, as ssh may fall back to it, the plain key's. */
static void algorithms(const struct bytes *blob, bool is_cert, char *out, size_t room)
{
	char alg[64];
	int n;

	algorithm_of(blob, alg);
	n = is_cert ? strstr(alg, "-cert-v01") - alg : 0;
	snprintf(out, room, "HostKeyAlgorithms=%s%s%.*s%s", alg, is_cert ? "," : "",
		 n, alg,
		 is_cert && !strncmp(alg, "sk-", 3) ? "@openssh.com" : "");
}

/* Run ssh, take what it says. */
static bool run_ssh(const struct peer *peer, const struct ssh_question *q, char *said,
		    size_t room)
{
	char proxy[256], user[256], global[256], port[16], alg[192], size[64], alias[128];
	int fds[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	snprintf(proxy, sizeof(proxy),
		 "ProxyCommand=sh -c 'cat %s; exec cat >/dev/null'", q->server);
	snprintf(user, sizeof(user), "UserKnownHostsFile=%s", q->user_files);
	snprintf(global, sizeof(global), "GlobalKnownHostsFile=%s", q->global_files);
	snprintf(port, sizeof(port), "%u", q->port);
	algorithms(q->blob, q->is_cert, alg, sizeof(alg));
	snprintf(size, sizeof(size), "RequiredRSASize=%u", q->rsa_min_bits ?: 1024);
	snprintf(alias, sizeof(alias), "HostKeyAlias=%s", q->alias ?: "none");
	if (pipe2(fds, O_CLOEXEC))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		const char *const args[] = {
			"ssh", "-F", "none", "-p", port, "-o", proxy, "-o", user, "-o", global,
			"-o", alg, "-o", size, "-o", checking_names[q->checking],
			"-o", "BatchMode=yes", "-o", "LogLevel=DEBUG1", "-o",
			"IdentityFile=none", "-o", "IdentityAgent=none", "-o",
			"UpdateHostKeys=no", "-o", "CheckHostIP=no", "-o",
			"KexAlgorithms=curve25519-sha256", "-o", "ConnectTimeout=60",
			"-o", "HashKnownHosts=no", "-o",
			q->alias ? alias : "VisualHostKey=no", q->name, "true", NULL,
		};

		dup2(fds[1], STDERR_FILENO);
		if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout))
			_exit(127);
		execvp(peer->ssh, (char *const *)args);
		_exit(127);
	}
	close(fds[1]);
	while ((got = read(fds[0], said + n, room - 1 - n)) > 0)
		n += got;
	said[n] = 0;
	close(fds[0]);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 255 && n + 1 < room;
}

/* The word behind the last place where @what stands, "" if it does not. */
static void last_word(const char *text, const char *what, char *out, size_t room)
{
	const char *p, *last = NULL;

	for (p = text; (p = strstr(p, what)); p += strlen(what))
		last = p + strlen(what);
	snprintf(out, room, "%.*s", last ? (int)strcspn(last, " \r\n") : 0, last ?: "");
}

static void understand(const char *text, struct said *said)
{
	bool let_in = !strstr(text, "Host key verification failed.");
	bool changed = strstr(text, "HOST IDENTIFICATION HAS CHANGED!");
	bool revoked = strstr(text, "REVOKED HOST KEY DETECTED!");
	const char *found = NULL, *p;

	memset(said, 0, sizeof(*said));
	said->fell_back = strstr(text, "No matching CA found. Retry with plain key");
	/* what is no key is not even shown */
	if (!strstr(text, "Server host key: ") && !strstr(text, "Server host certificate: "))
		said->verdict = KSSH_TRUST_REFUSED;
	else if (revoked)
		said->verdict = KSSH_TRUST_REVOKED;
	else if (changed)
		said->verdict = KSSH_TRUST_CHANGED;
	else if (let_in)
		said->verdict = KSSH_TRUST_OK;
	else
		said->verdict = KSSH_TRUST_UNKNOWN;
	said->may_go_on = let_in && (changed || revoked);
	said->is_new = said->verdict == KSSH_TRUST_OK &&
		       (strstr(text, "Permanently added") ||
			strstr(text, "Failed to add the host"));
	if (said->verdict == KSSH_TRUST_CHANGED) {
		last_word(text, " key in ", said->place, sizeof(said->place));
	} else if (said->verdict == KSSH_TRUST_OK && !said->is_new) {
		for (p = text; (p = strstr(p, "debug1: Found ")); p++)
			found = p;
		said->by_ca = found && !strncmp(found, "debug1: Found CA", 16);
		p = found ? strstr(found, " in ") : NULL;
		if (p)
			snprintf(said->place, sizeof(said->place), "%.*s",
				 (int)strcspn(p + 4, " \r\n"), p + 4);
	}
}

bool ask_ssh(const struct peer *peer, const struct ssh_question *q, struct said *said,
	     char *text, size_t room)
{
	if (!write_server(q->server, q->blob) || !run_ssh(peer, q, text, room))
		return false;
	understand(text, said);
	return true;
}

