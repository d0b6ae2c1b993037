// SPDX-License-Identifier: GPL-2.0
/*
 * The interface to the helper: who may register, what is said to whom, and what
 * becomes of answers that are none.
 */
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "kssh_test.h"
#include "nl.h"

#define NOBODY		65534
#define TEST_SECONDS	300

FIXTURE(netlink)
{
	struct kssh_nl nl;
	struct kssh_nl other;
	int fd;
};

FIXTURE_SETUP(netlink)
{
	self->fd = -1;
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_open(&self->other));
}

FIXTURE_TEARDOWN(netlink)
{
	if (self->fd >= 0)
		close(self->fd);
	kssh_nl_close(&self->nl);
	kssh_nl_close(&self->other);
}

/* Run @fn in a child: what it returns, 0 to 255; -1 if it died. */
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

static int become_nobody(void)
{
	return setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY);
}

static uint32_t source(struct kssh_nl *nl)
{
	struct kssh_nl_status st;

	return kssh_nl_status(nl, &st) ? 99 : st.source;
}

/* A handshake whose question the helper has: its descriptor, or -errno. */
static int asked(struct kssh_nl *nl, struct kssh_nl_event *ev, const char *lie)
{
	int fd = kt_prepare(AF_INET, lie), r;

	if (fd < 0)
		return fd;
	r = kt_name(fd, "Host.Example", 0);
	if (!r)
		r = kt_start(fd, KSSH_HS_NOWAIT);
	if (r == -EINPROGRESS)
		r = kssh_nl_recv(nl, ev, 20000 * kt_slow());
	if (!r && ev->cmd != KSSH_CMD_ASK)
		r = -EBADMSG;
	if (!r)
		return fd;
	close(fd);
	return r;
}

/* ---- registration -------------------------------------------------------- */

static int register_as_nobody(void)
{
	struct kssh_nl nl;

	if (become_nobody() || kssh_nl_open(&nl))
		return 1;
	return kssh_nl_register(&nl, 0) == -EPERM ? 0 : 2;
}

/* He has all rights in namespaces of his own, and over nobody else's. */
static int register_in_own_namespace(void)
{
	struct kssh_nl nl, outer;

	if (become_nobody() || kssh_nl_open(&outer))
		return 1;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return errno == ENOSPC || errno == EPERM ? 4 : 2;
	if (kssh_nl_register(&outer, 0) != -EPERM)
		return 3;
	if (kssh_nl_open(&nl) || kssh_nl_register(&nl, 0))
		return 5;
	if (source(&nl) != KSSH_SOURCE_OWN || source(&outer) != KSSH_SOURCE_NONE)
		return 6;
	return 0;
}

TEST_F_TIMEOUT(netlink, register_needs_rights_over_the_namespace, TEST_SECONDS)
{
	EXPECT_EQ(0, in_child(register_as_nobody));
}

TEST_F_TIMEOUT(netlink, own_namespace, TEST_SECONDS)
{
	int r = in_child(register_in_own_namespace);

	if (r == 4)
		SKIP(return, "no user namespaces for users here");
	EXPECT_EQ(0, r);
}

TEST_F_TIMEOUT(netlink, one_helper, TEST_SECONDS)
{
	struct kssh_nl_status st;

	EXPECT_EQ(KSSH_SOURCE_NONE, source(&self->other));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	EXPECT_EQ(-EALREADY, kssh_nl_register(&self->nl, 0));
	EXPECT_STRNE("", self->nl.extack);
	EXPECT_EQ(-EALREADY, kssh_nl_register(&self->nl, KSSH_REGISTER_FLAG_TAKEOVER));
	EXPECT_EQ(-EBUSY, kssh_nl_register(&self->other, 0));
	EXPECT_STRNE("", self->other.extack);

	ASSERT_EQ(0, kssh_nl_status(&self->other, &st));
	EXPECT_EQ(KSSH_SOURCE_OWN, st.source);
	EXPECT_EQ(self->nl.portid, st.portid);
	EXPECT_EQ((uint32_t)getpid(), st.pid);
	EXPECT_EQ(0, st.flags);
	EXPECT_EQ(0, st.pending);
	EXPECT_LT(0, st.pending_max);
}

