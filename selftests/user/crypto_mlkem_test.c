// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM-768 beside OpenSSL's, and the long form of C2SP's accumulated test.
 *
 * OpenSSL has ML-KEM from 3.5 on. Where the libcrypto at hand is older, the
 * program starts itself again with the one of Debian 13, if that is unpacked
 * in the cache (selftests/guest/peer); else those cases are skipped. Linked
 * with shim/kunit.c, which has main().
 */
#include <kunit/test.h>
#include <linux/hex.h>
#include <unistd.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "../../module/crypto/mlkem768.h"
#include "../../module/kunit/mlkem_testvec.h"

#define ROUNDS	1000
#define ALG	"ML-KEM-768"
#define RETRY	"KSSH_MLKEM_TEST_RETRY"

static struct kssh_mlkem768_work work;
static struct kssh_keccak rng;

static u8 seed[64];
static u8 m[KSSH_MLKEM_SYM_SIZE];
static u8 ek[KSSH_MLKEM768_EK_SIZE], ek2[KSSH_MLKEM768_EK_SIZE];
static u8 dk[KSSH_MLKEM768_DK_SIZE], dk2[KSSH_MLKEM768_DK_SIZE];
static u8 ct[KSSH_MLKEM768_CT_SIZE], ct2[KSSH_MLKEM768_CT_SIZE];
static u8 ss[KSSH_MLKEM768_SS_SIZE], ss2[KSSH_MLKEM768_SS_SIZE];

static bool openssl_has_it(void)
{
	EVP_KEM *kem = EVP_KEM_fetch(NULL, ALG, NULL);

	EVP_KEM_free(kem);
	return kem;
}

/* Before main(): this program again, with another C library and libcrypto */
static __attribute__((constructor)) void find_openssl(int argc, char **argv)
{
	const char *cache = getenv("KSSH_CACHE"), *home = getenv("HOME");
	char lib[2048], loader[4096], self[4096], *args[16];
	ssize_t len;
	int i, n = 0;

	if (openssl_has_it() || getenv(RETRY) || argc > 8)
		return;
	if (cache)
		snprintf(lib, sizeof(lib),
			 "%s/trixie-libs/usr/lib/x86_64-linux-gnu", cache);
	else
		snprintf(lib, sizeof(lib),
			 "%s/.cache/kssh/trixie-libs/usr/lib/x86_64-linux-gnu",
			 home ? home : "");
	snprintf(loader, sizeof(loader), "%s/ld-linux-x86-64.so.2", lib);
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len < 0 || access(loader, X_OK))
		return;
	self[len] = '\0';
	args[n++] = loader;
	args[n++] = "--library-path";
	args[n++] = lib;
	args[n++] = self;
	for (i = 1; i < argc; i++)
		args[n++] = argv[i];
	args[n] = NULL;
	setenv(RETRY, "1", 1);
	execv(loader, args);
}

static void accumulated_10000(struct kunit *test)
{
	const struct mlkem_accumulated *v = &mlkem_accumulated_vectors[1];
	struct kssh_keccak acc;
	u8 want[32], got[32];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, hex2bin(want, v->hash, sizeof(want)), 0);
	kssh_shake128_init(&rng);
	kssh_shake128_init(&acc);
	for (i = 0; i < v->rounds; i++) {
		kssh_keccak_squeeze(&rng, seed, sizeof(seed));
		kssh_keccak_squeeze(&rng, m, sizeof(m));
		kssh_keccak_squeeze(&rng, ct2, sizeof(ct2));
		kssh_mlkem768_keygen(ek, dk, seed, seed + 32, &work);
		KUNIT_ASSERT_EQ(test, kssh_mlkem768_encaps(ct, ss, ek, m,
							   &work), 0);
		kssh_mlkem768_decaps(ss2, ct, dk, &work);
		KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));
		kssh_mlkem768_decaps(ss2, ct2, dk, &work);
		kssh_keccak_absorb(&acc, ek, sizeof(ek));
		kssh_keccak_absorb(&acc, dk, sizeof(dk));
		kssh_keccak_absorb(&acc, ct, sizeof(ct));
		kssh_keccak_absorb(&acc, ss, sizeof(ss));
		kssh_keccak_absorb(&acc, ss2, sizeof(ss2));
	}
	kssh_keccak_squeeze(&acc, got, sizeof(got));
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
}

