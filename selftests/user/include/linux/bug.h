/* SPDX-License-Identifier: GPL-2.0 */
/* A warning in a user-space run is a failed test: it aborts. */
#ifndef KSSH_USER_LINUX_BUG_H
#define KSSH_USER_LINUX_BUG_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>

#define BUG()								\
	do {								\
		fprintf(stderr, "BUG at %s:%d\n", __FILE__, __LINE__);	\
		abort();						\
	} while (0)
#define BUG_ON(c)		do { if (unlikely(c)) BUG(); } while (0)
#define WARN_ON(c)							\
	({								\
		int __warned = !!(c);					\
									\
		if (unlikely(__warned))					\
			BUG();						\
		unlikely(__warned);					\
	})
#define WARN_ON_ONCE(c)		WARN_ON(c)
#define WARN_ONCE(c, fmt...)	WARN_ON(c)
#define WARN(c, fmt...)		WARN_ON(c)
#define DEBUG_NET_WARN_ON_ONCE(c) WARN_ON(c)

#endif
