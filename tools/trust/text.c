// SPDX-License-Identifier: GPL-2.0
/* Public keys as text. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* The first word of *p, which is moved to the next. */
static size_t take_word(const char **p, size_t *left, const char **word)
{
	size_t n = 0;

	*word = *p;
	while (n < *left && (*p)[n] != ' ' && (*p)[n] != '\t')
		n++;
	*p += n;
	*left -= n;
	while (*left && (**p == ' ' || **p == '\t')) {
		++*p;
		--*left;
	}
	return n;
}

static uint8_t *decode(const char *text, size_t text_len, size_t *len)
{
	uint8_t *blob;
	char *b64;
	int n = -1;

	if (!text_len || text_len > KSSH_TRUST_KEY_MAX * 4 / 3 + 16)
		return NULL;
	b64 = strndup(text, text_len);
	blob = malloc(text_len);
	if (b64 && blob)
		n = b64_pton(b64, blob, text_len);
	free(b64);
	if (n < 0) {
		free(blob);
		return NULL;
	}
	*len = n;
	return blob;
}

static int parse(const uint8_t *blob, size_t len, struct key *key, bool *is_cert)
{
	struct cert cert;
	int ret;

	*is_cert = cert_is_one(blob, len);
	if (!*is_cert)
		return key_parse(blob, len, key);
	ret = cert_parse(blob, len, &cert);
	if (!ret && cert_verify(&cert))
		ret = -EINVAL;
	*key = cert.key;
	return ret;
}

int key_read(const char *text, size_t text_len, uint8_t **blob, size_t *len,
	     struct key *key, bool *is_cert)
{
	const struct key_type *plain, *certified;
	const char *word;
	size_t n = take_word(&text, &text_len, &word);
	int ret;

	*blob = NULL;
	plain = key_type_by_name(word, n);
	certified = key_type_of_cert(word, n);
	if (!plain && !certified)
		return -EINVAL;
	n = take_word(&text, &text_len, &word);
	*blob = decode(word, n, len);
	if (!*blob)
		return -EINVAL;
	ret = parse(*blob, *len, key, is_cert);
	if (!ret && key->type != (*is_cert ? certified : plain))
		ret = -EINVAL;
	if (ret) {
		free(*blob);
		*blob = NULL;
	}
	return ret;
}

int kssh_trust_read_key(const char *text, uint8_t *blob, size_t *len)
{
	size_t left = strlen(text), skip = strspn(text, " \t");
	const char *p = text + skip, *word;
	struct key key;
	bool is_cert;
	uint8_t *b;
	int i;

	left -= skip;
	/* type first, or after a field or two (marker, names) */
	for (i = 0; i < 3; i++) {
		if (!key_read(p, left, &b, len, &key, &is_cert)) {
			if (*len <= KSSH_TRUST_KEY_MAX)
				memcpy(blob, b, *len);
			free(b);
			return *len <= KSSH_TRUST_KEY_MAX ? 0 : -EINVAL;
		}
		take_word(&p, &left, &word);
	}
	return -EINVAL;
}
