/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * SSH transport in the kernel: the interface to applications.
 *
 *	setsockopt(fd, IPPROTO_TCP, TCP_ULP, "ssh", 4);
 *	setsockopt(fd, SOL_KSSH, KSSH_PEER_NAME, &name, sizeof(name));
 *	setsockopt(fd, SOL_KSSH, KSSH_HANDSHAKE, &hs, sizeof(hs));
 *
 * After that, send(2) and recv(2) carry one SSH payload per record, message
 * number first.  No option ever returns a key.
 *
 * Every structure may grow at its end.  A caller passes the size it knows: what
 * is missing counts as zero, what the kernel does not know must be zero (else
 * E2BIG), and an unknown flag is EINVAL.
 */
#ifndef _UAPI_LINUX_KSSH_H
#define _UAPI_LINUX_KSSH_H

#include <linux/types.h>

#define TCP_ULP_SSH	"ssh"

/* Socket option level.  Outside the range that mainline hands out. */
#define SOL_KSSH	0x5353

/**
 * enum kssh_option - option names of level SOL_KSSH
 * @KSSH_PEER_NAME: set/get, struct kssh_peer_name: whom the helper is asked about
 * @KSSH_KEX: set/get, text: key exchange methods (see below)
 * @KSSH_HOSTKEY_ALGS: set/get, text: host key algorithms
 * @KSSH_CIPHER_TX: set/get, text: ciphers, client to server
 * @KSSH_CIPHER_RX: set/get, text: ciphers, server to client
 * @KSSH_MAC_TX: set/get, text: MACs, client to server
 * @KSSH_MAC_RX: set/get, text: MACs, server to client
 * @KSSH_COMP_TX: set/get, text: compression, client to server
 * @KSSH_COMP_RX: set/get, text: compression, server to client
 * @KSSH_BANNER: set/get, text: our identification, "SSH-2.0-..." without CR LF
 * @KSSH_TIMEOUT: set/get, __u32 ms, 1 to 86,400,000: deadline of the whole
 *	handshake, trust included; default 60,000
 * @KSSH_VERIFY: set/get, __u32, enum kssh_verify: who judges the host key
 * @KSSH_PIN: set, up to KSSH_PIN_MAX SHA-256 fingerprints of KSSH_PIN_LEN bytes
 *	each, of plain host keys
 * @KSSH_REKEY: set/get, struct kssh_rekey: renew the keys, or say when that is due
 * @KSSH_MAX_PAYLOAD: set/get, __u32: longest payload that send(2) takes
 * @KSSH_RSA_MIN_BITS: set/get, __u32, KSSH_RSA_BITS_LEAST to KSSH_RSA_BITS_MOST:
 *	the shortest RSA modulus of a host key that is taken
 * @KSSH_GUESS: set/get, __u32, enum kssh_guess: may the key exchange begin before
 *	the server has said what it offers?
 * @KSSH_HANDSHAKE: set, struct kssh_handshake: start, or join the wait
 * @KSSH_VERDICT: set, struct kssh_verdict: the application's verdict
 * @KSSH_DISCONNECT: set, struct kssh_disconnect: say goodbye, end the session
 * @KSSH_SEND_IGNORE: set, __u32: send SSH_MSG_IGNORE with that much random data
 * @KSSH_UNIMPLEMENTED: set, __u32 sequence number: answer a received message
 *	with SSH_MSG_UNIMPLEMENTED
 * @KSSH_PING: set, up to KSSH_PING_MAX bytes, or none: send a ping@openssh.com with
 *	them; EOPNOTSUPP if the server has not announced that.  Its answer, message 193
 *	and a string of the same bytes, is read as a payload
 * @KSSH_CHANNEL: set, struct kssh_channel: the socket becomes the byte stream of
 *	an open channel
 * @KSSH_INFO: get, struct kssh_info
 * @KSSH_HOSTKEY: get, host key blob (RFC 4253 6.6) or certificate, once it has
 *	been read
 * @KSSH_HOSTKEY_SIG: get, signature blob over the session identifier of the
 *	first key exchange
 * @KSSH_SESSION_ID: get, session identifier (RFC 4253 7.2)
 * @KSSH_PEER_BANNER: get, the server's identification without CR LF
 * @KSSH_EXT_INFO: get, the server's newest SSH_MSG_EXT_INFO payload (RFC 8308),
 *	from its nr-extensions on
 * @KSSH_DISCONNECT_TEXT: get, description text of the SSH_MSG_DISCONNECT
 *	received; the reason code is in struct kssh_info
 * @KSSH_ALGORITHMS: get, text: every algorithm that kssh knows (see below)
 * @KSSH_CONTROL: get, struct kssh_control: a second descriptor, for what is not
 *	the bound channel's data
 * @KSSH_CHANNEL_INFO: get, struct kssh_channel_info
 *
 * Algorithm lists are comma-separated names in order of preference.  A first
 * character '+' appends to the default list, '-' removes names from it, '^' puts
 * names first.  A name that kssh does not know is EINVAL, one that the running
 * kernel cannot do is EOPNOTSUPP, an empty result is EINVAL.  Host certificates are
 * in no default list, and with KSSH_VERIFY_PIN KSSH_HANDSHAKE refuses a list that
 * has one (EINVAL): ask for them by name if somebody is there to judge them.  The markers for
 * extension negotiation and strict key exchange are always sent and are not part
 * of a list.  Text is not NUL-terminated on get; getsockopt returns its length,
 * and ERANGE if the buffer is too short (nothing is ever cut).
 *
 * KSSH_ALGORITHMS has a line for each algorithm, "KIND NAME STATE" and a line feed.
 * KIND is kex, hostkey, cipher, mac or comp.  STATE is one of
 *	default		it is in the default list
 *	named		it is offered if a list names it
 *	fips		it is not approved, and the kernel is in FIPS mode
 *	absent WHAT	the running kernel lacks WHAT, a name of its crypto API
 * and more kinds, states and words behind them may come.  The policy of a
 * namespace may take more away.
 *
 * Everything that shapes the handshake can be set until KSSH_HANDSHAKE, then it
 * is EBUSY; KSSH_MAX_PAYLOAD can be set at any time.
 */
