// SPDX-License-Identifier: GPL-2.0
/*
 * ecdh-sha2-nistp256, -nistp384 and -nistp521 (RFC 5656 4): the curves, the form
 * of a point, and P-521, which the module computes itself.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "../crypto/p521.h"
#include "../wire/reason.h"
#include "methods.h"
#include "nist.h"

#define UNCOMPRESSED	0x04
#define DRAWS_MAX	16	/* one in 2^262 is out of range */

static_assert(KSSH_P521_LEN == KSSH_P521_SIZE);

/* The order has 521 bits: of the first byte one counts. */
static int p521_pair(const struct kssh_nist_curve *c, const struct kssh_env *env,
		     u8 *secret, u8 *xy)
{
	struct kssh_p521_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int i, reason = KSSH_R_CRYPTO_FAILED;

	if (!w)
		return KSSH_R_NO_MEMORY;
	for (i = 0; i < DRAWS_MAX; i++) {
		env->random(env->ctx, secret, c->len);
		secret[0] &= 1;
		if (!kssh_p521_in_range(secret))
			continue;
		kssh_p521_public(xy, secret, w);
		reason = 0;
		break;
	}
	kfree_sensitive(w);
	return reason;
}

static int p521_agree(const struct kssh_nist_curve *c, const u8 *secret,
		      const u8 *xy, u8 *x)
{
	struct kssh_p521_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int err;

	if (!w)
		return KSSH_R_NO_MEMORY;
	err = kssh_p521_shared(x, secret, xy, w);
	kfree_sensitive(w);
	return err ? KSSH_R_KEX_PUBLIC_VALUE : 0;
}

static int p256_memo, p384_memo;

const struct kssh_nist_curve kssh_nist_p256 = {
	.kernel_name = "ecdh-nist-p256",
	.memo = &p256_memo,
	.len = KSSH_P256_LEN,
	.pair = kssh_nist_kpp_pair,
	.agree = kssh_nist_kpp_agree,
};

const struct kssh_nist_curve kssh_nist_p384 = {
	.kernel_name = "ecdh-nist-p384",
	.memo = &p384_memo,
	.len = KSSH_P384_LEN,
	.pair = kssh_nist_kpp_pair,
	.agree = kssh_nist_kpp_agree,
};

const struct kssh_nist_curve kssh_nist_p521 = {
	.len = KSSH_P521_LEN,
	.pair = p521_pair,
	.agree = p521_agree,
};

bool kssh_nist_usable(const struct kssh_nist_curve *c)
{
	return !c->kernel_name || kssh_nist_kpp_usable(c);
}

int kssh_nist_pair(const struct kssh_nist_curve *c, const struct kssh_env *env,
		   u8 *secret, u8 *point)
{
	point[0] = UNCOMPRESSED;
	return c->pair(c, env, secret, point + 1);
}

int kssh_nist_agree(const struct kssh_nist_curve *c, const u8 *secret,
		    struct kssh_blob peer, u8 *x)
{
	if (peer.n != KSSH_NIST_POINT(c->len) || peer.p[0] != UNCOMPRESSED)
		return KSSH_R_KEX_PUBLIC_VALUE;
	return c->agree(c, secret, peer.p + 1, x);
}

int kssh_ecdh_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	const struct kssh_nist_curve *c = x->neg.kex->curve;
	u8 point[KSSH_NIST_POINT(KSSH_NIST_LEN_MAX)];
	int reason;

	reason = kssh_nist_pair(c, env, x->ephemeral, point);
	if (reason)
		return reason;
	return kssh_owned_set(&x->q_c, (struct kssh_blob){
			      .p = point, .n = KSSH_NIST_POINT(c->len) });
}

int kssh_ecdh_agree(struct kssh_exchange *x)
{
	return kssh_nist_agree(x->neg.kex->curve, x->ephemeral,
			       kssh_owned_blob(&x->q_s), x->secret);
}
