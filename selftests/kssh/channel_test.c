// SPDX-License-Identifier: GPL-2.0
/* A bound channel: the stream, its windows, the control descriptor, the ends. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include "bound.h"

TEST_F_TIMEOUT(ch, binding_has_rules, 300)
{
	struct { struct kssh_channel ch; uint32_t more; } longer = { self->bind, 0 };
	struct kssh_channel ch = self->bind;
	int other;

	EXPECT_EQ(-ENODATA, kt_get(self->fd, KSSH_CHANNEL_INFO, &self->info,
				   sizeof(self->info)));
	EXPECT_EQ(-ENODATA, take_control(self->fd, 0));
	ch.flags = 2;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_CHANNEL, &ch, sizeof(ch)));
	ch = self->bind;
	ch.reserved = 1;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_CHANNEL, &ch, sizeof(ch)));
	ch = self->bind;
	ch.remote_max_packet = 0;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_CHANNEL, &ch, sizeof(ch)));
	longer.more = 1;
	EXPECT_EQ(-E2BIG, kt_set(self->fd, KSSH_CHANNEL, &longer, sizeof(longer)));
	ch = self->bind;
	ASSERT_EQ(1, send(self->fd, "R", 1, MSG_MORE));
	EXPECT_EQ(-EBUSY, kt_set(self->fd, KSSH_CHANNEL, &ch, 28));
	ASSERT_EQ(5, send(self->fd, "\0\0\0\0\0", 5, 0));
	longer.more = 0;
	EXPECT_EQ(0, kt_set(self->fd, KSSH_CHANNEL, &longer, sizeof(longer)));
	EXPECT_EQ(-EISCONN, kt_set(self->fd, KSSH_CHANNEL, &longer, sizeof(longer)));
	look(_metadata, self, self->fd);
	EXPECT_EQ(0u, self->info.flags);
	EXPECT_EQ(OURS, (int)self->info.local_id);
	EXPECT_EQ(THEIRS, (int)self->info.remote_id);
	/* 64 KiB were less than half of what the kernel keeps */
	EXPECT_LE(65536u, self->info.local_window);
	EXPECT_EQ(1u << 20, self->info.remote_window);

	other = kt_open(AF_INET, "honest");
	ASSERT_LE(0, other);
	EXPECT_EQ(-ENOTCONN, kt_set(other, KSSH_CHANNEL, &self->bind, 32));
	close(other);
}

/* poll(2) drives it: everything there, everything back, EOF both ways. */
TEST_F_TIMEOUT(ch, both_ways, 600)
{
	size_t sent = 0, got = 0, n = 600000, i;
	ssize_t r;
	short want;
	int p;

	for (i = 0; i < n; i++)
		self->out[i] = i * 2654435761U >> 16;
	ASSERT_EQ(0, kt_command(self->fd, "mirror on", false));
	bind_channel(_metadata, self, true);
	while (got < n) {
		want = POLLIN | (sent < n ? POLLOUT : 0);
		p = kt_poll(self->fd, want, 20000);
		ASSERT_LT(0, p) TH_LOG("%zu sent, %zu received", sent, got);
		if (p & POLLOUT) {
			r = send(self->fd, self->out + sent, n - sent, MSG_DONTWAIT);
			if (r < 0)
				ASSERT_EQ(EAGAIN, errno);
			sent += r > 0 ? r : 0;
		}
		if (p & POLLIN) {
			r = recv(self->fd, self->in + got, n - got, MSG_DONTWAIT);
			ASSERT_LT(0, r);
			got += r;
		}
	}
	EXPECT_EQ(0, memcmp(self->in, self->out, n));
	expect_said(_metadata, self, self->out, n);
	EXPECT_EQ(0, kt_poll(self->fd, POLLIN, 50));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, "x", 1, MSG_NOSIGNAL)));
	EXPECT_LT(0, kt_poll(self->fd, POLLIN, 20000) & POLLIN);
	EXPECT_EQ(0, recv(self->fd, self->in, 1, 0));
	EXPECT_LT(0, kt_poll(self->fd, POLLRDHUP | POLLIN, 0) & POLLRDHUP);
	look(_metadata, self, self->fd);
	EXPECT_EQ(KSSH_CHANNEL_EOF_RX | KSSH_CHANNEL_EOF_TX | KSSH_CHANNEL_TAKEN,
		  self->info.flags);
	EXPECT_EQ(n, self->info.tx_bytes);
	EXPECT_EQ(n, self->info.rx_bytes);
	/* EOF is shown to control, too */
	ASSERT_EQ(5, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(96, self->in[0]);
}

