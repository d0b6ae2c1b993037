// SPDX-License-Identifier: GPL-2.0
/*
 * Host keys and certificates that a server may think of: the vectors of the KUnit
 * suite, cut, stretched, spliced and with their lengths changed.  Nothing may be
 * read out of bounds (AddressSanitizer: each copy is of the exact size), and what
 * comes back is one of the reasons that hostkey.h names.  Reproducible, by
 * KSSH_FUZZ_SEED and KSSH_FUZZ_ROUNDS.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <stdlib.h>

#include "../../module/alg/hostkey.h"
#include "../../module/wire/reason.h"
#include "../../module/kunit/alg_vectors.h"
#include "../../module/kunit/hostkey_vectors.h"
#include "../../module/kunit/sk_cert_vectors.h"

#define BLOB_MAX	8192
/* Arithmetic is slow under the sanitizers. */
#define VERIFY_EVERY	16

static u64 seed;

static u32 rnd(u32 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static unsigned int setting(const char *name, unsigned int otherwise)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : otherwise;
}

static const struct hostkey_vector *any_vector(void)
{
	u32 i = rnd(ARRAY_SIZE(hostkey_vectors) + 3 * ARRAY_SIZE(sk_cert_vectors));

	if (i < ARRAY_SIZE(hostkey_vectors))
		return &hostkey_vectors[i];
	return &sk_cert_vectors[(i - ARRAY_SIZE(hostkey_vectors)) %
				ARRAY_SIZE(sk_cert_vectors)];
}

/* Where one of the blob's own length fields stands, if it is sound so far. */
static size_t any_length(const u8 *p, size_t n)
{
	size_t at = 0, steps = rnd(16);

	while (steps-- && at + 4 < n && get_unaligned_be32(p + at) <= n - at - 4)
		at += 4 + get_unaligned_be32(p + at);
	return at + 4 <= n ? at : 0;
}

/* One change of @n bytes at @p, of which there is room for BLOB_MAX. */
static size_t change(u8 *p, size_t n)
{
	static const u32 lengths[] = { 0, 1, 3, 4, 0x7fffffff, 0x80000000, 0xffffffff };
	size_t at, len;

	if (n < 8 || n > BLOB_MAX / 2)
		return n;
	switch (rnd(6)) {
	case 0:
		p[rnd(n)] ^= 1 << rnd(8);
		return n;
	case 1:
		return rnd(n);
	case 2:		/* a length that lies, by little or by much */
		at = any_length(p, n);
		put_unaligned_be32(rnd(2) ? lengths[rnd(ARRAY_SIZE(lengths))] :
				   get_unaligned_be32(p + at) + rnd(9) - 4, p + at);
		return n;
	case 3:		/* a piece twice */
		at = rnd(n);
		len = rnd(n - at) + 1;
		memmove(p + at + len, p + at, n - at);
		return n + len;
	case 4:		/* a piece less */
		at = rnd(n);
		len = rnd(n - at) + 1;
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	default:
		put_unaligned_be32(rnd(3), p + rnd(n - 4));
		return n;
	}
}

static struct kssh_blob changed(struct kunit *test, struct kssh_blob b)
{
	static u8 work[BLOB_MAX];
	u32 times = rnd(4);
	u8 *p;

	memcpy(work, b.p, b.n);
	while (times--)
		b.n = change(work, b.n);
	p = kmemdup(work, b.n ?: 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	return (struct kssh_blob){ .p = p, .n = b.n };
}

static unsigned int checked[256], verified[256];

static void one(struct kunit *test)
{
	const struct hostkey_vector *v = any_vector(), *other = any_vector();
	const struct kssh_hostkey_alg *a = find_hostkey(rnd(8) ? v->alg : other->alg);
	struct kssh_blob key = changed(test, v->key);
	struct kssh_blob sig = changed(test, v->sig);
	int reason;

	reason = kssh_hostkey_check(a, key, KSSH_RSA_BITS_DEFAULT);
	checked[reason]++;
	if (!reason && !rnd(VERIFY_EVERY))
		verified[kssh_hostkey_verify(a, key, sig, v->data)]++;
	kfree(key.p);
	kfree(sig.p);
}

static unsigned int take(unsigned int *count)
{
	unsigned int n = *count;

	*count = 0;
	return n;
}

/* Each result that is meant to be possible has come, and no other. */
static void expect_known(struct kunit *test)
{
	int i;

	KUNIT_EXPECT_GT(test, take(&checked[0]), 100u);
	KUNIT_EXPECT_GT(test, take(&checked[KSSH_R_HOSTKEY_MALFORMED]), 100u);
	KUNIT_EXPECT_GT(test, take(&checked[KSSH_R_HOSTKEY_TYPE]), 100u);
	KUNIT_EXPECT_GT(test, take(&checked[KSSH_R_HOSTKEY_TOO_SMALL]), 10u);
	KUNIT_EXPECT_GT(test, take(&verified[0]), 0u);
	KUNIT_EXPECT_GT(test, take(&verified[KSSH_R_SIGNATURE_MALFORMED]), 10u);
	KUNIT_EXPECT_GT(test, take(&verified[KSSH_R_SIGNATURE_WRONG]), 10u);
	take(&verified[KSSH_R_HOSTKEY_MALFORMED]);
	for (i = 0; i < ARRAY_SIZE(checked); i++)
		KUNIT_EXPECT_EQ_MSG(test, 0u, checked[i] + verified[i], "%s",
				    kssh_reason_name(i));
}

static void changed_blobs(struct kunit *test)
{
	unsigned int rounds = setting("KSSH_FUZZ_ROUNDS", 50000), i;

	seed = setting("KSSH_FUZZ_SEED", 1);
	for (i = 0; i < rounds && !test->failed; i++)
		one(test);
	if (rounds >= 20000)
		expect_known(test);
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE(changed_blobs),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "kssh_hostkey_fuzz",
	.test_cases = fuzz_cases,
};

kunit_test_suite(fuzz_suite);
