// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: sntrup761 against the known answers of its submission to NIST; its
 * arithmetic against the definitions; what it does with ciphertexts and keys that
 * are not as they should be.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/hex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <crypto/hash.h>

#include "../crypto/keccak.h"
#include "../crypto/sntrup761.h"
#include "sntrup_lab.h"
#include "sntrup_testvec.h"

#define P	KSSH_SNTRUP_P
#define Q	KSSH_SNTRUP_Q
#define W	KSSH_SNTRUP_W
#define SMALL	KSSH_SNTRUP_SMALL_SIZE
#define PK	KSSH_SNTRUP761_PK_SIZE
#define CT	KSSH_SNTRUP761_CT_SIZE

/* What every case works on; one allocation of the suite's init */
struct sntrup_fixture {
	struct kssh_sntrup761_work work;
	struct crypto_shash *sha512;
	struct kssh_keccak rng;
	u8 random[KSSH_SNTRUP761_KEYGEN_RANDOM];
	u8 pk[PK];
	u8 sk[KSSH_SNTRUP761_SK_SIZE], sk2[KSSH_SNTRUP761_SK_SIZE];
	u8 ct[CT], ct2[CT];
	u8 ss[KSSH_SNTRUP761_SS_SIZE], ss2[KSSH_SNTRUP761_SS_SIZE];
	struct kssh_sntrup_small a, b, c;
	struct kssh_sntrup_rq h, h2;
	union kssh_sntrup_scratch poly;
	union kssh_sntrup_digits digits;
	s32 sum[2 * P - 1];
};

static void sntrup_free_hash(void *sha512)
{
	crypto_free_shash(sha512);
}

static int sntrup_init(struct kunit *test)
{
	struct sntrup_fixture *f;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->sha512 = crypto_alloc_shash("sha512", 0, 0);
	if (IS_ERR(f->sha512))
		return PTR_ERR(f->sha512);
	kssh_shake128_init(&f->rng);
	test->priv = f;
	return kunit_add_action_or_reset(test, sntrup_free_hash, f->sha512);
}

/* The next key pair of the generator, and what is encapsulated for it */
static void draw_key(struct kunit *test, struct sntrup_fixture *f)
{
	kssh_keccak_squeeze(&f->rng, f->random, sizeof(f->random));
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_keygen(f->pk, f->sk, f->random,
						       f->sha512, &f->work));
	kssh_keccak_squeeze(&f->rng, f->random, KSSH_SNTRUP761_ENCAPS_RANDOM);
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_encaps(f->ct, f->ss, f->pk,
						       f->random, f->sha512,
						       &f->work));
}

static void open_ct(struct kunit *test, struct sntrup_fixture *f, u8 *ss)
{
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_decaps(ss, f->ct, f->sk, f->sha512,
						       &f->work));
}

/* What implicit rejection answers: HashSession(0, rho, ct) */
static void rejection_secret(struct kunit *test, struct sntrup_fixture *f, u8 *ss)
{
	u8 digest[64], *in;
	const size_t n = 1 + 32 + CT;

	in = kunit_kzalloc(test, n, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, in);
	in[0] = 3;
	memcpy(in + 1, f->sk + 2 * SMALL + PK, SMALL);
	KUNIT_ASSERT_EQ(test, 0, crypto_shash_tfm_digest(f->sha512, in, 1 + SMALL,
							 digest));
	in[0] = 0;
	memcpy(in + 1, digest, 32);
	memcpy(in + 1 + 32, f->ct, CT);
	KUNIT_ASSERT_EQ(test, 0, crypto_shash_tfm_digest(f->sha512, in, n, digest));
	memcpy(ss, digest, KSSH_SNTRUP761_SS_SIZE);
	kunit_kfree(test, in);
}

static void expect_rejection(struct kunit *test, struct sntrup_fixture *f,
			     const char *what, unsigned int i)
{
	u8 want[KSSH_SNTRUP761_SS_SIZE];

	rejection_secret(test, f, want);
	open_ct(test, f, f->ss2);
	KUNIT_EXPECT_MEMEQ_MSG(test, f->ss2, want, sizeof(want), "%s %u", what, i);
}

