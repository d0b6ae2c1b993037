// SPDX-License-Identifier: GPL-2.0
/* A loopback connection: what the kernel does with it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <linux/nsfs.h>

#include "doctor.h"
#include "../policy/policy.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE		71
#endif
/* How the initial network namespace is known: by its inode from 6.18 on, before by
 * its cookie, which was the first that the kernel gave.
 */
#define NETNS_INITIAL_INO	0xeffffff9	/* NET_NS_INIT_INO */
#define NETNS_INITIAL_COOKIE	1

/* Two ends of a TCP connection over the loopback of a family.  0 or errno. */
static int pair(int family, int fd[2])
{
	union {
		struct sockaddr sa;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a = { .sa.sa_family = family };
	socklen_t n = family == AF_INET ? sizeof(a.v4) : sizeof(a.v6);
	int error = 0, listener;

	if (family == AF_INET)
		a.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		a.v6.sin6_addr = in6addr_loopback;

	listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return errno;
	fd[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	fd[1] = -1;
	if (fd[0] < 0 || bind(listener, &a.sa, n) || listen(listener, 1) ||
	    getsockname(listener, &a.sa, &n) || connect(fd[0], &a.sa, n))
		error = errno;
	else
		fd[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (!error && fd[1] < 0)
		error = errno;
	close(listener);
	if (error && fd[0] >= 0) {
		close(fd[0]);
		fd[0] = -1;
	}
	return error;
}

void trial_begin(struct trial *t)
{
	t->fd[0] = -1;
	t->fd[1] = -1;
	t->attach_error = 0;
	t->pair_error = pair(AF_INET, t->fd);
	if (t->pair_error && !pair(AF_INET6, t->fd))
		t->pair_error = 0;
	if (t->pair_error)
		return;
	if (setsockopt(t->fd[0], IPPROTO_TCP, TCP_ULP, TCP_ULP_SSH,
		       sizeof(TCP_ULP_SSH) - 1))
		t->attach_error = errno;
}

void trial_end(struct trial *t)
{
	if (t->fd[0] >= 0)
		close(t->fd[0]);
	if (t->fd[1] >= 0)
		close(t->fd[1]);
}

/* ---- what stands in the way ---- */

/* The security module's name for this process, "" if it is not confined. */
static void lsm_label(char *out, size_t room)
{
	char enforce[8];

	if (slurp("/proc/self/attr/apparmor/current", out, room) <= 0 &&
	    slurp("/proc/self/attr/current", out, room) <= 0)
		*out = 0;
	out[strcspn(out, "\n")] = 0;
	if (!strcmp(out, "unconfined") || !strcmp(out, "kernel"))
		*out = 0;
	/* an SELinux context confines only where it is enforced */
	if (strchr(out, ':') &&
	    (slurp("/sys/fs/selinux/enforce", enforce, sizeof(enforce)) <= 0 ||
	     *enforce != '1'))
		*out = 0;
}

static void tell_barrier(struct findings *d, int error)
{
	const char *name = strerrorname_np(error);
	char status[4096], seccomp[8], label[256];

	slurp("/proc/self/status", status, sizeof(status));
	field(status, "Seccomp", seccomp, sizeof(seccomp));
	lsm_label(label, sizeof(label));

	if (*seccomp == '2' || *seccomp == '1') {
		tell(d, PROBLEM, "attach", "the kernel answers %s, and a seccomp "
		     "filter is on this process%s%s: it seems to refuse "
		     "setsockopt(IPPROTO_TCP, TCP_ULP)", name,
		     *label ? ", as is the profile " : "", label);
		mend(d, "let the filter pass setsockopt (docker and podman: "
		     "--security-opt seccomp=PROFILE; systemd: SystemCallFilter=)");
	} else if (*label) {
		tell(d, PROBLEM, "attach", "the kernel answers %s, and this process "
		     "runs under the security profile %s", name, label);
		mend(d, "look for the refusal: sudo journalctl -k | grep -i -e "
		     "apparmor -e avc");
	} else {
		tell(d, PROBLEM, "attach", "the kernel answers %s, though neither "
		     "seccomp nor a security profile is on this process: perhaps "
		     "a BPF program on its control group", name);
		mend(d, "sudo bpftool cgroup tree | grep setsockopt");
	}
}

void check_attach(struct findings *d, const struct trial *t)
{
	char ulps[256];

	if (t->pair_error) {
		tell(d, PROBLEM, "attach", "there is no loopback connection to try "
		     "it on: %s", strerror(t->pair_error));
		mend(d, "sudo ip link set lo up");
		return;
	}
	slurp("/proc/sys/net/ipv4/tcp_available_ulp", ulps, sizeof(ulps));
	ulps[strcspn(ulps, "\n")] = 0;
	switch (t->attach_error) {
	case 0:
		tell(d, FINE, "attach", "a TCP socket takes the protocol \"ssh\"");
		break;
	case ENOENT:
		tell(d, PROBLEM, "attach", "a TCP socket takes no protocol \"ssh\" "
		     "(ENOENT), only: %s", *ulps ? ulps : "none");
		if (has_word(ulps, "ssh"))
			mend(d, "it is listed, yet not given: look at dmesg");
		else
			mend(d, "load the module, see above");
		break;
	case ENOPROTOOPT:
		tell(d, PROBLEM, "attach", "this system's TCP has no TCP_ULP at all "
		     "(ENOPROTOOPT): a sandbox that is not Linux, such as gVisor");
		mend(d, "run on the kernel itself");
		break;
	default:
		tell_barrier(d, t->attach_error);
		break;
	}
}

/* ---- namespaces ---- */

/*
 * The helper of a network namespace may speak for a process only if the
 * process's user namespace owns the network namespace, or is below the owner.
 * NS_GET_USERNS fails with EPERM if the owner is above: that is fine then.
 */
static bool above_owner(void)
{
	struct stat own, owner;
	bool above = false;
	int net, user;

	net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (net < 0)
		return false;
	user = ioctl(net, NS_GET_USERNS);
	if (user >= 0 && !fstat(user, &owner) &&
	    !stat("/proc/self/ns/user", &own))
		above = own.st_ino != owner.st_ino;
	if (user >= 0)
		close(user);
	close(net);
	return above;
}

static bool initial_netns(void)
{
	uint64_t cookie = 0;
	socklen_t n = sizeof(cookie);
	struct stat st;
	int fd;

	if (!stat("/proc/self/ns/net", &st) && st.st_ino == NETNS_INITIAL_INO)
		return true;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &n);
	close(fd);
	return cookie == NETNS_INITIAL_COOKIE;
}

void check_namespace(struct findings *d)
{
	if (above_owner()) {
		tell(d, PROBLEM, "namespace", "this process's user namespace is above "
		     "the one that owns its network namespace: a helper in here "
		     "may not speak for it");
		mend(d, "run the program inside that user namespace "
		     "(nsenter -U), or use --pin");
	} else if (initial_netns()) {
		tell(d, FINE, "namespace", "the initial network namespace");
	} else {
		tell(d, NOTE, "namespace", "not the initial network namespace (a "
		     "container?): it needs a helper of its own, or one outside "
		     "that serves children");
	}
}

void check_helper(struct findings *d, const struct trial *t)
{
	struct helper_status h = { .state = HELPER_NO_FAMILY };

	/* looking for the family would load the module, and hide that it was not */
	if (t->attach_error != ENOENT)
		helper_status(&h);
	switch (h.state) {
	case HELPER_THERE:
	case HELPER_PARENT:
		if (h.pid)
			tell(d, FINE, "helper", "process %u judges host keys%s", h.pid,
			     h.state == HELPER_PARENT ? ", from the initial network "
			     "namespace" : "");
		else
			tell(d, FINE, "helper", "a helper judges host keys%s",
			     h.state == HELPER_PARENT ? ", from the initial network "
			     "namespace" : "");
		if (h.pending_max && h.pending >= h.pending_max) {
			tell(d, PROBLEM, "helper", "it does not keep up: %u of %u "
			     "questions wait", h.pending, h.pending_max);
			mend(d, "sudo systemctl restart kssh-hostkeyd");
		}
		break;
	case HELPER_NONE:
		tell(d, PROBLEM, "helper", "no helper is registered in this network "
		     "namespace: every host key is refused, unless pinned");
		mend(d, "sudo systemctl enable --now kssh-hostkeyd   (without systemd: "
		     "sudo kssh-hostkeyd &)");
		break;
	case HELPER_NO_FAMILY:
		tell(d, PROBLEM, "helper", "none can be registered, the module is "
		     "not there");
		mend(d, "load the module, see above");
		break;
	default:
		tell(d, PROBLEM, "helper", "the kernel cannot be asked for it: %s",
		     strerror(h.error));
		break;
	}
}

void check_policy(struct findings *d, const struct trial *t)
{
	char why[POLICY_WHY];
	struct policy p;

	/* as above; a module without policies has none */
	if (t->attach_error == ENOENT || policy_get(&p, why))
		return;
	if (!p.flags && !p.rsa_min_bits && !*p.forbid) {
		tell(d, FINE, "policy", "nothing is forbidden in this network namespace");
		return;
	}
	tell(d, NOTE, "policy", "this network namespace's policy: host keys are judged "
	     "by the helper%s%s%s", p.flags & KSSH_POLICY_FLAG_FORBID_PIN ? "" :
	     ", or pinned", p.flags & KSSH_POLICY_FLAG_FORBID_APP ? "" :
	     ", or judged by the program",
	     p.flags & KSSH_POLICY_FLAG_REQUIRE_PQ ? "; key exchange has to be "
	     "post-quantum" : "");
	if (p.rsa_min_bits)
		tell(d, NOTE, "policy", "RSA host keys need %u bits", p.rsa_min_bits);
	if (*p.forbid)
		tell(d, NOTE, "policy", "not offered: %.*s", 700, p.forbid);
}
