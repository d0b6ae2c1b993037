/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Key exchange methods and the exchange: everything that one key exchange knows,
 * secrets included, in one struct that a job can own while no lock is held.
 */
#ifndef KSSH_KEX_H
#define KSSH_KEX_H

#include "../alg/cipher.h"
#include "../alg/comp.h"
#include "../alg/hash.h"
#include "../alg/hostkey.h"
#include "../alg/secret.h"
#include "../wire/msg.h"
#include "../wire/wire.h"

struct kssh_exchange;
struct kssh_nist_curve;
struct kssh_mlkem_params;
struct shash_desc;

/**
 * struct kssh_env - where randomness and time come from
 * @random: fills @n bytes; any context that may sleep
 * @now: monotonic ns
 * @ctx: first argument of both
 *
 * Outlives every conn and job made with it.
 */
struct kssh_env {
	void (*random)(void *ctx, void *p, size_t n);
	u64 (*now)(void *ctx);
	void *ctx;
};

/**
 * struct kssh_kex_alg - one key exchange method
 * @name: SSH name
 * @hash: hash of the exchange and of key derivation
 * @client_len: exact length of our public value (Q_C, or C_INIT of the hybrids),
 *	0: as many bytes as the number has
 * @server_len: exact length of the server's (Q_S, S_REPLY); 0: @agree checks it
 * @ephemeral_len: bytes of private state between @keygen and @agree
 * @secret_len: bytes of shared secret that @agree writes, or the most of it
 * @secret_is_string: K enters hash and derivation as string (the hybrids), else
 *	as mpint
 * @public_is_mpint: public values are numbers, in messages and hash mpints, else
 *	strings
 * @fips: approved under fips_enabled
 * @pq: a quantum computer alone does not break it
 * @curve: NIST curve that the method needs, or NULL
 * @kem: parameter set of a hybrid with ML-KEM, or NULL; its other half is ECDH over
 *	@curve, or X25519
 * @gex: the server chooses the group (RFC 4419): asked for with kssh_gex_bits(),
 *	given to kssh_gex_group() before @keygen
 * @prime: the group's, of the fixed groups
 * @keygen: fill x->q_c and x->ephemeral; 0 or a reason
 * @agree: fill x->secret from x->q_s, lower x->secret_len if it is less than
 *	@secret_len; 0, KSSH_R_KEX_PUBLIC_VALUE, ...
 *
 * Both run in a job: process context, no lock, may sleep.
 */
struct kssh_kex_alg {
	const char *name;
	enum kssh_hash hash;
	u16 client_len;
	u16 server_len;
	u16 ephemeral_len;
	u16 secret_len;
	bool secret_is_string;
	bool public_is_mpint;
	bool fips;
	bool pq;
	const struct kssh_nist_curve *curve;
	const struct kssh_mlkem_params *kem;
	bool gex;
	const struct kssh_blob *prime;
	int (*keygen)(struct kssh_exchange *x, const struct kssh_env *env);
	int (*agree)(struct kssh_exchange *x);
};

/* In default order, ended by an entry without a name. */
extern const struct kssh_kex_alg kssh_kex_algs[];

/* Can the running kernel do it (and may it, under fips_enabled)?  Sleeps at the
 * first call.
 */
bool kssh_kex_usable(const struct kssh_kex_alg *a);

#define KSSH_HOSTKEY_MAX	(16 * 1024)	/* longest K_S or signature taken */

/**
 * struct kssh_owned - bytes that this struct owns
 * @p: kmalloc'ed, or NULL
 * @n: number of bytes
 */
struct kssh_owned {
	u8 *p;
	size_t n;
};

/* Replace *o by a copy of b.  0 or KSSH_R_NO_MEMORY. */
int kssh_owned_set(struct kssh_owned *o, struct kssh_blob b);

void kssh_owned_drop(struct kssh_owned *o);	/* empty afterwards */

static inline struct kssh_blob kssh_owned_blob(const struct kssh_owned *o)
{
	return (struct kssh_blob){ .p = o->p, .n = o->n };
}

/* What KEXINIT settled.  Direction 0 is client to server (tx), 1 server to client. */
#define KSSH_TX	0
#define KSSH_RX	1

struct kssh_negotiated {
	const struct kssh_kex_alg *kex;
	const struct kssh_hostkey_alg *hostkey;
	const struct kssh_cipher_alg *cipher[2];
	const struct kssh_mac_alg *mac[2];	/* NULL if the cipher brings its own */
	const struct kssh_comp_alg *comp[2];
};

