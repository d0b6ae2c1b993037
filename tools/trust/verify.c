// SPDX-License-Identifier: GPL-2.0
/* Signatures of authorities, as SSH lays them out, checked by libcrypto. */
#include <errno.h>
#include <string.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "internal.h"

#define ED25519_SIG	64
#define SIG_MAX		2048	/* of an RSA key of 16384 bits */

/**
 * struct sig_alg - a signature algorithm
 * @name: its name
 * @key: the type of key that it is for
 * @md: hash, or NULL where there is none of its own
 * @sk: the signature of a security key (OpenSSH's PROTOCOL.u2f)
 *
 * webauthn-sk-ecdsa-sha2-nistp256@openssh.com is not here: no authority needs it.
 */
struct sig_alg {
	const char *name;
	const char *key;
	const char *md;
	bool sk;
};

static const struct sig_alg sig_algs[] = {
	{ "ssh-ed25519", "ssh-ed25519", NULL, false },
	{ "ssh-rsa", "ssh-rsa", "SHA1", false },
	{ "rsa-sha2-256", "ssh-rsa", "SHA256", false },
	{ "rsa-sha2-512", "ssh-rsa", "SHA512", false },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "SHA256", false },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "SHA384", false },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "SHA512", false },
	{ "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", NULL, true },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
	  "SHA256", true },
};

static const struct sig_alg *find_alg(const struct key *key, const uint8_t *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(sig_algs) / sizeof(sig_algs[0]); i++) {
		if (strlen(sig_algs[i].name) == len &&
		    !memcmp(sig_algs[i].name, name, len) &&
		    !strcmp(sig_algs[i].key, key->type->name))
			return &sig_algs[i];
	}
	return NULL;
}

/* ---- keys -------------------------------------------------------------- */

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *bld)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY *pkey = NULL;

	if (!ctx || !params || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static EVP_PKEY *rsa_pkey(const struct key *key)
{
	BIGNUM *e = BN_bin2bn(key->field[0], key->len[0], NULL);
	BIGNUM *n = BN_bin2bn(key->field[1], key->len[1], NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;

	if (e && n && bld && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e))
		pkey = from_params("RSA", bld);
	OSSL_PARAM_BLD_free(bld);
	BN_free(e);
	BN_free(n);
	return pkey;
}

static EVP_PKEY *ec_pkey(const struct key *key)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;

	if (bld &&
	    OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME,
					    OBJ_nid2sn(key->type->nid), 0) &&
	    OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, key->field[1],
					     key->len[1]))
		pkey = from_params("EC", bld);
	OSSL_PARAM_BLD_free(bld);
	return pkey;
}

static EVP_PKEY *to_pkey(const struct key *key)
{
	switch (key->type->fields[0]) {
	case 'm':
		return rsa_pkey(key);
	case 'c':
		return ec_pkey(key);
	default:
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->field[0],
						   key->len[0]);
	}
}

/* ---- signatures, as libcrypto wants them ------------------------------- */

/**
 * struct raw_sig - a signature
 * @bytes: r and s in DER, for RSA as many bytes as the modulus has
 * @len: how many
 */
struct raw_sig {
	uint8_t bytes[SIG_MAX];
	size_t len;
};

/* string of two mpints to DER */
static bool ecdsa_sig(struct cursor c, struct raw_sig *out)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	const uint8_t *r, *s;
	BIGNUM *br, *bs;
	uint8_t *p = out->bytes;
	size_t rn, sn;
	bool good;
	int n = -1;

	good = sig && take_mpint(&c, 66, &r, &rn) && take_mpint(&c, 66, &s, &sn) && !c.left;
	if (good) {
		br = BN_bin2bn(r, rn, NULL);
		bs = BN_bin2bn(s, sn, NULL);
		if (br && bs && ECDSA_SIG_set0(sig, br, bs)) {
			n = i2d_ECDSA_SIG(sig, &p);
		} else {
			BN_free(br);
			BN_free(bs);
		}
	}
	ECDSA_SIG_free(sig);
	out->len = n > 0 ? n : 0;
	return n > 0;
}

static bool rsa_sig(const struct key *key, const uint8_t *s, size_t n, struct raw_sig *out)
{
	size_t want = key->len[1];

	/* OpenSSH adds zeros in front that a signer left out */
	if (n > want || want > sizeof(out->bytes))
		return false;
	memset(out->bytes, 0, want - n);
	memcpy(out->bytes + want - n, s, n);
	out->len = want;
	return true;
}

static bool read_sig(const struct key *key, const uint8_t *s, size_t n, struct raw_sig *out)
{
	switch (key->type->fields[0]) {
	case 'm':
		return rsa_sig(key, s, n, out);
	case 'c':
		return ecdsa_sig((struct cursor){ s, n }, out);
	default:
		if (n != ED25519_SIG)
			return false;
		memcpy(out->bytes, s, n);
		out->len = n;
		return true;
	}
}

/* ---- checking ---------------------------------------------------------- */

static int verify(const struct key *key, const struct sig_alg *alg,
		  const struct raw_sig *sig, const uint8_t *data, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *pkey = to_pkey(key);
	int ret = -EIO;

	if (ctx && pkey &&
	    EVP_DigestVerifyInit_ex(ctx, NULL, alg->md, NULL, NULL, pkey, NULL) == 1)
		ret = EVP_DigestVerify(ctx, sig->bytes, sig->len, data, len) == 1 ?
		      0 : -EBADMSG;
	EVP_PKEY_free(pkey);
	EVP_MD_CTX_free(ctx);
	return ret;
}

/* What a security key signs: SHA-256 of application, flags, counter, SHA-256 of data. */
static int verify_sk(const struct key *key, const struct sig_alg *alg,
		     const struct raw_sig *sig, struct cursor tail, const uint8_t *data,
		     size_t len)
{
	size_t i = strlen(key->type->fields) - 1;
	uint8_t text[SHA256_DIGEST_LENGTH * 2 + 5];

	if (tail.left != 5)	/* flags, counter */
		return -EBADMSG;
	if (!SHA256(key->field[i], key->len[i], text) ||
	    !SHA256(data, len, text + SHA256_DIGEST_LENGTH + 5))
		return -EIO;
	memcpy(text + SHA256_DIGEST_LENGTH, tail.p, 5);
	return verify(key, alg, sig, text, sizeof(text));
}

int key_verify(const struct key *key, const uint8_t *name, size_t name_len,
	       struct cursor c, const uint8_t *data, size_t len)
{
	const struct sig_alg *alg = find_alg(key, name, name_len);
	struct raw_sig sig;
	const uint8_t *s;
	size_t n;

	if (!alg || !take_string(&c, &s, &n) || !read_sig(key, s, n, &sig))
		return -EBADMSG;
	if (alg->sk)
		return verify_sk(key, alg, &sig, c, data, len);
	return c.left ? -EBADMSG : verify(key, alg, &sig, data, len);
}
