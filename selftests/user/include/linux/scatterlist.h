/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_SCATTERLIST_H
#define KSSH_USER_LINUX_SCATTERLIST_H

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>

struct scatterlist {
	u8 *addr;
	unsigned int length;
	bool last;
};

static inline void sg_init_table(struct scatterlist *sg, unsigned int n)
{
	BUG_ON(!n);
	memset(sg, 0, n * sizeof(*sg));
	sg[n - 1].last = true;
}

static inline void sg_set_page(struct scatterlist *sg, struct page *page,
			       unsigned int len, unsigned int offset)
{
	/* nothing is known of what follows a page */
	BUG_ON(offset + len > PAGE_SIZE);
	sg->addr = (u8 *)page + offset;
	sg->length = len;
}

static inline void sg_set_buf(struct scatterlist *sg, const void *buf,
			      unsigned int len)
{
	BUG_ON(is_vmalloc_addr(buf));
	sg->addr = (u8 *)buf;
	sg->length = len;
}

static inline void sg_init_one(struct scatterlist *sg, const void *buf,
			       unsigned int len)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, len);
}

static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg->last ? NULL : sg + 1;
}

#endif
