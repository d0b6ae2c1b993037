// SPDX-License-Identifier: GPL-2.0
/* SET_POLICY and GET_POLICY of the netlink family "kssh". */
#include <stdbool.h>
#include <string.h>
#include <linux/genetlink.h>

#include "../netlink/talk.h"
#include "policy.h"

static int policy_attr(const struct nlattr *a, void *arg)
{
	bool number = mnl_attr_get_payload_len(a) == sizeof(uint32_t);
	struct policy *p = arg;

	if (mnl_attr_get_type(a) == KSSH_A_POLICY_FORBID)
		talk_text(p->forbid, sizeof(p->forbid), a);
	else if (mnl_attr_get_type(a) == KSSH_A_POLICY_FLAGS && number)
		p->flags = mnl_attr_get_u32(a);
	else if (mnl_attr_get_type(a) == KSSH_A_POLICY_RSA_MIN_BITS && number)
		p->rsa_min_bits = mnl_attr_get_u32(a);
	return MNL_CB_OK;
}

static void take_policy(const struct nlmsghdr *m, void *arg)
{
	mnl_attr_parse(m, sizeof(struct genlmsghdr), policy_attr, arg);
}

static int end(struct talk *t, int ret, char why[POLICY_WHY])
{
	memcpy(why, t->why, POLICY_WHY);
	return talk_end(t, ret);
}

int policy_get(struct policy *p, char why[POLICY_WHY])
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct talk t;
	int ret;

	memset(p, 0, sizeof(*p));
	ret = talk_begin(&t);
	if (!ret)
		ret = talk(&t, talk_request(&t, buf, KSSH_CMD_GET_POLICY, 0),
			   take_policy, p);
	return end(&t, ret, why);
}

int policy_set(const struct policy *p, char why[POLICY_WHY])
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;
	struct talk t;
	int ret;

	ret = talk_begin(&t);
	if (ret)
		return end(&t, ret, why);
	h = talk_request(&t, buf, KSSH_CMD_SET_POLICY, 0);
	mnl_attr_put_u32(h, KSSH_A_POLICY_FLAGS, p->flags);
	mnl_attr_put_u32(h, KSSH_A_POLICY_RSA_MIN_BITS, p->rsa_min_bits);
	mnl_attr_put_strz(h, KSSH_A_POLICY_FORBID, p->forbid);
	return end(&t, talk(&t, h, NULL, NULL), why);
}
