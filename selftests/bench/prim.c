// SPDX-License-Identifier: GPL-2.0
/*
 * prim - what the primitives cost: those of module/crypto/ beside those of
 * libcrypto and libgcrypt, in one process, in turn
 *
 * Usage: prim [ROUNDS [BATCH]]
 *
 * Each of ROUNDS (15) rounds runs every operation for BATCH microseconds (20000;
 * 0: once), so that what disturbs the machine meets all of them alike.  Prints
 * lines of "prim", figure, who, ns of CPU time per operation.  Wants libcrypto
 * 3.5 and libgcrypt 1.11, or leaves out what older ones lack.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <crypto/hash.h>
#include <linux/kernel.h>

#include "../../module/crypto/ed25519.h"
#include "../../module/crypto/mlkem.h"
#include "../../module/crypto/p521.h"
#include "../../module/crypto/sntrup761.h"

#define GCRY_KEM_SNTRUP761	1
#define H_LEN			32	/* what a server signs: a SHA-256 */
#define TRANSCRIPT		2200	/* bytes that are hashed to H, typically */

static struct crypto_shash *sha512;

static void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static void must(bool ok, const char *what)
{
	if (!ok)
		die("prim: %s failed", what);
}

/* ---- Ed25519 ---- */

static EVP_PKEY *ed_key;
static u8 ed_pub[KSSH_ED25519_PUB_SIZE], ed_sig[KSSH_ED25519_SIG_SIZE];
static u8 ed_msg[H_LEN];

static bool ed_setup(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t n = sizeof(ed_pub), m = sizeof(ed_sig);

	ed_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	must(ed_key && EVP_PKEY_get_raw_public_key(ed_key, ed_pub, &n) == 1 &&
	     EVP_DigestSignInit(c, NULL, NULL, NULL, ed_key) == 1 &&
	     EVP_DigestSign(c, ed_sig, &m, ed_msg, sizeof(ed_msg)) == 1,
	     "signing");
	EVP_MD_CTX_free(c);
	return true;
}

static void ed_kssh(void)
{
	must(!kssh_ed25519_verify(sha512, ed_pub, ed_msg, sizeof(ed_msg), ed_sig),
	     "kssh_ed25519_verify");
}

static void ed_openssl(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	must(EVP_DigestVerifyInit(c, NULL, NULL, NULL, ed_key) == 1 &&
	     EVP_DigestVerify(c, ed_sig, sizeof(ed_sig), ed_msg,
			      sizeof(ed_msg)) == 1, "EVP_DigestVerify");
	EVP_MD_CTX_free(c);
}

/* ---- ML-KEM: a client's part, key generation and decapsulation ---- */

struct mlkem {
	const struct kssh_mlkem_params *set;
	const char *name;
	EVP_PKEY *key;
	u8 ek[KSSH_MLKEM_EK_MAX], dk[KSSH_MLKEM_DK_MAX];
	u8 ct[KSSH_MLKEM_CT_MAX], want[KSSH_MLKEM_SS_SIZE];
	u8 openssl_ct[KSSH_MLKEM_CT_MAX];
};

static struct mlkem mlkem768 = { &kssh_mlkem768, "ML-KEM-768" };
static struct mlkem mlkem1024 = { &kssh_mlkem1024, "ML-KEM-1024" };

static struct kssh_mlkem_work mlkem_work;

static bool mlkem_setup(struct mlkem *m)
{
	u8 seed[64];
	size_t c_len = m->set->ct_size, k_len = KSSH_MLKEM_SS_SIZE;
	EVP_PKEY_CTX *c;
	u8 k[32];

	RAND_bytes(seed, sizeof(seed));
	kssh_mlkem_keygen(m->set, m->ek, m->dk, seed, seed + 32, &mlkem_work);
	must(!kssh_mlkem_encaps(m->set, m->ct, m->want, m->ek, seed,
				&mlkem_work), "kssh_mlkem_encaps");
	m->key = EVP_PKEY_Q_keygen(NULL, NULL, m->name);
	if (!m->key)
		return false;
	c = EVP_PKEY_CTX_new_from_pkey(NULL, m->key, NULL);
	must(EVP_PKEY_encapsulate_init(c, NULL) == 1 &&
	     EVP_PKEY_encapsulate(c, m->openssl_ct, &c_len, k, &k_len) == 1,
	     "EVP_PKEY_encapsulate");
	EVP_PKEY_CTX_free(c);
	return true;
}

static void mlkem_kssh(struct mlkem *m)
{
	static u8 ek[KSSH_MLKEM_EK_MAX], dk[KSSH_MLKEM_DK_MAX];
	u8 seed[64], ss[KSSH_MLKEM_SS_SIZE];

	RAND_bytes(seed, sizeof(seed));
	kssh_mlkem_keygen(m->set, ek, dk, seed, seed + 32, &mlkem_work);
	kssh_mlkem_decaps(m->set, ss, m->ct, m->dk, &mlkem_work);
	must(!memcmp(ss, m->want, sizeof(ss)), "kssh_mlkem_decaps");
}

