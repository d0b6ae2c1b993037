// SPDX-License-Identifier: GPL-2.0
/*
 * What ends a connection, against what it is about just then: renewal of keys and the
 * handshake itself against shutdown, close, a last signal and DISCONNECT; the end of a
 * network namespace against handshakes in it; rmmod against whoever attaches.
 *
 * Seconds of each, or KSSH_RACES rounds.  What must not happen shows elsewhere, as in
 * storm_test; here: a call that does not come back, or comes back with an error that
 * nothing explains.
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "netns.h"
#include "nl.h"

#define PLAYERS	3	/* processes: it is the key exchange that takes the time */
#define HOURS	(3 * 3600)

static int rounds(int few)
{
	const char *s = getenv("KSSH_RACES");

	return s ? atoi(s) : few;
}

static void nothing(int sig)
{
}

/* Not restarted: the calls that it meets end, or go on, as they say they do. */
static void let_signals_interrupt(void)
{
	struct sigaction sa = { .sa_handler = nothing };

	sigaction(SIGUSR1, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Of an end that was begun here, or of what was under way: nothing is wrong. */
static bool explained(int r)
{
	static const int fine[] = {
		0, EAGAIN, EBUSY, EINTR, EPIPE, ENOTCONN, ECONNABORTED, ECONNRESET, EBADF,
		ESHUTDOWN, EALREADY, EISCONN, ENOKEY, EINPROGRESS,
	};
	unsigned int i;

	for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		if (r == -fine[i])
			return true;
	return r > 0;
}

/* Run @fn in PLAYERS children, each with its number: how many were not content. */
static int players(int (*fn)(int who))
{
	pid_t pid[PLAYERS];
	int i, status, bad = 0;

	for (i = 0; i < PLAYERS; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit(fn(i));
	}
	for (i = 0; i < PLAYERS; i++)
		bad += pid[i] < 0 || waitpid(pid[i], &status, 0) != pid[i] || status;
	return bad;
}

/* ---- a session, or a handshake, in many hands ----------------------------- */

/**
 * struct match - one connection and who has to do with it
 * @fd: it
 * @over: they are to stop
 * @wrong: an error that nothing explains, 0: none was seen
 * @hands: threads
 * @n: how many
 */
struct match {
	int fd;
	atomic_bool over;
	atomic_int wrong;
	pthread_t hands[4];
	int n;
};

static void came_back(struct match *m, int r)
{
	if (!explained(r))
		m->wrong = r;
}

static void *renew(void *arg)
{
	static const struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	struct match *m = arg;

	while (!m->over) {
		came_back(m, kt_set(m->fd, KSSH_REKEY, &now, sizeof(now)));
		usleep(500);
	}
	return NULL;
}

static void *talk(void *arg)
{
	struct match *m = arg;
	char text[3000];

	memset(text, 94, sizeof(text));
	while (!m->over) {
		came_back(m, kt_err(send(m->fd, text, sizeof(text), 0)));
		usleep(200);
	}
	return NULL;
}

static void *listen_to(void *arg)
{
	struct match *m = arg;
	char text[4000];

	while (!m->over) {
		int r = kt_err(recv(m->fd, text, sizeof(text), 0));

		came_back(m, r);
		if (r <= 0)
			usleep(200);
	}
	return NULL;
}

/* What needs no lock, or a lock for a moment: SO_ERROR takes an error from under others. */
static void *look_at(void *arg)
{
	struct match *m = arg;
	struct kssh_info info;
	struct pollfd pfd;
	int error;

	while (!m->over) {
		socklen_t n = sizeof(error);

		came_back(m, kt_err(getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &n)));
		came_back(m, kt_info(m->fd, &info));
		pfd = (struct pollfd){ .fd = m->fd, .events = POLLIN | POLLOUT };
		came_back(m, kt_err(poll(&pfd, 1, 1)));
		usleep(200);
	}
	return NULL;
}

static void *disturb(void *arg)
{
	struct match *m = arg;

	while (!m->over) {
		pthread_kill(m->hands[rand() % m->n], SIGUSR1);
		usleep(300);
	}
	return NULL;
}

static void *shake(void *arg)
{
	struct match *m = arg;

	while (!m->over) {
		int r = kt_start(m->fd, rand() % 2 ? KSSH_HS_NOWAIT : 0);

		came_back(m, r);
		if (r == -ENOKEY)
			came_back(m, kt_verdict(m->fd, KSSH_ACCEPT, KSSH_VERDICT_NOWAIT) ==
				     -EINVAL ? 0 : r);
		usleep(100);
	}
	return NULL;
}

/* One end or another, and a bit of time in which the others meet it. */
static void bring_to_an_end(struct match *m)
{
	struct kssh_disconnect bye = { .reason = 11 };

	switch (rand() % 5) {
	case 0:
		shutdown(m->fd, SHUT_RDWR);
		break;
	case 1:
		shutdown(m->fd, SHUT_WR);
		break;
	case 2:
		kt_set(m->fd, KSSH_DISCONNECT, &bye, sizeof(bye));
		break;
	case 3:
		shutdown(m->fd, SHUT_RD);
		break;
	case 4:
		break;
	}
	usleep(rand() % 2000);
}

/* Have them play with it, end it, and end them: 0 or the error. */
static int play(struct match *m, void *(*const *hands)(void *arg), int n, int spread)
{
	pthread_t pest;
	int i, spare = dup(m->fd);

	for (m->n = 0; m->n < n; m->n++)
		if (pthread_create(&m->hands[m->n], NULL, hands[m->n], m))
			return -ENOMEM;
	if (spare < 0 || pthread_create(&pest, NULL, disturb, m))
		return -ENOMEM;
	usleep(rand() % spread);
	bring_to_an_end(m);
	/* either may be the last one, the calls under way apart */
	close(rand() % 2 ? spare : m->fd);
	usleep(rand() % 1000);
	m->over = true;
	pthread_join(pest, NULL);
	for (i = 0; i < n; i++)
		pthread_join(m->hands[i], NULL);
	close(m->fd);
	close(spare);
	return m->wrong;
}

static int in_a_hurry(int fd)
{
	struct timeval tv = { .tv_usec = 20000 };

	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) ||
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)) ? -errno : fd;
}

