// SPDX-License-Identifier: GPL-2.0
/*
 * What KUnit cannot bring about in a kernel: each allocation and each call of the
 * crypto API by alg/ and kex/ failing in turn, and fips_enabled.  Linked with
 * shim/kunit.c, which has main(); leaks are found by AddressSanitizer at the end.
 */
#include <kunit/test.h>
#include <linux/crypto.h>
#include <linux/fips.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "../../module/alg/usable.h"
#include "../../module/kex/kex.h"
#include "../../module/kex/methods.h"
#include "../../module/kex/nist.h"
#include "../../module/wire/reason.h"
#include "../../module/kunit/alg_vectors.h"
#include "../../module/kunit/kex_vectors.h"

/* More than any one call allocates. */
#define ENOUGH	200

int kssh_user_fail_alloc;
int kssh_user_killed;

static void from_tape(void *ctx, void *p, size_t n)
{
	struct kssh_blob *tape = ctx;

	memcpy(p, tape->p, n);
	tape->p += n;
	tape->n -= n;
}

static struct kssh_exchange *prepared(const struct kex_vector *v)
{
	struct kssh_exchange *x = kssh_exchange_new();
	int i;

	x->neg.kex = find_kex(v->kex);
	x->neg.hostkey = find_hostkey(v->hostkey);
	for (i = 0; i < 2; i++) {
		x->neg.cipher[i] = find_cipher(v->cipher[i]);
		if (!x->neg.cipher[i]->tag_len)
			x->neg.mac[i] = &kssh_mac_algs[0];
	}
	memcpy(x->session_id, v->sid.p, v->sid.n);
	x->session_id_len = v->sid.n;
	kssh_owned_set(&x->v_c, v->v_c);
	kssh_owned_set(&x->v_s, v->v_s);
	kssh_owned_set(&x->i_c, v->i_c);
	kssh_owned_set(&x->i_s, v->i_s);
	kssh_owned_set(&x->k_s, v->k_s);
	kssh_owned_set(&x->sig, v->sig);
	kssh_owned_set(&x->q_s, v->q_s);
	return x;
}

static void describe(const struct kex_vector *v, char *desc)
{
	strscpy(desc, v->kex, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kex, kex_vectors, describe);

static void out_of_memory_in_begin(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	int i, reason = KSSH_R_NO_MEMORY;

	for (i = 1; reason && i < ENOUGH; i++) {
		struct kssh_exchange *x = prepared(v);
		struct kssh_blob tape = v->random;
		struct kssh_env env = { .random = from_tape, .ctx = &tape };

		kssh_user_fail_alloc = i;
		reason = kssh_exchange_begin(x, &env);
		kssh_user_fail_alloc = 0;
		if (reason)
			KUNIT_EXPECT_EQ(test, KSSH_R_NO_MEMORY, reason);
		kssh_exchange_free(x);
	}
	KUNIT_EXPECT_EQ(test, 0, reason);
	KUNIT_EXPECT_GT(test, i, 2);
}

static void out_of_memory_in_finish(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	int i, reason = KSSH_R_NO_MEMORY;

	for (i = 1; reason && i < ENOUGH; i++) {
		struct kssh_exchange *x = prepared(v);
		struct kssh_blob tape = v->random;
		struct kssh_env env = { .random = from_tape, .ctx = &tape };

		KUNIT_ASSERT_EQ(test, 0, kssh_exchange_begin(x, &env));
		kssh_user_fail_alloc = i;
		reason = kssh_exchange_finish(x);
		kssh_user_fail_alloc = 0;
		if (reason)
			KUNIT_EXPECT_EQ(test, KSSH_R_NO_MEMORY, reason);
		KUNIT_EXPECT_NULL(test, x->ephemeral);
		KUNIT_EXPECT_NULL(test, x->secret);
		KUNIT_EXPECT_NULL(test, x->k);
		kssh_exchange_free(x);
	}
	KUNIT_EXPECT_EQ(test, 0, reason);
	KUNIT_EXPECT_GT(test, i, 4);
}

/* What the kernel's API refuses in key generation is said, not sent. */
static void crypto_fails_in_begin(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	int i, reason = KSSH_R_CRYPTO_FAILED;

	for (i = 1; reason && i < ENOUGH; i++) {
		struct kssh_exchange *x = prepared(v);
		struct kssh_blob tape = v->random;
		struct kssh_env env = { .random = from_tape, .ctx = &tape };

		kssh_user_fail_crypto = i;
		reason = kssh_exchange_begin(x, &env);
		KUNIT_EXPECT_EQ(test, !reason, kssh_user_fail_crypto > 0);
		kssh_user_fail_crypto = 0;
		KUNIT_EXPECT_EQ(test, !reason, !!x->q_c.p);
		if (reason)
			KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED, reason);
		kssh_exchange_free(x);
	}
	KUNIT_EXPECT_EQ(test, 0, reason);
	if (strstr(v->kex, "sntrup"))
		KUNIT_EXPECT_GT(test, i, 2);
}

