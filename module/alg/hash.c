// SPDX-License-Identifier: GPL-2.0
/* Unkeyed hashes. */
#include <linux/err.h>

#include "../wire/reason.h"
#include "hash.h"

static const struct {
	const char *name;
	size_t len;
} hashes[KSSH_HASH_COUNT] = {
	[KSSH_SHA256] = { "sha256", 32 },
	[KSSH_SHA384] = { "sha384", 48 },
	[KSSH_SHA512] = { "sha512", 64 },
};

static struct crypto_shash *tfms[KSSH_HASH_COUNT];

int kssh_hash_init(void)
{
	struct crypto_shash *tfm;
	int i;

	for (i = 0; i < KSSH_HASH_COUNT; i++) {
		tfm = crypto_alloc_shash(hashes[i].name, 0, 0);
		if (IS_ERR(tfm)) {
			kssh_hash_exit();
			return PTR_ERR(tfm);
		}
		tfms[i] = tfm;
	}
	return 0;
}

void kssh_hash_exit(void)
{
	int i;

	for (i = KSSH_HASH_COUNT - 1; i >= 0; i--) {
		if (tfms[i])
			crypto_free_shash(tfms[i]);
		tfms[i] = NULL;
	}
}

struct crypto_shash *kssh_hash_tfm(enum kssh_hash h)
{
	return tfms[h];
}

size_t kssh_hash_len(enum kssh_hash h)
{
	return hashes[h].len;
}

int kssh_hash_digest(enum kssh_hash h, const void *p, size_t n, u8 *out)
{
	if (crypto_shash_tfm_digest(tfms[h], p, n, out))
		return KSSH_R_CRYPTO_FAILED;
	return 0;
}
