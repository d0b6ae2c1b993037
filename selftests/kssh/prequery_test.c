// SPDX-License-Identifier: GPL-2.0
/*
 * What the helper knows of a name comes first in KEXINIT, and a helper that does not
 * say it, or not in time, or nonsense, does no harm.
 */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "kssh_test.h"
#include "nl.h"

#define TEST_SECONDS	300
#define RSA		"rsa-sha2-512,rsa-sha2-256"
#define LONG_MS		(20000 * kt_slow())

FIXTURE(prequery)
{
	struct kssh_nl nl;
	struct kssh_nl other;
	struct kssh_nl_event ev;
	int fd;
	int server;		/* our end of a connection to ourselves */
	char list[2048];	/* the default host key list */
};

FIXTURE_SETUP(prequery)
{
	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_LT(0, kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, self->list,
				 sizeof(self->list)));
	close(self->fd);
	self->fd = -1;
	self->server = -1;
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_open(&self->other));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, KSSH_REGISTER_FLAG_PREQUERY));
}

FIXTURE_TEARDOWN(prequery)
{
	if (self->fd >= 0)
		close(self->fd);
	if (self->server >= 0)
		close(self->server);
	kssh_nl_close(&self->nl);
	kssh_nl_close(&self->other);
}

/* A handshake that is about to start: its descriptor, or -errno. */
static int prepare(const char *tag)
{
	char lie[64];
	int fd, r;

	snprintf(lie, sizeof(lie), "honest tag=%s", tag);
	fd = kt_prepare(AF_INET, lie);
	if (fd < 0)
		return fd;
	r = kt_name(fd, "Host.Example", 0);
	/* a tenth of it is how long it waits, but two seconds at most */
	if (!r)
		r = kt_set_u32(fd, KSSH_TIMEOUT, 600000);
	if (!r)
		return fd;
	close(fd);
	return r;
}

/* The next message, which is to be @cmd: 0 or -errno. */
static int next(struct kssh_nl *nl, struct kssh_nl_event *ev, int cmd)
{
	int r = kssh_nl_recv(nl, ev, LONG_MS);

	return r ? r : ev->cmd == cmd ? 0 : -EBADMSG;
}

/* Started, and the helper has been asked what it knows: the descriptor, or -errno. */
static int asked(struct kssh_nl *nl, struct kssh_nl_event *ev, const char *tag)
{
	int fd = prepare(tag), r;

	if (fd < 0)
		return fd;
	r = kt_start(fd, KSSH_HS_NOWAIT);
	if (r == -EINPROGRESS)
		r = next(nl, ev, KSSH_CMD_PREQUERY);
	if (!r)
		return fd;
	close(fd);
	return r ? r : -EBADMSG;
}

/* From the ASK on: accept, and come to a session. */
static int finish(struct kssh_nl *nl, int fd)
{
	struct kssh_nl_event ev;
	int r = next(nl, &ev, KSSH_CMD_ASK);

	if (!r)
		r = kssh_nl_verdict(nl, ev.cookie, KSSH_ACCEPT);
	return r ? r : kt_finish(fd);
}

/* Host key list that the server of the session with that tag was offered, or "". */
static const char *offered(const char *tag)
{
	static char report[8192], list[2048];
	const char *p;

	if (kt_report(tag, report, sizeof(report)) < 0)
		return "";
	p = strstr(report, "\nkexinit ");
	if (!p)
		return "";
	p += strlen("\nkexinit ");
	p += strcspn(p, " ") + 1;
	snprintf(list, sizeof(list), "%.*s", (int)strcspn(p, "\n "), p);
	return list;
}

/* What is expected: the names of @first in front of the others of @list. */
static const char *reordered(const char *list, const char *first)
{
	static char out[2048];
	const char *p = strstr(list, first);

	if (!p)
		return "";
	if (p == list)
		return list;
	snprintf(out, sizeof(out), "%s,%.*s%s", first, (int)(p - list - 1), list,
		 p + strlen(first));
	return out;
}

/* ---- the order ------------------------------------------------------------- */

