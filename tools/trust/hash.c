// SPDX-License-Identifier: GPL-2.0
/* Hashing the names of a whole file, as ssh-keygen -H. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "record.h"
#include "rewrite.h"

/* Names and nothing else: no pattern, no marker, not hashed yet. */
static bool is_plain(const struct line_parts *parts)
{
	const char *p;

	if (parts->marker != MARKER_NONE || parts->hosts == parts->hosts_end ||
	    *parts->hosts == '|')
		return false;
	for (p = parts->hosts; p < parts->hosts_end; p++) {
		if (strchr("*?!", *p))
			return false;
	}
	return true;
}

static int put_name(FILE *out, const struct line_parts *parts, const char *name, size_t len)
{
	char hashed[HASHED_MAX], *lower = strndup(name, len), *p;
	int ret = lower ? 0 : -ENOMEM;

	for (p = lower; p && *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	}
	if (!ret)
		ret = hash_anew(lower, hashed);
	free(lower);
	if (!ret)
		fprintf(out, "%s %.*s\n", hashed, (int)(parts->end - parts->key),
			parts->key);
	return ret;
}

/* A line for each name. */
static int put_names(FILE *out, const struct line_parts *parts)
{
	const char *p = parts->hosts, *comma;
	int ret = 0;

	for (; p < parts->hosts_end && !ret; p = comma + (comma < parts->hosts_end)) {
		comma = memchr(p, ',', parts->hosts_end - p) ?: parts->hosts_end;
		if (comma > p)
			ret = put_name(out, parts, p, comma - p);
	}
	return ret;
}

static int copy_hashed(const struct rewrite *r, FILE *out, bool *changed)
{
	const char *p = r->text, *stop, *end = p + r->len;
	struct line_parts parts;
	int ret = 0;

	for (; p < end && !ret; p = stop) {
		stop = memchr(p, '\n', end - p);
		stop = stop ? stop + 1 : end;
		if (line_split(p, stop[-1] == '\n' ? stop - 1 : stop, &parts) &&
		    is_plain(&parts)) {
			*changed = true;
			ret = put_names(out, &parts);
		} else {
			fwrite(p, 1, stop - p, out);
		}
	}
	return ret;
}

int kssh_trust_hash_file(const char *path)
{
	bool changed = false;
	struct rewrite r;
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	ret = rewrite_begin(&r, path);
	if (!ret && r.fd < 0)
		ret = -ENOENT;
	out = open_memstream(&text, &len);
	if (!ret)
		ret = out ? copy_hashed(&r, out, &changed) : -ENOMEM;
	if (out && fclose(out) && !ret)
		ret = -ENOMEM;
	if (!ret && changed)
		ret = rewrite_commit(&r, text, len);
	free(text);
	rewrite_end(&r);
	return ret;
}