/**
 * struct kssh_exchange - one key exchange (RFC 4253 7 and 8)
 * @neg: what was negotiated
 * @v_c: our identification without CR LF
 * @v_s: the server's
 * @i_c: payload of our KEXINIT
 * @i_s: payload of the server's
 * @k_s: host key blob
 * @sig: signature blob
 * @q_c: our public value; a number without leading zeros
 * @q_s: the server's, likewise
 * @p: modulus that the server chose; a number without leading zeros, empty but in
 *	group exchange
 * @g: generator, likewise
 * @ephemeral: private state of @neg.kex between keygen and agree, of as many bytes
 *	as the method says; NULL before and after
 * @secret: shared secret; NULL but in kssh_exchange_finish()
 * @secret_len: bytes of it
 * @k: K as it enters hash and derivation; NULL but in kssh_exchange_finish()
 * @k_len: bytes of it
 * @desc: the exchange hash so far: @v_c to @i_s are in it, and gone; NULL: nothing is
 * @h: exchange hash, @h_len bytes
 * @session_id: first exchange hash of the connection; equals @h in the first
 *	exchange (where @session_id_len is 0 until kssh_exchange_finish())
 * @has_comp: by direction, there is a state of compression: none is to be made
 * @keys: results of kssh_exchange_finish(), by direction; who takes them sets NULL
 * @comp: likewise; NULL if nothing is to be compressed, or @has_comp
 *
 * Owner: the conn, or the job that runs on it.  Freed by kssh_exchange_free(),
 * the one place that wipes it.
 */
struct kssh_exchange {
	struct kssh_negotiated neg;
	struct kssh_owned v_c, v_s, i_c, i_s, k_s, sig, q_c, q_s;
	struct kssh_owned p, g;
	u8 *ephemeral;
	u8 *secret;
	size_t secret_len;
	u8 *k;
	size_t k_len;
	struct shash_desc *desc;
	u8 h[KSSH_HASH_MAX];
	size_t h_len;
	u8 session_id[KSSH_HASH_MAX];
	size_t session_id_len;
	bool has_comp[2];
	struct kssh_keys *keys[2];
	struct kssh_comp *comp[2];
};

struct kssh_exchange *kssh_exchange_new(void);	/* zeroed; NULL: no memory */
void kssh_exchange_free(struct kssh_exchange *x);	/* NULL is fine */

/* Bounds on the modulus in group exchange (RFC 4419 3), in bits. */
#define KSSH_GEX_MIN_BITS	2048
#define KSSH_GEX_MAX_BITS	8192

/* The size that is preferred, by what the negotiated ciphers and MACs need, and by
 * OpenSSH's table of that.
 */
u32 kssh_gex_bits(const struct kssh_negotiated *neg);

/**
 * kssh_gex_group - take the group that the server chose
 * @x: exchange of a method with gex
 * @p: modulus, without leading zeros
 * @g: generator, likewise
 *
 * p is odd and within the bounds, 1 < g < p - 1; that p is prime is not tested: who
 * chose it signs it.  Cheap: no arithmetic.
 * Return: 0, KSSH_R_KEX_GROUP, KSSH_R_NO_MEMORY.
 */
int kssh_gex_group(struct kssh_exchange *x, struct kssh_blob p, struct kssh_blob g);

/**
 * kssh_exchange_begin - make our ephemeral key
 * @x: neg.kex set
 * @env: randomness
 *
 * Runs in a job.  Return: 0 or a reason; x->q_c is set.
 */
int kssh_exchange_begin(struct kssh_exchange *x, const struct kssh_env *env);

/**
 * kssh_exchange_absorb - begin the exchange hash
 * @x: neg.kex, v_c, v_s, i_c and i_s set
 *
 * They are the long ones, and are not needed any more.  kssh_exchange_finish() does it
 * if nobody has.
 * Return: 0 or a reason.
 */
int kssh_exchange_absorb(struct kssh_exchange *x);

/* Wipe our ephemeral key: the method is another, kssh_exchange_begin() comes again. */
void kssh_exchange_again(struct kssh_exchange *x);

/**
 * kssh_exchange_finish - agree, hash, verify, derive
 * @x: everything up to q_s, k_s and sig set; k_s has passed kssh_hostkey_check()
 *
 * Computes the shared secret, H (RFC 4253 8, RFC 4419 3, RFC 5656 4, RFC 8731 3.1,
 * and RFC 10042 2.5 for the hybrids), verifies the signature, then derives the six
 * values of RFC 4253 7.2 and makes the keys of both directions, and what compression
 * needs, so that nothing can be missing at NEWKEYS.
 * The shared secret and the ephemeral key are wiped before it returns.
 * Runs in a job: process context, no lock, sleeps.
 * Return: 0 or a reason.
 */
int kssh_exchange_finish(struct kssh_exchange *x);

#endif /* KSSH_KEX_H */
