// SPDX-License-Identifier: GPL-2.0
/*
 * sntrup761x25519-sha512 (RFC 9941, once draft-ietf-sshm-ntruprime-ssh), whose
 * older name is that of OpenSSH:
 *
 *	Q_C = sntrup761 public key || X25519 public value
 *	Q_S = sntrup761 ciphertext || X25519 public value
 *	K   = SHA-512(K_PQ || K_CL), encoded as string
 *
 * The private state is the sntrup761 secret key, then the X25519 secret.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "../crypto/sntrup761.h"
#include "../wire/reason.h"
#include "methods.h"

/* Two keys in a row without an inverse: never seen, 10^-18 */
#define KEYGEN_TRIES	2

/**
 * struct hybrid_work - scratch of one operation, wiped when freed
 * @sntrup: scratch of sntrup761
 * @random: random bytes of its key generation
 * @public: Q_C
 * @shared: K_PQ || K_CL
 */
struct hybrid_work {
	struct kssh_sntrup761_work sntrup;
	u8 random[KSSH_SNTRUP761_KEYGEN_RANDOM];
	u8 public[KSSH_SNTRUP761_PK_SIZE + KSSH_X25519_LEN];
	u8 shared[KSSH_SNTRUP761_SS_SIZE + KSSH_X25519_LEN];
};

static int sntrup761_pair(struct hybrid_work *w, u8 *sk, const struct kssh_env *env)
{
	int tries, err = -EAGAIN;

	for (tries = 0; tries < KEYGEN_TRIES && err == -EAGAIN; tries++) {
		env->random(env->ctx, w->random, sizeof(w->random));
		err = kssh_sntrup761_keygen(w->public, sk, w->random,
					    kssh_hash_tfm(KSSH_SHA512),
					    &w->sntrup);
	}
	return err ? KSSH_R_CRYPTO_FAILED : 0;
}

int kssh_sntrup761x25519_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int reason;

	if (!w)
		return KSSH_R_NO_MEMORY;
	reason = sntrup761_pair(w, x->ephemeral, env) ?:
		 kssh_x25519_pair(env, x->ephemeral + KSSH_SNTRUP761_SK_SIZE,
				  w->public + KSSH_SNTRUP761_PK_SIZE) ?:
		 kssh_owned_set(&x->q_c, (struct kssh_blob){
				.p = w->public, .n = sizeof(w->public) });
	kfree_sensitive(w);
	return reason;
}

int kssh_sntrup761x25519_agree(struct kssh_exchange *x)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	const u8 *reply = x->q_s.p;
	int reason = 0;

	if (!w)
		return KSSH_R_NO_MEMORY;
	if (kssh_sntrup761_decaps(w->shared, reply, x->ephemeral,
				  kssh_hash_tfm(KSSH_SHA512), &w->sntrup))
		reason = KSSH_R_CRYPTO_FAILED;
	reason = reason ?:
		 kssh_x25519(w->shared + KSSH_SNTRUP761_SS_SIZE,
			     x->ephemeral + KSSH_SNTRUP761_SK_SIZE,
			     reply + KSSH_SNTRUP761_CT_SIZE) ?:
		 kssh_hash_digest(KSSH_SHA512, w->shared, sizeof(w->shared),
				  x->secret);
	kfree_sensitive(w);
	return reason;
}
