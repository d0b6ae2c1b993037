// SPDX-License-Identifier: GPL-2.0
/*
 * The control descriptor of a bound channel: records that are not the stream's.
 *
 * It is a socket and no anonymous inode, since it carries records: recvmsg(2)'s
 * MSG_EOR and control messages, MSG_DONTWAIT, timeouts and options are what a program
 * has for those already.  Its struct sock only points to the connection's.
 */
#include <linux/file.h>
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include <linux/security.h>
#include "channel.h"

#define KSSH_CONTROL_SEND_FLAGS	(MSG_DONTWAIT | MSG_NOSIGNAL | MSG_EOR | \
				 MSG_CMSG_COMPAT | MSG_BATCH)
#define KSSH_CONTROL_RECV_FLAGS	(MSG_PEEK | MSG_DONTWAIT | MSG_WAITALL | MSG_TRUNC | \
				 MSG_NOSIGNAL | MSG_CMSG_COMPAT | MSG_CMSG_CLOEXEC)

/**
 * struct kssh_control_sock - the struct sock of a control descriptor
 * @sk: the socket layer's part
 * @ks: the connection's context, of which it holds a reference, as of its socket
 *
 * Nothing in it is locked: the connection's socket lock is what counts.
 */
struct kssh_control_sock {
	struct sock sk;
	struct kssh_sock *ks;
};

static struct kssh_sock *kssh_control_of(const struct sock *sk)
{
	return container_of_const(sk, struct kssh_control_sock, sk)->ks;
}

/* ---- send --------------------------------------------------------------- */

/* The record is checked and taken whole. */
static int kssh_control_take(struct kssh_sock *ks, struct msghdr *msg, size_t size)
{
	u8 *p;
	int err;

	err = kssh_conn_tx_reserve(ks->conn, size, &p);
	if (err)
		return err;
	if (!copy_from_iter_full(p, size, &msg->msg_iter))
		return -EFAULT;
	err = kssh_channel_control_check(ks->conn, p, size);
	return err ?: kssh_conn_tx_commit(ks->conn, size, false);
}

static int kssh_control_sendmsg(struct socket *sock, struct msghdr *msg, size_t size)
{
	struct kssh_sock *ks = kssh_control_of(sock->sk);
	struct mem_cgroup *old;
	long timeo;
	int err;

	/* a record begun would stand in the stream's way: no MSG_MORE */
	if (msg->msg_flags & ~KSSH_CONTROL_SEND_FLAGS)
		return -EOPNOTSUPP;
	if (!size)
		return -EINVAL;
	timeo = sock_sndtimeo(sock->sk, msg->msg_flags & MSG_DONTWAIT);
	lock_sock(ks->sk);
	err = kssh_send_wait(ks, &timeo);
	if (!err) {
		old = set_active_memcg(ks->memcg);
		err = kssh_control_take(ks, msg, size);
		set_active_memcg(old);
		kssh_push(ks, false);
	}
	kssh_drive(ks, false);
	release_sock(ks->sk);
	if (err == -EPIPE && !(msg->msg_flags & MSG_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err ?: size;
}

/* ---- receive ------------------------------------------------------------ */

/* 1: a payload is there; 0: an orderly end; or -errno. */
static int kssh_control_wait(struct kssh_sock *ks, long *timeo)
{
	int err;

	for (;;) {
		if (!kssh_channel_control_first(ks->conn))
			kssh_drive(ks, *timeo != 0);
		if (kssh_channel_control_first(ks->conn))
			return 1;
		err = kssh_usable(ks);
		if (err)
			return kssh_ended_in_order(ks) ? 0 : err;
		err = kssh_sleep(ks, timeo);
		if (err)
			return err;
	}
}

static int kssh_control_recvmsg(struct socket *sock, struct msghdr *msg, size_t len,
				int flags)
{
	struct kssh_sock *ks = kssh_control_of(sock->sk);
	long timeo;
	int ret;

	if (flags & ~KSSH_CONTROL_RECV_FLAGS)
		return -EOPNOTSUPP;
	if (!len)
		return 0;
	timeo = sock_rcvtimeo(sock->sk, flags & MSG_DONTWAIT);
	lock_sock(ks->sk);
	ret = kssh_control_wait(ks, &timeo);
	if (ret > 0)
		ret = kssh_recv_take(ks, kssh_channel_control_first(ks->conn),
				     kssh_channel_control_pop, msg, len, flags);
	kssh_drive(ks, false);
	release_sock(ks->sk);
	return ret;
}

/* ---- poll and options ----------------------------------------------------- */

static __poll_t kssh_control_poll(struct file *file, struct socket *sock,
				  struct poll_table_struct *wait)
{
	const struct kssh_sock *ks = kssh_control_of(sock->sk);
	__poll_t mask = 0;
	u32 told;

	sock_poll_wait(file, sock, wait);
	told = READ_ONCE(ks->told);
	if (told & KSSH_IS_CONTROL)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (told & KSSH_IS_READY)
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (READ_ONCE(ks->state) != KSSH_STATE_OPEN)
		mask |= EPOLLHUP;
	return mask;
}

/**
 * kssh_control_events - wake who polls the control descriptor
 * @ks: context, bound, socket lock held, after kssh_tell()
 * @changed: the state is another
 * @more: a payload has come, the first that is unread or not: edge-triggered polling
 *	is told of each
 */
void kssh_control_events(struct kssh_sock *ks, bool changed, bool more)
{
	struct sock *sk = ks->bound->control;

	if (sk && changed)
		sk->sk_state_change(sk);
	if (sk && more)
		sk->sk_data_ready(sk);
}

static int kssh_control_setsockopt(struct socket *sock, int level, int optname,
				   sockptr_t optval, unsigned int optlen)
{
	if (level != SOL_KSSH)
		return -ENOPROTOOPT;
	return kssh_setsockopt(kssh_control_of(sock->sk)->sk, level, optname, optval,
			       optlen);
}

static int kssh_control_getsockopt(struct socket *sock, int level, int optname,
				   char __user *optval, int __user *optlen)
{
	if (level != SOL_KSSH)
		return -ENOPROTOOPT;
	return kssh_getsockopt(kssh_control_of(sock->sk)->sk, level, optname, optval,
			       optlen);
}

/* ---- life ----------------------------------------------------------------- */

static int kssh_control_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct kssh_sock *ks;
	struct sock *tcp;

	if (!sk)
		return 0;
	ks = kssh_control_of(sk);
	tcp = ks->sk;
	lock_sock(tcp);
	kssh_channel_control(ks->conn, false);
	/* lets the lock go: only then may the connection end without us */
	kssh_drive(ks, false);
	ks->bound->control = NULL;
	kssh_bound_settle(ks);
	release_sock(tcp);

	kssh_sock_put(ks);
	sock_put(tcp);
	sock_orphan(sk);
	sock->sk = NULL;
	sock_put(sk);
	return 0;
}

static struct proto kssh_control_proto = {
	.name		= "KSSH-CONTROL",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct kssh_control_sock),
};

