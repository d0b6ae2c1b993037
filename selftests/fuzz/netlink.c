// SPDX-License-Identifier: GPL-2.0
/* Messages to kssh-hostkeyd, as if the kernel could not be believed. */
#include <stdlib.h>

#include "../../tools/hostkeyd/event.c"
#include "target.h"

#define FAMILY	0x1f	/* as the seeds have it */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* Texts end, the key is inside of the message. */
static void look_at(const struct event *ev, const uint8_t *buf, size_t size)
{
	const struct ask *ask = &ev->ask;

	if (!memchr(ask->name, 0, sizeof(ask->name)) ||
	    !memchr(ask->algorithm, 0, sizeof(ask->algorithm)) ||
	    !memchr(ask->comm, 0, sizeof(ask->comm)) ||
	    !memchr(ev->why, 0, sizeof(ev->why)))
		abort();
	if (ask->key && (ask->key < buf || ask->key_len > size ||
			 ask->key + ask->key_len > buf + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct event_source from = { .family = FAMILY, .register_seq = 1 };
	uint8_t *buf = malloc(size ?: 1);	/* of the exact size, and aligned */
	struct event ev;
	int left = size;
	struct nlmsghdr *m;

	if (!buf)
		return 0;
	memcpy(buf, data, size);
	for (m = (void *)buf; event_is_whole(m, left); m = mnl_nlmsg_next(m, &left)) {
		if (event_parse(&from, m, &ev))
			look_at(&ev, buf, size);
	}
	free(buf);
	return 0;
}
