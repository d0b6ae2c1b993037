// SPDX-License-Identifier: GPL-2.0
/*
 * kssh-hostkeyd-worker: reads the known_hosts files of the user that it runs as, and
 * writes there what the daemon tells it to.  Started by kssh-hostkeyd-launch.
 *
 * It opens what ssh would open and hangs where ssh would hang; then it is killed.
 */
#include <cap-ng.h>
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "users.h"

#define MEMORY_MAX	(512UL << 20)
#define FILE_SIZE_MAX	(256UL << 20)
#define FDS_MAX		32

/**
 * struct worker - all there is
 * @home: of the user
 * @dir: ~/.ssh
 * @files: known_hosts and known_hosts2 in it
 * @said: what the daemon says
 * @policy: that, and these files
 * @judge: NULL before WORK_SETUP
 */
struct worker {
	const char *home;
	char *dir;
	char *files[2];
	struct work_policy said;
	struct kssh_trust_policy policy;
	struct judge *judge;
};

/* ---- nothing more than that ------------------------------------------------------ */

/* No program is started, no process, and nothing is connected to. */
static int forbid_calls(void)
{
	static const int calls[] = {
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
		SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(socket), SCMP_SYS(connect),
		SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
		SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
		SCMP_SYS(process_vm_writev), SCMP_SYS(kill), SCMP_SYS(tkill),
		SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(unshare),
		SCMP_SYS(setns), SCMP_SYS(mount), SCMP_SYS(chroot), SCMP_SYS(chmod),
		SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchownat),
		SCMP_SYS(lchown), SCMP_SYS(setuid), SCMP_SYS(setresuid),
		SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(add_key),
		SCMP_SYS(request_key), SCMP_SYS(io_uring_setup),
		SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open), SCMP_SYS(ioctl),
	};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int ret = ctx ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !ret && i < sizeof(calls) / sizeof(*calls); i++)
		ret = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
	if (!ret)
		ret = seccomp_load(ctx);
	seccomp_release(ctx);
	return ret;
}

static void limit(int what, rlim_t n)
{
	const struct rlimit r = { n, n };

	setrlimit(what, &r);
}

/* 0, or a negative errno: somebody has started it who is not the launcher. */
static int lock_down(void)
{
	int type;
	socklen_t n = sizeof(type);
	uid_t r, e, s;

	if (getsockopt(WORKER_FD, SOL_SOCKET, SO_TYPE, &type, &n) ||
	    type != SOCK_SEQPACKET)
		return -ENOTSOCK;
	if (getresuid(&r, &e, &s) || r != e || e != s ||
	    capng_get_caps_process() ||
	    capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return -EPERM;
	/* nobody looks into it, and it takes no more than its share */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NPROC, 0);
	limit(RLIMIT_NOFILE, FDS_MAX);
	limit(RLIMIT_FSIZE, FILE_SIZE_MAX);
	limit(RLIMIT_AS, MEMORY_MAX);
	return forbid_calls();
}

/* ---- the work ----------------------------------------------------------------------- */

static int setup(struct worker *w, const struct work_policy *p)
{
	w->said = *p;
	w->said.ca_algorithms[ALGORITHMS_MAX] = 0;
	w->policy = (struct kssh_trust_policy){
		.files = (const char *const *)w->files,
		.n_files = 2,
		.n_user_files = 2,
		.write_file = w->files[0],
		.write_dir = w->dir,
		.hash_names = p->hash_names,
		.rsa_min_bits = p->rsa_min_bits,
		.ca_algorithms = *w->said.ca_algorithms ? w->said.ca_algorithms : NULL,
	};
	judge_free(w->judge);
	w->judge = judge_new(&w->policy);
	return w->judge ? 0 : -ENOMEM;
}

static void record(struct worker *w, const struct kssh_trust_query *q,
		   struct work_done *done)
{
	snprintf(done->file, sizeof(done->file), "%s", w->files[0]);
	done->error = judge_record(w->judge, q, &done->verdict);
}

/* False if the message is none. */
static bool work(struct worker *w, const struct work *m, size_t n, struct work_done *done)
{
	struct kssh_trust_query q = {
		.name = m->query.name,
		.port = m->query.port,
		.verbatim = m->query.verbatim,
		.key = m->key,
		.key_len = m->query.key_len,
	};
	bool ca = false;

	if (!w->judge || n < sizeof(*m) || n - sizeof(*m) != m->query.key_len ||
	    !memchr(m->query.name, 0, sizeof(m->query.name)))
		return false;
	memset(done, 0, sizeof(*done));
	done->op = m->op;
	switch (m->op) {
	case WORK_CHECK:
		judge_check(w->judge, &q, &done->verdict);
		return true;
	case WORK_KNOWN:
		done->error = judge_known(w->judge, &q, done->types, &ca);
		done->ca = ca;
		return true;
	case WORK_RECORD:
		record(w, &q, done);
		return true;
	default:
		return false;
	}
}

/* Returns the exit status. */
static int serve(struct worker *w)
{
	struct pollfd p = { .fd = WORKER_FD, .events = POLLIN };
	static struct work_done done;
	static union {
		struct work work;
		uint8_t bytes[sizeof(struct work) + KSSH_KEY_MAX + 1];
	} m;
	ssize_t n;

	for (;;) {
		if (poll(&p, 1, WORKER_IDLE_MS) <= 0)
			return 0;
		n = recv(WORKER_FD, &m, sizeof(m), 0);
		if (n <= 0)
			return 0;
		if (n < (ssize_t)sizeof(m.work))
			return 1;
		if (m.work.op == WORK_SETUP) {
			if (n != sizeof(m.work) || setup(w, &m.work.policy))
				return 1;
			continue;
		}
		alarm(WORKER_ALARM);
		if (!work(w, &m.work, n, &done))
			return 1;
		if (send(WORKER_FD, &done, sizeof(done), MSG_NOSIGNAL) != sizeof(done))
			return 1;
		alarm(0);
	}
}

int main(int argc, char **argv)
{
	struct work_hello hello = { .uid = getuid() };
	static struct worker w;

	if (argc != 2 || *argv[1] != '/') {
		fputs("kssh-hostkeyd-launch(8) starts this, nobody else\n", stderr);
		return 2;
	}
	w.home = argv[1];
	if (asprintf(&w.dir, "%s/.ssh", w.home) < 0 ||
	    asprintf(&w.files[0], "%s/known_hosts", w.dir) < 0 ||
	    asprintf(&w.files[1], "%s/known_hosts2", w.dir) < 0)
		return 1;
	hello.error = -lock_down();
	if (send(WORKER_FD, &hello, sizeof(hello), MSG_NOSIGNAL) != sizeof(hello) ||
	    hello.error)
		return 1;
	return serve(&w);
}
