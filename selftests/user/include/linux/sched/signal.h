/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_SCHED_SIGNAL_H
#define KSSH_USER_SCHED_SIGNAL_H

/* Set by a test: the calling process is being killed. */
extern int kssh_user_killed __attribute__((weak));

#define current			((void *)0)

static inline int fatal_signal_pending(void *task)
{
	(void)task;
	return &kssh_user_killed ? kssh_user_killed : 0;
}

#endif