TEST_F_TIMEOUT(ch, the_servers_window, 300)
{
	struct timeval tv = { .tv_usec = 100000 };

	self->bind.remote_window = 1000;
	self->bind.remote_max_packet = 300;
	bind_channel(_metadata, self, true);
	ASSERT_EQ(1000, send(self->fd, self->out, 5000, MSG_DONTWAIT));
	EXPECT_EQ(-EAGAIN, kt_err(send(self->fd, self->out, 1, MSG_DONTWAIT)));
	EXPECT_EQ(0, kt_poll(self->fd, POLLOUT, 0));
	/* control is not the stream's: it goes on */
	EXPECT_EQ(POLLOUT, kt_poll(self->control, POLLOUT, 0));
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)));
	EXPECT_EQ(-EAGAIN, kt_err(send(self->fd, self->out, 1, 0)));
	ASSERT_EQ(0, kt_command(self->control, "then pause 200 ; adjust 500", false));
	EXPECT_EQ(POLLOUT, kt_poll(self->fd, POLLOUT, 20000));
	ASSERT_EQ(500, send(self->fd, self->out + 1000, 5000, MSG_DONTWAIT));
	expect_said(_metadata, self, self->out, 1500);
}

TEST_F_TIMEOUT(ch, our_window, 600)
{
	int bytes = 0, i;

	self->bind.local_window = 0;
	bind_channel(_metadata, self, true);
	/* the server counts from nothing: what we raise is all that it sends; nobody
	 * reads: it stands at the window
	 */
	ASSERT_EQ(0, kt_command(self->control, "then fill 65536 1000 ; fill 2000000",
				false));
	for (i = 0; i < 200; i++) {
		kt_sleep_ms(20 * kt_slow());
		if (ioctl(self->fd, FIONREAD, &bytes) || bytes >= 65536)
			break;
	}
	look(_metadata, self, self->fd);
	EXPECT_LE(self->info.unread + self->info.local_window,
		  self->info.local_window_max);
	EXPECT_LT(0u, self->info.unread);
	ASSERT_EQ(2065536, recv(self->fd, self->in, 2065536, MSG_WAITALL));
	expect_pattern(_metadata, self->in, 0, 2065536);
}

TEST_F_TIMEOUT(ch, ways_to_receive, 300)
{
	int bytes = 0;

	ASSERT_EQ(0, kt_command(self->fd, "data 5000 1000", false));
	bind_channel(_metadata, self, true);
	/* over several messages */
	ASSERT_EQ(4000, recv(self->fd, self->in, 4000, MSG_WAITALL));
	expect_pattern(_metadata, self->in, 0, 4000);
	while (!ioctl(self->fd, FIONREAD, &bytes) && bytes < 1000)
		kt_sleep_ms(10);
	EXPECT_EQ(1000, bytes);
	EXPECT_EQ(600, recv(self->fd, self->in, 600, MSG_PEEK));
	EXPECT_EQ(600, recv(self->fd, self->in, 600, MSG_TRUNC));
	ASSERT_EQ(400, recv(self->fd, self->in, 1000, 0));
	expect_pattern(_metadata, self->in, 4600, 400);
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->fd, self->in, 1, MSG_DONTWAIT)));
	ASSERT_EQ(0, kt_command(self->control, "data 3000 100", false));
	kt_sleep_ms(100 * kt_slow());
	ASSERT_EQ(3000, recv(self->fd, self->in, 3000, MSG_WAITALL));
	expect_pattern(_metadata, self->in, 5000, 3000);
	ASSERT_EQ(0, shutdown(self->fd, SHUT_RD));
	EXPECT_EQ(0, recv(self->fd, self->in, 1, 0));
	EXPECT_EQ(1, send(self->fd, "x", 1, 0));
}

