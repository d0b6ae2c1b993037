/* SPDX-License-Identifier: GPL-2.0 */
/* What the linker makes of system calls with --wrap=NAME. */
#ifndef TRUST_TESTS_WRAP_H
#define TRUST_TESTS_WRAP_H

#include <sys/stat.h>
#include <sys/types.h>

ssize_t __real_write(int fd, const void *buf, size_t n);
ssize_t __wrap_write(int fd, const void *buf, size_t n);

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

int __real_stat(const char *path, struct stat *st);
int __wrap_stat(const char *path, struct stat *st);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);

#endif /* TRUST_TESTS_WRAP_H */
