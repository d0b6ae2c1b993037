// SPDX-License-Identifier: GPL-2.0
/* Signatures and X25519 by libcrypto; what else the kernel exports. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <crypto/curve25519.h>
#include <crypto/sig.h>
#include <linux/bug.h>
#include <linux/fips.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>

int fips_enabled;
int kssh_user_fail_crypto;

struct sig_name {
	const char *new_name, *old_name;
	const char *md;		/* of RSA */
	const char *curve;	/* of ECDSA, else NULL */
};

static const struct sig_name sig_names[] = {
	{ "x962(ecdsa-nist-p256)", "ecdsa-nist-p256", NULL, "P-256" },
	{ "x962(ecdsa-nist-p384)", "ecdsa-nist-p384", NULL, "P-384" },
	{ "x962(ecdsa-nist-p521)", "ecdsa-nist-p521", NULL, "P-521" },
	{ "pkcs1(rsa,sha256)", "pkcs1pad(rsa,sha256)", "SHA256", NULL },
	{ "pkcs1(rsa,sha512)", "pkcs1pad(rsa,sha512)", "SHA512", NULL },
};

struct crypto_sig {
	const struct sig_name *name;
	EVP_PKEY *key;
};

struct crypto_sig *crypto_alloc_sig(const char *name, u32 type, u32 mask)
{
	bool old = getenv("KSSH_USER_OLD_SIG");
	struct crypto_sig *tfm;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sig_names); i++) {
		if (strcmp(name, old ? sig_names[i].old_name :
				       sig_names[i].new_name))
			continue;
		if (kssh_user_crypto_fails())
			return ERR_PTR(-EIO);
		tfm = kzalloc(sizeof(*tfm), GFP_KERNEL);
		if (!tfm)
			return ERR_PTR(-ENOMEM);
		tfm->name = &sig_names[i];
		return tfm;
	}
	return ERR_PTR(-ENOENT);
}

void crypto_free_sig(struct crypto_sig *tfm)
{
	EVP_PKEY_free(tfm->key);
	kfree(tfm);
}

static EVP_PKEY *rsa_key(const u8 *key, unsigned int len)
{
	EVP_PKEY *pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &key, len);
	int size = pkey ? EVP_PKEY_get_size(pkey) : 0;

	/* rsa_check_key_length() in the kernel's crypto/rsa.c */
	if (size == 64 || size == 128 || size == 192 ||
	    size == 256 || size == 384 || size == 512)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

static EVP_PKEY *ec_key(const char *curve, const u8 *key, unsigned int len)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM *params;

	OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME,
					curve, 0);
	OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, key, len);
	params = OSSL_PARAM_BLD_to_param(bld);
	if (EVP_PKEY_fromdata_init(ctx) <= 0 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		pkey = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

int crypto_sig_set_pubkey(struct crypto_sig *tfm, const void *key,
			  unsigned int keylen)
{
	if (kssh_user_crypto_fails())
		return -EIO;
	EVP_PKEY_free(tfm->key);
	tfm->key = tfm->name->curve ? ec_key(tfm->name->curve, key, keylen) :
				      rsa_key(key, keylen);
	return tfm->key ? 0 : -EINVAL;
}

int crypto_sig_verify(struct crypto_sig *tfm, const void *src,
		      unsigned int slen, const void *digest, unsigned int dlen)
{
	const char *md = tfm->name->md;
	EVP_PKEY_CTX *ctx;
	int ok;

	if (!tfm->key)
		return -EINVAL;
	if (md && slen != (unsigned int)EVP_PKEY_get_size(tfm->key))
		return -EINVAL;
	if (kssh_user_crypto_fails())
		return -EIO;
	ctx = EVP_PKEY_CTX_new(tfm->key, NULL);
	ok = EVP_PKEY_verify_init(ctx) > 0;
	if (md)
		ok = ok &&
		     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
		     EVP_PKEY_CTX_set_signature_md(ctx, EVP_get_digestbyname(md)) > 0;
	BUG_ON(!ok);
	ok = EVP_PKEY_verify(ctx, src, slen, digest, dlen);
	EVP_PKEY_CTX_free(ctx);
	return ok == 1 ? 0 : -EKEYREJECTED;
}

bool curve25519(u8 out[CURVE25519_KEY_SIZE],
		const u8 secret[CURVE25519_KEY_SIZE],
		const u8 point[CURVE25519_KEY_SIZE])
{
	EVP_PKEY *key, *peer;
	EVP_PKEY_CTX *ctx;
	size_t n = CURVE25519_KEY_SIZE;
	bool ok;

	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, n);
	peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, point, n);
	ctx = EVP_PKEY_CTX_new(key, NULL);
	BUG_ON(!key || !peer || EVP_PKEY_derive_init(ctx) <= 0);
	/* libcrypto refuses an all-zero result itself. */
	ok = EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
	     EVP_PKEY_derive(ctx, out, &n) > 0;
	if (!ok)
		memset(out, 0, CURVE25519_KEY_SIZE);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	EVP_PKEY_free(key);
	return ok;
}

bool curve25519_generate_public(u8 pub[CURVE25519_KEY_SIZE],
				const u8 secret[CURVE25519_KEY_SIZE])
{
	static const u8 base[CURVE25519_KEY_SIZE] = { 9 };

	return curve25519(pub, secret, base);
}

void get_random_bytes(void *buf, size_t len)
{
	BUG_ON(RAND_bytes(buf, len) != 1);
}
