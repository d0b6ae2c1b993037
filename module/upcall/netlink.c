// SPDX-License-Identifier: GPL-2.0
/*
 * The messages of the family "kssh": what they say is in the specification
 * Documentation/netlink/specs/kssh.yaml, which nl-gen.c and nl-gen.h come from.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/pid.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

#include "helper.h"

static int put_address(struct sk_buff *skb, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)ss;
	const struct sockaddr_in *in = (const struct sockaddr_in *)ss;

	switch (ss->ss_family) {
	case AF_INET:
		return nla_put_in_addr(skb, KSSH_A_REQUEST_ADDRESS,
				       in->sin_addr.s_addr) ?:
		       nla_put_u16(skb, KSSH_A_REQUEST_ADDRESS_PORT,
				   ntohs(in->sin_port));
	case AF_INET6:
		return nla_put_in6_addr(skb, KSSH_A_REQUEST_ADDRESS,
					&in6->sin6_addr) ?:
		       nla_put_u16(skb, KSSH_A_REQUEST_ADDRESS_PORT,
				   ntohs(in6->sin6_port));
	default:
		return 0;
	}
}

/**
 * kssh_msg_ask - make an ASK message, or PREQUERY if there is no key
 * @h: helper that it is for
 * @ask: the question
 * @cookie: names the request
 *
 * Process context, may sleep.
 * Return: the message or NULL.
 */
struct sk_buff *kssh_msg_ask(const struct kssh_helper *h, const struct kssh_ask *ask,
			     u64 cookie)
{
	struct sk_buff *skb;
	size_t room;
	void *hdr;

	room = nla_total_size(sizeof(u64)) +
	       nla_total_size(strlen(ask->name) + 1) +
	       nla_total_size(sizeof(u32)) +			/* name-flags */
	       2 * nla_total_size(sizeof(u16)) +		/* ports */
	       nla_total_size(sizeof(struct in6_addr)) +
	       nla_total_size(KSSH_ALGNAME_MAX) +
	       nla_total_size(ask->key_len) +
	       2 * nla_total_size(sizeof(u32)) +		/* uid, pid */
	       nla_total_size(TASK_COMM_LEN) +
	       nla_total_size(0);				/* child */
	/* it may wait for long, at the expense of who asks */
	skb = genlmsg_new(room, GFP_KERNEL_ACCOUNT);
	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, h->portid, 0, &kssh_nl_family, 0,
			  ask->key ? KSSH_CMD_ASK : KSSH_CMD_PREQUERY);
	if (!hdr ||
	    nla_put_uint(skb, KSSH_A_REQUEST_COOKIE, cookie) ||
	    nla_put_string(skb, KSSH_A_REQUEST_NAME, ask->name) ||
	    nla_put_u32(skb, KSSH_A_REQUEST_NAME_FLAGS, ask->flags) ||
	    nla_put_u16(skb, KSSH_A_REQUEST_PORT, ask->port) ||
	    put_address(skb, ask->addr) ||
	    (ask->key &&
	     (nla_put_string(skb, KSSH_A_REQUEST_ALGORITHM, ask->algorithm) ||
	      nla_put(skb, KSSH_A_REQUEST_KEY, ask->key_len, ask->key))) ||
	    nla_put_u32(skb, KSSH_A_REQUEST_UID,
			from_kuid_munged(h->user_ns, ask->cred->euid)) ||
	    (h->sees_pids && nla_put_u32(skb, KSSH_A_REQUEST_PID, ask->pid)) ||
	    nla_put_string(skb, KSSH_A_REQUEST_COMM, ask->comm) ||
	    (!net_eq(ask->net, h->net) && nla_put_flag(skb, KSSH_A_REQUEST_CHILD))) {
		WARN_ON_ONCE(1);
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return skb;
}

/**
 * kssh_msg_note - make a RESULT, CANCEL or DISMISSED message
 * @cmd: which
 * @cookie: names the request, unless DISMISSED
 * @good: of RESULT
 * @gfp: how to allocate
 *
 * Return: the message or NULL.
 */
