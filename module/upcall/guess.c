// SPDX-License-Identifier: GPL-2.0
/*
 * The cache of what servers offered.  An entry is found by a hash of the namespace;
 * the lists in order of use, oldest first, are for giving up the one that is missed
 * least: of the user, who has a quarter of a namespace's entries at most, and of the
 * namespace.  All under kssh_accounts_lock.
 */
#include <linux/jhash.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

#include "account.h"
#include "guess.h"
#include "helper.h"

#define HOLD_MOST	168	/* times guess_hold: a week by default */

static unsigned int guess_max = 1024;
module_param(guess_max, uint, 0644);
MODULE_PARM_DESC(guess_max,
		 "Most servers remembered in one network namespace (1024); one user gets a quarter");

static unsigned int guess_ttl = 24 * 3600;
module_param(guess_ttl, uint, 0644);
MODULE_PARM_DESC(guess_ttl, "For how long a server is remembered, s (86400)");

static unsigned int guess_hold = 3600;
module_param(guess_hold, uint, 0644);
MODULE_PARM_DESC(guess_hold,
		 "For how long no guess is made after a wrong one, s (3600); doubles each time, up to 168 times that");

/**
 * struct guess_entry - one server, as one user has seen it
 * @node: in the namespace's table
 * @in_net: in the namespace's list
 * @in_account: in the account's list
 * @account: whose it is
 * @home: the namespace's table and list
 * @seq: of its last use; the lists are in this order
 * @peer: user and server
 * @lists: what it offered, counted; NULL: nothing is known
 * @expires: end of @lists, s since boot
 * @held: no guess before that, s since boot
 * @hold: for how long the last failure held them off, s; 0: there was none
 */
struct guess_entry {
	struct hlist_node node;
	struct list_head in_net;
	struct list_head in_account;
	struct kssh_account *account;
	struct kssh_guesses *home;
	u64 seq;
	struct kssh_guess_peer peer;
	struct kssh_guess_lists *lists;
	time64_t expires;
	time64_t held;
	u32 hold;
};

static u32 peer_hash(const struct kssh_guesses *g, const struct kssh_guess_peer *peer)
{
	static_assert(sizeof(*peer) % sizeof(u32) == 0);
	return jhash2((const u32 *)peer, sizeof(*peer) / sizeof(u32), g->seed);
}

static struct guess_entry *entry_find(const struct net *net,
				      const struct kssh_guess_peer *peer)
{
	struct kssh_guesses *g = &kssh_upcall_net(net)->guesses;
	struct guess_entry *e;

	lockdep_assert_held(&kssh_accounts_lock);
	hash_for_each_possible(g->table, e, node, peer_hash(g, peer))
		if (!memcmp(&e->peer, peer, sizeof(*peer)))
			return e;
	return NULL;
}

static void entry_use(struct guess_entry *e)
{
	e->seq = ++e->home->seq;
	list_move_tail(&e->in_net, &e->home->in_order);
	list_move_tail(&e->in_account, &e->account->guesses);
}

static void entry_drop(struct guess_entry *e)
{
	lockdep_assert_held(&kssh_accounts_lock);
	hash_del(&e->node);
	list_del(&e->in_net);
	list_del(&e->in_account);
	e->home->count--;
	e->account->n_guesses--;
	kssh_account_put(e->account);
	kssh_guess_put(e->lists);
	kfree(e);
}

/* Give up what is missed least, until one more fits; false: none may be kept. */
static bool make_room(struct kssh_guesses *g, struct kssh_account *a)
{
	unsigned int most = READ_ONCE(guess_max);

	if (!most)
		return false;
	while (a->n_guesses >= max(most / 4, 1U))
		entry_drop(list_first_entry(&a->guesses, struct guess_entry,
					    in_account));
	while (g->count >= most)
		entry_drop(list_first_entry(&g->in_order, struct guess_entry, in_net));
	return true;
}

/* Put *fresh in, on the account of @owner; taken over if so. */
static struct guess_entry *entry_add(const struct net *net, kuid_t owner,
				     const struct kssh_guess_peer *peer,
				     struct guess_entry **fresh)
{
	struct kssh_guesses *g = &kssh_upcall_net(net)->guesses;
	struct kssh_account *a = kssh_account_get(owner);
	struct guess_entry *e = *fresh;

