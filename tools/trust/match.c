// SPDX-License-Identifier: GPL-2.0
/* The host field of a known_hosts line: patterns and hashed names. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <errno.h>
#include <string.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "internal.h"

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

/**
 * match_list - does a list of patterns name a host?
 * @name: lower case
 * @hosts: patterns separated by commas; one after '!' that matches takes all back
 * @len: its length
 */
bool match_list(const char *name, const char *hosts, size_t len)
{
	const char *end = hosts + len, *comma;
	bool found = false, negated;

	while (hosts < end) {
		negated = *hosts == '!';
		hosts += negated;
		comma = memchr(hosts, ',', end - hosts) ?: end;
		if (comma - hosts >= MATCH_PATTERN_MAX)
			return false;
		if (match_glob(name, hosts, comma - hosts, true)) {
			if (negated)
				return false;
			found = true;
		}
		hosts = comma + (comma < end);
	}
	return found;
}

/* ---- hashed names ------------------------------------------------------------- */

static bool hmac(const char *name, const uint8_t *salt, uint8_t *mac)
{
	unsigned int n = 0;

	return HMAC(EVP_sha1(), salt, HASH_LEN, (const unsigned char *)name, strlen(name),
		    mac, &n) && n == HASH_LEN;
}

static int put_hashed(const uint8_t *salt, const uint8_t *mac, char *out, size_t room)
{
	char salt64[HASH_LEN * 2], mac64[HASH_LEN * 2];

	if (b64_ntop(salt, HASH_LEN, salt64, sizeof(salt64)) < 0 ||
	    b64_ntop(mac, HASH_LEN, mac64, sizeof(mac64)) < 0)
		return -EIO;
	return snprintf(out, room, "|1|%s|%s", salt64, mac64) < (int)room ? 0 : -EIO;
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
	uint8_t mac[EVP_MAX_MD_SIZE];

	return hmac(name, salt, mac) ? put_hashed(salt, mac, out, room) : -EIO;
}

/**
 * match_read_hashed - take the text of a hashed name apart
 * @hosts: a host field: one name, nothing behind it
 * @len: its length
 * @salt: gets HASH_LEN bytes
 * @mac: gets HASH_LEN bytes
 *
 * OpenSSH compares such names as texts, so one that is not written as OpenSSH would
 * write it is nobody's.
 * Return: 0, -EINVAL.
 */
int match_read_hashed(const char *hosts, size_t len, uint8_t *salt, uint8_t *mac)
{
	uint8_t bytes[2][HASH_LEN + 4];
	char text[HASHED_MAX], again[HASHED_MAX], *bar;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, hosts, len);
	text[len] = 0;
	bar = len > 3 ? strchr(text + 3, '|') : NULL;
	if (!bar || strncmp(text, "|1|", 3))
		return -EINVAL;
	*bar = 0;
	if (b64_pton(text + 3, bytes[0], sizeof(bytes[0])) != HASH_LEN ||
	    b64_pton(bar + 1, bytes[1], sizeof(bytes[1])) != HASH_LEN ||
	    put_hashed(bytes[0], bytes[1], again, sizeof(again)) ||
	    strlen(again) != len || memcmp(again, hosts, len))
		return -EINVAL;
	memcpy(salt, bytes[0], HASH_LEN);
	memcpy(mac, bytes[1], HASH_LEN);
	return 0;
}

/* Is this the hash of a name?  1, 0, -EIO. */
int match_hmac(const char *name, const uint8_t *salt, const uint8_t *mac)
{
	uint8_t own[EVP_MAX_MD_SIZE];

	return hmac(name, salt, own) ? !memcmp(own, mac, HASH_LEN) : -EIO;
}

int match_hosts(const char *name, const char *hosts, size_t len)
{
	uint8_t salt[HASH_LEN], mac[HASH_LEN];

	if (!len || *hosts != '|')
		return match_list(name, hosts, len);
	if (match_read_hashed(hosts, len, salt, mac))
		return -EINVAL;
	return match_hmac(name, salt, mac);
}
