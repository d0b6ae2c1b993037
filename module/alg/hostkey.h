/* SPDX-License-Identifier: GPL-2.0 */
/* Host key algorithms: key blob and signature formats, and their verification. */
#ifndef KSSH_HOSTKEY_H
#define KSSH_HOSTKEY_H

#include "../wire/wire.h"
#include "hash.h"

/**
 * struct kssh_hostkey_alg - one host key algorithm name
 * @name: name in KEXINIT and, for now, in the signature blob
 * @key_type: name in the key blob ("ssh-rsa" for rsa-sha2-*)
 * @kernel_name: crypto API names to try, in order, NULL if the module brings it
 * @hash: of the data, where the kernel's signature API wants a digest
 * @fips: approved under fips_enabled
 * @check: see kssh_hostkey_check()
 * @verify: see kssh_hostkey_verify()
 * @usable: can the running kernel do it?  sleeps at the first call
 */
struct kssh_hostkey_alg {
	const char *name;
	const char *key_type;
	const char *const *kernel_name;
	enum kssh_hash hash;
	bool fips;
	int (*check)(const struct kssh_hostkey_alg *a, struct kssh_rd *body);
	int (*verify)(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		      struct kssh_blob sig, struct kssh_blob data);
};

/* In default order, ended by an entry without a name. */
extern const struct kssh_hostkey_alg kssh_hostkey_algs[];

bool kssh_hostkey_usable(const struct kssh_hostkey_alg *a);

/**
 * kssh_hostkey_check - is this blob a sound key of the negotiated type?
 * @a: the negotiated algorithm
 * @key: K_S, whole
 *
 * Structure, type and curve, sizes (RSA modulus at least 2048 bits, at most
 * 16384), nothing left over.  Cheap: no arithmetic, does not sleep.
 * Return: 0, KSSH_R_HOSTKEY_MALFORMED, KSSH_R_HOSTKEY_TYPE, KSSH_R_HOSTKEY_TOO_SMALL.
 */
int kssh_hostkey_check(const struct kssh_hostkey_alg *a, struct kssh_blob key);

/**
 * kssh_hostkey_verify - check a signature blob over data (the exchange hash)
 * @a: the negotiated algorithm; the name in the blob must be the one it demands
 * @key: K_S that has passed kssh_hostkey_check()
 * @sig: signature blob
 * @data: what was signed; hashed here as the algorithm demands
 *
 * Process context, sleeps, takes long: never under a lock.
 * Return: 0, KSSH_R_SIGNATURE_MALFORMED, KSSH_R_SIGNATURE_WRONG,
 * KSSH_R_HOSTKEY_MALFORMED (point not on the curve and the like),
 * KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_hostkey_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
			struct kssh_blob sig, struct kssh_blob data);

#endif /* KSSH_HOSTKEY_H */
