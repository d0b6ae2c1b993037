// SPDX-License-Identifier: GPL-2.0
/* Host key blobs and text of a peer, for a person. */
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "probe.h"

#define B64_LEN(n)	(((n) + 2) / 3 * 4)

char *base64(const void *p, size_t n)
{
	char *s = malloc(B64_LEN(n) + 1);

	if (s)
		s[EVP_EncodeBlock((unsigned char *)s, p, n)] = 0;
	return s;
}

/* One SSH string; false if it does not fit. */
static bool take(struct blob *from, struct blob *out)
{
	size_t n;

	if (from->n < 4)
		return false;
	n = (size_t)from->p[0] << 24 | from->p[1] << 16 | from->p[2] << 8 |
	    from->p[3];
	if (n > from->n - 4)
		return false;
	out->p = from->p + 4;
	out->n = n;
	from->p += 4 + n;
	from->n -= 4 + n;
	return true;
}

/* Host certificates: type, type of the certified key, number of that key's fields */
static const struct cert_type {
	const char *cert, *plain;
	unsigned int fields;
} cert_types[] = {
	{ "ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", 1 },
	{ "ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256", 2 },
	{ "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384", 2 },
	{ "ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521", 2 },
	{ "sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", 2 },
	{ "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
	  "sk-ecdsa-sha2-nistp256@openssh.com", 3 },
	{ "ssh-rsa-cert-v01@openssh.com", "ssh-rsa", 2 },
};

/*
 * Of a certificate the type and the fields of the certified key, which stand
 * together behind the nonce (PROTOCOL.certkeys).  False, and nothing set, if it is
 * none.
 */
static bool certified(const void *blob, size_t n, const char **type,
		      struct blob *fields)
{
	struct blob b = { (uint8_t *)blob, n }, name, skip;
	const struct cert_type *c = NULL;
	uint8_t *start;
	size_t i;

	if (!take(&b, &name) || !take(&b, &skip))
		return false;
	for (i = 0; i < sizeof(cert_types) / sizeof(cert_types[0]); i++)
		if (strlen(cert_types[i].cert) == name.n &&
		    !memcmp(cert_types[i].cert, name.p, name.n))
			c = &cert_types[i];
	if (!c)
		return false;
	start = b.p;
	for (i = 0; i < c->fields; i++)
		if (!take(&b, &skip))
			return false;
	*fields = (struct blob){ start, b.p - start };
	*type = c->plain;
	return true;
}

bool plain_key(const struct blob *key, struct blob *plain)
{
	struct blob fields = { key->p, key->n };
	const char *type = NULL;
	size_t head = 0;

	if (certified(key->p, key->n, &type, &fields))
		head = 4 + strlen(type);
	plain->n = head + fields.n;
	plain->p = calloc(1, plain->n + 1);
	if (!plain->p)
		return false;
	if (type) {
		plain->p[3] = strlen(type);
		memcpy(plain->p + 4, type, strlen(type));
	}
	memcpy(plain->p + head, fields.p, fields.n);
	return true;
}

void fingerprint(const void *blob, size_t n, char out[FINGERPRINT_MAX])
{
	struct blob key = { (uint8_t *)blob, n }, plain;
	unsigned char md[KSSH_PIN_LEN];
	unsigned int len;
	bool good;

	good = plain_key(&key, &plain) &&
	       EVP_Digest(plain.p, plain.n, md, &len, EVP_sha256(), NULL);
	free(plain.p);
	if (!good) {
		strcpy(out, "?");
		return;
	}
	strcpy(out, "SHA256:");
	EVP_EncodeBlock((unsigned char *)out + 7, md, sizeof(md));
	out[strcspn(out, "=")] = 0;
}

bool fingerprint_parse(const char *text, uint8_t out[KSSH_PIN_LEN])
{
	char b64[B64_LEN(KSSH_PIN_LEN) + 1], again[sizeof(b64)];
	unsigned char raw[KSSH_PIN_LEN + 1];
	size_t n;

	if (strncmp(text, "SHA256:", 7))
		return false;
	text += 7;
	n = strlen(text);
	if (n == 44 && text[43] == '=')
		n = 43;
	if (n != 43)
		return false;
	memcpy(b64, text, 43);
	memcpy(b64 + 43, "=", 2);
	if (EVP_DecodeBlock(raw, (unsigned char *)b64, 44) != sizeof(raw))
		return false;
	/* one text per fingerprint: no stray bits, no blanks */
	EVP_EncodeBlock((unsigned char *)again, raw, KSSH_PIN_LEN);
	if (strcmp(again, b64))
		return false;
	memcpy(out, raw, KSSH_PIN_LEN);
	return true;
}

void key_type(const void *blob, size_t n, char *out, size_t room)
{
	struct blob b = { (uint8_t *)blob, n }, name;

	if (take(&b, &name))
		vis(name.p, name.n, out, room);
	else
		*out = 0;
}

void ext_info_each(const struct blob *b,
		   void (*fn)(const struct blob *name, const struct blob *value,
			      void *arg),
		   void *arg)
{
	struct blob rest = *b, name, value;
	uint32_t n;

	if (rest.n < 4)
		return;
	n = (uint32_t)rest.p[0] << 24 | rest.p[1] << 16 | rest.p[2] << 8 |
	    rest.p[3];
	rest.p += 4;
	rest.n -= 4;
	while (n-- && take(&rest, &name) && take(&rest, &value))
		fn(&name, &value, arg);
}

void vis(const void *p, size_t n, char *out, size_t room)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *s = p;
	size_t at = 0;

	for (; n; n--, s++) {
		bool plain = *s >= 0x20 && *s < 0x7f && *s != '\\';

		if (at + (plain ? 1 : 4) >= room)
			break;
		if (plain) {
			out[at++] = *s;
		} else {
			out[at++] = '\\';
			out[at++] = 'x';
			out[at++] = hex[*s >> 4];
			out[at++] = hex[*s & 15];
		}
	}
	out[at] = 0;
}
