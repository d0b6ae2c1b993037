/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the keys of one direction.  For the files of alg/ only; everybody else
 * uses kssh_keys_*() of cipher.h.
 */
#ifndef KSSH_KEYS_H
#define KSSH_KEYS_H

#include <crypto/aead.h>
#include <crypto/chacha.h>
#include <crypto/gcm.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/crypto.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "../wire/msg.h"
#include "../wire/reason.h"
#include "cipher.h"
#include "secret.h"

#define KSSH_LEN_SIZE	4	/* packet_length */
#define KSSH_AES_BLOCK	16

/* Longest frame that a cipher is asked to work on. */
#define KSSH_FRAME_MAX	(KSSH_LEN_SIZE + KSSH_PACKET_MAX + KSSH_TAG_MAX)

/**
 * struct kssh_run - what the crypto API wants while frames are sealed or opened
 * @wait: completion of the request under way
 * @aead: request, one at a time
 * @skcipher: likewise
 * @iv: of AES-CTR: working copy that the request may change
 * @first: of AES-CTR: first block of the frame under way, while its length is read
 * @sg: the frame under way, between kssh_sg_frame() and kssh_sg_done()
 * @one: where it is, if it is contiguous
 */
struct kssh_run {
	struct crypto_wait wait;
	union {
		struct aead_request *aead;
		struct skcipher_request *skcipher;
	};
	u8 iv[KSSH_AES_BLOCK];
	u8 first[KSSH_AES_BLOCK];
	struct scatterlist *sg;
	struct scatterlist one;
};

/**
 * struct kssh_keys - the keys of one direction, and what works with them
 * @cipher: the algorithm
 * @mac: the MAC, NULL if the cipher brings its own tag
 * @mac_tfm: keyed handle of @mac
 * @mac_desc: hash state of @mac; NULL while at rest
 * @chacha: chacha20-poly1305@openssh.com
 * @chacha.main: K_2, for payload and Poly1305 key
 * @chacha.head: K_1, for packet_length
 * @gcm: AES-GCM
 * @gcm.tfm: keyed handle
 * @gcm.run: NULL while at rest
 * @gcm.iv: fixed field and invocation counter of the next packet (RFC 5647 7.1)
 * @ctr: AES-CTR
 * @ctr.tfm: keyed handle
 * @ctr.run: NULL while at rest
 * @ctr.counter: counter block that the next packet begins with (RFC 4344 4)
 *
 * Of the union there is as much as the cipher has.  Owned by the conn, which
 * serialises all use.  Freed by kssh_keys_free(), the one place that wipes; handles
 * and requests wipe what they hold when freed.
 */
struct kssh_keys {
	const struct kssh_cipher_alg *cipher;
	const struct kssh_mac_alg *mac;
	struct crypto_shash *mac_tfm;
	struct shash_desc *mac_desc;
	union {
		struct {
			u32 main[CHACHA_KEY_SIZE / sizeof(u32)];
			u32 head[CHACHA_KEY_SIZE / sizeof(u32)];
		} chacha;
		struct {
			struct crypto_aead *tfm;
			struct kssh_run *run;
			u8 iv[GCM_AES_IV_SIZE];
		} gcm;
		struct {
			struct crypto_skcipher *tfm;
			struct kssh_run *run;
			u8 counter[KSSH_AES_BLOCK];
		} ctr;
	};
};

/*
 * The functions of struct kssh_cipher_alg.  init: 0 or -errno; what it leaves
 * behind on error is what wipe can take.  open and seal get the frame without the
 * tag of a MAC, but with their own.
 */
int kssh_chachapoly_init(struct kssh_keys *k, const u8 *key, const u8 *iv);
void kssh_chachapoly_wipe(struct kssh_keys *k);
int kssh_chachapoly_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len);
int kssh_chachapoly_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);
int kssh_chachapoly_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);

int kssh_gcm_init(struct kssh_keys *k, const u8 *key, const u8 *iv);
bool kssh_gcm_accelerated(const struct kssh_keys *k);
void kssh_gcm_rest(struct kssh_keys *k);
void kssh_gcm_wipe(struct kssh_keys *k);
int kssh_gcm_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);
int kssh_gcm_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);

int kssh_ctr_init(struct kssh_keys *k, const u8 *key, const u8 *iv);
void kssh_ctr_rest(struct kssh_keys *k);
void kssh_ctr_wipe(struct kssh_keys *k);
int kssh_ctr_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len);
int kssh_ctr_crypt(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);

/* packet_length stands in the clear */
int kssh_length_plain(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len);

/* 0 or -errno; on error kssh_mac_wipe() takes what is there */
int kssh_mac_init(struct kssh_keys *k, const u8 *key);
void kssh_mac_rest(struct kssh_keys *k);
void kssh_mac_wipe(struct kssh_keys *k);
/* MAC of sequence number and @n bytes at @p into @out (tag_len bytes); a reason */
int kssh_mac_compute(struct kssh_keys *k, u32 seq, const u8 *p, size_t n, u8 *out);

/**
 * kssh_sg_frame - describe a frame to the crypto API
 * @run: of the keys
 * @p: kmalloc or vmalloc memory
 * @n: bytes, at least 1
 *
 * Memory is taken for vmalloc memory only.
 * Return: 0; KSSH_R_NO_MEMORY; KSSH_R_CRYPTO_FAILED if it is longer than any frame
 * may be.  After 0 kssh_sg_done() has to follow.
 */
int kssh_sg_frame(struct kssh_run *run, u8 *p, size_t n);
void kssh_sg_done(struct kssh_run *run);

struct kssh_run *kssh_run_new(void);	/* without a request; NULL: no memory */

#endif /* KSSH_KEYS_H */
