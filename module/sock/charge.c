// SPDX-License-Identifier: GPL-2.0
/*
 * What the machine holds counts as the socket's memory, as TCP's own queues do: it is
 * what ss -m and SO_MEMINFO show, it is part of tcp_mem, and it narrows TCP's window.
 *
 * Half of either buffer is TCP's whatever we hold: a segment that was promised room
 * must not be dropped, nor the key exchange be kept from leaving that would let go what
 * is held.  So what is held beyond a half is not charged to the socket; it is bounded
 * all the same, and the memcg pays for all of it.
 */
#include "sock.h"

/**
 * kssh_set_room - bounds of what the machine holds, from the buffers of the socket
 * @ks: context, socket lock held, @ks->conn set
 *
 * Those may have changed: SO_RCVBUF, SO_SNDBUF, and TCP's own tuning.
 */
void kssh_set_room(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	kssh_conn_set_room(ks->conn,
			   max_t(u32, READ_ONCE(sk->sk_rcvbuf), KSSH_PACKET_MAX),
			   READ_ONCE(sk->sk_sndbuf));
}

/* Bring @charged to @held, if the protocol's limits allow it; the difference. */
static int kssh_reserve(struct sock *sk, int held, int charged, int kind)
{
	int more = held - charged;

	if (more > sk->sk_forward_alloc &&
	    !__sk_mem_schedule(sk, more - sk->sk_forward_alloc, kind))
		return 0;
	if (more > 0)
		sk_mem_charge(sk, more);
	else if (more < 0)
		sk_mem_uncharge(sk, -more);
	return more;
}

static void kssh_charge_to(struct kssh_sock *ks, size_t rx, size_t tx)
{
	struct sock *sk = ks->sk;
	int n;

	if (rx != ks->rmem) {
		n = kssh_reserve(sk, min_t(size_t, rx, READ_ONCE(sk->sk_rcvbuf) / 2),
				 ks->rmem, SK_MEM_RECV);
		ks->rmem += n;
		atomic_add(n, &sk->sk_rmem_alloc);
	}
	if (tx != ks->wmem) {
		n = kssh_reserve(sk, min_t(size_t, tx, READ_ONCE(sk->sk_sndbuf) / 2),
				 ks->wmem, SK_MEM_SEND);
		ks->wmem += n;
		sk_wmem_queued_add(sk, n);
	}
}

/* Charge what is held now.  Socket lock held, @ks->conn set. */
void kssh_charge(struct kssh_sock *ks)
{
	size_t rx = kssh_conn_rx_held(ks->conn), tx = kssh_conn_tx_held(ks->conn);

	if (rx < ks->rmem && ks->rmem <= KSSH_CHARGE_KEPT && kssh_conn_steady(ks->conn))
		rx = ks->rmem;
	if (rx != ks->rmem || tx != ks->wmem)
		kssh_charge_to(ks, rx, tx);
}

/* Give everything back: TCP must find its own alone when it ends.  Socket lock held. */
void kssh_uncharge(struct kssh_sock *ks)
{
	kssh_charge_to(ks, 0, 0);
}