static const struct proto_ops kssh_control_ops = {
	.family		= PF_UNSPEC,
	.owner		= THIS_MODULE,
	.release	= kssh_control_release,
	.bind		= sock_no_bind,
	.connect	= sock_no_connect,
	.socketpair	= sock_no_socketpair,
	.accept		= sock_no_accept,
	.getname	= sock_no_getname,
	.poll		= kssh_control_poll,
	.ioctl		= sock_no_ioctl,
	.listen		= sock_no_listen,
	.shutdown	= sock_no_shutdown,
	.setsockopt	= kssh_control_setsockopt,
	.getsockopt	= kssh_control_getsockopt,
	.sendmsg	= kssh_control_sendmsg,
	.recvmsg	= kssh_control_recvmsg,
	.mmap		= sock_no_mmap,
};

int kssh_control_init(void)
{
	/* with a slab: those are charged */
	return proto_register(&kssh_control_proto, 1);
}

void kssh_control_exit(void)
{
	proto_unregister(&kssh_control_proto);
}

/* The socket behind a new descriptor.  Socket lock held. */
static struct socket *kssh_control_new(struct kssh_sock *ks)
{
	struct socket *sock;
	struct sock *sk;

	sock = sock_alloc();
	if (!sock)
		return ERR_PTR(-ENFILE);
	sk = sk_alloc(sock_net(ks->sk), PF_UNSPEC, GFP_KERNEL, &kssh_control_proto, 0);
	if (!sk) {
		sock_release(sock);
		return ERR_PTR(-ENOMEM);
	}
	sock->type = SOCK_SEQPACKET;
	sock->state = SS_CONNECTED;
	sock->ops = &kssh_control_ops;
	__module_get(THIS_MODULE);
	sock_init_data(sock, sk);
	security_sk_clone(ks->sk, sk);
	container_of(sk, struct kssh_control_sock, sk)->ks = ks;
	refcount_inc(&ks->refs);
	sock_hold(ks->sk);
	ks->bound->control = sk;
	kssh_channel_control(ks->conn, true);
	return sock;
}

static struct file *kssh_control_file(struct kssh_sock *ks, int flags)
{
	struct socket *sock;

	lock_sock(ks->sk);
	if (!ks->bound)
		sock = ERR_PTR(-ENODATA);
	else if (ks->bound->control)
		sock = ERR_PTR(-EBUSY);
	else
		sock = kssh_control_new(ks);
	if (!IS_ERR(sock))
		kssh_drive(ks, false);
	release_sock(ks->sk);
	if (IS_ERR(sock))
		return ERR_CAST(sock);
	/* takes the socket, also if it fails */
	return sock_alloc_file(sock, flags, "KSSH-CONTROL");
}

int kssh_get_control(struct kssh_sock *ks, char __user *optval, int __user *optlen)
{
	struct kssh_control c;
	struct file *file;
	int n, err;

	if (get_user(n, optlen))
		return -EFAULT;
	if (n < (int)sizeof(c))
		return -EINVAL;
	err = kssh_copy_struct(&c, sizeof(c), USER_SOCKPTR(optval), n);
	if (err)
		return err;
	if (c.flags & ~(KSSH_CONTROL_NONBLOCK | KSSH_CONTROL_NOCLOEXEC))
		return -EINVAL;
	c.fd = get_unused_fd_flags(c.flags & KSSH_CONTROL_NOCLOEXEC ? 0 : O_CLOEXEC);
	if (c.fd < 0)
		return c.fd;
	/* first what can fail without a trace: a descriptor made and closed again
	 * has answered what waited for it
	 */
	n = sizeof(c);
	err = copy_to_user(optval, &c, n) || put_user(n, optlen) ? -EFAULT : 0;
	if (!err) {
		file = kssh_control_file(ks, c.flags & KSSH_CONTROL_NONBLOCK ?
					 O_NONBLOCK : 0);
		err = PTR_ERR_OR_ZERO(file);
	}
	if (err) {
		put_unused_fd(c.fd);
		return err;
	}
	fd_install(c.fd, file);
	return 0;
}
