// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: ML-KEM-768 and ML-KEM-1024 against NIST's and C2SP's vectors; their
 * arithmetic against the definitions of FIPS 203; what they do with keys and
 * ciphertexts that are not as they should be.
 */
#include <kunit/test.h>
#include <linux/hex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../crypto/mlkem.h"
#include "mlkem_testvec.h"

#define N	KSSH_MLKEM_N
#define Q	KSSH_MLKEM_Q

/* What every case works on; one allocation of the suite's init */
struct mlkem_fixture {
	struct kssh_mlkem_work work;
	struct kssh_keccak rng;
	u8 d[KSSH_MLKEM_SYM_SIZE];
	u8 z[KSSH_MLKEM_SYM_SIZE];
	u8 m[KSSH_MLKEM_SYM_SIZE];
	u8 ek[KSSH_MLKEM_EK_MAX];
	u8 dk[KSSH_MLKEM_DK_MAX];
	u8 ct[KSSH_MLKEM_CT_MAX];
	u8 ss[KSSH_MLKEM_SS_SIZE];
	u8 ss2[KSSH_MLKEM_SS_SIZE];
	struct kssh_mlkem_poly a, b, c;
	struct kssh_mlkem_twist twist;
	s32 sum[N];
};

KUNIT_ARRAY_PARAM_DESC(mlkem, mlkem_sets, name);

static int mlkem_init(struct kunit *test)
{
	struct mlkem_fixture *f;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	kssh_shake128_init(&f->rng);
	test->priv = f;
	return 0;
}

/* The next key pair of the generator; @f->m is drawn too */
static void draw_key(struct mlkem_fixture *f,
		     const struct kssh_mlkem_params *set)
{
	kssh_keccak_squeeze(&f->rng, f->d, sizeof(f->d));
	kssh_keccak_squeeze(&f->rng, f->z, sizeof(f->z));
	kssh_keccak_squeeze(&f->rng, f->m, sizeof(f->m));
	kssh_mlkem_keygen(set, f->ek, f->dk, f->d, f->z, &f->work);
}

/* Compares the SHA3-256 of @data with one in hexadecimal */
static bool hash_is(const void *data, size_t len, const char *hex)
{
	u8 want[KSSH_SHA3_256_SIZE], got[KSSH_SHA3_256_SIZE];
	struct kssh_keccak k;

	kssh_sha3_256_init(&k);
	kssh_keccak_absorb(&k, data, len);
	kssh_keccak_squeeze(&k, got, sizeof(got));
	return !hex2bin(want, hex, sizeof(want)) &&
	       !memcmp(got, want, sizeof(want));
}

/* What implicit rejection answers: J(z || ct) of FIPS 203, section 4.1 */
static void rejection_secret(u8 out[KSSH_MLKEM_SS_SIZE],
			     const u8 z[KSSH_MLKEM_SYM_SIZE],
			     const u8 *ct, size_t ct_size)
{
	struct kssh_keccak k;

	kssh_shake256_init(&k);
	kssh_keccak_absorb(&k, z, KSSH_MLKEM_SYM_SIZE);
	kssh_keccak_absorb(&k, ct, ct_size);
	kssh_keccak_squeeze(&k, out, KSSH_MLKEM_SS_SIZE);
}

/* FIPS 203, tables 2 and 3 */
static void mlkem_sizes(struct kunit *test)
{
	static const struct kssh_mlkem_params want[] = {
		{ 3, 10, 4, 1184, 2400, 1088 }, { 4, 11, 5, 1568, 3168, 1568 },
	};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, ARRAY_SIZE(want), ARRAY_SIZE(mlkem_sets));
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		const struct kssh_mlkem_params *set = mlkem_sets[i].set;

		KUNIT_EXPECT_EQ(test, set->k, want[i].k);
		KUNIT_EXPECT_EQ(test, set->du, want[i].du);
		KUNIT_EXPECT_EQ(test, set->dv, want[i].dv);
		KUNIT_EXPECT_EQ(test, set->ek_size, want[i].ek_size);
		KUNIT_EXPECT_EQ(test, set->dk_size, want[i].dk_size);
		KUNIT_EXPECT_EQ(test, set->ct_size, want[i].ct_size);
	}
}

static void mlkem_keygen(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	const struct mlkem_keygen_vector *v;
	struct mlkem_fixture *f = test->priv;

	for (v = s->keygen; v < s->keygen + s->n_keygen; v++) {
		KUNIT_ASSERT_EQ(test, hex2bin(f->d, v->seed, 32), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(f->z, v->seed + 64, 32), 0);
		kssh_mlkem_keygen(s->set, f->ek, f->dk, f->d, f->z, &f->work);
		KUNIT_EXPECT_TRUE_MSG(test, hash_is(f->ek, s->set->ek_size,
						    v->ek_hash), "%s", v->desc);
		KUNIT_EXPECT_TRUE_MSG(test, hash_is(f->dk, s->set->dk_size,
						    v->dk_hash), "%s", v->desc);
	}
}

