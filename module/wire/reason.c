// SPDX-License-Identifier: GPL-2.0
/* What each reason is called, which errno it is, and what the peer is told. */

#include "reason.h"
#include "msg.h"

#include <linux/errno.h>
#include <linux/kernel.h>

/**
 * struct reason_row - one reason
 * @name: its name without KSSH_R_
 * @error: errno, positive
 * @disconnect: SSH_DISCONNECT_* code for the peer, 0: nothing is sent
 */
struct reason_row {
	const char *name;
	u16 error;
	u8 disconnect;
};

#define ROW(r, e, d)						\
	[KSSH_R_##r] = { .name = #r, .error = e, .disconnect = d }

#define PROTO	SSH_DISCONNECT_PROTOCOL_ERROR
#define KEX	SSH_DISCONNECT_KEY_EXCHANGE_FAILED
#define COMP	SSH_DISCONNECT_COMPRESSION_ERROR
#define VERSION	SSH_DISCONNECT_PROTOCOL_VERSION_NOT_SUPPORTED
#define HOSTKEY	SSH_DISCONNECT_HOST_KEY_NOT_VERIFIABLE
#define APP	SSH_DISCONNECT_BY_APPLICATION

static const struct reason_row rows[] = {
	ROW(NONE,			0,		0),

	ROW(TIMEOUT,			ETIMEDOUT,	APP),
	ROW(CANCELLED,			ECONNABORTED,	APP),
	ROW(PEER_CLOSED,		ECONNRESET,	0),
	ROW(SOCKET_ERROR,		EIO,		0),
	ROW(PEER_DISCONNECT,		ESHUTDOWN,	0),
	ROW(NO_MEMORY,			ENOMEM,		APP),
	ROW(CRYPTO_FAILED,		EIO,		APP),
	ROW(URGENT_DATA,		EPROTO,		PROTO),
	ROW(LOCAL_DISCONNECT,		ESHUTDOWN,	APP),

	/* whoever is there does not speak SSH: no packet for him */
	ROW(BANNER_LINE_TOO_LONG,	EPROTO,		0),
	ROW(BANNER_TOO_MANY_LINES,	EPROTO,		0),
	ROW(BANNER_INVALID,		EPROTO,		0),
	ROW(BANNER_VERSION,		EPROTOTYPE,	VERSION),

	ROW(PACKET_LENGTH,		EPROTO,		PROTO),
	ROW(PACKET_PADDING,		EPROTO,		PROTO),
	ROW(BAD_MAC,			EBADMSG,	SSH_DISCONNECT_MAC_ERROR),
	ROW(PACKET_EMPTY,		EPROTO,		PROTO),
	ROW(MALFORMED,			EPROTO,		PROTO),
	ROW(UNEXPECTED_MESSAGE,		EPROTO,		PROTO),
	ROW(STRICT_KEX,			EPROTO,		PROTO),
	ROW(SEQUENCE_WRAP,		EKEYEXPIRED,	PROTO),
	ROW(KEY_EXHAUSTED,		EKEYEXPIRED,	PROTO),
	ROW(FLOOD,			EPROTO,		PROTO),
	ROW(COMP_DATA,			EPROTO,		COMP),
	ROW(COMP_LENGTH,		EPROTO,		COMP),
	ROW(COMP_MEMORY,		ENOBUFS,	APP),

	ROW(NO_KEX,			EPROTONOSUPPORT, KEX),
	ROW(NO_HOSTKEY_ALG,		EPROTONOSUPPORT, KEX),
	ROW(NO_CIPHER_TX,		EPROTONOSUPPORT, KEX),
	ROW(NO_CIPHER_RX,		EPROTONOSUPPORT, KEX),
	ROW(NO_MAC_TX,			EPROTONOSUPPORT, KEX),
	ROW(NO_MAC_RX,			EPROTONOSUPPORT, KEX),
	ROW(NO_COMP_TX,			EPROTONOSUPPORT, KEX),
	ROW(NO_COMP_RX,			EPROTONOSUPPORT, KEX),

	ROW(KEX_PUBLIC_VALUE,		EPROTO,		KEX),
	ROW(HOSTKEY_MALFORMED,		EPROTO,		KEX),
	ROW(HOSTKEY_TYPE,		EKEYREJECTED,	KEX),
	ROW(HOSTKEY_TOO_SMALL,		EKEYREJECTED,	HOSTKEY),
	ROW(SIGNATURE_MALFORMED,	EPROTO,		KEX),
	ROW(SIGNATURE_WRONG,		EKEYREJECTED,	HOSTKEY),
	ROW(REKEY_HOSTKEY_CHANGED,	EKEYREJECTED,	HOSTKEY),
	ROW(KEX_GROUP,			EPROTO,		KEX),

	ROW(NO_PEER_NAME,		EDESTADDRREQ,	HOSTKEY),
	ROW(NO_HELPER,			ESRCH,		HOSTKEY),
	ROW(HELPER_GONE,		ESRCH,		HOSTKEY),
	ROW(HELPER_BUSY,		ENOBUFS,	HOSTKEY),
	ROW(HELPER_NAMESPACE,		EPERM,		HOSTKEY),
	ROW(HOSTKEY_UNKNOWN,		EACCES,		HOSTKEY),
	ROW(HOSTKEY_CHANGED,		EACCES,		HOSTKEY),
	ROW(HOSTKEY_REVOKED,		EKEYREVOKED,	HOSTKEY),
	ROW(HOSTKEY_REFUSED,		EACCES,		HOSTKEY),
	ROW(PIN_MISMATCH,		EACCES,		HOSTKEY),

	ROW(GUESS_REFUSED,		ESTALE,		KEX),

	ROW(LIMIT_NAMESPACE,		EUSERS,		0),
	ROW(LIMIT_USER,			EDQUOT,		0),

	ROW(SERVICE_MISMATCH,		EPROTO,	SSH_DISCONNECT_SERVICE_NOT_AVAILABLE),

	ROW(POLICY_TRUST_MODE,		EPERM,		0),
	ROW(POLICY_ALGORITHM,		EPERM,		0),
	ROW(POLICY_KEY_SIZE,		EPERM,		HOSTKEY),
};

static const struct reason_row *find(int reason)
{
	if (reason < 0 || reason >= (int)ARRAY_SIZE(rows) || !rows[reason].name)
		return NULL;
	return &rows[reason];
}

int kssh_reason_errno(int reason)
{
	const struct reason_row *r = find(reason);

	return r ? -(int)r->error : -EPROTO;
}

const char *kssh_reason_name(int reason)
{
	const struct reason_row *r = find(reason);

	return r ? r->name : "?";
}

unsigned int kssh_reason_disconnect(int reason)
{
	const struct reason_row *r = find(reason);

	return r ? r->disconnect : 0;
}
