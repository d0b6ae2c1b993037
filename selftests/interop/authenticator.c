// SPDX-License-Identifier: GPL-2.0
/*
 * authenticator - a security key without the hardware, for tests
 *
 * A middleware as OpenSSH's ssh-sk-helper loads it (ssh-keygen -w, sshd's
 * SecurityKeyProvider), so that a real server has sk-* host keys: version 10 of
 * the interface that OpenSSH's PROTOCOL.u2f describes. The key handle is the
 * private key itself, so nothing of it is for any other use. The memory that it
 * gives away is its caller's to free.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define API_VERSION	0x000a0000
#define ALG_ECDSA	0
#define ALG_ED25519	1
#define ERR_GENERAL	(-1)
#define ERR_UNSUPPORTED	(-2)
#define USER_PRESENT	0x01
#define SCALAR_LEN	32

struct sk_option;
struct sk_resident_key;

struct blob {
	uint8_t *p;
	size_t len;
};

struct sk_enroll_response {
	uint8_t flags;
	struct blob public_key;
	struct blob key_handle;
	struct blob signature;
	struct blob attestation_cert;
	struct blob authdata;
};

struct sk_sign_response {
	uint8_t flags;
	uint32_t counter;
	struct blob sig_r;
	struct blob sig_s;
};

uint32_t sk_api_version(void);
int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len,
	      const char *application, uint8_t flags, const char *pin,
	      struct sk_option **options, struct sk_enroll_response **response);
int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len,
	    const char *application, const uint8_t *handle, size_t handle_len,
	    uint8_t flags, const char *pin, struct sk_option **options,
	    struct sk_sign_response **response);
int sk_load_resident_keys(const char *pin, struct sk_option **options,
			  struct sk_resident_key ***keys, size_t *nkeys);

static bool copy(struct blob *b, const void *p, size_t len)
{
	b->p = malloc(len);
	if (!b->p)
		return false;
	memcpy(b->p, p, len);
	b->len = len;
	return true;
}

/* What the key signs: both hashes, and the flags and counter between them. */
static bool signature(EVP_PKEY *key, uint32_t alg, const char *application,
		      uint8_t flags, uint32_t counter, const uint8_t *data,
		      size_t data_len, uint8_t *sig, size_t *sig_len)
{
	const EVP_MD *hash = alg == ALG_ECDSA ? EVP_sha256() : NULL;
	uint8_t m[2 * SHA256_DIGEST_LENGTH + 5];
	uint8_t *p = m + SHA256_DIGEST_LENGTH;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	SHA256((const uint8_t *)application, strlen(application), m);
	*p++ = flags;
	*p++ = counter >> 24;
	*p++ = counter >> 16;
	*p++ = counter >> 8;
	*p++ = counter;
	SHA256(data, data_len, p);
	ok = ctx && EVP_DigestSignInit(ctx, NULL, hash, NULL, key) == 1 &&
	     EVP_DigestSign(ctx, sig, sig_len, m, sizeof(m)) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static bool put_public(struct blob *b, EVP_PKEY *key, uint32_t alg)
{
	uint8_t pub[128];
	size_t n = sizeof(pub);

	if (alg == ALG_ED25519)
		return EVP_PKEY_get_raw_public_key(key, pub, &n) == 1 &&
		       copy(b, pub, n);
	return EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, pub,
					       sizeof(pub), &n) == 1 &&
	       copy(b, pub, n);
}

static bool put_signature(struct sk_sign_response *r, uint32_t alg,
			  const uint8_t *sig, size_t len)
{
	uint8_t part[SCALAR_LEN];
	ECDSA_SIG *pair;
	bool ok;

	if (alg == ALG_ED25519)
		return copy(&r->sig_r, sig, len);
	pair = d2i_ECDSA_SIG(NULL, &sig, len);
	ok = pair &&
	     BN_bn2binpad(ECDSA_SIG_get0_r(pair), part, sizeof(part)) > 0 &&
	     copy(&r->sig_r, part, sizeof(part)) &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(pair), part, sizeof(part)) > 0 &&
	     copy(&r->sig_s, part, sizeof(part));
	ECDSA_SIG_free(pair);
	return ok;
}

uint32_t sk_api_version(void)
{
	return API_VERSION;
}

int sk_enroll(uint32_t alg, const uint8_t *challenge, size_t challenge_len,
	      const char *application, uint8_t flags, const char *pin,
	      struct sk_option **options, struct sk_enroll_response **response)
{
	struct sk_enroll_response *r = calloc(1, sizeof(*r));
	uint8_t sig[128], *der = NULL;
	size_t sig_len = sizeof(sig);
	EVP_PKEY *key;
	int n;

	if (alg == ALG_ECDSA)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else if (alg == ALG_ED25519)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		return ERR_UNSUPPORTED;
	n = key ? i2d_PrivateKey(key, &der) : 0;
	*response = r;
	if (!r || n <= 0 || !put_public(&r->public_key, key, alg) ||
	    !copy(&r->key_handle, der, n) ||
	    !signature(key, alg, application, flags, 0, challenge, challenge_len,
		       sig, &sig_len) ||
	    !copy(&r->signature, sig, sig_len))
		return ERR_GENERAL;
	r->flags = flags;
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return 0;
}

int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len,
	    const char *application, const uint8_t *handle, size_t handle_len,
	    uint8_t flags, const char *pin, struct sk_option **options,
	    struct sk_sign_response **response)
{
	struct sk_sign_response *r = calloc(1, sizeof(*r));
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &handle, handle_len);
	uint8_t sig[128];
	size_t sig_len = sizeof(sig);

	*response = r;
	if (!r || !key)
		return ERR_GENERAL;
	r->flags = flags & USER_PRESENT;
	r->counter = 0x01020304;
	if (!signature(key, alg, application, r->flags, r->counter, data, data_len,
		       sig, &sig_len) || !put_signature(r, alg, sig, sig_len))
		return ERR_GENERAL;
	EVP_PKEY_free(key);
	return 0;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options,
			  struct sk_resident_key ***keys, size_t *nkeys)
{
	return ERR_UNSUPPORTED;
}
