/* SPDX-License-Identifier: GPL-2.0 */
/* known_hosts files in memory. */
#ifndef KSSHTRUST_INDEX_H
#define KSSHTRUST_INDEX_H

#include "internal.h"

enum marker {
	MARKER_NONE,
	MARKER_CA,
	MARKER_REVOKED,
};

/**
 * struct host_line - a line that names the host and holds a key
 * @number: from 1
 * @marker: what it starts with
 * @key: parsed, valid during the callback; of a certificate the key in it
 * @is_cert: the line holds a certificate
 */
struct host_line {
	unsigned long number;
	enum marker marker;
	struct key key;
	bool is_cert;
};

/**
 * struct line_parts - where the parts of a line are
 * @marker: what it starts with
 * @hosts: the host field
 * @hosts_end: its end
 * @key: the key and what follows it
 * @end: end of that, or the first NUL, where OpenSSH stops to read
 */
struct line_parts {
	enum marker marker;
	const char *hosts, *hosts_end, *key, *end;
};

/* False for a line that holds no key; else the key may still turn out to be none. */
bool line_split(const char *p, const char *end, struct line_parts *parts);

struct index;

int index_new(char *text, size_t len, struct index **out, unsigned long *line);
void index_free(struct index *ix);
/* Is it the index of this text? */
bool index_is(const struct index *ix, const char *text, size_t len);
int index_each(struct index *ix, const char *name,
	       void (*fn)(const struct host_line *line, void *arg), void *arg);

#endif /* KSSHTRUST_INDEX_H */
