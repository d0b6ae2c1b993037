/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the upcall room: the registered helper and the requests that it holds.
 */
#ifndef KSSH_HELPER_H
#define KSSH_HELPER_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

#include "nl-gen.h"
#include "upcall.h"

#define KSSH_HELPER_TABLE_BITS	10
#define KSSH_HELPER_SHARE_BITS	6
#define KSSH_GUESS_TABLE_BITS	8

/**
 * struct kssh_account - what one user has, on the whole machine
 * @node: in the table of accounts
 * @uid: the user, see kssh_owner()
 * @refs: handshakes and entries that hold it
 * @handshakes: in flight
 * @n_guesses: entries of servers
 * @guesses: the same, least recently used first
 *
 * Protected by kssh_accounts_lock.
 */
struct kssh_account {
	struct hlist_node node;
	kuid_t uid;
	unsigned int refs;
	unsigned int handshakes;
	unsigned int n_guesses;
	struct list_head guesses;
};

/**
 * struct kssh_guesses - servers that are remembered in a network namespace
 * @table: entries by user and server
 * @in_order: the same, least recently used first
 * @count: how many
 * @seed: of the table's hash
 * @seq: of the last use of an entry
 *
 * Protected by kssh_accounts_lock.
 */
struct kssh_guesses {
	DECLARE_HASHTABLE(table, KSSH_GUESS_TABLE_BITS);
	struct list_head in_order;
	unsigned int count;
	u32 seed;
	u64 seq;
};

/**
 * struct kssh_upcall_net - what a network namespace knows
 * @lock: protects the rest; process context, taken before a helper's own
 * @helper: the one registered in it, counted, or NULL
 * @policy: counted, or NULL: none
 * @handshakes: in flight; protected by kssh_accounts_lock, as what follows
 * @guesses: servers that are remembered
 */
struct kssh_upcall_net {
	spinlock_t lock;	/* of what follows */
	struct kssh_helper *helper;
	struct kssh_policy *policy;

	unsigned int handshakes;
	struct kssh_guesses guesses;
};

/**
 * struct kssh_helper - a process that answers for a network namespace
 * @refs: its namespace and each request hold one
 * @lock: protects what follows down to @notes.  Innermost of all locks of the
 *	module; softirqs take it.  The socket layer of netlink is called under it,
 *	done functions are not.
 * @gone: it takes no requests any more and nothing is sent to it
 * @table: requests by cookie
 * @requests: the same, in order of @seq
 * @unsent: those that wait for room in its socket, in order
 * @shares: struct kssh_share by user
 * @pending: length of @requests
 * @seq: of the newest request
 * @notes: RESULT and CANCEL messages that wait for room in its socket
 * @flush: sends what waits
 * @net: network namespace of its socket; valid until @gone
 * @sk: its socket, not counted: NETLINK_URELEASE comes before the memory goes
 * @portid: address of @sk
 * @flags: enum kssh_register_flag
 * @top: user namespace that owns @net; verdicts count for askers in or below it
 * @user_ns: user namespace of the process that registered
 * @pid: that process, for display
 * @sees_pids: it is in the initial pid namespace
 */
struct kssh_helper {
	refcount_t refs;

	spinlock_t lock;	/* of what follows, see above */
	bool gone;
	DECLARE_HASHTABLE(table, KSSH_HELPER_TABLE_BITS);
	struct list_head requests;
	struct list_head unsent;
	DECLARE_HASHTABLE(shares, KSSH_HELPER_SHARE_BITS);
	unsigned int pending;
	u64 seq;
	struct sk_buff_head notes;

	struct delayed_work flush;
	struct net *net;
	struct sock *sk;
	u32 portid;
	u32 flags;
	struct user_namespace *top;
	struct user_namespace *user_ns;
	struct pid *pid;
	bool sees_pids;
};

/**
 * struct kssh_share - how much of a helper's queue one user has
 * @node: in the helper's table
 * @uid: the user, see request_owner()
 * @count: requests
 */
struct kssh_share {
	struct hlist_node node;
	kuid_t uid;
	unsigned int count;
};

