/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Playing the helper from a test: register, receive questions, answer them.
 * Needs -lmnl and the uapi directory in the include path.
 *
 *	struct kssh_nl nl;
 *	struct kssh_nl_event ev;
 *
 *	kssh_nl_open(&nl);
 *	kssh_nl_register(&nl, 0);
 *	... a handshake begins in another thread or process ...
 *	kssh_nl_recv(&nl, &ev, 5000);		(ev.cmd == KSSH_CMD_ASK)
 *	kssh_nl_verdict(&nl, ev.cookie, KSSH_ACCEPT);
 *	kssh_nl_recv(&nl, &ev, 5000);		(ev.cmd == KSSH_CMD_RESULT, ev.good)
 *	kssh_nl_close(&nl);
 *
 * All functions return 0 or a negative errno; a refusal of the kernel leaves its
 * text in nl.extack.  One thread per struct kssh_nl.
 */
#ifndef KSSH_TEST_NL_H
#define KSSH_TEST_NL_H

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>
#include <linux/netlink.h>

#define KSSH_NL_BUF	(KSSH_KEY_MAX + 4096)

/* An ASK, PREQUERY, RESULT, CANCEL or DISMISSED message; what it does not carry is zero. */
struct kssh_nl_event {
	int cmd;
	uint64_t cookie;
	char name[KSSH_TEXT_MAX + 1];
	uint32_t name_flags;
	uint16_t port;
	uint8_t address[16];
	unsigned int address_len;	/* 4 or 16 */
	uint16_t address_port;
	char algorithm[KSSH_ALGNAME_MAX + 1];
	uint8_t key[KSSH_KEY_MAX];
	unsigned int key_len;
	uint32_t uid;
	uint32_t pid;
	char comm[16];
	int child;
	int good;
	uint32_t state;			/* LIST only */
	struct kssh_nl_event *next;	/* private */
};

struct kssh_nl {
	struct mnl_socket *s;
	uint16_t family;
	uint32_t portid;
	uint32_t seq;
	struct kssh_nl_event *first;	/* came while an ack was waited for */
	char extack[256];
	char buf[KSSH_NL_BUF] __attribute__((aligned(4)));
};

struct kssh_nl_status {
	uint32_t source;		/* enum kssh_source */
	uint32_t flags;
	uint32_t portid;
	uint32_t pid;
	uint32_t pending;
	uint32_t pending_max;
};

static inline uint64_t kssh_nl_uint(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) >= 8 ? mnl_attr_get_u64(a) :
						  mnl_attr_get_u32(a);
}

static inline void kssh_nl_text(char *to, size_t room, const struct nlattr *a)
{
	size_t n = mnl_attr_get_payload_len(a);

	if (n >= room)
		n = room - 1;
	memcpy(to, mnl_attr_get_payload(a), n);
	to[n] = 0;
}

static inline int kssh_nl_event_attr(const struct nlattr *a, void *arg)
{
	struct kssh_nl_event *ev = arg;
	unsigned int n = mnl_attr_get_payload_len(a);

	switch (mnl_attr_get_type(a)) {
	case KSSH_A_REQUEST_COOKIE:
		ev->cookie = kssh_nl_uint(a);
		break;
	case KSSH_A_REQUEST_NAME:
		kssh_nl_text(ev->name, sizeof(ev->name), a);
		break;
	case KSSH_A_REQUEST_NAME_FLAGS:
		ev->name_flags = mnl_attr_get_u32(a);
		break;
	case KSSH_A_REQUEST_PORT:
		ev->port = mnl_attr_get_u16(a);
		break;
	case KSSH_A_REQUEST_ADDRESS:
		if (n > sizeof(ev->address))
			return MNL_CB_ERROR;
		memcpy(ev->address, mnl_attr_get_payload(a), n);
		ev->address_len = n;
		break;
	case KSSH_A_REQUEST_ADDRESS_PORT:
		ev->address_port = mnl_attr_get_u16(a);
		break;
	case KSSH_A_REQUEST_ALGORITHM:
		kssh_nl_text(ev->algorithm, sizeof(ev->algorithm), a);
		break;
	case KSSH_A_REQUEST_KEY:
		if (n > sizeof(ev->key))
			return MNL_CB_ERROR;
		memcpy(ev->key, mnl_attr_get_payload(a), n);
		ev->key_len = n;
		break;
	case KSSH_A_REQUEST_UID:
		ev->uid = mnl_attr_get_u32(a);
		break;
	case KSSH_A_REQUEST_PID:
		ev->pid = mnl_attr_get_u32(a);
		break;
	case KSSH_A_REQUEST_COMM:
		kssh_nl_text(ev->comm, sizeof(ev->comm), a);
		break;
	case KSSH_A_REQUEST_CHILD:
		ev->child = 1;
		break;
	case KSSH_A_REQUEST_GOOD:
		ev->good = mnl_attr_get_u8(a);
		break;
	case KSSH_A_REQUEST_STATE:
		ev->state = mnl_attr_get_u32(a);
		break;
	}
	return MNL_CB_OK;
}

