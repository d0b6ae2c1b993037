// SPDX-License-Identifier: GPL-2.0
/* KEXINIT and the negotiation of algorithms: RFC 4253 7.1. */

#include "negotiate.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>

#define MARKERS		KSSH_EXT_INFO_C "," KSSH_STRICT_C

bool kssh_list_next(struct kssh_blob *list, struct kssh_blob *name)
{
	const u8 *comma;

	if (!list->n)
		return false;
	comma = memchr(list->p, ',', list->n);
	name->p = list->p;
	name->n = comma ? (size_t)(comma - list->p) : list->n;
	list->p += name->n;
	list->n -= name->n;
	if (comma) {
		list->p++;
		list->n--;
	}
	return true;
}

bool kssh_list_has(struct kssh_blob list, struct kssh_blob name)
{
	struct kssh_blob have;

	while (kssh_list_next(&list, &have))
		if (have.n == name.n && !memcmp(have.p, name.p, name.n))
			return true;
	return false;
}

struct kssh_blob kssh_list_first(struct kssh_blob list)
{
	struct kssh_blob name = { .p = list.p, .n = 0 };

	kssh_list_next(&list, &name);
	return name;
}

/* ---- tables behind the lists ------------------------------------------ */

const char *kssh_list_row(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_KEX:
		return kssh_kex_algs[i].name;
	case KSSH_LIST_HOSTKEY:
		return kssh_hostkey_algs[i].name;
	case KSSH_LIST_CIPHER_TX:
	case KSSH_LIST_CIPHER_RX:
		return kssh_cipher_algs[i].name;
	case KSSH_LIST_MAC_TX:
	case KSSH_LIST_MAC_RX:
		return kssh_mac_algs[i].name;
	default:
		return kssh_comp_algs[i].name;
	}
}

bool kssh_list_row_usable(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_KEX:
		return kssh_kex_usable(&kssh_kex_algs[i]);
	case KSSH_LIST_HOSTKEY:
		return kssh_hostkey_usable(&kssh_hostkey_algs[i]);
	case KSSH_LIST_CIPHER_TX:
	case KSSH_LIST_CIPHER_RX:
		return kssh_cipher_usable(&kssh_cipher_algs[i]);
	case KSSH_LIST_MAC_TX:
	case KSSH_LIST_MAC_RX:
		return kssh_mac_usable(&kssh_mac_algs[i]);
	default:
		return true;
	}
}

bool kssh_list_row_default(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_HOSTKEY:
		return !kssh_hostkey_algs[i].cert;
	case KSSH_LIST_MAC_TX:
	case KSSH_LIST_MAC_RX:
		return !kssh_mac_algs[i].by_name;
	case KSSH_LIST_COMP_TX:
	case KSSH_LIST_COMP_RX:
		return !kssh_comp_algs[i].by_name;
	default:
		return true;
	}
}

bool kssh_list_row_first(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_CIPHER_TX:
	case KSSH_LIST_CIPHER_RX:
		return kssh_cipher_fast(&kssh_cipher_algs[i]);
	default:
		return false;
	}
}

/* ---- KEXINIT ---------------------------------------------------------- */

/* One name-list, read from the configuration straight into place. */
static void write_list(struct kssh_wr *w, const struct kssh_config *cfg,
		       enum kssh_list which, const char *tail)
{
	u8 *at = w->p;
	size_t room;
	int n;

	kssh_wr_u32(w, 0);
	if (w->bad)
		return;
	room = w->end - w->p;
	n = kssh_config_get_list(cfg, which, (char *)w->p, room);
	if (n < 0) {
		w->bad = true;
		return;
	}
	w->p += n;
	if (*tail && n)
		kssh_wr_u8(w, ',');
	kssh_wr_raw(w, tail, strlen(tail));
	if (!w->bad)
		put_unaligned_be32(w->p - at - 4, at);
}

void kssh_kexinit_write(struct kssh_wr *w, const struct kssh_config *cfg,
			const u8 *cookie, bool first)
{
	int i;

	kssh_wr_u8(w, SSH_MSG_KEXINIT);
	kssh_wr_raw(w, cookie, KSSH_COOKIE_LEN);
	for (i = 0; i < KSSH_LIST_COUNT; i++)
		write_list(w, cfg, i, i == KSSH_LIST_KEX && first ? MARKERS : "");
	kssh_wr_cstring(w, "");	/* languages */
	kssh_wr_cstring(w, "");
	kssh_wr_u8(w, 0);	/* first_kex_packet_follows */
	kssh_wr_u32(w, 0);	/* reserved */
}

