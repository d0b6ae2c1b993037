// SPDX-License-Identifier: GPL-2.0
/* The exchange hash and the keys that come of it. */
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../wire/reason.h"
#include "methods.h"

#define K_ENCODED_MAX	(4 + 1 + KSSH_SECRET_MAX)
#define DERIVED_MAX	(2 * KSSH_HASH_MAX)

static_assert(KSSH_KEY_MAX + KSSH_HASH_MAX <= DERIVED_MAX);

/* K as it enters hash and derivation; returns its length. */
static size_t encode_secret(const struct kssh_exchange *x, u8 out[K_ENCODED_MAX])
{
	const struct kssh_kex_alg *kex = x->neg.kex;
	struct kssh_wr w;

	kssh_wr_init(&w, out, K_ENCODED_MAX);
	if (kex->secret_is_string)
		kssh_wr_string(&w, x->secret, kex->secret_len);
	else
		kssh_wr_mpint(&w, x->secret, kex->secret_len);
	return kssh_wr_len(&w);
}

static int hash_string(struct shash_desc *desc, const struct kssh_owned *o)
{
	u8 len[4];
	int err;

	put_unaligned_be32(o->n, len);
	err = crypto_shash_update(desc, len, sizeof(len));
	if (!err && o->n)
		err = crypto_shash_update(desc, o->p, o->n);
	return err;
}

int kssh_exchange_hash(struct kssh_exchange *x)
{
	const struct kssh_owned *const part[] = {
		&x->v_c, &x->v_s, &x->i_c, &x->i_s, &x->k_s, &x->q_c, &x->q_s
	};
	struct crypto_shash *tfm = kssh_hash_tfm(x->neg.kex->hash);
	SHASH_DESC_ON_STACK(desc, tfm);
	u8 k[K_ENCODED_MAX];
	size_t k_len = encode_secret(x, k);
	int i, err;

	desc->tfm = tfm;
	err = crypto_shash_init(desc);
	for (i = 0; i < ARRAY_SIZE(part) && !err; i++)
		err = hash_string(desc, part[i]);
	if (!err)
		err = crypto_shash_finup(desc, k, k_len, x->h);
	x->h_len = kssh_hash_len(x->neg.kex->hash);
	memzero_explicit(k, sizeof(k));
	shash_desc_zero(desc);
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

/**
 * struct derivation - what makes the six values of one exchange
 * @hash: of the method
 * @prefix: K || H
 * @prefix_len: bytes of it
 * @session_id: session identifier
 * @session_id_len: bytes of it
 */
struct derivation {
	enum kssh_hash hash;
	u8 prefix[K_ENCODED_MAX + KSSH_HASH_MAX];
	size_t prefix_len;
	const u8 *session_id;
	size_t session_id_len;
};

/*
 * RFC 4253 7.2: K1 = HASH(K || H || letter || session_id), and as long as that is
 * too short K(n+1) = HASH(K || H || K1 || ... || Kn).
 */
static int derive(const struct derivation *d, u8 letter, u8 *out, size_t need)
{
	struct crypto_shash *tfm = kssh_hash_tfm(d->hash);
	SHASH_DESC_ON_STACK(desc, tfm);
	size_t step = kssh_hash_len(d->hash);
	size_t have = 0;
	int err = 0;

	desc->tfm = tfm;
	while (have < need && !err) {
		err = crypto_shash_init(desc) ?:
		      crypto_shash_update(desc, d->prefix, d->prefix_len);
		if (err)
			break;
		if (have)
			err = crypto_shash_finup(desc, out, have, out + have);
		else
			err = crypto_shash_update(desc, &letter, 1) ?:
			      crypto_shash_finup(desc, d->session_id,
						 d->session_id_len, out);
		have += step;
	}
	shash_desc_zero(desc);
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

/* IV 'A', key 'C' and MAC key 'E' of client to server; the next letter for RX. */
static int derive_direction(struct kssh_exchange *x, const struct derivation *d,
			    int dir)
{
	const struct kssh_cipher_alg *cipher = x->neg.cipher[dir];
	const struct kssh_mac_alg *mac = x->neg.mac[dir];
	struct {
		u8 iv[DERIVED_MAX];
		u8 key[DERIVED_MAX];
		u8 mac[DERIVED_MAX];
	} m;
	int reason;

	reason = derive(d, 'A' + dir, m.iv, cipher->iv_len) ?:
		 derive(d, 'C' + dir, m.key, cipher->key_len);
	if (!reason && mac)
		reason = derive(d, 'E' + dir, m.mac, mac->key_len);
	if (!reason)
		reason = kssh_keys_new(cipher, mac, m.key, m.iv, m.mac,
				       &x->keys[dir]);
	memzero_explicit(&m, sizeof(m));
	return reason;
}

int kssh_exchange_derive(struct kssh_exchange *x)
{
	struct derivation d = {
		.hash = x->neg.kex->hash,
		.session_id = x->session_id,
		.session_id_len = x->session_id_len,
	};
	int reason;

	d.prefix_len = encode_secret(x, d.prefix);
	memcpy(d.prefix + d.prefix_len, x->h, x->h_len);
	d.prefix_len += x->h_len;
	reason = derive_direction(x, &d, KSSH_TX) ?:
		 derive_direction(x, &d, KSSH_RX);
	memzero_explicit(&d, sizeof(d));
	return reason;
}
