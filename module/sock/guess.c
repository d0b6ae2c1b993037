// SPDX-License-Identifier: GPL-2.0
/* What the namespace remembers of servers, to the machine and back. */
#include <net/ipv6.h>
#include "../upcall/guess.h"
#include "sock.h"

static void kssh_guess_peer(const struct kssh_sock *ks, struct kssh_guess_peer *p)
{
	const struct sock *sk = ks->sk;

	memset(p, 0, sizeof(*p));
	p->uid = ks->cred->euid;
	p->port = sk->sk_dport;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		p->addr = sk->sk_v6_daddr;
		p->scope = ipv6_iface_scope_id(&p->addr, sk->sk_bound_dev_if);
		return;
	}
#endif
	ipv6_addr_set_v4mapped(sk->sk_daddr, &p->addr);
}

static struct kssh_blob kssh_text(const char *p, size_t n)
{
	return (struct kssh_blob){ .p = (const u8 *)p, .n = n };
}

/**
 * kssh_guess_look - give the configuration what is known of the server
 * @ks: context, about to start, socket lock held
 *
 * Without memory there will be no guess.
 */
void kssh_guess_look(struct kssh_sock *ks)
{
	struct kssh_config *cfg = ks->cfg;
	struct kssh_guess_lists *l;
	struct kssh_guess_peer peer;

	if (cfg->guess == KSSH_GUESS_NEVER)
		return;
	kssh_guess_peer(ks, &peer);
	l = kssh_guess_find(sock_net(ks->sk), &peer);
	if (!l)
		return;
	if (kssh_owned_set(&cfg->seen_hostkey,
			   kssh_text(kssh_guess_hostkey(l), l->hostkey_len)) ||
	    kssh_owned_set(&cfg->seen_kex, kssh_text(kssh_guess_kex(l), l->kex_len)))
		kssh_owned_drop(&cfg->seen_hostkey);
	kssh_guess_put(l);
}

/**
 * kssh_guess_trusted - signature and verdict are good: remember what the server offers
 * @ks: context, socket lock held
 */
void kssh_guess_trusted(struct kssh_sock *ks)
{
	struct kssh_blob kex, hostkey;
	u32 flags = kssh_conn_flags(ks->conn);
	bool right = flags & KSSH_INFO_GUESS_RIGHT;
	struct kssh_guess_peer peer;

	kssh_guess_peer(ks, &peer);
	if ((flags & KSSH_INFO_GUESSED) && !right)
		kssh_guess_failed(sock_net(ks->sk), &peer);
	if (kssh_conn_seen(ks->conn, &kex, &hostkey))
		kssh_guess_store(sock_net(ks->sk), &peer, ks->cred,
				 (const char *)kex.p, kex.n,
				 (const char *)hostkey.p, hostkey.n, right);
}

/**
 * kssh_guess_lost - the handshake has failed: because of a guess?
 * @ks: context, socket lock held
 *
 * It has if the server's KEXINIT says so, or if no reply came: there are servers that
 * do not bear what comes too early.  What the caller gave up himself tells nothing.
 */
void kssh_guess_lost(struct kssh_sock *ks)
{
	const struct kssh_conn *c = ks->conn;
	u32 flags = kssh_conn_flags(c);
	struct kssh_guess_peer peer;

	/* it came as far as the server's proof, see above */
	if (!(flags & KSSH_INFO_GUESSED) || kssh_conn_session_id(c).n)
		return;
	if (kssh_conn_reason(c) == KSSH_R_CANCELLED ||
	    ((flags & KSSH_INFO_GUESS_RIGHT) && kssh_conn_hostkey(c).n))
		return;
	kssh_guess_peer(ks, &peer);
	kssh_guess_failed(sock_net(ks->sk), &peer);
}
