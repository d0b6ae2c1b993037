// SPDX-License-Identifier: GPL-2.0
/* The policy of a network namespace: who may set it, and what it binds. */
#include <grp.h>

#include "kselftest_harness.h"
#include "kssh_test.h"
#include "netns.h"
#include "nl.h"

#define NOBODY		65534
#define TEST_SECONDS	300
#define RSA		"rsa-sha2-512,rsa-sha2-256"

FIXTURE(policy)
{
	struct kssh_nl nl;
	int home;		/* the namespace that was left */
	int fd;
};

FIXTURE_SETUP(policy)
{
	self->fd = -1;
	ASSERT_EQ(0, kt_own_netns(&self->home));
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
}

FIXTURE_TEARDOWN(policy)
{
	if (self->fd >= 0)
		close(self->fd);
	kssh_nl_close(&self->nl);
	close(self->home);
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

/* Is @name one of the names of a list? */
static bool has(const char *list, const char *name)
{
	size_t n = strlen(name), len;

	for (; *list; list += len + !!list[len]) {
		len = strcspn(list, ",");
		if (len == n && !memcmp(list, name, n))
			return true;
	}
	return false;
}

/* List @which (from 0) of the KEXINIT in the server's report, or "". */
static const char *offered(const char *report, int which)
{
	static char list[2048];
	const char *p = strstr(report, "\nkexinit ");

	if (!p)
		return "";
	p += strlen("\nkexinit ");
	while (which--)
		p += strcspn(p, " ") + 1;
	snprintf(list, sizeof(list), "%.*s", (int)strcspn(p, "\n "), p);
	return list;
}

/* A handshake in mode APP that is ended at once; what the server saw in @report. */
static int seen(const char *tag, char *report, size_t room)
{
	char lie[64];
	int fd, r;

	snprintf(lie, sizeof(lie), "honest tag=%s", tag);
	fd = kt_prepare(AF_INET, lie);
	if (fd < 0)
		return fd;
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	close(fd);
	if (!r)
		r = kt_report(tag, report, room);
	return r < 0 ? r : 0;
}

/* Start in mode @verify: what it returns; the descriptor in *@fd. */
static int start(int *fd, uint32_t verify)
{
	static const unsigned char pin[KSSH_PIN_LEN];
	int r;

	if (*fd >= 0)
		close(*fd);
	*fd = kt_prepare(AF_INET, NULL);
	if (*fd < 0)
		return *fd;
	r = kt_set_u32(*fd, KSSH_VERIFY, verify);
	if (!r && verify == KSSH_VERIFY_PIN)
		r = kt_set(*fd, KSSH_PIN, pin, sizeof(pin));
	if (!r && verify == KSSH_VERIFY_HELPER)
		r = kt_name(*fd, "host.example", 0);
	return r ? r : kt_start(*fd, 0);
}

/* ---- setting and reading ------------------------------------------------- */

TEST_F_TIMEOUT(policy, whole_and_replaced, TEST_SECONDS)
{
	struct kssh_nl_policy p;

	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(0, p.flags);
	EXPECT_EQ(0, p.rsa_min_bits);
	EXPECT_STREQ("", p.forbid);

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_REQUIRE_PQ |
					KSSH_POLICY_FLAG_FORBID_PIN, 3072,
					"aes256-ctr,ssh-ed25519"));
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(KSSH_POLICY_FLAG_REQUIRE_PQ | KSSH_POLICY_FLAG_FORBID_PIN, p.flags);
	EXPECT_EQ(3072, p.rsa_min_bits);
	EXPECT_STREQ("aes256-ctr,ssh-ed25519", p.forbid);

	/* what is not given is not restricted any more */
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 4096, NULL));
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(0, p.flags);
	EXPECT_EQ(4096, p.rsa_min_bits);
	EXPECT_STREQ("", p.forbid);
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 0, ""));
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(0, p.rsa_min_bits);
}

static int set_as_nobody(void)
{
	struct kssh_nl_policy p;
	struct kssh_nl nl;

	if (become_nobody() || kssh_nl_open(&nl))
		return 1;
	if (kssh_nl_set_policy(&nl, 0, 0, NULL) != -EPERM)
		return 2;
	if (kssh_nl_get_policy(&nl, &p) || p.rsa_min_bits != 3072)
		return 3;
	return 0;
}

