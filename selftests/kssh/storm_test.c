// SPDX-License-Identifier: GPL-2.0
/*
 * Any call on any socket at any time: threads that share a few descriptors make, set
 * up, start, use, pass on, cut and close them at random, against servers that are
 * honest, that lie, and that never say a word.
 *
 * usage: storm_test [SECONDS [SEED]]
 *
 * What must not happen shows elsewhere: a complaint of the kernel's, a module that does
 * not go.  Here: a call that does not come back, and a storm in which nothing ever
 * succeeds.  The seed gives each thread its calls; how they meet is chance.  Prints TAP.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

#include "kssh_test.h"

#define SLOTS		12
#define THREADS		4
#define BYTES		4096
#define OPTIONS		64	/* numbers of options, and some that are none */
#define MORE_S		30	/* seconds for a first session, times kt_slow() */
#define HUNG_S		60

/**
 * struct thread - one of those that make the storm
 * @id: its thread
 * @seed: state of its random numbers
 * @calls: how many it has made
 * @began: handshakes started
 * @up: sessions that were found open
 * @pipe: for splice(2)
 * @pair: for descriptors
 * @bytes: arguments
 */
struct thread {
	pthread_t id;
	uint64_t seed;
	atomic_ulong calls, began, up;
	int pipe[2], pair[2];
	unsigned char bytes[BYTES];
};

static atomic_int slots[SLOTS];
static atomic_bool over;
static atomic_bool begun;
static struct thread threads[THREADS];
static int silent;		/* port of a server that only listens */

static const char * const lies[] = {
	NULL, NULL, NULL, NULL, "honest drip=7 drip-ms=1", "honest strict=0", "silent at=kex",
	"silent at=service", "close at=kex", "reset at=kex", "reset at=service",
	"disconnect at=newkeys", "flood at=service", "signature how=bit", "banner-endless",
	"preamble-endless", "bad-mac", "urgent at=kex",
};

static uint32_t rnd(struct thread *t, uint32_t below)
{
	t->seed = t->seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (t->seed >> 33) % below;
}

static int any(struct thread *t)
{
	return slots[rnd(t, SLOTS)];
}

/* A descriptor in place of another one, which is closed whoever uses it. */
static void put(struct thread *t, int fd)
{
	int old = atomic_exchange(&slots[rnd(t, SLOTS)], fd);

	if (old >= 0)
		close(old);
}

/* ---- making ----------------------------------------------------------- */

/* Most of them live for some time. */
static bool crowded(struct thread *t)
{
	return any(t) >= 0 && rnd(t, 16);
}

