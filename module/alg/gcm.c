// SPDX-License-Identifier: GPL-2.0
/*
 * AES-GCM (RFC 5647, with OpenSSH's rule for its use): packet_length is associated
 * data and stands in the clear; the last 8 bytes of the 12-byte IV count packets.
 */
#include <linux/err.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"

#define GCM_TAG		16
#define GCM_COUNTER	4	/* where the invocation counter begins */

int kssh_gcm_init(struct kssh_keys *k, const u8 *key, const u8 *iv)
{
	struct crypto_aead *tfm;
	int err;

	tfm = crypto_alloc_aead(k->cipher->kernel_name, 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	k->gcm.tfm = tfm;
	err = crypto_aead_setkey(tfm, key, k->cipher->key_len);
	if (!err)
		err = crypto_aead_setauthsize(tfm, GCM_TAG);
	if (err)
		return err;
	memcpy(k->gcm.iv, iv, sizeof(k->gcm.iv));
	return 0;
}

/*
 * The kernel's own code in C, and its library, call themselves 100 and 110; what
 * uses the CPU's instructions for AES and GHASH, or a device, 200 and above.  Names
 * do not tell: x86's is "generic-gcm-aesni".
 */
#define SOFTWARE_PRIORITY_MAX	199

bool kssh_gcm_accelerated(const struct kssh_keys *k)
{
	return crypto_aead_alg(k->gcm.tfm)->base.cra_priority >
	       SOFTWARE_PRIORITY_MAX;
}

void kssh_gcm_rest(struct kssh_keys *k)
{
	if (!k->gcm.run)
		return;
	aead_request_free(k->gcm.run->aead);
	kssh_secret_free(k->gcm.run);
	k->gcm.run = NULL;
}

void kssh_gcm_wipe(struct kssh_keys *k)
{
	kssh_gcm_rest(k);
	if (k->gcm.tfm)
		crypto_free_aead(k->gcm.tfm);
}

static int gcm_reason(int err)
{
	switch (err) {
	case 0:
		return 0;
	case -EBADMSG:
		return KSSH_R_BAD_MAC;
	case -ENOMEM:
		return KSSH_R_NO_MEMORY;
	default:
		return KSSH_R_CRYPTO_FAILED;
	}
}

/* 0 or KSSH_R_NO_MEMORY */
static int gcm_wake(struct kssh_keys *k)
{
	struct kssh_run *run;

	if (k->gcm.run)
		return 0;
	run = kssh_run_new();
	if (!run)
		return KSSH_R_NO_MEMORY;
	run->aead = aead_request_alloc(k->gcm.tfm, GFP_KERNEL_ACCOUNT);
	if (!run->aead) {
		kssh_secret_free(run);
		return KSSH_R_NO_MEMORY;
	}
	k->gcm.run = run;
	return 0;
}

/* Once kssh_sg_frame() has succeeded; @err is the request's. */
static int gcm_finish(struct kssh_keys *k, int err)
{
	err = crypto_wait_req(err, &k->gcm.run->wait);
	kssh_sg_done(k->gcm.run);
	return gcm_reason(err);
}

/* @text: what is encrypted, or decrypted (tag included), behind packet_length */
static int gcm_prepare(struct kssh_keys *k, u8 *frame, size_t text, size_t all)
{
	int reason = gcm_wake(k);
	struct kssh_run *run = k->gcm.run;
	struct aead_request *req;

	if (!reason)
		reason = kssh_sg_frame(run, frame, all);
	if (reason)
		return reason;
	req = run->aead;
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_BACKLOG |
				  CRYPTO_TFM_REQ_MAY_SLEEP,
				  crypto_req_done, &run->wait);
	aead_request_set_ad(req, KSSH_LEN_SIZE);
	aead_request_set_crypt(req, run->sg, run->sg, text, k->gcm.iv);
	return 0;
}

static void gcm_count(struct kssh_keys *k)
{
	u8 *counter = k->gcm.iv + GCM_COUNTER;

	put_unaligned_be64(get_unaligned_be64(counter) + 1, counter);
}

int kssh_gcm_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	int reason = gcm_prepare(k, frame, len - KSSH_LEN_SIZE, len);

	if (!reason)
		reason = gcm_finish(k, crypto_aead_decrypt(k->gcm.run->aead));
	if (!reason)
		gcm_count(k);
	return reason;
}

int kssh_gcm_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	int reason = gcm_prepare(k, frame, len - KSSH_LEN_SIZE, len + GCM_TAG);

	if (!reason)
		reason = gcm_finish(k, crypto_aead_encrypt(k->gcm.run->aead));
	/* Also after a failure: an IV is never used again. */
	gcm_count(k);
	return reason;
}