enum kssh_option {
	KSSH_PEER_NAME = 1,
	KSSH_KEX,
	KSSH_HOSTKEY_ALGS,
	KSSH_CIPHER_TX,
	KSSH_CIPHER_RX,
	KSSH_MAC_TX,
	KSSH_MAC_RX,
	KSSH_COMP_TX,
	KSSH_COMP_RX,
	KSSH_BANNER,
	KSSH_TIMEOUT,
	KSSH_VERIFY,
	KSSH_PIN,
	KSSH_REKEY,
	KSSH_MAX_PAYLOAD,
	KSSH_RSA_MIN_BITS,
	KSSH_GUESS,

	KSSH_HANDSHAKE = 32,
	KSSH_VERDICT,
	KSSH_DISCONNECT,
	KSSH_SEND_IGNORE,
	KSSH_UNIMPLEMENTED,
	KSSH_PING,

	KSSH_CHANNEL = 48,

	KSSH_INFO = 64,
	KSSH_HOSTKEY,
	KSSH_HOSTKEY_SIG,
	KSSH_SESSION_ID,
	KSSH_PEER_BANNER,
	KSSH_EXT_INFO,
	KSSH_DISCONNECT_TEXT,
	KSSH_ALGORITHMS,

	KSSH_CONTROL = 96,
	KSSH_CHANNEL_INFO,
};

#define KSSH_NAME_MAX		255	/* longest peer name, bytes */
#define KSSH_PIN_LEN		32
#define KSSH_PIN_MAX		16
#define KSSH_TIMEOUT_DEFAULT	60000	/* ms */
#define KSSH_TIMEOUT_MAX	86400000
#define KSSH_REKEY_TIMEOUT_DEFAULT 120000	/* ms */
#define KSSH_PAYLOAD_DEFAULT	(32768 + 64)
#define KSSH_PAYLOAD_MIN	1024
#define KSSH_PAYLOAD_MAX	(256 * 1024 - 512)
#define KSSH_RSA_BITS_DEFAULT	2048
#define KSSH_RSA_BITS_LEAST	1024
#define KSSH_RSA_BITS_MOST	16384
#define KSSH_IGNORE_MAX		32768
#define KSSH_PING_MAX		1024
#define KSSH_ALGNAME_MAX	64	/* RFC 4251 6 */

/* struct kssh_peer_name flags */
#define KSSH_NAME_VERBATIM	(1U << 0)	/* HostKeyAlias: no port, no fallback */