static void sntrup_known(struct kunit *test)
{
	const struct sntrup_vector *v = test->param_value;
	struct sntrup_fixture *f = test->priv;
	u8 r[SMALL];

	KUNIT_ASSERT_EQ(test, 0, hex2bin(f->sk2, v->sk, sizeof(f->sk2)));
	KUNIT_ASSERT_EQ(test, 0, hex2bin(f->ct2, v->ct, sizeof(f->ct2)));
	KUNIT_ASSERT_EQ(test, 0, hex2bin(f->ss2, v->ss, sizeof(f->ss2)));
	KUNIT_ASSERT_EQ(test, 0, hex2bin(r, v->r, sizeof(r)));

	KUNIT_ASSERT_TRUE(test, lab_choose_key(f->random, f->sk2, &f->work));
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_keygen(f->pk, f->sk, f->random,
						       f->sha512, &f->work));
	KUNIT_EXPECT_MEMEQ(test, f->sk, f->sk2, sizeof(f->sk));
	KUNIT_EXPECT_MEMEQ(test, f->pk, f->sk2 + 2 * SMALL, PK);

	kssh_sntrup_small_decode(&f->a, r);
	lab_choose_short(f->random, &f->a);
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_encaps(f->ct, f->ss, f->pk,
						       f->random, f->sha512,
						       &f->work));
	KUNIT_EXPECT_MEMEQ(test, f->ct, f->ct2, sizeof(f->ct));
	KUNIT_EXPECT_MEMEQ(test, f->ss, f->ss2, sizeof(f->ss));

	memset(f->ss, 0, sizeof(f->ss));
	open_ct(test, f, f->ss);
	KUNIT_EXPECT_MEMEQ(test, f->ss, f->ss2, sizeof(f->ss));
}

KUNIT_ARRAY_PARAM_DESC(sntrup, sntrup_vectors, desc);

static void sntrup_both_ends(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		draw_key(test, f);
		open_ct(test, f, f->ss2);
		KUNIT_EXPECT_MEMEQ(test, f->ss2, f->ss, sizeof(f->ss));
	}
}

/* A change of a ciphertext is rejected, and only implicitly. */
static void sntrup_implicit_rejection(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int i;

	draw_key(test, f);
	for (i = 0; i < CT; i += i < CT - 40 ? 8 : 1) {
		f->ct[i] ^= 1 << (i / 8 % 8);
		expect_rejection(test, f, "byte", i);
		f->ct[i] ^= 1 << (i / 8 % 8);
	}
	open_ct(test, f, f->ss2);
	KUNIT_EXPECT_MEMEQ(test, f->ss2, f->ss, sizeof(f->ss));
}

/* Bytes that no one encoded, digits above their base among them */
static void sntrup_any_ciphertext(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int i;

	draw_key(test, f);
	for (i = 0; i < 32; i++) {
		kssh_keccak_squeeze(&f->rng, f->ct, sizeof(f->ct));
		if (i < 2)
			memset(f->ct, i ? 0xff : 0, sizeof(f->ct));
		expect_rejection(test, f, "draw", i);
	}
}

/* Another public key in the secret one: nothing opens any more. */
static void sntrup_other_key(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;

	draw_key(test, f);
	f->sk[2 * SMALL + 5] ^= 1;
	expect_rejection(test, f, "public key", 5);
	f->sk[2 * SMALL + 5] ^= 1;
	f->sk[sizeof(f->sk) - 1] ^= 1;
	expect_rejection(test, f, "hash", 0);
}

/*
 * An r of another weight is no r, even if all else fits: made as the peer makes
 * his, and of one that is right to see that it is.
 */
static void sntrup_wrong_weight(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	u8 in[1 + SMALL], digest[64];
	int r;

	for (r = 0; r < 3; r++) {
		draw_key(test, f);
		memset(&f->a, 0, sizeof(f->a));
		memset(f->a.c, 1, W - 1 + r);
		kssh_sntrup_rq_decode(&f->h, f->pk, &f->digits);
		kssh_sntrup_rq_mul(&f->h, &f->h, &f->a, &f->poly);
		kssh_sntrup_rq_round(&f->h);
		kssh_sntrup_rounded_encode(f->ct, &f->h, &f->digits);

		in[0] = 3;
		kssh_sntrup_small_encode(in + 1, &f->a);
		KUNIT_ASSERT_EQ(test, 0, crypto_shash_tfm_digest(f->sha512, in,
								 1 + SMALL, digest));
		in[0] = 2;
		memcpy(in + 1, digest, 32);
		memcpy(in + 33, f->sk + sizeof(f->sk) - 32, 32);
		KUNIT_ASSERT_EQ(test, 0, crypto_shash_tfm_digest(f->sha512, in, 65,
								 digest));
		memcpy(f->ct + CT - 32, digest, 32);
		if (r != 1) {
			expect_rejection(test, f, "weight", W - 1 + r);
			continue;
		}
		rejection_secret(test, f, f->ss);
		open_ct(test, f, f->ss2);
		KUNIT_EXPECT_MEMNEQ(test, f->ss, f->ss2, sizeof(f->ss));
	}
}

