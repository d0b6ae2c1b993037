/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Readers and writers of SSH data types (RFC 4251 5): cursors over memory that
 * somebody else owns.  An error is sticky: parse everything, check once.
 */
#ifndef KSSH_WIRE_H
#define KSSH_WIRE_H

#include <linux/types.h>
#include <linux/string.h>

/**
 * struct kssh_blob - bytes that somebody else owns
 * @p: first byte
 * @n: number of bytes
 */
struct kssh_blob {
	const u8 *p;
	size_t n;
};

/**
 * struct kssh_rd - reading cursor
 * @p: next byte
 * @end: one past the last byte
 * @bad: a read went past @end, or a value was not well-formed; stays set, and
 *	every later read yields zero or an empty blob
 */
struct kssh_rd {
	const u8 *p;
	const u8 *end;
	bool bad;
};

/**
 * struct kssh_wr - writing cursor
 * @p: where the next byte goes
 * @start: first byte of the buffer
 * @end: one past the buffer
 * @bad: a write did not fit; stays set, nothing is written any more
 */
struct kssh_wr {
	u8 *p;
	u8 *start;
	u8 *end;
	bool bad;
};

void kssh_rd_init(struct kssh_rd *r, const void *p, size_t n);

static inline size_t kssh_rd_left(const struct kssh_rd *r)
{
	return r->bad ? 0 : r->end - r->p;
}

/* true if nothing went wrong and nothing is left */
static inline bool kssh_rd_done(const struct kssh_rd *r)
{
	return !r->bad && r->p == r->end;
}

u8 kssh_rd_u8(struct kssh_rd *r);
bool kssh_rd_bool(struct kssh_rd *r);
u32 kssh_rd_u32(struct kssh_rd *r);
struct kssh_blob kssh_rd_raw(struct kssh_rd *r, size_t n);
struct kssh_blob kssh_rd_string(struct kssh_rd *r);
/* a positive mpint without its leading zero; negative or not minimal is bad;
 * zero yields an empty blob
 */
struct kssh_blob kssh_rd_mpint(struct kssh_rd *r);

void kssh_wr_init(struct kssh_wr *w, void *p, size_t n);
size_t kssh_wr_len(const struct kssh_wr *w);
void kssh_wr_u8(struct kssh_wr *w, u8 v);
void kssh_wr_u32(struct kssh_wr *w, u32 v);
void kssh_wr_raw(struct kssh_wr *w, const void *p, size_t n);
void kssh_wr_string(struct kssh_wr *w, const void *p, size_t n);
void kssh_wr_cstring(struct kssh_wr *w, const char *s);
/* an unsigned big-endian number as mpint: leading zeros dropped, one added if
 * the high bit is set
 */
void kssh_wr_mpint(struct kssh_wr *w, const u8 *p, size_t n);

/* blob equals C string */
static inline bool kssh_blob_is(struct kssh_blob b, const char *s)
{
	return b.n == strlen(s) && !memcmp(b.p, s, b.n);
}

#endif /* KSSH_WIRE_H */
