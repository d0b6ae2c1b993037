// SPDX-License-Identifier: GPL-2.0
/*
 * Round trips: what belongs together leaves in one segment, nothing waits for an
 * acknowledgment, and a session may be up before SERVICE_ACCEPT.  Segments are
 * counted by TCP (struct tcp_info), not timed.
 */
#include <linux/tcp.h>

#include "kselftest_harness.h"
#define _NETINET_TCP_H	/* its struct tcp_info is an old one */
#include "silent.h"

#define TEST_SECONDS	300

FIXTURE(flight)
{
	int fd;
	int server;
};

FIXTURE_SETUP(flight)
{
	self->fd = -1;
	self->server = -1;
}

FIXTURE_TEARDOWN(flight)
{
	if (self->fd >= 0)
		close(self->fd);
	if (self->server >= 0)
		close(self->server);
}

static struct tcp_info tcp(int fd)
{
	struct tcp_info t = {};
	socklen_t n = sizeof(t);

	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &t, &n);
	return t;
}

/* Segments with data, without those that TCP sent again because the machine is slow. */
static unsigned int segments(int fd)
{
	struct tcp_info t = tcp(fd);

	return t.tcpi_data_segs_out - t.tcpi_total_retrans;
}

static int tcp_option(int fd, int opt)
{
	socklen_t n = sizeof(int);
	int v = -1;

	getsockopt(fd, IPPROTO_TCP, opt, &v, &n);
	return v;
}

/* Whatever the descriptor says of Nagle's algorithm: three flights, three segments. */
TEST_F_TIMEOUT(flight, a_segment_for_each_flight, TEST_SECONDS)
{
	static const struct { int nodelay, cork; } rows[] = {
		{ 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		self->fd = kt_prepare(AF_INET, "honest");
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(0, setsockopt(self->fd, IPPROTO_TCP, TCP_NODELAY,
					&rows[i].nodelay, sizeof(int)));
		ASSERT_EQ(0, setsockopt(self->fd, IPPROTO_TCP, TCP_CORK,
					&rows[i].cork, sizeof(int)));
		ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
		EXPECT_EQ(3, segments(self->fd)) {
			TH_LOG("row %u", i);
		}
		EXPECT_EQ(rows[i].nodelay, tcp_option(self->fd, TCP_NODELAY));
		EXPECT_EQ(rows[i].cork, tcp_option(self->fd, TCP_CORK));
		close(self->fd);
		self->fd = -1;
	}
}

/*
 * The server has spoken first and acknowledges late: our public value leaves all the
 * same, while the first flight is still on its way as far as TCP knows.
 */
TEST_F_TIMEOUT(flight, nothing_waits_for_an_acknowledgment, TEST_SECONDS)
{
	unsigned char hello[1024];
	size_t len = silent_flight(hello);
	int l, port = 0, off = 0, tries, seen = 0;
	struct tcp_info t;

	l = silent_listen(1, &port);
	ASSERT_LE(0, l);
	/* the timer of the delayed acknowledgment may be quicker than a slow machine */
	for (tries = 0; tries < 50 && !seen; tries++) {
		self->fd = kt_connect(AF_INET, port);
		ASSERT_LE(0, self->fd);
		self->server = accept(l, NULL, NULL);
		ASSERT_LE(0, self->server);
		ASSERT_EQ((ssize_t)len, write(self->server, hello, len));
		ASSERT_EQ(0, setsockopt(self->server, IPPROTO_TCP, TCP_QUICKACK, &off,
					sizeof(off)));
		ASSERT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 20000));
		ASSERT_EQ(0, kt_attach(self->fd));
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
		ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
		do {
			t = tcp(self->fd);
		} while (t.tcpi_data_segs_out < 2 && t.tcpi_unacked);
		seen = t.tcpi_data_segs_out == 2 && t.tcpi_unacked == 2;
		close(self->fd);
		close(self->server);
		self->fd = -1;
		self->server = -1;
	}
	EXPECT_TRUE(seen);
	close(l);
}

/* ---- before SERVICE_ACCEPT ---------------------------------------------------- */

/* A session that is up early; or -errno. */
static int open_early(const char *lie)
{
	int fd = kt_prepare(AF_INET, lie), r;

	if (fd < 0)
		return fd;
	r = kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP);
	if (!r)
		r = kt_start(fd, KSSH_HS_EARLY);
	if (r == -ENOKEY)
		r = kt_verdict(fd, KSSH_ACCEPT, 0);
	if (!r)
		return fd;
	close(fd);
	return r;
}

