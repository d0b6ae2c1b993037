// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: Ed25519 verification against published vectors; what must be refused;
 * the field arithmetic below it, in whichever representation is built.
 */
#include <kunit/test.h>
#include <linux/hex.h>
#include <linux/string.h>
#include <crypto/hash.h>

#include "../crypto/ed25519.h"
#include "../crypto/fe25519.h"
#include "../crypto/keccak.h"
#include "ed25519_testvec.h"

#define PUB	KSSH_ED25519_PUB_SIZE
#define SIG	KSSH_ED25519_SIG_SIZE

/* What every case works on */
struct ed25519_fixture {
	struct crypto_shash *sha512;
	u8 pub[PUB];
	u8 sig[SIG];
	u8 *msg;
	size_t len;
};

static int ed25519_init(struct kunit *test)
{
	struct ed25519_fixture *f;

	f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	f->sha512 = crypto_alloc_shash("sha512", 0, 0);
	if (IS_ERR(f->sha512))
		return PTR_ERR(f->sha512);
	test->priv = f;
	return 0;
}

static void ed25519_exit(struct kunit *test)
{
	struct ed25519_fixture *f = test->priv;

	if (f)
		crypto_free_shash(f->sha512);
}

static void load_vector(struct kunit *test, const struct ed25519_vector *v)
{
	struct ed25519_fixture *f = test->priv;

	f->len = strlen(v->msg) / 2;
	f->msg = kunit_kmalloc(test, f->len + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->msg);
	KUNIT_ASSERT_EQ(test, hex2bin(f->pub, v->pub, PUB), 0);
	KUNIT_ASSERT_EQ(test, hex2bin(f->sig, v->sig, SIG), 0);
	KUNIT_ASSERT_EQ(test, hex2bin(f->msg, v->msg, f->len), 0);
}

static int verify(struct ed25519_fixture *f)
{
	return kssh_ed25519_verify(f->sha512, f->pub, f->msg, f->len, f->sig);
}

static void ed25519_known_answer(struct kunit *test)
{
	const struct ed25519_vector *v = test->param_value;

	load_vector(test, v);
	KUNIT_EXPECT_EQ(test, verify(test->priv), v->result);
}

KUNIT_ARRAY_PARAM_DESC(ed25519_known, ed25519_vectors, desc);

/* No bit of signature, message or key can be turned. */
static void ed25519_bit_flips(struct kunit *test)
{
	struct ed25519_fixture *f = test->priv;
	unsigned int i;
	int err;

	load_vector(test, &ed25519_vectors[2]);
	KUNIT_ASSERT_EQ(test, verify(f), 0);
	for (i = 0; i < 8 * SIG; i++) {
		f->sig[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EKEYREJECTED,
				    "signature, bit %u", i);
		f->sig[i / 8] ^= 1 << i % 8;
	}
	for (i = 0; i < 8 * f->len; i++) {
		f->msg[i / 8] ^= 1 << i % 8;
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EKEYREJECTED,
				    "message, bit %u", i);
		f->msg[i / 8] ^= 1 << i % 8;
	}
	for (i = 0; i < 8 * PUB; i++) {
		f->pub[i / 8] ^= 1 << i % 8;
		err = verify(f);
		KUNIT_EXPECT_TRUE_MSG(test,
				      err == -EKEYREJECTED || err == -EINVAL,
				      "key, bit %u: %d", i, err);
		f->pub[i / 8] ^= 1 << i % 8;
	}
	f->len--;
	KUNIT_EXPECT_EQ(test, verify(f), -EKEYREJECTED);
	f->len++;
	KUNIT_EXPECT_EQ(test, verify(f), 0);
}

/* S + n L signs as S does, were it taken. */
static void ed25519_s_not_canonical(struct kunit *test)
{
	static const u8 order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10,
	};
	struct ed25519_fixture *f = test->priv;
	unsigned int n, i, c;

	load_vector(test, &ed25519_vectors[1]);
	KUNIT_ASSERT_EQ(test, verify(f), 0);
	for (n = 1; n < 15; n++) {
		for (i = 0, c = 0; i < 32; i++) {
			c += f->sig[32 + i] + order[i];
			f->sig[32 + i] = c;
			c >>= 8;
		}
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EKEYREJECTED, "%u L", n);
	}
}

