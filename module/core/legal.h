/* SPDX-License-Identifier: GPL-2.0 */
/* Which message is legal in which state: data, in one table. */
#ifndef KSSH_LEGAL_H
#define KSSH_LEGAL_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum kssh_ssh_state - what is expected of the server next
 * @KSSH_S_START: nothing yet, not started
 * @KSSH_S_BANNER: its identification
 * @KSSH_S_KEXINIT: its first KEXINIT (ours is out)
 * @KSSH_S_KEYGEN: nothing is read: a job makes our ephemeral key
 * @KSSH_S_GROUP: the group of its choice (our request is out)
 * @KSSH_S_KEX: its key exchange reply
 * @KSSH_S_GEX: its key exchange reply, in a group of its choice
 * @KSSH_S_PROVE: nothing is read: signature and verdict are outstanding
 * @KSSH_S_NEWKEYS: its NEWKEYS (ours is out)
 * @KSSH_S_SERVICE: SERVICE_ACCEPT
 * @KSSH_S_AUTH: the session is up, the user is not authenticated
 * @KSSH_S_OPEN: the session is up, USERAUTH_SUCCESS has been seen
 * @KSSH_S_REKEY_KEXINIT: our KEXINIT of a re-exchange is out, its is not in
 * @KSSH_S_REKEY_KEYGEN: as @KSSH_S_KEYGEN, in a re-exchange
 * @KSSH_S_REKEY_GROUP: as @KSSH_S_GROUP, in a re-exchange
 * @KSSH_S_REKEY_KEX: as @KSSH_S_KEX, in a re-exchange
 * @KSSH_S_REKEY_GEX: as @KSSH_S_GEX, in a re-exchange
 * @KSSH_S_REKEY_PROVE: as @KSSH_S_PROVE, in a re-exchange
 * @KSSH_S_REKEY_NEWKEYS: as @KSSH_S_NEWKEYS, in a re-exchange
 * @KSSH_S_OVER: nothing any more
 * @KSSH_S_COUNT: number of states
 */
enum kssh_ssh_state {
	KSSH_S_START,
	KSSH_S_BANNER,
	KSSH_S_KEXINIT,
	KSSH_S_KEYGEN,
	KSSH_S_GROUP,
	KSSH_S_KEX,
	KSSH_S_GEX,
	KSSH_S_PROVE,
	KSSH_S_NEWKEYS,
	KSSH_S_SERVICE,
	KSSH_S_AUTH,
	KSSH_S_OPEN,
	KSSH_S_REKEY_KEXINIT,
	KSSH_S_REKEY_KEYGEN,
	KSSH_S_REKEY_GROUP,
	KSSH_S_REKEY_KEX,
	KSSH_S_REKEY_GEX,
	KSSH_S_REKEY_PROVE,
	KSSH_S_REKEY_NEWKEYS,
	KSSH_S_OVER,
	KSSH_S_COUNT
};

/**
 * enum kssh_legality - what becomes of a message
 * @KSSH_L_HANDLE: it is legal and the machine's own
 * @KSSH_L_DELIVER: it is legal and the application's
 * @KSSH_L_UNKNOWN: to be answered with UNIMPLEMENTED (RFC 4253 11.4)
 * @KSSH_L_UNEXPECTED: not legal: KSSH_R_UNEXPECTED_MESSAGE
 * @KSSH_L_STRICT: not legal in strict key exchange alone: KSSH_R_STRICT_KEX
 */
enum kssh_legality {
	KSSH_L_HANDLE,
	KSSH_L_DELIVER,
	KSSH_L_UNKNOWN,
	KSSH_L_UNEXPECTED,
	KSSH_L_STRICT,
};

/* Only @strict (strict key exchange agreed on) matters besides; no context. */
enum kssh_legality kssh_legal(enum kssh_ssh_state s, bool strict, u8 msg);

/* flags of a state, below */
#define KSSH_STATE_PAUSED	BIT(0)
#define KSSH_STATE_REKEY	BIT(1)
#define KSSH_STATE_TX_BLOCKED	BIT(2)

/**
 * struct kssh_legal_row - what is legal in one state
 * @handle: messages 1 to 49 that are legal
 * @strict: those of them that remain so in strict key exchange
 * @unknown: messages 1 to 49 that are answered with UNIMPLEMENTED
 * @ranges: messages from 50 on, see legal.c
 * @flags: KSSH_STATE_*, what else there is to know of it
 */
struct kssh_legal_row {
	u64 handle;
	u64 strict;
	u64 unknown;
	u8 ranges;
	u8 flags;
};

/* by enum kssh_ssh_state */
extern const struct kssh_legal_row kssh_legal_rows[KSSH_S_COUNT];

/* Does the state belong to a key exchange after the first? */
static inline bool kssh_state_rekey(enum kssh_ssh_state s)
{
	return kssh_legal_rows[s].flags & KSSH_STATE_REKEY;
}

/* Is nothing read in it: is it waiting for a job, a verdict, or nothing at all? */
static inline bool kssh_state_paused(enum kssh_ssh_state s)
{
	return kssh_legal_rows[s].flags & KSSH_STATE_PAUSED;
}

/* Must payloads wait: is our KEXINIT out (or due), and our NEWKEYS not? */
static inline bool kssh_state_tx_blocked(enum kssh_ssh_state s)
{
	return kssh_legal_rows[s].flags & KSSH_STATE_TX_BLOCKED;
}

#endif /* KSSH_LEGAL_H */
