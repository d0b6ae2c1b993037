// SPDX-License-Identifier: GPL-2.0
/*
 * SHA-3 and SHAKE (FIPS 202). Constant time: no branch and no index depends
 * on what is absorbed, only on its length.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "keccak.h"

#define KECCAK_ROUNDS	24

/* Domain bits and the first bit of pad10*1 (FIPS 202, sections 6.1 and 6.2) */
#define SUFFIX_SHA3	0x06
#define SUFFIX_SHAKE	0x1f

/* FIPS 202, algorithm 5 */
static const u64 round_constant[KECCAK_ROUNDS] = {
	0x0000000000000001ULL, 0x0000000000008082ULL, 0x800000000000808aULL,
	0x8000000080008000ULL, 0x000000000000808bULL, 0x0000000080000001ULL,
	0x8000000080008081ULL, 0x8000000000008009ULL, 0x000000000000008aULL,
	0x0000000000000088ULL, 0x0000000080008009ULL, 0x000000008000000aULL,
	0x000000008000808bULL, 0x800000000000008bULL, 0x8000000000008089ULL,
	0x8000000000008003ULL, 0x8000000000008002ULL, 0x8000000000000080ULL,
	0x000000000000800aULL, 0x800000008000000aULL, 0x8000000080008081ULL,
	0x8000000000008080ULL, 0x0000000080000001ULL, 0x8000000080008008ULL,
};

/*
 * Lanes that stand complemented between rounds. With this choice chi needs
 * five complements a round, where FIPS 202 writes it with twenty-five; the
 * baseline of x86-64 has no and-not instruction.
 */
static void complement(u64 lane[25])
{
	lane[1] = ~lane[1];
	lane[2] = ~lane[2];
	lane[8] = ~lane[8];
	lane[12] = ~lane[12];
	lane[17] = ~lane[17];
	lane[20] = ~lane[20];
}

/*
 * rho and pi bring five lanes into one row (b0 to b4), one from each row and
 * each column. sN is the lane's index, rN its rotation (FIPS 202, table 2).
 */
#define GATHER(a, d, s0, r0, s1, r1, s2, r2, s3, r3, s4, r4)		\
	do {								\
		b0 = rol64((a)[s0] ^ (d)[(s0) % 5], r0);		\
		b1 = rol64((a)[s1] ^ (d)[(s1) % 5], r1);		\
		b2 = rol64((a)[s2] ^ (d)[(s2) % 5], r2);		\
		b3 = rol64((a)[s3] ^ (d)[(s3) % 5], r3);		\
		b4 = rol64((a)[s4] ^ (d)[(s4) % 5], r4);		\
	} while (0)

#define COLUMN(a, x)							\
	((a)[x] ^ (a)[(x) + 5] ^ (a)[(x) + 10] ^ (a)[(x) + 15] ^ (a)[(x) + 20])

/* theta; then rho, pi and chi row by row, on complemented lanes; iota */
static __always_inline void keccak_round(u64 e[25], const u64 a[25], u64 rc)
{
	u64 c0 = COLUMN(a, 0), c1 = COLUMN(a, 1), c2 = COLUMN(a, 2);
	u64 c3 = COLUMN(a, 3), c4 = COLUMN(a, 4);
	u64 b0, b1, b2, b3, b4;
	u64 d[5] = {
		c4 ^ rol64(c1, 1), c0 ^ rol64(c2, 1), c1 ^ rol64(c3, 1),
		c2 ^ rol64(c4, 1), c3 ^ rol64(c0, 1),
	};

	GATHER(a, d, 0, 0, 6, 44, 12, 43, 18, 21, 24, 14);
	e[0] = b0 ^ (b1 | b2) ^ rc;
	e[1] = b1 ^ (~b2 | b3);
	e[2] = b2 ^ (b3 & b4);
	e[3] = b3 ^ (b4 | b0);
	e[4] = b4 ^ (b0 & b1);

	GATHER(a, d, 3, 28, 9, 20, 10, 3, 16, 45, 22, 61);
	e[5] = b0 ^ (b1 | b2);
	e[6] = b1 ^ (b2 & b3);
	e[7] = b2 ^ (b3 | ~b4);
	e[8] = b3 ^ (b4 | b0);
	e[9] = b4 ^ (b0 & b1);

	GATHER(a, d, 1, 1, 7, 6, 13, 25, 19, 8, 20, 18);
	e[10] = b0 ^ (b1 | b2);
	e[11] = b1 ^ (b2 & b3);
	e[12] = b2 ^ (~b3 & b4);
	e[13] = ~b3 ^ (b4 | b0);
	e[14] = b4 ^ (b0 & b1);

	GATHER(a, d, 4, 27, 5, 36, 11, 10, 17, 15, 23, 56);
	e[15] = b0 ^ (b1 & b2);
	e[16] = b1 ^ (b2 | b3);
	e[17] = b2 ^ (~b3 | b4);
	e[18] = ~b3 ^ (b4 & b0);
	e[19] = b4 ^ (b0 | b1);

	GATHER(a, d, 2, 62, 8, 55, 14, 39, 15, 41, 21, 2);
	e[20] = b0 ^ (~b1 & b2);
	e[21] = ~b1 ^ (b2 | b3);
	e[22] = b2 ^ (b3 & b4);
	e[23] = b3 ^ (b4 | b0);
	e[24] = b4 ^ (b0 & b1);
}

