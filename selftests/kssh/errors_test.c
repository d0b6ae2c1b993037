// SPDX-License-Identifier: GPL-2.0
/*
 * Every row of errors.tsv: the event happens, and errno, reason and phase are what
 * the table says, whoever asks and however often.
 */
#include "kselftest_harness.h"
#include "kssh_test.h"
#include "netns.h"
#include "nl.h"

#define PENDING_MAX "/sys/module/kssh/parameters/upcall_pending_max"

FIXTURE(row)
{
	int fd;
	struct kssh_nl nl;
	bool helper;
	bool nowait;		/* the start did not wait */
	int result;		/* of the call that ended it, -errno */
};

FIXTURE_VARIANT(row)
{
	int number;
	int reason;
	int error;
	int phase;
	const char *event;
	const char *options;
};

#include "errors_rows.h"

FIXTURE_SETUP(row)
{
	self->fd = -1;
	self->helper = false;
	self->nowait = false;
	self->result = 0;
}

FIXTURE_TEARDOWN(row)
{
	if (self->fd >= 0)
		close(self->fd);
	if (self->helper)
		kssh_nl_close(&self->nl);
}

/* The value of "NAME=" in the options, or NULL; in a static buffer. */
static const char *option(const char *options, const char *name)
{
	static char value[256];
	const char *p = options;
	size_t n = strlen(name);

	while (*p) {
		size_t len = strcspn(p, ";");

		if (!strncmp(p, name, n) && p[n] == '=') {
			snprintf(value, sizeof(value), "%.*s", (int)(len - n - 1),
				 p + n + 1);
			return value;
		}
		p += len + (p[len] == ';');
	}
	return NULL;
}

static int set_options(int fd, const char *options)
{
	const char *v;
	int r = 0;

	v = option(options, "timeout");
	if (v)
		r = kt_set_u32(fd, KSSH_TIMEOUT, atoi(v) * kt_slow());
	v = option(options, "rekey-timeout");
	if (v && !r) {
		struct kssh_rekey renew = { .timeout = atoi(v) * kt_slow() };

		r = kt_set(fd, KSSH_REKEY, &renew, sizeof(renew));
	}
	v = option(options, "kex");
	if (v && !r)
		r = kt_set_text(fd, KSSH_KEX, v);
	v = option(options, "hostkey");
	if (v && !r)
		r = kt_set_text(fd, KSSH_HOSTKEY_ALGS, v);
	v = option(options, "rsa-min");
	if (v && !r)
		r = kt_set_u32(fd, KSSH_RSA_MIN_BITS, atoi(v));
	v = option(options, "cipher");
	if (v && !r)
		r = kt_suite(fd, v, NULL, NULL);
	v = option(options, "mac");
	if (v && !r)
		r = kt_suite(fd, NULL, v, NULL);
	v = option(options, "comp");
	if (v && !r)
		r = kt_suite(fd, NULL, NULL, v);
	return r;
}

static int family_of(int number)
{
	return number % 2 ? AF_INET : AF_INET6;
}

/* Read until the session ends: 0 for an orderly end, or -errno. */
static int read_out(int fd)
{
	char buf[4096];
	ssize_t n;

	do {
		n = recv(fd, buf, sizeof(buf), 0);
	} while (n > 0);
	return n ? -errno : 0;
}

/* Bind a channel with that window; then the server is asked for something. */
static void channel(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
		    uint32_t window, const char *then)
{
	struct kssh_channel ch = {
		.local_id = 0, .remote_id = 0,
		.local_window = window, .local_max_packet = 100,
		.remote_window = 1, .remote_max_packet = 100,
	};

	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, then, false));
	/* what is there is judged by the window as it was, before it is raised */
	EXPECT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 20000));
	self->result = kt_set(self->fd, KSSH_CHANNEL, &ch, sizeof(ch)) ?:
		       read_out(self->fd);
}

