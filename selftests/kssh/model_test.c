// SPDX-License-Identifier: GPL-2.0
/*
 * A session beside a model of it.  What is done next is drawn by lot: payloads of any
 * size, in pieces, by several calls, read in any pieces, with keys renewed by either
 * side, on request and by limits.  The model is a list of the payloads that must come,
 * in their order: the server gives back what it gets, and sends some of its own.
 *
 *	KSSH_MODEL_SECONDS	how long (5)
 *	KSSH_MODEL_SEED		of the lots (the time); printed
 */
#include <sys/uio.h>
#include "kselftest_harness.h"
#include "model.h"

#define AHEAD		(200 * 1024)	/* bytes under way, at most, before reading */
#define EXPECTED	4096		/* payloads under way, at most */

/* What must come: bytes that follow from the seed, or the server's pattern. */
struct expected {
	unsigned int len;
	unsigned int seed;
	bool servers;
};

FIXTURE(model)
{
	int fd;
	uint64_t lots;
	struct expected q[EXPECTED];
	unsigned int head, tail;	/* of q, running */
	unsigned int off;		/* read of the first */
	size_t under_way;
	uint64_t payloads, bytes;
	unsigned char out[KSSH_PAYLOAD_DEFAULT], in[KSSH_PAYLOAD_DEFAULT + 1];
	unsigned char want[KSSH_PAYLOAD_DEFAULT];
};

FIXTURE_VARIANT(model)
{
	const char *cipher;
	const char *mac;
	const char *comp;
	const char *lie;
};

FIXTURE_VARIANT_ADD(model, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.lie = "honest life=2000",
};

FIXTURE_VARIANT_ADD(model, gcm)
{
	.cipher = "aes256-gcm@openssh.com",
	.lie = "honest life=2000 strict=0",
};

FIXTURE_VARIANT_ADD(model, ctr_mac_zlib)
{
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-256",
	.comp = "zlib@openssh.com",
	.lie = "honest life=2000",
};

FIXTURE_SETUP(model)
{
	unsigned int seed = model_env("KSSH_MODEL_SEED", time(NULL));

	TH_LOG("KSSH_MODEL_SEED=%u", seed);
	self->lots = seed;
	self->head = 0;
	self->tail = 0;
	self->off = 0;
	self->under_way = 0;
	self->payloads = 0;
	self->bytes = 0;
	self->fd = kt_prepare(seed & 1 ? AF_INET : AF_INET6, variant->lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, variant->comp));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_patience(self->fd));
}

FIXTURE_TEARDOWN(model)
{
	close(self->fd);
}

static unsigned int lot(FIXTURE_DATA(model) *self, unsigned int n)
{
	return model_lot(&self->lots, n);
}

/* Mostly short, now and then as long as may be. */
static unsigned int draw_len(FIXTURE_DATA(model) *self)
{
	static const unsigned int most[] = { 8, 100, 100, 2000, 2000, 10000,
					     KSSH_PAYLOAD_DEFAULT };

	return 1 + lot(self, most[lot(self, sizeof(most) / sizeof(most[0]))]);
}

static void make(const struct expected *e, unsigned char *p)
{
	unsigned int i, seed = e->seed;

	if (e->servers) {
		for (i = 5; i < e->len; i++)
			p[i] = seed + i - 5;
		p[0] = 94;
		seed = htonl(seed);
		memcpy(p + 1, &seed, 4);
		return;
	}
	for (i = 0; i < e->len; i++)
		p[i] = (seed = seed * 1103515245 + 12345) >> 16;
	p[0] = 81 + p[0] % 47;
}

static void expect(FIXTURE_DATA(model) *self, unsigned int len, unsigned int seed,
		   bool servers)
{
	self->q[self->tail++ % EXPECTED] = (struct expected){ len, seed, servers };
	self->under_way += len;
}

/* One piece, by one of the ways to send it. */
static ssize_t send_piece(FIXTURE_DATA(model) *self, unsigned char *p, size_t n, int flags)
{
	size_t cut = lot(self, n + 1);
	struct iovec v[2] = { { p, cut }, { p + cut, n - cut } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };

	if (lot(self, 2))
		return sendmsg(self->fd, &m, flags);
	return send(self->fd, p, n, flags);
}

