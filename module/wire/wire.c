// SPDX-License-Identifier: GPL-2.0
/* Cursors for SSH data types (RFC 4251 5). */

#include "wire.h"

#include <linux/unaligned.h>

/* Never NULL, so that nobody hands NULL to memcmp() or adds to it. */
static const u8 nothing[1];

static struct kssh_blob empty_blob(void)
{
	return (struct kssh_blob){ .p = nothing, .n = 0 };
}

void kssh_rd_init(struct kssh_rd *r, const void *p, size_t n)
{
	r->p = p ? p : nothing;
	r->end = r->p + (p ? n : 0);
	r->bad = !p && n;
}

struct kssh_blob kssh_rd_raw(struct kssh_rd *r, size_t n)
{
	struct kssh_blob b;

	if (n > kssh_rd_left(r))
		r->bad = true;
	if (r->bad)
		return empty_blob();
	b.p = r->p;
	b.n = n;
	r->p += n;
	return b;
}

u8 kssh_rd_u8(struct kssh_rd *r)
{
	struct kssh_blob b = kssh_rd_raw(r, 1);

	return b.n ? b.p[0] : 0;
}

/* RFC 4251 5: every value but 0 is true. */
bool kssh_rd_bool(struct kssh_rd *r)
{
	return kssh_rd_u8(r);
}

u32 kssh_rd_u32(struct kssh_rd *r)
{
	struct kssh_blob b = kssh_rd_raw(r, 4);

	return b.n ? get_unaligned_be32(b.p) : 0;
}

struct kssh_blob kssh_rd_string(struct kssh_rd *r)
{
	u32 n = kssh_rd_u32(r);

	return kssh_rd_raw(r, n);
}

struct kssh_blob kssh_rd_mpint(struct kssh_rd *r)
{
	struct kssh_blob b = kssh_rd_string(r);

	if (!b.n)
		return b;
	if (b.p[0] & 0x80)
		goto bad;
	if (b.p[0])
		return b;
	/* a leading zero has no other purpose than to keep the sign positive */
	if (b.n == 1 || !(b.p[1] & 0x80))
		goto bad;
	b.p++;
	b.n--;
	return b;
bad:
	r->bad = true;
	return empty_blob();
}

void kssh_wr_init(struct kssh_wr *w, void *p, size_t n)
{
	w->p = p;
	w->start = p;
	w->end = (u8 *)p + n;
	w->bad = false;
}

size_t kssh_wr_len(const struct kssh_wr *w)
{
	return w->p - w->start;
}

void kssh_wr_raw(struct kssh_wr *w, const void *p, size_t n)
{
	if (n > (size_t)(w->end - w->p))
		w->bad = true;
	if (w->bad || !n)
		return;
	memcpy(w->p, p, n);
	w->p += n;
}

void kssh_wr_u8(struct kssh_wr *w, u8 v)
{
	kssh_wr_raw(w, &v, 1);
}

void kssh_wr_u32(struct kssh_wr *w, u32 v)
{
	u8 b[4];

	put_unaligned_be32(v, b);
	kssh_wr_raw(w, b, sizeof(b));
}

void kssh_wr_string(struct kssh_wr *w, const void *p, size_t n)
{
	if (n > U32_MAX)
		w->bad = true;
	kssh_wr_u32(w, n);
	kssh_wr_raw(w, p, n);
}

void kssh_wr_cstring(struct kssh_wr *w, const char *s)
{
	kssh_wr_string(w, s, strlen(s));
}

void kssh_wr_mpint(struct kssh_wr *w, const u8 *p, size_t n)
{
	bool pad;

	while (n && !*p) {
		p++;
		n--;
	}
	pad = n && (*p & 0x80);
	if (n >= U32_MAX)
		w->bad = true;
	kssh_wr_u32(w, n + pad);
	if (pad)
		kssh_wr_u8(w, 0);
	kssh_wr_raw(w, p, n);
}
