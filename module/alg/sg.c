// SPDX-License-Identifier: GPL-2.0
/* What the crypto API wants besides keys: frames as pages, something to wait by. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "keys.h"

struct kssh_run *kssh_run_new(void)
{
	struct kssh_run *run = kssh_secret_new(sizeof(*run));

	if (run)
		crypto_init_wait(&run->wait);
	return run;
}

int kssh_sg_frame(struct kssh_run *run, u8 *p, size_t n)
{
	unsigned int i, count, part;

	if (!n || n > KSSH_FRAME_MAX)
		return KSSH_R_CRYPTO_FAILED;
	run->sg = &run->one;
	if (!is_vmalloc_addr(p)) {
		sg_init_one(run->sg, p, n);
		return 0;
	}
	count = DIV_ROUND_UP(offset_in_page(p) + n, PAGE_SIZE);
	run->sg = kmalloc_array(count, sizeof(*run->sg), GFP_KERNEL_ACCOUNT);
	if (!run->sg)
		return KSSH_R_NO_MEMORY;
	sg_init_table(run->sg, count);
	for (i = 0; i < count; i++) {
		part = min_t(size_t, n, PAGE_SIZE - offset_in_page(p));
		sg_set_page(&run->sg[i], vmalloc_to_page(p), part, offset_in_page(p));
		p += part;
		n -= part;
	}
	return 0;
}

void kssh_sg_done(struct kssh_run *run)
{
	if (run->sg != &run->one)
		kfree(run->sg);
	run->sg = NULL;
}
