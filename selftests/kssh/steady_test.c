// SPDX-License-Identifier: GPL-2.0
/*
 * What a session does not do while it runs: have the worker decrypt for who waits himself
 * in recv or poll, allocate for each record, or send a segment for each.  Ftrace counts the
 * first two; a kernel without it is not asked.
 */
#include <linux/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#define _NETINET_TCP_H	/* <linux/tcp.h> it is */
#include "records.h"
#include "trace.h"

FIXTURE_VARIANT_ADD(rec, gcm)
{
	.cipher = "aes128-gcm@openssh.com",
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(rec, chacha)
{
	.cipher = "chacha20-poly1305@openssh.com",
	.family = AF_INET,
};

/* ---- the tracer ---- */

/* Events with that word in their line; the first few are shown if there are @many. */
static int traced(struct __test_metadata *_metadata, const char *word, int many)
{
	char line[1024];
	FILE *f;
	int n = 0;

	trace_put("events/enable", "0");
	f = fopen(TRACING "/trace", "r");
	while (f && fgets(line, sizeof(line), f))
		if (line[0] != '#' && strstr(line, word) && n++ >= many && n < many + 8)
			TH_LOG("%s", line);
	if (f)
		fclose(f);
	return n;
}

/* ---- who decrypts ---- */

#define TIMES	8

static const char *const worker_events[] = {
	"events/workqueue/workqueue_execute_start/enable", NULL
};

static void *reader(void *arg)
{
	FIXTURE_DATA(rec) *self = arg;
	long i;

	for (i = 0; i < TIMES; i++)
		if (recv(self->fd, self->in, 5000, 0) != 1000)
			break;
	return (void *)i;
}

TEST_F_TIMEOUT(rec, who_waits_decrypts, 300)
{
	char text[512] = "then pause 300";
	pthread_t t;
	void *got;
	int i, r;

	for (i = 0; i < TIMES; i++)
		strcat(text, " ; pause 100 ; send 1000");
	r = trace(worker_events, false);
	if (r)
		SKIP(return, "no tracer: %s", strerror(-r));
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	ASSERT_EQ(0, pthread_create(&t, NULL, reader, self));
	kt_sleep_ms(250);
	ASSERT_EQ(0, trace_put("trace", ""));
	pthread_join(t, &got);
	EXPECT_EQ(TIMES, (long)got);
	/* a record may come before its reader is back */
	r = traced(_metadata, "kssh_work", TIMES / 4);
	EXPECT_GE(TIMES / 4, r);
}

/* Nor does who polls wait for the worker.  He is told once, and so is everybody else. */
TEST_F_TIMEOUT(rec, who_polls_decrypts, 300)
{
	struct epoll_event in = { .events = EPOLLIN | EPOLLET }, e;
	int ep[2] = { epoll_create1(0), epoll_create1(0) };
	char text[512] = "then pause 300";
	int i, r, twice = 0;

	for (i = 0; i < TIMES; i++)
		strcat(text, " ; pause 100 ; send 1000");
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, epoll_ctl(ep[i], EPOLL_CTL_ADD, self->fd, &in));
	r = trace(worker_events, false);
	if (r)
		SKIP(return, "no tracer: %s", strerror(-r));
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	kt_sleep_ms(250);
	ASSERT_EQ(0, trace_put("trace", ""));
	for (i = 0; i < TIMES; i++) {
		ASSERT_EQ(1, epoll_wait(ep[0], &e, 1, 20000 * kt_slow()));
		twice += epoll_wait(ep[0], &e, 1, 0);
		EXPECT_EQ(1, epoll_wait(ep[1], &e, 1, 0));
		twice += epoll_wait(ep[1], &e, 1, 0);
		ASSERT_EQ(1000, recv(self->fd, self->in, 5000, MSG_DONTWAIT));
	}
	/* in a slow guest it comes first after 4 ms, and tells both */
	r = traced(_metadata, "kssh_work", ~0U >> 1);
	EXPECT_GE(2 * r, twice);
	if (kt_slow() < 10)
		EXPECT_GT(TIMES, r);
	close(ep[0]);
	close(ep[1]);
}

/* ---- what is allocated ---- */

#define ECHOES	50

