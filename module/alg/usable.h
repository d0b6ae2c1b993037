/* SPDX-License-Identifier: GPL-2.0 */
/* Can the running kernel do an algorithm, and may it? */
#ifndef KSSH_USABLE_H
#define KSSH_USABLE_H

#include <linux/fips.h>
#include <linux/types.h>

/* Under fips_enabled only what is approved is offered. */
static inline bool kssh_fips_allows(bool approved)
{
	return approved || !fips_enabled;
}

/**
 * kssh_usable_once - ask the kernel's crypto API once and keep the answer
 * @memo: where the answer is kept; 0 before the first call
 * @attempt: returns a positive value if it works, else -errno
 * @row: handed to @attempt
 *
 * Two callers that come first together both ask, and find the same.  An attempt
 * that failed for want of memory or time or by a signal, or in a process that is being
 * killed, says nothing about the algorithm and is not kept.  Process context, sleeps.
 *
 * Return: what @attempt returned.
 */
int kssh_usable_once(int *memo, int (*attempt)(const void *row),
		     const void *row);

#endif /* KSSH_USABLE_H */
