// SPDX-License-Identifier: GPL-2.0
/* Attach and close: the TCP ULP "ssh", and its patched copies of TCP's tables. */
#include <linux/memcontrol.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <net/ipv6.h>
#include <net/transp_v6.h>
#include "channel.h"

enum { KSSH_V4, KSSH_V6, KSSH_FAMILIES };

/* Written once per family under kssh_tables_lock, before the first socket of that
 * family is attached; read-only from then on.
 */
static struct proto kssh_protos[KSSH_FAMILIES];
static struct proto_ops kssh_ops[KSSH_FAMILIES];
static const struct proto_ops *kssh_ops_base[KSSH_FAMILIES];
static DEFINE_MUTEX(kssh_tables_lock);

/* By their exact size, of which kmalloc() would make 1 KiB */
static struct kmem_cache *kssh_sock_cache;

/* In Debian's kernels there are 11 in a page; with 8 bytes more there would be 10. */
int kssh_sock_init(void)
{
	kssh_sock_cache = kmem_cache_create("kssh_sock", sizeof(struct kssh_sock), 0,
					    SLAB_ACCOUNT | SLAB_NO_MERGE, NULL);
	return kssh_sock_cache ? 0 : -ENOMEM;
}

/* Waits for what kfree_rcu() has not freed yet. */
void kssh_sock_exit(void)
{
	kmem_cache_destroy(kssh_sock_cache);
}

/* ---- what goes around the records is refused --------------------------- */

static int kssh_disconnect(struct sock *sk, int flags)
{
	return -EOPNOTSUPP;
}

static int kssh_no_read_sock(struct sock *sk, read_descriptor_t *desc,
			     sk_read_actor_t actor)
{
	return -EOPNOTSUPP;
}

static int kssh_no_read_skb(struct sock *sk, skb_read_actor_t actor)
{
	return -EOPNOTSUPP;
}

static int kssh_no_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size)
{
	return -EOPNOTSUPP;
}

static int kssh_no_int(struct sock *sk, int val)
{
	return -EOPNOTSUPP;
}

/* TCP's would push what MSG_MORE holds back below the records. */
static void kssh_splice_eof(struct socket *sock)
{
}

/* ---- life -------------------------------------------------------------- */

void kssh_sock_put(struct kssh_sock *ks)
{
	if (!refcount_dec_and_test(&ks->refs))
		return;
	mem_cgroup_put(ks->memcg);
	put_cred(ks->cred);
	if (ks->cfg)
		kssh_config_free(ks->cfg);
	kfree(ks->cfg);
	kfree(ks->name);
	kfree_rcu(ks, rcu);
}

static void kssh_close(struct sock *sk, long timeout)
{
	struct kssh_sock *ks = kssh_sock_get(sk);
	struct proto *base = ks->base;

	lock_sock(sk);
	if (kssh_bound_keep(ks)) {
		release_sock(sk);
		return;
	}
	ks->dead = true;
	if (ks->conn && kssh_running(ks))
		kssh_conn_fail(ks->conn, KSSH_R_CANCELLED);
	kssh_bound_goodbye(ks);
	if (ks->conn)
		kssh_push(ks, true);
	kssh_uncharge(ks);

	write_lock_bh(&sk->sk_callback_lock);
	kssh_restore_callbacks(ks);
	rcu_assign_sk_user_data(sk, NULL);
	rcu_assign_pointer(inet_csk(sk)->icsk_ulp_data, NULL);
	WRITE_ONCE(sk->sk_prot, base);
	WRITE_ONCE(sk->sk_socket->ops, ks->base_ops);
	write_unlock_bh(&sk->sk_callback_lock);
	release_sock(sk);

	timer_shutdown_sync(&ks->timer);
	disable_work_sync(&ks->work);
	kssh_trust_end(ks);
	kssh_not_in_flight(ks);
	kssh_conn_free(ks->conn);
	ks->conn = NULL;
	kssh_bound_free(ks);

	/* before TCP gives back the reference to the module */
	kssh_sock_put(ks);
	base->close(sk, timeout);
}

