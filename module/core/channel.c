// SPDX-License-Identifier: GPL-2.0
/* The bound channel: what its messages do, and both windows. */

#include "channel.h"
#include "internal.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

/* Bytes of CHANNEL_DATA before its data. */
#define DATA_HEAD	9

/* ---- the control queue ---------------------------------------------------- */

struct kssh_payload *kssh_channel_control_first(struct kssh_conn *c)
{
	return c->stream->control;
}

/* Bytes of extended data in a message that was checked when it came, or 0. */
static u32 extended_bytes(const struct kssh_stream *s, const struct kssh_payload *p)
{
	if (p->data[0] != SSH_MSG_CHANNEL_EXTENDED_DATA || kssh_channel_gone(s) ||
	    get_unaligned_be32(p->data + 1) != s->local_id)
		return 0;
	return get_unaligned_be32(p->data + 9);
}

/* Take the oldest out of the queue; it is the caller's. */
static struct kssh_payload *control_take(struct kssh_conn *c)
{
	struct kssh_stream *s = c->stream;
	struct kssh_payload *p = s->control;

	s->control = p->next;
	if (!s->control)
		s->control_tail = &s->control;
	s->unread_ext -= extended_bytes(s, p);
	c->queue_cost -= kssh_payload_cost(p);
	return p;
}

void kssh_channel_control_pop(struct kssh_conn *c)
{
	if (!c->stream->control)
		return;
	kssh_payload_free(c, control_take(c));
	kssh_conn_pump(c);
}

static int control_put(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	struct kssh_stream *s = c->stream;
	struct kssh_payload *p = kssh_payload_new(c, payload, seq);

	if (!p)
		return KSSH_R_NO_MEMORY;
	*s->control_tail = p;
	s->control_tail = &p->next;
	s->unread_ext += extended_bytes(s, p);
	c->queue_cost += kssh_payload_cost(p);
	c->rx_payloads++;
	c->events |= KSSH_EV_CONTROL;
	return 0;
}

void kssh_channel_control(struct kssh_conn *c, bool on)
{
	struct kssh_stream *s = c->stream;
	struct kssh_payload *p;
	struct kssh_blob b;
	int r = 0;

	s->attended = on;
	while (!on && s->control) {
		p = control_take(c);
		b.p = p->data;
		b.n = p->len;
		if (!r && !c->reason)
			r = kssh_channel_answer(c, b, p->seq);
		kssh_payload_free(c, p);
	}
	if (r)
		kssh_conn_fail(c, r);
	kssh_conn_pump(c);
}

int kssh_channel_control_check(const struct kssh_conn *c, const u8 *p, size_t n)
{
	const struct kssh_stream *s = c->stream;

	if (n < 5 || kssh_channel_gone(s) || p[0] < SSH_MSG_CHANNEL_WINDOW_ADJUST ||
	    p[0] > SSH_MSG_CHANNEL_CLOSE)
		return 0;
	return get_unaligned_be32(p + 1) == s->remote_id ? -EINVAL : 0;
}

/* ---- messages of the channel ------------------------------------------------ */

/* Data of either kind has come: within the window and the largest packet? */
static int spend(struct kssh_stream *s, size_t n)
{
	if (s->flags & KSSH_CHANNEL_EOF_RX)
		return KSSH_R_CHANNEL_ENDED;
	if (n > s->rx_packet)
		return KSSH_R_CHANNEL_PACKET;
	if (n > s->rx_window)
		return KSSH_R_CHANNEL_WINDOW;
	s->rx_window -= n;
	return 0;
}

static int data(struct kssh_conn *c, struct kssh_rd *rd, struct kssh_blob payload,
		u32 seq)
{
	struct kssh_blob b = kssh_rd_string(rd);
	struct kssh_stream *s = c->stream;
	int r;

	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	r = spend(s, b.n);
	if (r)
		return r;
	s->rx_bytes += b.n;
	if (s->deaf || !b.n)
		return 0;
	r = kssh_queue_add(c, payload, seq, DATA_HEAD);
	if (!r)
		s->unread += b.n;
	return r;
}

static int extended(struct kssh_stream *s, struct kssh_rd *rd)
{
	struct kssh_blob b;

	kssh_rd_u32(rd);		/* data_type_code */
	b = kssh_rd_string(rd);
	return kssh_rd_done(rd) ? spend(s, b.n) : KSSH_R_MALFORMED;
}

static int window_adjust(struct kssh_conn *c, struct kssh_rd *rd)
{
	struct kssh_stream *s = c->stream;
	u32 n = kssh_rd_u32(rd);

	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	if (n > U32_MAX - s->tx_window)
		return KSSH_R_CHANNEL_ADJUST;
	s->tx_window += n;
	return 0;
}

/* EOF, CLOSE: whoever reads the stream is to see it. */
static int ended(struct kssh_conn *c, struct kssh_rd *rd, u32 flag)
{
	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	c->stream->flags |= flag;
	c->events |= KSSH_EV_RX;
	return 0;
}

