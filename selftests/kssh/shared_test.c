// SPDX-License-Identifier: GPL-2.0
/*
 * The descriptors of a session in other hands: passed over a socket, inherited,
 * duplicated.  They are the same session, and it is the last close that counts.
 */
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "bound.h"

/* Send a descriptor, and close it here: 0 or -errno. */
static int pass(int over, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec v = { "", 1 };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(over, &m, 0) != 1)
		return -errno;
	return kt_err(close(fd));
}

/* The one that comes, or -errno. */
static int receive(int over)
{
	char control[CMSG_SPACE(sizeof(int))], b;
	struct iovec v = { &b, 1 };
	struct msghdr m = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	int fd;

	if (recvmsg(over, &m, MSG_CMSG_CLOEXEC) != 1)
		return -errno;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -EBADMSG;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* How a child ended; it has but to _exit(). */
static int status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

static void expect_end(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self)
{
	char report[8192];

	ASSERT_LT(0, kt_report(self->tag, report, sizeof(report)));
	EXPECT_EQ(1, lines(report, "channel close"));
	EXPECT_EQ(1, lines(report, "rx 1 reason 11 the channel is closed"));
	EXPECT_EQ(1, lines(report, "over")) TH_LOG("%s", report);
}

/* Has CLOSE been sent? */
static bool is_open(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self)
{
	look(_metadata, self, self->fd >= 0 ? self->fd : self->control);
	return !(self->info.flags & KSSH_CHANNEL_CLOSE_TX);
}

/* Another process gets the stream, which nobody holds on the way; we learn how it ends. */
TEST_F_TIMEOUT(ch, the_stream_is_passed_on, 300)
{
	int s[2];
	pid_t pid;

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		int fd;

		close(self->fd);
		close(self->control);
		close(s[0]);
		/* until it is the only one */
		if (read(s[1], self->in, 1) != 1)
			_exit(1);
		fd = receive(s[1]);
		if (fd < 0 || recv(fd, self->in, 3000, MSG_WAITALL) != 3000 ||
		    self->in[2999] != pattern(2999) || send(fd, "thanks", 6, 0) != 6)
			_exit(2);
		_exit(close(fd) ? 3 : 0);
	}
	close(s[1]);
	ASSERT_EQ(0, kt_command(self->control, "then data 3000 100 ; wait-got 6 ; "
				"request exit-status 0 00000009", false));
	ASSERT_EQ(1, write(s[0], "", 1));
	ASSERT_EQ(0, pass(s[0], self->fd));
	self->fd = -1;
	EXPECT_EQ(0, status_of(pid));
	ASSERT_LT(0, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(98, self->in[0]);
	ASSERT_EQ(5, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(97, self->in[0]);
	EXPECT_FALSE(is_open(_metadata, self));
	EXPECT_EQ(9u, self->info.exit_status);
	EXPECT_EQ(6u, self->info.tx_bytes);
	close(self->control);
	self->control = -1;
	expect_end(_metadata, self);
}

/* The other process has control, and outlives whoever has the stream. */
TEST_F_TIMEOUT(ch, control_is_passed_on, 300)
{
	int s[2];
	pid_t pid;

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "then wait-got 4 ; global a 1", false));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		int fd;

		close(self->fd);
		close(self->control);
		fd = receive(s[1]);
		if (fd < 0 || recv(fd, self->in, 100, 0) != 7 || self->in[0] != 80 ||
		    send(fd, "R", 1, 0) != 1)
			_exit(1);
		if (recv(fd, self->in, 100, 0) != 5 || self->in[0] != 97)
			_exit(2);
		_exit(kt_state(fd) == KSSH_STATE_OPEN ? 0 : 3);
	}
	ASSERT_EQ(0, pass(s[0], self->control));
	self->control = -1;
	/* it is taken, though none is here */
	EXPECT_EQ(-EBUSY, take_control(self->fd, 0));
	ASSERT_EQ(4, send(self->fd, "last", 4, 0));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, status_of(pid));
	expect_end(_metadata, self);
}

