// SPDX-License-Identifier: GPL-2.0
/*
 * The files of users, with the real launcher and the real worker: as root, in a mount
 * namespace of its own with users and groups that do not exist elsewhere.
 *
 * Usage: users-test DIRECTORY-OF-THE-PROGRAMS
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "users_lab.h"
#include "../../trust/tests/keys.h"

/* ---- answers ------------------------------------------------------------------ */

static void own_files(void **state)
{
	struct reply r;

	(void)state;
	home(0);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_UNKNOWN);
	knows(0, "# nothing\n" NAME " " ED25519_A "\n");
	begin(&r, FIRST_UID, WORK_CHECK, ED25519_A);
	await(&r);
	assert_int_equal(r.error, 0);
	assert_int_equal(r.done.verdict.verdict, KSSH_TRUST_OK);
	assert_string_equal(r.done.verdict.file, path(0, ".ssh/known_hosts"));
	assert_int_equal(r.done.verdict.line, 2);
	assert_int_equal(ask(FIRST_UID, ED25519_B), KSSH_TRUST_CHANGED);
	begin(&r, FIRST_UID, WORK_KNOWN, ED25519_A);
	await(&r);
	assert_string_equal(r.done.types, "ssh-ed25519");
	knows(0, "@revoked * " ED25519_A "\n");
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_REVOKED);
	assert_int_equal(unlink(path(0, ".ssh/known_hosts")), 0);
	write_file(path(0, ".ssh/known_hosts2"), NAME " " ED25519_A "\n", FIRST_UID, 0600);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_OK);
	home(0);
}

static void no_such_user(void **state)
{
	(void)state;
	assert_int_equal(ask(FIRST_UID + USERS, ED25519_A), -ENOENT);
	assert_int_equal(worker_of(FIRST_UID + USERS), 0);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_UNKNOWN);
}

static void root_has_files_too(void **state)
{
	char name[128];

	(void)state;
	snprintf(name, sizeof(name), "%s/root", dir);
	mkdir(name, 0700);
	assert_int_equal(ask(0, ED25519_A), KSSH_TRUST_UNKNOWN);
	assert_int_equal(record(0, ED25519_A), 0);
	assert_int_equal(ask(0, ED25519_A), KSSH_TRUST_OK);
}

/* A FIFO, a device, a directory: refused at once, nobody waits for a writer. */
static void no_regular_file(void **state)
{
	uint64_t start = now_ms();

	(void)state;
	home(1);
	assert_int_equal(mkfifo(path(1, ".ssh/known_hosts"), 0666), 0);
	assert_int_equal(chmod(path(1, ".ssh/known_hosts"), 0666), 0);
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), KSSH_TRUST_REFUSED);
	assert_int_not_equal(record(FIRST_UID + 1, ED25519_A), 0);
	home(1);
	assert_int_equal(symlink("/dev/zero", path(1, ".ssh/known_hosts")), 0);
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), KSSH_TRUST_REFUSED);
	home(1);
	assert_int_equal(mkdir(path(1, ".ssh/known_hosts"), 0755), 0);
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), KSSH_TRUST_REFUSED);
	assert_true(now_ms() - start < 10000);
	home(1);
}

static long size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) ? -1 : (long)st.st_size;
}

static void links(void **state)
{
	long size;

	(void)state;
	home(2);
	home(3);
	knows(3, NAME " " ED25519_A "\n");
	size = size_of(path(3, ".ssh/known_hosts"));
	/* to another user's file: neither read nor written */
	assert_int_equal(symlink(path(3, ".ssh/known_hosts"),
				 path(2, ".ssh/known_hosts")), 0);
	assert_int_equal(ask(FIRST_UID + 2, ED25519_A), KSSH_TRUST_REFUSED);
	assert_int_equal(record(FIRST_UID + 2, ED25519_B), -EACCES);
	assert_int_equal(size_of(path(3, ".ssh/known_hosts")), size);
	/* the whole directory */
	home(2);
	assert_int_equal(rmdir(path(2, ".ssh")), 0);
	assert_int_equal(symlink(path(3, ".ssh"), path(2, ".ssh")), 0);
	assert_int_equal(ask(FIRST_UID + 2, ED25519_A), KSSH_TRUST_REFUSED);
	assert_int_equal(record(FIRST_UID + 2, ED25519_B), -EACCES);
	assert_int_equal(size_of(path(3, ".ssh/known_hosts")), size);
	/* root's */
	home(2);
	assert_int_equal(symlink("/etc/shadow", path(2, ".ssh/known_hosts")), 0);
	assert_int_equal(ask(FIRST_UID + 2, ED25519_A), KSSH_TRUST_REFUSED);
	/* to another file of one's own: as ssh has it */
	home(2);
	write_file(path(2, "elsewhere"), NAME " " ED25519_A "\n", FIRST_UID + 2, 0600);
	assert_int_equal(symlink(path(2, "elsewhere"), path(2, ".ssh/known_hosts")), 0);
	assert_int_equal(ask(FIRST_UID + 2, ED25519_A), KSSH_TRUST_OK);
	home(2);
}

