// SPDX-License-Identifier: GPL-2.0
/*
 * mlkem768x25519-sha256 (draft-ietf-sshm-mlkem-hybrid-kex):
 *
 *	C_INIT  = ML-KEM-768 encapsulation key || X25519 public value
 *	S_REPLY = ML-KEM-768 ciphertext || X25519 public value
 *	K       = SHA-256(K_PQ || K_CL), encoded as string
 *
 * The private state is the decapsulation key, then the X25519 secret.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "../crypto/mlkem.h"
#include "../wire/reason.h"
#include "methods.h"

/**
 * struct hybrid_work - scratch of one operation, wiped when freed
 * @mlkem: scratch of ML-KEM
 * @seed: d and z of key generation (FIPS 203 7.1)
 * @public: C_INIT
 * @shared: K_PQ || K_CL
 */
struct hybrid_work {
	struct kssh_mlkem_work mlkem;
	u8 seed[2][KSSH_MLKEM_SYM_SIZE];
	u8 public[KSSH_MLKEM768_EK_SIZE + KSSH_X25519_LEN];
	u8 shared[KSSH_MLKEM_SS_SIZE + KSSH_X25519_LEN];
};

int kssh_mlkem768x25519_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	int reason;

	if (!w)
		return KSSH_R_NO_MEMORY;
	env->random(env->ctx, w->seed, sizeof(w->seed));
	kssh_mlkem_keygen(&kssh_mlkem768, w->public, x->ephemeral, w->seed[0],
			  w->seed[1], &w->mlkem);
	reason = kssh_x25519_pair(env, x->ephemeral + KSSH_MLKEM768_DK_SIZE,
				  w->public + KSSH_MLKEM768_EK_SIZE);
	if (!reason)
		reason = kssh_owned_set(&x->q_c, (struct kssh_blob){
					.p = w->public, .n = sizeof(w->public) });
	kfree_sensitive(w);
	return reason;
}

int kssh_mlkem768x25519_agree(struct kssh_exchange *x)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	const u8 *reply = x->q_s.p;
	int reason;

	if (!w)
		return KSSH_R_NO_MEMORY;
	kssh_mlkem_decaps(&kssh_mlkem768, w->shared, reply, x->ephemeral, &w->mlkem);
	reason = kssh_x25519(w->shared + KSSH_MLKEM_SS_SIZE,
			     x->ephemeral + KSSH_MLKEM768_DK_SIZE,
			     reply + KSSH_MLKEM768_CT_SIZE);
	if (!reason)
		reason = kssh_hash_digest(KSSH_SHA256, w->shared,
					  sizeof(w->shared), x->secret);
	kfree_sensitive(w);
	return reason;
}