static void kssh_build_tables(int family, const struct sock *sk)
{
	const struct proto_ops *base_ops = READ_ONCE(sk->sk_socket->ops);
	struct proto_ops *ops = &kssh_ops[family];
	struct proto *prot = &kssh_protos[family];

	mutex_lock(&kssh_tables_lock);
	if (kssh_ops_base[family])
		goto out;

	*prot = *READ_ONCE(sk->sk_prot);
	prot->setsockopt = kssh_setsockopt;
	prot->getsockopt = kssh_getsockopt;
	prot->disconnect = kssh_disconnect;
	prot->shutdown = kssh_shutdown;
	prot->close = kssh_close;
	prot->sendmsg = kssh_sendmsg;
	prot->recvmsg = kssh_recvmsg;
	prot->splice_eof = kssh_splice_eof;
	prot->sock_is_readable = kssh_is_readable;
	prot->ioctl = kssh_ioctl;

	*ops = *base_ops;
	ops->poll = kssh_poll;
	/* NULL: the socket layer splices what recvmsg gives */
	ops->splice_read = NULL;
	ops->splice_eof = kssh_splice_eof;
	ops->read_sock = kssh_no_read_sock;
	ops->read_skb = kssh_no_read_skb;
	ops->sendmsg_locked = kssh_no_sendmsg_locked;
	ops->mmap = sock_no_mmap;
	ops->peek_len = kssh_peek_len;
	ops->set_rcvlowat = kssh_no_int;
	ops->set_peek_off = kssh_no_int;
	/* pairs with nothing lockless: readers take the mutex first */
	kssh_ops_base[family] = base_ops;
out:
	mutex_unlock(&kssh_tables_lock);
}

/* Is it a plain TCP socket, with nobody else's hands on it?  Socket lock held. */
static int kssh_attachable(const struct sock *sk)
{
	if (sk->sk_state != TCP_ESTABLISHED)
		return -ENOTCONN;
	if (!sk->sk_socket)
		return -ENOTCONN;
	/* sockmap, KCM and other ULPs announce themselves by one of these */
	if (READ_ONCE(sk->sk_user_data))
		return -EBUSY;
	if (sk->sk_family == AF_INET && sk->sk_prot == &tcp_prot)
		return 0;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 && sk->sk_prot == &tcpv6_prot)
		return 0;
	/* an IPv6 socket turned by IPV6_ADDRFORM has tcp_prot and AF_INET */
#endif
	return -EOPNOTSUPP;
}

/* Socket lock held by tcp_set_ulp(). */
static int kssh_init(struct sock *sk)
{
	int family = sk->sk_family == AF_INET6 ? KSSH_V6 : KSSH_V4;
	struct kssh_sock *ks;
	int err;

	err = kssh_attachable(sk);
	if (err)
		return err;
	if (tcp_sk(sk)->repair)
		return -EBUSY;

	kssh_build_tables(family, sk);
	if (READ_ONCE(sk->sk_socket->ops) != kssh_ops_base[family])
		return -EOPNOTSUPP;

	ks = kmem_cache_zalloc(kssh_sock_cache, GFP_KERNEL_ACCOUNT);
	if (!ks)
		return -ENOMEM;
	ks->cfg = kmalloc(sizeof(*ks->cfg), GFP_KERNEL_ACCOUNT);
	if (!ks->cfg) {
		kmem_cache_free(kssh_sock_cache, ks);
		return -ENOMEM;
	}
	refcount_set(&ks->refs, 1);
	ks->sk = sk;
	ks->base = READ_ONCE(sk->sk_prot);
	ks->base_ops = READ_ONCE(sk->sk_socket->ops);
	init_waitqueue_head(&ks->wait);
	INIT_WORK(&ks->work, kssh_work);
	timer_setup(&ks->timer, kssh_timer, 0);
	ks->memcg = get_mem_cgroup_from_mm(current->mm);
	kssh_config_init(ks->cfg);
	ks->timeout_ms = KSSH_TIMEOUT_DEFAULT;
	ks->state = KSSH_STATE_IDLE;

	write_lock_bh(&sk->sk_callback_lock);
	rcu_assign_pointer(inet_csk(sk)->icsk_ulp_data, ks);
	rcu_assign_sk_user_data(sk, ks);
	kssh_install_callbacks(ks);
	/* as in net/tls: who sees the new tables sees the context */
	WRITE_ONCE(sk->sk_prot, &kssh_protos[family]);
	WRITE_ONCE(sk->sk_socket->ops, &kssh_ops[family]);
	write_unlock_bh(&sk->sk_callback_lock);
	return 0;
}

static struct tcp_ulp_ops kssh_ulp_ops __read_mostly = {
	.name	= TCP_ULP_SSH,
	.owner	= THIS_MODULE,
	.init	= kssh_init,
};

int kssh_ulp_register(void)
{
	return tcp_register_ulp(&kssh_ulp_ops);
}

void kssh_ulp_unregister(void)
{
	tcp_unregister_ulp(&kssh_ulp_ops);
}
