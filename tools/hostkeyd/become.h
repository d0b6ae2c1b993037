/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_BECOME_H
#define KSSH_BECOME_H

#include <sys/types.h>

/*
 * In a fresh child: look the user up, become him and nothing more, and execute the
 * worker with @fd.  What fails is told through @fd.
 */
_Noreturn void become_worker(uid_t uid, int fd, const char *worker);

#endif /* KSSH_BECOME_H */
