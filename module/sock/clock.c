// SPDX-License-Identifier: GPL-2.0
/* The clock of a socket: one timer, which has the worker look when a time may have come. */
#include <linux/timekeeping.h>
#include "sock.h"

/* @ms from now, as @deadline and the others have it */
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
void kssh_look_at_clock(struct kssh_sock *ks)
{
	u64 now = ktime_get_ns();

	kssh_trust_patience(ks, now);
	if (ks->deadline && now >= ks->deadline) {
		ks->deadline = 0;
		kssh_conn_fail(ks->conn, KSSH_R_TIMEOUT);
	}
}

/* Have the clock looked at when the next of our times comes, or @at (0: never). */
void kssh_wind(struct kssh_sock *ks, u64 at)
{
	unsigned long due;
	u64 now;

	at = min_not_zero(at, min_not_zero(ks->deadline, ks->patience));
	at = min_not_zero(at, ks->later);
	/* too early is cheaper than setting it anew for each record */
	if (at && kssh_wound(ks) && ks->timer_at <= at)
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
