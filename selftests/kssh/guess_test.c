// SPDX-License-Identifier: GPL-2.0
/*
 * The guess: when it is made, what a server that has changed does to it, what is
 * remembered and who sees it.  And the limits of handshakes in flight.  Each test has
 * a network namespace of its own, where nothing is remembered; it changes parameters
 * of the module, so that no other test may run beside it.
 */
#include <grp.h>
#include <linux/tcp.h>

#include "kselftest_harness.h"
#define _NETINET_TCP_H	/* its struct tcp_info is an old one */
#include "kssh_test.h"
#include "netns.h"
#include "nl.h"

#define NOBODY		65534
#define TEST_SECONDS	300
#define CURVE		"curve25519-sha256"
#define GROUP		"diffie-hellman-group14-sha256"
#define SAME		"kex=" CURVE " hostkey=ssh-ed25519/rsa-sha2-512"
#define RSA_FIRST	"kex=" CURVE " hostkey=rsa-sha2-512/ssh-ed25519"
#define OTHER_KEX	"kex=" GROUP "/" CURVE " hostkey=ssh-ed25519"
#define ONLY_GROUP	"kex=" GROUP " hostkey=ssh-ed25519"
#define PARAMETERS	"/sys/module/kssh/parameters/"

FIXTURE(guess)
{
	struct kssh_nl nl;
	struct kssh_nl_guess g[8];
	struct kssh_nl_guesses list;
	struct kssh_info info;
};

FIXTURE_SETUP(guess)
{
	ASSERT_EQ(0, kt_own_netns(NULL));
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	self->list.g = self->g;
	self->list.room = 8;
}

FIXTURE_TEARDOWN(guess)
{
	kssh_nl_close(&self->nl);
}

static int parameter(const char *name, unsigned int v)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	f = fopen(path, "w");
	if (!f)
		return -errno;
	fprintf(f, "%u", v);
	return fclose(f) ? -errno : 0;
}

/* 127.0.0.@host of this namespace, ready for a guess of @guess; or -errno. */
static int prepare(int host, const char *lie, uint32_t guess)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(kt_port()),
				 .sin_addr.s_addr = htonl(0x7f000000 | host) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char text[200];

	snprintf(text, sizeof(text), "honest %s", lie);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) || kt_attach(fd) ||
	    kt_set_u32(fd, KSSH_TIMEOUT, 60000 * kt_slow()) || kt_lie(fd, text) ||
	    kt_set_text(fd, KSSH_KEX, CURVE "," GROUP) ||
	    kt_set_text(fd, KSSH_HOSTKEY_ALGS, "ssh-ed25519,rsa-sha2-512") ||
	    kt_set_u32(fd, KSSH_GUESS, guess)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/* A whole handshake; what it returned, and @info of it. */
static int meet(int host, const char *lie, uint32_t guess, struct kssh_info *info)
{
	int fd = prepare(host, lie, guess), r;

	if (fd < 0)
		return fd;
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	kt_info(fd, info);
	close(fd);
	return r;
}

/* What became of the guess: 0 there was none, 1 right, -1 wrong. */
static int outcome(const struct kssh_info *info)
{
	if (!(info->flags & KSSH_INFO_GUESSED))
		return 0;
	return info->flags & KSSH_INFO_GUESS_RIGHT ? 1 : -1;
}

