// SPDX-License-Identifier: GPL-2.0
/* Key exchange methods, and the life of one exchange. */
#include <linux/slab.h>
#include <linux/string.h>

#include "../alg/usable.h"
#include "../crypto/mlkem.h"
#include "../crypto/sntrup761.h"
#include "../wire/reason.h"
#include "methods.h"
#include "nist.h"

/* OpenSSH's order of preference, then libssh's */
/* What kssh_hybrid_keygen() keeps of a decapsulation key. */
#define KSSH_HYBRID_KEPT(n)	(KSSH_MLKEM##n##_DK_SIZE - KSSH_MLKEM##n##_EK_SIZE)

const struct kssh_kex_alg kssh_kex_algs[] = {
	{
		.name = "mlkem768x25519-sha256",
		.hash = KSSH_SHA256,
		.client_len = KSSH_MLKEM768_EK_SIZE + KSSH_X25519_LEN,
		.server_len = KSSH_MLKEM768_CT_SIZE + KSSH_X25519_LEN,
		.ephemeral_len = KSSH_HYBRID_KEPT(768) + KSSH_X25519_LEN,
		.secret_len = 32,
		.secret_is_string = true,
		.pq = true,
		.kem = &kssh_mlkem768,
		.keygen = kssh_hybrid_keygen,
		.agree = kssh_hybrid_agree,
	},
	{
		.name = "mlkem768nistp256-sha256",
		.hash = KSSH_SHA256,
		.client_len = KSSH_MLKEM768_EK_SIZE + KSSH_NIST_POINT(KSSH_P256_LEN),
		.server_len = KSSH_MLKEM768_CT_SIZE + KSSH_NIST_POINT(KSSH_P256_LEN),
		.ephemeral_len = KSSH_HYBRID_KEPT(768) + KSSH_P256_LEN,
		.secret_len = 32,
		.secret_is_string = true,
		.pq = true,
		.curve = &kssh_nist_p256,
		.kem = &kssh_mlkem768,
		.keygen = kssh_hybrid_keygen,
		.agree = kssh_hybrid_agree,
	},
	{
		.name = "mlkem1024nistp384-sha384",
		.hash = KSSH_SHA384,
		.client_len = KSSH_MLKEM1024_EK_SIZE + KSSH_NIST_POINT(KSSH_P384_LEN),
		.server_len = KSSH_MLKEM1024_CT_SIZE + KSSH_NIST_POINT(KSSH_P384_LEN),
		.ephemeral_len = KSSH_HYBRID_KEPT(1024) + KSSH_P384_LEN,
		.secret_len = 48,
		.secret_is_string = true,
		.pq = true,
		.curve = &kssh_nist_p384,
		.kem = &kssh_mlkem1024,
		.keygen = kssh_hybrid_keygen,
		.agree = kssh_hybrid_agree,
	},
	{
		.name = "sntrup761x25519-sha512",
		.hash = KSSH_SHA512,
		.client_len = KSSH_SNTRUP761_PK_SIZE + KSSH_X25519_LEN,
		.server_len = KSSH_SNTRUP761_CT_SIZE + KSSH_X25519_LEN,
		.ephemeral_len = KSSH_SNTRUP761_SK_SIZE + KSSH_X25519_LEN,
		.secret_len = 64,
		.secret_is_string = true,
		.pq = true,
		.keygen = kssh_sntrup761x25519_keygen,
		.agree = kssh_sntrup761x25519_agree,
	},
	{
		.name = "sntrup761x25519-sha512@openssh.com",
		.hash = KSSH_SHA512,
		.client_len = KSSH_SNTRUP761_PK_SIZE + KSSH_X25519_LEN,
		.server_len = KSSH_SNTRUP761_CT_SIZE + KSSH_X25519_LEN,
		.ephemeral_len = KSSH_SNTRUP761_SK_SIZE + KSSH_X25519_LEN,
		.secret_len = 64,
		.secret_is_string = true,
		.pq = true,
		.keygen = kssh_sntrup761x25519_keygen,
		.agree = kssh_sntrup761x25519_agree,
	},
	{
		.name = "curve25519-sha256",
		.hash = KSSH_SHA256,
		.client_len = KSSH_X25519_LEN,
		.server_len = KSSH_X25519_LEN,
		.ephemeral_len = KSSH_X25519_LEN,
		.secret_len = KSSH_X25519_LEN,
		.keygen = kssh_x25519_keygen,
		.agree = kssh_x25519_agree,
	},
	{
		.name = "curve25519-sha256@libssh.org",
		.hash = KSSH_SHA256,
		.client_len = KSSH_X25519_LEN,
		.server_len = KSSH_X25519_LEN,
		.ephemeral_len = KSSH_X25519_LEN,
		.secret_len = KSSH_X25519_LEN,
		.keygen = kssh_x25519_keygen,
		.agree = kssh_x25519_agree,
	},
	{
		.name = "ecdh-sha2-nistp256",
		.hash = KSSH_SHA256,
		.client_len = KSSH_NIST_POINT(KSSH_P256_LEN),
		.server_len = KSSH_NIST_POINT(KSSH_P256_LEN),
		.ephemeral_len = KSSH_P256_LEN,
		.secret_len = KSSH_P256_LEN,
		.fips = true,
		.curve = &kssh_nist_p256,
		.keygen = kssh_ecdh_keygen,
		.agree = kssh_ecdh_agree,
	},
	{
		.name = "ecdh-sha2-nistp384",
		.hash = KSSH_SHA384,
		.client_len = KSSH_NIST_POINT(KSSH_P384_LEN),
		.server_len = KSSH_NIST_POINT(KSSH_P384_LEN),
		.ephemeral_len = KSSH_P384_LEN,
		.secret_len = KSSH_P384_LEN,
		.fips = true,
		.curve = &kssh_nist_p384,
		.keygen = kssh_ecdh_keygen,
		.agree = kssh_ecdh_agree,
	},
	{
		.name = "ecdh-sha2-nistp521",
		.hash = KSSH_SHA512,
		.client_len = KSSH_NIST_POINT(KSSH_P521_LEN),
		.server_len = KSSH_NIST_POINT(KSSH_P521_LEN),
		.ephemeral_len = KSSH_P521_LEN,
		.secret_len = KSSH_P521_LEN,
		.curve = &kssh_nist_p521,
		.keygen = kssh_ecdh_keygen,
		.agree = kssh_ecdh_agree,
	},
	{
		.name = "diffie-hellman-group-exchange-sha256",
		.hash = KSSH_SHA256,
		.ephemeral_len = KSSH_DH_EPHEMERAL_LEN,
		.secret_len = KSSH_DH_MAX,
		.public_is_mpint = true,
		.gex = true,
		.keygen = kssh_dh_keygen,
		.agree = kssh_dh_agree,
	},
	{
		.name = "diffie-hellman-group16-sha512",
		.hash = KSSH_SHA512,
		.ephemeral_len = KSSH_DH_EPHEMERAL_LEN,
		.secret_len = 4096 / 8,
		.public_is_mpint = true,
		.prime = &kssh_dh_group16,
		.keygen = kssh_dh_keygen,
		.agree = kssh_dh_agree,
	},
	{
		.name = "diffie-hellman-group18-sha512",
		.hash = KSSH_SHA512,
		.ephemeral_len = KSSH_DH_EPHEMERAL_LEN,
		.secret_len = 8192 / 8,
		.public_is_mpint = true,
		.prime = &kssh_dh_group18,
		.keygen = kssh_dh_keygen,
		.agree = kssh_dh_agree,
	},
	{
		.name = "diffie-hellman-group14-sha256",
		.hash = KSSH_SHA256,
		.ephemeral_len = KSSH_DH_EPHEMERAL_LEN,
		.secret_len = 2048 / 8,
		.public_is_mpint = true,
		.prime = &kssh_dh_group14,
		.keygen = kssh_dh_keygen,
		.agree = kssh_dh_agree,
	},
	{}
};

