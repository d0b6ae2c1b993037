// SPDX-License-Identifier: GPL-2.0
/*
 * ML-KEM-768 and ML-KEM-1024 beside OpenSSL's, and the long form of C2SP's
 * accumulated test. KSSH_DIFF_CASES says how many keys of each set are compared.
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

#include "../../module/crypto/mlkem.h"
#include "../../module/kunit/mlkem_testvec.h"
#include "diff.h"

#define CASES	1000
#define RETRY	"KSSH_MLKEM_TEST_RETRY"

static const struct mlkem_set *cur;		/* what is tested now */
static const struct kssh_mlkem_params *set;	/* its parameters */

static struct kssh_mlkem_work work;
static struct kssh_keccak rng;

static u8 seed[64];
static u8 m[KSSH_MLKEM_SYM_SIZE];
static u8 ek[KSSH_MLKEM_EK_MAX], ek2[KSSH_MLKEM_EK_MAX];
static u8 dk[KSSH_MLKEM_DK_MAX], dk2[KSSH_MLKEM_DK_MAX];
static u8 ct[KSSH_MLKEM_CT_MAX], ct2[KSSH_MLKEM_CT_MAX];
static u8 ss[KSSH_MLKEM_SS_SIZE], ss2[KSSH_MLKEM_SS_SIZE];

KUNIT_ARRAY_PARAM_DESC(mlkem, mlkem_sets, name);

static void choose(struct kunit *test)
{
	cur = test->param_value;
	set = cur->set;
}

static bool openssl_has_it(void)
{
	EVP_KEM *kem = EVP_KEM_fetch(NULL, "ML-KEM-768", NULL);

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
	struct kssh_keccak acc;
	u8 want[32], got[32];
	unsigned int i;

	choose(test);
	KUNIT_ASSERT_EQ(test, hex2bin(want, cur->accumulated_10000,
				      sizeof(want)), 0);
	kssh_shake128_init(&rng);
	kssh_shake128_init(&acc);
	for (i = 0; i < 10000; i++) {
		kssh_keccak_squeeze(&rng, seed, sizeof(seed));
		kssh_keccak_squeeze(&rng, m, sizeof(m));
		kssh_keccak_squeeze(&rng, ct2, set->ct_size);
		kssh_mlkem_keygen(set, ek, dk, seed, seed + 32, &work);
		KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(set, ct, ss, ek, m,
							&work), 0);
		kssh_mlkem_decaps(set, ss2, ct, dk, &work);
		KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));
		kssh_mlkem_decaps(set, ss2, ct2, dk, &work);
		kssh_keccak_absorb(&acc, ek, set->ek_size);
		kssh_keccak_absorb(&acc, dk, set->dk_size);
		kssh_keccak_absorb(&acc, ct, set->ct_size);
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
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, cur->name, NULL);
	EVP_PKEY *key = NULL;

	if (ctx && EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_params(ctx, params) == 1)
		EVP_PKEY_generate(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* NULL if OpenSSL refuses the encapsulation key */
static EVP_PKEY *openssl_public(const u8 *pub)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_octet_string("pub", (void *)pub, set->ek_size),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, cur->name, NULL);
	EVP_PKEY *key = NULL;

	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool openssl_parts(EVP_PKEY *key, u8 *pub, u8 *priv)
{
	size_t len;

	return EVP_PKEY_get_octet_string_param(key, "pub", pub, set->ek_size,
					       &len) == 1 &&
	       len == set->ek_size &&
	       EVP_PKEY_get_octet_string_param(key, "priv", priv, set->dk_size,
					       &len) == 1 &&
	       len == set->dk_size;
}

/* With @random NULL, OpenSSL draws the message itself. */
static bool openssl_encaps(EVP_PKEY *key, u8 *random, u8 *c, u8 *k)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_octet_string("ikme", random, 32),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t c_len = set->ct_size, k_len = KSSH_MLKEM_SS_SIZE;
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
	size_t k_len = KSSH_MLKEM_SS_SIZE;
	bool done;

	done = ctx && EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	       EVP_PKEY_decapsulate(ctx, k, &k_len, c, set->ct_size) == 1;
	EVP_PKEY_CTX_free(ctx);
	return done;
}

