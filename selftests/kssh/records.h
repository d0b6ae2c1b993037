/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session that is up and logged in, and two buffers: what records_test and
 * ciphers_test begin with.  The fixture is called "rec" in both, its variants
 * differ.
 */
#ifndef KSSH_TEST_RECORDS_H
#define KSSH_TEST_RECORDS_H

#include "kselftest_harness.h"
#include "kssh_test.h"

#define BIG	(KSSH_PAYLOAD_DEFAULT)

FIXTURE(rec)
{
	int fd;
	unsigned char *out, *in;	/* KSSH_PAYLOAD_MAX + 1 each */
};

FIXTURE_VARIANT(rec)
{
	const char *cipher;
	const char *mac;	/* NULL: the default list */
	const char *comp;	/* likewise */
	int family;
};

static inline void fill(unsigned char *p, size_t n, unsigned int seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (seed = seed * 1103515245 + 12345) >> 16;
	p[0] = 94;
}

FIXTURE_SETUP(rec)
{
	self->out = malloc(KSSH_PAYLOAD_MAX + 1);
	self->in = malloc(KSSH_PAYLOAD_MAX + 1);
	ASSERT_NE(NULL, self->out);
	ASSERT_NE(NULL, self->in);
	fill(self->out, KSSH_PAYLOAD_MAX + 1, getpid());
	self->fd = kt_prepare(variant->family, NULL);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, variant->comp));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_patience(self->fd));
}

FIXTURE_TEARDOWN(rec)
{
	close(self->fd);
	free(self->out);
	free(self->in);
}

/* Send @n bytes of out and read the server's echo of them. */
static inline void echo(struct __test_metadata *_metadata, FIXTURE_DATA(rec) *self, size_t n)
{
	size_t got = 0;
	ssize_t r;

	ASSERT_EQ((ssize_t)n, send(self->fd, self->out, n, 0));
	memset(self->in, 0, n);
	while (got < n) {
		r = recv(self->fd, self->in + got, n - got, 0);
		ASSERT_LT(0, r) TH_LOG("%s after %zu of %zu", strerror(errno), got, n);
		got += r;
	}
	EXPECT_EQ(0, memcmp(self->out, self->in, n)) {
		TH_LOG("%zu bytes", n);
	}
}

/* Little room on our side, so that a peer who does not read is felt soon. */
static inline int small_buffer(int fd)
{
	int n = 65536;

	return kt_err(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &n, sizeof(n)));
}

#endif /* KSSH_TEST_RECORDS_H */
