/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Encodings and random choice of sntrup761.
 *
 * Nothing here branches on, indexes by or divides a coefficient or a random
 * number.
 */
#ifndef KSSH_CRYPTO_SNTRUP_CODE_H
#define KSSH_CRYPTO_SNTRUP_CODE_H

#include <linux/types.h>

#include "sntrup_poly.h"

#define KSSH_SNTRUP_W			286	/* weight of short elements */

#define KSSH_SNTRUP_SMALL_SIZE		191
#define KSSH_SNTRUP_RQ_SIZE		1158
#define KSSH_SNTRUP_ROUNDED_SIZE	1007

#define KSSH_SNTRUP_SAMPLE_SIZE		(4 * KSSH_SNTRUP_P)

/**
 * union kssh_sntrup_digits - scratch memory of one call into this header
 * @word: random numbers under way to a short element
 * @digit: what encoding and decoding make in between
 *
 * Needs no initialisation, and holds secrets after each call.
 */
union kssh_sntrup_digits {
	u32 word[KSSH_SNTRUP_P];
	u16 digit[KSSH_SNTRUP_P];
};

void kssh_sntrup_small_random(struct kssh_sntrup_small *out,
			      const u8 in[KSSH_SNTRUP_SAMPLE_SIZE]);
void kssh_sntrup_short_random(struct kssh_sntrup_small *out,
			      const u8 in[KSSH_SNTRUP_SAMPLE_SIZE],
			      union kssh_sntrup_digits *w);
void kssh_sntrup_short_force(struct kssh_sntrup_small *p);

void kssh_sntrup_small_encode(u8 out[KSSH_SNTRUP_SMALL_SIZE],
			      const struct kssh_sntrup_small *p);
void kssh_sntrup_small_decode(struct kssh_sntrup_small *p,
			      const u8 in[KSSH_SNTRUP_SMALL_SIZE]);
void kssh_sntrup_rq_encode(u8 out[KSSH_SNTRUP_RQ_SIZE],
			   const struct kssh_sntrup_rq *p,
			   union kssh_sntrup_digits *w);
void kssh_sntrup_rq_decode(struct kssh_sntrup_rq *p,
			   const u8 in[KSSH_SNTRUP_RQ_SIZE],
			   union kssh_sntrup_digits *w);
void kssh_sntrup_rounded_encode(u8 out[KSSH_SNTRUP_ROUNDED_SIZE],
				const struct kssh_sntrup_rq *p,
				union kssh_sntrup_digits *w);
void kssh_sntrup_rounded_decode(struct kssh_sntrup_rq *p,
				const u8 in[KSSH_SNTRUP_ROUNDED_SIZE],
				union kssh_sntrup_digits *w);

#endif
