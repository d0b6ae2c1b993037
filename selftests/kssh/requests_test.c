// SPDX-License-Identifier: GPL-2.0
/*
 * More requests than a helper, a buffer or a user may have.
 */
#include "upcall.h"

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

/* Connected to a listener that nobody accepts from: asked for before a byte comes. */
static int begin_unheard(int l)
{
	struct sockaddr_in in;
	socklen_t n = sizeof(in);
	int fd, r;

	if (getsockname(l, (struct sockaddr *)&in, &n))
		return -errno;
	fd = kt_connect(AF_INET, ntohs(in.sin_port));
	if (fd < 0)
		return fd;
	r = kt_attach(fd);
	if (!r)
		r = kt_name(fd, "host.example", 0);
	if (!r)
		r = kt_set_u32(fd, KSSH_TIMEOUT, 3600000);
	if (!r)
		r = kt_start(fd, KSSH_HS_NOWAIT);
	if (r == -EINPROGRESS)
		return fd;
	close(fd);
	return r ? r : -EBADMSG;
}

/*
 * Thousands at a time, as pre-queries, which no server has a part in.  All are asked for,
 * all are held, and all end at once with the helper.
 */
TEST_F_TIMEOUT(upcall, thousands_pending, TEST_SECONDS)
{
	int i, fd, n = 3000 / kt_slow(), size = 8 << 20, l, asked = 0, cancelled = 0;
	struct sockaddr_storage ss;
	socklen_t len = kt_loopback(AF_INET, 0, &ss);
	struct kssh_nl_event ev;
	struct kssh_nl watch;

	l = socket(AF_INET, SOCK_STREAM, 0);
	ASSERT_EQ(0, bind(l, (struct sockaddr *)&ss, len));
	ASSERT_EQ(0, listen(l, 4096));
	ASSERT_EQ(0, kssh_nl_open(&watch));
	ASSERT_EQ(0, enroll(&self->nl, KSSH_REGISTER_FLAG_PREQUERY));
	setsockopt(mnl_socket_get_fd(self->nl.s), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		   sizeof(size));
	for (i = 0; i < n; i++) {
		fd = begin_unheard(l);
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
	}
	/* some may have lost their patience by now; nothing else is missing */
	while (!kssh_nl_recv(&self->nl, &ev, 500 * kt_slow())) {
		asked += ev.cmd == KSSH_CMD_PREQUERY;
		cancelled += ev.cmd == KSSH_CMD_CANCEL;
	}
	EXPECT_EQ(n, asked);
	EXPECT_EQ(n - cancelled, pending(&watch));
	kssh_nl_close(&self->nl);
	EXPECT_EQ(0, pending(&watch));
	close(l);
	kssh_nl_close(&watch);
}

/* Asks once, as the user @arg: exit status 0 if it was accepted, else the reason. */
static void ask_as(int ready, int arg)
{
	int fd;

	if (setgroups(0, NULL) || setresgid(arg, arg, arg) || setresuid(arg, arg, arg))
		_exit(201);
	tell(ready);
	fd = begin("host.example");
	if (fd < 0)
		_exit(202);
	kt_finish(fd);
	_exit(kt_reason(fd));
}

/* No verdict is kept: what one user was told is asked anew for the next. */
TEST_F_TIMEOUT(upcall, an_acceptance_answers_for_nobody_else, TEST_SECONDS)
{
	static const struct {
		uint32_t uid, verdict;
		int reason;
	} askers[] = {
		{ 41001, KSSH_ACCEPT, KSSH_R_NONE },
		{ 41002, KSSH_UNKNOWN, KSSH_R_HOSTKEY_UNKNOWN },
		{ 41001, KSSH_CHANGED, KSSH_R_HOSTKEY_CHANGED },
	};
	struct kssh_nl_event ev;
	pid_t pid;
	int i;

	ASSERT_EQ(0, enroll(&self->nl, 0));
	for (i = 0; i < 3; i++) {
		pid = child(ask_as, askers[i].uid);
		ASSERT_LT(0, pid);
		do {
			ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
		} while (ev.cmd != KSSH_CMD_ASK);
		EXPECT_EQ(askers[i].uid, ev.uid);
		EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, askers[i].verdict));
		EXPECT_EQ(askers[i].reason, end(pid));
	}
}

static void start_as_another(int ready, int fd)
{
	const uid_t uid = 41003;

	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		_exit(201);
	tell(ready);
	_exit(kt_start(fd, KSSH_HS_NOWAIT) == -EINPROGRESS ? 0 : 202);
}

/* The asker is who starts the handshake. */
TEST_F_TIMEOUT(upcall, not_who_made_the_socket, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	pid_t pid;
	int fd;

	ASSERT_EQ(0, enroll(&self->nl, 0));
	fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	ASSERT_EQ(0, kt_name(fd, "host.example", 0));
	pid = child(start_as_another, fd);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	ASSERT_EQ(KSSH_CMD_ASK, ev.cmd);
	EXPECT_EQ(41003, ev.uid);
	EXPECT_EQ(pid, ev.pid);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, end(pid));
	EXPECT_EQ(0, kt_finish(fd));
}

TEST_HARNESS_MAIN
