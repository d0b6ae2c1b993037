/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_KERNEL_H
#define KSSH_USER_LINUX_KERNEL_H

#include <stdarg.h>
#include <stdio.h>
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/kconfig.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#define ALIGN(x, a)		round_up(x, a)
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)

/* What was written, without the NUL; snprintf() says what was wanted. */
static inline __printf(3, 4) int scnprintf(char *buf, size_t size,
					   const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	if (!size)
		return 0;
	return len < (int)size ? len : (int)size - 1;
}

#define might_sleep()		do { } while (0)

#endif
