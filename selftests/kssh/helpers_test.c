// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers that die, restart, say nothing, come and go; and askers that do.
 */
#include "upcall.h"

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

/* What it has not even been asked ends like what it has been. */
TEST_F_TIMEOUT(upcall, helper_dies_before_it_has_read, TEST_SECONDS)
{
	struct kssh_nl_event ev[20];
	struct kssh_nl_list list = { .ev = ev, .room = 20 };
	int i, fd, size = 1, queued = 0;
	struct kssh_nl watch;

	ASSERT_EQ(0, kssh_nl_open(&watch));
	ASSERT_EQ(0, enroll(&self->nl, 0));
	ASSERT_EQ(0, setsockopt(mnl_socket_get_fd(self->nl.s), SOL_SOCKET, SO_RCVBUF,
				&size, sizeof(size)));
	for (i = 0; i < 20; i++) {
		fd = begin("host.example");
		ASSERT_LE(0, fd);
		self->fds[self->n_fds++] = fd;
	}
	for (i = 0; i < 20; i++)
		ASSERT_EQ(KSSH_PHASE_TRUST,
			  until_phase(self->fds[i], KSSH_PHASE_TRUST));
	ASSERT_EQ(0, kssh_nl_list(&watch, &list));
	ASSERT_EQ(20, list.n);
	for (i = 0; i < 20; i++)
		queued += ev[i].state == KSSH_REQUEST_STATE_QUEUED;
	EXPECT_LT(0, queued);
	EXPECT_GT(20, queued);
	kssh_nl_close(&self->nl);
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(-ESRCH, kt_finish(self->fds[i]));
		EXPECT_EQ(KSSH_R_HELPER_GONE, kt_reason(self->fds[i]));
	}
	kssh_nl_close(&watch);
}

/* Silence is a refusal, at the deadline of the handshake; the helper hears of it. */
TEST_F_TIMEOUT(upcall, silent_helper, TEST_SECONDS)
{
	int fd = kt_prepare(AF_INET, NULL);
	struct kssh_nl_event ev;

	ASSERT_LE(0, fd);
	self->fds[self->n_fds++] = fd;
	ASSERT_EQ(0, enroll(&self->nl, 0));
	ASSERT_EQ(0, kt_name(fd, "host.example", 0));
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_TIMEOUT, 1500 * kt_slow()));
	ASSERT_EQ(-EINPROGRESS, kt_start(fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	ASSERT_EQ(KSSH_CMD_ASK, ev.cmd);
	EXPECT_EQ(-ETIMEDOUT, kt_finish(fd));
	EXPECT_EQ(KSSH_R_TIMEOUT, kt_reason(fd));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000 * kt_slow()));
	EXPECT_EQ(KSSH_CMD_CANCEL, ev.cmd);
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, pending(&self->nl));
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

TEST_HARNESS_MAIN
