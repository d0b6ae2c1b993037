/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kssh-policy: the policy of a network namespace.
 *
 *	main.c		command line and output		netlink.c	the messages
 */
#ifndef KSSH_POLICY_TOOL_H
#define KSSH_POLICY_TOOL_H

#include <stdint.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>

#include "../netlink/talk.h"

/**
 * struct policy - what a network namespace demands
 * @flags: enum kssh_policy_flag
 * @rsa_min_bits: shortest RSA modulus, 0: left to the sockets
 * @forbid: names of algorithms, separated by commas
 */
struct policy {
	uint32_t flags;
	uint32_t rsa_min_bits;
	char forbid[KSSH_NAMES_MAX + 1];
};

#define POLICY_WHY	TALK_WHY

/*
 * Of the network namespace of this process.  0 or a negative errno, -ENOENT: the
 * module is not loaded; @why gets the kernel's words, or "".
 */
int policy_get(struct policy *p, char why[POLICY_WHY]);
int policy_set(const struct policy *p, char why[POLICY_WHY]);

#endif /* KSSH_POLICY_TOOL_H */
