// SPDX-License-Identifier: GPL-2.0
/*
 * The socket.  libmnl, because all that is needed of a library is the layout of
 * messages and attributes: one socket, no cache, no callbacks of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "hostkeyd.h"

#define BUF_SIZE	(KSSH_KEY_MAX + 8192)
#define QUEUE_SIZE	(8 * 1024 * 1024)

struct netlink {
	struct mnl_socket *s;
	struct event_source from;
	uint32_t seq;
	struct nlmsghdr *next;	/* of what is in @buf */
	int left;
	char buf[BUF_SIZE] __attribute__((aligned(8)));
};

/* ---- requests --------------------------------------------------------------- */

static struct nlmsghdr *request(struct netlink *nl, char *buf, uint16_t type, int cmd,
				int version, int flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = ++nl->seq;
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->cmd = cmd;
	g->version = version;
	return h;
}

static int receive(struct netlink *nl, int flags)
{
	struct sockaddr_nl from;
	struct iovec iov = { nl->buf, sizeof(nl->buf) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(mnl_socket_get_fd(nl->s), &msg, flags);
	} while (n < 0 && (errno == EINTR || errno == ENOBUFS));
	if (n < 0)
		return -errno;
	/* only the kernel, and only whole */
	if (from.nl_pid || (msg.msg_flags & MSG_TRUNC))
		return 0;
	return n;
}

static int put_family(const struct nlattr *a, void *arg)
{
	struct netlink *nl = arg;

	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_get_payload_len(a) >= sizeof(uint16_t))
		nl->from.family = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

/* Ask the controller for our family. */
static int resolve(struct netlink *nl)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	const struct nlmsgerr *e;
	struct nlmsghdr *m;
	int n;

	m = request(nl, buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
	mnl_attr_put_strz(m, CTRL_ATTR_FAMILY_NAME, KSSH_FAMILY_NAME);
	if (mnl_socket_sendto(nl->s, m, m->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		n = receive(nl, 0);
		if (n < 0)
			return n;
		for (m = (void *)nl->buf; event_is_whole(m, n); m = mnl_nlmsg_next(m, &n)) {
			if (m->nlmsg_seq != nl->seq)
				continue;
			if (m->nlmsg_type == NLMSG_ERROR) {
				e = mnl_nlmsg_get_payload(m);
				return e->error ? e->error : nl->from.family ? 0 : -ENOENT;
			}
			mnl_attr_parse(m, sizeof(struct genlmsghdr), put_family, nl);
		}
	}
}

/* ---- being the helper -------------------------------------------------------- */

int netlink_open(struct netlink **out)
{
	struct netlink *nl = calloc(1, sizeof(*nl));
	int on = 1, size = QUEUE_SIZE, ret, fd;

	if (!nl)
		return -ENOMEM;
	nl->s = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->s || mnl_socket_bind(nl->s, 0, MNL_SOCKET_AUTOPID) < 0) {
		ret = -errno;
		goto fail;
	}
	fd = mnl_socket_get_fd(nl->s);
	mnl_socket_setsockopt(nl->s, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->s, NETLINK_CAP_ACK, &on, sizeof(on));
	/* The kernel keeps what finds no room, and sends it later. */
	mnl_socket_setsockopt(nl->s, NETLINK_NO_ENOBUFS, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));

	ret = resolve(nl);
	if (ret)
		goto fail;
	*out = nl;
	return 0;
fail:
	netlink_close(nl);
	return ret;
}

int netlink_register(struct netlink *nl, uint32_t flags)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;

	h = request(nl, buf, nl->from.family, KSSH_CMD_REGISTER, KSSH_FAMILY_VERSION,
		    NLM_F_ACK);
	if (flags)
		mnl_attr_put_u32(h, KSSH_A_HELPER_FLAGS, flags);
	nl->from.register_seq = h->nlmsg_seq;
	return mnl_socket_sendto(nl->s, h, h->nlmsg_len) < 0 ? -errno : 0;
}

int netlink_fd(const struct netlink *nl)
{
	return mnl_socket_get_fd(nl->s);
}

void netlink_close(struct netlink *nl)
{
	if (!nl)
		return;
	if (nl->s)
		mnl_socket_close(nl->s);
	free(nl);
}

int netlink_verdict(struct netlink *nl, uint64_t cookie, const struct verdict *v)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;

	/* No NLM_F_ACK: the kernel says only what goes wrong. */
	h = request(nl, buf, nl->from.family, KSSH_CMD_VERDICT, KSSH_FAMILY_VERSION, 0);
	mnl_attr_put_u64(h, KSSH_A_REQUEST_COOKIE, cookie);
	mnl_attr_put_u32(h, KSSH_A_REQUEST_VERDICT, v->verdict);
	if (*v->file)
		mnl_attr_put_strz(h, KSSH_A_REQUEST_FILE, v->file);
	if (*v->file && v->line)
		mnl_attr_put_u32(h, KSSH_A_REQUEST_LINE, v->line);
	return mnl_socket_sendto(nl->s, h, h->nlmsg_len) < 0 ? -errno : 0;
}

int netlink_known(struct netlink *nl, uint64_t cookie, const char *types, bool ca)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *h;

	h = request(nl, buf, nl->from.family, KSSH_CMD_KNOWN, KSSH_FAMILY_VERSION, 0);
	mnl_attr_put_u64(h, KSSH_A_REQUEST_COOKIE, cookie);
	if (*types)
		mnl_attr_put_strz(h, KSSH_A_REQUEST_KEY_TYPES, types);
	if (ca)
		mnl_attr_put(h, KSSH_A_REQUEST_KNOWN_CA, 0, NULL);
	return mnl_socket_sendto(nl->s, h, h->nlmsg_len) < 0 ? -errno : 0;
}

int netlink_next(struct netlink *nl, struct event *ev)
{
	struct nlmsghdr *m;

	for (;;) {
		while (event_is_whole(nl->next, nl->left)) {
			m = nl->next;
			nl->next = mnl_nlmsg_next(m, &nl->left);
			if (event_parse(&nl->from, m, ev))
				return 1;
		}
		nl->next = (void *)nl->buf;
		nl->left = receive(nl, MSG_DONTWAIT);
		if (nl->left == -EAGAIN || nl->left == -EWOULDBLOCK)
			return nl->left = 0;
		if (nl->left < 0)
			return nl->left;
	}
}
