// SPDX-License-Identifier: GPL-2.0
/* Ciphers, MACs and the keys of one direction. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../alg/cipher.h"
#include "../alg/hash.h"
#include "../alg/keys.h"
#include "../wire/reason.h"
#include "alg_vectors.h"
#include "cipher_vectors.h"

KUNIT_ARRAY_PARAM_DESC(cipher, cipher_vectors, cipher);

#define LARGEST		KSSH_FRAME_MAX
#define SMALL_FRAME	128

static void free_keys(void *k)
{
	kssh_keys_free(k);
}

static struct kssh_keys *new_keys(struct kunit *test, const struct cipher_vector *v)
{
	const struct kssh_cipher_alg *cipher = find_cipher(v->cipher);
	const struct kssh_mac_alg *mac = find_mac(v->mac);
	struct kssh_keys *k = NULL;

	KUNIT_ASSERT_NOT_NULL(test, cipher);
	KUNIT_ASSERT_EQ(test, !cipher->tag_len, !!mac);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(cipher, mac, v->key, v->iv,
					       v->mac_key, &k));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_keys, k));
	return k;
}

/* Seals frame @f of the vector at @p with @tx, and opens it with @rx again. */
static void seal_and_open(struct kunit *test, const struct cipher_frame *f,
			  struct kssh_keys *tx, struct kssh_keys *rx, u8 *p)
{
	size_t sealed = f->plain_len + kssh_keys_tag_len(tx);
	u8 digest[KSSH_HASH_MAX];
	u8 *want;
	u32 len;

	frame_pattern(p, f->plain_len, f->seq);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_seal(tx, f->seq, p, f->plain_len));
	if (f->sealed_len) {
		KUNIT_ASSERT_EQ(test, sealed, f->sealed_len);
		KUNIT_EXPECT_MEMEQ(test, p, f->data, sealed);
	} else {
		KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA256, p, sealed,
							  digest));
		KUNIT_EXPECT_MEMEQ(test, digest, f->data, 32);
	}

	KUNIT_ASSERT_EQ(test, 0, kssh_keys_length(rx, f->seq, p, &len));
	KUNIT_ASSERT_EQ(test, f->plain_len - 4, len);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_open(rx, f->seq, p, sealed));
	want = vmalloc(f->plain_len);
	KUNIT_ASSERT_NOT_NULL(test, want);
	frame_pattern(want, f->plain_len, f->seq);
	KUNIT_EXPECT_EQ(test, 0, memcmp(p, want, f->plain_len));
	vfree(want);
}

static void cipher_known_frames(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	struct kssh_keys *tx = new_keys(test, v), *rx = new_keys(test, v);
	size_t i;
	u8 *p;

	for (i = 0; i < v->n_frames; i++) {
		p = kmalloc(v->frames[i].plain_len + kssh_keys_tag_len(tx), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		seal_and_open(test, &v->frames[i], tx, rx, p);
		kfree(p);
	}
}

/* The same in memory whose pages lie apart, at places that straddle them. */
static void cipher_known_frames_vmalloc(struct kunit *test)
{
	static const unsigned int offsets[] = { 0, 1, 7, PAGE_SIZE - 17, PAGE_SIZE - 3 };
	const struct cipher_vector *v = test->param_value;
	u8 *p = vmalloc(PAGE_SIZE + LARGEST);
	struct kssh_keys *tx, *rx;
	size_t i, j;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (j = 0; j < ARRAY_SIZE(offsets); j++) {
		tx = new_keys(test, v);
		rx = new_keys(test, v);
		for (i = 0; i < v->n_frames; i++)
			seal_and_open(test, &v->frames[i], tx, rx, p + offsets[j]);
	}
	vfree(p);
}

/* Every bit of a short frame counts, and a failure leaves the keys as they were. */
static void cipher_tampered(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	const struct kssh_cipher_alg *a = find_cipher(v->cipher);
	struct kssh_keys *k = new_keys(test, v);
	u8 frame[SMALL_FRAME];
	size_t i;

	KUNIT_ASSERT_LE(test, f->sealed_len, sizeof(frame));
	for (i = 0; i < 8 * f->sealed_len; i++) {
		memcpy(frame, f->data, f->sealed_len);
		frame[i / 8] ^= 1 << i % 8;
		KUNIT_ASSERT_EQ_MSG(test, KSSH_R_BAD_MAC,
				    kssh_keys_open(k, f->seq, frame, f->sealed_len),
				    "bit %zu", i);
		if (!strcmp(a->kernel_name ?: "", "gcm(aes)"))
			continue;
		frame[i / 8] ^= 1 << i % 8;
		KUNIT_ASSERT_MEMEQ(test, frame, f->data, f->sealed_len);
	}
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, f->seq, frame, f->sealed_len));
}