TEST_F_TIMEOUT(prequery, what_is_asked, TEST_SECONDS)
{
	struct kssh_nl_list list = { .room = 1 };
	struct kssh_nl_event one;

	list.ev = &one;
	self->fd = asked(&self->nl, &self->ev, "what");
	ASSERT_LE(0, self->fd);
	EXPECT_NE(0, self->ev.cookie);
	EXPECT_STREQ("host.example", self->ev.name);
	EXPECT_EQ(0, self->ev.name_flags);
	EXPECT_EQ(kt_port(), self->ev.port);
	EXPECT_EQ(kt_port(), self->ev.address_port);
	EXPECT_EQ(4, self->ev.address_len);
	EXPECT_EQ(0, memcmp(self->ev.address, "\x7f\0\0\1", 4));
	EXPECT_EQ(0, self->ev.uid);
	EXPECT_EQ((uint32_t)getpid(), self->ev.pid);
	EXPECT_STREQ("prequery_test", self->ev.comm);
	EXPECT_STREQ("", self->ev.algorithm);
	EXPECT_EQ(0, self->ev.key_len);
	ASSERT_EQ(0, kssh_nl_list(&self->other, &list));
	EXPECT_EQ(1, list.n);
	EXPECT_EQ(self->ev.cookie, one.cookie);
	EXPECT_STREQ("", one.algorithm);
	EXPECT_EQ(0, kssh_nl_known(&self->nl, self->ev.cookie, NULL, 0));
	EXPECT_EQ(0, finish(&self->nl, self->fd));
}

TEST_F_TIMEOUT(prequery, orders_the_kexinit, TEST_SECONDS)
{
	static const struct {
		const char *types;	/* what is said to be known */
		const char *first;	/* what is to come first; NULL: nothing else */
	} rows[] = {
		{ "ssh-rsa", RSA },
		{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256" },
		{ "ssh-dss,x@example.com,ssh-rsa", RSA },
		{ "ssh-ed25519", NULL },
		{ "ssh-rsa,ssh-ed25519", NULL },
		{ "ssh-dss", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};
	char tag[16];
	unsigned int k;

	for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		snprintf(tag, sizeof(tag), "order%u", k);
		self->fd = asked(&self->nl, &self->ev, tag);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, kssh_nl_known(&self->nl, self->ev.cookie, rows[k].types, 0));
		EXPECT_EQ(0, finish(&self->nl, self->fd));
		close(self->fd);
		self->fd = -1;
		EXPECT_STREQ(rows[k].first ? reordered(self->list, rows[k].first) :
			     self->list, offered(tag))
			TH_LOG("known: %s", rows[k].types ? rows[k].types : "-");
		/* RESULT */
		ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_RESULT));
	}
}

/* A helper that knows an authority is shown a certificate, and nobody else is. */
TEST_F_TIMEOUT(prequery, an_authority_is_shown_certificates, TEST_SECONDS)
{
	static const char cert[] = "ssh-ed25519-cert-v01@openssh.com";
	struct kssh_info i;

	EXPECT_EQ(NULL, strstr(self->list, "-cert-v01@"));
	self->fd = asked(&self->nl, &self->ev, "authority");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kssh_nl_known(&self->nl, self->ev.cookie, NULL, 1));
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_ASK));
	EXPECT_STREQ(cert, self->ev.algorithm);
	ASSERT_EQ(0, kssh_nl_verdict(&self->nl, self->ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(self->fd));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ(cert, i.hostkey_alg);
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(offered("authority"), strstr(offered("authority"), cert));
}

