/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_STDDEF_H
#define KSSH_USER_LINUX_STDDEF_H

#include_next <linux/stddef.h>
#include <stdbool.h>
#include <stddef.h>

#ifndef sizeof_field
#define sizeof_field(type, m)	sizeof(((type *)0)->m)
#endif
#ifndef offsetofend
#define offsetofend(type, m)	(offsetof(type, m) + sizeof_field(type, m))
#endif
#define struct_group(name, ...)						\
	union {								\
		struct { __VA_ARGS__ };					\
		struct { __VA_ARGS__ } name;				\
	}

#endif
