// SPDX-License-Identifier: GPL-2.0
/*
 * Polynomial arithmetic, sampling and encoding of ML-KEM (FIPS 203, sections
 * 4.2 and 4.3). Products are reduced by Montgomery's method with R = 2^16,
 * sums by Barrett's; there is no division.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mlkem_poly.h"

#define N		KSSH_MLKEM_N
#define Q		KSSH_MLKEM_Q
#define Q_INV		(-3327)	/* Q * Q_INV = 1 modulo R */
#define MONT2		1353	/* R^2 modulo Q */
#define MONT2_OVER_128	1441	/* R^2 / 128 modulo Q */

/* 17^(bit reversal of i in 7 bits) * R modulo Q (FIPS 203, appendix A) */
static const s16 zetas[128] = {
	-1044, -758, -359, -1517, 1493, 1422, 287, 202,
	-171, 622, 1577, 182, 962, -1202, -1474, 1468,
	573, -1325, 264, 383, -829, 1458, -1602, -130,
	-681, 1017, 732, 608, -1542, 411, -205, -1571,
	1223, 652, -552, 1015, -1293, 1491, -282, -1544,
	516, -8, -320, -666, -1618, -1162, 126, 1469,
	-853, -90, -271, 830, 107, -1421, -247, -951,
	-398, 961, -1508, -725, 448, -1065, 677, -1275,
	-1103, 430, 555, 843, -1251, 871, 1550, 105,
	422, 587, 177, -235, -291, -460, 1574, 1653,
	-246, 778, 1159, -147, -777, 1483, -602, 1119,
	-1590, 644, -872, 349, 418, 329, -156, -75,
	817, 1097, 603, 610, 1322, -1285, -1465, 384,
	-1215, -136, 1218, -1335, -874, 220, -1187, -1659,
	-1185, -1530, -1278, 794, -1510, -854, -870, 478,
	-108, -308, 996, 991, 958, -1460, 1522, 1628,
};

/* a / R modulo Q for |a| < Q * 2^15; the result is in (-Q, Q) */
static __always_inline s16 mont_reduce(s32 a)
{
	s16 t = (s16)((u32)a * (u32)Q_INV);

	return (a - (s32)t * Q) >> 16;
}

static __always_inline s16 mont_mul(s32 a, s32 b)
{
	return mont_reduce(a * b);
}

/* Reduced form of any s16; 20159 is 2^26 / Q rounded */
static __always_inline s16 barrett_reduce(s16 a)
{
	s16 t = ((s32)20159 * a + (1 << 25)) >> 26;

	return a - t * Q;
}

/*
 * Two layers of FIPS 203, algorithm 9, those of @len and @len / 2, at one
 * reading and writing of each coefficient. A layer adds at most Q.
 */
static void ntt_layers(struct kssh_mlkem_poly *p, unsigned int len)
{
	const s16 *z = zetas + N / 2 / len, *zz = zetas + N / len;
	unsigned int half = len / 2;
	s16 *c, *end;

	for (c = p->c; c < p->c + N; c += 3 * half) {
		s32 z0 = *z++, z1 = *zz++, z2 = *zz++;

		for (end = c + half; c < end; c++) {
			s32 x0 = c[0], x1 = c[half];
			s32 t0 = mont_mul(z0, c[2 * half]);
			s32 t1 = mont_mul(z0, c[3 * half]);
			s32 u0 = mont_mul(z1, x1 + t1);
			s32 u1 = mont_mul(z2, x1 - t1);

			c[0] = x0 + t0 + u0;
			c[half] = x0 + t0 - u0;
			c[2 * half] = x0 - t0 + u1;
			c[3 * half] = x0 - t0 - u1;
		}
	}
}

/**
 * kssh_mlkem_ntt() - number-theoretic transform (FIPS 203, algorithm 9)
 * @p: in: |c| <= Q; out: transformed, reduced
 *
 * With seven layers a coefficient stays within 8 Q, below 2^15.
 */