TEST_F_TIMEOUT(ch, control_gets_the_rest, 300)
{
	static const unsigned char data[] = "\x5e\0\0\0\x9\0\0\0\1x";
	static const unsigned char kex[] = { 20, 0 };
	static const int expect[] = { 98, 80, 95, 90, 96 };
	struct iovec v = { self->in, 1000 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	char text[100];
	unsigned int i;

	bind_channel(_metadata, self, true);
	EXPECT_EQ(-EBUSY, take_control(self->fd, 0));
	EXPECT_NE(0, fcntl(self->control, F_GETFD) & FD_CLOEXEC);
	ASSERT_EQ(0, kt_command(self->control, "then "
		"request exit-status 0 00000003 ; global keepalive@openssh.com 1 ; "
		"extended 100 ; raw 5a0000000178000000050000010000000100 ; channel 96",
		false));
	for (i = 0; i < 5; i++) {
		EXPECT_LT(0, kt_poll(self->control, POLLIN, 20000) & POLLIN);
		ASSERT_LT(0, recvmsg(self->control, &m, 0));
		EXPECT_NE(0, m.msg_flags & MSG_EOR);
		EXPECT_EQ(expect[i], self->in[0]);
	}
	look(_metadata, self, self->control);
	EXPECT_EQ(3u, self->info.exit_status);
	EXPECT_NE(0u, self->info.flags & KSSH_CHANNEL_STATUS);
	/* the stream has seen EOF and nothing else */
	EXPECT_EQ(0, recv(self->fd, self->in, 10, 0));

	EXPECT_EQ(-EINVAL, kt_err(send(self->control, data, 10, 0)));
	EXPECT_EQ(-EINVAL, kt_err(send(self->control, kex, 2, 0)));
	EXPECT_EQ(-EINVAL, kt_err(send(self->control, kex, 0, 0)));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->control, "P", 1, MSG_MORE)));
	EXPECT_EQ(-EOPNOTSUPP, kt_err(send(self->control, "P", 1, MSG_OOB)));
	ASSERT_EQ(1, send(self->control, "R", 1, 0));
	/* short buffers get parts */
	ASSERT_EQ(0, kt_command(self->control, "strictness", true));
	ASSERT_EQ(2, recv(self->control, text, 2, MSG_PEEK));
	ASSERT_EQ(2, recv(self->control, text, 2, 0));
	EXPECT_EQ(81, text[0]);
	ASSERT_EQ(9, recv(self->control, text, sizeof(text), 0));
	EXPECT_EQ(0, memcmp(text + 3, "strict", 6));
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->control, text, 1, MSG_DONTWAIT)));
	/* it goes, and may come back */
	close(self->control);
	self->control = take_control(self->fd, KSSH_CONTROL_NONBLOCK |
				     KSSH_CONTROL_NOCLOEXEC);
	ASSERT_LE(0, self->control);
	EXPECT_EQ(0, fcntl(self->control, F_GETFD) & FD_CLOEXEC);
	EXPECT_EQ(-EAGAIN, kt_err(recv(self->control, text, 1, 0)));
	EXPECT_EQ(-EINVAL, take_control(self->fd, 4));
}

TEST_F_TIMEOUT(ch, nobody_is_there, 300)
{
	char report[8192];

	ASSERT_EQ(0, kt_command(self->fd, "then "
		"pause 300 ; global keepalive@openssh.com 1 ; "
		"request keepalive@openssh.com 1 ; global hostkeys-00@openssh.com 0 ; "
		"extended 1000 ; raw 5a0000000178000000050000010000000100 ; "
		"request exit-status 0 0000002a ; data 10 ; channel 96", false));
	bind_channel(_metadata, self, false);
	ASSERT_EQ(10, recv(self->fd, self->in, 100, MSG_WAITALL));
	expect_pattern(_metadata, self->in, 0, 10);
	look(_metadata, self, self->fd);
	EXPECT_EQ(KSSH_CHANNEL_EOF_RX | KSSH_CHANNEL_STATUS, self->info.flags);
	EXPECT_EQ(42u, self->info.exit_status);
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "rx 82"));
	EXPECT_EQ(1, lines(report, "rx 100"));
	EXPECT_EQ(1, lines(report, "rx 92"));
	EXPECT_EQ(1, lines(report, "channel close"));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 the channel is closed"));
	EXPECT_EQ(1, lines(report, "over")) TH_LOG("%s", report);
}

