/* SPDX-License-Identifier: GPL-2.0 */
/* The socket room: whose socket, which context, may I sleep? */
#ifndef KSSH_SOCK_H
#define KSSH_SOCK_H

#include <linux/refcount.h>
#include <linux/sockptr.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>
#include <net/tcp.h>
#include "../compat/net.h"
#include "../core/conn.h"
#include "../upcall/account.h"
#include "../upcall/policy.h"
#include "../upcall/upcall.h"

struct kssh_bound;

/**
 * struct kssh_sock - context of one socket
 * @rcu: callbacks and diag reach it by RCU
 * @refs: the socket's, and one while a request to the helper can call back
 * @tgid: process of the asker, for display
 * @sk: the socket; valid until close
 * @base: its struct proto before
 * @base_ops: its struct proto_ops before
 * @saved_data_ready: callback before; likewise the next three
 * @saved_write_space: see there
 * @saved_state_change: see there
 * @saved_error_report: see there
 * @wait: callers blocked in the handshake, in send or in recv
 * @work: drives the machine when nobody blocked does, runs its jobs and looks at the
 *	clock
 * @timer: queues @work when the clock is to be looked at: for @deadline, for @patience,
 *	for @later, for the age of keys; kssh_data_ready() may set it earlier
 * @timer_at: when that is, ktime_get_ns(); 0: it need not be
 * @timer_due: likewise in jiffies, for @timer; of the last time that it had to be
 * @deadline: when the handshake has taken too long, likewise
 * @patience: when @prereq has been waited for long enough, likewise
 * @later: when what a reader has left in TCP's queue is looked at without him, likewise
 * @left_at: when he began to, likewise; 0: he has not
 * @memcg: pays for what is allocated here (crypto handles excepted); may be NULL
 * @cfg: until @conn exists, which takes it; then NULL
 * @name: peer name, lower-cased; NULL: none
 * @name_flags: KSSH_NAME_*
 * @name_port: 0: the socket's
 * @timeout_ms: of the handshake
 * @conn: the machine, from KSSH_HANDSHAKE on
 * @account: what the handshake counts on; NULL: none is in flight
 * @cred: of the asker, from KSSH_HANDSHAKE on
 * @comm: command of its process, for display
 * @req: question to the helper, NULL: none is open
 * @prereq: what is known of the name?  NULL: that is not waited for
 * @known: answered, or the helper has gone; set by its callback, in any context
 * @answered: set by its callback, in any context
 * @accepted: the helper's answer was yes
 * @sig_good: the signature over the exchange hash is good
 * @state: what poll, send and recv go by; written with the lock, read anywhere
 * @told: likewise: KSSH_IS_*, as kssh_conn_look() has them; if the session is over, all
 *	that would be told so is possible
 * @err: sticky result of a failed or ended session, negative errno
 * @start_reason: why a start was refused without a connection
 * @nonblock_start: the starter did not wait: report by SO_ERROR
 * @served_late: the session is up, SERVICE_ACCEPT and the deadline are to come
 * @interrupted: waits ended by a signal or SO_SNDTIMEO, whose re-entry may still
 *	collect a 0
 * @drivers: callers blocked here, who drive; written with the lock
 * @kicked: the worker was asked to see to what has come; written anywhere
 * @job_waiting: a job is to be run by somebody who may
 * @dead: being closed
 * @eof: the peer ended the stream between two packets
 * @fin: SHUT_WR was asked for while a key exchange held payloads back, or TCP had no
 *	room for them: the stream ends behind them
 * @answer: the helper's answer, valid once @answered
 * @rmem: bytes that @conn holds for the reader, as charged to sk_rmem_alloc
 * @wmem: bytes that it holds of the writers', as charged to sk_wmem_queued
 * @bound: the bound channel, see channel.h; NULL: none is, and none goes any more
 *
 * The socket lock protects all but @wait, @known, @answer, @answered and the
 * reference count; what callbacks and poll read without it is written by WRITE_ONCE().
 */
struct kssh_sock {
	struct rcu_head rcu;
	refcount_t refs;
	pid_t tgid;
	struct sock *sk;
	struct proto *base;
	const struct proto_ops *base_ops;
	void (*saved_data_ready)(struct sock *sk);
	void (*saved_write_space)(struct sock *sk);
	void (*saved_state_change)(struct sock *sk);
	void (*saved_error_report)(struct sock *sk);
	wait_queue_head_t wait;
	struct work_struct work;
	struct timer_list timer;
	u64 timer_at;
	unsigned long timer_due;
	u64 deadline;
	u64 patience;
	u64 later;
	u64 left_at;
	struct mem_cgroup *memcg;

	struct kssh_config *cfg;
	char *name;
	u32 name_flags;
	u32 timeout_ms;
	u16 name_port;

	u16 told;
	u8 state;
	bool nonblock_start;
	bool served_late;
	bool kicked;
	bool job_waiting;
	bool known;
	bool answered;
	bool accepted;
	bool sig_good;
	bool dead;
	bool eof;
	bool fin;
	int answer;

	struct kssh_conn *conn;
	struct kssh_account *account;
	const struct cred *cred;
	char comm[TASK_COMM_LEN];

	struct kssh_request *prereq;
	struct kssh_request *req;

	int err;
	int start_reason;
	unsigned int interrupted;
	unsigned int drivers;
	int rmem;
	int wmem;
	struct kssh_bound *bound;
};

static inline struct kssh_sock *kssh_sock_get(const struct sock *sk)
{
	return (__force struct kssh_sock *)inet_csk(sk)->icsk_ulp_data;
}

