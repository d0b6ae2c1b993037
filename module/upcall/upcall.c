// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: from the question of a socket to the helper's verdict and the result.
 *
 * Who moves a request out of "not answered" under the helper's lock is the one
 * who calls, or forbids, its done function; everybody else comes too late.
 */
#include <linux/cred.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "helper.h"

/* ---- whose request it is ------------------------------------------------ */

static bool user_ns_within(const struct user_namespace *ns,
			   const struct user_namespace *top)
{
	while (ns != top && ns->parent)
		ns = ns->parent;
	return ns == top;
}

/*
 * The share of @uid, made from @fresh if there is none.  NULL if it is used up.
 */
static struct kssh_share *share_get(struct kssh_helper *h, kuid_t uid,
				    struct kssh_share **fresh)
{
	struct kssh_share *share;

	hash_for_each_possible(h->shares, share, node, __kuid_val(uid)) {
		if (!uid_eq(share->uid, uid))
			continue;
		if (share->count >= max(READ_ONCE(kssh_upcall_pending_max) / 4, 1U))
			return NULL;
		share->count++;
		return share;
	}
	share = *fresh;
	*fresh = NULL;
	share->uid = uid;
	share->count = 1;
	hash_add(h->shares, &share->node, __kuid_val(uid));
	return share;
}

static void share_put(struct kssh_share *share)
{
	if (--share->count)
		return;
	hash_del(&share->node);
	kfree(share);
}

/* ---- the helper's lists ------------------------------------------------- */

static void request_put(struct kssh_request *req)
{
	if (!refcount_dec_and_test(&req->refs))
		return;
	kssh_helper_put(req->helper);
	kfree(req->key_types);
	kfree(req);
}

static struct kssh_request *request_find(struct kssh_helper *h, u64 cookie)
{
	struct kssh_request *req;

	hash_for_each_possible(h->table, req, by_cookie, cookie) {
		if (req->cookie == cookie)
			return req;
	}
	return NULL;
}

/*
 * Put a request and its message into the lists, which get a reference.
 * Return: 0, a reason, -EEXIST if the cookie is taken, -ESTALE if the helper went.
 */
static int request_link(struct kssh_request *req, struct sk_buff *skb, kuid_t owner,
			struct kssh_share **fresh)
{
	struct kssh_helper *h = req->helper;

	lockdep_assert_held(&h->lock);
	if (h->gone)
		return -ESTALE;
	if (request_find(h, req->cookie))
		return -EEXIST;
	if (h->pending >= READ_ONCE(kssh_upcall_pending_max))
		return KSSH_R_HELPER_BUSY;
	req->share = share_get(h, owner, fresh);
	if (!req->share)
		return KSSH_R_HELPER_BUSY;

	refcount_inc(&req->refs);
	req->linked = true;
	req->seq = ++h->seq;
	req->skb = skb;
	h->pending++;
	hash_add(h->table, &req->by_cookie, req->cookie);
	list_add_tail(&req->in_order, &h->requests);
	list_add_tail(&req->unsent, &h->unsent);
	return 0;
}

/*
 * Take a request out of the lists, whose reference passes to the caller.
 * Return: false if it was not in them.
 */
static bool request_unlink(struct kssh_request *req)
{
	lockdep_assert_held(&req->helper->lock);
	if (!req->linked)
		return false;
	req->linked = false;
	req->helper->pending--;
	hash_del(&req->by_cookie);
	list_del_init(&req->in_order);
	list_del_init(&req->unsent);
	kfree_skb(req->skb);
	req->skb = NULL;
	share_put(req->share);
	req->share = NULL;
	return true;
}

/* The same, and if the helper knows of the request it hears that it is void. */
static bool request_withdraw(struct kssh_request *req)
{
	bool known = req->state != KSSH_REQUEST_STATE_QUEUED;

	if (!request_unlink(req))
		return false;
	if (known)
		kssh_helper_note(req->helper,
				 kssh_msg_note(KSSH_CMD_CANCEL, req->cookie, 0,
					       GFP_ATOMIC));
	return true;
}

/* Call the done function of a request that the caller has marked answered. */
static void request_done(struct kssh_request *req, int reason)
{
	rcu_read_lock();
	req->done(req->arg, reason);
	rcu_read_unlock();
}

