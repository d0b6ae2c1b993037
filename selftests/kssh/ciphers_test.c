// SPDX-License-Identifier: GPL-2.0
/* What each cipher has to carry: all sizes, much of it, in any pieces, unharmed. */
#include <pthread.h>
#include "records.h"

FIXTURE_VARIANT_ADD(rec, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, gcm128)
{
	.cipher = "aes128-gcm@openssh.com",
	.family = AF_INET6,
};

FIXTURE_VARIANT_ADD(rec, gcm256)
{
	.cipher = "aes256-gcm@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr)
{
	.cipher = "aes256-ctr",
	.family = AF_INET6,
};

TEST_F_TIMEOUT(rec, echo_all_sizes, 300)
{
	static const size_t big[] = { 255, 256, 1023, 1024, 4095, 4096, 16384,
				      32768, BIG - 1, BIG };
	size_t n;

	for (n = 1; n <= 70; n += 70 / kt_rounds(70))
		echo(_metadata, self, n);
	for (n = 0; n < sizeof(big) / sizeof(big[0]); n++)
		echo(_metadata, self, big[n]);
}

TEST_F_TIMEOUT(rec, echo_largest, 300)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_MAX_PAYLOAD, KSSH_PAYLOAD_MAX));
	echo(_metadata, self, KSSH_PAYLOAD_MAX);
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_MAX_PAYLOAD, KSSH_PAYLOAD_MIN));
	echo(_metadata, self, KSSH_PAYLOAD_MIN);
	EXPECT_EQ(-EMSGSIZE, kt_err(send(self->fd, self->out, KSSH_PAYLOAD_MIN + 1, 0)));
	echo(_metadata, self, 10);
}

TEST_F_TIMEOUT(rec, server_sends_in_bulk, 300)
{
	unsigned int i, n;
	size_t k;

	ASSERT_EQ(0, kt_command(self->fd, "send 20000 30", false));
	for (i = 0; i < 30; i++) {
		n = 0;
		while (n < 20000) {
			ssize_t r = recv(self->fd, self->in + n, 30000, 0);

			ASSERT_LT(0, r);
			n += r;
		}
		ASSERT_EQ(20000, n);
		ASSERT_EQ(i, (unsigned int)self->in[4] | self->in[3] << 8);
		for (k = 5; k < 20000; k += 997)
			ASSERT_EQ((unsigned char)(i + k - 5), self->in[k]);
	}
}

#define BULK	kt_rounds(150)

/* Both directions at once, more than the buffers hold. */
static void *writer(void *arg)
{
	FIXTURE_DATA(rec) *self = arg;
	int i;

	for (i = 0; i < BULK; i++)
		if (send(self->fd, self->out, 10000 + i, 0) != 10000 + i)
			return (void *)-1L;
	return NULL;
}

TEST_F_TIMEOUT(rec, both_ways_at_once, 300)
{
	pthread_t t;
	void *r;
	int i, n;

	ASSERT_EQ(0, small_buffer(self->fd));
	ASSERT_EQ(0, pthread_create(&t, NULL, writer, self));
	for (i = 0; i < BULK; i++) {
		for (n = 0; n < 10000 + i; ) {
			ssize_t got = recv(self->fd, self->in + n, 20000, 0);

			ASSERT_LT(0, got);
			n += got;
		}
		ASSERT_EQ(10000 + i, n);
		ASSERT_EQ(0, memcmp(self->in, self->out, n));
	}
	pthread_join(t, &r);
	EXPECT_EQ(NULL, r);
}

TEST_F_TIMEOUT(rec, dripped, 300)
{
	ASSERT_EQ(0, kt_command(self->fd, "drip 1", false));
	echo(_metadata, self, 200);
	ASSERT_EQ(0, kt_command(self->fd, "drip 13", false));
	echo(_metadata, self, 3000);
}

TEST_F_TIMEOUT(rec, several_in_one_segment, 120)
{
	int i;

	ASSERT_EQ(0, kt_command(self->fd,
				"batch 5e01 5e0202 0200000000 5e030303 5e04040404", false));
	for (i = 1; i <= 4; i++) {
		ASSERT_EQ(1 + i, recv(self->fd, self->in, 100, 0));
		EXPECT_EQ(i, self->in[1]);
	}
}

TEST_F_TIMEOUT(rec, bad_mac_is_not_delivered, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "bad-mac", false));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(send(self->fd, self->out, 100, MSG_NOSIGNAL)));
	EXPECT_EQ(KSSH_R_BAD_MAC, kt_reason(self->fd));
}

TEST_HARNESS_MAIN