/* What the server does. */
static void lie(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
		const FIXTURE_VARIANT(row) *variant)
{
	const char *then, *window;
	char user[256];
	uint32_t bytes;

	self->result = kt_handshake_app(self->fd, KSSH_ACCEPT);
	window = option(variant->options, "channel");
	bytes = window ? strtoul(window, NULL, 0) : 0;
	then = option(variant->options, "then");
	if (!then)
		return;
	ASSERT_EQ(0, self->result);
	if (bytes) {
		channel(_metadata, self, bytes, then);
		return;
	}
	snprintf(user, sizeof(user), "test %s", then);
	ASSERT_EQ(0, kt_userauth(self->fd, user));
	self->result = read_out(self->fd);
	if (variant->reason == KSSH_R_PEER_CLOSED) {
		/* between two packets it is an end like any other */
		EXPECT_EQ(0, self->result);
		self->result = kt_start(self->fd, 0);
	}
}

static void start_app(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, 0));
}

/* A policy is in the way: one of a namespace of our own. */
static void policy(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
		   const char *what)
{
	const char *forbid = NULL;
	uint32_t flags = 0, bits = 0;

	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, kt_own_netns(NULL));
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	self->helper = true;
	if (!strcmp(what, "app"))
		flags = KSSH_POLICY_FLAG_FORBID_APP;
	else if (!strcmp(what, "algorithm"))
		forbid = "rsa-sha2-512";
	else
		bits = 3072;
	ASSERT_EQ(0, kssh_nl_set_policy(&self->nl, flags, bits, forbid));
	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, "rsa-sha2-512"));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	self->result = kt_start(self->fd, 0);
}

/* The server has lost the method that it was known to have. */
static void guess(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self)
{
	static const char * const lies[] = {
		"honest hostkey=rsa-sha2-512/ssh-ed25519",
		"honest kex=diffie-hellman-group14-sha256",
	};
	int i;

	close(self->fd);
	self->fd = -1;
	/* where nobody has guessed wrong before */
	ASSERT_EQ(0, kt_own_netns(NULL));
	for (i = 0; i < 2; i++) {
		if (i)
			close(self->fd);
		self->fd = kt_prepare(AF_INET, lies[i]);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256,"
					 "diffie-hellman-group14-sha256"));
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_GUESS, KSSH_GUESS_MAY_ABORT));
		self->result = kt_handshake_app(self->fd, KSSH_ACCEPT);
		ASSERT_TRUE(i || !self->result);
	}
}

/* Nothing is read of more than there is room for, in front of the server's KEXINIT. */
static void unread(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self)
{
	struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	static char p[30000] = { 94 };
	struct kssh_info i = { 0 };
	int room = 65536;
	ssize_t n;

	/* set, so that TCP does not raise it */
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "send 30000 700", false));
	/* less than the 256 KiB that are held: what holding costs counts, too */
	while (i.rx_bytes < 131072) {
		kt_sleep_ms(10);
		ASSERT_EQ(0, kt_info(self->fd, &i));
	}
	ASSERT_EQ(0, kt_set(self->fd, KSSH_REKEY, &now, sizeof(now)));
	do {
		n = send(self->fd, p, sizeof(p), MSG_NOSIGNAL);
	} while (n > 0);
	self->result = -errno;
	/* what has come can be read */
	EXPECT_EQ(-EBUSY, read_out(self->fd));
}

