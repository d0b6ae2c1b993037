// SPDX-License-Identifier: GPL-2.0
/* Files that are kept in memory, and read again when they change. */
#include <sys/inotify.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

/* The coarsest time stamps of a file system, seconds. */
#define STAMP	2

#define WATCH_FILE	(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF | IN_MASK_ADD)
#define WATCH_DIR	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | \
			 IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR | IN_MASK_ADD)

enum kind {
	HOSTS,
	REVOKED,
};

/**
 * struct file - a file
 * @path: as the policy has it
 * @kind: what it holds
 * @held: there is something in @index or @revoked
 * @seen: of what that was made
 * @fresh: it had changed so shortly before that a second change may not show
 * @index: of known hosts
 * @revoked: of a list of revoked keys
 * @watches: inotify's numbers of it and of its directory, or the nearest above that there
 *	is; -1: none
 */
struct file {
	TAILQ_ENTRY(file) in_order;
	char *path;
	enum kind kind;
	bool held;
	struct stat seen;
	bool fresh;
	struct index *index;
	struct revoked *revoked;
	int watches[2];
};

/**
 * struct kssh_trust_files - the files
 * @order: the one used last is last
 * @n: how many
 * @inotify: -1 if nobody wants to know
 */
struct kssh_trust_files {
	TAILQ_HEAD(file_order, file) order;
	unsigned int n;
	int inotify;
};

struct kssh_trust_files *kssh_trust_files_new(void)
{
	struct kssh_trust_files *files = malloc(sizeof(*files));

	if (!files)
		return NULL;
	TAILQ_INIT(&files->order);
	files->n = 0;
	files->inotify = -1;
	return files;
}

/* ---- watching ---------------------------------------------------------- */

/* Two files may have one watch. */
static void unwatch(struct kssh_trust_files *files, int watch)
{
	const struct file *f;

	if (watch < 0)
		return;
	TAILQ_FOREACH(f, &files->order, in_order) {
		if (f->watches[0] == watch || f->watches[1] == watch)
			return;
	}
	inotify_rm_watch(files->inotify, watch);
}

/* Where the file, or the first directory on the way to it that is not there, will appear. */
static int watch_above(int inotify, const char *path)
{
	char *copy = strdup(path), *dir = copy;
	int ret;

	if (!copy)
		return -1;
	do {
		dir = dirname(dir);
		ret = inotify_add_watch(inotify, dir, WATCH_DIR);
	} while (ret < 0 && errno == ENOENT && strcmp(dir, "/") && strcmp(dir, "."));
	free(copy);
	return ret;
}

static void watch(struct kssh_trust_files *files, struct file *f)
{
	int old[2] = { f->watches[0], f->watches[1] };

	if (files->inotify < 0)
		return;
	f->watches[0] = inotify_add_watch(files->inotify, f->path, WATCH_FILE);
	f->watches[1] = watch_above(files->inotify, f->path);
	unwatch(files, old[0]);
	unwatch(files, old[1]);
}

int kssh_trust_files_watch(struct kssh_trust_files *files)
{
	struct file *f;

	if (files->inotify >= 0)
		return files->inotify;
	files->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (files->inotify < 0)
		return -errno;
	TAILQ_FOREACH(f, &files->order, in_order)
		watch(files, f);
	return files->inotify;
}

/* ---- reading ----------------------------------------------------------- */

static void forget_content(struct file *f)
{
	index_free(f->index);
	revoked_free(f->revoked);
	f->index = NULL;
	f->revoked = NULL;
	f->held = false;
}

static void forget(struct kssh_trust_files *files, struct file *f)
{
	TAILQ_REMOVE(&files->order, f, in_order);
	files->n--;
	forget_content(f);
	unwatch(files, f->watches[0]);
	unwatch(files, f->watches[1]);
	free(f->path);
	free(f);
}

void kssh_trust_files_free(struct kssh_trust_files *files)
{
	struct file *f;

	if (!files)
		return;
	while ((f = TAILQ_FIRST(&files->order)))
		forget(files, f);
	if (files->inotify >= 0)
		close(files->inotify);
	free(files);
}

/* All of a file that is open, with one byte of room behind.  0 or a negative errno. */
static int read_all(int fd, size_t size, char **text, size_t *len)
{
	size_t room = size + 1;
	ssize_t n = 1;
	char *more;

	*len = 0;
	*text = malloc(room);
	if (!*text)
		return -ENOMEM;
	/* somebody may be writing to it */
	while (n && *len <= KSSH_TRUST_FILE_MAX) {
		if (*len == room) {
			room *= 2;
			more = realloc(*text, room);
			if (!more) {
				free(*text);
				return -ENOMEM;
			}
			*text = more;
		}
		n = read(fd, *text + *len, room - *len);
		if (n < 0 && errno != EINTR) {
			n = -errno;
			free(*text);
			return n;
		}
		*len += n > 0 ? n : 0;
	}
	if (*len <= KSSH_TRUST_FILE_MAX)
		return 0;
	free(*text);
	return -EFBIG;
}

