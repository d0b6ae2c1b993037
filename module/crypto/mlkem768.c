// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM-768 (FIPS 203, sections 5 to 7). A further parameter set has its own
 * K, DU, DV, sizes and workspace; all below this file is the same for it.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <crypto/utils.h>

#include "mlkem768.h"

#define K		KSSH_MLKEM768_K
#define DU		10	/* bits for a coefficient of u */
#define DV		4	/* and of v */

#define SYM		KSSH_MLKEM_SYM_SIZE
#define POLY		KSSH_MLKEM_POLY_SIZE
#define U_SIZE		(32 * DU)
#define V_SIZE		(32 * DV)

/* Where the parts of a decapsulation key begin (FIPS 203, algorithm 16) */
#define DK_EK		(K * POLY)
#define DK_HASH		(DK_EK + KSSH_MLKEM768_EK_SIZE)
#define DK_Z		(DK_HASH + SYM)

static_assert(K * POLY + SYM == KSSH_MLKEM768_EK_SIZE);
static_assert(DK_Z + SYM == KSSH_MLKEM768_DK_SIZE);
static_assert(K * U_SIZE + V_SIZE == KSSH_MLKEM768_CT_SIZE);

/* H of FIPS 203, section 4.1 */
static void hash_h(struct kssh_keccak *k, u8 out[SYM],
		   const u8 ek[KSSH_MLKEM768_EK_SIZE])
{
	kssh_sha3_256_init(k);
	kssh_keccak_absorb(k, ek, KSSH_MLKEM768_EK_SIZE);
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
static void sample_entry(struct kssh_mlkem768_work *w,
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
static void sample_noise(struct kssh_mlkem768_work *w,
			 struct kssh_mlkem_poly *p, const u8 sigma[SYM], u8 n)
{
	kssh_shake256_init(&w->xof);
	kssh_keccak_absorb(&w->xof, sigma, SYM);
	kssh_keccak_absorb(&w->xof, &n, 1);
	kssh_keccak_squeeze(&w->xof, w->noise, sizeof(w->noise));
	kssh_mlkem_sample_cbd2(p, w->noise);
}

/* A secret vector, transformed and ready to be multiplied; nonces 0 to K - 1 */
static void sample_vector(struct kssh_mlkem768_work *w, const u8 sigma[SYM])
{
	unsigned int i;

	for (i = 0; i < K; i++) {
		sample_noise(w, &w->vec[i], sigma, i);
		kssh_mlkem_ntt(&w->vec[i]);
		kssh_mlkem_twist(&w->twist[i], &w->vec[i]);
	}
}

/**
 * kssh_mlkem768_keygen() - make a key pair
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
void kssh_mlkem768_keygen(u8 ek[KSSH_MLKEM768_EK_SIZE],
			  u8 dk[KSSH_MLKEM768_DK_SIZE],
			  const u8 d[KSSH_MLKEM_SYM_SIZE],
			  const u8 z[KSSH_MLKEM_SYM_SIZE],
			  struct kssh_mlkem768_work *w)
{
	const u8 k = K, *rho = w->g, *sigma = w->g + SYM;
	unsigned int i, j;

	kssh_sha3_512_init(&w->xof);
	kssh_keccak_absorb(&w->xof, d, SYM);
	kssh_keccak_absorb(&w->xof, &k, 1);
	kssh_keccak_squeeze(&w->xof, w->g, sizeof(w->g));

	sample_vector(w, sigma);

	/* t = A s + e */
	for (i = 0; i < K; i++) {
		for (j = 0; j < K; j++)
			sample_entry(w, &w->row[j], rho, j, i);
		kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, K);
		kssh_mlkem_to_mont(&w->acc);
		sample_noise(w, &w->row[0], sigma, K + i);
		kssh_mlkem_ntt(&w->row[0]);
		kssh_mlkem_add(&w->acc, &w->row[0]);
		kssh_mlkem_canon(&w->acc);
		kssh_mlkem_pack12(ek + i * POLY, &w->acc);
	}
	memcpy(ek + K * POLY, rho, SYM);

	for (i = 0; i < K; i++) {
		kssh_mlkem_canon(&w->vec[i]);
		kssh_mlkem_pack12(dk + i * POLY, &w->vec[i]);
	}
	memcpy(dk + DK_EK, ek, KSSH_MLKEM768_EK_SIZE);
	hash_h(&w->xof, dk + DK_HASH, ek);
	memcpy(dk + DK_Z, z, SYM);
}

