/* SPDX-License-Identifier: GPL-2.0 */
/* The connection from the inside: for the files of this room, and its tests. */
#ifndef KSSH_CORE_INTERNAL_H
#define KSSH_CORE_INTERNAL_H

#include "banner.h"
#include "channel.h"
#include "conn.h"
#include "legal.h"
#include "negotiate.h"
#include "packet.h"

/* The service that is asked for (RFC 4252). */
#define KSSH_SERVICE		"ssh-userauth"

/* Ignorable messages that a server may send during one key exchange. */
#define KSSH_IGNORED_MAX	1024

/* EXT_INFO: how many in all, how many entries in one (as OpenSSH). */
#define KSSH_EXT_INFO_MAX	2
#define KSSH_EXT_INFO_ENTRIES	1024

/* Messages of our own whose numbers are remembered. */
#define KSSH_OWN_SEQS		8

/* Unsent answers (PONG, UNIMPLEMENTED), in bytes, above which nothing is read. */
#define KSSH_REPLY_MAX		(64 * 1024)

/**
 * enum kssh_ask - what is outstanding of the verdict
 * @KSSH_ASK_NONE: nobody is asked
 * @KSSH_ASK_WAIT: a verdict is wanted
 * @KSSH_ASK_LATER: it will be, once the signature is good (APP)
 * @KSSH_ASK_GOOD: the key is accepted
 */
enum kssh_ask {
	KSSH_ASK_NONE,
	KSSH_ASK_WAIT,
	KSSH_ASK_LATER,
	KSSH_ASK_GOOD,
};

/**
 * enum kssh_job_state - public-key work
 * @KSSH_JOB_NONE: none
 * @KSSH_JOB_LATER: kssh_exchange_begin() is not due before kssh_conn_tick() says so
 * @KSSH_JOB_BEGIN: kssh_exchange_begin() waits to be taken
 * @KSSH_JOB_FINISH: kssh_exchange_finish() waits to be taken
 * @KSSH_JOB_OUT: taken, the exchange is not here
 */
enum kssh_job_state {
	KSSH_JOB_NONE,
	KSSH_JOB_LATER,
	KSSH_JOB_BEGIN,
	KSSH_JOB_FINISH,
	KSSH_JOB_OUT,
};

/**
 * enum kssh_hold - what the first flight waits for, which leaves in one piece
 * @KSSH_HOLD_NONE: it has left, or nothing has begun
 * @KSSH_HOLD_ORDER: kssh_conn_known()
 * @KSSH_HOLD_GUESS: our public value, which is part of it
 */
enum kssh_hold {
	KSSH_HOLD_NONE,
	KSSH_HOLD_ORDER,
	KSSH_HOLD_GUESS,
};

/**
 * struct kssh_stream - the bound channel
 * @local_id: our number of it
 * @remote_id: the server's
 * @rx_window: bytes that the server may still send
 * @rx_packet: the most data in one message to us
 * @unread: bytes of data in the connection's queue
 * @unread_ext: bytes of extended data in @control
 * @tx_window: bytes that we may still send
 * @tx_packet: the most data in one message of ours
 * @flags: KSSH_CHANNEL_* of struct kssh_channel_info
 * @attended: somebody reads @control
 * @deaf: nobody reads the stream any more
 * @want_eof: our data has ended
 * @want_close: we have, or the server has, closed it
 * @owed: CHANNEL_FAILURE that are owed
 * @owed_global: REQUEST_FAILURE that are owed
 * @n_refused: numbers in @refused
 * @refused: channels of the server whose opening is to be refused
 * @exit_status: of "exit-status"
 * @exit_signal: of "exit-signal"
 * @tx_bytes: data sent
 * @rx_bytes: data received
 * @control: whole payloads that are none of the stream's, oldest first
 * @control_tail: where the next one goes
 *
 * @rx_window, @unread and @unread_ext together are at most what the first was when
 * the channel was bound, or half of the connection's rx_limit.
 */
struct kssh_stream {
	u32 local_id, remote_id;
	u32 rx_window, rx_packet;
	u32 unread, unread_ext;
	u32 tx_window, tx_packet;
	u32 flags;
	bool attended;
	bool deaf;
	bool want_eof, want_close;
	u32 owed, owed_global;
	u32 n_refused;
	u32 refused[KSSH_CHANNEL_REFUSED_MAX];
	u32 exit_status;
	char exit_signal[KSSH_SIGNAL_MAX];
	u64 tx_bytes, rx_bytes;
	struct kssh_payload *control;
	struct kssh_payload **control_tail;
};

