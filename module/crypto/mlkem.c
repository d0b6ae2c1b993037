// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM (FIPS 203, sections 5 to 8). What a loop or a length here depends on
 * is the parameter set, which is public.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <crypto/utils.h>

#include "mlkem.h"

#define SYM		KSSH_MLKEM_SYM_SIZE
#define POLY		KSSH_MLKEM_POLY_SIZE

#define EK_SIZE(k)		((k) * POLY + SYM)
#define DK_SIZE(k)		((k) * POLY + EK_SIZE(k) + 2 * SYM)
#define CT_SIZE(k, du, dv)	(32 * ((k) * (du) + (dv)))

#define PARAMS(k_, du_, dv_) {						\
	.k = k_, .du = du_, .dv = dv_, .ek_size = EK_SIZE(k_),		\
	.dk_size = DK_SIZE(k_), .ct_size = CT_SIZE(k_, du_, dv_),	\
}

/* FIPS 203, table 2 */
const struct kssh_mlkem_params kssh_mlkem768 = PARAMS(3, 10, 4);
const struct kssh_mlkem_params kssh_mlkem1024 = PARAMS(4, 11, 5);

static_assert(EK_SIZE(3) == KSSH_MLKEM768_EK_SIZE);
static_assert(DK_SIZE(3) == KSSH_MLKEM768_DK_SIZE);
static_assert(CT_SIZE(3, 10, 4) == KSSH_MLKEM768_CT_SIZE);
static_assert(EK_SIZE(4) == KSSH_MLKEM1024_EK_SIZE);
static_assert(DK_SIZE(4) == KSSH_MLKEM1024_DK_SIZE);
static_assert(CT_SIZE(4, 11, 5) == KSSH_MLKEM1024_CT_SIZE);

/* A decapsulation key: s, the encapsulation key, H of that, z (algorithm 16) */
static size_t dk_ek(const struct kssh_mlkem_params *set)
{
	return set->k * POLY;
}

static size_t dk_hash(const struct kssh_mlkem_params *set)
{
	return dk_ek(set) + set->ek_size;
}

static size_t dk_z(const struct kssh_mlkem_params *set)
{
	return dk_hash(set) + SYM;
}

/* H of FIPS 203, section 4.1 */
static void hash_h(struct kssh_keccak *k, u8 out[SYM], const u8 *ek, size_t len)
{
	kssh_sha3_256_init(k);
	kssh_keccak_absorb(k, ek, len);
	kssh_keccak_squeeze(k, out, SYM);
}

/* G of a message and the hash of a key: shared secret, then randomness */
static void hash_g(struct kssh_keccak *k, u8 out[2 * SYM], const u8 m[SYM],
		   const u8 h[SYM])
{
	kssh_sha3_512_init(k);
	kssh_keccak_absorb(k, m, SYM);
	kssh_keccak_absorb(k, h, SYM);
	kssh_keccak_squeeze(k, out, 2 * SYM);
}

/* The matrix entry whose indices are absorbed as @first and @second */
static void sample_entry(struct kssh_mlkem_work *w,
			 struct kssh_mlkem_poly *p, const u8 rho[SYM],
			 u8 first, u8 second)
{
	const u8 index[2] = { first, second };

	kssh_shake128_init(&w->xof);
	kssh_keccak_absorb(&w->xof, rho, SYM);
	kssh_keccak_absorb(&w->xof, index, sizeof(index));
	kssh_mlkem_sample_ntt(p, &w->xof);
}

/* The secret or error polynomial number @n drawn from @sigma */
static void sample_noise(struct kssh_mlkem_work *w,
			 struct kssh_mlkem_poly *p, const u8 sigma[SYM], u8 n)
{
	kssh_shake256_init(&w->xof);
	kssh_keccak_absorb(&w->xof, sigma, SYM);
	kssh_keccak_absorb(&w->xof, &n, 1);
	kssh_keccak_squeeze(&w->xof, w->noise, sizeof(w->noise));
	kssh_mlkem_sample_cbd2(p, w->noise);
}

