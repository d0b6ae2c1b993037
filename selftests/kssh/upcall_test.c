// SPDX-License-Identifier: GPL-2.0
/*
 * Requests in flight: when the helper dies, sleeps, or has more than it can hold,
 * and in several namespaces.
 */
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "kssh_test.h"
#include "nl.h"

#define NOBODY		65534
#define PENDING_MAX	"/sys/module/kssh/parameters/upcall_pending_max"
#define PENDING_DEFAULT	16384
/* More than fit into a socket's usual buffer; each costs a thread of the server. */
#define MANY		(500 / kt_slow() / kt_slow() + 20)
#define TEST_SECONDS	300

FIXTURE(upcall)
{
	struct kssh_nl nl;
	int *fds;
	int n_fds;
};

static int set_pending_max(unsigned int max)
{
	FILE *f = fopen(PENDING_MAX, "w");
	int r;

	if (!f)
		return -errno;
	r = fprintf(f, "%u\n", max) < 0 ? -EIO : 0;
	return fclose(f) && !r ? -errno : r;
}

FIXTURE_SETUP(upcall)
{
	struct rlimit lim = { 4096, 4096 };

	setrlimit(RLIMIT_NOFILE, &lim);
	self->n_fds = 0;
	self->fds = calloc(4096, sizeof(int));
	ASSERT_NE(NULL, self->fds);
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
}

FIXTURE_TEARDOWN(upcall)
{
	while (self->n_fds)
		close(self->fds[--self->n_fds]);
	free(self->fds);
	kssh_nl_close(&self->nl);
	set_pending_max(PENDING_DEFAULT);
}

/*
 * Begin a handshake that will ask for @name; its descriptor, or -errno.  Where there
 * is no helper it may have failed by the time that the call returns.
 */
static int begin(const char *name)
{
	int fd = kt_prepare(AF_INET, NULL), r;

	if (fd < 0)
		return fd;
	r = kt_name(fd, name, 0);
	/* the first one waits until the last one has begun */
	if (!r)
		r = kt_set_u32(fd, KSSH_TIMEOUT, 600000);
	if (!r)
		r = kt_start(fd, KSSH_HS_NOWAIT);
	if (r == -EINPROGRESS || r == -ESRCH)
		return fd;
	close(fd);
	return r ? r : -EBADMSG;
}

/*
 * Become the helper.  A helper is gone when the last copy of its socket is: a process
 * that the test before left behind may be about to close one.
 */
static int enroll(struct kssh_nl *nl, unsigned int flags)
{
	uint64_t until = kt_now_ms() + 5000 * kt_slow();
	int r;

	do {
		r = kssh_nl_register(nl, flags);
		if (r != -EBUSY)
			return r;
		kt_sleep_ms(20);
	} while (kt_now_ms() < until);
	return r;
}

/* Wait until the handshake is in @phase or over: its phase, or -errno. */
static int until_phase(int fd, int phase)
{
	uint64_t until = kt_now_ms() + 20000 * kt_slow();
	struct kssh_info i;

	do {
		if (kt_info(fd, &i))
			return -errno;
		if (i.phase >= phase || i.state != KSSH_STATE_HANDSHAKE)
			return i.phase;
		kt_sleep_ms(5);
	} while (kt_now_ms() < until);
	return -ETIME;
}

static unsigned int pending(struct kssh_nl *nl)
{
	struct kssh_nl_status st;

	return kssh_nl_status(nl, &st) ? UINT32_MAX : st.pending;
}

