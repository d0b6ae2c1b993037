// SPDX-License-Identifier: GPL-2.0
/* Memory under both directions of a connection. */

#include "buf.h"
#include "chunk.h"

#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../wire/reason.h"

#define BUF_MIN		64
#define BUF_DOUBLE_MAX	65536	/* above, it grows by need only */

void *kssh_mem_alloc(size_t n, u32 *cap)
{
	void *p;

	if (n <= KSSH_MEM_SMALL) {
		*cap = n;
		return kmalloc(n, GFP_KERNEL_ACCOUNT);
	}
	n = PAGE_ALIGN(n);
	*cap = n;
	/* contiguous is better, but not at the price of reclaim */
	p = alloc_pages_exact(n, GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_NORETRY);
	return p ?: __vmalloc(n, GFP_KERNEL_ACCOUNT);
}

void kssh_mem_free(void *p, u32 cap)
{
	if (!p)
		return;
	if (cap <= KSSH_MEM_SMALL)
		kfree(p);
	else if (is_vmalloc_addr(p))
		vfree(p);
	else
		free_pages_exact(p, cap);
}

/* Sizes that fill what kmalloc() gives. */
static size_t round_up_small(size_t n)
{
	size_t size = BUF_MIN;

	if (n > KSSH_MEM_SMALL)
		return n;
	while (size < n)
		size *= 2;
	return size;
}

/* An empty one, for the same use */
static struct kssh_buf kssh_buf_like(const struct kssh_buf *b)
{
	return (struct kssh_buf){ .lead = b->lead, .out = b->out };
}

static int kssh_buf_alloc(struct kssh_buf *b, size_t n)
{
	if (b->out && n > KSSH_MEM_SMALL) {
		b->p = kssh_chunk_take(n);
		b->cap = n;
		b->chunk = b->p;
	}
	if (!b->p)
		b->p = kssh_mem_alloc(n, &b->cap);
	return b->p ? 0 : KSSH_R_NO_MEMORY;
}

int kssh_buf_grow(struct kssh_buf *b, size_t n)
{
	size_t len = kssh_buf_len(b);
	size_t want = b->lead + len + n;
	struct kssh_buf to = kssh_buf_like(b);

	if (b->cap >= want && !b->lent) {
		memmove(b->p + b->lead, b->p + b->start, len);
		b->start = b->lead;
		b->end = b->lead + len;
		return 0;
	}
	/* what is lent has to be left, not outgrown */
	if (!b->lent)
		want = max(want, min_t(size_t, b->cap * 2, BUF_DOUBLE_MAX));
	if (kssh_buf_alloc(&to, round_up_small(want)))
		return KSSH_R_NO_MEMORY;
	to.start = b->lead;
	to.end = b->lead + len;
	if (len)
		memcpy(to.p + to.start, b->p + b->start, len);
	kssh_buf_free(b);
	*b = to;
	return 0;
}

void kssh_buf_take(struct kssh_buf *b, size_t n)
{
	b->start += n;
	if (b->start != b->end)
		return;
	if (b->lent) {
		kssh_buf_free(b);
	} else if (b->p) {
		b->start = b->lead;
		b->end = b->lead;
	}
}

bool kssh_buf_lend(struct kssh_buf *b)
{
	if (!b->chunk && (b->cap <= KSSH_MEM_SMALL || is_vmalloc_addr(b->p)))
		return false;
	b->lent = true;
	return true;
}

void kssh_buf_trim(struct kssh_buf *b)
{
	if (!kssh_buf_len(b))
		kssh_buf_free(b);
}

void kssh_buf_clean(struct kssh_buf *b)
{
	if (kssh_buf_len(b))
		return;
	if (b->cap > KSSH_MEM_SMALL) {
		kssh_buf_free(b);
	} else if (b->dirty) {
		memzero_explicit(b->p, b->dirty);
		b->dirty = 0;
	}
}

void kssh_buf_free(struct kssh_buf *b)
{
	if (b->p && !b->lent)
		memzero_explicit(b->p, b->cap);
	if (b->chunk)
		kssh_chunk_put(b->p);
	else
		kssh_mem_free(b->p, b->cap);
	*b = kssh_buf_like(b);
}

struct kssh_buf *kssh_buf_new(u16 lead, bool out)
{
	struct kssh_buf *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (b)
		*b = (struct kssh_buf){ .lead = lead, .out = out };
	return b;
}

void kssh_buf_delete(struct kssh_buf *b)
{
	if (!b)
		return;
	kssh_buf_free(b);
	kfree(b);
}
