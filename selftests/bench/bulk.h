/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Much data, or small pieces there and back: one measuring half (bulk.c), linked
 * with one way to move bytes each (bulk_kssh.c, bulk_libssh2.c, bulk_tls.c).
 */
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PIECE	32768	/* of one write, and the most of one read */

/**
 * struct mover - what is measured
 * @name: of the implementation
 * @open: have @command done at the other end of @fd, see light_channel.c; exits if it
 *	cannot
 * @write: all of it, or exits
 * @read: at least one byte, or exits
 * @send_file: from the file's position on, all of it; NULL: there is no such way
 * @end: what was opened
 */
struct mover {
	const char *name;
	void *(*open)(int fd, const char *command);
	void (*write)(void *state, const void *p, size_t n);
	size_t (*read)(void *state, void *p, size_t n);
	void (*send_file)(void *state, int file, size_t n);
	void (*end)(void *state);
};

extern const struct mover mover;

#endif
