// SPDX-License-Identifier: GPL-2.0
/* A world with users, the launcher in it, and how the tests ask. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "users_lab.h"
#include "../../trust/tests/keys.h"

char dir[64], sock[128], launch[4200], worker[4200];
pid_t launcher;
struct pool *pool;
static sd_event *event;

/* ---- a world ------------------------------------------------------------------ */

const char *path(int n, const char *file)
{
	static char text[4][256];
	static int i;

	i = (i + 1) % 4;
	snprintf(text[i], sizeof(text[i]), "%s/h%d/%s", dir, n, file);
	return text[i];
}

void write_file(const char *name, const char *text, int uid, mode_t mode)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chown(name, uid, uid), 0);
	assert_int_equal(chmod(name, mode), 0);
}

static void remove_tree(const char *name)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -rf '%s'", name);
	assert_int_equal(system(command), 0);
}

/* A user's home, new and with an empty ~/.ssh: the uid. */
uint32_t home(int n)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/h%d", dir, n);
	if (!access(name, F_OK))
		remove_tree(name);
	assert_int_equal(mkdir(name, 0700), 0);
	assert_int_equal(chown(name, FIRST_UID + n, FIRST_UID + n), 0);
	assert_int_equal(mkdir(path(n, ".ssh"), 0700), 0);
	assert_int_equal(chown(path(n, ".ssh"), FIRST_UID + n, FIRST_UID + n), 0);
	return FIRST_UID + n;
}

void knows(int n, const char *lines)
{
	write_file(path(n, ".ssh/known_hosts"), lines, FIRST_UID + n, 0600);
}

static void make_users(void)
{
	char name[128], team[64];
	int i;
	FILE *f;

	snprintf(name, sizeof(name), "%s/passwd", dir);
	f = fopen(name, "w");
	fprintf(f, "root:x:0:0::%s/root:/bin/sh\n", dir);
	for (i = 0; i < USERS; i++)
		fprintf(f, "u%d:x:%d:%d::%s/h%d:/bin/sh\n", i, FIRST_UID + i,
			FIRST_UID + i, dir, i);
	fclose(f);
	assert_int_equal(mount(name, "/etc/passwd", NULL, MS_BIND, NULL), 0);
	snprintf(name, sizeof(name), "%s/group", dir);
	snprintf(team, sizeof(team), "team:x:%d:u0\n", TEAM);
	write_file(name, team, 0, 0644);
	assert_int_equal(mount(name, "/etc/group", NULL, MS_BIND, NULL), 0);
	for (i = 0; i < USERS; i++)
		home(i);
}

void start_launcher(void)
{
	unlink(sock);
	launcher = fork();
	if (!launcher) {
		execl(launch, launch, "--listen", sock, "--peer", "0", "--worker",
		      worker, NULL);
		_exit(99);
	}
	assert_true(launcher > 0);
	while (access(sock, F_OK)) {
		assert_int_equal(waitpid(launcher, NULL, WNOHANG), 0);
		usleep(5000);
	}
	usleep(20000);
}

void stop_launcher(void)
{
	kill(launcher, SIGTERM);
	waitpid(launcher, NULL, 0);
}

void limits(unsigned int workers, unsigned int timeout_ms, unsigned int idle_ms)
{
	const char *slow = getenv("KSSH_SLOW");
	struct pool_limits l = { workers, timeout_ms, idle_ms };
	struct work_policy p = { 0 };

	/* kernels on which all takes longer */
	if (slow)
		l.timeout_ms *= atoi(slow);
	pool_setup(pool, &l, &p);
}

int setup(void **state)
{
	(void)state;
	assert_true(sd_event_new(&event) >= 0);
	pool = pool_new(event, sock);
	assert_non_null(pool);
	limits(16, 20000, 20000);
	return 0;
}

int teardown(void **state)
{
	(void)state;
	pool_free(pool);
	event = sd_event_unref(event);
	return 0;
}

/* ---- asking ---------------------------------------------------------------------- */

static void on_done(void *arg, int error, const struct work_done *done)
{
	struct reply *r = arg;

	assert_false(r->came);
	r->came = true;
	r->error = error;
	if (done)
		r->done = *done;
}