static int renewals(int who)
{
	static void *(*const hands[])(void *arg) = { renew, talk, listen_to, look_at };
	int i, r;

	let_signals_interrupt();
	srand(who + 1);
	for (i = 0; i < rounds(1); i++) {
		struct match m = { .fd = kt_session(AF_INET, NULL) };

		r = m.fd < 0 ? m.fd : in_a_hurry(m.fd);
		if (r >= 0)
			r = play(&m, hands, 4, 30000 * kt_slow());
		if (r) {
			fprintf(stderr, "# renewal %d: %s\n", i, strerror(-r));
			return 1;
		}
	}
	return 0;
}

static int handshakes(int who)
{
	static void *(*const hands[])(void *arg) = { shake, shake, listen_to, look_at };
	int i, r;

	let_signals_interrupt();
	srand(who + 1);
	for (i = 0; i < rounds(1); i++) {
		struct match m = { .fd = kt_prepare(AF_INET, NULL) };

		r = m.fd < 0 ? m.fd : in_a_hurry(m.fd);
		if (r >= 0)
			r = kt_set_u32(m.fd, KSSH_VERIFY, KSSH_VERIFY_APP);
		if (!r)
			r = play(&m, hands, 4, 30000 * kt_slow());
		if (r) {
			fprintf(stderr, "# handshake %d: %s\n", i, strerror(-r));
			return 1;
		}
	}
	return 0;
}

/* ---- namespaces ------------------------------------------------------------ */

/* Handshakes and a helper in a namespace of one's own, which goes without a word. */
static void inhabit(int over)
{
	static struct kssh_nl nl;
	static struct kssh_nl_event ev;
	int i, fd;

	if (kt_own_netns(NULL) || kssh_nl_open(&nl) || kssh_nl_register(&nl, 0))
		_exit(1);
	for (i = 0; i < 4; i++) {
		fd = kt_prepare(AF_INET, NULL);
		if (fd < 0 || kt_name(fd, "host.example", 0) ||
		    kt_start(fd, KSSH_HS_NOWAIT) != -EINPROGRESS)
			_exit(2);
	}
	if (write(over, "r", 1) != 1)
		_exit(3);
	while (!kssh_nl_recv(&nl, &ev, 60000))
		if (ev.cmd == KSSH_CMD_ASK)
			kssh_nl_verdict(&nl, ev.cookie, KSSH_ACCEPT);
	_exit(4);
}