/* A secret vector, transformed and ready to be multiplied; nonces 0 to @k - 1 */
static void sample_vector(struct kssh_mlkem_work *w, const u8 sigma[SYM],
			  unsigned int k)
{
	unsigned int i;

	for (i = 0; i < k; i++) {
		sample_noise(w, &w->vec[i], sigma, i);
		kssh_mlkem_ntt(&w->vec[i]);
		kssh_mlkem_twist(&w->twist[i], &w->vec[i]);
	}
}

/**
 * kssh_mlkem_keygen() - make a key pair
 * @set: parameter set
 * @ek: encapsulation key, for the peer
 * @dk: decapsulation key, secret
 * @d: 32 random bytes, secret
 * @z: 32 more, secret
 * @w: workspace
 *
 * ML-KEM.KeyGen_internal (FIPS 203, algorithm 16). The caller erases @d, @z,
 * @w and, after use, @dk.
 *
 * Context: any, but long: tens of microseconds.
 */
void kssh_mlkem_keygen(const struct kssh_mlkem_params *set, u8 *ek, u8 *dk,
		       const u8 d[KSSH_MLKEM_SYM_SIZE],
		       const u8 z[KSSH_MLKEM_SYM_SIZE],
		       struct kssh_mlkem_work *w)
{
	const u8 *rho = w->g, *sigma = w->g + SYM;
	unsigned int i, j, k = set->k;

	kssh_sha3_512_init(&w->xof);
	kssh_keccak_absorb(&w->xof, d, SYM);
	kssh_keccak_absorb(&w->xof, &set->k, 1);
	kssh_keccak_squeeze(&w->xof, w->g, sizeof(w->g));

	sample_vector(w, sigma, k);

	/* t = A s + e */
	for (i = 0; i < k; i++) {
		for (j = 0; j < k; j++)
			sample_entry(w, &w->row[j], rho, j, i);
		kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, k);
		kssh_mlkem_to_mont(&w->acc);
		sample_noise(w, &w->row[0], sigma, k + i);
		kssh_mlkem_ntt(&w->row[0]);
		kssh_mlkem_add(&w->acc, &w->row[0]);
		kssh_mlkem_canon(&w->acc);
		kssh_mlkem_pack12(ek + i * POLY, &w->acc);
	}
	memcpy(ek + k * POLY, rho, SYM);

	for (i = 0; i < k; i++) {
		kssh_mlkem_canon(&w->vec[i]);
		kssh_mlkem_pack12(dk + i * POLY, &w->vec[i]);
	}
	memcpy(dk + dk_ek(set), ek, set->ek_size);
	hash_h(&w->xof, dk + dk_hash(set), ek, set->ek_size);
	memcpy(dk + dk_z(set), z, SYM);
}

/* K-PKE.Encrypt (FIPS 203, algorithm 14). False: @ek fails the modulus check */
static bool encrypt(const struct kssh_mlkem_params *set, u8 *ct, const u8 *ek,
		    const u8 msg[SYM], const u8 r[SYM],
		    struct kssh_mlkem_work *w)
{
	unsigned int i, j, k = set->k;
	const u8 *rho = ek + k * POLY;
	bool valid = true;

	sample_vector(w, r, k);

	/* u = A^T y + e1 */
	for (i = 0; i < k; i++) {
		for (j = 0; j < k; j++)
			sample_entry(w, &w->row[j], rho, i, j);
		kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, k);
		kssh_mlkem_invntt(&w->acc);
		sample_noise(w, &w->row[0], r, k + i);
		kssh_mlkem_add(&w->acc, &w->row[0]);
		kssh_mlkem_canon(&w->acc);
		kssh_mlkem_compress(ct, &w->acc, set->du);
		ct += 32 * set->du;
	}

	/* v = t^T y + e2 + the message's bits as 0 or (q + 1) / 2 */
	for (j = 0; j < k; j++)
		valid &= kssh_mlkem_unpack12(&w->row[j], ek + j * POLY);
	kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, k);
	kssh_mlkem_invntt(&w->acc);
	sample_noise(w, &w->row[0], r, 2 * k);
	kssh_mlkem_add(&w->acc, &w->row[0]);
	kssh_mlkem_decompress(&w->row[0], msg, 1);
	kssh_mlkem_add(&w->acc, &w->row[0]);
	kssh_mlkem_canon(&w->acc);
	kssh_mlkem_compress(ct, &w->acc, set->dv);
	return valid;
}

