// SPDX-License-Identifier: GPL-2.0
/* Host key algorithms: the table, and the blobs that all of them share. */
#include <crypto/sig.h>
#include <linux/array_size.h>
#include <linux/err.h>

#include "../wire/reason.h"
#include "cert.h"
#include "sig.h"
#include "usable.h"

/*
 * Names in the order to try: since 6.13 the encoding is a template of its own.
 * The older name of ECDSA still exists there for raw input, so it comes second
 * and is tried only if the first is not known.  No akcipher is ever asked: newer
 * kernels hand out a signature algorithm for it, under the wrong type.
 */
static const char *const ecdsa_p256_names[] = {
	"x962(ecdsa-nist-p256)", "ecdsa-nist-p256", NULL
};

static const char *const ecdsa_p384_names[] = {
	"x962(ecdsa-nist-p384)", "ecdsa-nist-p384", NULL
};

static const char *const ecdsa_p521_names[] = {
	"x962(ecdsa-nist-p521)", "ecdsa-nist-p521", NULL
};

static const char *const rsa_sha512_names[] = {
	"pkcs1(rsa,sha512)", "pkcs1pad(rsa,sha512)", NULL
};

static const char *const rsa_sha256_names[] = {
	"pkcs1(rsa,sha256)", "pkcs1pad(rsa,sha256)", NULL
};

/* What a plain key and its certificate have in common. */
#define ED25519								\
	.sig_name = "ssh-ed25519",					\
	.check = kssh_ed25519_check,					\
	.verify = kssh_ed25519_verify_blob

#define ECDSA(bits, md)							\
	.sig_name = "ecdsa-sha2-nistp" #bits,				\
	.kernel_name = ecdsa_p##bits##_names,				\
	.curve = &kssh_nistp##bits,					\
	.hash = md,							\
	.fips = true,							\
	.check = kssh_ecdsa_check,					\
	.verify = kssh_ecdsa_verify

#define SK_ED25519							\
	.sig_name = "sk-ssh-ed25519@openssh.com",			\
	.sig_extra = KSSH_SK_EXTRA,					\
	.check = kssh_sk_ed25519_check,					\
	.verify = kssh_sk_ed25519_verify

#define SK_ECDSA							\
	.sig_name = "sk-ecdsa-sha2-nistp256@openssh.com",		\
	.kernel_name = ecdsa_p256_names,				\
	.curve = &kssh_nistp256,					\
	.hash = KSSH_SHA256,						\
	.sig_extra = KSSH_SK_EXTRA,					\
	.fips = true,							\
	.check = kssh_sk_ecdsa_check,					\
	.verify = kssh_sk_ecdsa_verify

#define RSA(bits)							\
	.sig_name = "rsa-sha2-" #bits,					\
	.kernel_name = rsa_sha##bits##_names,				\
	.hash = KSSH_SHA##bits,						\
	.fips = true,							\
	.check = kssh_rsa_check,					\
	.verify = kssh_rsa_verify

#define RSA_CERT_TYPE	"ssh-rsa-cert-v01@openssh.com"

/* OpenSSH's order of preference */
const struct kssh_hostkey_alg kssh_hostkey_algs[] = {
	{ .name = "ssh-ed25519-cert-v01@openssh.com", .cert = true, ED25519 },
	{ .name = "ecdsa-sha2-nistp256-cert-v01@openssh.com", .cert = true,
	  ECDSA(256, KSSH_SHA256) },
	{ .name = "ecdsa-sha2-nistp384-cert-v01@openssh.com", .cert = true,
	  ECDSA(384, KSSH_SHA384) },
	{ .name = "ecdsa-sha2-nistp521-cert-v01@openssh.com", .cert = true,
	  ECDSA(521, KSSH_SHA512) },
	{ .name = "sk-ssh-ed25519-cert-v01@openssh.com", .cert = true, SK_ED25519 },
	{ .name = "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", .cert = true,
	  SK_ECDSA },
	{ .name = "rsa-sha2-512-cert-v01@openssh.com", .key_type = RSA_CERT_TYPE,
	  .cert = true, RSA(512) },
	{ .name = "rsa-sha2-256-cert-v01@openssh.com", .key_type = RSA_CERT_TYPE,
	  .cert = true, RSA(256) },
	{ .name = "ssh-ed25519", ED25519 },
	{ .name = "ecdsa-sha2-nistp256", ECDSA(256, KSSH_SHA256) },
	{ .name = "ecdsa-sha2-nistp384", ECDSA(384, KSSH_SHA384) },
	{ .name = "ecdsa-sha2-nistp521", ECDSA(521, KSSH_SHA512) },
	{ .name = "sk-ssh-ed25519@openssh.com", SK_ED25519 },
	{ .name = "sk-ecdsa-sha2-nistp256@openssh.com", SK_ECDSA },
	{ .name = "rsa-sha2-512", .key_type = "ssh-rsa", RSA(512) },
	{ .name = "rsa-sha2-256", .key_type = "ssh-rsa", RSA(256) },
	{}
};

