/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Key agreement over NIST's curve P-521 (SP 800-186 3.2.1.5), which no supported
 * kernel offers.  Constant time in the scalar; the peer's point is public.
 */
#ifndef KSSH_CRYPTO_P521_H
#define KSSH_CRYPTO_P521_H

#include <linux/types.h>

/* Bytes of a coordinate and of a scalar, both big-endian */
#define KSSH_P521_SIZE	66

/*
 * The field of 2^521 - 1 elements: one code over limbs of two widths, 522 bits
 * of either.
 */
#if defined(CONFIG_ARCH_SUPPORTS_INT128) && defined(__SIZEOF_INT128__)
#define P521_LIMBS	9
#define P521_BITS	58
#define p521_limb	u64
#define p521_wide	unsigned __int128
#else
#define P521_LIMBS	18
#define P521_BITS	29
#define p521_limb	u32
#define p521_wide	u64
#endif

/**
 * struct p521_fe - a field element
 * @v: limbs, value sum(@v[i] 2^(P521_BITS i)); each below 2^P521_BITS + 2^7, the
 *     last below 2^(P521_BITS - 1) + 2^7
 */
struct p521_fe {
	p521_limb v[P521_LIMBS];
};

/**
 * struct p521_point - a point in homogeneous coordinates
 * @x: affine x times @z
 * @y: affine y times @z
 * @z: zero at infinity, which is (0 : 1 : 0)
 */
struct p521_point {
	struct p521_fe x, y, z;
};

/**
 * struct kssh_p521_work - scratch of one operation, some 4 KB; its user wipes it
 * @table: multiples 0 to 15 of the point
 * @sum: what has been added up
 * @pick: row taken from @table
 * @b: the curve's b
 * @xx: terms of an addition: products of like coordinates
 * @yy: the same
 * @zz: the same
 * @xy: sums of products of unlike coordinates
 * @yz: the same
 * @xz: the same
 * @u: what comes of them
 * @v: the same
 * @t: of an inversion
 */
struct kssh_p521_work {
	struct p521_point table[16];
	struct p521_point sum, pick;
	struct p521_fe b;
	struct p521_fe xx, yy, zz, xy, yz, xz, u, v;
	struct p521_fe t[3];
};

/**
 * kssh_p521_in_range - may these bytes be a scalar?
 * @scalar: the number
 *
 * Return: 1 to n - 1, in constant time.
 */
bool kssh_p521_in_range(const u8 scalar[KSSH_P521_SIZE]);

/**
 * kssh_p521_public - public point of a scalar
 * @xy: x || y
 * @scalar: in range
 * @w: scratch
 */
void kssh_p521_public(u8 xy[2 * KSSH_P521_SIZE],
		      const u8 scalar[KSSH_P521_SIZE], struct kssh_p521_work *w);

/**
 * kssh_p521_shared - x coordinate of a scalar times a point
 * @x: result
 * @scalar: in range
 * @xy: the peer's x || y
 * @w: scratch
 *
 * The order is prime, so the product of a point on the curve and a scalar in
 * range is never infinity.
 *
 * Return: 0, or -EINVAL if a coordinate is out of range or @xy is not on the
 * curve.
 */
int kssh_p521_shared(u8 x[KSSH_P521_SIZE], const u8 scalar[KSSH_P521_SIZE],
		     const u8 xy[2 * KSSH_P521_SIZE], struct kssh_p521_work *w);

#endif
