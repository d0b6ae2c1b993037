// SPDX-License-Identifier: GPL-2.0
/* ssh-ed25519 (RFC 8709). */
#include <linux/errno.h>

#include "../crypto/ed25519.h"
#include "../wire/reason.h"
#include "sig.h"

static struct kssh_blob read_key(struct kssh_rd *body)
{
	return kssh_rd_string(body);
}

int kssh_ed25519_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body)
{
	struct kssh_blob pub = read_key(body);

	if (!kssh_rd_done(body) || pub.n != KSSH_ED25519_PUB_SIZE)
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

int kssh_ed25519_verify_blob(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			     struct kssh_blob sig, struct kssh_blob data)
{
	struct kssh_blob pub = read_key(body);

	if (pub.n != KSSH_ED25519_PUB_SIZE)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (sig.n != KSSH_ED25519_SIG_SIZE)
		return KSSH_R_SIGNATURE_MALFORMED;
	switch (kssh_ed25519_verify(kssh_hash_tfm(KSSH_SHA512), pub.p,
				    data.p, data.n, sig.p)) {
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