/* What the caller does. */
static void caller(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
		   const char *what)
{
	static const unsigned char pins[2 * KSSH_PIN_LEN];
	struct kssh_disconnect bye = { .reason = 0, .text = "bye" };

	if (!strcmp(what, "guess")) {
		guess(_metadata, self);
		return;
	}
	if (!strncmp(what, "policy-", 7)) {
		policy(_metadata, self, what + 7);
		return;
	}
	if (strcmp(what, "no-name"))
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	if (!strcmp(what, "no-verdict")) {
		start_app(_metadata, self);
		/* nobody waits: a program would have poll(2) tell it */
		EXPECT_TRUE(kt_poll(self->fd, POLLOUT, 20000) & POLLOUT);
		EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
		self->result = kt_start(self->fd, 0);
	} else if (!strcmp(what, "shutdown")) {
		self->nowait = true;
		ASSERT_EQ(0, kt_lie(self->fd, "silent at=banner"));
		ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
		ASSERT_EQ(0, shutdown(self->fd, SHUT_RDWR));
		self->result = kt_finish(self->fd);
	} else if (!strcmp(what, "disconnect")) {
		ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
		ASSERT_EQ(0, kt_set(self->fd, KSSH_DISCONNECT, &bye, sizeof(bye)));
		self->result = kt_userauth(self->fd, "late");
	} else if (!strcmp(what, "unread")) {
		unread(_metadata, self);
	} else if (!strcmp(what, "no-name")) {
		self->result = kt_start(self->fd, 0);
	} else if (!strcmp(what, "pin-mismatch")) {
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
		ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pins, sizeof(pins)));
		self->result = kt_start(self->fd, 0);
	} else if (!strcmp(what, "verdict-unknown")) {
		start_app(_metadata, self);
		self->result = kt_verdict(self->fd, KSSH_UNKNOWN, 0);
	} else if (!strcmp(what, "verdict-changed")) {
		start_app(_metadata, self);
		self->result = kt_verdict(self->fd, KSSH_CHANGED, 0);
	} else if (!strcmp(what, "verdict-revoked")) {
		start_app(_metadata, self);
		self->result = kt_verdict(self->fd, KSSH_REVOKED, 0);
	} else if (!strcmp(what, "verdict-refused")) {
		start_app(_metadata, self);
		self->result = kt_verdict(self->fd, KSSH_REFUSED, 0);
	} else {
		ASSERT_STREQ("", what);
	}
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -errno : 0;
}

/* A second handshake is held by the helper, whose queue takes no more. */
static void helper_full(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self)
{
	struct kssh_nl_event ev;
	int other;

	other = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, kt_name(other, "other.example", 0));
	ASSERT_EQ(-EINPROGRESS, kt_start(other, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	ASSERT_EQ(0, write_file(PENDING_MAX, "1"));
	self->result = kt_start(self->fd, 0);
	EXPECT_EQ(0, write_file(PENDING_MAX, "16384"));
	close(other);
}

/*
 * The asker's user namespace is neither the one that owns the network namespace
 * nor below it: a socket of a child's namespace, in the hands of its parent.
 * Bytes go to the scripted server through a process that is at home in both.
 */

/* In a new user and network namespace: helper and relay.  Tells its port. */
static void namespace_child(int server, int tell)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, 0, &ss);
	struct kssh_nl nl;
	int l, port;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		exit(2);
	/* not by ip(8): a program that is executed there has no rights any more */
	if (kt_loopback_up())
		exit(3);
	if (kssh_nl_open(&nl) || kssh_nl_register(&nl, 0))
		exit(4);
	l = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(l, (struct sockaddr *)&ss, n) || listen(l, 1) ||
	    getsockname(l, (struct sockaddr *)&ss, &n))
		exit(5);
	port = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	if (write(tell, &port, sizeof(port)) != sizeof(port))
		exit(6);
	kt_relay(accept(l, NULL, NULL), server);
	exit(0);
}

