// SPDX-License-Identifier: GPL-2.0
/* Driving the machine: bytes between TCP and the conn, its events, its jobs. */
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

/* Nothing more can be read just now: is that the end? */
static void kssh_rx_end(struct kssh_sock *ks, bool wanted)
{
	struct sock *sk = ks->sk;

	if (READ_ONCE(tcp_sk(sk)->urg_data)) {
		kssh_conn_fail(ks->conn, KSSH_R_URGENT_DATA);
	} else if (sk->sk_err) {
		kssh_conn_fail(ks->conn, KSSH_R_SOCKET_ERROR);
	} else if (wanted && ((sk->sk_shutdown & RCV_SHUTDOWN) ||
			      sock_flag(sk, SOCK_DONE))) {
		ks->eof = kssh_conn_rx_boundary(ks->conn);
		kssh_conn_rx_eof(ks->conn);
	}
}

/* Who drives, and how far? */
enum kssh_driver {
	KSSH_FOR_ALL,		/* as far as it goes */
	KSSH_FOR_READER,	/* to what he can take next */
	KSSH_FOR_TAKER,		/* likewise; he does, then drives as KSSH_FOR_READER */
	KSSH_FOR_POLLER,	/* likewise; who else polls looks for himself */
};

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
	if (!kssh_conn_reason(ks->conn) &&
	    !(kssh_enough(ks, who) && !skb_queue_empty(&sk->sk_receive_queue)))
		kssh_rx_end(ks, kssh_conn_rx_want(ks->conn, NULL));
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
		if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
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

/* ---- events ------------------------------------------------------------- */

