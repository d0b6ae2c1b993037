// SPDX-License-Identifier: GPL-2.0
/* The connection as its caller sees it: life, bytes, jobs, end. */

#include "chunk.h"
#include "internal.h"

#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>

/* Asked for at a time while the identification is read. */
#define BANNER_ROOM	1024

/* Where a frame begins, @n bytes or more into a buffer, so that the cipher's blocks, which
 * begin behind packet_length, do not lie across pages.
 */
#define TEXT_ALIGN(n)	(round_up((n) + 4, 16) - 4)

/* ---- life ------------------------------------------------------------- */

/* By their exact size, apart from what is not kssh's, and nothing of it is copied to or
 * from user space.
 */
static struct kmem_cache *cache;

/* There are to be 17 in a slab of four pages. */
static_assert(sizeof(struct kssh_conn) <= 963);

int kssh_conn_init(void)
{
	cache = kmem_cache_create("kssh_conn", sizeof(struct kssh_conn), 0,
				  SLAB_ACCOUNT | SLAB_NO_MERGE, NULL);
	return cache ? 0 : -ENOMEM;
}

void kssh_conn_exit(void)
{
	kmem_cache_destroy(cache);
	kssh_chunk_exit();
}

struct kssh_conn *kssh_conn_new(struct kssh_config *cfg, const struct kssh_env *env)
{
	struct kssh_conn *c;

	c = kmem_cache_zalloc(cache, GFP_KERNEL_ACCOUNT);
	if (!c)
		return NULL;
	if (kssh_dir_init(&c->rx.dir) || kssh_dir_init(&c->tx.dir)) {
		kssh_dir_kill(&c->rx.dir);
		kmem_cache_free(cache, c);
		return NULL;
	}
	c->env = env;
	c->queue_tail = &c->queue;
	c->held_tail = &c->held;
	/* a payload can take the memory over that it came in */
	c->rx.buf.lead = TEXT_ALIGN(sizeof(struct kssh_payload));
	c->tx.out.out = true;
	c->tx.build.out = true;
	c->tx.out.lead = TEXT_ALIGN(0);
	c->tx.build.lead = TEXT_ALIGN(0);
	c->cfg = *cfg;
	kssh_config_init(cfg);
	return c;
}

/* Everything secret, and what nobody can ask for any more. */
static void drop_secrets(struct kssh_conn *c)
{
	kssh_exchange_free(c->x);
	c->x = NULL;
	kssh_dir_kill(&c->rx.dir);
	kssh_dir_kill(&c->tx.dir);
	kssh_buf_free(&c->rx.buf);
	kssh_buf_delete(c->rx.plain);
	c->rx.plain = NULL;
	kssh_buf_free(&c->tx.build);
	kssh_buf_delete(c->tx.packed);
	c->tx.packed = NULL;
	kssh_hold_drop(c);
}

void kssh_conn_free(struct kssh_conn *c)
{
	if (!c)
		return;
	drop_secrets(c);
	while (c->queue)
		kssh_queue_drop(c);
	kssh_channel_free(c);
	kssh_rx_trim(&c->rx);
	kssh_buf_free(&c->tx.out);
	kfree(c->v_s.p);
	kfree(c->hostkey.p);
	kfree(c->hostkey_sig.p);
	kfree(c->ext_info.p);
	kfree(c->disconnect_text.p);
	kssh_config_free(&c->cfg);
	memzero_explicit(c, sizeof(*c));
	kmem_cache_free(cache, c);
}

int kssh_send_banner(struct kssh_conn *c)
{
	const char *banner = kssh_config_banner(&c->cfg);
	size_t n = strlen(banner);
	struct kssh_buf *out = &c->tx.out;
	int r;

	r = kssh_buf_room(out, n + 2);
	if (r)
		return r;
	memcpy(out->p + out->end, banner, n);
	memcpy(out->p + out->end + n, "\r\n", 2);
	out->end += n + 2;
	return 0;
}

void kssh_conn_start(struct kssh_conn *c)
{
	int r = 0;

	if (c->reason || c->st != KSSH_S_START)
		return;
	c->started = c->env->now(c->env->ctx);
	c->st = KSSH_S_BANNER;
	kssh_phase_begin(c, KSSH_PHASE_BANNER);
	c->phase = KSSH_PHASE_BANNER;
	if (c->cfg.ask_known) {
		c->hold = KSSH_HOLD_ORDER;
		c->events |= KSSH_EV_KNOWN;
	} else {
		r = kssh_kex_open(c);
	}
	if (r)
		kssh_conn_fail(c, r);
}

