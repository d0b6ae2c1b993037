// SPDX-License-Identifier: GPL-2.0
/*
 * As model_test, for the stream of a bound channel and its control descriptor: the
 * server sends back what comes on the channel, within the window, and messages of other
 * channels between.  The model of the stream is a place in a pattern, that of control a
 * list of messages.
 *
 *	KSSH_MODEL_SECONDS, KSSH_MODEL_SEED	as there
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include "kselftest_harness.h"
#include "channel.h"
#include "model.h"

#define AHEAD		(200 * 1024)	/* bytes under way, at most, before reading */
#define PERIOD		65536		/* of pattern() */
#define MOST		40000		/* bytes of one call */
#define MESSAGES	1024		/* of control under way, at most */

FIXTURE(model)
{
	int fd, control, file, pipe[2];
	uint64_t lots;
	uint64_t sent, read;		/* bytes of the stream */
	uint64_t window;		/* bytes that we may still send */
	struct { unsigned int len, id; } q[MESSAGES];
	unsigned int head, tail;	/* of q, running */
	unsigned char block[PERIOD + MOST], in[MOST];
};

FIXTURE_VARIANT(model)
{
	const char *cipher;
	const char *mac;
	const char *comp;
};

FIXTURE_VARIANT_ADD(model, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
};

FIXTURE_VARIANT_ADD(model, gcm)
{
	.cipher = "aes256-gcm@openssh.com",
};

FIXTURE_VARIANT_ADD(model, ctr_mac_zlib)
{
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-256",
	.comp = "zlib@openssh.com",
};

FIXTURE_SETUP(model)
{
	struct kssh_channel bind = {
		.flags = KSSH_CHANNEL_CONTROL,
		.local_id = OURS, .remote_id = THEIRS,
		.local_window = 65536, .local_max_packet = 32768,
		.remote_window = 100000, .remote_max_packet = 32768,
	};
	unsigned int seed = model_env("KSSH_MODEL_SEED", time(NULL)), i;
	char lie[128];

	TH_LOG("KSSH_MODEL_SEED=%u", seed);
	self->lots = seed;
	self->sent = 0;
	self->read = 0;
	self->head = 0;
	self->tail = 0;
	self->window = bind.remote_window;
	for (i = 0; i < sizeof(self->block); i++)
		self->block[i] = pattern(i);
	self->file = memfd_create("block", MFD_CLOEXEC);
	ASSERT_EQ((ssize_t)sizeof(self->block),
		  write(self->file, self->block, sizeof(self->block)));
	ASSERT_EQ(0, pipe(self->pipe));
	snprintf(lie, sizeof(lie), "honest life=2000 channel=%d client=%d window=65536",
		 THEIRS, OURS);
	self->fd = kt_prepare(seed & 1 ? AF_INET : AF_INET6, lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, variant->comp));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_patience(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, kt_command(self->fd, "mirror on", false));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_CHANNEL, &bind, sizeof(bind)));
	self->control = take_control(self->fd, 0);
	ASSERT_LE(0, self->control);
	ASSERT_EQ(0, kt_patience(self->control));
}

FIXTURE_TEARDOWN(model)
{
	close(self->control);
	close(self->fd);
	close(self->file);
	close(self->pipe[0]);
	close(self->pipe[1]);
}

static unsigned int lot(FIXTURE_DATA(model) *self, unsigned int n)
{
	return model_lot(&self->lots, n);
}

static unsigned int draw_len(FIXTURE_DATA(model) *self)
{
	static const unsigned int most[] = { 8, 100, 100, 2000, 5000, 20000, MOST };

	return 1 + lot(self, most[lot(self, sizeof(most) / sizeof(most[0]))]);
}

/* ---- the stream ---- */

static ssize_t send_some(FIXTURE_DATA(model) *self, size_t n, int flags)
{
	unsigned char *p = self->block + self->sent % PERIOD;
	off_t at = self->sent % PERIOD;
	size_t cut = lot(self, n + 1);
	struct iovec v[2] = { { p, cut }, { p + cut, n - cut } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };

	switch (lot(self, 4)) {
	case 0:
		return sendmsg(self->fd, &m, flags);
	case 1:
		/* it waits, and the rest of a pipe's worth would be lost */
		if (!(flags & MSG_DONTWAIT))
			return sendfile(self->fd, self->file, &at, n);
		return send(self->fd, p, n, flags);
	default:
		return send(self->fd, p, n, flags | (lot(self, 3) ? 0 : MSG_MORE));
	}
}

/* What may be waited for: a window that the server has raised can stand behind what we have
 * not read, for more of which there is no memory.
 */
static uint64_t sure_window(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	struct kssh_channel_info c = { 0 };

	if (self->sent == self->read && self->head == self->tail)
		return self->window;
	EXPECT_LE(0, kt_get(self->fd, KSSH_CHANNEL_INFO, &c, sizeof(c)));
	EXPECT_GE(self->window, c.remote_window);
	return c.remote_window;
}

static void do_send(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	size_t n = draw_len(self);
	int flags = n > sure_window(_metadata, self) || !lot(self, 3) ? MSG_DONTWAIT : 0;
	ssize_t r = send_some(self, n, flags);

	if (r < 0 && errno == EAGAIN && flags) {
		if (!self->window)
			EXPECT_EQ(0, kt_poll(self->fd, POLLOUT, 0));
		/* or commands would be given by the thousand meanwhile */
		kt_sleep_ms(20);
		return;
	}
	ASSERT_LT(0, r) TH_LOG("%s", strerror(errno));
	ASSERT_GE(self->window, (uint64_t)r);
	if (!flags)
		ASSERT_EQ((ssize_t)n, r);
	self->sent += r;
	self->window -= r;
}

