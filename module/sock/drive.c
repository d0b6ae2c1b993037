// SPDX-License-Identifier: GPL-2.0
/* Driving the machine: bytes between TCP and the conn, and its jobs. */
#include <linux/memcontrol.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include "channel.h"

/* Bytes read before the lock is let go once, so that a fast peer cannot keep it. */
#define KSSH_RX_BUDGET	(64 * 1024)

/* How long what a reader has left in TCP's queue is left to him, though he comes */
#define KSSH_LEFT_NS	(100 * NSEC_PER_MSEC)

struct workqueue_struct *kssh_wq;

/* The padding of a packet: as good, and a tenth of the work for so few */
#define KSSH_RANDOM_FEW	24

static void kssh_env_random(void *ctx, void *p, size_t n)
{
	size_t part;
	u64 v;

	if (n > KSSH_RANDOM_FEW) {
		get_random_bytes(p, n);
		return;
	}
	for (; n; p += part, n -= part) {
		part = min(n, sizeof(v));
		v = get_random_u64();
		memcpy(p, &v, part);
	}
}

static u64 kssh_env_now(void *ctx)
{
	return ktime_get_ns();
}

const struct kssh_env kssh_kernel_env = {
	.random	= kssh_env_random,
	.now	= kssh_env_now,
};

int kssh_drive_init(void)
{
	/* Works compute and take socket locks; none waits for a peer.  Twice the
	 * CPUs keeps them busy while some sleep in the crypto API.
	 */
	kssh_wq = alloc_workqueue("kssh", WQ_UNBOUND, 2 * num_possible_cpus());
	return kssh_wq ? 0 : -ENOMEM;
}

void kssh_drive_exit(void)
{
	destroy_workqueue(kssh_wq);
}

/* ---- bytes -------------------------------------------------------------- */

struct kssh_read {
	u8 *p;
	size_t room;
};

static int kssh_read_actor(read_descriptor_t *desc, struct sk_buff *skb,
			   unsigned int offset, size_t len)
{
	struct kssh_read *r = desc->arg.data;
	size_t n = min(len, r->room);

	if (!n)
		return 0;
	if (skb_copy_bits(skb, offset, r->p, n))
		return -EFAULT;
	r->p += n;
	r->room -= n;
	desc->count = r->room;
	return n;
}

/* Move up to @n received bytes to @p.  Socket lock held. */
static size_t kssh_tcp_read(struct sock *sk, u8 *p, size_t n)
{
	struct kssh_read r = { .p = p, .room = n };
	read_descriptor_t desc = { .arg.data = &r, .count = n };

	tcp_read_sock(sk, &desc, kssh_read_actor);
	return n - r.room;
}

/* Has TCP neither ended nor failed? */
static bool kssh_tcp_goes_on(const struct sock *sk)
{
	return !READ_ONCE(sk->sk_err) && !(sk->sk_shutdown & RCV_SHUTDOWN) &&
	       !sock_flag(sk, SOCK_DONE) && !READ_ONCE(tcp_sk(sk)->urg_data);
}

/* Nothing more can be read just now, and TCP does not go on: what kind of end is it? */
static void kssh_rx_end(struct kssh_sock *ks)
{
	struct sock *sk = ks->sk;

	if (READ_ONCE(tcp_sk(sk)->urg_data)) {
		kssh_conn_fail(ks->conn, KSSH_R_URGENT_DATA);
	} else if (READ_ONCE(sk->sk_err)) {
		kssh_conn_fail(ks->conn, KSSH_R_SOCKET_ERROR);
	} else if (((sk->sk_shutdown & RCV_SHUTDOWN) || sock_flag(sk, SOCK_DONE)) &&
		   kssh_conn_rx_want(ks->conn, NULL)) {
		ks->eof = kssh_conn_rx_boundary(ks->conn);
		kssh_conn_rx_eof(ks->conn);
	}
}

/* Does a reader have what he can take next, and nobody else need what follows? */
static bool kssh_enough(const struct kssh_sock *ks, enum kssh_driver who)
{
	return who != KSSH_FOR_ALL && kssh_conn_rx_sated(ks->conn);
}

/* Feed the conn with what TCP has.  Lets the lock go now and then. */
static bool kssh_pump(struct kssh_sock *ks, enum kssh_driver who)
{
	struct sock *sk = ks->sk;
	size_t done = 0;
	size_t want;
	size_t n;
	u8 *p;

	while (!skb_queue_empty(&sk->sk_receive_queue) && !kssh_enough(ks, who)) {
		want = kssh_conn_rx_want(ks->conn, &p);
		if (!want || READ_ONCE(tcp_sk(sk)->urg_data))
			break;
		n = kssh_tcp_read(sk, p, want);
		if (!n)
			break;
		kssh_conn_rx_got(ks->conn, n);
		done += n;
		if (done > KSSH_RX_BUDGET)
			return true;
	}
	kssh_conn_rx_idle(ks->conn);
	if (!kssh_tcp_goes_on(sk) && !kssh_conn_reason(ks->conn) &&
	    !(kssh_enough(ks, who) && !skb_queue_empty(&sk->sk_receive_queue)))
		kssh_rx_end(ks);
	return done > 0;
}

