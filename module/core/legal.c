// SPDX-License-Identifier: GPL-2.0
/*
 * Legality of messages by state.  Numbers 1 to 49 by a mask each, the others by
 * the ranges of RFC 4250 4.1.1.
 */

#include "legal.h"

#include <linux/bits.h>

#include "../wire/msg.h"

#define M(msg)		BIT_ULL(SSH_MSG_##msg)

/* Legal at any time, except in strict key exchange, which keeps DISCONNECT only. */
#define ANYTIME		(M(DISCONNECT) | M(IGNORE) | M(UNIMPLEMENTED) | M(DEBUG))

/*
 * Numbers of the transport's generic and negotiation ranges that have no meaning
 * for us: 8 to 19 and 22 to 29.  EXT_INFO counts among them once its time is over,
 * as with OpenSSH.
 */
#define UNKNOWN		(GENMASK_ULL(19, 8) | GENMASK_ULL(29, 22))

#define R_AUTH		BIT(0)	/* 50 to 79 are delivered */
#define R_REST		BIT(1)	/* 80 to 191 and 194 to 255 are delivered */
#define R_PING		BIT(2)	/* 192 and 193 are handled */

#define PAUSED		KSSH_STATE_PAUSED
#define REKEY		KSSH_STATE_REKEY
#define TX_BLOCKED	KSSH_STATE_TX_BLOCKED

const struct kssh_legal_row kssh_legal_rows[KSSH_S_COUNT] = {
	[KSSH_S_START] = { .flags = PAUSED },
	[KSSH_S_BANNER] = { .flags = TX_BLOCKED },
	[KSSH_S_KEXINIT] = {
		/* whether it is strict is known with this KEXINIT, not before */
		.handle = ANYTIME | M(KEXINIT),
		.strict = ANYTIME | M(KEXINIT),
		.flags = TX_BLOCKED,
	},
	[KSSH_S_KEYGEN] = { .flags = PAUSED | TX_BLOCKED },
	[KSSH_S_GROUP] = {
		.handle = ANYTIME | M(KEX_GEX_GROUP),
		.strict = M(DISCONNECT) | M(KEX_GEX_GROUP),
		.flags = TX_BLOCKED,
	},
	[KSSH_S_KEX] = {
		.handle = ANYTIME | M(KEX_ECDH_REPLY),
		.strict = M(DISCONNECT) | M(KEX_ECDH_REPLY),
		.flags = TX_BLOCKED,
	},
	[KSSH_S_GEX] = {
		.handle = ANYTIME | M(KEX_GEX_REPLY),
		.strict = M(DISCONNECT) | M(KEX_GEX_REPLY),
		.flags = TX_BLOCKED,
	},
	[KSSH_S_PROVE] = { .flags = PAUSED | TX_BLOCKED },
	[KSSH_S_NEWKEYS] = {
		.handle = ANYTIME | M(NEWKEYS),
		.strict = M(DISCONNECT) | M(NEWKEYS),
	},
	[KSSH_S_SERVICE] = {
		.handle = ANYTIME | M(SERVICE_ACCEPT) | M(EXT_INFO) | M(KEXINIT),
		.strict = ANYTIME | M(SERVICE_ACCEPT) | M(EXT_INFO) | M(KEXINIT),
		.unknown = UNKNOWN,
		.ranges = R_PING,
	},
	[KSSH_S_AUTH] = {
		.handle = ANYTIME | M(EXT_INFO) | M(KEXINIT),
		.strict = ANYTIME | M(EXT_INFO) | M(KEXINIT),
		.unknown = UNKNOWN,
		.ranges = R_AUTH | R_PING,
	},
	[KSSH_S_OPEN] = {
		.handle = ANYTIME | M(KEXINIT),
		.strict = ANYTIME | M(KEXINIT),
		.unknown = UNKNOWN | M(EXT_INFO),
		.ranges = R_AUTH | R_REST | R_PING,
	},
	[KSSH_S_REKEY_KEXINIT] = {
		/* the server may not have seen our KEXINIT: as if open */
		.handle = ANYTIME | M(KEXINIT),
		.strict = ANYTIME | M(KEXINIT),
		.unknown = UNKNOWN | M(EXT_INFO),
		.ranges = R_AUTH | R_REST | R_PING,
		.flags = REKEY | TX_BLOCKED,
	},
	[KSSH_S_REKEY_KEYGEN] = { .flags = PAUSED | REKEY | TX_BLOCKED },
	[KSSH_S_REKEY_GROUP] = {
		/* strict rules end with the first exchange, but for the resets */
		.handle = ANYTIME | M(KEX_GEX_GROUP),
		.strict = ANYTIME | M(KEX_GEX_GROUP),
		.flags = REKEY | TX_BLOCKED,
	},
	[KSSH_S_REKEY_KEX] = {
		.handle = ANYTIME | M(KEX_ECDH_REPLY),
		.strict = ANYTIME | M(KEX_ECDH_REPLY),
		.flags = REKEY | TX_BLOCKED,
	},
	[KSSH_S_REKEY_GEX] = {
		.handle = ANYTIME | M(KEX_GEX_REPLY),
		.strict = ANYTIME | M(KEX_GEX_REPLY),
		.flags = REKEY | TX_BLOCKED,
	},
	[KSSH_S_REKEY_PROVE] = { .flags = PAUSED | REKEY | TX_BLOCKED },
	[KSSH_S_REKEY_NEWKEYS] = {
		.handle = ANYTIME | M(NEWKEYS),
		.strict = ANYTIME | M(NEWKEYS),
		.flags = REKEY,
	},
	[KSSH_S_OVER] = { .flags = PAUSED | TX_BLOCKED },
};

static enum kssh_legality legal_range(u8 ranges, u8 msg)
{
	u8 range = R_REST;

	if (msg < 80)
		range = R_AUTH;
	else if (msg == SSH_MSG_PING || msg == SSH_MSG_PONG)
		range = R_PING;
	if (!(ranges & range))
		return KSSH_L_UNEXPECTED;
	return range == R_PING ? KSSH_L_HANDLE : KSSH_L_DELIVER;
}

enum kssh_legality kssh_legal(enum kssh_ssh_state s, bool strict, u8 msg)
{
	const struct kssh_legal_row *row = &kssh_legal_rows[s];
	u64 bit;

	if (msg > SSH_MSG_KEX_LAST)
		return legal_range(row->ranges, msg);
	bit = BIT_ULL(msg);
	if (strict && (row->handle & ~row->strict & bit))
		return KSSH_L_STRICT;
	if (row->handle & bit)
		return KSSH_L_HANDLE;
	return row->unknown & bit ? KSSH_L_UNKNOWN : KSSH_L_UNEXPECTED;
}
