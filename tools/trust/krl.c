// SPDX-License-Identifier: GPL-2.0
/*
 * Key revocation lists, as OpenSSH's PROTOCOL.krl describes them.
 *
 * A list is read from its start to its end for each question: it takes the time of
 * reading it, whatever its author made of it.
 */
#include <errno.h>
#include <string.h>
#include <openssl/evp.h>

#include "revoked.h"

#define MAGIC		"SSHKRL\n"	/* and a NUL */
#define FORMAT		1
#define BITMAP_MAX	2048		/* bytes, OpenSSH's longest mpint */

enum section {
	SECTION_CERTIFICATES = 1,
	SECTION_KEY,
	SECTION_SHA1,
	SECTION_SIGNATURE,
	SECTION_SHA256,
	SECTION_EXTENSION = 255,
};

enum cert_section {
	CERT_SERIAL_LIST = 0x20,
	CERT_SERIAL_RANGE,
	CERT_SERIAL_BITMAP,
	CERT_KEY_ID,
	CERT_EXTENSION = 0x39,
};

/**
 * struct form - a key in the forms that a list may have it in
 * @blob: as RFC 4253 section 6.6 has it, with no more zeros than are needed
 * @len: its length
 * @sha1: hash of that
 * @sha256: the same
 */
struct form {
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	size_t len;
	uint8_t sha1[20];
	uint8_t sha256[32];
};

/**
 * struct search - a list that is being read
 * @what: what is asked for
 * @forms: of its key, and of its CA's
 * @n_forms: 1, or 2 if there is a CA
 * @found: something said that it is revoked
 */
struct search {
	const struct revocable *what;
	struct form forms[2];
	size_t n_forms;
	bool found;
};

static bool make_form(const struct key *key, struct form *f)
{
	key_blob(key, f->blob, &f->len);
	return EVP_Digest(f->blob, f->len, f->sha1, NULL, EVP_sha1(), NULL) &&
	       EVP_Digest(f->blob, f->len, f->sha256, NULL, EVP_sha256(), NULL);
}

/* ---- keys and their hashes ------------------------------------------------- */

static bool read_keys(struct cursor *c, struct search *s)
{
	const uint8_t *blob;
	size_t n, i;

	while (c->left) {
		if (!take_string(c, &blob, &n))
			return false;
		for (i = 0; i < s->n_forms; i++) {
			if (n == s->forms[i].len && !memcmp(blob, s->forms[i].blob, n))
				s->found = true;
		}
	}
	return true;
}

static bool read_hashes(struct cursor *c, struct search *s, enum section type)
{
	const size_t len = type == SECTION_SHA1 ? sizeof(s->forms[0].sha1) :
						  sizeof(s->forms[0].sha256);
	const uint8_t *hash, *mine;
	size_t n, i;

	while (c->left) {
		/* also of a list that nobody is looked for in yet */
		if (!take_string(c, &hash, &n) || n != len)
			return false;
		for (i = 0; i < s->n_forms; i++) {
			mine = type == SECTION_SHA1 ? s->forms[i].sha1 :
						      s->forms[i].sha256;
			if (!memcmp(hash, mine, n))
				s->found = true;
		}
	}
	return true;
}

/* ---- certificates ----------------------------------------------------------- */

/* Nobody can revoke the serial number 0, which means that there is none. */
static bool read_serials(struct cursor *c, uint64_t serial, bool *hit)
{
	uint64_t v;

	while (c->left) {
		if (!take_number(c, 8, &v) || !v)
			return false;
		*hit |= v == serial;
	}
	return true;
}

static bool read_range(struct cursor *c, uint64_t serial, bool *hit)
{
	uint64_t low, high;

	if (!take_number(c, 8, &low) || !take_number(c, 8, &high) || !low || low > high)
		return false;
	*hit |= serial >= low && serial <= high;
	return true;
}

static size_t bit_length(const uint8_t *s, size_t n)
{
	size_t top = 0;

	while (n && s[0] >> top)
		top++;
	return n ? (n - 1) * 8 + top : 0;
}

/* The lowest bit, in the last byte, is for the serial number in front. */
static bool read_bitmap(struct cursor *c, uint64_t serial, bool *hit)
{
	const uint8_t *map;
	uint64_t low, bit;
	size_t n, bits;

	if (!take_number(c, 8, &low) || !take_mpint(c, BITMAP_MAX, &map, &n))
		return false;
	bits = bit_length(map, n);
	if (bits && (low + bits - 1 < low || (!low && map[n - 1] & 1)))
		return false;
	bit = serial - low;
	if (serial >= low && bit < bits)
		*hit |= map[n - 1 - bit / 8] >> bit % 8 & 1;
	return true;
}

