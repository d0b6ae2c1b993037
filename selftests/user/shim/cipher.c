// SPDX-License-Identifier: GPL-2.0
/* AEAD, skcipher, ChaCha20 and Poly1305 by libcrypto. */
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <crypto/aead.h>
#include <crypto/chacha.h>
#include <crypto/poly1305.h>
#include <crypto/skcipher.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

struct aead_alg kssh_user_gcm = { .base.cra_priority = 100 };

struct crypto_aead {
	u8 key[32];
	unsigned int keylen, authsize;
};

struct aead_request {
	struct crypto_aead *tfm;
	struct scatterlist *src, *dst;
	unsigned int assoclen, cryptlen;
	u8 *iv;
};

struct crypto_skcipher {
	u8 key[32];
	unsigned int keylen;
};

struct skcipher_request {
	struct crypto_skcipher *tfm;
	struct scatterlist *src, *dst;
	unsigned int cryptlen;
	u8 *iv;
};

/* Copies @n bytes between a list, which must be long enough, and @buf. */
static void sg_copy(struct scatterlist *sg, u8 *buf, size_t n, bool to_list)
{
	for (; n; sg = sg_next(sg)) {
		size_t part;

		BUG_ON(!sg);
		part = min_t(size_t, n, sg->length);
		if (to_list)
			memcpy(sg->addr, buf, part);
		else
			memcpy(buf, sg->addr, part);
		buf += part;
		n -= part;
	}
}

static bool aes_key_ok(unsigned int n)
{
	return n == 16 || n == 24 || n == 32;
}

struct crypto_aead *crypto_alloc_aead(const char *name, u32 type, u32 mask)
{
	struct crypto_aead *tfm;

	if (strcmp(name, "gcm(aes)"))
		return ERR_PTR(-ENOENT);
	if (kssh_user_crypto_fails())
		return ERR_PTR(-EIO);
	tfm = kzalloc(sizeof(*tfm), GFP_KERNEL);
	return tfm ?: ERR_PTR(-ENOMEM);
}

void crypto_free_aead(struct crypto_aead *tfm)
{
	kfree_sensitive(tfm);
}

int crypto_aead_setkey(struct crypto_aead *tfm, const u8 *key,
		       unsigned int keylen)
{
	if (!aes_key_ok(keylen))
		return -EINVAL;
	if (kssh_user_crypto_fails())
		return -EIO;
	memcpy(tfm->key, key, keylen);
	tfm->keylen = keylen;
	return 0;
}

int crypto_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize)
{
	if (authsize > 16)
		return -EINVAL;
	tfm->authsize = authsize;
	return 0;
}

struct aead_request *aead_request_alloc(struct crypto_aead *tfm, gfp_t gfp)
{
	struct aead_request *req = kzalloc(sizeof(*req), gfp);

	if (req)
		req->tfm = tfm;
	return req;
}

void aead_request_free(struct aead_request *req)
{
	kfree_sensitive(req);
}

void aead_request_set_callback(struct aead_request *req, u32 flags,
			       crypto_completion_t done, void *data)
{
}

void aead_request_set_ad(struct aead_request *req, unsigned int assoclen)
{
	req->assoclen = assoclen;
}

void aead_request_set_crypt(struct aead_request *req, struct scatterlist *src,
			    struct scatterlist *dst, unsigned int cryptlen,
			    u8 *iv)
{
	req->src = src;
	req->dst = dst;
	req->cryptlen = cryptlen;
	req->iv = iv;
}

static const EVP_CIPHER *gcm_of(unsigned int keylen)
{
	return keylen == 16 ? EVP_aes_128_gcm() :
	       keylen == 24 ? EVP_aes_192_gcm() : EVP_aes_256_gcm();
}

/* @text: bytes encrypted or decrypted, tag not counted */
static int gcm(struct aead_request *req, unsigned int text, int enc)
{
	unsigned int tag = req->tfm->authsize, ad = req->assoclen;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	u8 *buf = malloc(ad + text + tag);
	int n, ok;

	sg_copy(req->src, buf, ad + text + (enc ? 0 : tag), false);
	ok = EVP_CipherInit_ex(ctx, gcm_of(req->tfm->keylen), NULL,
			       req->tfm->key, req->iv, enc) &&
	     EVP_CipherUpdate(ctx, NULL, &n, buf, ad) &&
	     EVP_CipherUpdate(ctx, buf + ad, &n, buf + ad, text);
	if (ok && !enc)
		ok = EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag,
					 buf + ad + text);
	BUG_ON(!ok);
	ok = EVP_CipherFinal_ex(ctx, buf + ad + text, &n) > 0;
	if (ok && enc)
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, tag,
				    buf + ad + text);
	if (ok)
		sg_copy(req->dst, buf, ad + text + (enc ? tag : 0), true);
	EVP_CIPHER_CTX_free(ctx);
	free(buf);
	return ok ? 0 : -EBADMSG;
}

int crypto_aead_encrypt(struct aead_request *req)
{
	if (kssh_user_crypto_fails())
		return -EIO;
	return gcm(req, req->cryptlen, 1);
}

int crypto_aead_decrypt(struct aead_request *req)
{
	if (req->cryptlen < req->tfm->authsize)
		return -EINVAL;
	if (kssh_user_crypto_fails())
		return -EIO;
	return gcm(req, req->cryptlen - req->tfm->authsize, 0);
}

