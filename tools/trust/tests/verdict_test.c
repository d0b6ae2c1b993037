// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts of the library and of ssh(1) itself: the same files, names, ports, keys and
 * certificates must give the same verdict, from the same line.  Where they differ on
 * purpose (ksshtrust.h), the difference is told and counted by its reason.  Prints TAP.
 *
 * Usage: trust-verdict-test [CASES [SEED]], or TRUST_CASES in the environment.  Asks ssh
 * and OpenSSH 10's, if selftests/guest/peer has brought it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "ssh.h"

#define CASES		200	/* half of them for OpenSSH 10 again */
#define GROUP		25	/* cases in a line of TAP */
/* ---- what both say ----------------------------------------------------- */

static void to_query(const struct one_case *c, struct kssh_trust_query *q)
{
	*q = (struct kssh_trust_query){
		.name = c->alias ?: c->name, .port = c->port, .verbatim = c->alias,
		.key = c->blob.b, .key_len = c->blob.n,
	};
}

static void to_question(const struct one_case *c, struct ssh_question *q)
{
	*q = (struct ssh_question){
		.name = c->name, .alias = c->alias, .port = c->port, .blob = &c->blob,
		.is_cert = c->is_cert, .user_files = world.user_files,
		.global_files = world.files[2],
		.checking = c->policy.checking, .rsa_min_bits = c->policy.rsa_min_bits,
		.server = world.server,
	};
}

static void ask_library(struct kssh_trust_files *kept, const struct one_case *c,
			struct said *said, struct kssh_trust_answer *a)
{
	struct kssh_trust_query q;

	to_query(c, &q);
	if (kept)
		kssh_trust_files_check(kept, &c->policy, &q, a);
	else
		kssh_trust_check(&c->policy, &q, a);
	*said = (struct said){
		.verdict = a->verdict, .is_new = a->is_new, .may_go_on = a->may_go_on,
		.by_ca = a->verdict == KSSH_TRUST_OK && *a->ca, .fell_back = a->cert_why,
	};
	if (a->file && (a->verdict == KSSH_TRUST_OK || a->verdict == KSSH_TRUST_CHANGED))
		snprintf(said->place, sizeof(said->place), "%s:%lu", a->file, a->line);
}

/* ---- differences ------------------------------------------------------- */

enum reason {
	SAME,
	UNEXPLAINED,
	BARE_REVOKED,
	CHANGED_AT_PORT,
	OTHER_LINE,
	ALIAS,
	NO_NAMES,
	NAME_PATTERN,
	CA_SIZE,
	REASONS
};

static const char *const reason_names[] = {
	[SAME] = "the same",
	[UNEXPLAINED] = "unexplained",
	[BARE_REVOKED] = "revoked for the bare name",
	[CHANGED_AT_PORT] = "changed at the port, known for the bare name",
	[OTHER_LINE] = "known at the port and for the bare name: another line",
	[ALIAS] = "an alias that looks like a pattern is never new",
	[NO_NAMES] = "a certificate without names (OpenSSH before 10.5)",
	[NAME_PATTERN] = "a pattern in a certificate (OpenSSH before 10.5)",
	[CA_SIZE] = "short RSA key of an authority",
};

static bool equal(const struct said *a, const struct said *b)
{
	return a->verdict == b->verdict && a->is_new == b->is_new &&
	       a->may_go_on == b->may_go_on && a->by_ca == b->by_ca &&
	       (a->fell_back == b->fell_back || a->verdict == KSSH_TRUST_REVOKED) &&
	       !strcmp(a->place, b->place);
}

/* What the library says of exactly this text. */
static enum kssh_trust_verdict at(const struct one_case *c, const char *text)
{
	struct kssh_trust_policy strict = c->policy;
	struct kssh_trust_answer a;
	struct kssh_trust_query q;

	strict.checking = KSSH_TRUST_STRICT;
	to_query(c, &q);
	q.name = text;
	q.verbatim = true;
	kssh_trust_check(&strict, &q, &a);
	return a.verdict;
}

