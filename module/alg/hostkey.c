// SPDX-License-Identifier: GPL-2.0
/* Host key algorithms: the table, and the blobs that all of them share. */
#include <crypto/sig.h>
#include <linux/array_size.h>
#include <linux/err.h>

#include "../wire/reason.h"
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

static const char *const rsa_sha512_names[] = {
	"pkcs1(rsa,sha512)", "pkcs1pad(rsa,sha512)", NULL
};

static const char *const rsa_sha256_names[] = {
	"pkcs1(rsa,sha256)", "pkcs1pad(rsa,sha256)", NULL
};

const struct kssh_hostkey_alg kssh_hostkey_algs[] = {
	{
		.name = "ssh-ed25519",
		.key_type = "ssh-ed25519",
		.check = kssh_ed25519_check,
		.verify = kssh_ed25519_verify_blob,
	},
	{
		.name = "ecdsa-sha2-nistp256",
		.key_type = "ecdsa-sha2-nistp256",
		.kernel_name = ecdsa_p256_names,
		.hash = KSSH_SHA256,
		.fips = true,
		.check = kssh_ecdsa_check,
		.verify = kssh_ecdsa_verify,
	},
	{
		.name = "rsa-sha2-512",
		.key_type = "ssh-rsa",
		.kernel_name = rsa_sha512_names,
		.hash = KSSH_SHA512,
		.fips = true,
		.check = kssh_rsa_check,
		.verify = kssh_rsa_verify,
	},
	{
		.name = "rsa-sha2-256",
		.key_type = "ssh-rsa",
		.kernel_name = rsa_sha256_names,
		.hash = KSSH_SHA256,
		.fips = true,
		.check = kssh_rsa_check,
		.verify = kssh_rsa_verify,
	},
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

int kssh_hostkey_check(const struct kssh_hostkey_alg *a, struct kssh_blob key)
{
	struct kssh_blob type;
	struct kssh_rd r;

	kssh_rd_init(&r, key.p, key.n);
	type = kssh_rd_string(&r);
	if (r.bad)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!kssh_blob_is(type, a->key_type))
		return KSSH_R_HOSTKEY_TYPE;
	return a->check(a, &r);
}

int kssh_hostkey_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
			struct kssh_blob sig, struct kssh_blob data)
{
	struct kssh_blob name, value;
	struct kssh_rd r, body;

	kssh_rd_init(&r, sig.p, sig.n);
	name = kssh_rd_string(&r);
	value = kssh_rd_string(&r);
	if (!kssh_rd_done(&r) || !kssh_blob_is(name, a->name))
		return KSSH_R_SIGNATURE_MALFORMED;
	kssh_rd_init(&body, key.p, key.n);
	kssh_rd_string(&body);
	return a->verify(a, &body, value, data);
}