int kssh_kexinit_read(struct kssh_blob payload, struct kssh_kexinit *k)
{
	struct kssh_rd r;
	int i;

	kssh_rd_init(&r, payload.p, payload.n);
	kssh_rd_u8(&r);
	kssh_rd_raw(&r, KSSH_COOKIE_LEN);
	for (i = 0; i < KSSH_LIST_COUNT; i++)
		k->offer.list[i] = kssh_rd_string(&r);
	kssh_rd_string(&r);	/* languages mean nothing here */
	kssh_rd_string(&r);
	k->follows = kssh_rd_bool(&r);
	kssh_rd_u32(&r);	/* reserved; RFC 4253 7.1 gives it no check */
	return kssh_rd_done(&r) ? 0 : KSSH_R_MALFORMED;
}

/* ---- negotiation ------------------------------------------------------ */

/* Row of the first name of ours that the server has; -1 if there is none. */
static int choose(const struct kssh_lists *ours, const struct kssh_lists *theirs,
		  enum kssh_list which)
{
	struct kssh_blob left = ours->list[which];
	struct kssh_blob name;
	const char *row;
	int i;

	while (kssh_list_next(&left, &name)) {
		if (!kssh_list_has(theirs->list[which], name))
			continue;
		for (i = 0; (row = kssh_list_row(which, i)); i++)
			if (kssh_blob_is(name, row))
				return i;
		/* a marker: no row, and never agreed on */
	}
	return -1;
}

/* Cipher, MAC and compression of one direction. */
static int negotiate_dir(const struct kssh_lists *ours, const struct kssh_lists *theirs,
			 int dir, struct kssh_negotiated *neg)
{
	int i;

	i = choose(ours, theirs, KSSH_LIST_CIPHER_TX + dir);
	if (i < 0)
		return KSSH_R_NO_CIPHER_TX + dir;
	neg->cipher[dir] = &kssh_cipher_algs[i];
	neg->mac[dir] = NULL;
	if (!neg->cipher[dir]->tag_len) {
		i = choose(ours, theirs, KSSH_LIST_MAC_TX + dir);
		if (i < 0)
			return KSSH_R_NO_MAC_TX + dir;
		neg->mac[dir] = &kssh_mac_algs[i];
	}
	i = choose(ours, theirs, KSSH_LIST_COMP_TX + dir);
	if (i < 0)
		return KSSH_R_NO_COMP_TX + dir;
	neg->comp[dir] = &kssh_comp_algs[i];
	return 0;
}

int kssh_negotiate(const struct kssh_lists *ours, const struct kssh_lists *theirs,
		   struct kssh_negotiated *neg)
{
	struct kssh_negotiated n = {};
	int i, r;

	/*
	 * Every method here goes with every host key algorithm that can sign, so
	 * the two are chosen independently of each other.
	 */
	i = choose(ours, theirs, KSSH_LIST_KEX);
	if (i < 0)
		return KSSH_R_NO_KEX;
	n.kex = &kssh_kex_algs[i];
	i = choose(ours, theirs, KSSH_LIST_HOSTKEY);
	if (i < 0)
		return KSSH_R_NO_HOSTKEY_ALG;
	n.hostkey = &kssh_hostkey_algs[i];
	r = negotiate_dir(ours, theirs, KSSH_TX, &n);
	if (!r)
		r = negotiate_dir(ours, theirs, KSSH_RX, &n);
	if (!r)
		*neg = n;
	return r;
}

static bool same_first(const struct kssh_lists *ours, const struct kssh_lists *theirs,
		       enum kssh_list which)
{
	struct kssh_blob a = kssh_list_first(ours->list[which]);
	struct kssh_blob b = kssh_list_first(theirs->list[which]);

	return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

bool kssh_guess_wrong(const struct kssh_lists *ours, const struct kssh_lists *theirs)
{
	return !same_first(ours, theirs, KSSH_LIST_KEX) ||
	       !same_first(ours, theirs, KSSH_LIST_HOSTKEY);
}
