// SPDX-License-Identifier: GPL-2.0
/*
 * The course of a key exchange (RFC 4253 7 to 9): KEXINIT, in some methods a group
 * of the server's choice, our public value, the server's reply, judgement, NEWKEYS.
 * Every handler parses and checks all it was given before it changes the connection.
 */

#include "internal.h"

#include <crypto/utils.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

static bool strict(const struct kssh_conn *c)
{
	return c->flags & KSSH_INFO_STRICT_KEX;
}

/* ---- KEXINIT ---------------------------------------------------------- */

/* Room that all the lists of all usual configurations fit into */
#define KEXINIT_USUAL	2048

/* A KEXINIT, if it fits into @room bytes.  0, -ENOSPC or a reason. */
static int write_kexinit(struct kssh_conn *c, const u8 *cookie, size_t room)
{
	u8 *buf = kvmalloc(room, GFP_KERNEL);
	struct kssh_wr w;
	int r = -ENOSPC;

	if (!buf)
		return KSSH_R_NO_MEMORY;
	kssh_wr_init(&w, buf, room);
	kssh_kexinit_write(&w, &c->cfg, cookie, !c->session_id_len);
	if (!w.bad)
		r = kssh_owned_set(&c->x->i_c, (struct kssh_blob){
				   .p = buf, .n = kssh_wr_len(&w) });
	kvfree(buf);
	return r;
}

/* Begin an exchange: our KEXINIT is made, not sent. */
static int make_kexinit(struct kssh_conn *c)
{
	u8 cookie[KSSH_COOKIE_LEN];
	int r;

	c->x = kssh_exchange_new();
	if (!c->x)
		return KSSH_R_NO_MEMORY;
	c->env->random(c->env->ctx, cookie, sizeof(cookie));
	r = write_kexinit(c, cookie, KEXINIT_USUAL);
	if (r == -ENOSPC)
		r = write_kexinit(c, cookie, KSSH_KEXINIT_MAX);
	return r < 0 ? KSSH_R_NO_MEMORY : r;
}

static int send_kexinit(struct kssh_conn *c)
{
	const struct kssh_owned *i_c = &c->x->i_c;
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, i_c->n, &w);
	if (r)
		return r;
	kssh_wr_raw(&w, i_c->p, i_c->n);
	return kssh_own_close(c, &w);
}

static int send_public(struct kssh_conn *c)
{
	const struct kssh_kex_alg *kex = c->x->neg.kex;
	struct kssh_owned *q_c = &c->x->q_c;
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, 1 + 4 + 1 + q_c->n, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, kex->gex ? SSH_MSG_KEX_GEX_INIT : SSH_MSG_KEX_ECDH_INIT);
	if (kex->public_is_mpint)
		kssh_wr_mpint(&w, q_c->p, q_c->n);
	else
		kssh_wr_string(&w, q_c->p, q_c->n);
	return kssh_own_close(c, &w);
}

int kssh_kex_open(struct kssh_conn *c)
{
	int r = make_kexinit(c);

	if (r)
		return r;
	if (!kssh_guess_plan(c))
		return kssh_send_banner(c) ?: send_kexinit(c);
	c->hold = KSSH_HOLD_GUESS;
	c->job = KSSH_JOB_BEGIN;
	c->events |= KSSH_EV_JOB;
	return 0;
}

/* Our public value is made: the first flight is complete. */
static int open_guessing(struct kssh_conn *c)
{
	c->hold = KSSH_HOLD_NONE;
	c->flags |= KSSH_INFO_GUESSED;
	return kssh_send_banner(c) ?: send_kexinit(c) ?: send_public(c);
}

int kssh_kex_start_rekey(struct kssh_conn *c)
{
	int r = make_kexinit(c) ?: send_kexinit(c);

	if (r)
		return r;
	c->home = c->st;
	c->st = KSSH_S_REKEY_KEXINIT;
	c->ignored = 0;
	c->toll = false;
	kssh_rekey_opened(c);
	if (c->home != KSSH_S_SERVICE) {
		kssh_phase_begin(c, KSSH_PHASE_REKEY);
		c->phase = KSSH_PHASE_REKEY;
	}
	return 0;
}

