/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_ERRNO_H
#define KSSH_USER_LINUX_ERRNO_H

#include_next <linux/errno.h>

/* Kernel-internal numbers, never seen by an application. */
#define ERESTARTSYS		512
#define ENOIOCTLCMD		515
#define EPROBE_DEFER		517
#define ENOTSUPP		524

#endif
