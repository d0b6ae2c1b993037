// SPDX-License-Identifier: GPL-2.0
/* libksshtrust: files that are kept in memory, and what happens when they change.  TAP. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "keys.h"
#include "wrap.h"
#include "../internal.h"

/* ---- a coarse clock ---- */

static bool coarse;

static int without_ns(int ret, struct stat *st)
{
	if (coarse) {
		st->st_mtim.tv_nsec = 0;
		st->st_ctim.tv_nsec = 0;
	}
	return ret;
}

int __wrap_stat(const char *path, struct stat *st)
{
	return without_ns(__real_stat(path, st), st);
}

int __wrap_fstat(int fd, struct stat *st)
{
	return without_ns(__real_fstat(fd, st), st);
}

/* ---- files ---- */

/**
 * struct place - a file in a directory of its own
 * @dir: the directory
 * @file: the file; it does not exist at first
 * @other: another path there
 * @policy: strict, over the file
 * @kept: the files
 */
struct place {
	char dir[64], file[96], other[96];
	const char *files[1];
	struct kssh_trust_policy policy;
	struct kssh_trust_files *kept;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/trust-files.XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->file, sizeof(p->file), "%s/known_hosts", p->dir);
	snprintf(p->other, sizeof(p->other), "%s/other", p->dir);
	p->files[0] = p->file;
	p->policy = (struct kssh_trust_policy){ .files = p->files, .n_files = 1,
						.write_file = p->file };
	p->kept = kssh_trust_files_new();
	assert_non_null(p->kept);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	kssh_trust_files_free(p->kept);
	unlink(p->file);
	rmdir(p->file);
	unlink(p->other);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Time stamps as they are when a file has been left alone for long. */
static void make_old(const char *path)
{
	struct timespec times[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static struct kssh_trust_answer ask(struct place *p, const char *name, const char *key)
{
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .name = name, .key = blob };
	struct kssh_trust_answer a;

	assert_int_equal(kssh_trust_read_key(key, blob, &q.key_len), 0);
	kssh_trust_files_check(p->kept, &p->policy, &q, &a);
	return a;
}

#define assert_verdict(p, name, key, want)				\
	assert_string_equal(kssh_trust_verdict_name(ask(p, name, key).verdict), \
			    kssh_trust_verdict_name(want))

static void changes_are_seen(void **state)
{
	struct place *p = *state;

	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	put_file(p->file, "h " ED25519_A "\n");
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
	/* the same size, and maybe the same time */
	put_file(p->file, "h " ED25519_B "\n");
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_CHANGED);
	put_file(p->file, "g " ED25519_B "\n");
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	unlink(p->file);
	assert_verdict(p, "g", ED25519_B, KSSH_TRUST_UNKNOWN);
	/* another file of the same name */
	put_file(p->other, "h " ED25519_A "\n");
	assert_int_equal(rename(p->other, p->file), 0);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
	unlink(p->file);
	assert_int_equal(mkdir(p->file, 0700), 0);
	assert_int_equal(ask(p, "h", ED25519_A).error, EISDIR);
	rmdir(p->file);
	put_file(p->other, "@revoked h " ED25519_A "\n");
	assert_int_equal(symlink(p->other, p->file), 0);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_REVOKED);
	put_file(p->other, "h " ED25519_A "\n");
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
}

/* Clocks of file systems are coarse; this one goes by the second. */
static void two_changes_at_one_time(void **state)
{
	struct place *p = *state;
	int i;

	coarse = true;
	for (i = 0; i < 50; i++) {
		put_file(p->file, i & 1 ? "h " ED25519_A "\n" : "h " ED25519_B "\n");
		assert_verdict(p, "h", ED25519_A,
			       i & 1 ? KSSH_TRUST_OK : KSSH_TRUST_CHANGED);
	}
	coarse = false;
}

/* An old file with old time stamps set again: the change time tells. */
static void old_files_change(void **state)
{
	struct place *p = *state;

	put_file(p->file, "h " ED25519_A "\n");
	make_old(p->file);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
	put_file(p->file, "h " ED25519_B "\n");
	make_old(p->file);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_CHANGED);
}

