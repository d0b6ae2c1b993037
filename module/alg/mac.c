// SPDX-License-Identifier: GPL-2.0
/* MACs of the binary packet protocol (RFC 4253 6.4, OpenSSH PROTOCOL 1.5). */
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"
#include "usable.h"

/* OpenSSH's order of preference, but that SHA-1 has to be asked for */
const struct kssh_mac_alg kssh_mac_algs[] = {
	{
		.name = "hmac-sha2-256-etm@openssh.com",
		.kernel_name = "hmac(sha256)",
		.key_len = 32,
		.tag_len = 32,
		.etm = true,
		.fips = true,
	},
	{
		.name = "hmac-sha2-512-etm@openssh.com",
		.kernel_name = "hmac(sha512)",
		.key_len = 64,
		.tag_len = 64,
		.etm = true,
		.fips = true,
	},
	{
		.name = "hmac-sha2-256",
		.kernel_name = "hmac(sha256)",
		.key_len = 32,
		.tag_len = 32,
		.fips = true,
	},
	{
		.name = "hmac-sha2-512",
		.kernel_name = "hmac(sha512)",
		.key_len = 64,
		.tag_len = 64,
		.fips = true,
	},
	{
		.name = "hmac-sha1-etm@openssh.com",
		.kernel_name = "hmac(sha1)",
		.key_len = 20,
		.tag_len = 20,
		.etm = true,
		.by_name = true,
	},
	{
		.name = "hmac-sha1",
		.kernel_name = "hmac(sha1)",
		.key_len = 20,
		.tag_len = 20,
		.by_name = true,
	},
	{}
};

int kssh_mac_init(struct kssh_keys *k, const u8 *key)
{
	struct crypto_shash *tfm;
	int err;

	tfm = crypto_alloc_shash(k->mac->kernel_name, 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = crypto_shash_setkey(tfm, key, k->mac->key_len);
	if (err) {
		crypto_free_shash(tfm);
		return err;
	}
	k->mac_tfm = tfm;
	return 0;
}

void kssh_mac_rest(struct kssh_keys *k)
{
	kssh_secret_free(k->mac_desc);
	k->mac_desc = NULL;
}

void kssh_mac_wipe(struct kssh_keys *k)
{
	kssh_mac_rest(k);
	if (k->mac_tfm)
		crypto_free_shash(k->mac_tfm);
}

/* 0 or KSSH_R_NO_MEMORY */
static int mac_wake(struct kssh_keys *k)
{
	if (k->mac_desc)
		return 0;
	k->mac_desc = kssh_secret_new(sizeof(*k->mac_desc) +
				      crypto_shash_descsize(k->mac_tfm));
	if (!k->mac_desc)
		return KSSH_R_NO_MEMORY;
	k->mac_desc->tfm = k->mac_tfm;
	return 0;
}

int kssh_mac_compute(struct kssh_keys *k, u32 seq, const u8 *p, size_t n, u8 *out)
{
	int err = mac_wake(k);
	struct shash_desc *desc = k->mac_desc;
	u8 head[4];

	if (err)
		return err;
	put_unaligned_be32(seq, head);
	err = crypto_shash_init(desc);
	if (!err)
		err = crypto_shash_update(desc, head, sizeof(head));
	if (!err)
		err = crypto_shash_finup(desc, p, n, out);
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

static int mac_attempt(const void *row)
{
	static const u8 key[KSSH_KEY_MAX];
	struct kssh_keys *k = kssh_secret_new(sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	k->mac = row;
	err = kssh_mac_init(k, key);
	kssh_mac_wipe(k);
	kssh_secret_free(k);
	return err ?: 1;
}

bool kssh_mac_usable(const struct kssh_mac_alg *a)
{
	static int memo[ARRAY_SIZE(kssh_mac_algs)];

	return kssh_fips_allows(a->fips) &&
	       kssh_usable_once(&memo[a - kssh_mac_algs], mac_attempt, a) > 0;
}