/* No call takes longer than that. */
static void hurry(int fd)
{
	struct timeval tv = { .tv_usec = 50000 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static void make(struct thread *t)
{
	int port = rnd(t, 6) ? kt_port() : silent;
	int fd = crowded(t) ? -1 : kt_connect(rnd(t, 2) ? AF_INET : AF_INET6, port);
	const char *lie = lies[rnd(t, sizeof(lies) / sizeof(lies[0]))];
	unsigned int ms = rnd(t, 3) ? 20000 : 200 * (1 + rnd(t, 10));

	if (fd < 0)
		return;
	hurry(fd);
	if (rnd(t, 10)) {
		kt_attach(fd);
		kt_set_u32(fd, KSSH_TIMEOUT, ms * kt_slow());
		kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP);
		if (lie)
			kt_lie(fd, lie);
	}
	if (rnd(t, 2))
		fcntl(fd, F_SETFL, O_NONBLOCK);
	if (rnd(t, 3)) {
		t->began++;
		kt_start(fd, rnd(t, 4) ? KSSH_HS_NOWAIT : 0);
	}
	put(t, fd);
}

static void start(struct thread *t)
{
	static const uint32_t flags[] = { 0, KSSH_HS_NOWAIT, KSSH_HS_EARLY, 8, ~0U };

	if (kt_under_way(kt_start(any(t), flags[rnd(t, 5)])))
		t->began++;
}

/* On its way, more often than not: accept, log in, have something sent. */
static void push(struct thread *t)
{
	int fd = any(t), state = kt_state(fd);

	if (state == KSSH_STATE_OPEN) {
		t->up++;
		if (rnd(t, 2))
			kt_userauth(fd, "test send 3000 20");
		else
			kt_userauth(fd, "test rekey");
		return;
	}
	kt_verdict(fd, rnd(t, 8) ? KSSH_ACCEPT : KSSH_REFUSED,
		   rnd(t, 2) ? KSSH_VERDICT_NOWAIT : 0);
}

/* ---- options ---------------------------------------------------------- */

static void fill(struct thread *t)
{
	size_t i, n = rnd(t, 64);

	memset(t->bytes, rnd(t, 3) ? 0 : rnd(t, 256), 512);
	for (i = 0; i < n; i++)
		t->bytes[i] = rnd(t, 2) ? rnd(t, 4) : rnd(t, 256);
}

static void set(struct thread *t)
{
	socklen_t n = rnd(t, 4) ? rnd(t, 64) : rnd(t, BYTES);
	void *p = rnd(t, 20) ? t->bytes : NULL;

	fill(t);
	setsockopt(any(t), SOL_KSSH, rnd(t, OPTIONS), p, rnd(t, 40) ? n : ~0U);
}

static void get(struct thread *t)
{
	socklen_t n = rnd(t, 4) ? rnd(t, 64) : rnd(t, BYTES);

	if (!rnd(t, 40))
		n = ~0U;
	getsockopt(any(t), SOL_KSSH, rnd(t, OPTIONS), rnd(t, 20) ? t->bytes : NULL,
		   rnd(t, 20) ? &n : NULL);
}

static void tcp_option(struct thread *t)
{
	int v = rnd(t, 3), fd = any(t);

	setsockopt(fd, IPPROTO_TCP, 1 + rnd(t, 40), &v, sizeof(v));
	/* what only makes each call wait, or the machine's memory go, is left alone */
	v = rnd(t, 3000);
	setsockopt(fd, SOL_SOCKET, rnd(t, 2) ? SO_RCVLOWAT : SO_PRIORITY, &v, sizeof(v));
}

static void disruption(struct thread *t)
{
	static const struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	struct kssh_disconnect bye = { .reason = 11 };
	int fd = any(t);

	switch (rnd(t, 16)) {
	case 0:
		kt_set(fd, KSSH_DISCONNECT, &bye, sizeof(bye));
		break;
	case 1:
		kt_set_u32(fd, KSSH_SEND_IGNORE, rnd(t, 40000));
		break;
	default:
		kt_set(fd, KSSH_REKEY, &now, sizeof(now));
	}
}

/* ---- data ------------------------------------------------------------- */

static void transmit(struct thread *t)
{
	static const int flags[] = { 0, MSG_DONTWAIT, MSG_MORE, MSG_OOB, MSG_ZEROCOPY,
				     MSG_MORE | MSG_DONTWAIT };
	size_t n = rnd(t, 4) ? rnd(t, 200) : rnd(t, BYTES);

	fill(t);
	t->bytes[0] = rnd(t, 4) ? 94 : rnd(t, 256);
	send(any(t), t->bytes, n, flags[rnd(t, 6)] | MSG_NOSIGNAL);
}

static void receive(struct thread *t)
{
	static const int flags[] = { 0, MSG_DONTWAIT, MSG_PEEK | MSG_DONTWAIT, MSG_TRUNC,
				     MSG_OOB, MSG_WAITALL, MSG_ERRQUEUE };
	char control[64];
	struct iovec iov = { .iov_base = t->bytes, .iov_len = rnd(t, BYTES) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = rnd(t, sizeof(control)) };

	recvmsg(any(t), &m, flags[rnd(t, 7)]);
}

static void spliced(struct thread *t)
{
	int fd = any(t);

	if (rnd(t, 2)) {
		splice(fd, NULL, t->pipe[1], NULL, 1 + rnd(t, BYTES), SPLICE_F_NONBLOCK);
		return;
	}
	fcntl(t->pipe[1], F_SETFL, O_NONBLOCK);
	fcntl(t->pipe[0], F_SETFL, O_NONBLOCK);
	t->bytes[0] = 94;
	if (write(t->pipe[1], t->bytes, rnd(t, BYTES)) < 0)
		return;
	splice(t->pipe[0], NULL, fd, NULL, BYTES, SPLICE_F_NONBLOCK | (rnd(t, 2) * SPLICE_F_MORE));
}

static void look(struct thread *t)
{
	struct pollfd p = { .fd = any(t), .events = rnd(t, 256) };
	int v;

	poll(&p, 1, rnd(t, 3));
	ioctl(any(t), rnd(t, 2) ? FIONREAD : TIOCOUTQ, &v);
	getsockopt(any(t), SOL_SOCKET, SO_ERROR, &v, &(socklen_t){ sizeof(v) });
}

/* ---- ends, and changes of owner --------------------------------------- */

static void cut(struct thread *t)
{
	static const struct linger reset = { .l_onoff = 1 };
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	int fd = any(t);

	switch (rnd(t, 48)) {
	case 0:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		break;
	case 1:
		connect(fd, &unspec, sizeof(unspec));
		break;
	case 2:
		shutdown(fd, rnd(t, 3));
		break;
	case 3:
	case 4:
		put(t, -1);
	}
}

static void duplicate(struct thread *t)
{
	int fd = crowded(t) ? -1 : dup(any(t));

	if (fd >= 0)
		put(t, fd);
}

static void pass(struct thread *t)
{
	char control[CMSG_SPACE(sizeof(int))] = "", byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int fd = any(t);

	if (crowded(t))
		return;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(t->pair[0], &m, MSG_DONTWAIT) != 1 || rnd(t, 8) == 0)
		return;
	m.msg_controllen = sizeof(control);
	if (recvmsg(t->pair[1], &m, MSG_DONTWAIT) != 1)
		return;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	put(t, fd);
}