static void mlkem_openssl(struct mlkem *m)
{
	EVP_PKEY *fresh = EVP_PKEY_Q_keygen(NULL, NULL, m->name);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, m->key, NULL);
	size_t n = KSSH_MLKEM_SS_SIZE;
	u8 ss[KSSH_MLKEM_SS_SIZE];

	must(fresh && EVP_PKEY_decapsulate_init(c, NULL) == 1 &&
	     EVP_PKEY_decapsulate(c, ss, &n, m->openssl_ct,
				  m->set->ct_size) == 1, "EVP_PKEY_decapsulate");
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(fresh);
}

static bool mlkem768_setup(void) { return mlkem_setup(&mlkem768); }
static bool mlkem1024_setup(void) { return mlkem_setup(&mlkem1024); }
static void mlkem768_kssh(void) { mlkem_kssh(&mlkem768); }
static void mlkem1024_kssh(void) { mlkem_kssh(&mlkem1024); }
static void mlkem768_openssl(void) { mlkem_openssl(&mlkem768); }
static void mlkem1024_openssl(void) { mlkem_openssl(&mlkem1024); }

/* ---- sntrup761 ---- */

static struct kssh_sntrup761_work sntrup_work;
static u8 sntrup_pk[KSSH_SNTRUP761_PK_SIZE], sntrup_sk[KSSH_SNTRUP761_SK_SIZE];
static u8 sntrup_ct[KSSH_SNTRUP761_CT_SIZE], sntrup_want[KSSH_SNTRUP761_SS_SIZE];
static unsigned int (*gcry_keypair)(int algo, void *pk, size_t pk_len, void *sk,
				    size_t sk_len);
static unsigned int (*gcry_decap)(int algo, const void *sk, size_t sk_len,
				  const void *ct, size_t ct_len, void *ss,
				  size_t ss_len, const void *optional,
				  size_t optional_len);

static void sntrup_keygen_kssh(void)
{
	u8 random[KSSH_SNTRUP761_KEYGEN_RANDOM];
	int err;

	/* -EAGAIN: g has no inverse, draw again, as the method does */
	do {
		RAND_bytes(random, sizeof(random));
		err = kssh_sntrup761_keygen(sntrup_pk, sntrup_sk, random, sha512,
					    &sntrup_work);
	} while (err == -EAGAIN);
	must(!err, "kssh_sntrup761_keygen");
}

static void sntrup_decap_kssh(void)
{
	u8 ss[KSSH_SNTRUP761_SS_SIZE];

	must(!kssh_sntrup761_decaps(ss, sntrup_ct, sntrup_sk, sha512,
				    &sntrup_work), "kssh_sntrup761_decaps");
}

static void sntrup_keygen_gcrypt(void)
{
	static u8 pk[KSSH_SNTRUP761_PK_SIZE], sk[KSSH_SNTRUP761_SK_SIZE];

	must(!gcry_keypair(GCRY_KEM_SNTRUP761, pk, sizeof(pk), sk, sizeof(sk)),
	     "gcry_kem_keypair");
}

static void sntrup_decap_gcrypt(void)
{
	u8 ss[KSSH_SNTRUP761_SS_SIZE];

	must(!gcry_decap(GCRY_KEM_SNTRUP761, sntrup_sk, sizeof(sntrup_sk),
			 sntrup_ct, sizeof(sntrup_ct), ss, sizeof(ss), NULL, 0),
	     "gcry_kem_decap");
}

/* The keys are made anew in each round: a ciphertext for the newest one. */
static bool sntrup_encap(void)
{
	u8 random[KSSH_SNTRUP761_ENCAPS_RANDOM];

	if (!sntrup_pk[0] && !sntrup_pk[1])
		sntrup_keygen_kssh();
	RAND_bytes(random, sizeof(random));
	must(!kssh_sntrup761_encaps(sntrup_ct, sntrup_want, sntrup_pk, random,
				    sha512, &sntrup_work), "kssh_sntrup761_encaps");
	return true;
}

static bool gcrypt_setup(void)
{
	void *lib = dlopen("libgcrypt.so.20", RTLD_NOW);
	const char *(*version)(const char *at_least);

	if (!lib)
		return false;
	version = (void *)dlsym(lib, "gcry_check_version");
	gcry_keypair = (void *)dlsym(lib, "gcry_kem_keypair");
	gcry_decap = (void *)dlsym(lib, "gcry_kem_decap");
	return version && version("1.11.0") && gcry_keypair && gcry_decap;
}

/* ---- ECDH ---- */

static struct kssh_p521_work p521_work;
static u8 p521_scalar[KSSH_P521_SIZE], p521_xy[2 * KSSH_P521_SIZE];

static bool p521_setup(void)
{
	do {
		RAND_bytes(p521_scalar, sizeof(p521_scalar));
		p521_scalar[0] &= 1;
	} while (!kssh_p521_in_range(p521_scalar));
	kssh_p521_public(p521_xy, p521_scalar, &p521_work);
	return true;
}

