// SPDX-License-Identifier: GPL-2.0
/*
 * The helper of a network namespace: who it is, from REGISTER until its socket
 * closes, and what is sent to it.
 */
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/netns/generic.h>
#include <net/sock.h>

#include "helper.h"
#include "policy.h"

/* Messages sent in one go, that is, in one hold of the helper's lock. */
#define FLUSH_BATCH	64
/* How soon to look again whether a full socket has room. */
#define FLUSH_DELAY	max(HZ / 50, 1)

unsigned int kssh_upcall_pending_max = 16384;
module_param_named(upcall_pending_max, kssh_upcall_pending_max, uint, 0644);
MODULE_PARM_DESC(upcall_pending_max,
		 "Most requests that one helper may hold (16384); one user gets a quarter");

/* A helper that looks the family up loads the module. */
MODULE_ALIAS_GENL_FAMILY(KSSH_FAMILY_NAME);

static unsigned int upcall_net_id __read_mostly;

struct kssh_upcall_net *kssh_upcall_net(const struct net *net)
{
	return net_generic(net, upcall_net_id);
}

/* ---- finding one ------------------------------------------------------- */

/* The helper of @net if it is that of @sk, or if @sk is NULL; counted. */
static struct kssh_helper *helper_get(const struct net *net, const struct sock *sk)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);
	struct kssh_helper *h;

	spin_lock(&un->lock);
	h = un->helper;
	if (h && sk && h->sk != sk)
		h = NULL;
	if (h)
		refcount_inc(&h->refs);
	spin_unlock(&un->lock);
	return h;
}

/**
 * kssh_helper_get_own - the helper registered in a namespace
 * @net: network namespace
 *
 * Process context.
 * Return: the helper, one reference of which is the caller's, or NULL.
 */
struct kssh_helper *kssh_helper_get_own(const struct net *net)
{
	return helper_get(net, NULL);
}

/**
 * kssh_helper_get_serving - the helper that answers for a namespace
 * @net: network namespace
 *
 * Its own, else that of the initial namespace if it serves children.  Process
 * context.
 * Return: the helper, one reference of which is the caller's, or NULL.
 */
struct kssh_helper *kssh_helper_get_serving(const struct net *net)
{
	struct kssh_helper *h = helper_get(net, NULL);

	if (h || net_eq(net, &init_net))
		return h;
	h = helper_get(&init_net, NULL);
	if (h && !(h->flags & KSSH_REGISTER_FLAG_SERVE_CHILDREN)) {
		kssh_helper_put(h);
		return NULL;
	}
	return h;
}

/**
 * kssh_helper_get_socket - the helper that talks through a socket
 * @net: network namespace of the socket
 * @sk: netlink socket; it is the proof, a port number could be taken over
 *
 * Process context.
 * Return: the helper, one reference of which is the caller's, or NULL.
 */
struct kssh_helper *kssh_helper_get_socket(const struct net *net,
					   const struct sock *sk)
{
	return helper_get(net, sk);
}

void kssh_helper_put(struct kssh_helper *h)
{
	if (!h || !refcount_dec_and_test(&h->refs))
		return;
	put_user_ns(h->top);
	put_user_ns(h->user_ns);
	put_pid(h->pid);
	kvfree(h);
}

/* ---- sending to it ----------------------------------------------------- */

/*
 * Send a copy of @skb.  Return: false if it must be tried again later.
 *
 * In the moments between the end of its socket and the notifier another socket
 * may own the port and get a question.  It could not answer it.
 */
static bool helper_send(struct kssh_helper *h, const struct sk_buff *skb)
{
	struct sk_buff *copy = skb_clone((struct sk_buff *)skb, GFP_ATOMIC);
	int ret;

	if (!copy)
		return false;
	ret = genlmsg_unicast(h->net, copy, h->portid);
	return ret != -EAGAIN && ret != -ENOBUFS && ret != -ENOMEM;
}

/**
 * kssh_helper_flush - send what waits, as far as its socket has room
 * @h: helper, locked
 *
 * Notes go first: they let it free something.  What finds no room is sent later,
 * nothing is lost while the helper lives.
 */