/**
 * kssh_push - hand the conn's bytes to TCP
 * @ks: context, socket lock held, @ks->conn set
 * @flight: they belong together and leave at once, whatever Nagle or TCP_CORK say
 *
 * Return: whether anything moved.
 */
bool kssh_push(struct kssh_sock *ks, bool flight)
{
	struct tcp_sock *tp = tcp_sk(ks->sk);
	struct sock *sk = ks->sk;
	u8 nonagle = tp->nonagle;
	bool moved = false;
	const u8 *p;
	size_t n;
	int ret;

	if (flight)
		tp->nonagle = (nonagle & ~TCP_NAGLE_CORK) | TCP_NAGLE_OFF;
	while ((n = kssh_conn_tx_pending(ks->conn, &p))) {
		struct kvec v = { .iov_base = (void *)p, .iov_len = n };
		struct msghdr msg = { .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL };

		/* never let TCP consume sk_err: it is read elsewhere */
		if (READ_ONCE(sk->sk_err) || (sk->sk_shutdown & SEND_SHUTDOWN))
			break;
		if (flight)
			msg.msg_flags |= MSG_EOR;
		/* the pages as they are: nobody writes to them any more */
		if (kssh_conn_tx_lend(ks->conn))
			msg.msg_flags |= MSG_SPLICE_PAGES | MSG_NO_SHARED_FRAGS;
		iov_iter_kvec(&msg.msg_iter, ITER_SOURCE, &v, 1, n);
		ret = tcp_sendmsg_locked(sk, &msg, n);
		if (ret <= 0)
			break;
		kssh_conn_tx_sent(ks->conn, ret);
		moved = true;
	}
	if (flight)
		tp->nonagle = nonagle;
	return moved;
}

/* ---- driving ------------------------------------------------------------ */

/* Will the clock be looked at in time, and need not be now?  True of most records. */
static bool kssh_timely(const struct kssh_sock *ks)
{
	return kssh_wound(ks) && kssh_conn_steady(ks->conn);
}

/* Has more arrived, or come to wait for us to let the lock go? */
static bool kssh_more(const struct kssh_sock *ks, enum kssh_driver who)
{
	return (!skb_queue_empty(&ks->sk->sk_receive_queue) ||
		READ_ONCE(ks->sk->sk_backlog.tail)) && !kssh_enough(ks, who);
}

/* What a reader has left in TCP's queue is his to come to, but not for ever: messages that
 * somebody waits for can stand in it.
 */
static void kssh_leave(struct kssh_sock *ks, enum kssh_driver who)
{
	u64 now;

	if (skb_queue_empty(&ks->sk->sk_receive_queue) || !kssh_enough(ks, who)) {
		ks->left_at = 0;
		ks->later = 0;
	} else if (!ks->later) {
		now = ktime_get_ns();
		if (!ks->left_at)
			ks->left_at = now;
		ks->later = min(now + KSSH_LATER_NS, ks->left_at + KSSH_LEFT_NS);
	}
}

/* All that can be done now, without waiting. */
static void kssh_round(struct kssh_sock *ks, enum kssh_driver who)
{
	bool progress, moved, told, timely;
	const u8 *p;
	u64 tick;

	do {
		progress = kssh_trust_known(ks);
		progress |= kssh_trust_answer(ks);
		moved = kssh_pump(ks, who);
		/* once the session is up only more bytes can follow from bytes */
		progress |= moved && (ks->state != KSSH_STATE_OPEN ||
				      kssh_more(ks, who));
		timely = kssh_timely(ks);
		tick = timely ? 0 : kssh_conn_tick(ks->conn);
		told = kssh_events(ks, who);
		kssh_leave(ks, who);
		if (!timely || ks->later)
			kssh_wind(ks, tick);
		if (kssh_conn_tx_pending(ks->conn, &p))
			progress |= kssh_push(ks, true);
		if (progress) {
			/* the longest hold of the lock: one budget */
			release_sock(ks->sk);
			cond_resched();
			lock_sock(ks->sk);
		}
	} while (progress && !ks->dead);

	if (kssh_untold(ks, who))
		return;
	/* close(2) may have been here meanwhile, and has given back what was charged */
	if (!ks->dead)
		kssh_charge(ks);
	if (ks->fin)
		kssh_finish(ks);
	/* nothing has been pushed since, or there would have been progress */
	if (!told)
		kssh_tell(ks);
}