/**
 * struct kssh_peer_name - the name that the host key is looked up under
 * @flags: KSSH_NAME_*
 * @port: port to look up, 0 for the socket's peer port; ignored if VERBATIM
 * @reserved: must be zero
 * @name: NUL-terminated, 1 to KSSH_NAME_MAX bytes: a host name or address by the
 *	rule of OpenSSH's command line (no control characters, white space or
 *	shell and pattern characters, no leading '-'); it is lower-cased
 */
struct kssh_peer_name {
	__u32	flags;
	__u16	port;
	__u16	reserved;
	char	name[KSSH_NAME_MAX + 1];
};

/**
 * enum kssh_verify - who judges the host key
 * @KSSH_VERIFY_HELPER: the helper registered for the network namespace
 * @KSSH_VERIFY_PIN: it must be one of KSSH_PIN
 * @KSSH_VERIFY_APP: the application, by KSSH_VERDICT
 *
 * The signature over the exchange hash is checked by the kernel in every mode.
 */
enum kssh_verify {
	KSSH_VERIFY_HELPER,
	KSSH_VERIFY_PIN,
	KSSH_VERIFY_APP,
};

/**
 * enum kssh_guess - whether to send our public value along with KEXINIT
 * @KSSH_GUESS_NEVER: no; nor is anything remembered of the server
 * @KSSH_GUESS_SAFE: if the server's first names of key exchange and host key were
 *	the same as ours when the same user last came to it: then the value is
 *	announced (RFC 4253 7, first_kex_packet_follows), and if the server has
 *	changed, it drops the packet, at the cost of the round trip that was to be
 *	saved
 * @KSSH_GUESS_MAY_ABORT: as KSSH_GUESS_SAFE, else, if the server only had our first
 *	key exchange method, without announcing it: if the server has changed, that
 *	ends the connection (KSSH_R_GUESS_REFUSED), and the caller connects again
 *
 * What was seen of servers decides about this alone, never what is offered or in
 * which order.
 */
enum kssh_guess {
	KSSH_GUESS_NEVER,
	KSSH_GUESS_SAFE,
	KSSH_GUESS_MAY_ABORT,
};

/* struct kssh_handshake flags */
#define KSSH_HS_NOWAIT		(1U << 0)	/* as if the file had O_NONBLOCK */
#define KSSH_HS_EARLY		(1U << 1)	/* up before SERVICE_ACCEPT */

/**
 * struct kssh_handshake - start the handshake, or join the wait for it
 * @flags: KSSH_HS_*
 *
 * KSSH_HS_EARLY, given to the call that starts: the session is up as soon as the
 * host key is proven and trusted and SERVICE_REQUEST has been sent, so that the
 * application's first message saves a round trip.  The server's answer is checked
 * when it comes, within the deadline; a failure is that of the session then, with
 * its reason and phase.
 *
 * Blocking: returns 0 when the session is up, else the failure.  Non-blocking:
 * EINPROGRESS, then EALREADY while it runs, EISCONN when it is done.  ENOKEY: the
 * application's verdict is wanted.  After a failure, each call returns it again.
 */
struct kssh_handshake {
	__u32	flags;
};

/**
 * enum kssh_verdict_code - what may be said of a host key
 * @KSSH_ACCEPT: it is trusted for that name
 * @KSSH_UNKNOWN: nothing is known of the name
 * @KSSH_CHANGED: another key is known for the name
 * @KSSH_REVOKED: the key, or its CA, is revoked
 * @KSSH_REFUSED: policy says no
 */
enum kssh_verdict_code {
	KSSH_ACCEPT = 1,
	KSSH_UNKNOWN,
	KSSH_CHANGED,
	KSSH_REVOKED,
	KSSH_REFUSED,
};

/* struct kssh_verdict flags */
#define KSSH_VERDICT_NOWAIT	(1U << 0)	/* as KSSH_HS_NOWAIT */

/**
 * struct kssh_verdict - the application's verdict in mode KSSH_VERIFY_APP
 * @verdict: enum kssh_verdict_code; anything but KSSH_ACCEPT ends the handshake
 * @flags: KSSH_VERDICT_*
 *
 * Blocks and returns as KSSH_HANDSHAKE does.  EINVAL if no verdict is wanted.
 */
struct kssh_verdict {
	__u32	verdict;
	__u32	flags;
};