static void mlkem_encaps(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	const struct mlkem_encaps_vector *v;
	struct mlkem_fixture *f = test->priv;

	for (v = s->encaps; v < s->encaps + s->n_encaps; v++) {
		KUNIT_ASSERT_EQ(test, strlen(v->ek), 2 * s->set->ek_size);
		KUNIT_ASSERT_EQ(test, hex2bin(f->ek, v->ek, s->set->ek_size), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(f->m, v->m, sizeof(f->m)), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(f->ss2, v->ss, sizeof(f->ss2)), 0);
		KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(s->set, f->ct, f->ss,
							f->ek, f->m, &f->work), 0);
		KUNIT_EXPECT_TRUE_MSG(test, hash_is(f->ct, s->set->ct_size,
						    v->ct_hash), "%s", v->desc);
		KUNIT_EXPECT_MEMEQ_MSG(test, f->ss, f->ss2, sizeof(f->ss), "%s",
				       v->desc);
	}
}

static void mlkem_decaps(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	const struct mlkem_decaps_vector *v;
	struct mlkem_fixture *f = test->priv;
	unsigned int altered = 0;

	KUNIT_ASSERT_EQ(test, strlen(s->decaps_dk), 2 * s->set->dk_size);
	KUNIT_ASSERT_EQ(test, hex2bin(f->dk, s->decaps_dk, s->set->dk_size), 0);
	for (v = s->decaps; v < s->decaps + s->n_decaps; v++) {
		KUNIT_ASSERT_EQ(test, strlen(v->ct), 2 * s->set->ct_size);
		KUNIT_ASSERT_EQ(test, hex2bin(f->ct, v->ct, s->set->ct_size), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(f->ss2, v->ss, sizeof(f->ss2)), 0);
		kssh_mlkem_decaps(s->set, f->ss, f->ct, f->dk, &f->work);
		KUNIT_EXPECT_MEMEQ_MSG(test, f->ss, f->ss2, sizeof(f->ss), "%s",
				       v->desc);

		rejection_secret(f->ss2, f->dk + s->set->dk_size - 32, f->ct,
				 s->set->ct_size);
		KUNIT_EXPECT_EQ_MSG(test, v->altered,
				    !memcmp(f->ss, f->ss2, sizeof(f->ss)), "%s",
				    v->desc);
		altered += v->altered;
	}
	KUNIT_EXPECT_GT(test, altered, 0);
	KUNIT_EXPECT_LT(test, altered, s->n_decaps);
}

static void mlkem_unlucky_sampling(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	struct mlkem_fixture *f = test->priv;
	u8 want[KSSH_MLKEM_SS_SIZE];

	KUNIT_ASSERT_EQ(test, hex2bin(f->d, s->unlucky->d, 32), 0);
	KUNIT_ASSERT_EQ(test, hex2bin(f->z, s->unlucky->z, 32), 0);
	KUNIT_ASSERT_EQ(test, hex2bin(f->m, s->unlucky->m, 32), 0);
	KUNIT_ASSERT_EQ(test, hex2bin(want, s->unlucky->ss, 32), 0);
	kssh_mlkem_keygen(s->set, f->ek, f->dk, f->d, f->z, &f->work);
	KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(s->set, f->ct, f->ss, f->ek,
						f->m, &f->work), 0);
	KUNIT_EXPECT_MEMEQ(test, f->ss, want, sizeof(want));
	kssh_mlkem_decaps(s->set, f->ss2, f->ct, f->dk, &f->work);
	KUNIT_EXPECT_MEMEQ(test, f->ss2, want, sizeof(want));
}

static void mlkem_accumulated_100(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	const struct kssh_mlkem_params *set = s->set;
	struct mlkem_fixture *f = test->priv;
	u8 want[32], got[32];
	struct kssh_keccak acc;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, hex2bin(want, s->accumulated_100, sizeof(want)), 0);
	kssh_shake128_init(&acc);
	for (i = 0; i < 100; i++) {
		draw_key(f, set);
		KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(set, f->ct, f->ss, f->ek,
							f->m, &f->work), 0);
		kssh_keccak_absorb(&acc, f->ek, set->ek_size);
		kssh_keccak_absorb(&acc, f->dk, set->dk_size);
		kssh_keccak_absorb(&acc, f->ct, set->ct_size);
		kssh_keccak_absorb(&acc, f->ss, sizeof(f->ss));

		kssh_mlkem_decaps(set, f->ss2, f->ct, f->dk, &f->work);
		KUNIT_ASSERT_MEMEQ(test, f->ss2, f->ss, sizeof(f->ss));
		kssh_keccak_squeeze(&f->rng, f->ct, set->ct_size);
		kssh_mlkem_decaps(set, f->ss, f->ct, f->dk, &f->work);
		kssh_keccak_absorb(&acc, f->ss, sizeof(f->ss));
	}
	kssh_keccak_squeeze(&acc, got, sizeof(got));
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
}

