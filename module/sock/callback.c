// SPDX-License-Identifier: GPL-2.0
/* The four socket callbacks, which say when the machine is to be driven, and to whom. */
#include "sock.h"

/* Somebody has to look: who is blocked here does, else the worker.  Any context. */
void kssh_kick(struct kssh_sock *ks)
{
	if (READ_ONCE(ks->drivers)) {
		wake_up_interruptible_all(&ks->wait);
		return;
	}
	WRITE_ONCE(ks->kicked, true);
	queue_work(kssh_wq, &ks->work);
}

/* The context, for the time of an RCU read side; NULL once closed. */
static struct kssh_sock *kssh_sock_rcu(const struct sock *sk)
{
	return rcu_dereference_sk_user_data(sk);
}

/* Have the worker look in a while, if nobody has come until then.  From kssh_data_ready(),
 * so nobody has the socket lock but who is just letting it go.
 */
static void kssh_kick_later(struct kssh_sock *ks)
{
	unsigned long at = jiffies + nsecs_to_jiffies(KSSH_LATER_NS) + 1;

	if (!timer_pending(&ks->timer) || time_after(ks->timer.expires, at))
		mod_timer(&ks->timer, at);
}

/**
 * kssh_polled - do those who poll look at what has come by themselves?
 * @ks: context; RCU read lock or the socket's file held
 *
 * Not in a handshake, where there is more to do than they could, nor where a signal is to
 * say that there is something to read.
 */
bool kssh_polled(const struct kssh_sock *ks)
{
	const struct socket_wq *wq = rcu_dereference_raw(ks->sk->sk_wq);

	return READ_ONCE(ks->state) == KSSH_STATE_OPEN && wq && !wq->fasync_list;
}

/* The bytes may be no payload, or a part of one: no event is named, so that kssh_poll() is
 * asked in any case.
 */
static bool kssh_wake_pollers(struct kssh_sock *ks)
{
	struct socket_wq *wq = rcu_dereference(ks->sk->sk_wq);

	if (!skwq_has_sleeper(wq) || !kssh_polled(ks))
		return false;
	kssh_kick_later(ks);
	wake_up_interruptible_sync_poll(&wq->wait, 0);
	return true;
}

static void kssh_data_ready(struct sock *sk)
{
	struct kssh_sock *ks;

	rcu_read_lock();
	ks = kssh_sock_rcu(sk);
	if (!ks)
		goto out;
	if (READ_ONCE(ks->drivers))
		kssh_kick(ks);
	else if (READ_ONCE(ks->told) & KSSH_IS_SATED)
		/* who reads comes to it */
		kssh_kick_later(ks);
	else if (!kssh_wake_pollers(ks))
		kssh_kick(ks);
out:
	rcu_read_unlock();
}

static void kssh_write_space(struct sock *sk)
{
	struct kssh_sock *ks;
	u32 told;

	rcu_read_lock();
	ks = kssh_sock_rcu(sk);
	if (!ks)
		goto out;
	told = READ_ONCE(ks->told);
	/* the machine's own bytes go first; kssh_tell() wakes the others */
	if ((told & KSSH_IS_STUCK) || !(told & KSSH_IS_SENDABLE))
		kssh_kick(ks);
	if (told & KSSH_IS_SENDABLE)
		ks->saved_write_space(sk);
out:
	rcu_read_unlock();
}

static void kssh_state_change(struct sock *sk)
{
	struct kssh_sock *ks;

	rcu_read_lock();
	ks = kssh_sock_rcu(sk);
	if (ks) {
		kssh_kick(ks);
		ks->saved_state_change(sk);
	}
	rcu_read_unlock();
}

static void kssh_error_report(struct sock *sk)
{
	struct kssh_sock *ks;

	rcu_read_lock();
	ks = kssh_sock_rcu(sk);
	if (ks) {
		kssh_kick(ks);
		ks->saved_error_report(sk);
	}
	rcu_read_unlock();
}

/* Both with sk_callback_lock held for writing. */
void kssh_install_callbacks(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	ks->saved_data_ready = sk->sk_data_ready;
	ks->saved_write_space = sk->sk_write_space;
	ks->saved_state_change = sk->sk_state_change;
	ks->saved_error_report = sk->sk_error_report;
	WRITE_ONCE(sk->sk_data_ready, kssh_data_ready);
	WRITE_ONCE(sk->sk_write_space, kssh_write_space);
	WRITE_ONCE(sk->sk_state_change, kssh_state_change);
	WRITE_ONCE(sk->sk_error_report, kssh_error_report);
}

void kssh_restore_callbacks(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	WRITE_ONCE(sk->sk_data_ready, ks->saved_data_ready);
	WRITE_ONCE(sk->sk_write_space, ks->saved_write_space);
	WRITE_ONCE(sk->sk_state_change, ks->saved_state_change);
	WRITE_ONCE(sk->sk_error_report, ks->saved_error_report);
}