/* A child holds all of them, uses one, and goes. */
static void child(struct thread *t)
{
	int fd = any(t), status;
	struct kssh_handshake hs = { .flags = KSSH_HS_NOWAIT };
	pid_t pid = fork();

	if (!pid) {
		setsockopt(fd, SOL_KSSH, KSSH_HANDSHAKE, &hs, sizeof(hs));
		recv(fd, t->bytes, BYTES, MSG_DONTWAIT);
		if (!rnd(t, 16))
			shutdown(fd, SHUT_RDWR);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
}

static void interrupt(struct thread *t)
{
	struct thread *to = &threads[rnd(t, THREADS)];

	/* not before pthread_create() has said who it is */
	if (begun)
		pthread_kill(to->id, SIGUSR1);
}

/* ---- the storm -------------------------------------------------------- */

static void nothing(int sig)
{
}

static void *blow(void *arg)
{
	static void (*const calls[])(struct thread *t) = {
		make, make, make, start, push, push, push, push, set, set, get, get,
		tcp_option, disruption, transmit, transmit, receive, receive, spliced,
		look, cut, duplicate, pass, child, interrupt,
	};
	struct thread *t = arg;

	while (!over) {
		calls[rnd(t, sizeof(calls) / sizeof(calls[0]))](t);
		t->calls++;
	}
	return NULL;
}

static int listen_silently(void)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET6, 0, &ss);
	int off = 0, fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* for IPv4, too */
	((struct sockaddr_in6 *)&ss)->sin6_addr = in6addr_any;
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, n) || listen(fd, 4096) ||
	    getsockname(fd, (struct sockaddr *)&ss, &n))
		return -1;
	return ntohs(((struct sockaddr_in6 *)&ss)->sin6_port);
}

static int begin(unsigned long seed)
{
	struct sigaction sa = { .sa_handler = nothing };
	int i;

	sigaction(SIGUSR1, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	silent = listen_silently();
	if (silent < 0 || !kt_port())
		return -1;
	for (i = 0; i < SLOTS; i++)
		slots[i] = -1;
	for (i = 0; i < THREADS; i++) {
		struct thread *t = &threads[i];

		t->seed = seed * 1000003 + i;
		if (pipe(t->pipe) || socketpair(AF_UNIX, SOCK_STREAM, 0, t->pair))
			return -1;
	}
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i].id, NULL, blow, &threads[i]))
			return -1;
	begun = true;
	return 0;
}

static unsigned long sum(size_t offset)
{
	unsigned long all = 0;
	int i;

	for (i = 0; i < THREADS; i++)
		all += *(atomic_ulong *)((char *)&threads[i] + offset);
	return all;
}

/*
 * Does each thread still make calls?  Looked at every second; and longer than @seconds
 * where all is so slow that no session is up by then.
 */
static int watch(unsigned int seconds)
{
	unsigned long last[THREADS] = {};
	unsigned int still[THREADS] = {}, s;
	int i;

	for (s = 0; s < seconds || (s < seconds + MORE_S * kt_slow() &&
				    !sum(offsetof(struct thread, up))); s++) {
		kt_sleep_ms(1000);
		for (i = 0; i < THREADS; i++) {
			still[i] = threads[i].calls == last[i] ? still[i] + 1 : 0;
			last[i] = threads[i].calls;
			if (still[i] > HUNG_S * kt_slow())
				return -1;
		}
	}
	return 0;
}

/* A session as everybody has it. */
static int works(void)
{
	int fd = kt_session(AF_INET, NULL);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? atoi(argv[1]) : 10;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 0) : (unsigned long)time(NULL);
	unsigned long up;
	int i, r;

	printf("TAP version 13\n1..3\n# seed %lu, %u s\n", seed, seconds);
	fflush(stdout);
	/*
	 * The kernel knows by then what it can do, which takes seconds, and an emulated
	 * one so long that the server gives up: a second time it must.
	 */
	r = works();
	if (r)
		r = works();
	if (r || begin(seed)) {
		printf("Bail out! %s\n", strerror(r ? -r : errno));
		return 1;
	}
	if (watch(seconds)) {
		printf("not ok 1 - every call comes back\n");
		return 1;
	}
	over = true;
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i].id, NULL);
	for (i = 0; i < SLOTS; i++)
		close(slots[i]);
	up = sum(offsetof(struct thread, up));
	printf("ok 1 - every call comes back\n");
	printf("# long: %lu rounds of calls, %lu handshakes begun, %lu times a session was up",
	       sum(offsetof(struct thread, calls)), sum(offsetof(struct thread, began)), up);
	printf("; seed %lu\n", seed);
	printf("%sok 2 - some of them succeed\n", up ? "" : "not ");
	r = works();
	printf("%sok 3 - a session afterwards%s%s\n", r ? "not " : "", r ? ": " : "",
	       r ? strerror(-r) : "");
	return !up || r;
}
