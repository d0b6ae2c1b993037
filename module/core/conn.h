/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connection: an SSH client transport as a machine without input or output of
 * its own.  Bytes go in and come out through the caller, who also runs the
 * public-key jobs and asks whoever judges the host key.
 *
 * The caller serialises all calls on one conn (in the kernel: the socket lock).
 * Functions may sleep (crypto handles) unless said otherwise; none waits for the
 * network, the helper or a job.
 */
#ifndef KSSH_CONN_H
#define KSSH_CONN_H

#include "../kex/kex.h"
#include "../wire/reason.h"

struct kssh_conn;

/* ---- configuration ---------------------------------------------------- */

enum kssh_list {
	KSSH_LIST_KEX,
	KSSH_LIST_HOSTKEY,
	KSSH_LIST_CIPHER_TX,
	KSSH_LIST_CIPHER_RX,
	KSSH_LIST_MAC_TX,
	KSSH_LIST_MAC_RX,
	KSSH_LIST_COMP_TX,
	KSSH_LIST_COMP_RX,
	KSSH_LIST_COUNT
};

#define KSSH_LIST_MAX	1024	/* longest list text that a caller may give, bytes */

/* A server may have sent so much before it saw that keys are to be renewed: as much as
 * an OpenSSH client lets one channel have under way.
 */
#define KSSH_RX_SLACK	(2 * 1024 * 1024)

/**
 * struct kssh_limits - what somebody above the caller takes away
 * @forbid: NUL-terminated list of names, of any kind; NULL: none
 * @rsa_min_bits: shortest RSA modulus of a host key; 0: no limit
 * @need_pq: only key exchange methods that are post-quantum
 */
struct kssh_limits {
	const char *forbid;
	u32 rsa_min_bits;
	bool need_pq;
};

/**
 * struct kssh_renew - when keys are to be renewed, besides when they must be
 * @bytes: of frames under one key, in either direction; 0: no limit of the caller's
 * @packets: likewise
 * @seconds: age of the keys, likewise
 * @timeout_ms: how long a renewal may take
 */
struct kssh_renew {
	u64 bytes;
	u64 packets;
	u32 seconds;
	u32 timeout_ms;
};

/**
 * struct kssh_config - what a handshake is to be
 * @list: NUL-terminated effective lists; NULL: the default
 * @banner: our identification without CR LF; NULL: the default
 * @verify: enum kssh_verify
 * @pins: SHA-256 of acceptable host key blobs; the conn drops them once it has judged
 * @n_pins: how many
 * @rsa_min_bits: shortest RSA modulus of a host key
 * @max_payload: longest payload that kssh_conn_tx_reserve() lets grow
 * @rx_limit: bytes of received payloads held before the machine stops reading; while
 *	the server's KEXINIT of a re-exchange is waited for, KSSH_RX_SLACK more
 * @tx_limit: bytes of payloads held while a re-exchange keeps them from leaving,
 *	before no further one is taken
 * @renew: when keys are to be renewed
 * @limits: what is in force over all of it; @limits.forbid is its own
 * @own_order: the order of the host key algorithms is the caller's
 * @ask_known: the first flight waits for kssh_conn_known()
 * @guess: enum kssh_guess
 * @certs: host certificates belong to the default list: somebody who can judge them
 *	knows an authority
 * @seen_kex: methods that the server offered when it was last seen, a list; empty:
 *	never.  From its KEXINIT to SERVICE_ACCEPT, what it offers now; not in
 *	KSSH_GUESS_NEVER
 * @seen_hostkey: likewise its host key algorithms
 * @early: the session is up once our NEWKEYS and SERVICE_REQUEST are queued;
 *	SERVICE_ACCEPT is checked when it comes
 */
struct kssh_config {
	char *list[KSSH_LIST_COUNT];
	char *banner;
	u8 (*pins)[KSSH_PIN_LEN];
	u8 n_pins;
	u8 verify;
	u8 guess;
	bool own_order;
	bool certs;
	bool ask_known;
	bool early;
	u32 rsa_min_bits;
	u32 max_payload;
	u32 rx_limit;
	u32 tx_limit;
	struct kssh_renew renew;
	struct kssh_limits limits;
	struct kssh_owned seen_kex, seen_hostkey;
};

/* Find out what the running kernel can do.  Loads modules and sleeps long when it
 * is called first: the caller holds no lock.  The lists take their time under locks
 * if it was not called before them.
 */
void kssh_config_probe(void);

void kssh_config_init(struct kssh_config *c);	/* defaults */
void kssh_config_free(struct kssh_config *c);	/* what it owns, not itself */

