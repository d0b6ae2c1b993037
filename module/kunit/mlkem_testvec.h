/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Published vectors of ML-KEM, by parameter set. Keys and ciphertexts that a
 * test makes are given as the SHA3-256 of the published value.
 */
#ifndef KSSH_KUNIT_MLKEM_TESTVEC_H
#define KSSH_KUNIT_MLKEM_TESTVEC_H

#include <linux/array_size.h>

#include "../crypto/mlkem.h"

/* NIST ACVP, ML-KEM-keyGen-FIPS203. @seed is d, then z. */
struct mlkem_keygen_vector {
	const char *desc;
	const char *seed;
	const char *ek_hash;
	const char *dk_hash;
};

/* NIST ACVP, ML-KEM-encapDecap-FIPS203, encapsulation */
struct mlkem_encaps_vector {
	const char *desc;
	const char *ek;
	const char *m;
	const char *ct_hash;
	const char *ss;
};

/*
 * The same set's decapsulations: ciphertexts for one key, of which some were
 * made for it and some altered, so that they are rejected implicitly.
 */
struct mlkem_decaps_vector {
	const char *desc;
	bool altered;
	const char *ct;
	const char *ss;
};

/*
 * C2SP's CCTV, ML-KEM/unluckysample (FIPS 203 final): sampling the matrix takes
 * more than 575 bytes of an XOF, where three blocks are usual.
 */
struct mlkem_unlucky {
	const char *d;
	const char *z;
	const char *m;
	const char *ss;
};

#include "mlkem768_testvec.h"
#include "mlkem1024_testvec.h"

/**
 * struct mlkem_set - a parameter set and all that is known of it
 * @name: its name
 * @set: the module's parameters
 * @keygen: key generations, @n_keygen of them
 * @encaps: encapsulations, @n_encaps of them
 * @decaps_dk: the key of @decaps
 * @decaps: decapsulations, @n_decaps of them
 * @unlucky: where sampling takes long
 * @accumulated_100: CCTV's accumulated test: so many rounds of d, z, m and a
 *	random ciphertext drawn from SHAKE128 of nothing; SHAKE128 of each
 *	round's ek, dk, ct, ss and of what the random ciphertext gives. This hash
 *	is for slow machines and comes from code that reproduces the long run's.
 * @accumulated_10000: of the long run, published for FIPS 203 final in
 *	ML-KEM/README.md
 */
struct mlkem_set {
	const char *name;
	const struct kssh_mlkem_params *set;
	const struct mlkem_keygen_vector *keygen;
	unsigned int n_keygen;
	const struct mlkem_encaps_vector *encaps;
	unsigned int n_encaps;
	const char *decaps_dk;
	const struct mlkem_decaps_vector *decaps;
	unsigned int n_decaps;
	const struct mlkem_unlucky *unlucky;
	const char *accumulated_100;
	const char *accumulated_10000;
};

static const struct mlkem_set mlkem_sets[] = {
	{
		.name = "ML-KEM-768",
		.set = &kssh_mlkem768,
		.keygen = mlkem768_keygen,
		.n_keygen = ARRAY_SIZE(mlkem768_keygen),
		.encaps = mlkem768_encaps,
		.n_encaps = ARRAY_SIZE(mlkem768_encaps),
		.decaps_dk = mlkem768_decaps_dk,
		.decaps = mlkem768_decaps,
		.n_decaps = ARRAY_SIZE(mlkem768_decaps),
		.unlucky = &mlkem768_unlucky,
		.accumulated_100 =
			"8d65b902f28edc683cebee2872962fd165a4d197c9e24ec74caa4470270df0b7",
		.accumulated_10000 =
			"f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1",
	},
	{
		.name = "ML-KEM-1024",
		.set = &kssh_mlkem1024,
		.keygen = mlkem1024_keygen,
		.n_keygen = ARRAY_SIZE(mlkem1024_keygen),
		.encaps = mlkem1024_encaps,
		.n_encaps = ARRAY_SIZE(mlkem1024_encaps),
		.decaps_dk = mlkem1024_decaps_dk,
		.decaps = mlkem1024_decaps,
		.n_decaps = ARRAY_SIZE(mlkem1024_decaps),
		.unlucky = &mlkem1024_unlucky,
		.accumulated_100 =
			"c3ffe9ebecfa479c142656cbfbc6417efa05b77e994fe538eef4daed166363df",
		.accumulated_10000 =
			"e3bf82b013307b2e9d47dde791ff6dfc82e694e6382404abdb948b908b75bad5",
	},
};

#endif
