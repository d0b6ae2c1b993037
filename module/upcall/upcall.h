/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The question to the helper: may this host key be trusted for this name?
 * Generic netlink family "kssh", see Documentation/netlink/specs/kssh.yaml.
 */
#ifndef KSSH_UPCALL_H
#define KSSH_UPCALL_H

#include <linux/types.h>
#include <linux/socket.h>
#include <linux/cred.h>
#include <net/net_namespace.h>
#include <linux/kssh.h>

struct kssh_request;

/**
 * struct kssh_ask - what the helper is asked
 * @net: network namespace of the socket
 * @cred: credentials of the asker, taken at KSSH_HANDSHAKE
 * @pid: its thread group, in the initial namespace; for display only
 * @comm: its command, TASK_COMM_LEN bytes; for display only
 * @name: peer name, NUL-terminated
 * @flags: KSSH_NAME_*
 * @port: port to look up
 * @addr: peer address, AF_INET or AF_INET6
 * @algorithm: negotiated host key algorithm
 * @key: host key blob, @key_len bytes; NULL: a pre-query, of which types keys are
 *	known for the name (then there is no @algorithm)
 * @key_len: at most 16 KiB
 */
struct kssh_ask {
	struct net *net;
	const struct cred *cred;
	pid_t pid;
	const char *comm;
	const char *name;
	u32 flags;
	u16 port;
	const struct sockaddr_storage *addr;
	const char *algorithm;
	const u8 *key;
	size_t key_len;
};

/**
 * kssh_upcall_ask - ask the helper of a namespace
 * @ask: the question; nothing of it is kept
 * @done: called once with the reason (0 accept, KSSH_R_HOSTKEY_*,
 *	KSSH_R_HELPER_GONE; of a pre-query 0 or KSSH_R_HELPER_GONE)
 *	unless kssh_upcall_cancel() returned true before; may be called before this
 *	returns; in any process or softirq context without locks of this room held;
 *	must not sleep and must not call kssh_upcall_cancel()
 * @arg: its argument; the caller keeps it alive until @done has run or cancel
 *	returned true
 * @req: set to the request, one reference of which is the caller's
 *
 * Process context; may be called with the socket lock held: allocates GFP_KERNEL,
 * does not wait for the helper.
 * Return: 0, or the reason why nobody was asked (KSSH_R_NO_HELPER, also for a
 * pre-query if the helper takes none, KSSH_R_HELPER_BUSY, KSSH_R_HELPER_NAMESPACE,
 * KSSH_R_NO_MEMORY); then @done is never called and *req is NULL.
 */
int kssh_upcall_ask(const struct kssh_ask *ask, void (*done)(void *arg, int reason),
		    void *arg, struct kssh_request **req);

/**
 * kssh_upcall_known - the answer to a pre-query
 * @req: the request, of which @done is being or has been called
 * @ca: set to whether a certification authority is known
 *
 * Return: the types as a list, "" if nothing is known; valid while the request is.
 */
const char *kssh_upcall_known(const struct kssh_request *req, bool *ca);

/**
 * kssh_upcall_result - tell the helper how it ended
 * @req: the request, answered with accept
 * @good: the signature is good; only then may it write or audit
 *
 * Best effort, sent once; does not wait.  Process context.
 */
void kssh_upcall_result(struct kssh_request *req, bool good);

/**
 * kssh_upcall_cancel - give the question up
 * @req: the request
 *
 * Any context but hard interrupts.
 * Return: true: @done has not been and will not be called.  false: it has been
 * called or is being called right now by another CPU (caller must not free @arg
 * before an RCU grace period or its own reference says so).
 */
bool kssh_upcall_cancel(struct kssh_request *req);

void kssh_upcall_put(struct kssh_request *req);	/* NULL is fine */

/* Register and unregister the family and the per-namespace state.  @knows: is that the
 * name of an algorithm?
 */
int kssh_upcall_init(bool (*knows)(const char *name, size_t n));
void kssh_upcall_exit(void);

#endif /* KSSH_UPCALL_H */
