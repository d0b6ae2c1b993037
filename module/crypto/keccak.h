/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-3 hashes and SHAKE extendable output functions (FIPS 202).
 *
 * One path for every supported kernel: 6.12 has no SHAKE at all, and its SHA-3
 * is reached by a transform handle only.
 */
#ifndef KSSH_CRYPTO_KECCAK_H
#define KSSH_CRYPTO_KECCAK_H

#include <linux/types.h>

#define KSSH_SHA3_256_SIZE	32
#define KSSH_SHA3_512_SIZE	64

/* Bytes taken or given by one permutation (FIPS 202, table 3 and section 6). */
#define KSSH_SHA3_256_RATE	136
#define KSSH_SHA3_512_RATE	72
#define KSSH_SHAKE128_RATE	168
#define KSSH_SHAKE256_RATE	136

/**
 * struct kssh_keccak - a sponge
 * @lane: the state; lane x + 5 y of FIPS 202, in host byte order
 * @rate: bytes of @lane that input is mixed into and output is taken from
 * @pos: offset of the next byte within @rate
 * @suffix: domain bits of the function, with the first bit of the padding
 * @squeezing: whether the padding has been added
 *
 * Owned by one caller at a time. Holds what was absorbed: kssh_keccak_wipe()
 * it after use when that was secret.
 */
struct kssh_keccak {
	u64 lane[25];
	u8 rate;
	u8 pos;
	u8 suffix;
	bool squeezing;
};

/*
 * Each of these starts a sponge anew, whatever it held. They do not fail.
 */
void kssh_sha3_256_init(struct kssh_keccak *k);
void kssh_sha3_512_init(struct kssh_keccak *k);
void kssh_shake128_init(struct kssh_keccak *k);
void kssh_shake256_init(struct kssh_keccak *k);

void kssh_keccak_absorb(struct kssh_keccak *k, const void *data, size_t len);
void kssh_keccak_squeeze(struct kssh_keccak *k, void *out, size_t len);
void kssh_keccak_wipe(struct kssh_keccak *k);

#endif