/**
 * kssh_config_set_list - set an algorithm list
 * @c: configuration
 * @which: which list
 * @text: list in SSH syntax, with OpenSSH's leading '+', '-' or '^'; no NUL needed
 * @n: bytes of @text
 *
 * Process context, may sleep.
 * Return: 0; -EINVAL for an unknown or doubled name, bad syntax or an empty
 * result; -EOPNOTSUPP for a name that this kernel cannot do; -ENOMEM.  On error
 * nothing has changed.
 */
int kssh_config_set_list(struct kssh_config *c, enum kssh_list which,
			 const char *text, size_t n);

/**
 * kssh_config_get_list - the effective list
 * @c: configuration
 * @which: which list
 * @buf: gets the NUL-terminated text
 * @n: room in @buf, KSSH_LIST_MAX is enough
 *
 * Only what the running kernel can do and the limits allow is in it.
 * Return: length without the NUL, or -ENOSPC.
 */
int kssh_config_get_list(const struct kssh_config *c, enum kssh_list which,
			 char *buf, size_t n);

/* Can a handshake begin with it?  0; -EINVAL in mode PIN without pins, or with
 * certificates in its list: pins are of plain keys.
 */
int kssh_config_check(const struct kssh_config *c);

/**
 * kssh_catalog - every algorithm that is built in
 * @buf: gets the lines that uapi/linux/kssh.h describes at KSSH_ALGORITHMS, and a NUL
 * @n: room in @buf, KSSH_CATALOG_MAX is enough
 *
 * May sleep, as kssh_config_get_list().
 * Return: length without the NUL, or -ENOSPC.
 */
int kssh_catalog(char *buf, size_t n);

#define KSSH_CATALOG_MAX	8192

/**
 * kssh_config_limit - put limits over a configuration, in place of others
 * @c: configuration
 * @l: copied; NULL: none
 *
 * They take names away, whatever list is set and whenever, and never add one.
 * Process context, may sleep.
 * Return: 0; KSSH_R_POLICY_ALGORITHM if they leave nothing of a list, or
 * KSSH_R_NO_MEMORY: then there are no limits.
 */
int kssh_config_limit(struct kssh_config *c, const struct kssh_limits *l);

/**
 * kssh_config_prefer - put host key algorithms first for which a key is known
 * @c: configuration
 * @types: list of types of plain keys, without unknown or doubled names or with
 * @ca: a certification authority is known, too
 *
 * By the rules of OpenSSH's client: nothing changes if the first algorithm is one
 * of them, or if the order is the caller's own; nothing is lost.  With @ca the default
 * list gets the certificates; none is added to a list that was set.
 * Return: 0 or KSSH_R_NO_MEMORY.
 */
int kssh_config_prefer(struct kssh_config *c, struct kssh_blob types, bool ca);

/* Is it the name of an algorithm, of whatever kind, that is built in? */
bool kssh_config_knows(const char *name, size_t n);

/* "SSH-2.0-" and printable US-ASCII, no more than fits; 0, -EINVAL or -ENOMEM */
int kssh_config_set_banner(struct kssh_config *c, const char *text, size_t n);
const char *kssh_config_banner(const struct kssh_config *c);

/* @n digests of KSSH_PIN_LEN bytes, in place of those before; 0 or -ENOMEM */
int kssh_config_set_pins(struct kssh_config *c, const u8 *pins, unsigned int n);
void kssh_config_drop_pins(struct kssh_config *c);

/* ---- life ------------------------------------------------------------- */

/* Before the first and after the last connection; 0 or -ENOMEM. */
int kssh_conn_init(void);
void kssh_conn_exit(void);

/**
 * kssh_conn_new - a connection in state IDLE
 * @cfg: moved into the conn: on success *cfg is reset to defaults
 * @env: randomness and clock, outlives the conn
 *
 * Return: the conn or NULL (no memory).
 */
struct kssh_conn *kssh_conn_new(struct kssh_config *cfg, const struct kssh_env *env);

/* Wipes and frees.  A job that was taken is not touched: its owner frees it. */
void kssh_conn_free(struct kssh_conn *c);

/* Queue banner and KEXINIT for sending, in one piece.  Once.  With ask_known nothing
 * yet, and KSSH_EV_KNOWN.  With a guess nothing before its job (KSSH_EV_JOB) is done,
 * and then all three.
 */
void kssh_conn_start(struct kssh_conn *c);

/**
 * kssh_conn_known - of which types keys are known; the first flight is queued
 * @c: conn, after KSSH_EV_KNOWN
 * @types: as kssh_config_prefer(); empty: nothing is known
 * @ca: likewise
 *
 * Return: 0, or -EINVAL if that is not waited for (any more).
 */