static void cipher_wrong_place(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	bool counts = v->iv && !strcmp(find_cipher(v->cipher)->kernel_name ?: "",
				       "gcm(aes)");
	struct kssh_keys *k = new_keys(test, v);
	u8 frame[SMALL_FRAME];

	/* AES-GCM counts packets by itself, the others by sequence number. */
	memcpy(frame, f->data, f->sealed_len);
	if (!counts)
		KUNIT_EXPECT_EQ(test, KSSH_R_BAD_MAC,
				kssh_keys_open(k, f->seq + 1, frame, f->sealed_len));
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, f->seq, frame, f->sealed_len));
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, KSSH_R_BAD_MAC,
			kssh_keys_open(k, counts ? f->seq : f->seq + 1, frame,
				       f->sealed_len));
}

static void cipher_cut(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	struct kssh_keys *k = new_keys(test, v);
	size_t n, least = 4 + KSSH_PACKET_MIN + kssh_keys_tag_len(k);
	u8 *p;

	for (n = 1; n < f->sealed_len; n++) {
		p = kmemdup(f->data, n, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, n < least ? KSSH_R_CRYPTO_FAILED : KSSH_R_BAD_MAC,
				kssh_keys_open(k, f->seq, p, n));
		kfree(p);
	}
}

/* Nothing of a frame longer than any may be is touched. */
static void cipher_too_long(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	size_t n = LARGEST + PAGE_SIZE;
	struct kssh_keys *k = new_keys(test, v);
	u8 *p = vmalloc(n);

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0x5a, n);
	KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
			kssh_keys_open(k, 0, p, LARGEST + 1));
	KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
			kssh_keys_seal(k, 0, p, LARGEST + 1 -
				       kssh_keys_tag_len(k)));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x5a, n));
	vfree(p);
}

static void cipher_none(struct kunit *test)
{
	u8 frame[20], want[20];
	struct kssh_keys *k;
	u32 len;

	frame_pattern(want, sizeof(want), 9);
	memcpy(frame, want, sizeof(want));
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(&kssh_cipher_none, NULL, NULL, NULL,
					       NULL, &k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_tag_len(k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_aad_len(k));
	KUNIT_EXPECT_EQ(test, 8, kssh_keys_block_len(k));
	KUNIT_EXPECT_EQ(test, 4, kssh_keys_head_len(k));
	KUNIT_EXPECT_PTR_EQ(test, &kssh_cipher_none, kssh_keys_cipher(k));
	KUNIT_EXPECT_NULL(test, kssh_keys_mac(k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_seal(k, 0, frame, sizeof(frame)));
	KUNIT_EXPECT_MEMEQ(test, frame, want, sizeof(want));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_length(k, 0, frame, &len));
	KUNIT_EXPECT_EQ(test, 16, len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, 0, frame, sizeof(frame)));
	KUNIT_EXPECT_MEMEQ(test, frame, want, sizeof(want));
	kssh_keys_free(k);
	kssh_keys_free(NULL);
}

/* Each row fits the limits of the header, has a vector, and works here. */
static void cipher_tables(struct kunit *test)
{
	const struct kssh_cipher_alg *c;
	const struct kssh_mac_alg *m;
	size_t i;

	for (c = kssh_cipher_algs; c->name; c++) {
		KUNIT_EXPECT_LE(test, strlen(c->name), KSSH_ALGNAME_MAX - 1);
		KUNIT_EXPECT_LE(test, c->key_len, KSSH_KEY_MAX);
		KUNIT_EXPECT_LE(test, c->iv_len, KSSH_IV_MAX);
		KUNIT_EXPECT_LE(test, c->tag_len, KSSH_TAG_MAX);
		KUNIT_EXPECT_GE(test, c->block_len, 8);
		KUNIT_EXPECT_TRUE(test, kssh_cipher_usable(c));
		KUNIT_EXPECT_TRUE(test, kssh_cipher_usable(c));
		for (i = 0; i < ARRAY_SIZE(cipher_vectors); i++)
			if (!strcmp(cipher_vectors[i].cipher, c->name))
				break;
		KUNIT_EXPECT_LT(test, i, ARRAY_SIZE(cipher_vectors));
	}
	for (m = kssh_mac_algs; m->name; m++) {
		KUNIT_EXPECT_LE(test, strlen(m->name), KSSH_ALGNAME_MAX - 1);
		KUNIT_EXPECT_LE(test, m->key_len, KSSH_KEY_MAX);
		KUNIT_EXPECT_LE(test, m->tag_len, KSSH_TAG_MAX);
		KUNIT_EXPECT_TRUE(test, m->etm);
		KUNIT_EXPECT_TRUE(test, kssh_mac_usable(m));
		KUNIT_EXPECT_TRUE(test, kssh_mac_usable(m));
	}
}

static struct kunit_case cipher_cases[] = {
	KUNIT_CASE_PARAM(cipher_known_frames, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_known_frames_vmalloc, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_tampered, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_wrong_place, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_cut, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_too_long, cipher_gen_params),
	KUNIT_CASE(cipher_none),
	KUNIT_CASE(cipher_tables),
	{}
};

static struct kunit_suite cipher_suite = {
	.name = "kssh_cipher",
	.test_cases = cipher_cases,
};

kunit_test_suites(&cipher_suite);