/* What the exchange has to know besides the two KEXINITs. */
static int fill_exchange(struct kssh_conn *c, struct kssh_blob i_s)
{
	struct kssh_exchange *x = c->x;
	struct kssh_blob v_c;
	int r;

	v_c.p = (const u8 *)kssh_config_banner(&c->cfg);
	v_c.n = strlen((const char *)v_c.p);
	r = kssh_owned_set(&x->i_s, i_s);
	if (!r)
		r = kssh_owned_set(&x->v_c, v_c);
	if (!r)
		r = kssh_owned_set(&x->v_s, kssh_owned_blob(&c->v_s));
	if (!r)
		r = kssh_exchange_absorb(x);
	memcpy(x->session_id, c->session_id, c->session_id_len);
	x->session_id_len = c->session_id_len;
	x->has_comp[KSSH_TX] = c->tx.dir.comp;
	x->has_comp[KSSH_RX] = c->rx.dir.comp;
	return r;
}

/* The markers count in the first exchange only. */
static u32 markers(const struct kssh_kexinit *theirs)
{
	static const char strict_s[] = KSSH_STRICT_S, ext_info_s[] = KSSH_EXT_INFO_S;
	struct kssh_blob kex = theirs->offer.list[KSSH_LIST_KEX];
	struct kssh_blob name;
	u32 flags = 0;

	while (kssh_list_next(&kex, &name)) {
		if (kssh_blob_is(name, strict_s))
			flags |= KSSH_INFO_STRICT_KEX;
		if (kssh_blob_is(name, ext_info_s))
			flags |= KSSH_INFO_EXT_INFO;
	}
	return flags;
}

/* Have our public value made. */
static void begin(struct kssh_conn *c)
{
	c->st = kssh_state_rekey(c->st) ? KSSH_S_REKEY_KEYGEN : KSSH_S_KEYGEN;
	if (kssh_toll_due(c)) {
		c->job = KSSH_JOB_LATER;
	} else {
		c->job = KSSH_JOB_BEGIN;
		c->events |= KSSH_EV_JOB;
	}
}

/* RFC 4419 3: which group is to be used? */
static int request_group(struct kssh_conn *c)
{
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, 1 + 3 * 4, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_KEX_GEX_REQUEST);
	kssh_wr_u32(&w, KSSH_GEX_MIN_BITS);
	kssh_wr_u32(&w, kssh_gex_bits(&c->x->neg));
	kssh_wr_u32(&w, KSSH_GEX_MAX_BITS);
	r = kssh_own_close(c, &w);
	if (r)
		return r;
	c->st = kssh_state_rekey(c->st) ? KSSH_S_REKEY_GROUP : KSSH_S_GROUP;
	return 0;
}

/* Is our public value with the server, or how does it get there?  0 or a reason. */
static int begin_or_go_on(struct kssh_conn *c, const struct kssh_kex_alg *guessed)
{
	if (c->x->q_c.n && c->x->neg.kex == guessed) {
		c->st = KSSH_S_KEX;
		return c->flags & KSSH_INFO_GUESS_RIGHT ? 0 : send_public(c);
	}
	kssh_exchange_again(c->x);
	if (c->x->neg.kex->gex)
		return request_group(c);
	begin(c);
	return 0;
}