/* Who blocks in KSSH_HANDSHAKE is served all the same. */
TEST_F_TIMEOUT(prequery, blocking, TEST_SECONDS)
{
	struct kssh_info i;
	int status;
	pid_t pid;

	self->fd = prepare("blocking");
	ASSERT_LE(0, self->fd);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (next(&self->nl, &self->ev, KSSH_CMD_PREQUERY))
			_exit(1);
		if (kssh_nl_known(&self->nl, self->ev.cookie, "ssh-rsa", 0))
			_exit(2);
		if (next(&self->nl, &self->ev, KSSH_CMD_ASK))
			_exit(3);
		_exit(kssh_nl_verdict(&self->nl, self->ev.cookie, KSSH_ACCEPT) ? 4 : 0);
	}
	EXPECT_EQ(0, kt_start(self->fd, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ("rsa-sha2-512", i.hostkey_alg);
}

/* Only the default order is anybody else's business. */
TEST_F_TIMEOUT(prequery, own_order_is_kept, TEST_SECONDS)
{
	static const struct {
		const char *text;
		int cmd;	/* what the helper hears first */
	} rows[] = {
		{ "ssh-ed25519," RSA, KSSH_CMD_ASK },
		{ "^ecdsa-sha2-nistp256", KSSH_CMD_ASK },
		{ "+ecdsa-sha2-nistp256", KSSH_CMD_PREQUERY },
		{ "-ecdsa-sha2-nistp256", KSSH_CMD_PREQUERY },
	};
	char before[2048];
	unsigned int k;
	char tag[16];

	for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		snprintf(tag, sizeof(tag), "own%u", k);
		self->fd = prepare(tag);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, rows[k].text));
		ASSERT_LT(0, kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, before,
					 sizeof(before)));
		ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
		ASSERT_EQ(0, next(&self->nl, &self->ev, rows[k].cmd))
			TH_LOG("%s: %d", rows[k].text, self->ev.cmd);
		if (rows[k].cmd == KSSH_CMD_PREQUERY) {
			ASSERT_EQ(0, kssh_nl_known(&self->nl, self->ev.cookie, "ssh-rsa",
						   0));
			ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_ASK));
		}
		ASSERT_EQ(0, kssh_nl_verdict(&self->nl, self->ev.cookie, KSSH_ACCEPT));
		EXPECT_EQ(0, kt_finish(self->fd));
		close(self->fd);
		self->fd = -1;
		EXPECT_STREQ(rows[k].cmd == KSSH_CMD_PREQUERY ? reordered(before, RSA) :
			     before, offered(tag));
		ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_RESULT));
	}
}

/* ---- who is not asked -------------------------------------------------------- */

/* One that has not said that it wants to be asked costs nothing. */
TEST_F_TIMEOUT(prequery, older_helper, TEST_SECONDS)
{
	ASSERT_EQ(0, kssh_nl_register(&self->other, KSSH_REGISTER_FLAG_TAKEOVER));
	self->fd = prepare("older");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(0, finish(&self->other, self->fd));
	EXPECT_STREQ(self->list, (close(self->fd), self->fd = -1, offered("older")));
}

TEST_F_TIMEOUT(prequery, other_modes, TEST_SECONDS)
{
	static const unsigned char pin[KSSH_PIN_LEN];

	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	close(self->fd);
	self->fd = prepare("pin");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	EXPECT_EQ(-EACCES, kt_start(self->fd, 0));
	EXPECT_EQ(-ETIMEDOUT, kssh_nl_recv(&self->nl, &self->ev, 100));
}

/* ---- answers that do not come, or are none -------------------------------------- */

TEST_F_TIMEOUT(prequery, silent_helper, TEST_SECONDS)
{
	uint64_t begin = kt_now_ms(), took, cookie;

	self->fd = asked(&self->nl, &self->ev, "silent");
	ASSERT_LE(0, self->fd);
	cookie = self->ev.cookie;
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_CANCEL));
	EXPECT_EQ(cookie, self->ev.cookie);
	took = kt_now_ms() - begin;
	EXPECT_LE(1900, took);
	EXPECT_GT(2000 + 3000 * kt_slow(), took);
	/* late */
	EXPECT_EQ(-ENOENT, kssh_nl_known(&self->nl, cookie, "ssh-rsa", 0));
	EXPECT_STRNE("", self->nl.extack);
	EXPECT_EQ(0, finish(&self->nl, self->fd));
	close(self->fd);
	self->fd = -1;
	EXPECT_STREQ(self->list, offered("silent"));
}