static inline int kssh_nl_parse(const struct nlmsghdr *nlh, struct kssh_nl_event *ev)
{
	const struct genlmsghdr *g = mnl_nlmsg_get_payload(nlh);

	memset(ev, 0, sizeof(*ev));
	ev->cmd = g->cmd;
	return mnl_attr_parse(nlh, sizeof(*g), kssh_nl_event_attr, ev) == MNL_CB_OK ?
	       0 : -EBADMSG;
}

static inline int64_t kssh_nl_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* One datagram into nl->buf: its length, -ETIMEDOUT, or another error. */
static inline int kssh_nl_read(struct kssh_nl *nl, int64_t until)
{
	for (;;) {
		struct pollfd pfd = {
			.fd = mnl_socket_get_fd(nl->s), .events = POLLIN,
		};
		int64_t left = until - kssh_nl_ms();
		ssize_t n;

		if (poll(&pfd, 1, left > 0 ? left : 0) == 0 && left <= 0)
			return -ETIMEDOUT;
		if (!pfd.revents)
			continue;
		n = mnl_socket_recvfrom(nl->s, nl->buf, sizeof(nl->buf));
		if (n >= 0)
			return n;
		if (errno != EINTR && errno != ENOBUFS)
			return -errno;
	}
}

static inline int kssh_nl_stash(struct kssh_nl *nl, const struct nlmsghdr *nlh)
{
	struct kssh_nl_event **end = &nl->first, *ev = malloc(sizeof(*ev));
	int ret;

	if (!ev)
		return -ENOMEM;
	ret = kssh_nl_parse(nlh, ev);
	if (ret) {
		free(ev);
		return ret;
	}
	while (*end)
		end = &(*end)->next;
	*end = ev;
	return 0;
}

static inline int kssh_nl_extack_attr(const struct nlattr *a, void *arg)
{
	struct kssh_nl *nl = arg;

	if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
		kssh_nl_text(nl->extack, sizeof(nl->extack), a);
	return MNL_CB_OK;
}

/* The error of an ack; the kernel does not echo the request (NETLINK_CAP_ACK). */
static inline int kssh_nl_ack(struct kssh_nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, sizeof(*e), kssh_nl_extack_attr, nl);
	return e->error;
}

/*
 * Send a request and wait for what the kernel says to it.  @reply is called for
 * each message of the answer, it may be NULL.
 */
static inline int kssh_nl_talk(struct kssh_nl *nl, struct nlmsghdr *nlh,
			       void (*reply)(const struct nlmsghdr *nlh, void *arg),
			       void *arg)
{
	int64_t until = kssh_nl_ms() + 10000;
	uint32_t seq = ++nl->seq;
	struct nlmsghdr *m;
	int n;

	nl->extack[0] = 0;
	nlh->nlmsg_seq = seq;
	if (mnl_socket_sendto(nl->s, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		n = kssh_nl_read(nl, until);
		if (n < 0)
			return n;
		for (m = (void *)nl->buf; mnl_nlmsg_ok(m, n); m = mnl_nlmsg_next(m, &n)) {
			if (m->nlmsg_type == nl->family && m->nlmsg_seq == 0)
				kssh_nl_stash(nl, m);
			if (m->nlmsg_seq != seq)
				continue;
			if (m->nlmsg_type == NLMSG_ERROR ||
			    m->nlmsg_type == NLMSG_DONE)
				return m->nlmsg_type == NLMSG_DONE ?
				       *(int *)mnl_nlmsg_get_payload(m) :
				       kssh_nl_ack(nl, m);
			if (reply)
				reply(m, arg);
		}
	}
}

/* A request without attributes yet, in a buffer of MNL_SOCKET_BUFFER_SIZE. */
static inline struct nlmsghdr *kssh_nl_request(uint16_t family, char *buf, int cmd,
					       int flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *g;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	g = mnl_nlmsg_put_extra_header(nlh, sizeof(*g));
	g->cmd = cmd;
	g->version = KSSH_FAMILY_VERSION;
	return nlh;
}

static inline int kssh_nl_family_attr(const struct nlattr *a, void *arg)
{
	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
		*(uint16_t *)arg = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static inline void kssh_nl_family_reply(const struct nlmsghdr *nlh, void *arg)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), kssh_nl_family_attr, arg);
}

