// SPDX-License-Identifier: GPL-2.0
/* Host certificates (OpenSSH's PROTOCOL.certkeys). */
#include <errno.h>
#include <string.h>

#include "internal.h"

#define NAMES_MAX	256	/* OpenSSH reads no more principals */

bool cert_is_one(const uint8_t *blob, size_t len)
{
	struct cursor c = { blob, len };
	const uint8_t *name;
	size_t n;

	return take_string(&c, &name, &n) && key_type_of_cert((const char *)name, n);
}

static bool names_ok(struct cert *cert)
{
	struct cursor c = cert->names;
	const uint8_t *s;
	size_t n;

	for (cert->n_names = 0; c.left; cert->n_names++) {
		if (cert->n_names == NAMES_MAX || !take_text(&c, &s, &n))
			return false;
	}
	return true;
}

/* Options are pairs of a name and a value. */
static bool options_ok(struct cursor c)
{
	const uint8_t *s;
	size_t n;

	while (c.left) {
		if (!take_string(&c, &s, &n) || !take_string(&c, &s, &n))
			return false;
	}
	return true;
}

static bool take_signature(struct cursor *c, struct cert *cert)
{
	struct cursor sig;

	return take_part(c, &sig) && take_string(&sig, &cert->sig_alg, &cert->sig_alg_len) &&
	       (cert->sig = sig, true);
}

/**
 * cert_parse - is this a certificate?
 * @blob: the bytes
 * @len: their number
 * @cert: filled in, points into @blob
 *
 * What OpenSSH would not read is none, one that a certificate has signed among them.
 * The signature is looked at by cert_verify().
 * Return: 0, -EINVAL, -ERANGE if one of the keys is an RSA key that is too short.
 */
int cert_parse(const uint8_t *blob, size_t len, struct cert *cert)
{
	struct cursor c = { blob, len }, extensions, reserved, ca;
	const struct key_type *type;
	const uint8_t *s;
	uint64_t kind;
	size_t n;
	int ret;

	memset(cert, 0, sizeof(*cert));
	if (!take_string(&c, &s, &n))
		return -EINVAL;
	type = key_type_of_cert((const char *)s, n);
	if (!type || !take_string(&c, &s, &n))	/* the nonce */
		return -EINVAL;
	ret = key_take(&c, type, &cert->key);
	if (ret)
		return ret;
	if (!take_number(&c, 8, &cert->serial) || !take_number(&c, 4, &kind) ||
	    !take_text(&c, &cert->id, &cert->id_len) || !take_part(&c, &cert->names) ||
	    !take_number(&c, 8, &cert->after) || !take_number(&c, 8, &cert->before) ||
	    !take_part(&c, &cert->critical) || !take_part(&c, &extensions) ||
	    !take_part(&c, &reserved) || !take_part(&c, &ca))
		return -EINVAL;
	cert->kind = kind;
	cert->body = blob;
	cert->body_len = len - c.left;
	cert->ca_blob = ca.p;
	cert->ca_len = ca.left;
	if (!take_signature(&c, cert) || c.left ||
	    (kind != CERT_USER && kind != CERT_HOST) || !names_ok(cert) ||
	    !options_ok(cert->critical) || !options_ok(extensions))
		return -EINVAL;
	return key_parse(ca.p, ca.left, &cert->ca);
}

int cert_verify(const struct cert *cert)
{
	return key_verify(&cert->ca, cert->sig_alg, cert->sig_alg_len, cert->sig,
			  cert->body, cert->body_len);
}

/* ---- what it is good for -------------------------------------------------- */

static bool for_name(const struct cert *cert, const char *name)
{
	struct cursor c = cert->names;
	const uint8_t *s;
	size_t n;

	while (take_text(&c, &s, &n)) {
		if (match_glob(name, (const char *)s, n, false))
			return true;
	}
	return false;
}

static bool listed(const char *list, const uint8_t *alg, size_t len)
{
	size_t n;

	for (; *list; list += n + !!list[n]) {
		n = strcspn(list, ",");
		if (n == len && !memcmp(list, alg, n))
			return true;
	}
	return false;
}

/**
 * cert_fault - may a certificate stand for a host now?
 * @cert: one whose signature is good, and whose CA is believed
 * @name: the host, lower case, or an alias as it is
 * @now: seconds since 1970
 * @ca_algorithms: by which its CA may have signed
 *
 * Return: NULL, or why not.
 */
const char *cert_fault(const struct cert *cert, const char *name, uint64_t now,
		       const char *ca_algorithms)
{
	if (cert->kind != CERT_HOST)
		return "the certificate is for a user";
	if (now < cert->after)
		return "the certificate is not valid yet";
	if (now >= cert->before)
		return "the certificate has expired";
	if (!cert->n_names)
		return "the certificate names no host";
	if (!for_name(cert, name))
		return "the certificate is for other names";
	if (cert->critical.left)
		return "the certificate has a critical option";
	if (!listed(ca_algorithms, cert->sig_alg, cert->sig_alg_len))
		return "the certificate is signed by an algorithm that is not allowed";
	return NULL;
}
