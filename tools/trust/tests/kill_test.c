// SPDX-License-Identifier: GPL-2.0
/*
 * A writer that is killed: before and after each of its system calls, after each byte
 * of its line, and at any time.  The file has the whole line or nothing that a reader
 * would take for one, what stood there is untouched, and the next writer succeeds.
 * Prints TAP.
 *
 * Linked with --wrap=write,fsync,rename.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keys.h"
#include "wrap.h"
#include "../ksshtrust.h"

#define STOPS_MAX	5000	/* more system calls than that are a bug */

static char dir[64];
static char sub[80], file[96];
static const char *const files[] = { file };
static struct kssh_trust_policy policy = {
	.files = files, .n_files = 1, .write_file = file, .write_dir = sub,
};

static int plan, failed;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++plan, what);
	fflush(stdout);
	failed |= !good;
}

/* ---- a write that is cut ----------------------------------------------- */

static ssize_t cut = -1;

/* What has been done to files: w(rite), f(sync), d: fsync of a directory, r(ename). */
static char done[64];

static void note(char what)
{
	size_t n = strlen(done);

	if (n + 1 < sizeof(done))
		done[n] = what;
}

int __wrap_fsync(int fd)
{
	struct stat st;

	note(!fstat(fd, &st) && S_ISDIR(st.st_mode) ? 'd' : 'f');
	return __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
	note('r');
	return __real_rename(from, to);
}

ssize_t __wrap_write(int fd, const void *buf, size_t n)
{
	if (fd > STDERR_FILENO)
		note('w');
	if (cut < 0 || fd <= STDERR_FILENO)
		return __real_write(fd, buf, n);
	if (__real_write(fd, buf, (size_t)cut < n ? (size_t)cut : n) >= 0)
		kill(getpid(), SIGKILL);
	_exit(2);
}

/* ---- files and questions ----------------------------------------------- */

#define OLD	"old.example " RSA "\n"
#define NEW	"new.example " ED25519_A "\n"

static void remove_all(void)
{
	unlink(file);
	rmdir(sub);
}

/* What the file is before; NULL: not there, nor its directory. */
static bool start_with(const char *text)
{
	FILE *f;

	remove_all();
	if (!text)
		return true;
	if (mkdir(sub, 0700))
		return false;
	f = fopen(file, "w");
	return f && fputs(text, f) >= 0 && !fclose(f);
}

static char *content(void)
{
	static char text[1024 * 1024];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return text;
}

static enum kssh_trust_verdict ask(const char *name, const char *key)
{
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .name = name, .key = blob };
	struct kssh_trust_answer a;

	if (kssh_trust_read_key(key, blob, &q.key_len))
		abort();
	kssh_trust_check(&policy, &q, &a);
	return a.verdict;
}

static int record(const char *name, const char *key)
{
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .name = name, .key = blob };

	if (kssh_trust_read_key(key, blob, &q.key_len))
		abort();
	return kssh_trust_record(&policy, &q, NULL);
}

/* Is the file as a killed writer may leave it, and does the next one succeed? */
static bool sound(const char *before)
{
	bool had_old = before && *before;
	const char *now = content();
	size_t n = before ? strlen(before) : 0;
	enum kssh_trust_verdict verdict = ask("new.example", ED25519_A);
	bool whole;

	if (strncmp(now, before ?: "", n)) {
		printf("# what stood there has changed: %s\n", now);
		return false;
	}
	now += n;
	now += *now == '\n';
	whole = strstr(now, ED25519_A);
	if (strncmp(NEW, now, strlen(now)) ||
	    verdict != (whole ? KSSH_TRUST_OK : KSSH_TRUST_UNKNOWN)) {
		printf("# %s of: %s\n", kssh_trust_verdict_name(verdict), now);
		return false;
	}
	if (had_old && ask("old.example", RSA) != KSSH_TRUST_OK)
		return false;
	return !record("new.example", ED25519_A) &&
	       ask("new.example", ED25519_A) == KSSH_TRUST_OK &&
	       !record("third.example", P256) &&
	       ask("third.example", P256) == KSSH_TRUST_OK &&
	       (!had_old || ask("old.example", RSA) == KSSH_TRUST_OK);
}