void kssh_mlkem_ntt(struct kssh_mlkem_poly *p)
{
	unsigned int i;
	s16 *c = p->c;

	ntt_layers(p, 128);
	ntt_layers(p, 32);
	ntt_layers(p, 8);
	for (i = 64; i < 128; i++, c += 4) {
		s32 x0 = c[0], x1 = c[1];
		s32 t0 = mont_mul(zetas[i], c[2]);
		s32 t1 = mont_mul(zetas[i], c[3]);

		c[0] = barrett_reduce(x0 + t0);
		c[1] = barrett_reduce(x1 + t1);
		c[2] = barrett_reduce(x0 - t0);
		c[3] = barrett_reduce(x1 - t1);
	}
}

/*
 * Two layers of FIPS 203, algorithm 10, those of @len and 2 @len. Coefficients
 * stay below 2 Q: a sum of four of them, below 8 Q, is reduced.
 */
static void invntt_layers(struct kssh_mlkem_poly *p, unsigned int len)
{
	const s16 *z = zetas + N / len, *zz = zetas + N / 2 / len;
	s16 *c, *end;

	for (c = p->c; c < p->c + N; c += 3 * len) {
		s32 z0 = *--z, z1 = *--z, z2 = *--zz;

		for (end = c + len; c < end; c++) {
			s32 x0 = c[0], x1 = c[len];
			s32 x2 = c[2 * len], x3 = c[3 * len];
			s32 d0 = mont_mul(z0, x1 - x0);
			s32 d1 = mont_mul(z1, x3 - x2);

			c[0] = barrett_reduce(x0 + x1 + x2 + x3);
			c[len] = d0 + d1;
			c[2 * len] = mont_mul(z2, x2 + x3 - x0 - x1);
			c[3 * len] = mont_mul(z2, d1 - d0);
		}
	}
}

/**
 * kssh_mlkem_invntt() - inverse transform, times R (FIPS 203, algorithm 10)
 * @p: in: transformed, |c| < Q; out: |c| < Q
 *
 * The factor R undoes the 1 / R that kssh_mlkem_dot() leaves.
 */
void kssh_mlkem_invntt(struct kssh_mlkem_poly *p)
{
	unsigned int i;
	s16 *c = p->c;

	for (i = 127; i >= 64; i--, c += 4) {
		s32 x0 = c[0], x1 = c[1], x2 = c[2], x3 = c[3];

		c[0] = x0 + x2;
		c[1] = x1 + x3;
		c[2] = mont_mul(zetas[i], x2 - x0);
		c[3] = mont_mul(zetas[i], x3 - x1);
	}
	invntt_layers(p, 4);
	invntt_layers(p, 16);
	invntt_layers(p, 64);
	for (i = 0; i < N; i++)
		p->c[i] = mont_mul(MONT2_OVER_128, p->c[i]);
}

/**
 * kssh_mlkem_twist() - prepare a factor for kssh_mlkem_dot()
 * @t: result, |c| < Q
 * @b: the factor, transformed, reduced
 */
void kssh_mlkem_twist(struct kssh_mlkem_twist *t,
		      const struct kssh_mlkem_poly *b)
{
	unsigned int i;

	for (i = 0; i < N / 4; i++) {
		s16 gamma = zetas[64 + i];

		t->c[2 * i] = mont_mul(gamma, b->c[4 * i + 1]);
		t->c[2 * i + 1] = mont_mul(-gamma, b->c[4 * i + 3]);
	}
}

/**
 * kssh_mlkem_dot() - dot product of two transformed vectors, over R
 * @out: result, |c| < Q
 * @a: @k polynomials with |c| < 2^12
 * @b: @k polynomials, reduced
 * @bt: their twists
 * @k: length of the vectors, at most 4
 *
 * FIPS 203, algorithms 11 and 12. One reduction serves a whole sum: its 2 @k
 * products stay below 2^12 Q each, so the sum below the limit of
 * mont_reduce(), Q 2^15.
 */
