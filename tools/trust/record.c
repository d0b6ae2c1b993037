// SPDX-License-Identifier: GPL-2.0
/* Writing down a key that was accepted as new. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record.h"

#define LOCK_TRIES	20
#define LOCK_PAUSE	10000000	/* ns */

static int make_entry(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query, struct entry *e)
{
	struct lookup names;
	struct key key;

	if (lookup_names(query, &names) || !name_is_plain(query->name))
		return -EINVAL;
	strcpy(e->name, names.name);
	e->hash = policy->hash_names;
	if (key_plain_blob(query->key, query->key_len, e->blob, &e->len) ||
	    key_parse(e->blob, e->len, &key))
		return -EINVAL;
	e->type = key.type->name;
	return 0;
}

/*
 * Where a write that is broken off can end.  OpenSSH (10.0 at least) takes a line that
 * is a name only, without newline, at the end of a file, for one with the key of the
 * line before, if that has a name of the same length: no block may end there.
 */
#define BLOCK	512

int hash_anew(const char *name, char out[HASHED_MAX])
{
	uint8_t salt[HASH_LEN];

	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return -EIO;
	return hash_name(name, salt, out, HASHED_MAX);
}

char *entry_line(const struct entry *e, off_t size, bool newline)
{
	size_t room = e->len * 4 / 3 + 8;
	char hashed[HASHED_MAX], *b64, *line = NULL;
	const char *name = e->name;

	if (e->hash) {
		if (hash_anew(name, hashed))
			return NULL;
		name = hashed;
	}
	b64 = malloc(room);
	if (b64 && b64_ntop(e->blob, e->len, b64, room) >= 0 &&
	    asprintf(&line, "%s%s%s %s %s\n", newline ? "\n" : "",
		     size < 0 || (size + newline + strlen(name)) % BLOCK ? "" : "\n",
		     name, e->type, b64) < 0)
		line = NULL;
	free(b64);
	return line;
}

void lock_briefly(int fd)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE };
	int i;

	for (i = 0; i < LOCK_TRIES && flock(fd, LOCK_EX | LOCK_NB); i++)
		nanosleep(&pause, NULL);
}

int sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd, ret = 0;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	free(copy);
	return ret;
}

/* Append all of a line, or nothing. */
static int append(int fd, off_t size, const char *line)
{
	size_t len = strlen(line);
	struct stat st;
	ssize_t n;
	int ret;

	n = write(fd, line, len);
	ret = n == (ssize_t)len ? 0 : n < 0 ? -errno : -ENOSPC;
	if (!ret && fsync(fd))
		ret = -errno;
	/* what somebody else appended behind it must not be lost */
	if (ret && n > 0 && !fstat(fd, &st) && st.st_size == size + n &&
	    ftruncate(fd, size))
		ret = -errno;
	return ret;
}

static int write_entry(int fd, const char *path, const struct entry *e)
{
	bool newline = false;
	struct stat st;
	char *line, last;
	int ret;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size) {
		if (pread(fd, &last, 1, st.st_size - 1) != 1)
			return -EIO;
		newline = last != '\n';
	}
	line = entry_line(e, st.st_size, newline);
	if (!line)
		return -ENOMEM;
	ret = append(fd, st.st_size, line);
	free(line);
	if (!ret && !st.st_size)
		ret = sync_directory(path);
	return ret;
}

/* The file, and the directory that it should be in.  A descriptor or negative errno. */
static int open_file(const struct kssh_trust_policy *policy)
{
	int fd;

	if (policy->write_dir && !mkdir(policy->write_dir, 0700))
		sync_directory(policy->write_dir);
	fd = open(policy->write_file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC |
		  O_NONBLOCK | O_NOCTTY, 0644);
	return fd < 0 ? -errno : fd;
}

/* The same, locked, and not one that was replaced before the lock came. */
static int open_locked(const struct kssh_trust_policy *policy)
{
	struct stat mine, named;
	int fd, i;

	for (i = 0; i < LOCK_TRIES; i++) {
		fd = open_file(policy);
		if (fd < 0)
			return fd;
		lock_briefly(fd);
		if (!fstat(fd, &mine) && !stat(policy->write_file, &named) &&
		    mine.st_dev == named.st_dev && mine.st_ino == named.st_ino)
			return fd;
		close(fd);
	}
	return -EAGAIN;
}

int kssh_trust_record(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *answer)
{
	struct kssh_trust_policy strict = *policy;
	struct kssh_trust_answer a;
	struct entry e;
	int fd, ret;

	if (answer)
		memset(answer, 0, sizeof(*answer));
	if (!policy->write_file || make_entry(policy, query, &e))
		return -EINVAL;
	fd = open_locked(policy);
	if (fd < 0)
		return fd;
	strict.checking = KSSH_TRUST_STRICT;
	kssh_trust_check(&strict, query, &a);
	if (answer)
		*answer = a;
	if (a.verdict == KSSH_TRUST_OK)
		ret = 0;
	else if (a.verdict != KSSH_TRUST_UNKNOWN)
		ret = -EEXIST;
	else
		ret = write_entry(fd, policy->write_file, &e);
	close(fd);
	return ret;
}
