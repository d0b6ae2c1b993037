/* SPDX-License-Identifier: GPL-2.0 */
/* Requests to the netlink family "kssh", and what comes back. */
#ifndef KSSH_TALK_H
#define KSSH_TALK_H

#include <stdint.h>
#include <libmnl/libmnl.h>
#include <linux/kssh_netlink.h>

#define TALK_WHY	256

/**
 * struct talk - a conversation with the kernel
 * @s: the socket
 * @family: number of the family, 0 before it is known
 * @why: the kernel's words about a failure, or ""
 */
struct talk {
	struct mnl_socket *s;
	uint16_t family;
	char why[TALK_WHY];
};

/**
 * talk_begin - open a socket and find the family
 * @t: filled in; talk_end() closes it, after an error too
 *
 * Return: 0 or a negative errno; -ENOENT: the module is not loaded.
 */
int talk_begin(struct talk *t);

/* Close it; @ret is handed through. */
int talk_end(struct talk *t, int ret);

/**
 * talk_request - begin a request in a buffer
 * @t: begun
 * @buf: MNL_SOCKET_BUFFER_SIZE bytes
 * @cmd: enum of linux/kssh_netlink.h
 * @flags: besides NLM_F_REQUEST and NLM_F_ACK
 *
 * Return: the message, to which attributes can be added.
 */
struct nlmsghdr *talk_request(const struct talk *t, char *buf, int cmd, int flags);

/**
 * talk - send a request and read to the end of the answer
 * @t: begun
 * @h: from talk_request()
 * @take: called with each message of the answer, and @arg; may be NULL
 * @arg: for @take
 *
 * Return: 0 or a negative errno, then @t->why may have words.
 */
int talk(struct talk *t, const struct nlmsghdr *h,
	 void (*take)(const struct nlmsghdr *m, void *arg), void *arg);

/* Copy the text of an attribute, NUL-terminated or not, as far as there is @room. */
void talk_text(char *to, size_t room, const struct nlattr *a);

#endif /* KSSH_TALK_H */
