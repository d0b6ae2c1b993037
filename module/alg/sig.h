/* SPDX-License-Identifier: GPL-2.0 */
/* The host key algorithms that the kernel's signature API brings. */
#ifndef KSSH_SIG_H
#define KSSH_SIG_H

#include "hostkey.h"

/* The rows of kssh_hostkey_algs; see struct kssh_hostkey_alg. */
int kssh_ed25519_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		       unsigned int rsa_min_bits);
int kssh_ed25519_verify_blob(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			     const struct kssh_signature *sig, struct kssh_blob data);
int kssh_ecdsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		     unsigned int rsa_min_bits);
int kssh_ecdsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		      const struct kssh_signature *sig, struct kssh_blob data);
int kssh_rsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		   unsigned int rsa_min_bits);
int kssh_rsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		    const struct kssh_signature *sig, struct kssh_blob data);
int kssh_sk_ed25519_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			  unsigned int rsa_min_bits);
int kssh_sk_ed25519_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			   const struct kssh_signature *sig, struct kssh_blob data);
int kssh_sk_ecdsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			unsigned int rsa_min_bits);
int kssh_sk_ecdsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
			 const struct kssh_signature *sig, struct kssh_blob data);

/* What a security key adds to its signature: flags and counter (PROTOCOL.u2f). */
#define KSSH_SK_EXTRA	(1 + 4)

extern const struct kssh_curve kssh_nistp256, kssh_nistp384, kssh_nistp521;

/**
 * kssh_sig_verify - check a signature with the kernel's signature API
 * @a: row with kernel_name
 * @key: public key as that API wants it
 * @sig: signature as that API wants it
 * @data: what was signed
 *
 * Process context, sleeps.
 * Return: 0; KSSH_R_HOSTKEY_MALFORMED if the key is refused,
 * KSSH_R_SIGNATURE_WRONG, KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_sig_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
		    struct kssh_blob sig, struct kssh_blob data);

/**
 * kssh_rsa_verify_mpi - RSASSA-PKCS1-v1_5 with a modulus of any size
 * @a: row; its hash counts
 * @e: public exponent
 * @n: modulus
 * @sig: signature, as many bytes as @n
 * @data: what was signed
 *
 * Process context, sleeps.  Not under fips_enabled.
 * Return: as kssh_sig_verify().
 */
int kssh_rsa_verify_mpi(const struct kssh_hostkey_alg *a, struct kssh_blob e,
			struct kssh_blob n, struct kssh_blob sig,
			struct kssh_blob data);

#endif /* KSSH_SIG_H */
