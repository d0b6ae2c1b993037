/* SPDX-License-Identifier: GPL-2.0 */
/* Random bytes for sntrup761 that choose what a test wants to be chosen. */
#ifndef KSSH_KUNIT_SNTRUP_LAB_H
#define KSSH_KUNIT_SNTRUP_LAB_H

#include <linux/string.h>
#include <linux/unaligned.h>

#include "../crypto/sntrup761.h"

/* For kssh_sntrup_small_random(): each third of 2^30 is a coefficient. */
static inline void lab_choose_small(u8 out[KSSH_SNTRUP_SAMPLE_SIZE],
				    const struct kssh_sntrup_small *p)
{
	static const u32 third[] = { 0, 0x15555556, 0x2aaaaaab };
	unsigned int i;

	for (i = 0; i < KSSH_SNTRUP_P; i++)
		put_unaligned_le32(third[p->c[i] + 1], out + 4 * i);
}

/*
 * For kssh_sntrup_short_random(), which sorts: the place above, and below it two
 * bits that say what comes there; who is not zero stands first.
 */
static inline void lab_choose_short(u8 out[KSSH_SNTRUP_SAMPLE_SIZE],
				    const struct kssh_sntrup_small *p)
{
	unsigned int i, some = 0, none = KSSH_SNTRUP_W;

	for (i = 0; i < KSSH_SNTRUP_P; i++)
		put_unaligned_le32(i << 2 | (p->c[i] + 1),
				   out + 4 * (p->c[i] ? some++ : none++));
}

/* What kssh_sntrup761_keygen() made @sk of.  False: 1 / g has no inverse */
static inline bool lab_choose_key(u8 out[KSSH_SNTRUP761_KEYGEN_RANDOM],
				  const u8 sk[KSSH_SNTRUP761_SK_SIZE],
				  struct kssh_sntrup761_work *w)
{
	kssh_sntrup_small_decode(&w->a, sk + KSSH_SNTRUP_SMALL_SIZE);
	if (!kssh_sntrup_r3_recip(&w->b, &w->a, &w->poly))
		return false;
	lab_choose_small(out, &w->b);
	kssh_sntrup_small_decode(&w->a, sk);
	lab_choose_short(out + KSSH_SNTRUP_SAMPLE_SIZE, &w->a);
	memcpy(out + 2 * KSSH_SNTRUP_SAMPLE_SIZE,
	       sk + 2 * KSSH_SNTRUP_SMALL_SIZE + KSSH_SNTRUP761_PK_SIZE,
	       KSSH_SNTRUP_SMALL_SIZE);
	return true;
}

#endif