int kssh_conn_known(struct kssh_conn *c, struct kssh_blob types, bool ca);

/* ---- bytes ------------------------------------------------------------ */

/**
 * kssh_conn_rx_want - where received bytes are to be put
 * @c: conn
 * @p: set to the place; NULL: only whether, no memory is taken
 *
 * More may be asked for than the packet under way needs: what is left over stays
 * here and is read first, after a pause too.
 * Return: how many bytes it can take there now; 0 while it waits for a job, a
 * verdict or kssh_conn_known(), when rx_limit is reached, while the peer leaves too
 * many answers unread (PONG, UNIMPLEMENTED), or when it is over.
 */
size_t kssh_conn_rx_want(struct kssh_conn *c, u8 **p);

/* @n bytes, at most what rx_want() said, have been put there: act on them. */
void kssh_conn_rx_got(struct kssh_conn *c, size_t n);

/* Nothing more has arrived: wipe what was received.  Once the session is up a little
 * memory is kept for the next record, until kssh_conn_tick() has seen none for a second.
 */
void kssh_conn_rx_idle(struct kssh_conn *c);

/* The stream has ended (TCP's FIN and nothing left to read). */
void kssh_conn_rx_eof(struct kssh_conn *c);

/**
 * kssh_conn_tx_pending - bytes to be sent
 * @c: conn
 * @p: set to the first
 *
 * Return: how many; what belongs to one flight is there at once.
 */
size_t kssh_conn_tx_pending(const struct kssh_conn *c, const u8 **p);

/**
 * kssh_conn_tx_lend - may who sends keep references to the pages?
 * @c: conn with bytes pending
 *
 * Return: if so the bytes that kssh_conn_tx_pending() shows lie in pages with counts
 * of their own, and are never written to again.
 */
bool kssh_conn_tx_lend(struct kssh_conn *c);

/* They have been sent.  May act on bytes received before, which waited for that. */
void kssh_conn_tx_sent(struct kssh_conn *c, size_t n);

/* ---- events ----------------------------------------------------------- */

#define KSSH_EV_JOB	0x01	/* kssh_conn_job_take() has something */
#define KSSH_EV_ASK	0x02	/* HELPER: k_s has been read, ask now */
#define KSSH_EV_RESULT	0x04	/* HELPER: the signature is good, tell the helper */
#define KSSH_EV_VERDICT	0x08	/* APP: stopped, the verdict is wanted */
#define KSSH_EV_OPEN	0x10	/* the session is up */
#define KSSH_EV_FAILED	0x20	/* over; kssh_conn_reason() says why; RX, TRUSTED may stay */
#define KSSH_EV_RX	0x40	/* a payload has been queued; gone if it was read before */
#define KSSH_EV_KNOWN	0x80	/* ask which keys are known, then kssh_conn_known() */
#define KSSH_EV_SERVED	0x100	/* early: SERVICE_ACCEPT has come */
#define KSSH_EV_TRUSTED	0x200	/* signature and verdict are good: kssh_conn_seen() */
#define KSSH_EV_CONTROL	0x400	/* a payload waits that is not the bound channel's data */

/* Those that kssh_conn_take_events() would return; they stay. */
u32 kssh_conn_events(const struct kssh_conn *c);

/* Events since the last call; each is reported once. */
u32 kssh_conn_take_events(struct kssh_conn *c);

/* ---- jobs ------------------------------------------------------------- */

/**
 * struct kssh_job - public-key work
 * @x: the exchange, owned by the job while it runs
 * @env: for randomness
 * @finish: kssh_exchange_finish(), else kssh_exchange_begin()
 * @result: reason
 * @took: ns that it took
 */
struct kssh_job {
	struct kssh_exchange *x;
	const struct kssh_env *env;
	bool finish;
	int result;
	u64 took;
};

/* Move the waiting job into *j.  false: there is none.  At most one is out. */
bool kssh_conn_job_take(struct kssh_conn *c, struct kssh_job *j);

/* Do the work.  Touches no conn, needs no lock, sleeps.  Asks the env's clock. */
void kssh_job_run(struct kssh_job *j);

/* Give the result back: the conn takes j->x again, j is empty afterwards. */
void kssh_conn_job_done(struct kssh_conn *c, struct kssh_job *j);

/* For a conn that is gone: wipe and free what the job owns. */
void kssh_job_drop(struct kssh_job *j);

/* ---- verdict and end -------------------------------------------------- */