/* Is nothing to be read or done, and room to send, and will the clock be looked at? */
static bool kssh_at_rest(const struct kssh_sock *ks)
{
	const struct sock *sk = ks->sk;

	return skb_queue_empty(&sk->sk_receive_queue) &&
	       !READ_ONCE(sk->sk_backlog.tail) && kssh_tcp_goes_on(sk) &&
	       ks->state == KSSH_STATE_OPEN && !ks->served_late && !ks->fin &&
	       !ks->job_waiting && kssh_wound(ks) &&
	       kssh_conn_at_rest(ks->conn);
}

/* Tell, and charge, what is at rest. */
static void kssh_rest(struct kssh_sock *ks)
{
	if (ks->rmem > KSSH_CHARGE_KEPT || ks->wmem)
		kssh_charge(ks);
	ks->left_at = 0;
	ks->later = 0;
	kssh_tell_at_rest(ks);
}

/* Is there nothing to do for who takes? */
static bool kssh_quiet(const struct kssh_sock *ks)
{
	const u8 *p;

	return ks->state == KSSH_STATE_OPEN && !kssh_more(ks, KSSH_FOR_TAKER) &&
	       !ks->served_late && !ks->fin && !ks->job_waiting &&
	       !kssh_conn_events(ks->conn) && !kssh_conn_tx_pending(ks->conn, &p) &&
	       kssh_tcp_goes_on(ks->sk);
}

static void kssh_do(struct kssh_sock *ks, bool run_jobs, enum kssh_driver who)
{
	struct sock *sk = ks->sk;
	struct mem_cgroup *old;
	struct kssh_job job;

	if (kssh_at_rest(ks)) {
		kssh_rest(ks);
		return;
	}
	/* whoever has had the lock has driven before he let it go, and who takes does again */
	if (who == KSSH_FOR_TAKER && kssh_quiet(ks))
		return;

	old = set_active_memcg(ks->memcg);
	kssh_set_room(ks);
	for (;;) {
		kssh_round(ks, who);
		if (!ks->job_waiting || ks->dead)
			break;
		if (!run_jobs) {
			queue_work(kssh_wq, &ks->work);
			break;
		}
		ks->job_waiting = false;
		if (!kssh_conn_job_take(ks->conn, &job))
			continue;
		release_sock(sk);
		kssh_job_run(&job);
		lock_sock(sk);
		if (ks->dead) {
			kssh_job_drop(&job);
			break;
		}
		kssh_conn_job_done(ks->conn, &job);
	}
	set_active_memcg(old);
}

/**
 * kssh_drive - do what can be done, jobs included
 * @ks: context, socket lock held, @ks->conn set
 * @run_jobs: run public-key work here, with the lock let go meanwhile; else the
 *	worker is asked to
 *
 * Everything the caller knew of @ks may have changed on return, but @ks->conn.
 */
void kssh_drive(struct kssh_sock *ks, bool run_jobs)
{
	kssh_do(ks, run_jobs, KSSH_FOR_ALL);
}

/**
 * kssh_drive_reader - as kssh_drive(), for who reads, and takes one payload after the other
 * @ks: see there
 * @run_jobs: see there
 *
 * What he has not come to is left to TCP, whose window knows of it: each payload then has
 * the memory of the one before.
 */
void kssh_drive_reader(struct kssh_sock *ks, bool run_jobs)
{
	/* he is there: what is left can wait for him */
	ks->later = 0;
	kssh_do(ks, run_jobs, KSSH_FOR_READER);
}

/**
 * kssh_drive_taker - as kssh_drive_reader(), for who takes what is there then
 * @ks: see kssh_drive()
 * @run_jobs: see there
 *
 * He calls kssh_drive_reader() before he lets the lock go, and only what is still there
 * then is told to others and charged.
 */
void kssh_drive_taker(struct kssh_sock *ks, bool run_jobs)
{
	ks->later = 0;
	kssh_do(ks, run_jobs, KSSH_FOR_TAKER);
}

/**
 * kssh_drive_poller - as kssh_drive_reader(), for who polls
 * @ks: see kssh_drive(); kssh_polled() has been true
 *
 * The payload that is there then is told to nobody else who polls: kssh_data_ready() has
 * woken them all.
 */
void kssh_drive_poller(struct kssh_sock *ks)
{
	ks->later = 0;
	kssh_do(ks, false, KSSH_FOR_POLLER);
}

void kssh_work(struct work_struct *work)
{
	struct kssh_sock *ks = container_of(work, struct kssh_sock, work);

	lock_sock(ks->sk);
	WRITE_ONCE(ks->kicked, false);
	if (!ks->dead && ks->conn) {
		if (!timer_pending(&ks->timer)) {
			ks->timer_at = 0;
			kssh_look_at_clock(ks);
		}
		kssh_do(ks, true, !ks->later || ktime_get_ns() < ks->later ?
				  KSSH_FOR_READER : KSSH_FOR_ALL);
	}
	release_sock(ks->sk);
}
