/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_STRING_H
#define KSSH_USER_LINUX_STRING_H

#include <string.h>
#include <strings.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/types.h>

static inline void memzero_explicit(void *s, size_t count)
{
	memset(s, 0, count);
	barrier_data(s);
}

static inline void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;

	for (; bytes; p++, bytes--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

static inline bool mem_is_zero(const void *s, size_t n)
{
	return !memchr_inv(s, 0, n);
}

/* -E2BIG when @src did not fit; @dst always ends in a NUL unless @count is 0. */
static inline ssize_t kssh_user_strscpy(char *dst, const char *src,
					size_t count)
{
	size_t len = strnlen(src, count);

	if (!count)
		return -E2BIG;
	if (len == count) {
		memcpy(dst, src, count - 1);
		dst[count - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return (ssize_t)len;
}

#define __kssh_strscpy2(dst, src)	\
	kssh_user_strscpy(dst, src, sizeof(dst))
#define __kssh_strscpy3(dst, src, n)	kssh_user_strscpy(dst, src, n)
#define __kssh_strscpy_pick(_1, _2, _3, name, ...) name
#define strscpy(...)							\
	__kssh_strscpy_pick(__VA_ARGS__, __kssh_strscpy3,		\
			    __kssh_strscpy2)(__VA_ARGS__)

#define str_has_prefix(str, prefix)					\
	(strncmp(str, prefix, strlen(prefix)) ? 0 : strlen(prefix))

#define memcpy_and_pad(dst, dlen, src, n, pad)				\
	do {								\
		size_t __n = (n) < (dlen) ? (n) : (dlen);		\
									\
		memcpy(dst, src, __n);					\
		memset((u8 *)(dst) + __n, pad, (dlen) - __n);		\
	} while (0)

#endif
