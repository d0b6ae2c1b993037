// SPDX-License-Identifier: GPL-2.0
/* Every way around the records is closed: no wire byte is read, none is written. */
#include <fcntl.h>
#include <linux/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <linux/sockios.h>
#include "kselftest_harness.h"
#define _NETINET_TCP_H	/* <linux/tcp.h> it is */
#include "kssh_test.h"

FIXTURE(holes)
{
	int fd;
};

FIXTURE_VARIANT(holes)
{
	bool open;	/* the session is up, or else it is attached only */
};

FIXTURE_VARIANT_ADD(holes, open)
{
	.open = true,
};

FIXTURE_VARIANT_ADD(holes, attached)
{
	.open = false,
};

FIXTURE_SETUP(holes)
{
	self->fd = variant->open ? kt_session(AF_INET, NULL) :
				   kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd) TH_LOG("%s", strerror(-self->fd));
}

/* Whatever was tried, the session is unhurt. */
FIXTURE_TEARDOWN(holes)
{
	char out[100], in[200];

	memset(out, 94, sizeof(out));
	if (!variant->open) {
		EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd));
		EXPECT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
		EXPECT_EQ(0, kt_login(self->fd));
	}
	EXPECT_EQ(100, send(self->fd, out, 100, 0));
	EXPECT_EQ(100, recv(self->fd, in, 200, 0));
	EXPECT_EQ(0, memcmp(out, in, 100));
	close(self->fd);
}

static void splice_in(struct __test_metadata *_metadata, int fd)
{
	char c[64];
	int p[2];
	ssize_t n;

	ASSERT_EQ(0, pipe(p));
	ASSERT_EQ(0, kt_command(fd, "send 50 2", false));
	ASSERT_EQ(POLLIN, kt_poll(fd, POLLIN, 5000));
	n = splice(fd, NULL, p[1], NULL, 1000, 0);
	if (n < 0) {
		/* refused is right too, as long as nothing is lost */
		TH_LOG("%s", strerror(errno));
		ASSERT_EQ(50, recv(fd, c, 64, 0));
	} else {
		ASSERT_EQ(50, n);
		ASSERT_EQ(50, read(p[0], c, 64));
	}
	EXPECT_EQ(94, c[0]);
	EXPECT_EQ(0, c[4]);
	EXPECT_EQ(50 - 6, c[49]);
	/* never two records at once */
	ASSERT_EQ(50, recv(fd, c, 64, 0));
	EXPECT_EQ(1, c[4]);
	close(p[0]);
	close(p[1]);
}

TEST_F_TIMEOUT(holes, splice_from, 120)
{
	int p[2];

	if (variant->open) {
		splice_in(_metadata, self->fd);
		return;
	}
	ASSERT_EQ(0, pipe(p));
	EXPECT_GT(0, splice(self->fd, NULL, p[1], NULL, 1000, SPLICE_F_NONBLOCK));
	EXPECT_EQ(0, kt_poll(p[0], POLLIN, 0));
}

TEST_F_TIMEOUT(holes, splice_to, 120)
{
	char out[100], in[200];
	int p[2];
	ssize_t n;

	memset(out, 94, sizeof(out));
	ASSERT_EQ(0, pipe(p));
	ASSERT_EQ(100, write(p[1], out, 100));
	n = splice(p[0], NULL, self->fd, NULL, 100, 0);
	if (!variant->open) {
		EXPECT_GT(0, n);
		return;
	}
	ASSERT_EQ(100, n);
	ASSERT_EQ(100, recv(self->fd, in, 200, 0));
	EXPECT_EQ(0, memcmp(out, in, 100));
}

TEST_F_TIMEOUT(holes, splice_to_with_more, 120)
{
	char out[100], in[200];
	int p[2];

	if (!variant->open)
		return;
	memset(out, 94, sizeof(out));
	ASSERT_EQ(0, pipe(p));
	ASSERT_EQ(100, write(p[1], out, 100));
	ASSERT_EQ(60, splice(p[0], NULL, self->fd, NULL, 60, SPLICE_F_MORE));
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN, 100));
	ASSERT_EQ(40, splice(p[0], NULL, self->fd, NULL, 40, 0));
	ASSERT_EQ(100, recv(self->fd, in, 200, 0));
	EXPECT_EQ(0, memcmp(out, in, 100));
}

TEST_F_TIMEOUT(holes, sendfile_to, 120)
{
	char out[5000], in[6000];
	FILE *f = tmpfile();
	off_t off = 0;
	ssize_t n;

	ASSERT_NE(NULL, f);
	memset(out, 94, sizeof(out));
	ASSERT_EQ(5000, write(fileno(f), out, 5000));
	n = sendfile(self->fd, fileno(f), &off, 5000);
	if (!variant->open) {
		EXPECT_GT(0, n);
		fclose(f);
		return;
	}
	ASSERT_EQ(5000, n);
	ASSERT_EQ(5000, recv(self->fd, in, 6000, MSG_WAITALL));
	EXPECT_EQ(0, memcmp(out, in, 5000));
	fclose(f);
}

