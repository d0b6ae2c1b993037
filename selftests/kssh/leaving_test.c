// SPDX-License-Identifier: GPL-2.0
/*
 * Both descriptors of a bound channel are closed while the server ends it: whoever is
 * last, the connection ends once, and in order.
 */
#include <pthread.h>
#include <sys/wait.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

#define PLAYERS	4	/* processes, so that there is always a connection ready */

/* How often in each of them, if KSSH_ROUNDS does not say.  It is the key exchange
 * that takes the time.
 */
static int rounds(void)
{
	const char *s = getenv("KSSH_ROUNDS");

	return s ? atoi(s) : 2 + 8 / kt_slow();
}

struct closer {
	pthread_barrier_t *start;
	int fd;
	unsigned int delay;
};

static void *close_it(void *arg)
{
	struct closer *c = arg;

	pthread_barrier_wait(c->start);
	usleep(c->delay);
	close(c->fd);
	return NULL;
}

/* Close both, each when it pleases. */
static int close_both(int a, int b, unsigned int spread)
{
	pthread_barrier_t start;
	struct closer c[2] = { { &start, a }, { &start, b } };
	pthread_t t[2];
	int i;

	if (pthread_barrier_init(&start, NULL, 2))
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		c[i].delay = rand() % spread;
		if (pthread_create(&t[i], NULL, close_it, &c[i]))
			return -ENOMEM;
	}
	for (i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	pthread_barrier_destroy(&start);
	return 0;
}

/* A connection with a channel bound to it: the control descriptor, or -errno. */
static int bound(const char *tag, int *fd)
{
	struct kssh_channel ch = {
		.flags = KSSH_CHANNEL_CONTROL, .local_id = 5, .remote_id = 9,
		.local_window = 65536, .local_max_packet = 32768,
		.remote_window = 65536, .remote_max_packet = 32768,
	};
	struct kssh_control c = { .fd = -1 };
	char lie[128];
	int r;

	snprintf(lie, sizeof(lie), "honest channel=9 client=5 tag=%s", tag);
	*fd = kt_session(AF_INET, lie);
	if (*fd < 0)
		return *fd;
	r = kt_command(*fd, "echo off", false);
	if (!r)
		r = kt_set(*fd, KSSH_CHANNEL, &ch, sizeof(ch));
	if (r >= 0)
		r = kt_get(*fd, KSSH_CONTROL, &c, sizeof(c));
	return r < 0 ? r : c.fd;
}

/* What the server does meanwhile; it answers CLOSE in any case. */
static const char *const ends[] = {
	"then data 200 100 ; channel 96 ; request exit-status 0 00000000 ; channel 97",
	"then global keepalive@openssh.com 1 ; channel 97",
	"then data 200 50 ; extended 100 ; request a 1",
};

static int play(int who)
{
	static const unsigned int spreads[] = { 1, 300, 3000, 20000 };
	char tag[64], report[8192];
	const char *text;
	int i, fd, control;

	srand(who + 1);
	for (i = 0; i < rounds(); i++) {
		snprintf(tag, sizeof(tag), "leaving%d-%d-%d", getppid(), who, i);
		control = bound(tag, &fd);
		if (control < 0) {
			fprintf(stderr, "# bound: %s\n", strerror(-control));
			return 1;
		}
		text = ends[rand() % 3];
		send(fd, "some", 4, MSG_NOSIGNAL);
		if (kt_command(control, text, false) ||
		    close_both(fd, control, spreads[rand() % 4]))
			return 1;
		if (kt_report(tag, report, sizeof(report)) <= 0 ||
		    !strstr(report, "channel close\n") ||
		    !strstr(report, "rx 1 reason 11 the channel is closed\n")) {
			fprintf(stderr, "# %s, %s: %s\n", tag, text, report);
			return 1;
		}
	}
	return 0;
}

/* the harness gives a TEST half a minute only */
FIXTURE(leaving)
{
};

FIXTURE_SETUP(leaving)
{
}

FIXTURE_TEARDOWN(leaving)
{
}

TEST_F_TIMEOUT(leaving, ends_once_and_in_order, 3600)
{
	int i, status, bad = 0;
	pid_t pid[PLAYERS];

	for (i = 0; i < PLAYERS; i++) {
		pid[i] = fork();
		ASSERT_LE(0, pid[i]);
		if (!pid[i])
			_exit(play(i));
	}
	for (i = 0; i < PLAYERS; i++) {
		ASSERT_EQ(pid[i], waitpid(pid[i], &status, 0));
		bad += status != 0;
	}
	EXPECT_EQ(0, bad);
	printf("# long: %d connections, both descriptors of each closed at once\n",
	       PLAYERS * rounds());
}

TEST_HARNESS_MAIN