/* A public key that no one encoded is reduced, as the generator's is. */
static void sntrup_any_public_key(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	u8 want[32], digest[64], r[SMALL];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, hex2bin(r, sntrup_vectors[0].r, sizeof(r)));
	kssh_sntrup_small_decode(&f->a, r);
	lab_choose_short(f->random, &f->a);
	for (i = 0; i < ARRAY_SIZE(sntrup_odd_keys); i++) {
		memset(f->pk, 0xff, sizeof(f->pk));
		put_unaligned_le16(sntrup_odd_keys[i].end, f->pk + PK - 2);
		KUNIT_ASSERT_EQ(test, 0, hex2bin(want, sntrup_odd_keys[i].ct, 32));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_encaps(f->ct, f->ss, f->pk,
							       f->random, f->sha512,
							       &f->work));
		KUNIT_ASSERT_EQ(test, 0, crypto_shash_tfm_digest(f->sha512, f->ct,
								 CT, digest));
		KUNIT_EXPECT_MEMEQ_MSG(test, digest, want, 32, "%u", i);
	}
}

/* Modulo 3, x^761 - x - 1 has this factor of degree 19. */
static const s8 factor[] = {
	1, 1, 0, 1, 1, 1, -1, 1, -1, 1, 0, 1, -1, -1, -1, -1, 1, 0, -1, -1
};

static void sntrup_no_inverse(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;

	kssh_keccak_squeeze(&f->rng, f->random, sizeof(f->random));
	lab_choose_small(f->random, &f->a);
	KUNIT_EXPECT_EQ(test, -EAGAIN,
			kssh_sntrup761_keygen(f->pk, f->sk, f->random, f->sha512,
					      &f->work));
	memcpy(f->a.c + 100, factor, sizeof(factor));
	lab_choose_small(f->random, &f->a);
	KUNIT_EXPECT_EQ(test, -EAGAIN,
			kssh_sntrup761_keygen(f->pk, f->sk, f->random, f->sha512,
					      &f->work));
	f->a.c[0] = 1;
	lab_choose_small(f->random, &f->a);
	KUNIT_EXPECT_EQ(test, 0,
			kssh_sntrup761_keygen(f->pk, f->sk, f->random, f->sha512,
					      &f->work));
}

static void draw_small(struct sntrup_fixture *f, struct kssh_sntrup_small *p)
{
	kssh_keccak_squeeze(&f->rng, f->random, KSSH_SNTRUP_SAMPLE_SIZE);
	kssh_sntrup_small_random(p, f->random);
}

static void draw_short(struct sntrup_fixture *f, struct kssh_sntrup_small *p)
{
	kssh_keccak_squeeze(&f->rng, f->random, KSSH_SNTRUP_SAMPLE_SIZE);
	kssh_sntrup_short_random(p, f->random, &f->digits);
}

static void draw_rq(struct sntrup_fixture *f, struct kssh_sntrup_rq *p)
{
	unsigned int i;
	u8 raw[4];

	for (i = 0; i < P; i++) {
		kssh_keccak_squeeze(&f->rng, raw, sizeof(raw));
		p->c[i] = (get_unaligned_le32(raw) & 0xffffff) % Q - Q / 2;
	}
}

/* f->sum, 2 p - 1 coefficients, modulo x^p - x - 1 */
static void fold(struct sntrup_fixture *f)
{
	unsigned int i;

	for (i = 2 * P - 2; i >= P; i--) {
		f->sum[i - P] += f->sum[i];
		f->sum[i - P + 1] += f->sum[i];
	}
}

/* Does @c stand for f->sum[i] modulo @m? */
static bool congruent(const struct sntrup_fixture *f, unsigned int i, int c, int m)
{
	return !((f->sum[i] - c) % m);
}

