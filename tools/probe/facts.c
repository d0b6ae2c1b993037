// SPDX-License-Identifier: GPL-2.0
/* Reading of small files and of what stands in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

long slurp(const char *path, char *out, size_t room)
{
	size_t at = 0;
	ssize_t n;
	int fd;

	*out = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while (at < room - 1) {
		n = read(fd, out + at, room - 1 - at);
		if (n <= 0)
			break;
		at += n;
	}
	close(fd);
	out[at] = 0;
	return at;
}

bool release_parse(const char *release, unsigned int *major, unsigned int *minor)
{
	return sscanf(release, "%u.%u", major, minor) == 2;
}

bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word), len;

	while (*text) {
		text += strspn(text, " \t\n");
		len = strcspn(text, " \t\n");
		if (len == n && !memcmp(text, word, n))
			return true;
		text += len;
	}
	return false;
}

static void copy(char *out, size_t room, const char *p, size_t n)
{
	if (n >= room)
		n = room - 1;
	memcpy(out, p, n);
	out[n] = 0;
}

void field(const char *text, const char *name, char *out, size_t room)
{
	size_t n = strlen(name);
	const char *line;

	*out = 0;
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, n) && line[n] == ':') {
			line += n + 1;
			line += strspn(line, " \t");
			copy(out, room, line, strcspn(line, "\n"));
			return;
		}
	}
}

void chosen(const char *text, char *out, size_t room)
{
	const char *p = strchr(text, '[');

	*out = 0;
	if (p)
		copy(out, room, p + 1, strcspn(p + 1, "]\n"));
}

bool modules_dep_find(const char *text, const char *name, char *out, size_t room)
{
	const char *line, *base;
	size_t n = strlen(name), len, i;

	for (line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		len = strcspn(line, ":\n");
		base = line;
		for (i = 0; i < len; i++)
			if (line[i] == '/')
				base = line + i + 1;
		if (strncmp(base, name, n) || strncmp(base + n, ".ko", 3))
			continue;
		/* kssh.ko, .ko.xz, .ko.zst, .ko.gz */
		if (base[n + 3] == ':' || base[n + 3] == '.') {
			copy(out, room, line, len);
			return true;
		}
	}
	return false;
}

bool secure_boot_on(const uint8_t *p, size_t n)
{
	return n == 5 && p[4] == 1;
}
