// SPDX-License-Identifier: GPL-2.0
/* Records: one SSH payload per record, as struct proto and proto_ops see it. */
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <asm/ioctls.h>
#include <linux/sockios.h>
#include "channel.h"

#define KSSH_SEND_FLAGS	(MSG_MORE | MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | \
			 MSG_SPLICE_PAGES | MSG_CMSG_COMPAT | MSG_NO_SHARED_FRAGS | \
			 MSG_BATCH)
#define KSSH_RECV_FLAGS	(MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL | MSG_TRUNC | \
			 MSG_NOSIGNAL | MSG_CMSG_COMPAT | MSG_CMSG_CLOEXEC)

/* One step of a blocked send or recv: sleep until kicked.  Socket lock held, and
 * held again on return.  0, or the error that ends the call.
 */
int kssh_sleep(struct kssh_sock *ks, long *timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	struct sock *sk = ks->sk;

	if (!*timeo)
		return -EAGAIN;
	if (signal_pending(current))
		return sock_intr_errno(*timeo);

	add_wait_queue(&ks->wait, &wait);
	WRITE_ONCE(ks->drivers, ks->drivers + 1);
	release_sock(sk);
	*timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, *timeo);
	lock_sock(sk);
	WRITE_ONCE(ks->drivers, ks->drivers - 1);
	remove_wait_queue(&ks->wait, &wait);
	return 0;
}

/* Is the session up?  Socket lock held. */
int kssh_usable(const struct kssh_sock *ks)
{
	switch (ks->state) {
	case KSSH_STATE_OPEN:
		return 0;
	case KSSH_STATE_FAILED:
	case KSSH_STATE_CLOSED:
		return ks->err;
	default:
		return -ENOTCONN;
	}
}

/* The stream has ended between two packets, and nothing else was wrong. */
bool kssh_ended_in_order(const struct kssh_sock *ks)
{
	return ks->eof && kssh_conn_reason(ks->conn) == KSSH_R_PEER_CLOSED;
}

/* ---- send --------------------------------------------------------------- */

int kssh_send_wait(struct kssh_sock *ks, long *timeo)
{
	int err;

	for (;;) {
		err = kssh_usable(ks);
		/* TCP's word for a stream that we, or the peer, closed in order */
		if (err == 0 ? ks->fin || (ks->sk->sk_shutdown & SEND_SHUTDOWN) :
			       kssh_ended_in_order(ks))
			return -EPIPE;
		if (err)
			return err;
		if (kssh_conn_tx_ready(ks->conn))
			return 0;
		kssh_drive(ks, *timeo != 0);
		if (kssh_conn_tx_ready(ks->conn) || kssh_usable(ks))
			continue;
		kssh_conn_tx_refused(ks->conn);
		err = kssh_sleep(ks, timeo);
		if (err)
			return err;
	}
}

/* The bytes are checked, there is room: take them whole. */
static int kssh_send_take(struct kssh_sock *ks, struct msghdr *msg, size_t size,
			  bool more)
{
	u8 *p;
	int err;

	err = kssh_conn_tx_reserve(ks->conn, size, &p);
	if (err)
		return err;
	if (size && !copy_from_iter_full(p, size, &msg->msg_iter))
		return -EFAULT;
	return kssh_conn_tx_commit(ks->conn, size, more);
}

int kssh_sendmsg(struct sock *sk, struct msghdr *msg, size_t size)
{
	bool more = msg->msg_flags & MSG_MORE;
	struct kssh_sock *ks = kssh_sock_get(sk);
	struct mem_cgroup *old;
	long timeo;
	int err;

	if (msg->msg_flags & ~KSSH_SEND_FLAGS)
		return -EOPNOTSUPP;
	if (more && (msg->msg_flags & MSG_EOR))
		return -EINVAL;

	lock_sock(sk);
	if (ks->bound) {
		err = kssh_stream_send(ks, msg, size);
		if (err > 0)
			size = err;
		err = min(err, 0);
		goto out;
	}
	timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT);
	err = kssh_send_wait(ks, &timeo);
	if (err)
		goto out;
	err = -EINVAL;
	if (!size && (more || !kssh_conn_tx_partial(ks->conn)))
		goto out;

	old = set_active_memcg(ks->memcg);
	err = kssh_send_take(ks, msg, size, more);
	set_active_memcg(old);
	/* what an early session says belongs to the flight before it */
	if (!more)
		kssh_push(ks, ks->served_late);