/* What a user may read by a supplementary group he may read here. */
static void groups(void **state)
{
	char name[128];

	(void)state;
	home(0);
	home(1);
	snprintf(name, sizeof(name), "%s/team", dir);
	write_file(name, NAME " " ED25519_A "\n", 0, 0640);
	assert_int_equal(chown(name, 0, TEAM), 0);
	assert_int_equal(symlink(name, path(0, ".ssh/known_hosts")), 0);
	assert_int_equal(symlink(name, path(1, ".ssh/known_hosts")), 0);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_OK);
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), KSSH_TRUST_REFUSED);
	home(0);
	home(1);
}

static void written_for_one(void **state)
{
	struct stat st;

	(void)state;
	home(4);
	home(5);
	assert_int_equal(rmdir(path(4, ".ssh")), 0);
	assert_int_equal(record(FIRST_UID + 4, ED25519_A), 0);
	assert_int_equal(stat(path(4, ".ssh"), &st), 0);
	assert_int_equal(st.st_uid, FIRST_UID + 4);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(path(4, ".ssh/known_hosts"), &st), 0);
	assert_int_equal(st.st_uid, FIRST_UID + 4);
	assert_int_equal(st.st_gid, FIRST_UID + 4);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(ask(FIRST_UID + 4, ED25519_A), KSSH_TRUST_OK);
	/* what one accepts is no answer to another */
	assert_int_equal(ask(FIRST_UID + 5, ED25519_A), KSSH_TRUST_UNKNOWN);
	assert_int_equal(size_of(path(5, ".ssh/known_hosts")), -1);
	/* and a key that is known is not replaced */
	assert_int_equal(record(FIRST_UID + 4, ED25519_B), -EEXIST);
	assert_int_equal(ask(FIRST_UID + 4, ED25519_A), KSSH_TRUST_OK);
}

/* ---- what a worker is --------------------------------------------------------- */

static void nothing_but_the_user(void **state)
{
	char want[128], name[64], text[64];
	pid_t pid;
	ssize_t n;
	int fd, i;

	(void)state;
	home(0);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_UNKNOWN);
	pid = worker_of(FIRST_UID);
	assert_true(pid > 0);
	snprintf(want, sizeof(want), "%1$d\t%1$d\t%1$d\t%1$d", FIRST_UID);
	assert_string_equal(status_of(pid, "Uid"), want);
	assert_string_equal(status_of(pid, "Gid"), want);
	snprintf(want, sizeof(want), "%d %d", FIRST_UID, TEAM);
	assert_string_equal(status_of(pid, "Groups"), want);
	assert_string_equal(status_of(pid, "CapPrm"), "0000000000000000");
	assert_string_equal(status_of(pid, "CapEff"), "0000000000000000");
	assert_string_equal(status_of(pid, "CapInh"), "0000000000000000");
	assert_string_equal(status_of(pid, "CapAmb"), "0000000000000000");
	assert_string_equal(status_of(pid, "NoNewPrivs"), "1");
	assert_string_equal(status_of(pid, "Seccomp"), "2");
	assert_int_equal(getsid(pid), pid);
	/* three times nothing, its socket, and no more */
	for (i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "/proc/%d/fd/%d", pid, i);
		n = readlink(name, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = 0;
		if (i < 3)
			assert_string_equal(text, "/dev/null");
		else if (i == WORKER_FD)
			assert_memory_equal(text, "socket:", 7);
		else
			assert_int_equal(n, -1);
	}
	snprintf(name, sizeof(name), "/proc/%d/environ", pid);
	fd = open(name, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof(text)), 0);
	close(fd);
	/* as root, too */
	assert_true(ask(0, ED25519_A) > 0);
	pid = worker_of(0);
	assert_string_equal(status_of(pid, "CapPrm"), "0000000000000000");
	assert_string_equal(status_of(pid, "CapEff"), "0000000000000000");
	assert_string_equal(status_of(launcher, "CapEff"), "00000000000000c0");
	assert_string_equal(status_of(launcher, "CapPrm"), "00000000000000c0");
}