static void took(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self, size_t n)
{
	ASSERT_GE(self->sent - self->read, n);
	ASSERT_EQ(0, memcmp(self->in, self->block + self->read % PERIOD, n)) {
		TH_LOG("at %llu", (unsigned long long)self->read);
	}
}

static ssize_t read_spliced(FIXTURE_DATA(model) *self, size_t n)
{
	ssize_t r = splice(self->fd, NULL, self->pipe[1], NULL, n, SPLICE_F_NONBLOCK);

	return r > 0 ? read(self->pipe[0], self->in, r) : r;
}

static void do_receive(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self,
		       bool wait)
{
	size_t n = draw_len(self), cut = lot(self, n + 1);
	struct iovec v[2] = { { self->in, cut }, { self->in + cut, n - cut } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
	int flags = wait ? 0 : MSG_DONTWAIT, bytes;
	unsigned int how = lot(self, 8);
	ssize_t r;

	ASSERT_EQ(0, ioctl(self->fd, FIONREAD, &bytes));
	if (wait && !how && n <= self->sent - self->read)
		flags |= MSG_WAITALL;
	else if (how == 1)
		flags |= MSG_PEEK;
	else if (how == 2)
		flags |= MSG_TRUNC;
	/* splice(2) waits for the first byte whatever its flags, as it does for TCP */
	if (how == 3 && bytes)
		r = read_spliced(self, n);
	else if (how == 4)
		r = recv(self->fd, self->in, n, flags);
	else
		r = recvmsg(self->fd, &m, flags);
	if (r < 0 && errno == EAGAIN && !wait) {
		/* it was seen, so it could be read */
		EXPECT_EQ(0, bytes);
		return;
	}
	ASSERT_LT(0, r) TH_LOG("%s", strerror(errno));
	ASSERT_GE(n, (size_t)r);
	if (flags & MSG_WAITALL)
		ASSERT_EQ((ssize_t)n, r);
	if (!(flags & MSG_TRUNC))
		took(_metadata, self, r);
	if (!(flags & MSG_PEEK))
		self->read += r;
}

/* ---- control ---- */

static void do_command(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	unsigned int i, n = 1 + lot(self, OURS), len = 5 + lot(self, 3000);
	char text[64];

	switch (lot(self, 5)) {
	case 0:
		snprintf(text, sizeof(text), "rekey");
		break;
	case 1:
		snprintf(text, sizeof(text), "ignore %u %u", len, n);
		break;
	case 2:
		snprintf(text, sizeof(text), "drip %u", lot(self, 2) ? 0 : 500 + len);
		break;
	case 3:
		if (self->tail - self->head > MESSAGES / 2)
			return;
		snprintf(text, sizeof(text), "send %u %u", len, n);
		for (i = 0; i < n; i++) {
			self->q[self->tail % MESSAGES].len = len;
			self->q[self->tail++ % MESSAGES].id = i;
		}
		break;
	default:
		if (self->window > 100000)
			return;
		n = 1 + lot(self, 100000);
		snprintf(text, sizeof(text), "adjust %u", n);
		self->window += n;
	}
	ASSERT_EQ(0, kt_command(self->control, text, false));
}

static void do_control(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self,
		       bool wait)
{
	ssize_t r = recv(self->control, self->in, MOST, wait ? 0 : MSG_DONTWAIT);
	unsigned int len, id, i;

	if (r < 0 && errno == EAGAIN && !wait)
		return;
	ASSERT_NE(self->head, self->tail);
	len = self->q[self->head % MESSAGES].len;
	id = self->q[self->head++ % MESSAGES].id;
	ASSERT_EQ((ssize_t)len, r) TH_LOG("%s", strerror(errno));
	ASSERT_EQ(94, self->in[0]);
	ASSERT_EQ(id, self->in[4]);
	for (i = 5; i < len; i++)
		ASSERT_EQ((unsigned char)(id + i - 5), self->in[i]);
}

static void do_renew(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	int fd = lot(self, 2) ? self->fd : self->control;

	ASSERT_EQ(0, model_renew(&self->lots, fd));
}

/* What control has not read is charged to the same bound as the stream. */
static void drain(struct __test_metadata *_metadata, FIXTURE_DATA(model) *self)
{
	while (self->head != self->tail)
		do_control(_metadata, self, true);
}

TEST_F_TIMEOUT(model, agrees, 3600)
{
	uint64_t end = kt_now_ms() + 1000ULL * model_env("KSSH_MODEL_SECONDS", 5);
	struct kssh_channel_info c = { 0 };
	struct kssh_info i;

	while (kt_now_ms() < end) {
		bool full = self->sent - self->read > AHEAD;
		unsigned int what = lot(self, 100);

		if (what < 40 && !full)
			do_send(_metadata, self);
		else if (what < 42)
			do_renew(_metadata, self);
		else if (what < 52 && !full)
			do_command(_metadata, self);
		else if (what < 60)
			do_control(_metadata, self, false);
		else if (full)
			drain(_metadata, self);
		if (what >= 60)
			do_receive(_metadata, self, full);
	}
	drain(_metadata, self);
	while (self->read != self->sent)
		do_receive(_metadata, self, true);
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 1, MSG_DONTWAIT)));
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->control, self->in, 1, MSG_DONTWAIT)));
	ASSERT_LE(0, kt_get(self->fd, KSSH_CHANNEL_INFO, &c, sizeof(c)));
	EXPECT_EQ(self->sent, c.tx_bytes);
	EXPECT_EQ(self->read, c.rx_bytes);
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_LT(0, i.rekeys);
	printf("# long: stream, %s: %llu bytes, %u messages of control, %llu renewals\n",
	       variant->cipher, (unsigned long long)self->read, self->tail,
	       (unsigned long long)i.rekeys);
}

TEST_HARNESS_MAIN
