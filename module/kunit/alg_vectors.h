/* SPDX-License-Identifier: GPL-2.0 */
/* What the vectors of selftests/gen/alg_vectors.py look like, and what to do with them. */
#ifndef KSSH_ALG_VECTORS_H
#define KSSH_ALG_VECTORS_H

#include <linux/string.h>
#include <linux/unaligned.h>

#include "../kex/kex.h"

/**
 * struct cipher_frame - one packet of a direction
 * @seq: sequence number
 * @plain_len: frame before it is sealed; its contents are frame_pattern()
 * @sealed_len: bytes at @data; 0: @data is the SHA-256 of the sealed frame
 * @data: what it must become
 */
struct cipher_frame {
	u32 seq;
	u32 plain_len;
	u32 sealed_len;
	const u8 *data;
};

/* Packets that one set of keys seals one after the other. */
struct cipher_vector {
	const char *cipher;
	const char *mac;
	const u8 *key;
	const u8 *iv;
	const u8 *mac_key;
	const struct cipher_frame *frames;
	size_t n_frames;
};

/**
 * struct hostkey_vector - a key, a signature, and what is to be said of them
 * @desc: what is special
 * @alg: negotiated algorithm
 * @key: key blob
 * @sig: signature blob; empty: only the key is looked at
 * @data: what was signed
 * @check: result of kssh_hostkey_check()
 * @verify: result of kssh_hostkey_verify(), if @check is 0
 */
struct hostkey_vector {
	const char *desc;
	const char *alg;
	struct kssh_blob key;
	struct kssh_blob sig;
	struct kssh_blob data;
	int check;
	int verify;
};

/**
 * struct kex_vector - one exchange
 * @kex: method
 * @hostkey: host key algorithm
 * @cipher: ciphers by direction
 * @random: what the client's random generator gives, all of it
 * @v_c: as in struct kssh_exchange, and so the next seven
 * @v_s: server's identification
 * @i_c: client's KEXINIT
 * @i_s: server's KEXINIT
 * @k_s: host key
 * @sig: signature
 * @q_c: client's public value
 * @q_s: server's public value
 * @h: exchange hash
 * @sid: session identifier of an earlier exchange, or empty
 * @tx: frame of KEX_TX_LEN bytes, sequence number KEX_TX_SEQ, sealed by the client
 * @rx: likewise by the server
 */
struct kex_vector {
	const char *kex;
	const char *hostkey;
	const char *cipher[2];
	struct kssh_blob random, v_c, v_s, i_c, i_s, k_s, sig, q_c, q_s;
	struct kssh_blob h, sid, tx, rx;
};

#define KEX_TX_LEN	52
#define KEX_TX_SEQ	3
#define KEX_RX_LEN	68
#define KEX_RX_SEQ	7

/* The frame of @n bytes that the vectors were made from. */
static inline void frame_pattern(u8 *p, u32 n, u32 seq)
{
	u32 i;

	put_unaligned_be32(n - 4, p);
	for (i = 4; i < n; i++)
		p[i] = i * 31 + seq * 7 + (i >> 8);
}

static inline const struct kssh_cipher_alg *find_cipher(const char *name)
{
	const struct kssh_cipher_alg *a;

	for (a = kssh_cipher_algs; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

/* NULL also for no name */
static inline const struct kssh_mac_alg *find_mac(const char *name)
{
	const struct kssh_mac_alg *a;

	for (a = kssh_mac_algs; name && a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

static inline const struct kssh_hostkey_alg *find_hostkey(const char *name)
{
	const struct kssh_hostkey_alg *a;

	for (a = kssh_hostkey_algs; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

static inline const struct kssh_kex_alg *find_kex(const char *name)
{
	const struct kssh_kex_alg *a;

	for (a = kssh_kex_algs; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

#endif /* KSSH_ALG_VECTORS_H */