/* Started by somebody else, it refuses. */
static void started_by_hand(void **state)
{
	struct work_hello hello = { 0 };
	int fds[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	pid = fork();
	if (!pid) {
		/* with all capabilities of root */
		if (dup2(fds[1], WORKER_FD) < 0)
			_exit(98);
		execl(worker, worker, "/", NULL);
		_exit(99);
	}
	close(fds[1]);
	assert_int_equal(recv(fds[0], &hello, sizeof(hello), 0), sizeof(hello));
	assert_int_equal(hello.error, EPERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	close(fds[0]);
}

/* ---- many --------------------------------------------------------------------- */

static void hundred_users_at_once(void **state)
{
	static struct reply r[USERS];
	int i, n = 100;

	(void)state;
	for (i = 0; i < n; i++)
		knows(i, i % 2 ? NAME " " ED25519_A "\n" : NAME " " ED25519_B "\n");
	for (i = 0; i < n; i++)
		begin(&r[i], FIRST_UID + i, WORK_CHECK, ED25519_A);
	for (i = 0; i < n; i++) {
		await(&r[i]);
		assert_int_equal(r[i].error, 0);
		assert_int_equal(r[i].done.verdict.verdict,
				 i % 2 ? KSSH_TRUST_OK : KSSH_TRUST_CHANGED);
		assert_string_equal(r[i].done.verdict.file, path(i, ".ssh/known_hosts"));
	}
	for (i = 0; i < n; i++)
		unlink(path(i, ".ssh/known_hosts"));
}

static int count_workers(void)
{
	int i, n = 0;

	for (i = 0; i < USERS; i++)
		n += worker_of(FIRST_UID + i) > 0;
	return n;
}

static void bounded_and_ended(void **state)
{
	static struct reply r[20];
	uint64_t until;
	int i;

	(void)state;
	limits(3, 20000, 300);
	for (i = 0; i < 20; i++)
		begin(&r[i], FIRST_UID + i, WORK_CHECK, ED25519_A);
	for (i = 0; i < 20; i++) {
		await(&r[i]);
		assert_int_equal(r[i].error, 0);
	}
	/* who was sent away ends in a moment */
	until = now_ms() + PATIENCE_MS;
	while (count_workers() > 3 && now_ms() < until)
		usleep(10000);
	assert_in_range(count_workers(), 1, 3);
	/* and who has nothing to do, too */
	while (count_workers() && now_ms() < until)
		turn(50);
	assert_int_equal(count_workers(), 0);
}

static void many_questions_of_one(void **state)
{
	static struct reply r[3000];
	const int n = sizeof(r) / sizeof(*r);
	uint64_t start = now_ms();
	int i;

	(void)state;
	home(6);
	knows(6, NAME " " ED25519_A "\n");
	for (i = 0; i < n; i++)
		begin(&r[i], FIRST_UID + 6, WORK_CHECK, i % 3 ? ED25519_A : ED25519_B);
	for (i = 0; i < n; i++) {
		await(&r[i]);
		assert_int_equal(r[i].error, 0);
		assert_int_equal(r[i].done.verdict.verdict,
				 i % 3 ? KSSH_TRUST_OK : KSSH_TRUST_CHANGED);
	}
	print_message("# %d questions of one user: %d ms\n", n, (int)(now_ms() - start));
}

static void forgotten(void **state)
{
	struct reply r[3];
	struct job *job[3];
	int i;

	(void)state;
	home(6);
	for (i = 0; i < 3; i++)
		job[i] = begin(&r[i], FIRST_UID + 6, WORK_CHECK, ED25519_A);
	pool_forget(job[1]);
	await(&r[2]);
	assert_true(r[0].came);
	assert_false(r[1].came);
	/* all of one who has no worker yet, and one whose worker is at it */
	begin(&r[0], FIRST_UID + 7, WORK_CHECK, ED25519_A);
	pool_forget(begin(&r[1], FIRST_UID + 8, WORK_CHECK, ED25519_A));
	pool_forget(begin(&r[2], FIRST_UID + 6, WORK_CHECK, ED25519_A));
	await(&r[0]);
	assert_int_equal(ask(FIRST_UID + 6, ED25519_A), KSSH_TRUST_UNKNOWN);
	assert_int_equal(ask(FIRST_UID + 8, ED25519_A), KSSH_TRUST_UNKNOWN);
	assert_false(r[1].came);
	assert_false(r[2].came);
}

/* ---- death -------------------------------------------------------------------- */

static void killed_worker(void **state)
{
	struct reply r[2], other;
	pid_t pid;

	(void)state;
	home(7);
	knows(7, NAME " " ED25519_A "\n");
	assert_int_equal(ask(FIRST_UID + 7, ED25519_A), KSSH_TRUST_OK);
	pid = worker_of(FIRST_UID + 7);
	kill(pid, SIGSTOP);
	begin(&r[0], FIRST_UID + 7, WORK_CHECK, ED25519_A);
	begin(&r[1], FIRST_UID + 7, WORK_CHECK, ED25519_A);
	begin(&other, FIRST_UID + 8, WORK_CHECK, ED25519_A);
	await(&other);
	assert_false(r[0].came);
	kill(pid, SIGKILL);
	/* another one answers in its place */
	await(&r[0]);
	await(&r[1]);
	assert_int_equal(r[0].error, 0);
	assert_int_equal(r[1].error, 0);
	assert_int_equal(r[1].done.verdict.verdict, KSSH_TRUST_OK);
	assert_int_equal(other.error, 0);
	assert_int_not_equal(worker_of(FIRST_UID + 7), pid);
}

/* One that dies whenever it is started is not started for ever. */
static void worker_that_dies(void **state)
{
	char good[sizeof(worker)];

	(void)state;
	strcpy(good, worker);
	strcpy(worker, "/bin/false");
	stop_launcher();
	start_launcher();
	assert_int_equal(ask(FIRST_UID + 7, ED25519_A), -EPIPE);
	strcpy(worker, "/nonexistent");
	stop_launcher();
	start_launcher();
	assert_int_equal(ask(FIRST_UID + 7, ED25519_A), -ENOEXEC);
	strcpy(worker, good);
	stop_launcher();
	start_launcher();
	assert_int_equal(ask(FIRST_UID + 7, ED25519_A), KSSH_TRUST_OK);
}

/* One that hangs is killed, though it belongs to another user; nobody else waits. */
static void hung_worker(void **state)
{
	struct reply r, other;
	pid_t pid;

	(void)state;
	home(8);
	assert_int_equal(ask(FIRST_UID + 8, ED25519_A), KSSH_TRUST_UNKNOWN);
	assert_true(ask(FIRST_UID + 7, ED25519_A) > 0);
	pid = worker_of(FIRST_UID + 8);
	kill(pid, SIGSTOP);
	limits(16, 3000, 20000);
	begin(&r, FIRST_UID + 8, WORK_CHECK, ED25519_A);
	begin(&other, FIRST_UID + 7, WORK_CHECK, ED25519_A);
	await(&other);
	assert_int_equal(other.error, 0);
	assert_false(r.came);
	await(&r);
	assert_int_equal(r.error, -ETIMEDOUT);
	wait_gone(pid);
	limits(16, 20000, 20000);
	assert_int_equal(ask(FIRST_UID + 8, ED25519_A), KSSH_TRUST_UNKNOWN);
}

/* A file system whose server never answers, as NFS may: the path itself hangs. */
static void hanging_home(void **state)
{
	char options[128];
	struct reply r;
	pid_t pid;
	int fd;

	(void)state;
	home(9);
	fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		print_message("# no fuse here: hung_worker is what shows it\n");
		skip();
	}
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	assert_int_equal(mount("hang", path(9, ".ssh"), "fuse", MS_NODEV, options), 0);
	limits(16, 1000, 20000);
	begin(&r, FIRST_UID + 9, WORK_CHECK, ED25519_A);
	while (!r.came && !(pid = worker_of(FIRST_UID + 9)))
		turn(10);
	assert_int_equal(ask(FIRST_UID + 8, ED25519_A), KSSH_TRUST_UNKNOWN);
	await(&r);
	assert_int_equal(r.error, -ETIMEDOUT);
	wait_gone(pid);
	assert_int_equal(umount2(path(9, ".ssh"), MNT_DETACH), 0);
	close(fd);
}

/* More users than places, and nobody in them moves: they wait, and are told. */
static void all_hang(void **state)
{
	struct reply r[4];
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		home(10 + i);
		assert_int_equal(ask(FIRST_UID + 10 + i, ED25519_A), KSSH_TRUST_UNKNOWN);
		kill(worker_of(FIRST_UID + 10 + i), SIGSTOP);
	}
	limits(2, 1000, 20000);
	for (i = 0; i < 4; i++)
		begin(&r[i], FIRST_UID + 10 + i, WORK_CHECK, ED25519_A);
	for (i = 0; i < 4; i++)
		await(&r[i]);
	assert_int_equal(r[0].error, -ETIMEDOUT);
	assert_int_equal(r[1].error, -ETIMEDOUT);
	/* at the same moment the places become free, and their patience ends */
	for (i = 2; i < 4; i++)
		assert_true(r[i].error == -EAGAIN || r[i].error == -ETIMEDOUT ||
			    !r[i].error);
	limits(2, 20000, 20000);
	assert_int_equal(ask(FIRST_UID + 12, ED25519_A), KSSH_TRUST_UNKNOWN);
}

