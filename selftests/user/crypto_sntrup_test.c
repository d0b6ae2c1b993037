// SPDX-License-Identifier: GPL-2.0
/*
 * sntrup761 beside libgcrypt's, and all hundred of its known answers.
 * KSSH_DIFF_CASES says how many ciphertexts are opened by both.
 *
 * libgcrypt has sntrup761 from 1.11 on. The program starts itself again with the
 * C library of Debian 13 and the libgcrypt that selftests/guest/peer brings; if
 * they are not in the cache, that case is skipped. Linked with shim/kunit.c,
 * which has main().
 */
#include <kunit/test.h>
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <crypto/hash.h>
#include <linux/hex.h>

#include "../../module/kunit/sntrup_lab.h"
#include "diff.h"

#define CASES		128
#define CASES_PER_KEY	64
#define RETRY		"KSSH_SNTRUP_TEST_RETRY"

#define SMALL	KSSH_SNTRUP_SMALL_SIZE

static struct kssh_sntrup761_work work;
static struct crypto_shash *sha512;
static struct kssh_keccak rng;

static u8 for_key[KSSH_SNTRUP761_KEYGEN_RANDOM];
static u8 for_r[KSSH_SNTRUP761_ENCAPS_RANDOM];
static u8 pk[KSSH_SNTRUP761_PK_SIZE], pk2[KSSH_SNTRUP761_PK_SIZE];
static u8 sk[KSSH_SNTRUP761_SK_SIZE], sk2[KSSH_SNTRUP761_SK_SIZE];
static u8 ct[KSSH_SNTRUP761_CT_SIZE];
static u8 ss[KSSH_SNTRUP761_SS_SIZE], ss2[KSSH_SNTRUP761_SS_SIZE];

static int setup(struct kunit *test)
{
	sha512 = crypto_alloc_shash("sha512", 0, 0);
	return 0;
}

static void teardown(struct kunit *test)
{
	crypto_free_shash(sha512);
}

/* ---- NIST's known answers ---- */

/* AES-256 CTR_DRBG of NIST's rng.c (SP 800-90A 10.2.1, no derivation function) */
struct drbg {
	u8 key[32], v[16];
};

static void drbg_block(struct drbg *d, u8 out[16])
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int i = 15, n;

	while (!++d->v[i] && i)
		i--;
	EVP_EncryptInit_ex(c, EVP_aes_256_ecb(), NULL, d->key, NULL);
	EVP_EncryptUpdate(c, out, &n, d->v, 16);
	EVP_CIPHER_CTX_free(c);
}

static void drbg_update(struct drbg *d, const u8 data[48])
{
	u8 new[48];
	int i;

	for (i = 0; i < 48; i += 16)
		drbg_block(d, new + i);
	for (i = 0; i < 48; i++)
		new[i] ^= data[i];
	memcpy(d->key, new, 32);
	memcpy(d->v, new + 32, 16);
}

static void drbg_init(struct drbg *d, const u8 seed[48])
{
	memset(d, 0, sizeof(*d));
	drbg_update(d, seed);
}

static void drbg_random(struct drbg *d, u8 *out, size_t n)
{
	static const u8 none[48];
	u8 block[16];
	size_t i;

	for (i = 0; i < n; i += 16) {
		drbg_block(d, block);
		memcpy(out + i, block, min(n - i, (size_t)16));
	}
	drbg_update(d, none);
}

static void say(SHA256_CTX *sha, const char *name, const u8 *p, size_t n)
{
	char line[2 * KSSH_SNTRUP761_SK_SIZE + 32];
	int len = sprintf(line, "%s = ", name);

	while (n--)
		len += sprintf(line + len, "%02X", *p++);
	line[len++] = '\n';
	SHA256_Update(sha, line, len);
}

/*
 * SHA-256 of all answers in the form of NIST's kat_kem.rsp, an empty line between
 * two, as liboqs carries it (tests/KATs/kem/kats.json); the generator is called
 * once for each list of numbers.
 */
