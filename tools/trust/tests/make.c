// SPDX-License-Identifier: GPL-2.0
/* Keys and certificates, good and bad, made for tests. */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "make.h"

#define APPLICATION	"ssh:"

static void need(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "Bail out! %s\n", what);
		abort();
	}
}

/* ---- bytes ------------------------------------------------------------- */

void put_bytes(struct bytes *t, const void *p, size_t n)
{
	need(n <= sizeof(t->b) - t->n, "no room for bytes");
	if (n)
		memcpy(t->b + t->n, p, n);
	t->n += n;
}

void put_number(struct bytes *t, uint64_t v, size_t bytes)
{
	uint8_t b[8];
	size_t i;

	for (i = 0; i < bytes; i++)
		b[i] = v >> 8 * (bytes - 1 - i);
	put_bytes(t, b, bytes);
}

void put_string(struct bytes *t, const void *p, size_t n)
{
	put_number(t, n, 4);
	put_bytes(t, p, n);
}

void put_text(struct bytes *t, const char *s)
{
	put_string(t, s, strlen(s));
}

static void put_mpint(struct bytes *t, const BIGNUM *v)
{
	uint8_t b[1 + 2048];
	int n = BN_num_bytes(v);

	need(n < (int)sizeof(b), "number too long");
	b[0] = 0;
	BN_bn2bin(v, b + 1);
	if (n && b[1] & 0x80)
		put_string(t, b, n + 1);
	else
		put_string(t, b + 1, n);
}

/* ---- keys -------------------------------------------------------------- */

static const char *curve_of(const char *type)
{
	const char *nist = strstr(type, "nistp");

	return !nist ? NULL : !strncmp(nist, "nistp256", 8) ? "nistp256" :
	       !strncmp(nist, "nistp384", 8) ? "nistp384" : "nistp521";
}

/* What follows the type in a plain blob. */
static void put_fields(struct bytes *t, const struct made_key *key)
{
	const char *curve = curve_of(key->type);
	BIGNUM *e = NULL, *n = NULL;
	uint8_t b[256];
	size_t len = sizeof(b);

	if (curve) {
		need(EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY, b,
						     sizeof(b), &len), "EC point");
		put_text(t, curve);
		put_string(t, b, len);
	} else if (!strcmp(key->type, "ssh-rsa")) {
		need(EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &e) &&
		     EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_N, &n), "RSA");
		put_mpint(t, e);
		put_mpint(t, n);
		BN_free(e);
		BN_free(n);
	} else {
		need(EVP_PKEY_get_raw_public_key(key->pkey, b, &len), "Ed25519");
		put_string(t, b, len);
	}
	if (!strncmp(key->type, "sk-", 3))
		put_text(t, APPLICATION);
}