/* RFC 4254 6.10: kept, whoever else gets the message. */
static int exit_request(struct kssh_stream *s, struct kssh_rd *rd)
{
	struct kssh_blob name = kssh_rd_string(rd);
	struct kssh_blob signal;
	u32 status;
	bool core;

	kssh_rd_bool(rd);
	if (rd->bad)
		return KSSH_R_MALFORMED;
	if (kssh_blob_is(name, "exit-status")) {
		status = kssh_rd_u32(rd);
		if (!kssh_rd_done(rd))
			return KSSH_R_MALFORMED;
		s->exit_status = status;
		s->flags |= KSSH_CHANNEL_STATUS;
	} else if (kssh_blob_is(name, "exit-signal")) {
		signal = kssh_rd_string(rd);
		core = kssh_rd_bool(rd);
		kssh_rd_string(rd);	/* message */
		kssh_rd_string(rd);	/* language tag */
		if (!kssh_rd_done(rd))
			return KSSH_R_MALFORMED;
		memset(s->exit_signal, 0, sizeof(s->exit_signal));
		memcpy(s->exit_signal, signal.p,
		       min(signal.n, sizeof(s->exit_signal) - 1));
		s->flags |= KSSH_CHANNEL_SIGNAL | (core ? KSSH_CHANNEL_CORE : 0);
	}
	return 0;
}

/* A message to the bound channel that is not its data; 0 or a reason. */
static int handle(struct kssh_conn *c, u8 msg, struct kssh_rd *rd)
{
	switch (msg) {
	case SSH_MSG_CHANNEL_EXTENDED_DATA:
		return extended(c->stream, rd);
	case SSH_MSG_CHANNEL_EOF:
		return ended(c, rd, KSSH_CHANNEL_EOF_RX);
	case SSH_MSG_CHANNEL_CLOSE:
		return ended(c, rd, KSSH_CHANNEL_CLOSE_RX);
	case SSH_MSG_CHANNEL_REQUEST:
		return exit_request(c->stream, rd);
	default:			/* SUCCESS, FAILURE */
		return kssh_rd_done(rd) ? 0 : KSSH_R_MALFORMED;
	}
}

/* Is it for the bound channel?  Those messages begin with the recipient's number. */
static bool is_ours(const struct kssh_stream *s, u8 msg, struct kssh_rd *rd)
{
	return msg >= SSH_MSG_CHANNEL_WINDOW_ADJUST && msg <= SSH_MSG_CHANNEL_FAILURE &&
	       kssh_rd_u32(rd) == s->local_id && !rd->bad && !kssh_channel_gone(s);
}

int kssh_channel_deliver(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	struct kssh_stream *s = c->stream;
	bool ours, attended = s->attended;
	struct kssh_rd rd;
	int r = 0;
	u8 msg;

	kssh_rd_init(&rd, payload.p, payload.n);
	msg = kssh_rd_u8(&rd);
	ours = is_ours(s, msg, &rd);
	if (ours && (s->flags & KSSH_CHANNEL_CLOSE_RX))
		return KSSH_R_CHANNEL_ENDED;
	if (ours && msg == SSH_MSG_CHANNEL_DATA)
		return data(c, &rd, payload, seq);
	if (ours && msg == SSH_MSG_CHANNEL_WINDOW_ADJUST)
		return window_adjust(c, &rd);
	if (ours)
		r = handle(c, msg, &rd);
	if (!r)
		r = attended ? control_put(c, payload, seq) : kssh_channel_answer(c, payload, seq);
	if (!r && ours && msg == SSH_MSG_CHANNEL_CLOSE) {
		/* RFC 4254 5.3: answered with our own */
		s->want_close = true;
		kssh_channel_flush(c);
	}
	return r;
}

/* ---- the stream --------------------------------------------------------------- */

void kssh_channel_read(struct kssh_conn *c, size_t n)
{
	struct kssh_payload *p = c->queue;

	c->stream->unread -= n;
	p->off += n;
	if (p->off < p->len) {
		kssh_channel_flush(c);
		return;
	}
	kssh_queue_drop(c);
	kssh_conn_pump(c);
}

size_t kssh_channel_unread(const struct kssh_conn *c)
{
	return c->stream->unread;
}

bool kssh_channel_rx_ended(const struct kssh_conn *c)
{
	const struct kssh_stream *s = c->stream;

	return s->deaf || (s->flags & (KSSH_CHANNEL_EOF_RX | KSSH_CHANNEL_CLOSE_RX));
}

void kssh_channel_rx_stop(struct kssh_conn *c)
{
	c->stream->deaf = true;
	while (c->queue)
		kssh_queue_drop(c);
	c->stream->unread = 0;
	kssh_conn_pump(c);
}

int kssh_channel_tx_error(const struct kssh_conn *c)
{
	const struct kssh_stream *s = c->stream;

	return s->want_eof || s->want_close ? -EPIPE : 0;
}

/* The most data in the next message. */
static size_t tx_most(const struct kssh_conn *c)
{
	const struct kssh_stream *s = c->stream;

	return min3(s->tx_window, s->tx_packet, c->cfg.max_payload - DATA_HEAD);
}