/* A change of any byte of a ciphertext is rejected, and only implicitly. */
static void mlkem_implicit_rejection(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	struct mlkem_fixture *f = test->priv;
	u8 want[KSSH_MLKEM_SS_SIZE];
	unsigned int i;

	draw_key(f, s->set);
	KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(s->set, f->ct, f->ss, f->ek,
						f->m, &f->work), 0);
	for (i = 0; i < s->set->ct_size; i++) {
		f->ct[i] ^= 1 << (i % 8);
		rejection_secret(want, f->z, f->ct, s->set->ct_size);
		kssh_mlkem_decaps(s->set, f->ss2, f->ct, f->dk, &f->work);
		KUNIT_EXPECT_MEMEQ_MSG(test, f->ss2, want, sizeof(want),
				       "byte %u", i);
		f->ct[i] ^= 1 << (i % 8);
	}
	kssh_mlkem_decaps(s->set, f->ss2, f->ct, f->dk, &f->work);
	KUNIT_EXPECT_MEMEQ(test, f->ss2, f->ss, sizeof(f->ss));
}

/* Puts a coefficient into an encapsulation key; gives the one that stood there */
static unsigned int set_coefficient(u8 *ek, unsigned int i, unsigned int c)
{
	u8 *p = ek + i / 2 * 3;
	unsigned int old;

	if (i % 2) {
		old = p[1] >> 4 | p[2] << 4;
		p[1] = (p[1] & 0x0f) | (c & 0x0f) << 4;
		p[2] = c >> 4;
	} else {
		old = p[0] | (p[1] & 0x0f) << 8;
		p[0] = c;
		p[1] = (p[1] & 0xf0) | c >> 8;
	}
	return old;
}

/* FIPS 203, section 7.2: every place, and every value that is too large */
static void mlkem_modulus_check(struct kunit *test)
{
	const struct mlkem_set *s = test->param_value;
	const struct kssh_mlkem_params *set = s->set;
	struct mlkem_fixture *f = test->priv;
	unsigned int i, c, old;
	int err;

	draw_key(f, set);
	for (i = 0; i < set->k * N; i++) {
		c = Q + i % (4096 - Q);
		old = set_coefficient(f->ek, i, c);
		memset(f->ss, 0xa5, sizeof(f->ss));
		memset(f->ct, 0xa5, sizeof(f->ct));
		err = kssh_mlkem_encaps(set, f->ct, f->ss, f->ek, f->m,
					&f->work);
		KUNIT_EXPECT_EQ_MSG(test, err, -EINVAL, "%u at %u", c, i);
		KUNIT_EXPECT_NULL(test, memchr_inv(f->ss, 0, sizeof(f->ss)));
		KUNIT_EXPECT_NULL(test, memchr_inv(f->ct, 0, set->ct_size));

		set_coefficient(f->ek, i, Q - 1);
		if (i % 64 == 0) {
			err = kssh_mlkem_encaps(set, f->ct, f->ss, f->ek, f->m,
						&f->work);
			KUNIT_EXPECT_EQ_MSG(test, err, 0, "q - 1 at %u", i);
		}
		set_coefficient(f->ek, i, old);
	}
}

/* Every value of a coefficient at every width of a parameter set */
static void mlkem_compression(struct kunit *test)
{
	static const unsigned int width[] = { 1, 4, 5, 10, 11 };
	struct mlkem_fixture *f = test->priv;
	unsigned int i, j, d, x, want, bit;
	u8 *out = f->dk;

	for (i = 0; i < ARRAY_SIZE(width); i++) {
		d = width[i];
		for (x = 0; x < Q; x++) {
			for (j = 0; j < N; j++)
				f->a.c[j] = (x + j) % Q;
			kssh_mlkem_compress(out, &f->a, d);
			kssh_mlkem_decompress(&f->b, out, d);

			/* FIPS 203, section 4.2.1, by division */
			want = ((x << d) + Q / 2) / Q % (1 << d);
			for (bit = 0; bit < d; bit++)
				KUNIT_ASSERT_EQ(test,
						out[bit / 8] >> bit % 8 & 1U,
						want >> bit & 1U);
			want = (2 * Q * want + (1 << d)) / (2 << d);
			KUNIT_ASSERT_EQ(test, (u16)f->b.c[0], want);
			if (x % N)
				continue;
			for (j = 0; j < N; j++) {
				want = ((((x + j) % Q) << d) + Q / 2) / Q;
				want = (2 * Q * (want % (1 << d)) + (1 << d)) /
				       (2 << d);
				KUNIT_ASSERT_EQ(test, (u16)f->b.c[j], want);
			}
		}
	}
}