/* A short deadline has a short patience: a tenth. */
TEST_F_TIMEOUT(prequery, patience_is_a_part_of_the_deadline, TEST_SECONDS)
{
	uint64_t begin;

	self->fd = prepare("short");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_TIMEOUT, 4000 * kt_slow()));
	begin = kt_now_ms();
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_CANCEL));
	EXPECT_GT(1500 * kt_slow(), kt_now_ms() - begin);
	EXPECT_EQ(0, finish(&self->nl, self->fd));
}

TEST_F_TIMEOUT(prequery, malformed_and_forged, TEST_SECONDS)
{
	static const char * const bad[] = { ",", "ssh-rsa,", ",ssh-rsa", "a,,b", "a,b,a" };
	char many[KSSH_NAMES_MAX + 2], name[KSSH_ALGNAME_MAX + 2];
	uint64_t cookie;
	unsigned int k;

	self->fd = asked(&self->nl, &self->ev, "malformed");
	ASSERT_LE(0, self->fd);
	cookie = self->ev.cookie;
	for (k = 0; k < sizeof(bad) / sizeof(bad[0]); k++)
		EXPECT_EQ(-EINVAL, kssh_nl_known(&self->nl, cookie, bad[k], 0))
			TH_LOG("list %u", k);
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = 0;
	EXPECT_EQ(-EINVAL, kssh_nl_known(&self->nl, cookie, many, 0));
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	EXPECT_EQ(-EINVAL, kssh_nl_known(&self->nl, cookie, name, 0));
	EXPECT_STRNE("", self->nl.extack);

	EXPECT_EQ(-EPERM, kssh_nl_known(&self->other, cookie, "ssh-rsa", 0));
	EXPECT_EQ(-ENOENT, kssh_nl_known(&self->nl, cookie + 1, "ssh-rsa", 0));
	/* a verdict is no answer to this question */
	EXPECT_EQ(-ENOENT, kssh_nl_verdict(&self->nl, cookie, KSSH_ACCEPT));
	EXPECT_EQ(KSSH_STATE_HANDSHAKE, kt_state(self->fd));

	/* none of them counted */
	EXPECT_EQ(0, kssh_nl_known(&self->nl, cookie, "ssh-rsa", 0));
	EXPECT_EQ(-ENOENT, kssh_nl_known(&self->nl, cookie, "ssh-rsa", 0));
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_ASK));
	/* and this is none to that */
	EXPECT_EQ(-ENOENT, kssh_nl_known(&self->nl, self->ev.cookie, "ssh-rsa", 0));
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, self->ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(self->fd));
	close(self->fd);
	self->fd = -1;
	EXPECT_STREQ(reordered(self->list, RSA), offered("malformed"));
}

TEST_F_TIMEOUT(prequery, helper_goes, TEST_SECONDS)
{
	uint64_t begin;

	/* for good: nobody is there to trust the key either */
	self->fd = asked(&self->nl, &self->ev, "goes");
	ASSERT_LE(0, self->fd);
	begin = kt_now_ms();
	kssh_nl_close(&self->nl);
	EXPECT_EQ(-ESRCH, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_NO_HELPER, kt_reason(self->fd));
	EXPECT_GT(1500 * kt_slow(), kt_now_ms() - begin);
	close(self->fd);

	/* another takes over: it is asked about the key */
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	ASSERT_EQ(0, kssh_nl_register(&self->nl, KSSH_REGISTER_FLAG_PREQUERY));
	self->fd = asked(&self->nl, &self->ev, "takeover");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kssh_nl_register(&self->other, KSSH_REGISTER_FLAG_TAKEOVER |
				      KSSH_REGISTER_FLAG_PREQUERY));
	EXPECT_EQ(0, finish(&self->other, self->fd));
	close(self->fd);
	self->fd = -1;
	EXPECT_STREQ(self->list, offered("takeover"));
}

/* ---- the state itself --------------------------------------------------------- */