/* His own namespace is his, the one around it is not. */
static int set_in_own_namespace(void)
{
	struct kssh_nl nl, outer;
	struct kssh_nl_policy p;

	if (become_nobody() || kssh_nl_open(&outer))
		return 1;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return errno == ENOSPC || errno == EPERM ? 4 : 2;
	if (kssh_nl_set_policy(&outer, 0, 0, NULL) != -EPERM)
		return 3;
	if (kssh_nl_open(&nl) || kssh_nl_set_policy(&nl, 0, 4096, NULL))
		return 5;
	if (kssh_nl_get_policy(&outer, &p) || p.rsa_min_bits != 3072)
		return 6;
	return 0;
}

TEST_F_TIMEOUT(policy, set_needs_rights_over_the_namespace, TEST_SECONDS)
{
	int r;

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 3072, NULL));
	EXPECT_EQ(0, in_child(set_as_nobody));
	r = in_child(set_in_own_namespace);
	if (r == 4)
		SKIP(return, "no user namespaces for users here");
	EXPECT_EQ(0, r);
}

TEST_F_TIMEOUT(policy, what_is_no_policy, TEST_SECONDS)
{
	static const char * const names[] = {
		"aes256-cbc", "aes256-ctr,aes256-cbc", "aes256-ctr,aes256-ctr",
		"aes256-ctr,,none", ",aes256-ctr", "aes256-ctr,", ",", "ext-info-c",
		"AES256-CTR", " aes256-ctr", "aes256", "aes256-ctr none",
	};
	char many[KSSH_NAMES_MAX + 8];
	struct kssh_nl_policy p;
	unsigned int i;

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 3072, "none"));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT_EQ(-EINVAL, kssh_nl_set_policy(&self->nl, 0, 0, names[i]))
			TH_LOG("%s", names[i]);
		EXPECT_STRNE("", self->nl.extack);
	}
	EXPECT_EQ(-EINVAL, kssh_nl_set_policy(&self->nl, 0, 0, "none,no-such-cipher"));
	EXPECT_NE(NULL, strstr(self->nl.extack, "no-such-cipher"))
		TH_LOG("%s", self->nl.extack);
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = 0;
	EXPECT_EQ(-EINVAL, kssh_nl_set_policy(&self->nl, 0, 0, many));
	EXPECT_EQ(-EINVAL, kssh_nl_set_policy(&self->nl, 16, 0, NULL));
	EXPECT_EQ(-ERANGE, kssh_nl_set_policy(&self->nl, 0, KSSH_RSA_BITS_MAX + 1, NULL));
	/* none of them counted */
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(3072, p.rsa_min_bits);
	EXPECT_STREQ("none", p.forbid);
}

/* ---- what it binds --------------------------------------------------------- */

TEST_F_TIMEOUT(policy, trust_modes, TEST_SECONDS)
{
	struct kssh_info i;

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_FORBID_PIN, 0, NULL));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(KSSH_R_POLICY_TRUST_MODE, i.reason);
	EXPECT_EQ(EPERM, i.error);
	EXPECT_EQ(KSSH_STATE_IDLE, i.state);
	EXPECT_EQ(-EPERM, kt_start(self->fd, KSSH_HS_NOWAIT));
	/* the same socket, in a way that is left */
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	EXPECT_EQ(-ENOKEY, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_NONE, kt_reason(self->fd));

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_FORBID_APP, 0, NULL));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_APP));
	EXPECT_EQ(KSSH_R_POLICY_TRUST_MODE, kt_reason(self->fd));
	EXPECT_EQ(-EACCES, start(&self->fd, KSSH_VERIFY_PIN));
	EXPECT_EQ(KSSH_R_PIN_MISMATCH, kt_reason(self->fd));

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_FORBID_APP |
					KSSH_POLICY_FLAG_FORBID_PIN, 0, NULL));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_APP));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_PIN));
	/* the helper cannot be forbidden; there is none here */
	EXPECT_EQ(-ESRCH, start(&self->fd, KSSH_VERIFY_HELPER));
	EXPECT_EQ(KSSH_R_NO_HELPER, kt_reason(self->fd));
}