TEST_F_TIMEOUT(netlink, unregister, TEST_SECONDS)
{
	EXPECT_EQ(-EPERM, kssh_nl_unregister(&self->nl));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	EXPECT_EQ(-EPERM, kssh_nl_unregister(&self->other));
	EXPECT_EQ(KSSH_SOURCE_OWN, source(&self->other));
	EXPECT_EQ(0, kssh_nl_unregister(&self->nl));
	EXPECT_EQ(KSSH_SOURCE_NONE, source(&self->other));
	EXPECT_EQ(0, kssh_nl_register(&self->other, 0));
}

TEST_F_TIMEOUT(netlink, closing_the_socket_ends_it, TEST_SECONDS)
{
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	kssh_nl_close(&self->nl);
	EXPECT_EQ(KSSH_SOURCE_NONE, source(&self->other));
	EXPECT_EQ(0, kssh_nl_register(&self->other, 0));
}

/* The last reference counts: a copy that another process has keeps it. */
TEST_F_TIMEOUT(netlink, a_copy_of_the_socket_keeps_it, TEST_SECONDS)
{
	int copy = dup(mnl_socket_get_fd(self->nl.s));

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	kssh_nl_close(&self->nl);
	EXPECT_EQ(KSSH_SOURCE_OWN, source(&self->other));
	close(copy);
	EXPECT_EQ(KSSH_SOURCE_NONE, source(&self->other));
}

TEST_F_TIMEOUT(netlink, takeover, TEST_SECONDS)
{
	struct kssh_nl_event ev;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);

	EXPECT_EQ(0, kssh_nl_register(&self->other, KSSH_REGISTER_FLAG_TAKEOVER));
	EXPECT_EQ(-ESRCH, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_HELPER_GONE, kt_reason(self->fd));
	EXPECT_EQ(-EPERM, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->other, ev.cookie, KSSH_ACCEPT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_EQ(KSSH_CMD_DISMISSED, ev.cmd);
	EXPECT_EQ(-EBUSY, kssh_nl_register(&self->nl, 0));
	EXPECT_EQ(0, kssh_nl_register(&self->nl, KSSH_REGISTER_FLAG_TAKEOVER));
	/* whoever takes over where nobody is, just registers */
	kssh_nl_close(&self->nl);
	EXPECT_EQ(0, kssh_nl_register(&self->other, KSSH_REGISTER_FLAG_TAKEOVER));
}

/* ---- what anybody may see, and who may look closer ------------------------ */

static int look_as_nobody(void)
{
	struct kssh_nl_list list = { 0 };
	struct kssh_nl nl;

	if (become_nobody() || kssh_nl_open(&nl))
		return 1;
	if (source(&nl) != KSSH_SOURCE_OWN)
		return 2;
	return kssh_nl_list(&nl, &list) == -EPERM ? 0 : 3;
}

TEST_F_TIMEOUT(netlink, status_is_for_all_and_list_is_not, TEST_SECONDS)
{
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	EXPECT_EQ(0, in_child(look_as_nobody));
}

TEST_F_TIMEOUT(netlink, list, TEST_SECONDS)
{
	struct kssh_nl_list list = { .room = 2 };
	struct kssh_nl_event ev[2], first;

	list.ev = ev;
	EXPECT_EQ(0, kssh_nl_list(&self->other, &list));
	EXPECT_EQ(0, list.n);
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &first, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kssh_nl_list(&self->other, &list));
	ASSERT_EQ(1, list.n);
	EXPECT_EQ(first.cookie, ev[0].cookie);
	EXPECT_STREQ("host.example", ev[0].name);
	EXPECT_EQ(kt_port(), ev[0].port);
	EXPECT_STREQ(first.algorithm, ev[0].algorithm);
	EXPECT_EQ(KSSH_REQUEST_STATE_ASKED, ev[0].state);
	/* looking gives no right to answer */
	EXPECT_EQ(-EPERM, kssh_nl_verdict(&self->other, ev[0].cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, first.cookie, KSSH_UNKNOWN));
	EXPECT_EQ(0, kssh_nl_list(&self->other, &list));
	EXPECT_EQ(0, list.n);
}

/* ---- the question and its result ------------------------------------------- */

