/* SPDX-License-Identifier: GPL-2.0 */
/* KEXINIT: what is offered and what is settled (RFC 4253 7.1). */
#ifndef KSSH_NEGOTIATE_H
#define KSSH_NEGOTIATE_H

#include "conn.h"

#define KSSH_COOKIE_LEN		16

/* Markers: offered in the first KEXINIT only, never part of a list. */
#define KSSH_EXT_INFO_C		"ext-info-c"
#define KSSH_EXT_INFO_S		"ext-info-s"
#define KSSH_STRICT_C		"kex-strict-c-v00@openssh.com"
#define KSSH_STRICT_S		"kex-strict-s-v00@openssh.com"

/**
 * struct kssh_lists - the algorithm lists of one side
 * @list: texts, by enum kssh_list; in KEXINIT's order
 */
struct kssh_lists {
	struct kssh_blob list[KSSH_LIST_COUNT];
};

/**
 * struct kssh_kexinit - a KEXINIT, read
 * @offer: its lists
 * @follows: first_kex_packet_follows
 */
struct kssh_kexinit {
	struct kssh_lists offer;
	bool follows;
};

/* Is @name one of the comma-separated names of @list? */
bool kssh_list_has(struct kssh_blob list, struct kssh_blob name);

/* First name of a list, empty if the list is. */
struct kssh_blob kssh_list_first(struct kssh_blob list);

/* Take the next name off a list; false at its end. */
bool kssh_list_next(struct kssh_blob *list, struct kssh_blob *name);

/**
 * kssh_kexinit_write - build a KEXINIT payload
 * @w: gets it
 * @cfg: our lists
 * @cookie: KSSH_COOKIE_LEN random bytes
 * @first: first of the connection: with the markers
 *
 * Process context, may sleep (asks what the kernel can do).
 */
void kssh_kexinit_write(struct kssh_wr *w, const struct kssh_config *cfg,
			const u8 *cookie, bool first);

/* Where first_kex_packet_follows stands, from a payload's end; languages are empty. */
#define KSSH_KEXINIT_FOLLOWS	5

/* Longest payload that kssh_kexinit_write() makes. */
#define KSSH_KEXINIT_MAX	(1 + KSSH_COOKIE_LEN + 5 + 10 * 4 + 128 + \
				 KSSH_LIST_COUNT * KSSH_LIST_MAX)

/**
 * kssh_kexinit_read - take a KEXINIT payload apart
 * @payload: message number first
 * @k: set; its lists lie in @payload
 *
 * Return: 0 or KSSH_R_MALFORMED.
 */
int kssh_kexinit_read(struct kssh_blob payload, struct kssh_kexinit *k);

/**
 * kssh_negotiate - settle the algorithms
 * @ours: our KEXINIT
 * @theirs: the server's
 * @neg: set on success
 *
 * Of each list the first of ours that the server has too.  A MAC is settled only
 * for a cipher that needs one.
 * Return: 0 or KSSH_R_NO_*.
 */
int kssh_negotiate(const struct kssh_lists *ours, const struct kssh_lists *theirs,
		   struct kssh_negotiated *neg);

/* RFC 4253 7: was the guess of the side that announced a packet wrong?  It is, if
 * the first names of both sides differ for key exchange or host key.
 */
bool kssh_guess_wrong(const struct kssh_lists *ours, const struct kssh_lists *theirs);

/* ---- names ------------------------------------------------------------ */

/* Name of row @i of the table behind a list, NULL behind its end. */
const char *kssh_list_row(enum kssh_list which, unsigned int i);

/* Can the running kernel do that row?  May sleep. */
bool kssh_list_row_usable(enum kssh_list which, unsigned int i);

/* Is that row in the list that is offered unless somebody sets one? */
bool kssh_list_row_default(enum kssh_list which, unsigned int i);

/* Is it before the others there?  The same all the module's life.  May sleep. */
bool kssh_list_row_first(enum kssh_list which, unsigned int i);

/* Row of a name, -1 if there is none. */
int kssh_list_find(enum kssh_list which, struct kssh_blob name);

/* Do limits leave that name? */
bool kssh_limits_allow(const struct kssh_limits *l, enum kssh_list which,
		       struct kssh_blob name);

#endif /* KSSH_NEGOTIATE_H */