/* What it is to be, or was.  Socket lock held. */
static inline const struct kssh_config *kssh_sock_config(const struct kssh_sock *ks)
{
	return ks->conn ? kssh_conn_config(ks->conn) : ks->cfg;
}

static inline bool kssh_running(const struct kssh_sock *ks)
{
	return ks->state == KSSH_STATE_HANDSHAKE ||
	       ks->state == KSSH_STATE_WAIT_VERDICT;
}

/* ulp.c */
int kssh_sock_init(void);
void kssh_sock_exit(void);
int kssh_ulp_register(void);
void kssh_ulp_unregister(void);
void kssh_sock_put(struct kssh_sock *ks);

/* callback.c */
void kssh_kick(struct kssh_sock *ks);
bool kssh_polled(const struct kssh_sock *ks);
void kssh_install_callbacks(struct kssh_sock *ks);
void kssh_restore_callbacks(struct kssh_sock *ks);

/* How long what a reader has left in TCP's queue is left to him since he was here last */
#define KSSH_LATER_NS	(4 * NSEC_PER_MSEC)

/* Who drives, and how far? */
enum kssh_driver {
	KSSH_FOR_ALL,		/* as far as it goes */
	KSSH_FOR_READER,	/* to what he can take next */
	KSSH_FOR_TAKER,		/* likewise; he does, then drives as KSSH_FOR_READER */
	KSSH_FOR_POLLER,	/* likewise; who else polls looks for himself */
};

/* drive.c */
extern struct workqueue_struct *kssh_wq;
extern const struct kssh_env kssh_kernel_env;

int kssh_drive_init(void);
void kssh_drive_exit(void);
void kssh_work(struct work_struct *work);
void kssh_drive(struct kssh_sock *ks, bool run_jobs);
void kssh_drive_reader(struct kssh_sock *ks, bool run_jobs);
void kssh_drive_taker(struct kssh_sock *ks, bool run_jobs);
void kssh_drive_poller(struct kssh_sock *ks);
bool kssh_push(struct kssh_sock *ks, bool flight);

/* events.c */
bool kssh_untold(const struct kssh_sock *ks, enum kssh_driver who);
bool kssh_events(struct kssh_sock *ks, enum kssh_driver who);
void kssh_tell(struct kssh_sock *ks);
void kssh_tell_at_rest(struct kssh_sock *ks);

/* clock.c */
u64 kssh_after_ms(u32 ms);
void kssh_timer(struct timer_list *t);
void kssh_look_at_clock(struct kssh_sock *ks);
void kssh_wind(struct kssh_sock *ks, u64 at);

/* Will the clock be looked at? */
static inline bool kssh_wound(const struct kssh_sock *ks)
{
	return ks->timer_at && timer_pending(&ks->timer);
}

/* So much that was held is charged on, for the next record, until the machine is not steady
 * any more: once a second has passed without one.  To charge a few bytes and to give them
 * back would cost a twentieth of all that a poller's record does beyond TCP.
 */
#define KSSH_CHARGE_KEPT	4096

/* charge.c */
void kssh_set_room(struct kssh_sock *ks);
void kssh_charge(struct kssh_sock *ks);
void kssh_uncharge(struct kssh_sock *ks);

/* trust.c */
void kssh_trust_prequery(struct kssh_sock *ks);
bool kssh_trust_known(struct kssh_sock *ks);
void kssh_trust_patience(struct kssh_sock *ks, u64 now);
void kssh_trust_ask(struct kssh_sock *ks);
bool kssh_trust_answer(struct kssh_sock *ks);
void kssh_trust_result(struct kssh_sock *ks);
void kssh_trust_end(struct kssh_sock *ks);
int kssh_trust_set_name(struct kssh_sock *ks, const struct kssh_peer_name *n);

/* guess.c */
void kssh_guess_look(struct kssh_sock *ks);
void kssh_guess_trusted(struct kssh_sock *ks);
void kssh_guess_lost(struct kssh_sock *ks);

/* handshake.c */
int kssh_handshake(struct kssh_sock *ks, u32 flags);
void kssh_not_in_flight(struct kssh_sock *ks);
int kssh_give_verdict(struct kssh_sock *ks, u32 verdict, bool nowait);
void kssh_shutdown(struct sock *sk, int how);
void kssh_finish(struct kssh_sock *ks);

/* options.c */
int kssh_copy_struct(void *dst, size_t ksize, sockptr_t src, unsigned int n);
int kssh_setsockopt(struct sock *sk, int level, int optname, sockptr_t optval,
		    unsigned int optlen);
int kssh_list_of(int optname);

/* getoptions.c */
int kssh_getsockopt(struct sock *sk, int level, int optname,
		    char __user *optval, int __user *optlen);

/* record.c */
int kssh_usable(const struct kssh_sock *ks);
bool kssh_ended_in_order(const struct kssh_sock *ks);
int kssh_sleep(struct kssh_sock *ks, long *timeo);
int kssh_send_wait(struct kssh_sock *ks, long *timeo);
int kssh_recv_take(struct kssh_sock *ks, struct kssh_payload *p,
		   void (*pop)(struct kssh_conn *c), struct msghdr *msg, size_t len,
		   int flags);
int kssh_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
int kssh_recvmsg(struct sock *sk, struct msghdr *msg, size_t len,
		 int flags KSSH_RECVMSG_ADDR_LEN);
__poll_t kssh_poll(struct file *file, struct socket *sock,
		   struct poll_table_struct *wait);
int kssh_ioctl(struct sock *sk, int cmd, int *karg);
bool kssh_is_readable(struct sock *sk);
int kssh_peek_len(struct socket *sock);

#endif /* KSSH_SOCK_H */