void kssh_helper_flush(struct kssh_helper *h)
{
	int budget = FLUSH_BATCH;
	struct kssh_request *req;
	struct sk_buff *skb;

	lockdep_assert_held(&h->lock);
	if (h->gone)
		return;

	while ((skb = skb_peek(&h->notes))) {
		if (!budget-- || !helper_send(h, skb))
			goto later;
		__skb_unlink(skb, &h->notes);
		kfree_skb(skb);
	}
	while ((req = list_first_entry_or_null(&h->unsent, struct kssh_request,
					       unsent))) {
		if (!budget-- || !helper_send(h, req->skb))
			goto later;
		list_del_init(&req->unsent);
		kfree_skb(req->skb);
		req->skb = NULL;
		req->state = KSSH_REQUEST_STATE_ASKED;
	}
	return;
later:
	schedule_delayed_work(&h->flush, budget < 0 ? 0 : FLUSH_DELAY);
}

/**
 * kssh_helper_flush_soon - the same, in a moment
 * @h: helper, locked
 *
 * For the handler of a message of the helper: the acknowledgment of that message
 * has yet to find room in the same socket.
 */
void kssh_helper_flush_soon(struct kssh_helper *h)
{
	lockdep_assert_held(&h->lock);
	if (h->gone || (list_empty(&h->unsent) && skb_queue_empty(&h->notes)))
		return;
	cancel_delayed_work(&h->flush);
	schedule_delayed_work(&h->flush, 0);
}

static void helper_flush_work(struct work_struct *work)
{
	struct kssh_helper *h = container_of(to_delayed_work(work),
					     struct kssh_helper, flush);

	spin_lock_bh(&h->lock);
	kssh_helper_flush(h);
	spin_unlock_bh(&h->lock);
}

/**
 * kssh_helper_note - send a message about a request that it holds
 * @h: helper, locked
 * @skb: the message, consumed; NULL is fine
 *
 * Best effort: dropped when a helper that does not read has let too many gather.
 */
void kssh_helper_note(struct kssh_helper *h, struct sk_buff *skb)
{
	lockdep_assert_held(&h->lock);
	if (!skb)
		return;
	if (h->gone ||
	    skb_queue_len(&h->notes) >= READ_ONCE(kssh_upcall_pending_max)) {
		kfree_skb(skb);
		return;
	}
	__skb_queue_tail(&h->notes, skb);
	kssh_helper_flush(h);
}

/* ---- becoming and ceasing to be one ------------------------------------ */

static struct kssh_helper *helper_new(struct net *net, struct sock *sk, u32 portid,
				      u32 flags)
{
	struct kssh_helper *h;

	h = kvzalloc(sizeof(*h), GFP_KERNEL_ACCOUNT);
	if (!h)
		return NULL;
	refcount_set(&h->refs, 1);
	spin_lock_init(&h->lock);
	hash_init(h->table);
	INIT_LIST_HEAD(&h->requests);
	INIT_LIST_HEAD(&h->unsent);
	hash_init(h->shares);
	__skb_queue_head_init(&h->notes);
	INIT_DELAYED_WORK(&h->flush, helper_flush_work);
	h->net = net;
	h->sk = sk;
	h->portid = portid;
	h->flags = flags;
	h->top = get_user_ns(net->user_ns);
	h->user_ns = get_user_ns(current_user_ns());
	h->pid = get_pid(task_tgid(current));
	h->sees_pids = task_active_pid_ns(current) == &init_pid_ns;
	return h;
}

/*
 * Take leave of a helper that its namespace has let go of: what it holds fails.
 * Consumes the namespace's reference.  Process context, no locks.
 */
static void helper_dismiss(struct kssh_helper *h, bool tell)
{
	struct sk_buff *skb = NULL;

	if (tell)
		skb = kssh_msg_note(KSSH_CMD_DISMISSED, 0, 0, GFP_KERNEL);

	spin_lock_bh(&h->lock);
	if (skb)
		genlmsg_unicast(h->net, skb, h->portid);
	h->gone = true;
	__skb_queue_purge(&h->notes);
	spin_unlock_bh(&h->lock);

	cancel_delayed_work_sync(&h->flush);
	while (kssh_request_gone(h))
		cond_resched();
	kssh_helper_put(h);
}

/**
 * kssh_helper_register - make a socket the helper of its namespace
 * @net: network namespace of the socket
 * @sk: netlink socket
 * @portid: its address
 * @flags: enum kssh_register_flag, checked by the policy
 * @extack: gets the reason of a failure
 *
 * The caller has checked the capability.  Process context.
 * Return: 0; -EBUSY, -EALREADY, -EPERM, -ENOMEM.
 */