/**
 * kssh_conn_verdict - what was said of the host key
 * @c: conn in mode HELPER (after KSSH_EV_ASK) or APP (after KSSH_EV_VERDICT)
 * @reason: 0 accepts; else KSSH_R_HOSTKEY_UNKNOWN, KSSH_R_NO_HELPER, ...
 *
 * Return: 0, or -EINVAL if no verdict is wanted (any more).
 */
int kssh_conn_verdict(struct kssh_conn *c, int reason);

/* End it with a reason; the first one stays.  Queues SSH_MSG_DISCONNECT where one
 * belongs.  Pending output stays to be sent.
 */
void kssh_conn_fail(struct kssh_conn *c, int reason);

int kssh_conn_reason(const struct kssh_conn *c);	/* KSSH_R_NONE while alive */
enum kssh_state kssh_conn_state(const struct kssh_conn *c);
u32 kssh_conn_flags(const struct kssh_conn *c);	/* KSSH_INFO_* */

/* ---- payloads, once open ---------------------------------------------- */

/**
 * struct kssh_payload - one received payload
 * @next: in the queue
 * @seq: sequence number of its packet
 * @len: bytes
 * @cap: bytes of memory that begin with this struct
 * @dirty: how many of those were written to
 * @off: bytes that the reader has taken already; the reader's to change
 * @data: message number first
 */
struct kssh_payload {
	struct kssh_payload *next;
	u32 seq;
	u32 len;
	u32 cap;
	u32 dirty;
	u32 off;
	const u8 *data;
};

/* Is the receiving side between two packets?  At the end of the stream this tells
 * an orderly end from a truncated packet.
 */
bool kssh_conn_rx_boundary(const struct kssh_conn *c);

/* Oldest payload, or NULL.  Stays valid until popped, also when the conn has failed. */
struct kssh_payload *kssh_conn_rx_first(struct kssh_conn *c);
/* Is there something for who reads, and nothing that more bytes are needed for at once? */
bool kssh_conn_rx_sated(const struct kssh_conn *c);

#define KSSH_IS_READABLE	0x001	/* a payload, or a bound channel's data or end */
#define KSSH_IS_SENDABLE	0x002	/* one can be; or the bound channel's data has ended */
#define KSSH_IS_READY		0x004	/* kssh_conn_tx_ready() */
#define KSSH_IS_SATED		0x008	/* kssh_conn_rx_sated() */
#define KSSH_IS_STUCK		0x010	/* there are bytes to be sent */
#define KSSH_IS_CONTROL		0x020	/* a payload that is not the bound channel's data */
#define KSSH_IS_RX_ENDED	0x040	/* kssh_channel_rx_ended() */
#define KSSH_IS_TX_ENDED	0x080	/* kssh_channel_tx_error() */
#define KSSH_IS_CLOSED		0x100	/* kssh_channel_closed() */

/* All of these that are true. */
u32 kssh_conn_look(const struct kssh_conn *c);
/* May act on bytes received before, which waited for room in the queue. */
void kssh_conn_rx_pop(struct kssh_conn *c);
size_t kssh_conn_rx_queued(const struct kssh_conn *c);	/* payload bytes, all */
size_t kssh_conn_rx_held(const struct kssh_conn *c);	/* and what holding them costs */

/* May a payload be begun or completed now?  false while bytes of earlier records are
 * still to be sent, and while a key exchange holds back tx_limit.
 */
bool kssh_conn_tx_ready(const struct kssh_conn *c);

/* No more is to be sent: no re-exchange of our own begins any more.  Returns whether
 * all has been handed out, and none is open that could let out more.
 */
bool kssh_conn_tx_end(struct kssh_conn *c);

/* Payloads that a key exchange holds back, and what holding them costs, in bytes. */
size_t kssh_conn_tx_held(const struct kssh_conn *c);

/**
 * kssh_conn_tx_reserve - room for more of the payload being built
 * @c: open conn
 * @n: bytes
 * @p: set to the place
 *
 * Return: 0, -EMSGSIZE (payload would exceed max_payload), -ENOMEM; -ENOTCONN
 * before it is open, the errno of its reason when it is over.  A payload begun is
 * not harmed by an error.
 */
int kssh_conn_tx_reserve(struct kssh_conn *c, size_t n, u8 **p);

/**
 * kssh_conn_tx_commit - the bytes are there
 * @c: conn
 * @n: bytes written at the place that tx_reserve() gave
 * @more: the payload goes on; else it is complete and is sealed
 *
 * What is complete while a key exchange is open is held back, and is sent under the
 * new keys.
 * Return: 0; -EINVAL if the first byte is a message number that is the kernel's
 * (1 to 49, 192, 193; the payload begun is given up) or there is no byte at all;
 * -EAGAIN if it would be complete and kssh_conn_tx_ready() is false, or -ENOMEM (the
 * @n bytes are not taken); a failure of the conn as its errno.
 */
