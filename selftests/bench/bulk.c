// SPDX-License-Identifier: GPL-2.0
/*
 * bulk - what moving bytes costs
 *
 * Usage: bulk PORT COMMAND REPS N PID...
 *
 *	send	N bytes, from memory: ns of busy CPU for all of them
 *	recv	N bytes
 *	copy	N bytes of the file $BENCH_FILE, by read(2) and write
 *	file	N bytes of it, by sendfile(2)
 *	ping	N times a piece of 64 bytes there and back: ns for each
 *	poll	likewise, waiting by poll(2)
 *	run	what a program of its own spends: the rest is its command line
 *		("--" before it); N is for its name alone
 *
 * PIDs are of processes whose time is taken off.  An opened connection is warm
 * before it is measured.  Prints as client does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bulk.h"
#include "meter.h"

#define PING	64
#define WARM_UP	32

static int port;
static char buf[PIECE];

static int reach(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)))
		die("connect: %s", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void *begin(int *fd, const char *what, long n)
{
	char command[32];

	*fd = reach();
	snprintf(command, sizeof(command), n ? "%s %ld" : "%s", what, n);
	return mover.open(*fd, command);
}

static void finish(void *state, int fd)
{
	mover.end(state);
	close(fd);
}

static int open_file(void)
{
	const char *path = getenv("BENCH_FILE");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		die("BENCH_FILE: %s", strerror(errno));
	return fd;
}

/* The other end answers with one byte when all is there. */
static void measure_send(const char *how, int reps, long n)
{
	bool copy = !strcmp(how, "copy"), whole = !strcmp(how, "file");
	int file = copy || whole ? open_file() : -1, fd;
	struct meter m;
	void *state;
	long left;

	while (reps--) {
		state = begin(&fd, "sink", n);
		if (file >= 0)
			lseek(file, 0, SEEK_SET);
		meter_begin(&m);
		if (whole)
			mover.send_file(state, file, n);
		for (left = whole ? 0 : n; left; left -= PIECE) {
			if (copy && read(file, buf, PIECE) != PIECE)
				die("read: %s", strerror(errno));
			mover.write(state, buf, PIECE);
		}
		mover.read(state, buf, 1);
		figure(how, mover.name, meter_end(&m));
		finish(state, fd);
	}
}

static void measure_recv(int reps, long n)
{
	struct meter m;
	void *state;
	long left;
	int fd;

	while (reps--) {
		state = begin(&fd, "source", n);
		meter_begin(&m);
		for (left = n; left; )
			left -= mover.read(state, buf, left < PIECE ? left : PIECE);
		figure("recv", mover.name, meter_end(&m));
		finish(state, fd);
	}
}

static void ping(void *state, int fd, bool wait)
{
	struct pollfd p = { fd, POLLIN, 0 };
	size_t got = 0;

	mover.write(state, buf, PING);
	if (wait && poll(&p, 1, -1) != 1)
		die("poll: %s", strerror(errno));
	while (got < PING)
		got += mover.read(state, buf + got, PING - got);
}

static void measure_ping(const char *how, int reps, int n)
{
	bool wait = !strcmp(how, "poll");
	struct meter m;
	void *state;
	int fd, i;

	state = begin(&fd, "echo", 0);
	for (i = 0; i < WARM_UP; i++)
		ping(state, fd, wait);
	while (reps--) {
		meter_begin(&m);
		for (i = 0; i < n; i++)
			ping(state, fd, wait);
		figure(how, mover.name, meter_end(&m) / n);
	}
	finish(state, fd);
}

static void measure_run(int reps, char **command)
{
	struct meter m;
	int status;
	pid_t pid;

	while (reps--) {
		meter_begin(&m);
		pid = fork();
		if (!pid) {
			execvp(command[0], command);
			_exit(127);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			die("%s: status %#x", command[0], status);
		figure("run", command[0], meter_end(&m));
	}
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";
	int reps = argc > 3 ? atoi(argv[3]) : 0, i;
	long n = argc > 4 ? atol(argv[4]) : 0;
	char **command = NULL;

	if (argc < 5)
		die("usage: %s PORT COMMAND REPS N PID...", argv[0]);
	signal(SIGPIPE, SIG_IGN);
	port = atoi(argv[1]);
	/* one more may join them, see bulk_tls.c */
	pids = calloc(argc, sizeof(*pids));
	for (i = 5; i < argc; i++) {
		if (!strcmp(argv[i], "--")) {
			command = argv + i + 1;
			break;
		}
		pids[i - 5] = argv[i];
	}
	if (command && !strcmp(how, "run"))
		measure_run(reps, command);
	else if (!strcmp(how, "recv"))
		measure_recv(reps, n);
	else if (!strcmp(how, "ping") || !strcmp(how, "poll"))
		measure_ping(how, reps, n);
	else if (!strcmp(how, "send") || !strcmp(how, "copy") ||
		 (!strcmp(how, "file") && mover.send_file))
		measure_send(how, reps, n);
	else
		die("no command %s", how);
	return 0;
}
