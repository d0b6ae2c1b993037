// SPDX-License-Identifier: GPL-2.0
/* Payloads of the application, in and out, and what it may say of the transport. */

#include "internal.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

/* ---- received --------------------------------------------------------- */

/* The memory with the payload in it, if it is the payload's alone and no waste: it is
 * taken off the buffer, and its head is free.  @b may be NULL.
 */
static struct kssh_payload *take_over(struct kssh_buf *b, struct kssh_blob payload)
{
	struct kssh_payload *p = b ? (struct kssh_payload *)b->p : NULL;
	u32 end;

	if (!p || payload.p < b->p || payload.p >= b->p + b->cap ||
	    b->cap / 2 > sizeof(*p) + payload.n)
		return NULL;
	/* what of a longer one was there before */
	end = payload.p + payload.n - b->p;
	if (b->dirty > end)
		memzero_explicit(b->p + end, b->dirty - end);
	p->cap = b->cap;
	p->dirty = end;
	p->data = payload.p;
	*b = (struct kssh_buf){ .lead = b->lead };
	return p;
}

static struct kssh_payload *copy(struct kssh_rx *rx, struct kssh_blob payload)
{
	size_t n = sizeof(struct kssh_payload) + payload.n;
	/* not so that a few bytes are charged with what many took */
	struct kssh_payload *p = kssh_spare_short(rx, n, n);
	u32 cap;

	if (!p) {
		p = kssh_mem_alloc(n, &cap);
		if (!p)
			return NULL;
		p->cap = cap;
	}
	p->dirty = n;
	p->data = memcpy(p + 1, payload.p, payload.n);
	return p;
}

struct kssh_payload *kssh_payload_new(struct kssh_conn *c, struct kssh_blob payload,
				      u32 seq)
{
	struct kssh_payload *p = NULL;

	/* what was decompressed is alone in its buffer */
	if (c->rx.dir.packing || !kssh_buf_len(&c->rx.buf))
		p = take_over(c->rx.dir.packing ? c->rx.plain : &c->rx.buf, payload);
	if (!p)
		p = copy(&c->rx, payload);
	if (!p)
		return NULL;
	p->next = NULL;
	p->seq = seq;
	p->len = payload.n;
	p->off = 0;
	return p;
}

size_t kssh_payload_cost(const struct kssh_payload *p)
{
	return p->cap;
}

void kssh_payload_free(struct kssh_conn *c, struct kssh_payload *p)
{
	kssh_spare_keep(&c->rx, p, !c->reason);
}

int kssh_queue_add(struct kssh_conn *c, struct kssh_blob payload, u32 seq, u32 off)
{
	struct kssh_payload *p = kssh_payload_new(c, payload, seq);

	if (!p)
		return KSSH_R_NO_MEMORY;
	p->off = off;
	*c->queue_tail = p;
	c->queue_tail = &p->next;
	c->queued += p->len;
	c->queue_cost += kssh_payload_cost(p);
	c->rx_payloads++;
	c->events |= KSSH_EV_RX;
	return 0;
}

int kssh_deliver(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	return c->stream ? kssh_channel_deliver(c, payload, seq) :
			   kssh_queue_add(c, payload, seq, 0);
}

struct kssh_payload *kssh_conn_rx_first(struct kssh_conn *c)
{
	return c->queue;
}

bool kssh_conn_rx_sated(const struct kssh_conn *c)
{
	/* what ends a key exchange may stand behind what is not read */
	if (c->st != KSSH_S_OPEN)
		return false;
	return c->stream ? c->stream->unread : !!c->queue;
}

void kssh_queue_drop(struct kssh_conn *c)
{
	struct kssh_payload *p = c->queue;

	c->queue = p->next;
	if (!c->queue) {
		c->queue_tail = &c->queue;
		/* nobody needs to be told any more, but of a stream's end */
		if (!c->stream || !kssh_channel_rx_ended(c))
			c->events &= ~KSSH_EV_RX;
	}
	c->queued -= p->len;
	c->queue_cost -= kssh_payload_cost(p);
	kssh_payload_free(c, p);
}

