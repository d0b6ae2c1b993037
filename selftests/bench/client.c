// SPDX-License-Identifier: GPL-2.0
/*
 * client - handshakes with a server, and what they cost
 *
 * Usage: client ADDRESS PORT COMMAND...
 *
 *	seq REPS N [PID...]	REPS times N blocking handshakes, one after the other:
 *				ns of busy CPU for each
 *	floor REPS N [PID...]	the same, connect and close alone
 *	plain N			N blocking handshakes, and nothing is measured
 *	once			one blocking handshake: ns from connect to its end
 *	flight REPS N PID...	REPS times N non-blocking handshakes that are all in
 *				flight at once: ns of busy CPU for each
 *	crowd N BAD PID...	the same once, with BAD more to each of the next two ports,
 *				whose servers never answer: they have to end by their
 *				own deadline, and the others as if they were not there
 *	memory N PID...		bytes of memory for each of N handshakes that are in
 *				flight, then of N established connections
 *
 * PIDs are the server's and the helper's processes: their CPU time and memory are
 * taken off.  flight, crowd and memory want the first of them to be a server that stalls
 * (server.c).  Busy CPU is the time that passed, less what the (one) CPU was idle,
 * so that the kernel's work is in it wherever it was done.  Prints lines of ground
 * ($BENCH_GROUND), figure, who, value.  $BENCH_LABEL replaces "who".
 * $BENCH_NODELAY sets TCP_NODELAY, which no library does.  $BENCH_TIMEOUT is kssh's
 * deadline in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "meter.h"

#define WARM_UP	4
#define EVENTS	256
#define LOOK_MS	1000
#define QUIET_MS	2000	/* nothing more comes from a server that stalls */
#define SETTLE	3	/* seconds until deferred frees are done */
#define GOOD_MS	"60000"	/* deadline */
#define BAD_MS	"60000"	/* for a server that never answers */

static struct sockaddr_in server;

/* ---- connections ---- */

/* A connection to the server, or to one of the next ports */
static int reach(int beyond)
{
	struct sockaddr_in to = server;
	struct linger reset = { 1, 0 };	/* no TIME_WAIT */
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	const char *nodelay = getenv("BENCH_NODELAY");

	to.sin_port = htons(ntohs(to.sin_port) + beyond);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	if (nodelay && *nodelay)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void tell(const char *what, double value)
{
	figure(what, transport.name(), value);
}

static void one_handshake(void)
{
	int fd = reach(0), r;
	void *state = transport.begin(fd, true);

	r = transport.step(state);
	if (r)
		die("the handshake failed: %s", strerror(-r));
	transport.end(state);
	close(fd);
}

static void one_connection(void)
{
	close(reach(0));
}

static void sequence(const char *what, int reps, int n, void (*one)(void))
{
	struct meter m;
	int r, i;

	for (i = 0; i < WARM_UP; i++)
		one();
	for (r = 0; r < reps; r++) {
		meter_begin(&m);
		for (i = 0; i < n; i++)
			one();
		tell(what, meter_end(&m) / n);
	}
}

static void once(void)
{
	int fd = reach(0), r;
	int64_t start = now();
	void *state = transport.begin(fd, true);

	r = transport.step(state);
	if (r)
		die("the handshake failed: %s", strerror(-r));
	tell("own-clock", now() - start);
}

/* ---- many at once ---- */

/* @beyond: the server is one that never answers, on a port so far behind the other */
struct many {
	int n, epfd, left, bad;
	struct one {
		int fd, beyond;
		void *state;
		bool done;
	} *one;
};

static void server_signal(int sig)
{
	if (kill(atoi(pids[0]), sig))
		die("kill: %s", strerror(errno));
}

static void many_watch(struct many *m, struct one *o, int op, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = o };

	if (epoll_ctl(m->epfd, op, o->fd, &e))
		die("epoll_ctl: %s", strerror(errno));
}

/* @n to the server, and among them @bad to each of the others */
static void many_open(struct many *m, int n, int bad)
{
	int all = n + 2 * bad, i, b = 0;
	struct rlimit r;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
	*m = (struct many){ all, epoll_create1(EPOLL_CLOEXEC), n, 2 * bad,
			    calloc(all, sizeof(*m->one)) };
	for (i = 0; i < all; i++) {
		/* spread evenly, in turn */
		if ((long)(i + 1) * 2 * bad / all > b)
			m->one[i].beyond = 1 + b++ % 2;
		m->one[i].fd = reach(m->one[i].beyond);
		fcntl(m->one[i].fd, F_SETFL, O_NONBLOCK);
		many_watch(m, &m->one[i], EPOLL_CTL_ADD, 0);
	}
}

static void many_step(struct many *m, struct one *o)
{
	int r = transport.step(o->state);

	if (r == -EAGAIN)
		return;
	if (r != (o->beyond ? -ETIMEDOUT : 0))
		die("a handshake ended by %s", strerror(-r));
	/* what has failed is told whatever the mask; the others' entries are weighed */
	many_watch(m, o, o->beyond ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, 0);
	o->done = true;
	if (o->beyond)
		m->bad--;
	else
		m->left--;
}

