// SPDX-License-Identifier: GPL-2.0
/*
 * chacha20-poly1305@openssh.com, after OpenSSH's PROTOCOL.chacha20poly1305.
 *
 * Two ChaCha20 keys in the original layout (64-bit block counter, 64-bit nonce):
 * K_1 encrypts packet_length, K_2 the rest.  The nonce is the sequence number.
 * Block 0 of K_2's stream gives the Poly1305 key, the payload begins at block 1;
 * the tag covers the encrypted length and the encrypted rest.
 */
#include <crypto/chacha.h>
#include <crypto/poly1305.h>
#include <crypto/utils.h>
#include <linux/array_size.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"

/**
 * struct chachapoly_work - scratch of one packet
 * @state: ChaCha20 state, passed to the library as void *: 6.12 has it as u32 *,
 *	7.3 as a struct around the same array
 * @block: block 0 of the stream
 * @poly: Poly1305 state
 * @tag: what the tag must be
 */
struct chachapoly_work {
	u32 state[CHACHA_STATE_WORDS];
	u8 block[CHACHA_BLOCK_SIZE];
	struct poly1305_desc_ctx poly;
	u8 tag[POLY1305_DIGEST_SIZE];
};

static void stream_begin(void *state, const u32 *key, u32 seq)
{
	u8 iv[CHACHA_IV_SIZE] = {};

	put_unaligned_be64(seq, iv + 8);
	chacha_init(state, key, iv);
}

static void crypt_length(struct chachapoly_work *w, const struct kssh_keys *k,
			 u32 seq, u8 *dst, const u8 *src)
{
	stream_begin(w->state, k->chacha.head, seq);
	chacha20_crypt((void *)w->state, dst, src, KSSH_LEN_SIZE);
}

/* Leaves the stream of K_2 at block 1 and Poly1305 keyed. */
static void begin_packet(struct chachapoly_work *w, const struct kssh_keys *k,
			 u32 seq)
{
	stream_begin(w->state, k->chacha.main, seq);
	memset(w->block, 0, sizeof(w->block));
	chacha20_crypt((void *)w->state, w->block, w->block, sizeof(w->block));
	poly1305_init(&w->poly, w->block);
}

int kssh_chachapoly_init(struct kssh_keys *k, const u8 *key, const u8 *iv)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(k->chacha.main); i++) {
		k->chacha.main[i] = get_unaligned_le32(key + 4 * i);
		k->chacha.head[i] = get_unaligned_le32(key + CHACHA_KEY_SIZE + 4 * i);
	}
	return 0;
}

void kssh_chachapoly_wipe(struct kssh_keys *k)
{
	memzero_explicit(&k->chacha, sizeof(k->chacha));
}

int kssh_chachapoly_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len)
{
	struct chachapoly_work w;
	u8 plain[KSSH_LEN_SIZE];

	crypt_length(&w, k, seq, plain, head);
	*len = get_unaligned_be32(plain);
	memzero_explicit(&w, sizeof(w));
	return 0;
}

int kssh_chachapoly_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	size_t body = len - POLY1305_DIGEST_SIZE;
	struct chachapoly_work w;
	int reason = 0;

	begin_packet(&w, k, seq);
	poly1305_update(&w.poly, frame, body);
	poly1305_final(&w.poly, w.tag);
	if (crypto_memneq(w.tag, frame + body, POLY1305_DIGEST_SIZE)) {
		reason = KSSH_R_BAD_MAC;
		goto wipe;
	}
	chacha20_crypt((void *)w.state, frame + KSSH_LEN_SIZE, frame + KSSH_LEN_SIZE,
		       body - KSSH_LEN_SIZE);
	crypt_length(&w, k, seq, frame, frame);
wipe:
	memzero_explicit(&w, sizeof(w));
	return reason;
}

int kssh_chachapoly_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	struct chachapoly_work w;

	begin_packet(&w, k, seq);
	chacha20_crypt((void *)w.state, frame + KSSH_LEN_SIZE, frame + KSSH_LEN_SIZE,
		       len - KSSH_LEN_SIZE);
	crypt_length(&w, k, seq, frame, frame);
	poly1305_update(&w.poly, frame, len);
	poly1305_final(&w.poly, frame + len);
	memzero_explicit(&w, sizeof(w));
	return 0;
}