int kssh_kex_kexinit(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	bool first = c->st == KSSH_S_KEXINIT;
	const struct kssh_kex_alg *guessed;
	struct kssh_kexinit ours, theirs;
	bool wrong;
	u32 flags;
	int r;

	r = kssh_kexinit_read(payload, &theirs);
	if (r)
		return r;
	flags = first ? markers(&theirs) : 0;
	if ((flags & KSSH_INFO_STRICT_KEX) && seq)
		return KSSH_R_STRICT_KEX;
	if (!first && c->st != KSSH_S_REKEY_KEXINIT) {
		r = kssh_kex_start_rekey(c);
		c->toll = true;
	}
	if (!r)
		r = kssh_kexinit_read(kssh_owned_blob(&c->x->i_c), &ours);
	if (r)
		return r;
	guessed = c->x->neg.kex;
	r = kssh_negotiate(&ours.offer, &theirs.offer, &c->x->neg);
	if (!r && guessed)
		r = kssh_guess_judge(c, &ours.offer, &theirs.offer, guessed);
	if (!r && first)
		r = kssh_guess_remember(c, &theirs.offer);
	wrong = theirs.follows && kssh_guess_wrong(&ours.offer, &theirs.offer);
	/* the last use of both offers */
	if (!r)
		r = fill_exchange(c, payload);
	if (r)
		return r;

	c->flags |= flags;
	c->skip = wrong;
	if (c->skip)
		c->flags |= KSSH_INFO_GUESS_WRONG;
	if (first) {
		kssh_settled_set(c, &c->x->neg);
		kssh_phase_next(c, KSSH_PHASE_KEX);
	}
	return begin_or_go_on(c, guessed);
}

int kssh_kex_group(struct kssh_conn *c, struct kssh_blob payload)
{
	struct kssh_blob p, g;
	struct kssh_rd rd;
	int r;

	kssh_rd_init(&rd, payload.p, payload.n);
	kssh_rd_u8(&rd);
	p = kssh_rd_mpint(&rd);
	g = kssh_rd_mpint(&rd);
	if (!kssh_rd_done(&rd))
		return KSSH_R_MALFORMED;
	r = kssh_gex_group(c->x, p, g);
	if (r)
		return r;
	begin(c);
	return 0;
}

/* ---- public values ---------------------------------------------------- */

/* Of the state in which our public value was made, and of the method. */
static enum kssh_ssh_state reply_state(const struct kssh_conn *c)
{
	bool gex = c->x->neg.kex->gex;

	if (c->st == KSSH_S_KEYGEN)
		return gex ? KSSH_S_GEX : KSSH_S_KEX;
	return gex ? KSSH_S_REKEY_GEX : KSSH_S_REKEY_KEX;
}

int kssh_kex_begun(struct kssh_conn *c)
{
	int r;

	if (c->hold == KSSH_HOLD_GUESS)
		return open_guessing(c);
	r = send_public(c);
	if (!r)
		c->st = reply_state(c);
	return r;
}

static int check_pins(const struct kssh_conn *c, struct kssh_blob k_s)
{
	u8 digest[KSSH_PIN_LEN];
	int i, r;

	r = kssh_hash_digest(KSSH_SHA256, k_s.p, k_s.n, digest);
	if (r)
		return r;
	for (i = 0; i < c->cfg.n_pins; i++)
		if (!crypto_memneq(digest, c->cfg.pins[i], KSSH_PIN_LEN))
			return 0;
	return KSSH_R_PIN_MISMATCH;
}

/* Is this a key that the exchange may go on with? */
static int check_hostkey(const struct kssh_conn *c, bool first, struct kssh_blob k_s)
{
	struct kssh_blob known = kssh_owned_blob(&c->hostkey);
	int r;

	if (k_s.n > KSSH_HOSTKEY_MAX)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!first && (k_s.n != known.n || crypto_memneq(k_s.p, known.p, k_s.n)))
		return KSSH_R_REKEY_HOSTKEY_CHANGED;
	r = kssh_hostkey_check(c->x->neg.hostkey, k_s, c->cfg.rsa_min_bits);
	/* sound, so that only its size can be wrong for those above us */
	if (!r && kssh_hostkey_check(c->x->neg.hostkey, k_s, c->cfg.limits.rsa_min_bits))
		r = KSSH_R_POLICY_KEY_SIZE;
	return r;
}

