// SPDX-License-Identifier: GPL-2.0
/* Requests to the netlink family "kssh", by libmnl. */
#include <errno.h>
#include <string.h>
#include <linux/genetlink.h>

#include "talk.h"

#define ANSWER_MAX	32768	/* what the kernel puts into one datagram of a dump */

static struct nlmsghdr *request(char *buf, uint16_t type, int cmd, int version, int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	h->nlmsg_seq = cmd;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->cmd = cmd;
	g->version = version;
	return h;
}

struct nlmsghdr *talk_request(const struct talk *t, char *buf, int cmd, int flags)
{
	return request(buf, t->family, cmd, KSSH_FAMILY_VERSION, flags);
}

void talk_text(char *to, size_t room, const struct nlattr *a)
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
		talk_text(arg, TALK_WHY, a);
	return MNL_CB_OK;
}

/* The last word of an answer: NLMSG_ERROR, or of a dump NLMSG_DONE. */
static int last(struct talk *t, const struct nlmsghdr *m)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(m);
	size_t head = m->nlmsg_type == NLMSG_ERROR ? sizeof(*e) : sizeof(e->error);

	if (mnl_nlmsg_get_payload_len(m) < head)
		return -EBADMSG;
	if (m->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(m, head, take_why, t->why);
	return e->error;
}

int talk(struct talk *t, const struct nlmsghdr *h,
	 void (*take)(const struct nlmsghdr *m, void *arg), void *arg)
{
	char buf[ANSWER_MAX] __attribute__((aligned(8)));
	const struct nlmsghdr *m;
	int n;

	*t->why = 0;
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
			if (m->nlmsg_type == NLMSG_ERROR || m->nlmsg_type == NLMSG_DONE)
				return last(t, m);
			if (take)
				take(m, arg);
		}
	}
}

static int family_attr(const struct nlattr *a, void *arg)
{
	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_get_payload_len(a) >= sizeof(uint16_t))
		*(uint16_t *)arg = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static void take_family(const struct nlmsghdr *m, void *arg)
{
	mnl_attr_parse(m, sizeof(struct genlmsghdr), family_attr, arg);
}

int talk_begin(struct talk *t)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;
	int on = 1, ret;

	memset(t, 0, sizeof(*t));
	t->s = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!t->s)
		return -errno;
	if (mnl_socket_bind(t->s, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	mnl_socket_setsockopt(t->s, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(t->s, NETLINK_CAP_ACK, &on, sizeof(on));
	h = request(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, KSSH_FAMILY_NAME);
	ret = talk(t, h, take_family, &t->family);
	*t->why = 0;
	return ret ? ret : t->family ? 0 : -ENOENT;
}

int talk_end(struct talk *t, int ret)
{
	if (t->s)
		mnl_socket_close(t->s);
	t->s = NULL;
	return ret;
}