out:
	/* also after an error: a kick may have gone to us while we slept */
	if (ks->conn)
		kssh_drive_reader(ks, false);
	if (err == -EPIPE)
		err = sk_stream_error(sk, msg->msg_flags, err);
	release_sock(sk);
	return err ?: size;
}

/* ---- receive ------------------------------------------------------------ */

/**
 * kssh_recv_take - give a reader what fits of one payload
 * @ks: context, socket lock held
 * @p: first of a queue of payloads
 * @pop: takes the first off that queue; called once all of @p was read
 * @msg: where to
 * @len: room
 * @flags: MSG_PEEK: nothing is taken; MSG_TRUNC: as with TCP, the bytes are thrown away
 *
 * Return: bytes, or -EFAULT.
 */
int kssh_recv_take(struct kssh_sock *ks, struct kssh_payload *p,
		   void (*pop)(struct kssh_conn *c), struct msghdr *msg, size_t len,
		   int flags)
{
	size_t n = min_t(size_t, len, p->len - p->off);
	bool last = n == p->len - p->off;

	if (!(flags & MSG_TRUNC) &&
	    copy_to_iter(p->data + p->off, n, &msg->msg_iter) != n)
		return -EFAULT;
	if (msg->msg_control)
		put_cmsg(msg, SOL_KSSH, KSSH_CMSG_SEQ, sizeof(p->seq), &p->seq);
	if (last)
		msg->msg_flags |= MSG_EOR;
	if (flags & MSG_PEEK)
		return n;
	if (last)
		pop(ks->conn);
	else
		p->off += n;
	return n;
}

/* The end: an orderly one reads as 0. */
static int kssh_recv_end(const struct kssh_sock *ks)
{
	int err = kssh_usable(ks);

	if (err && kssh_ended_in_order(ks))
		return 0;
	return err;
}

int kssh_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		 int flags KSSH_RECVMSG_ADDR_LEN)
{
	struct kssh_sock *ks = kssh_sock_get(sk);
	long timeo;
	int ret;

	/* time stamps and ICMP errors, no bytes of the stream */
	if (flags & MSG_ERRQUEUE)
		return ks->base->recvmsg(sk, msg, len, flags KSSH_ADDR_LEN);
	if (flags & ~KSSH_RECV_FLAGS)
		return -EOPNOTSUPP;

	lock_sock(sk);
	timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	ret = -ENOTCONN;
	if (!ks->conn || kssh_running(ks))
		goto out;

	ret = 0;
	while (len) {
		if (ks->bound) {
			ret = kssh_stream_recv(ks, msg, len, flags, timeo);
			break;
		}
		if (!kssh_conn_rx_first(ks->conn))
			kssh_drive_taker(ks, timeo != 0);
		if (kssh_conn_rx_first(ks->conn)) {
			ret = kssh_recv_take(ks, kssh_conn_rx_first(ks->conn),
					     kssh_conn_rx_pop, msg, len, flags);
			break;
		}
		ret = kssh_recv_end(ks);
		if (ret || kssh_usable(ks))
			break;
		ret = kssh_sleep(ks, &timeo);
		if (ret)
			break;
	}
	/* room was made, or the next payload is to be shown to poll */
	kssh_drive_reader(ks, false);
	/* and to the next reader: nothing more may come that would wake him */
	if (ret > 0 && (ks->told & KSSH_IS_SATED) && ks->drivers)
		wake_up_interruptible_all(&ks->wait);
out:
	release_sock(sk);
	return ret;
}

/* ---- poll and what asks for sizes ---------------------------------------- */

static __poll_t kssh_poll_out(struct sock *sk)
{
	if (__sk_stream_is_writeable(sk, 1))
		return EPOLLOUT | EPOLLWRNORM;
	sk_set_bit(SOCKWQ_ASYNC_NOSPACE, sk);
	set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	/* pairs with tcp_check_space(): space freed since the test above */
	smp_mb__after_atomic();
	return __sk_stream_is_writeable(sk, 1) ? EPOLLOUT | EPOLLWRNORM : 0;
}

