/* SPDX-License-Identifier: GPL-2.0 */
/* ECDH over the NIST curves: one interface, whoever computes. */
#ifndef KSSH_KEX_NIST_H
#define KSSH_KEX_NIST_H

#include "kex.h"

/* Bytes of a coordinate and of a secret, which is big-endian */
#define KSSH_P256_LEN		32
#define KSSH_P384_LEN		48
#define KSSH_P521_LEN		66
#define KSSH_NIST_LEN_MAX	KSSH_P521_LEN

/* Bytes of a point: 04 || x || y (SEC 1 2.3.3), the only form here */
#define KSSH_NIST_POINT(len)	(1 + 2 * (len))

/**
 * struct kssh_nist_curve - a curve
 * @kernel_name: name in the kernel's crypto API; NULL: the module computes
 * @memo: where kssh_usable_once() keeps its answer, if there is a @kernel_name
 * @len: bytes of a coordinate and of a secret
 * @pair: kssh_nist_pair() without the point's first byte
 * @agree: kssh_nist_agree() of a point whose form is good, without its first byte
 */
struct kssh_nist_curve {
	const char *kernel_name;
	int *memo;
	size_t len;
	int (*pair)(const struct kssh_nist_curve *c, const struct kssh_env *env,
		    u8 *secret, u8 *xy);
	int (*agree)(const struct kssh_nist_curve *c, const u8 *secret,
		     const u8 *xy, u8 *x);
};

extern const struct kssh_nist_curve kssh_nist_p256;
extern const struct kssh_nist_curve kssh_nist_p384;
extern const struct kssh_nist_curve kssh_nist_p521;

/* Can the running kernel do it?  Sleeps at the first call. */
bool kssh_nist_usable(const struct kssh_nist_curve *c);

/**
 * kssh_nist_pair - a fresh secret and its public point
 * @c: curve, usable
 * @env: randomness; drawn again if a number is out of range
 * @secret: @c->len bytes
 * @point: KSSH_NIST_POINT(@c->len) bytes
 *
 * Process context, sleeps.  Return: 0 or a reason.
 */
int kssh_nist_pair(const struct kssh_nist_curve *c, const struct kssh_env *env,
		   u8 *secret, u8 *point);

/**
 * kssh_nist_agree - x coordinate of the secret times the peer's point
 * @c: curve, usable
 * @secret: from kssh_nist_pair()
 * @peer: anything; its length and form, the range of its coordinates and that
 *	it is on the curve are checked (RFC 5656 4, SP 800-56A 5.6.2.3)
 * @x: @c->len bytes
 *
 * The curves have prime order, so a point on one of them is in its group.
 * Process context, sleeps.
 * Return: 0, KSSH_R_KEX_PUBLIC_VALUE if @peer is refused, or another reason.
 */
int kssh_nist_agree(const struct kssh_nist_curve *c, const u8 *secret,
		    struct kssh_blob peer, u8 *x);

/* What the kernel computes, for the curves that have a kernel_name. */
bool kssh_nist_kpp_usable(const struct kssh_nist_curve *c);
int kssh_nist_kpp_pair(const struct kssh_nist_curve *c,
		       const struct kssh_env *env, u8 *secret, u8 *xy);
int kssh_nist_kpp_agree(const struct kssh_nist_curve *c, const u8 *secret,
			const u8 *xy, u8 *x);

#endif /* KSSH_KEX_NIST_H */
