/* SPDX-License-Identifier: GPL-2.0 */
/* Requests in flight, and children of the test that make them or answer them. */
#ifndef KSSH_TEST_UPCALL_H
#define KSSH_TEST_UPCALL_H

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
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

static inline int set_pending_max(unsigned int max)
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
static inline int begin(const char *name)
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
static inline int enroll(struct kssh_nl *nl, unsigned int flags)
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
static inline int until_phase(int fd, int phase)
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

static inline unsigned int pending(struct kssh_nl *nl)
{
	struct kssh_nl_status st;

	return kssh_nl_status(nl, &st) ? UINT32_MAX : st.pending;
}

/* Run @fn(@arg) in a child, which tells of its readiness: its pid, or -1. */
static inline pid_t child(void (*fn)(int ready, int arg), int arg)
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

static inline void tell(int ready)
{
	if (write(ready, "r", 1) != 1)
		_exit(99);
}

static inline int end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

#endif /* KSSH_TEST_UPCALL_H */
