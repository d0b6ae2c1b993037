/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are written anew. */
#ifndef KSSHTRUST_REWRITE_H
#define KSSHTRUST_REWRITE_H

#include <sys/stat.h>

#include "internal.h"

/**
 * struct rewrite - a file that is being written anew
 * @path: itself, behind all links; to be freed with rewrite_end()
 * @fd: the old file, locked as by kssh_trust_record(); -1: there is none
 * @was: what it was when it was read
 * @text: what it holds
 * @len: length of that
 */
struct rewrite {
	char *path;
	int fd;
	struct stat was;
	char *text;
	size_t len;
};

/* Read a file, for a change.  0, also if it does not exist; or a negative errno. */
int rewrite_begin(struct rewrite *r, const char *path);

/**
 * rewrite_commit - put another text in its place
 * @r: the file
 * @text: all of it
 * @len: its length
 *
 * Owner and mode stay, what is hard-linked is parted.  A new file gets mode 0600.
 * Return: 0; -EAGAIN: somebody has changed the file since it was read; another
 * negative errno.  Then the file is what it was.
 */
int rewrite_commit(const struct rewrite *r, const char *text, size_t len);
void rewrite_end(struct rewrite *r);

#endif /* KSSHTRUST_REWRITE_H */