static int namespaces(int who)
{
	int i, p[2], status;
	pid_t pid;
	char c;

	srand(who + 1);
	for (i = 0; i < rounds(1); i++) {
		if (pipe(p))
			return 1;
		pid = fork();
		if (!pid)
			inhabit(p[1]);
		close(p[1]);
		if (pid < 0 || read(p[0], &c, 1) != 1)
			return 1;
		close(p[0]);
		/* from before the first flight's end to after the last answer */
		usleep(rand() % (40000 * kt_slow()));
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			return 1;
	}
	return 0;
}

/* ---- the module -------------------------------------------------------------- */

/* As long for all, so that the module is found in use as often as not. */
static void pause_a_while(void)
{
	usleep(rand() % (8000 * kt_slow()));
}

/* Attach, start, register, let go of all of it: until killed. */
static void use_the_module(int who)
{
	static struct kssh_nl nl;
	int fd;

	srand(who + 1);
	for (;;) {
		fd = kt_connect(AF_INET, kt_port());
		if (fd >= 0 && !kt_attach(fd) && rand() % 2) {
			kt_set_u32(fd, KSSH_VERIFY, KSSH_VERIFY_APP);
			kt_start(fd, KSSH_HS_NOWAIT);
			pause_a_while();
		}
		close(fd);
		if (!kssh_nl_open(&nl)) {
			kssh_nl_register(&nl, KSSH_REGISTER_FLAG_TAKEOVER);
			kssh_nl_close(&nl);
		}
		/* else nobody ever finds it unused */
		pause_a_while();
	}
}

/* ---- tests ------------------------------------------------------------------ */

/* the harness gives a TEST half a minute only */
FIXTURE(races)
{
};

FIXTURE_SETUP(races)
{
}

FIXTURE_TEARDOWN(races)
{
}

TEST_F_TIMEOUT(races, renewal_and_the_end, HOURS)
{
	EXPECT_EQ(0, players(renewals));
	printf("# long: %d sessions ended while keys were renewed\n", PLAYERS * rounds(1));
}

TEST_F_TIMEOUT(races, handshake_and_the_end, HOURS)
{
	EXPECT_EQ(0, players(handshakes));
	printf("# long: %d handshakes ended\n", PLAYERS * rounds(1));
}

TEST_F_TIMEOUT(races, namespace_and_handshakes, HOURS)
{
	EXPECT_EQ(0, players(namespaces));
	printf("# long: %d namespaces gone with 4 handshakes and a helper each\n",
	       PLAYERS * rounds(1));
}

TEST_F_TIMEOUT(races, rmmod_and_use, HOURS)
{
	const char *dir = getenv("KSSH_BUILD");
	int i, ko, r, gone = 0, in_use = 0, want = rounds(2);
	pid_t pid[PLAYERS];
	char path[4096];

	snprintf(path, sizeof(path), "%s/kssh.ko", dir ?: ".");
	ko = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, ko);
	for (i = 0; i < PLAYERS; i++) {
		pid[i] = fork();
		ASSERT_LE(0, pid[i]);
		if (!pid[i])
			use_the_module(i);
	}
	while (gone < want || in_use < want) {
		r = kt_err(syscall(SYS_delete_module, "kssh", O_NONBLOCK));
		if (!r) {
			gone++;
			ASSERT_EQ(0, kt_err(syscall(SYS_finit_module, ko, "", 0)));
		} else {
			ASSERT_EQ(-EWOULDBLOCK, r);
			in_use++;
		}
		pause_a_while();
	}
	for (i = 0; i < PLAYERS; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	close(ko);
	printf("# long: %d times the module went, %d times it was in use\n", gone, in_use);
}

TEST_HARNESS_MAIN
