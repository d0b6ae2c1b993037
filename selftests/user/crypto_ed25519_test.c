// SPDX-License-Identifier: GPL-2.0
/*
 * Ed25519 verification beside libcrypto's: the same verdict on what it signs
 * and on what is altered, and the known differences on the odd points.
 * KSSH_DIFF_CASES says how many signatures are compared, each as it is and altered
 * in two ways.  Linked with shim/kunit.c, which has main().
 */
#include <kunit/test.h>
#include <linux/hex.h>
#include <openssl/evp.h>
#include <crypto/hash.h>

#include "../../module/crypto/ed25519.h"
#include "../../module/kunit/ed25519_testvec.h"
#include "diff.h"

#ifndef CASES
#define CASES		1500
#endif
#define MSG_SIZE	300

int kssh_user_fail_alloc;

static struct crypto_shash *sha512;

static int start(struct kunit_suite *suite)
{
	(void)suite;
	sha512 = crypto_alloc_shash("sha512", 0, 0);
	return IS_ERR(sha512);
}

static void finish(struct kunit_suite *suite)
{
	(void)suite;
	crypto_free_shash(sha512);
}

static bool libcrypto_verifies(const u8 *pub, const u8 *msg, size_t len,
			       const u8 *sig)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub,
						    32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = false;

	if (key && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1)
		good = EVP_DigestVerify(ctx, sig, 64, msg, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

static bool libcrypto_signs(const u8 *seed, u8 *pub, const u8 *msg, size_t len,
			    u8 *sig)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
						     seed, 32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t pub_len = 32, sig_len = 64;
	bool done;

	done = key && ctx &&
	       EVP_PKEY_get_raw_public_key(key, pub, &pub_len) == 1 &&
	       EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	       EVP_DigestSign(ctx, sig, &sig_len, msg, len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return done;
}

static void same_verdict(struct kunit *test)
{
	u8 seed[32], pub[32], sig[64], msg[MSG_SIZE], pick[2];
	struct kssh_keccak rng;
	unsigned int i, bit, n = diff_cases(CASES);
	size_t len;
	int err;

	diff_random(&rng);
	for (i = 0; i < n && !test->failed; i++) {
		len = i % (MSG_SIZE + 1);
		kssh_keccak_squeeze(&rng, seed, sizeof(seed));
		kssh_keccak_squeeze(&rng, msg, sizeof(msg));
		kssh_keccak_squeeze(&rng, pick, sizeof(pick));
		KUNIT_ASSERT_TRUE(test, libcrypto_signs(seed, pub, msg, len,
							sig));
		err = kssh_ed25519_verify(sha512, pub, msg, len, sig);
		KUNIT_EXPECT_EQ_MSG(test, err, 0, "round %u", i);

		/* one bit of the signature, then of the key instead */
		bit = (pick[0] | pick[1] << 8) % 512;
		sig[bit / 8] ^= 1 << bit % 8;
		err = kssh_ed25519_verify(sha512, pub, msg, len, sig);
		KUNIT_EXPECT_EQ_MSG(test, !err,
				    libcrypto_verifies(pub, msg, len, sig),
				    "round %u, signature bit %u", i, bit);
		sig[bit / 8] ^= 1 << bit % 8;
		bit %= 256;
		pub[bit / 8] ^= 1 << bit % 8;
		err = kssh_ed25519_verify(sha512, pub, msg, len, sig);
		KUNIT_EXPECT_EQ_MSG(test, !err,
				    libcrypto_verifies(pub, msg, len, sig),
				    "round %u, key bit %u", i, bit);
	}
}

/*
 * What libcrypto takes, kssh takes too; but for four cases of speccheck, where
 * the key or R is of small order.
 */
static void stricter_than_libcrypto(struct kunit *test)
{
	static const char * const refused[] = {
		"speccheck 1:", "speccheck 3:", "speccheck 5:", "speccheck 14:",
	};
	const struct ed25519_vector *v;
	u8 pub[32], sig[64], msg[1100];
	bool ours, theirs, known;
	size_t len;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(ed25519_vectors); i++) {
		v = &ed25519_vectors[i];
		len = strlen(v->msg) / 2;
		KUNIT_ASSERT_LE(test, len, sizeof(msg));
		KUNIT_ASSERT_EQ(test, hex2bin(pub, v->pub, 32), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(sig, v->sig, 64), 0);
		KUNIT_ASSERT_EQ(test, hex2bin(msg, v->msg, len), 0);
		ours = !kssh_ed25519_verify(sha512, pub, msg, len, sig);
		theirs = libcrypto_verifies(pub, msg, len, sig);
		for (j = 0, known = false; j < ARRAY_SIZE(refused); j++)
			known |= !!str_has_prefix(v->desc, refused[j]);
		KUNIT_EXPECT_EQ_MSG(test, theirs, ours || known, "%s", v->desc);
		KUNIT_EXPECT_FALSE_MSG(test, ours && known, "%s", v->desc);
	}
}

static void out_of_memory(struct kunit *test)
{
	u8 pub[32], sig[64], seed[32] = {}, msg[1] = {};

	KUNIT_ASSERT_TRUE(test, libcrypto_signs(seed, pub, msg, 1, sig));
	kssh_user_fail_alloc = 1;
	KUNIT_EXPECT_EQ(test, kssh_ed25519_verify(sha512, pub, msg, 1, sig),
			-ENOMEM);
	kssh_user_fail_alloc = 0;
	KUNIT_EXPECT_EQ(test, kssh_ed25519_verify(sha512, pub, msg, 1, sig), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(same_verdict),
	KUNIT_CASE(stricter_than_libcrypto),
	KUNIT_CASE(out_of_memory),
	{}
};

static struct kunit_suite suite = {
	.name = "crypto_ed25519_libcrypto",
	.suite_init = start,
	.suite_exit = finish,
	.test_cases = cases,
};

kunit_test_suites(&suite);
