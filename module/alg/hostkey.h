/* SPDX-License-Identifier: GPL-2.0 */
/* Host key algorithms: key blob and signature formats, and their verification. */
#ifndef KSSH_HOSTKEY_H
#define KSSH_HOSTKEY_H

#include "../wire/wire.h"
#include "hash.h"

/**
 * struct kssh_curve - a NIST curve (RFC 5656 10.1)
 * @name: as in a key blob
 * @size: bytes of a coordinate
 */
struct kssh_curve {
	const char *name;
	u8 size;
};

/**
 * struct kssh_signature - a signature blob behind its name
 * @value: the signature proper
 * @extra: what a security key adds to it, empty for others
 */
struct kssh_signature {
	struct kssh_blob value;
	struct kssh_blob extra;
};

/**
 * struct kssh_hostkey_alg - one host key algorithm name
 * @name: name in KEXINIT
 * @key_type: name in the key blob, NULL: the same
 * @sig_name: name in the signature blob
 * @kernel_name: crypto API names to try, in order, NULL if the module brings it
 * @curve: of ECDSA, else NULL
 * @hash: of the data, where the kernel's signature API wants a digest
 * @sig_extra: bytes of struct kssh_signature.extra
 * @cert: the blob is a certificate; it is in the default list only if somebody who
 *	can judge it knows an authority for the name
 * @fips: approved under fips_enabled
 * @check: read the key's own fields from @body: 0 or a reason as
 *	kssh_hostkey_check(); what follows them is not its business
 * @verify: see kssh_hostkey_verify(); @body is where @check found it
 */
struct kssh_hostkey_alg {
	const char *name;
	const char *key_type;
	const char *sig_name;
	const char *const *kernel_name;
	const struct kssh_curve *curve;
	enum kssh_hash hash;
	u8 sig_extra;
	bool cert;
	bool fips;
	int (*check)(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		     unsigned int rsa_min_bits);
	int (*verify)(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		      const struct kssh_signature *sig, struct kssh_blob data);
};

/* In default order, ended by an entry without a name. */
extern const struct kssh_hostkey_alg kssh_hostkey_algs[];

bool kssh_hostkey_usable(const struct kssh_hostkey_alg *a);

/**
 * kssh_hostkey_check - is this blob a sound key of the negotiated type?
 * @a: the negotiated algorithm
 * @key: K_S, whole
 * @rsa_min_bits: shortest RSA modulus to take; KSSH_RSA_BITS_MOST is the longest
 *
 * Structure, type and curve, sizes, nothing left over.  Of a certificate all of
 * this for the certified key, and kssh_cert_check() for the rest: who signed it
 * for what is not asked here.  Cheap: no arithmetic, does not sleep.
 * Return: 0, KSSH_R_HOSTKEY_MALFORMED, KSSH_R_HOSTKEY_TYPE, KSSH_R_HOSTKEY_TOO_SMALL.
 */
int kssh_hostkey_check(const struct kssh_hostkey_alg *a, struct kssh_blob key,
		       unsigned int rsa_min_bits);

/**
 * kssh_hostkey_verify - check a signature blob over data (the exchange hash)
 * @a: the negotiated algorithm; the name in the blob must be the one it demands
 * @key: K_S that has passed kssh_hostkey_check()
 * @sig: signature blob
 * @data: what was signed; hashed here as the algorithm demands
 *
 * With the certified key, if it is a certificate.
 * Process context, sleeps, takes long: never under a lock.
 * Return: 0, KSSH_R_SIGNATURE_MALFORMED, KSSH_R_SIGNATURE_WRONG,
 * KSSH_R_HOSTKEY_MALFORMED (point not on the curve and the like),
 * KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_hostkey_verify(const struct kssh_hostkey_alg *a, struct kssh_blob key,
			struct kssh_blob sig, struct kssh_blob data);

#endif /* KSSH_HOSTKEY_H */
