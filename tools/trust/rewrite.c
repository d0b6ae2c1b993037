// SPDX-License-Identifier: GPL-2.0
/* Writing a file anew, so that at any moment there is the old one or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "record.h"
#include "rewrite.h"

/* The file that is at the end of all links; one that is to be, too. */
static int resolve(const char *path, char **out)
{
	char *slash, *dir;
	int ret = 0;

	*out = realpath(path, NULL);
	if (*out)
		return 0;
	if (errno != ENOENT)
		return -errno;
	slash = strrchr(path, '/');
	if (!slash) {
		*out = strdup(path);
		return *out ? 0 : -ENOMEM;
	}
	dir = strndup(path, slash - path + 1);
	if (!dir || asprintf(out, "%s/%s", dir, slash + 1) < 0) {
		*out = NULL;
		ret = -ENOMEM;
	}
	free(dir);
	return ret;
}

int rewrite_begin(struct rewrite *r, const char *path)
{
	int ret;

	memset(r, 0, sizeof(*r));
	r->fd = -1;
	ret = resolve(path, &r->path);
	if (ret)
		return ret;
	r->fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (r->fd < 0)
		return errno == ENOENT ? 0 : -errno;
	lock_briefly(r->fd);
	return file_read(r->path, &r->was, &r->text, &r->len);
}

void rewrite_end(struct rewrite *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->path);
	free(r->text);
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= n;
		}
	}
	return fsync(fd) ? -errno : 0;
}

/* Give the new file what the old one has. */
static int keep_owner(int fd, const struct rewrite *r)
{
	struct stat st;

	if (r->fd < 0)
		return 0;
	if (fstat(fd, &st))
		return -errno;
	if ((st.st_uid != r->was.st_uid || st.st_gid != r->was.st_gid) &&
	    fchown(fd, r->was.st_uid, r->was.st_gid))
		return -errno;
	return fchmod(fd, r->was.st_mode & 07777) ? -errno : 0;
}

static int same_file(const struct rewrite *r)
{
	struct stat st;

	if (stat(r->path, &st))
		return errno == ENOENT && r->fd < 0 ? 0 : errno == ENOENT ? -EAGAIN : -errno;
	return r->fd >= 0 && file_unchanged(&r->was, &st) ? 0 : -EAGAIN;
}

int rewrite_commit(const struct rewrite *r, const char *text, size_t len)
{
	char *temp;
	int fd, ret;

	if (asprintf(&temp, "%s.XXXXXX", r->path) < 0)
		return -ENOMEM;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		free(temp);
		return ret;
	}
	/* all that it gets must be on the disk before its name is */
	ret = keep_owner(fd, r) ?: write_all(fd, text, len) ?: same_file(r);
	close(fd);
	if (!ret && rename(temp, r->path))
		ret = -errno;
	if (ret)
		unlink(temp);
	else
		ret = sync_directory(r->path);
	free(temp);
	return ret;
}