/**
 * struct kssh_conn - one connection
 * @cfg: what it is to be
 * @env: randomness and clock
 * @flags: KSSH_INFO_*, but REKEYING, which follows from @st
 * @reason: why it is over, KSSH_R_NONE while it is not
 * @events: not yet taken
 * @st: what is expected of the server
 * @home: where a re-exchange returns to
 * @phase: enum kssh_phase
 * @job: public-key work outstanding
 * @ask: verdict outstanding
 * @hold: what the first flight waits for
 * @proven: the signature over the exchange hash is good
 * @skip: the next packet is a wrong guess of the server's
 * @eof: the stream has ended
 * @opened: KSSH_EV_OPEN has been reported
 * @tx_refused: see kssh_conn_tx_refused(); of the open re-exchange
 * @tx_ended: see kssh_conn_tx_end()
 * @toll: the server has begun the open re-exchange
 * @settled: what was negotiated last, by enum kssh_list: row of the table and 1, 0: none
 * @ext_infos: EXT_INFO received
 * @session_id_len: bytes of @session_id, 0 before there is one
 * @own_n: where in @own_seq the next goes, and KSSH_OWN_SEQS more once that is full
 * @banner: state of reading the server's identification
 * @ignored: ignorable messages in this key exchange
 * @own_seq: sequence numbers of the last packets that were ours, not the application's,
 *	as a ring
 * @pings: PONGs that the application waits for
 * @peer_disconnect: reason code of the DISCONNECT received
 * @started: env's time at kssh_conn_start()
 * @phase_time: by phase
 * @x: the open exchange, NULL if none is or the job has it
 * @rx: receiving side
 * @tx: sending side
 * @v_s: the server's identification
 * @hostkey: K_S of the first exchange
 * @hostkey_sig: the signature of the first exchange
 * @session_id: first exchange hash
 * @ext_info: newest EXT_INFO, from nr-extensions on
 * @disconnect_text: of the DISCONNECT received
 * @rx_bytes: received
 * @tx_bytes: sent
 * @rx_payloads: delivered
 * @tx_payloads: sent for the application
 * @keys_since: env's time at the server's last NEWKEYS
 * @rekey_deadline: env's time at which the open re-exchange has taken too long
 * @toll_at: env's time at which the arithmetic of the next of the server's may begin
 * @rekeys: exchanges completed after the first
 * @rest_packets: packets that had passed when @rest_at was last looked at
 * @rest_at: env's time at which what is kept between records is given back, unless
 *	some have passed since; 0: nothing is kept
 * @held: payloads that wait for the end of an exchange, oldest first
 * @held_tail: where the next one goes
 * @queue: received payloads, oldest first
 * @queue_tail: where the next one goes
 * @held_cost: bytes of @held and what holding them costs
 * @queue_cost: likewise of @queue, what @stream holds included
 * @queued: bytes of @queue
 * @replies: bytes of unsent answers
 * @stream: the bound channel, NULL: none is
 */
struct kssh_conn {
	struct kssh_config cfg;
	const struct kssh_env *env;
	u32 flags;
	u16 reason;
	u16 events;
	u8 st;
	u8 home;
	u8 phase;
	u8 job;
	u8 ask;
	u8 hold;
	bool proven;
	bool skip;
	bool eof;
	bool opened;
	bool tx_refused;
	bool tx_ended;
	bool toll;
	u8 settled[KSSH_LIST_COUNT];
	u8 ext_infos;
	u8 session_id_len;
	u8 own_n;
	struct kssh_banner banner;
	u16 ignored;
	u32 own_seq[KSSH_OWN_SEQS];
	u32 pings;
	u32 peer_disconnect;
	u64 started;
	struct kssh_phase_time phase_time[KSSH_PHASE_COUNT];
	struct kssh_exchange *x;
	struct kssh_rx rx;
	struct kssh_tx tx;
	struct kssh_owned v_s, hostkey, hostkey_sig;
	u8 session_id[KSSH_HASH_MAX];
	struct kssh_owned ext_info, disconnect_text;
	u64 rx_bytes, tx_bytes;
	u64 rx_payloads, tx_payloads;
	u64 keys_since;
	u64 rekey_deadline;
	u64 toll_at;
	u32 rekeys;
	u32 rest_packets;
	u64 rest_at;
	struct kssh_held *held;
	struct kssh_held **held_tail;
	struct kssh_payload *queue;
	struct kssh_payload **queue_tail;
	u32 held_cost;
	u32 queue_cost;
	u32 queued;
	u32 replies;
	struct kssh_stream *stream;
};