/* TCP is full when the session ends: the last word leaves when there is room. */
TEST_F_TIMEOUT(ch, the_last_word_waits_for_room, 600)
{
	struct kssh_disconnect bye = { .reason = 11, .text = "that was all" };
	char report[16384], text[100];

	self->out[0] = 94;
	snprintf(text, sizeof(text), "then stall %d", 300 * kt_slow());
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	while (send(self->fd, self->out, 30000, MSG_DONTWAIT) > 0)
		;
	ASSERT_EQ(EAGAIN, errno);
	ASSERT_EQ(0, kt_set(self->fd, KSSH_DISCONNECT, &bye, sizeof(bye)));
	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 that was all"));
	EXPECT_EQ(1, lines(report, "over"));
}

/* What was written before close(2) arrives; nothing is lost to a reset. */
TEST_F_TIMEOUT(ch, close_delivers, 600)
{
	char report[16384];

	memset(self->out, 'z', 900000);
	ASSERT_EQ(0, kt_command(self->fd, "then stall 300 ; data 60000 1000 ; "
				"wait-got 900000", false));
	bind_channel(_metadata, self, false);
	ASSERT_EQ(900000, send(self->fd, self->out, 900000, 0));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "channel close"));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 the channel is closed"));
}

/* The stream goes, control learns how it ended. */
TEST_F_TIMEOUT(ch, control_outlives_the_stream, 300)
{
	struct kssh_info i;
	char report[8192];

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "then pause 100 ; "
				"request exit-status 0 00000007", false));
	ASSERT_EQ(4, send(self->fd, "last", 4, 0));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(98, self->in[0]);
	ASSERT_EQ(5, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(97, self->in[0]);
	look(_metadata, self, self->control);
	EXPECT_EQ(7u, self->info.exit_status);
	EXPECT_NE(0u, self->info.flags & KSSH_CHANNEL_CLOSE_RX);
	expect_said(_metadata, self, (unsigned char *)"last", 4);
	ASSERT_LE(0, kt_get(self->control, KSSH_INFO, &i, sizeof(i)));
	EXPECT_EQ(KSSH_STATE_OPEN, i.state);
	close(self->control);
	self->control = -1;
	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 the channel is closed"));
}

/* Each record is an edge, and so is the end. */
TEST_F_TIMEOUT(ch, control_is_polled, 300)
{
	struct epoll_event in = { .events = EPOLLIN | EPOLLET }, e;
	int ep = epoll_create1(0), n = 20000 * kt_slow();

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, epoll_ctl(ep, EPOLL_CTL_ADD, self->control, &in));
	ASSERT_EQ(0, kt_command(self->control, "then pause 100 ; global a 0", false));
	ASSERT_EQ(1, epoll_wait(ep, &e, 1, n));
	ASSERT_EQ(0, epoll_wait(ep, &e, 1, 0));
	/* nothing of it has been read */
	ASSERT_EQ(0, kt_command(self->control, "then pause 100 ; global b 0", false));
	ASSERT_EQ(1, epoll_wait(ep, &e, 1, n));
	ASSERT_EQ(0, kt_command(self->control, "then pause 100 ; eof", false));
	ASSERT_EQ(1, epoll_wait(ep, &e, 1, n));
	EXPECT_EQ(EPOLLIN | EPOLLHUP, (int)e.events);
	close(ep);
}

/* What waits for a control descriptor that was promised and never taken. */
TEST_F_TIMEOUT(ch, a_promise_broken, 300)
{
	char text[1024] = "then extended 30000", report[8192];
	int i;

	self->bind.local_window = 4 << 20;
	self->bind.flags = KSSH_CHANNEL_CONTROL;
	for (i = 0; i < 40; i++)
		strcat(text, " ; extended 30000");
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_CHANNEL, &self->bind, sizeof(self->bind)));
	kt_sleep_ms(200 * kt_slow());
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "channel close"));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 the channel is closed"));
	EXPECT_EQ(1, lines(report, "over")) TH_LOG("%s", report);
}

