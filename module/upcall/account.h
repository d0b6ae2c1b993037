/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one user has of what is limited: handshakes in flight, and servers that are
 * remembered.
 */
#ifndef KSSH_ACCOUNT_H
#define KSSH_ACCOUNT_H

#include <linux/cred.h>
#include <net/net_namespace.h>

struct kssh_account;

/**
 * kssh_handshake_begin - may one more handshake be in flight?
 * @net: network namespace of the socket
 * @cred: of the asker
 * @account: set to what kssh_handshake_end() wants
 *
 * Process context; may be called with the socket lock held.
 * Return: 0, KSSH_R_LIMIT_NAMESPACE, KSSH_R_LIMIT_USER or KSSH_R_NO_MEMORY.
 */
int kssh_handshake_begin(const struct net *net, const struct cred *cred,
			 struct kssh_account **account);

/* It is over, or up.  Process context; NULL is fine. */
void kssh_handshake_end(const struct net *net, struct kssh_account *account);

#endif /* KSSH_ACCOUNT_H */
