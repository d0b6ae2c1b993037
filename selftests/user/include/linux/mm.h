/* SPDX-License-Identifier: GPL-2.0 */
/* A page is its own address. */
#ifndef KSSH_USER_LINUX_MM_H
#define KSSH_USER_LINUX_MM_H

#include <linux/slab.h>
#include <linux/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_ALIGN(n)	(((n) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define offset_in_page(p) ((unsigned long)(p) & (PAGE_SIZE - 1))

struct page;

bool is_vmalloc_addr(const void *p);
struct page *vmalloc_to_page(const void *p);

/* Where nobody asks for the pages of it, memory as any other. */
static inline void *alloc_pages_exact(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

static inline void free_pages_exact(void *p, size_t size)
{
	(void)size;
	kfree(p);
}

#endif