/* Run @fn(@arg) in a child, which tells of its readiness: its pid, or -1. */
static pid_t child(void (*fn)(int ready, int arg), int arg)
{
	int fds[2];
	char c = 0;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (!pid) {
		close(fds[0]);
		fn(fds[1], arg);
		_exit(0);
	}
	close(fds[1]);
	if (pid > 0 && read(fds[0], &c, 1) != 1) {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(fds[0]);
	return pid;
}

static void tell(int ready)
{
	if (write(ready, "r", 1) != 1)
		_exit(99);
}

static int end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* ---- death ---------------------------------------------------------------------- */

/* A helper that takes questions and says nothing. */
static void mute_helper(int ready, int arg)
{
	static struct kssh_nl_event ev;
	static struct kssh_nl nl;

	if (kssh_nl_open(&nl) || kssh_nl_register(&nl, 0))
		_exit(1);
	tell(ready);
	while (!kssh_nl_recv(&nl, &ev, 60000))
		;
	_exit(2);
}

TEST_F_TIMEOUT(upcall, killed_helper, TEST_SECONDS)
{
	pid_t pid = child(mute_helper, 0);
	uint64_t start;
	int i, fd;

	ASSERT_LT(0, pid);
	for (i = 0; i < 5; i++) {
		fd = begin("host.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
		ASSERT_EQ(KSSH_PHASE_TRUST, until_phase(fd, KSSH_PHASE_TRUST));
	}
	EXPECT_EQ(5, pending(&self->nl));
	start = kt_now_ms();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (i = 0; i < 5; i++) {
		EXPECT_EQ(-ESRCH, kt_finish(self->fds[i]));
		EXPECT_EQ(KSSH_R_HELPER_GONE, kt_reason(self->fds[i]));
	}
	/* at once, not at the deadline */
	EXPECT_GT(5000 * kt_slow(), kt_now_ms() - start);

	/* who comes now finds nobody, who comes after a restart is served */
	fd = begin("host.example");
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	EXPECT_EQ(-ESRCH, kt_start(fd, 0));
	EXPECT_EQ(KSSH_R_NO_HELPER, kt_reason(fd));
	EXPECT_EQ(0, kssh_nl_register(&self->nl, 0));
}

/* Accepted, but the helper dies before it hears the result: the session stands. */
TEST_F_TIMEOUT(upcall, helper_dies_after_its_verdict, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	int fd;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	fd = begin("host.example");
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	kssh_nl_close(&self->nl);
	EXPECT_EQ(0, kt_finish(fd));
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(fd));
}

/* An asker that is killed takes its question along. */
static void asker(int ready, int arg)
{
	if (begin("host.example") < 0)
		_exit(1);
	tell(ready);
	pause();
}

TEST_F_TIMEOUT(upcall, killed_asker, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	pid_t pid;

	ASSERT_EQ(0, enroll(&self->nl, 0));
	pid = child(asker, 0);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_EQ((uint32_t)pid, ev.pid);
	EXPECT_EQ(1, pending(&self->nl));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_EQ(KSSH_CMD_CANCEL, ev.cmd);
	EXPECT_EQ(0, pending(&self->nl));
}

/* ---- many, and too many ------------------------------------------------------------ */

TEST_F_TIMEOUT(upcall, bounded_queue, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	int i, fd;

	ASSERT_EQ(0, set_pending_max(8));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	/* a quarter is what one user gets */
	for (i = 0; i < 2; i++) {
		fd = begin("host.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
		ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	}
	fd = begin("host.example");
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	EXPECT_EQ(-ENOBUFS, kt_finish(fd));
	EXPECT_EQ(KSSH_R_HELPER_BUSY, kt_reason(fd));
	EXPECT_EQ(2, pending(&self->nl));

	/* an answer makes room */
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_UNKNOWN));
	fd = begin("host.example");
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	EXPECT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), r;

	if (fd < 0)
		return -1;
	r = write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
	close(fd);
	return r;
}

/* One user namespace deeper; the same user, who may do it again. */
static int deeper(void)
{
	char map[64];

	snprintf(map, sizeof(map), "%u %u 1\n", getuid(), getuid());
	return prctl(PR_SET_DUMPABLE, 1) || unshare(CLONE_NEWUSER) ||
	       write_text("/proc/self/setgroups", "deny") ||
	       write_text("/proc/self/gid_map", map) ||
	       write_text("/proc/self/uid_map", map);
}

/* Asks four times, as nobody, if @arg each time deeper: holds what it got. */
static void greedy(int ready, int arg)
{
	int i;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		_exit(1);
	for (i = 0; i < 4; i++) {
		/* the network namespace is the same all the time */
		if (arg && deeper())
			_exit(2);
		if (until_phase(begin("nobody.example"), KSSH_PHASE_TRUST) < 0)
			_exit(3);
	}
	tell(ready);
	pause();
}