static void helper_namespace(struct __test_metadata *_metadata,
			     FIXTURE_DATA(row) *self)
{
	int server, tell[2], port, home, ns, status;
	char path[64];
	pid_t pid;

	server = kt_connect(AF_INET, kt_port());
	ASSERT_LE(0, server);
	ASSERT_EQ(0, pipe(tell));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		namespace_child(server, tell[1]);
	close(server);
	close(tell[1]);
	ASSERT_EQ((ssize_t)sizeof(port), read(tell[0], &port, sizeof(port))) {
		waitpid(pid, &status, 0);
		TH_LOG("the child ended with %d", WEXITSTATUS(status));
	}

	home = open("/proc/self/ns/net", O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	ns = open(path, O_RDONLY);
	ASSERT_EQ(0, setns(ns, CLONE_NEWNET));
	close(self->fd);
	self->fd = kt_connect(AF_INET, port);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	close(ns);
	close(home);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_attach(self->fd));
	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	self->result = kt_start(self->fd, 0);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

/* What the helper does. */
static void helper(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
		   const char *what)
{
	static const char * const verdict[] = {
		[KSSH_UNKNOWN] = "unknown", [KSSH_CHANGED] = "changed",
		[KSSH_REVOKED] = "revoked", [KSSH_REFUSED] = "refused",
	};
	struct kssh_nl_event ev;
	int v;

	if (!strcmp(what, "namespace")) {
		helper_namespace(_metadata, self);
		return;
	}
	ASSERT_EQ(0, kt_name(self->fd, "host.example", 0));
	if (!strcmp(what, "absent")) {
		self->result = kt_start(self->fd, 0);
		return;
	}
	ASSERT_EQ(0, kssh_nl_open(&self->nl));
	self->helper = true;
	ASSERT_EQ(0, kssh_nl_register(&self->nl, 0)) TH_LOG("%s", self->nl.extack);
	if (!strcmp(what, "full")) {
		helper_full(_metadata, self);
		return;
	}

	self->nowait = true;
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
	ASSERT_EQ(KSSH_CMD_ASK, ev.cmd);
	ASSERT_STREQ("host.example", ev.name);
	if (!strcmp(what, "gone"))
		kssh_nl_close(&self->nl);
	for (v = KSSH_UNKNOWN; v <= KSSH_REFUSED; v++)
		if (!strcmp(what, verdict[v]))
			ASSERT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, v));
	self->result = kt_finish(self->fd);
	if (!strcmp(what, "silent")) {
		/* what nobody waits for any more is called off */
		ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 20000 * kt_slow()));
		EXPECT_EQ(KSSH_CMD_CANCEL, ev.cmd);
	}
}

/*
 * A handshake in which the allocation number @nth fails (fault injection's
 * fail-nth).  *@done: there were not that many.
 */
static int handshake_failing(struct __test_metadata *_metadata, int fd, int nth,
			     bool *done)
{
	int r;

	ASSERT_EQ(0, kt_attach(fd));
	ASSERT_LE(0, kt_fail_nth(nth));
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	*done = kt_fail_nth(0) > 0;
	return r;
}

/*
 * Let one allocation of a handshake after the other fail, until it ends as the row says.
 * Without that memory the handshake succeeds all the same, or it says that it was memory
 * that was missing.  All of them: faults_test.
 */