/* ---- at each system call ----------------------------------------------- */

/*
 * Let a writer run up to the n-th entry to or return from a system call and kill it
 * there.  1: killed, 0: it had ended before, -1: trouble.
 */
static int kill_at(int n)
{
	int status, i;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(3);
		raise(SIGSTOP);
		_exit(record("new.example", ED25519_A) ? 2 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	for (i = 0; i < n; i++) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid)
			return -1;
		if (WIFEXITED(status))
			return WEXITSTATUS(status) ? -1 : 0;
		if (!WIFSTOPPED(status))
			return -1;
	}
	kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) ? 1 : -1;
}

static void at_each_call(const char *before, const char *name)
{
	int n, ret = 1, with = 0, without = 0;
	bool good = true;
	char what[128];

	for (n = 0; n < STOPS_MAX && ret == 1 && good; n++) {
		good = start_with(before);
		ret = good ? kill_at(n) : -1;
		if (ret < 0)
			break;
		if (strstr(content(), NEW))
			with++;
		else
			without++;
		good = sound(before);
		if (!good)
			printf("# killed at stop %d\n", n);
	}
	snprintf(what, sizeof(what), "killed at each of %d stops, %s", n - 1, name);
	/* it came to its end, and the line was written on the way */
	ok(good && !ret && with > 2 && without > 4, what);
}

/* ---- after each byte --------------------------------------------------- */

/*
 * Does ssh-keygen find a key of the name?  Not to be asked when the file ends behind
 * the name: it reads on in its buffer then, in what was there of the line before.
 */
static bool openssh_finds(const char *name)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "ssh-keygen -l -F %s -f %s 2>/dev/null | grep -q '^%s '", name, file, name);
	return !system(command);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && !strcmp(text + n - k, end);
}

static void after_each_byte(const char *before, const char *name, bool keygen)
{
	size_t len = strlen(NEW) + (before && *before && before[strlen(before) - 1] != '\n');
	bool good = true;
	char what[128];
	int status;
	pid_t pid;

	for (cut = 0; (size_t)cut <= len && good; cut++) {
		good = start_with(before);
		fflush(stdout);
		pid = fork();
		if (!pid)
			_exit(record("new.example", ED25519_A) ? 2 : 0);
		good = good && pid > 0 && waitpid(pid, &status, 0) == pid &&
		       WIFSIGNALED(status) && strlen(content()) ==
		       (before ? strlen(before) : 0) + cut;
		/* it takes its time: every third, and all at the end */
		if (good && keygen && (cut % 3 == 0 || cut + 3 > (ssize_t)len) &&
		    !ends_with(content(), "\nnew.example"))
			good = openssh_finds("new.example") ==
			       !!strstr(content(), ED25519_A);
		if (!good)
			printf("# the file after %zd bytes: %s\n", cut, content());
		/* the next writer is whole */
		pid = cut;
		cut = -1;
		good = good && sound(before);
		cut = pid;
	}
	cut = -1;
	snprintf(what, sizeof(what), "killed after each of %zu bytes, %s", len, name);
	ok(good, what);
}

/*
 * A system breaks a write off at the end of a block, if at all.  What it must not leave is
 * a line of a name only.
 */
static void no_block_ends_behind_the_name(void)
{
	char before[1024], *now;
	bool good = true, moved = false;
	size_t n;

	for (n = 400; n < 600 && good; n++) {
		memset(before, '#', n);
		before[n - 1] = '\n';
		before[n] = 0;
		good = start_with(before) && !record("new.example", ED25519_A);
		now = content();
		moved |= now[n] == '\n';
		good = good && (strstr(now, "new.example") + strlen("new.example") - now) % 512 &&
		       ask("new.example", ED25519_A) == KSSH_TRUST_OK;
	}
	ok(good && moved, "no block ends behind the name");
}

