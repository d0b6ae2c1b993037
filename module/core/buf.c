// SPDX-License-Identifier: GPL-2.0
/* The linear buffer under both directions of a connection. */

#include "buf.h"

#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../wire/reason.h"

#define BUF_MIN		4096
#define BUF_DOUBLE_MAX	65536	/* above, it grows by need only */

int kssh_buf_room(struct kssh_buf *b, size_t n)
{
	size_t len = kssh_buf_len(b);
	size_t cap;
	u8 *p;

	if (b->cap - b->end >= n)
		return 0;
	if (b->cap - len >= n) {
		memmove(b->p, b->p + b->start, len);
	} else {
		cap = clamp_t(size_t, b->cap * 2, BUF_MIN, BUF_DOUBLE_MAX);
		cap = max(cap, len + n);
		p = kvmalloc(cap, GFP_KERNEL_ACCOUNT);
		if (!p)
			return KSSH_R_NO_MEMORY;
		if (len)
			memcpy(p, b->p + b->start, len);
		kvfree_sensitive(b->p, b->cap);
		b->p = p;
		b->cap = cap;
	}
	b->start = 0;
	b->end = len;
	return 0;
}

void kssh_buf_take(struct kssh_buf *b, size_t n)
{
	b->start += n;
	if (b->start == b->end) {
		b->start = 0;
		b->end = 0;
	}
}

void kssh_buf_trim(struct kssh_buf *b)
{
	if (b->cap > KSSH_BUF_KEEP && !kssh_buf_len(b))
		kssh_buf_free(b);
}

void kssh_buf_free(struct kssh_buf *b)
{
	kvfree_sensitive(b->p, b->cap);
	memset(b, 0, sizeof(*b));
}
