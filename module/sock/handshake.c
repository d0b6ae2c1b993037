// SPDX-License-Identifier: GPL-2.0
/* Starting, waiting, cancelling: connect(2)'s manners for the handshake. */
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include "channel.h"

/* Does the caller not want to wait?  setsockopt(2) carries no flags, so as with
 * connect(2) the file's count.  Kernel sockets have no file.
 */
static bool kssh_nonblock(const struct kssh_sock *ks, bool nowait)
{
	const struct file *file = ks->sk->sk_socket->file;

	return nowait || (file && (READ_ONCE(file->f_flags) & O_NONBLOCK));
}

static bool kssh_over(const struct kssh_sock *ks)
{
	return ks->state != KSSH_STATE_HANDSHAKE;
}

/* The outcome, once kssh_over(). */
static int kssh_result(const struct kssh_sock *ks)
{
	switch (ks->state) {
	case KSSH_STATE_OPEN:
		return 0;
	case KSSH_STATE_WAIT_VERDICT:
		return -ENOKEY;
	default:
		return ks->err;
	}
}

/**
 * kssh_wait - drive the handshake until it is over
 * @ks: context, running, socket lock held
 *
 * Ends at SO_SNDTIMEO (-EINPROGRESS, the handshake goes on) and at signals, as
 * inet_stream_connect() does; its own deadline ends the handshake itself.
 * Return: 0, -ENOKEY, the handshake's failure, -EINPROGRESS, -ERESTARTSYS or -EINTR.
 */
static int kssh_wait(struct kssh_sock *ks)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct sock *sk = ks->sk;
	long timeo = sock_sndtimeo(sk, false);
	int err;

	add_wait_queue(&ks->wait, &wait);
	WRITE_ONCE(ks->drivers, ks->drivers + 1);
	for (;;) {
		kssh_drive(ks, true);
		if (kssh_over(ks)) {
			err = kssh_result(ks);
			break;
		}
		if (!timeo || signal_pending(current)) {
			err = timeo ? sock_intr_errno(timeo) : -EINPROGRESS;
			ks->interrupted++;
			break;
		}
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
	}
	WRITE_ONCE(ks->drivers, ks->drivers - 1);
	remove_wait_queue(&ks->wait, &wait);
	/* whatever came while we drove must not be left lying */
	if (!kssh_over(ks))
		queue_work(kssh_wq, &ks->work);
	return err;
}

/* Put the namespace's policy over what the socket asks for.  0 or a reason. */
static int kssh_apply_policy(struct kssh_sock *ks)
{
	struct kssh_policy *p = kssh_policy_get(sock_net(ks->sk));
	struct kssh_limits limits;
	int reason;

	if (!p)
		return 0;
	limits.forbid = p->forbid;
	limits.rsa_min_bits = p->rsa_min_bits;
	limits.need_pq = p->require_pq;
	if ((ks->cfg->verify == KSSH_VERIFY_PIN && p->forbid_pin) ||
	    (ks->cfg->verify == KSSH_VERIFY_APP && p->forbid_app))
		reason = KSSH_R_POLICY_TRUST_MODE;
	else
		reason = kssh_config_limit(ks->cfg, &limits);
	if (p->forbid_guess)
		ks->cfg->guess = KSSH_GUESS_NEVER;
	kssh_policy_put(p);
	return reason;
}

/* Nothing of a handshake counts any more, or it has never begun.  Socket lock held, or
 * the context is dead and its works are gone.
 */
void kssh_not_in_flight(struct kssh_sock *ks)
{
	kssh_handshake_end(sock_net(ks->sk), ks->account);
	ks->account = NULL;
}

/* May it begin, and with what over it?  0 or a reason; see kssh_unprepare(). */
static int kssh_prepare(struct kssh_sock *ks)
{
	int reason;

	if (ks->cfg->verify == KSSH_VERIFY_HELPER && !ks->name)
		return KSSH_R_NO_PEER_NAME;
	reason = kssh_handshake_begin(sock_net(ks->sk), current_cred(), &ks->account);
	if (reason)
		return reason;
	return kssh_apply_policy(ks);
}

static void kssh_unprepare(struct kssh_sock *ks, u8 guess)
{
	kssh_not_in_flight(ks);
	kssh_config_limit(ks->cfg, NULL);
	kssh_owned_drop(&ks->cfg->seen_kex);
	kssh_owned_drop(&ks->cfg->seen_hostkey);
	ks->cfg->guess = guess;
	put_cred(ks->cred);
	ks->cred = NULL;
}

