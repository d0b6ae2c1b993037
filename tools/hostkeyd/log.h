/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log: lines on standard error, one write each.  Where that is the journal of
 * systemd they begin with their level, which it takes off.
 */
#ifndef KSSH_LOG_H
#define KSSH_LOG_H

#include <stddef.h>

/* As syslog(3) numbers them. */
enum log_level {
	LOG_LEVEL_ERR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
};

enum { ESCAPED_MAX = 4 * 255 + 1 };

/* @program: begins each line of log_line() */
void log_open(const char *program);
/* Something about the program. */
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A line by itself: what was decided. */
void log_audit(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * What strangers wrote, fit for a log: printable ASCII but for '"' and '\\', the
 * rest as \xHH.  No more than @n bytes, cut after 255.  Returns @out.
 */
const char *escape(const char *s, size_t n, char out[ESCAPED_MAX]);

#endif /* KSSH_LOG_H */