static noinline_for_stack void keccak_permute(u64 lane[25])
{
	u64 a[25], e[25];
	int i;

	memcpy(a, lane, sizeof(a));
	complement(a);
	for (i = 0; i < KECCAK_ROUNDS; i += 2) {
		keccak_round(e, a, round_constant[i]);
		keccak_round(a, e, round_constant[i + 1]);
	}
	complement(a);
	memcpy(lane, a, sizeof(a));
}

static void keccak_init(struct kssh_keccak *k, u8 rate, u8 suffix)
{
	memset(k, 0, sizeof(*k));
	k->rate = rate;
	k->suffix = suffix;
}

/** kssh_sha3_256_init() - start a SHA3-256 hash in @k */
void kssh_sha3_256_init(struct kssh_keccak *k)
{
	keccak_init(k, KSSH_SHA3_256_RATE, SUFFIX_SHA3);
}

/** kssh_sha3_512_init() - start a SHA3-512 hash in @k */
void kssh_sha3_512_init(struct kssh_keccak *k)
{
	keccak_init(k, KSSH_SHA3_512_RATE, SUFFIX_SHA3);
}

/** kssh_shake128_init() - start a SHAKE128 function in @k */
void kssh_shake128_init(struct kssh_keccak *k)
{
	keccak_init(k, KSSH_SHAKE128_RATE, SUFFIX_SHAKE);
}

/** kssh_shake256_init() - start a SHAKE256 function in @k */
void kssh_shake256_init(struct kssh_keccak *k)
{
	keccak_init(k, KSSH_SHAKE256_RATE, SUFFIX_SHAKE);
}

static void xor_byte(struct kssh_keccak *k, unsigned int pos, u8 v)
{
	k->lane[pos / 8] ^= (u64)v << (8 * (pos % 8));
}

/**
 * kssh_keccak_absorb() - mix input into a sponge
 * @k: sponge that has given no output yet
 * @data: input
 * @len: its length in bytes; any split of the input gives the same output
 *
 * Context: any.
 */
void kssh_keccak_absorb(struct kssh_keccak *k, const void *data, size_t len)
{
	const u8 *p = data;

	while (len) {
		if (k->pos % 8 == 0 && len >= 8) {
			k->lane[k->pos / 8] ^= get_unaligned_le64(p);
			k->pos += 8;
			p += 8;
			len -= 8;
		} else {
			xor_byte(k, k->pos, *p);
			k->pos++;
			p++;
			len--;
		}
		if (k->pos == k->rate) {
			keccak_permute(k->lane);
			k->pos = 0;
		}
	}
}

/**
 * kssh_keccak_squeeze() - take output from a sponge
 * @k: sponge; the first call ends its input
 * @out: output
 * @len: its length in bytes; for SHA-3, the digest size and in all no more.
 *	 Any split of the output gives the same bytes.
 *
 * Context: any.
 */
void kssh_keccak_squeeze(struct kssh_keccak *k, void *out, size_t len)
{
	u8 *p = out;

	if (!k->squeezing) {
		xor_byte(k, k->pos, k->suffix);
		xor_byte(k, k->rate - 1, 0x80);
		k->pos = k->rate;
		k->squeezing = true;
	}
	while (len) {
		if (k->pos == k->rate) {
			keccak_permute(k->lane);
			k->pos = 0;
		}
		if (k->pos % 8 == 0 && len >= 8) {
			put_unaligned_le64(k->lane[k->pos / 8], p);
			k->pos += 8;
			p += 8;
			len -= 8;
		} else {
			*p++ = k->lane[k->pos / 8] >> (8 * (k->pos % 8));
			k->pos++;
			len--;
		}
	}
}

/**
 * kssh_keccak_wipe() - erase what a sponge holds
 * @k: sponge; must be started again before use
 *
 * The permutation leaves copies of the state on the stack. Whoever absorbs a
 * secret runs where the stack is wiped afterwards too.
 */
void kssh_keccak_wipe(struct kssh_keccak *k)
{
	memzero_explicit(k, sizeof(*k));
}
