// SPDX-License-Identifier: GPL-2.0
/* Public key blobs: is it one, and is it the same one? */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>

#include "internal.h"

#define MPINT_MAX	2048	/* bytes; RSA keys up to 16384 bits */
#define RSA_MIN_BITS	1024	/* OpenSSH reads nothing shorter */

static const struct key_type key_types[] = {
	{ .name = "ssh-ed25519", .fields = "k" },
	{ .name = "ssh-rsa", .fields = "mm" },
	{ .name = "ecdsa-sha2-nistp256", .fields = "cp", .curve = "nistp256",
	  .nid = NID_X9_62_prime256v1, .point = 65 },
	{ .name = "ecdsa-sha2-nistp384", .fields = "cp", .curve = "nistp384",
	  .nid = NID_secp384r1, .point = 97 },
	{ .name = "ecdsa-sha2-nistp521", .fields = "cp", .curve = "nistp521",
	  .nid = NID_secp521r1, .point = 133 },
	{ .name = "sk-ssh-ed25519@openssh.com", .fields = "ka" },
	{ .name = "sk-ecdsa-sha2-nistp256@openssh.com", .fields = "cpa",
	  .curve = "nistp256", .nid = NID_X9_62_prime256v1, .point = 65 },
};

/* Names of signature algorithms, which OpenSSH takes for the key's in a text. */
static const char *const key_aliases[][2] = {
	{ "rsa-sha2-256", "ssh-rsa" },
	{ "rsa-sha2-512", "ssh-rsa" },
	{ "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
	  "sk-ecdsa-sha2-nistp256@openssh.com" },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static bool is_text(const char *s, const char *name, size_t len)
{
	return len == strlen(s) && !memcmp(name, s, len);
}

const struct key_type *key_type_by_name(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(key_aliases); i++) {
		if (is_text(key_aliases[i][0], name, len)) {
			name = key_aliases[i][1];
			len = strlen(name);
		}
	}
	for (i = 0; i < COUNT(key_types); i++) {
		if (is_text(key_types[i].name, name, len))
			return &key_types[i];
	}
	return NULL;
}

/* ---- reading ------------------------------------------------------------ */

struct cursor {
	const uint8_t *p;
	size_t left;
};

static bool take_string(struct cursor *c, const uint8_t **s, size_t *n)
{
	size_t len;

	if (c->left < 4)
		return false;
	len = (size_t)c->p[0] << 24 | c->p[1] << 16 | c->p[2] << 8 | c->p[3];
	if (len > c->left - 4)
		return false;
	*s = c->p + 4;
	*n = len;
	c->p += 4 + len;
	c->left -= 4 + len;
	return true;
}

/* A positive mpint (RFC 4251 section 5), with more zeros in front than it needs. */
static bool mpint_ok(const uint8_t **s, size_t *n)
{
	if (*n > MPINT_MAX + 1 || (*n == MPINT_MAX + 1 && **s))
		return false;
	if (*n && (**s & 0x80))
		return false;
	while (*n && !**s) {
		(*s)++;
		(*n)--;
	}
	return true;
}

static bool point_ok(const struct key_type *type, const uint8_t *s, size_t n)
{
	EC_GROUP *group;
	EC_POINT *point;
	bool good;

	if (n != type->point || s[0] != POINT_CONVERSION_UNCOMPRESSED)
		return false;
	group = EC_GROUP_new_by_curve_name(type->nid);
	point = group ? EC_POINT_new(group) : NULL;
	/* fails for what is not on the curve */
	good = point && EC_POINT_oct2point(group, point, s, n, NULL) == 1;
	EC_POINT_free(point);
	EC_GROUP_free(group);
	return good;
}

static bool field_ok(const struct key_type *type, char kind, const uint8_t **s,
		     size_t *n)
{
	switch (kind) {
	case 'k':
		return *n == 32;
	case 'm':
		return mpint_ok(s, n);
	case 'c':
		return *n == strlen(type->curve) && !memcmp(*s, type->curve, *n);
	case 'p':
		return point_ok(type, *s, *n);
	case 'a':
		return !memchr(*s, 0, *n);
	default:
		return true;
	}
}

static size_t bits(const uint8_t *s, size_t n)
{
	size_t top = 0;

	while (n && s[0] >> top)
		top++;
	return n ? (n - 1) * 8 + top : 0;
}