/* Who judges the key, and when?  The key can be read from here on.  0 or a reason. */
static int ask(struct kssh_conn *c)
{
	int r;

	kssh_phase_next(c, KSSH_PHASE_HOSTKEY);
	switch (c->cfg.verify) {
	case KSSH_VERIFY_PIN:
		kssh_phase_begin(c, KSSH_PHASE_TRUST);
		r = check_pins(c, kssh_owned_blob(&c->hostkey));
		kssh_phase_end(c, KSSH_PHASE_TRUST);
		if (r) {
			c->phase = KSSH_PHASE_TRUST;
			return r;
		}
		c->ask = KSSH_ASK_GOOD;
		break;
	case KSSH_VERIFY_APP:
		c->ask = KSSH_ASK_LATER;
		break;
	default:
		kssh_phase_begin(c, KSSH_PHASE_TRUST);
		c->ask = KSSH_ASK_WAIT;
		c->events |= KSSH_EV_ASK;
		break;
	}
	return 0;
}

int kssh_kex_reply(struct kssh_conn *c, struct kssh_blob payload)
{
	bool first = !kssh_state_rekey(c->st);
	struct kssh_blob k_s, q_s, sig;
	struct kssh_exchange *x = c->x;
	struct kssh_rd rd;
	int r;

	kssh_rd_init(&rd, payload.p, payload.n);
	kssh_rd_u8(&rd);
	k_s = kssh_rd_string(&rd);
	q_s = x->neg.kex->public_is_mpint ? kssh_rd_mpint(&rd) : kssh_rd_string(&rd);
	sig = kssh_rd_string(&rd);
	if (!kssh_rd_done(&rd))
		return KSSH_R_MALFORMED;
	if (x->neg.kex->server_len && q_s.n != x->neg.kex->server_len)
		return KSSH_R_KEX_PUBLIC_VALUE;
	if (sig.n > KSSH_HOSTKEY_MAX)
		return KSSH_R_SIGNATURE_MALFORMED;
	r = check_hostkey(c, first, k_s);
	if (!r)
		r = kssh_owned_set(&x->k_s, k_s);
	if (!r)
		r = kssh_owned_set(&x->q_s, q_s);
	if (!r)
		r = kssh_owned_set(&x->sig, sig);
	if (!r && first)
		r = kssh_owned_set(&c->hostkey, k_s);
	if (!r && first)
		r = ask(c);
	if (r)
		return r;

	c->proven = false;
	c->st = first ? KSSH_S_PROVE : KSSH_S_REKEY_PROVE;
	c->job = KSSH_JOB_FINISH;
	c->events |= KSSH_EV_JOB;
	return 0;
}

/* ---- judgement -------------------------------------------------------- */

int kssh_kex_proven(struct kssh_conn *c)
{
	bool first = c->st == KSSH_S_PROVE;
	int r;

	if (first) {
		r = kssh_owned_set(&c->hostkey_sig, kssh_owned_blob(&c->x->sig));
		if (r)
			return r;
		kssh_phase_end(c, KSSH_PHASE_HOSTKEY);
		if (c->cfg.verify == KSSH_VERIFY_HELPER)
			c->events |= KSSH_EV_RESULT;
		if (c->ask == KSSH_ASK_LATER) {
			kssh_phase_begin(c, KSSH_PHASE_TRUST);
			c->ask = KSSH_ASK_WAIT;
			c->events |= KSSH_EV_VERDICT;
		}
		if (c->ask == KSSH_ASK_WAIT)
			c->phase = KSSH_PHASE_TRUST;
	}
	c->proven = true;
	return kssh_kex_settle(c);
}