/* ---- conn.c ----------------------------------------------------------- */

/* Act on what has been received until it is used up or something is waited for. */
void kssh_conn_pump(struct kssh_conn *c);

/* As kssh_conn_fail(), with words for the DISCONNECT. */
void kssh_conn_end(struct kssh_conn *c, int reason, u32 code, const char *text);

/* Give back what is kept between records for the next. */
void kssh_conn_rest(struct kssh_conn *c);

/* ---- phase.c ---------------------------------------------------------- */

/* What can be asked of the connection from here on. */
void kssh_settled_set(struct kssh_conn *c, const struct kssh_negotiated *n);

void kssh_phase_begin(struct kssh_conn *c, enum kssh_phase p);
void kssh_phase_end(struct kssh_conn *c, enum kssh_phase p);
/* End the present phase and begin another. */
void kssh_phase_next(struct kssh_conn *c, enum kssh_phase p);
/* All that run end now: it is over. */
void kssh_phase_stop(struct kssh_conn *c);

/* ---- kexflow.c: key exchange.  Each returns 0 or a reason. ------------- */

/* The first flight: our identification, KEXINIT and perhaps a guess. */
int kssh_kex_open(struct kssh_conn *c);
/* Queue our identification. */
int kssh_send_banner(struct kssh_conn *c);
/* Send ours of a re-exchange: @c->st is SERVICE, AUTH or OPEN. */
int kssh_kex_start_rekey(struct kssh_conn *c);
int kssh_kex_kexinit(struct kssh_conn *c, struct kssh_blob payload, u32 seq);
int kssh_kex_group(struct kssh_conn *c, struct kssh_blob payload);
int kssh_kex_reply(struct kssh_conn *c, struct kssh_blob payload);
int kssh_kex_newkeys(struct kssh_conn *c, struct kssh_blob payload);
/* A job has come back with success. */
int kssh_kex_begun(struct kssh_conn *c);
int kssh_kex_proven(struct kssh_conn *c);
/* If signature and verdict are both there: NEWKEYS and what follows it. */
int kssh_kex_settle(struct kssh_conn *c);

/* ---- rekey.c ---------------------------------------------------------- */

/* Begin a re-exchange if the keys are used up.  0 or a reason. */
int kssh_rekey_look(struct kssh_conn *c);
/* The last bytes for now have been looked at: what is kept is for a while. */
void kssh_rest_plan(struct kssh_conn *c);
/* A re-exchange has begun; an exchange, also the first, is over. */
void kssh_rekey_opened(struct kssh_conn *c);
void kssh_rekey_closed(struct kssh_conn *c);
/* Must the arithmetic of the exchange wait, as the server asks for too much of it?  Asked
 * once, before it begins.
 */
bool kssh_toll_due(struct kssh_conn *c);
/* Some of it has taken @ns. */
void kssh_toll_charge(struct kssh_conn *c, u64 ns);

/* ---- hold.c ----------------------------------------------------------- */

/* Hold a payload back.  0 or -ENOMEM. */
int kssh_hold(struct kssh_conn *c, struct kssh_blob payload);
/* Seal what may leave now.  0 or a reason. */
int kssh_hold_release(struct kssh_conn *c);
/* Nothing of it will leave any more. */
void kssh_hold_drop(struct kssh_conn *c);

/* ---- guess.c ---------------------------------------------------------- */

/**
 * kssh_guess_plan - is our public value to leave with our KEXINIT?
 * @c: conn whose KEXINIT is made: c->x->i_c
 *
 * If so, the method of the exchange is set, and where it has to be announced,
 * KEXINIT says so.
 */
bool kssh_guess_plan(struct kssh_conn *c);

/**
 * kssh_guess_judge - what became of our guess, now that the server's KEXINIT is read
 * @c: conn whose guess has left
 * @ours: our lists
 * @theirs: the server's
 * @guessed: method of the guess; @c->x->neg is what was negotiated
 *
 * Return: 0 or KSSH_R_GUESS_REFUSED.
 */
int kssh_guess_judge(struct kssh_conn *c, const struct kssh_lists *ours,
		     const struct kssh_lists *theirs,
		     const struct kssh_kex_alg *guessed);