/* An end of TCP's stream is anybody's to make: it is no EOF. */
TEST_F_TIMEOUT(ch, truncation_is_an_error, 300)
{
	ASSERT_EQ(0, kt_command(self->fd, "then data 10 ; eof", false));
	bind_channel(_metadata, self, false);
	ASSERT_EQ(10, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
	EXPECT_EQ(-ECONNRESET, kt_err(recv(self->fd, self->in, 100, 0)));
}

TEST_F_TIMEOUT(ch, the_server_closes, 300)
{
	ASSERT_EQ(0, kt_command(self->fd, "then data 10 ; channel 97", false));
	bind_channel(_metadata, self, false);
	ASSERT_EQ(10, recv(self->fd, self->in, 100, MSG_WAITALL));
	EXPECT_EQ(0, recv(self->fd, self->in, 100, 0));
	EXPECT_EQ(-EPIPE, kt_err(send(self->fd, "x", 1, MSG_NOSIGNAL)));
	EXPECT_NE(0, kt_poll(self->fd, POLLIN, 0) & POLLHUP);
	look(_metadata, self, self->fd);
	EXPECT_EQ(KSSH_CHANNEL_CLOSE_RX | KSSH_CHANNEL_CLOSE_TX, self->info.flags);
}

TEST_F_TIMEOUT(ch, sendfile_and_splice, 900)
{
	int file = memfd_create("kssh", 0), p[2];
	size_t i, n = 1 << 20;
	off_t off = 0;
	ssize_t r;

	ASSERT_EQ(0, pipe(p));
	for (i = 0; i < n; i++)
		self->out[i] = i * 2654435761U >> 16;
	ASSERT_EQ((ssize_t)n, write(file, self->out, n));
	self->bind.remote_window = 4 << 20;
	bind_channel(_metadata, self, true);
	while (off < (off_t)n) {
		r = sendfile(self->fd, file, &off, n - off);
		ASSERT_LT(0, r);
	}
	expect_said(_metadata, self, self->out, n);
	/* the pages are the file's still */
	ASSERT_EQ((ssize_t)n, pread(file, self->in, n, 0));
	EXPECT_EQ(0, memcmp(self->in, self->out, n));

	ASSERT_EQ(0, kt_command(self->control, "then adjust 0 ; data 60000 3000", false));
	for (i = 0; i < 60000; i += r) {
		r = splice(self->fd, NULL, p[1], NULL, 60000 - i, 0);
		ASSERT_LT(0, r);
		ASSERT_EQ(r, read(p[0], self->in + i, r));
	}
	expect_pattern(_metadata, self->in, 0, 60000);
	close(p[0]);
	close(p[1]);
	close(file);
}

/* Keys are renewed by both, in the middle of a stream, and nobody notices. */
TEST_F_TIMEOUT(ch, keys_are_renewed_beneath, 900)
{
	struct kssh_rekey limits = { .timeout = 60000 * kt_slow() };
	struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	struct kssh_info info;
	int n, i, r;

	ASSERT_EQ(0, kt_set(self->fd, KSSH_REKEY, &limits, sizeof(limits)));
	bind_channel(_metadata, self, true);
	for (n = 0; n < 10; n++) {
		ASSERT_EQ(0, kt_command(self->control, n % 2 ? "then data 3000 100 ; rekey" :
					"data 3000 100", false));
		/* theirs may still be under way */
		for (r = -EBUSY, i = 0; !(n % 2) && r == -EBUSY && i < 1000; i++) {
			r = kt_set(self->fd, KSSH_REKEY, &now, sizeof(now));
			kt_sleep_ms(r ? 10 : 0);
		}
		ASSERT_EQ(n % 2 ? -EBUSY : 0, r);
		ASSERT_EQ(7000, send(self->fd, self->out + 7000 * n, 7000, 0));
		ASSERT_EQ(3000, kt_err(recv(self->fd, self->in, 3000, MSG_WAITALL)));
		expect_pattern(_metadata, self->in, 3000 * n, 3000);
	}
	expect_said(_metadata, self, self->out, 70000);
	ASSERT_EQ(0, kt_info(self->fd, &info));
	/* one of each side that meet are one */
	EXPECT_LE(5u, info.rekeys);
}

TEST_HARNESS_MAIN