static void p521_kssh(void)
{
	u8 x[KSSH_P521_SIZE];

	must(!kssh_p521_shared(x, p521_scalar, p521_xy, &p521_work),
	     "kssh_p521_shared");
}

static struct ecdh {
	const char *type, *group;
	EVP_PKEY *key;
} p521 = { "EC", "P-521" }, x25519 = { "X25519" };

static EVP_PKEY *ecdh_key(const struct ecdh *e)
{
	return e->group ? EVP_PKEY_Q_keygen(NULL, NULL, e->type, e->group) :
			  EVP_PKEY_Q_keygen(NULL, NULL, e->type);
}

static void ecdh_derive(const struct ecdh *e)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, e->key, NULL);
	u8 x[KSSH_P521_SIZE];
	size_t n = sizeof(x);

	must(c && EVP_PKEY_derive_init(c) == 1 &&
	     EVP_PKEY_derive_set_peer(c, e->key) == 1 &&
	     EVP_PKEY_derive(c, x, &n) == 1, "EVP_PKEY_derive");
	EVP_PKEY_CTX_free(c);
}

static bool ecdh_setup(struct ecdh *e)
{
	e->key = ecdh_key(e);
	must(e->key, "EVP_PKEY_Q_keygen");
	return true;
}

static bool p521_openssl_setup(void) { return ecdh_setup(&p521); }
static bool x25519_setup(void) { return ecdh_setup(&x25519); }
static void p521_openssl(void) { ecdh_derive(&p521); }
static void x25519_derive(void) { ecdh_derive(&x25519); }
static void x25519_keygen(void) { EVP_PKEY_free(ecdh_key(&x25519)); }

/* ---- what else a handshake must compute: H, six derivations, two keys ---- */

static void hash_and_keys(void)
{
	static const u8 transcript[TRANSCRIPT];
	u8 h[32], key[64] = {}, iv[12] = {};
	EVP_CIPHER_CTX *c;
	int i;

	SHA256(transcript, sizeof(transcript), h);
	for (i = 0; i < 6; i++)
		SHA256(transcript, 100, key);
	for (i = 0; i < 2; i++) {
		c = EVP_CIPHER_CTX_new();
		must(EVP_CipherInit_ex(c, EVP_aes_128_gcm(), NULL, key, iv, i) == 1,
		     "EVP_CipherInit_ex");
		EVP_CIPHER_CTX_free(c);
	}
}

/* ---- the table, and the clock ---- */

static const struct op {
	const char *figure, *who;
	bool (*setup)(void);	/* before each round; false: not possible here */
	void (*run)(void);
} ops[] = {
	{ "ed25519-verify", "kssh", NULL, ed_kssh },
	{ "ed25519-verify", "openssl", NULL, ed_openssl },
	{ "mlkem768-keygen+decaps", "kssh", NULL, mlkem768_kssh },
	{ "mlkem768-keygen+decaps", "openssl", mlkem768_setup, mlkem768_openssl },
	{ "mlkem1024-keygen+decaps", "kssh", NULL, mlkem1024_kssh },
	{ "mlkem1024-keygen+decaps", "openssl", mlkem1024_setup, mlkem1024_openssl },
	{ "sntrup761-keygen", "kssh", NULL, sntrup_keygen_kssh },
	{ "sntrup761-keygen", "libgcrypt", gcrypt_setup, sntrup_keygen_gcrypt },
	{ "sntrup761-decaps", "kssh", sntrup_encap, sntrup_decap_kssh },
	{ "sntrup761-decaps", "libgcrypt", gcrypt_setup, sntrup_decap_gcrypt },
	{ "p521-agree", "kssh", p521_setup, p521_kssh },
	{ "p521-agree", "openssl", p521_openssl_setup, p521_openssl },
	{ "x25519-keygen", "openssl", x25519_setup, x25519_keygen },
	{ "x25519-agree", "openssl", x25519_setup, x25519_derive },
	{ "hashes+keys", "openssl", NULL, hash_and_keys },
};

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static double ns_per_run(const struct op *op, double batch)
{
	double start = cpu_ns(), now;
	unsigned long n = 0;

	do {
		op->run();
		n++;
		now = cpu_ns();
	} while (now - start < batch);
	return (now - start) / n;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 15, r;
	double batch = (argc > 2 ? atof(argv[2]) : 20000) * 1000;
	unsigned int i;

	sha512 = crypto_alloc_shash("sha512", 0, 0);
	must(sha512 && ed_setup() && rounds > 0, "the set-up");
	mlkem768_setup();
	mlkem1024_setup();
	for (r = 0; r < rounds; r++) {
		for (i = 0; i < ARRAY_SIZE(ops); i++) {
			if (ops[i].setup && !ops[i].setup())
				continue;
			ops[i].run();	/* caches, tables made at first use */
			printf("prim\t%s\t%s\t%.0f\n", ops[i].figure, ops[i].who,
			       ns_per_run(&ops[i], batch));
		}
		fflush(stdout);
	}
	return 0;
}