static enum reason explain(const struct peer *peer, const struct one_case *c,
			   const struct said *lib, const struct said *ssh,
			   const struct kssh_trust_answer *a)
{
	bool with_port = c->port != 22 && !c->alias, old = peer->version < 1005;
	char name[96];

	if (equal(lib, ssh))
		return SAME;
	snprintf(name, sizeof(name), "[%s]:%u", c->name, c->port);
	if (with_port && lib->verdict == KSSH_TRUST_REVOKED &&
	    at(c, name) != KSSH_TRUST_REVOKED && at(c, c->name) == KSSH_TRUST_REVOKED)
		return BARE_REVOKED;
	if (with_port && c->is_cert && lib->verdict == KSSH_TRUST_CHANGED &&
	    ssh->verdict == KSSH_TRUST_OK && at(c, name) == KSSH_TRUST_CHANGED &&
	    at(c, c->name) == KSSH_TRUST_OK)
		return CHANGED_AT_PORT;
	if (with_port && lib->fell_back && ssh->fell_back && lib->verdict == ssh->verdict &&
	    at(c, name) == KSSH_TRUST_OK && at(c, c->name) == KSSH_TRUST_OK)
		return OTHER_LINE;
	if (c->alias && strchr(c->alias, '[') && ssh->is_new &&
	    lib->verdict == KSSH_TRUST_UNKNOWN)
		return ALIAS;
	if (old && c->is_cert && !c->spec.n_names && ssh->by_ca && a->cert_why &&
	    !strcmp(a->cert_why, "the certificate names no host"))
		return NO_NAMES;
	if (old && c->is_cert && strchr(c->spec.names[1], '*') && lib->by_ca &&
	    !ssh->by_ca)
		return NAME_PATTERN;
	if (c->is_cert && c->ca == RSA_1024 && c->policy.rsa_min_bits && ssh->by_ca &&
	    a->cert_why && !strcmp(a->cert_why, "the RSA key of the authority is too short"))
		return CA_SIZE;
	return UNEXPLAINED;
}

static void show(const char *who, const struct said *s)
{
	printf("# %s: %s%s%s%s%s %s\n", who, kssh_trust_verdict_name(s->verdict),
	       s->is_new ? " new" : "", s->may_go_on ? " goes-on" : "",
	       s->by_ca ? " by-CA" : "", s->fell_back ? " fell-back" : "", s->place);
}

/* ---- the test ---------------------------------------------------------- */

static size_t reasons[REASONS], verdicts[KSSH_TRUST_REFUSED + 1], certified, recorded;
static struct kssh_trust_files *kept;

static bool read_back(const char *path, struct text *t)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, t->s, sizeof(t->s));

	if (fd >= 0)
		close(fd);
	t->n = n > 0 ? n : 0;
	return n >= 0;
}

/* ssh has written the new key to a file; does the library write the same? */
static bool same_record(const struct one_case *c, bool existed, const struct text *before)
{
	static struct text by_ssh, by_us;
	struct kssh_trust_query q;

	if (!read_back(world.files[0], &by_ssh))
		return false;
	unlink(world.files[0]);
	if (existed && !write_text(world.files[0], before->s, before->n))
		return false;
	to_query(c, &q);
	recorded++;
	if (kssh_trust_record(&c->policy, &q, NULL) || !read_back(world.files[0], &by_us))
		return false;
	return by_ssh.n == by_us.n && !memcmp(by_ssh.s, by_us.s, by_us.n);
}

