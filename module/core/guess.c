// SPDX-License-Identifier: GPL-2.0
/*
 * Our guess: a public value that leaves with KEXINIT, before the server has said what
 * it offers (RFC 4253 7 and 7.1).  What the server offered another time decides
 * whether, and nothing else.
 *
 * A guess that is announced counts if the first names of both sides agree for key
 * exchange and host key; else the server drops it.  One that is not announced is the
 * first message of whatever method is negotiated: good if that is ours, and no server
 * survives it if it is not.
 */

#include "internal.h"

bool kssh_guess_plan(struct kssh_conn *c)
{
	struct kssh_owned *i_c = &c->x->i_c;
	struct kssh_lists seen = {};
	struct kssh_kexinit ours;
	struct kssh_blob first;
	bool announce;
	int row;

	if (c->cfg.guess == KSSH_GUESS_NEVER || !c->cfg.seen_kex.n)
		return false;
	if (kssh_kexinit_read(kssh_owned_blob(i_c), &ours))
		return false;
	seen.list[KSSH_LIST_KEX] = kssh_owned_blob(&c->cfg.seen_kex);
	seen.list[KSSH_LIST_HOSTKEY] = kssh_owned_blob(&c->cfg.seen_hostkey);
	first = kssh_list_first(ours.offer.list[KSSH_LIST_KEX]);
	row = kssh_list_find(KSSH_LIST_KEX, first);
	/* in group exchange the server has to choose first */
	if (row < 0 || kssh_kex_algs[row].gex)
		return false;

	announce = !kssh_guess_wrong(&ours.offer, &seen);
	if (!announce && (c->cfg.guess != KSSH_GUESS_MAY_ABORT ||
			  !kssh_list_has(seen.list[KSSH_LIST_KEX], first)))
		return false;
	c->x->neg.kex = &kssh_kex_algs[row];
	i_c->p[i_c->n - KSSH_KEXINIT_FOLLOWS] = announce;
	return true;
}

int kssh_guess_judge(struct kssh_conn *c, const struct kssh_lists *ours,
		     const struct kssh_lists *theirs,
		     const struct kssh_kex_alg *guessed)
{
	const struct kssh_owned *i_c = &c->x->i_c;
	bool announced = i_c->p[i_c->n - KSSH_KEXINIT_FOLLOWS];

	if (announced ? !kssh_guess_wrong(ours, theirs) : c->x->neg.kex == guessed)
		c->flags |= KSSH_INFO_GUESS_RIGHT;
	else if (!announced)
		return KSSH_R_GUESS_REFUSED;
	return 0;
}

int kssh_guess_remember(struct kssh_conn *c, const struct kssh_lists *theirs)
{
	struct kssh_blob kex = theirs->list[KSSH_LIST_KEX];
	struct kssh_blob hostkey = theirs->list[KSSH_LIST_HOSTKEY];

	kssh_owned_drop(&c->cfg.seen_kex);
	kssh_owned_drop(&c->cfg.seen_hostkey);
	if (c->cfg.guess == KSSH_GUESS_NEVER ||
	    kex.n > KSSH_LIST_MAX || hostkey.n > KSSH_LIST_MAX)
		return 0;
	return kssh_owned_set(&c->cfg.seen_kex, kex) ?:
	       kssh_owned_set(&c->cfg.seen_hostkey, hostkey);
}

bool kssh_conn_seen(const struct kssh_conn *c, struct kssh_blob *kex,
		    struct kssh_blob *hostkey)
{
	*kex = kssh_owned_blob(&c->cfg.seen_kex);
	*hostkey = kssh_owned_blob(&c->cfg.seen_hostkey);
	return kex->n && hostkey->n;
}
