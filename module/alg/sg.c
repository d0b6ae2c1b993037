// SPDX-License-Identifier: GPL-2.0
/* Frames as scatterlists: the crypto API takes pages, not addresses. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "keys.h"

int kssh_sg_frame(struct kssh_keys *k, u8 *p, size_t n)
{
	unsigned int i, count, part;

	if (!n || n > KSSH_FRAME_MAX)
		return KSSH_R_CRYPTO_FAILED;
	k->sg = &k->one;
	if (!is_vmalloc_addr(p)) {
		sg_init_one(k->sg, p, n);
		return 0;
	}
	count = DIV_ROUND_UP(offset_in_page(p) + n, PAGE_SIZE);
	k->sg = kmalloc_array(count, sizeof(*k->sg), GFP_KERNEL_ACCOUNT);
	if (!k->sg)
		return KSSH_R_NO_MEMORY;
	sg_init_table(k->sg, count);
	for (i = 0; i < count; i++) {
		part = min_t(size_t, n, PAGE_SIZE - offset_in_page(p));
		sg_set_page(&k->sg[i], vmalloc_to_page(p), part, offset_in_page(p));
		p += part;
		n -= part;
	}
	return 0;
}

void kssh_sg_done(struct kssh_keys *k)
{
	if (k->sg != &k->one)
		kfree(k->sg);
	k->sg = NULL;
}
