// SPDX-License-Identifier: GPL-2.0
/* Memory for long frames, cut from pages that a processor's connections share. */

#include "chunk.h"

#include <linux/align.h>
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>

/**
 * struct chunk - what is cut from
 * @page: compound, with one reference of ours; NULL: none yet
 * @used: bytes that were cut off its beginning
 *
 * Of one processor, with preemption off.
 */
struct chunk {
	struct page *page;
	unsigned int used;
};

static DEFINE_PER_CPU(struct chunk, chunks);

static void *cut(struct chunk *c, size_t n)
{
	void *p;

	/* all that was cut off has been given back */
	if (page_ref_count(c->page) == 1)
		c->used = 0;
	if (KSSH_CHUNK_SIZE - c->used < n)
		return NULL;
	p = page_address(c->page) + c->used;
	c->used += n;
	get_page(c->page);
	return p;
}

void *kssh_chunk_take(size_t n)
{
	struct page *page, *old;
	struct chunk *c;
	void *p = NULL;

	n = ALIGN(n, SMP_CACHE_BYTES);
	if (n > KSSH_CHUNK_SIZE / 2)
		return NULL;
	c = get_cpu_ptr(&chunks);
	if (c->page)
		p = cut(c, n);
	put_cpu_ptr(&chunks);
	if (p)
		return p;

	page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY,
			   get_order(KSSH_CHUNK_SIZE));
	if (!page)
		return NULL;
	c = get_cpu_ptr(&chunks);
	old = c->page;
	c->page = page;
	p = cut(c, n);
	put_cpu_ptr(&chunks);
	if (old)
		put_page(old);
	return p;
}

void kssh_chunk_put(void *p)
{
	put_page(virt_to_head_page(p));
}

void kssh_chunk_exit(void)
{
	struct chunk *c;
	int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(&chunks, cpu);
		if (c->page)
			put_page(c->page);
	}
}
