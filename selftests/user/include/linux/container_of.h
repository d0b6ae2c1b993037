/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_CONTAINER_OF_H
#define KSSH_USER_LINUX_CONTAINER_OF_H

#include <linux/stddef.h>

#define container_of(ptr, type, member)					\
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif
