/* SPDX-License-Identifier: GPL-2.0 */
/* One thread is all there is. */
#ifndef KSSH_USER_LINUX_ATOMIC_H
#define KSSH_USER_LINUX_ATOMIC_H

typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_LONG_INIT(i)	{ (i) }

static inline long atomic_long_add_return(long n, atomic_long_t *v)
{
	return v->counter += n;
}

static inline void atomic_long_sub(long n, atomic_long_t *v)
{
	v->counter -= n;
}

#endif