/* Products are those of the definition; the largest coefficients are there. */
static void sntrup_products(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int round, i, j;

	for (round = 0; round < 6; round++) {
		draw_rq(f, &f->h);
		draw_small(f, &f->a);
		draw_small(f, &f->b);
		for (i = 0; round < 2 && i < P; i++) {
			f->h.c[i] = round ? Q / 2 : -(Q / 2);
			f->a.c[i] = 1;
			f->b.c[i] = round ? 1 : -1;
		}
		memset(f->sum, 0, sizeof(f->sum));
		for (i = 0; i < P; i++)
			for (j = 0; j < P; j++)
				f->sum[i + j] += f->h.c[i] * f->a.c[j];
		fold(f);
		kssh_sntrup_rq_mul(&f->h, &f->h, &f->a, &f->poly);
		for (i = 0; i < P; i++) {
			KUNIT_ASSERT_LE(test, f->h.c[i], Q / 2);
			KUNIT_ASSERT_GE(test, f->h.c[i], -(Q / 2));
			KUNIT_ASSERT_TRUE(test, congruent(f, i, f->h.c[i], Q));
		}

		memset(f->sum, 0, sizeof(f->sum));
		for (i = 0; i < P; i++)
			for (j = 0; j < P; j++)
				f->sum[i + j] += f->a.c[i] * f->b.c[j];
		fold(f);
		kssh_sntrup_r3_mul(&f->b, &f->a, &f->b, &f->poly);
		for (i = 0; i < P; i++) {
			KUNIT_ASSERT_LE(test, f->b.c[i], 1);
			KUNIT_ASSERT_GE(test, f->b.c[i], -1);
			KUNIT_ASSERT_TRUE(test, congruent(f, i, f->b.c[i], 3));
		}
	}
}

/* An inverse times its element is 1; of 3 f in R/q, 1 / 3. */
static void sntrup_inverses(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int round, i;

	for (round = 0; round < 6; round++) {
		draw_small(f, &f->a);
		memset(&f->c, 0, sizeof(f->c));
		if (!round) {
			memset(&f->a, 0, sizeof(f->a));
			f->a.c[P - 1] = -1;
		}
		KUNIT_ASSERT_TRUE(test, kssh_sntrup_r3_recip(&f->b, &f->a, &f->poly));
		kssh_sntrup_r3_mul(&f->b, &f->b, &f->a, &f->poly);
		f->c.c[0] = 1;
		KUNIT_EXPECT_MEMEQ(test, f->b.c, f->c.c, P);

		if (round)
			draw_short(f, &f->a);
		kssh_sntrup_rq_recip3(&f->h, &f->a, &f->poly);
		kssh_sntrup_rq_mul(&f->h, &f->h, &f->a, &f->poly);
		KUNIT_EXPECT_EQ(test, f->h.c[0], (1 - Q) / 3);
		for (i = 1; i < P; i++)
			KUNIT_ASSERT_EQ(test, f->h.c[i], 0);
	}
}

/* 3 c modulo q and then modulo 3, and the nearest multiple of 3: every c */
static void sntrup_every_coefficient(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	int c, i, triple;

	for (c = -(Q / 2); c <= Q / 2; c += P) {
		for (i = 0; i < P; i++)
			f->h.c[i] = min(c + i, Q / 2);
		kssh_sntrup_r3_from_3rq(&f->a, &f->h);
		f->h2 = f->h;
		kssh_sntrup_rq_round(&f->h2);
		for (i = 0; i < P; i++) {
			triple = 3 * f->h.c[i];
			if (triple > Q / 2)
				triple -= Q;
			if (triple < -(Q / 2))
				triple += Q;
			KUNIT_ASSERT_EQ(test, (triple + 3 * Q - f->a.c[i]) % 3, 0);
			KUNIT_ASSERT_EQ(test, f->h2.c[i] % 3, 0);
			KUNIT_ASSERT_LE(test, abs(f->h2.c[i] - f->h.c[i]), 1);
		}
	}
}

