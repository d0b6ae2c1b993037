/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signature API over libcrypto, with the kernel's encodings, names and limits:
 * RSA moduli of 256, 384 and 512 bytes only.  KSSH_USER_OLD_SIG in the environment
 * selects the names of 6.12, else those of 7.3.
 */
#ifndef KSSH_USER_CRYPTO_SIG_H
#define KSSH_USER_CRYPTO_SIG_H

#include <linux/crypto.h>
#include <linux/types.h>

struct crypto_sig;

struct crypto_sig *crypto_alloc_sig(const char *name, u32 type, u32 mask);
void crypto_free_sig(struct crypto_sig *tfm);
int crypto_sig_set_pubkey(struct crypto_sig *tfm, const void *key,
			  unsigned int keylen);
int crypto_sig_verify(struct crypto_sig *tfm, const void *src,
		      unsigned int slen, const void *digest, unsigned int dlen);

#endif
