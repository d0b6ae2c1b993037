// SPDX-License-Identifier: GPL-2.0
/*
 * From the launcher's child to the worker of a user: his uid, his gid, his groups,
 * and nothing else; no capability, no way to get one, no descriptor but the socket,
 * no environment, a session of its own.
 */
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "become.h"
#include "users.h"

/* The name services may ask a server that does not answer. */
#define LOOKUP_SECONDS	10

static _Noreturn void fail(int fd, uid_t uid, int error)
{
	struct work_hello hello = { .error = error, .uid = uid };

	send(fd, &hello, sizeof(hello), MSG_NOSIGNAL | MSG_DONTWAIT);
	_exit(1);
}

static void reset_signals(void)
{
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int only_null_and(int *fd)
{
	int null = open("/dev/null", O_RDWR), i;

	if (null < 0)
		return -errno;
	/* out of the way of 0, 1, 2 and WORKER_FD */
	*fd = fcntl(*fd, F_DUPFD, WORKER_FD + 1);
	null = fcntl(null, F_DUPFD, WORKER_FD + 1);
	if (*fd < 0 || null < 0)
		return -errno;
	for (i = 0; i < 3; i++) {
		if (dup2(null, i) < 0)
			return -errno;
	}
	if (dup2(*fd, WORKER_FD) < 0)
		return -errno;
	*fd = WORKER_FD;
	return close_range(WORKER_FD + 1, ~0U, 0) ? -errno : 0;
}

/* The user's entry, in memory that is never freed; NULL with errno 0: none. */
static struct passwd *look_up(uid_t uid)
{
	struct passwd *pw;

	errno = 0;
	pw = getpwuid(uid);
	if (pw && pw->pw_uid == uid && pw->pw_dir && *pw->pw_dir == '/')
		return pw;
	if (pw)
		errno = 0;
	return NULL;
}

static int take_identity(const struct passwd *pw)
{
	if (initgroups(pw->pw_name, pw->pw_gid) ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid))
		return -errno;
	/*
	 * From one ordinary user to another the kernel takes no capability away;
	 * and with no_new_privs it gives root none back at execve(2).
	 */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_apply(CAPNG_SELECT_CAPS))
		return -EPERM;
	return pw->pw_uid && !setresuid(0, 0, 0) ? -EPERM : 0;
}

_Noreturn void become_worker(uid_t uid, int fd, const char *worker)
{
	char *const env[] = { NULL };
	const struct rlimit no_core = { 0, 0 };
	struct passwd *pw;
	int ret;

	reset_signals();
	setsid();
	umask(022);
	ret = only_null_and(&fd);
	if (ret)
		_exit(1);
	if (chdir("/"))
		fail(fd, uid, errno);
	setrlimit(RLIMIT_CORE, &no_core);

	alarm(LOOKUP_SECONDS);
	pw = look_up(uid);
	if (!pw)
		fail(fd, uid, errno && errno != ESRCH ? errno : ENOENT);
	ret = take_identity(pw);
	if (ret)
		fail(fd, uid, -ret);
	alarm(0);
	execve(worker, (char *const []){ "kssh-hostkeyd-worker", pw->pw_dir, NULL }, env);
	fail(fd, uid, errno == ENOENT ? ENOEXEC : errno);
}