int kssh_conn_known(struct kssh_conn *c, struct kssh_blob types, bool ca)
{
	int r;

	if (c->reason || c->hold != KSSH_HOLD_ORDER)
		return -EINVAL;
	c->hold = KSSH_HOLD_NONE;
	r = kssh_config_prefer(&c->cfg, types, ca);
	if (!r)
		r = kssh_kex_open(c);
	if (r)
		kssh_conn_fail(c, r);
	else
		kssh_conn_pump(c);
	return 0;
}

/* ---- end -------------------------------------------------------------- */

/* As far as it goes: a DISCONNECT that cannot be made is not sent. */
static void send_disconnect(struct kssh_conn *c, u32 code, const char *text)
{
	struct kssh_wr w;

	if (kssh_tx_open(&c->tx, 1 + 4 + 4 + strlen(text) + 4, &w))
		return;
	kssh_wr_u8(&w, SSH_MSG_DISCONNECT);
	kssh_wr_u32(&w, code);
	kssh_wr_cstring(&w, text);
	kssh_wr_cstring(&w, "");	/* language tag */
	(void)kssh_tx_close(&c->tx, &w, c->env);
}

void kssh_conn_end(struct kssh_conn *c, int reason, u32 code, const char *text)
{
	if (c->reason)
		return;
	c->reason = reason;
	if (c->st != KSSH_S_START) {
		/* who has not heard who we are cannot read a packet of ours */
		if (code && (!c->hold || !kssh_send_banner(c)))
			send_disconnect(c, code, text);
		c->hold = KSSH_HOLD_NONE;
		kssh_phase_stop(c);
	}
	c->st = KSSH_S_OVER;
	c->ask = KSSH_ASK_NONE;
	/* what a job works on is its own; the result will be dropped */
	if (c->job != KSSH_JOB_OUT)
		c->job = KSSH_JOB_NONE;
	/* what has come and what was proven stays true */
	c->events = (c->events & (KSSH_EV_RX | KSSH_EV_TRUSTED)) | KSSH_EV_FAILED;
	drop_secrets(c);
}

void kssh_conn_fail(struct kssh_conn *c, int reason)
{
	kssh_conn_end(c, reason, kssh_reason_disconnect(reason),
		      kssh_reason_name(reason));
}

int kssh_conn_reason(const struct kssh_conn *c)
{
	return c->reason;
}

/* ---- bytes in --------------------------------------------------------- */

/* Must reading wait for somebody? */
static bool paused(const struct kssh_conn *c)
{
	return c->reason || kssh_state_paused(c->st) ||
	       (c->hold && c->st != KSSH_S_BANNER) ||
	       kssh_queue_full(c) || c->replies >= KSSH_REPLY_MAX;
}

/* One line of the identification exchange.  0, -EAGAIN or a reason. */
static int step_banner(struct kssh_conn *c)
{
	struct kssh_buf *b = &c->rx.buf;
	struct kssh_blob id;
	size_t used;
	int r;

	r = kssh_banner_line(&c->banner, b->p + b->start, kssh_buf_len(b), &used, &id);
	if (r)
		return r;
	if (!used)
		return -EAGAIN;
	if (id.n) {
		r = kssh_owned_set(&c->v_s, id);
		if (r)
			return r;
		c->st = KSSH_S_KEXINIT;
		kssh_phase_next(c, KSSH_PHASE_KEXINIT);
	}
	kssh_buf_take(b, used);
	return 0;
}

/* One packet.  0, -EAGAIN or a reason. */
static int step_packet(struct kssh_conn *c)
{
	struct kssh_blob payload;
	u32 seq;
	int r;

	r = kssh_rx_packet(&c->rx, &payload, &seq);
	if (!r)
		r = kssh_handle(c, payload, seq);
	return r ? r : kssh_rekey_look(c);
}

/* A frame known to be bad is our secret still: the peer is told nothing. */
static void stream_ended(struct kssh_conn *c)
{
	kssh_conn_end(c, c->rx.discard ? KSSH_R_BAD_MAC : KSSH_R_PEER_CLOSED, 0, "");
}

void kssh_conn_pump(struct kssh_conn *c)
{
	int r = 0;

	while (!r && kssh_buf_len(&c->rx.buf) && !paused(c))
		r = c->st == KSSH_S_BANNER ? step_banner(c) : step_packet(c);
	if (r > 0)
		kssh_conn_fail(c, r);
	/* the last words before the end of the stream may still be unread */
	if (c->eof && (!paused(c) || !kssh_buf_len(&c->rx.buf)))
		stream_ended(c);
	kssh_channel_flush(c);
}