int file_read(const char *path, struct stat *st, char **text, size_t *len)
{
	int fd, ret = 0;

	/* Neither a FIFO nor a terminal may hold us up. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, st))
		ret = -errno;
	else if (!S_ISREG(st->st_mode))
		ret = S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
	else if (st->st_size > KSSH_TRUST_FILE_MAX)
		ret = -EFBIG;
	else
		ret = read_all(fd, st->st_size, text, len);
	close(fd);
	return ret;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool file_unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim) &&
	       same_time(&a->st_ctim, &b->st_ctim);
}

static int parse(struct file *f, char *text, size_t len, unsigned long *line)
{
	int ret;

	if (f->kind == HOSTS)
		return index_new(text, len, &f->index, line);
	ret = revoked_read(text, len, &f->revoked);
	free(text);
	return ret;
}

/* Read a file, if it is another than it was.  0 or a negative errno. */
static int load(struct file *f, unsigned long *line)
{
	char *text = NULL;
	struct stat st;
	size_t len = 0;
	int ret;

	if (stat(f->path, &st)) {
		ret = -errno;
		forget_content(f);
		return ret;
	}
	if (f->held && !f->fresh && file_unchanged(&f->seen, &st))
		return 0;
	ret = file_read(f->path, &st, &text, &len);
	if (ret) {
		forget_content(f);
		return ret;
	}
	if (f->index && index_is(f->index, text, len)) {
		free(text);
	} else {
		forget_content(f);
		ret = parse(f, text, len, line);
	}
	if (ret)
		return ret;
	f->held = true;
	f->seen = st;
	/* a clock that goes wrong costs time only */
	f->fresh = st.st_mtim.tv_sec >= time(NULL) - STAMP ||
		   st.st_ctim.tv_sec >= time(NULL) - STAMP;
	return 0;
}

static struct file *find(struct kssh_trust_files *files, const char *path, enum kind kind)
{
	struct file *f;

	TAILQ_FOREACH(f, &files->order, in_order) {
		if (f->kind == kind && !strcmp(f->path, path)) {
			TAILQ_REMOVE(&files->order, f, in_order);
			TAILQ_INSERT_TAIL(&files->order, f, in_order);
			return f;
		}
	}
	f = calloc(1, sizeof(*f));
	if (f)
		f->path = strdup(path);
	if (!f || !f->path) {
		free(f);
		return NULL;
	}
	f->kind = kind;
	f->watches[0] = -1;
	f->watches[1] = -1;
	if (files->n == KSSH_TRUST_FILES_MAX)
		forget(files, TAILQ_FIRST(&files->order));
	TAILQ_INSERT_TAIL(&files->order, f, in_order);
	files->n++;
	watch(files, f);
	return f;
}

int files_hosts(struct kssh_trust_files *files, const char *path, struct index **index,
		unsigned long *line)
{
	struct file *f = find(files, path, HOSTS);
	int ret;

	*line = 0;
	if (!f)
		return -ENOMEM;
	ret = load(f, line);
	*index = f->index;
	return ret;
}

int files_revoked(struct kssh_trust_files *files, const char *path,
		  const struct revoked **revoked)
{
	struct file *f = find(files, path, REVOKED);
	unsigned long line;
	int ret;

	if (!f)
		return -ENOMEM;
	ret = load(f, &line);
	*revoked = f->revoked;
	return ret;
}

unsigned int kssh_trust_files_refresh(struct kssh_trust_files *files)
{
	unsigned int changed = 0;
	struct file before;
	unsigned long line;
	struct file *f;
	char events[4096];

	if (files->inotify < 0)
		return 0;
	/* which files they are about is seen from the files */
	while (read(files->inotify, events, sizeof(events)) > 0)
		;
	TAILQ_FOREACH(f, &files->order, in_order) {
		before = *f;
		load(f, &line);
		/* a question may have read it since, which watches nothing anew */
		watch(files, f);
		changed += before.held != f->held ||
			   (f->held && !file_unchanged(&before.seen, &f->seen));
	}
	return changed;
}

/* ---- lists of revoked keys --------------------------------------------- */

int kssh_trust_revoked_check(const char *path, const void *key, size_t key_len,
			     unsigned long *line)
{
	struct kssh_trust_files *files = kssh_trust_files_new();
	const struct revoked *list;
	unsigned long where = 0;
	int ret;

	if (!files)
		return -ENOMEM;
	ret = files_revoked(files, path, &list);
	if (!ret)
		ret = revoked_find(list, key, key_len, &where);
	kssh_trust_files_free(files);
	if (line)
		*line = where;
	return ret;
}
