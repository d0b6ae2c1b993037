// SPDX-License-Identifier: GPL-2.0
/* Host key blobs and signatures. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../alg/hostkey.h"
#include "../wire/reason.h"
#include "alg_vectors.h"
#include "hostkey_vectors.h"

KUNIT_ARRAY_PARAM_DESC(hostkey, hostkey_vectors, desc);

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
	KUNIT_EXPECT_EQ(test, v->check, kssh_hostkey_check(a, key));
	if (!v->check && sig.n)
		KUNIT_EXPECT_EQ(test, v->verify,
				kssh_hostkey_verify(a, key, sig, v->data));
	kfree(key.p);
	kfree(sig.p);
}

/* The first good vector of an algorithm; the tests below start from it. */
static const struct hostkey_vector *first_good(const struct kssh_hostkey_alg *a)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hostkey_vectors); i++)
		if (!strcmp(hostkey_vectors[i].alg, a->name) &&
		    !hostkey_vectors[i].check && hostkey_vectors[i].sig.n &&
		    !hostkey_vectors[i].verify)
			return &hostkey_vectors[i];
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
				    kssh_hostkey_check(a, b), "%zu bytes", n);
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

/* Whatever byte is changed, in key, signature or data: it must not verify. */
static void hostkey_tampered(struct kunit *test)
{
	const struct kssh_hostkey_alg *a = test->param_value;
	const struct hostkey_vector *v = first_good(a);
	struct kssh_blob part[3];
	int i, reason;
	size_t at;
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, v);
	for (i = 0; i < ARRAY_SIZE(part); i++) {
		part[0] = v->key;
		part[1] = v->sig;
		part[2] = v->data;
		part[i] = copy(test, part[i], part[i].n);
		p = (u8 *)part[i].p;
		for (at = 0; at < part[i].n; at++) {
			p[at] ^= 1 << at % 8;
			reason = kssh_hostkey_check(a, part[0]);
			if (!reason)
				reason = kssh_hostkey_verify(a, part[0], part[1],
							     part[2]);
			KUNIT_EXPECT_NE_MSG(test, 0, reason, "part %d byte %zu", i, at);
			p[at] ^= 1 << at % 8;
		}
		KUNIT_EXPECT_EQ(test, 0, kssh_hostkey_check(a, part[0]));
		KUNIT_EXPECT_EQ(test, 0, kssh_hostkey_verify(a, part[0], part[1],
							     part[2]));
		kfree(p);
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
