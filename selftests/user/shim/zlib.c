// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's zlib by the system's: its state and all that it allocates lie in the
 * workspace, so that nothing is left when the caller frees that.
 */
#include <string.h>
#include <zlib.h>
#include <linux/bug.h>
#include <linux/zlib.h>

#define DEFLATE_SIZE	(400 * 1024)
#define INFLATE_SIZE	(64 * 1024)

struct work {
	z_stream z;
	size_t used, size;
};

static void *work_alloc(void *p, unsigned int n, unsigned int size)
{
	struct work *w = p;
	size_t at = w->used;

	w->used += ((size_t)n * size + 63) & ~63UL;
	BUG_ON(w->used > w->size);
	return (u8 *)p + at;
}

static void work_free(void *p, void *part)
{
}

static z_stream *begin(struct kssh_user_zlib *k, size_t size)
{
	struct work *w = k->workspace;

	memset(w, 0, sizeof(*w));
	w->used = (sizeof(*w) + 63) & ~63UL;
	w->size = size;
	w->z.zalloc = work_alloc;
	w->z.zfree = work_free;
	w->z.opaque = w;
	return &w->z;
}

int zlib_deflate_workspacesize(int bits, int mem_level)
{
	BUG_ON(bits != 15 || mem_level > 8);
	return DEFLATE_SIZE;
}

int zlib_inflate_workspacesize(void)
{
	return INFLATE_SIZE;
}

int zlib_deflateInit2(struct kssh_user_zlib *k, int level, int method, int bits,
		      int mem_level, int strategy)
{
	return deflateInit2(begin(k, DEFLATE_SIZE), level, method, bits, mem_level,
			    strategy);
}

int zlib_inflateInit2(struct kssh_user_zlib *k, int bits)
{
	return inflateInit2(begin(k, INFLATE_SIZE), bits);
}

static int run(struct kssh_user_zlib *k, int (*step)(z_stream *z, int flush), int flush)
{
	z_stream *z = k->workspace;
	int ret;

	z->next_in = (u8 *)k->next_in;
	z->avail_in = k->avail_in;
	z->next_out = k->next_out;
	z->avail_out = k->avail_out;
	ret = step(z, flush);
	k->next_in = z->next_in;
	k->avail_in = z->avail_in;
	k->next_out = z->next_out;
	k->avail_out = z->avail_out;
	return ret;
}

int zlib_deflate(struct kssh_user_zlib *k, int flush)
{
	return run(k, deflate, flush);
}

int zlib_inflate(struct kssh_user_zlib *k, int flush)
{
	return run(k, inflate, flush);
}
