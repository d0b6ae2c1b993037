/* SPDX-License-Identifier: GPL-2.0 */
/* Memory for keys, and for what they are made of. */
#ifndef KSSH_SECRET_H
#define KSSH_SECRET_H

#include <linux/types.h>

/* The most that can be asked for. */
#define KSSH_SECRET_MAX	2048

int kssh_secret_init(void);
void kssh_secret_exit(void);

/**
 * kssh_secret_new - memory for something secret
 * @n: bytes, KSSH_SECRET_MAX at most
 *
 * Zeroed, charged to the active memory control group, and in caches of its own, which
 * the kernel copies nothing to or from user space out of (CONFIG_HARDENED_USERCOPY).
 * Process context.
 * Return: the memory, or NULL.
 */
void *kssh_secret_new(size_t n);

/* Wipes all of it; @p may be NULL. */
void kssh_secret_free(void *p);

#endif /* KSSH_SECRET_H */
