// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of revoked keys: texts with a public key per line, and KRLs.
 *
 * A text with a line that is no key revokes nothing and refuses everything, even the
 * keys in front of that line, which OpenSSH still finds revoked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "revoked.h"

/**
 * struct listed - a line of a text
 * @line: its number, from 1
 * @key: the key; of a certificate the one in it
 * @blob: what that points into
 */
struct listed {
	unsigned long line;
	struct key key;
	uint8_t *blob;
};

/**
 * struct revoked - a list in memory
 * @krl: the bytes of a KRL, known to be well-formed; NULL: it is a text
 * @len: how many
 * @keys: lines of a text
 * @n: how many
 */
struct revoked {
	uint8_t *krl;
	size_t len;
	struct listed *keys;
	size_t n;
};

/* ---- texts -------------------------------------------------------------------- */

/*
 * Read a line.  1: there is a key in it, 0: nothing, or an RSA key that is too short
 * to be used by anyone; else a negative errno.
 */
static int read_key(const char *text, size_t len, struct listed *to)
{
	const char *nul = memchr(text, 0, len);	/* it ends a line, as in OpenSSH */
	bool is_cert;
	size_t n;
	int ret;

	if (nul)
		len = nul - text;
	while (len && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	if (!len || *text == '#')
		return 0;
	ret = key_read(text, len, &to->blob, &n, &to->key, &is_cert);
	return ret == -ERANGE ? 0 : ret ?: 1;
}

static int add_line(struct revoked *r, const char *text, size_t len, unsigned long number)
{
	struct listed key = { .line = number }, *more;
	int ret = read_key(text, len, &key);

	if (ret <= 0)
		return ret;
	/* grows at each power of two */
	if (!(r->n & (r->n - 1))) {
		more = reallocarray(r->keys, r->n ? r->n * 2 : 1, sizeof(*more));
		if (!more) {
			free(key.blob);
			return -ENOMEM;
		}
		r->keys = more;
	}
	r->keys[r->n++] = key;
	return 0;
}

static int read_text(struct revoked *r, const char *p, size_t len)
{
	const char *end = p + len, *stop;
	unsigned long number = 0;
	int ret = 0;

	for (; p < end && !ret; p = stop + (stop < end)) {
		stop = memchr(p, '\n', end - p) ?: end;
		if (stop - p > KSSH_TRUST_LINE_MAX)
			return -EFBIG;
		ret = add_line(r, p, stop - p, ++number);
	}
	return ret;
}

/* ---- both ---------------------------------------------------------------------- */

int revoked_read(const void *data, size_t len, struct revoked **out)
{
	struct revoked *r = calloc(1, sizeof(*r));
	int ret;

	*out = NULL;
	if (!r)
		return -ENOMEM;
	if (krl_is_one(data, len)) {
		ret = krl_check(data, len);
		r->krl = ret ? NULL : malloc(len);
		if (r->krl)
			memcpy(r->krl, data, len);
		else if (!ret)
			ret = -ENOMEM;
		r->len = len;
	} else {
		ret = read_text(r, data, len);
	}
	if (ret)
		revoked_free(r);
	else
		*out = r;
	return ret;
}

void revoked_free(struct revoked *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n; i++)
		free(r->keys[i].blob);
	free(r->keys);
	free(r->krl);
	free(r);
}

static int find_line(const struct revoked *r, const struct revocable *what,
		     unsigned long *line)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (!key_equal(&r->keys[i].key, what->key) &&
		    !(what->ca && key_equal(&r->keys[i].key, what->ca)))
			continue;
		*line = r->keys[i].line;
		return 1;
	}
	return 0;
}

int revoked_find(const struct revoked *r, const void *key, size_t key_len,
		 unsigned long *line)
{
	struct revocable what = { 0 };
	struct cert cert;
	struct key plain;

	*line = 0;
	if (cert_is_one(key, key_len)) {
		if (cert_parse(key, key_len, &cert))
			return -EINVAL;
		what.key = &cert.key;
		what.ca = &cert.ca;
		what.serial = cert.serial;
		what.id = cert.id;
		what.id_len = cert.id_len;
	} else {
		if (key_parse(key, key_len, &plain))
			return -EINVAL;
		what.key = &plain;
	}
	return r->krl ? krl_revokes(r->krl, r->len, &what) : find_line(r, &what, line);
}