int kssh_conn_verdict(struct kssh_conn *c, int reason)
{
	int r = reason;

	if (c->reason || c->ask != KSSH_ASK_WAIT)
		return -EINVAL;
	kssh_phase_end(c, KSSH_PHASE_TRUST);
	if (!r) {
		c->ask = KSSH_ASK_GOOD;
		r = kssh_kex_settle(c);
	} else {
		c->phase = KSSH_PHASE_TRUST;
	}
	if (r)
		kssh_conn_fail(c, r);
	else
		kssh_conn_pump(c);
	return 0;
}

/* ---- NEWKEYS ---------------------------------------------------------- */

static int send_newkeys(struct kssh_conn *c)
{
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, 1, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_NEWKEYS);
	r = kssh_own_close(c, &w);
	if (r)
		return r;
	kssh_dir_newkeys(&c->tx.dir, &c->x->keys[KSSH_TX], strict(c));
	/* the numbers begin again */
	if (strict(c))
		c->own_n = 0;
	kssh_dir_newcomp(&c->tx.dir, c->x->neg.comp[KSSH_TX], &c->x->comp[KSSH_TX],
			 c->flags & KSSH_INFO_AUTHED);
	return 0;
}

/* RFC 8308 2.4: the packet behind our first NEWKEYS, or never */
static int send_ext_info(struct kssh_conn *c)
{
	struct kssh_wr w;
	int r;

	if (!(c->flags & KSSH_INFO_EXT_INFO))
		return 0;
	r = kssh_tx_open(&c->tx, 128, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_EXT_INFO);
	kssh_wr_u32(&w, 1);
	kssh_wr_cstring(&w, "ext-info-in-auth@openssh.com");
	kssh_wr_cstring(&w, "0");
	return kssh_own_close(c, &w);
}

static int send_service_request(struct kssh_conn *c)
{
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, 64, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_SERVICE_REQUEST);
	kssh_wr_cstring(&w, KSSH_SERVICE);
	return kssh_own_close(c, &w);
}

int kssh_kex_settle(struct kssh_conn *c)
{
	bool first = c->st == KSSH_S_PROVE;
	int r;

	if (!c->proven || c->ask != KSSH_ASK_GOOD)
		return 0;
	r = send_newkeys(c);
	if (!r && first)
		r = send_ext_info(c);
	if (!r && first)
		r = send_service_request(c);
	if (r)
		return r;

	if (first) {
		memcpy(c->session_id, c->x->session_id, c->x->session_id_len);
		c->session_id_len = c->x->session_id_len;
		kssh_config_drop_pins(&c->cfg);
		kssh_phase_next(c, KSSH_PHASE_NEWKEYS);
		c->events |= KSSH_EV_TRUSTED;
		if (c->cfg.early) {
			c->opened = true;
			c->events |= KSSH_EV_OPEN;
		}
	}
	c->st = first ? KSSH_S_NEWKEYS : KSSH_S_REKEY_NEWKEYS;
	return kssh_hold_release(c);
}

int kssh_kex_newkeys(struct kssh_conn *c, struct kssh_blob payload)
{
	bool first = c->st == KSSH_S_NEWKEYS;

	if (payload.n != 1)
		return KSSH_R_MALFORMED;
	kssh_dir_newkeys(&c->rx.dir, &c->x->keys[KSSH_RX], strict(c));
	kssh_dir_newcomp(&c->rx.dir, c->x->neg.comp[KSSH_RX], &c->x->comp[KSSH_RX],
			 c->flags & KSSH_INFO_AUTHED);
	kssh_settled_set(c, &c->x->neg);
	kssh_exchange_free(c->x);
	c->x = NULL;
	kssh_rekey_closed(c);
	if (first) {
		c->st = KSSH_S_SERVICE;
		kssh_phase_next(c, KSSH_PHASE_SERVICE);
		return 0;
	}
	c->st = c->home;
	c->rekeys++;
	if (c->home != KSSH_S_SERVICE) {
		kssh_phase_end(c, KSSH_PHASE_REKEY);
		c->phase = KSSH_PHASE_OPEN;
	}
	return 0;
}