bool kssh_kex_usable(const struct kssh_kex_alg *a)
{
	return kssh_fips_allows(a->fips) &&
	       (!a->curve || kssh_nist_usable(a->curve));
}

int kssh_owned_set(struct kssh_owned *o, struct kssh_blob b)
{
	u8 *p = NULL;

	if (b.n) {
		p = kmemdup(b.p, b.n, GFP_KERNEL_ACCOUNT);
		if (!p)
			return KSSH_R_NO_MEMORY;
	}
	kfree(o->p);
	o->p = p;
	o->n = b.n;
	return 0;
}

void kssh_owned_drop(struct kssh_owned *o)
{
	kfree(o->p);
	o->p = NULL;
	o->n = 0;
}

/* What nobody may learn; each is wiped by as many bytes as were allocated. */
static void drop_secrets(struct kssh_exchange *x)
{
	kssh_secret_free(x->ephemeral);
	kssh_secret_free(x->secret);
	kssh_secret_free(x->k);
	x->ephemeral = NULL;
	x->secret = NULL;
	x->k = NULL;
	x->secret_len = 0;
	x->k_len = 0;
}

void kssh_exchange_again(struct kssh_exchange *x)
{
	drop_secrets(x);
	kssh_owned_drop(&x->q_c);
}

struct kssh_exchange *kssh_exchange_new(void)
{
	return kzalloc(sizeof(struct kssh_exchange), GFP_KERNEL_ACCOUNT);
}

