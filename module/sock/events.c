// SPDX-License-Identifier: GPL-2.0
/* What the machine has come to: its events, and what poll and the callbacks go by. */
#include "channel.h"

/* The result is known: tell everybody, as connect(2) does. */
static void kssh_complete(struct kssh_sock *ks, int err)
{
	bool was_running = kssh_running(ks);
	struct sock *sk = ks->sk;

	ks->err = err;
	if (was_running && err && ks->nonblock_start && !READ_ONCE(sk->sk_err))
		WRITE_ONCE(sk->sk_err, -err);
	/* pairs with kssh_poll(): whoever sees the end finds SO_ERROR set */
	smp_store_release(&ks->state, kssh_conn_state(ks->conn));
	if (err || !ks->served_late)
		ks->deadline = 0;
	if (was_running) {
		kssh_trust_end(ks);
		kssh_not_in_flight(ks);
	}
}

static void kssh_failed(struct kssh_sock *ks)
{
	int reason = kssh_conn_reason(ks->conn);
	int err = kssh_reason_errno(reason);
	/* SO_ERROR takes it without the lock */
	int tcp = READ_ONCE(ks->sk->sk_err);

	if (reason == KSSH_R_SOCKET_ERROR && tcp)
		err = -tcp;
	kssh_guess_lost(ks);
	kssh_complete(ks, err);
}

/* Our own bytes are out, or a key exchange is: who polls to send is told, now if TCP
 * has room, else when it has.
 */
static void kssh_writable(struct kssh_sock *ks)
{
	struct socket *sock = ks->sk->sk_socket;

	if (sock)
		set_bit(SOCK_NOSPACE, &sock->flags);
	ks->saved_write_space(ks->sk);
}

/* What poll and the callbacks go by */
static u32 kssh_look(const struct kssh_sock *ks)
{
	u32 look = kssh_conn_look(ks->conn);

	switch (ks->state) {
	case KSSH_STATE_OPEN:
		return look;
	case KSSH_STATE_FAILED:
	case KSSH_STATE_CLOSED:
		/* whoever tries is told why */
		return (look & ~KSSH_IS_SATED) | KSSH_IS_READABLE | KSSH_IS_SENDABLE |
		       KSSH_IS_CONTROL | KSSH_IS_READY;
	default:
		return look & KSSH_IS_STUCK;
	}
}

/* Bring it up to date, and wake whom that concerns. */
static void kssh_say(struct kssh_sock *ks, u32 look)
{
	u32 was = ks->told, news = look & ~was;

	if (look == was)
		return;
	WRITE_ONCE(ks->told, look);
	if (ks->drivers && (news & (KSSH_IS_READABLE | KSSH_IS_SENDABLE |
				    KSSH_IS_CONTROL | KSSH_IS_READY)))
		wake_up_interruptible_all(&ks->wait);
	if (news & KSSH_IS_SENDABLE)
		kssh_writable(ks);
	if (ks->bound && ((look ^ was) & KSSH_IS_OF_BOUND))
		kssh_bound_tell(ks, look ^ was, news);
}

/**
 * kssh_tell - say what is true now, and wake whom that concerns
 * @ks: context, socket lock held, @ks->conn set
 */
void kssh_tell(struct kssh_sock *ks)
{
	kssh_say(ks, kssh_look(ks));
}

/* Likewise, if kssh_conn_at_rest() is true. */
void kssh_tell_at_rest(struct kssh_sock *ks)
{
	kssh_say(ks, KSSH_IS_SENDABLE | KSSH_IS_READY);
}

/**
 * kssh_untold - is all that is to be told a payload that will be gone at once?
 * @ks: context, socket lock held, @ks->conn set
 * @who: who drives
 */
bool kssh_untold(const struct kssh_sock *ks, enum kssh_driver who)
{
	return who == KSSH_FOR_TAKER && kssh_conn_events(ks->conn) == KSSH_EV_RX &&
	       kssh_conn_rx_sated(ks->conn);
}

/* What the handshake has come to; is the session up, stopped or over by it? */
static bool kssh_milestones(struct kssh_sock *ks, u32 ev)
{
	bool changed = false;

	if (ev & KSSH_EV_JOB)
		ks->job_waiting = true;
	if (ev & KSSH_EV_KNOWN)
		kssh_trust_prequery(ks);
	if (ev & KSSH_EV_ASK)
		kssh_trust_ask(ks);
	if (ev & KSSH_EV_RESULT) {
		ks->sig_good = true;
		kssh_trust_result(ks);
	}
	if (ev & KSSH_EV_VERDICT) {
		WRITE_ONCE(ks->state, KSSH_STATE_WAIT_VERDICT);
		changed = true;
	}
	if (ev & KSSH_EV_TRUSTED)
		kssh_guess_trusted(ks);
	if (ev & KSSH_EV_SERVED) {
		ks->served_late = false;
		ks->deadline = 0;
	}
	if (ev & KSSH_EV_OPEN) {
		kssh_complete(ks, 0);
		changed = true;
	}
	if (ev & KSSH_EV_FAILED) {
		kssh_failed(ks);
		changed = true;
	}
	return changed;
}

/**
 * kssh_events - do what the machine's events ask for
 * @ks: context, socket lock held, @ks->conn set
 * @who: who drives
 *
 * Return: whether there were any; all is told then.
 */
bool kssh_events(struct kssh_sock *ks, enum kssh_driver who)
{
	struct sock *sk = ks->sk;
	bool alone, changed = false;
	u32 ev;

	if (!kssh_conn_events(ks->conn) || kssh_untold(ks, who))
		return false;
	ev = kssh_conn_take_events(ks->conn);
	if (ev & ~(KSSH_EV_RX | KSSH_EV_CONTROL))
		changed = kssh_milestones(ks, ev);
	kssh_tell(ks);
	if (changed) {
		wake_up_interruptible_all(&ks->wait);
		ks->saved_state_change(sk);
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	}
	/* who was to look, blocked or the worker, was woken in place of all others who poll */
	alone = who == KSSH_FOR_POLLER && !ks->drivers && !READ_ONCE(ks->kicked);
	if (((ev & KSSH_EV_RX) && !alone) || ((ev & KSSH_EV_FAILED) && ks->err))
		ks->saved_data_ready(sk);
	if (ks->bound && (changed || (ev & KSSH_EV_CONTROL)))
		kssh_control_events(ks, changed, ev & KSSH_EV_CONTROL);
	return true;
}