/* ---- what the helper says ------------------------------------------------ */

/* The request that waits for that answer, or NULL with the error. */
static struct kssh_request *request_asked(struct kssh_helper *h, u64 cookie,
					  bool prequery, int *error)
{
	struct kssh_request *req = request_find(h, cookie);

	*error = 0;
	if (!req || req->state == KSSH_REQUEST_STATE_QUEUED ||
	    req->prequery != prequery)
		*error = -ENOENT;
	else if (req->answered)
		*error = -EALREADY;
	return *error ? NULL : req;
}

/**
 * kssh_request_answer - the verdict on a request
 * @h: helper that gave it
 * @cookie: names the request
 * @reason: 0 for accept, else KSSH_R_HOSTKEY_*
 *
 * Calls the done function.  Process context, no locks.
 * Return: 0; -ENOENT if the helper has no such request; -EALREADY if it has given
 * its verdict.
 */
int kssh_request_answer(struct kssh_helper *h, u64 cookie, int reason)
{
	struct kssh_request *req;
	bool unlinked = false;
	int ret;

	spin_lock_bh(&h->lock);
	req = request_asked(h, cookie, false, &ret);
	if (req) {
		req->answered = true;
		refcount_inc(&req->refs);
		if (reason)
			unlinked = request_unlink(req);
		else if (req->orphan)
			unlinked = request_withdraw(req);
		else
			req->state = KSSH_REQUEST_STATE_ACCEPTED;
	}
	kssh_helper_flush_soon(h);
	spin_unlock_bh(&h->lock);
	if (ret)
		return ret;

	request_done(req, reason);
	if (unlinked)
		request_put(req);
	request_put(req);
	return 0;
}

/**
 * kssh_request_known - the answer to a pre-query
 * @h: helper that gave it
 * @cookie: names the request
 * @types: list of key types, kmalloc'ed; taken over on success
 * @ca: a certification authority is known
 *
 * Calls the done function.  Process context, no locks.
 * Return: 0; -ENOENT if the helper has no such request.
 */
int kssh_request_known(struct kssh_helper *h, u64 cookie, char *types, bool ca)
{
	struct kssh_request *req;
	bool unlinked = false;
	int ret;

	spin_lock_bh(&h->lock);
	req = request_asked(h, cookie, true, &ret);
	if (req) {
		req->answered = true;
		req->key_types = types;
		req->known_ca = ca;
		refcount_inc(&req->refs);
		unlinked = request_unlink(req);
	}
	kssh_helper_flush_soon(h);
	spin_unlock_bh(&h->lock);
	if (ret)
		return ret;

	request_done(req, 0);
	if (unlinked)
		request_put(req);
	request_put(req);
	return 0;
}

/**
 * kssh_request_gone - end the oldest request of a helper that has gone
 * @h: helper
 *
 * Calls the done function.  Process context, no locks.
 * Return: false if there was none.
 */
bool kssh_request_gone(struct kssh_helper *h)
{
	struct kssh_request *req;
	bool call = false;

	spin_lock_bh(&h->lock);
	req = list_first_entry_or_null(&h->requests, struct kssh_request, in_order);
	if (req) {
		call = !req->answered;
		req->answered = true;
		request_withdraw(req);
	}
	spin_unlock_bh(&h->lock);
	if (!req)
		return false;

	if (call)
		request_done(req, KSSH_R_HELPER_GONE);
	request_put(req);
	return true;
}

/* ---- what the asker says (contracts in upcall.h) ------------------------- */

static struct kssh_request *request_new(const struct kssh_ask *ask,
					void (*done)(void *arg, int reason), void *arg)
{
	struct kssh_request *req;

	req = kzalloc(sizeof(*req), GFP_KERNEL_ACCOUNT);
	if (!req)
		return NULL;
	refcount_set(&req->refs, 1);
	req->done = done;
	req->arg = arg;
	req->state = KSSH_REQUEST_STATE_QUEUED;
	INIT_HLIST_NODE(&req->by_cookie);
	INIT_LIST_HEAD(&req->in_order);
	INIT_LIST_HEAD(&req->unsent);
	req->euid = ask->cred->euid;
	req->flags = ask->flags;
	req->port = ask->port;
	req->prequery = !ask->key;
	if (ask->key)
		strscpy(req->algorithm, ask->algorithm, sizeof(req->algorithm));
	strscpy(req->name, ask->name, sizeof(req->name));
	return req;
}