static void hashed_names_are_remembered_until_the_file_changes(void **state)
{
	struct place *p = *state;
	char hashed[HASHED_MAX], text[512];
	uint8_t salt[HASH_LEN] = { 1 };
	int i;

	assert_int_equal(hash_name("h", salt, hashed, sizeof(hashed)), 0);
	snprintf(text, sizeof(text), "%s " ED25519_A "\n", hashed);
	put_file(p->file, text);
	for (i = 0; i < 3; i++) {
		assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
		assert_verdict(p, "g", ED25519_A, KSSH_TRUST_UNKNOWN);
	}
	assert_int_equal(hash_name("g", salt, hashed, sizeof(hashed)), 0);
	snprintf(text, sizeof(text), "%s " ED25519_A "\n", hashed);
	put_file(p->file, text);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_verdict(p, "g", ED25519_A, KSSH_TRUST_OK);
}

static void what_is_recorded_is_known_at_once(void **state)
{
	struct place *p = *state;
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .key = blob };
	char name[32];
	int i;

	assert_int_equal(kssh_trust_read_key(ED25519_A, blob, &q.key_len), 0);
	q.name = name;
	for (i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "h%d", i);
		assert_verdict(p, name, ED25519_A, KSSH_TRUST_UNKNOWN);
		p->policy.hash_names = i & 1;
		assert_int_equal(kssh_trust_record(&p->policy, &q, NULL), 0);
		assert_verdict(p, name, ED25519_A, KSSH_TRUST_OK);
	}
}

static bool readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

static void changes_are_told(void **state)
{
	struct place *p = *state;
	int fd;

	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	fd = kssh_trust_files_watch(p->kept);
	assert_true(fd >= 0);
	assert_int_equal(kssh_trust_files_watch(p->kept), fd);
	assert_false(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 0);

	/* it comes to be, grows, is replaced, grows again, goes */
	put_file(p->file, "");
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
	assert_false(readable(fd));
	put_file(p->file, "h " ED25519_A "\n");
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
	put_file(p->other, "g " ED25519_A "\n");
	assert_int_equal(rename(p->other, p->file), 0);
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
	assert_false(readable(fd));
	put_file(p->file, "g " ED25519_A "\nh " ED25519_B "\n");
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_CHANGED);
	unlink(p->file);
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	/* a file that is first asked for now is watched, too */
	p->files[0] = p->other;
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	kssh_trust_files_refresh(p->kept);
	put_file(p->other, "h " ED25519_A "\n");
	assert_true(readable(fd));
	assert_int_equal(kssh_trust_files_refresh(p->kept), 1);
}

/*
 * How many files have changed.  Taking a watch away is an event, too, so that there may be
 * another round, but no more.
 */
static unsigned int changes(struct place *p, int fd)
{
	unsigned int n;

	assert_true(readable(fd));
	n = kssh_trust_files_refresh(p->kept);
	assert_int_equal(kssh_trust_files_refresh(p->kept), 0);
	assert_false(readable(fd));
	return n;
}

/* Its directory is another one, at once or after a while; or comes to be, step by step. */
static void directories_are_replaced(void **state)
{
	char sub[96], deep[128], away[96], file[256];
	struct place *p = *state;
	int fd;

	snprintf(sub, sizeof(sub), "%s/sub", p->dir);
	snprintf(deep, sizeof(deep), "%s/deep", sub);
	snprintf(away, sizeof(away), "%s/away", p->dir);
	snprintf(file, sizeof(file), "%s/known_hosts", deep);
	p->files[0] = file;
	fd = kssh_trust_files_watch(p->kept);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_UNKNOWN);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(changes(p, fd), 0);
	assert_int_equal(mkdir(deep, 0700), 0);
	assert_int_equal(changes(p, fd), 0);
	put_file(file, "h " ED25519_A "\n");
	assert_int_equal(changes(p, fd), 1);

	/* it is moved away, and another comes later */
	assert_int_equal(rename(deep, away), 0);
	assert_int_equal(changes(p, fd), 1);
	snprintf(file, sizeof(file), "%s/known_hosts", away);
	put_file(file, "h " ED25519_B "\n");
	assert_false(readable(fd));
	assert_int_equal(rename(away, deep), 0);
	snprintf(file, sizeof(file), "%s/known_hosts", deep);
	assert_int_equal(changes(p, fd), 1);
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_CHANGED);
	/* what is in it now is watched, too */
	put_file(file, "h " ED25519_A "\n");
	assert_int_equal(changes(p, fd), 1);

	unlink(file);
	rmdir(deep);
	assert_true(readable(fd));
	rmdir(sub);
}

