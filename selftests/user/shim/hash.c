// SPDX-License-Identifier: GPL-2.0
/* shash: SHA-2 by libcrypto, HMAC (RFC 2104) on top of it. */
#include <openssl/sha.h>
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

union state {
	SHA_CTX s1;
	SHA256_CTX s256;
	SHA512_CTX s512;
};

struct sha {
	const char *name;
	unsigned int len, block;
	void (*init)(union state *s);
	void (*update)(union state *s, const void *p, size_t n);
	void (*final)(union state *s, u8 *out);
};

static void init1(union state *s) { SHA1_Init(&s->s1); }
static void init256(union state *s) { SHA256_Init(&s->s256); }
static void init384(union state *s) { SHA384_Init(&s->s512); }
static void init512(union state *s) { SHA512_Init(&s->s512); }

static void update1(union state *s, const void *p, size_t n)
{
	SHA1_Update(&s->s1, p, n);
}

static void update256(union state *s, const void *p, size_t n)
{
	SHA256_Update(&s->s256, p, n);
}

static void update512(union state *s, const void *p, size_t n)
{
	SHA512_Update(&s->s512, p, n);
}

static void final1(union state *s, u8 *out) { SHA1_Final(out, &s->s1); }
static void final256(union state *s, u8 *out) { SHA256_Final(out, &s->s256); }
static void final384(union state *s, u8 *out) { SHA384_Final(out, &s->s512); }
static void final512(union state *s, u8 *out) { SHA512_Final(out, &s->s512); }

static const struct sha shas[] = {
	{ "sha1", 20, 64, init1, update1, final1 },
	{ "sha256", 32, 64, init256, update256, final256 },
	{ "sha384", 48, 128, init384, update512, final384 },
	{ "sha512", 64, 128, init512, update512, final512 },
};

struct crypto_shash {
	const struct sha *sha;
	bool hmac, keyed;
	u8 key[128];
};

static union state *state(struct shash_desc *desc)
{
	return (union state *)desc->__ctx;
}

struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask)
{
	struct crypto_shash *tfm;
	char hmac[64];
	size_t i;

	static_assert(sizeof(union state) <= 360);
	for (i = 0; i < ARRAY_SIZE(shas); i++) {
		snprintf(hmac, sizeof(hmac), "hmac(%s)", shas[i].name);
		if (strcmp(name, shas[i].name) && strcmp(name, hmac))
			continue;
		if (kssh_user_crypto_fails())
			return ERR_PTR(-EIO);
		tfm = kzalloc(sizeof(*tfm), GFP_KERNEL);
		if (!tfm)
			return ERR_PTR(-ENOMEM);
		tfm->sha = &shas[i];
		tfm->hmac = !strcmp(name, hmac);
		return tfm;
	}
	return ERR_PTR(-ENOENT);
}

void crypto_free_shash(struct crypto_shash *tfm)
{
	kfree_sensitive(tfm);
}

unsigned int crypto_shash_digestsize(struct crypto_shash *tfm)
{
	return tfm->sha->len;
}

unsigned int crypto_shash_descsize(struct crypto_shash *tfm)
{
	return sizeof(union state);
}

int crypto_shash_setkey(struct crypto_shash *tfm, const u8 *key,
			unsigned int keylen)
{
	if (!tfm->hmac)
		return -EOPNOTSUPP;
	if (kssh_user_crypto_fails())
		return -EIO;
	memset(tfm->key, 0, sizeof(tfm->key));
	if (keylen > tfm->sha->block) {
		union state s;

		tfm->sha->init(&s);
		tfm->sha->update(&s, key, keylen);
		tfm->sha->final(&s, tfm->key);
	} else {
		memcpy(tfm->key, key, keylen);
	}
	tfm->keyed = true;
	return 0;
}

static void add_pad(struct crypto_shash *tfm, union state *s, u8 pad)
{
	u8 block[sizeof(tfm->key)];
	unsigned int i;

	for (i = 0; i < tfm->sha->block; i++)
		block[i] = tfm->key[i] ^ pad;
	tfm->sha->update(s, block, tfm->sha->block);
}

int crypto_shash_init(struct shash_desc *desc)
{
	struct crypto_shash *tfm = desc->tfm;

	if (tfm->hmac && !tfm->keyed)
		return -ENOKEY;
	if (kssh_user_crypto_fails())
		return -EIO;
	tfm->sha->init(state(desc));
	if (tfm->hmac)
		add_pad(tfm, state(desc), 0x36);
	return 0;
}

int crypto_shash_update(struct shash_desc *desc, const u8 *data,
			unsigned int len)
{
	if (kssh_user_crypto_fails())
		return -EIO;
	desc->tfm->sha->update(state(desc), data, len);
	return 0;
}

int crypto_shash_final(struct shash_desc *desc, u8 *out)
{
	struct crypto_shash *tfm = desc->tfm;
	u8 inner[HASH_MAX_DIGESTSIZE];

	if (!tfm->hmac) {
		tfm->sha->final(state(desc), out);
		return 0;
	}
	tfm->sha->final(state(desc), inner);
	tfm->sha->init(state(desc));
	add_pad(tfm, state(desc), 0x5c);
	tfm->sha->update(state(desc), inner, tfm->sha->len);
	tfm->sha->final(state(desc), out);
	return 0;
}

int crypto_shash_finup(struct shash_desc *desc, const u8 *data,
		       unsigned int len, u8 *out)
{
	return crypto_shash_update(desc, data, len) ?:
	       crypto_shash_final(desc, out);
}

int crypto_shash_digest(struct shash_desc *desc, const u8 *data,
			unsigned int len, u8 *out)
{
	return crypto_shash_init(desc) ?:
	       crypto_shash_finup(desc, data, len, out);
}

int crypto_shash_tfm_digest(struct crypto_shash *tfm, const u8 *data,
			    unsigned int len, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, tfm);

	desc->tfm = tfm;
	return crypto_shash_digest(desc, data, len, out);
}