TEST_F_TIMEOUT(guess, right_saves_a_flight, TEST_SECONDS)
{
	struct tcp_info t = {};
	socklen_t n = sizeof(t);
	char report[4096];
	int fd;

	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	EXPECT_EQ(0, outcome(&self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	ASSERT_EQ(1, self->list.n);
	EXPECT_EQ(4, self->g[0].address_len);
	EXPECT_EQ(0, memcmp(self->g[0].address, "\x7f\0\0\1", 4));
	EXPECT_EQ(kt_port(), self->g[0].port);
	EXPECT_EQ(0, self->g[0].uid);
	EXPECT_STREQ(CURVE, self->g[0].kex);
	EXPECT_STREQ("ssh-ed25519,rsa-sha2-512", self->g[0].hostkey);
	EXPECT_LT(86000, self->g[0].expires);
	EXPECT_EQ(0, self->g[0].held);

	fd = prepare(1, SAME " tag=right", KSSH_GUESS_SAFE);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_handshake_app(fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_info(fd, &self->info));
	EXPECT_EQ(1, outcome(&self->info));
	ASSERT_EQ(0, getsockopt(fd, IPPROTO_TCP, TCP_INFO, &t, &n));
	EXPECT_EQ(2, t.tcpi_data_segs_out);
	EXPECT_EQ(0, kt_login(fd));
	close(fd);
	ASSERT_LT(0, kt_report("right", report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 30\nrx 21\n")) {
		TH_LOG("%s", report);
	}
	EXPECT_EQ(NULL, strstr(strstr(report, "rx 30") + 1, "rx 30"));
}

TEST_F_TIMEOUT(guess, dropped_by_a_server_that_has_changed, TEST_SECONDS)
{
	static const char * const changed[] = { RSA_FIRST, OTHER_KEX, ONLY_GROUP };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, kssh_nl_guess_flush(&self->nl, 0));
		ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
		ASSERT_EQ(0, meet(1, changed[i], KSSH_GUESS_MAY_ABORT, &self->info)) {
			TH_LOG("%s", changed[i]);
		}
		EXPECT_EQ(-1, outcome(&self->info));
		/* what it offers now is known, but not used for an hour */
		ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
		ASSERT_EQ(1, self->list.n);
		EXPECT_STRNE("", self->g[0].kex);
		EXPECT_LT(3500, self->g[0].held);
		EXPECT_GE(3600, self->g[0].held);
		ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
		EXPECT_EQ(0, outcome(&self->info));
	}
}

TEST_F_TIMEOUT(guess, refused_where_it_may_abort, TEST_SECONDS)
{
	ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_SAFE, &self->info));
	EXPECT_EQ(0, outcome(&self->info));
	ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_MAY_ABORT, &self->info));
	EXPECT_EQ(1, outcome(&self->info));
	ASSERT_EQ(-ESTALE, meet(1, ONLY_GROUP, KSSH_GUESS_MAY_ABORT, &self->info));
	EXPECT_EQ(KSSH_R_GUESS_REFUSED, self->info.reason);
	EXPECT_EQ(KSSH_PHASE_KEXINIT, self->info.phase);
	EXPECT_EQ(-1, outcome(&self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	ASSERT_EQ(1, self->list.n);
	EXPECT_STREQ("", self->g[0].kex);
	EXPECT_LT(3500, self->g[0].held);
	ASSERT_EQ(0, meet(1, ONLY_GROUP, KSSH_GUESS_MAY_ABORT, &self->info));
	EXPECT_EQ(0, outcome(&self->info));
}

TEST_F_TIMEOUT(guess, failures_count_double, TEST_SECONDS)
{
	unsigned int i, want = 1;

	ASSERT_EQ(0, parameter("guess_hold", 0));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, parameter("guess_hold", 1));
		ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_SAFE, &self->info));
		ASSERT_EQ(-1, outcome(&self->info));
		ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
		EXPECT_GE(want, self->g[0].held);
		EXPECT_LE(want, self->g[0].held + 1);
		kt_sleep_ms(want * 1000 + 1000);
		ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_SAFE, &self->info));
		ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
		want *= 2;
	}
	/* one that is right makes up for all */
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(1, outcome(&self->info));
	ASSERT_EQ(0, meet(1, RSA_FIRST, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(-1, outcome(&self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_GE(1, self->g[0].held);
	EXPECT_EQ(0, parameter("guess_hold", 3600));
}

/* A server that goes when something comes early has been guessed wrong, too. */
TEST_F_TIMEOUT(guess, lost_without_a_reply, TEST_SECONDS)
{
	int fd;

	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	fd = prepare(1, SAME, KSSH_GUESS_SAFE);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_lie(fd, "close at=kex " SAME));
	ASSERT_EQ(-ECONNRESET, kt_handshake_app(fd, KSSH_ACCEPT));
	close(fd);
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	ASSERT_EQ(1, self->list.n);
	EXPECT_STREQ("", self->g[0].kex);
	EXPECT_LT(3500, self->g[0].held);
}

TEST_F_TIMEOUT(guess, remembered_once_trusted, TEST_SECONDS)
{
	int fd = prepare(1, SAME, KSSH_GUESS_SAFE);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(fd, 0));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(0, self->list.n);
	ASSERT_EQ(-EACCES, kt_verdict(fd, KSSH_REFUSED, 0));
	close(fd);
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(0, self->list.n);

	fd = prepare(1, SAME, KSSH_GUESS_SAFE);
	ASSERT_EQ(0, kt_lie(fd, "signature " SAME));
	ASSERT_EQ(-EKEYREJECTED, kt_handshake_app(fd, KSSH_ACCEPT));
	close(fd);
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(0, self->list.n);
}

TEST_F_TIMEOUT(guess, off_by_option_and_by_policy, TEST_SECONDS)
{
	int fd;

	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_NEVER, &self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(0, self->list.n);
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_NEVER, &self->info));
	EXPECT_EQ(0, outcome(&self->info));

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_FORBID_GUESS, 0,
					NULL));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_MAY_ABORT, &self->info));
	EXPECT_EQ(0, outcome(&self->info));
	ASSERT_EQ(0, meet(2, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(1, self->list.n);
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 0, NULL));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	EXPECT_EQ(1, outcome(&self->info));

	fd = prepare(1, SAME, KSSH_GUESS_SAFE);
	EXPECT_EQ(-EINVAL, kt_set_u32(fd, KSSH_GUESS, 3));
	EXPECT_EQ(KSSH_GUESS_SAFE, kt_get_u32(fd, KSSH_GUESS));
	close(fd);
}

