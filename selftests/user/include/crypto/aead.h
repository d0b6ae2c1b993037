/* SPDX-License-Identifier: GPL-2.0 */
/* aead over libcrypto: gcm(aes). */
#ifndef KSSH_USER_CRYPTO_AEAD_H
#define KSSH_USER_CRYPTO_AEAD_H

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct crypto_aead;

/* What the kernel has chosen calls itself; 100 is the C code. */
struct crypto_alg {
	int cra_priority;
};

struct aead_alg {
	struct crypto_alg base;
};

extern struct aead_alg kssh_user_gcm;
struct aead_request;

struct crypto_aead *crypto_alloc_aead(const char *name, u32 type, u32 mask);
void crypto_free_aead(struct crypto_aead *tfm);

static inline struct aead_alg *crypto_aead_alg(struct crypto_aead *tfm)
{
	return &kssh_user_gcm;
}

int crypto_aead_setkey(struct crypto_aead *tfm, const u8 *key,
		       unsigned int keylen);
int crypto_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize);
struct aead_request *aead_request_alloc(struct crypto_aead *tfm, gfp_t gfp);
void aead_request_free(struct aead_request *req);
void aead_request_set_callback(struct aead_request *req, u32 flags,
			       crypto_completion_t done, void *data);
void aead_request_set_ad(struct aead_request *req, unsigned int assoclen);
void aead_request_set_crypt(struct aead_request *req, struct scatterlist *src,
			    struct scatterlist *dst, unsigned int cryptlen,
			    u8 *iv);
int crypto_aead_encrypt(struct aead_request *req);
int crypto_aead_decrypt(struct aead_request *req);

#endif
