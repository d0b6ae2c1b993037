// SPDX-License-Identifier: GPL-2.0
/* The exchange hash and the keys that come of it. */
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../wire/reason.h"
#include "methods.h"

#define K_EXTRA		(4 + 1)		/* length, and the zero of an mpint */
#define DERIVED_MAX	(2 * KSSH_HASH_MAX)

static_assert(KSSH_KEY_MAX + KSSH_HASH_MAX <= DERIVED_MAX);

int kssh_exchange_encode_k(struct kssh_exchange *x)
{
	size_t max = K_EXTRA + x->secret_len;
	struct kssh_wr w;

	x->k = kssh_secret_new(max);
	if (!x->k)
		return KSSH_R_NO_MEMORY;
	kssh_wr_init(&w, x->k, max);
	if (x->neg.kex->secret_is_string)
		kssh_wr_string(&w, x->secret, x->secret_len);
	else
		kssh_wr_mpint(&w, x->secret, x->secret_len);
	x->k_len = kssh_wr_len(&w);
	return 0;
}

static int hash_u32(struct shash_desc *desc, u32 v)
{
	u8 b[4];

	put_unaligned_be32(v, b);
	return crypto_shash_update(desc, b, sizeof(b));
}

static int hash_string(struct shash_desc *desc, const struct kssh_owned *o)
{
	int err = hash_u32(desc, o->n);

	if (!err && o->n)
		err = crypto_shash_update(desc, o->p, o->n);
	return err;
}

/* A number without leading zeros. */
static int hash_mpint(struct shash_desc *desc, const struct kssh_owned *o)
{
	static const u8 zero;
	bool pad = o->n && (o->p[0] & 0x80);
	int err = hash_u32(desc, o->n + pad);

	if (!err && pad)
		err = crypto_shash_update(desc, &zero, 1);
	if (!err && o->n)
		err = crypto_shash_update(desc, o->p, o->n);
	return err;
}

/* RFC 4419 3: min || n || max || p || g */
static int hash_group(struct shash_desc *desc, const struct kssh_exchange *x)
{
	return hash_u32(desc, KSSH_GEX_MIN_BITS) ?:
	       hash_u32(desc, kssh_gex_bits(&x->neg)) ?:
	       hash_u32(desc, KSSH_GEX_MAX_BITS) ?:
	       hash_mpint(desc, &x->p) ?:
	       hash_mpint(desc, &x->g);
}

int kssh_exchange_absorb(struct kssh_exchange *x)
{
	struct crypto_shash *tfm = kssh_hash_tfm(x->neg.kex->hash);
	struct kssh_owned *const first[] = { &x->v_c, &x->v_s, &x->i_c, &x->i_s };
	int i, err;

	x->desc = kssh_secret_new(sizeof(*x->desc) + crypto_shash_descsize(tfm));
	if (!x->desc)
		return KSSH_R_NO_MEMORY;
	x->desc->tfm = tfm;
	err = crypto_shash_init(x->desc);
	for (i = 0; i < ARRAY_SIZE(first) && !err; i++) {
		err = hash_string(x->desc, first[i]);
		kssh_owned_drop(first[i]);
	}
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

/* What follows those, but for K. */
static int hash_rest(struct shash_desc *desc, const struct kssh_exchange *x)
{
	const struct kssh_kex_alg *kex = x->neg.kex;
	int err = hash_string(desc, &x->k_s);

	if (!err && kex->gex)
		err = hash_group(desc, x);
	if (!err && kex->public_is_mpint)
		err = hash_mpint(desc, &x->q_c) ?: hash_mpint(desc, &x->q_s);
	else if (!err)
		err = hash_string(desc, &x->q_c) ?: hash_string(desc, &x->q_s);
	return err;
}

int kssh_exchange_hash(struct kssh_exchange *x)
{
	int reason = x->desc ? 0 : kssh_exchange_absorb(x);

	if (!reason && (hash_rest(x->desc, x) ?:
			crypto_shash_finup(x->desc, x->k, x->k_len, x->h)))
		reason = KSSH_R_CRYPTO_FAILED;
	x->h_len = kssh_hash_len(x->neg.kex->hash);
	kssh_secret_free(x->desc);
	x->desc = NULL;
	return reason;
}

/*
 * RFC 4253 7.2: K1 = HASH(K || H || letter || session_id), and as long as that is
 * too short K(n+1) = HASH(K || H || K1 || ... || Kn).
 */
static int derive(const struct kssh_exchange *x, u8 letter, u8 *out, size_t need)
{
	struct crypto_shash *tfm = kssh_hash_tfm(x->neg.kex->hash);
	SHASH_DESC_ON_STACK(desc, tfm);
	size_t step = kssh_hash_len(x->neg.kex->hash);
	size_t have = 0;
	int err = 0;

	desc->tfm = tfm;
	while (have < need && !err) {
		err = crypto_shash_init(desc) ?:
		      crypto_shash_update(desc, x->k, x->k_len) ?:
		      crypto_shash_update(desc, x->h, x->h_len);
		if (err)
			break;
		if (have)
			err = crypto_shash_finup(desc, out, have, out + have);
		else
			err = crypto_shash_update(desc, &letter, 1) ?:
			      crypto_shash_finup(desc, x->session_id,
						 x->session_id_len, out);
		have += step;
	}
	shash_desc_zero(desc);
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

/* IV 'A', key 'C' and MAC key 'E' of client to server; the next letter for RX. */
static int derive_direction(struct kssh_exchange *x, int dir)
{
	const struct kssh_cipher_alg *cipher = x->neg.cipher[dir];
	const struct kssh_mac_alg *mac = x->neg.mac[dir];
	struct {
		u8 iv[DERIVED_MAX];
		u8 key[DERIVED_MAX];
		u8 mac[DERIVED_MAX];
	} m;
	int reason;

	reason = derive(x, 'A' + dir, m.iv, cipher->iv_len) ?:
		 derive(x, 'C' + dir, m.key, cipher->key_len);
	if (!reason && mac)
		reason = derive(x, 'E' + dir, m.mac, mac->key_len);
	if (!reason)
		reason = kssh_keys_new(cipher, mac, m.key, m.iv, m.mac,
				       &x->keys[dir]);
	if (!reason && !x->has_comp[dir])
		reason = kssh_comp_new(x->neg.comp[dir], dir == KSSH_TX,
				       &x->comp[dir]);
	memzero_explicit(&m, sizeof(m));
	return reason;
}

int kssh_exchange_derive(struct kssh_exchange *x)
{
	return derive_direction(x, KSSH_TX) ?: derive_direction(x, KSSH_RX);
}
