// SPDX-License-Identifier: GPL-2.0
/*
 * kssh-hostkeyd-launch: starts, for the daemon and nobody else, a worker of a user.
 *
 * It has CAP_SETUID and CAP_SETGID and reads nothing that a user has written: a
 * request is a number and a socket, an answer is that the socket closes.
 */
#include <cap-ng.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "become.h"
#include "log.h"
#include "users.h"

#ifndef WORKER_PATH
#define WORKER_PATH	"/usr/local/libexec/kssh-hostkeyd-worker"
#endif
#define DAEMON_USER	"kssh-hostkeyd"
#define CLIENTS_MAX	4	/* daemons: one, and its successor */
#define CHILDREN_MAX	512

enum { EXIT_TROUBLE = 1, EXIT_USAGE = 2, EXIT_NOT_ALLOWED = 5 };

/**
 * struct child - a worker
 * @pid: its process; it is not reaped yet, so the number is its own; 0: none
 * @uid: its user
 * @id: what the daemon calls it
 * @client: whose it is, -1 if that one is gone
 */
struct child {
	pid_t pid;
	uid_t uid;
	uint64_t id;
	int client;
};

/**
 * struct launcher - all there is
 * @listener: socket
 * @signals: signalfd
 * @clients: connections, -1: none
 * @children: workers
 * @peer: user who may ask
 * @worker: program
 */
struct launcher {
	int listener;
	int signals;
	int clients[CLIENTS_MAX];
	struct child children[CHILDREN_MAX];
	uid_t peer;
	const char *worker;
};

/* ---- workers ------------------------------------------------------------------ */

/*
 * Without CAP_KILL one kills the processes of one's own user only: so do it as the
 * worker's.  Before it is the user it is still ours.
 */
static void kill_child(const struct child *c)
{
	pid_t pid;

	if (!kill(c->pid, SIGKILL) || errno != EPERM)
		return;
	pid = fork();
	if (pid < 0)
		log_line(LOG_LEVEL_ERR, "cannot kill a worker: %s", strerror(errno));
	if (pid)
		return;
	if (!setresuid(c->uid, c->uid, c->uid))
		kill(c->pid, SIGKILL);
	_exit(0);
}

static struct child *find_child(struct launcher *l, int client, uint64_t id)
{
	int i;

	for (i = 0; i < CHILDREN_MAX; i++) {
		if (l->children[i].pid && l->children[i].client == client &&
		    l->children[i].id == id)
			return &l->children[i];
	}
	return NULL;
}

static void start_child(struct launcher *l, int client,
			const struct launch_request *r, int fd)
{
	struct child *c;
	pid_t pid;

	for (c = l->children; c < l->children + CHILDREN_MAX && c->pid; c++)
		;
	if (c == l->children + CHILDREN_MAX) {
		log_line(LOG_LEVEL_ERR, "too many workers");
		return;
	}
	pid = fork();
	if (!pid)
		become_worker(r->uid, fd, l->worker);
	if (pid < 0)
		log_line(LOG_LEVEL_ERR, "cannot start a worker: %s", strerror(errno));
	else
		*c = (struct child){ .pid = pid, .uid = r->uid, .id = r->id,
				     .client = client };
}

static void reap(struct launcher *l)
{
	int status, i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < CHILDREN_MAX && l->children[i].pid != pid; i++)
			;
		if (i == CHILDREN_MAX)
			continue;
		if (WIFSIGNALED(status) && l->children[i].client >= 0)
			log_line(LOG_LEVEL_NOTICE, "worker of uid %u: killed by signal %d",
				 l->children[i].uid, WTERMSIG(status));
		l->children[i].pid = 0;
	}
}

/* ---- daemons -------------------------------------------------------------------- */

static void drop_client(struct launcher *l, int client)
{
	int i;

	close(l->clients[client]);
	l->clients[client] = -1;
	/* Nobody waits for them any more.  They see their sockets close, or hang. */
	for (i = 0; i < CHILDREN_MAX; i++) {
		if (!l->children[i].pid || l->children[i].client != client)
			continue;
		l->children[i].client = -1;
		kill_child(&l->children[i]);
	}
}

static void accept_client(struct launcher *l)
{
	struct ucred cred;
	socklen_t n = sizeof(cred);
	int fd, i;

	fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) || cred.uid != l->peer) {
		log_line(LOG_LEVEL_WARNING, "uid %u, process %d is not the daemon",
			 cred.uid, cred.pid);
		close(fd);
		return;
	}
	for (i = 0; i < CLIENTS_MAX && l->clients[i] >= 0; i++)
		;
	if (i == CLIENTS_MAX)
		close(fd);
	else
		l->clients[i] = fd;
}