/* Neither directly nor by way of user namespaces that he makes. */
TEST_F_TIMEOUT(upcall, one_user_cannot_fill_it, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	int fd, i, namespaces;
	pid_t pid;

	ASSERT_EQ(0, set_pending_max(8));
	for (namespaces = 0; namespaces < 2; namespaces++) {
		ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
		pid = child(greedy, namespaces);
		if (pid < 0 && namespaces)
			SKIP(return, "no user namespaces for users here");
		ASSERT_LT(0, pid);
		EXPECT_EQ(2, pending(&self->nl));
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
			EXPECT_EQ(NOBODY, ev.uid);
		}
		/* another user is none the worse */
		fd = begin("root.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
		ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
		EXPECT_EQ(0, ev.uid);
		EXPECT_STREQ("root.example", ev.name);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		ASSERT_EQ(0, kssh_nl_unregister(&self->nl));
		while (!kssh_nl_recv(&self->nl, &ev, 0))
			;
	}
}

/*
 * A helper with a small buffer that does not read: what finds no room waits in the
 * kernel, nothing is lost, and all get their answer.
 */
TEST_F_TIMEOUT(upcall, nothing_is_lost_when_the_buffer_is_full, TEST_SECONDS)
{
	struct kssh_nl_list list = { .room = MANY };
	int i, fd, asks = 0, size = 1, n = 20, queued = 0;
	struct kssh_nl watch, *nl = &self->nl;
	struct kssh_nl_event ev;

	list.ev = calloc(MANY, sizeof(*list.ev));
	ASSERT_NE(NULL, list.ev);
	ASSERT_EQ(0, kssh_nl_open(&watch));
	ASSERT_EQ(0, kssh_nl_register(nl, 0));
	ASSERT_EQ(0, setsockopt(mnl_socket_get_fd(nl->s), SOL_SOCKET, SO_RCVBUF, &size,
				sizeof(size)));
	for (i = 0; i < n; i++) {
		fd = begin("host.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
	}
	for (i = 0; i < n; i++)
		ASSERT_EQ(KSSH_PHASE_TRUST,
			  until_phase(self->fds[i], KSSH_PHASE_TRUST));
	ASSERT_EQ(0, kssh_nl_list(&watch, &list));
	EXPECT_EQ(n, list.n);
	for (i = 0; i < (int)list.n; i++)
		queued += list.ev[i].state == KSSH_REQUEST_STATE_QUEUED;
	EXPECT_LT(n / 2, queued);
	/* What has not been asked cannot be answered.  */
	ASSERT_EQ(KSSH_REQUEST_STATE_QUEUED, list.ev[n - 1].state);
	EXPECT_EQ(0, kssh_nl_verdict_noack(nl, list.ev[n - 1].cookie, KSSH_UNKNOWN));
	EXPECT_EQ(n, pending(&watch));

	while (asks < n) {
		ASSERT_EQ(0, kssh_nl_recv(nl, &ev, 20000 * kt_slow()));
		if (ev.cmd != KSSH_CMD_ASK)
			continue;
		asks++;
		ASSERT_EQ(0, kssh_nl_verdict_noack(nl, ev.cookie, KSSH_ACCEPT));
	}
	for (i = 0; i < n; i++)
		EXPECT_EQ(0, kt_finish(self->fds[i]));
	free(list.ev);
	kssh_nl_close(&watch);
}

TEST_F_TIMEOUT(upcall, many_pending, TEST_SECONDS)
{
	uint64_t *cookies = calloc(MANY, sizeof(*cookies));
	struct kssh_nl_event ev;
	int i, fd, n = MANY, size = 4 << 20;

	ASSERT_NE(NULL, cookies);
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	setsockopt(mnl_socket_get_fd(self->nl.s), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		   sizeof(size));
	for (i = 0; i < n; i++) {
		fd = begin("host.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
	}
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
		ASSERT_EQ(KSSH_CMD_ASK, ev.cmd);
		cookies[i] = ev.cookie;
	}
	EXPECT_EQ(n, pending(&self->nl));
	/* the last is the first, every third is not liked */
	for (i = n - 1; i >= 0; i--)
		ASSERT_EQ(0, kssh_nl_verdict(&self->nl, cookies[i],
					     i % 3 ? KSSH_ACCEPT : KSSH_CHANGED));
	for (i = 0, fd = 0; i < n; i++)
		fd += kt_finish(self->fds[i]) == 0;
	EXPECT_EQ(n - (n + 2) / 3, fd);
	free(cookies);
}

/* ---- all at once ------------------------------------------------------------ */

#define STORM_MS	(3000 * kt_slow())

/* Asks without end, in a hurry and without: exit status 0 if all ends are known. */
static void restless_asker(int ready, int arg)
{
	static const int fine[] = {
		KSSH_R_NONE, KSSH_R_TIMEOUT, KSSH_R_NO_HELPER, KSSH_R_HELPER_GONE,
		KSSH_R_HOSTKEY_CHANGED,
	};
	uint64_t until = kt_now_ms() + STORM_MS;
	int fd, reason, i, round = 0;
	bool begun;

	tell(ready);
	srand(arg);
	while (kt_now_ms() < until) {
		fd = kt_prepare(AF_INET, NULL);
		if (fd < 0 || kt_name(fd, "host.example", 0) ||
		    kt_set_u32(fd, KSSH_TIMEOUT, round++ % 2 ? 60000 : 1 + rand() % 60))
			_exit(1);
		/* a short deadline may be over before the call returns */
		begun = kt_start(fd, KSSH_HS_NOWAIT) == -EINPROGRESS;
		if (!begun || rand() % 4) {
			if (begun && kt_finish(fd) == -ETIME)
				_exit(2);
			reason = kt_reason(fd);
			for (i = 0; i < 5 && reason != fine[i]; i++)
				;
			if (i == 5)
				_exit(3);
		} else {
			kt_sleep_ms(rand() % 50);
		}
		close(fd);
	}
	_exit(0);
}

/* Helpers come, answer this and that, and go; askers do, too. */
TEST_F_TIMEOUT(upcall, helpers_come_and_go, TEST_SECONDS)
{
	uint64_t until = kt_now_ms() + STORM_MS;
	static struct kssh_nl nl[2];
	struct kssh_nl_event ev;
	int i, k, answered = 0;
	pid_t pid[3];

	for (i = 0; i < 3; i++) {
		pid[i] = child(restless_asker, i);
		ASSERT_LT(0, pid[i]);
	}
	for (k = 0; kt_now_ms() < until || !answered; k = !k) {
		ASSERT_EQ(0, kssh_nl_open(&nl[k]));
		ASSERT_EQ(0, kssh_nl_register(&nl[k], KSSH_REGISTER_FLAG_TAKEOVER));
		kssh_nl_close(&nl[!k]);
		for (i = rand() % 8; i; i--) {
			if (kssh_nl_recv(&nl[k], &ev, 20 * kt_slow()))
				break;
			if (ev.cmd != KSSH_CMD_ASK || !(rand() % 5))
				continue;
			answered += !kssh_nl_verdict(&nl[k], ev.cookie, rand() % 3 ?
						     KSSH_ACCEPT : KSSH_CHANGED);
		}
	}
	TH_LOG("%d answers", answered);
	kssh_nl_close(&nl[0]);
	kssh_nl_close(&nl[1]);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, end(pid[i]));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	EXPECT_EQ(0, pending(&self->nl));
}

