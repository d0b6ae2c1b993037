// SPDX-License-Identifier: GPL-2.0
/*
 * How much CPU time a verdict takes from a file of many lines, beside ssh-keygen -F on
 * the same file in the same run, in turn.  Measures and prints; decides nothing.
 *
 * Usage: trust-bench [LINES]		(default 10000)
 *
 * Prints lines of ground, figure, who, value (microseconds, bytes) for
 * selftests/bench/report, with tabs between them.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keys.h"
#include "../internal.h"

#define RUNS	21	/* of each */

static char path[32] = "/tmp/trust-bench.XXXXXX";
static const struct kssh_trust_policy policy = {
	.files = (const char *const []){ path }, .n_files = 1,
};

/* CPU time of a process; of ours, and of the children that have ended. */
static double own_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double children_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + u.ru_utime.tv_usec +
	       u.ru_stime.tv_usec;
}

static void print(const char *kind, const char *figure, const char *who, const double *v)
{
	int i;

	for (i = 0; i < RUNS; i++)
		printf("trust\t%s-%s\t%s\t%.3f\n", kind, figure, who, v[i]);
}

static void write_lines(int lines, bool hashed)
{
	uint8_t salt[HASH_LEN] = { 0 };
	char name[64], text[HASHED_MAX];
	FILE *f = fopen(path, "w");
	int i;

	for (i = 0; f && i < lines; i++) {
		snprintf(name, sizeof(name), "host-%d.example.org", i);
		memcpy(salt, &i, sizeof(i));
		if (hash_name(name, salt, text, sizeof(text)))
			abort();
		fprintf(f, "%s " ED25519_A "\n", hashed ? text : name);
	}
	if (!f || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void ask(struct kssh_trust_files *kept, const char *name)
{
	static uint8_t blob[KSSH_TRUST_KEY_MAX];
	static size_t len;
	struct kssh_trust_query q = { .name = name, .key = blob };
	struct kssh_trust_answer a;

	if (!len && kssh_trust_read_key(ED25519_A, blob, &len))
		abort();
	q.key_len = len;
	if (kept)
		kssh_trust_files_check(kept, &policy, &q, &a);
	else
		kssh_trust_check(&policy, &q, &a);
	if (a.verdict != KSSH_TRUST_OK) {
		fprintf(stderr, "%s: %s?\n", name, kssh_trust_verdict_name(a.verdict));
		exit(1);
	}
}

static void ask_openssh(const char *name)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(127);
		execlp("ssh-keygen", "ssh-keygen", "-F", name, "-f", path, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
		fputs("ssh-keygen -F failed\n", stderr);
		exit(1);
	}
}

static void measure(int lines, const char *kind)
{
	struct kssh_trust_files *kept = kssh_trust_files_new();
	double warm[RUNS], first[RUNS], alone[RUNS], other[RUNS], start;
	size_t before, grown;
	char name[64];
	int i, k;

	for (i = 0; i < RUNS; i++) {
		snprintf(name, sizeof(name), "host-%d.example.org", i * (lines / RUNS));
		start = children_us();
		ask_openssh(name);
		other[i] = children_us() - start;
		start = own_us();
		ask(NULL, name);
		alone[i] = own_us() - start;
		ask(kept, "host-1.example.org");
		start = own_us();
		ask(kept, name);
		first[i] = own_us() - start;
		start = own_us();
		for (k = 0; k < 100; k++)
			ask(kept, name);
		warm[i] = (own_us() - start) / 100;
	}
	before = mallinfo2().uordblks;
	for (i = 0; i < 100000; i++)
		ask(kept, "host-1.example.org");
	grown = mallinfo2().uordblks - before;
	kssh_trust_files_free(kept);
	print(kind, "find", "openssh", other);
	print(kind, "unread", "kssh", alone);
	print(kind, "first", "kssh", first);
	print(kind, "warm", "kssh", warm);
	printf("trust\t%s-growth\tkssh\t%zu\n", kind, grown);
}

int main(int argc, char **argv)
{
	int lines = argc > 1 ? atoi(argv[1]) : 10000, fd = mkstemp(path);

	if (fd < 0 || lines < RUNS)
		return 1;
	close(fd);
	write_lines(lines, false);
	/* a file that has changed just now is looked at more closely */
	sleep(3);
	measure(lines, "plain");
	write_lines(lines, true);
	sleep(3);
	measure(lines, "hashed");
	unlink(path);
	return 0;
}