/* A re-exchange has nothing to gain, and never guesses. */
TEST_F_TIMEOUT(guess, never_in_a_rekey, TEST_SECONDS)
{
	struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	char report[8192], reply[64], *p;
	int fd, n = 0;

	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	fd = prepare(1, SAME " tag=again", KSSH_GUESS_SAFE);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, kt_handshake_app(fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(fd));
	ASSERT_EQ(0, kt_set(fd, KSSH_REKEY, &now, sizeof(now)));
	ASSERT_EQ(0, kt_command(fd, "strictness", true));
	EXPECT_LT(0, kt_reply(fd, reply, sizeof(reply)));
	ASSERT_EQ(0, kt_info(fd, &self->info));
	EXPECT_EQ(1, self->info.rekeys);
	EXPECT_EQ(1, outcome(&self->info));
	close(fd);
	ASSERT_LT(0, kt_report("again", report, sizeof(report)));
	for (p = report; (p = strstr(p, "rx 30\n")); p++)
		n++;
	EXPECT_EQ(2, n);
}

/* ---- whose it is --------------------------------------------------------------- */

static int in_child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(fn());
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* As another user: what root has of the server is not seen, used or flushed. */
static int as_nobody(void)
{
	struct kssh_nl_guess g[8];
	struct kssh_nl_guesses list = { .g = g, .room = 8 };
	struct kssh_info info;
	struct kssh_nl nl;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return 1;
	if (kssh_nl_open(&nl) || kssh_nl_guesses(&nl, 0, &list) || list.n)
		return 2;
	if (meet(1, SAME, KSSH_GUESS_SAFE, &info) || outcome(&info))
		return 3;
	if (meet(1, SAME, KSSH_GUESS_SAFE, &info) || outcome(&info) != 1)
		return 4;
	if (kssh_nl_guesses(&nl, 0, &list) || list.n != 1 || g[0].uid != NOBODY)
		return 5;
	if (kssh_nl_guesses(&nl, 1, &list) != -EPERM)
		return 6;
	if (kssh_nl_guess_flush(&nl, 1) != -EPERM)
		return 7;
	if (kssh_nl_guess_flush(&nl, 0) || kssh_nl_guesses(&nl, 0, &list) || list.n)
		return 8;
	return meet(1, SAME, KSSH_GUESS_SAFE, &info) ? 9 : 0;
}

