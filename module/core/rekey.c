// SPDX-License-Identifier: GPL-2.0
/* When keys are renewed, and for how long that may take.  How: kexflow.c. */

#include "internal.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/time64.h>

/* RFC 4344 3.1, and what OpenSSH does: renew after 2^31 packets either way. */
#define SOFT_PACKETS	BIT_ULL(31)

/* And after as much where RFC 4344 3.2 asks for too little (it means 3DES, and
 * chacha20-poly1305 counts blocks of 8).
 */
#define SOFT_BYTES	BIT_ULL(30)

/**
 * enum urgency - is a key used up?
 * @NOT_YET: no
 * @NEAR: seven eighths of it are: renew it when that disturbs nobody
 * @NOW: it is
 */
enum urgency {
	NOT_YET,
	NEAR,
	NOW,
};

static enum urgency spent(u64 used, u64 limit)
{
	if (used >= limit)
		return NOW;
	return used >= limit - limit / 8 ? NEAR : NOT_YET;
}

/* The caller's limit cannot put off ours. */
static u64 tighter(u64 ours, u64 callers)
{
	return callers ? min(ours, callers) : ours;
}

/* RFC 4344 3.2 as OpenSSH reads it: 2^32 blocks of AES. */
static u64 soft_bytes(const struct kssh_keys *k)
{
	return kssh_keys_block_len(k) >= 16 ? 16ULL << 32 : SOFT_BYTES;
}

static bool dir_fresh(const struct kssh_dir *d)
{
	return d->key_packets < SOFT_PACKETS / 2 && d->key_bytes < SOFT_BYTES / 2;
}

/* Have the keys a long way to go, as nearly always, whatever the cipher? */
static __always_inline bool fresh(const struct kssh_conn *c)
{
	const struct kssh_renew *l = &c->cfg.renew;

	return !l->packets && !l->bytes && !l->seconds &&
	       dir_fresh(&c->tx.dir) && dir_fresh(&c->rx.dir);
}

static enum urgency dir_spent(const struct kssh_conn *c, const struct kssh_dir *d)
{
	const struct kssh_renew *l = &c->cfg.renew;

	return max(spent(d->key_packets, tighter(SOFT_PACKETS, l->packets)),
		   spent(d->key_bytes, tighter(soft_bytes(d->keys), l->bytes)));
}

static u64 now(const struct kssh_conn *c)
{
	return c->env->now(c->env->ctx);
}

/* Has a packet passed?  Keys that protect nothing are not renewed, so that the smallest
 * limit lets one packet through (as OpenSSH).
 */
static bool used(const struct kssh_conn *c)
{
	return c->tx.dir.key_packets || c->rx.dir.key_packets;
}

/* When the present keys are too old, in the env's time; 0: never. */
static u64 too_old_at(const struct kssh_conn *c)
{
	if (!c->cfg.renew.seconds)
		return 0;
	return c->keys_since + (u64)c->cfg.renew.seconds * NSEC_PER_SEC;
}

static enum urgency urgency(const struct kssh_conn *c)
{
	enum urgency u = max(dir_spent(c, &c->tx.dir), dir_spent(c, &c->rx.dir));
	u64 at = too_old_at(c);

	return u != NOW && at && now(c) >= at ? NOW : u;
}

int kssh_rekey_look(struct kssh_conn *c)
{
	enum urgency u;

	if (fresh(c))
		return 0;
	/* not before the user is authenticated: then a hard limit is the end */
	if (c->reason || c->st != KSSH_S_OPEN || c->tx_ended || !used(c))
		return 0;
	u = urgency(c);
	/* the server's KEXINIT will stand behind what nobody has read yet */
	if (u == NOT_YET || (u == NEAR && c->queue))
		return 0;
	return kssh_kex_start_rekey(c);
}

void kssh_rekey_opened(struct kssh_conn *c)
{
	c->rekey_deadline = now(c) + (u64)c->cfg.renew.timeout_ms * NSEC_PER_MSEC;
	c->tx_refused = false;
}

void kssh_rekey_closed(struct kssh_conn *c)
{
	c->keys_since = now(c);
}

/*
 * The deadline has passed.  If the server's KEXINIT stands behind payloads that nobody
 * reads, the server is not to blame: then it is an end only for those who want to send,
 * who would wait for ever.
 */
static int overdue(struct kssh_conn *c)
{
	if (c->st != KSSH_S_REKEY_KEXINIT || !kssh_queue_full(c))
		return KSSH_R_REKEY_STALLED;
	if (c->tx_refused)
		return KSSH_R_REKEY_UNREAD;
	kssh_rekey_opened(c);
	return 0;
}

/* ---- what the server's cost ------------------------------------------------ */

