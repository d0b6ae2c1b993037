// SPDX-License-Identifier: GPL-2.0
/*
 * A bound channel: the socket as a byte stream, and what becomes of the connection
 * when the stream's last descriptor is closed.
 */
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include "channel.h"

/* Bytes sent or received before the lock is let go once. */
#define KSSH_STREAM_BUDGET	(64 * 1024)

/* Connections without a descriptor that wait for the server's CHANNEL_CLOSE. */
#define KSSH_LEAVING_MAX	4096
/* How long each may, whatever KSSH_TIMEOUT says. */
#define KSSH_LEAVING_MS		(10 * 60 * 1000)

static atomic_t kssh_leaving = ATOMIC_INIT(0);

/* ---- bind --------------------------------------------------------------- */

static void kssh_bound_end(struct work_struct *work);

static struct kssh_bound *kssh_bound_new(struct kssh_sock *ks)
{
	struct kssh_bound *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (!b)
		return NULL;
	b->spare = sock_alloc();
	if (!b->spare) {
		kfree(b);
		return NULL;
	}
	b->spare->type = SOCK_STREAM;
	b->ks = ks;
	INIT_DELAYED_WORK(&b->end, kssh_bound_end);
	return b;
}

/* Not the last step of kssh_bound_end(), where the spare socket is being released. */
void kssh_bound_free(struct kssh_sock *ks)
{
	struct kssh_bound *b = ks->bound;

	if (!b)
		return;
	if (!b->left)
		sock_release(b->spare);
	kfree(b);
	ks->bound = NULL;
}

static int kssh_bind_locked(struct kssh_sock *ks, const struct kssh_channel *ch)
{
	struct mem_cgroup *old;
	struct kssh_bound *b;
	int err;

	if (ks->state != KSSH_STATE_OPEN)
		return ks->err ?: -ENOTCONN;
	/* TCP's stream has ended, or will: the channel's could not be written */
	if (ks->fin || (ks->sk->sk_shutdown & SEND_SHUTDOWN))
		return -EPIPE;
	old = set_active_memcg(ks->memcg);
	err = -ENOMEM;
	b = kssh_bound_new(ks);
	if (!b)
		goto out;
	err = kssh_channel_bind(ks->conn, ch);
	/* a connection that this has ended is a stream, too */
	if (ks->bound || !kssh_channel_bound(ks->conn)) {
		sock_release(b->spare);
		kfree(b);
		goto out;
	}
	WRITE_ONCE(ks->bound, b);
out:
	set_active_memcg(old);
	return err;
}

int kssh_bind_channel(struct kssh_sock *ks, sockptr_t src, unsigned int n)
{
	struct kssh_channel ch;
	int err;

	err = kssh_copy_struct(&ch, sizeof(ch), src, n);
	if (err)
		return err;
	if ((ch.flags & ~KSSH_CHANNEL_CONTROL) || ch.reserved)
		return -EINVAL;
	lock_sock(ks->sk);
	err = kssh_bind_locked(ks, &ch);
	if (ks->conn)
		kssh_drive(ks, false);
	release_sock(ks->sk);
	return err;
}

int kssh_get_channel_info(struct kssh_sock *ks, char __user *optval,
			  int __user *optlen)
{
	struct kssh_channel_info info = {};
	int err = -ENODATA;
	int n;

	if (get_user(n, optlen))
		return -EFAULT;
	if (n < 0)
		return -EINVAL;
	lock_sock(ks->sk);
	if (ks->bound) {
		err = kssh_channel_info(ks->conn, &info);
		if (ks->bound->control)
			info.flags |= KSSH_CHANNEL_TAKEN;
	}
	release_sock(ks->sk);
	if (err)
		return err;
	n = min_t(int, n, sizeof(info));
	if (copy_to_user(optval, &info, n) || put_user(n, optlen))
		return -EFAULT;
	return 0;
}

/* ---- send --------------------------------------------------------------- */