static bool one_case(const struct peer *peer, uint64_t number)
{
	static char text[TEXT_MAX];
	static struct text before;
	struct ssh_question question;
	struct said lib, warm, ssh;
	struct kssh_trust_answer a, b;
	struct one_case c;
	enum reason reason;
	bool good, existed;

	if (!make_case(&c, number))
		return false;
	existed = read_back(world.files[0], &before);
	ask_library(NULL, &c, &lib, &a);
	ask_library(kept, &c, &warm, &b);
	to_question(&c, &question);
	if (!ask_ssh(peer, &question, &ssh, text, sizeof(text))) {
		printf("# case %llu: ssh does not tell:\n%s\n", (unsigned long long)number,
		       text);
		return false;
	}
	reason = explain(peer, &c, &lib, &ssh, &a);
	reasons[reason]++;
	verdicts[lib.verdict]++;
	certified += lib.by_ca;
	good = reason != UNEXPLAINED && equal(&lib, &warm);
	if (good && reason == SAME && lib.is_new && !same_record(&c, existed, &before)) {
		printf("# case %llu: not the same is written\n", (unsigned long long)number);
		good = false;
	}
	if (good)
		return true;
	printf("# case %llu: %s%s port %u %s%s\n", (unsigned long long)number,
	       c.alias ? "alias " : "", c.alias ?: c.name, c.port,
	       c.is_cert ? "certificate of " : "", world.keys[c.own].type);
	show("library", &lib);
	show("kept", &warm);
	show(peer->ssh, &ssh);
	if (a.why || a.cert_why)
		printf("# %s %s\n", a.why ?: "", a.cert_why ?: "");
	if (getenv("TRUST_SHOW"))
		printf("%s\n", text);
	return false;
}

static int plan, failed;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++plan, what);
	fflush(stdout);
	failed |= !good;
}

static void ask_peer(const struct peer *peer, int cases, uint64_t start)
{
	char what[128];
	bool good = true;
	int i;

	for (i = 0; i < cases; i++) {
		good &= one_case(peer, start + i);
		if ((i + 1) % GROUP && i + 1 < cases)
			continue;
		snprintf(what, sizeof(what), "OpenSSH %d.%d: verdicts up to case %llu",
			 peer->version / 100, peer->version % 100,
			 (unsigned long long)start + i);
		ok(good, what);
		good = true;
	}
}

/* ---- files that are no files ------------------------------------------- */

/* ssh and the library, for a key that is known in the first file if that is read. */
static bool both(const struct peer *peer, struct said *lib, struct said *ssh, int *error)
{
	static char text[TEXT_MAX];
	struct one_case c = { .name = "a", .port = 22, .blob = world.keys[ED_A].blob };
	struct ssh_question question;
	struct kssh_trust_answer a;

	c.policy = (struct kssh_trust_policy){ .files = (const char *const *)world.files,
					       .n_files = FILES };
	ask_library(NULL, &c, lib, &a);
	*error = a.error;
	to_question(&c, &question);
	return ask_ssh(peer, &question, ssh, text, sizeof(text));
}

/* They agree, or (@error) the library refuses where ssh goes on without the file. */
static void odd_file(const struct peer *peer, const char *what, int error)
{
	struct said lib, ssh;
	bool good;
	int got;

	good = both(peer, &lib, &ssh, &got);
	if (error)
		good = good && lib.verdict == KSSH_TRUST_REFUSED && got == error &&
		       ssh.verdict == KSSH_TRUST_UNKNOWN;
	else
		good = good && equal(&lib, &ssh) && lib.verdict == KSSH_TRUST_OK;
	if (!good) {
		show("library", &lib);
		show(peer->ssh, &ssh);
	}
	ok(good, what);
}

/* @before, the line that knows the key, @after */
static void put_known(struct text *t, const char *before, const char *after)
{
	char text[BYTES_MAX];

	t->n = 0;
	add(t, before);
	add(t, "a ");
	key_text(&world.keys[ED_A].blob, text);
	add(t, text);
	add(t, after);
	write_text(world.files[0], t->s, t->n);
}

/* Many lines, and lines that are long, come from here. */
static void write_large(const char *line, size_t size, const struct text *last)
{
	FILE *f = fopen(world.files[0], "w");
	size_t n;

	for (n = 0; f && n < size; n += strlen(line))
		fputs(line, f);
	if (f) {
		fputs("\n", f);
		fwrite(last->s, 1, last->n, f);
		fclose(f);
	}
}