struct job *begin(struct reply *r, uint32_t uid, enum work_op op, const char *line)
{
	uint8_t key[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .name = NAME, .port = 22, .key = key };
	struct job *job;

	assert_int_equal(kssh_trust_read_key(line, key, &q.key_len), 0);
	memset(r, 0, sizeof(*r));
	job = pool_ask(pool, uid, op, &q, on_done, r);
	assert_non_null(job);
	assert_false(r->came);
	return job;
}

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

void turn(unsigned int ms)
{
	assert_true(sd_event_run(event, ms * 1000ULL) >= 0);
}

void await(const struct reply *r)
{
	uint64_t until = now_ms() + PATIENCE_MS;

	while (!r->came && now_ms() < until)
		turn(1000);
	assert_true(r->came);
}

/* The verdict, or a negative errno. */
int ask(uint32_t uid, const char *line)
{
	struct reply r;

	begin(&r, uid, WORK_CHECK, line);
	await(&r);
	return r.error ? r.error : (int)r.done.verdict.verdict;
}

/* 0 or a negative errno, of the pool or of the worker. */
int record(uint32_t uid, const char *line)
{
	struct reply r;

	begin(&r, uid, WORK_RECORD, line);
	await(&r);
	return r.error ? r.error : r.done.error;
}

/* The process of a user's worker, 0: none. */
pid_t worker_of(uint32_t uid)
{
	char name[300], text[64];
	struct dirent *e;
	pid_t pid = 0;
	FILE *f;
	DIR *d = opendir("/proc");

	while ((e = readdir(d))) {
		snprintf(name, sizeof(name), "/proc/%s/comm", e->d_name);
		f = fopen(name, "r");
		if (!f)
			continue;
		if (fgets(text, sizeof(text), f) && !strcmp(text, "kssh-hostkeyd-w\n")) {
			/* what is not dumpable belongs to root in /proc */
			snprintf(name, sizeof(name), "/proc/%s/status", e->d_name);
			fclose(f);
			f = fopen(name, "r");
			while (f && fgets(name, sizeof(name), f)) {
				unsigned int id;

				/* one of the test before may be about to end */
				if (sscanf(name, "Uid: %u", &id) == 1 && id == uid &&
				    atoi(e->d_name) > pid)
					pid = atoi(e->d_name);
			}
		}
		if (f)
			fclose(f);
	}
	closedir(d);
	return pid;
}

void wait_gone(pid_t pid)
{
	uint64_t until = now_ms() + PATIENCE_MS;

	while (!kill(pid, 0) && now_ms() < until)
		usleep(10000);
	assert_int_equal(kill(pid, 0), -1);
}

/* A field of /proc/PID/status, without blanks at its ends. */
const char *status_of(pid_t pid, const char *field)
{
	static char line[512];
	char name[64], *p;
	size_t n = strlen(field);
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/status", pid);
	f = fopen(name, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, field, n) || line[n] != ':')
			continue;
		fclose(f);
		line[strcspn(line, "\n")] = 0;
		for (p = line + strlen(line); p[-1] == ' ' || p[-1] == '\t'; p--)
			p[-1] = 0;
		return line + n + 1 + strspn(line + n + 1, " \t");
	}
	fclose(f);
	return "?";
}

int connect_as(uid_t uid)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), ret;

	strcpy(sun.sun_path, sock);
	assert_int_equal(seteuid(uid), 0);
	ret = connect(fd, (struct sockaddr *)&sun, sizeof(sun));
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(ret, 0);
	return fd;
}

int create(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/users-test.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0755), 0);
	snprintf(sock, sizeof(sock), "%s/launch", dir);
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	make_users();
	start_launcher();
	return 0;
}

int destroy(void **state)
{
	(void)state;
	stop_launcher();
	umount2(path(9, ".ssh"), MNT_DETACH);	/* if hanging_home has failed */
	umount2("/etc/passwd", MNT_DETACH);
	umount2("/etc/group", MNT_DETACH);
	remove_tree(dir);
	return 0;
}