/**
 * key_parse - is this a public key?
 * @blob: RFC 4253 section 6.6
 * @len: its length
 * @key: filled in, points into @blob
 *
 * What OpenSSH would not read is none.
 * Return: 0, -EINVAL.
 */
int key_parse(const uint8_t *blob, size_t len, struct key *key)
{
	struct cursor c = { blob, len };
	const uint8_t *name;
	const char *f;
	size_t n, i;

	memset(key, 0, sizeof(*key));
	if (!take_string(&c, &name, &n))
		return -EINVAL;
	key->type = key_type_by_name((const char *)name, n);
	/* aliases are for text, a blob has the one name */
	if (!key->type || !is_text(key->type->name, (const char *)name, n))
		return -EINVAL;
	for (f = key->type->fields, i = 0; *f; f++, i++) {
		if (!take_string(&c, &key->field[i], &key->len[i]) ||
		    !field_ok(key->type, *f, &key->field[i], &key->len[i]))
			return -EINVAL;
	}
	if (c.left)
		return -EINVAL;
	if (!strcmp(key->type->name, "ssh-rsa") &&
	    bits(key->field[1], key->len[1]) < RSA_MIN_BITS)
		return -EINVAL;
	return 0;
}

bool key_equal(const struct key *a, const struct key *b)
{
	size_t i;

	if (a->type != b->type)
		return false;
	for (i = 0; a->type->fields[i]; i++) {
		if (a->len[i] != b->len[i] ||
		    memcmp(a->field[i], b->field[i], a->len[i]))
			return false;
	}
	return true;
}

bool key_is_cert(const uint8_t *blob, size_t len)
{
	static const char tail[] = "-cert-v01@openssh.com";
	struct cursor c = { blob, len };
	const uint8_t *name;
	size_t n, t = sizeof(tail) - 1;

	return take_string(&c, &name, &n) && n > t && !memcmp(name + n - t, tail, t);
}

/* Is @name that of certificates for keys of @type? */
static bool certifies(const struct key_type *type, const uint8_t *name, size_t n)
{
	static const char tail[] = "-cert-v01@openssh.com";
	size_t plain = strcspn(type->name, "@"), t = sizeof(tail) - 1;

	return n == plain + t && !memcmp(name, type->name, plain) &&
	       !memcmp(name + plain, tail, t);
}

/*
 * Of a certificate the certified key: its type, and the fields that follow the type
 * in a plain blob, which stand together behind the nonce.  NULL if it is none.
 */
static const struct key_type *certified_key(const uint8_t *blob, size_t len,
					    const uint8_t **fields, size_t *n_fields)
{
	const struct key_type *type = NULL;
	struct cursor c = { blob, len };
	const uint8_t *name, *skip;
	size_t n, i;

	if (!take_string(&c, &name, &n) || !take_string(&c, &skip, &i))
		return NULL;
	for (i = 0; i < COUNT(key_types); i++) {
		if (certifies(&key_types[i], name, n))
			type = &key_types[i];
	}
	*fields = c.p;
	for (i = 0; type && type->fields[i]; i++) {
		if (!take_string(&c, &skip, &n))
			return NULL;
	}
	*n_fields = c.p - *fields;
	return type;
}

static bool digest_key(const uint8_t *blob, size_t len, uint8_t *md, unsigned int *n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const struct key_type *type;
	uint8_t head[4] = { 0 };
	const uint8_t *fields;
	size_t n_fields;
	bool good;

	good = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	type = certified_key(blob, len, &fields, &n_fields);
	if (type) {
		head[3] = strlen(type->name);
		good = good && EVP_DigestUpdate(ctx, head, sizeof(head)) &&
		       EVP_DigestUpdate(ctx, type->name, head[3]);
		blob = fields;
		len = n_fields;
	}
	good = good && EVP_DigestUpdate(ctx, blob, len) &&
	       EVP_DigestFinal_ex(ctx, md, n);
	EVP_MD_CTX_free(ctx);
	return good;
}

int kssh_trust_fingerprint(const void *key, size_t key_len, char *out, size_t room)
{
	uint8_t md[EVP_MAX_MD_SIZE];
	char b64[64];
	unsigned int n;
	size_t len;

	if (!digest_key(key, key_len, md, &n))
		return -EIO;
	len = EVP_EncodeBlock((unsigned char *)b64, md, n);
	while (len && b64[len - 1] == '=')
		b64[--len] = 0;
	return snprintf(out, room, "SHA256:%s", b64) < (int)room ? 0 : -EINVAL;
}