/* Wycheproof's special values, with each other */
static void ed25519_special_values(struct kunit *test)
{
	struct ed25519_fixture *f = test->priv;
	u8 question[] = { '?' };
	unsigned int i, j;

	f->msg = question;
	f->len = 1;
	KUNIT_ASSERT_EQ(test, hex2bin(f->pub, ed25519_special_pub, PUB), 0);
	for (i = 0; i < ARRAY_SIZE(ed25519_special_r); i++) {
		KUNIT_ASSERT_EQ(test, hex2bin(f->sig, ed25519_special_r[i],
					      32), 0);
		for (j = 0; j < ARRAY_SIZE(ed25519_special_s); j++) {
			KUNIT_ASSERT_EQ(test, hex2bin(f->sig + 32,
						      ed25519_special_s[j],
						      32), 0);
			KUNIT_EXPECT_EQ_MSG(test, verify(f), -EKEYREJECTED,
					    "R %u, S %u", i, j);
		}
	}
}

/* Each y that is not below p, with either sign; none can be a key. */
static void ed25519_key_not_canonical(struct kunit *test)
{
	struct ed25519_fixture *f = test->priv;
	unsigned int y;

	load_vector(test, &ed25519_vectors[0]);
	memset(f->pub, 0xff, PUB);
	for (y = 0xed; y <= 0xff; y++) {
		f->pub[0] = y;
		f->pub[31] = 0x7f;
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EINVAL, "%x", y);
		f->pub[31] = 0xff;
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EINVAL, "-%x", y);
	}
}

/*
 * The points whose order divides 8, with either sign of x: no keys, and no R of
 * a signature either. The neutral element as a key and as R would verify any
 * message with S = 0.
 */
static void ed25519_small_order(struct kunit *test)
{
	static const char * const y[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	};
	struct ed25519_fixture *f = test->priv;
	unsigned int i, sign;
	u8 good[PUB];

	load_vector(test, &ed25519_vectors[0]);
	memcpy(good, f->pub, PUB);
	for (i = 0; i < ARRAY_SIZE(y); i++) {
		for (sign = 0; sign < 2; sign++) {
			KUNIT_ASSERT_EQ(test, hex2bin(f->pub, y[i], PUB), 0);
			f->pub[31] |= sign << 7;
			memcpy(f->sig, f->pub, 32);
			memset(f->sig + 32, 0, 32);
			KUNIT_EXPECT_EQ_MSG(test, verify(f), -EINVAL,
					    "key %u, sign %u", i, sign);
			memcpy(f->pub, good, PUB);
			KUNIT_EXPECT_EQ_MSG(test, verify(f), -EKEYREJECTED,
					    "R %u, sign %u", i, sign);
		}
	}
}

/* About half of all y belong to no point; these are the first such. */
static void ed25519_key_off_curve(struct kunit *test)
{
	static const u8 y[] = { 2, 7, 8, 11, 12, 13 };
	struct ed25519_fixture *f = test->priv;
	unsigned int i;

	load_vector(test, &ed25519_vectors[0]);
	memset(f->pub, 0, PUB);
	for (i = 0; i < ARRAY_SIZE(y); i++) {
		f->pub[0] = y[i];
		KUNIT_EXPECT_EQ_MSG(test, verify(f), -EINVAL, "y = %u", y[i]);
	}
	/* The first of large order that is not an honest key's either way */
	f->pub[0] = 3;
	KUNIT_EXPECT_EQ(test, verify(f), -EKEYREJECTED);
}

/* Draws an element; the first ones are 0, 1, p - 1 and p + 18 */
static void draw_element(struct kssh_keccak *rng, unsigned int i, struct fe *a)
{
	u8 raw[FE_SIZE] = {};

	kssh_keccak_squeeze(rng, raw, sizeof(raw));
	if (i < 2)
		memset(raw, 0, sizeof(raw));
	else if (i < 4)
		memset(raw, 0xff, sizeof(raw));
	if (i == 1)
		raw[0] = 1;
	if (i == 2)
		raw[0] = 0xec;
	kssh_fe_load(a, raw);
}

