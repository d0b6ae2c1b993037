/* SPDX-License-Identifier: GPL-2.0 */
/* The policy of a network namespace: what every handshake in it is bound by. */
#ifndef KSSH_POLICY_H
#define KSSH_POLICY_H

#include <linux/refcount.h>
#include <linux/types.h>
#include <net/net_namespace.h>

/**
 * struct kssh_policy - what is demanded; never changes
 * @refs: namespaces that have it, and readers
 * @flags: enum kssh_policy_flag, for netlink
 * @require_pq: key exchange has to be post-quantum
 * @forbid_pin: no handshake in mode KSSH_VERIFY_PIN
 * @forbid_app: no handshake in mode KSSH_VERIFY_APP
 * @forbid_guess: every handshake is as with KSSH_GUESS_NEVER
 * @rsa_min_bits: shortest RSA modulus of a host key, 0: no limit
 * @forbid: list of names that are not offered, NUL-terminated
 */
struct kssh_policy {
	refcount_t refs;
	u32 flags;
	bool require_pq;
	bool forbid_pin;
	bool forbid_app;
	bool forbid_guess;
	u32 rsa_min_bits;
	char forbid[];
};

/**
 * kssh_policy_get - the policy in force
 * @net: network namespace
 *
 * Process context; may be called with the socket lock held.
 * Return: the policy, one reference of which is the caller's; NULL: there is none.
 */
struct kssh_policy *kssh_policy_get(const struct net *net);
void kssh_policy_put(struct kssh_policy *p);	/* NULL is fine */

#endif /* KSSH_POLICY_H */