TEST_F_TIMEOUT(rec, nothing_is_allocated, 300)
{
	static const char *const events[] = {
		"events/kmem/kmalloc/enable", "events/kmem/kmem_cache_alloc/enable", NULL
	};
	static const size_t sizes[] = { 100, 1500, 20000 };
	unsigned int s;
	int i, r;

	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		for (i = 0; i < 4; i++)
			echo(_metadata, self, sizes[s]);
		r = trace(events, true);
		if (r)
			SKIP(return, "no tracer: %s", strerror(-r));
		for (i = 0; i < ECHOES; i++)
			echo(_metadata, self, sizes[s]);
		/* a guest that others slow down may pause for as long as a rest */
		r = traced(_metadata, "[kssh]", ECHOES / 5);
		EXPECT_GE(ECHOES / 5, r) {
			TH_LOG("%d allocations for %d records of %zu bytes", r, 2 * ECHOES,
			       sizes[s]);
		}
	}
	/* but after a rest some is: it was given back */
	kt_sleep_ms(2500);
	ASSERT_EQ(0, trace(events, true));
	echo(_metadata, self, 100);
	EXPECT_LE(1, traced(_metadata, "[kssh]", ~0U >> 1));
}

/* ---- what is received has the memory of what was read before ---- */

#define PROBES	"/sys/kernel/tracing/kprobe_events"
#define RECORDS	300

/* What a connection takes for bytes on their way.  Of this thread alone: where others slow
 * the guest down the worker comes first, and decrypts all.
 */
static int probe_memory(bool on)
{
	int fd = open(PROBES, O_WRONLY | O_APPEND);
	const char *text = on ? "p:kssh_steady kssh:kssh_mem_alloc\n" : "-:kssh_steady\n";
	int r;

	if (fd < 0)
		return -errno;
	r = kt_err(write(fd, text, strlen(text)));
	close(fd);
	return r < 0 ? r : 0;
}

static void read_all(struct __test_metadata *_metadata, FIXTURE_DATA(rec) *self, size_t n)
{
	char text[64];
	int i;

	snprintf(text, sizeof(text), "then send %zu %d", n, RECORDS);
	ASSERT_EQ(0, kt_command(self->fd, text, false));
	for (i = 0; i < RECORDS; i++) {
		/* the server gets ahead, TCP's queue holds many */
		if (i % 50 == 1)
			kt_sleep_ms(2);
		ASSERT_EQ((ssize_t)n, recv(self->fd, self->in, n, 0));
	}
}

TEST_F_TIMEOUT(rec, memory_is_used_again, 300)
{
	static const char *const events[] = {
		"events/kprobes/kssh_steady/enable", NULL
	};
	static const size_t sizes[] = { 100, 1500, 20000 };
	unsigned int s;
	int r;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	r = trace((const char *const []){ NULL }, false);
	if (!r)
		r = probe_memory(true);
	if (r)
		SKIP(return, "no tracer: %s", strerror(-r));
	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		read_all(_metadata, self, sizes[s]);
		ASSERT_EQ(0, trace(events, true));
		read_all(_metadata, self, sizes[s]);
		r = traced(_metadata, "kssh_steady", RECORDS / 10);
		EXPECT_GE(RECORDS / 10, r);
		TH_LOG("%d allocations for %d records of %zu bytes", r, RECORDS, sizes[s]);
	}
	EXPECT_EQ(0, probe_memory(false));
}

/* ---- segments ---- */

static unsigned int segments(int fd)
{
	struct tcp_info i = { 0 };
	socklen_t n = sizeof(i);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &n) ? ~0U : i.tcpi_data_segs_out;
}

/* Short records that wait for one another, as Nagle and TCP_CORK say, share segments. */
TEST_F_TIMEOUT(rec, records_share_segments, 300)
{
	unsigned int before;
	int i, on = 1;

	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	ASSERT_EQ(0, setsockopt(self->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)));
	before = segments(self->fd);
	for (i = 0; i < 50; i++)
		ASSERT_EQ(100, send(self->fd, self->out, 100, 0));
	on = 0;
	ASSERT_EQ(0, setsockopt(self->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)));
	/* what is not acknowledged yet holds them up, as Nagle says */
	for (i = 0; i < 500 && segments(self->fd) == before; i++)
		kt_sleep_ms(10);
	EXPECT_LT(0u, segments(self->fd) - before);
	EXPECT_GE(10u, segments(self->fd) - before);
	TH_LOG("%u segments for 50 records", segments(self->fd) - before);
}

TEST_HARNESS_MAIN
