/* SPDX-License-Identifier: GPL-2.0 */
/* Ed25519 signature verification (RFC 8032, section 5.1.7). */
#ifndef KSSH_CRYPTO_ED25519_H
#define KSSH_CRYPTO_ED25519_H

#include <linux/types.h>

#define KSSH_ED25519_PUB_SIZE	32
#define KSSH_ED25519_SIG_SIZE	64

struct crypto_shash;

int kssh_ed25519_verify(struct crypto_shash *sha512,
			const u8 pub[KSSH_ED25519_PUB_SIZE],
			const u8 *msg, size_t len,
			const u8 sig[KSSH_ED25519_SIG_SIZE]);

#endif