int kssh_conn_tx_commit(struct kssh_conn *c, size_t n, bool more);
size_t kssh_conn_tx_partial(const struct kssh_conn *c);	/* bytes of payload begun */

/* Transport messages on the application's behalf.  0; -ENOTCONN, -EINVAL, -ENOMEM;
 * -EAGAIN when !kssh_conn_tx_ready(), and as long as a key exchange is open.
 */
int kssh_conn_send_ignore(struct kssh_conn *c, u32 n);
int kssh_conn_send_unimplemented(struct kssh_conn *c, u32 seq);
/* -EOPNOTSUPP if the server has not said that it answers.  What it answers is delivered
 * as a payload.
 */
int kssh_conn_ping(struct kssh_conn *c, const void *data, size_t n);
/* As kssh_conn_fail(KSSH_R_LOCAL_DISCONNECT) with the caller's words. */
int kssh_conn_disconnect(struct kssh_conn *c, u32 reason, const char *text);

void kssh_conn_set_max_payload(struct kssh_conn *c, u32 n);

/* From now on, as struct kssh_config says. */
void kssh_conn_set_room(struct kssh_conn *c, u32 rx_limit, u32 tx_limit);

/* ---- renewing keys ---------------------------------------------------- */

/* Begin a key re-exchange: 0, -EBUSY, -EAGAIN, -ENOTCONN; see struct kssh_rekey. */
int kssh_conn_rekey(struct kssh_conn *c);

/* Other limits from now on, for the present keys too. */
void kssh_conn_set_renew(struct kssh_conn *c, const struct kssh_renew *l);

/**
 * kssh_conn_tick - look at the clock
 * @c: conn
 *
 * Begins a re-exchange if one is due, and ends the conn if one takes too long.  Lets the
 * job of one go that had to wait, as the server asks for too many.  Gives back what was
 * kept for a next record that has not come.
 * Return: the time, as env's, to come back at if nothing happens before; 0: never.
 */
u64 kssh_conn_tick(struct kssh_conn *c);

/**
 * kssh_conn_steady - is there nothing to be seen to between two records?
 * @c: conn
 *
 * Then kssh_conn_rx_idle() and kssh_conn_tick() can be left out until the time is there
 * that the latter has returned: nothing lies unwiped, no key comes to its end.
 */
bool kssh_conn_steady(const struct kssh_conn *c);

/**
 * kssh_conn_at_rest - is it between two records, with nothing that anybody waits for?
 * @c: conn
 *
 * Then it is steady, there is neither event nor payload nor a byte to be sent, the next
 * payload can be sent, and a bound channel is open both ways.
 */
bool kssh_conn_at_rest(const struct kssh_conn *c);

/* Somebody wants to send and was told to wait: a re-exchange that waits for payloads
 * to be read ends the conn at its deadline (KSSH_R_REKEY_UNREAD).
 */
void kssh_conn_tx_refused(struct kssh_conn *c);

/* ---- what is known ---------------------------------------------------- */

/* The configuration that it was made with. */
const struct kssh_config *kssh_conn_config(const struct kssh_conn *c);

/**
 * kssh_conn_seen - what the server offers, once it has proven who it is
 * @c: conn, after KSSH_EV_TRUSTED
 * @kex: set to its list of key exchange methods
 * @hostkey: set to its list of host key algorithms
 *
 * For the seen_* of a later configuration.  Valid until the next call on the conn;
 * gone when SERVICE_ACCEPT has come.
 * Return: false if there is nothing to remember: the guess is off, or they are too
 * long.
 */
bool kssh_conn_seen(const struct kssh_conn *c, struct kssh_blob *kex,
		    struct kssh_blob *hostkey);

/* Fill everything but what only the socket knows. */
void kssh_conn_info(const struct kssh_conn *c, struct kssh_info *info);

/* Empty until known; valid until the next call on the conn. */
struct kssh_blob kssh_conn_hostkey(const struct kssh_conn *c);
struct kssh_blob kssh_conn_hostkey_sig(const struct kssh_conn *c);
struct kssh_blob kssh_conn_session_id(const struct kssh_conn *c);
struct kssh_blob kssh_conn_peer_banner(const struct kssh_conn *c);
struct kssh_blob kssh_conn_ext_info(const struct kssh_conn *c);
struct kssh_blob kssh_conn_disconnect_text(const struct kssh_conn *c);
const char *kssh_conn_hostkey_name(const struct kssh_conn *c);	/* negotiated */

#endif /* KSSH_CONN_H */
