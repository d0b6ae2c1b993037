// SPDX-License-Identifier: GPL-2.0
/* ssh-ed25519 (RFC 8709). */
#include <linux/errno.h>

#include "../crypto/ed25519.h"
#include "../wire/reason.h"
#include "sig.h"

int kssh_ed25519_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		       unsigned int rsa_min_bits)
{
	struct kssh_blob pub = kssh_rd_string(body);

	if (body->bad || pub.n != KSSH_ED25519_PUB_SIZE)
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

int kssh_ed25519_verify_blob(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			     const struct kssh_signature *sig, struct kssh_blob data)
{
	struct kssh_blob pub = kssh_rd_string(body);

	if (pub.n != KSSH_ED25519_PUB_SIZE)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (sig->value.n != KSSH_ED25519_SIG_SIZE)
		return KSSH_R_SIGNATURE_MALFORMED;
	switch (kssh_ed25519_verify(kssh_hash_tfm(KSSH_SHA512), pub.p,
				    data.p, data.n, sig->value.p)) {
	case 0:
		return 0;
	case -EKEYREJECTED:
		return KSSH_R_SIGNATURE_WRONG;
	case -EINVAL:
		return KSSH_R_HOSTKEY_MALFORMED;
	case -ENOMEM:
		return KSSH_R_NO_MEMORY;
	default:
		return KSSH_R_CRYPTO_FAILED;
	}
}
