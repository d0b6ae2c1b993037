/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_HEX_H
#define KSSH_USER_LINUX_HEX_H

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/types.h>

static inline int hex_to_bin(unsigned char c)
{
	if (isdigit(c))
		return c - '0';
	c = (unsigned char)tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline int hex2bin(u8 *dst, const char *src, size_t count)
{
	while (count--) {
		int hi = hex_to_bin((unsigned char)*src++), lo;

		if (hi < 0)
			return -EINVAL;
		lo = hex_to_bin((unsigned char)*src++);
		if (lo < 0)
			return -EINVAL;
		*dst++ = (u8)(hi << 4 | lo);
	}
	return 0;
}

static inline char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *p = src;

	while (count--) {
		*dst++ = "0123456789abcdef"[*p >> 4];
		*dst++ = "0123456789abcdef"[*p++ & 15];
	}
	return dst;
}

#endif
