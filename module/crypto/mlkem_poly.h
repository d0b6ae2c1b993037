/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of ML-KEM (FIPS 203) that is the same for every parameter set:
 * polynomials of R_q = Z_q[X]/(X^256 + 1), q = 3329, and their encodings.
 *
 * Nothing here branches on, indexes by or divides a secret. The sampling of
 * the public matrix alone takes a time that depends on its (public) input.
 */
#ifndef KSSH_CRYPTO_MLKEM_POLY_H
#define KSSH_CRYPTO_MLKEM_POLY_H

#include <linux/types.h>

#include "keccak.h"

#define KSSH_MLKEM_N		256
#define KSSH_MLKEM_Q		3329

#define KSSH_MLKEM_SYM_SIZE	32	/* seeds, messages, shared secrets */
#define KSSH_MLKEM_POLY_SIZE	384	/* a polynomial at 12 bits each */
#define KSSH_MLKEM_NOISE_SIZE	128	/* PRF output for eta = 2 */

/**
 * struct kssh_mlkem_poly - a polynomial, or its number-theoretic transform
 * @c: coefficients modulo q, signed; each function says what it wants and
 *     gives: "reduced" is |c| <= (q - 1) / 2, "canonical" is 0 <= c < q
 */
struct kssh_mlkem_poly {
	s16 c[KSSH_MLKEM_N];
};

/**
 * struct kssh_mlkem_twist - half of the products that a factor needs
 * @c: odd coefficients of a transformed polynomial times gamma (FIPS 203,
 *     algorithm 12), kept because that factor is multiplied several times
 */
struct kssh_mlkem_twist {
	s16 c[KSSH_MLKEM_N / 2];
};

void kssh_mlkem_ntt(struct kssh_mlkem_poly *p);
void kssh_mlkem_invntt(struct kssh_mlkem_poly *p);
void kssh_mlkem_twist(struct kssh_mlkem_twist *t,
		      const struct kssh_mlkem_poly *b);
void kssh_mlkem_dot(struct kssh_mlkem_poly *out,
		    const struct kssh_mlkem_poly *a,
		    const struct kssh_mlkem_poly *b,
		    const struct kssh_mlkem_twist *bt, unsigned int k);
void kssh_mlkem_to_mont(struct kssh_mlkem_poly *p);
void kssh_mlkem_add(struct kssh_mlkem_poly *p, const struct kssh_mlkem_poly *a);
void kssh_mlkem_sub(struct kssh_mlkem_poly *p, const struct kssh_mlkem_poly *a);
void kssh_mlkem_canon(struct kssh_mlkem_poly *p);

void kssh_mlkem_sample_ntt(struct kssh_mlkem_poly *p, struct kssh_keccak *xof);
void kssh_mlkem_sample_cbd2(struct kssh_mlkem_poly *p,
			    const u8 in[KSSH_MLKEM_NOISE_SIZE]);

void kssh_mlkem_pack12(u8 out[KSSH_MLKEM_POLY_SIZE],
		       const struct kssh_mlkem_poly *p);
bool kssh_mlkem_unpack12(struct kssh_mlkem_poly *p,
			 const u8 in[KSSH_MLKEM_POLY_SIZE]);
void kssh_mlkem_compress(u8 *out, const struct kssh_mlkem_poly *p,
			 unsigned int d);
void kssh_mlkem_decompress(struct kssh_mlkem_poly *p, const u8 *in,
			   unsigned int d);

#endif