/**
 * struct kssh_rekey - renewing the session keys
 * @flags: KSSH_REKEY_NOW or 0
 * @seconds: age of keys that have protected anything
 * @bytes: bytes on the wire under one key, in either direction
 * @packets: binary packets under one key, likewise
 * @timeout: ms that a renewal may take, whoever began it, at most KSSH_TIMEOUT_MAX; 0:
 *	KSSH_REKEY_TIMEOUT_DEFAULT
 * @reserved: must be zero
 *
 * Without a flag it sets the limits, at any time; 0 in one of them: none but the
 * kernel's own, which are 2^31 packets, and 2^36 bytes with AES or 2^30 bytes with
 * chacha20-poly1305.  A limit beyond those changes nothing.
 *
 * KSSH_REKEY_NOW, all others being zero, begins a key exchange and returns at once;
 * EBUSY if one is open, EAGAIN before the user is authenticated, ENOTCONN before the
 * session is up.
 */
struct kssh_rekey {
	__u32	flags;
	__u32	seconds;
	__u64	bytes;
	__u64	packets;
	__u32	timeout;
	__u32	reserved;
};

#define KSSH_REKEY_NOW		(1U << 0)

/**
 * struct kssh_disconnect - SSH_MSG_DISCONNECT (RFC 4253 11.1)
 * @reason: SSH reason code, 0 counts as 11 (by application)
 * @reserved: must be zero
 * @text: NUL-terminated UTF-8 description, may be empty
 */
struct kssh_disconnect {
	__u32	reason;
	__u32	reserved;
	char	text[256];
};

/**
 * enum kssh_state - state of the socket
 * @KSSH_STATE_IDLE: attached, not started
 * @KSSH_STATE_HANDSHAKE: running
 * @KSSH_STATE_WAIT_VERDICT: running, the application's verdict is wanted
 * @KSSH_STATE_OPEN: send and recv work
 * @KSSH_STATE_FAILED: over, with an error
 * @KSSH_STATE_CLOSED: over, in good order (our KSSH_DISCONNECT)
 */
enum kssh_state {
	KSSH_STATE_IDLE,
	KSSH_STATE_HANDSHAKE,
	KSSH_STATE_WAIT_VERDICT,
	KSSH_STATE_OPEN,
	KSSH_STATE_FAILED,
	KSSH_STATE_CLOSED,
};

/**
 * enum kssh_phase - what the connection was or is waiting for
 * @KSSH_PHASE_NONE: nothing yet
 * @KSSH_PHASE_BANNER: the server's identification
 * @KSSH_PHASE_KEXINIT: the server's SSH_MSG_KEXINIT
 * @KSSH_PHASE_KEX: our ephemeral key and the server's key exchange reply
 * @KSSH_PHASE_HOSTKEY: key agreement and the signature of the host key
 * @KSSH_PHASE_TRUST: the verdict on the host key (overlaps HOSTKEY)
 * @KSSH_PHASE_NEWKEYS: the server's SSH_MSG_NEWKEYS
 * @KSSH_PHASE_SERVICE: SSH_MSG_SERVICE_ACCEPT
 * @KSSH_PHASE_OPEN: the session is up
 * @KSSH_PHASE_REKEY: the session is up, a key re-exchange is open
 * @KSSH_PHASE_COUNT: number of phases, grows
 */
enum kssh_phase {
	KSSH_PHASE_NONE,
	KSSH_PHASE_BANNER,
	KSSH_PHASE_KEXINIT,
	KSSH_PHASE_KEX,
	KSSH_PHASE_HOSTKEY,
	KSSH_PHASE_TRUST,
	KSSH_PHASE_NEWKEYS,
	KSSH_PHASE_SERVICE,
	KSSH_PHASE_OPEN,
	KSSH_PHASE_REKEY,
	KSSH_PHASE_COUNT
};

/**
 * enum kssh_reason - why a handshake or a session ended, one per cause
 *
 * The errno that goes with each is in Documentation/errors.rst, which is checked
 * against the module's table.
 */
enum kssh_reason {
	KSSH_R_NONE = 0,

	/* the transport under us, and the caller */
	KSSH_R_TIMEOUT = 1,		/* deadline passed */
	KSSH_R_CANCELLED,		/* shutdown(2) or close(2) while it ran */
	KSSH_R_PEER_CLOSED,		/* end of stream */
	KSSH_R_SOCKET_ERROR,		/* TCP's own error, its errno is kept */
	KSSH_R_PEER_DISCONNECT,		/* SSH_MSG_DISCONNECT received */
	KSSH_R_NO_MEMORY,
	KSSH_R_CRYPTO_FAILED,		/* the kernel's crypto API failed */
	KSSH_R_URGENT_DATA,		/* TCP urgent data in an SSH stream */
	KSSH_R_LOCAL_DISCONNECT,	/* our own KSSH_DISCONNECT */