TEST_F_TIMEOUT(flight, first_message_rides_along, TEST_SECONDS)
{
	char report[4096];
	int phase;

	self->fd = open_early("silent at=service tag=early");
	ASSERT_LE(0, self->fd);
	/* no answer to SERVICE_REQUEST will ever come */
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
	EXPECT_EQ(-EISCONN, kt_start(self->fd, 0));
	EXPECT_TRUE(kt_poll(self->fd, POLLOUT, 20000) & POLLOUT);
	ASSERT_EQ(0, kt_userauth(self->fd, "early"));
	phase = kt_phase(self->fd);
	EXPECT_TRUE(phase == KSSH_PHASE_NEWKEYS || phase == KSSH_PHASE_SERVICE);
	EXPECT_EQ(4, segments(self->fd));
	close(self->fd);

	self->fd = open_early("honest tag=early2");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_login(self->fd));
	EXPECT_EQ(KSSH_PHASE_OPEN, kt_phase(self->fd));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report("early2", report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 5\nrx 50\n")) {
		TH_LOG("%s", report);
	}
}

TEST_F_TIMEOUT(flight, service_is_checked_when_it_comes, TEST_SECONDS)
{
	char buf[64];

	self->fd = open_early("service-is name=ssh-connection late=1");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_patience(self->fd));
	ASSERT_EQ(0, kt_userauth(self->fd, "early"));
	ASSERT_EQ(-1, recv(self->fd, buf, sizeof(buf), 0));
	EXPECT_EQ(EPROTO, errno);
	EXPECT_EQ(KSSH_R_SERVICE_MISMATCH, kt_reason(self->fd));
	EXPECT_EQ(KSSH_PHASE_SERVICE, kt_phase(self->fd));
	EXPECT_EQ(-EPROTO, kt_userauth(self->fd, "late"));
	EXPECT_EQ(-EPROTO, kt_start(self->fd, 0));
}

TEST_F_TIMEOUT(flight, deadline_covers_the_service, TEST_SECONDS)
{
	char buf[64];
	int fd;

	fd = kt_prepare(AF_INET, "silent at=service");
	ASSERT_LE(0, fd);
	self->fd = fd;
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_TIMEOUT, 2000 * kt_slow()));
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(fd, KSSH_HS_EARLY));
	ASSERT_EQ(0, kt_verdict(fd, KSSH_ACCEPT, 0));
	ASSERT_EQ(0, kt_patience(fd));
	ASSERT_EQ(-1, recv(fd, buf, sizeof(buf), 0));
	EXPECT_EQ(ETIMEDOUT, errno);
	EXPECT_EQ(KSSH_R_TIMEOUT, kt_reason(fd));
	EXPECT_EQ(KSSH_PHASE_SERVICE, kt_phase(fd));

	/* and ends with it: this session outlives its deadline */
	close(fd);
	fd = kt_prepare(AF_INET, "honest");
	ASSERT_LE(0, fd);
	self->fd = fd;
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_TIMEOUT, 2000 * kt_slow()));
	ASSERT_EQ(0, kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(fd, KSSH_HS_EARLY));
	ASSERT_EQ(0, kt_verdict(fd, KSSH_ACCEPT, 0));
	ASSERT_EQ(0, kt_login(fd));
	kt_sleep_ms(2500 * kt_slow());
	EXPECT_EQ(KSSH_STATE_OPEN, kt_state(fd));
}

TEST_F_TIMEOUT(flight, early_means_trusted, TEST_SECONDS)
{
	char report[4096];

	self->fd = kt_prepare(AF_INET, "honest tag=refused");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, KSSH_HS_EARLY));
	EXPECT_EQ(-ENOTCONN, kt_userauth(self->fd, "too early"));
	EXPECT_EQ(-EACCES, kt_verdict(self->fd, KSSH_REFUSED, 0));
	ASSERT_LT(0, kt_report("refused", report, sizeof(report)));
	EXPECT_EQ(NULL, strstr(report, "rx 21"));
	EXPECT_EQ(NULL, strstr(report, "rx 50"));
}

TEST_HARNESS_MAIN
