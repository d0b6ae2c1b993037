// SPDX-License-Identifier: GPL-2.0
/* Taking a socket: which can be taken, which cannot, and what taking changes. */
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kcm.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

FIXTURE(attach)
{
	int fd[2];	/* a connected pair: the client's end, the server's end */
	int listener;
};

FIXTURE_VARIANT(attach)
{
	int family;
};

FIXTURE_VARIANT_ADD(attach, v4)
{
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(attach, v6)
{
	.family = AF_INET6,
};

FIXTURE_SETUP(attach)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(variant->family, 0, &ss);
	int port;

	self->listener = socket(variant->family, SOCK_STREAM, 0);
	ASSERT_LE(0, self->listener);
	ASSERT_EQ(0, bind(self->listener, (struct sockaddr *)&ss, n));
	ASSERT_EQ(0, listen(self->listener, 4));
	ASSERT_EQ(0, getsockname(self->listener, (struct sockaddr *)&ss, &n));
	port = ntohs(variant->family == AF_INET6 ?
		     ((struct sockaddr_in6 *)&ss)->sin6_port :
		     ((struct sockaddr_in *)&ss)->sin_port);
	self->fd[0] = kt_connect(variant->family, port);
	ASSERT_LE(0, self->fd[0]);
	self->fd[1] = accept(self->listener, NULL, NULL);
	ASSERT_LE(0, self->fd[1]);
}

FIXTURE_TEARDOWN(attach)
{
	close(self->fd[0]);
	close(self->fd[1]);
	close(self->listener);
}

TEST_F(attach, connected)
{
	char name[16] = "";
	socklen_t n = sizeof(name);

	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, getsockopt(self->fd[0], IPPROTO_TCP, TCP_ULP, name, &n));
	EXPECT_STREQ("ssh", name);
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd[0]));
}

TEST_F(attach, server_end_too)
{
	/* who connected does not matter, who speaks as the client does */
	EXPECT_EQ(0, kt_attach(self->fd[1]));
}

TEST_F(attach, not_connected)
{
	int fd = socket(variant->family, SOCK_STREAM, 0);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOTCONN, kt_attach(fd));
	close(fd);
}

TEST_F(attach, listener)
{
	EXPECT_EQ(-ENOTCONN, kt_attach(self->listener));
}

TEST_F(attach, peer_has_closed)
{
	close(self->fd[1]);
	self->fd[1] = -1;
	EXPECT_NE(0, kt_poll(self->fd[0], POLLIN, 2000));
	EXPECT_EQ(-ENOTCONN, kt_attach(self->fd[0]));
}

TEST_F(attach, shut_down)
{
	ASSERT_EQ(0, shutdown(self->fd[0], SHUT_WR));
	EXPECT_EQ(-ENOTCONN, kt_attach(self->fd[0]));
}

TEST_F(attach, once)
{
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	EXPECT_EQ(-EEXIST, kt_attach(self->fd[0]));
	EXPECT_EQ(-EEXIST, kt_err(setsockopt(self->fd[0], IPPROTO_TCP, TCP_ULP,
					     "tls", 3)));
}

TEST_F(attach, options_need_it)
{
	EXPECT_EQ(-ENOPROTOOPT, kt_start(self->fd[0], 0));
	EXPECT_GT(0, kt_state(self->fd[0]));
}

TEST_F(attach, nothing_flows_before_the_start)
{
	char c = 1;

	ASSERT_EQ(0, kt_attach(self->fd[0]));
	EXPECT_EQ(-ENOTCONN, kt_err(send(self->fd[0], &c, 1, MSG_NOSIGNAL)));
	EXPECT_EQ(-ENOTCONN, kt_err(write(self->fd[0], &c, 1)));
	EXPECT_EQ(-ENOTCONN, kt_err(recv(self->fd[0], &c, 1, MSG_DONTWAIT)));
	EXPECT_EQ(-ENOTCONN, kt_err(read(self->fd[0], &c, 1)));
	ASSERT_EQ(1, write(self->fd[1], &c, 1));
	EXPECT_EQ(0, kt_poll(self->fd[0], POLLIN | POLLOUT | POLLPRI, 100));
	EXPECT_EQ(-ENOTCONN, kt_err(recv(self->fd[0], &c, 1, 0)));
	/* and nothing of ours has left */
	EXPECT_EQ(0, kt_poll(self->fd[1], POLLIN, 100));
}

TEST_F(attach, data_queued_before)
{
	static const char banner[] = "hello\r\nSSH-2.0-early bird\r\n";
	char text[64] = "";
	int i;

	ASSERT_EQ((ssize_t)strlen(banner), write(self->fd[1], banner, strlen(banner)));
	ASSERT_EQ(POLLIN, kt_poll(self->fd[0], POLLIN, 2000));
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, kt_set_u32(self->fd[0], KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd[0], KSSH_HS_NOWAIT));
	for (i = 0; i < 100 && kt_phase(self->fd[0]) != KSSH_PHASE_KEXINIT; i++)
		kt_sleep_ms(20);
	ASSERT_LT(0, kt_get_text(self->fd[0], KSSH_PEER_BANNER, text, sizeof(text)));
	EXPECT_STREQ("SSH-2.0-early bird", text);
}

