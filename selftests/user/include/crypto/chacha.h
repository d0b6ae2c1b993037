/* SPDX-License-Identifier: GPL-2.0 */
/* ChaCha20 over libcrypto, with the state of the kernel's library (7.3). */
#ifndef KSSH_USER_CRYPTO_CHACHA_H
#define KSSH_USER_CRYPTO_CHACHA_H

#include <linux/types.h>
#include <linux/unaligned.h>

#define CHACHA_IV_SIZE		16
#define CHACHA_KEY_SIZE		32
#define CHACHA_BLOCK_SIZE	64
#define CHACHA_STATE_WORDS	16

struct chacha_state {
	u32 x[CHACHA_STATE_WORDS];
};

void chacha_init(struct chacha_state *state, const u32 *key, const u8 *iv);
void chacha20_crypt(struct chacha_state *state, u8 *dst, const u8 *src,
		    unsigned int bytes);

#endif