static bool read_ids(struct cursor *c, const struct revocable *what, bool *hit)
{
	const uint8_t *id;
	size_t n;

	while (c->left) {
		if (!take_text(c, &id, &n))
			return false;
		*hit |= n == what->id_len && (!n || !memcmp(id, what->id, n));
	}
	return true;
}

/* An extension: nobody needs to know it unless it is critical. */
static bool read_extension(struct cursor *c)
{
	const uint8_t *s;
	uint64_t critical;
	size_t n;

	return take_text(c, &s, &n) && take_number(c, 1, &critical) &&
	       take_string(c, &s, &n) && !critical;
}

/*
 * Is the CA that a section is about the one in question?  None means any, and a
 * certificate, which OpenSSH reads, is none that could sign.
 */
static bool read_ca(struct cursor *c, const struct key *ca, bool *ours)
{
	const uint8_t *blob;
	struct cert cert;
	struct key key;
	size_t n;

	*ours = false;
	if (!take_string(c, &blob, &n))
		return false;
	if (cert_is_one(blob, n))
		return !cert_parse(blob, n, &cert) && !cert_verify(&cert);
	if (n && key_parse(blob, n, &key))
		return false;
	*ours = ca && (!n || key_equal(&key, ca));
	return true;
}

static bool read_certificates(struct cursor *c, struct search *s)
{
	const struct revocable *what = s->what;
	bool ours, serial_hit = false, id_hit = false, good;
	struct cursor part;
	const uint8_t *skip;
	uint64_t type;
	size_t n;

	if (!read_ca(c, what->ca, &ours) || !take_string(c, &skip, &n))
		return false;
	while (c->left) {
		if (!take_number(c, 1, &type) || !take_part(c, &part))
			return false;
		switch (type) {
		case CERT_SERIAL_LIST:
			good = read_serials(&part, what->serial, &serial_hit);
			break;
		case CERT_SERIAL_RANGE:
			good = read_range(&part, what->serial, &serial_hit);
			break;
		case CERT_SERIAL_BITMAP:
			good = read_bitmap(&part, what->serial, &serial_hit);
			break;
		case CERT_KEY_ID:
			good = read_ids(&part, what, &id_hit);
			break;
		case CERT_EXTENSION:
			good = read_extension(&part);
			break;
		default:
			good = false;
		}
		if (!good || part.left)
			return false;
	}
	s->found |= ours && (id_hit || (serial_hit && what->serial));
	return true;
}

/* ---- the list ---------------------------------------------------------------- */

bool krl_is_one(const uint8_t *data, size_t len)
{
	return len >= sizeof(MAGIC) && !memcmp(data, MAGIC, sizeof(MAGIC));
}

/* Version, date, flags: for whoever makes the lists. */
static bool read_head(struct cursor *c)
{
	const uint8_t *s;
	uint64_t format, skip;
	size_t n;

	return take_number(c, sizeof(MAGIC), &skip) &&
	       take_number(c, 4, &format) && format == FORMAT &&
	       take_number(c, 8, &skip) && take_number(c, 8, &skip) &&
	       take_number(c, 8, &skip) && take_string(c, &s, &n) &&
	       take_text(c, &s, &n);
}

static bool read_section(struct cursor *c, struct search *s)
{
	struct cursor part;
	const uint8_t *skip;
	uint64_t type;
	size_t n;
	bool good;

	if (!take_number(c, 1, &type) || !take_part(c, &part))
		return false;
	switch (type) {
	case SECTION_CERTIFICATES:
		good = read_certificates(&part, s);
		break;
	case SECTION_KEY:
		good = read_keys(&part, s);
		break;
	case SECTION_SHA1:
	case SECTION_SHA256:
		good = read_hashes(&part, s, type);
		break;
	case SECTION_SIGNATURE:
		/* that was the key; the signature itself is a string beside it */
		return take_string(c, &skip, &n);
	case SECTION_EXTENSION:
		good = read_extension(&part);
		break;
	default:
		good = false;
	}
	return good && !part.left;
}

/* True if it is well-formed. */
static bool read_list(struct search *s, const uint8_t *data, size_t len)
{
	struct cursor c = { data, len };

	if (!krl_is_one(data, len) || !read_head(&c))
		return false;
	while (c.left) {
		if (!read_section(&c, s))
			return false;
	}
	return true;
}

int krl_check(const uint8_t *data, size_t len)
{
	static const struct revocable nothing;
	struct search s = { .what = &nothing };

	return read_list(&s, data, len) ? 0 : -EINVAL;
}

int krl_revokes(const uint8_t *data, size_t len, const struct revocable *what)
{
	struct search s = { .what = what, .n_forms = what->ca ? 2 : 1 };

	if (!make_form(what->key, &s.forms[0]) ||
	    (what->ca && !make_form(what->ca, &s.forms[1])))
		return -EIO;
	return read_list(&s, data, len) ? s.found : -EINVAL;
}
