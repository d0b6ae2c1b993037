/* SPDX-License-Identifier: GPL-2.0 */
/* skcipher over libcrypto: ctr(aes). */
#ifndef KSSH_USER_CRYPTO_SKCIPHER_H
#define KSSH_USER_CRYPTO_SKCIPHER_H

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

struct crypto_skcipher;
struct skcipher_request;

struct crypto_skcipher *crypto_alloc_skcipher(const char *name, u32 type,
					      u32 mask);
void crypto_free_skcipher(struct crypto_skcipher *tfm);
int crypto_skcipher_setkey(struct crypto_skcipher *tfm, const u8 *key,
			   unsigned int keylen);
struct skcipher_request *skcipher_request_alloc(struct crypto_skcipher *tfm,
						gfp_t gfp);
void skcipher_request_free(struct skcipher_request *req);
void skcipher_request_set_callback(struct skcipher_request *req, u32 flags,
				   crypto_completion_t done, void *data);
void skcipher_request_set_crypt(struct skcipher_request *req,
				struct scatterlist *src,
				struct scatterlist *dst,
				unsigned int cryptlen, void *iv);
int crypto_skcipher_encrypt(struct skcipher_request *req);

#endif
