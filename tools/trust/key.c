// SPDX-License-Identifier: GPL-2.0
/* Public key blobs: is it one, and is it the same one? */
#include <errno.h>
#include <string.h>
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

static bool take_field(struct cursor *c, const struct key_type *type, char kind,
		       const uint8_t **s, size_t *n)
{
	if (kind == 'm')
		return take_mpint(c, MPINT_MAX, s, n);
	if (!take_string(c, s, n))
		return false;
	switch (kind) {
	case 'k':
		return *n == 32;
	case 'c':
		return is_text(type->curve, (const char *)*s, *n);
	case 'p':
		return point_ok(type, *s, *n);
	case 'a':
		return !memchr(*s, 0, *n);
	default:
		return false;
	}
}

size_t key_bits(const struct key *key)
{
	const uint8_t *s = key->field[1];
	size_t n = key->len[1], top = 0;

	while (n && s[0] >> top)
		top++;
	return n ? (n - 1) * 8 + top : 0;
}

bool key_is_rsa(const struct key *key)
{
	return key->type->fields[0] == 'm';
}

/**
 * key_take - read what follows the type in a key or certificate
 * @c: where it stands
 * @type: the type
 * @key: filled in
 *
 * Return: 0, -EINVAL, -ERANGE for an RSA key that is too short for OpenSSH.
 */
int key_take(struct cursor *c, const struct key_type *type, struct key *key)
{
	const char *f;
	size_t i;

	memset(key, 0, sizeof(*key));
	key->type = type;
	for (f = type->fields, i = 0; *f; f++, i++) {
		if (!take_field(c, type, *f, &key->field[i], &key->len[i]))
			return -EINVAL;
	}
	return key_is_rsa(key) && key_bits(key) < RSA_MIN_BITS ? -ERANGE : 0;
}

/**
 * key_parse - is this a public key?
 * @blob: RFC 4253 section 6.6
 * @len: its length
 * @key: filled in, points into @blob
 *
 * What OpenSSH would not read is none.
 * Return: 0, -EINVAL, -ERANGE as key_take().
 */
int key_parse(const uint8_t *blob, size_t len, struct key *key)
{
	struct cursor c = { blob, len };
	const struct key_type *type;
	const uint8_t *name;
	size_t n;
	int ret;

	if (!take_string(&c, &name, &n))
		return -EINVAL;
	type = key_type_by_name((const char *)name, n);
	/* aliases are for text, a blob has the one name */
	if (!type || !is_text(type->name, (const char *)name, n))
		return -EINVAL;
	ret = key_take(&c, type, key);
	return ret == -EINVAL || c.left ? -EINVAL : ret;
}

static void put_string(uint8_t *out, size_t *at, const void *s, size_t n, bool zero)
{
	uint8_t *p = out + *at;
	size_t len = n + zero;

	*p++ = len >> 24;
	*p++ = len >> 16;
	*p++ = len >> 8;
	*p++ = len;
	if (zero)
		*p++ = 0;
	memcpy(p, s, n);
	*at += 4 + len;
}

/**
 * key_blob - a key as RFC 4253 section 6.6 has it, with no more zeros than are needed
 * @key: the key; of a certificate this makes the plain one
 * @out: gets no more bytes than the blob has that the key was parsed from
 * @len: gets their number
 */
void key_blob(const struct key *key, uint8_t *out, size_t *len)
{
	const char *kind = key->type->fields;
	size_t i;

	*len = 0;
	put_string(out, len, key->type->name, strlen(key->type->name), false);
	for (i = 0; kind[i]; i++) {
		put_string(out, len, key->field[i], key->len[i],
			   kind[i] == 'm' && key->len[i] && key->field[i][0] & 0x80);
	}
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

#define CERT_TAIL	"-cert-v01@openssh.com"

/* The type of the keys that certificates of this name are for, or NULL. */
const struct key_type *key_type_of_cert(const char *name, size_t len)
{
	size_t tail = strlen(CERT_TAIL), plain, i;

	if (len <= tail || memcmp(name + len - tail, CERT_TAIL, tail))
		return NULL;
	for (i = 0; i < COUNT(key_types); i++) {
		plain = strcspn(key_types[i].name, "@");
		if (len == plain + tail && !memcmp(name, key_types[i].name, plain))
			return &key_types[i];
	}
	return NULL;
}

/* ---- fingerprints -------------------------------------------------------- */

/*
 * Of a certificate the certified key: its type, and the fields that follow the type
 * in a plain blob, which stand together behind the nonce.  NULL if it is none.
 */
const struct key_type *key_certified(const uint8_t *blob, size_t len,
				     const uint8_t **fields, size_t *n_fields)
{
	const struct key_type *type;
	struct cursor c = { blob, len };
	const uint8_t *name, *skip;
	size_t n, i;

	if (!take_string(&c, &name, &n) || !take_string(&c, &skip, &i))
		return NULL;
	type = key_type_of_cert((const char *)name, n);
	*fields = c.p;
	for (i = 0; type && type->fields[i]; i++) {
		if (!take_string(&c, &skip, &n))
			return NULL;
	}
	*n_fields = c.p - *fields;
	return type;
}

/**
 * key_plain_blob - the key that a blob is about
 * @blob: a key, or a certificate
 * @len: its length, at most KSSH_TRUST_KEY_MAX
 * @out: gets as many bytes at most: the key itself, or the certified key
 * @out_len: gets their number
 *
 * Return: 0, -EINVAL if it is too long or a certificate without a key.
 */
int key_plain_blob(const uint8_t *blob, size_t len, uint8_t *out, size_t *out_len)
{
	const struct key_type *type;
	const uint8_t *fields;
	size_t n, name;

	if (len > KSSH_TRUST_KEY_MAX)
		return -EINVAL;
	type = key_certified(blob, len, &fields, &n);
	if (!type) {
		memcpy(out, blob, len);
		*out_len = len;
		return 0;
	}
	/* its own type and nonce were longer than this */
	name = strlen(type->name);
	memset(out, 0, 3);
	out[3] = name;
	memcpy(out + 4, type->name, name);
	memcpy(out + 4 + name, fields, n);
	*out_len = 4 + name + n;
	return 0;
}

int kssh_trust_fingerprint(const void *key, size_t key_len, char *out, size_t room)
{
	uint8_t md[EVP_MAX_MD_SIZE], blob[KSSH_TRUST_KEY_MAX];
	char b64[64];
	unsigned int n;
	size_t len;

	if (key_plain_blob(key, key_len, blob, &len))
		return -EINVAL;
	if (!EVP_Digest(blob, len, md, &n, EVP_sha256(), NULL))
		return -EIO;
	len = EVP_EncodeBlock((unsigned char *)b64, md, n);
	while (len && b64[len - 1] == '=')
		b64[--len] = 0;
	return snprintf(out, room, "SHA256:%s", b64) < (int)room ? 0 : -EINVAL;
}
