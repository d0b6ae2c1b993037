// SPDX-License-Identifier: GPL-2.0
/* SET_POLICY and GET_POLICY of the netlink family "kssh". */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "policy.h"

/**
 * struct talk - a request and what comes back
 * @s: the socket
 * @family: number of the family, 0 before it is known
 * @policy: filled in by GET_POLICY
 * @why: gets the kernel's words
 */
struct talk {
	struct mnl_socket *s;
	uint16_t family;
	struct policy *policy;
	char *why;
};

static struct nlmsghdr *request(char *buf, uint16_t type, int cmd, int version)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	h->nlmsg_seq = cmd;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->cmd = cmd;
	g->version = version;
	return h;
}

static void take_text(char *to, size_t room, const struct nlattr *a)
{
	size_t n = strnlen(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));

	if (n >= room)
		n = room - 1;
	memcpy(to, mnl_attr_get_payload(a), n);
	to[n] = 0;
}

static int take_why(const struct nlattr *a, void *arg)
{
	if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
		take_text(arg, POLICY_WHY, a);
	return MNL_CB_OK;
}

static int take_family(const struct nlattr *a, void *arg)
{
	struct talk *t = arg;

	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_get_payload_len(a) >= sizeof(uint16_t))
		t->family = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static int take_policy(const struct nlattr *a, void *arg)
{
	struct policy *p = ((struct talk *)arg)->policy;
	bool number = mnl_attr_get_payload_len(a) == sizeof(uint32_t);

	if (mnl_attr_get_type(a) == KSSH_A_POLICY_FORBID)
		take_text(p->forbid, sizeof(p->forbid), a);
	else if (mnl_attr_get_type(a) == KSSH_A_POLICY_FLAGS && number)
		p->flags = mnl_attr_get_u32(a);
	else if (mnl_attr_get_type(a) == KSSH_A_POLICY_RSA_MIN_BITS && number)
		p->rsa_min_bits = mnl_attr_get_u32(a);
	return MNL_CB_OK;
}

/* Send, and read up to the kernel's answer: 0 or a negative errno. */
static int talk(struct talk *t, const struct nlmsghdr *h,
		int (*take)(const struct nlattr *a, void *arg))
{
	char buf[8192] __attribute__((aligned(8)));
	const struct nlmsgerr *e;
	const struct nlmsghdr *m;
	int n;

	if (mnl_socket_sendto(t->s, h, h->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		n = mnl_socket_recvfrom(t->s, buf, sizeof(buf));
		if (n < 0)
			return -errno;
		for (m = (void *)buf; mnl_nlmsg_ok(m, n);
		     m = mnl_nlmsg_next((void *)m, &n)) {
			if (m->nlmsg_seq != h->nlmsg_seq)
				continue;
			if (m->nlmsg_type != NLMSG_ERROR) {
				if (take)
					mnl_attr_parse(m, sizeof(struct genlmsghdr),
						       take, t);
				continue;
			}
			e = mnl_nlmsg_get_payload(m);
			if (m->nlmsg_flags & NLM_F_ACK_TLVS)
				mnl_attr_parse(m, sizeof(*e), take_why, t->why);
			return e->error;
		}
	}
}

static int begin(struct talk *t)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;
	int on = 1, ret;

	*t->why = 0;
	t->s = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!t->s)
		return -errno;
	if (mnl_socket_bind(t->s, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	mnl_socket_setsockopt(t->s, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(t->s, NETLINK_CAP_ACK, &on, sizeof(on));
	h = request(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, KSSH_FAMILY_NAME);
	ret = talk(t, h, take_family);
	*t->why = 0;
	return ret ? ret : t->family ? 0 : -ENOENT;
}

static int end(struct talk *t, int ret)
{
	if (t->s)
		mnl_socket_close(t->s);
	return ret;
}

int policy_get(struct policy *p, char why[POLICY_WHY])
{
	struct talk t = { .policy = p, .why = why };
	char buf[MNL_SOCKET_BUFFER_SIZE];
	int ret;

	memset(p, 0, sizeof(*p));
	ret = begin(&t);
	if (!ret)
		ret = talk(&t, request(buf, t.family, KSSH_CMD_GET_POLICY,
				       KSSH_FAMILY_VERSION), take_policy);
	return end(&t, ret);
}

int policy_set(const struct policy *p, char why[POLICY_WHY])
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct talk t = { .why = why };
	struct nlmsghdr *h;
	int ret;

	ret = begin(&t);
	if (ret)
		return end(&t, ret);
	h = request(buf, t.family, KSSH_CMD_SET_POLICY, KSSH_FAMILY_VERSION);
	mnl_attr_put_u32(h, KSSH_A_POLICY_FLAGS, p->flags);
	mnl_attr_put_u32(h, KSSH_A_POLICY_RSA_MIN_BITS, p->rsa_min_bits);
	mnl_attr_put_strz(h, KSSH_A_POLICY_FORBID, p->forbid);
	return end(&t, talk(&t, h, NULL));
}
