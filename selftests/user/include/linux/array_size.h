/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_ARRAY_SIZE_H
#define KSSH_USER_LINUX_ARRAY_SIZE_H

#include <linux/build_bug.h>

#define ARRAY_SIZE(a)							\
	(sizeof(a) / sizeof((a)[0]) +					\
	 BUILD_BUG_ON_ZERO(__builtin_types_compatible_p(		\
		__typeof__(a), __typeof__(&(a)[0]))))

#endif