	if (!a)
		return NULL;
	if (!make_room(g, a)) {
		kssh_account_put(a);
		return NULL;
	}
	*fresh = NULL;
	e->account = a;
	e->home = g;
	e->peer = *peer;
	a->n_guesses++;
	g->count++;
	hash_add(g->table, &e->node, peer_hash(g, peer));
	list_add_tail(&e->in_net, &g->in_order);
	list_add_tail(&e->in_account, &a->guesses);
	return e;
}

void kssh_guess_put(struct kssh_guess_lists *l)
{
	if (l && refcount_dec_and_test(&l->refs))
		kfree(l);
}

struct kssh_guess_lists *kssh_guess_find(const struct net *net,
					 const struct kssh_guess_peer *peer)
{
	time64_t now = ktime_get_boottime_seconds();
	struct kssh_guess_lists *l = NULL;
	struct guess_entry *e;

	spin_lock(&kssh_accounts_lock);
	e = entry_find(net, peer);
	if (e && e->lists && now >= e->expires) {
		kssh_guess_put(e->lists);
		e->lists = NULL;
	}
	if (e && e->lists && now >= e->held) {
		entry_use(e);
		l = e->lists;
		refcount_inc(&l->refs);
	}
	spin_unlock(&kssh_accounts_lock);
	return l;
}

static struct kssh_guess_lists *lists_new(const char *kex, size_t kex_len,
					  const char *hostkey, size_t hostkey_len)
{
	struct kssh_guess_lists *l;

	if (!kex_len || kex_len > KSSH_GUESS_LIST_MAX ||
	    !hostkey_len || hostkey_len > KSSH_GUESS_LIST_MAX)
		return NULL;
	l = kzalloc(struct_size(l, text, kex_len + 1 + hostkey_len + 1),
		    GFP_KERNEL_ACCOUNT);
	if (!l)
		return NULL;
	refcount_set(&l->refs, 1);
	l->kex_len = kex_len;
	l->hostkey_len = hostkey_len;
	memcpy(l->text, kex, kex_len);
	memcpy(l->text + kex_len + 1, hostkey, hostkey_len);
	return l;
}

void kssh_guess_store(const struct net *net, const struct kssh_guess_peer *peer,
		      const struct cred *cred, const char *kex, size_t kex_len,
		      const char *hostkey, size_t hostkey_len, bool right)
{
	kuid_t owner = kssh_owner(cred, &init_user_ns);
	struct guess_entry *e, *fresh;
	struct kssh_guess_lists *l;

	l = lists_new(kex, kex_len, hostkey, hostkey_len);
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!l || !fresh)
		goto out;

	spin_lock(&kssh_accounts_lock);
	e = entry_find(net, peer) ?: entry_add(net, owner, peer, &fresh);
	if (e) {
		swap(e->lists, l);
		e->expires = ktime_get_boottime_seconds() + READ_ONCE(guess_ttl);
		if (right)
			e->hold = 0;
		entry_use(e);
	}
	spin_unlock(&kssh_accounts_lock);
out:
	kssh_guess_put(l);
	kfree(fresh);
}

void kssh_guess_failed(const struct net *net, const struct kssh_guess_peer *peer)
{
	u32 least = READ_ONCE(guess_hold);
	struct guess_entry *e;

	spin_lock(&kssh_accounts_lock);
	e = entry_find(net, peer);
	if (e) {
		kssh_guess_put(e->lists);
		e->lists = NULL;
		e->hold = clamp_t(u64, 2ULL * e->hold, least,
				  min_t(u64, (u64)least * HOLD_MOST, U32_MAX));
		e->held = ktime_get_boottime_seconds() + e->hold;
		entry_use(e);
	}
	spin_unlock(&kssh_accounts_lock);
}

void kssh_guess_net_init(struct net *net)
{
	struct kssh_guesses *g = &kssh_upcall_net(net)->guesses;

	hash_init(g->table);
	INIT_LIST_HEAD(&g->in_order);
	g->seed = get_random_u32();
}