static inline void kssh_nl_close(struct kssh_nl *nl)
{
	struct kssh_nl_event *ev;

	while ((ev = nl->first)) {
		nl->first = ev->next;
		free(ev);
	}
	if (nl->s)
		mnl_socket_close(nl->s);
	nl->s = NULL;
}

/* -ENOENT: the module is not loaded */
static inline int kssh_nl_open(struct kssh_nl *nl)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;
	int ret, on = 1;

	memset(nl, 0, sizeof(*nl));
	nl->s = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->s)
		return -errno;
	if (mnl_socket_bind(nl->s, 0, MNL_SOCKET_AUTOPID) < 0) {
		ret = -errno;
		kssh_nl_close(nl);
		return ret;
	}
	mnl_socket_setsockopt(nl->s, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->s, NETLINK_CAP_ACK, &on, sizeof(on));
	nl->portid = mnl_socket_get_portid(nl->s);

	nlh = kssh_nl_request(GENL_ID_CTRL, buf, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, KSSH_FAMILY_NAME);
	ret = kssh_nl_talk(nl, nlh, kssh_nl_family_reply, &nl->family);
	if (ret)
		kssh_nl_close(nl);
	return ret;
}

/* @flags: enum kssh_register_flag */
static inline int kssh_nl_register(struct kssh_nl *nl, uint32_t flags)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_REGISTER, NLM_F_ACK);
	if (flags)
		mnl_attr_put_u32(nlh, KSSH_A_HELPER_FLAGS, flags);
	return kssh_nl_talk(nl, nlh, NULL, NULL);
}

static inline int kssh_nl_unregister(struct kssh_nl *nl)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	return kssh_nl_talk(nl, kssh_nl_request(nl->family, buf, KSSH_CMD_UNREGISTER,
						NLM_F_ACK), NULL, NULL);
}

/* The next message that the kernel sends of itself; -ETIMEDOUT if none comes. */
static inline int kssh_nl_recv(struct kssh_nl *nl, struct kssh_nl_event *ev, int ms)
{
	int64_t until = kssh_nl_ms() + ms;
	struct kssh_nl_event *first;
	struct nlmsghdr *m;
	int n;

	for (;;) {
		first = nl->first;
		if (first) {
			nl->first = first->next;
			*ev = *first;
			ev->next = NULL;
			free(first);
			return 0;
		}
		n = kssh_nl_read(nl, until);
		if (n < 0)
			return n;
		for (m = (void *)nl->buf; mnl_nlmsg_ok(m, n); m = mnl_nlmsg_next(m, &n))
			if (m->nlmsg_type == nl->family && m->nlmsg_seq == 0)
				kssh_nl_stash(nl, m);
	}
}

static inline struct nlmsghdr *kssh_nl_put_verdict(struct kssh_nl *nl, char *buf,
						   int flags, uint64_t cookie,
						   uint32_t verdict)
{
	struct nlmsghdr *nlh;

	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_VERDICT, flags);
	mnl_attr_put_u64(nlh, KSSH_A_REQUEST_COOKIE, cookie);
	mnl_attr_put_u32(nlh, KSSH_A_REQUEST_VERDICT, verdict);
	mnl_attr_put_strz(nlh, KSSH_A_REQUEST_FILE, "test");
	mnl_attr_put_u32(nlh, KSSH_A_REQUEST_LINE, 1);
	return nlh;
}

/* @verdict: enum kssh_verdict_code */
static inline int kssh_nl_verdict(struct kssh_nl *nl, uint64_t cookie, uint32_t verdict)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	return kssh_nl_talk(nl, kssh_nl_put_verdict(nl, buf, NLM_F_ACK, cookie, verdict),
			    NULL, NULL);
}

