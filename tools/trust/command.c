// SPDX-License-Identifier: GPL-2.0
/* KnownHostsCommand: known_hosts lines from a program of the user's. */
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tokens.h"

#define READ_STEP	65536

/* ---- time ---------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* Wait until there is input, or the end.  0, -ETIMEDOUT, or another errno. */
static int wait_input(int fd, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;
	int ret;

	do {
		left = deadline - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		ret = poll(&p, 1, left > 1000 ? 1000 : left);
	} while (!ret || (ret < 0 && errno == EINTR));
	return ret < 0 ? -errno : 0;
}

/* ---- the program ---------------------------------------------------------------- */

/*
 * Start it with nothing to read, its output in the pipe, the caller's standard error,
 * no other descriptor, and signals as a program expects them.
 */
static int start(char **argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int ret;

	sigfillset(&all);
	sigemptyset(&none);
	ret = posix_spawn_file_actions_init(&files);
	if (ret)
		return -ret;
	ret = posix_spawnattr_init(&attr);
	if (ret) {
		posix_spawn_file_actions_destroy(&files);
		return -ret;
	}
	ret = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
					       O_RDONLY, 0) ?:
	      posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) ?:
	      posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1) ?:
	      posix_spawnattr_setsigdefault(&attr, &all) ?:
	      posix_spawnattr_setsigmask(&attr, &none) ?:
	      posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF |
					      POSIX_SPAWN_SETSIGMASK) ?:
	      posix_spawn(pid, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -ret;
}

static int read_all(int fd, int64_t deadline, char **data, size_t *len)
{
	size_t room = 0;
	ssize_t n;
	char *more;
	int ret;

	for (;;) {
		if (room - *len < READ_STEP) {
			room = room * 2 + READ_STEP;
			more = realloc(*data, room);
			if (!more)
				return -ENOMEM;
			*data = more;
		}
		ret = wait_input(fd, deadline);
		if (ret)
			return ret;
		n = read(fd, *data + *len, READ_STEP);
		if (!n)
			return 0;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		*len += n > 0 ? n : 0;
		if (*len > KSSH_TRUST_FILE_MAX)
			return -EFBIG;
	}
}

/* Wait for its end, which is not later than the deadline.  -EIO: it failed. */
static int reap(pid_t pid, int64_t deadline, int ret)
{
	int fd = pidfd_open(pid, 0), status;

	if (fd < 0 && !ret)
		ret = -errno;
	if (!ret)
		ret = wait_input(fd, deadline);
	if (fd >= 0)
		close(fd);
	if (ret)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return ret ?: -errno;
	}
	if (!ret && !(WIFEXITED(status) && !WEXITSTATUS(status)))
		ret = -EIO;
	return ret;
}

static int run(char **argv, unsigned int timeout_ms, char **lines, size_t *len)
{
	int64_t deadline = now_ms() + timeout_ms;
	int fds[2], ret;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	ret = start(argv, fds[1], &pid);
	close(fds[1]);
	if (!ret)
		ret = reap(pid, deadline, read_all(fds[0], deadline, lines, len));
	close(fds[0]);
	return ret;
}

int kssh_trust_command(const char *command, const struct kssh_trust_query *query,
		       const char *reason, const struct kssh_trust_connection *to,
		       unsigned int timeout_ms, char **lines, size_t *len)
{
	static const struct kssh_trust_connection nothing;
	struct tokens tokens;
	char **argv, **a;
	int ret;

	*lines = NULL;
	*len = 0;
	ret = words_split(command, &argv);
	if (ret)
		return ret;
	ret = tokens_fill(&tokens, query, to ?: &nothing, reason);
	/* The program's path is taken as it is. */
	if (!ret && (!argv[0] || argv[0][0] != '/'))
		ret = -EINVAL;
	for (a = argv + 1; !ret && *a; a++)
		ret = word_expand(a, &tokens);
	if (!ret)
		ret = run(argv, timeout_ms, lines, len);
	tokens_free(&tokens);
	words_free(argv);
	if (ret) {
		free(*lines);
		*lines = NULL;
		*len = 0;
	}
	return ret;
}