static void draw_poly(struct mlkem_fixture *f, struct kssh_mlkem_poly *p)
{
	u8 raw[2];
	unsigned int i;

	for (i = 0; i < N; i++) {
		kssh_keccak_squeeze(&f->rng, raw, sizeof(raw));
		p->c[i] = (raw[0] | raw[1] << 8) % Q;
	}
}

static void expect_range(struct kunit *test, const struct kssh_mlkem_poly *p,
			 int limit)
{
	unsigned int i;

	for (i = 0; i < N; i++) {
		KUNIT_ASSERT_LE(test, p->c[i], limit);
		KUNIT_ASSERT_GE(test, p->c[i], -limit);
	}
}

/*
 * A product by transforms is the product by the definition of the ring, and on
 * the way each function keeps to the range that it promises.
 */
static void mlkem_ring_product(struct kunit *test)
{
	struct mlkem_fixture *f = test->priv;
	unsigned int round, i, j;
	s32 term;

	for (round = 0; round < 16; round++) {
		draw_poly(f, &f->a);
		draw_poly(f, &f->b);
		for (i = 0; round == 0 && i < N; i++) {
			f->a.c[i] = Q - 1;
			f->b.c[i] = Q - 1;
		}
		memset(f->sum, 0, sizeof(f->sum));
		for (i = 0; i < N; i++) {
			for (j = 0; j < N; j++) {
				term = f->a.c[i] * f->b.c[j] % Q;
				if (i + j < N)
					f->sum[i + j] += term;
				else
					f->sum[i + j - N] += Q - term;
			}
		}

		kssh_mlkem_ntt(&f->a);
		kssh_mlkem_ntt(&f->b);
		expect_range(test, &f->a, (Q - 1) / 2);
		expect_range(test, &f->b, (Q - 1) / 2);
		kssh_mlkem_twist(&f->twist, &f->b);
		kssh_mlkem_dot(&f->c, &f->a, &f->b, &f->twist, 1);
		expect_range(test, &f->c, Q - 1);
		kssh_mlkem_invntt(&f->c);
		expect_range(test, &f->c, Q - 1);
		kssh_mlkem_canon(&f->c);
		for (i = 0; i < N; i++)
			KUNIT_ASSERT_EQ(test, f->c.c[i], f->sum[i] % Q);
	}
}

/* The sampler of secrets against its definition (FIPS 203, algorithm 8) */
static void mlkem_binomial(struct kunit *test)
{
	struct mlkem_fixture *f = test->priv;
	u8 in[KSSH_MLKEM_NOISE_SIZE];
	unsigned int round, i, j;
	int want;

	for (round = 0; round < 32; round++) {
		kssh_keccak_squeeze(&f->rng, in, sizeof(in));
		if (round < 2)
			memset(in, round ? 0xff : 0, sizeof(in));
		if (round >= 2 && round < 4)
			memset(in, round == 2 ? 0x33 : 0xcc, sizeof(in));
		kssh_mlkem_sample_cbd2(&f->a, in);
		for (i = 0; i < N; i++) {
			for (j = 0, want = 0; j < 4; j++)
				if (in[i / 2] >> (4 * (i % 2) + j) & 1)
					want += j < 2 ? 1 : -1;
			KUNIT_ASSERT_EQ(test, f->a.c[i], want);
		}
	}
}

static struct kunit_case mlkem_cases[] = {
	KUNIT_CASE(mlkem_sizes),
	KUNIT_CASE_PARAM(mlkem_keygen, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_encaps, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_decaps, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_unlucky_sampling, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_accumulated_100, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_implicit_rejection, mlkem_gen_params),
	KUNIT_CASE_PARAM(mlkem_modulus_check, mlkem_gen_params),
	KUNIT_CASE(mlkem_compression),
	KUNIT_CASE(mlkem_ring_product),
	KUNIT_CASE(mlkem_binomial),
	{}
};

static struct kunit_suite mlkem_suite = {
	.name = "kssh_crypto_mlkem",
	.init = mlkem_init,
	.test_cases = mlkem_cases,
};

kunit_test_suites(&mlkem_suite);