static EVP_PKEY *openssl_key(void)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_octet_string("seed", seed, sizeof(seed)),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, ALG, NULL);
	EVP_PKEY *key = NULL;

	if (ctx && EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_params(ctx, params) == 1)
		EVP_PKEY_generate(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool openssl_parts(EVP_PKEY *key, u8 *pub, u8 *priv)
{
	size_t len;

	return EVP_PKEY_get_octet_string_param(key, "pub", pub,
					       KSSH_MLKEM768_EK_SIZE,
					       &len) == 1 &&
	       len == KSSH_MLKEM768_EK_SIZE &&
	       EVP_PKEY_get_octet_string_param(key, "priv", priv,
					       KSSH_MLKEM768_DK_SIZE,
					       &len) == 1 &&
	       len == KSSH_MLKEM768_DK_SIZE;
}

/* With @random NULL, OpenSSL draws the message itself. */
static bool openssl_encaps(EVP_PKEY *key, u8 *random, u8 *c, u8 *k)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_octet_string("ikme", random, 32),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t c_len = KSSH_MLKEM768_CT_SIZE, k_len = KSSH_MLKEM768_SS_SIZE;
	bool done;

	done = ctx &&
	       EVP_PKEY_encapsulate_init(ctx, random ? params : NULL) == 1 &&
	       EVP_PKEY_encapsulate(ctx, c, &c_len, k, &k_len) == 1;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

static bool openssl_decaps(EVP_PKEY *key, const u8 *c, u8 *k)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t k_len = KSSH_MLKEM768_SS_SIZE;
	bool done;

	done = ctx && EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	       EVP_PKEY_decapsulate(ctx, k, &k_len, c,
				    KSSH_MLKEM768_CT_SIZE) == 1;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

/* One key: every output of both, and both on an altered ciphertext */
static void compare_one(struct kunit *test, EVP_PKEY *key, unsigned int i)
{
	u8 pick[2];

	KUNIT_ASSERT_TRUE(test, openssl_parts(key, ek2, dk2));
	kssh_mlkem768_keygen(ek, dk, seed, seed + 32, &work);
	KUNIT_ASSERT_MEMEQ(test, ek, ek2, sizeof(ek));
	KUNIT_ASSERT_MEMEQ(test, dk, dk2, sizeof(dk));

	kssh_keccak_squeeze(&rng, m, sizeof(m));
	KUNIT_ASSERT_TRUE(test, openssl_encaps(key, m, ct2, ss2));
	KUNIT_ASSERT_EQ(test, kssh_mlkem768_encaps(ct, ss, ek, m, &work), 0);
	KUNIT_ASSERT_MEMEQ(test, ct, ct2, sizeof(ct));
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));

	KUNIT_ASSERT_TRUE(test, openssl_encaps(key, NULL, ct, ss2));
	kssh_mlkem768_decaps(ss, ct, dk, &work);
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));

	kssh_keccak_squeeze(&rng, pick, sizeof(pick));
	if (i % 4)
		ct[(pick[0] | pick[1] << 8) % sizeof(ct)] ^= 1 << i % 8;
	else
		kssh_keccak_squeeze(&rng, ct, sizeof(ct));
	KUNIT_ASSERT_TRUE(test, openssl_decaps(key, ct, ss2));
	kssh_mlkem768_decaps(ss, ct, dk, &work);
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));
}

static void same_as_openssl(struct kunit *test)
{
	EVP_PKEY *key;
	unsigned int i;

	if (!openssl_has_it())
		kunit_skip(test, "no libcrypto with ML-KEM at hand");
	kssh_shake256_init(&rng);
	for (i = 0; i < ROUNDS && !test->failed; i++) {
		kssh_keccak_squeeze(&rng, seed, sizeof(seed));
		key = openssl_key();
		KUNIT_ASSERT_NOT_NULL(test, key);
		compare_one(test, key, i);
		EVP_PKEY_free(key);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(accumulated_10000),
	KUNIT_CASE(same_as_openssl),
	{}
};

static struct kunit_suite suite = {
	.name = "crypto_mlkem_openssl",
	.test_cases = cases,
};

kunit_test_suites(&suite);