/* The same without asking for an acknowledgment, for which there may be no room. */
static inline int kssh_nl_verdict_noack(struct kssh_nl *nl, uint64_t cookie,
					uint32_t verdict)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh = kssh_nl_put_verdict(nl, buf, 0, cookie, verdict);

	return mnl_socket_sendto(nl->s, nlh, nlh->nlmsg_len) < 0 ? -errno : 0;
}

/* @types: NULL: none are sent */
static inline int kssh_nl_known(struct kssh_nl *nl, uint64_t cookie, const char *types,
				int ca)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_KNOWN, NLM_F_ACK);
	mnl_attr_put_u64(nlh, KSSH_A_REQUEST_COOKIE, cookie);
	if (types)
		mnl_attr_put_strz(nlh, KSSH_A_REQUEST_KEY_TYPES, types);
	if (ca)
		mnl_attr_put(nlh, KSSH_A_REQUEST_KNOWN_CA, 0, NULL);
	return kssh_nl_talk(nl, nlh, NULL, NULL);
}

/* The policy of the socket's network namespace. */
struct kssh_nl_policy {
	uint32_t flags;			/* enum kssh_policy_flag */
	uint32_t rsa_min_bits;
	char forbid[KSSH_NAMES_MAX + 1];
};

/* @forbid: NULL: none is sent */
static inline int kssh_nl_set_policy(struct kssh_nl *nl, uint32_t flags, uint32_t bits,
				     const char *forbid)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_SET_POLICY, NLM_F_ACK);
	if (flags)
		mnl_attr_put_u32(nlh, KSSH_A_POLICY_FLAGS, flags);
	if (bits)
		mnl_attr_put_u32(nlh, KSSH_A_POLICY_RSA_MIN_BITS, bits);
	if (forbid)
		mnl_attr_put_strz(nlh, KSSH_A_POLICY_FORBID, forbid);
	return kssh_nl_talk(nl, nlh, NULL, NULL);
}

static inline int kssh_nl_policy_attr(const struct nlattr *a, void *arg)
{
	struct kssh_nl_policy *p = arg;

	switch (mnl_attr_get_type(a)) {
	case KSSH_A_POLICY_FLAGS:
		p->flags = mnl_attr_get_u32(a);
		break;
	case KSSH_A_POLICY_RSA_MIN_BITS:
		p->rsa_min_bits = mnl_attr_get_u32(a);
		break;
	case KSSH_A_POLICY_FORBID:
		kssh_nl_text(p->forbid, sizeof(p->forbid), a);
		break;
	}
	return MNL_CB_OK;
}

static inline void kssh_nl_policy_reply(const struct nlmsghdr *nlh, void *arg)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), kssh_nl_policy_attr, arg);
}

static inline int kssh_nl_get_policy(struct kssh_nl *nl, struct kssh_nl_policy *p)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	memset(p, 0, sizeof(*p));
	return kssh_nl_talk(nl, kssh_nl_request(nl->family, buf, KSSH_CMD_GET_POLICY,
						NLM_F_ACK),
			    kssh_nl_policy_reply, p);
}

static inline int kssh_nl_status_attr(const struct nlattr *a, void *arg)
{
	struct kssh_nl_status *st = arg;

	switch (mnl_attr_get_type(a)) {
	case KSSH_A_HELPER_SOURCE:
		st->source = mnl_attr_get_u32(a);
		break;
	case KSSH_A_HELPER_FLAGS:
		st->flags = mnl_attr_get_u32(a);
		break;
	case KSSH_A_HELPER_PORTID:
		st->portid = mnl_attr_get_u32(a);
		break;
	case KSSH_A_HELPER_PID:
		st->pid = mnl_attr_get_u32(a);
		break;
	case KSSH_A_HELPER_PENDING:
		st->pending = mnl_attr_get_u32(a);
		break;
	case KSSH_A_HELPER_PENDING_MAX:
		st->pending_max = mnl_attr_get_u32(a);
		break;
	}
	return MNL_CB_OK;
}

static inline void kssh_nl_status_reply(const struct nlmsghdr *nlh, void *arg)
{
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), kssh_nl_status_attr, arg);
}

