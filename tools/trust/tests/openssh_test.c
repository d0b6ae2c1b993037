// SPDX-License-Identifier: GPL-2.0
/*
 * Generated known_hosts files, read by the library and by ssh-keygen -l -F (with -l
 * it reads the keys, too): the same
 * lines must name the same hosts, with the same markers.  Prints TAP.
 *
 * Usage: trust-openssh-test [FILES [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys.h"
#include "../files.h"

#define LINES		40
#define FILE_MAX_BYTES	(LINES * 3000)
#define MATCHES_MAX	(LINES + 1)

/* ---- chance, the same on every machine ------------------------------------- */

static uint64_t seed;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % n;
}

/* ---- files ------------------------------------------------------------------ */

struct text {
	char s[FILE_MAX_BYTES];
	size_t n;
};

static void add(struct text *t, const char *s, size_t n)
{
	if (n > sizeof(t->s) - t->n)
		n = sizeof(t->s) - t->n;
	memcpy(t->s + t->n, s, n);
	t->n += n;
}

static void adds(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

#define PICK(list)	(list)[chance(sizeof(list) / sizeof((list)[0]))]

static const char *const names[] = {
	"a", "b", "ab", "abc", "h.example.org", "g.example.org", "example.org",
	"[a]:2222", "[h.example.org]:2222", "[::1]:22222", "::1", "192.0.2.1",
	"192.0.2.10", "-a", "a-b", "*", "a,b", "!a", "a#b", "@a",
};

static void add_hashed(struct text *t, const char *name)
{
	uint8_t salt[HASH_LEN];
	char out[HASHED_MAX];
	size_t i, n;

	for (i = 0; i < HASH_LEN; i++)
		salt[i] = chance(256);
	if (hash_name(name, salt, out, sizeof(out)))
		abort();
	n = strlen(out);
	switch (chance(12)) {
	case 0:		/* cut */
		n = chance(n);
		break;
	case 1:		/* a letter changed, maybe in the padding */
		out[chance(n)] = "A=|/,"[chance(5)];
		break;
	case 2:
		add(t, out, n);
		add(t, ",a", 2);
		return;
	}
	add(t, out, n);
}

static void add_pattern(struct text *t)
{
	static const char *const odd[] = {
		"*", "?", "*.example.org", "?.example.org", "[*]:2222", "*:*", "a*", "*b",
		"*a*b*", "??", "A", "H.Example.ORG", "", "!", "**", "*?", "192.0.2.?",
		"[a]:*", "|", "\xc3\xa4", "a\x01", "\\*", "[a-z]",
	};
	int i, n;

	if (!chance(4))
		adds(t, "!");
	if (!chance(60)) {
		for (i = 0, n = 1018 + chance(8); i < n; i++)
			adds(t, "*");
	} else if (chance(3)) {
		adds(t, PICK(names));
	} else {
		adds(t, PICK(odd));
	}
}

static void add_hosts(struct text *t)
{
	int i, n = 1 + chance(3);

	if (!chance(4)) {
		add_hashed(t, PICK(names));
		return;
	}
	for (i = 0; i < n; i++) {
		if (i || !chance(30))
			adds(t, ",");
		add_pattern(t);
	}
	if (!chance(30))
		adds(t, ",");
}

static void add_blank(struct text *t, bool needed)
{
	static const char *const blanks[] = { " ", "\t", "  ", " \t " };

	if (needed ? chance(40) : !chance(10))
		adds(t, PICK(blanks));
}

static void add_key(struct text *t)
{
	static const char *const keys[] = { ED25519_A, ED25519_B, P256, P384, P521, RSA,
					    ED25519_CERT };
	static const char *const types[] = {
		"ssh-ed25519", "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512", "rsa-sha2-51",
		"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "1024", "#", "ssh-", "",
		"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "RSA", "ed25519", "ECDSA",
		"ED25519-SK", "ssh-ed25519-cert-v01@openssh.com",
		"rsa-sha2-256-cert-v01@openssh.com",
	};
	const char *key = PICK(keys), *b64 = strchr(key, ' ') + 1;
	char copy[1024];
	size_t n;

	strcpy(copy, b64);
	n = strlen(copy);
	switch (chance(14)) {
	case 0:
		adds(t, PICK(types));
		break;
	case 1:
		adds(t, "rsa-sha2-256");
		strcpy(copy, strchr(RSA, ' ') + 1);
		n = strlen(copy);
		break;
	default:
		add(t, key, b64 - 1 - key);
	}
	add_blank(t, true);
	switch (chance(20)) {
	case 0:
		n = chance(n);
		break;
	case 1:
		copy[chance(n)] = "A/+=#!\r\f"[chance(8)];
		break;
	case 2:
		strcpy(copy + n, chance(2) ? "=" : "AAAA");
		n = strlen(copy);
		break;
	case 3:		/* a blank in it ends it */
		copy[chance(n)] = ' ';
		break;
	}
	add(t, copy, n);
}

static void add_line(struct text *t, bool last)
{
	static const char *const starts[] = {
		"#", " #", "@revoked ", "@cert-authority ", "@revoked\t", "@cert-authority\t ",
		"@revoke ", "@", "@ ", "@revoked", "@revoked @revoked ", "@Revoked ",
	};
	static const char *const ends[] = {
		" comment", " a b c", "\t", " ", "\r", " #x", " comment\r", "\v",
	};

	add_blank(t, false);
	if (!chance(5))
		adds(t, PICK(starts));
	if (chance(40)) {
		add_hosts(t);
		add_blank(t, true);
		if (chance(40))
			add_key(t);
		if (!chance(4))
			adds(t, PICK(ends));
	}
	if (!chance(40))
		add(t, "\0more", 5);
	if (!last || chance(2))
		adds(t, "\n");
}

/* ---- what both say ----------------------------------------------------------- */

struct matches {
	struct {
		unsigned long line;
		char marker;
	} m[MATCHES_MAX];
	size_t n;
};

static void put_match(struct matches *ms, unsigned long line, char marker)
{
	if (ms->n == MATCHES_MAX)
		abort();
	ms->m[ms->n].line = line;
	ms->m[ms->n++].marker = marker;
}

static void on_line(const struct host_line *line, void *arg)
{
	put_match(arg, line->number, "-CR"[line->marker]);
}

static bool ask_library(const char *path, const char *name, struct matches *ms)
{
	struct kssh_trust_files *files = kssh_trust_files_new();
	struct index *index;
	unsigned long line;
	bool good;

	ms->n = 0;
	good = files && !files_hosts(files, path, &index, &line) &&
	       !index_each(index, name, on_line, ms);
	kssh_trust_files_free(files);
	return good;
}

/* "# Host NAME found: line N[ CA| REVOKED]" before each line that it found */
static bool ask_openssh(const char *path, const char *name, struct matches *ms)
{
	char *line = NULL, *p, *end;
	unsigned long n;
	size_t room = 0;
	int fds[2], status;
	pid_t pid;
	FILE *f;

	ms->n = 0;
	if (pipe(fds))
		return false;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execlp("ssh-keygen", "ssh-keygen", "-l", "-F", name, "-f", path, NULL);
		_exit(127);
	}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	while (f && getline(&line, &room, f) > 0) {
		if (strncmp(line, "# Host ", 7))
			continue;
		p = strstr(line + 7, " found: line ");
		if (!p)
			continue;
		n = strtoul(p + strlen(" found: line "), &end, 10);
		put_match(ms, n,
			  strstr(end, "CA") ? 'C' : strstr(end, "REVOKED") ? 'R' : '-');
	}
	free(line);
	if (f)
		fclose(f);
	/* 1: nothing found */
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) < 2;
}