/* ---- namespaces ---------------------------------------------------------------------- */

static int loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), r;

	r = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return r;
}

/*
 * Carries bytes between a listener and the scripted server.  The sockets know their
 * network namespaces, so the process need not be in them.
 */
static void relay(int l, int server)
{
	struct pollfd p[2];
	char buf[4096];
	ssize_t n;
	int i;

	/* a copy of the helper's socket would outlive the test */
	for (i = 3; i < 4096; i++)
		if (i != l && i != server)
			close(i);
	p[0] = (struct pollfd){ .fd = accept(l, NULL, NULL), .events = POLLIN };
	p[1] = (struct pollfd){ .fd = server, .events = POLLIN };
	while (poll(p, 2, 60000) > 0) {
		for (i = 0; i < 2; i++) {
			if (!p[i].revents)
				continue;
			n = read(p[i].fd, buf, sizeof(buf));
			if (n <= 0 || write(p[!i].fd, buf, n) != n)
				_exit(0);
		}
	}
}

/*
 * A handshake in a network namespace of our own, begun: its descriptor.  @server is
 * connected to the scripted server of the initial one.
 */
static int begin_here(int server, const char *name)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, 0, &ss);
	int l = socket(AF_INET, SOCK_STREAM, 0), fd;

	if (bind(l, (struct sockaddr *)&ss, n) || listen(l, 1) ||
	    getsockname(l, (struct sockaddr *)&ss, &n))
		return -errno;
	if (!fork())
		relay(l, server);
	close(l);
	close(server);
	fd = kt_connect(AF_INET, ntohs(((struct sockaddr_in *)&ss)->sin_port));
	if (fd < 0)
		return fd;
	if (kt_attach(fd) || kt_name(fd, name, 0))
		return -errno;
	return kt_start(fd, KSSH_HS_NOWAIT) == -EINPROGRESS ? fd : -EBADMSG;
}