/* K-PKE.Encrypt (FIPS 203, algorithm 14). False: @ek fails the modulus check */
static bool encrypt(u8 ct[KSSH_MLKEM768_CT_SIZE],
		    const u8 ek[KSSH_MLKEM768_EK_SIZE], const u8 msg[SYM],
		    const u8 r[SYM], struct kssh_mlkem768_work *w)
{
	const u8 *rho = ek + K * POLY;
	unsigned int i, j;
	bool valid = true;

	sample_vector(w, r);

	/* u = A^T y + e1 */
	for (i = 0; i < K; i++) {
		for (j = 0; j < K; j++)
			sample_entry(w, &w->row[j], rho, i, j);
		kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, K);
		kssh_mlkem_invntt(&w->acc);
		sample_noise(w, &w->row[0], r, K + i);
		kssh_mlkem_add(&w->acc, &w->row[0]);
		kssh_mlkem_canon(&w->acc);
		kssh_mlkem_compress(ct + i * U_SIZE, &w->acc, DU);
	}

	/* v = t^T y + e2 + the message's bits as 0 or (q + 1) / 2 */
	for (j = 0; j < K; j++)
		valid &= kssh_mlkem_unpack12(&w->row[j], ek + j * POLY);
	kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, K);
	kssh_mlkem_invntt(&w->acc);
	sample_noise(w, &w->row[0], r, 2 * K);
	kssh_mlkem_add(&w->acc, &w->row[0]);
	kssh_mlkem_decompress(&w->row[0], msg, 1);
	kssh_mlkem_add(&w->acc, &w->row[0]);
	kssh_mlkem_canon(&w->acc);
	kssh_mlkem_compress(ct + K * U_SIZE, &w->acc, DV);
	return valid;
}

/* K-PKE.Decrypt (FIPS 203, algorithm 15) */
static void decrypt(u8 msg[SYM], const u8 ct[KSSH_MLKEM768_CT_SIZE],
		    const u8 *dk, struct kssh_mlkem768_work *w)
{
	unsigned int i;

	for (i = 0; i < K; i++) {
		kssh_mlkem_decompress(&w->vec[i], ct + i * U_SIZE, DU);
		kssh_mlkem_ntt(&w->vec[i]);
		kssh_mlkem_twist(&w->twist[i], &w->vec[i]);
		kssh_mlkem_unpack12(&w->row[i], dk + i * POLY);
	}
	kssh_mlkem_dot(&w->acc, w->row, w->vec, w->twist, K);
	kssh_mlkem_invntt(&w->acc);

	kssh_mlkem_decompress(&w->row[0], ct + K * U_SIZE, DV);
	kssh_mlkem_sub(&w->row[0], &w->acc);
	kssh_mlkem_canon(&w->row[0]);
	kssh_mlkem_compress(msg, &w->row[0], 1);
}

/**
 * kssh_mlkem768_encaps() - make a shared secret for the owner of a key
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
int kssh_mlkem768_encaps(u8 ct[KSSH_MLKEM768_CT_SIZE],
			 u8 ss[KSSH_MLKEM768_SS_SIZE],
			 const u8 ek[KSSH_MLKEM768_EK_SIZE],
			 const u8 m[KSSH_MLKEM_SYM_SIZE],
			 struct kssh_mlkem768_work *w)
{
	hash_h(&w->xof, w->msg, ek);
	hash_g(&w->xof, w->g, m, w->msg);
	if (!encrypt(ct, ek, m, w->g + SYM, w)) {
		memset(ct, 0, KSSH_MLKEM768_CT_SIZE);
		memset(ss, 0, KSSH_MLKEM768_SS_SIZE);
		return -EINVAL;
	}
	memcpy(ss, w->g, KSSH_MLKEM768_SS_SIZE);
	return 0;
}

/**
 * kssh_mlkem768_decaps() - open a ciphertext
 * @ss: shared secret
 * @ct: ciphertext of the peer, any bytes
 * @dk: own decapsulation key, as kssh_mlkem768_keygen() made it
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
void kssh_mlkem768_decaps(u8 ss[KSSH_MLKEM768_SS_SIZE],
			  const u8 ct[KSSH_MLKEM768_CT_SIZE],
			  const u8 dk[KSSH_MLKEM768_DK_SIZE],
			  struct kssh_mlkem768_work *w)
{
	unsigned long mask;
	unsigned int i;

	decrypt(w->msg, ct, dk, w);
	hash_g(&w->xof, w->g, w->msg, dk + DK_HASH);
	encrypt(w->ct, dk + DK_EK, w->msg, w->g + SYM, w);

	/* J of FIPS 203, section 4.1 */
	kssh_shake256_init(&w->xof);
	kssh_keccak_absorb(&w->xof, dk + DK_Z, SYM);
	kssh_keccak_absorb(&w->xof, ct, KSSH_MLKEM768_CT_SIZE);
	kssh_keccak_squeeze(&w->xof, w->msg, SYM);

	mask = -(unsigned long)!!crypto_memneq(ct, w->ct, sizeof(w->ct));
	OPTIMIZER_HIDE_VAR(mask);
	for (i = 0; i < SYM; i++)
		ss[i] = w->g[i] ^ ((w->g[i] ^ w->msg[i]) & mask);
}
