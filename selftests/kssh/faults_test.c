// SPDX-License-Identifier: GPL-2.0
/*
 * Memory fails: each allocation that a caller's handshake, with a question to the
 * helper, and his renewal of keys make fails in its turn, until neither makes another.
 * What he gets then is what he asked for, or ENOMEM for a known reason; nothing hangs
 * or is half open.  Takes long; run.sh does not run it unless asked.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "kssh_test.h"
#include "nl.h"

#define FAILSLAB	"/sys/kernel/debug/failslab/ignore-gfp-wait"
#define SITES_MAX	2000

FIXTURE(faults)
{
	struct kssh_nl nl;
	pthread_t helper;
};

/* Trusts every key. */
static void *trust(void *arg)
{
	struct kssh_nl *nl = arg;
	struct kssh_nl_event ev;

	for (;;)
		if (!kssh_nl_recv(nl, &ev, 1000) && ev.cmd == KSSH_CMD_ASK)
			kssh_nl_verdict(nl, ev.cookie, KSSH_ACCEPT);
	return NULL;
}

FIXTURE_SETUP(faults)
{
	int file;

	if (access("/proc/self/fail-nth", W_OK))
		SKIP(return, "this kernel cannot inject faults");
	file = open(FAILSLAB, O_WRONLY);
	ASSERT_LE(0, file);
	ASSERT_EQ(1, write(file, "N", 1));
	close(file);
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	ASSERT_EQ(0, pthread_create(&self->helper, NULL, trust, &self->nl));
}

FIXTURE_TEARDOWN(faults)
{
	pthread_cancel(self->helper);
	pthread_join(self->helper, NULL);
	kssh_nl_close(&self->nl);
}

/* In order, or over because of memory; nothing in between. */
static void check(struct __test_metadata *_metadata, int fd, int r, int nth)
{
	int state = kt_state(fd);

	TH_LOG("allocation %d: %s, state %d, reason %d", nth, r < 0 ? strerror(-r) : "fine",
	       state, kt_reason(fd));
	if (state == KSSH_STATE_FAILED) {
		EXPECT_EQ(-ENOMEM, r);
		EXPECT_EQ(KSSH_R_NO_MEMORY, kt_reason(fd));
		return;
	}
	/* -EFAULT: an option's copy can be made to fail as well */
	EXPECT_TRUE(r >= 0 || r == -ENOMEM || r == -EFAULT);
	EXPECT_TRUE(state == KSSH_STATE_OPEN || (r < 0 && state == KSSH_STATE_IDLE));
}

TEST_F_TIMEOUT(faults, handshake_and_upcall, 3600)
{
	bool done = false;
	int nth, fd, r;

	for (nth = 1; !done && nth < SITES_MAX; nth++) {
		fd = kt_prepare(AF_INET, NULL);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kt_name(fd, "host.example", 0));
		ASSERT_LE(0, kt_fail_nth(nth));
		r = kt_start(fd, 0);
		done = kt_fail_nth(0) > 0;
		check(_metadata, fd, r, nth);
		close(fd);
	}
	EXPECT_TRUE(done);
	EXPECT_LT(10, nth);
	printf("# long: %d allocations of a handshake with its upcall\n", nth - 2);
}

TEST_F_TIMEOUT(faults, rekey, 3600)
{
	static const struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	unsigned char p[100] = { 94 }, got[200];
	bool done = false;
	int nth, fd, r;

	for (nth = 1; !done && nth < SITES_MAX; nth++) {
		fd = kt_session(AF_INET, NULL);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, kt_patience(fd));
		ASSERT_LE(0, kt_fail_nth(nth));
		r = kt_set(fd, KSSH_REKEY, &now, sizeof(now));
		if (!r)
			r = kt_err(send(fd, p, sizeof(p), MSG_NOSIGNAL));
		if (r > 0)
			r = kt_err(recv(fd, got, sizeof(got), 0));
		done = kt_fail_nth(0) > 0;
		check(_metadata, fd, r, nth);
		close(fd);
	}
	EXPECT_TRUE(done);
	EXPECT_LT(10, nth);
	printf("# long: %d allocations of a rekey\n", nth - 2);
}

TEST_HARNESS_MAIN