TEST_F_TIMEOUT(policy, post_quantum, TEST_SECONDS)
{
	char report[8192], kex[1024];

	ASSERT_EQ(0, seen("pq-off", report, sizeof(report)));
	EXPECT_TRUE(has(offered(report, 0), "curve25519-sha256"));
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_REQUIRE_PQ, 0, NULL));

	/* that server has nothing of the kind: it is not talked into less */
	self->fd = kt_prepare(AF_INET, "honest kex=curve25519-sha256 tag=pq-on");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EPROTONOSUPPORT, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_R_NO_KEX, kt_reason(self->fd));
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_KEX, kex, sizeof(kex)));
	EXPECT_TRUE(has(kex, "mlkem768x25519-sha256"));
	EXPECT_EQ(NULL, strstr(kex, "curve25519-"));
	EXPECT_EQ(NULL, strstr(kex, "ecdh-"));
	EXPECT_EQ(NULL, strstr(kex, "diffie-hellman-"));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report("pq-on", report, sizeof(report)));
	EXPECT_TRUE(has(offered(report, 0), "mlkem768x25519-sha256"));
	EXPECT_FALSE(has(offered(report, 0), "curve25519-sha256"));
	EXPECT_TRUE(has(offered(report, 0), "kex-strict-c-v00@openssh.com"));

	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	EXPECT_EQ(-EPERM, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_R_POLICY_ALGORITHM, kt_reason(self->fd));
	/* what was asked for is still what is asked for */
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_KEX, kex, sizeof(kex)));
	EXPECT_STREQ("curve25519-sha256", kex);
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 0, NULL));
	EXPECT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
}

TEST_F_TIMEOUT(policy, names, TEST_SECONDS)
{
	static const char forbid[] = "ssh-ed25519,chacha20-poly1305@openssh.com,"
				     "mlkem768x25519-sha256";
	char report[8192];
	struct kssh_info i;

	/* all of a list that the defaults hold for */
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 0, "none"));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_APP));
	EXPECT_EQ(KSSH_R_POLICY_ALGORITHM, kt_reason(self->fd));

	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 0, forbid));
	close(self->fd);
	self->fd = kt_prepare(AF_INET, "honest tag=names");
	ASSERT_LE(0, self->fd);
	/* a list that is set is bound, too, and never made longer */
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, "ssh-ed25519," RSA));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ("rsa-sha2-512", i.hostkey_alg);
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report("names", report, sizeof(report)));
	EXPECT_FALSE(has(offered(report, 0), "mlkem768x25519-sha256"));
	EXPECT_TRUE(has(offered(report, 0), "curve25519-sha256"));
	EXPECT_STREQ(RSA, offered(report, 1));
	EXPECT_FALSE(has(offered(report, 2), "chacha20-poly1305@openssh.com"));
	EXPECT_TRUE(has(offered(report, 2), "aes128-gcm@openssh.com"));
	EXPECT_FALSE(has(offered(report, 3), "chacha20-poly1305@openssh.com"));

	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_RX, "chacha20-poly1305@openssh.com"));
	EXPECT_EQ(-EPERM, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_R_POLICY_ALGORITHM, kt_reason(self->fd));
}

