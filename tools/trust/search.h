/* SPDX-License-Identifier: GPL-2.0 */
/* What all known_hosts files of a policy say of a name. */
#ifndef KSSHTRUST_SEARCH_H
#define KSSHTRUST_SEARCH_H

#include "index.h"

struct place {
	const char *file;
	unsigned long line;
};

/**
 * struct search - what the lines add up to
 * @key: key that is looked for
 * @ca: NULL, or the one that certifies it
 * @known: a line has the key
 * @changed: a line has another key
 * @ca_known: a line has the authority
 * @revoked: a line says that the key or the authority is revoked
 * @by_ca: it was the authority
 *
 * Of each the place that is reported: the first line that knows or revokes the
 * key, the last one that does not know it.
 */
struct search {
	const struct key *key, *ca;
	struct place known, changed, ca_known, revoked;
	bool by_ca;
};

/**
 * each_line - call a function for all lines that name a host
 * @files: where files are kept
 * @policy: its files are looked at
 * @query: NULL, or its lines are looked at, too
 * @name: lower case
 * @fn: called with the file's name
 * @arg: its argument
 * @where: gets the place of what went wrong
 *
 * Return: 0 or a negative errno.
 */
int each_line(struct kssh_trust_files *files, const struct kssh_trust_policy *policy,
	      const struct kssh_trust_query *query, const char *name,
	      void (*fn)(const char *file, const struct host_line *line, void *arg),
	      void *arg, struct place *where);

/* Fill in all of *s from @known on. */
int search_name(struct kssh_trust_files *files, const struct kssh_trust_policy *policy,
		const struct kssh_trust_query *query, const char *name, struct search *s,
		struct place *where);

#endif /* KSSHTRUST_SEARCH_H */
