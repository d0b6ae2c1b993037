// SPDX-License-Identifier: GPL-2.0
/* The ciphers, and the keys of one direction. */
#include <crypto/poly1305.h>
#include <crypto/utils.h>
#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keys.h"
#include "usable.h"

#define AES_GCM(n, k) {						\
		.name = n,					\
		.kernel_name = "gcm(aes)",			\
		.key_len = k,					\
		.iv_len = GCM_AES_IV_SIZE,			\
		.block_len = KSSH_AES_BLOCK,			\
		.tag_len = 16,					\
		.head_len = KSSH_LEN_SIZE,			\
		.aad_len = KSSH_LEN_SIZE,			\
		.fips = true,					\
		.init = kssh_gcm_init,				\
		.accelerated = kssh_gcm_accelerated,		\
		.rest = kssh_gcm_rest,				\
		.wipe = kssh_gcm_wipe,				\
		.length = kssh_length_plain,			\
		.open = kssh_gcm_open,				\
		.seal = kssh_gcm_seal,				\
	}

#define AES_CTR(n, k) {						\
		.name = n,					\
		.kernel_name = "ctr(aes)",			\
		.key_len = k,					\
		.iv_len = KSSH_AES_BLOCK,			\
		.block_len = KSSH_AES_BLOCK,			\
		.head_len = KSSH_LEN_SIZE,			\
		.aad_len = KSSH_LEN_SIZE,			\
		.fips = true,					\
		.init = kssh_ctr_init,				\
		.rest = kssh_ctr_rest,				\
		.wipe = kssh_ctr_wipe,				\
		.length = kssh_ctr_length,			\
		.open = kssh_ctr_crypt,				\
		.seal = kssh_ctr_crypt,				\
	}

/* OpenSSH's order of preference */
const struct kssh_cipher_alg kssh_cipher_algs[] = {
	{
		.name = "chacha20-poly1305@openssh.com",
		.key_len = 2 * CHACHA_KEY_SIZE,
		.block_len = 8,
		.tag_len = POLY1305_DIGEST_SIZE,
		.head_len = KSSH_LEN_SIZE,
		.aad_len = KSSH_LEN_SIZE,
		.init = kssh_chachapoly_init,
		.wipe = kssh_chachapoly_wipe,
		.length = kssh_chachapoly_length,
		.open = kssh_chachapoly_open,
		.seal = kssh_chachapoly_seal,
	},
	AES_GCM("aes128-gcm@openssh.com", 16),
	AES_GCM("aes256-gcm@openssh.com", 32),
	AES_CTR("aes128-ctr", 16),
	AES_CTR("aes192-ctr", 24),
	AES_CTR("aes256-ctr", 32),
	{}
};

static int none_init(struct kssh_keys *k, const u8 *key, const u8 *iv)
{
	return 0;
}

static void none_wipe(struct kssh_keys *k)
{
}

static int none_crypt(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	return 0;
}

const struct kssh_cipher_alg kssh_cipher_none = {
	.name = "none",
	.block_len = 8,
	.head_len = KSSH_LEN_SIZE,
	.init = none_init,
	.wipe = none_wipe,
	.length = kssh_length_plain,
	.open = none_crypt,
	.seal = none_crypt,
};

int kssh_length_plain(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len)
{
	*len = get_unaligned_be32(head);
	return 0;
}

static size_t keys_size(const struct kssh_cipher_alg *cipher)
{
	if (cipher->kernel_name)
		return max(offsetofend(struct kssh_keys, gcm),
			   offsetofend(struct kssh_keys, ctr));
	return cipher->key_len ? offsetofend(struct kssh_keys, chacha) :
	       offsetof(struct kssh_keys, chacha);
}

int kssh_keys_new(const struct kssh_cipher_alg *cipher, const struct kssh_mac_alg *mac,
		  const u8 *key, const u8 *iv, const u8 *mac_key,
		  struct kssh_keys **out)
{
	struct kssh_keys *k;
	int err;

	k = kssh_secret_new(keys_size(cipher));
	if (!k)
		return KSSH_R_NO_MEMORY;
	k->cipher = cipher;
	k->mac = mac;
	err = cipher->init(k, key, iv);
	if (!err && mac)
		err = kssh_mac_init(k, mac_key);
	if (err) {
		kssh_keys_free(k);
		return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
	}
	*out = k;
	return 0;
}

void kssh_keys_free(struct kssh_keys *k)
{
	if (!k)
		return;
	kssh_mac_wipe(k);
	k->cipher->wipe(k);
	kssh_secret_free(k);
}

