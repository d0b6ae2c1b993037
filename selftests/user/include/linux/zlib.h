/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's zlib, whose caller brings the memory, over the system's. */
#ifndef KSSH_USER_LINUX_ZLIB_H
#define KSSH_USER_LINUX_ZLIB_H

#include <linux/types.h>

struct kssh_user_zlib {
	const u8 *next_in;
	unsigned long avail_in;
	u8 *next_out;
	unsigned long avail_out;
	void *workspace;
};

/* shim/zlib.c has the system's names */
#ifndef Z_OK
typedef struct kssh_user_zlib z_stream;

#define Z_OK			0
#define Z_BUF_ERROR		(-5)
#define Z_PARTIAL_FLUSH		1
#define Z_SYNC_FLUSH		2
#define Z_DEFLATED		8
#define Z_DEFAULT_STRATEGY	0
#endif

int zlib_deflate_workspacesize(int bits, int mem_level);
int zlib_deflateInit2(struct kssh_user_zlib *z, int level, int method, int bits,
		      int mem_level, int strategy);
int zlib_deflate(struct kssh_user_zlib *z, int flush);
int zlib_inflate_workspacesize(void);
int zlib_inflateInit2(struct kssh_user_zlib *z, int bits);
int zlib_inflate(struct kssh_user_zlib *z, int flush);

#endif