	/* identification exchange */
	KSSH_R_BANNER_LINE_TOO_LONG = 20,
	KSSH_R_BANNER_TOO_MANY_LINES,
	KSSH_R_BANNER_INVALID,		/* NUL, stray CR, or not parsable */
	KSSH_R_BANNER_VERSION,		/* neither 2.0 nor 1.99 */

	/* binary packets */
	KSSH_R_PACKET_LENGTH = 40,	/* out of bounds or not aligned */
	KSSH_R_PACKET_PADDING,
	KSSH_R_BAD_MAC,
	KSSH_R_PACKET_EMPTY,		/* no message number */
	KSSH_R_MALFORMED,		/* fields do not fit the message */
	KSSH_R_UNEXPECTED_MESSAGE,	/* not legal in this state */
	KSSH_R_STRICT_KEX,		/* strict key exchange violated */
	KSSH_R_SEQUENCE_WRAP,		/* sequence number spent */
	KSSH_R_KEY_EXHAUSTED,		/* hard limit of a key reached */
	KSSH_R_FLOOD,			/* too many ignorable messages */
	KSSH_R_COMP_DATA,		/* compressed payload is corrupt */
	KSSH_R_COMP_LENGTH,		/* it decompresses to more than 256 KiB */
	KSSH_R_COMP_MEMORY,		/* compression of all takes too much */

	/* negotiation */
	KSSH_R_NO_KEX = 60,
	KSSH_R_NO_HOSTKEY_ALG,
	KSSH_R_NO_CIPHER_TX,
	KSSH_R_NO_CIPHER_RX,
	KSSH_R_NO_MAC_TX,
	KSSH_R_NO_MAC_RX,
	KSSH_R_NO_COMP_TX,
	KSSH_R_NO_COMP_RX,

	/* key exchange and host key */
	KSSH_R_KEX_PUBLIC_VALUE = 80,	/* length, range or all-zero secret */
	KSSH_R_HOSTKEY_MALFORMED,
	KSSH_R_HOSTKEY_TYPE,		/* not of the negotiated type */
	KSSH_R_HOSTKEY_TOO_SMALL,	/* RSA modulus */
	KSSH_R_SIGNATURE_MALFORMED,	/* or not of the negotiated algorithm */
	KSSH_R_SIGNATURE_WRONG,
	KSSH_R_REKEY_HOSTKEY_CHANGED,
	KSSH_R_KEX_GROUP,		/* of group exchange: too small, too large, not sound */
	KSSH_R_REKEY_STALLED,		/* new keys took too long */
	KSSH_R_REKEY_UNREAD,		/* likewise: the server's KEXINIT stands behind unread
					 * payloads, and somebody wants to send
					 */

	/* trust */
	KSSH_R_NO_PEER_NAME = 100,
	KSSH_R_NO_HELPER,
	KSSH_R_HELPER_GONE,		/* closed its socket while it held us */
	KSSH_R_HELPER_BUSY,		/* its queue is full */
	KSSH_R_HELPER_NAMESPACE,	/* may not speak for the asker */
	KSSH_R_HOSTKEY_UNKNOWN,
	KSSH_R_HOSTKEY_CHANGED,
	KSSH_R_HOSTKEY_REVOKED,
	KSSH_R_HOSTKEY_REFUSED,
	KSSH_R_PIN_MISMATCH,

	/* our guess */
	KSSH_R_GUESS_REFUSED = 115,	/* wrong, and not announced: it ends the connection */

	/* handshakes in flight */
	KSSH_R_LIMIT_NAMESPACE = 117,	/* too many in the network namespace */
	KSSH_R_LIMIT_USER,		/* too many of the user, on the whole machine */

	/* service */
	KSSH_R_SERVICE_MISMATCH = 120,	/* SERVICE_ACCEPT of another service */

	/* the network namespace's policy */
	KSSH_R_POLICY_TRUST_MODE = 140,	/* forbids that value of KSSH_VERIFY */
	KSSH_R_POLICY_ALGORITHM,	/* leaves nothing of a list to offer */
	KSSH_R_POLICY_KEY_SIZE,		/* RSA modulus shorter than it demands */