void kssh_exchange_free(struct kssh_exchange *x)
{
	if (!x)
		return;
	kssh_keys_free(x->keys[KSSH_TX]);
	kssh_keys_free(x->keys[KSSH_RX]);
	kssh_comp_free(x->comp[KSSH_TX]);
	kssh_comp_free(x->comp[KSSH_RX]);
	kfree(x->v_c.p);
	kfree(x->v_s.p);
	kfree(x->i_c.p);
	kfree(x->i_s.p);
	kfree(x->k_s.p);
	kfree(x->sig.p);
	kfree(x->q_c.p);
	kfree(x->q_s.p);
	kfree(x->p.p);
	kfree(x->g.p);
	kssh_secret_free(x->desc);
	drop_secrets(x);
	kfree_sensitive(x);
}

int kssh_exchange_begin(struct kssh_exchange *x, const struct kssh_env *env)
{
	const struct kssh_kex_alg *kex = x->neg.kex;

	x->ephemeral = kssh_secret_new(kex->ephemeral_len);
	if (!x->ephemeral)
		return KSSH_R_NO_MEMORY;
	return kex->keygen(x, env);
}

int kssh_exchange_finish(struct kssh_exchange *x)
{
	const struct kssh_kex_alg *kex = x->neg.kex;
	int reason = KSSH_R_KEX_PUBLIC_VALUE;

	if (kex->server_len && x->q_s.n != kex->server_len)
		goto wipe;
	reason = KSSH_R_NO_MEMORY;
	x->secret = kssh_secret_new(kex->secret_len);
	if (!x->secret)
		goto wipe;
	x->secret_len = kex->secret_len;
	reason = kex->agree(x);
	if (reason)
		goto wipe;
	reason = kssh_exchange_encode_k(x) ?: kssh_exchange_hash(x);
	if (reason)
		goto wipe;
	reason = kssh_hostkey_verify(x->neg.hostkey, kssh_owned_blob(&x->k_s),
				     kssh_owned_blob(&x->sig),
				     (struct kssh_blob){ .p = x->h, .n = x->h_len });
	if (reason)
		goto wipe;
	if (!x->session_id_len) {
		memcpy(x->session_id, x->h, x->h_len);
		x->session_id_len = x->h_len;
	}
	reason = kssh_exchange_derive(x);
wipe:
	drop_secrets(x);
	return reason;
}