static size_t in_use(void)
{
	return mallinfo2().uordblks;
}

/* Names that come once do not add up, plain or hashed. */
static void memory_is_flat_over_names(void **state)
{
	enum { LINES = 40, NAMES = 6 * KSSH_TRUST_NAMES_MAX };
	struct place *p = *state;
	char hashed[HASHED_MAX], name[32];
	uint8_t salt[HASH_LEN] = { 0 };
	size_t before = 0;
	FILE *f = fopen(p->file, "w");
	int i;

	for (i = 0; i < LINES; i++) {
		snprintf(name, sizeof(name), "h%d", i);
		salt[0] = i;
		assert_int_equal(hash_name(name, salt, hashed, sizeof(hashed)), 0);
		fprintf(f, "%s " ED25519_A "\nplain%d " ED25519_A "\n", hashed, i);
	}
	assert_int_equal(fclose(f), 0);
	for (i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "stranger-%05d.example", i);
		assert_verdict(p, name, ED25519_A, KSSH_TRUST_UNKNOWN);
		if (i == 2 * KSSH_TRUST_NAMES_MAX)
			before = in_use();
	}
	assert_in_range(in_use(), before - 4096, before + 4096);
	/* those that are known are found all the same */
	assert_verdict(p, "h7", ED25519_A, KSSH_TRUST_OK);
	assert_verdict(p, "plain7", ED25519_A, KSSH_TRUST_OK);
}

/* Nor do files, which are watched, nor changes of one. */
static void memory_is_flat_over_files(void **state)
{
	struct place *p = *state;
	char path[128], text[256];
	size_t before = 0;
	int i;

	assert_true(kssh_trust_files_watch(p->kept) >= 0);
	for (i = 0; i < 20 * KSSH_TRUST_FILES_MAX; i++) {
		snprintf(path, sizeof(path), "%s/%06d", p->dir, i);
		put_file(path, "h " ED25519_A "\n");
		p->files[0] = path;
		assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
		unlink(path);
		if (i == 2 * KSSH_TRUST_FILES_MAX)
			before = in_use();
	}
	assert_in_range(in_use(), before - 4096, before + 4096);
	p->files[0] = p->file;
	for (i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "h%06d " ED25519_A "\n", i);
		put_file(p->file, text);
		text[7] = 0;
		assert_verdict(p, text, ED25519_A, KSSH_TRUST_OK);
	}
	assert_in_range(in_use(), before - 8192, before + 8192);
}

static void lists_refuse_as_long_as_they_cannot_be_read(void **state)
{
	struct place *p = *state;
	struct kssh_trust_answer a;

	put_file(p->file, "h " ED25519_A "\n");
	p->policy.revoked_files = (const char *const []){ p->other };
	p->policy.n_revoked_files = 1;
	a = ask(p, "h", ED25519_A);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_ptr_equal(a.file, p->other);
	assert_int_equal(a.error, ENOENT);
	p->policy.n_revoked_files = 0;
	assert_verdict(p, "h", ED25519_A, KSSH_TRUST_OK);
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(changes_are_seen), T(two_changes_at_one_time),
		T(old_files_change),
		T(hashed_names_are_remembered_until_the_file_changes),
		T(what_is_recorded_is_known_at_once), T(changes_are_told),
		T(directories_are_replaced),
		T(memory_is_flat_over_names), T(memory_is_flat_over_files),
		T(lists_refuse_as_long_as_they_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