/* Returns 1 + index of the first name that the kernel knows, or -errno. */
static int hostkey_attempt(const void *row)
{
	const struct kssh_hostkey_alg *a = row;
	struct crypto_sig *tfm;
	int i;

	for (i = 0; a->kernel_name[i]; i++) {
		tfm = crypto_alloc_sig(a->kernel_name[i], 0, 0);
		if (!IS_ERR(tfm)) {
			crypto_free_sig(tfm);
			return 1 + i;
		}
		if (PTR_ERR(tfm) != -ENOENT)
			return PTR_ERR(tfm);
	}
	return -ENOENT;
}

static int hostkey_answer(const struct kssh_hostkey_alg *a)
{
	static int memo[ARRAY_SIZE(kssh_hostkey_algs)];

	return kssh_usable_once(&memo[a - kssh_hostkey_algs], hostkey_attempt, a);
}

bool kssh_hostkey_usable(const struct kssh_hostkey_alg *a)
{
	return kssh_fips_allows(a->fips) &&
	       (!a->kernel_name || hostkey_answer(a) > 0);
}

static int sig_reason(int err)
{
	switch (err) {
	case 0:
		return 0;
	case -ENOMEM:
		return KSSH_R_NO_MEMORY;
	/* Wrong padding or a number out of range is a wrong signature too. */
	case -EKEYREJECTED:
	case -EBADMSG:
	case -EINVAL:
		return KSSH_R_SIGNATURE_WRONG;
	default:
		return KSSH_R_CRYPTO_FAILED;
	}
}

int kssh_sig_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
		    struct kssh_blob sig, struct kssh_blob data)
{
	u8 digest[KSSH_HASH_MAX];
	struct crypto_sig *tfm;
	int err, reason;

	reason = kssh_hash_digest(a->hash, data.p, data.n, digest);
	if (reason)
		return reason;
	err = hostkey_answer(a);
	if (err < 0)
		return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
	tfm = crypto_alloc_sig(a->kernel_name[err - 1], 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm) == -ENOMEM ? KSSH_R_NO_MEMORY :
						 KSSH_R_CRYPTO_FAILED;
	err = crypto_sig_set_pubkey(tfm, key.p, key.n);
	if (err)
		reason = err == -ENOMEM ? KSSH_R_NO_MEMORY :
					  KSSH_R_HOSTKEY_MALFORMED;
	else
		reason = sig_reason(crypto_sig_verify(tfm, sig.p, sig.n, digest,
						      kssh_hash_len(a->hash)));
	crypto_free_sig(tfm);
	return reason;
}

static const char *key_type(const struct kssh_hostkey_alg *a)
{
	return a->key_type ?: a->name;
}

/* The cursor of a key's own fields: behind its type, and the nonce of a certificate. */
static struct kssh_blob open_key(const struct kssh_hostkey_alg *a,
				 struct kssh_blob key, struct kssh_rd *body)
{
	struct kssh_blob type;

	kssh_rd_init(body, key.p, key.n);
	type = kssh_rd_string(body);
	if (a->cert && kssh_blob_is(type, key_type(a)))
		kssh_rd_string(body);
	return type;
}

int kssh_hostkey_check(const struct kssh_hostkey_alg *a, struct kssh_blob key,
		       unsigned int rsa_min_bits)
{
	struct kssh_blob type;
	struct kssh_rd r;
	int reason;

	type = open_key(a, key, &r);
	if (r.bad)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!kssh_blob_is(type, key_type(a)))
		return KSSH_R_HOSTKEY_TYPE;
	reason = a->check(a, &r, rsa_min_bits);
	if (reason)
		return reason;
	if (a->cert)
		return kssh_cert_check(&r);
	return kssh_rd_done(&r) ? 0 : KSSH_R_HOSTKEY_MALFORMED;
}

int kssh_hostkey_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
			struct kssh_blob sig, struct kssh_blob data)
{
	struct kssh_signature s;
	struct kssh_rd r, body;
	struct kssh_blob name;

	kssh_rd_init(&r, sig.p, sig.n);
	name = kssh_rd_string(&r);
	s.value = kssh_rd_string(&r);
	s.extra = kssh_rd_raw(&r, a->sig_extra);
	if (!kssh_rd_done(&r) || !kssh_blob_is(name, a->sig_name))
		return KSSH_R_SIGNATURE_MALFORMED;
	open_key(a, key, &body);
	return a->verify(a, &body, &s, data);
}