static int kssh_stream_error(const struct kssh_sock *ks)
{
	int err = kssh_usable(ks);

	if (err)
		return kssh_ended_in_order(ks) ? -EPIPE : err;
	return kssh_channel_tx_error(ks->conn);
}

/* How many bytes the server takes now, at least one; or -errno. */
static int kssh_stream_send_wait(struct kssh_sock *ks, long *timeo)
{
	size_t room;
	int err;

	for (;;) {
		err = kssh_stream_error(ks);
		if (err)
			return err;
		room = kssh_channel_tx_room(ks->conn);
		if (room)
			return room;
		kssh_drive(ks, *timeo != 0);
		if (kssh_channel_tx_room(ks->conn) || kssh_stream_error(ks))
			continue;
		/* for a window, too: the server raises none in a key exchange */
		kssh_conn_tx_refused(ks->conn);
		err = kssh_sleep(ks, timeo);
		if (err)
			return err;
	}
}

/* One CHANNEL_DATA of @n bytes, which the server takes now; @n, or -errno. */
static int kssh_stream_send_some(struct kssh_sock *ks, struct msghdr *msg, size_t n)
{
	struct mem_cgroup *old = set_active_memcg(ks->memcg);
	u8 *p;
	int err;

	err = kssh_channel_tx_reserve(ks->conn, n, &p);
	if (!err && !copy_from_iter_full(p, n, &msg->msg_iter))
		err = -EFAULT;
	if (!err)
		err = kssh_channel_tx_commit(ks->conn, n);
	set_active_memcg(old);
	return err ?: n;
}

/**
 * kssh_stream_send - bytes of the stream
 * @ks: context, bound, socket lock held
 * @msg: MSG_MORE is but a hint, and taken as none
 * @size: bytes
 *
 * Return: how many were taken, at least one, or -errno.
 */
int kssh_stream_send(struct kssh_sock *ks, struct msghdr *msg, size_t size)
{
	long timeo = sock_sndtimeo(ks->sk, msg->msg_flags & MSG_DONTWAIT);
	size_t done = 0, held = 0;
	int ret;

	if (!size)
		return kssh_stream_error(ks);
	do {
		ret = kssh_stream_send_wait(ks, &timeo);
		if (ret > 0)
			ret = kssh_stream_send_some(ks, msg, min_t(size_t, ret, size - done));
		if (ret < 0)
			break;
		done += ret;
		held += ret;
		kssh_push(ks, false);
		if (held > KSSH_STREAM_BUDGET) {
			held = 0;
			release_sock(ks->sk);
			cond_resched();
			lock_sock(ks->sk);
		}
	} while (done < size);
	return done ?: ret;
}

/* ---- receive ------------------------------------------------------------ */

/* As much as is there of @len bytes, without taking it. */
static int kssh_stream_peek(struct kssh_sock *ks, struct msghdr *msg, size_t len)
{
	const struct kssh_payload *p = kssh_conn_rx_first(ks->conn);
	size_t done = 0;
	size_t n;

	for (; p && done < len; p = p->next) {
		n = min_t(size_t, len - done, p->len - p->off);
		if (copy_to_iter(p->data + p->off, n, &msg->msg_iter) != n)
			return done ?: -EFAULT;
		done += n;
	}
	return done;
}

/* Take what is there of the oldest piece. */
static int kssh_stream_take(struct kssh_sock *ks, struct msghdr *msg, size_t len,
			    int flags)
{
	const struct kssh_payload *p = kssh_conn_rx_first(ks->conn);
	size_t n = min_t(size_t, len, p->len - p->off);

	/* MSG_TRUNC: as with TCP, the bytes are thrown away */
	if (!(flags & MSG_TRUNC) &&
	    copy_to_iter(p->data + p->off, n, &msg->msg_iter) != n)
		return -EFAULT;
	kssh_channel_read(ks->conn, n);
	return n;
}

