/* SPDX-License-Identifier: GPL-2.0 */
/* A linear buffer: bytes are put at its end and taken from its start. */
#ifndef KSSH_BUF_H
#define KSSH_BUF_H

#include <linux/types.h>

/* A buffer that has grown beyond this is given back once it is empty. */
#define KSSH_BUF_KEEP	(72 * 1024)

/**
 * struct kssh_buf - linear buffer, grown by need
 * @p: kvmalloc'ed, or NULL
 * @start: offset of the first byte held
 * @end: offset behind the last byte held
 * @cap: bytes at @p
 */
struct kssh_buf {
	u8 *p;
	size_t start;
	size_t end;
	size_t cap;
};

static inline size_t kssh_buf_len(const struct kssh_buf *b)
{
	return b->end - b->start;
}

/**
 * kssh_buf_room - make room behind the last byte
 * @b: buffer
 * @n: bytes; callers bound it
 *
 * Moves what the buffer holds: pointers into it are void afterwards.  What it held
 * before is wiped if it has to move to new memory.
 * Return: 0 or KSSH_R_NO_MEMORY.
 */
int kssh_buf_room(struct kssh_buf *b, size_t n);

/* Take @n bytes off the start.  The bytes stay where they are until the next
 * kssh_buf_room().
 */
void kssh_buf_take(struct kssh_buf *b, size_t n);

/* Give memory back if the buffer is empty and larger than KSSH_BUF_KEEP. */
void kssh_buf_trim(struct kssh_buf *b);

/* Wipes and frees. */
void kssh_buf_free(struct kssh_buf *b);

#endif /* KSSH_BUF_H */
