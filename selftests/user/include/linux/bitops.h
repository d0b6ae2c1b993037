/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_BITOPS_H
#define KSSH_USER_LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/compiler.h>

static inline u32 rol32(u32 v, unsigned int n)
{
	return (v << (n & 31)) | (v >> (-n & 31));
}

static inline u32 ror32(u32 v, unsigned int n)
{
	return (v >> (n & 31)) | (v << (-n & 31));
}

static inline u64 rol64(u64 v, unsigned int n)
{
	return (v << (n & 63)) | (v >> (-n & 63));
}

static inline u64 ror64(u64 v, unsigned int n)
{
	return (v >> (n & 63)) | (v << (-n & 63));
}

static inline unsigned int hweight8(u8 v)
{
	return (unsigned int)__builtin_popcount(v);
}

static inline unsigned int hweight32(u32 v)
{
	return (unsigned int)__builtin_popcount(v);
}

static inline unsigned int hweight64(u64 v)
{
	return (unsigned int)__builtin_popcountll(v);
}

/* Position of the most significant set bit, from 1; 0 for no bit. */
static inline int fls(unsigned int v)
{
	return v ? 32 - __builtin_clz(v) : 0;
}

static inline int fls64(u64 v)
{
	return v ? 64 - __builtin_clzll(v) : 0;
}

static inline unsigned long __ffs(unsigned long v)
{
	return (unsigned long)__builtin_ctzl(v);
}

static inline unsigned long __ffs64(u64 v)
{
	return (unsigned long)__builtin_ctzll(v);
}

static inline bool test_bit(unsigned long nr, const unsigned long *addr)
{
	return (addr[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG)) & 1;
}

static inline void __set_bit(unsigned long nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long *addr)
{
	addr[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

#define BITS_TO_LONGS(n)	\
	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) \
	unsigned long name[BITS_TO_LONGS(bits)]

#endif
