// SPDX-License-Identifier: GPL-2.0
/*
 * AES-CTR (RFC 4344 4): the counter block goes on from packet to packet.  With an
 * encrypt-then-MAC MAC packet_length stays in the clear; the MAC itself is not
 * this file's business.
 */
#include <linux/err.h>
#include <linux/string.h>

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
	k->ctr.req = skcipher_request_alloc(tfm, GFP_KERNEL);
	if (!k->ctr.req)
		return -ENOMEM;
	memcpy(k->ctr.counter, iv, sizeof(k->ctr.counter));
	return kssh_sg_alloc(k);
}

void kssh_ctr_wipe(struct kssh_keys *k)
{
	if (k->ctr.req)
		skcipher_request_free(k->ctr.req);
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

/* Both directions are the same stream. */
int kssh_ctr_crypt(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	struct skcipher_request *req = k->ctr.req;
	size_t text = len - KSSH_LEN_SIZE;
	int reason, err;

	reason = kssh_sg_frame(k, frame + KSSH_LEN_SIZE, text);
	if (reason)
		return reason;
	memcpy(k->ctr.iv, k->ctr.counter, sizeof(k->ctr.iv));
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_BACKLOG |
				      CRYPTO_TFM_REQ_MAY_SLEEP,
				      crypto_req_done, &k->wait);
	skcipher_request_set_crypt(req, k->sg, k->sg, text, k->ctr.iv);
	err = crypto_wait_req(crypto_skcipher_encrypt(req), &k->wait);
	/* Also after a failure: no part of the stream is used again. */
	ctr_advance(k->ctr.counter, DIV_ROUND_UP(text, KSSH_AES_BLOCK));
	if (err)
		return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
	return 0;
}