static void fault_memory(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
			 const FIXTURE_VARIANT(row) *variant)
{
	uint64_t until = kt_now_ms() + 120000;
	int nth, r, fd, reason;
	bool done = false, found = false;

	if (access("/proc/self/fail-nth", W_OK))
		SKIP(return, "this kernel cannot inject faults");
	ASSERT_EQ(0, write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N"));
	for (nth = 1; !found && !done && kt_now_ms() < until; nth++) {
		fd = kt_connect(family_of(nth), kt_port());
		ASSERT_LE(0, fd);
		r = handshake_failing(_metadata, fd, nth, &done);
		reason = kt_reason(fd);
		if (kt_state(fd) != KSSH_STATE_FAILED) {
			/* -EFAULT: an option's copy, which can be made to fail too */
			EXPECT_TRUE(!r || r == -ENOMEM || r == -EFAULT);
		} else {
			EXPECT_EQ(-ENOMEM, r);
			EXPECT_EQ(KSSH_R_NO_MEMORY, reason);
		}
		TH_LOG("allocation %d: %s, reason %d, phase %d", nth,
		       r ? strerror(-r) : "fine", reason, kt_phase(fd));
		found = reason == variant->reason && kt_phase(fd) == variant->phase;
		if (!found) {
			close(fd);
			continue;
		}
		/* what is looked at below */
		close(self->fd);
		self->fd = fd;
		self->result = r;
	}
	ASSERT_TRUE(found);
}

/* What all connections may spend on compression is spent. */
static void fault_compression(struct __test_metadata *_metadata,
			      FIXTURE_DATA(row) *self)
{
	ASSERT_EQ(0, kt_zlib_lock(LOCK_EX));
	ASSERT_EQ(0, kt_zlib_kib("200"));
	self->result = kt_handshake_app(self->fd, KSSH_ACCEPT);
	EXPECT_EQ(0, kt_zlib_kib(KT_ZLIB_KIB_NORMAL));
}

/* The sticky result, as everybody gets it who asks. */
static void check_after(struct __test_metadata *_metadata, FIXTURE_DATA(row) *self,
			const FIXTURE_VARIANT(row) *variant)
{
	bool unstarted = variant->reason == KSSH_R_NO_PEER_NAME ||
			 variant->reason == KSSH_R_POLICY_TRUST_MODE ||
			 variant->reason == KSSH_R_POLICY_ALGORITHM;
	int send_error = variant->error;
	struct kssh_info i;
	char c = 80;
	int p;

	/* of a stream that was closed in good order, TCP's word */
	if (variant->reason == KSSH_R_PEER_CLOSED)
		send_error = EPIPE;
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(variant->reason, (int)i.reason);
	EXPECT_EQ(variant->phase, i.phase);
	EXPECT_EQ(variant->error, (int)i.error);
	if (unstarted) {
		EXPECT_EQ(KSSH_STATE_IDLE, i.state);
		EXPECT_EQ(-ENOTCONN, kt_err(send(self->fd, &c, 1, MSG_NOSIGNAL)));
		return;
	}
	EXPECT_EQ(variant->reason == KSSH_R_LOCAL_DISCONNECT ? KSSH_STATE_CLOSED :
		  KSSH_STATE_FAILED, i.state);
	EXPECT_EQ(-variant->error, kt_start(self->fd, 0));
	EXPECT_EQ(-variant->error, kt_start(self->fd, KSSH_HS_NOWAIT));
	EXPECT_EQ(-send_error, kt_err(send(self->fd, &c, 1, MSG_NOSIGNAL)));
	/* a channel's end has been read before what came behind it was wrong */
	if (variant->reason != KSSH_R_PEER_CLOSED &&
	    variant->reason != KSSH_R_CHANNEL_ENDED)
		EXPECT_EQ(-variant->error, kt_err(recv(self->fd, &c, 1, 0)));
	EXPECT_TRUE(kt_poll(self->fd, POLLOUT | POLLIN, 0) & POLLOUT);
	for (p = 0; p < KSSH_PHASE_COUNT; p++) {
		EXPECT_LE(i.phase_time[p].begin, i.phase_time[p].end) {
			TH_LOG("phase %d", p);
		}
	}
	if (variant->reason == KSSH_R_PEER_DISCONNECT) {
		char text[64];

		EXPECT_LT(0, kt_get_text(self->fd, KSSH_DISCONNECT_TEXT, text,
					 sizeof(text)));
		EXPECT_STREQ(i.peer_disconnect == 12 ? "not today" : "bye", text);
	}
}

/* A blocking caller gets the error from its call; SO_ERROR is not set for it. */
static void check_so_error(struct __test_metadata *_metadata,
			   FIXTURE_DATA(row) *self,
			   const FIXTURE_VARIANT(row) *variant)
{
	socklen_t n = sizeof(int);
	int err = -1;

	/* TCP's own errors are TCP's to report */
	if (variant->reason == KSSH_R_SOCKET_ERROR || strstr(variant->event, "namespace"))
		return;
	ASSERT_EQ(0, getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &err, &n));
	EXPECT_EQ(0, err);
}

TEST_F_TIMEOUT(row, fails_as_the_table_says, 300)
{
	const char *event = variant->event;
	bool served = !strncmp(event, "lie ", 4);

	if (!strncmp(event, "none ", 5))
		SKIP(return, "%s", event + 5);
	self->fd = kt_prepare(family_of(variant->number), served ? event + 4 : NULL);
	ASSERT_LE(0, self->fd) TH_LOG("%s", strerror(-self->fd));
	ASSERT_EQ(0, set_options(self->fd, variant->options));

	if (served)
		lie(_metadata, self, variant);
	else if (!strncmp(event, "caller ", 7))
		caller(_metadata, self, event + 7);
	else if (!strncmp(event, "helper ", 7))
		helper(_metadata, self, event + 7);
	else if (!strcmp(event, "fault compression"))
		fault_compression(_metadata, self);
	else
		fault_memory(_metadata, self, variant);
	if (_metadata->exit_code == KSFT_SKIP)
		return;
	EXPECT_EQ(-variant->error, self->result) {
		TH_LOG("%s; %s", event, strerror(-self->result));
	}
	check_so_error(_metadata, self, variant);
	check_after(_metadata, self, variant);
}

TEST_HARNESS_MAIN
