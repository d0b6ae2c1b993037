/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of libksshtrust. */
#ifndef KSSHTRUST_INTERNAL_H
#define KSSHTRUST_INTERNAL_H

#include <stdio.h>

#include "ksshtrust.h"

/* ---- key.c -------------------------------------------------------------- */

#define KEY_FIELDS_MAX	3

/**
 * struct key_type - a public key algorithm
 * @name: as in a blob
 * @fields: what follows the name there: 'm' positive mpint, 'k' 32 bytes, 'c'
 *	curve name, 'p' point on it, 'a' text
 * @curve: its name
 * @nid: OpenSSL's number for it
 * @point: length of an uncompressed point
 */
struct key_type {
	const char *name;
	const char *fields;
	const char *curve;
	int nid;
	size_t point;
};

/**
 * struct key - a parsed key; points into the blob
 * @type: which algorithm
 * @field: what follows the algorithm, mpints without leading zeros
 * @len: their lengths
 */
struct key {
	const struct key_type *type;
	const uint8_t *field[KEY_FIELDS_MAX];
	size_t len[KEY_FIELDS_MAX];
};

/* The type that a text names, or NULL; the RSA signature names mean "ssh-rsa". */
const struct key_type *key_type_by_name(const char *name, size_t len);
int key_parse(const uint8_t *blob, size_t len, struct key *key);
bool key_equal(const struct key *a, const struct key *b);
bool key_is_cert(const uint8_t *blob, size_t len);

/* ---- match.c ------------------------------------------------------------ */

#define HASH_LEN	20	/* HMAC-SHA1, and the salt */
#define HASHED_MAX	128	/* text of a hashed name, with NUL */

/* Does a host field of a line name @name (lower case)?  1, 0, -1 if malformed. */
int match_hosts(const char *name, const char *hosts);
int hash_name(const char *name, const uint8_t *salt, char *out, size_t room);

/* ---- hostfile.c --------------------------------------------------------- */

enum marker {
	MARKER_NONE,
	MARKER_CA,
	MARKER_REVOKED,
};

/**
 * struct host_line - a line that names the host and holds a key
 * @number: from 1
 * @marker: what it starts with
 * @key: parsed, valid during the callback
 */
struct host_line {
	unsigned long number;
	enum marker marker;
	struct key key;
};

/**
 * hostfile_each - call a function for the lines of a file that name a host
 * @f: file, read from where it is to its end
 * @name: lower case
 * @fn: the function
 * @arg: its argument
 * @line: gets the number of the last line read
 *
 * Lines that make no sense are skipped.
 * Return: 0; -EFBIG for a line that is too long, -EIO, -ENOMEM ...
 */
int hostfile_each(FILE *f, const char *name,
		  void (*fn)(const struct host_line *line, void *arg), void *arg,
		  unsigned long *line);

/* Open a regular file for reading: 0, or a negative errno. */
int hostfile_open(const char *path, FILE **f);

/* Decode "type base64 ..." at @text; *blob is the caller's to free. */
int hostfile_read_key(const char *text, uint8_t **blob, struct key *key, size_t *len);

/* ---- revoked.c ---------------------------------------------------------- */

/* A list of revoked keys in memory, text or KRL, made of the bytes of a file. */
struct revoked;

/* 0, or a negative errno: what cannot be understood is -EINVAL, never "nothing". */
int revoked_read(const void *data, size_t len, struct revoked **out);
void revoked_free(struct revoked *r);
/* As kssh_trust_revoked_check(); @key is well-formed. */
int revoked_find(const struct revoked *r, const void *key, size_t key_len,
		 unsigned long *line);

/* ---- answer.c ----------------------------------------------------------- */

#define LOOKUP_MAX	(KSSH_TRUST_NAME_MAX + 16)

/* The text that a query is looked up by; -EINVAL for a name that is none. */
int lookup_name(const struct kssh_trust_query *query, char out[LOOKUP_MAX]);
/* Could a line that starts with this text be taken for something else? */
bool name_is_plain(const char *name);

#endif /* KSSHTRUST_INTERNAL_H */
