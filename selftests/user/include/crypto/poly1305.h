/* SPDX-License-Identifier: GPL-2.0 */
/* Poly1305 over libcrypto.  Each init must be followed by a final. */
#ifndef KSSH_USER_CRYPTO_POLY1305_H
#define KSSH_USER_CRYPTO_POLY1305_H

#include <linux/types.h>

#define POLY1305_BLOCK_SIZE	16
#define POLY1305_KEY_SIZE	32
#define POLY1305_DIGEST_SIZE	16

struct poly1305_desc_ctx {
	void *mac;
};

void poly1305_init(struct poly1305_desc_ctx *desc, const u8 *key);
void poly1305_update(struct poly1305_desc_ctx *desc, const u8 *src,
		     unsigned int nbytes);
void poly1305_final(struct poly1305_desc_ctx *desc, u8 *digest);

#endif