/* Whichever call fails: no keys, no secret left, and never taken for success. */
static void crypto_fails_in_finish(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	int i, reason = KSSH_R_CRYPTO_FAILED;

	for (i = 1; reason && i < ENOUGH; i++) {
		struct kssh_exchange *x = prepared(v);
		struct kssh_blob tape = v->random;
		struct kssh_env env = { .random = from_tape, .ctx = &tape };

		KUNIT_ASSERT_EQ(test, 0, kssh_exchange_begin(x, &env));
		kssh_user_fail_crypto = i;
		reason = kssh_exchange_finish(x);
		KUNIT_EXPECT_EQ(test, !reason, kssh_user_fail_crypto > 0);
		kssh_user_fail_crypto = 0;
		KUNIT_EXPECT_NE(test, KSSH_R_SIGNATURE_WRONG, reason);
		KUNIT_EXPECT_EQ(test, !reason, x->keys[0] && x->keys[1]);
		KUNIT_EXPECT_NULL(test, x->ephemeral);
		KUNIT_EXPECT_NULL(test, x->secret);
		KUNIT_EXPECT_NULL(test, x->k);
		kssh_exchange_free(x);
	}
	KUNIT_EXPECT_EQ(test, 0, reason);
	KUNIT_EXPECT_GT(test, i, 20);
}

#define FRAME	36

/* A packet that could not be sealed has still spent its place in the stream. */
static void crypto_fails_in_seal(struct kunit *test)
{
	static const u8 key[KSSH_KEY_MAX] = { 1, 2, 3 };
	const struct kssh_cipher_alg *c;
	u8 one[FRAME + KSSH_TAG_MAX], two[FRAME + KSSH_TAG_MAX];
	struct kssh_keys *k, *fresh;

	for (c = kssh_cipher_algs; c->name; c++) {
		const struct kssh_mac_alg *mac = c->tag_len ? NULL : kssh_mac_algs;
		size_t n;

		if (!c->kernel_name)
			continue;
		KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(c, mac, key, key, key, &k));
		KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(c, mac, key, key, key, &fresh));
		n = FRAME + kssh_keys_tag_len(k);
		memset(one, 0, sizeof(one));
		memset(two, 0, sizeof(two));
		kssh_user_fail_crypto = 1;
		KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
				kssh_keys_seal(k, 0, one, FRAME));
		memset(one, 0, sizeof(one));
		KUNIT_EXPECT_EQ(test, 0, kssh_keys_seal(k, 0, one, FRAME));
		KUNIT_EXPECT_EQ(test, 0, kssh_keys_seal(fresh, 0, two, FRAME));
		KUNIT_EXPECT_NE(test, 0, memcmp(one, two, n));
		kssh_user_fail_crypto = 1;
		KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
				kssh_keys_open(fresh, 0, two, n));
		kssh_keys_free(fresh);
		kssh_keys_free(k);
	}
}

static void crypto_fails_in_hash_init(struct kunit *test)
{
	int i;

	kssh_hash_exit();
	for (i = 1; i <= KSSH_HASH_COUNT; i++) {
		kssh_user_fail_crypto = i;
		KUNIT_EXPECT_EQ(test, -EIO, kssh_hash_init());
	}
	KUNIT_ASSERT_EQ(test, 0, kssh_hash_init());
}

