// SPDX-License-Identifier: GPL-2.0
/* The log. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define LINE_MAX_BYTES	4096

static const char *program = "?";
static bool journal;

/* Is standard error the journal?  JOURNAL_STREAM is "device:inode" of it. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       !fstat(STDERR_FILENO, &st) && st.st_dev == device && st.st_ino == inode;
}

void log_open(const char *name)
{
	program = name;
	journal = stderr_is_journal();
}

__attribute__((format(printf, 3, 0)))
static void put(enum log_level level, const char *head, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	size_t used = 0;
	ssize_t n;
	int len;

	if (journal)
		used = sprintf(line, "<%d>", level);
	if (head)
		used += snprintf(line + used, sizeof(line) - used, "%s: ", head);
	len = vsnprintf(line + used, sizeof(line) - 1 - used, fmt, ap);
	if (len < 0)
		return;
	used += len;
	if (used > sizeof(line) - 2)
		used = sizeof(line) - 2;
	line[used++] = '\n';
	/* a log that is full or gone is no reason to stop */
	n = write(STDERR_FILENO, line, used);
	(void)n;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(level, program, fmt, ap);
	va_end(ap);
}

void log_audit(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(level, NULL, fmt, ap);
	va_end(ap);
}

const char *escape(const char *s, size_t n, char out[ESCAPED_MAX])
{
	static const char hex[] = "0123456789abcdef";
	char *p = out;
	size_t i;

	for (i = 0; i < n && i < (ESCAPED_MAX - 1) / 4; i++) {
		unsigned char c = s[i];

		if (c > ' ' - 1 && c < 0x7f && c != '"' && c != '\\') {
			*p++ = c;
			continue;
		}
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	*p = 0;
	return out;
}
