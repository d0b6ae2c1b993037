/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Key agreement API over libcrypto: ecdh-nist-p256 and ecdh-nist-p384, with the
 * kernel's form of a secret, its range of 2 to n - 3, and its error codes.
 */
#ifndef KSSH_USER_CRYPTO_KPP_H
#define KSSH_USER_CRYPTO_KPP_H

#include <linux/crypto.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

enum {
	CRYPTO_KPP_SECRET_TYPE_UNKNOWN,
	CRYPTO_KPP_SECRET_TYPE_DH,
	CRYPTO_KPP_SECRET_TYPE_ECDH,
};

struct kpp_secret {
	unsigned short type;
	unsigned short len;
};

struct crypto_kpp;
struct kpp_request;

struct crypto_kpp *crypto_alloc_kpp(const char *name, u32 type, u32 mask);
void crypto_free_kpp(struct crypto_kpp *tfm);
int crypto_kpp_set_secret(struct crypto_kpp *tfm, const void *buffer,
			  unsigned int len);
struct kpp_request *kpp_request_alloc(struct crypto_kpp *tfm, gfp_t gfp);
void kpp_request_free(struct kpp_request *req);
void kpp_request_set_callback(struct kpp_request *req, u32 flags,
			      crypto_completion_t done, void *data);
void kpp_request_set_input(struct kpp_request *req, struct scatterlist *input,
			   unsigned int len);
void kpp_request_set_output(struct kpp_request *req, struct scatterlist *output,
			    unsigned int len);
int crypto_kpp_generate_public_key(struct kpp_request *req);
int crypto_kpp_compute_shared_secret(struct kpp_request *req);

#endif
