// SPDX-License-Identifier: GPL-2.0
/* Who answers for this network namespace: the "status" of netlink family kssh. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/kssh_netlink.h>

#include "probe.h"

/* A request to a generic netlink family; attributes go behind it. */
static struct nlmsghdr *request(void *buf, uint16_t family, uint8_t cmd,
				uint8_t version)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	h->nlmsg_type = family;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	h->nlmsg_seq = 1;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->cmd = cmd;
	g->version = version;
	return h;
}

/* Send, and run @fn on each answer up to the kernel's ACK.  0 or errno. */
static int ask(struct mnl_socket *nl, struct nlmsghdr *h, mnl_cb_t fn, void *arg)
{
	char buf[8192];
	ssize_t n;
	int ret = 1;

	if (mnl_socket_sendto(nl, h, h->nlmsg_len) < 0)
		return errno;
	while (ret > 0) {
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (n < 0)
			return errno;
		ret = mnl_cb_run(buf, n, 1, mnl_socket_get_portid(nl), fn, arg);
	}
	return ret < 0 ? errno : 0;
}

static int got_family(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
			*(uint16_t *)arg = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static int got_status(const struct nlmsghdr *h, void *arg)
{
	struct helper_status *s = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, h, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(a)) {
		case KSSH_A_HELPER_SOURCE:
			switch (mnl_attr_get_u32(a)) {
			case KSSH_SOURCE_OWN:
				s->state = HELPER_THERE;
				break;
			case KSSH_SOURCE_INITIAL:
				s->state = HELPER_PARENT;
				break;
			default:
				s->state = HELPER_NONE;
				break;
			}
			break;
		case KSSH_A_HELPER_PID:
			s->pid = mnl_attr_get_u32(a);
			break;
		case KSSH_A_HELPER_PENDING:
			s->pending = mnl_attr_get_u32(a);
			break;
		case KSSH_A_HELPER_PENDING_MAX:
			s->pending_max = mnl_attr_get_u32(a);
			break;
		}
	}
	return MNL_CB_OK;
}

void helper_status(struct helper_status *s)
{
	char buf[8192];
	struct mnl_socket *nl;
	struct nlmsghdr *h;
	uint16_t family = 0;

	memset(s, 0, sizeof(*s));
	nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl) {
		s->error = errno;
		return;
	}
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		s->error = errno;
		goto out;
	}

	h = request(buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, KSSH_FAMILY_NAME);
	s->error = ask(nl, h, got_family, &family);
	if (s->error || !family) {
		if (s->error == ENOENT)
			s->state = HELPER_NO_FAMILY;
		goto out;
	}

	h = request(buf, family, KSSH_CMD_STATUS, KSSH_FAMILY_VERSION);
	s->error = ask(nl, h, got_status, s);
out:
	mnl_socket_close(nl);
}