void make_key(struct made_key *key, const char *type, unsigned int bits)
{
	const char *curve = curve_of(type);
	char nist[8];

	key->type = type;
	if (curve) {
		snprintf(nist, sizeof(nist), "P-%s", curve + strlen("nistp"));
		key->pkey = EVP_EC_gen(nist);
	} else if (!strcmp(type, "ssh-rsa")) {
		key->pkey = EVP_RSA_gen(bits);
	} else {
		key->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
	need(key->pkey, "cannot make a key");
	key->blob.n = 0;
	put_text(&key->blob, type);
	put_fields(&key->blob, key);
}

void free_key(struct made_key *key)
{
	EVP_PKEY_free(key->pkey);
}

/* ---- signatures -------------------------------------------------------- */

const char *default_alg(const struct made_key *key)
{
	return strcmp(key->type, "ssh-rsa") ? key->type : "rsa-sha2-512";
}

static const char *hash_of(const char *alg)
{
	return !strcmp(alg, "ssh-rsa") ? "SHA1" :
	       strstr(alg, "512") || strstr(alg, "521") ? "SHA512" :
	       strstr(alg, "384") ? "SHA384" : strstr(alg, "256") ? "SHA256" : NULL;
}

static void put_raw(struct bytes *out, const struct made_key *key, const char *hash,
		    const void *data, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t sig[4096];
	const uint8_t *p = sig;
	size_t n = sizeof(sig);
	struct bytes two = { .n = 0 };
	ECDSA_SIG *rs;

	need(EVP_DigestSignInit_ex(ctx, NULL, hash, NULL, NULL, key->pkey, NULL) == 1 &&
	     EVP_DigestSign(ctx, sig, &n, data, len) == 1, "cannot sign");
	EVP_MD_CTX_free(ctx);
	if (!curve_of(key->type)) {
		put_string(out, sig, n);
		return;
	}
	rs = d2i_ECDSA_SIG(NULL, &p, n);
	need(rs, "signature");
	put_mpint(&two, ECDSA_SIG_get0_r(rs));
	put_mpint(&two, ECDSA_SIG_get0_s(rs));
	ECDSA_SIG_free(rs);
	put_string(out, two.b, two.n);
}

void make_signature(struct bytes *out, const struct made_key *key, const char *alg,
		    const void *data, size_t len)
{
	struct bytes text = { .n = 0 };
	uint8_t md[SHA256_DIGEST_LENGTH];

	out->n = 0;
	put_text(out, alg);
	if (strncmp(key->type, "sk-", 3)) {
		put_raw(out, key, hash_of(alg), data, len);
		return;
	}
	SHA256((const uint8_t *)APPLICATION, strlen(APPLICATION), md);
	put_bytes(&text, md, sizeof(md));
	put_number(&text, 1, 1);
	put_number(&text, 7, 4);
	SHA256(data, len, md);
	put_bytes(&text, md, sizeof(md));
	put_raw(out, key, curve_of(key->type) ? "SHA256" : NULL, text.b, text.n);
	put_number(out, 1, 1);
	put_number(out, 7, 4);
}

/* ---- certificates ------------------------------------------------------ */

static void cert_type(const char *type, char out[64])
{
	snprintf(out, 64, "%.*s-cert-v01@openssh.com", (int)strcspn(type, "@"), type);
}

void make_cert(struct bytes *out, const struct made_key *key, const struct made_key *ca,
	       const struct cert_spec *spec)
{
	static const uint8_t nonce[64] = "it is a test";
	struct bytes part = { .n = 0 }, sig;
	char type[64];
	size_t i;

	out->n = 0;
	cert_type(key->type, type);
	put_text(out, type);
	put_string(out, nonce, spec->nonce_len);
	put_fields(out, key);
	put_number(out, 4711, 8);
	put_number(out, spec->kind, 4);
	put_text(out, "an id");
	for (i = 0; i < spec->n_names; i++)
		put_text(&part, spec->names[i]);
	put_string(out, part.b, part.n);
	put_number(out, spec->after, 8);
	put_number(out, spec->before, 8);
	part.n = 0;
	if (spec->critical) {
		put_text(&part, spec->critical);
		put_text(&part, "");
	}
	put_string(out, part.b, part.n);
	part.n = 0;
	put_text(&part, "permit-nothing");
	put_text(&part, "");
	put_string(out, part.b, part.n);
	put_text(out, "");
	if (spec->nested)
		put_string(out, spec->nested->b, spec->nested->n);
	else
		put_string(out, ca->blob.b, ca->blob.n);
	make_signature(&sig, ca, spec->alg ?: default_alg(ca), out->b, out->n);
	if (spec->spoil)	/* a bit of the nonce */
		out->b[4 + strlen(type) + 4] ^= 1;
	put_string(out, sig.b, sig.n);
	for (i = 0; i < spec->tail; i++)
		put_number(out, 0, 1);
}

void key_text(const struct bytes *blob, char out[BYTES_MAX])
{
	size_t n = (size_t)blob->b[2] << 8 | blob->b[3];

	need(blob->n <= BYTES_MAX / 2, "no room for base64");
	memcpy(out, blob->b + 4, n);
	out[n++] = ' ';
	need(b64_ntop(blob->b, blob->n, out + n, BYTES_MAX - n) > 0, "base64");
}
