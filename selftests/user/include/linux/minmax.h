/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_MINMAX_H
#define KSSH_USER_LINUX_MINMAX_H

#include <linux/compiler.h>

#define __kssh_cmp(op, a, b)						\
	({								\
		__auto_type __a = (a);					\
		__auto_type __b = (b);					\
									\
		(void)(&__a == (__typeof__(__a) *)&__b);		\
		__a op __b ? __a : __b;					\
	})
#define min(a, b)		__kssh_cmp(<, a, b)
#define max(a, b)		__kssh_cmp(>, a, b)
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define min_t(type, a, b)						\
	({ type __ta = (a), __tb = (b); __ta < __tb ? __ta : __tb; })
#define max_t(type, a, b)						\
	({ type __ta = (a), __tb = (b); __ta > __tb ? __ta : __tb; })
#define umin(a, b)		min_t(unsigned long long, a, b)
#define umax(a, b)		max_t(unsigned long long, a, b)
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define swap(a, b)							\
	do { __typeof__(a) __t = (a); (a) = (b); (b) = __t; } while (0)

#endif