void kssh_conn_rx_pop(struct kssh_conn *c)
{
	if (!c->queue)
		return;
	kssh_queue_drop(c);
	kssh_conn_pump(c);
}

size_t kssh_conn_rx_queued(const struct kssh_conn *c)
{
	return c->queued;
}

/* ---- sent ------------------------------------------------------------- */

size_t kssh_conn_rx_held(const struct kssh_conn *c)
{
	return c->queue_cost;
}

bool kssh_queue_full(const struct kssh_conn *c)
{
	if (!kssh_state_rekey(c->st))
		return c->queue_cost >= c->cfg.rx_limit;
	return c->st == KSSH_S_REKEY_KEXINIT &&
	       c->queue_cost >= (u64)c->cfg.rx_limit + KSSH_RX_SLACK;
}

void kssh_conn_set_room(struct kssh_conn *c, u32 rx_limit, u32 tx_limit)
{
	c->cfg.rx_limit = rx_limit;
	c->cfg.tx_limit = tx_limit;
}

bool kssh_conn_tx_ready(const struct kssh_conn *c)
{
	return kssh_tx_ready(c);
}

u32 kssh_conn_look(const struct kssh_conn *c)
{
	u32 look = 0;

	if (kssh_tx_ready(c))
		look |= KSSH_IS_READY;
	if (kssh_conn_rx_sated(c))
		look |= KSSH_IS_SATED;
	if (kssh_buf_len(&c->tx.out))
		look |= KSSH_IS_STUCK;
	if (c->stream)
		return look | kssh_channel_look(c, look);
	if (c->queue)
		look |= KSSH_IS_READABLE;
	if (look & KSSH_IS_READY)
		look |= KSSH_IS_SENDABLE;
	return look;
}

/* The kernel's: the transport's numbers, and ping@openssh.com's. */
static bool is_ours(u8 msg)
{
	return msg <= SSH_MSG_KEX_LAST || msg == SSH_MSG_PING || msg == SSH_MSG_PONG;
}

int kssh_conn_tx_reserve(struct kssh_conn *c, size_t n, u8 **p)
{
	struct kssh_buf *b = &c->tx.build;
	size_t built = kssh_tx_built(&c->tx);

	if (!kssh_is_open(c))
		return c->reason ? kssh_reason_errno(c->reason) : -ENOTCONN;
	if (n > c->cfg.max_payload || built > c->cfg.max_payload - n)
		return -EMSGSIZE;
	/* with room for the frame around it: sealing must not move it */
	if (kssh_buf_room(b, n + KSSH_FRAME_EXTRA) ||
	    kssh_tx_reserve_packed(&c->tx, built + n))
		return -ENOMEM;
	if (!kssh_buf_len(b))
		b->end = b->start + KSSH_FRAME_HEAD;
	*p = b->p + b->end;
	return 0;
}

static void give_up(struct kssh_conn *c)
{
	kssh_buf_free(&c->tx.build);
}

/* The payload built is complete, and has to wait.  0 or -ENOMEM. */
static int hold_built(struct kssh_conn *c)
{
	struct kssh_buf *b = &c->tx.build;
	struct kssh_blob payload = {
		.p = b->p + b->start + KSSH_FRAME_HEAD,
		.n = kssh_tx_built(&c->tx),
	};
	int r = kssh_hold(c, payload);

	if (!r)
		give_up(c);
	return r;
}

/* The result of queueing, as the application sees it. */
static int sent(struct kssh_conn *c, int reason)
{
	if (!reason)
		return 0;
	kssh_conn_fail(c, reason);
	return kssh_reason_errno(reason);
}

