// SPDX-License-Identifier: GPL-2.0
/* The names that are looked up. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define DEFAULT_PORT	22

static void to_lower(char *p)
{
	for (; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	}
}

int lookup_names(const struct kssh_trust_query *query, struct lookup *names)
{
	size_t n = strlen(query->name);
	const char *p;

	if (!n || n > KSSH_TRUST_NAME_MAX)
		return -EINVAL;
	for (p = query->name; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return -EINVAL;
	}
	*names->bare = 0;
	if (query->verbatim || !query->port || query->port == DEFAULT_PORT) {
		strcpy(names->name, query->name);
	} else {
		snprintf(names->name, LOOKUP_MAX, "[%s]:%u", query->name, query->port);
		strcpy(names->bare, query->name);
	}
	to_lower(names->name);
	to_lower(names->bare);
	return 0;
}

bool name_is_plain(const char *name)
{
	return !strpbrk(name, "*?!,|[]@#'\"\\");
}
