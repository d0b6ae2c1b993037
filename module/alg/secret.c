// SPDX-License-Identifier: GPL-2.0
/* Memory for keys: caches that are shared with nobody and closed to user space. */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "secret.h"

/* As finely as kmalloc() has them, so that they cost no more. */
#define SIZE(n)	{ "kssh_secret_" #n, n }
static const struct {
	const char *name;
	unsigned int size;
} sizes[] = {
	SIZE(32), SIZE(64), SIZE(96), SIZE(128), SIZE(192), SIZE(256), SIZE(512),
	SIZE(1024), SIZE(2048),
};

static struct kmem_cache *caches[ARRAY_SIZE(sizes)];

int kssh_secret_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		caches[i] = kmem_cache_create(sizes[i].name, sizes[i].size, 0,
					      SLAB_ACCOUNT | SLAB_NO_MERGE, NULL);
		if (!caches[i]) {
			kssh_secret_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void kssh_secret_exit(void)
{
	int i;

	for (i = ARRAY_SIZE(sizes) - 1; i >= 0; i--) {
		kmem_cache_destroy(caches[i]);
		caches[i] = NULL;
	}
}

void *kssh_secret_new(size_t n)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		if (n <= sizes[i].size)
			return kmem_cache_zalloc(caches[i], GFP_KERNEL_ACCOUNT);
	return NULL;
}

void kssh_secret_free(void *p)
{
	kfree_sensitive(p);
}