/* Keep the server's lists for kssh_conn_seen().  0 or a reason. */
int kssh_guess_remember(struct kssh_conn *c, const struct kssh_lists *theirs);

/* ---- handle.c: one message -------------------------------------------- */

/* Returns 0 or a reason. */
int kssh_handle(struct kssh_conn *c, struct kssh_blob payload, u32 seq);
/* kssh_tx_close() of a message that is not the application's. */
int kssh_own_close(struct kssh_conn *c, const struct kssh_wr *w);
/* Counts as an answer.  0 or a reason. */
int kssh_send_unimplemented(struct kssh_conn *c, u32 seq);
/* Close a packet that answers something, and remember how much is unsent. */
int kssh_close_reply(struct kssh_conn *c, const struct kssh_wr *w);

/* ---- payload.c -------------------------------------------------------- */

/* A payload for the application, or for the bound channel.  0 or a reason. */
int kssh_deliver(struct kssh_conn *c, struct kssh_blob payload, u32 seq);

/* Must reading wait until payloads are taken?  Not once the server's KEXINIT of a
 * re-exchange has come: what follows is the exchange's.
 */
bool kssh_queue_full(const struct kssh_conn *c);

/* Queue a payload, of which the reader is given what follows @off bytes.  0 or
 * KSSH_R_NO_MEMORY.
 */
int kssh_queue_add(struct kssh_conn *c, struct kssh_blob payload, u32 seq, u32 off);

/* A payload by itself, and what holding it is charged with. */
struct kssh_payload *kssh_payload_new(struct kssh_conn *c, struct kssh_blob payload,
				      u32 seq);
/* Wiped, before the next kssh_conn_rx_idle() is over; the memory may be kept. */
void kssh_payload_free(struct kssh_conn *c, struct kssh_payload *p);
size_t kssh_payload_cost(const struct kssh_payload *p);

/* Drop the oldest payload; there is one. */
void kssh_queue_drop(struct kssh_conn *c);

/* Is the session up, whatever key exchange is open? */
static inline bool kssh_is_open(const struct kssh_conn *c)
{
	return c->opened && !c->reason;
}

/* Is nothing before a record that is sealed now? */
static inline bool kssh_way_is_clear(const struct kssh_conn *c)
{
	return !kssh_buf_len(&c->tx.out) && !c->held;
}

/* kssh_conn_tx_ready() */
static inline bool kssh_tx_ready(const struct kssh_conn *c)
{
	if (!kssh_is_open(c))
		return false;
	return kssh_state_tx_blocked(c->st) ? c->held_cost < c->cfg.tx_limit :
					      kssh_way_is_clear(c);
}

/* ---- owed.c ----------------------------------------------------------- */

/* Send what is owed to the server, if it may be sent now. */
void kssh_channel_flush(struct kssh_conn *c);
/* A payload that is not the bound channel's data, and that nobody reads.  0 or a reason. */
int kssh_channel_answer(struct kssh_conn *c, struct kssh_blob payload, u32 seq);

/* ---- channel.c -------------------------------------------------------- */

/* A payload of the application's, where a channel is bound.  0 or a reason. */
int kssh_channel_deliver(struct kssh_conn *c, struct kssh_blob payload, u32 seq);
void kssh_channel_free(struct kssh_conn *c);
/* What kssh_conn_look() says of it; @rest is what it says of the connection. */
u32 kssh_channel_look(const struct kssh_conn *c, u32 rest);

/* It is closed, both ways: its number may be another channel's by now. */
#define KSSH_CHANNEL_CLOSED	(KSSH_CHANNEL_CLOSE_RX | KSSH_CHANNEL_CLOSE_TX)

static inline bool kssh_channel_gone(const struct kssh_stream *s)
{
	return (s->flags & KSSH_CHANNEL_CLOSED) == KSSH_CHANNEL_CLOSED;
}

/* What the server's window is raised to. */
static inline u32 kssh_channel_rx_most(const struct kssh_conn *c)
{
	return c->cfg.rx_limit / 2;
}

/* Is it open both ways, with room in the server's window? */
static inline bool kssh_channel_flows(const struct kssh_stream *s)
{
	return s->tx_window && !s->deaf && !s->want_eof && !s->want_close &&
	       !(s->flags & (KSSH_CHANNEL_EOF_RX | KSSH_CHANNEL_CLOSE_RX));
}

#endif /* KSSH_CORE_INTERNAL_H */
