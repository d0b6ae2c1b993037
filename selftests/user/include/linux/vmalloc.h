/* SPDX-License-Identifier: GPL-2.0 */
/* Page-aligned memory that the scatterlist shim takes page by page only. */
#ifndef KSSH_USER_LINUX_VMALLOC_H
#define KSSH_USER_LINUX_VMALLOC_H

#include <linux/mm.h>

void *vmalloc(unsigned long size);
void vfree(const void *p);

/* Where it is freed as what kvmalloc() gave */
static inline void *__vmalloc(unsigned long size, gfp_t flags)
{
	return kmalloc(size, flags);
}

#endif
