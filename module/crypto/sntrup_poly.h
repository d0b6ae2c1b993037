/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of Streamlined NTRU Prime: polynomials modulo x^761 - x - 1, with
 * coefficients modulo q = 4591 (the ring R/q) or modulo 3 (R/3).
 *
 * Nothing here branches on, indexes by or divides a coefficient.
 */
#ifndef KSSH_CRYPTO_SNTRUP_POLY_H
#define KSSH_CRYPTO_SNTRUP_POLY_H

#include <linux/types.h>

#define KSSH_SNTRUP_P		761
#define KSSH_SNTRUP_Q		4591

#define KSSH_SNTRUP_R3_WORDS	12	/* of 64 coefficients each */

/**
 * struct kssh_sntrup_small - an element of R/3, or a small one of R/q
 * @c: coefficients, -1, 0 or 1
 */
struct kssh_sntrup_small {
	s8 c[KSSH_SNTRUP_P];
};

/**
 * struct kssh_sntrup_rq - an element of R/q
 * @c: coefficients, |c| <= (q - 1) / 2
 */
struct kssh_sntrup_rq {
	s16 c[KSSH_SNTRUP_P];
};

/**
 * struct kssh_sntrup_r3 - an element of R/3, one bit for each coefficient
 * @plus: where it is 1
 * @minus: where it is -1
 */
struct kssh_sntrup_r3 {
	u64 plus[KSSH_SNTRUP_R3_WORDS];
	u64 minus[KSSH_SNTRUP_R3_WORDS];
};

/**
 * struct kssh_sntrup_euclid - division steps in R/q
 * @f: one of the pair whose greatest common divisor is sought, reversed
 * @g: the other
 * @v: what @f is a multiple of
 * @r: what @g is a multiple of
 */
struct kssh_sntrup_euclid {
	s16 f[KSSH_SNTRUP_P + 1];
	s16 g[KSSH_SNTRUP_P + 1];
	s16 v[KSSH_SNTRUP_P + 1];
	s16 r[KSSH_SNTRUP_P + 1];
};

/**
 * struct kssh_sntrup_euclid3 - division steps in R/3
 * @f: as in struct kssh_sntrup_euclid
 * @g: the other
 * @v: what @f is a multiple of
 * @r: what @g is a multiple of
 */
struct kssh_sntrup_euclid3 {
	struct kssh_sntrup_r3 f, g, v, r;
};

/**
 * union kssh_sntrup_scratch - memory of one call into this header
 * @euclid: of kssh_sntrup_rq_recip3()
 * @euclid3: of kssh_sntrup_r3_recip()
 * @factor: of kssh_sntrup_r3_mul()
 * @wide: a factor of kssh_sntrup_rq_mul() and what its overflow folds to
 *
 * Needs no initialisation, and holds secrets after each call.
 */
union kssh_sntrup_scratch {
	struct kssh_sntrup_euclid euclid;
	struct kssh_sntrup_euclid3 euclid3;
	struct kssh_sntrup_r3 factor[2];
	s16 wide[2 * KSSH_SNTRUP_P - 1];
};

bool kssh_sntrup_r3_recip(struct kssh_sntrup_small *out,
			  const struct kssh_sntrup_small *in,
			  union kssh_sntrup_scratch *w);
void kssh_sntrup_r3_mul(struct kssh_sntrup_small *out,
			const struct kssh_sntrup_small *a,
			const struct kssh_sntrup_small *b,
			union kssh_sntrup_scratch *w);
void kssh_sntrup_r3_from_3rq(struct kssh_sntrup_small *out,
			     const struct kssh_sntrup_rq *in);

void kssh_sntrup_rq_recip3(struct kssh_sntrup_rq *out,
			   const struct kssh_sntrup_small *in,
			   union kssh_sntrup_scratch *w);
void kssh_sntrup_rq_mul(struct kssh_sntrup_rq *out,
			const struct kssh_sntrup_rq *a,
			const struct kssh_sntrup_small *b,
			union kssh_sntrup_scratch *w);
void kssh_sntrup_rq_round(struct kssh_sntrup_rq *p);

#endif
