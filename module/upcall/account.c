// SPDX-License-Identifier: GPL-2.0
/* Accounts of users, on the whole machine: a namespace more gives nobody more. */
#include <linux/hashtable.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "account.h"
#include "helper.h"

#define ACCOUNTS_BITS	8

static unsigned int handshakes_max = 32768;
module_param(handshakes_max, uint, 0644);
MODULE_PARM_DESC(handshakes_max,
		 "Most handshakes in flight in one network namespace (32768)");

static unsigned int handshakes_user_max = 16384;
module_param(handshakes_user_max, uint, 0644);
MODULE_PARM_DESC(handshakes_user_max,
		 "Most handshakes in flight of one user on the whole machine (16384)");

/* Protects all accounts and all that is kept on them, see guess.c. */
DEFINE_SPINLOCK(kssh_accounts_lock);
static DEFINE_HASHTABLE(accounts, ACCOUNTS_BITS);

kuid_t kssh_owner(const struct cred *cred, const struct user_namespace *top)
{
	const struct user_namespace *ns;
	kuid_t uid = cred->euid;

	for (ns = cred->user_ns; ns != top && ns->parent; ns = ns->parent)
		uid = ns->owner;
	return uid;
}

struct kssh_account *kssh_account_get(kuid_t uid)
{
	struct kssh_account *a;

	lockdep_assert_held(&kssh_accounts_lock);
	hash_for_each_possible(accounts, a, node, __kuid_val(uid)) {
		if (uid_eq(a->uid, uid)) {
			a->refs++;
			return a;
		}
	}
	a = kzalloc(sizeof(*a), GFP_ATOMIC | __GFP_NOWARN | __GFP_ACCOUNT);
	if (!a)
		return NULL;
	a->uid = uid;
	a->refs = 1;
	INIT_LIST_HEAD(&a->guesses);
	hash_add(accounts, &a->node, __kuid_val(uid));
	return a;
}

void kssh_account_put(struct kssh_account *a)
{
	lockdep_assert_held(&kssh_accounts_lock);
	if (--a->refs)
		return;
	hash_del(&a->node);
	kfree(a);
}

int kssh_handshake_begin(const struct net *net, const struct cred *cred,
			 struct kssh_account **account)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);
	kuid_t uid = kssh_owner(cred, &init_user_ns);
	struct kssh_account *a;
	int reason = 0;

	*account = NULL;
	spin_lock(&kssh_accounts_lock);
	a = kssh_account_get(uid);
	if (!a)
		reason = KSSH_R_NO_MEMORY;
	else if (un->handshakes >= READ_ONCE(handshakes_max))
		reason = KSSH_R_LIMIT_NAMESPACE;
	else if (a->handshakes >= READ_ONCE(handshakes_user_max))
		reason = KSSH_R_LIMIT_USER;
	if (!reason) {
		un->handshakes++;
		a->handshakes++;
		*account = a;
	} else if (a) {
		kssh_account_put(a);
	}
	spin_unlock(&kssh_accounts_lock);
	return reason;
}

void kssh_handshake_end(const struct net *net, struct kssh_account *account)
{
	if (!account)
		return;
	spin_lock(&kssh_accounts_lock);
	kssh_upcall_net(net)->handshakes--;
	account->handshakes--;
	kssh_account_put(account);
	spin_unlock(&kssh_accounts_lock);
}
