/* SPDX-License-Identifier: GPL-2.0 */
/* Between the files of libksshtrust. */
#ifndef KSSHTRUST_INTERNAL_H
#define KSSHTRUST_INTERNAL_H

#include "cursor.h"
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
const struct key_type *key_type_of_cert(const char *name, size_t len);
int key_take(struct cursor *c, const struct key_type *type, struct key *key);
int key_parse(const uint8_t *blob, size_t len, struct key *key);
bool key_equal(const struct key *a, const struct key *b);
void key_blob(const struct key *key, uint8_t *out, size_t *len);
bool key_is_rsa(const struct key *key);
/* Of an RSA key. */
size_t key_bits(const struct key *key);
const struct key_type *key_certified(const uint8_t *blob, size_t len,
				     const uint8_t **fields, size_t *n_fields);
int key_plain_blob(const uint8_t *blob, size_t len, uint8_t *out, size_t *out_len);

/* ---- cert.c ------------------------------------------------------------- */

#define CERT_USER	1
#define CERT_HOST	2

/**
 * struct cert - a parsed certificate (OpenSSH's PROTOCOL.certkeys); points into the blob
 * @key: the certified key
 * @ca: the key that signed
 * @ca_blob: the same as a blob
 * @ca_len: its length
 * @serial: number that the authority gave it
 * @kind: CERT_USER, CERT_HOST
 * @id: key id, a text without NUL
 * @id_len: its length
 * @names: its principals, each a text in a string
 * @n_names: how many
 * @after: first second of its validity
 * @before: first second after it
 * @critical: options that must be understood: pairs of strings
 * @body: what is signed
 * @body_len: its length
 * @sig_alg: algorithm of the signature
 * @sig_alg_len: its length
 * @sig: what follows that in the signature
 */
struct cert {
	struct key key, ca;
	const uint8_t *ca_blob;
	size_t ca_len;
	uint64_t serial;
	uint32_t kind;
	const uint8_t *id;
	size_t id_len;
	struct cursor names;
	size_t n_names;
	uint64_t after, before;
	struct cursor critical;
	const uint8_t *body;
	size_t body_len;
	const uint8_t *sig_alg;
	size_t sig_alg_len;
	struct cursor sig;
};

bool cert_is_one(const uint8_t *blob, size_t len);
int cert_parse(const uint8_t *blob, size_t len, struct cert *cert);
/* Did the CA's key sign it?  0, -EBADMSG: no, -EIO: libcrypto failed. */
int cert_verify(const struct cert *cert);
const char *cert_fault(const struct cert *cert, const char *name, uint64_t now,
		       const char *ca_algorithms);

/* ---- verify.c ----------------------------------------------------------- */

/**
 * key_verify - is this a key's signature?
 * @key: the key
 * @alg: algorithm of the signature, one that its name says it is for
 * @alg_len: length of that
 * @sig: what follows the algorithm in the signature blob
 * @data: what was signed
 * @len: its length
 *
 * Return: 0, -EBADMSG: no, or none that is known here; -EIO: libcrypto failed.
 */
int key_verify(const struct key *key, const uint8_t *alg, size_t alg_len,
	       struct cursor sig, const uint8_t *data, size_t len);

/* ---- text.c ------------------------------------------------------------- */

/**
 * key_read - decode "type base64 ..."
 * @text: the text
 * @text_len: its length
 * @blob: gets the bytes, for the caller to free
 * @len: gets their number
 * @key: parsed, points into @blob; of a certificate the key in it
 * @is_cert: it is a certificate, whose signature was checked
 *
 * Return: 0, -EINVAL, -ERANGE for an RSA key that is too short: nothing to free then.
 */
int key_read(const char *text, size_t text_len, uint8_t **blob, size_t *len,
	     struct key *key, bool *is_cert);

/* ---- match.c ------------------------------------------------------------ */

#define HASH_LEN	20	/* HMAC-SHA1, and the salt */
#define HASHED_MAX	128	/* text of a hashed name, with NUL */
/* OpenSSH gives up on a line, even one that matched, at a pattern of this length. */
#define MATCH_PATTERN_MAX	1023

bool match_glob(const char *name, const char *pat, size_t len, bool fold);
bool match_list(const char *name, const char *hosts, size_t len);
int hash_name(const char *name, const uint8_t *salt, char *out, size_t room);
int match_read_hashed(const char *hosts, size_t len, uint8_t *salt, uint8_t *mac);
int match_hmac(const char *name, const uint8_t *salt, const uint8_t *mac);
/* Does a host field name @name (lower case)?  1, 0, -EINVAL if malformed, -EIO. */
int match_hosts(const char *name, const char *hosts, size_t len);

/* ---- revoked.c ---------------------------------------------------------- */

/* A list of revoked keys in memory, text or KRL, made of the bytes of a file. */
struct revoked;

/* 0, or a negative errno: what cannot be understood is -EINVAL, never "nothing". */
int revoked_read(const void *data, size_t len, struct revoked **out);
void revoked_free(struct revoked *r);
/* As kssh_trust_revoked_check(); @key is well-formed. */
int revoked_find(const struct revoked *r, const void *key, size_t key_len,
		 unsigned long *line);

/* ---- names.c ------------------------------------------------------------ */

#define LOOKUP_MAX	(KSSH_TRUST_NAME_MAX + 16)

/**
 * struct lookup - the texts that a query is looked up by, in lower case
 * @name: as the query's port has it
 * @bare: without port, where that is another text, else ""
 */
struct lookup {
	char name[LOOKUP_MAX];
	char bare[LOOKUP_MAX];
};

/* -EINVAL for a name that is none. */
int lookup_names(const struct kssh_trust_query *query, struct lookup *names);
/* Could a line that starts with this text be taken for something else? */
bool name_is_plain(const char *name);

#endif /* KSSHTRUST_INTERNAL_H */
