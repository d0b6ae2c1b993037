/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_BUILD_BUG_H
#define KSSH_USER_LINUX_BUILD_BUG_H

#include <linux/compiler.h>

#define BUILD_BUG_ON_ZERO(e)	((int)(sizeof(struct { int:(-!!(e)); })))
#define BUILD_BUG_ON_MSG(c, m)	\
	do { _Static_assert(!(c), m); } while (0)
#define BUILD_BUG_ON(c)		BUILD_BUG_ON_MSG(c, "BUILD_BUG_ON: " #c)

#endif