/* What trying a cipher tells, besides errors. */
#define CIPHER_WORKS	1
#define CIPHER_FAST	2

static int cipher_attempt(const void *row)
{
	static const u8 zero[KSSH_KEY_MAX];
	struct kssh_keys *k = kssh_secret_new(sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	k->cipher = row;
	err = k->cipher->init(k, zero, zero);
	if (!err)
		err = k->cipher->accelerated && k->cipher->accelerated(k) ?
		      CIPHER_FAST : CIPHER_WORKS;
	kssh_keys_free(k);
	return err;
}

static int cipher_answer(const struct kssh_cipher_alg *a)
{
	static int memo[ARRAY_SIZE(kssh_cipher_algs)];

	return kssh_usable_once(&memo[a - kssh_cipher_algs], cipher_attempt, a);
}

bool kssh_cipher_usable(const struct kssh_cipher_alg *a)
{
	return kssh_fips_allows(a->fips) && cipher_answer(a) > 0;
}

bool kssh_cipher_fast(const struct kssh_cipher_alg *a)
{
	return cipher_answer(a) == CIPHER_FAST;
}

const struct kssh_cipher_alg *kssh_keys_cipher(const struct kssh_keys *k)
{
	return k->cipher;
}

const struct kssh_mac_alg *kssh_keys_mac(const struct kssh_keys *k)
{
	return k->mac;
}

size_t kssh_keys_tag_len(const struct kssh_keys *k)
{
	return k->mac ? k->mac->tag_len : k->cipher->tag_len;
}

bool kssh_keys_mac_first(const struct kssh_keys *k)
{
	return k->mac && !k->mac->etm;
}

size_t kssh_keys_head_len(const struct kssh_keys *k)
{
	return kssh_keys_mac_first(k) ? k->cipher->block_len : k->cipher->head_len;
}

size_t kssh_keys_aad_len(const struct kssh_keys *k)
{
	return kssh_keys_mac_first(k) ? 0 : k->cipher->aad_len;
}

size_t kssh_keys_block_len(const struct kssh_keys *k)
{
	return k->cipher->block_len;
}

int kssh_keys_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len)
{
	return k->cipher->length(k, seq, head, len);
}

/* @len: frame with its tag.  The caller's own checks come before; these are last. */
static bool frame_fits(const struct kssh_keys *k, size_t len)
{
	return len >= KSSH_LEN_SIZE + KSSH_PACKET_MIN + kssh_keys_tag_len(k) &&
	       len <= KSSH_FRAME_MAX;
}

/* @len: frame without its tag, which stands behind it */
static int check_mac(struct kssh_keys *k, u32 seq, const u8 *frame, size_t len)
{
	u8 tag[KSSH_TAG_MAX];
	int reason = kssh_mac_compute(k, seq, frame, len, tag);

	if (!reason && crypto_memneq(tag, frame + len, k->mac->tag_len))
		reason = KSSH_R_BAD_MAC;
	return reason;
}

int kssh_keys_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	if (!frame_fits(k, len))
		return KSSH_R_CRYPTO_FAILED;
	if (!k->mac)
		return k->cipher->open(k, seq, frame, len);
	len -= k->mac->tag_len;
	if (k->mac->etm)
		return check_mac(k, seq, frame, len) ?:
		       k->cipher->open(k, seq, frame, len);
	return k->cipher->open(k, seq, frame, len) ?:
	       check_mac(k, seq, frame, len);
}

int kssh_keys_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len)
{
	if (!frame_fits(k, len + kssh_keys_tag_len(k)))
		return KSSH_R_CRYPTO_FAILED;
	if (!k->mac)
		return k->cipher->seal(k, seq, frame, len);
	if (k->mac->etm)
		return k->cipher->seal(k, seq, frame, len) ?:
		       kssh_mac_compute(k, seq, frame, len, frame + len);
	return kssh_mac_compute(k, seq, frame, len, frame + len) ?:
	       k->cipher->seal(k, seq, frame, len);
}

void kssh_keys_rest(struct kssh_keys *k)
{
	if (!k)
		return;
	kssh_mac_rest(k);
	if (k->cipher->rest)
		k->cipher->rest(k);
}

void kssh_keys_waste(struct kssh_keys *k, const u8 *p, size_t n)
{
	u8 tag[KSSH_TAG_MAX];

	if (k->mac)
		(void)kssh_mac_compute(k, 0, p, n, tag);
}