TEST_F_TIMEOUT(guess, each_user_has_his_own, TEST_SECONDS)
{
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, in_child(as_nobody));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(1, self->list.n);
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 1, &self->list));
	EXPECT_EQ(2, self->list.n);
	ASSERT_EQ(0, kssh_nl_guess_flush(&self->nl, 0));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 1, &self->list));
	ASSERT_EQ(1, self->list.n);
	EXPECT_EQ(NOBODY, self->g[0].uid);
	ASSERT_EQ(0, kssh_nl_guess_flush(&self->nl, 1));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 1, &self->list));
	EXPECT_EQ(0, self->list.n);
}

TEST_F_TIMEOUT(guess, bounded_and_forgotten, TEST_SECONDS)
{
	int host;

	/* the user's share is two; the one that was not used goes */
	ASSERT_EQ(0, parameter("guess_max", 8));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, meet(2, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	EXPECT_EQ(1, outcome(&self->info));
	ASSERT_EQ(0, meet(3, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	ASSERT_EQ(2, self->list.n);
	EXPECT_EQ(1, self->g[0].address[3]);
	EXPECT_EQ(3, self->g[1].address[3]);

	ASSERT_EQ(0, parameter("guess_max", 0));
	ASSERT_EQ(0, meet(4, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, parameter("guess_max", 1024));
	ASSERT_EQ(0, kssh_nl_guess_flush(&self->nl, 0));

	ASSERT_EQ(0, parameter("guess_ttl", 1));
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, parameter("guess_ttl", 86400));
	kt_sleep_ms(2100);
	ASSERT_EQ(0, meet(1, SAME, KSSH_GUESS_SAFE, &self->info));
	EXPECT_EQ(0, outcome(&self->info));
	for (host = 1; host < 6; host++)
		ASSERT_EQ(0, meet(host, SAME, KSSH_GUESS_SAFE, &self->info));
	ASSERT_EQ(0, kssh_nl_guesses(&self->nl, 0, &self->list));
	EXPECT_EQ(5, self->list.n);
}

/* ---- handshakes in flight ------------------------------------------------------ */

/* Starts one that gets no answer: what it returned. */
static int begin(int *fd)
{
	*fd = prepare(1, "", KSSH_GUESS_NEVER);
	if (*fd < 0 || kt_lie(*fd, "silent at=banner") ||
	    kt_set_u32(*fd, KSSH_VERIFY, KSSH_VERIFY_APP))
		return -EIO;
	return kt_start(*fd, KSSH_HS_NOWAIT);
}

static void limited(struct __test_metadata *_metadata, const char *name, int error,
		    int reason)
{
	int a, b, c;

	ASSERT_EQ(0, parameter(name, 2));
	EXPECT_EQ(-EINPROGRESS, begin(&a));
	EXPECT_EQ(-EINPROGRESS, begin(&b));
	EXPECT_EQ(error, begin(&c));
	EXPECT_EQ(reason, kt_reason(c));
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(c));
	/* one that is over makes room, and the same socket may try again */
	close(a);
	EXPECT_EQ(-EINPROGRESS, kt_start(c, KSSH_HS_NOWAIT));
	EXPECT_EQ(0, shutdown(b, SHUT_RDWR));
	EXPECT_EQ(-EINPROGRESS, begin(&a));
	close(a);
	close(b);
	close(c);
	EXPECT_EQ(0, parameter(name, 16384));
}

TEST_F_TIMEOUT(guess, handshakes_of_a_user_are_limited, TEST_SECONDS)
{
	limited(_metadata, "handshakes_user_max", -EDQUOT, KSSH_R_LIMIT_USER);
}

TEST_F_TIMEOUT(guess, handshakes_of_a_namespace_are_limited, TEST_SECONDS)
{
	limited(_metadata, "handshakes_max", -EUSERS, KSSH_R_LIMIT_NAMESPACE);
	EXPECT_EQ(0, parameter("handshakes_max", 32768));
}

TEST_HARNESS_MAIN
