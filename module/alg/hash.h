/* SPDX-License-Identifier: GPL-2.0 */
/* Unkeyed hashes: one shared handle per algorithm for the module's life. */
#ifndef KSSH_HASH_H
#define KSSH_HASH_H

#include <linux/types.h>
#include <crypto/hash.h>

enum kssh_hash {
	KSSH_SHA256,
	KSSH_SHA384,
	KSSH_SHA512,
	KSSH_HASH_COUNT
};

#define KSSH_HASH_MAX	64	/* longest digest, bytes */

/* Process context, may sleep. 0 or -errno. The handles are immutable between. */
int kssh_hash_init(void);
void kssh_hash_exit(void);

struct crypto_shash *kssh_hash_tfm(enum kssh_hash h);
size_t kssh_hash_len(enum kssh_hash h);

/* One-shot digest; out has room for kssh_hash_len(). 0 or KSSH_R_CRYPTO_FAILED. */
int kssh_hash_digest(enum kssh_hash h, const void *p, size_t n, u8 *out);

#endif /* KSSH_HASH_H */
