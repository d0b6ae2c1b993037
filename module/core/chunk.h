/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for long frames on their way out: TCP gets it by reference.  It is cut from
 * pages that each processor has for all connections, as TCP's own is from those of a
 * task: whole pages for each frame would be half wasted, and cleared for nothing.
 */
#ifndef KSSH_CHUNK_H
#define KSSH_CHUNK_H

#include <linux/types.h>

/* A frame of the longest payload that is sent by default fits three times. */
#define KSSH_CHUNK_SIZE	(128 * 1024)

/**
 * kssh_chunk_take - memory for a frame
 * @n: bytes, at least 1
 *
 * Physically contiguous, in pages with a count of their own, to which others may keep
 * references.  What was in it before has left the machine, or was wiped.  Not charged to
 * a cgroup: TCP charges what it is given.  Process context, sleeps.
 * Return: the memory, for kssh_chunk_put(), or NULL: ask for some of another kind.
 */
void *kssh_chunk_take(size_t n);

/* Nothing of it is referred to from here any more. */
void kssh_chunk_put(void *p);

/* After the last connection. */
void kssh_chunk_exit(void);

#endif /* KSSH_CHUNK_H */
