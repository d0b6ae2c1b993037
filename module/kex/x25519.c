// SPDX-License-Identifier: GPL-2.0
/* curve25519-sha256 (RFC 8731). */
#include <crypto/curve25519.h>
#include <linux/string.h>

#include "../wire/reason.h"
#include "methods.h"

int kssh_x25519_pair(const struct kssh_env *env, u8 secret[KSSH_X25519_LEN],
		     u8 public[KSSH_X25519_LEN])
{
	env->random(env->ctx, secret, KSSH_X25519_LEN);
	curve25519_clamp_secret(secret);
	if (!curve25519_generate_public(public, secret))
		return KSSH_R_CRYPTO_FAILED;
	return 0;
}

int kssh_x25519(u8 out[KSSH_X25519_LEN], const u8 secret[KSSH_X25519_LEN],
		const u8 peer[KSSH_X25519_LEN])
{
	return curve25519(out, secret, peer) ? 0 : KSSH_R_KEX_PUBLIC_VALUE;
}

int kssh_x25519_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	u8 public[KSSH_X25519_LEN];
	int reason;

	reason = kssh_x25519_pair(env, x->ephemeral, public);
	if (reason)
		return reason;
	return kssh_owned_set(&x->q_c, (struct kssh_blob){
			      .p = public, .n = sizeof(public) });
}

int kssh_x25519_agree(struct kssh_exchange *x)
{
	return kssh_x25519(x->secret, x->ephemeral, x->q_s.p);
}