/* (a + b)(a - b) = a^2 - b^2, with unreduced factors on the left */
static void fe25519_products(struct kunit *test)
{
	struct fe a, b, s, d, left, right, t;
	struct kssh_keccak rng;
	unsigned int i, j;

	kssh_shake128_init(&rng);
	for (i = 0; i < 64; i++) {
		draw_element(&rng, i, &a);
		for (j = 0; j < 64; j++) {
			draw_element(&rng, j, &b);
			fe_add(&s, &a, &b);
			fe_sub(&d, &a, &b);
			kssh_fe_mul(&left, &s, &d);
			kssh_fe_sq(&right, &a);
			kssh_fe_sq(&t, &b);
			fe_sub(&right, &right, &t);
			KUNIT_EXPECT_TRUE(test, kssh_fe_equal(&left, &right));

			/* and with differences of sums as both factors */
			fe_sub(&t, &s, &s);
			fe_add(&left, &a, &a);
			fe_sub(&d, &s, &left);
			kssh_fe_mul(&left, &d, &d);
			kssh_fe_sq(&right, &d);
			KUNIT_EXPECT_TRUE(test, kssh_fe_equal(&left, &right));
			fe_sub(&d, &b, &a);
			kssh_fe_sq(&right, &d);
			KUNIT_EXPECT_TRUE(test, kssh_fe_equal(&left, &right));
		}
	}
}

static void fe25519_inverse(struct kunit *test)
{
	struct kssh_keccak rng;
	struct fe a, b, one;
	unsigned int i;
	u8 raw[FE_SIZE] = { 1 };

	kssh_fe_load(&one, raw);
	kssh_shake128_init(&rng);
	for (i = 0; i < 64; i++) {
		draw_element(&rng, i, &a);
		kssh_fe_invert(&b, &a);
		kssh_fe_mul(&b, &b, &a);
		KUNIT_EXPECT_EQ(test, kssh_fe_equal(&b, &one), i != 0);
	}
}

/* The encoding is that of the value below p, for every value near p and 2^255 */
static void fe25519_encoding(struct kunit *test)
{
	u8 raw[FE_SIZE], want[FE_SIZE], got[FE_SIZE];
	struct kssh_keccak rng;
	unsigned int low, i;
	struct fe a, b;

	for (low = 0xe0; low <= 0xff; low++) {
		memset(raw, 0xff, sizeof(raw));
		raw[0] = low;
		memcpy(want, raw, sizeof(want));
		want[31] = 0x7f;
		if (low >= 0xed) {
			memset(want, 0, sizeof(want));
			want[0] = low - 0xed;
		}
		kssh_fe_load(&a, raw);
		kssh_fe_store(got, &a);
		KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
		KUNIT_EXPECT_EQ(test, kssh_fe_is_odd(&a), want[0] & 1);
	}

	/* twice 2^255 - 1, which carries all the way round; its negative too */
	memset(raw, 0xff, sizeof(raw));
	kssh_fe_load(&a, raw);
	fe_add(&b, &a, &a);
	kssh_fe_store(got, &b);
	memset(want, 0, sizeof(want));
	want[0] = 2 * 18;
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
	kssh_fe_load(&a, want);
	fe_sub(&b, &a, &b);
	kssh_fe_store(got, &b);
	want[0] = 0;
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));

	kssh_shake128_init(&rng);
	for (i = 0; i < 256; i++) {
		kssh_keccak_squeeze(&rng, raw, sizeof(raw));
		kssh_fe_load(&a, raw);
		kssh_fe_store(got, &a);
		raw[31] &= 0x7f;
		KUNIT_EXPECT_MEMEQ(test, got, raw, sizeof(raw));
	}
}

static struct kunit_case ed25519_cases[] = {
	KUNIT_CASE_PARAM(ed25519_known_answer, ed25519_known_gen_params),
	KUNIT_CASE(ed25519_bit_flips),
	KUNIT_CASE(ed25519_s_not_canonical),
	KUNIT_CASE(ed25519_special_values),
	KUNIT_CASE(ed25519_key_not_canonical),
	KUNIT_CASE(ed25519_small_order),
	KUNIT_CASE(ed25519_key_off_curve),
	KUNIT_CASE(fe25519_products),
	KUNIT_CASE(fe25519_inverse),
	KUNIT_CASE(fe25519_encoding),
	{}
};

static struct kunit_suite ed25519_suite = {
	.name = "kssh_crypto_ed25519",
	.init = ed25519_init,
	.exit = ed25519_exit,
	.test_cases = ed25519_cases,
};

kunit_test_suites(&ed25519_suite);
