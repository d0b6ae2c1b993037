/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_CRYPTO_UTILS_H
#define KSSH_USER_CRYPTO_UTILS_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Looks at every byte whatever they are; 0 if all are equal. */
static inline unsigned long crypto_memneq(const void *a, const void *b,
					  size_t size)
{
	const volatile u8 *p = a, *q = b;
	unsigned long diff = 0;

	while (size--)
		diff |= *p++ ^ *q++;
	return diff;
}

#endif
