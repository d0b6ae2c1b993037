/* SPDX-License-Identifier: GPL-2.0 */
/* How long the comparisons with other implementations go on, and with which numbers. */
#ifndef KSSH_USER_DIFF_H
#define KSSH_USER_DIFF_H

#include <stdlib.h>
#include <string.h>

#include "../../module/crypto/keccak.h"

/* Cases of a comparison: what KSSH_DIFF_CASES says, else @normal */
static inline unsigned int diff_cases(unsigned int normal)
{
	const char *s = getenv("KSSH_DIFF_CASES");

	return s ? strtoul(s, NULL, 0) : normal;
}

/*
 * The random numbers of a comparison: always the same without KSSH_DIFF_SEED; with
 * another one in each part a long run can be had in parts.
 */
static inline void diff_random(struct kssh_keccak *rng)
{
	const char *s = getenv("KSSH_DIFF_SEED");

	kssh_shake256_init(rng);
	if (s)
		kssh_keccak_absorb(rng, s, strlen(s));
}

#endif /* KSSH_USER_DIFF_H */