void kssh_mlkem_dot(struct kssh_mlkem_poly *out,
		    const struct kssh_mlkem_poly *a,
		    const struct kssh_mlkem_poly *b,
		    const struct kssh_mlkem_twist *bt, unsigned int k)
{
	unsigned int i, j;

	for (i = 0; i < N / 2; i++) {
		s32 even = 0, odd = 0;

		for (j = 0; j < k; j++) {
			s32 a0 = a[j].c[2 * i], a1 = a[j].c[2 * i + 1];

			even += a0 * b[j].c[2 * i] + a1 * bt[j].c[i];
			odd += a0 * b[j].c[2 * i + 1] + a1 * b[j].c[2 * i];
		}
		out->c[2 * i] = mont_reduce(even);
		out->c[2 * i + 1] = mont_reduce(odd);
	}
}

/**
 * kssh_mlkem_to_mont() - multiply by R, which undoes kssh_mlkem_dot()'s 1 / R
 * @p: in: any; out: |c| < Q
 */
void kssh_mlkem_to_mont(struct kssh_mlkem_poly *p)
{
	unsigned int i;

	for (i = 0; i < N; i++)
		p->c[i] = mont_mul(MONT2, p->c[i]);
}

/**
 * kssh_mlkem_add() - add a polynomial
 * @p: sum, not reduced; the caller keeps it within 16 bits
 * @a: summand
 */
void kssh_mlkem_add(struct kssh_mlkem_poly *p, const struct kssh_mlkem_poly *a)
{
	unsigned int i;

	for (i = 0; i < N; i++)
		p->c[i] += a->c[i];
}

/**
 * kssh_mlkem_sub() - subtract a polynomial
 * @p: difference, not reduced; the caller keeps it within 16 bits
 * @a: subtrahend
 */
void kssh_mlkem_sub(struct kssh_mlkem_poly *p, const struct kssh_mlkem_poly *a)
{
	unsigned int i;

	for (i = 0; i < N; i++)
		p->c[i] -= a->c[i];
}

/**
 * kssh_mlkem_canon() - bring a polynomial to the form that is encoded
 * @p: in: any; out: canonical
 */
void kssh_mlkem_canon(struct kssh_mlkem_poly *p)
{
	unsigned int i;

	for (i = 0; i < N; i++) {
		s16 c = barrett_reduce(p->c[i]);

		p->c[i] = c + ((c >> 15) & Q);
	}
}

/**
 * kssh_mlkem_sample_ntt() - sample a public matrix entry
 * @p: result: transformed, canonical
 * @xof: SHAKE128 that has absorbed the seed and the two indices
 *
 * FIPS 203, algorithm 7. Takes a time that depends on the input, which
 * everybody knows. Rejects 19 % of the candidates; the loop ends because
 * SHAKE128's output is endless and pseudorandom: a peer would have to find a
 * seed to make it long.
 */
void kssh_mlkem_sample_ntt(struct kssh_mlkem_poly *p, struct kssh_keccak *xof)
{
	u8 block[KSSH_SHAKE128_RATE], *b;
	unsigned int n = 0;

	BUILD_BUG_ON(sizeof(block) % 3);
	do {
		kssh_keccak_squeeze(xof, block, sizeof(block));
		for (b = block; b < block + sizeof(block) && n < N; b += 3) {
			u32 v0 = b[0] | (b[1] & 15) << 8;
			u32 v1 = b[1] >> 4 | b[2] << 4;

			p->c[n] = v0;
			n += v0 < Q;
			if (n == N)
				break;
			p->c[n] = v1;
			n += v1 < Q;
		}
	} while (n < N);
}

/**
 * kssh_mlkem_sample_cbd2() - sample from the centred binomial distribution
 * @p: result, |c| <= 2
 * @in: PRF output
 *
 * FIPS 203, algorithm 8 with eta = 2: the sum of two bits less the sum of
 * two others, sixteen at a time. Sums and differences stay in their bits: a
 * difference is kept with 4 added.
 */