static bool same(const struct matches *a, const struct matches *b)
{
	size_t i;

	for (i = 0; i < a->n && i < b->n; i++) {
		if (a->m[i].line != b->m[i].line || a->m[i].marker != b->m[i].marker)
			break;
	}
	return i == a->n && i == b->n;
}

static void show(const char *who, const struct matches *ms)
{
	size_t i;

	printf("# %s:", who);
	for (i = 0; i < ms->n; i++)
		printf(" %lu%c", ms->m[i].line, ms->m[i].marker);
	putchar('\n');
}

/* ---- the test ------------------------------------------------------------------ */

static bool write_file(const char *path, const struct text *t)
{
	FILE *f = fopen(path, "w");
	bool good = f && fwrite(t->s, 1, t->n, f) == t->n;

	return f && !fclose(f) && good;
}

/* One file and all names.  Counts what was found, and leaves the file if it fails. */
static bool one_file(const char *path, size_t *found)
{
	static struct matches lib, ssh;
	static struct text t;
	bool good = true;
	size_t i;

	t.n = 0;
	for (i = 0; i < LINES; i++)
		add_line(&t, i == LINES - 1);
	if (!write_file(path, &t))
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!ask_library(path, names[i], &lib) ||
		    !ask_openssh(path, names[i], &ssh)) {
			printf("# cannot ask for %s\n", names[i]);
			return false;
		}
		*found += ssh.n;
		if (same(&lib, &ssh))
			continue;
		printf("# %s in %s differs\n", names[i], path);
		show("library", &lib);
		show("ssh-keygen", &ssh);
		good = false;
	}
	return good;
}

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : 25, i, failed = 0;
	char dir[] = "/tmp/trust-openssh.XXXXXX", path[64];
	size_t found = 0;
	uint64_t start;

	start = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	if (system("command -v ssh-keygen >/dev/null 2>&1")) {
		puts("1..0 # SKIP no ssh-keygen");
		return 0;
	}
	if (!mkdtemp(dir))
		return 1;
	printf("1..%d\n", files + 1);
	for (i = 0; i < files; i++) {
		seed = start + i;
		snprintf(path, sizeof(path), "%s/%d", dir, i);
		if (one_file(path, &found)) {
			printf("ok %d - file of seed %llu\n", i + 1,
			       (unsigned long long)start + i);
			unlink(path);
		} else {
			printf("not ok %d - file of seed %llu\n", i + 1,
			       (unsigned long long)start + i);
			failed = 1;
		}
		fflush(stdout);
	}
	/* or the test tests nothing */
	printf("%sok %d - ssh-keygen found %zu lines\n",
	       found > (size_t)files * 10 ? "" : "not ", files + 1, found);
	if (found <= (size_t)files * 10)
		failed = 1;
	rmdir(dir);
	return failed;
}
