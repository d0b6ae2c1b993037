// SPDX-License-Identifier: GPL-2.0
/* --check: the verdict that the daemon would give, for a person. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostkeyd.h"

static const int exits[] = {
	[KSSH_TRUST_OK] = EXIT_FINE,
	[KSSH_TRUST_UNKNOWN] = EXIT_UNKNOWN,
	[KSSH_TRUST_CHANGED] = EXIT_CHANGED,
	[KSSH_TRUST_REVOKED] = EXIT_REVOKED,
	[KSSH_TRUST_REFUSED] = EXIT_REFUSED,
};

/* The first line of a file that holds a key: true if there is one. */
static bool read_key(const char *path, uint8_t *blob, size_t *len)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	bool found = false;
	size_t room = 0;
	ssize_t n;

	if (!f)
		return false;
	while (!found && (n = getline(&line, &room, f)) > 0) {
		line[strcspn(line, "\r\n")] = 0;
		found = !kssh_trust_read_key(line, blob, len);
	}
	if (!found)
		errno = EINVAL;
	free(line);
	if (f != stdin)
		fclose(f);
	return found;
}

/* "host", "host:port", "[host]:port", "v6 address": in place; false if it is none. */
static bool split_host(char *s, char **host, uint16_t *port)
{
	char *colon = NULL, *end;
	unsigned long n;

	*host = s;
	*port = 0;
	if (*s == '[') {
		end = strchr(s, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		*end = 0;
		*host = s + 1;
		colon = end[1] ? end + 1 : NULL;
	} else if (strchr(s, ':') == strrchr(s, ':')) {
		colon = strchr(s, ':');
	}
	if (!colon)
		return **host;
	*colon = 0;
	n = strtoul(colon + 1, &end, 10);
	*port = n;
	return **host && colon[1] >= '0' && colon[1] <= '9' && !*end && n && n < 65536;
}

int check_by_hand(const struct options *o)
{
	static uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .key = blob };
	struct kssh_trust_answer a;
	char *text = strdup(o->check_host), *host, fp[64];
	int ret;

	if (!text || !split_host(text, &host, &q.port)) {
		say("kssh-hostkeyd: that is no host: %s", o->check_host);
		free(text);
		return EXIT_USAGE;
	}
	if (!read_key(o->check_key, blob, &q.key_len)) {
		say("kssh-hostkeyd: no public key in %s: %s", o->check_key,
		    strerror(errno));
		free(text);
		return EXIT_TROUBLE;
	}
	q.name = host;
	kssh_trust_check(&o->policy, &q, &a);
	ret = kssh_trust_fingerprint(blob, q.key_len, fp, sizeof(fp));
	printf("%s%s %s", kssh_trust_verdict_name(a.verdict), a.is_new ? " (new)" : "",
	       ret ? "-" : fp);
	if (a.file)
		printf(" %s", a.file);
	if (a.file && a.line)
		printf(":%lu", a.line);
	if (a.why)
		printf(": %s", a.why);
	if (a.error)
		printf(" (%s)", strerror(a.error));
	putchar('\n');
	free(text);
	return exits[a.verdict];
}
