// SPDX-License-Identifier: GPL-2.0
/* vmalloc: page-aligned memory that is known to be such. */
#include <stdlib.h>
#include <linux/bug.h>
#include <linux/vmalloc.h>

#define AREAS	64

static struct area {
	unsigned long start, end;
} areas[AREAS];

static struct area *find(const void *p)
{
	unsigned long a = (unsigned long)p;
	int i;

	for (i = 0; i < AREAS; i++)
		if (areas[i].start && a >= areas[i].start && a < areas[i].end)
			return &areas[i];
	return NULL;
}

void *vmalloc(unsigned long size)
{
	unsigned long bytes = (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	int i;
	void *p;

	if (kssh_user_alloc_fails())
		return NULL;
	p = aligned_alloc(PAGE_SIZE, bytes);
	for (i = 0; p && i < AREAS; i++)
		if (!areas[i].start) {
			areas[i].start = (unsigned long)p;
			areas[i].end = areas[i].start + bytes;
			return p;
		}
	free(p);
	return NULL;
}

void vfree(const void *p)
{
	struct area *area = find(p);

	if (!p)
		return;
	BUG_ON(!area || area->start != (unsigned long)p);
	area->start = 0;
	free((void *)p);
}

bool is_vmalloc_addr(const void *p)
{
	return find(p);
}

struct page *vmalloc_to_page(const void *p)
{
	BUG_ON(!find(p));
	return (struct page *)((unsigned long)p & ~(PAGE_SIZE - 1));
}