/**
 * struct kssh_request - one question
 * @refs: the asker has one; the helper's lists have one while it is linked
 * @helper: who is asked, counted
 * @cookie: names it towards the helper
 * @seq: position in the helper's list
 * @done: how the asker hears of the verdict
 * @arg: argument of @done
 * @state: protected by the helper's lock, as what follows
 * @linked: it is in the helper's lists
 * @answered: @done has been, or is about to be, called, or never will be
 * @orphan: the asker has put it
 * @by_cookie: in the helper's table
 * @in_order: in the helper's list
 * @unsent: in the helper's list of those that wait
 * @skb: the ASK message until it is sent
 * @share: what it is counted in
 * @euid: effective user of the asker
 * @flags: KSSH_NAME_*
 * @port: port to look up
 * @prequery: it asks what is known of the name
 * @known_ca: the answer to that: a certification authority
 * @key_types: and these types, or NULL; both settled before @answered
 * @algorithm: host key algorithm, "" of a pre-query
 * @name: peer name
 */
struct kssh_request {
	refcount_t refs;
	struct kssh_helper *helper;
	u64 cookie;
	u64 seq;
	void (*done)(void *arg, int reason);
	void *arg;

	enum kssh_request_state state;
	bool linked;
	bool answered;
	bool orphan;
	struct hlist_node by_cookie;
	struct list_head in_order;
	struct list_head unsent;
	struct sk_buff *skb;
	struct kssh_share *share;

	kuid_t euid;
	u32 flags;
	u16 port;
	bool prequery;
	bool known_ca;
	char *key_types;
	char algorithm[KSSH_ALGNAME_MAX];
	char name[KSSH_NAME_MAX + 1];
};

extern unsigned int kssh_upcall_pending_max;

/* helper.c */
struct kssh_upcall_net *kssh_upcall_net(const struct net *net);
struct kssh_helper *kssh_helper_get_own(const struct net *net);
struct kssh_helper *kssh_helper_get_serving(const struct net *net);
struct kssh_helper *kssh_helper_get_socket(const struct net *net,
					   const struct sock *sk);
void kssh_helper_put(struct kssh_helper *h);	/* NULL is fine */
int kssh_helper_register(struct net *net, struct sock *sk, u32 portid, u32 flags,
			 struct netlink_ext_ack *extack);
void kssh_helper_unregister(struct net *net, struct kssh_helper *h);
void kssh_helper_flush(struct kssh_helper *h);
void kssh_helper_flush_soon(struct kssh_helper *h);
void kssh_helper_note(struct kssh_helper *h, struct sk_buff *skb);

/* upcall.c */
int kssh_request_answer(struct kssh_helper *h, u64 cookie, int reason);
int kssh_request_known(struct kssh_helper *h, u64 cookie, char *types, bool ca);
bool kssh_request_gone(struct kssh_helper *h);

/* account.c */
extern spinlock_t kssh_accounts_lock;	/* process context; no other is taken inside */

/*
 * The user on whose account something is.  Below the user namespace @top that is the
 * owner of the namespace, so that nobody multiplies his share by making namespaces.
 */
kuid_t kssh_owner(const struct cred *cred, const struct user_namespace *top);
/* The account of a user, made if there is none; counted.  NULL: no memory. */
struct kssh_account *kssh_account_get(kuid_t uid);
void kssh_account_put(struct kssh_account *a);

/* guess.c */
void kssh_guess_net_init(struct net *net);
void kssh_guess_net_exit(struct net *net);

/* policy.c */
struct kssh_policy;
void kssh_policy_init(bool (*fn)(const char *name, size_t n));
/* Put a policy in place of another; the caller's reference goes along. */
void kssh_policy_put_in(const struct net *net, struct kssh_policy *p);
/* The first name of a list that is none, stands there twice, or is one that @fn, if
 * given, does not know; NULL: all are fine, or there is none.
 */
const char *kssh_names_bad(const char *names, bool (*fn)(const char *name, size_t n));

/* netlink.c */
struct sk_buff *kssh_msg_ask(const struct kssh_helper *h, const struct kssh_ask *ask,
			     u64 cookie);
struct sk_buff *kssh_msg_note(u8 cmd, u64 cookie, int good, gfp_t gfp);

#endif /* KSSH_HELPER_H */