static void do_send(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	struct expected e = { .len = draw_len(self), .seed = lot(self, 1 << 30) };
	unsigned int at = 0, n;

	make(&e, self->out);
	while (at < e.len) {
		int flags = lot(self, 3) ? 0 : MSG_DONTWAIT;
		ssize_t r;

		n = lot(self, 3) ? e.len - at : 1 + lot(self, e.len - at);
		if (at + n < e.len)
			flags |= MSG_MORE;
		else if (!lot(self, 4))
			flags |= MSG_EOR;
		r = send_piece(self, self->out + at, n, flags);
		if (r < 0 && errno == EAGAIN && (flags & MSG_DONTWAIT)) {
			kt_poll(self->fd, POLLOUT, 20);
			continue;
		}
		/* all or nothing */
		ASSERT_EQ((ssize_t)n, r) TH_LOG("%s", strerror(errno));
		at += n;
	}
	expect(self, e.len, e.seed, false);
}

static void do_receive(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self,
		       bool wait)
{
	struct expected *e = &self->q[self->head % EXPECTED];
	size_t room = lot(self, 2) ? sizeof(self->in) : draw_len(self);
	size_t cut = lot(self, room + 1), n;
	struct iovec v[2] = { { self->in, cut }, { self->in + cut, room - cut } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	int flags = wait ? 0 : MSG_DONTWAIT;
	bool peek = !lot(self, 6);
	ssize_t r;

	r = recvmsg(self->fd, &m, flags | (peek ? MSG_PEEK : 0));
	if (r < 0 && errno == EAGAIN && !wait)
		return;
	ASSERT_NE(self->head, self->tail);
	n = e->len - self->off;
	if (n > room)
		n = room;
	ASSERT_EQ((ssize_t)n, r) TH_LOG("%s", strerror(errno));
	EXPECT_EQ(self->off + n == e->len, !!(m.msg_flags & MSG_EOR));
	make(e, self->want);
	ASSERT_EQ(0, memcmp(self->in, self->want + self->off, n));
	if (peek)
		return;
	self->off += n;
	self->bytes += n;
	self->under_way -= n;
	if (self->off == e->len) {
		self->off = 0;
		self->head++;
		self->payloads++;
	}
}

static void do_command(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	unsigned int i, n = 1 + lot(self, 5), len = 5 + lot(self, 5000);
	char text[64];

	switch (lot(self, 4)) {
	case 0:
		snprintf(text, sizeof(text), "rekey");
		break;
	case 1:
		snprintf(text, sizeof(text), "ignore %u %u", len, n);
		break;
	case 2:
		snprintf(text, sizeof(text), "drip %u", lot(self, 2) ? 0 : 500 + lot(self, 3000));
		break;
	default:
		snprintf(text, sizeof(text), "send %u %u", len, n);
		for (i = 0; i < n; i++)
			expect(self, len, i, true);
	}
	ASSERT_EQ(0, kt_command(self->fd, text, false));
}

static void do_renew(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	ASSERT_EQ(0, model_renew(&self->lots, self->fd));
}

TEST_F_TIMEOUT(model, agrees, 3600)
{
	uint64_t end = kt_now_ms() + 1000ULL * model_env("KSSH_MODEL_SECONDS", 5);
	struct kssh_info i;

	while (kt_now_ms() < end) {
		bool full = self->under_way > AHEAD || self->tail - self->head > EXPECTED / 2;
		unsigned int what = lot(self, 100);

		if (what < 45 && !full)
			do_send(_metadata, self);
		else if (what < 47)
			do_renew(_metadata, self);
		else if (what < 52 && !full)
			do_command(_metadata, self);
		else
			do_receive(_metadata, self, full);
	}
	while (self->head != self->tail)
		do_receive(_metadata, self, true);
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 1, MSG_DONTWAIT)));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_LT(0, i.rekeys);
	printf("# long: %s: %llu payloads, %llu bytes, %llu renewals\n", variant->cipher,
	       (unsigned long long)self->payloads, (unsigned long long)self->bytes,
	       (unsigned long long)i.rekeys);
}

TEST_HARNESS_MAIN
