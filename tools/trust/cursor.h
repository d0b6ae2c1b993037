/* SPDX-License-Identifier: GPL-2.0 */
/* Reading what RFC 4251 section 5 lays out: every take says whether it was there. */
#ifndef KSSHTRUST_CURSOR_H
#define KSSHTRUST_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct cursor - what is left to read
 * @p: somebody else's bytes
 * @left: how many
 */
struct cursor {
	const uint8_t *p;
	size_t left;
};

static inline bool take_number(struct cursor *c, size_t bytes, uint64_t *v)
{
	if (c->left < bytes)
		return false;
	for (*v = 0; bytes; bytes--, c->left--)
		*v = *v << 8 | *c->p++;
	return true;
}

static inline bool take_string(struct cursor *c, const uint8_t **s, size_t *n)
{
	struct cursor at = *c;
	uint64_t len;

	if (!take_number(&at, 4, &len) || len > at.left)
		return false;
	*s = at.p;
	*n = len;
	c->p = at.p + len;
	c->left = at.left - len;
	return true;
}

/* A string as one to read from. */
static inline bool take_part(struct cursor *c, struct cursor *part)
{
	return take_string(c, &part->p, &part->left);
}

/* A text: a NUL may end it and stands nowhere else, as OpenSSH reads them. */
static inline bool take_text(struct cursor *c, const uint8_t **s, size_t *n)
{
	if (!take_string(c, s, n))
		return false;
	if (*n && !(*s)[*n - 1])
		--*n;
	return !*n || !memchr(*s, 0, *n);
}

/*
 * A positive mpint, without leading zeros, of @max bytes at most.  More zeros in
 * front than it needs are read, as OpenSSH does.
 */
static inline bool take_mpint(struct cursor *c, size_t max, const uint8_t **s, size_t *n)
{
	if (!take_string(c, s, n))
		return false;
	if (*n > max + 1 || (*n == max + 1 && **s) || (*n && **s & 0x80))
		return false;
	while (*n && !**s) {
		++*s;
		--*n;
	}
	return true;
}

#endif /* KSSHTRUST_CURSOR_H */
