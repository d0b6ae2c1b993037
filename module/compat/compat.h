/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before every source file by Kbuild.  Which kernel is this?  Only files
 * in this folder may ask.
 */
#ifndef KSSH_COMPAT_H
#define KSSH_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "kssh needs Linux 6.12 or newer"
#endif

#endif /* KSSH_COMPAT_H */
