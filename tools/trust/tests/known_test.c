// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of a name, and what ssh(1) makes of the same files: it puts first in
 * its KEXINIT what it knows, and its KEXINIT is looked at.  Prints TAP.
 *
 * Usage: trust-known-test [FILES [SEED]]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys.h"
#include "../internal.h"

#define TEXT_MAX	8192

static uint64_t seed;
static char dir[64], file[96], captured[96];
static int n, failed;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++n, what);
	fflush(stdout);
	failed |= !good;
}

static unsigned int chance(unsigned int below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static bool write_file(const char *text)
{
	FILE *f = fopen(file, "w");
	bool good = f && fputs(text, f) >= 0;

	return f && !fclose(f) && good;
}

static int known(const char *name, uint16_t port, bool verbatim, char *types)
{
	const char *const files[] = { file };
	struct kssh_trust_policy policy = { .files = files, .n_files = 1 };
	struct kssh_trust_query query = { .name = name, .port = port,
					  .verbatim = verbatim };

	return kssh_trust_known(&policy, &query, types, NULL);
}

/* ---- the library by itself --------------------------------------------------- */

static void by_itself(void)
{
	static const struct {
		const char *text, *name;
		uint16_t port;
		bool verbatim;
		const char *types;
	} rows[] = {
		{ "", "h", 22, false, "" },
		{ "h " RSA "\n", "h", 22, false, "ssh-rsa" },
		{ "h " RSA "\n", "H", 0, false, "ssh-rsa" },
		{ "h " RSA "\nh " P256 "\nh " RSA "\n", "h", 22, false,
		  "ssh-rsa,ecdsa-sha2-nistp256" },
		{ "h " RSA "\nh " P256 "\n@revoked * " RSA "\n", "h", 22, false,
		  "ecdsa-sha2-nistp256" },
		/* another key of the type is there */
		{ "h " ED25519_A "\n@revoked h " ED25519_A "\nh " ED25519_B "\n", "h", 22,
		  false, "ssh-ed25519" },
		{ "@revoked [h]:2222 " RSA "\nh " RSA "\n", "h", 2222, false, "" },
		{ "g " RSA "\n", "h", 22, false, "" },
		{ "@revoked h " RSA "\n@cert-authority h " P256 "\n", "h", 22, false, "" },
		{ "* " P384 "\n", "h", 22, false, "ecdsa-sha2-nistp384" },
		{ "*,!h " P384 "\n", "h", 22, false, "" },
		/* the port's own lines, else those of the bare name */
		{ "[h]:2222 " RSA "\nh " P256 "\n", "h", 2222, false, "ssh-rsa" },
		{ "[h]:2222 " RSA "\nh " P256 "\n", "h", 2223, false,
		  "ecdsa-sha2-nistp256" },
		{ "[h]:2222 " RSA "\n", "h", 22, false, "" },
		{ "[h]:2222 " RSA "\nh " P256 "\n", "h", 2222, true,
		  "ecdsa-sha2-nistp256" },
		{ HASHED_HOST " " ED25519_A "\n", "host.example.org", 22, false,
		  "ssh-ed25519" },
		{ "h rsa-sha2-256 AAAA\n", "h", 22, false, "" },
	};
	char types[KSSH_TRUST_TYPES_MAX], what[64];
	bool good;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		good = write_file(rows[i].text) &&
		       !known(rows[i].name, rows[i].port, rows[i].verbatim, types) &&
		       !strcmp(types, rows[i].types);
		if (!good)
			printf("# want '%s', got '%s'\n", rows[i].types, types);
		snprintf(what, sizeof(what), "what is known, row %zu", i);
		ok(good, what);
	}
	unlink(file);
	ok(!known("h", 22, false, types) && !*types, "no file is as good as an empty one");
	ok(known("a b", 22, false, types) == -EINVAL && !*types, "no name");
	if (mkdir(file, 0700))
		perror(file);
	ok(known("h", 22, false, types) == -EISDIR && !*types,
	   "a file that cannot be read");
	rmdir(file);
}

/* ---- ssh --------------------------------------------------------------------- */

/* Host key algorithms of the KEXINIT in what ssh wrote; false if there is none. */
static bool kexinit_hostkeys(char *list, size_t room)
{
	unsigned char buf[TEXT_MAX];
	FILE *f = fopen(captured, "r");
	size_t len = f ? fread(buf, 1, sizeof(buf), f) : 0, at, i, k;
	unsigned char *nl = memchr(buf, '\n', len);

	if (f)
		fclose(f);
	if (!nl)
		return false;
	/* packet_length, padding_length, message number, cookie; kex, host keys */
	at = nl - buf + 1 + 4 + 1;
	if (at >= len || buf[at] != 20)
		return false;
	at += 1 + 16;
	for (i = 0; i < 2; i++) {
		if (at + 4 > len)
			return false;
		k = (size_t)buf[at] << 24 | buf[at + 1] << 16 | buf[at + 2] << 8 |
		    buf[at + 3];
		at += 4;
		if (k > len - at || k >= room)
			return false;
		memcpy(list, buf + at, k);
		list[k] = 0;
		at += k;
	}
	return true;
}

