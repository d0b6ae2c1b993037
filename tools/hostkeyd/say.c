// SPDX-License-Identifier: GPL-2.0
/* The log. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hostkeyd.h"

#define LINE_MAX_BYTES	4096

void say(const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;
	ssize_t n;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	/* a log that is full or gone is no reason to stop */
	n = write(STDERR_FILENO, line, len);
	(void)n;
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
