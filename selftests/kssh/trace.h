/* SPDX-License-Identifier: GPL-2.0 */
/* Events of the kernel's, by an instance of ftrace of the tests' own. */
#ifndef KSSH_TEST_TRACE_H
#define KSSH_TEST_TRACE_H

#include <sys/mount.h>
#include <sys/stat.h>

#include "kssh_test.h"

#define TRACING	"/sys/kernel/tracing/instances/kssh_test"

/* Write to a file of the instance's: 0 or -errno. */
static inline int trace_put(const char *file, const char *text)
{
	char path[256];
	int fd, r;

	snprintf(path, sizeof(path), TRACING "/%s", file);
	fd = open(path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return -errno;
	r = kt_err(write(fd, text, strlen(text)));
	close(fd);
	return r < 0 ? r : 0;
}

/* An instance with these events and nothing in it; of this thread alone, or of all. */
static inline int trace(const char *const *events, bool mine)
{
	char pid[16] = "";
	int r = 0;

	mount("none", "/sys/kernel/tracing", "tracefs", 0, NULL);
	if (mkdir(TRACING, 0700) && errno != EEXIST)
		return -errno;
	if (mine)
		snprintf(pid, sizeof(pid), "%d", gettid());
	r = trace_put("events/enable", "0");
	if (!r)
		r = trace_put("set_event_pid", mine ? pid : " ");
	for (; !r && *events; events++)
		r = trace_put(*events, "1");
	return r ? r : trace_put("trace", "");
}

#endif /* KSSH_TEST_TRACE_H */