static void many_start(struct many *m)
{
	char *own = strdup(getenv("BENCH_TIMEOUT") ?: GOOD_MS);
	struct one *o;

	for (o = m->one; o < m->one + m->n; o++) {
		setenv("BENCH_TIMEOUT", o->beyond ? BAD_MS : own, 1);
		o->state = transport.begin(o->fd, false);
		/* by edges: libssh can leave what it does not want yet unread */
		many_watch(m, o, EPOLL_CTL_MOD, EPOLLET |
			   (transport.events ? transport.events(o->state) : POLLIN));
		many_step(m, o);
	}
	free(own);
}

/*
 * Drive them until *@left is 0, or nothing has happened for @quiet ms (-1: ever; then
 * those are looked at that hold what they have not acted on: libssh's, at times).
 */
static void many_drive(struct many *m, const int *left, int quiet)
{
	struct epoll_event e[EVENTS];
	int n, i;

	while (*left) {
		n = epoll_wait(m->epfd, e, EVENTS, quiet < 0 ? LOOK_MS : quiet);
		if (!n && quiet >= 0)
			return;
		for (i = 0; i < n; i++)
			many_step(m, e[i].data.ptr);
		for (i = 0; i < m->n && !n; i++)
			if (!m->one[i].done)
				many_step(m, &m->one[i]);
	}
}

static void many_close(struct many *m)
{
	int i;

	for (i = 0; i < m->n; i++) {
		transport.end(m->one[i].state);
		close(m->one[i].fd);
	}
	close(m->epfd);
	free(m->one);
}

/* Until the server keeps all that are its in flight; it has taken the last signal, too. */
static void many_begin(struct many *m)
{
	int n = m->left;

	many_start(m);
	many_drive(m, &m->left, QUIET_MS);
	if (m->left != n)
		die("the server did not stall");
}

static void measure_flight(const char *name, int reps, int n, int bad)
{
	char what[32];
	struct meter m;
	struct many f;

	snprintf(what, sizeof(what), "%s-%d", name, n);
	one_handshake();
	while (reps--) {
		server_signal(SIGUSR2);
		meter_begin(&m);
		many_open(&f, n, bad);
		many_begin(&f);
		server_signal(SIGUSR1);
		many_drive(&f, &f.left, -1);
		tell(what, meter_end(&m) / n);
		many_drive(&f, &f.bad, -1);
		many_close(&f);
	}
}

/* Free pages that the CPUs keep for themselves, bytes */
static double kept_back(void)
{
	FILE *f = fopen("/proc/zoneinfo", "r");
	unsigned long n, sum = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %lu", &n) == 1)
			sum += n;
	if (f)
		fclose(f);
	return (double)sum * sysconf(_SC_PAGESIZE);
}

/* Bytes in use but for the other processes' */
static double in_use(void)
{
	sleep(SETTLE);
	return (number("/proc/meminfo", "MemTotal") - number("/proc/meminfo", "MemFree") -
		others("status", "VmRSS") - others("status", "VmPTE")) * 1024.0 -
	       kept_back();
}

/* A line for whoever traces allocations (memory.sh) */
static void mark(const char *text)
{
	FILE *f = fopen("/sys/kernel/tracing/trace_marker", "w");

	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

static void measure_memory(int n)
{
	struct many first, f;
	double start;

	/*
	 * What grows once is nobody's, nor what the slabs keep of things long gone: the
	 * same before, and those stay open, else they leave room for the others.
	 */
	server_signal(SIGUSR2);
	many_open(&first, n, 0);
	many_begin(&first);
	server_signal(SIGUSR1);
	many_drive(&first, &first.left, -1);
	server_signal(SIGUSR2);
	many_open(&f, n, 0);
	start = in_use();
	mark("begin");
	many_begin(&f);
	tell("memory-in-flight", (in_use() - start) / n);
	mark("in-flight");
	server_signal(SIGUSR1);
	many_drive(&f, &f.left, -1);
	tell("memory-established", (in_use() - start) / n);
	mark("established");
	many_close(&f);
	many_close(&first);
}

int main(int argc, char **argv)
{
	const char *cmd = argc > 3 ? argv[3] : "";
	int a = argc > 4 ? atoi(argv[4]) : 0, b = argc > 5 ? atoi(argv[5]) : 0;

	signal(SIGPIPE, SIG_IGN);
	if (argc < 4 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1)
		die("usage: %s ADDRESS PORT COMMAND...", argv[0]);
	server.sin_family = AF_INET;
	server.sin_port = htons(atoi(argv[2]));
	pids = argv + argc;
	if (!strcmp(cmd, "once")) {
		once();
	} else if (!strcmp(cmd, "plain")) {
		while (a-- > 0)
			one_handshake();
	} else if (!strcmp(cmd, "memory") && argc > 5) {
		pids = argv + 5;
		measure_memory(a);
	} else if (argc > 5) {
		pids = argv + 6;
		if (!strcmp(cmd, "seq"))
			sequence("handshake", a, b, one_handshake);
		else if (!strcmp(cmd, "floor"))
			sequence("floor", a, b, one_connection);
		else if (!strcmp(cmd, "flight") && *pids)
			measure_flight("flight", a, b, 0);
		else if (!strcmp(cmd, "crowd") && *pids)
			measure_flight("crowd", 1, a, b);
		else
			die("no command %s", cmd);
	} else {
		die("no command %s", cmd);
	}
	return 0;
}