	/* the bound channel: the server's errors */
	KSSH_R_CHANNEL_WINDOW = 160,	/* more data than our window */
	KSSH_R_CHANNEL_PACKET,		/* more in one message than we take */
	KSSH_R_CHANNEL_ADJUST,		/* a window of more than 2^32 - 1 bytes */
	KSSH_R_CHANNEL_ENDED,		/* data after EOF, anything after CLOSE */
	KSSH_R_CHANNEL_FLOOD,		/* too many CHANNEL_OPEN during a key exchange */
};

/**
 * struct kssh_phase_time - when a phase ran
 * @begin: ns since the handshake began; 0 with @end 0: it did not run
 * @end: ns since the handshake began; 0 while it runs
 */
struct kssh_phase_time {
	__u64	begin;
	__u64	end;
};

/* struct kssh_info flags */
#define KSSH_INFO_STRICT_KEX	(1U << 0)	/* both sides announced it */
#define KSSH_INFO_EXT_INFO	(1U << 1)	/* server announced ext-info-s */
#define KSSH_INFO_AUTHED	(1U << 2)	/* SSH_MSG_USERAUTH_SUCCESS seen */
#define KSSH_INFO_REKEYING	(1U << 3)
#define KSSH_INFO_GUESS_WRONG	(1U << 4)	/* server's guess was dropped */
#define KSSH_INFO_GUESSED	(1U << 5)	/* KEXINIT left with our public value */
#define KSSH_INFO_GUESS_RIGHT	(1U << 6)	/* and by the server's KEXINIT it counts */
#define KSSH_INFO_PING		(1U << 7)	/* server announced ping@openssh.com */

/**
 * struct kssh_info - for SSH what struct tcp_info is for TCP
 * @state: enum kssh_state
 * @phase: enum kssh_phase; of a failed connection the one that it failed in
 * @verify: enum kssh_verify
 * @reserved: zero
 * @flags: KSSH_INFO_*
 * @reason: enum kssh_reason
 * @error: errno (positive) that goes with @reason, 0 if none
 * @peer_disconnect: reason code of the SSH_MSG_DISCONNECT received
 * @max_payload: see KSSH_MAX_PAYLOAD
 * @kex: negotiated key exchange method, "" before
 * @hostkey_alg: negotiated host key algorithm
 * @cipher_tx: negotiated cipher, client to server
 * @cipher_rx: negotiated cipher, server to client
 * @mac_tx: negotiated MAC, client to server, "" if the cipher brings its own
 * @mac_rx: negotiated MAC, server to client, likewise
 * @comp_tx: negotiated compression, client to server
 * @comp_rx: negotiated compression, server to client
 * @tx_seq: sequence number of the next packet sent
 * @rx_seq: sequence number of the next packet received
 * @tx_packets: binary packets sent
 * @rx_packets: binary packets received
 * @tx_bytes: bytes on the wire, banner included
 * @rx_bytes: bytes on the wire, banner included
 * @tx_payloads: payloads sent for the application
 * @rx_payloads: payloads received for the application
 * @rekeys: key exchanges completed after the first
 * @phase_time: by enum kssh_phase
 *
 * getsockopt writes min(optlen, sizeof) bytes, which is how it grows.
 */
struct kssh_info {
	__u8	state;
	__u8	phase;
	__u8	verify;
	__u8	reserved;
	__u32	flags;
	__u32	reason;
	__u32	error;
	__u32	peer_disconnect;
	__u32	max_payload;
	char	kex[KSSH_ALGNAME_MAX];
	char	hostkey_alg[KSSH_ALGNAME_MAX];
	char	cipher_tx[KSSH_ALGNAME_MAX];
	char	cipher_rx[KSSH_ALGNAME_MAX];
	char	mac_tx[KSSH_ALGNAME_MAX];
	char	mac_rx[KSSH_ALGNAME_MAX];
	char	comp_tx[KSSH_ALGNAME_MAX];
	char	comp_rx[KSSH_ALGNAME_MAX];
	__u32	tx_seq;
	__u32	rx_seq;
	__u64	tx_packets;
	__u64	rx_packets;
	__u64	tx_bytes;
	__u64	rx_bytes;
	__u64	tx_payloads;
	__u64	rx_payloads;
	__u64	rekeys;
	struct kssh_phase_time phase_time[KSSH_PHASE_COUNT];
};

/* struct kssh_channel flags */
#define KSSH_CHANNEL_CONTROL	(1U << 0)	/* KSSH_CONTROL will be asked for */