/* As a user who is not allowed to read it. */
static void forbidden_file(const struct peer *peer)
{
	int status;
	pid_t pid;

	if (chmod(world.files[0], 0) || chmod(world.dir, 0777))
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!geteuid() && (setgid(65534) || setuid(65534)))
			_exit(2);
		odd_file(peer, "a file that may not be read", EACCES);
		_exit(failed);
	}
	plan++;
	failed |= pid < 0 || waitpid(pid, &status, 0) != pid || status;
	chmod(world.files[0], 0600);
}

static void odd_files(const struct peer *peer)
{
	static struct text t;
	struct said lib, ssh;
	int i;

	for (i = 0; i < FILES; i++)
		unlink(world.files[i]);
	put_known(&t, "#\n", "\r\n");
	odd_file(peer, "lines end with CR LF", 0);
	put_known(&t, "\n\n \t\n", "");
	odd_file(peer, "no newline at the end", 0);
	write_large("x.example,y.example ssh-ed25519 AAAA\n", 10 * 1024 * 1024, &t);
	odd_file(peer, "10 MB", 0);
	write_large("x,", KSSH_TRUST_LINE_MAX - 2, &t);
	odd_file(peer, "the longest line", 0);
	write_large("x,", KSSH_TRUST_LINE_MAX + 2, &t);
	both(peer, &lib, &ssh, &i);
	ok(i == EFBIG, "a line that is too long is told");
	put_known(&t, "", "\n");
	unlink(world.server);
	forbidden_file(peer);
	unlink(world.server);
	unlink(world.files[1]);
	if (!rename(world.files[0], world.files[1]) && !symlink(world.files[1], world.files[0]))
		odd_file(peer, "a symbolic link", 0);
	unlink(world.files[0]);
	unlink(world.files[1]);
	if (!symlink(world.files[0], world.files[0]))
		odd_file(peer, "a link to itself", ELOOP);
	unlink(world.files[0]);
	if (!mkdir(world.files[0], 0700))
		odd_file(peer, "a directory", EISDIR);
	rmdir(world.files[0]);
}

/* The cases are worth something only if all there is comes up. */
static void look_back(int cases)
{
	enum kssh_trust_verdict v;
	char what[96];
	size_t i;

	for (v = KSSH_TRUST_OK; v <= KSSH_TRUST_REFUSED; v++) {
		snprintf(what, sizeof(what), "%zu times %s", verdicts[v],
			 kssh_trust_verdict_name(v));
		ok(verdicts[v] > (size_t)cases / 50, what);
	}
	snprintf(what, sizeof(what), "%zu times OK by a certificate", certified);
	ok(certified > (size_t)cases / 50, what);
	snprintf(what, sizeof(what), "%zu new keys written", recorded);
	ok(recorded > (size_t)cases / 100, what);
	for (i = SAME; i < REASONS; i++)
		printf("# %zu: %s\n", reasons[i], reason_names[i]);
}

int main(int argc, char **argv)
{
	const char *env = getenv("TRUST_CASES");
	int count = CASES;
	uint64_t start = 1;
	struct peer peer;

	if (argc > 1 || env)
		count = atoi(argc > 1 ? argv[1] : env);
	if (argc > 2)
		start = strtoull(argv[2], NULL, 0);
	puts("TAP version 13");
	if (!find_peer(&peer, "ssh")) {
		puts("1..0 # SKIP no ssh");
		return 0;
	}
	umask(022);
	kept = kssh_trust_files_new();
	if (!kept || !make_world())
		return 1;
	ask_peer(&peer, count, start);
	if (find_openssh10(&peer))
		ask_peer(&peer, count / 2, start + count);
	else
		printf("ok %d - OpenSSH 10 # SKIP it is not here\n", ++plan);
	look_back(count);
	find_peer(&peer, "ssh");
	odd_files(&peer);
	printf("1..%d\n", plan);
	kssh_trust_files_free(kept);
	remove_world();
	return failed;
}