struct crypto_skcipher *crypto_alloc_skcipher(const char *name, u32 type,
					      u32 mask)
{
	struct crypto_skcipher *tfm;

	if (strcmp(name, "ctr(aes)"))
		return ERR_PTR(-ENOENT);
	if (kssh_user_crypto_fails())
		return ERR_PTR(-EIO);
	tfm = kzalloc(sizeof(*tfm), GFP_KERNEL);
	return tfm ?: ERR_PTR(-ENOMEM);
}

void crypto_free_skcipher(struct crypto_skcipher *tfm)
{
	kfree_sensitive(tfm);
}

int crypto_skcipher_setkey(struct crypto_skcipher *tfm, const u8 *key,
			   unsigned int keylen)
{
	if (!aes_key_ok(keylen))
		return -EINVAL;
	if (kssh_user_crypto_fails())
		return -EIO;
	memcpy(tfm->key, key, keylen);
	tfm->keylen = keylen;
	return 0;
}

struct skcipher_request *skcipher_request_alloc(struct crypto_skcipher *tfm,
						gfp_t gfp)
{
	struct skcipher_request *req = kzalloc(sizeof(*req), gfp);

	if (req)
		req->tfm = tfm;
	return req;
}

void skcipher_request_free(struct skcipher_request *req)
{
	kfree_sensitive(req);
}

void skcipher_request_set_callback(struct skcipher_request *req, u32 flags,
				   crypto_completion_t done, void *data)
{
}

void skcipher_request_set_crypt(struct skcipher_request *req,
				struct scatterlist *src,
				struct scatterlist *dst,
				unsigned int cryptlen, void *iv)
{
	req->src = src;
	req->dst = dst;
	req->cryptlen = cryptlen;
	req->iv = iv;
}

static const EVP_CIPHER *ctr_of(unsigned int keylen)
{
	return keylen == 16 ? EVP_aes_128_ctr() :
	       keylen == 24 ? EVP_aes_192_ctr() : EVP_aes_256_ctr();
}

int crypto_skcipher_encrypt(struct skcipher_request *req)
{
	EVP_CIPHER_CTX *ctx;
	u8 *buf;
	int n;

	if (kssh_user_crypto_fails())
		return -EIO;
	ctx = EVP_CIPHER_CTX_new();
	buf = malloc(req->cryptlen);
	sg_copy(req->src, buf, req->cryptlen, false);
	BUG_ON(!EVP_EncryptInit_ex(ctx, ctr_of(req->tfm->keylen), NULL,
				   req->tfm->key, req->iv) ||
	       !EVP_EncryptUpdate(ctx, buf, &n, buf, req->cryptlen));
	sg_copy(req->dst, buf, req->cryptlen, true);
	/* What the IV is afterwards is not to be relied on. */
	memset(req->iv, 0xa5, 16);
	EVP_CIPHER_CTX_free(ctx);
	free(buf);
	return 0;
}

void chacha_init(struct chacha_state *state, const u32 *key, const u8 *iv)
{
	static const u32 constants[4] = {
		0x61707865, 0x3320646e, 0x79622d32, 0x6b206574
	};
	int i;

	memcpy(state->x, constants, sizeof(constants));
	memcpy(state->x + 4, key, CHACHA_KEY_SIZE);
	for (i = 0; i < 4; i++)
		state->x[12 + i] = get_unaligned_le32(iv + 4 * i);
}

void chacha20_crypt(struct chacha_state *state, u8 *dst, const u8 *src,
		    unsigned int bytes)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	u8 key[CHACHA_KEY_SIZE], iv[CHACHA_IV_SIZE];
	int i, n;

	for (i = 0; i < 8; i++)
		put_unaligned_le32(state->x[4 + i], key + 4 * i);
	for (i = 0; i < 4; i++)
		put_unaligned_le32(state->x[12 + i], iv + 4 * i);
	BUG_ON(!EVP_EncryptInit_ex(ctx, EVP_chacha20(), NULL, key, iv) ||
	       !EVP_EncryptUpdate(ctx, dst, &n, src, bytes));
	state->x[12] += (bytes + CHACHA_BLOCK_SIZE - 1) / CHACHA_BLOCK_SIZE;
	EVP_CIPHER_CTX_free(ctx);
}

void poly1305_init(struct poly1305_desc_ctx *desc, const u8 *key)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "POLY1305", NULL);

	desc->mac = EVP_MAC_CTX_new(mac);
	BUG_ON(!EVP_MAC_init(desc->mac, key, POLY1305_KEY_SIZE, NULL));
	EVP_MAC_free(mac);
}

void poly1305_update(struct poly1305_desc_ctx *desc, const u8 *src,
		     unsigned int nbytes)
{
	BUG_ON(!EVP_MAC_update(desc->mac, src, nbytes));
}

void poly1305_final(struct poly1305_desc_ctx *desc, u8 *digest)
{
	size_t n;

	BUG_ON(!EVP_MAC_final(desc->mac, digest, &n, POLY1305_DIGEST_SIZE));
	EVP_MAC_CTX_free(desc->mac);
	desc->mac = NULL;
}
