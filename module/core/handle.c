// SPDX-License-Identifier: GPL-2.0
/* What a message does, once the table in legal.c has let it through. */

#include "internal.h"

#include <linux/minmax.h>

int kssh_own_close(struct kssh_conn *c, const struct kssh_wr *w)
{
	u32 seq = c->tx.dir.seq;
	int r = kssh_tx_close(&c->tx, w, c->env);

	if (!r) {
		c->own_seq[c->own_n++ % KSSH_OWN_SEQS] = seq;
		if (c->own_n == 2 * KSSH_OWN_SEQS)
			c->own_n = KSSH_OWN_SEQS;
	}
	return r;
}

static bool is_own(const struct kssh_conn *c, u32 seq)
{
	u32 i, n = min_t(u32, c->own_n, KSSH_OWN_SEQS);

	for (i = 0; i < n; i++)
		if (c->own_seq[i] == seq)
			return true;
	return false;
}

/* ---- answers ---------------------------------------------------------- */

int kssh_close_reply(struct kssh_conn *c, const struct kssh_wr *w)
{
	size_t before = kssh_buf_len(&c->tx.out);
	int r = kssh_own_close(c, w);

	if (!r)
		c->replies += kssh_buf_len(&c->tx.out) - before;
	return r;
}

int kssh_send_unimplemented(struct kssh_conn *c, u32 seq)
{
	struct kssh_wr w;
	int r;

	r = kssh_tx_open(&c->tx, 5, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_UNIMPLEMENTED);
	kssh_wr_u32(&w, seq);
	return kssh_close_reply(c, &w);
}

/* ---- messages that change nothing ------------------------------------- */

/* Once the session is up, TCP alone bounds them. */
static int ignore(struct kssh_conn *c)
{
	if (c->st == KSSH_S_AUTH || c->st == KSSH_S_OPEN ||
	    c->st == KSSH_S_REKEY_KEXINIT)
		return 0;
	return ++c->ignored > KSSH_IGNORED_MAX ? KSSH_R_FLOOD : 0;
}

static int debug(struct kssh_conn *c, struct kssh_rd *rd)
{
	kssh_rd_bool(rd);
	kssh_rd_string(rd);
	/* the language tag is not looked at, as with OpenSSH */
	return rd->bad ? KSSH_R_MALFORMED : ignore(c);
}

/* About a message of the application's it is the application's. */
static int unimplemented(struct kssh_conn *c, struct kssh_rd *rd,
			 struct kssh_blob payload, u32 seq)
{
	u32 about = kssh_rd_u32(rd);
	int r = kssh_rd_done(rd) ? ignore(c) : KSSH_R_MALFORMED;

	if (r || !c->opened || is_own(c, about))
		return r;
	return kssh_deliver(c, payload, seq);
}

/* Who has not asked is not told. */
static int pong(struct kssh_conn *c, struct kssh_rd *rd, struct kssh_blob payload, u32 seq)
{
	if (!c->pings)
		return ignore(c);
	kssh_rd_string(rd);
	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	c->pings--;
	return kssh_deliver(c, payload, seq);
}

/* ping@openssh.com: answered once authenticated, never during a key exchange */
static int ping(struct kssh_conn *c, struct kssh_rd *rd)
{
	struct kssh_blob data = kssh_rd_string(rd);
	struct kssh_wr w;
	int r;

	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	if (c->st != KSSH_S_OPEN)
		return ignore(c);
	r = kssh_tx_open(&c->tx, 1 + 4 + data.n, &w);
	if (r)
		return r;
	kssh_wr_u8(&w, SSH_MSG_PONG);
	kssh_wr_string(&w, data.p, data.n);
	return kssh_close_reply(c, &w);
}

/* ---- messages that do ------------------------------------------------- */

static int disconnect(struct kssh_conn *c, struct kssh_rd *rd)
{
	u32 code = kssh_rd_u32(rd);
	struct kssh_blob text = kssh_rd_string(rd);
	int r;

	/* an old peer sends no language tag, and none is needed */
	if (rd->bad)
		return KSSH_R_MALFORMED;
	r = kssh_owned_set(&c->disconnect_text, text);
	if (r)
		return r;
	c->peer_disconnect = code;
	return KSSH_R_PEER_DISCONNECT;
}

/*
 * RFC 8308 2.3.  As OpenSSH, more lenient than 2.4 about the place: any time between
 * the server's first NEWKEYS and USERAUTH_SUCCESS, twice at most.
 */
