// SPDX-License-Identifier: GPL-2.0
/*
 * Keys that live in a security key: sk-ssh-ed25519 and sk-ecdsa-sha2-nistp256 of
 * OpenSSH's PROTOCOL.u2f.  What the token signs is not the data but
 *
 *	SHA256(application) || flags || counter || SHA256(data)
 *
 * where the signature brings flags and counter, and the key its application.  As
 * in OpenSSH's check of a host key no flag is demanded: a server has no user who
 * could touch it.
 */
#include "../wire/reason.h"
#include "sig.h"

#define SHA256_SIZE	32
#define SIGNED_SIZE	(SHA256_SIZE + KSSH_SK_EXTRA + SHA256_SIZE)

/* Behind the fields of the plain key: the application, a text. */
static int check_application(struct kssh_rd *body)
{
	struct kssh_blob application = kssh_rd_string(body);

	if (body->bad || memchr(application.p, 0, application.n))
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

static int build_signed(struct kssh_blob application, struct kssh_blob extra,
			struct kssh_blob data, u8 out[SIGNED_SIZE])
{
	u8 *tail = out + SHA256_SIZE;

	memcpy(tail, extra.p, KSSH_SK_EXTRA);
	return kssh_hash_digest(KSSH_SHA256, application.p, application.n, out) ?:
	       kssh_hash_digest(KSSH_SHA256, data.p, data.n, tail + KSSH_SK_EXTRA);
}

int kssh_sk_ed25519_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			  unsigned int rsa_min_bits)
{
	return kssh_ed25519_check(a, body, rsa_min_bits) ?: check_application(body);
}

int kssh_sk_ed25519_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			   const struct kssh_signature *sig, struct kssh_blob data)
{
	struct kssh_blob message = { .n = SIGNED_SIZE };
	struct kssh_rd rd = *body;
	u8 buf[SIGNED_SIZE];
	int reason;

	kssh_rd_string(&rd);
	reason = build_signed(kssh_rd_string(&rd), sig->extra, data, buf);
	if (reason)
		return reason;
	message.p = buf;
	return kssh_ed25519_verify_blob(a, body, sig, message);
}

int kssh_sk_ecdsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			unsigned int rsa_min_bits)
{
	return kssh_ecdsa_check(a, body, rsa_min_bits) ?: check_application(body);
}

int kssh_sk_ecdsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			 const struct kssh_signature *sig, struct kssh_blob data)
{
	struct kssh_blob message = { .n = SIGNED_SIZE };
	struct kssh_rd rd = *body;
	u8 buf[SIGNED_SIZE];
	int reason;

	kssh_rd_string(&rd);
	kssh_rd_string(&rd);
	reason = build_signed(kssh_rd_string(&rd), sig->extra, data, buf);
	if (reason)
		return reason;
	message.p = buf;
	return kssh_ecdsa_verify(a, body, sig, message);
}