/* A lack of memory is not remembered as a lack of the algorithm. */
static void out_of_memory_is_not_kept(struct kunit *test)
{
	const struct kssh_nist_curve *const curves[] = {
		&kssh_nist_p256, &kssh_nist_p384
	};
	const struct kssh_cipher_alg *c;
	const struct kssh_mac_alg *m;
	const struct kssh_hostkey_alg *h;
	int i;

	for (c = kssh_cipher_algs; c->name; c++) {
		kssh_user_fail_alloc = 1;
		KUNIT_EXPECT_FALSE(test, kssh_cipher_usable(c));
		KUNIT_EXPECT_TRUE(test, kssh_cipher_usable(c));
	}
	for (m = kssh_mac_algs; m->name; m++) {
		kssh_user_fail_alloc = 1;
		KUNIT_EXPECT_FALSE(test, kssh_mac_usable(m));
		KUNIT_EXPECT_TRUE(test, kssh_mac_usable(m));
	}
	for (h = kssh_hostkey_algs; h->name; h++) {
		kssh_user_fail_alloc = 1;
		KUNIT_EXPECT_EQ(test, !h->kernel_name, kssh_hostkey_usable(h));
		KUNIT_EXPECT_TRUE(test, kssh_hostkey_usable(h));
	}
	for (i = 0; i < ARRAY_SIZE(curves); i++) {
		kssh_user_fail_alloc = 1;
		KUNIT_EXPECT_FALSE(test, kssh_nist_usable(curves[i]));
		KUNIT_EXPECT_TRUE(test, kssh_nist_usable(curves[i]));
	}
	kssh_user_fail_alloc = 0;
}

static int returns(const void *row)
{
	return *(const int *)row;
}

/* Modules are not loaded for a process that is being killed. */
static void what_the_killed_find_is_not_kept(struct kunit *test)
{
	int missing = -ENOENT, works = 1, memo = 0;

	kssh_user_killed = 1;
	KUNIT_EXPECT_EQ(test, -ENOENT, kssh_usable_once(&memo, returns, &missing));
	KUNIT_EXPECT_EQ(test, 1, kssh_usable_once(&memo, returns, &works));
	memo = 0;
	KUNIT_EXPECT_EQ(test, -ENOENT, kssh_usable_once(&memo, returns, &missing));
	kssh_user_killed = 0;
	KUNIT_EXPECT_EQ(test, 1, kssh_usable_once(&memo, returns, &works));
	KUNIT_EXPECT_EQ(test, 1, kssh_usable_once(&memo, returns, &missing));
	memo = 0;
	KUNIT_EXPECT_EQ(test, -ENOENT, kssh_usable_once(&memo, returns, &missing));
	KUNIT_EXPECT_EQ(test, -ENOENT, kssh_usable_once(&memo, returns, &works));
}

static void fips_offers_what_is_approved(struct kunit *test)
{
	const struct kssh_hostkey_alg *h;
	const struct kssh_cipher_alg *c;
	const struct kssh_mac_alg *m;
	const struct kssh_kex_alg *k;

	fips_enabled = 1;
	for (c = kssh_cipher_algs; c->name; c++)
		KUNIT_EXPECT_EQ(test, !strncmp(c->name, "aes", 3),
				kssh_cipher_usable(c));
	for (m = kssh_mac_algs; m->name; m++)
		KUNIT_EXPECT_EQ(test, !strncmp(m->name, "hmac-sha2", 9),
				kssh_mac_usable(m));
	for (h = kssh_hostkey_algs; h->name; h++)
		KUNIT_EXPECT_EQ(test, !strstr(h->name, "ed25519"),
				kssh_hostkey_usable(h));
	for (k = kssh_kex_algs; k->name; k++)
		KUNIT_EXPECT_EQ(test, !strcmp(k->name, "ecdh-sha2-nistp256") ||
				!strcmp(k->name, "ecdh-sha2-nistp384"),
				kssh_kex_usable(k));
	fips_enabled = 0;
}

static struct kunit_case cases[] = {
	/* first: it looks at what the first call of each function does */
	KUNIT_CASE(out_of_memory_is_not_kept),
	KUNIT_CASE_PARAM(out_of_memory_in_begin, kex_gen_params),
	KUNIT_CASE_PARAM(out_of_memory_in_finish, kex_gen_params),
	KUNIT_CASE_PARAM(crypto_fails_in_begin, kex_gen_params),
	KUNIT_CASE_PARAM(crypto_fails_in_finish, kex_gen_params),
	KUNIT_CASE(crypto_fails_in_seal),
	KUNIT_CASE(crypto_fails_in_hash_init),
	KUNIT_CASE(what_the_killed_find_is_not_kept),
	KUNIT_CASE(fips_offers_what_is_approved),
	{}
};

static struct kunit_suite suite = {
	.name = "kssh_alg_fail",
	.test_cases = cases,
};

kunit_test_suites(&suite);
