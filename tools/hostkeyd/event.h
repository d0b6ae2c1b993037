/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says to a helper. */
#ifndef KSSH_EVENT_H
#define KSSH_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>
#include <linux/netlink.h>

/**
 * struct ask - a question, as it came
 * @cookie: names it
 * @flags: KSSH_NAME_*
 * @port: port to look up
 * @uid: of the asker
 * @pid: of the asker, 0 if not told
 * @child: the asker is in another network namespace than the helper
 * @name: peer name
 * @algorithm: host key algorithm
 * @comm: command of the asker
 * @key: host key blob; somebody else's memory
 * @key_len: its length
 */
struct ask {
	uint64_t cookie;
	uint32_t flags;
	uint16_t port;
	uint32_t uid;
	uint32_t pid;
	bool child;
	char name[KSSH_NAME_MAX + 1];
	char algorithm[KSSH_ALGNAME_MAX + 1];
	char comm[16];
	const uint8_t *key;
	size_t key_len;
};

/**
 * struct event - a message of the kernel
 * @cmd: KSSH_CMD_*
 * @ask: ASK, PREQUERY; of RESULT and CANCEL the cookie
 * @good: RESULT
 * @error: REGISTER: 0 or a negative errno
 * @why: and the kernel's words
 */
struct event {
	int cmd;
	struct ask ask;
	bool good;
	int error;
	char why[256];
};

/**
 * struct event_source - what tells our messages from others
 * @family: number of the family
 * @register_seq: sequence number of our REGISTER
 */
struct event_source {
	uint16_t family;
	uint32_t register_seq;
};

/* Is there a whole message in @left bytes, and what aligns it? */
bool event_is_whole(const struct nlmsghdr *m, int left);

/*
 * A message that event_is_whole() as an event, which borrows the key from it.  False if
 * it is none of ours, or malformed.
 */
bool event_parse(const struct event_source *from, const struct nlmsghdr *m, struct event *ev);

#endif /* KSSH_EVENT_H */