/* K-PKE.Decrypt (FIPS 203, algorithm 15) */
static void decrypt(const struct kssh_mlkem_params *set, u8 msg[SYM],
		    const u8 *ct, const u8 *dk, struct kssh_mlkem_work *w)
{
	unsigned int i;

	for (i = 0; i < set->k; i++) {
		kssh_mlkem_decompress(&w->vec[i], ct, set->du);
		ct += 32 * set->du;
		kssh_mlkem_ntt(&w->vec[i]);
		kssh_mlkem_twist(&w->twist[i], &w->vec[i]);
		kssh_mlkem_unpack12(&w->row[i], dk + i * POLY);
	}
	kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, set->k);
	kssh_mlkem_invntt(&w->acc);

	kssh_mlkem_decompress(&w->row[0], ct, set->dv);
	kssh_mlkem_sub(&w->row[0], &w->acc);
	kssh_mlkem_canon(&w->row[0]);
	kssh_mlkem_compress(msg, &w->row[0], 1);
}

/**
 * kssh_mlkem_encaps() - make a shared secret for the owner of a key
 * @set: parameter set
 * @ct: ciphertext, for the owner
 * @ss: shared secret
 * @ek: the owner's encapsulation key
 * @m: 32 random bytes, secret
 * @w: workspace
 *
 * ML-KEM.Encaps_internal (FIPS 203, algorithm 17) after the modulus check of
 * section 7.2. The caller erases @m, @w and, after use, @ss.
 *
 * Context: any, but long: tens of microseconds.
 * Return: 0, or -EINVAL for a key with a coefficient that is not below q;
 * then @ct and @ss hold nothing.
 */
int kssh_mlkem_encaps(const struct kssh_mlkem_params *set, u8 *ct,
		      u8 ss[KSSH_MLKEM_SS_SIZE], const u8 *ek,
		      const u8 m[KSSH_MLKEM_SYM_SIZE],
		      struct kssh_mlkem_work *w)
{
	hash_h(&w->xof, w->msg, ek, set->ek_size);
	hash_g(&w->xof, w->g, m, w->msg);
	if (!encrypt(set, ct, ek, m, w->g + SYM, w)) {
		memset(ct, 0, set->ct_size);
		memset(ss, 0, KSSH_MLKEM_SS_SIZE);
		return -EINVAL;
	}
	memcpy(ss, w->g, KSSH_MLKEM_SS_SIZE);
	return 0;
}

/**
 * kssh_mlkem_decaps() - open a ciphertext
 * @set: parameter set
 * @ss: shared secret
 * @ct: ciphertext of the peer, any bytes
 * @dk: own decapsulation key, as kssh_mlkem_keygen() made it
 * @w: workspace
 *
 * ML-KEM.Decaps_internal (FIPS 203, algorithm 18). A ciphertext that was not
 * made for this key gives a secret that nobody else knows (implicit
 * rejection), in the same time and without any other sign: it cannot fail.
 * The hash check of section 7.3 is for keys that come from elsewhere and is
 * not made. The caller erases @w and, after use, @ss.
 *
 * Context: any, but long: tens of microseconds.
 */
void kssh_mlkem_decaps(const struct kssh_mlkem_params *set,
		       u8 ss[KSSH_MLKEM_SS_SIZE], const u8 *ct, const u8 *dk,
		       struct kssh_mlkem_work *w)
{
	unsigned long mask;
	unsigned int i;

	decrypt(set, w->msg, ct, dk, w);
	hash_g(&w->xof, w->g, w->msg, dk + dk_hash(set));
	encrypt(set, w->ct, dk + dk_ek(set), w->msg, w->g + SYM, w);

	/* J of FIPS 203, section 4.1 */
	kssh_shake256_init(&w->xof);
	kssh_keccak_absorb(&w->xof, dk + dk_z(set), SYM);
	kssh_keccak_absorb(&w->xof, ct, set->ct_size);
	kssh_keccak_squeeze(&w->xof, w->msg, SYM);

	mask = -(unsigned long)!!crypto_memneq(ct, w->ct, set->ct_size);
	OPTIMIZER_HIDE_VAR(mask);
	for (i = 0; i < SYM; i++)
		ss[i] = w->g[i] ^ ((w->g[i] ^ w->msg[i]) & mask);
}