/*
 * Build the message of a request and hand both to the helper.
 * Return: 0, a reason, -ESTALE if the helper went.
 */
static int request_submit(struct kssh_request *req, const struct kssh_ask *ask,
			  struct kssh_request **out)
{
	struct kssh_helper *h = req->helper;
	struct kssh_share *fresh;
	struct sk_buff *skb;
	kuid_t owner;
	int ret;

	owner = kssh_owner(ask->cred, h->top);
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return KSSH_R_NO_MEMORY;
	do {
		req->cookie = get_random_u64();
		skb = kssh_msg_ask(h, ask, req->cookie);
		if (!skb) {
			ret = KSSH_R_NO_MEMORY;
			break;
		}
		/* done may run as soon as the lock is free */
		*out = req;
		spin_lock_bh(&h->lock);
		ret = request_link(req, skb, owner, &fresh);
		if (!ret)
			kssh_helper_flush(h);
		spin_unlock_bh(&h->lock);
		if (ret)
			kfree_skb(skb);
	} while (ret == -EEXIST);
	kfree(fresh);
	return ret;
}

/* The same with whoever is the helper now. */
static int request_try(const struct kssh_ask *ask, void (*done)(void *arg, int reason),
		       void *arg, struct kssh_request **req)
{
	struct kssh_request *new;
	struct kssh_helper *h;
	int ret;

	*req = NULL;
	h = kssh_helper_get_serving(ask->net);
	if (!h)
		return KSSH_R_NO_HELPER;
	if (!ask->key && !(h->flags & KSSH_REGISTER_FLAG_PREQUERY)) {
		kssh_helper_put(h);
		return KSSH_R_NO_HELPER;
	}
	if (!user_ns_within(ask->cred->user_ns, h->top)) {
		kssh_helper_put(h);
		return KSSH_R_HELPER_NAMESPACE;
	}
	new = request_new(ask, done, arg);
	if (!new) {
		kssh_helper_put(h);
		return KSSH_R_NO_MEMORY;
	}
	new->helper = h;
	ret = request_submit(new, ask, req);
	if (ret) {
		*req = NULL;
		request_put(new);
	}
	return ret;
}

int kssh_upcall_ask(const struct kssh_ask *ask, void (*done)(void *arg, int reason),
		    void *arg, struct kssh_request **req)
{
	int ret;

	/* A helper that has gone is no longer found: its successor is, or nobody. */
	do {
		ret = request_try(ask, done, arg, req);
	} while (ret == -ESTALE);
	return ret;
}

const char *kssh_upcall_known(const struct kssh_request *req, bool *ca)
{
	*ca = req->known_ca;
	return req->key_types ?: "";
}

void kssh_upcall_result(struct kssh_request *req, bool good)
{
	struct kssh_helper *h = req->helper;
	struct sk_buff *skb;
	bool unlinked = false;

	skb = kssh_msg_note(KSSH_CMD_RESULT, req->cookie, good, GFP_KERNEL);
	spin_lock_bh(&h->lock);
	if (req->state == KSSH_REQUEST_STATE_ACCEPTED)
		unlinked = request_unlink(req);
	if (unlinked) {
		kssh_helper_note(h, skb);
		skb = NULL;
	}
	spin_unlock_bh(&h->lock);
	kfree_skb(skb);
	if (unlinked)
		request_put(req);
}

bool kssh_upcall_cancel(struct kssh_request *req)
{
	struct kssh_helper *h = req->helper;
	bool won, unlinked;

	spin_lock_bh(&h->lock);
	won = !req->answered;
	req->answered = true;
	unlinked = request_withdraw(req);
	spin_unlock_bh(&h->lock);
	if (unlinked)
		request_put(req);
	return won;
}

void kssh_upcall_put(struct kssh_request *req)
{
	struct kssh_helper *h;
	bool unlinked = false;

	if (!req)
		return;
	h = req->helper;
	spin_lock_bh(&h->lock);
	req->orphan = true;
	if (req->answered)
		unlinked = request_withdraw(req);
	spin_unlock_bh(&h->lock);
	if (unlinked)
		request_put(req);
	request_put(req);
}