/* Is there a byte, or something else that ends the wait for one?  1, 0 or -errno;
 * 0: the end.
 */
static int kssh_stream_recv_wait(struct kssh_sock *ks, long *timeo)
{
	int err;

	for (;;) {
		if (kssh_channel_unread(ks->conn))
			return 1;
		kssh_drive_taker(ks, *timeo != 0);
		if (kssh_channel_unread(ks->conn))
			return 1;
		/* an end that only TCP knows of is none: it can be anybody's */
		if (kssh_channel_rx_ended(ks->conn))
			return 0;
		err = kssh_usable(ks);
		if (!err)
			err = kssh_sleep(ks, timeo);
		if (err)
			return err;
	}
}

/* He has room for more than the @done bytes: is there more, or is it waited for? */
static bool kssh_stream_more(struct kssh_sock *ks, size_t done, bool all, size_t *let_go)
{
	bool enough = done - *let_go >= KSSH_STREAM_BUDGET;

	if (!all && enough)
		return false;
	if (enough) {
		*let_go = done;
		release_sock(ks->sk);
		cond_resched();
		lock_sock(ks->sk);
	}
	kssh_drive_reader(ks, false);
	return all || kssh_channel_unread(ks->conn);
}

/**
 * kssh_stream_recv - bytes of the stream
 * @ks: context, bound, socket lock held
 * @msg: where to
 * @len: room, not 0
 * @flags: those that kssh_recvmsg() lets pass
 * @timeo: how long to wait
 *
 * Return: bytes, 0 at the end, or -errno.
 */
int kssh_stream_recv(struct kssh_sock *ks, struct msghdr *msg, size_t len, int flags,
		     long timeo)
{
	size_t done = 0, let_go = 0;
	int ret;

	while (flags & MSG_PEEK) {
		ret = kssh_stream_recv_wait(ks, &timeo);
		if (ret <= 0)
			return ret;
		kssh_drive(ks, false);
		/* the lock was let go: another reader may have taken it */
		if (kssh_channel_unread(ks->conn))
			return kssh_stream_peek(ks, msg, len);
	}

	do {
		ret = kssh_stream_recv_wait(ks, &timeo);
		if (ret <= 0)
			break;
		do {
			ret = kssh_stream_take(ks, msg, len - done, flags);
			if (ret < 0)
				break;
			done += ret;
		} while (done < len && kssh_channel_unread(ks->conn));
	} while (ret >= 0 && done < len &&
		 kssh_stream_more(ks, done, flags & MSG_WAITALL, &let_go));
	return done ?: ret;
}

int kssh_stream_inq(const struct kssh_sock *ks)
{
	return kssh_channel_unread(ks->conn);
}

/* ---- shutdown ------------------------------------------------------------- */

/**
 * kssh_stream_shutdown - shutdown(2) of a stream
 * @ks: context, bound, socket lock held
 * @how: SEND_SHUTDOWN, RCV_SHUTDOWN
 *
 * It is the channel's halves that end, not TCP's: inet_shutdown() has set bits that
 * would stop what goes on beneath.
 */
void kssh_stream_shutdown(struct kssh_sock *ks, int how)
{
	struct sock *sk = ks->sk;
	int mine = how;

	if (sk->sk_state == TCP_CLOSE)
		return;
	if (sock_flag(sk, SOCK_DONE))
		mine &= ~RCV_SHUTDOWN;
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown & ~mine);
	if (how & RCV_SHUTDOWN)
		kssh_channel_rx_stop(ks->conn);
	if (how & SEND_SHUTDOWN)
		kssh_channel_eof(ks->conn);
	kssh_drive(ks, false);
}

/* ---- the end -------------------------------------------------------------- */

/* Nobody has a descriptor any more: wait for the server's CHANNEL_CLOSE, not for ever,
 * so that what was sent before ours is not lost to a reset.  Socket lock held; once it
 * is let go @ks->conn can be gone, so nobody drives after this.
 */
