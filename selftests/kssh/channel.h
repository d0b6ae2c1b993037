/* SPDX-License-Identifier: GPL-2.0 */
/* The channel of the scripted server (channel.py). */
#ifndef KSSH_TEST_CHANNEL_H
#define KSSH_TEST_CHANNEL_H

#include "kssh_test.h"

#define OURS	5	/* our number of the channel */
#define THEIRS	9

static inline int take_control(int fd, uint32_t flags)
{
	struct kssh_control c = { .flags = flags, .fd = -1 };
	int r = kt_get(fd, KSSH_CONTROL, &c, sizeof(c));

	return r < 0 ? r : c.fd;
}

/* The bytes of the scripted server's stream (channel.py). */
static inline unsigned char pattern(size_t at)
{
	at &= 0xffff;
	return at * 7 + (at >> 8) * 13;
}

#endif /* KSSH_TEST_CHANNEL_H */