/* Connected to ourselves and started: what waits, and the server's end. */
static int to_ourselves(int *server)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, 0, &ss);
	int l = socket(AF_INET, SOCK_STREAM, 0), fd;

	if (bind(l, (struct sockaddr *)&ss, n) || listen(l, 1) ||
	    getsockname(l, (struct sockaddr *)&ss, &n))
		return -errno;
	fd = kt_connect(AF_INET, ntohs(((struct sockaddr_in *)&ss)->sin_port));
	*server = accept(l, NULL, NULL);
	close(l);
	if (fd < 0 || *server < 0 || kt_attach(fd) || kt_name(fd, "host.example", 0) ||
	    kt_set_u32(fd, KSSH_TIMEOUT, 600000))
		return -EIO;
	return kt_start(fd, KSSH_HS_NOWAIT) == -EINPROGRESS ? fd : -EBADMSG;
}

TEST_F_TIMEOUT(prequery, nothing_leaves_before, TEST_SECONDS)
{
	static const char server_id[] = "SSH-2.0-x\r\n";
	char buf[4096];
	char *kexinit;
	ssize_t n;

	self->fd = to_ourselves(&self->server);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
	ASSERT_EQ(sizeof(server_id) - 1,
		  (size_t)write(self->server, server_id, sizeof(server_id) - 1));
	kt_sleep_ms(100);
	ASSERT_EQ(-1, recv(self->server, buf, sizeof(buf), MSG_DONTWAIT));
	EXPECT_EQ(-EALREADY, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN | POLLOUT, 0));
	ASSERT_EQ(0, kssh_nl_known(&self->nl, self->ev.cookie, NULL, 0));
	ASSERT_EQ(POLLIN, kt_poll(self->server, POLLIN, 20000));
	n = recv(self->server, buf, sizeof(buf), MSG_DONTWAIT);
	ASSERT_LT(100, n);
	EXPECT_EQ(0, strncmp(buf, "SSH-2.0-", 8));
	kexinit = memchr(buf, '\n', 100);
	ASSERT_NE(NULL, kexinit);
	EXPECT_EQ(20, kexinit[6]);	/* SSH_MSG_KEXINIT */
}

TEST_F_TIMEOUT(prequery, cancelled, TEST_SECONDS)
{
	struct kssh_nl_status st;

	self->fd = to_ourselves(&self->server);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_RDWR));
	EXPECT_EQ(-ECONNABORTED, kt_finish(self->fd));
	EXPECT_EQ(KSSH_R_CANCELLED, kt_reason(self->fd));
	EXPECT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_CANCEL));
	EXPECT_EQ(-ENOENT, kssh_nl_known(&self->nl, self->ev.cookie, "ssh-rsa", 0));
	close(self->fd);
	close(self->server);

	self->fd = to_ourselves(&self->server);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_CANCEL));
	ASSERT_EQ(0, kssh_nl_status(&self->nl, &st));
	EXPECT_EQ(0, st.pending);
	close(self->server);

	/* the server goes meanwhile */
	self->fd = to_ourselves(&self->server);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
	close(self->server);
	self->server = -1;
	kssh_nl_known(&self->nl, self->ev.cookie, NULL, 0);
	EXPECT_EQ(-ECONNRESET, kt_finish(self->fd));
}

/* Answers that come in the moment in which patience ends: one of both is first. */
TEST_F_TIMEOUT(prequery, a_moment_too_late, TEST_SECONDS)
{
	int i, r, answered = 0;
	uint64_t cookie;

	for (i = 0; i < 24; i++) {
		self->fd = prepare("moment");
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_TIMEOUT, 2000 * kt_slow()));
		ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
		ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_PREQUERY));
		cookie = self->ev.cookie;
		kt_sleep_ms(200 * kt_slow() - 12 + i);
		r = kssh_nl_known(&self->nl, cookie, "ssh-rsa", 0);
		EXPECT_TRUE(!r || r == -ENOENT);
		answered += !r;
		if (r) {
			ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_CANCEL));
			EXPECT_EQ(cookie, self->ev.cookie);
		}
		EXPECT_EQ(0, finish(&self->nl, self->fd));
		close(self->fd);
		self->fd = -1;
		ASSERT_EQ(0, next(&self->nl, &self->ev, KSSH_CMD_RESULT));
	}
	TH_LOG("%d of %d in time", answered, i);
}

TEST_HARNESS_MAIN