/**
 * struct kssh_channel - bind an open channel (RFC 4254 5) to the socket
 * @flags: KSSH_CHANNEL_*
 * @local_id: the number that we gave it in CHANNEL_OPEN
 * @remote_id: the number that the server gave it in CHANNEL_OPEN_CONFIRMATION
 * @local_window: bytes that the server may still send: what was offered to it, less
 *	what the caller has received
 * @local_max_packet: what CHANNEL_OPEN said, 1 or more
 * @remote_window: bytes that we may still send
 * @remote_max_packet: what CHANNEL_OPEN_CONFIRMATION said, 1 or more
 * @reserved: must be zero
 *
 * From here on send(2) and recv(2) are the channel's byte stream.  What has been
 * received and not been read counts as coming after it.  Once, and for good.
 *
 * With KSSH_CHANNEL_CONTROL messages that are none of the stream's wait for the
 * second descriptor, and hold the stream up if it is never taken; without it the
 * kernel answers them until it is.
 *
 * ENOTCONN: nobody is logged in.  EISCONN: a channel is bound.  EBUSY: a
 * record has been sent or read in part.  EINVAL: a maximum of zero.
 */
struct kssh_channel {
	__u32	flags;
	__u32	local_id;
	__u32	remote_id;
	__u32	local_window;
	__u32	local_max_packet;
	__u32	remote_window;
	__u32	remote_max_packet;
	__u32	reserved;
};

/* struct kssh_control flags */
#define KSSH_CONTROL_NONBLOCK	(1U << 0)	/* with O_NONBLOCK */
#define KSSH_CONTROL_NOCLOEXEC	(1U << 1)	/* without close-on-exec */

/**
 * struct kssh_control - take the second descriptor
 * @flags: in: KSSH_CONTROL_*
 * @fd: out: the descriptor, a socket of type SOCK_SEQPACKET
 *
 * EBUSY while one is open.
 */
struct kssh_control {
	__u32	flags;
	__s32	fd;
};

/* struct kssh_channel_info flags */
#define KSSH_CHANNEL_EOF_RX	(1U << 0)	/* the server's data has ended */
#define KSSH_CHANNEL_EOF_TX	(1U << 1)	/* ours has */
#define KSSH_CHANNEL_CLOSE_RX	(1U << 2)	/* CHANNEL_CLOSE received */
#define KSSH_CHANNEL_CLOSE_TX	(1U << 3)	/* CHANNEL_CLOSE sent */
#define KSSH_CHANNEL_STATUS	(1U << 4)	/* @exit_status is known */
#define KSSH_CHANNEL_SIGNAL	(1U << 5)	/* @exit_signal is known */
#define KSSH_CHANNEL_CORE	(1U << 6)	/* and it dumped core */
#define KSSH_CHANNEL_TAKEN	(1U << 7)	/* a control descriptor is open */

#define KSSH_SIGNAL_MAX		32

/**
 * struct kssh_channel_info - the bound channel
 * @flags: KSSH_CHANNEL_*, of those above
 * @exit_status: of "exit-status" (RFC 4254 6.10)
 * @exit_signal: of "exit-signal", without "SIG"; NUL-terminated, cut if longer
 * @local_id: as bound
 * @remote_id: as bound
 * @local_window: bytes that the server may still send
 * @local_window_max: what the kernel raises it to
 * @remote_window: bytes that we may still send
 * @remote_max_packet: as bound
 * @unread: bytes of the stream that can be read now
 * @reserved: zero
 * @tx_bytes: bytes of the stream sent
 * @rx_bytes: bytes of the stream received
 *
 * getsockopt writes min(optlen, sizeof) bytes.  ENODATA: none is bound.
 */
struct kssh_channel_info {
	__u32	flags;
	__u32	exit_status;
	char	exit_signal[KSSH_SIGNAL_MAX];
	__u32	local_id;
	__u32	remote_id;
	__u32	local_window;
	__u32	local_window_max;
	__u32	remote_window;
	__u32	remote_max_packet;
	__u32	unread;
	__u32	reserved;
	__u64	tx_bytes;
	__u64	rx_bytes;
};

/* Control message of recvmsg(2), level SOL_KSSH: the record's __u32 sequence
 * number, which KSSH_UNIMPLEMENTED wants.
 */
#define KSSH_CMSG_SEQ		1

#endif /* _UAPI_LINUX_KSSH_H */
