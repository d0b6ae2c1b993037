// SPDX-License-Identifier: GPL-2.0
/* Bytes of a netlink message in, an event out. */
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "event.h"

static bool take_text(char *to, size_t room, const struct nlattr *a)
{
	size_t n = mnl_attr_get_payload_len(a);
	const char *s = mnl_attr_get_payload(a);

	n = strnlen(s, n);
	if (n >= room)
		return false;
	memcpy(to, s, n);
	to[n] = 0;
	return true;
}

static bool take_number(uint64_t *to, const struct nlattr *a)
{
	switch (mnl_attr_get_payload_len(a)) {
	case 1:
		*to = mnl_attr_get_u8(a);
		return true;
	case 2:
		*to = mnl_attr_get_u16(a);
		return true;
	case 4:
		*to = mnl_attr_get_u32(a);
		return true;
	case 8:
		*to = mnl_attr_get_u64(a);
		return true;
	default:
		return false;
	}
}

static int take_attr(const struct nlattr *a, void *arg)
{
	struct event *ev = arg;
	struct ask *ask = &ev->ask;
	uint64_t n = 0;
	bool good = true;

	switch (mnl_attr_get_type(a)) {
	case KSSH_A_REQUEST_COOKIE:
		good = take_number(&ask->cookie, a);
		break;
	case KSSH_A_REQUEST_NAME:
		good = take_text(ask->name, sizeof(ask->name), a);
		break;
	case KSSH_A_REQUEST_NAME_FLAGS:
		good = take_number(&n, a);
		ask->flags = n;
		break;
	case KSSH_A_REQUEST_PORT:
		good = take_number(&n, a);
		ask->port = n;
		break;
	case KSSH_A_REQUEST_ALGORITHM:
		good = take_text(ask->algorithm, sizeof(ask->algorithm), a);
		break;
	case KSSH_A_REQUEST_KEY:
		ask->key = mnl_attr_get_payload(a);
		ask->key_len = mnl_attr_get_payload_len(a);
		break;
	case KSSH_A_REQUEST_UID:
		good = take_number(&n, a);
		ask->uid = n;
		break;
	case KSSH_A_REQUEST_PID:
		good = take_number(&n, a);
		ask->pid = n;
		break;
	case KSSH_A_REQUEST_COMM:
		good = take_text(ask->comm, sizeof(ask->comm), a);
		break;
	case KSSH_A_REQUEST_CHILD:
		ask->child = true;
		break;
	case KSSH_A_REQUEST_GOOD:
		good = take_number(&n, a);
		ev->good = n == 1;
		break;
	}
	return good ? MNL_CB_OK : MNL_CB_ERROR;
}

static int put_why(const struct nlattr *a, void *arg)
{
	struct event *ev = arg;

	if (mnl_attr_get_type(a) != NLMSGERR_ATTR_MSG)
		return MNL_CB_OK;
	return take_text(ev->why, sizeof(ev->why), a) ? MNL_CB_OK : MNL_CB_ERROR;
}

/* What became of REGISTER.  Of verdicts nothing is told: late ones are normal. */
static bool parse_ack(uint32_t register_seq, const struct nlmsghdr *m, struct event *ev)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(m);

	if (m->nlmsg_seq != register_seq || m->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*e))
		return false;
	ev->cmd = KSSH_CMD_REGISTER;
	ev->error = e->error;
	if (m->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(m, sizeof(*e), put_why, ev);
	return true;
}

/*
 * mnl_nlmsg_ok() takes a length of 2 GB and more for a negative one, and libmnl reads
 * attributes to the aligned end of a message.
 */
bool event_is_whole(const struct nlmsghdr *m, int left)
{
	return mnl_nlmsg_ok(m, left) && m->nlmsg_len <= (uint32_t)left &&
	       MNL_ALIGN(m->nlmsg_len) <= (uint32_t)left;
}

bool event_parse(const struct event_source *from, const struct nlmsghdr *m, struct event *ev)
{
	const struct genlmsghdr *g;

	memset(ev, 0, sizeof(*ev));
	if (m->nlmsg_type == NLMSG_ERROR)
		return parse_ack(from->register_seq, m, ev);
	if (m->nlmsg_type != from->family || m->nlmsg_seq ||
	    m->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*g))
		return false;
	g = mnl_nlmsg_get_payload(m);
	ev->cmd = g->cmd;
	return mnl_attr_parse(m, sizeof(*g), take_attr, ev) == MNL_CB_OK;
}