int kssh_conn_tx_commit(struct kssh_conn *c, size_t n, bool more)
{
	struct kssh_buf *b = &c->tx.build;
	size_t built = kssh_tx_built(&c->tx);
	int r;

	if (!kssh_is_open(c))
		return c->reason ? kssh_reason_errno(c->reason) : -ENOTCONN;
	if (!more && !kssh_tx_ready(c))
		return -EAGAIN;
	if (!more && !(built + n))
		return -EINVAL;
	if (!built && n && is_ours(b->p[b->end])) {
		give_up(c);
		return -EINVAL;
	}
	b->end += n;
	if (more)
		return 0;
	if (kssh_state_tx_blocked(c->st)) {
		r = hold_built(c);
		if (r) {
			b->end -= n;
			return r;
		}
	} else {
		r = kssh_tx_build(&c->tx, c->env);
	}
	if (!r) {
		c->tx_payloads++;
		r = kssh_rekey_look(c);
	}
	return sent(c, r);
}

size_t kssh_conn_tx_partial(const struct kssh_conn *c)
{
	return kssh_tx_built(&c->tx);
}

void kssh_conn_set_max_payload(struct kssh_conn *c, u32 n)
{
	c->cfg.max_payload = n;
}

/* ---- transport messages on the application's behalf ------------------- */

static int may_send(const struct kssh_conn *c)
{
	if (!kssh_is_open(c))
		return -ENOTCONN;
	return !kssh_state_tx_blocked(c->st) && kssh_way_is_clear(c) ? 0 : -EAGAIN;
}

/* Nothing has been begun that a lack of memory could leave half done. */
static int may_build(struct kssh_conn *c, size_t n)
{
	int r = may_send(c);

	if (r)
		return r;
	if (kssh_buf_room(&c->tx.out, n + KSSH_FRAME_EXTRA) ||
	    kssh_tx_reserve_packed(&c->tx, n))
		return -ENOMEM;
	return 0;
}

int kssh_conn_send_ignore(struct kssh_conn *c, u32 n)
{
	struct kssh_wr w;
	int r;

	if (n > KSSH_IGNORE_MAX)
		return -EINVAL;
	r = may_build(c, 1 + 4 + (size_t)n);
	if (r)
		return r;
	r = kssh_tx_open(&c->tx, 1 + 4 + (size_t)n, &w);
	if (!r) {
		kssh_wr_u8(&w, SSH_MSG_IGNORE);
		kssh_wr_u32(&w, n);
		c->env->random(c->env->ctx, w.p, n);
		w.p += n;
		r = kssh_own_close(c, &w);
	}
	return sent(c, r);
}

int kssh_conn_send_unimplemented(struct kssh_conn *c, u32 seq)
{
	int r = may_build(c, 1 + 4);

	if (r)
		return r;
	return sent(c, kssh_send_unimplemented(c, seq));
}

int kssh_conn_ping(struct kssh_conn *c, const void *data, size_t n)
{
	struct kssh_wr w;
	int r;

	if (n > KSSH_PING_MAX)
		return -EINVAL;
	r = may_build(c, 1 + 4 + n);
	if (r)
		return r;
	if (!(c->flags & KSSH_INFO_PING))
		return -EOPNOTSUPP;
	r = kssh_tx_open(&c->tx, 1 + 4 + n, &w);
	if (!r) {
		kssh_wr_u8(&w, SSH_MSG_PING);
		kssh_wr_string(&w, data, n);
		r = kssh_own_close(c, &w);
	}
	if (!r)
		c->pings++;
	return sent(c, r);
}

int kssh_conn_disconnect(struct kssh_conn *c, u32 reason, const char *text)
{
	if (c->reason || c->st == KSSH_S_START)
		return -ENOTCONN;
	kssh_conn_end(c, KSSH_R_LOCAL_DISCONNECT,
		      reason ? reason : SSH_DISCONNECT_BY_APPLICATION, text);
	return 0;
}
