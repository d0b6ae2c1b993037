// SPDX-License-Identifier: GPL-2.0
/* Registers, drops its rights, reads and answers. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>

#include "hostkeyd.h"

/*
 * The registered socket is the right to answer, so no capability is needed any
 * more; files are read and written as their owner.
 */
static int drop_rights(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	return syscall(SYS_capset, &head, none) ? -errno : 0;
}

static int write_pid(const char *path)
{
	FILE *f = fopen(path, "we");
	int ret;

	if (!f)
		return -errno;
	ret = fprintf(f, "%d\n", getpid()) < 0 ? -EIO : 0;
	return fclose(f) && !ret ? -errno : ret;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/**
 * struct daemon - all there is
 * @o: options
 * @nl: the socket
 * @asks: questions
 * @signals: signalfd
 * @registered: it is the helper
 */
struct daemon {
	struct options o;
	struct netlink *nl;
	struct asks *asks;
	int signals;
	bool registered;
};

static int give_up(const char *what, int error, const char *why)
{
	say("kssh-hostkeyd: cannot %s: %s%s%s", what, strerror(-error),
	    *why ? ": " : "", why);
	return error == -EBUSY ? EXIT_BUSY : error == -EPERM ? EXIT_NOT_ALLOWED :
							       EXIT_TROUBLE;
}

/* Ask to become the helper.  -1, or the exit status with all said. */
static int begin(struct daemon *d)
{
	uint32_t flags = KSSH_REGISTER_FLAG_PREQUERY;
	int ret;

	if (d->o.takeover)
		flags |= KSSH_REGISTER_FLAG_TAKEOVER;
	if (d->o.serve_children)
		flags |= KSSH_REGISTER_FLAG_SERVE_CHILDREN;
	ret = netlink_open(&d->nl);
	if (ret == -ENOENT) {
		say("kssh-hostkeyd: the kernel module kssh is not loaded (modprobe kssh)");
		return EXIT_NO_MODULE;
	}
	if (!ret)
		ret = netlink_register(d->nl, flags);
	return ret ? give_up("reach the kernel", ret, "") : -1;
}

/* The answer to that.  -1, or the exit status with all said. */
static int registered(struct daemon *d, const struct event *ev)
{
	int ret;

	if (ev->error)
		return give_up("register", ev->error, ev->why);
	ret = d->o.pid_file ? write_pid(d->o.pid_file) : 0;
	if (ret)
		return give_up("write the pid file", ret, d->o.pid_file);
	d->registered = true;
	ret = drop_rights();
	if (ret)
		return give_up("drop capabilities", ret, "");

	if (d->o.verbose)
		say("kssh-hostkeyd: ready, policy %s, %zu files",
		    d->o.policy.checking == KSSH_TRUST_ACCEPT_NEW ?
			    "accept-new" : "strict",
		    d->o.policy.n_files);
	if (d->o.ready_fd >= 0) {
		if (write(d->o.ready_fd, "\n", 1) != 1)
			say("kssh-hostkeyd: nobody hears that it is ready");
		close(d->o.ready_fd);
	}
	return -1;
}

/* -1: go on; else the exit status. */
static int handle(struct daemon *d, const struct event *ev)
{
	char types[KSSH_TRUST_TYPES_MAX];
	struct kssh_trust_answer answer;
	bool ended = false;
	int ret;

	switch (ev->cmd) {
	case KSSH_CMD_REGISTER:
		return registered(d, ev);
	case KSSH_CMD_PREQUERY:
		asks_known(d->asks, &ev->ask, types);
		ret = netlink_known(d->nl, ev->ask.cookie, types);
		if (ret)
			say("kssh-hostkeyd: cannot answer: %s", strerror(-ret));
		break;
	case KSSH_CMD_ASK:
		asks_question(d->asks, &ev->ask, &answer);
		ret = netlink_verdict(d->nl, ev->ask.cookie, &answer);
		if (ret)
			say("kssh-hostkeyd: cannot answer: %s", strerror(-ret));
		ended = answer.verdict != KSSH_TRUST_OK;
		break;
	case KSSH_CMD_RESULT:
		ended = asks_result(d->asks, ev->ask.cookie, ev->good);
		break;
	case KSSH_CMD_CANCEL:
		ended = asks_cancel(d->asks, ev->ask.cookie);
		break;
	case KSSH_CMD_DISMISSED:
		say("kssh-hostkeyd: no longer the helper: %s",
		    "another took over, or the module is unloaded");
		return EXIT_DISMISSED;
	default:
		if (d->o.verbose)
			say("kssh-hostkeyd: message %d is unknown", ev->cmd);
	}
	return ended && d->o.once ? EXIT_FINE : -1;
}

/* Returns the exit status. */
static int serve(struct daemon *d)
{
	struct pollfd fds[] = {
		{ .fd = netlink_fd(d->nl), .events = POLLIN },
		{ .fd = d->signals, .events = POLLIN },
	};
	struct signalfd_siginfo si;
	bool more = false;
	struct event ev;
	int ret;

	for (;;) {
		if (poll(fds, 2, more ? 0 : -1) < 0 && errno != EINTR)
			return EXIT_TROUBLE;
		/* Files are read for each question, SIGHUP has nothing to do. */
		while (read(d->signals, &si, sizeof(si)) == sizeof(si)) {
			if (si.ssi_signo != SIGHUP)
				return EXIT_FINE;
		}
		ret = netlink_next(d->nl, &ev);
		if (ret < 0)
			return give_up("read", ret, "");
		more = ret;
		ret = ret ? handle(d, &ev) : -1;
		if (ret >= 0)
			return ret;
	}
}

int main(int argc, char **argv)
{
	struct daemon d = { .signals = -1 };
	int ret;

	ret = options_parse(argc, argv, &d.o);
	if (ret >= 0)
		return ret;
	if (d.o.check_host)
		return check_by_hand(&d.o);

	umask(022);
	signal(SIGPIPE, SIG_IGN);
	d.signals = open_signals();
	d.asks = asks_new(&d.o.policy);
	if (d.signals < 0 || !d.asks) {
		ret = give_up("start", -errno, "");
	} else {
		ret = begin(&d);
		if (ret < 0)
			ret = serve(&d);
	}
	if (d.registered && d.o.pid_file)
		unlink(d.o.pid_file);
	netlink_close(d.nl);
	asks_free(d.asks);
	if (d.signals >= 0)
		close(d.signals);
	return ret;
}