/* The scripted server's key has 2048 bits. */
TEST_F_TIMEOUT(policy, rsa_minimum, TEST_SECONDS)
{
	static const struct {
		const char *hostkey;
		uint32_t min;
		int error;
		int reason;
	} rows[] = {
		{ RSA, 0, 0, KSSH_R_NONE },
		{ RSA, 1024, 0, KSSH_R_NONE },
		{ RSA, 2048, 0, KSSH_R_NONE },
		{ RSA, 2049, -EPERM, KSSH_R_POLICY_KEY_SIZE },
		{ RSA, 3072, -EPERM, KSSH_R_POLICY_KEY_SIZE },
		{ RSA, 16384, -EPERM, KSSH_R_POLICY_KEY_SIZE },
		{ "ecdsa-sha2-nistp256", 16384, 0, KSSH_R_NONE },
	};
	unsigned int k;

	for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, rows[k].min, NULL));
		self->fd = kt_prepare(AF_INET, NULL);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, rows[k].hostkey));
		EXPECT_EQ(rows[k].error, kt_handshake_app(self->fd, KSSH_ACCEPT))
			TH_LOG("%s, at least %u", rows[k].hostkey, rows[k].min);
		EXPECT_EQ(rows[k].reason, kt_reason(self->fd));
		if (rows[k].error)
			EXPECT_EQ(KSSH_PHASE_KEX, kt_phase(self->fd));
		close(self->fd);
		self->fd = -1;
	}
	/* it makes nothing of a key that is too short in any case */
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, 0, 1024, NULL));
	self->fd = kt_prepare(AF_INET, "hostkey how=small");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, RSA));
	EXPECT_EQ(-EKEYREJECTED, kt_handshake_app(self->fd, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_R_HOSTKEY_TOO_SMALL, kt_reason(self->fd));
}

/* Who has started has started: later policies bind later handshakes. */
TEST_F_TIMEOUT(policy, binds_at_the_start, TEST_SECONDS)
{
	uint64_t until = kt_now_ms() + 20000 * kt_slow();
	struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	struct kssh_info i;

	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, RSA));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, 0));
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_REQUIRE_PQ |
					KSSH_POLICY_FLAG_FORBID_APP, 4096,
					"curve25519-sha256," RSA));
	EXPECT_EQ(0, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	ASSERT_EQ(0, kt_login(self->fd));
	/* new keys of an old session are what they were */
	ASSERT_EQ(0, kt_set(self->fd, KSSH_REKEY, &now, sizeof(now)));
	do {
		ASSERT_EQ(0, kt_info(self->fd, &i));
		kt_sleep_ms(5);
	} while (!i.rekeys && i.state == KSSH_STATE_OPEN && kt_now_ms() < until);
	EXPECT_EQ(1, i.rekeys);
	EXPECT_EQ(KSSH_STATE_OPEN, i.state);
	EXPECT_STREQ("curve25519-sha256", i.kex);
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_APP));
}

/* ---- namespaces -------------------------------------------------------------- */

static int home;	/* the initial one */

/* Another namespace, whose policy is its own. */
static int beside(void)
{
	struct kssh_nl nl;
	int fd = -1;

	if (setns(home, CLONE_NEWNET) || kt_own_netns(NULL) || kssh_nl_open(&nl))
		return 1;
	if (start(&fd, KSSH_VERIFY_APP) != -ENOKEY)
		return 2;
	if (kssh_nl_set_policy(&nl, KSSH_POLICY_FLAG_FORBID_PIN, 0, NULL))
		return 3;
	if (start(&fd, KSSH_VERIFY_PIN) != -EPERM)
		return 4;
	return 0;
}

TEST_F_TIMEOUT(policy, two_namespaces, TEST_SECONDS)
{
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, KSSH_POLICY_FLAG_FORBID_APP, 0, NULL));
	home = self->home;
	EXPECT_EQ(0, in_child(beside));
	EXPECT_EQ(-EPERM, start(&self->fd, KSSH_VERIFY_APP));
	EXPECT_EQ(-EACCES, start(&self->fd, KSSH_VERIFY_PIN));
}

/* What is set here binds nobody: other tests run in the initial namespace, too. */
TEST_F_TIMEOUT(policy, new_namespaces_copy_the_initial_one, TEST_SECONDS)
{
	struct kssh_nl_policy p;
	struct kssh_nl first;

	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	ASSERT_EQ(0, kssh_nl_open(&first));
	ASSERT_EQ(0, kssh_nl_set_policy(&first, 0, 1025, NULL));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	kssh_nl_close(&self->nl);
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(1025, p.rsa_min_bits);
	/* a copy: it goes its own way */
	ASSERT_EQ(0, kssh_nl_set_policy(&first, 0, 0, NULL));
	ASSERT_EQ(0, kssh_nl_get_policy(&self->nl, &p));
	EXPECT_EQ(1025, p.rsa_min_bits);
	kssh_nl_close(&first);
}

TEST_HARNESS_MAIN