/* The result is known: tell everybody, as connect(2) does. */
static void kssh_complete(struct kssh_sock *ks, int err)
{
	bool was_running = kssh_running(ks);
	struct sock *sk = ks->sk;

	ks->err = err;
	if (was_running && err && ks->nonblock_start && !sk->sk_err)
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

	if (reason == KSSH_R_SOCKET_ERROR && ks->sk->sk_err)
		err = -ks->sk->sk_err;
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

/* Bring the flags that poll and the callbacks read up to date, and wake whom that
 * concerns.
 */
static void kssh_publish(struct kssh_sock *ks)
{
	bool over = ks->state == KSSH_STATE_FAILED || ks->state == KSSH_STATE_CLOSED;
	bool open = ks->state == KSSH_STATE_OPEN;
	bool rx = over || (open && kssh_can_read(ks));
	bool tx = over || (open && kssh_can_send(ks));
	bool can_read = rx && !ks->rx_ready;
	bool can_send = tx && !ks->tx_ready;
	const u8 *p;

	WRITE_ONCE(ks->rx_ready, rx);
	WRITE_ONCE(ks->sated, open && kssh_conn_rx_sated(ks->conn));
	WRITE_ONCE(ks->tx_ready, tx);
	WRITE_ONCE(ks->tx_stuck, kssh_conn_tx_pending(ks->conn, &p) > 0);
	if (can_read || can_send)
		wake_up_interruptible_all(&ks->wait);
	if (can_send)
		kssh_writable(ks);
	kssh_bound_publish(ks);
}

/* Is all that is to be told a payload that will be gone before anybody can look? */
static bool kssh_untold(const struct kssh_sock *ks, enum kssh_driver who)
{
	return who == KSSH_FOR_TAKER && kssh_conn_events(ks->conn) == KSSH_EV_RX &&
	       kssh_can_read(ks);
}

/* Whether there were any: all is published then. */
static bool kssh_events(struct kssh_sock *ks, enum kssh_driver who)
{
	struct sock *sk = ks->sk;
	bool changed = false;
	u32 ev;

	if (!kssh_conn_events(ks->conn) || kssh_untold(ks, who))
		return false;
	ev = kssh_conn_take_events(ks->conn);
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
	kssh_publish(ks);
	if (changed) {
		wake_up_interruptible_all(&ks->wait);
		ks->saved_state_change(sk);
		sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
	}
	/* while somebody is blocked nobody who polls has been woken */
	if (((ev & KSSH_EV_RX) && (who != KSSH_FOR_POLLER || ks->drivers)) ||
	    ((ev & KSSH_EV_FAILED) && ks->err))
		ks->saved_data_ready(sk);
	kssh_control_events(ks, changed, ev & KSSH_EV_CONTROL);
	return true;
}

/* ---- the clock ---------------------------------------------------------- */

u64 kssh_after_ms(u32 ms)
{
	return ktime_get_ns() + (u64)ms * NSEC_PER_MSEC;
}

void kssh_timer(struct timer_list *t)
{
	struct kssh_sock *ks = container_of(t, struct kssh_sock, timer);
	unsigned long due = READ_ONCE(ks->timer_due);

	/* kssh_data_ready() wanted it earlier, and who was to come has */
	if (time_before(jiffies, due) &&
	    skb_queue_empty_lockless(&ks->sk->sk_receive_queue))
		timer_reduce(t, due);
	else
		queue_work(kssh_wq, &ks->work);
}

/* What has become due of the handshake's times; the conn sees to its own. */
static void kssh_look_at_clock(struct kssh_sock *ks)
{
	u64 now = ktime_get_ns();

	kssh_trust_patience(ks, now);
	if (ks->deadline && now >= ks->deadline) {
		ks->deadline = 0;
		kssh_conn_fail(ks->conn, KSSH_R_TIMEOUT);
	}
}

/* Have the clock looked at when the next of our times comes, or @at (0: never). */
static void kssh_wind(struct kssh_sock *ks, u64 at)
{
	unsigned long due;
	u64 now;

	at = min_not_zero(at, min_not_zero(ks->deadline, ks->patience));
	at = min_not_zero(at, ks->later);
	/* too early is cheaper than setting it anew for each record */
	if (at && ks->timer_at && ks->timer_at <= at && timer_pending(&ks->timer))
		return;
	ks->timer_at = at;
	if (!at) {
		timer_delete(&ks->timer);
		return;
	}
	now = ktime_get_ns();
	/* a jiffy later rather than too early, when nothing would be due */
	due = jiffies + (at > now ? nsecs_to_jiffies(at - now) + 1 : 0);
	WRITE_ONCE(ks->timer_due, due);
	mod_timer(&ks->timer, due);
}

/* Will the clock be looked at in time, and need not be now?  True of most records. */
static bool kssh_timely(const struct kssh_sock *ks)
{
	return ks->timer_at && timer_pending(&ks->timer) && kssh_conn_steady(ks->conn);
}

/* ---- driving ------------------------------------------------------------ */

/* Has more arrived, or come to wait for us to let the lock go? */
static bool kssh_more(const struct kssh_sock *ks, enum kssh_driver who)
{
	if (kssh_enough(ks, who))
		return false;
	return !skb_queue_empty(&ks->sk->sk_receive_queue) ||
	       READ_ONCE(ks->sk->sk_backlog.tail);
}

/* What a reader has left in TCP's queue is his to come to, but not for ever: messages that
 * somebody waits for can stand in it.
 */
static void kssh_leave(struct kssh_sock *ks, enum kssh_driver who)
{
	u64 now;

	if (!kssh_enough(ks, who) || skb_queue_empty(&ks->sk->sk_receive_queue)) {
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
	bool progress, moved, published, timely;
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
		published = kssh_events(ks, who);
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
	kssh_finish(ks);
	/* nothing has been pushed since, or there would have been progress */
	if (!published)
		kssh_publish(ks);
}

/* Is there nothing to do? */
static bool kssh_quiet(const struct kssh_sock *ks, enum kssh_driver who)
{
	const struct sock *sk = ks->sk;
	const u8 *p;

	return ks->state == KSSH_STATE_OPEN && !ks->served_late && !ks->fin &&
	       !ks->job_waiting && !kssh_conn_events(ks->conn) &&
	       !kssh_conn_tx_pending(ks->conn, &p) && !kssh_more(ks, who) &&
	       !sk->sk_err &&
	       !(sk->sk_shutdown & RCV_SHUTDOWN) && !sock_flag(sk, SOCK_DONE) &&
	       !READ_ONCE(tcp_sk(sk)->urg_data);
}

/* Is all as it was published and charged: nothing to read, room to send? */
static bool kssh_as_told(const struct kssh_sock *ks)
{
	return !ks->rx_ready && ks->tx_ready && !ks->tx_stuck &&
	       !ks->rmem && !ks->wmem && !ks->left_at && !ks->later &&
	       !kssh_conn_rx_held(ks->conn) && !kssh_conn_tx_held(ks->conn) &&
	       !kssh_can_read(ks) && kssh_can_send(ks) && kssh_bound_as_told(ks);
}

/* What a record that came or went leaves to be done, if that is all. */
static bool kssh_settle(struct kssh_sock *ks, enum kssh_driver who)
{
	bool timely = kssh_timely(ks);
	u64 tick = 0;
	const u8 *p;

	if (!timely) {
		kssh_conn_rx_idle(ks->conn);
		tick = kssh_conn_tick(ks->conn);
		/* keys may be too old */
		if (kssh_conn_events(ks->conn) || kssh_conn_tx_pending(ks->conn, &p))
			return false;
	}
	kssh_leave(ks, who);
	if (!timely || ks->later)
		kssh_wind(ks, tick);
	kssh_charge(ks);
	kssh_publish(ks);
	return true;
}

static void kssh_do(struct kssh_sock *ks, bool run_jobs, enum kssh_driver who)
{
	bool quiet = kssh_quiet(ks, who);
	struct sock *sk = ks->sk;
	struct mem_cgroup *old;
	struct kssh_job job;

	/* Nothing has happened since it was driven last: whoever has had the lock has done
	 * so before he let it go, and who takes does again.
	 */
	if (quiet && (who == KSSH_FOR_TAKER || (kssh_timely(ks) && kssh_as_told(ks))))
		return;

	old = set_active_memcg(ks->memcg);
	kssh_set_room(ks);
	while (!quiet || !kssh_settle(ks, who)) {
		quiet = false;
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