size_t kssh_channel_tx_room(const struct kssh_conn *c)
{
	return kssh_channel_tx_error(c) || !kssh_tx_ready(c) ? 0 : tx_most(c);
}

u32 kssh_channel_look(const struct kssh_conn *c, u32 rest)
{
	const struct kssh_stream *s = c->stream;
	u32 look = 0;

	if (kssh_channel_rx_ended(c))
		look |= KSSH_IS_RX_ENDED | KSSH_IS_READABLE;
	else if (s->unread)
		look |= KSSH_IS_READABLE;
	if (kssh_channel_tx_error(c))
		look |= KSSH_IS_TX_ENDED | KSSH_IS_SENDABLE;
	else if ((rest & KSSH_IS_READY) && tx_most(c))
		look |= KSSH_IS_SENDABLE;
	if (s->control)
		look |= KSSH_IS_CONTROL;
	if (kssh_channel_closed(c))
		look |= KSSH_IS_CLOSED;
	return look;
}

int kssh_channel_tx_reserve(struct kssh_conn *c, size_t n, u8 **p)
{
	u8 *head;
	int r;

	r = kssh_conn_tx_reserve(c, DATA_HEAD + n, &head);
	if (r)
		return r;
	head[0] = SSH_MSG_CHANNEL_DATA;
	put_unaligned_be32(c->stream->remote_id, head + 1);
	put_unaligned_be32(n, head + 5);
	*p = head + DATA_HEAD;
	return 0;
}

int kssh_channel_tx_commit(struct kssh_conn *c, size_t n)
{
	int r = kssh_conn_tx_commit(c, DATA_HEAD + n, false);

	if (r)
		return r;
	c->stream->tx_window -= n;
	c->stream->tx_bytes += n;
	return 0;
}

void kssh_channel_eof(struct kssh_conn *c)
{
	c->stream->want_eof = true;
	kssh_channel_flush(c);
}

void kssh_channel_close(struct kssh_conn *c)
{
	c->stream->want_close = true;
	kssh_channel_rx_stop(c);
}

bool kssh_channel_closed(const struct kssh_conn *c)
{
	return c->reason || kssh_channel_gone(c->stream);
}

/* ---- life --------------------------------------------------------------------- */

bool kssh_channel_bound(const struct kssh_conn *c)
{
	return c->stream;
}

/* What came before the binding, in its order.  0 or a reason. */
static int sort_queue(struct kssh_conn *c)
{
	struct kssh_payload *p, *next = c->queue;
	struct kssh_blob b;
	int r = 0;

	c->queue = NULL;
	c->queue_tail = &c->queue;
	while ((p = next)) {
		next = p->next;
		c->queued -= p->len;
		c->queue_cost -= kssh_payload_cost(p);
		c->rx_payloads--;
		b.p = p->data;
		b.n = p->len;
		if (!r)
			r = kssh_channel_deliver(c, b, p->seq);
		kssh_payload_free(c, p);
	}
	return r;
}

int kssh_channel_bind(struct kssh_conn *c, const struct kssh_channel *setup)
{
	struct kssh_stream *s;
	int r;

	if (!kssh_is_open(c))
		return c->reason ? kssh_reason_errno(c->reason) : -ENOTCONN;
	if (!(c->flags & KSSH_INFO_AUTHED))
		return -ENOTCONN;
	if (c->stream)
		return -EISCONN;
	if (!setup->local_max_packet || !setup->remote_max_packet)
		return -EINVAL;
	if (kssh_conn_tx_partial(c) || (c->queue && c->queue->off))
		return -EBUSY;
	s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	if (!s)
		return -ENOMEM;
	s->local_id = setup->local_id;
	s->remote_id = setup->remote_id;
	s->rx_window = setup->local_window;
	s->rx_packet = setup->local_max_packet;
	s->tx_window = setup->remote_window;
	s->tx_packet = setup->remote_max_packet;
	s->attended = setup->flags & KSSH_CHANNEL_CONTROL;
	s->control_tail = &s->control;
	c->stream = s;
	r = sort_queue(c);
	if (r) {
		kssh_conn_fail(c, r);
		return kssh_reason_errno(c->reason);
	}
	kssh_conn_pump(c);
	return 0;
}

void kssh_channel_free(struct kssh_conn *c)
{
	if (!c->stream)
		return;
	while (c->stream->control)
		kssh_payload_free(c, control_take(c));
	kfree(c->stream);
	c->stream = NULL;
}

int kssh_channel_info(const struct kssh_conn *c, struct kssh_channel_info *info)
{
	const struct kssh_stream *s = c->stream;

	if (!s)
		return -ENODATA;
	info->flags = s->flags;
	info->exit_status = s->exit_status;
	memcpy(info->exit_signal, s->exit_signal, sizeof(info->exit_signal));
	info->local_id = s->local_id;
	info->remote_id = s->remote_id;
	info->local_window = s->rx_window;
	info->local_window_max = kssh_channel_rx_most(c);
	info->remote_window = s->tx_window;
	info->remote_max_packet = s->tx_packet;
	info->unread = s->unread;
	info->tx_bytes = s->tx_bytes;
	info->rx_bytes = s->rx_bytes;
	return 0;
}