/* Descriptors that are under way when their socket is closed are closed with it. */
static void lose(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self, int first,
		 int second)
{
	int s[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
	ASSERT_EQ(0, pass(s[0], first));
	ASSERT_EQ(0, pass(s[0], second));
	self->fd = -1;
	self->control = -1;
	close(s[1]);
	close(s[0]);
	expect_end(_metadata, self);
}

TEST_F_TIMEOUT(ch, both_are_lost_on_the_way, 300)
{
	bind_channel(_metadata, self, true);
	lose(_metadata, self, self->fd, self->control);
}

TEST_F_TIMEOUT(ch, control_is_lost_first, 300)
{
	bind_channel(_metadata, self, true);
	lose(_metadata, self, self->control, self->fd);
}

/* One that is inherited keeps the stream open; each ends it for all by shutdown(2). */
TEST_F_TIMEOUT(ch, the_stream_is_inherited, 300)
{
	int go[2];
	pid_t pid;

	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, pipe(go));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		close(go[1]);
		if (send(self->fd, "child", 5, 0) != 5 || read(go[0], self->in, 1))
			_exit(1);
		/* the parent has ended what is sent */
		if (kt_err(send(self->fd, "x", 1, MSG_NOSIGNAL)) != -EPIPE)
			_exit(2);
		_exit(recv(self->fd, self->in, 100, 0) == 10 ? 0 : 3);
	}
	ASSERT_EQ(0, kt_command(self->control, "wait-got 5", true));
	ASSERT_LE(0, kt_reply(self->control, (char *)self->in, 100));
	ASSERT_EQ(0, shutdown(self->fd, SHUT_WR));
	close(self->fd);
	self->fd = -1;
	/* but not the channel */
	EXPECT_TRUE(is_open(_metadata, self));
	close(go[1]);
	ASSERT_EQ(0, kt_command(self->control, "data 10", false));
	EXPECT_EQ(0, status_of(pid));
	ASSERT_EQ(5, recv(self->control, self->in, 100, 0));
	EXPECT_EQ(97, self->in[0]);
	EXPECT_FALSE(is_open(_metadata, self));
}

TEST_F_TIMEOUT(ch, duplicates_are_the_same, 300)
{
	int fd, control;

	bind_channel(_metadata, self, true);
	fd = dup(self->fd);
	control = dup(self->control);
	ASSERT_TRUE(fd >= 0 && control >= 0);
	ASSERT_EQ(0, kt_command(self->control, "data 10", false));
	close(self->fd);
	close(self->control);
	self->fd = fd;
	self->control = control;
	EXPECT_EQ(10, recv(self->fd, self->in, 10, MSG_WAITALL));
	EXPECT_EQ(3, send(self->fd, "abc", 3, 0));
	expect_said(_metadata, self, (unsigned char *)"abc", 3);
	EXPECT_EQ(-EBUSY, take_control(self->fd, 0));
	EXPECT_TRUE(is_open(_metadata, self));
	close(self->control);
	self->control = take_control(self->fd, 0);
	EXPECT_LE(0, self->control);
}

/* Records, too, and in the middle of new keys. */
TEST_F_TIMEOUT(ch, a_session_is_passed_on, 300)
{
	struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	unsigned char seq[100] = { 94 };
	int s[2], i;

	ASSERT_EQ(0, kt_command(self->fd, "echo on", false));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	for (i = 1; i <= 5; i++) {
		seq[1] = i;
		ASSERT_EQ(50, send(self->fd, seq, 50, MSG_MORE));
		ASSERT_EQ(0, kt_set(self->fd, KSSH_REKEY, &now, sizeof(now)));
		ASSERT_EQ(0, pass(s[0], self->fd));
		self->fd = receive(s[1]);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(50, send(self->fd, seq + 50, 50, 0));
		ASSERT_EQ(100, recv(self->fd, self->in, 200, 0));
		EXPECT_EQ(0, memcmp(self->in, seq, 100));
	}
}

/* A payload, or bytes, there and back: all that is left is read(2) and write(2). */
static bool echoes(int fd, unsigned char *buf, size_t n)
{
	unsigned char first = buf[0], last = buf[n - 1];

	if (write(fd, buf, n) != n)
		return false;
	memset(buf, 0, n);
	return read(fd, buf, n) == n && buf[0] == first && buf[n - 1] == last;
}

/* In a process that may do nothing else, which ends if it does. */
static int strictly(int fd, unsigned char *buf, const unsigned char *order, size_t n)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		bool good;

		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
			_exit(1);
		good = echoes(fd, buf, 100);
		/* new keys, which the server asks for, are the kernel's affair */
		if (order)
			good &= write(fd, order, n) == n;
		good &= echoes(fd, buf, 3000);
		/* _exit() is exit_group(2), which is not allowed */
		syscall(SYS_exit, good ? 0 : 2);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -errno;
}

TEST_F_TIMEOUT(ch, strict_seccomp, 300)
{
	static const unsigned char rekey[] = "\x50\0\0\0\5rekey";
	struct kssh_info i;

	ASSERT_EQ(0, kt_command(self->fd, "echo on", false));
	memset(self->out, 94, 3000);
	EXPECT_EQ(0, strictly(self->fd, self->out, rekey, sizeof(rekey)));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(1u, i.rekeys);
	/* and as a byte stream */
	bind_channel(_metadata, self, true);
	ASSERT_EQ(0, kt_command(self->control, "mirror on", false));
	EXPECT_EQ(0, strictly(self->fd, self->out, NULL, 0));
}

TEST_HARNESS_MAIN