/* Forget the entries of a user, or all. */
static void flush(const struct net *net, bool all, kuid_t uid)
{
	struct kssh_guesses *g = &kssh_upcall_net(net)->guesses;
	struct guess_entry *e, *next;

	spin_lock(&kssh_accounts_lock);
	list_for_each_entry_safe(e, next, &g->in_order, in_net)
		if (all || uid_eq(e->peer.uid, uid))
			entry_drop(e);
	spin_unlock(&kssh_accounts_lock);
}

void kssh_guess_net_exit(struct net *net)
{
	flush(net, true, INVALID_UID);
}

/* ---- messages ------------------------------------------------------------ */

/* Whoever asks for all has to have the say in the namespace.  0 or -EPERM. */
static int may_all(const struct sk_buff *skb, const struct net *net, bool all)
{
	return !all || netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN) ? 0 : -EPERM;
}

int kssh_nl_guess_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool all = info->attrs[KSSH_A_GUESS_ALL];
	struct net *net = genl_info_net(info);
	int err = may_all(skb, net, all);

	if (!err)
		flush(net, all, current_euid());
	return err;
}

static u32 seconds_left(time64_t end)
{
	return max_t(time64_t, end - ktime_get_boottime_seconds(), 0);
}

/* ::ffff:a.b.c.d */
static bool is_ipv4(const struct in6_addr *a)
{
	return !a->s6_addr32[0] && !a->s6_addr32[1] &&
	       a->s6_addr32[2] == htonl(0xffff);
}

static int put_entry(struct sk_buff *skb, const struct netlink_callback *cb,
		     const struct guess_entry *e)
{
	u32 uid = from_kuid_munged(sk_user_ns(NETLINK_CB(cb->skb).sk), e->peer.uid);
	bool v4 = is_ipv4(&e->peer.addr);
	const struct kssh_guess_lists *l = e->lists;
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &kssh_nl_family, NLM_F_MULTI, KSSH_CMD_GUESS_LIST);
	if (!hdr)
		return -EMSGSIZE;
	if ((v4 ? nla_put_in_addr(skb, KSSH_A_GUESS_ADDRESS, e->peer.addr.s6_addr32[3]) :
		  nla_put_in6_addr(skb, KSSH_A_GUESS_ADDRESS, &e->peer.addr)) ||
	    nla_put_u16(skb, KSSH_A_GUESS_ADDRESS_PORT, ntohs(e->peer.port)) ||
	    (e->peer.scope &&
	     nla_put_u32(skb, KSSH_A_GUESS_SCOPE, e->peer.scope)) ||
	    nla_put_u32(skb, KSSH_A_GUESS_UID, uid) ||
	    nla_put_u32(skb, KSSH_A_GUESS_HELD, seconds_left(e->held)) ||
	    (l && (nla_put_string(skb, KSSH_A_GUESS_KEX, kssh_guess_kex(l)) ||
		   nla_put_string(skb, KSSH_A_GUESS_HOSTKEY, kssh_guess_hostkey(l)) ||
		   nla_put_u32(skb, KSSH_A_GUESS_EXPIRES, seconds_left(e->expires))))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* A dump goes on behind the last use of the last entry it showed: one that is used
 * meanwhile may be shown twice.
 */
int kssh_nl_guess_list_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	bool all = genl_info_dump(cb)->attrs[KSSH_A_GUESS_ALL];
	const struct net *net = sock_net(skb->sk);
	struct kssh_guesses *g = &kssh_upcall_net(net)->guesses;
	u64 *last = (u64 *)cb->ctx;
	kuid_t uid = current_euid();
	struct guess_entry *e;
	int ret;

	ret = may_all(cb->skb, net, all);
	if (ret)
		return ret;
	spin_lock(&kssh_accounts_lock);
	list_for_each_entry(e, &g->in_order, in_net) {
		if (e->seq <= *last || (!all && !uid_eq(e->peer.uid, uid)))
			continue;
		ret = put_entry(skb, cb, e);
		if (ret)
			break;
		*last = e->seq;
	}
	spin_unlock(&kssh_accounts_lock);
	return ret;
}