size_t kssh_conn_rx_want(struct kssh_conn *c, u8 **p)
{
	struct kssh_buf *b = &c->rx.buf;
	size_t most;
	int r;

	if (paused(c) || c->eof)
		return 0;
	if (!p)
		return 1;
	if (c->st == KSSH_S_BANNER) {
		r = kssh_buf_room(b, BANNER_ROOM);
		most = b->cap - b->end;
	} else {
		r = kssh_rx_place(&c->rx, &most);
	}
	if (r) {
		kssh_conn_fail(c, r);
		return 0;
	}
	*p = b->p + b->end;
	return most;
}

void kssh_conn_rx_got(struct kssh_conn *c, size_t n)
{
	struct kssh_buf *b = &c->rx.buf;

	if (c->reason || WARN_ON_ONCE(n > b->cap - b->end))
		return;
	b->end += n;
	b->dirty = max(b->dirty, b->end);
	c->rx_bytes += n;
	kssh_conn_pump(c);
}

void kssh_conn_rest(struct kssh_conn *c)
{
	c->rest_at = 0;
	kssh_rx_trim(&c->rx);
	kssh_buf_trim(&c->tx.out);
	kssh_buf_trim(&c->tx.build);
	kssh_keys_rest(c->rx.dir.keys);
	kssh_keys_rest(c->tx.dir.keys);
}

void kssh_conn_rx_idle(struct kssh_conn *c)
{
	kssh_rx_clean(&c->rx);
	if (kssh_is_open(c))
		kssh_rest_plan(c);
	else
		kssh_conn_rest(c);
}

bool kssh_conn_rx_boundary(const struct kssh_conn *c)
{
	return kssh_rx_boundary(&c->rx);
}

void kssh_conn_rx_eof(struct kssh_conn *c)
{
	c->eof = true;
	kssh_conn_pump(c);
}

/* ---- bytes out -------------------------------------------------------- */

size_t kssh_conn_tx_pending(const struct kssh_conn *c, const u8 **p)
{
	*p = c->tx.out.p + c->tx.out.start;
	return kssh_buf_len(&c->tx.out);
}

bool kssh_conn_tx_lend(struct kssh_conn *c)
{
	return kssh_buf_lend(&c->tx.out);
}

void kssh_conn_tx_sent(struct kssh_conn *c, size_t n)
{
	struct kssh_buf *out = &c->tx.out;
	int r;

	if (WARN_ON_ONCE(n > kssh_buf_len(out)))
		return;
	kssh_buf_take(out, n);
	c->tx_bytes += n;
	if (kssh_buf_len(out))
		return;
	if (kssh_is_open(c))
		kssh_buf_clean(out);
	else
		kssh_buf_trim(out);
	c->replies = 0;
	r = c->held ? kssh_hold_release(c) : 0;
	if (r)
		kssh_conn_fail(c, r);
	kssh_conn_pump(c);
}

/* ---- events and jobs -------------------------------------------------- */

u32 kssh_conn_events(const struct kssh_conn *c)
{
	return c->events;
}

u32 kssh_conn_take_events(struct kssh_conn *c)
{
	u32 events = c->events;

	c->events = 0;
	return events;
}

bool kssh_conn_job_take(struct kssh_conn *c, struct kssh_job *j)
{
	if (c->job != KSSH_JOB_BEGIN && c->job != KSSH_JOB_FINISH)
		return false;
	j->x = c->x;
	j->env = c->env;
	j->finish = c->job == KSSH_JOB_FINISH;
	j->result = 0;
	c->x = NULL;
	c->job = KSSH_JOB_OUT;
	return true;
}

void kssh_job_run(struct kssh_job *j)
{
	u64 begun = j->env->now(j->env->ctx);

	j->result = j->finish ? kssh_exchange_finish(j->x) :
				kssh_exchange_begin(j->x, j->env);
	j->took = j->env->now(j->env->ctx) - begun;
}

void kssh_job_drop(struct kssh_job *j)
{
	kssh_exchange_free(j->x);
	memset(j, 0, sizeof(*j));
}

void kssh_conn_job_done(struct kssh_conn *c, struct kssh_job *j)
{
	int r = j->result;

	if (c->job != KSSH_JOB_OUT || c->reason) {
		c->job = KSSH_JOB_NONE;
		kssh_job_drop(j);
		return;
	}
	c->x = j->x;
	c->job = KSSH_JOB_NONE;
	kssh_toll_charge(c, j->took);
	if (!r)
		r = j->finish ? kssh_kex_proven(c) : kssh_kex_begun(c);
	memset(j, 0, sizeof(*j));
	if (r)
		kssh_conn_fail(c, r);
	else
		kssh_conn_pump(c);
}
