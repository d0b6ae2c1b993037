// SPDX-License-Identifier: GPL-2.0
/* DER writer. */
#include "der.h"

#define DER_INTEGER	0x02
#define DER_SEQUENCE	0x30

/* bytes of contents of an INTEGER: one more if the high bit would be a sign */
static size_t int_len(struct kssh_blob b)
{
	return b.n + (!b.n || b.p[0] & 0x80);
}

/* bytes of tag and length in front of @n bytes of contents */
static size_t head_len(size_t n)
{
	if (n < 0x80)
		return 2;
	return n < 0x100 ? 3 : 4;
}

static void put_head(struct kssh_wr *w, u8 tag, size_t n)
{
	kssh_wr_u8(w, tag);
	if (n > 0xffff) {
		w->bad = true;
	} else if (n >= 0x100) {
		kssh_wr_u8(w, 0x82);
		kssh_wr_u8(w, n >> 8);
	} else if (n >= 0x80) {
		kssh_wr_u8(w, 0x81);
	}
	kssh_wr_u8(w, n);
}

static void put_int(struct kssh_wr *w, struct kssh_blob b)
{
	put_head(w, DER_INTEGER, int_len(b));
	if (int_len(b) > b.n)
		kssh_wr_u8(w, 0);
	kssh_wr_raw(w, b.p, b.n);
}

void kssh_der_uints(struct kssh_wr *w, struct kssh_blob a, struct kssh_blob b)
{
	size_t na = int_len(a), nb = int_len(b);

	put_head(w, DER_SEQUENCE, head_len(na) + na + head_len(nb) + nb);
	put_int(w, a);
	put_int(w, b);
}
