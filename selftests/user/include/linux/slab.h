/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmalloc over malloc. Exactly sized, so that AddressSanitizer sees every
 * over-read. kssh_user_fail_alloc, when a test defines a countdown of n > 0,
 * makes the n-th allocation from now fail.
 */
#ifndef KSSH_USER_LINUX_SLAB_H
#define KSSH_USER_LINUX_SLAB_H

#include <stdlib.h>
#include <malloc.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/types.h>

extern int kssh_user_fail_alloc __attribute__((weak));

/* Told of each allocation (+1), before each free (-1), if a test defines it. */
void kssh_user_account(unsigned long p, int what) __attribute__((weak));

static inline void *kssh_user_accounted(void *p, int what)
{
	if (p && &kssh_user_account)
		kssh_user_account((unsigned long)p, what);
	return p;
}

static inline bool kssh_user_alloc_fails(void)
{
	if (!&kssh_user_fail_alloc || kssh_user_fail_alloc <= 0)
		return false;
	return --kssh_user_fail_alloc == 0;
}

static inline void *kmalloc(size_t size, gfp_t flags)
{
	void *p = kssh_user_alloc_fails() ? NULL : malloc(size);

	if (p && (flags & __GFP_ZERO))
		memset(p, 0, size);
	return kssh_user_accounted(p, 1);
}

static inline void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kmalloc(size_mul(n, size), flags);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kzalloc(size_mul(n, size), flags);
}

static inline void *krealloc(const void *p, size_t size, gfp_t flags)
{
	(void)flags;
	if (kssh_user_alloc_fails())
		return NULL;
	kssh_user_accounted((void *)p, -1);
	return kssh_user_accounted(realloc((void *)p, size), 1);
}

static inline void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *p = kmalloc(len, flags);

	if (p)
		memcpy(p, src, len);
	return p;
}

static inline char *kstrdup(const char *s, gfp_t flags)
{
	return s ? kmemdup(s, strlen(s) + 1, flags) : NULL;
}

static inline char *kmemdup_nul(const char *s, size_t len, gfp_t flags)
{
	char *p = kmalloc(size_add(len, 1), flags);

	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

static inline void kfree(const void *p)
{
	free(kssh_user_accounted((void *)p, -1));
}

static inline void kfree_sensitive(const void *p)
{
	if (p)
		memzero_explicit((void *)p, malloc_usable_size((void *)p));
	kfree(p);
}

/* Objects of one size, which take no more than that. */
struct kmem_cache {
	size_t size;
};

#define SLAB_ACCOUNT	0
#define SLAB_NO_MERGE	0

static inline struct kmem_cache *kmem_cache_create(const char *name, size_t size,
						   size_t align, unsigned int flags,
						   void (*ctor)(void *))
{
	struct kmem_cache *s = malloc(sizeof(*s));

	(void)name;
	(void)align;
	(void)flags;
	(void)ctor;
	if (s)
		s->size = size;
	return s;
}

static inline void kmem_cache_destroy(struct kmem_cache *s)
{
	free(s);
}

static inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kzalloc(s->size, flags);
}

static inline void kmem_cache_free(struct kmem_cache *s, void *p)
{
	(void)s;
	kfree(p);
}

#define kvmalloc		kmalloc
#define kvzalloc		kzalloc
#define kvmalloc_array		kmalloc_array
#define kvcalloc		kcalloc
#define kvmemdup		kmemdup
#define kvfree			kfree

static inline void kvfree_sensitive(const void *p, size_t len)
{
	(void)len;
	kfree_sensitive(p);
}

#endif
