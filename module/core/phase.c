// SPDX-License-Identifier: GPL-2.0
/* Phases and their times, and all that can be asked of a connection. */

#include "internal.h"

#include <linux/minmax.h>

/* ns since the start; never 0, which says that something did not happen */
static u64 now(const struct kssh_conn *c)
{
	return max_t(u64, c->env->now(c->env->ctx) - c->started, 1);
}

void kssh_phase_begin(struct kssh_conn *c, enum kssh_phase p)
{
	c->phase_time[p].begin = now(c);
	c->phase_time[p].end = 0;
}

static void end_at(struct kssh_conn *c, enum kssh_phase p, u64 t)
{
	struct kssh_phase_time *pt = &c->phase_time[p];

	if (pt->begin && !pt->end)
		pt->end = t;
}

void kssh_phase_end(struct kssh_conn *c, enum kssh_phase p)
{
	end_at(c, p, now(c));
}

void kssh_phase_next(struct kssh_conn *c, enum kssh_phase p)
{
	kssh_phase_end(c, c->phase);
	kssh_phase_begin(c, p);
	c->phase = p;
}

void kssh_phase_stop(struct kssh_conn *c)
{
	u64 t = now(c);
	int p;

	for (p = 0; p < KSSH_PHASE_COUNT; p++)
		end_at(c, p, t);
}

enum kssh_state kssh_conn_state(const struct kssh_conn *c)
{
	if (c->reason)
		return c->reason == KSSH_R_LOCAL_DISCONNECT ? KSSH_STATE_CLOSED :
							      KSSH_STATE_FAILED;
	if (c->st == KSSH_S_START)
		return KSSH_STATE_IDLE;
	if (c->opened)
		return KSSH_STATE_OPEN;
	if (c->ask == KSSH_ASK_WAIT && c->cfg.verify == KSSH_VERIFY_APP)
		return KSSH_STATE_WAIT_VERDICT;
	return KSSH_STATE_HANDSHAKE;
}

u32 kssh_conn_flags(const struct kssh_conn *c)
{
	return c->flags | (kssh_state_rekey(c->st) ? KSSH_INFO_REKEYING : 0);
}

const struct kssh_config *kssh_conn_config(const struct kssh_conn *c)
{
	return &c->cfg;
}

static void put_name(char *to, const char *from)
{
	if (from)
		strscpy(to, from, KSSH_ALGNAME_MAX);
}

static void info_names(const struct kssh_negotiated *n, struct kssh_info *i)
{
	if (!n->kex)
		return;
	put_name(i->kex, n->kex->name);
	put_name(i->hostkey_alg, n->hostkey->name);
	put_name(i->cipher_tx, n->cipher[KSSH_TX]->name);
	put_name(i->cipher_rx, n->cipher[KSSH_RX]->name);
	if (n->mac[KSSH_TX])
		put_name(i->mac_tx, n->mac[KSSH_TX]->name);
	if (n->mac[KSSH_RX])
		put_name(i->mac_rx, n->mac[KSSH_RX]->name);
	put_name(i->comp_tx, n->comp[KSSH_TX]->name);
	put_name(i->comp_rx, n->comp[KSSH_RX]->name);
}

void kssh_conn_info(const struct kssh_conn *c, struct kssh_info *info)
{
	memset(info, 0, sizeof(*info));
	info->state = kssh_conn_state(c);
	info->phase = c->phase;
	info->verify = c->cfg.verify;
	info->flags = kssh_conn_flags(c);
	info->reason = c->reason;
	info->error = -kssh_reason_errno(c->reason);
	info->peer_disconnect = c->peer_disconnect;
	info->max_payload = c->cfg.max_payload;
	info_names(&c->neg, info);
	info->tx_seq = c->tx.dir.seq;
	info->rx_seq = c->rx.dir.seq;
	info->tx_packets = c->tx.dir.packets;
	info->rx_packets = c->rx.dir.packets;
	info->tx_bytes = c->tx_bytes;
	info->rx_bytes = c->rx_bytes;
	info->tx_payloads = c->tx_payloads;
	info->rx_payloads = c->rx_payloads;
	info->rekeys = c->rekeys;
	memcpy(info->phase_time, c->phase_time, sizeof(info->phase_time));
}

struct kssh_blob kssh_conn_hostkey(const struct kssh_conn *c)
{
	return kssh_owned_blob(&c->hostkey);
}

struct kssh_blob kssh_conn_hostkey_sig(const struct kssh_conn *c)
{
	return kssh_owned_blob(&c->hostkey_sig);
}

struct kssh_blob kssh_conn_session_id(const struct kssh_conn *c)
{
	return (struct kssh_blob){ .p = c->session_id, .n = c->session_id_len };
}

struct kssh_blob kssh_conn_peer_banner(const struct kssh_conn *c)
{
	return kssh_owned_blob(&c->v_s);
}

struct kssh_blob kssh_conn_ext_info(const struct kssh_conn *c)
{
	return kssh_owned_blob(&c->ext_info);
}

struct kssh_blob kssh_conn_disconnect_text(const struct kssh_conn *c)
{
	return kssh_owned_blob(&c->disconnect_text);
}

const char *kssh_conn_hostkey_name(const struct kssh_conn *c)
{
	return c->neg.hostkey ? c->neg.hostkey->name : "";
}