static const char all_answers[] =
	"36e1e53d4e6e295e8fb804449958ad9a3719aa350e91933c65791b9117382d57";

static void known_answers(struct kunit *test)
{
	u8 entropy[48], seed[48], got[32], want[32];
	struct drbg master, d;
	SHA256_CTX sha;
	char count[32];
	int i;

	for (i = 0; i < 48; i++)
		entropy[i] = i;
	drbg_init(&master, entropy);
	SHA256_Init(&sha);
	for (i = 0; i < 100; i++) {
		drbg_random(&master, seed, sizeof(seed));
		drbg_init(&d, seed);
		drbg_random(&d, for_key, sizeof(for_r));
		drbg_random(&d, for_key + sizeof(for_r), sizeof(for_r));
		drbg_random(&d, for_key + 2 * sizeof(for_r), SMALL);
		drbg_random(&d, for_r, sizeof(for_r));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_keygen(pk, sk, for_key,
							       sha512, &work));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_encaps(ct, ss, pk, for_r,
							       sha512, &work));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_decaps(ss2, ct, sk,
							       sha512, &work));
		KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));

		SHA256_Update(&sha, count, sprintf(count, "%scount = %d\n",
						   i ? "\n" : "", i));
		say(&sha, "seed", seed, sizeof(seed));
		say(&sha, "pk", pk, sizeof(pk));
		say(&sha, "sk", sk, sizeof(sk));
		say(&sha, "ct", ct, sizeof(ct));
		say(&sha, "ss", ss, sizeof(ss));
	}
	SHA256_Final(got, &sha);
	KUNIT_ASSERT_EQ(test, 0, hex2bin(want, all_answers, sizeof(want)));
	KUNIT_EXPECT_MEMEQ(test, got, want, sizeof(want));
}

/* ---- libgcrypt ---- */

/* What its gcrypt.h says; zero is success. */
#define GCRY_KEM_SNTRUP761	1

typedef unsigned int keypair_fn(int algo, void *pk, size_t pk_len, void *sk,
				size_t sk_len);
typedef unsigned int encap_fn(int algo, const void *pk, size_t pk_len, void *ct,
			      size_t ct_len, void *ss, size_t ss_len,
			      const void *optional, size_t optional_len);
typedef unsigned int decap_fn(int algo, const void *sk, size_t sk_len,
			      const void *ct, size_t ct_len, void *ss,
			      size_t ss_len, const void *optional,
			      size_t optional_len);

static keypair_fn *gcry_keypair;
static encap_fn *gcry_encap;
static decap_fn *gcry_decap;

static bool gcrypt_found(void)
{
	void *lib = dlopen("libgcrypt.so.20", RTLD_NOW);
	const char *(*version)(const char *at_least);

	if (!lib)
		return false;
	version = (void *)dlsym(lib, "gcry_check_version");
	gcry_keypair = (void *)dlsym(lib, "gcry_kem_keypair");
	gcry_encap = (void *)dlsym(lib, "gcry_kem_encap");
	gcry_decap = (void *)dlsym(lib, "gcry_kem_decap");
	return version && version("1.11.0") && gcry_keypair && gcry_encap &&
	       gcry_decap;
}

/* Before main(): this program again, with another C library, and libgcrypt */
static __attribute__((constructor)) void find_libgcrypt(int argc, char **argv)
{
	const char *cache = getenv("KSSH_CACHE"), *home = getenv("HOME");
	char base[1024], path[4096], loader[2048], self[4096], *args[16];
	ssize_t len;
	int i, n = 0;

	if (getenv(RETRY) || argc > 8)
		return;
	if (cache)
		snprintf(base, sizeof(base), "%s", cache);
	else
		snprintf(base, sizeof(base), "%s/.cache/kssh", home ? home : "");
	snprintf(path, sizeof(path),
		 "%s/peers/libgcrypt/lib:%s/trixie-libs/usr/lib/x86_64-linux-gnu",
		 base, base);
	snprintf(loader, sizeof(loader), "%s/trixie-libs/usr/lib/"
		 "x86_64-linux-gnu/ld-linux-x86-64.so.2", base);
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len < 0 || access(loader, X_OK))
		return;
	self[len] = '\0';
	args[n++] = loader;
	args[n++] = "--library-path";
	args[n++] = path;
	args[n++] = self;
	for (i = 1; i < argc; i++)
		args[n++] = argv[i];
	args[n] = NULL;
	setenv(RETRY, "1", 1);
	execv(loader, args);
}

