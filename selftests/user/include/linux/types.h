/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What <linux/types.h> gives kernel code, for the user-space builds of the
 * sans-I/O rooms. The uapi half (__u8, __be32, ...) is the system's own.
 */
#ifndef KSSH_USER_LINUX_TYPES_H
#define KSSH_USER_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

typedef unsigned int gfp_t;
typedef s64 ktime_t;

typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next, *prev;
};

#ifdef __SIZEOF_INT128__
typedef __int128 s128;
typedef unsigned __int128 u128;

/* The kernel says in its configuration whether an architecture may use it. */
#ifndef KSSH_USER_NO_INT128
#define CONFIG_ARCH_SUPPORTS_INT128 1
#endif
#endif

#endif
