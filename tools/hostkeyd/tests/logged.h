/* SPDX-License-Identifier: GPL-2.0 */
/* What a program under test writes to standard error, and a directory for its files. */
#ifndef KSSH_LOGGED_H
#define KSSH_LOGGED_H

static char log_path[40], dir[40];

/* All that has been logged since the last call. */
static inline const char *logged(void)
{
	static char text[65536];
	int fd = open(log_path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	assert_true(n >= 0);
	text[n] = 0;
	assert_int_equal(truncate(log_path, 0), 0);
	return text;
}

#define assert_logged(what)	assert_non_null(strstr(logged(), what))

/* Standard error becomes the log: false if that fails. */
static inline bool log_begin(void)
{
	int fd;

	strcpy(log_path, "/tmp/hostkeyd-test.XXXXXX");
	strcpy(dir, log_path);
	fd = mkstemp(log_path);
	if (fd < 0 || !mkdtemp(dir) || dup2(fd, STDERR_FILENO) < 0)
		return false;
	fcntl(STDERR_FILENO, F_SETFL, O_APPEND);
	return true;
}

static inline void log_end(void)
{
	unlink(log_path);
	rmdir(dir);
}

#endif /* KSSH_LOGGED_H */