/* A number below @limit */
static unsigned int draw(unsigned int limit)
{
	u8 raw[4];

	kssh_keccak_squeeze(&rng, raw, sizeof(raw));
	return (raw[0] | raw[1] << 8 | raw[2] << 16) % limit;
}

/* One key: every output of both, and both on an altered ciphertext */
static void compare_one(struct kunit *test, EVP_PKEY *key, unsigned int i)
{
	KUNIT_ASSERT_TRUE(test, openssl_parts(key, ek2, dk2));
	kssh_mlkem_keygen(set, ek, dk, seed, seed + 32, &work);
	KUNIT_ASSERT_MEMEQ(test, ek, ek2, set->ek_size);
	KUNIT_ASSERT_MEMEQ(test, dk, dk2, set->dk_size);

	kssh_keccak_squeeze(&rng, m, sizeof(m));
	KUNIT_ASSERT_TRUE(test, openssl_encaps(key, m, ct2, ss2));
	KUNIT_ASSERT_EQ(test, kssh_mlkem_encaps(set, ct, ss, ek, m, &work), 0);
	KUNIT_ASSERT_MEMEQ(test, ct, ct2, set->ct_size);
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));

	KUNIT_ASSERT_TRUE(test, openssl_encaps(key, NULL, ct, ss2));
	kssh_mlkem_decaps(set, ss, ct, dk, &work);
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));

	if (i % 4)
		ct[draw(set->ct_size)] ^= 1 << i % 8;
	else
		kssh_keccak_squeeze(&rng, ct, set->ct_size);
	KUNIT_ASSERT_TRUE(test, openssl_decaps(key, ct, ss2));
	kssh_mlkem_decaps(set, ss, ct, dk, &work);
	KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));
}

/*
 * An altered encapsulation key: both refuse it, or both make the same of it.
 * Return: whether it was refused
 */
static bool compare_altered_key(struct kunit *test, unsigned int i)
{
	EVP_PKEY *key;
	int err;

	ek[draw(set->ek_size)] ^= 1 << i % 8;
	key = openssl_public(ek);
	err = kssh_mlkem_encaps(set, ct, ss, ek, m, &work);
	if (!key)
		KUNIT_EXPECT_EQ(test, err, -EINVAL);
	if (key) {
		KUNIT_EXPECT_EQ(test, err, 0);
		KUNIT_EXPECT_TRUE(test, openssl_encaps(key, m, ct2, ss2));
		KUNIT_EXPECT_MEMEQ(test, ct, ct2, set->ct_size);
		KUNIT_EXPECT_MEMEQ(test, ss, ss2, sizeof(ss));
	}
	EVP_PKEY_free(key);
	return err;
}

static void same_as_openssl(struct kunit *test)
{
	unsigned int i, n = diff_cases(CASES), refused = 0;
	EVP_PKEY *key;

	if (!openssl_has_it())
		kunit_skip(test, "no libcrypto with ML-KEM at hand");
	choose(test);
	diff_random(&rng);
	for (i = 0; i < n && !test->failed; i++) {
		kssh_keccak_squeeze(&rng, seed, sizeof(seed));
		key = openssl_key();
		KUNIT_ASSERT_NOT_NULL(test, key);
		compare_one(test, key, i);
		EVP_PKEY_free(key);
		refused += compare_altered_key(test, i);
	}
	KUNIT_EXPECT_GT(test, refused, 0);
	KUNIT_EXPECT_LT(test, refused, n);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(accumulated_10000, mlkem_gen_params),
	KUNIT_CASE_PARAM(same_as_openssl, mlkem_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "crypto_mlkem_openssl",
	.test_cases = cases,
};

kunit_test_suites(&suite);