static void gcrypt_opens(struct kunit *test, u8 *out)
{
	KUNIT_ASSERT_EQ(test, 0, gcry_decap(GCRY_KEM_SNTRUP761, sk, sizeof(sk), ct,
					    sizeof(ct), out, sizeof(ss), NULL, 0));
}

/* A key of libgcrypt's, and the same made by us of what it is made of */
static void take_its_key(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, gcry_keypair(GCRY_KEM_SNTRUP761, pk, sizeof(pk),
					      sk, sizeof(sk)));
	KUNIT_ASSERT_TRUE(test, lab_choose_key(for_key, sk, &work));
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_keygen(pk2, sk2, for_key, sha512,
						       &work));
	KUNIT_ASSERT_MEMEQ(test, pk, pk2, sizeof(pk));
	KUNIT_ASSERT_MEMEQ(test, sk, sk2, sizeof(sk));
}

static void make_key(struct kunit *test)
{
	kssh_keccak_squeeze(&rng, for_key, sizeof(for_key));
	KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_keygen(pk, sk, for_key, sha512,
						       &work));
}

/* A ciphertext of either for the key.  False: it has been spoilt */
static bool make_ciphertext(struct kunit *test, unsigned int i)
{
	u8 pick[3];

	if (i & 1) {
		KUNIT_ASSERT_EQ(test, 0, gcry_encap(GCRY_KEM_SNTRUP761, pk,
						    sizeof(pk), ct, sizeof(ct), ss,
						    sizeof(ss), NULL, 0));
	} else {
		kssh_keccak_squeeze(&rng, for_r, sizeof(for_r));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_encaps(ct, ss, pk, for_r,
							       sha512, &work));
	}
	kssh_keccak_squeeze(&rng, pick, sizeof(pick));
	if (i % 8 == 6)
		kssh_keccak_squeeze(&rng, ct, sizeof(ct));
	else if (i % 8 > 2 && i % 8 < 6)
		ct[(pick[0] | pick[1] << 8) % sizeof(ct)] ^= pick[2] | 1;
	return i % 8 < 3 || i % 8 == 7;
}

static void same_as_libgcrypt(struct kunit *test)
{
	unsigned int i, cases = diff_cases(CASES);
	bool whole;

	if (!gcrypt_found())
		kunit_skip(test, "no libgcrypt with sntrup761 at hand");
	diff_random(&rng);
	for (i = 0; i < cases && !test->failed; i++) {
		if (i % (2 * CASES_PER_KEY) == 0)
			take_its_key(test);
		else if (i % CASES_PER_KEY == 0)
			make_key(test);
		whole = make_ciphertext(test, i);
		gcrypt_opens(test, ss2);
		KUNIT_ASSERT_EQ(test, whole, !memcmp(ss, ss2, sizeof(ss)));
		KUNIT_ASSERT_EQ(test, 0, kssh_sntrup761_decaps(ss, ct, sk, sha512,
							       &work));
		KUNIT_ASSERT_MEMEQ(test, ss, ss2, sizeof(ss));
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(known_answers),
	KUNIT_CASE(same_as_libgcrypt),
	{}
};

static struct kunit_suite suite = {
	.name = "crypto_sntrup_libgcrypt",
	.init = setup,
	.exit = teardown,
	.test_cases = cases,
};

kunit_test_suites(&suite);