/* First call: everything that can be refused is, then the first flight leaves. */
static int kssh_start(struct kssh_sock *ks, bool nonblock, bool early)
{
	u8 guess = ks->cfg->guess;
	struct sock *sk = ks->sk;
	int reason, err;

	if (sk->sk_state == TCP_CLOSE) {
		err = READ_ONCE(sk->sk_err);
		return err ? -err : -ENOTCONN;
	}
	if (sk->sk_shutdown & SEND_SHUTDOWN)
		return -EPIPE;
	err = kssh_config_check(ks->cfg);
	if (err)
		return err;
	reason = kssh_prepare(ks);
	if (reason) {
		kssh_unprepare(ks, guess);
		ks->start_reason = reason;
		return kssh_reason_errno(reason);
	}

	ks->cred = get_current_cred();
	kssh_guess_look(ks);
	ks->cfg->early = early;
	ks->cfg->ask_known = ks->cfg->verify == KSSH_VERIFY_HELPER && !ks->cfg->own_order;
	ks->conn = kssh_conn_new(ks->cfg, &kssh_kernel_env);
	if (!ks->conn) {
		kssh_unprepare(ks, guess);
		return -ENOMEM;
	}
	kfree(ks->cfg);
	ks->cfg = NULL;
	ks->start_reason = 0;
	ks->served_late = early;
	ks->tgid = task_tgid_nr(current);
	get_task_comm(ks->comm, current->group_leader);
	ks->nonblock_start = nonblock;
	WRITE_ONCE(ks->state, KSSH_STATE_HANDSHAKE);
	ks->deadline = kssh_after_ms(ks->timeout_ms);
	kssh_conn_start(ks->conn);

	if (!nonblock)
		return kssh_wait(ks);
	kssh_drive(ks, false);
	return kssh_over(ks) && ks->state != KSSH_STATE_WAIT_VERDICT ?
		kssh_result(ks) : -EINPROGRESS;
}

/**
 * kssh_handshake - KSSH_HANDSHAKE
 * @ks: context, socket lock held
 * @flags: KSSH_HS_*
 *
 * Return: see struct kssh_handshake.
 */
int kssh_handshake(struct kssh_sock *ks, u32 flags)
{
	bool nonblock = kssh_nonblock(ks, flags & KSSH_HS_NOWAIT);

	switch (ks->state) {
	case KSSH_STATE_IDLE:
		return kssh_start(ks, nonblock, flags & KSSH_HS_EARLY);
	case KSSH_STATE_HANDSHAKE:
		if (nonblock)
			return -EALREADY;
		if (ks->interrupted)
			ks->interrupted--;
		return kssh_wait(ks);
	case KSSH_STATE_WAIT_VERDICT:
		return -ENOKEY;
	case KSSH_STATE_OPEN:
		/* the restart of a call that had not waited for the end gets its 0 */
		if (!nonblock && ks->interrupted) {
			ks->interrupted--;
			return 0;
		}
		return -EISCONN;
	default:
		return ks->err;
	}
}

static const int kssh_verdict_reason[] = {
	[KSSH_ACCEPT]	= KSSH_R_NONE,
	[KSSH_UNKNOWN]	= KSSH_R_HOSTKEY_UNKNOWN,
	[KSSH_CHANGED]	= KSSH_R_HOSTKEY_CHANGED,
	[KSSH_REVOKED]	= KSSH_R_HOSTKEY_REVOKED,
	[KSSH_REFUSED]	= KSSH_R_HOSTKEY_REFUSED,
};

/**
 * kssh_give_verdict - KSSH_VERDICT
 * @ks: context, socket lock held
 * @verdict: enum kssh_verdict_code
 * @nowait: KSSH_VERDICT_NOWAIT was given
 *
 * Return: -EINVAL if no verdict is wanted or it is none, else as kssh_handshake().
 */
int kssh_give_verdict(struct kssh_sock *ks, u32 verdict, bool nowait)
{
	int err;

	if (ks->state != KSSH_STATE_WAIT_VERDICT)
		return -EINVAL;
	if (verdict < KSSH_ACCEPT || verdict > KSSH_REFUSED)
		return -EINVAL;

	err = kssh_conn_verdict(ks->conn, kssh_verdict_reason[verdict]);
	if (err)
		return err;
	WRITE_ONCE(ks->state, KSSH_STATE_HANDSHAKE);
	if (!kssh_nonblock(ks, nowait))
		return kssh_wait(ks);
	kssh_drive(ks, false);
	return kssh_over(ks) ? kssh_result(ks) : -EINPROGRESS;
}

/* struct proto::shutdown; socket lock held by inet_shutdown(). */
void kssh_shutdown(struct sock *sk, int how)
{
	struct kssh_sock *ks = kssh_sock_get(sk);

	if (ks->bound) {
		kssh_stream_shutdown(ks, how);
		return;
	}
	if (kssh_running(ks)) {
		/* inet_shutdown() has set sk_shutdown already: without the bit the
		 * farewell can still leave
		 */
		int shut = sk->sk_shutdown;

		WRITE_ONCE(sk->sk_shutdown, shut & ~how);
		kssh_conn_fail(ks->conn, KSSH_R_CANCELLED);
		kssh_push(ks, true);
		WRITE_ONCE(sk->sk_shutdown, shut);
	} else if (ks->conn && (how & SEND_SHUTDOWN)) {
		/* behind what has been sent, and with new keys if some are on their way:
		 * see kssh_finish()
		 */
		WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown & ~SEND_SHUTDOWN);
		WRITE_ONCE(ks->fin, true);
		how &= ~SEND_SHUTDOWN;
	}
	if (how)
		ks->base->shutdown(sk, how);
	if (ks->conn)
		kssh_drive(ks, false);
}

/* Half close, once all that was sent has been given to TCP.  Socket lock held. */
void kssh_finish(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	if (ks->dead)
		return;
	if (!kssh_conn_tx_end(ks->conn) && ks->state == KSSH_STATE_OPEN)
		return;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | SEND_SHUTDOWN);
	WRITE_ONCE(ks->fin, false);
	ks->base->shutdown(sk, SEND_SHUTDOWN);
	ks->saved_state_change(sk);
}
