/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_UNALIGNED_H
#define KSSH_USER_LINUX_UNALIGNED_H

#include <string.h>
#include <asm/byteorder.h>
#include <linux/types.h>

#define __KSSH_UNALIGNED(bits, end)					\
static inline u##bits get_unaligned_##end##bits(const void *p)		\
{									\
	__##end##bits v;						\
									\
	memcpy(&v, p, sizeof(v));					\
	return __##end##bits##_to_cpu(v);				\
}									\
									\
static inline void put_unaligned_##end##bits(u##bits x, void *p)	\
{									\
	__##end##bits v = __cpu_to_##end##bits(x);			\
									\
	memcpy(p, &v, sizeof(v));					\
}

__KSSH_UNALIGNED(16, be)
__KSSH_UNALIGNED(32, be)
__KSSH_UNALIGNED(64, be)
__KSSH_UNALIGNED(16, le)
__KSSH_UNALIGNED(32, le)
__KSSH_UNALIGNED(64, le)

#undef __KSSH_UNALIGNED

static inline u32 get_unaligned_be24(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 16 | (u32)b[1] << 8 | b[2];
}

static inline u32 get_unaligned_le24(const void *p)
{
	const u8 *b = p;

	return (u32)b[2] << 16 | (u32)b[1] << 8 | b[0];
}

#endif
