/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of kex/ know of each other. */
#ifndef KSSH_KEX_METHODS_H
#define KSSH_KEX_METHODS_H

#include "kex.h"

#define KSSH_X25519_LEN		32
#define KSSH_DH_EPHEMERAL_LEN	64
#define KSSH_DH_MAX		(KSSH_GEX_MAX_BITS / 8)	/* longest number, bytes */

/* keygen and agree of the rows, see struct kssh_kex_alg */
int kssh_x25519_keygen(struct kssh_exchange *x, const struct kssh_env *env);
int kssh_x25519_agree(struct kssh_exchange *x);
int kssh_hybrid_keygen(struct kssh_exchange *x, const struct kssh_env *env);
int kssh_hybrid_agree(struct kssh_exchange *x);
int kssh_ecdh_keygen(struct kssh_exchange *x, const struct kssh_env *env);
int kssh_ecdh_agree(struct kssh_exchange *x);
int kssh_sntrup761x25519_keygen(struct kssh_exchange *x, const struct kssh_env *env);
int kssh_sntrup761x25519_agree(struct kssh_exchange *x);
int kssh_dh_keygen(struct kssh_exchange *x, const struct kssh_env *env);
int kssh_dh_agree(struct kssh_exchange *x);

/* The primes of RFC 8268; their generator is 2. */
extern const struct kssh_blob kssh_dh_group14, kssh_dh_group16, kssh_dh_group18;

/* X25519 (RFC 7748 5): a fresh secret and its public value.  0 or a reason. */
int kssh_x25519_pair(const struct kssh_env *env, u8 secret[KSSH_X25519_LEN],
		     u8 public[KSSH_X25519_LEN]);

/* 0, or KSSH_R_KEX_PUBLIC_VALUE if the result is all zero (RFC 8731 3). */
int kssh_x25519(u8 out[KSSH_X25519_LEN], const u8 secret[KSSH_X25519_LEN],
		const u8 peer[KSSH_X25519_LEN]);

/* x->k from x->secret: a string of the hybrids, else an mpint.  0 or a reason. */
int kssh_exchange_encode_k(struct kssh_exchange *x);

/* RFC 4253 8, RFC 4419 3 and RFC 5656 4: x->h from everything in it.  0 or a reason. */
int kssh_exchange_hash(struct kssh_exchange *x);

/* RFC 4253 7.2: x->keys from x->k, x->h and x->session_id.  0 or a reason. */
int kssh_exchange_derive(struct kssh_exchange *x);

#endif /* KSSH_KEX_METHODS_H */
