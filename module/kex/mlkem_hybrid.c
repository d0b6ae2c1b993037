// SPDX-License-Identifier: GPL-2.0
/*
 * mlkem768x25519-sha256, mlkem768nistp256-sha256 and mlkem1024nistp384-sha384
 * (RFC 10042, once draft-ietf-sshm-mlkem-hybrid-kex):
 *
 *	C_INIT  = ML-KEM encapsulation key || public value of ECDH
 *	S_REPLY = ML-KEM ciphertext || public value of ECDH
 *	K       = HASH(K_PQ || K_CL), encoded as string
 *
 * K_CL is of fixed length, big-endian over a NIST curve and as RFC 7748 has it
 * for X25519.  The private state is the decapsulation key without the encapsulation
 * key in it, which is kept as C_INIT anyway, then the secret of ECDH.  Over NIST curves
 * RFC 10042 lets a server compress its point; as with plain ECDH no peer does, and it
 * would be refused.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "../crypto/mlkem.h"
#include "../wire/reason.h"
#include "methods.h"
#include "nist.h"

#define DK_TAIL		(2 * KSSH_MLKEM_SYM_SIZE)	/* H(ek) and z */
#define PUBLIC_MAX	KSSH_NIST_POINT(KSSH_NIST_LEN_MAX)

static_assert(KSSH_NIST_LEN_MAX >= KSSH_X25519_LEN);

/**
 * struct hybrid_work - scratch of one operation, wiped when freed
 * @mlkem: scratch of ML-KEM
 * @seed: d and z of key generation (FIPS 203 7.1)
 * @dk: decapsulation key
 * @public: C_INIT
 * @shared: K_PQ || K_CL
 */
struct hybrid_work {
	struct kssh_mlkem_work mlkem;
	u8 seed[2][KSSH_MLKEM_SYM_SIZE];
	u8 dk[KSSH_MLKEM_DK_MAX];
	u8 public[KSSH_MLKEM_EK_MAX + PUBLIC_MAX];
	u8 shared[KSSH_MLKEM_SS_SIZE + KSSH_NIST_LEN_MAX];
};

static int ecdh_pair(const struct kssh_kex_alg *kex, const struct kssh_env *env,
		     u8 *secret, u8 *public)
{
	if (kex->curve)
		return kssh_nist_pair(kex->curve, env, secret, public);
	return kssh_x25519_pair(env, secret, public);
}

static int ecdh_agree(const struct kssh_kex_alg *kex, const u8 *secret,
		      struct kssh_blob peer, u8 *shared)
{
	if (kex->curve)
		return kssh_nist_agree(kex->curve, secret, peer, shared);
	return kssh_x25519(shared, secret, peer.p);
}

/* Bytes of a decapsulation key before the encapsulation key in it. */
static size_t dk_head(const struct kssh_mlkem_params *kem)
{
	return kem->dk_size - kem->ek_size - DK_TAIL;
}

static void keep(u8 *kept, const u8 *dk, const struct kssh_mlkem_params *kem)
{
	size_t head = dk_head(kem);

	memcpy(kept, dk, head);
	memcpy(kept + head, dk + head + kem->ek_size, DK_TAIL);
}

static void restore(u8 *dk, const u8 *kept, const u8 *ek,
		    const struct kssh_mlkem_params *kem)
{
	size_t head = dk_head(kem);

	memcpy(dk, kept, head);
	memcpy(dk + head, ek, kem->ek_size);
	memcpy(dk + head + kem->ek_size, kept + head, DK_TAIL);
}

int kssh_hybrid_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	const struct kssh_kex_alg *kex = x->neg.kex;
	const struct kssh_mlkem_params *kem = kex->kem;
	int reason;

	if (!w)
		return KSSH_R_NO_MEMORY;
	env->random(env->ctx, w->seed, sizeof(w->seed));
	kssh_mlkem_keygen(kem, w->public, w->dk, w->seed[0], w->seed[1], &w->mlkem);
	keep(x->ephemeral, w->dk, kem);
	reason = ecdh_pair(kex, env, x->ephemeral + kem->dk_size - kem->ek_size,
			   w->public + kem->ek_size);
	if (!reason)
		reason = kssh_owned_set(&x->q_c, (struct kssh_blob){
					.p = w->public, .n = kex->client_len });
	kfree_sensitive(w);
	return reason;
}

int kssh_hybrid_agree(struct kssh_exchange *x)
{
	struct hybrid_work *w = kzalloc(sizeof(*w), GFP_KERNEL);
	const struct kssh_kex_alg *kex = x->neg.kex;
	const struct kssh_mlkem_params *kem = kex->kem;
	size_t len = kex->curve ? kex->curve->len : KSSH_X25519_LEN;
	int reason;

	if (!w)
		return KSSH_R_NO_MEMORY;
	restore(w->dk, x->ephemeral, x->q_c.p, kem);
	kssh_mlkem_decaps(kem, w->shared, x->q_s.p, w->dk, &w->mlkem);
	reason = ecdh_agree(kex, x->ephemeral + kem->dk_size - kem->ek_size,
			    (struct kssh_blob){
			    .p = x->q_s.p + kem->ct_size,
			    .n = x->q_s.n - kem->ct_size },
			    w->shared + KSSH_MLKEM_SS_SIZE);
	if (!reason)
		reason = kssh_hash_digest(kex->hash, w->shared,
					  KSSH_MLKEM_SS_SIZE + len, x->secret);
	kfree_sensitive(w);
	return reason;
}