/* ---- when the machine dies ------------------------------------------- */

/* What is on the disk when a call has succeeded, and in which order it got there. */
static void synced(const char *before, bool again, const char *want, const char *name)
{
	bool good = start_with(before);
	char what[96];

	memset(done, 0, sizeof(done));
	good = good && !(again ? kssh_trust_hash_file(file) : record("new.example", ED25519_A));
	if (strcmp(done, want))
		printf("# not %s: %s\n", want, done);
	snprintf(what, sizeof(what), "on the disk: %s", name);
	ok(good && !strcmp(done, want), what);
}

/* ---- at any time ------------------------------------------------------- */

/* Writes new names for ever, and tells when each is written. */
static void write_on(int round, int fd)
{
	char name[32];
	int i;

	for (i = 0; ; i++) {
		snprintf(name, sizeof(name), "h%d-%d.example", round, i);
		if (record(name, ED25519_A))
			_exit(2);
		if (write(fd, &i, sizeof(i)) != sizeof(i))
			_exit(3);
	}
}

static void at_any_time(int rounds)
{
	int round, i, fds[2], last, told = 0, status;
	struct timespec pause = { 0 };
	bool good = start_with(OLD);
	char name[32], what[96];
	uint32_t x = 1;
	pid_t pid;

	for (round = 0; round < rounds && good; round++) {
		if (pipe2(fds, O_CLOEXEC))
			break;
		fflush(stdout);
		pid = fork();
		if (!pid)
			write_on(round, fds[1]);
		close(fds[1]);
		x = x * 1664525 + 1013904223;
		for (last = -1; last < (int)(x >> 30) && read(fds[0], &i, sizeof(i)) > 0;)
			last = i;
		pause.tv_nsec = x % 3000000;
		nanosleep(&pause, NULL);
		kill(pid, SIGKILL);
		good = waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
		while (read(fds[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		told += last + 1;
		close(fds[0]);
		for (i = 0; i <= last && good; i++) {
			snprintf(name, sizeof(name), "h%d-%d.example", round, i);
			good = ask(name, ED25519_A) == KSSH_TRUST_OK;
		}
		if (!good)
			printf("# %s was written and is lost\n", name);
	}
	good = good && ask("old.example", RSA) == KSSH_TRUST_OK;
	snprintf(what, sizeof(what), "killed %d times, and none of %d names is lost", rounds,
		 told);
	ok(good && told >= rounds, what);
}

int main(void)
{
	bool keygen = !system("command -v ssh-keygen >/dev/null 2>&1");

	/* there it costs nothing to sync */
	snprintf(dir, sizeof(dir), "%s/trust-kill.XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(dir))
		return 1;
	snprintf(sub, sizeof(sub), "%s/.ssh", dir);
	snprintf(file, sizeof(file), "%s/known_hosts", sub);
	umask(022);
	puts("TAP version 13");
	at_each_call(NULL, "no file, no directory");
	at_each_call("", "an empty file");
	at_each_call(OLD, "a file");
	at_each_call("old.example " RSA, "a file without newline");
	after_each_byte(NULL, "no file", false);
	after_each_byte(OLD, "a file", keygen);
	after_each_byte("old.example " RSA, "a file without newline", false);
	no_block_ends_behind_the_name();
	synced(NULL, false, "dwfd", "a directory, a line, the name of the file");
	synced("", false, "wfd", "a line, the name of a file that was empty");
	synced(OLD, false, "wf", "a line");
	synced(OLD, true, "wfrd", "a new file before it has the name of the old one");
	policy.hash_names = true;
	at_any_time(25);
	printf("1..%d\n", plan);
	remove_all();
	rmdir(dir);
	return failed;
}
