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

/* ---- what was settled --------------------------------------------------- */

void kssh_settled_set(struct kssh_conn *c, const struct kssh_negotiated *n)
{
	u8 *row = c->settled;
	int dir;

	row[KSSH_LIST_KEX] = n->kex - kssh_kex_algs + 1;
	row[KSSH_LIST_HOSTKEY] = n->hostkey - kssh_hostkey_algs + 1;
	for (dir = KSSH_TX; dir <= KSSH_RX; dir++) {
		row[KSSH_LIST_CIPHER_TX + dir] = n->cipher[dir] - kssh_cipher_algs + 1;
		row[KSSH_LIST_MAC_TX + dir] =
			n->mac[dir] ? n->mac[dir] - kssh_mac_algs + 1 : 0;
		row[KSSH_LIST_COMP_TX + dir] = n->comp[dir] - kssh_comp_algs + 1;
	}
}

/* Empty if nothing was. */
static const char *settled(const struct kssh_conn *c, enum kssh_list which)
{
	return c->settled[which] ? kssh_list_row(which, c->settled[which] - 1) : "";
}

static void info_names(const struct kssh_conn *c, struct kssh_info *i)
{
	strscpy(i->kex, settled(c, KSSH_LIST_KEX), KSSH_ALGNAME_MAX);
	strscpy(i->hostkey_alg, settled(c, KSSH_LIST_HOSTKEY), KSSH_ALGNAME_MAX);
	strscpy(i->cipher_tx, settled(c, KSSH_LIST_CIPHER_TX), KSSH_ALGNAME_MAX);
	strscpy(i->cipher_rx, settled(c, KSSH_LIST_CIPHER_RX), KSSH_ALGNAME_MAX);
	strscpy(i->mac_tx, settled(c, KSSH_LIST_MAC_TX), KSSH_ALGNAME_MAX);
	strscpy(i->mac_rx, settled(c, KSSH_LIST_MAC_RX), KSSH_ALGNAME_MAX);
	strscpy(i->comp_tx, settled(c, KSSH_LIST_COMP_TX), KSSH_ALGNAME_MAX);
	strscpy(i->comp_rx, settled(c, KSSH_LIST_COMP_RX), KSSH_ALGNAME_MAX);
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
	info_names(c, info);
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
	return settled(c, KSSH_LIST_HOSTKEY);
}
