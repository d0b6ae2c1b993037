/* SPDX-License-Identifier: GPL-2.0 */
/* What the linker makes of write(2) with --wrap=write. */
#ifndef TRUST_TESTS_WRAP_H
#define TRUST_TESTS_WRAP_H

#include <sys/types.h>

ssize_t __real_write(int fd, const void *buf, size_t n);
ssize_t __wrap_write(int fd, const void *buf, size_t n);

#endif /* TRUST_TESTS_WRAP_H */
