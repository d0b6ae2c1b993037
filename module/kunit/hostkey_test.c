// SPDX-License-Identifier: GPL-2.0
/* Host key blobs and signatures. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../alg/hostkey.h"
#include "../wire/reason.h"
#include "alg_vectors.h"
#include "hostkey_vectors.h"
#include "sk_cert_vectors.h"

#define BITS_MIN	KSSH_RSA_BITS_DEFAULT

KUNIT_ARRAY_PARAM_DESC(hostkey, hostkey_vectors, desc);
KUNIT_ARRAY_PARAM_DESC(sk_cert, sk_cert_vectors, desc);

/* Copies are of the exact size, so that a byte read too far is seen. */
static struct kssh_blob copy(struct kunit *test, struct kssh_blob b, size_t n)
{
	u8 *p = kmemdup(b.p, n ?: 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return (struct kssh_blob){ .p = p, .n = n };
}

static void hostkey_known(struct kunit *test)
{
	const struct hostkey_vector *v = test->param_value;
	const struct kssh_hostkey_alg *a = find_hostkey(v->alg);
	struct kssh_blob key = copy(test, v->key, v->key.n);
	struct kssh_blob sig = copy(test, v->sig, v->sig.n);

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_EXPECT_EQ(test, v->check, kssh_hostkey_check(a, key, BITS_MIN));
	if (!v->check && sig.n)
		KUNIT_EXPECT_EQ(test, v->verify,
				kssh_hostkey_verify(a, key, sig, v->data));
	kfree(key.p);
	kfree(sig.p);
}

static bool is_good(const struct hostkey_vector *v, const struct kssh_hostkey_alg *a)
{
	return !strcmp(v->alg, a->name) && !v->check && v->sig.n && !v->verify;
}

/* The first good vector of an algorithm; the tests below start from it. */
static const struct hostkey_vector *first_good(const struct kssh_hostkey_alg *a)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostkey_vectors); i++)
		if (is_good(&hostkey_vectors[i], a))
			return &hostkey_vectors[i];
	for (i = 0; i < ARRAY_SIZE(sk_cert_vectors); i++)
		if (is_good(&sk_cert_vectors[i], a))
			return &sk_cert_vectors[i];
	return NULL;
}

static const void *alg_gen_params(struct kunit *test, const void *prev, char *desc)
{
	const struct kssh_hostkey_alg *a = prev;

	a = a ? a + 1 : kssh_hostkey_algs;
	if (!a->name)
		return NULL;
	strscpy(desc, a->name, KUNIT_PARAM_DESC_SIZE);
	return a;
}

static void hostkey_cut(struct kunit *test)
{
	const struct kssh_hostkey_alg *a = test->param_value;
	const struct hostkey_vector *v = first_good(a);
	struct kssh_blob b;
	size_t n;

	KUNIT_ASSERT_NOT_NULL(test, v);
	for (n = 0; n < v->key.n; n++) {
		b = copy(test, v->key, n);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_HOSTKEY_MALFORMED,
				    kssh_hostkey_check(a, b, BITS_MIN), "%zu bytes", n);
		kfree(b.p);
	}
	for (n = 0; n < v->sig.n; n++) {
		b = copy(test, v->sig, n);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_SIGNATURE_MALFORMED,
				    kssh_hostkey_verify(a, v->key, b, v->data),
				    "%zu bytes", n);
		kfree(b.p);
	}
}

/* The bytes of @key that the signature depends on: all, but of a certificate. */
static void signing_part(const struct kssh_hostkey_alg *a, struct kssh_blob key,
			 size_t *from, size_t *to)
{
	struct kssh_rd r;

	*from = 0;
	*to = key.n;
	if (!a->cert)
		return;
	kssh_rd_init(&r, key.p, key.n);
	kssh_rd_string(&r);
	kssh_rd_string(&r);
	*from = r.p - key.p;
	a->check(a, &r, BITS_MIN);
	*to = r.p - key.p;
}

static int check_and_verify(const struct kssh_hostkey_alg *a,
			    const struct kssh_blob part[3])
{
	return kssh_hostkey_check(a, part[0], BITS_MIN) ?:
	       kssh_hostkey_verify(a, part[0], part[1], part[2]);
}

/* Whatever byte is changed, in key, signature or data: it must not verify. */
static void hostkey_tampered(struct kunit *test)
{
	const struct kssh_hostkey_alg *a = test->param_value;
	const struct hostkey_vector *v = first_good(a);
	struct kssh_blob part[3];
	size_t at, from, to;
	int i;
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, v);
	for (i = 0; i < ARRAY_SIZE(part); i++) {
		part[0] = v->key;
		part[1] = v->sig;
		part[2] = v->data;
		from = 0;
		to = part[i].n;
		if (!i)
			signing_part(a, v->key, &from, &to);
		KUNIT_EXPECT_GE(test, to - from, (size_t)32);
		part[i] = copy(test, part[i], part[i].n);
		p = (u8 *)part[i].p;
		for (at = from; at < to; at++) {
			p[at] ^= 1 << at % 8;
			KUNIT_EXPECT_NE_MSG(test, 0, check_and_verify(a, part),
					    "part %d byte %zu", i, at);
			p[at] ^= 1 << at % 8;
		}
		KUNIT_EXPECT_EQ(test, 0, check_and_verify(a, part));
		kfree(p);
	}
}

/* Moduli that have just enough bits, or not. */
static void hostkey_rsa_min(struct kunit *test)
{
	static const struct {
		const char *vector;
		unsigned int bits;
	} keys[] = {
		{ "rsa 1024 bits", 1024 },
		{ "rsa 2047 bits", 2047 },
		{ "rsa-sha2-512 good, 2048 bits", 2048 },
		{ "rsa-sha2-512 good, 3072 bits", 3072 },
		{ "rsa 16384 bits", 16384 },
	};
	const struct kssh_hostkey_alg *a = find_hostkey("rsa-sha2-512");
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		for (i = 0; i < ARRAY_SIZE(hostkey_vectors); i++)
			if (!strcmp(hostkey_vectors[i].desc, keys[k].vector))
				break;
		KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(hostkey_vectors));
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    kssh_hostkey_check(a, hostkey_vectors[i].key,
						       keys[k].bits),
				    "%u bits", keys[k].bits);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_HOSTKEY_TOO_SMALL,
				    kssh_hostkey_check(a, hostkey_vectors[i].key,
						       keys[k].bits + 1),
				    "%u bits", keys[k].bits);
	}
}

static void hostkey_table(struct kunit *test)
{
	const struct kssh_hostkey_alg *a = test->param_value;

	KUNIT_EXPECT_LE(test, strlen(a->name), KSSH_ALGNAME_MAX - 1);
	KUNIT_EXPECT_TRUE(test, kssh_hostkey_usable(a));
	KUNIT_EXPECT_TRUE(test, kssh_hostkey_usable(a));
}

static struct kunit_case hostkey_cases[] = {
	KUNIT_CASE_PARAM(hostkey_known, hostkey_gen_params),
	KUNIT_CASE_PARAM(hostkey_known, sk_cert_gen_params),
	KUNIT_CASE(hostkey_rsa_min),
	KUNIT_CASE_PARAM(hostkey_cut, alg_gen_params),
	KUNIT_CASE_PARAM(hostkey_tampered, alg_gen_params),
	KUNIT_CASE_PARAM(hostkey_table, alg_gen_params),
	{}
};

static struct kunit_suite hostkey_suite = {
	.name = "kssh_hostkey",
	.test_cases = hostkey_cases,
};

kunit_test_suites(&hostkey_suite);