void kssh_mlkem_sample_cbd2(struct kssh_mlkem_poly *p,
			    const u8 in[KSSH_MLKEM_NOISE_SIZE])
{
	const u64 ones = 0x5555555555555555ULL, twos = 0x3333333333333333ULL;
	unsigned int i, j;
	u64 v;

	for (i = 0; i < N; i += 16) {
		v = get_unaligned_le64(in + i / 2);
		v = (v & ones) + ((v >> 1) & ones);
		v = ((v & twos) | 0x4444444444444444ULL) - ((v >> 2) & twos);
		for (j = 0; j < 16; j++) {
			p->c[i + j] = (s16)(v & 15) - 4;
			v >>= 4;
		}
	}
}

/**
 * kssh_mlkem_pack12() - encode at 12 bits (FIPS 203, algorithm 5)
 * @out: encoding
 * @p: canonical
 */
void kssh_mlkem_pack12(u8 out[KSSH_MLKEM_POLY_SIZE],
		       const struct kssh_mlkem_poly *p)
{
	unsigned int i;

	for (i = 0; i < N; i += 2) {
		u32 v = (u32)p->c[i] | (u32)p->c[i + 1] << 12;

		*out++ = v;
		*out++ = v >> 8;
		*out++ = v >> 16;
	}
}

/**
 * kssh_mlkem_unpack12() - decode from 12 bits (FIPS 203, algorithm 6)
 * @p: result, |c| < 2^12
 * @in: encoding
 *
 * Return: whether every coefficient is canonical, as the modulus check of
 * FIPS 203, section 7.2, wants it.
 */
bool kssh_mlkem_unpack12(struct kssh_mlkem_poly *p,
			 const u8 in[KSSH_MLKEM_POLY_SIZE])
{
	unsigned int i;
	s32 over = 0;

	for (i = 0; i < N; i += 2) {
		u32 v = get_unaligned_le24(in);

		in += 3;
		p->c[i] = v & 0xfff;
		p->c[i + 1] = v >> 12;
		over |= (Q - 1 - p->c[i]) | (Q - 1 - p->c[i + 1]);
	}
	return over >= 0;
}

/* Compress_d of FIPS 203, section 4.2.1: round(2^d x / Q) modulo 2^d */
static u32 compress(u32 x, unsigned int d)
{
	/* 2^40 / Q, rounded up: exact for every dividend below 2^24 */
	const u64 reciprocal = 330282857;

	return (u32)((((x << d) + Q / 2) * reciprocal) >> 40) &
	       ((1U << d) - 1);
}

/**
 * kssh_mlkem_compress() - compress and encode
 * @out: 32 @d bytes
 * @p: canonical
 * @d: bits for a coefficient, at most 11
 */
void kssh_mlkem_compress(u8 *out, const struct kssh_mlkem_poly *p,
			 unsigned int d)
{
	unsigned int i, bits = 0;
	u32 v = 0;

	for (i = 0; i < N; i++) {
		v |= compress(p->c[i], d) << bits;
		for (bits += d; bits >= 8; bits -= 8) {
			*out++ = v;
			v >>= 8;
		}
	}
}

/**
 * kssh_mlkem_decompress() - decode and decompress
 * @p: result, canonical
 * @in: 32 @d bytes
 * @d: bits for a coefficient, at most 11
 *
 * With @d = 1 this spreads the bits of a secret message: by multiplication,
 * never by a choice.
 */
void kssh_mlkem_decompress(struct kssh_mlkem_poly *p, const u8 *in,
			   unsigned int d)
{
	unsigned int i, bits = 0;
	u32 v = 0, x;

	for (i = 0; i < N; i++) {
		for (; bits < d; bits += 8)
			v |= (u32)*in++ << bits;
		x = v & ((1U << d) - 1);
		OPTIMIZER_HIDE_VAR(x);
		p->c[i] = (x * Q + (1U << (d - 1))) >> d;
		v >>= d;
		bits -= d;
	}
}
