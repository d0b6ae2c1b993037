// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers of several network namespaces, and whom they answer for.
 */
#include <net/if.h>
#include <sys/ioctl.h>

#include "upcall.h"

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
	/* the helper must not take him for a user of its own */
	EXPECT_EQ(1, ev.child);
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
	EXPECT_EQ(0, ev.child);
	EXPECT_EQ(0, kssh_nl_verdict(&self->nl, ev.cookie, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_finish(fd));
	EXPECT_EQ(KSSH_R_HOSTKEY_REVOKED, end(pid));
	ASSERT_EQ(0, kssh_nl_recv(&self->nl, &ev, 5000));
	EXPECT_EQ(KSSH_CMD_RESULT, ev.cmd);
	EXPECT_EQ(-ETIMEDOUT, kssh_nl_recv(&self->nl, &ev, 100));
}

TEST_HARNESS_MAIN
