// SPDX-License-Identifier: GPL-2.0
/*
 * Diffie-Hellman in the fixed groups of RFC 8268 and in a group of the server's
 * choice (RFC 4419), over the kernel's big numbers.
 *
 * mpi_powm() multiplies where its exponent has a bit set, so it is given none that
 * is secret.  The private exponent is N + 0x11...1, N of EXPONENT random bytes: its
 * digits to the base 16 are those of N plus one, and none is zero.  A power then
 * takes the same steps whatever N is: for each digit r = r^16 * b, where b is looked
 * up by reading the whole table of the base's powers.
 */
#include <crypto/utils.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mpi.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../wire/reason.h"
#include "dh_groups.h"
#include "methods.h"

/*
 * Bytes of N.  RFC 4419 6.2 and OpenSSH: twice the bits of what the strongest
 * cipher resists with, and no key here resists with more than 256.
 */
#define EXPONENT	KSSH_DH_EPHEMERAL_LEN
#define BASE		16

/* OpenSSH takes no public value with fewer bits set. */
#define BITS_SET_MIN	4

const struct kssh_blob kssh_dh_group14 = { group14, sizeof(group14) };
const struct kssh_blob kssh_dh_group16 = { group16, sizeof(group16) };
const struct kssh_blob kssh_dh_group18 = { group18, sizeof(group18) };

static struct kssh_blob prime_of(const struct kssh_exchange *x)
{
	const struct kssh_blob *prime = x->neg.kex->prime;

	return prime ? *prime : kssh_owned_blob(&x->p);
}

static struct kssh_blob generator_of(const struct kssh_exchange *x)
{
	static const u8 two[] = { 2 };

	if (x->neg.kex->gex)
		return kssh_owned_blob(&x->g);
	return (struct kssh_blob){ two, sizeof(two) };
}

/* 1 < v < p - 1, both without leading zeros; p is odd and of 2 bytes or more */
static bool inside(struct kssh_blob p, struct kssh_blob v)
{
	int diff;

	if (!v.n || (v.n == 1 && v.p[0] <= 1) || v.n > p.n)
		return false;
	if (v.n < p.n)
		return true;
	diff = memcmp(v.p, p.p, p.n - 1);
	return diff < 0 || (!diff && v.p[v.n - 1] < p.p[p.n - 1] - 1);
}

/* RFC 4253 8, RFC 4419 3, and what OpenSSH asks for besides */
static bool public_ok(struct kssh_blob p, struct kssh_blob v)
{
	unsigned int bits = 0;
	size_t i;

	if (!inside(p, v))
		return false;
	for (i = 0; i < v.n && bits < BITS_SET_MIN; i++)
		bits += hweight8(v.p[i]);
	return bits >= BITS_SET_MIN;
}

/* SP 800-56A 5.7.1.1: not 0, 1 or p - 1, which only an odd group leads to; k < p */
static bool secret_ok(struct kssh_blob p, struct kssh_blob k)
{
	size_t last = p.n - 1;

	if (k.n < p.n)
		return k.n > 1;
	return crypto_memneq(k.p, p.p, last) | (k.p[last] ^ p.p[last] ^ 1);
}

/* ---- powers ----------------------------------------------------------- */

/**
 * struct power - one exponentiation
 * @p: modulus
 * @base: what is raised
 * @r: result so far, a secret
 * @r16: @r to the power of 16; mpi_powm() writes past the end if its result is one
 *	of its operands
 * @base16: the number 16
 * @words: words of a number below @p
 * @entry: entry of @table that is asked for, a secret
 * @table: @base to the powers of 1 to 16, big-endian, of @words each
 */
struct power {
	MPI p, base, r, r16, base16;
	size_t words;
	unsigned long *entry;
	unsigned long *table;
};

static void power_free(struct power *w)
{
	mpi_free(w->p);
	mpi_free(w->base);
	mpi_free(w->r);
	mpi_free(w->r16);
	mpi_free(w->base16);
	kfree_sensitive(w->entry);
}

static int power_init(struct power *w, struct kssh_blob p, struct kssh_blob base)
{
	static const u8 sixteen[] = { BASE };

	w->words = DIV_ROUND_UP(p.n, sizeof(long));
	w->p = mpi_read_raw_data(p.p, p.n);
	w->base = mpi_read_raw_data(base.p, base.n);
	w->base16 = mpi_read_raw_data(sixteen, sizeof(sixteen));
	w->r = mpi_read_raw_data(base.p, base.n);
	w->r16 = mpi_alloc(0);
	w->entry = kcalloc(1 + BASE, w->words * sizeof(long), GFP_KERNEL);
	if (!w->p || !w->base || !w->base16 || !w->r || !w->r16 || !w->entry) {
		power_free(w);
		return -ENOMEM;
	}
	w->table = w->entry + w->words;
	return 0;
}

/* Big-endian, with leading zeros, into @n bytes that are enough. */
static int write_padded(MPI v, u8 *p, size_t n)
{
	unsigned int used;
	int err = mpi_read_buffer(v, p, n, &used, NULL);

	if (err)
		return err;
	memmove(p + n - used, p, used);
	memset(p, 0, n - used);
	return 0;
}

/* Nothing here is secret: base, modulus and which powers. */
static int fill_table(struct power *w)
{
	size_t n = w->words * sizeof(long);
	u8 *at = (u8 *)w->table;
	int i, err;

	err = write_padded(w->r, at, n);
	for (i = 1; i < BASE && !err; i++)
		err = mpi_mulm(w->r, w->r, w->base, w->p) ?:
		      write_padded(w->r, at + i * n, n);
	return err;
}

