/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session with a channel to bind, and two buffers: what channel_test, stream_test and
 * shared_test begin with.
 */
#ifndef KSSH_TEST_BOUND_H
#define KSSH_TEST_BOUND_H

#include "kselftest_harness.h"
#include "channel.h"

#define BIG	(4 << 20)

FIXTURE(ch)
{
	int fd, control;
	char tag[32];
	struct kssh_channel bind;
	struct kssh_channel_info info;
	unsigned char *out, *in;
};

FIXTURE_SETUP(ch)
{
	static int n;
	char lie[128];

	self->control = -1;
	snprintf(self->tag, sizeof(self->tag), "ch%d-%d", getpid(), n++);
	snprintf(lie, sizeof(lie), "honest channel=%d client=%d tag=%s", THEIRS, OURS,
		 self->tag);
	self->fd = kt_session(getpid() % 2 ? AF_INET : AF_INET6, lie);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, kt_patience(self->fd));
	ASSERT_EQ(0, kt_command(self->fd, "echo off", false));
	self->bind = (struct kssh_channel) {
		.local_id = OURS, .remote_id = THEIRS,
		.local_window = 65536, .local_max_packet = 32768,
		.remote_window = 1 << 20, .remote_max_packet = 32768,
	};
	self->out = malloc(BIG);
	self->in = calloc(1, BIG);
	ASSERT_TRUE(self->out && self->in);
}

FIXTURE_TEARDOWN(ch)
{
	if (self->fd >= 0)
		close(self->fd);
	if (self->control >= 0)
		close(self->control);
	free(self->out);
	free(self->in);
}

static inline void bind_channel(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self,
				bool control)
{
	self->bind.flags = control ? KSSH_CHANNEL_CONTROL : 0;
	ASSERT_EQ(0, kt_set(self->fd, KSSH_CHANNEL, &self->bind, sizeof(self->bind)));
	if (!control)
		return;
	self->control = take_control(self->fd, 0);
	ASSERT_LE(0, self->control) TH_LOG("%s", strerror(-self->control));
	ASSERT_EQ(0, kt_patience(self->control));
}

static inline void look(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self, int fd)
{
	memset(&self->info, 0, sizeof(self->info));
	ASSERT_LE(0, kt_get(fd, KSSH_CHANNEL_INFO, &self->info, sizeof(self->info)));
}

static inline void expect_pattern(struct __test_metadata *_metadata, const unsigned char *p,
				  size_t from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		ASSERT_EQ(pattern(from + i), p[i]) TH_LOG("byte %zu", from + i);
}

/* What the server says of what it got, against what was sent. */
static inline void expect_said(struct __test_metadata *_metadata, FIXTURE_DATA(ch) *self,
			       const unsigned char *p, size_t n)
{
	unsigned char sum[32];
	char text[4096], want[128];
	int i, at;

	ASSERT_EQ(0, kt_command(self->control, "said", true));
	ASSERT_LE(0, kt_reply(self->control, text, sizeof(text)));
	ASSERT_EQ(0, kt_sha256(p, n, sum));
	at = sprintf(want, "%zu ", n);
	for (i = 0; i < 32; i++)
		at += sprintf(want + at, "%02x", sum[i]);
	EXPECT_EQ(0, strncmp(text, want, at)) TH_LOG("%s, not %s", text, want);
}

/* How often a line is in a report. */
static inline int lines(const char *report, const char *line)
{
	size_t n = strlen(line);
	int found = 0;

	for (; report; report = strchr(report, '\n')) {
		report += *report == '\n';
		found += !strncmp(report, line, n) && report[n] == '\n';
	}
	return found;
}

#endif /* KSSH_TEST_BOUND_H */