/* Killed at any moment of writing: the key is there, or it is not. */
static void no_half_accepted_key(void **state)
{
	struct reply r;
	int i, v, written = 0;
	pid_t pid;

	(void)state;
	srand(7);
	home(12);
	for (i = 0; i < 60; i++) {
		if (i % 6 == 0)
			unlink(path(12, ".ssh/known_hosts"));
		assert_true(ask(FIRST_UID + 12, RSA) > 0);
		pid = worker_of(FIRST_UID + 12);
		begin(&r, FIRST_UID + 12, WORK_RECORD, RSA);
		usleep(rand() % 400);
		kill(pid, SIGKILL);
		await(&r);
		v = ask(FIRST_UID + 12, RSA);
		/* a part of it would be another key, or none that a line could follow */
		if (v != KSSH_TRUST_OK)
			assert_int_equal(v, KSSH_TRUST_UNKNOWN);
		written += v == KSSH_TRUST_OK;
	}
	print_message("# written in %d of %d\n", written, i);
	assert_int_equal(record(FIRST_UID + 12, RSA), 0);
	assert_int_equal(ask(FIRST_UID + 12, RSA), KSSH_TRUST_OK);
}

/* ---- the launcher ------------------------------------------------------------- */

static void launcher_gone(void **state)
{
	(void)state;
	home(0);
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_UNKNOWN);
	stop_launcher();
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), -ECONNREFUSED);
	start_launcher();
	assert_int_equal(ask(FIRST_UID + 1, ED25519_A), KSSH_TRUST_UNKNOWN);
}

