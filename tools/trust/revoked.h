/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of keys that are not to be believed any more. */
#ifndef KSSHTRUST_REVOKED_H
#define KSSHTRUST_REVOKED_H

#include "internal.h"

/**
 * struct revocable - what a list is asked for
 * @key: the key; of a certificate the one that it certifies
 * @ca: NULL, or the key that signed the certificate
 * @serial: of the certificate; 0 is none
 * @id: its key id
 * @id_len: length of that
 */
struct revocable {
	const struct key *key;
	const struct key *ca;
	uint64_t serial;
	const uint8_t *id;
	size_t id_len;
};

/* Does a file start as a KRL does? */
bool krl_is_one(const uint8_t *data, size_t len);

/**
 * krl_check - is this a key revocation list?
 * @data: OpenSSH's PROTOCOL.krl
 * @len: its length
 *
 * As OpenSSH since 9.4: signatures are not looked at, extensions are skipped unless
 * they are critical.
 * Return: 0, -EINVAL.
 */
int krl_check(const uint8_t *data, size_t len);

/**
 * krl_revokes - does a list name a key, a certificate or who signed it?
 * @data: the list
 * @len: its length
 * @what: what is asked for
 *
 * Return: 1, 0, -EIO if libcrypto fails, -EINVAL as krl_check().
 */
int krl_revokes(const uint8_t *data, size_t len, const struct revocable *what);

#endif /* KSSHTRUST_REVOKED_H */
