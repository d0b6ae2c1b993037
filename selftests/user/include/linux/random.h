/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KSSH_USER_LINUX_RANDOM_H
#define KSSH_USER_LINUX_RANDOM_H

#include <stddef.h>

void get_random_bytes(void *buf, size_t len);

#endif
