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
	.mac = "hmac-sha2-256-etm@openssh.com",
	.family = AF_INET6,
};

FIXTURE_VARIANT_ADD(rec, ctr128_etm512)
{
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-512-etm@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr192_mac256)
{
	.cipher = "aes192-ctr",
	.mac = "hmac-sha2-256",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr128_mac512)
{
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-512",
	.family = AF_INET6,
};

FIXTURE_VARIANT_ADD(rec, ctr192_etm1)
{
	.cipher = "aes192-ctr",
	.mac = "hmac-sha1-etm@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr256_mac1)
{
	.cipher = "aes256-ctr",
	.mac = "hmac-sha1",
	.family = AF_INET6,
};

FIXTURE_VARIANT_ADD(rec, chacha_zlib)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.comp = "zlib@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, ctr128_mac256_zlib)
{
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-256",
	.comp = "zlib@openssh.com,none",
	.family = AF_INET6,
};

/* The MAC covers the plaintext: what is wrong is said after the longest frame. */
static bool mac_first(const FIXTURE_VARIANT(rec) *variant)
{
	return variant->mac && !strstr(variant->mac, "-etm@");
}

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

/* Wherever a record is cut. */
TEST_F_TIMEOUT(rec, every_split, 300)
{
	unsigned int i, n = 1;
	char text[32];

	/* compression would make them one length or another */
	if (variant->comp)
		SKIP(return, "as without compression");
	ASSERT_EQ(0, kt_command(self->fd, "splits 60", true));
	for (i = 1; recv(self->fd, self->in, 100, MSG_PEEK) == 60; i++) {
		ASSERT_EQ(60, recv(self->fd, self->in, 100, 0));
		ASSERT_EQ(94, self->in[0]);
		ASSERT_EQ(i, (unsigned int)self->in[4]);
	}
	ASSERT_LT(0, kt_reply(self->fd, text, sizeof(text)));
	n = atoi(text);
	EXPECT_EQ(n, i - 1);
	EXPECT_LT(70, n);
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
	if (mac_first(variant)) {
		ASSERT_EQ(0, kt_command(self->fd, "junk 262000", false));
		/* some hundred bytes short of it: nothing is known yet */
		usleep(300000);
		EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 100, MSG_DONTWAIT)));
		EXPECT_EQ(KSSH_STATE_OPEN, kt_state(self->fd));
		ASSERT_EQ(0, kt_command(self->fd, "junk 400", false));
	}
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-EBADMSG, kt_err(send(self->fd, self->out, 100, MSG_NOSIGNAL)));
	EXPECT_EQ(KSSH_R_BAD_MAC, kt_reason(self->fd));
}

/* Bytes on the wire since the last call. */
static uint64_t wire(int fd, uint64_t *before)
{
	struct kssh_info i;
	uint64_t n;

	if (kt_info(fd, &i))
		return 0;
	n = i.tx_bytes + i.rx_bytes - *before;
	*before += n;
	return n;
}

TEST_F_TIMEOUT(rec, compresses_what_it_should, 120)
{
	uint64_t before = 0;
	struct kssh_info i;

	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ(variant->comp ? "zlib@openssh.com" : "none", i.comp_tx);
	EXPECT_STREQ(variant->comp ? "zlib@openssh.com" : "none", i.comp_rx);
	/* what does not become shorter does not become much longer either */
	wire(self->fd, &before);
	echo(_metadata, self, 30000);
	EXPECT_GT(60600, wire(self->fd, &before));
	memset(self->out + 1, 'z', 30000);
	echo(_metadata, self, 30000);
	EXPECT_EQ(!variant->comp, wire(self->fd, &before) > 10000);
	/* and it goes on behind new keys */
	ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
	echo(_metadata, self, 30000);
	echo(_metadata, self, 10);
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(1, i.rekeys);
}

/* What only encrypt-and-MAC hides; the others say it at once, see errors_test. */
TEST_F_TIMEOUT(rec, length_out_of_bounds, 120)
{
	int reason = mac_first(variant) ? KSSH_R_BAD_MAC : KSSH_R_PACKET_LENGTH;

	ASSERT_EQ(0, kt_command(self->fd, "length 4294967292", false));
	if (mac_first(variant)) {
		usleep(300000);
		EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 100, MSG_DONTWAIT)));
		ASSERT_EQ(0, kt_command(self->fd, "junk 262400", false));
	}
	EXPECT_EQ(mac_first(variant) ? -EBADMSG : -EPROTO,
		  kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(reason, kt_reason(self->fd));
}

/* The stream ends in between: the reason is known here, and nobody is told. */
TEST_F_TIMEOUT(rec, bad_mac_and_end, 120)
{
	ASSERT_EQ(0, kt_command(self->fd, "bad-mac", false));
	if (mac_first(variant))
		ASSERT_EQ(0, kt_command(self->fd, "eof", false));
	EXPECT_EQ(-EBADMSG, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(KSSH_R_BAD_MAC, kt_reason(self->fd));
}

#define SESSIONS	2

/* Bounds on what compression may spend; alone, see kt_zlib_lock(). */
FIXTURE(zlib)
{
	int fd[SESSIONS];
};

FIXTURE_SETUP(zlib)
{
	int i;

	for (i = 0; i < SESSIONS; i++)
		self->fd[i] = -1;
	ASSERT_EQ(0, kt_zlib_lock(LOCK_EX));
}

FIXTURE_TEARDOWN(zlib)
{
	int i;

	for (i = 0; i < SESSIONS; i++)
		close(self->fd[i]);
	EXPECT_EQ(0, kt_zlib_kib(KT_ZLIB_KIB_NORMAL));
}

/* A session that has agreed on @comp, by the cheapest exchange. */
static int session(int *fd, const char *comp)
{
	int r;

	*fd = kt_prepare(AF_INET, NULL);
	if (*fd < 0)
		return *fd;
	r = kt_set_text(*fd, KSSH_KEX, "curve25519-sha256");
	if (!r)
		r = kt_set_text(*fd, KSSH_COMP_TX, comp);
	if (!r)
		r = kt_set_text(*fd, KSSH_COMP_RX, comp);
	return r ? r : kt_handshake_app(*fd, KSSH_ACCEPT);
}

static void drop(int *fd)
{
	close(*fd);
	*fd = -1;
}

/* One connection fits; the next does when that has gone. */
TEST_F_TIMEOUT(zlib, memory_of_all_is_bounded_and_given_back, 300)
{
	int i;

	ASSERT_EQ(0, kt_zlib_kib("500"));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(0, session(&self->fd[0], "zlib@openssh.com"));
		EXPECT_EQ(-ENOBUFS, session(&self->fd[1], "zlib@openssh.com"));
		EXPECT_EQ(KSSH_R_COMP_MEMORY, kt_reason(self->fd[1]));
		drop(&self->fd[1]);
		drop(&self->fd[0]);
	}
}

TEST_HARNESS_MAIN