int kssh_helper_register(struct net *net, struct sock *sk, u32 portid, u32 flags,
			 struct netlink_ext_ack *extack)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);
	struct kssh_helper *h, *old;
	int ret = 0;

	if ((flags & KSSH_REGISTER_FLAG_SERVE_CHILDREN) && !net_eq(net, &init_net)) {
		NL_SET_ERR_MSG(extack,
			       "serve-children is for the initial network namespace");
		return -EPERM;
	}
	h = helper_new(net, sk, portid, flags);
	if (!h)
		return -ENOMEM;

	spin_lock(&un->lock);
	old = un->helper;
	if (old && old->sk == sk)
		ret = -EALREADY;
	else if (old && !(flags & KSSH_REGISTER_FLAG_TAKEOVER))
		ret = -EBUSY;
	else
		un->helper = h;
	spin_unlock(&un->lock);

	if (ret == -EALREADY)
		NL_SET_ERR_MSG(extack, "this socket is registered already");
	else if (ret)
		NL_SET_ERR_MSG(extack, "another helper is registered, takeover not asked for");
	if (ret)
		kssh_helper_put(h);
	else if (old)
		helper_dismiss(old, true);
	return ret;
}

/* Let go of the helper of @net if it is @h; the namespace's reference or NULL. */
static struct kssh_helper *helper_detach(struct net *net, struct kssh_helper *h)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);

	spin_lock(&un->lock);
	if (un->helper == h)
		un->helper = NULL;
	else
		h = NULL;
	spin_unlock(&un->lock);
	return h;
}

/**
 * kssh_helper_unregister - take a helper at its word that it wants to go
 * @net: network namespace of its socket
 * @h: helper
 *
 * Does nothing if another has taken over meanwhile.  Process context.
 */
void kssh_helper_unregister(struct net *net, struct kssh_helper *h)
{
	h = helper_detach(net, h);
	if (h)
		helper_dismiss(h, false);
}

/* A netlink socket closes. */
static int helper_urelease(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct netlink_notify *n = ptr;
	struct kssh_upcall_net *un;
	struct kssh_helper *h;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;

	/*
	 * The port may belong to a new socket by now, hence SOCK_DEAD.  While it
	 * is attached, the notifier of its own socket has not come, so @sk is
	 * still there.
	 */
	un = kssh_upcall_net(n->net);
	spin_lock(&un->lock);
	h = un->helper;
	if (h && h->portid == n->portid && sock_flag(h->sk, SOCK_DEAD))
		un->helper = NULL;
	else
		h = NULL;
	spin_unlock(&un->lock);
	if (h)
		helper_dismiss(h, false);
	return NOTIFY_DONE;
}

static struct notifier_block helper_notifier = {
	.notifier_call = helper_urelease,
};

/* ---- namespaces -------------------------------------------------------- */

static int __net_init upcall_net_init(struct net *net)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);

	spin_lock_init(&un->lock);
	kssh_guess_net_init(net);
	/* what binds the machine binds who makes himself a network on it, too */
	if (!net_eq(net, &init_net))
		un->policy = kssh_policy_get(&init_net);
	return 0;
}

/* Sockets keep their namespace: no request of one that goes is left, but its helper can
 * be, when it is the module that goes.
 */
static void __net_exit upcall_net_exit(struct net *net)
{
	struct kssh_helper *h;

	kssh_policy_put_in(net, NULL);
	kssh_guess_net_exit(net);
	h = helper_get(net, NULL);
	if (h) {
		if (helper_detach(net, h))
			helper_dismiss(h, true);
		kssh_helper_put(h);
	}
}

static struct pernet_operations upcall_net_ops = {
	.init	= upcall_net_init,
	.exit	= upcall_net_exit,
	.id	= &upcall_net_id,
	.size	= sizeof(struct kssh_upcall_net),
};

int kssh_upcall_init(bool (*knows)(const char *name, size_t n))
{
	int ret;

	kssh_policy_init(knows);
	ret = register_pernet_subsys(&upcall_net_ops);
	if (ret)
		return ret;
	ret = netlink_register_notifier(&helper_notifier);
	if (ret)
		goto err_pernet;
	ret = genl_register_family(&kssh_nl_family);
	if (ret)
		goto err_notifier;
	return 0;

err_notifier:
	netlink_unregister_notifier(&helper_notifier);
err_pernet:
	unregister_pernet_subsys(&upcall_net_ops);
	return ret;
}

void kssh_upcall_exit(void)
{
	genl_unregister_family(&kssh_nl_family);
	netlink_unregister_notifier(&helper_notifier);
	unregister_pernet_subsys(&upcall_net_ops);
}
