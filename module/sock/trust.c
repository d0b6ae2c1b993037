// SPDX-License-Identifier: GPL-2.0
/* The socket's side of the question to the helper, and the name it is asked by. */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/ipv6.h>
#include "sock.h"

/* How long KEXINIT waits for the helper, a tenth of the deadline, at most, ms. */
#define KSSH_PATIENCE_MAX	2000U

/* OpenSSH's ssh_valid_hostname(), and nothing that a known_hosts line would read as
 * a pattern.
 */
static bool kssh_name_char_ok(unsigned char c)
{
	if (c <= ' ' || c == 0x7f)
		return false;
	return !strchr("'`\"$\\;&<>|(){},*?![]", c);
}

int kssh_trust_set_name(struct kssh_sock *ks, const struct kssh_peer_name *n)
{
	size_t len = strnlen(n->name, sizeof(n->name));
	char *name;
	size_t i;

	if (n->flags & ~KSSH_NAME_VERBATIM || n->reserved)
		return -EINVAL;
	if (!len || len > KSSH_NAME_MAX || n->name[0] == '-')
		return -EINVAL;
	if (memchr_inv(n->name + len, 0, sizeof(n->name) - len))
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (!kssh_name_char_ok(n->name[i]))
			return -EINVAL;

	name = kmemdup_nul(n->name, len, GFP_KERNEL_ACCOUNT);
	if (!name)
		return -ENOMEM;
	for (i = 0; i < len; i++)
		if (isascii(name[i]))
			name[i] = tolower(name[i]);
	kfree(ks->name);
	ks->name = name;
	ks->name_flags = n->flags;
	ks->name_port = n->port;
	return 0;
}

static void kssh_peer_addr(const struct sock *sk, struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = sk->sk_dport;
		in6->sin6_addr = sk->sk_v6_daddr;
		in6->sin6_scope_id = ipv6_iface_scope_id(&in6->sin6_addr,
							 sk->sk_bound_dev_if);
		return;
	}
#endif
	((struct sockaddr_in *)ss)->sin_family = AF_INET;
	((struct sockaddr_in *)ss)->sin_port = sk->sk_dport;
	((struct sockaddr_in *)ss)->sin_addr.s_addr = sk->sk_daddr;
}

/* Ask about the name and, unless it is empty, @key.  0 or the reason why not. */
static int kssh_ask(struct kssh_sock *ks, struct kssh_blob key,
		    void (*done)(void *arg, int reason), struct kssh_request **req)
{
	struct sockaddr_storage addr;
	struct kssh_ask ask = {
		.net		= sock_net(ks->sk),
		.cred		= ks->cred,
		.pid		= ks->tgid,
		.comm		= ks->comm,
		.name		= ks->name,
		.flags		= ks->name_flags,
		.port		= ks->name_port ?: ntohs(ks->sk->sk_dport),
		.addr		= &addr,
		.algorithm	= kssh_conn_hostkey_name(ks->conn),
		.key		= key.n ? key.p : NULL,
		.key_len	= key.n,
	};
	int reason;

	kssh_peer_addr(ks->sk, &addr);
	refcount_inc(&ks->refs);
	reason = kssh_upcall_ask(&ask, done, ks, req);
	if (reason)
		kssh_sock_put(ks);
	return reason;
}

/* ---- what is known of the name ------------------------------------------- */

/* The helper's callbacks: any context, no lock. */
static void kssh_known_done(void *arg, int reason)
{
	struct kssh_sock *ks = arg;

	/* pairs with kssh_trust_known() */
	smp_store_release(&ks->known, true);
	kssh_kick(ks);
	kssh_sock_put(ks);
}

static void kssh_prequery_end(struct kssh_sock *ks)
{
	if (!ks->prereq)
		return;
	ks->patience = 0;
	if (kssh_upcall_cancel(ks->prereq))
		kssh_sock_put(ks);
	kssh_upcall_put(ks->prereq);
	ks->prereq = NULL;
}

/* KEXINIT waits to be ordered: ask, but not for long.  Socket lock held. */
void kssh_trust_prequery(struct kssh_sock *ks)
{
	struct kssh_blob nothing = {};

	if (kssh_ask(ks, nothing, kssh_known_done, &ks->prereq))
		kssh_conn_known(ks->conn, nothing, false);
	else
		ks->patience = kssh_after_ms(min(ks->timeout_ms / 10,
						 KSSH_PATIENCE_MAX));
}

/* Let KEXINIT go, by what has been answered or by nothing. */
static void kssh_trust_order(struct kssh_sock *ks)
{
	struct kssh_blob types = {};
	bool ca = false;

	if (!kssh_upcall_cancel(ks->prereq)) {
		types.p = (const u8 *)kssh_upcall_known(ks->prereq, &ca);
		types.n = strlen((const char *)types.p);
	} else {
		kssh_sock_put(ks);
	}
	kssh_conn_known(ks->conn, types, ca);
	kssh_upcall_put(ks->prereq);
	ks->prereq = NULL;
	ks->patience = 0;
}

/* Has the helper answered?  Socket lock held. */
bool kssh_trust_known(struct kssh_sock *ks)
{
	/* pairs with kssh_known_done() */
	if (!ks->prereq || !smp_load_acquire(&ks->known))
		return false;
	kssh_trust_order(ks);
	return true;
}

/* It may take too long: the handshake must not fail for that.  Socket lock held. */
void kssh_trust_patience(struct kssh_sock *ks, u64 now)
{
	if (ks->prereq && ks->patience && now >= ks->patience)
		kssh_trust_order(ks);
}

/* ---- what is thought of the key ------------------------------------------ */

static void kssh_trust_done(void *arg, int reason)
{
	struct kssh_sock *ks = arg;

	WRITE_ONCE(ks->answer, reason);
	/* pairs with kssh_trust_answer() */
	smp_store_release(&ks->answered, true);
	kssh_kick(ks);
	kssh_sock_put(ks);
}

/* The host key has been read: ask.  Socket lock held. */
void kssh_trust_ask(struct kssh_sock *ks)
{
	int reason = kssh_ask(ks, kssh_conn_hostkey(ks->conn), kssh_trust_done,
			      &ks->req);

	if (reason)
		kssh_conn_verdict(ks->conn, reason);
}

/* Has the helper answered?  Socket lock held. */
bool kssh_trust_answer(struct kssh_sock *ks)
{
	/* pairs with kssh_trust_done() */
	if (!smp_load_acquire(&ks->answered))
		return false;
	ks->answered = false;
	ks->accepted = !ks->answer;
	kssh_conn_verdict(ks->conn, ks->answer);
	kssh_trust_result(ks);
	return true;
}

/* Key and signature are good: now the helper may write, or audit. */
void kssh_trust_result(struct kssh_sock *ks)
{
	if (!ks->req || !ks->accepted || !ks->sig_good)
		return;
	kssh_upcall_result(ks->req, true);
	kssh_upcall_put(ks->req);
	ks->req = NULL;
}

/* The handshake is over; what is still open is given up.  Socket lock held, or the
 * context is dead and its works are gone.
 */
void kssh_trust_end(struct kssh_sock *ks)
{
	kssh_prequery_end(ks);
	if (!ks->req)
		return;
	if (ks->accepted)
		kssh_upcall_result(ks->req, false);
	else if (kssh_upcall_cancel(ks->req))
		kssh_sock_put(ks);
	kssh_upcall_put(ks->req);
	ks->req = NULL;
}
