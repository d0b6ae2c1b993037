/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are kept in memory, and read again when they change. */
#ifndef KSSHTRUST_FILES_H
#define KSSHTRUST_FILES_H

#include "index.h"

/*
 * What a file holds: 0; -ENOENT: it does not exist; else a negative errno, and in
 * *line the line that it is about, or 0.  Good until the next call for @files.
 */
int files_hosts(struct kssh_trust_files *files, const char *path, struct index **index,
		unsigned long *line);
int files_revoked(struct kssh_trust_files *files, const char *path,
		  const struct revoked **revoked);

#endif /* KSSHTRUST_FILES_H */