void kssh_bound_settle(struct kssh_sock *ks)
{
	struct kssh_bound *b = ks->bound;
	u32 patience = min_t(u32, ks->timeout_ms, KSSH_LEAVING_MS);
	bool now = kssh_channel_closed(ks->conn);

	if (!b->left || b->control)
		return;
	if (!b->alone) {
		b->alone = true;
		now |= atomic_inc_return(&kssh_leaving) > KSSH_LEAVING_MAX;
	}
	if (now)
		mod_delayed_work(kssh_wq, &b->end, 0);
	else
		queue_delayed_work(kssh_wq, &b->end, msecs_to_jiffies(patience));
}

/* Of kssh_tell(): what has changed, and what of it has become true. */
void kssh_bound_tell(struct kssh_sock *ks, u32 changed, u32 news)
{
	struct sock *control = ks->bound->control;

	/* as TCP does for a FIN: who polls for the end alone is woken by nothing else */
	if (changed & (KSSH_IS_RX_ENDED | KSSH_IS_TX_ENDED))
		ks->saved_state_change(ks->sk);
	if (control && (news & KSSH_IS_READY))
		control->sk_write_space(control);
	kssh_bound_settle(ks);
}

static void kssh_bound_end(struct work_struct *work)
{
	struct kssh_bound *b = container_of(to_delayed_work(work),
					    struct kssh_bound, end);
	struct socket *spare = b->spare;
	struct sock *sk = b->ks->sk;

	lock_sock(sk);
	/* kssh_close() frees it */
	disable_delayed_work(&b->end);
	release_sock(sk);
	atomic_dec(&kssh_leaving);
	sock_release(spare);
}

/* Move the socket from the descriptor that is being closed to the spare. */
static void kssh_bound_move(struct kssh_sock *ks)
{
	struct socket *spare = ks->bound->spare;
	struct sock *sk = ks->sk;

	spare->state = SS_CONNECTED;
	spare->ops = READ_ONCE(sk->sk_socket->ops);
	/* whose it is, for sock_i_uid() */
	SOCK_INODE(spare)->i_uid = SOCK_INODE(sk->sk_socket)->i_uid;
	__module_get(spare->ops->owner);
	write_lock_bh(&sk->sk_callback_lock);
	rcu_assign_pointer(sk->sk_wq, &spare->wq);
	spare->sk = sk;
	sk_set_socket(sk, spare);
	write_unlock_bh(&sk->sk_callback_lock);
	/* the worker that closes it must not wait */
	sock_reset_flag(sk, SOCK_LINGER);
}

/**
 * kssh_bound_keep - the stream's last descriptor is closed
 * @ks: context, socket lock held, the socket is being closed
 *
 * Return: whether the connection goes on, for the control descriptor, or until the
 * server has answered CHANNEL_CLOSE.
 */
bool kssh_bound_keep(struct kssh_sock *ks)
{
	struct kssh_bound *b = ks->bound;
	bool abort = sock_flag(ks->sk, SOCK_LINGER) && !ks->sk->sk_lingertime;

	if (!b || b->left)
		return false;
	if (!b->control && (abort || kssh_channel_closed(ks->conn)))
		return false;
	kssh_bound_move(ks);
	/* nobody can take it any more: what waits must not keep CLOSE from being read */
	if (!b->control)
		kssh_channel_control(ks->conn, false);
	kssh_channel_close(ks->conn);
	/* lets the lock go: only then may the spare be closed */
	kssh_drive(ks, false);
	b->left = true;
	kssh_bound_settle(ks);
	return true;
}

/* The connection is about to be closed in good order: tell the server so. */
void kssh_bound_goodbye(struct kssh_sock *ks)
{
	if (ks->bound && !kssh_conn_reason(ks->conn))
		kssh_conn_disconnect(ks->conn, 0, "the channel is closed");
}
