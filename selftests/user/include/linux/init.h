/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_INIT_H
#define KSSH_USER_LINUX_INIT_H

#include <linux/compiler.h>

#endif
