// SPDX-License-Identifier: GPL-2.0
/* The host field of a known_hosts line: patterns and hashed names. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "internal.h"

/* OpenSSH gives up on a line, even one that matched, at a pattern of this length. */
#define PATTERN_MAX	1023

static bool is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
	return is_upper(c) ? c + ('a' - 'A') : c;
}

/*
 * Does a pattern of '*', '?' and other characters match a name?  With @fold it means
 * lower case where it is in upper case.  A failure goes back to the last '*' only,
 * which is enough and takes no more than length times length steps.
 */
bool match_glob(const char *name, const char *pat, size_t len, bool fold)
{
	const char *end = pat + len, *star = NULL, *from = NULL;

	for (;;) {
		if (pat < end && *pat == '*') {
			star = ++pat;
			from = name;
		} else if (!*name) {
			return pat == end;
		} else if (pat < end && (*pat == '?' || (fold ? lower(*pat) : *pat) == *name)) {
			pat++;
			name++;
		} else if (star) {
			pat = star;
			name = ++from;
		} else {
			return false;
		}
	}
}

/* A comma-separated list; a pattern after '!' that matches takes all back. */
static bool match_list(const char *name, const char *hosts)
{
	bool found = false, negated;
	size_t n;

	while (*hosts) {
		negated = *hosts == '!';
		hosts += negated;
		n = strcspn(hosts, ",");
		if (n >= PATTERN_MAX)
			return false;
		if (match_glob(name, hosts, n, true)) {
			if (negated)
				return false;
			found = true;
		}
		hosts += n;
		hosts += *hosts == ',';
	}
	return found;
}

/**
 * hash_name - the text of a hashed name: |1|salt|HMAC-SHA1(salt, name)
 * @name: lower case
 * @salt: HASH_LEN bytes
 * @out: gets the text
 * @room: HASHED_MAX is enough
 *
 * Return: 0, -EIO.
 */
int hash_name(const char *name, const uint8_t *salt, char *out, size_t room)
{
	char salt64[HASH_LEN * 2], mac64[HASH_LEN * 2];
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int n;

	if (!HMAC(EVP_sha1(), salt, HASH_LEN, (const unsigned char *)name,
		  strlen(name), mac, &n) || n != HASH_LEN ||
	    b64_ntop(salt, HASH_LEN, salt64, sizeof(salt64)) < 0 ||
	    b64_ntop(mac, HASH_LEN, mac64, sizeof(mac64)) < 0)
		return -EIO;
	return snprintf(out, room, "|1|%s|%s", salt64, mac64) < (int)room ? 0 : -EIO;
}

/* Hashed names are compared as text, as OpenSSH does: one line, one name. */
static int match_hashed(const char *name, const char *hosts)
{
	uint8_t salt[256];
	char salt64[1024 + 1], text[HASHED_MAX];
	const char *end;
	size_t n;

	if (strncmp(hosts, "|1|", 3))
		return -1;
	end = strchr(hosts + 3, '|');
	n = end ? end - (hosts + 3) : 0;
	if (!n || n >= sizeof(salt64))
		return -1;
	memcpy(salt64, hosts + 3, n);
	salt64[n] = 0;
	if (b64_pton(salt64, salt, sizeof(salt)) != HASH_LEN ||
	    hash_name(name, salt, text, sizeof(text)))
		return -1;
	return !strcmp(text, hosts);
}

int match_hosts(const char *name, const char *hosts)
{
	return *hosts == '|' ? match_hashed(name, hosts) : match_list(name, hosts);
}