/* One request and the descriptors that came along; *fd is -1 or to be closed. */
static ssize_t receive(int client, struct launch_request *r, int *fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u;
	struct iovec iov = { r, sizeof(*r) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = u.buf, .msg_controllen = sizeof(u.buf) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	n = recvmsg(client, &msg, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? -EAGAIN : -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(c), sizeof(int));
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EBADMSG;
	return n;
}

static void serve_client(struct launcher *l, int client)
{
	struct launch_request r;
	struct child *c;
	ssize_t n;
	int fd;

	n = receive(l->clients[client], &r, &fd);
	if (n == -EAGAIN)
		return;
	if (n == sizeof(r) && r.op == LAUNCH_START && fd >= 0 &&
	    r.uid != (uint32_t)-1 && !find_child(l, client, r.id)) {
		start_child(l, client, &r, fd);
	} else if (n == sizeof(r) && r.op == LAUNCH_KILL && fd < 0) {
		c = find_child(l, client, r.id);
		if (c)
			kill_child(c);
	} else {
		if (n)
			log_line(LOG_LEVEL_ERR, "a request that makes no sense");
		drop_client(l, client);
	}
	if (fd >= 0)
		close(fd);
}

/* Returns the exit status. */
static int serve(struct launcher *l)
{
	struct pollfd fds[2 + CLIENTS_MAX];
	struct signalfd_siginfo si;
	int i;

	for (;;) {
		fds[0] = (struct pollfd){ .fd = l->signals, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = l->listener, .events = POLLIN };
		for (i = 0; i < CLIENTS_MAX; i++)
			fds[2 + i] = (struct pollfd){ .fd = l->clients[i],
						      .events = POLLIN };
		if (poll(fds, 2 + CLIENTS_MAX, -1) < 0 && errno != EINTR)
			return EXIT_TROUBLE;
		while (read(l->signals, &si, sizeof(si)) == sizeof(si)) {
			if (si.ssi_signo != SIGCHLD)
				return 0;
		}
		reap(l);
		for (i = 0; i < CLIENTS_MAX; i++) {
			if (fds[2 + i].fd >= 0 && fds[2 + i].revents)
				serve_client(l, i);
		}
		if (fds[1].revents)
			accept_client(l);
	}
}

/* ---- the beginning ---------------------------------------------------------------- */

static const char usage_text[] =
	"usage: kssh-hostkeyd-launch [options]\n"
	"\n"
	"  --listen PATH   make this socket (default: the one that systemd passes)\n"
	"  --peer USER     who may ask, name or number (default: kssh-hostkeyd)\n"
	"  --worker PATH   the program that is started as a user (default:\n"
	"                  " WORKER_PATH ")\n"
	"  --help          this text\n";

static bool find_peer(const char *name, uid_t *uid)
{
	struct passwd *pw = getpwnam(name);
	unsigned long n;
	char *end;

	if (pw) {
		*uid = pw->pw_uid;
		return true;
	}
	n = strtoul(name, &end, 10);
	*uid = n;
	return *name >= '0' && *name <= '9' && !*end && n < UINT32_MAX;
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	mode_t mask = umask(0177);
	int fd, ret;

	if (strlen(path) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	strcpy(sun.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	ret = bind(fd, (struct sockaddr *)&sun, sizeof(sun)) ||
	      listen(fd, CLIENTS_MAX) ? -errno : fd;
	if (ret < 0)
		close(fd);
	umask(mask);
	return ret;
}

static int get_listener(const char *path)
{
	if (path)
		return listen_at(path);
	if (sd_listen_fds(1) != 1 ||
	    sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_SEQPACKET, 1, NULL, 0) <= 0)
		return -ENOTSOCK;
	return SD_LISTEN_FDS_START;
}

/* Two capabilities, and what is executed gets none. */
static int keep_two(void)
{
	capng_clear(CAPNG_SELECT_BOTH);
	capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_SETUID,
		      CAP_SETGID, -1);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* -1: go on; else the exit status, all has been said. */
static int parse(int argc, char **argv, struct launcher *l, const char **path)
{
	static const struct option longs[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "peer", required_argument, NULL, 'p' },
		{ "worker", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	const char *peer = DAEMON_USER;
	int opt;

	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (opt) {
		case 'l':
			*path = optarg;
			break;
		case 'p':
			peer = optarg;
			break;
		case 'w':
			l->worker = optarg;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return EXIT_USAGE;
		}
	}
	if (optind < argc || *l->worker != '/' || !find_peer(peer, &l->peer)) {
		log_line(LOG_LEVEL_ERR, "that makes no sense; try --help");
		return EXIT_USAGE;
	}
	return -1;
}

int main(int argc, char **argv)
{
	static struct launcher l = { .worker = WORKER_PATH };
	const char *path = NULL;
	int ret, i;

	log_open("kssh-hostkeyd-launch");
	for (i = 0; i < CLIENTS_MAX; i++)
		l.clients[i] = -1;
	ret = parse(argc, argv, &l, &path);
	if (ret >= 0)
		return ret;
	signal(SIGPIPE, SIG_IGN);
	l.listener = get_listener(path);
	if (l.listener < 0) {
		log_line(LOG_LEVEL_ERR, "no socket to listen at: %s",
			 strerror(-l.listener));
		return EXIT_TROUBLE;
	}
	if (keep_two()) {
		log_line(LOG_LEVEL_ERR, "CAP_SETUID and CAP_SETGID are needed");
		return EXIT_NOT_ALLOWED;
	}
	l.signals = open_signals();
	if (l.signals < 0)
		return EXIT_TROUBLE;
	sd_notify(0, "READY=1");
	return serve(&l);
}