static int ext_info(struct kssh_conn *c, struct kssh_rd *rd)
{
	struct kssh_blob all = { .p = rd->p, .n = kssh_rd_left(rd) };
	u32 i, n = kssh_rd_u32(rd);
	bool can_ping = false;
	int r;

	if (n >= KSSH_EXT_INFO_ENTRIES)
		return KSSH_R_MALFORMED;
	for (i = 0; i < n; i++) {
		can_ping |= kssh_blob_is(kssh_rd_string(rd), "ping@openssh.com");
		kssh_rd_string(rd);
	}
	if (!kssh_rd_done(rd))
		return KSSH_R_MALFORMED;
	if (c->ext_infos == KSSH_EXT_INFO_MAX)
		return KSSH_R_UNEXPECTED_MESSAGE;
	r = kssh_owned_set(&c->ext_info, all);
	if (r)
		return r;
	if (can_ping)
		c->flags |= KSSH_INFO_PING;
	c->ext_infos++;
	return 0;
}

/*
 * RFC 4253 10.  OpenSSH takes an accept without the name, which some old servers
 * send; another name than the one asked for is refused here.
 */
static int service_accept(struct kssh_conn *c, struct kssh_rd *rd)
{
	if (kssh_rd_left(rd)) {
		struct kssh_blob name = kssh_rd_string(rd);

		if (!kssh_rd_done(rd))
			return KSSH_R_MALFORMED;
		if (!kssh_blob_is(name, KSSH_SERVICE))
			return KSSH_R_SERVICE_MISMATCH;
	}
	/* whoever wanted to remember them has, before our request left */
	kssh_owned_drop(&c->cfg.seen_kex);
	kssh_owned_drop(&c->cfg.seen_hostkey);
	c->st = KSSH_S_AUTH;
	c->events |= c->opened ? KSSH_EV_SERVED : KSSH_EV_OPEN;
	c->opened = true;
	kssh_phase_next(c, KSSH_PHASE_OPEN);
	return 0;
}

static int handle_own(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	struct kssh_rd rd;
	u8 msg;

	kssh_rd_init(&rd, payload.p, payload.n);
	msg = kssh_rd_u8(&rd);
	switch (msg) {
	case SSH_MSG_DISCONNECT:
		return disconnect(c, &rd);
	case SSH_MSG_DEBUG:
		return debug(c, &rd);
	case SSH_MSG_UNIMPLEMENTED:
		return unimplemented(c, &rd, payload, seq);
	case SSH_MSG_IGNORE:
		return ignore(c);
	case SSH_MSG_PONG:
		return pong(c, &rd, payload, seq);
	case SSH_MSG_PING:
		return ping(c, &rd);
	case SSH_MSG_SERVICE_ACCEPT:
		return service_accept(c, &rd);
	case SSH_MSG_EXT_INFO:
		return ext_info(c, &rd);
	case SSH_MSG_KEXINIT:
		return kssh_kex_kexinit(c, payload, seq);
	case SSH_MSG_KEX_ECDH_REPLY:	/* has the number of SSH_MSG_KEX_GEX_GROUP */
		return c->x->neg.kex->gex ? kssh_kex_group(c, payload) :
					    kssh_kex_reply(c, payload);
	case SSH_MSG_KEX_GEX_REPLY:
		return kssh_kex_reply(c, payload);
	case SSH_MSG_NEWKEYS:
		return kssh_kex_newkeys(c, payload);
	}
	return KSSH_R_UNEXPECTED_MESSAGE;
}

/*
 * A wrong guess is dropped before its legality is asked for, whatever it is, in
 * strict key exchange too.  What OpenSSH handles below its dispatcher is not the
 * guess: DISCONNECT, and outside of strict key exchange the ignorable messages.
 */
static bool is_guess(const struct kssh_conn *c, u8 msg)
{
	if (!c->skip || msg == SSH_MSG_DISCONNECT || !msg)
		return false;
	if ((c->st == KSSH_S_KEX || c->st == KSSH_S_GROUP) &&
	    (c->flags & KSSH_INFO_STRICT_KEX))
		return true;
	return msg != SSH_MSG_IGNORE && msg != SSH_MSG_DEBUG &&
	       msg != SSH_MSG_UNIMPLEMENTED;
}

int kssh_handle(struct kssh_conn *c, struct kssh_blob payload, u32 seq)
{
	u8 msg = payload.p[0];

	if (is_guess(c, msg)) {
		c->skip = false;
		return 0;
	}
	switch (kssh_legal(c->st, c->flags & KSSH_INFO_STRICT_KEX, msg)) {
	case KSSH_L_HANDLE:
		return handle_own(c, payload, seq);
	case KSSH_L_DELIVER:
		if (msg == SSH_MSG_USERAUTH_SUCCESS && c->st == KSSH_S_AUTH) {
			c->flags |= KSSH_INFO_AUTHED;
			c->st = KSSH_S_OPEN;
			kssh_dir_begin_comp(&c->rx.dir);
			kssh_dir_begin_comp(&c->tx.dir);
		}
		return kssh_deliver(c, payload, seq);
	case KSSH_L_UNKNOWN:
		return kssh_send_unimplemented(c, seq);
	case KSSH_L_STRICT:
		return KSSH_R_STRICT_KEX;
	case KSSH_L_UNEXPECTED:
		break;
	}
	return KSSH_R_UNEXPECTED_MESSAGE;
}