struct sk_buff *kssh_msg_note(u8 cmd, u64 cookie, int good, gfp_t gfp)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(nla_total_size(sizeof(u64)) + nla_total_size(sizeof(u8)),
			  gfp);
	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, 0, 0, &kssh_nl_family, 0, cmd);
	if (!hdr ||
	    (cmd != KSSH_CMD_DISMISSED &&
	     nla_put_uint(skb, KSSH_A_REQUEST_COOKIE, cookie)) ||
	    (cmd == KSSH_CMD_RESULT && nla_put_u8(skb, KSSH_A_REQUEST_GOOD, good))) {
		WARN_ON_ONCE(1);
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return skb;
}

/* ---- what a helper says -------------------------------------------------- */

int kssh_nl_register_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 flags = 0;

	if (info->attrs[KSSH_A_HELPER_FLAGS])
		flags = nla_get_u32(info->attrs[KSSH_A_HELPER_FLAGS]);
	return kssh_helper_register(genl_info_net(info), NETLINK_CB(skb).sk,
				    info->snd_portid, flags, info->extack);
}

/* The helper whose socket a message came through, or NULL with the ack's text. */
static struct kssh_helper *sender(struct sk_buff *skb, struct genl_info *info)
{
	struct kssh_helper *h;

	h = kssh_helper_get_socket(genl_info_net(info), NETLINK_CB(skb).sk);
	if (!h)
		GENL_SET_ERR_MSG(info, "not the socket of the helper");
	return h;
}

int kssh_nl_unregister_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct kssh_helper *h = sender(skb, info);

	if (!h)
		return -EPERM;
	kssh_helper_unregister(genl_info_net(info), h);
	kssh_helper_put(h);
	return 0;
}

static const u8 verdict_reason[] = {
	[KSSH_ACCEPT]	= KSSH_R_NONE,
	[KSSH_UNKNOWN]	= KSSH_R_HOSTKEY_UNKNOWN,
	[KSSH_CHANGED]	= KSSH_R_HOSTKEY_CHANGED,
	[KSSH_REVOKED]	= KSSH_R_HOSTKEY_REVOKED,
	[KSSH_REFUSED]	= KSSH_R_HOSTKEY_REFUSED,
};

int kssh_nl_verdict_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *file = info->attrs[KSSH_A_REQUEST_FILE];
	const struct nlattr *line = info->attrs[KSSH_A_REQUEST_LINE];
	struct kssh_helper *h;
	u32 verdict;
	u64 cookie;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, KSSH_A_REQUEST_COOKIE) ||
	    GENL_REQ_ATTR_CHECK(info, KSSH_A_REQUEST_VERDICT))
		return -EINVAL;
	h = sender(skb, info);
	if (!h)
		return -EPERM;

	cookie = nla_get_uint(info->attrs[KSSH_A_REQUEST_COOKIE]);
	verdict = nla_get_u32(info->attrs[KSSH_A_REQUEST_VERDICT]);
	ret = kssh_request_answer(h, cookie, verdict_reason[verdict]);
	kssh_helper_put(h);
	if (ret == -ENOENT)
		GENL_SET_ERR_MSG(info, "no such request, or nobody waits for it any more");
	else if (ret == -EALREADY)
		GENL_SET_ERR_MSG(info, "the request has its verdict");
	else
		pr_debug("request %016llx: verdict %u (%*pE:%u)\n", cookie, verdict,
			 file ? nla_len(file) - 1 : 0, file ? nla_data(file) : "",
			 line ? nla_get_u32(line) : 0);
	return ret;
}