/* What is decoded again is what was encoded; all is in range whatever the bytes. */
static void sntrup_encodings(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int round, i;

	for (round = 0; round < 16; round++) {
		draw_rq(f, &f->h);
		for (i = 0; round < 2 && i < P; i++)
			f->h.c[i] = round ? Q / 2 : -(Q / 2);
		kssh_sntrup_rq_encode(f->pk, &f->h, &f->digits);
		kssh_sntrup_rq_decode(&f->h2, f->pk, &f->digits);
		KUNIT_EXPECT_MEMEQ(test, f->h.c, f->h2.c, sizeof(f->h.c));

		kssh_sntrup_rq_round(&f->h);
		kssh_sntrup_rounded_encode(f->ct, &f->h, &f->digits);
		kssh_sntrup_rounded_decode(&f->h2, f->ct, &f->digits);
		KUNIT_EXPECT_MEMEQ(test, f->h.c, f->h2.c, sizeof(f->h.c));

		kssh_keccak_squeeze(&f->rng, f->pk, sizeof(f->pk));
		if (!round)
			memset(f->pk, 0xff, sizeof(f->pk));
		kssh_sntrup_rq_decode(&f->h, f->pk, &f->digits);
		kssh_sntrup_rounded_decode(&f->h2, f->pk, &f->digits);
		for (i = 0; i < P; i++) {
			KUNIT_ASSERT_LE(test, abs(f->h.c[i]), Q / 2);
			KUNIT_ASSERT_LE(test, abs(f->h2.c[i]), Q / 2);
		}
	}
}

static unsigned int weight(const struct kssh_sntrup_small *p)
{
	unsigned int i, n = 0;

	for (i = 0; i < P; i++)
		n += p->c[i] != 0;
	return n;
}

/* f->random by rank, which is what sorting it is for */
static void expect_order(struct kunit *test, struct sntrup_fixture *f)
{
	u32 *word = f->digits.word;
	unsigned int i, j, rank;

	for (i = 0; i < P; i++) {
		word[i] = get_unaligned_le32(f->random + 4 * i) & ~3U;
		word[i] |= i < W ? f->random[4 * i] & 2 : 1;
	}
	for (i = 0; i < P; i++) {
		for (j = 0, rank = 0; j < P; j++)
			rank += word[j] < word[i] || (word[j] == word[i] && j < i);
		KUNIT_ASSERT_EQ(test, f->a.c[rank], (s8)((word[i] & 3) - 1));
	}
}

static void sntrup_short_elements(struct kunit *test)
{
	struct sntrup_fixture *f = test->priv;
	unsigned int round, i;

	for (round = 0; round < 16; round++) {
		draw_short(f, &f->a);
		KUNIT_EXPECT_EQ(test, weight(&f->a), W);
		expect_order(test, f);
		f->b = f->a;
		kssh_sntrup_short_force(&f->b);
		KUNIT_EXPECT_MEMEQ(test, f->a.c, f->b.c, P);

		lab_choose_short(f->random, &f->a);
		kssh_sntrup_short_random(&f->b, f->random, &f->digits);
		KUNIT_EXPECT_MEMEQ(test, f->a.c, f->b.c, P);

		kssh_sntrup_small_encode(f->sk, &f->a);
		kssh_sntrup_small_decode(&f->b, f->sk);
		KUNIT_EXPECT_MEMEQ(test, f->a.c, f->b.c, P);

		/* one too many, then one too few */
		for (i = 0; f->a.c[i]; i++)
			;
		f->a.c[i] = -1;
		kssh_sntrup_short_force(&f->a);
		for (i = 0; !f->b.c[i]; i++)
			;
		f->b.c[i] = 0;
		kssh_sntrup_short_force(&f->b);
		KUNIT_EXPECT_MEMEQ(test, f->a.c, f->b.c, P);
		for (i = 0; i < P; i++)
			KUNIT_ASSERT_EQ(test, f->a.c[i], i < W);
	}
	memset(f->random, 0xff, sizeof(f->random));
	kssh_sntrup_short_random(&f->a, f->random, &f->digits);
	KUNIT_EXPECT_EQ(test, weight(&f->a), W);
}

static struct kunit_case sntrup_cases[] = {
	KUNIT_CASE_PARAM(sntrup_known, sntrup_gen_params),
	KUNIT_CASE(sntrup_both_ends),
	KUNIT_CASE(sntrup_implicit_rejection),
	KUNIT_CASE(sntrup_any_ciphertext),
	KUNIT_CASE(sntrup_other_key),
	KUNIT_CASE(sntrup_wrong_weight),
	KUNIT_CASE(sntrup_any_public_key),
	KUNIT_CASE(sntrup_no_inverse),
	KUNIT_CASE(sntrup_products),
	KUNIT_CASE(sntrup_inverses),
	KUNIT_CASE(sntrup_every_coefficient),
	KUNIT_CASE(sntrup_encodings),
	KUNIT_CASE(sntrup_short_elements),
	{}
};

static struct kunit_suite sntrup_suite = {
	.name = "kssh_crypto_sntrup",
	.init = sntrup_init,
	.test_cases = sntrup_cases,
};

kunit_test_suites(&sntrup_suite);