/* What ssh offers to @name at @port with the file; false if it cannot be had. */
static bool ask_ssh(const char *name, unsigned int port, char *list, size_t room)
{
	char proxy[256], files[128], number[16];
	int status;
	pid_t pid;

	unlink(captured);
	snprintf(proxy, sizeof(proxy),
		 "ProxyCommand=sh -c \"printf 'SSH-2.0-x\\r\\n'; head -c 1200 > %s\"",
		 captured);
	snprintf(files, sizeof(files), "UserKnownHostsFile=%s", file);
	snprintf(number, sizeof(number), "%u", port);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stderr) ||
		    !freopen("/dev/null", "r", stdin))
			_exit(127);
		execlp("ssh", "ssh", "-F", "none", "-o", proxy, "-o", files, "-o",
		       "GlobalKnownHostsFile=none", "-o", "BatchMode=yes", "-o",
		       "ConnectTimeout=10", "-p", number, name, "true", NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) != 127 && kexinit_hostkeys(list, room);
}

/* The type of the plain key behind an algorithm. */
static void plain_type(const char *alg, size_t len, char *type, size_t room)
{
	char *cert;

	snprintf(type, room, "%.*s", (int)len, alg);
	cert = strstr(type, "-cert-v01@openssh.com");
	if (cert)
		strcpy(cert, strncmp(type, "sk-", 3) && strncmp(type, "webauthn-", 9) ?
		       "" : "@openssh.com");
	if (!strncmp(type, "rsa-sha2-", 9))
		strcpy(type, "ssh-rsa");
	if (!strncmp(type, "webauthn-", 9))
		memmove(type, type + 9, strlen(type + 9) + 1);
}

static bool has(const char *types, const char *alg, size_t len)
{
	char type[128];
	size_t k;

	plain_type(alg, len, type, sizeof(type));
	for (; *types; types += k + !!types[k]) {
		k = strcspn(types, ",");
		if (k == strlen(type) && !memcmp(types, type, k))
			return true;
	}
	return false;
}

/* The order that the kernel makes of @list with the answer @types. */
static void order(const char *list, const char *types, char *out)
{
	const char *p;
	size_t k;
	int round;

	*out = 0;
	if (has(types, list, strcspn(list, ","))) {
		strcpy(out, list);
		return;
	}
	for (round = 0; round < 2; round++) {
		for (p = list; *p; p += k + !!p[k]) {
			k = strcspn(p, ",");
			if (has(types, p, k) == !round)
				sprintf(out + strlen(out), "%s%.*s", *out ? "," : "",
					(int)k, p);
		}
	}
}

static void random_file(char *text)
{
	/* one of each: ssh looks at the first of a type alone, revoked or not */
	static const char * const keys[] = { ED25519_A, P256, P384, P521, RSA };
	static const char * const hosts[] = {
		"a", "b", "a,b", "[a]:2222", "[b]:2222,b", "*", "?", "!a,*", "[*]:2222",
	};
	int i, lines = chance(6);

	*text = 0;
	for (i = 0; i < lines; i++)
		sprintf(text + strlen(text), "%s%s %s\n", chance(5) ? "" : "@revoked ",
			hosts[chance(sizeof(hosts) / sizeof(hosts[0]))],
			keys[chance(sizeof(keys) / sizeof(keys[0]))]);
}

static void beside_ssh(int files)
{
	char base[TEXT_MAX], got[TEXT_MAX], want[TEXT_MAX], text[TEXT_MAX], what[96];
	static const char * const names[] = { "a", "b" };
	char types[KSSH_TRUST_TYPES_MAX];
	unsigned int port, moved = 0;
	const char *name;
	bool good;
	int i;

	/* what it offers when it knows nothing */
	if (!write_file("") || !ask_ssh("a", 22, base, sizeof(base))) {
		ok(false, "ssh tells what it offers");
		return;
	}
	for (i = 0; i < files; i++) {
		random_file(text);
		name = names[chance(2)];
		port = chance(2) ? 22 : 2222;
		/* here ssh does not go on to the bare name, hence verbatim */
		if (port == 22)
			snprintf(what, sizeof(what), "%s", name);
		else
			snprintf(what, sizeof(what), "[%s]:%u", name, port);
		good = write_file(text) && ask_ssh(name, port, got, sizeof(got)) &&
		       !known(what, 0, true, types);
		order(base, types, want);
		moved += strcmp(want, base) != 0;
		if (good && strcmp(got, want)) {
			printf("# %s:%u known %s\n# want %s\n# got  %s\n# %s\n", name, port,
			       types, want, got, text);
			good = false;
		}
		snprintf(what, sizeof(what), "the order of ssh, file %d", i);
		ok(good, what);
	}
	ok(moved > (unsigned int)files / 4, "the order changes often enough to tell");
}

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : 30;

	seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	strcpy(dir, "/tmp/trust-known.XXXXXX");
	if (!mkdtemp(dir))
		return 1;
	snprintf(file, sizeof(file), "%s/known_hosts", dir);
	snprintf(captured, sizeof(captured), "%s/captured", dir);
	/* others print before us, and our plan comes last */
	puts("TAP version 13");
	by_itself();
	if (system("command -v ssh >/dev/null 2>&1"))
		printf("ok %d - the order of ssh # SKIP no ssh\n", ++n);
	else
		beside_ssh(files);
	printf("1..%d\n", n);
	unlink(file);
	unlink(captured);
	rmdir(dir);
	return failed;
}