int kssh_nl_known_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *names = info->attrs[KSSH_A_REQUEST_KEY_TYPES];
	struct kssh_helper *h;
	char *types = NULL;
	u64 cookie;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, KSSH_A_REQUEST_COOKIE))
		return -EINVAL;
	if (names && kssh_names_bad(nla_data(names), NULL)) {
		NL_SET_ERR_MSG_ATTR(info->extack, names, "not a list of names");
		return -EINVAL;
	}
	h = sender(skb, info);
	if (!h)
		return -EPERM;

	if (names)
		types = kstrdup(nla_data(names), GFP_KERNEL_ACCOUNT);
	cookie = nla_get_uint(info->attrs[KSSH_A_REQUEST_COOKIE]);
	if (names && !types)
		ret = -ENOMEM;
	else
		ret = kssh_request_known(h, cookie, types,
					 info->attrs[KSSH_A_REQUEST_KNOWN_CA]);
	kssh_helper_put(h);
	if (ret == -ENOENT)
		GENL_SET_ERR_MSG(info, "no such request, or nobody waits for it any more");
	if (ret)
		kfree(types);
	return ret;
}

/* ---- what anybody may ask ------------------------------------------------ */

static int put_status(struct sk_buff *skb, struct kssh_helper *h, bool own)
{
	unsigned int pending;
	pid_t pid;

	if (!h)
		return nla_put_u32(skb, KSSH_A_HELPER_SOURCE, KSSH_SOURCE_NONE);

	spin_lock_bh(&h->lock);
	pending = h->pending;
	spin_unlock_bh(&h->lock);
	pid = pid_vnr(h->pid);
	return nla_put_u32(skb, KSSH_A_HELPER_SOURCE,
			   own ? KSSH_SOURCE_OWN : KSSH_SOURCE_INITIAL) ?:
	       nla_put_u32(skb, KSSH_A_HELPER_FLAGS, h->flags) ?:
	       (own ? nla_put_u32(skb, KSSH_A_HELPER_PORTID, h->portid) : 0) ?:
	       (pid ? nla_put_u32(skb, KSSH_A_HELPER_PID, pid) : 0) ?:
	       nla_put_u32(skb, KSSH_A_HELPER_PENDING, pending) ?:
	       nla_put_u32(skb, KSSH_A_HELPER_PENDING_MAX,
			   READ_ONCE(kssh_upcall_pending_max));
}

int kssh_nl_status_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct kssh_helper *h;
	struct sk_buff *reply;
	int ret = -EMSGSIZE;
	void *hdr;

	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &kssh_nl_family, 0, KSSH_CMD_STATUS);
	if (hdr) {
		h = kssh_helper_get_serving(net);
		ret = put_status(reply, h, h && net_eq(h->net, net));
		kssh_helper_put(h);
	}
	if (ret) {
		nlmsg_free(reply);
		return ret;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

static int put_request(struct sk_buff *skb, const struct netlink_callback *cb,
		       const struct kssh_request *req)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &kssh_nl_family, NLM_F_MULTI, KSSH_CMD_LIST);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_uint(skb, KSSH_A_REQUEST_COOKIE, req->cookie) ||
	    nla_put_string(skb, KSSH_A_REQUEST_NAME, req->name) ||
	    nla_put_u32(skb, KSSH_A_REQUEST_NAME_FLAGS, req->flags) ||
	    nla_put_u16(skb, KSSH_A_REQUEST_PORT, req->port) ||
	    (!req->prequery &&
	     nla_put_string(skb, KSSH_A_REQUEST_ALGORITHM, req->algorithm)) ||
	    nla_put_u32(skb, KSSH_A_REQUEST_UID,
			from_kuid_munged(sk_user_ns(NETLINK_CB(cb->skb).sk),
					 req->euid)) ||
	    nla_put_u32(skb, KSSH_A_REQUEST_STATE, req->state)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* A dump goes on behind the sequence number of the last request it showed. */
int kssh_nl_list_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	u64 *last = (u64 *)cb->ctx;
	struct kssh_request *req;
	struct kssh_helper *h;
	int ret = 0;

	h = kssh_helper_get_own(sock_net(skb->sk));
	if (!h)
		return 0;
	spin_lock_bh(&h->lock);
	list_for_each_entry(req, &h->requests, in_order) {
		if (req->seq <= *last)
			continue;
		ret = put_request(skb, cb, req);
		if (ret)
			break;
		*last = req->seq;
	}
	spin_unlock_bh(&h->lock);
	kssh_helper_put(h);
	return ret;
}