TEST_F_TIMEOUT(netlink, what_is_asked, TEST_SECONDS)
{
	unsigned char key[KSSH_KEY_MAX];
	struct kssh_nl_event ev;
	char alg[64];
	int n;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	EXPECT_NE(0, ev.cookie);
	EXPECT_STREQ("host.example", ev.name);
	EXPECT_EQ(0, ev.name_flags);
	EXPECT_EQ(kt_port(), ev.port);
	EXPECT_EQ(kt_port(), ev.address_port);
	EXPECT_EQ(4, ev.address_len);
	EXPECT_EQ(0, memcmp(ev.address, "\x7f\0\0\1", 4));
	EXPECT_EQ(0, ev.uid);
	EXPECT_EQ((uint32_t)getpid(), ev.pid);
	EXPECT_STREQ("netlink_test", ev.comm);
	n = kt_get(self->fd, KSSH_HOSTKEY, key, sizeof(key));
	ASSERT_EQ((int)ev.key_len, n);
	EXPECT_EQ(0, memcmp(key, ev.key, n));
	snprintf(alg, sizeof(alg), "%.*s", key[3], key + 4);
	EXPECT_STREQ(alg, ev.algorithm);

	ASSERT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(self->fd));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_EQ(KSSH_CMD_RESULT, ev.cmd);
	EXPECT_EQ(1, ev.good);
}

TEST_F_TIMEOUT(netlink, alias_port_and_v6, TEST_SECONDS)
{
	struct kssh_peer_name pn = { .flags = KSSH_NAME_VERBATIM, .port = 4711 };
	struct kssh_nl_event ev;

	strcpy(pn.name, "alias");
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = kt_prepare(AF_INET6, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PEER_NAME, &pn, sizeof(pn)));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	EXPECT_STREQ("alias", ev.name);
	EXPECT_EQ(KSSH_NAME_VERBATIM, ev.name_flags);
	EXPECT_EQ(4711, ev.port);
	EXPECT_EQ(16, ev.address_len);
	EXPECT_EQ(0, memcmp(ev.address, &in6addr_loopback, 16));
	EXPECT_EQ(kt_port(), ev.address_port);
}

TEST_F_TIMEOUT(netlink, bad_signature_is_told, TEST_SECONDS)
{
	struct kssh_nl_event ev;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, "signature how=bit");
	ASSERT_LE(0, self->fd);
	/* The signature may be known to be bad before the verdict comes. */
	kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT);
	EXPECT_GT(0, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_SIGNATURE_WRONG, kt_reason(self->fd));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_TRUE((ev.cmd == KSSH_CMD_RESULT && !ev.good) ||
		    ev.cmd == KSSH_CMD_CANCEL);
}

/* ---- answers that are none --------------------------------------------------- */

TEST_F_TIMEOUT(netlink, double_answer, TEST_SECONDS)
{
	struct kssh_nl_event ev;
	int r;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_CHANGED));
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_STRNE("", self->nl.extack);
	EXPECT_GT(0, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_HOSTKEY_CHANGED, kt_reason(self->fd));
	close(self->fd);

	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	/* it waits for its result, or has had it */
	r = kssh_nl_verdict(&self->nl, ev.cookie, KSSH_REVOKED);
	EXPECT_TRUE(r == -EALREADY || r == -ENOENT);
	EXPECT_EQ(0, kt_finish(self->fd));
}

TEST_F_TIMEOUT(netlink, late_answer, TEST_SECONDS)
{
	struct kssh_nl_event ev, end;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &end, 5000));
	EXPECT_EQ(KSSH_CMD_CANCEL, end.cmd);
	EXPECT_EQ(ev.cookie, end.cookie);
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(-ETIMEDOUT, kssh_nl_recv(&self->nl, &end, 200));
}

TEST_F_TIMEOUT(netlink, forged_answer, TEST_SECONDS)
{
	struct kssh_nl_event ev;

	EXPECT_EQ(-EPERM, kssh_nl_verdict(&self->nl, 1, KSSH_ACCEPT));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EPERM, kssh_nl_verdict(&self->other, ev.cookie, KSSH_ACCEPT));
	EXPECT_STRNE("", self->other.extack);
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->nl, ev.cookie + 1, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_REVOKED));
	EXPECT_GT(0, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_HOSTKEY_REVOKED, kt_reason(self->fd));
}

/* A request of the caller's making; what the kernel says. */
struct crooked {
	const char *what;
	int cmd;
	int error;
	void (*fill)(struct nlmsghdr *nlh, uint64_t cookie);
};

static void put_cookie(struct nlmsghdr *nlh, uint64_t cookie)
{
	mnl_attr_put_u64(nlh, KSSH_A_REQUEST_COOKIE, cookie);
}

