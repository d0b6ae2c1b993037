/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for bytes on their way: by need, and so made that what is long can be lent to
 * who sends it.
 */
#ifndef KSSH_BUF_H
#define KSSH_BUF_H

#include <linux/types.h>

/* Above this, memory comes in whole pages, each with its own reference count. */
#define KSSH_MEM_SMALL	2048

/**
 * kssh_mem_alloc - memory for bytes
 * @n: bytes, at least 1
 * @cap: set to what there is, at least @n
 *
 * Physically contiguous if that can be had; kssh_sg_frame() takes either.
 * Return: the memory, charged to the cgroup, or NULL.
 */
void *kssh_mem_alloc(size_t n, u32 *cap);

/* @cap: as kssh_mem_alloc() said.  Not wiped. */
void kssh_mem_free(void *p, u32 cap);

/**
 * struct kssh_buf - linear buffer: bytes are put at its end and taken from its start
 * @p: from kssh_mem_alloc(), or NULL
 * @start: offset of the first byte held
 * @end: offset behind the last byte held
 * @cap: bytes at @p
 * @dirty: bytes at @p that were received since it was wiped
 * @lead: bytes at @p that are left free, for a head of who takes the memory over
 * @out: on its way out: what is long lies in a chunk
 * @chunk: @p is from kssh_chunk_take()
 * @lent: others may refer to the pages: nothing before @end is written any more
 */
struct kssh_buf {
	u8 *p;
	u32 start;
	u32 end;
	u32 cap;
	u32 dirty;
	u16 lead;
	bool out;
	bool chunk;
	bool lent;
};

static inline size_t kssh_buf_len(const struct kssh_buf *b)
{
	return b->end - b->start;
}

/* kssh_buf_room(), if there is none yet */
int kssh_buf_grow(struct kssh_buf *b, size_t n);

/**
 * kssh_buf_room - make room behind the last byte
 * @b: buffer
 * @n: bytes; callers bound it
 *
 * Moves what the buffer holds: pointers into it are void afterwards.  What it held
 * before is wiped if it has to move to new memory.
 * Return: 0 or KSSH_R_NO_MEMORY.
 */
static inline int kssh_buf_room(struct kssh_buf *b, size_t n)
{
	return b->p && b->cap - b->end >= n ? 0 : kssh_buf_grow(b, n);
}

/* Take @n bytes off the start.  The bytes stay where they are until the next
 * kssh_buf_room(), unless the buffer is lent.
 */
void kssh_buf_take(struct kssh_buf *b, size_t n);

/**
 * kssh_buf_lend - may others keep references to the pages with what it holds?
 * @b: buffer; what it holds is no secret
 *
 * If so they may, from now on, for as long as they like.
 */
bool kssh_buf_lend(struct kssh_buf *b);

/* Give memory back if the buffer is empty. */
void kssh_buf_trim(struct kssh_buf *b);

/* If it is empty, keep none but a little, and wipe what was received of that. */
void kssh_buf_clean(struct kssh_buf *b);

/* Wipes, but what is lent, and frees. */
void kssh_buf_free(struct kssh_buf *b);

/* For what few connections have: the buffer itself is made when it is needed, by use of
 * @lead and @out.  NULL: no memory.
 */
struct kssh_buf *kssh_buf_new(u16 lead, bool out);
void kssh_buf_delete(struct kssh_buf *b);	/* and what it holds; NULL is fine */

#endif /* KSSH_BUF_H */