/* Base to the power of @nibble + 1; NULL: no memory. */
static MPI look_up(struct power *w, unsigned int nibble)
{
	const unsigned long *from = w->table;
	size_t n = w->words, i, k;

	memset(w->entry, 0, n * sizeof(long));
	for (i = 0; i < BASE; i++, from += n) {
		unsigned long mask = (i ^ nibble) - 1UL;

		mask = -(mask >> (BITS_PER_LONG - 1));
		OPTIMIZER_HIDE_VAR(mask);
		for (k = 0; k < n; k++)
			w->entry[k] |= from[k] & mask;
	}
	return mpi_read_raw_data(w->entry, n * sizeof(long));
}

static int one_digit(struct power *w, unsigned int nibble)
{
	MPI b = look_up(w, nibble);
	int err;

	if (!b)
		return -ENOMEM;
	err = mpi_powm(w->r16, w->r, w->base16, w->p) ?:
	      mpi_mulm(w->r, w->r16, b, w->p);
	mpi_free(b);
	return err;
}

static int all_digits(struct power *w, const u8 *exponent)
{
	int i, err = 0;

	mpi_free(w->r);
	w->r = look_up(w, exponent[0] >> 4);
	if (!w->r)
		return -ENOMEM;
	for (i = 1; i < 2 * EXPONENT && !err; i++)
		err = one_digit(w, exponent[i / 2] >> (i % 2 ? 0 : 4) & 0xf);
	return err;
}

/*
 * base^(N + 0x11...1) mod p.  @out has room for @room bytes, at least the length of
 * p in whole words; *len is set to the bytes of the result without leading zeros.
 */
static int power(struct kssh_blob p, struct kssh_blob base, const u8 *exponent,
		 u8 *out, size_t room, size_t *len)
{
	struct power w = {};
	unsigned int used;
	int err;

	err = power_init(&w, p, base);
	if (err)
		return KSSH_R_NO_MEMORY;
	err = fill_table(&w) ?: all_digits(&w, exponent) ?:
	      mpi_read_buffer(w.r, out, room, &used, NULL);
	if (!err)
		*len = used;
	power_free(&w);
	if (!err)
		return 0;
	return err == -ENOMEM ? KSSH_R_NO_MEMORY : KSSH_R_CRYPTO_FAILED;
}

/* ---- the method ------------------------------------------------------- */

int kssh_dh_keygen(struct kssh_exchange *x, const struct kssh_env *env)
{
	struct kssh_blob p = prime_of(x), e;
	int reason;
	u8 *out;

	out = kmalloc(KSSH_DH_MAX, GFP_KERNEL);
	if (!out)
		return KSSH_R_NO_MEMORY;
	env->random(env->ctx, x->ephemeral, EXPONENT);
	e.p = out;
	reason = power(p, generator_of(x), x->ephemeral, out, KSSH_DH_MAX, &e.n);
	/* a generator of few elements; the server chose it */
	if (!reason && !public_ok(p, e))
		reason = KSSH_R_KEX_GROUP;
	if (!reason)
		reason = kssh_owned_set(&x->q_c, e);
	kfree(out);
	return reason;
}

int kssh_dh_agree(struct kssh_exchange *x)
{
	struct kssh_blob p = prime_of(x), f = kssh_owned_blob(&x->q_s);
	struct kssh_blob k = { .p = x->secret };
	int reason;

	if (!public_ok(p, f))
		return KSSH_R_KEX_PUBLIC_VALUE;
	reason = power(p, f, x->ephemeral, x->secret, x->secret_len, &k.n);
	if (reason)
		return reason;
	if (!secret_ok(p, k))
		return KSSH_R_KEX_PUBLIC_VALUE;
	x->secret_len = k.n;
	return 0;
}

/* ---- group exchange --------------------------------------------------- */

/* Longest key, block, IV or MAC key of one direction, in bits. */
static u32 need_of(const struct kssh_cipher_alg *cipher, const struct kssh_mac_alg *mac)
{
	u32 need = max3(cipher->key_len, cipher->block_len, cipher->iv_len);

	if (mac)
		need = max_t(u32, need, mac->key_len);
	return 8 * need;
}

u32 kssh_gex_bits(const struct kssh_negotiated *neg)
{
	u32 need = max(need_of(neg->cipher[KSSH_TX], neg->mac[KSSH_TX]),
		       need_of(neg->cipher[KSSH_RX], neg->mac[KSSH_RX]));

	/* NIST SP 800-57 part 1, table 2, up to what anybody has groups for */
	if (need <= 112)
		return 2048;
	if (need <= 128)
		return 3072;
	return need <= 192 ? 7680 : KSSH_GEX_MAX_BITS;
}

int kssh_gex_group(struct kssh_exchange *x, struct kssh_blob p, struct kssh_blob g)
{
	size_t bits = p.n ? 8 * (p.n - 1) + fls(p.p[0]) : 0;

	if (bits < KSSH_GEX_MIN_BITS || bits > KSSH_GEX_MAX_BITS ||
	    !(p.p[p.n - 1] & 1) || !inside(p, g))
		return KSSH_R_KEX_GROUP;
	return kssh_owned_set(&x->p, p) ?: kssh_owned_set(&x->g, g);
}
