// SPDX-License-Identifier: GPL-2.0
/*
 * AES-CTR (RFC 4344 4): the counter block goes on from packet to packet.  With an
 * encrypt-then-MAC MAC packet_length stays in the clear, with the others it is in
 * the first block; the MAC itself is not this file's business.
 */
#include <linux/err.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"

int kssh_ctr_init(struct kssh_keys *k, const u8 *key, const u8 *iv)
{
	struct crypto_skcipher *tfm;
	int err;

	tfm = crypto_alloc_skcipher(k->cipher->kernel_name, 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	k->ctr.tfm = tfm;
	err = crypto_skcipher_setkey(tfm, key, k->cipher->key_len);
	if (err)
		return err;
	memcpy(k->ctr.counter, iv, sizeof(k->ctr.counter));
	return 0;
}

void kssh_ctr_rest(struct kssh_keys *k)
{
	if (k->ctr.req)
		skcipher_request_free(k->ctr.req);
	k->ctr.req = NULL;
}

void kssh_ctr_wipe(struct kssh_keys *k)
{
	kssh_ctr_rest(k);
	if (k->ctr.tfm)
		crypto_free_skcipher(k->ctr.tfm);
}

static void ctr_advance(u8 *counter, u32 blocks)
{
	int i;

	for (i = KSSH_AES_BLOCK - 1; i >= 0 && blocks; i--) {
		blocks += counter[i];
		counter[i] = blocks;
		blocks >>= 8;
	}
}

/* The stream from the present counter block on over @n bytes at @p. */
static int ctr_run(struct kssh_keys *k, u8 *p, size_t n)
{
	struct skcipher_request *req = k->ctr.req;
	int reason, err;

	if (!req) {
		req = skcipher_request_alloc(k->ctr.tfm, GFP_KERNEL);
		if (!req)
			return KSSH_R_NO_MEMORY;
		k->ctr.req = req;
	}
	reason = kssh_sg_frame(k, p, n);
	if (reason)
		return reason;
	memcpy(k->ctr.iv, k->ctr.counter, sizeof(k->ctr.iv));
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_BACKLOG |
				      CRYPTO_TFM_REQ_MAY_SLEEP,
				      crypto_req_done, &k->wait);
	skcipher_request_set_crypt(req, k->sg, k->sg, n, k->ctr.iv);
	err = crypto_wait_req(crypto_skcipher_encrypt(req), &k->wait);
	kssh_sg_done(k);
	if (err)
		return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
	return 0;
}

int kssh_ctr_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len)
{
	int reason;

	if (!kssh_keys_mac_first(k))
		return kssh_length_plain(k, seq, head, len);
	memcpy(k->ctr.first, head, sizeof(k->ctr.first));
	reason = ctr_run(k, k->ctr.first, sizeof(k->ctr.first));
	*len = get_unaligned_be32(k->ctr.first);
	memzero_explicit(k->ctr.first, sizeof(k->ctr.first));
	return reason;
}

/* Both directions are the same stream. */
int kssh_ctr_crypt(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	size_t clear = kssh_keys_aad_len(k);
	size_t text = len - clear;
	int reason = ctr_run(k, frame + clear, text);

	/* Also after a failure: no part of the stream is used again. */
	ctr_advance(k->ctr.counter, DIV_ROUND_UP(text, KSSH_AES_BLOCK));
	return reason;
}