static void no_verdict(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
}

static void no_cookie(struct nlmsghdr *nlh, uint64_t cookie)
{
	mnl_attr_put_u32(nlh, KSSH_A_REQUEST_VERDICT, KSSH_ACCEPT);
}

static void verdict_zero(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	mnl_attr_put_u32(nlh, KSSH_A_REQUEST_VERDICT, 0);
}

static void verdict_six(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	mnl_attr_put_u32(nlh, KSSH_A_REQUEST_VERDICT, 6);
}

static void verdict_short(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	mnl_attr_put_u16(nlh, KSSH_A_REQUEST_VERDICT, KSSH_ACCEPT);
}

static void cookie_short(struct nlmsghdr *nlh, uint64_t cookie)
{
	mnl_attr_put_u16(nlh, KSSH_A_REQUEST_COOKIE, cookie);
	no_cookie(nlh, cookie);
}

static void file_long(struct nlmsghdr *nlh, uint64_t cookie)
{
	char file[KSSH_TEXT_MAX + 2];

	put_cookie(nlh, cookie);
	no_cookie(nlh, cookie);
	memset(file, 'f', sizeof(file) - 1);
	file[sizeof(file) - 1] = 0;
	mnl_attr_put_strz(nlh, KSSH_A_REQUEST_FILE, file);
}

static void file_unterminated(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	no_cookie(nlh, cookie);
	mnl_attr_put(nlh, KSSH_A_REQUEST_FILE, 4, "file");
}

static void foreign_attribute(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	no_cookie(nlh, cookie);
	mnl_attr_put_strz(nlh, KSSH_A_REQUEST_NAME, "other");
}

static void unknown_attribute(struct nlmsghdr *nlh, uint64_t cookie)
{
	put_cookie(nlh, cookie);
	no_cookie(nlh, cookie);
	mnl_attr_put_u32(nlh, 100, 1);
}

static void unknown_flag(struct nlmsghdr *nlh, uint64_t cookie)
{
	mnl_attr_put_u32(nlh, KSSH_A_HELPER_FLAGS, 8);
}

static void nothing(struct nlmsghdr *nlh, uint64_t cookie)
{
}

static const struct crooked crooked[] = {
	{ "no verdict", KSSH_CMD_VERDICT, -EINVAL, no_verdict },
	{ "no cookie", KSSH_CMD_VERDICT, -EINVAL, no_cookie },
	{ "verdict 0", KSSH_CMD_VERDICT, -ERANGE, verdict_zero },
	{ "verdict 6", KSSH_CMD_VERDICT, -ERANGE, verdict_six },
	{ "short verdict", KSSH_CMD_VERDICT, -EINVAL, verdict_short },
	{ "short cookie", KSSH_CMD_VERDICT, -EINVAL, cookie_short },
	{ "long file name", KSSH_CMD_VERDICT, -EINVAL, file_long },
	{ "file name without end", KSSH_CMD_VERDICT, -EINVAL, file_unterminated },
	{ "attribute of a question", KSSH_CMD_VERDICT, -EINVAL, foreign_attribute },
	{ "unknown attribute", KSSH_CMD_VERDICT, -EINVAL, unknown_attribute },
	{ "unknown flag", KSSH_CMD_REGISTER, -EINVAL, unknown_flag },
	{ "a question", KSSH_CMD_ASK, -EOPNOTSUPP, nothing },
	{ "a result", KSSH_CMD_RESULT, -EOPNOTSUPP, nothing },
	{ "command 0", 0, -EOPNOTSUPP, nothing },
	{ "command 100", 100, -EOPNOTSUPP, nothing },
};

TEST_F_TIMEOUT(netlink, malformed_answers, TEST_SECONDS)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct kssh_nl_event ev;
	struct nlmsghdr *nlh;
	size_t i;

	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0));
	self->fd = asked(&self->nl, &ev, NULL);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < sizeof(crooked) / sizeof(crooked[0]); i++) {
		nlh = kssh_nl_request(self->nl.family, buf, crooked[i].cmd, NLM_F_ACK);
		crooked[i].fill(nlh, ev.cookie);
		EXPECT_EQ(crooked[i].error, kssh_nl_talk(&self->nl, nlh, NULL, NULL))
			TH_LOG("%s: %s", crooked[i].what, self->nl.extack);
	}
	/* none of them counted */
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(self->fd));
}

TEST_HARNESS_MAIN