/* In a new network namespace without a helper: exit status 0 or the reason. */
static void ask_from_child(int ready, int arg)
{
	static struct kssh_nl_status st;
	static struct kssh_nl nl;
	int server = kt_connect(AF_INET, kt_port()), fd;

	if (server < 0 || unshare(CLONE_NEWNET) || loopback_up() || kssh_nl_open(&nl) ||
	    kssh_nl_status(&nl, &st) || (int)st.source != arg)
		_exit(201);
	if (kssh_nl_register(&nl, KSSH_REGISTER_FLAG_SERVE_CHILDREN) != -EPERM)
		_exit(202);
	tell(ready);
	fd = begin_here(server, "child.example");
	if (fd < 0)
		_exit(203);
	kt_finish(fd);
	_exit(kt_reason(fd));
}

TEST_F_TIMEOUT(upcall, child_namespace_is_not_served, TEST_SECONDS)
{
	pid_t pid;

	ASSERT_EQ(0, enroll(&self->nl, 0));
	pid = child(ask_from_child, KSSH_SOURCE_NONE);
	ASSERT_LT(0, pid);
	EXPECT_EQ(KSSH_R_NO_HELPER, end(pid));
}

TEST_F_TIMEOUT(upcall, child_namespace_is_served, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	pid_t pid;

	ASSERT_EQ(0, enroll(&self->nl, KSSH_REGISTER_FLAG_SERVE_CHILDREN));
	pid = child(ask_from_child, KSSH_SOURCE_INITIAL);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_STREQ("child.example", ev.name);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_REFUSED));
	EXPECT_EQ(KSSH_R_HOSTKEY_REFUSED, end(pid));
}

/* A namespace with a helper of its own does not ask further. */
static void two_helpers(int ready, int arg)
{
	int server = kt_connect(AF_INET, kt_port()), fd;
	static struct kssh_nl_event ev;
	static struct kssh_nl nl;

	if (server < 0 || unshare(CLONE_NEWNET) || loopback_up() || kssh_nl_open(&nl) ||
	    kssh_nl_register(&nl, 0))
		_exit(201);
	tell(ready);
	fd = begin_here(server, "inner.example");
	if (fd < 0 || kssh_nl_recv(&nl, &ev, 20000 * kt_slow()) ||
	    strcmp(ev.name, "inner.example") ||
	    kssh_nl_verdict(&nl, ev.cookie, KSSH_REVOKED))
		_exit(202);
	kt_finish(fd);
	_exit(kt_reason(fd));
}

TEST_F_TIMEOUT(upcall, two_namespaces_two_helpers, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	pid_t pid;
	int fd;

	ASSERT_EQ(0, enroll(&self->nl, KSSH_REGISTER_FLAG_SERVE_CHILDREN));
	pid = child(two_helpers, 0);
	ASSERT_LT(0, pid);
	fd = begin("outer.example");
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_STREQ("outer.example", ev.name);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(fd));
	EXPECT_EQ(KSSH_R_HOSTKEY_REVOKED, end(pid));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_EQ(KSSH_CMD_RESULT, ev.cmd);
	EXPECT_EQ(-ETIMEDOUT, kssh_nl_recv(&self->nl, &ev, 100));
}

TEST_HARNESS_MAIN
