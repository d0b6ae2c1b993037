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
	if (!k->ctr.run)
		return;
	skcipher_request_free(k->ctr.run->skcipher);
	kssh_secret_free(k->ctr.run);
	k->ctr.run = NULL;
}

void kssh_ctr_wipe(struct kssh_keys *k)
{
	kssh_ctr_rest(k);
	if (k->ctr.tfm)
		crypto_free_skcipher(k->ctr.tfm);
}

/* 0 or KSSH_R_NO_MEMORY */
static int ctr_wake(struct kssh_keys *k)
{
	struct kssh_run *run;

	if (k->ctr.run)
		return 0;
	run = kssh_run_new();
	if (!run)
		return KSSH_R_NO_MEMORY;
	run->skcipher = skcipher_request_alloc(k->ctr.tfm, GFP_KERNEL_ACCOUNT);
	if (!run->skcipher) {
		kssh_secret_free(run);
		return KSSH_R_NO_MEMORY;
	}
	k->ctr.run = run;
	return 0;
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

/* Once ctr_wake(): the stream from the present counter block on over @n bytes at @p. */
static int ctr_run(struct kssh_keys *k, u8 *p, size_t n)
{
	struct kssh_run *run = k->ctr.run;
	struct skcipher_request *req = run->skcipher;
	int reason, err;

	reason = kssh_sg_frame(run, p, n);
	if (reason)
		return reason;
	memcpy(run->iv, k->ctr.counter, sizeof(run->iv));
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_BACKLOG |
				      CRYPTO_TFM_REQ_MAY_SLEEP,
				      crypto_req_done, &run->wait);
	skcipher_request_set_crypt(req, run->sg, run->sg, n, run->iv);
	err = crypto_wait_req(crypto_skcipher_encrypt(req), &run->wait);
	kssh_sg_done(run);
	if (err)
		return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
	return 0;
}

int kssh_ctr_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len)
{
	struct kssh_run *run;
	int reason;

	if (!kssh_keys_mac_first(k))
		return kssh_length_plain(k, seq, head, len);
	reason = ctr_wake(k);
	if (reason)
		return reason;
	run = k->ctr.run;
	memcpy(run->first, head, sizeof(run->first));
	reason = ctr_run(k, run->first, sizeof(run->first));
	*len = get_unaligned_be32(run->first);
	memzero_explicit(run->first, sizeof(run->first));
	return reason;
}

/* Both directions are the same stream. */
int kssh_ctr_crypt(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	size_t clear = kssh_keys_aad_len(k);
	size_t text = len - clear;
	int reason = ctr_wake(k) ?: ctr_run(k, frame + clear, text);

	/* Also after a failure: no part of the stream is used again. */
	ctr_advance(k->ctr.counter, DIV_ROUND_UP(text, KSSH_AES_BLOCK));
	return reason;
}
