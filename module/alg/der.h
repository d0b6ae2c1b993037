/* SPDX-License-Identifier: GPL-2.0 */
/* The little DER (X.690) that the kernel's signature API wants. */
#ifndef KSSH_DER_H
#define KSSH_DER_H

#include "../wire/wire.h"

/**
 * kssh_der_uints - SEQUENCE { INTEGER a, INTEGER b }
 * @w: where it goes; bad if it does not fit
 * @a: big-endian without leading zeros
 * @b: likewise
 */
void kssh_der_uints(struct kssh_wr *w, struct kssh_blob a, struct kssh_blob b);

/* Enough room for two numbers of @n bytes together, each below 64 KiB. */
#define KSSH_DER_UINTS_MAX(n)	((n) + 3 * 4 + 2)

#endif /* KSSH_DER_H */
