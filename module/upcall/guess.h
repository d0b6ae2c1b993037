/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What servers offered when they were last seen, so that a handshake can tell whether
 * a guess at their choice would be right.  Each user has entries of his own, which no
 * handshake of another reads or changes.
 */
#ifndef KSSH_GUESS_H
#define KSSH_GUESS_H

#include <linux/cred.h>
#include <linux/in6.h>
#include <linux/refcount.h>
#include <net/net_namespace.h>

#define KSSH_GUESS_LIST_MAX	1024	/* longest list that is remembered, bytes */

/**
 * struct kssh_guess_peer - whose entry, and of which server
 * @addr: its address; IPv4 as ::ffff:a.b.c.d
 * @scope: interface of a link-local address, else 0
 * @uid: effective user of the asker
 * @port: its port
 * @zero: no hole is left to a hash
 */
struct kssh_guess_peer {
	struct in6_addr addr;
	u32 scope;
	kuid_t uid;
	__be16 port;
	u16 zero;
};

/**
 * struct kssh_guess_lists - what it offered; never changes
 * @refs: the entry, and readers
 * @kex_len: bytes of the list of key exchange methods
 * @hostkey_len: bytes of the list of host key algorithms
 * @text: the two, each with a NUL behind it
 */
struct kssh_guess_lists {
	refcount_t refs;
	u16 kex_len;
	u16 hostkey_len;
	char text[];
};

static inline const char *kssh_guess_kex(const struct kssh_guess_lists *l)
{
	return l->text;
}

static inline const char *kssh_guess_hostkey(const struct kssh_guess_lists *l)
{
	return l->text + l->kex_len + 1;
}

/*
 * All in process context, with the socket lock held or not.
 */

/**
 * kssh_guess_find - what a server offered
 * @net: network namespace
 * @peer: whose entry
 *
 * Return: the lists, one reference of which is the caller's; NULL if there is no
 * entry, it has expired, or a guess has failed not long ago.
 */
struct kssh_guess_lists *kssh_guess_find(const struct net *net,
					 const struct kssh_guess_peer *peer);
void kssh_guess_put(struct kssh_guess_lists *l);	/* NULL is fine */

/**
 * kssh_guess_store - a server that has proven who it is, and is trusted, offers this
 * @net: network namespace
 * @peer: whose entry
 * @cred: whose account it is kept on
 * @kex: list of key exchange methods, without NUL
 * @kex_len: bytes of it, 1 to KSSH_GUESS_LIST_MAX
 * @hostkey: list of host key algorithms, likewise
 * @hostkey_len: bytes of it, likewise
 * @right: a guess was made and was right: no failure before counts any more
 *
 * Best effort: without memory nothing is remembered.
 */
void kssh_guess_store(const struct net *net, const struct kssh_guess_peer *peer,
		      const struct cred *cred, const char *kex, size_t kex_len,
		      const char *hostkey, size_t hostkey_len, bool right);

/**
 * kssh_guess_failed - a guess was wrong
 * @net: network namespace
 * @peer: whose entry
 *
 * The lists are forgotten and no guess is made for a while, which doubles each time.
 */
void kssh_guess_failed(const struct net *net, const struct kssh_guess_peer *peer);

#endif /* KSSH_GUESS_H */