/*
 * How often a server renews keys is its affair, and what that costs us is its choice
 * too, while it may cost itself next to nothing.  So the arithmetic of what it begins
 * has a part of the time, and what its traffic pays for: beyond that the next one
 * waits.  No renewal is refused: an honest server may want one for each packet (OpenSSH
 * with RekeyLimit 16), but computes about as long as we do.
 */
#define TOLL_SHARE	4ULL			/* one part in so many of the time */
#define TOLL_BURST	(1ULL * NSEC_PER_SEC)	/* at once, after a time without */
#define TOLL_BYTE	4ULL			/* ns paid by a byte under the old keys */
#define TOLL_WAIT	(30ULL * NSEC_PER_SEC)	/* at most, whatever a job took */

bool kssh_toll_due(struct kssh_conn *c)
{
	u64 bytes = c->rx.dir.key_bytes + c->tx.dir.key_bytes;
	u64 paid = bytes * TOLL_BYTE * TOLL_SHARE;

	c->toll_at -= min(c->toll_at, paid);
	return c->toll && c->toll_at > now(c);
}

void kssh_toll_charge(struct kssh_conn *c, u64 ns)
{
	u64 t = now(c), burst = TOLL_BURST * TOLL_SHARE;

	if (!c->toll)
		return;
	c->toll_at = max(c->toll_at, t > burst ? t - burst : 0) + ns * TOLL_SHARE;
	c->toll_at = min(c->toll_at, t + TOLL_WAIT);
}

/* A job that had to wait: when it may begin; 0 if that is now. */
static u64 later(struct kssh_conn *c)
{
	if (now(c) < c->toll_at)
		return c->toll_at;
	c->job = KSSH_JOB_BEGIN;
	c->events |= KSSH_EV_JOB;
	/* the time that it waited for us is not the server's */
	kssh_rekey_opened(c);
	return 0;
}

/* ---- rest ------------------------------------------------------------------ */

/* Memory and requests are kept so long for the next record. */
#define REST_NS		NSEC_PER_SEC

static u64 packets(const struct kssh_conn *c)
{
	return c->tx.dir.packets + c->rx.dir.packets;
}

void kssh_rest_plan(struct kssh_conn *c)
{
	if (!c->rest_at && (u32)packets(c) != c->rest_packets)
		c->rest_at = now(c) + REST_NS;
}

static void rest_look(struct kssh_conn *c)
{
	if (!c->rest_at || now(c) < c->rest_at)
		return;
	if ((u32)packets(c) != c->rest_packets) {
		c->rest_packets = packets(c);
		c->rest_at = now(c) + REST_NS;
	} else {
		kssh_conn_rest(c);
	}
}

/* ---- the clock --------------------------------------------------------------- */

/* 0 is never */
static u64 sooner(u64 a, u64 b)
{
	return a && b ? min(a, b) : a | b;
}

u64 kssh_conn_tick(struct kssh_conn *c)
{
	bool open;
	int r = 0;
	u64 at;

	if (c->reason)
		return 0;
	rest_look(c);
	at = c->job == KSSH_JOB_LATER ? later(c) : 0;
	if (at)
		return sooner(at, c->rest_at);
	if (!kssh_state_rekey(c->st))
		r = kssh_rekey_look(c);
	else if (now(c) >= c->rekey_deadline)
		r = overdue(c);
	if (r) {
		kssh_conn_fail(c, r);
		return 0;
	}
	open = c->st == KSSH_S_OPEN && !c->tx_ended && used(c);
	at = kssh_state_rekey(c->st) ? c->rekey_deadline : open ? too_old_at(c) : 0;
	return sooner(at, c->rest_at);
}

static __always_inline bool steady(const struct kssh_conn *c)
{
	return c->st == KSSH_S_OPEN && c->rest_at && fresh(c) && kssh_rx_is_clean(&c->rx);
}

bool kssh_conn_steady(const struct kssh_conn *c)
{
	return steady(c);
}

bool kssh_conn_at_rest(const struct kssh_conn *c)
{
	return !c->events && !(c->queue_cost | c->held_cost) &&
	       !kssh_buf_len(&c->tx.out) && steady(c) &&
	       (!c->stream || kssh_channel_flows(c->stream));
}

void kssh_conn_tx_refused(struct kssh_conn *c)
{
	c->tx_refused = true;
}

void kssh_conn_set_renew(struct kssh_conn *c, const struct kssh_renew *l)
{
	c->cfg.renew = *l;
}

int kssh_conn_rekey(struct kssh_conn *c)
{
	int r;

	if (!kssh_is_open(c))
		return -ENOTCONN;
	if (!(c->flags & KSSH_INFO_AUTHED))
		return -EAGAIN;
	if (c->st != KSSH_S_OPEN)
		return -EBUSY;
	r = kssh_kex_start_rekey(c);
	if (!r)
		return 0;
	kssh_conn_fail(c, r);
	return kssh_reason_errno(c->reason);
}
