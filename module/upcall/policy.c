// SPDX-License-Identifier: GPL-2.0
/* The policy of a network namespace: SET_POLICY puts one in place of another. */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/sock.h>

#include "helper.h"
#include "policy.h"

/* Is it the name of an algorithm?  The upcall room has no tables of its own. */
static bool (*knows)(const char *name, size_t n);

void kssh_policy_init(bool (*fn)(const char *name, size_t n))
{
	knows = fn;
}

/* ---- lists of names ------------------------------------------------------ */

static bool name_has(const char *names, const char *end, const char *name, size_t n)
{
	const char *p;
	size_t len;

	for (p = names; p < end; p += len + 1) {
		len = strcspn(p, ",");
		if (len == n && !memcmp(p, name, n))
			return true;
	}
	return false;
}

const char *kssh_names_bad(const char *names, bool (*fn)(const char *name, size_t n))
{
	const char *p = names;
	size_t n;

	if (!*names)
		return NULL;
	for (;;) {
		n = strcspn(p, ",");
		if (!n || n > KSSH_ALGNAME_MAX || name_has(names, p, p, n) ||
		    (fn && !fn(p, n)))
			return p;
		if (!p[n])
			return NULL;
		p += n + 1;
	}
}

/* ---- the policy ---------------------------------------------------------- */

void kssh_policy_put(struct kssh_policy *p)
{
	if (p && refcount_dec_and_test(&p->refs))
		kfree(p);
}

struct kssh_policy *kssh_policy_get(const struct net *net)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);
	struct kssh_policy *p;

	spin_lock(&un->lock);
	p = un->policy;
	if (p)
		refcount_inc(&p->refs);
	spin_unlock(&un->lock);
	return p;
}

void kssh_policy_put_in(const struct net *net, struct kssh_policy *p)
{
	struct kssh_upcall_net *un = kssh_upcall_net(net);

	spin_lock(&un->lock);
	swap(un->policy, p);
	spin_unlock(&un->lock);
	kssh_policy_put(p);
}

/* ---- messages ------------------------------------------------------------ */

static const char *text_of(const struct nlattr *a)
{
	return a ? nla_data(a) : "";
}

static u32 number_of(const struct nlattr *a)
{
	return a ? nla_get_u32(a) : 0;
}

int kssh_nl_set_policy_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *names = info->attrs[KSSH_A_POLICY_FORBID];
	u32 bits = number_of(info->attrs[KSSH_A_POLICY_RSA_MIN_BITS]);
	u32 flags = number_of(info->attrs[KSSH_A_POLICY_FLAGS]);
	const char *forbid = text_of(names), *bad;
	struct kssh_policy *p = NULL;

	bad = kssh_names_bad(forbid, knows);
	if (bad) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, names,
					"no algorithm, or named twice: %.*s",
					(int)min_t(size_t, strcspn(bad, ","), 40),
					bad);
		return -EINVAL;
	}
	if (flags || bits || *forbid) {
		p = kzalloc(struct_size(p, forbid, strlen(forbid) + 1),
			    GFP_KERNEL_ACCOUNT);
		if (!p)
			return -ENOMEM;
		refcount_set(&p->refs, 1);
		p->flags = flags;
		p->require_pq = flags & KSSH_POLICY_FLAG_REQUIRE_PQ;
		p->forbid_pin = flags & KSSH_POLICY_FLAG_FORBID_PIN;
		p->forbid_app = flags & KSSH_POLICY_FLAG_FORBID_APP;
		p->forbid_guess = flags & KSSH_POLICY_FLAG_FORBID_GUESS;
		p->rsa_min_bits = bits;
		memcpy(p->forbid, forbid, strlen(forbid) + 1);
	}
	kssh_policy_put_in(genl_info_net(info), p);
	return 0;
}

static int put_policy(struct sk_buff *skb, const struct kssh_policy *p)
{
	return nla_put_u32(skb, KSSH_A_POLICY_FLAGS, p ? p->flags : 0) ?:
	       nla_put_u32(skb, KSSH_A_POLICY_RSA_MIN_BITS,
			   p ? p->rsa_min_bits : 0) ?:
	       nla_put_string(skb, KSSH_A_POLICY_FORBID, p ? p->forbid : "");
}

int kssh_nl_get_policy_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kssh_policy *p;
	struct sk_buff *reply;
	int ret = -EMSGSIZE;
	void *hdr;

	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &kssh_nl_family, 0, KSSH_CMD_GET_POLICY);
	if (hdr) {
		p = kssh_policy_get(genl_info_net(info));
		ret = put_policy(reply, p);
		kssh_policy_put(p);
	}
	if (ret) {
		nlmsg_free(reply);
		return ret;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}