TEST_F_TIMEOUT(holes, send_flags, 120)
{
	static const int flags[] = { MSG_OOB, MSG_ZEROCOPY, MSG_FASTOPEN };
	char c[20] = { 94 };
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->fd, c, 20,
						   flags[i] | MSG_DONTWAIT))) {
			TH_LOG("flag %#x", flags[i]);
		}
	}
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN, 100));
}

TEST_F_TIMEOUT(holes, receive_flags, 120)
{
	char c[20];

	EXPECT_EQ(-EOPNOTSUPP, kt_err(recv(self->fd, c, 20, MSG_OOB)));
	if (variant->open)
		EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, c, 20, MSG_ERRQUEUE)));
}

TEST_F_TIMEOUT(holes, ioctls, 120)
{
	int v = -1;

	ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &v));
	EXPECT_EQ(0, v);
	if (variant->open) {
		char c[300];

		ASSERT_EQ(0, kt_command(self->fd, "send 70 2", false));
		ASSERT_EQ(POLLIN, kt_poll(self->fd, POLLIN, 5000));
		ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &v));
		EXPECT_EQ(70, v);
		ASSERT_EQ(70, recv(self->fd, c, sizeof(c), 0));
		ASSERT_EQ(70, recv(self->fd, c, sizeof(c), 0));
	}
	EXPECT_EQ(0, ioctl(self->fd, SIOCOUTQ, &v));
	EXPECT_LE(0, v);
	EXPECT_EQ(0, ioctl(self->fd, SIOCOUTQNSD, &v));
	EXPECT_GT(0, ioctl(self->fd, SIOCATMARK, &v));
}

TEST_F_TIMEOUT(holes, zerocopy_receive, 120)
{
	struct tcp_zerocopy_receive z = { .length = 4096 };
	socklen_t n = sizeof(z);
	void *p;

	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->fd, 0);
	EXPECT_EQ(MAP_FAILED, p);
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(-EOPNOTSUPP, kt_err(getsockopt(self->fd, IPPROTO_TCP,
						 TCP_ZEROCOPY_RECEIVE, &z, &n)));
}

TEST_F_TIMEOUT(holes, repair, 120)
{
	static const int opt[] = { TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ,
				   TCP_REPAIR_OPTIONS, TCP_REPAIR_WINDOW };
	char buf[64] = { 1 };
	size_t i;

	for (i = 0; i < sizeof(opt) / sizeof(opt[0]); i++)
		EXPECT_EQ(-EOPNOTSUPP, kt_err(setsockopt(self->fd, IPPROTO_TCP, opt[i],
							 buf, 4)));
}

TEST_F_TIMEOUT(holes, watermarks, 120)
{
	int v = 1000;

	EXPECT_EQ(-EOPNOTSUPP, kt_err(setsockopt(self->fd, SOL_SOCKET, SO_RCVLOWAT,
						 &v, sizeof(v))));
	v = 0;
	EXPECT_EQ(-EOPNOTSUPP, kt_err(setsockopt(self->fd, SOL_SOCKET, SO_PEEK_OFF,
						 &v, sizeof(v))));
}

TEST_F_TIMEOUT(holes, reconnect, 120)
{
	struct sockaddr_storage ss;
	struct sockaddr none = { .sa_family = AF_UNSPEC };
	socklen_t n = kt_loopback(AF_INET, kt_port(), &ss);

	EXPECT_EQ(-EISCONN, kt_err(connect(self->fd, (struct sockaddr *)&ss, n)));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(connect(self->fd, &none, sizeof(none))));
	EXPECT_GT(0, listen(self->fd, 1));
}

TEST_F_TIMEOUT(holes, other_ulp, 120)
{
	EXPECT_EQ(-EEXIST, kt_attach(self->fd));
	EXPECT_EQ(-EEXIST, kt_err(setsockopt(self->fd, IPPROTO_TCP, TCP_ULP, "tls", 3)));
}

/* An IPv6 socket cannot be turned into another one under our feet. */
TEST_F_TIMEOUT(holes, address_form, 120)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
				  .sin6_port = htons(kt_port()) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	int v = AF_INET;

	inet_pton(AF_INET6, "::ffff:127.0.0.1", &a.sin6_addr);
	ASSERT_EQ(0, connect(fd, (struct sockaddr *)&a, sizeof(a)));
	ASSERT_EQ(0, kt_attach(fd));
	EXPECT_GT(0, kt_err(setsockopt(fd, IPPROTO_IPV6, IPV6_ADDRFORM, &v, sizeof(v))));
	EXPECT_EQ(0, kt_handshake_app(fd, KSSH_ACCEPT));
	EXPECT_EQ(0, kt_login(fd));
	close(fd);
}

TEST_HARNESS_MAIN
