/* SPDX-License-Identifier: GPL-2.0 */
/* Lines that are written. */
#ifndef KSSHTRUST_RECORD_H
#define KSSHTRUST_RECORD_H

#include <sys/types.h>

#include "internal.h"

/**
 * struct entry - what is written
 * @name: as it is looked up
 * @hash: hash it
 * @type: type of the key
 * @blob: the key, never a certificate
 * @len: its length
 */
struct entry {
	char name[LOOKUP_MAX];
	bool hash;
	const char *type;
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	size_t len;
};

/**
 * entry_line - "names type base64\n"
 * @e: what is written
 * @size: of the file that it is appended to, or -1: the file is written anew
 * @newline: one is needed in front
 *
 * Return: the line, to be freed, or NULL.
 */
char *entry_line(const struct entry *e, off_t size, bool newline);
/* A name as it is written to a file, hashed with a salt of its own: 0, -EIO. */
int hash_anew(const char *name, char out[HASHED_MAX]);

/* Take flock(2)'s lock, or go on without after a moment. */
void lock_briefly(int fd);
/* Make sure that the entry of @path in its directory is on the disk. */
int sync_directory(const char *path);

#endif /* KSSHTRUST_RECORD_H */
