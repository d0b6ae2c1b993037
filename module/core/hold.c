// SPDX-License-Identifier: GPL-2.0
/*
 * Payloads of the application that were completed while a key exchange keeps them
 * from leaving: they are sealed under the new keys, in their order, before any other.
 */

#include "internal.h"

#include <linux/errno.h>
#include <linux/slab.h>

/* Sealed at a time: the output does not become as long as all that was held. */
#define SEAL_AT_ONCE	(64 * 1024)

/**
 * struct kssh_held - one payload
 * @next: in the queue
 * @len: bytes
 * @data: message number first
 */
struct kssh_held {
	struct kssh_held *next;
	u32 len;
	u8 data[];
};

static size_t cost(const struct kssh_held *h)
{
	return sizeof(*h) + h->len;
}

int kssh_hold(struct kssh_conn *c, struct kssh_blob payload)
{
	struct kssh_held *h;

	h = kvmalloc(sizeof(*h) + payload.n, GFP_KERNEL_ACCOUNT);
	if (!h)
		return -ENOMEM;
	h->next = NULL;
	h->len = payload.n;
	memcpy(h->data, payload.p, payload.n);
	*c->held_tail = h;
	c->held_tail = &h->next;
	c->held_cost += cost(h);
	return 0;
}

static void drop(struct kssh_conn *c)
{
	struct kssh_held *h = c->held;

	c->held = h->next;
	if (!c->held)
		c->held_tail = &c->held;
	c->held_cost -= cost(h);
	kvfree_sensitive(h, sizeof(*h) + h->len);
}

void kssh_hold_drop(struct kssh_conn *c)
{
	while (c->held)
		drop(c);
}

int kssh_hold_release(struct kssh_conn *c)
{
	struct kssh_wr w;
	int r;

	while (c->held && !kssh_state_tx_blocked(c->st) &&
	       kssh_buf_len(&c->tx.out) < SEAL_AT_ONCE) {
		r = kssh_tx_open(&c->tx, c->held->len, &w);
		if (r)
			return r;
		kssh_wr_raw(&w, c->held->data, c->held->len);
		r = kssh_tx_close(&c->tx, &w, c->env);
		if (r)
			return r;
		drop(c);
	}
	return 0;
}

bool kssh_conn_tx_end(struct kssh_conn *c)
{
	c->tx_ended = true;
	return !c->held && !kssh_buf_len(&c->tx.out) && !kssh_state_tx_blocked(c->st);
}

size_t kssh_conn_tx_held(const struct kssh_conn *c)
{
	return c->held_cost;
}