static void only_the_daemon_may_ask(void **state)
{
	struct launch_request r = { .op = LAUNCH_START, .uid = FIRST_UID, .id = 1 };
	char c;
	int fd;

	(void)state;
	/* permissions would keep him out; but what if they did not? */
	assert_int_equal(chmod(sock, 0666), 0);
	fd = connect_as(FIRST_UID + 1);
	send(fd, &r, sizeof(r), MSG_NOSIGNAL);
	assert_true(recv(fd, &c, 1, 0) <= 0);
	close(fd);
	assert_int_equal(chmod(sock, 0600), 0);
}

static void nonsense_for_the_launcher(void **state)
{
	static const struct launch_request bad[] = {
		{ .op = 0 }, { .op = 77 }, { .op = LAUNCH_START, .uid = FIRST_UID },
		{ .op = LAUNCH_START, .uid = UINT32_MAX },
	};
	char big[64] = { 0 }, c;
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < 4; i++) {
		fd = connect_as(0);
		send(fd, &bad[i], sizeof(bad[i]), MSG_NOSIGNAL);
		assert_int_equal(recv(fd, &c, 1, 0), 0);
		close(fd);
	}
	for (i = 1; i < sizeof(big); i += 7) {
		fd = connect_as(0);
		send(fd, big, i, MSG_NOSIGNAL);
		assert_int_equal(recv(fd, &c, 1, 0), 0);
		close(fd);
	}
	assert_int_equal(ask(FIRST_UID, ED25519_A), KSSH_TRUST_UNKNOWN);
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(own_files), T(no_such_user), T(root_has_files_too), T(no_regular_file),
		T(links), T(groups), T(written_for_one), T(nothing_but_the_user),
		T(started_by_hand), T(hundred_users_at_once), T(bounded_and_ended),
		T(many_questions_of_one), T(forgotten), T(killed_worker), T(worker_that_dies),
		T(hung_worker),
		T(hanging_home), T(all_hang), T(no_half_accepted_key), T(launcher_gone),
		T(only_the_daemon_may_ask), T(nonsense_for_the_launcher),
	};

	if (argc != 2 || getuid()) {
		fputs("usage: (as root) users-test DIRECTORY-OF-THE-PROGRAMS\n", stderr);
		return 2;
	}
	snprintf(launch, sizeof(launch), "%s/kssh-hostkeyd-launch", argv[1]);
	snprintf(worker, sizeof(worker), "%s/kssh-hostkeyd-worker", argv[1]);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, create, destroy) != 0;
}