static inline int kssh_nl_status(struct kssh_nl *nl, struct kssh_nl_status *st)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	memset(st, 0, sizeof(*st));
	return kssh_nl_talk(nl, kssh_nl_request(nl->family, buf, KSSH_CMD_STATUS,
						NLM_F_ACK),
			    kssh_nl_status_reply, st);
}

/* What kssh_nl_list() fills: the first @room requests, and how many there are. */
struct kssh_nl_list {
	struct kssh_nl_event *ev;
	unsigned int room;
	unsigned int n;
};

static inline void kssh_nl_list_reply(const struct nlmsghdr *nlh, void *arg)
{
	struct kssh_nl_list *list = arg;

	if (list->n < list->room)
		kssh_nl_parse(nlh, &list->ev[list->n]);
	list->n++;
}

static inline int kssh_nl_list(struct kssh_nl *nl, struct kssh_nl_list *list)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];

	list->n = 0;
	return kssh_nl_talk(nl, kssh_nl_request(nl->family, buf, KSSH_CMD_LIST,
						NLM_F_DUMP),
			    kssh_nl_list_reply, list);
}

/* A server that is remembered; what is absent is zero, or "". */
struct kssh_nl_guess {
	uint8_t address[16];
	unsigned int address_len;
	uint16_t port;
	uint32_t uid;
	uint32_t expires;
	uint32_t held;
	char kex[1025];
	char hostkey[1025];
};

/* What kssh_nl_guesses() fills: the first @room of them, and how many there are. */
struct kssh_nl_guesses {
	struct kssh_nl_guess *g;
	unsigned int room;
	unsigned int n;
};

static inline int kssh_nl_guess_attr(const struct nlattr *a, void *arg)
{
	struct kssh_nl_guess *g = arg;

	switch (mnl_attr_get_type(a)) {
	case KSSH_A_GUESS_ADDRESS:
		g->address_len = mnl_attr_get_payload_len(a);
		if (g->address_len > sizeof(g->address))
			return MNL_CB_ERROR;
		memcpy(g->address, mnl_attr_get_payload(a), g->address_len);
		break;
	case KSSH_A_GUESS_ADDRESS_PORT:
		g->port = mnl_attr_get_u16(a);
		break;
	case KSSH_A_GUESS_UID:
		g->uid = mnl_attr_get_u32(a);
		break;
	case KSSH_A_GUESS_EXPIRES:
		g->expires = mnl_attr_get_u32(a);
		break;
	case KSSH_A_GUESS_HELD:
		g->held = mnl_attr_get_u32(a);
		break;
	case KSSH_A_GUESS_KEX:
		kssh_nl_text(g->kex, sizeof(g->kex), a);
		break;
	case KSSH_A_GUESS_HOSTKEY:
		kssh_nl_text(g->hostkey, sizeof(g->hostkey), a);
		break;
	}
	return MNL_CB_OK;
}

static inline void kssh_nl_guess_reply(const struct nlmsghdr *nlh, void *arg)
{
	struct kssh_nl_guesses *list = arg;

	if (list->n < list->room) {
		memset(&list->g[list->n], 0, sizeof(*list->g));
		mnl_attr_parse(nlh, sizeof(struct genlmsghdr), kssh_nl_guess_attr,
			       &list->g[list->n]);
	}
	list->n++;
}

/* Servers of the caller, or of all users. */
static inline int kssh_nl_guesses(struct kssh_nl *nl, int all,
				  struct kssh_nl_guesses *list)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	list->n = 0;
	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_GUESS_LIST, NLM_F_DUMP);
	if (all)
		mnl_attr_put(nlh, KSSH_A_GUESS_ALL, 0, NULL);
	return kssh_nl_talk(nl, nlh, kssh_nl_guess_reply, list);
}

static inline int kssh_nl_guess_flush(struct kssh_nl *nl, int all)
{
	char buf[MNL_SOCKET_BUFFER_SIZE];
	struct nlmsghdr *nlh;

	nlh = kssh_nl_request(nl->family, buf, KSSH_CMD_GUESS_FLUSH, NLM_F_ACK);
	if (all)
		mnl_attr_put(nlh, KSSH_A_GUESS_ALL, 0, NULL);
	return kssh_nl_talk(nl, nlh, NULL, NULL);
}

#endif /* KSSH_TEST_NL_H */
