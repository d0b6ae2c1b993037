/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are kept in memory, and read again when they change. */
#ifndef KSSHTRUST_FILES_H
#define KSSHTRUST_FILES_H

#include <sys/stat.h>

#include "index.h"

/*
 * All of a regular file, to be freed, and what it was before it was read.  0 or a
 * negative errno.
 */
int file_read(const char *path, struct stat *st, char **text, size_t *len);
/* Is it the same file, and is it as it was? */
bool file_unchanged(const struct stat *a, const struct stat *b);

/*
 * What a file holds: 0; -ENOENT: it does not exist; else a negative errno, and in
 * *line the line that it is about, or 0.  Good until the next call for @files.
 */
int files_hosts(struct kssh_trust_files *files, const char *path, struct index **index,
		unsigned long *line);
int files_revoked(struct kssh_trust_files *files, const char *path,
		  const struct revoked **revoked);

#endif /* KSSHTRUST_FILES_H */
