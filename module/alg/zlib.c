// SPDX-License-Identifier: GPL-2.0
/*
 * zlib@openssh.com: RFC 1950 and 1951 by the kernel's library, which works in memory
 * that its caller brings.
 */
#include <linux/atomic.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/zlib.h>

#include "../wire/reason.h"
#include "comp.h"

#define WINDOW_BITS	15
#define MEM_LEVEL	8	/* more is neither needed nor safe in a zlib of that age */
#define LEVEL		6	/* OpenSSH's */

static unsigned int zlib_kib = 64 * 1024;
module_param(zlib_kib, uint, 0644);
MODULE_PARM_DESC(zlib_kib, "memory for compression of all connections together, KiB");

static atomic_long_t zlib_bytes = ATOMIC_LONG_INIT(0);

/**
 * struct kssh_comp - one direction of zlib
 * @z: the library's state; its memory is @z.workspace
 * @size: bytes of that
 * @pack: it compresses
 */
struct kssh_comp {
	z_stream z;
	size_t size;
	bool pack;
};

/* Take @n bytes out of what all may have together. */
static bool charge(size_t n)
{
	if (atomic_long_add_return(n, &zlib_bytes) <= (long)zlib_kib * 1024)
		return true;
	atomic_long_sub(n, &zlib_bytes);
	return false;
}

/* Under pressure it is refused: nobody is killed to make room for compression. */
#define GFP_WORKSPACE	(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_RETRY_MAYFAIL | \
			 __GFP_NOWARN)

static int zlib_make(bool pack, struct kssh_comp **out)
{
	size_t size = pack ? zlib_deflate_workspacesize(WINDOW_BITS, MEM_LEVEL) :
			     zlib_inflate_workspacesize();
	struct kssh_comp *c;

	if (!charge(size))
		return KSSH_R_COMP_MEMORY;
	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (c)
		c->z.workspace = __vmalloc(size, GFP_WORKSPACE);
	if (!c || !c->z.workspace) {
		kfree(c);
		atomic_long_sub(size, &zlib_bytes);
		return KSSH_R_NO_MEMORY;
	}
	c->size = size;
	c->pack = pack;
	kssh_comp_reset(c);
	*out = c;
	return 0;
}

/* With these parameters neither can fail. */
void kssh_comp_reset(struct kssh_comp *c)
{
	if (c->pack)
		zlib_deflateInit2(&c->z, LEVEL, Z_DEFLATED, WINDOW_BITS, MEM_LEVEL,
				  Z_DEFAULT_STRATEGY);
	else
		zlib_inflateInit2(&c->z, WINDOW_BITS);
}

void kssh_comp_free(struct kssh_comp *c)
{
	if (!c)
		return;
	kvfree_sensitive(c->z.workspace, c->size);
	atomic_long_sub(c->size, &zlib_bytes);
	kfree_sensitive(c);
}

/*
 * zlib's own bound for any parameters: nine bits a byte, a header a block, and the
 * stream's; a partial flush adds two empty blocks of ten bits.
 */
size_t kssh_comp_bound(size_t n)
{
	return n + DIV_ROUND_UP(n, 8) + DIV_ROUND_UP(n, 64) + 5 + 6 + 4;
}

int kssh_comp_pack(struct kssh_comp *c, const u8 *p, size_t n, u8 *out, size_t room,
		   size_t *len)
{
	z_stream *z = &c->z;
	int ret;

	z->next_in = p;
	z->avail_in = n;
	z->next_out = out;
	z->avail_out = room;
	ret = zlib_deflate(z, Z_PARTIAL_FLUSH);
	/* with no room left there may be more to come */
	if (ret != Z_OK || z->avail_in || !z->avail_out)
		return KSSH_R_CRYPTO_FAILED;
	*len = room - z->avail_out;
	return 0;
}

int kssh_comp_unpack(struct kssh_comp *c, struct kssh_blob *in, u8 *out, size_t room,
		     size_t *len)
{
	z_stream *z = &c->z;
	int ret;

	z->next_in = in->p;
	z->avail_in = in->n;
	z->next_out = out;
	z->avail_out = room;
	ret = zlib_inflate(z, Z_SYNC_FLUSH);
	in->p += in->n - z->avail_in;
	in->n = z->avail_in;
	*len = room - z->avail_out;
	/* Z_BUF_ERROR: nothing was left to do.  The end of a stream is none of ours. */
	if (ret == Z_OK || (ret == Z_BUF_ERROR && !in->n))
		return 0;
	return KSSH_R_COMP_DATA;
}

const struct kssh_comp_alg kssh_comp_algs[] = {
	{ .name = "none" },
	{ .name = "zlib@openssh.com", .by_name = true, .make = zlib_make },
	{}
};

int kssh_comp_new(const struct kssh_comp_alg *a, bool pack, struct kssh_comp **out)
{
	*out = NULL;
	return a && a->make ? a->make(pack, out) : 0;
}
