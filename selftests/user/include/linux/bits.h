/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_BITS_H
#define KSSH_USER_LINUX_BITS_H

#include <linux/const.h>
#include <linux/types.h>

#define BITS_PER_BYTE		8
#define BITS_PER_LONG		(8 * (int)sizeof(long))
#define BITS_PER_LONG_LONG	64
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		\
	((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l)	\
	((~0ULL << (l)) & (~0ULL >> (63 - (h))))

#endif
