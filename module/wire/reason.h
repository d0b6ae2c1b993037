/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reasons.  Everything below the socket room returns one (0 is success, positive
 * is enum kssh_reason); the errno that goes with it is data, in one table.
 */
#ifndef KSSH_REASON_H
#define KSSH_REASON_H

#include <linux/kssh.h>

/**
 * kssh_reason_errno - the errno of a reason
 * @reason: enum kssh_reason
 *
 * Return: negative errno; 0 for KSSH_R_NONE; -EPROTO for one that it does not know.
 * KSSH_R_SOCKET_ERROR maps to -EIO, the socket room puts TCP's own errno over it.
 */
int kssh_reason_errno(int reason);

/* "SIGNATURE_WRONG"; "?" if unknown */
const char *kssh_reason_name(int reason);

/* the SSH_DISCONNECT_* code that tells the peer of @reason, 0: say nothing */
unsigned int kssh_reason_disconnect(int reason);

#endif /* KSSH_REASON_H */
