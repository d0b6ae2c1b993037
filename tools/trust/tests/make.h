/* SPDX-License-Identifier: GPL-2.0 */
/* Keys and certificates, good and bad, made for tests. */
#ifndef TRUST_TESTS_MAKE_H
#define TRUST_TESTS_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/evp.h>

#define BYTES_MAX	16384

/* What is being written; too much aborts. */
struct bytes {
	uint8_t b[BYTES_MAX];
	size_t n;
};

void put_bytes(struct bytes *t, const void *p, size_t n);
void put_number(struct bytes *t, uint64_t v, size_t bytes);
void put_string(struct bytes *t, const void *p, size_t n);
void put_text(struct bytes *t, const char *s);

/**
 * struct made_key - a key pair
 * @type: name of the type
 * @pkey: the pair
 * @blob: the public key
 */
struct made_key {
	const char *type;
	EVP_PKEY *pkey;
	struct bytes blob;
};

/* @bits: of an RSA key */
void make_key(struct made_key *key, const char *type, unsigned int bits);
void free_key(struct made_key *key);

/* What a signature algorithm is called by default. */
const char *default_alg(const struct made_key *key);
/* A signature as a blob. */
void make_signature(struct bytes *out, const struct made_key *key, const char *alg,
		    const void *data, size_t len);

#define NAMES_MAX	4

/**
 * struct cert_spec - what is to be in a certificate
 * @kind: 1 user, 2 host, others are none
 * @names: principals
 * @n_names: how many
 * @after: from when it is valid
 * @before: up to when, exclusively
 * @critical: NULL, or the name of a critical option
 * @alg: signature algorithm
 * @nonce_len: length of the nonce
 * @nested: NULL, or what stands in place of the CA's key
 * @spoil: flip a bit of the signed text
 * @tail: bytes behind the signature
 */
struct cert_spec {
	uint32_t kind;
	const char *names[NAMES_MAX];
	size_t n_names;
	uint64_t after, before;
	const char *critical;
	const char *alg;
	size_t nonce_len;
	const struct bytes *nested;
	bool spoil;
	size_t tail;
};

void make_cert(struct bytes *out, const struct made_key *key, const struct made_key *ca,
	       const struct cert_spec *spec);
/* "type base64"; the room is enough for BYTES_MAX / 2 bytes */
void key_text(const struct bytes *blob, char out[BYTES_MAX]);

#endif /* TRUST_TESTS_MAKE_H */