TEST_F(attach, failure_queued_before)
{
	static const char banner[] = "SSH-1.5-too early\r\n";

	ASSERT_EQ((ssize_t)strlen(banner), write(self->fd[1], banner, strlen(banner)));
	ASSERT_EQ(POLLIN, kt_poll(self->fd[0], POLLIN, 2000));
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, kt_set_u32(self->fd[0], KSSH_VERIFY, KSSH_VERIFY_APP));
	EXPECT_EQ(-EPROTOTYPE, kt_start(self->fd[0], 0));
	EXPECT_EQ(KSSH_R_BANNER_VERSION, kt_reason(self->fd[0]));
}

TEST_F(attach, end_queued_before_the_start)
{
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, kt_set_u32(self->fd[0], KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(0, shutdown(self->fd[1], SHUT_WR));
	kt_sleep_ms(50);
	EXPECT_EQ(-ECONNRESET, kt_start(self->fd[0], 0));
	EXPECT_EQ(KSSH_R_PEER_CLOSED, kt_reason(self->fd[0]));
}

TEST_F(attach, reset_before_the_start)
{
	struct linger l = { .l_onoff = 1 };

	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, kt_set_u32(self->fd[0], KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(0, setsockopt(self->fd[1], SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	close(self->fd[1]);
	self->fd[1] = -1;
	kt_sleep_ms(50);
	EXPECT_EQ(-ECONNRESET, kt_start(self->fd[0], 0));
}

TEST_F(attach, start_after_shutdown)
{
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	ASSERT_EQ(0, kt_set_u32(self->fd[0], KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(0, shutdown(self->fd[0], SHUT_WR));
	EXPECT_EQ(-EPIPE, kt_start(self->fd[0], 0));
}

TEST_F(attach, tcp_options_still_work)
{
	struct tcp_info ti;
	socklen_t n = sizeof(ti);
	int v = 1;

	ASSERT_EQ(0, kt_attach(self->fd[0]));
	EXPECT_EQ(0, getsockopt(self->fd[0], IPPROTO_TCP, TCP_INFO, &ti, &n));
	EXPECT_EQ(0, setsockopt(self->fd[0], IPPROTO_TCP, TCP_NODELAY, &v, sizeof(v)));
	v = 0;
	n = sizeof(v);
	EXPECT_EQ(0, getsockopt(self->fd[0], IPPROTO_TCP, TCP_NODELAY, &v, &n));
	EXPECT_EQ(1, v);
}

TEST_F(attach, descriptors_are_shared)
{
	int other = dup(self->fd[0]);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	EXPECT_EQ(-EEXIST, kt_attach(other));
	ASSERT_EQ(0, kt_set_u32(other, KSSH_TIMEOUT, 1234));
	close(other);
	EXPECT_EQ(1234, kt_get_u32(self->fd[0], KSSH_TIMEOUT));
}

/* ---- others who take sockets ---- */

static int bpf(int cmd, union bpf_attr *attr)
{
	return kt_err(syscall(__NR_bpf, cmd, attr, sizeof(*attr)));
}

static int sockmap(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_SOCKMAP,
		.key_size = sizeof(int),
		.value_size = sizeof(int),
		.max_entries = 1,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

static int sockmap_add(int map, int fd)
{
	int key = 0;
	union bpf_attr attr = {
		.map_fd = map,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&fd,
	};

	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

TEST_F(attach, sockmap_first)
{
	int map = sockmap();

	if (map < 0)
		SKIP(return, "no sockmap: %s", strerror(-map));
	ASSERT_EQ(0, sockmap_add(map, self->fd[0]));
	EXPECT_EQ(-EBUSY, kt_attach(self->fd[0]));
	close(map);
}

TEST_F(attach, sockmap_second)
{
	int map = sockmap();

	if (map < 0)
		SKIP(return, "no sockmap: %s", strerror(-map));
	ASSERT_EQ(0, kt_attach(self->fd[0]));
	EXPECT_GT(0, sockmap_add(map, self->fd[0]));
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd[0]));
	close(map);
}

/* KCM wants a program that finds messages; this one sees none. */
static int kcm_attach(int *kcm, int fd)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)insns,
		.insn_cnt = 2,
		.license = (uintptr_t)"GPL",
	};
	struct kcm_attach a = { .fd = fd };
	int prog, r;

	*kcm = socket(AF_KCM, SOCK_SEQPACKET, 0);
	if (*kcm < 0)
		return -EAFNOSUPPORT;
	prog = bpf(BPF_PROG_LOAD, &attr);
	if (prog < 0)
		return -EAFNOSUPPORT;
	a.bpf_fd = prog;
	r = kt_err(ioctl(*kcm, SIOCKCMATTACH, &a));
	close(prog);
	return r;
}

TEST_F(attach, kcm_first)
{
	int kcm;
	int r = kcm_attach(&kcm, self->fd[0]);

	if (r == -EAFNOSUPPORT)
		SKIP(return, "no KCM");
	ASSERT_EQ(0, r);
	EXPECT_EQ(-EBUSY, kt_attach(self->fd[0]));
	close(kcm);
}

TEST_F(attach, kcm_second)
{
	int kcm, r;

	ASSERT_EQ(0, kt_attach(self->fd[0]));
	r = kcm_attach(&kcm, self->fd[0]);
	if (r == -EAFNOSUPPORT)
		SKIP(return, "no KCM");
	EXPECT_GT(0, r);
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd[0]));
	close(kcm);
}

TEST_HARNESS_MAIN
