/* SPDX-License-Identifier: GPL-2.0 */
/* A network namespace of a test's own, from which the scripted server is reached. */
#ifndef KSSH_TEST_NETNS_H
#define KSSH_TEST_NETNS_H

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kssh_test.h"

static inline int kt_loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), r;

	r = kt_err(ioctl(fd, SIOCSIFFLAGS, &ifr));
	close(fd);
	return r;
}

/* Carries bytes between two sockets until one of them ends. */
static inline void kt_relay(int a, int b)
{
	struct pollfd p[2] = { { .fd = a, .events = POLLIN },
			       { .fd = b, .events = POLLIN } };
	char buf[4096];
	ssize_t n;
	int i;

	while (poll(p, 2, 60000) > 0) {
		for (i = 0; i < 2; i++) {
			if (!p[i].revents)
				continue;
			n = read(p[i].fd, buf, sizeof(buf));
			if (n <= 0 || write(p[!i].fd, buf, n) != n)
				return;
		}
	}
}

/* Accepts in the namespace of @l, and connects to the scripted server from @home. */
static inline void kt_gate(int l, int home)
{
	int fd, server;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	if (setns(home, CLONE_NEWNET))
		_exit(1);
	for (;;) {
		fd = accept(l, NULL, NULL);
		if (fd < 0)
			_exit(2);
		if (!fork()) {
			server = kt_connect(AF_INET, kt_port());
			kt_relay(fd, server);
			_exit(0);
		}
		close(fd);
	}
}

/*
 * Enter a new network namespace, where the port of the scripted server leads to it,
 * by each address of 127.0.0.0/8: 0 or -errno.  The namespace that was left is open as
 * *@home, if that is asked for.  To be called before sockets are opened that must not
 * outlive the test.
 */
static inline int kt_own_netns(int *home)
{
	int left = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), l;
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, kt_port(), &ss);

	if (left < 0 || unshare(CLONE_NEWNET))
		return -errno;
	if (kt_loopback_up())
		return -EIO;
	((struct sockaddr_in *)&ss)->sin_addr.s_addr = htonl(INADDR_ANY);
	l = socket(AF_INET, SOCK_STREAM, 0);
	if (l < 0 || bind(l, (struct sockaddr *)&ss, n) || listen(l, 16))
		return -errno;
	if (!fork())
		kt_gate(l, left);
	close(l);
	if (home)
		*home = left;
	else
		close(left);
	return 0;
}

#endif /* KSSH_TEST_NETNS_H */