/* What has come may be something to read: see, rather than wait until a worker has. */
static void kssh_poll_look(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	if ((READ_ONCE(ks->told) & KSSH_IS_READABLE) ||
	    skb_queue_empty_lockless(&sk->sk_receive_queue) || !kssh_polled(ks))
		return;
	lock_sock(sk);
	if (!(ks->told & KSSH_IS_READABLE))
		kssh_drive_poller(ks);
	release_sock(sk);
}

__poll_t kssh_poll(struct file *file, struct socket *sock,
		   struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	struct kssh_sock *ks;
	u8 shutdown, state;
	__poll_t mask = 0;
	u32 told;

	sock_poll_wait(file, sock, wait);
	ks = kssh_sock_get(sk);
	kssh_poll_look(ks);
	/* pairs with kssh_complete() */
	state = smp_load_acquire(&ks->state);
	told = READ_ONCE(ks->told);
	shutdown = READ_ONCE(sk->sk_shutdown);

	if (shutdown == SHUTDOWN_MASK || inet_sk_state_load(sk) == TCP_CLOSE)
		mask |= EPOLLHUP;
	if (READ_ONCE(sk->sk_err))
		mask |= EPOLLERR;
	if (state == KSSH_STATE_WAIT_VERDICT)
		return mask | EPOLLPRI;
	if (state == KSSH_STATE_IDLE || state == KSSH_STATE_HANDSHAKE)
		return mask;

	if ((told & KSSH_IS_READABLE) || (shutdown & RCV_SHUTDOWN))
		mask |= EPOLLIN | EPOLLRDNORM;
	if ((told & KSSH_IS_RX_ENDED) || (shutdown & RCV_SHUTDOWN))
		mask |= EPOLLRDHUP;
	if ((told & KSSH_IS_RX_ENDED) && (told & KSSH_IS_TX_ENDED))
		mask |= EPOLLHUP;
	if (state != KSSH_STATE_OPEN) {
		mask |= EPOLLOUT | EPOLLWRNORM;
		if (!READ_ONCE(ks->eof))
			mask |= EPOLLERR;
	} else if ((shutdown & SEND_SHUTDOWN) || READ_ONCE(ks->fin)) {
		mask |= EPOLLOUT | EPOLLWRNORM;
	} else if (told & KSSH_IS_SENDABLE) {
		mask |= kssh_poll_out(sk);
	}
	return mask;
}

/* Bytes of the oldest payload, or of the stream, that recv would give.  Socket lock held. */
static int kssh_inq(const struct kssh_sock *ks)
{
	const struct kssh_payload *p;

	if (ks->bound)
		return kssh_stream_inq(ks);
	p = ks->conn ? kssh_conn_rx_first(ks->conn) : NULL;
	return p ? p->len - p->off : 0;
}

int kssh_peek_len(struct socket *sock)
{
	struct kssh_sock *ks = kssh_sock_get(sock->sk);
	int n;

	lock_sock(sock->sk);
	n = kssh_inq(ks);
	release_sock(sock->sk);
	return n;
}

/**
 * kssh_ioctl - struct proto::ioctl
 * @sk: socket
 * @cmd: SIOCINQ: bytes of the oldest payload; SIOCOUTQ, SIOCOUTQNSD: TCP's answer,
 *	in wire bytes
 * @karg: result
 *
 * Return: 0 or -EOPNOTSUPP; SIOCATMARK has no meaning in a record stream.
 */
int kssh_ioctl(struct sock *sk, int cmd, int *karg)
{
	struct kssh_sock *ks;

	switch (cmd) {
	case SIOCINQ:
		lock_sock(sk);
		*karg = kssh_inq(kssh_sock_get(sk));
		release_sock(sk);
		return 0;
	case SIOCOUTQ:
	case SIOCOUTQNSD:
		ks = kssh_sock_get(sk);
		return ks->base->ioctl(sk, cmd, karg);
	default:
		return -EOPNOTSUPP;
	}
}

bool kssh_is_readable(struct sock *sk)
{
	return READ_ONCE(kssh_sock_get(sk)->told) & KSSH_IS_READABLE;
}
