// SPDX-License-Identifier: GPL-2.0
/* Key exchange: both halves known, every result known. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../kex/kex.h"
#include "../kex/methods.h"
#include "../wire/reason.h"
#include "alg_vectors.h"
#include "kex_vectors.h"

static void kex_describe(const struct kex_vector *v, char *desc)
{
	strscpy(desc, v->kex, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kex, kex_vectors, kex_describe);

/* The client's random generator: a tape that must be used up exactly. */
struct tape {
	struct kssh_blob left;
	bool short_of;
};

static void tape_random(void *ctx, void *p, size_t n)
{
	struct tape *t = ctx;

	if (n > t->left.n) {
		t->short_of = true;
		return;
	}
	memcpy(p, t->left.p, n);
	t->left.p += n;
	t->left.n -= n;
}

static u64 no_clock(void *ctx)
{
	return 0;
}

static void free_exchange(void *x)
{
	kssh_exchange_free(x);
}

/* An exchange as the conn has it when the server's reply has been read. */
static struct kssh_exchange *begun(struct kunit *test, const struct kex_vector *v)
{
	struct tape tape = { .left = v->random };
	const struct kssh_env env = { tape_random, no_clock, &tape };
	struct kssh_exchange *x = kssh_exchange_new();
	int i;

	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_exchange, x));
	x->neg.kex = find_kex(v->kex);
	x->neg.hostkey = find_hostkey(v->hostkey);
	KUNIT_ASSERT_NOT_NULL(test, x->neg.kex);
	KUNIT_ASSERT_NOT_NULL(test, x->neg.hostkey);
	for (i = 0; i < 2; i++) {
		x->neg.cipher[i] = find_cipher(v->cipher[i]);
		KUNIT_ASSERT_NOT_NULL(test, x->neg.cipher[i]);
		if (!x->neg.cipher[i]->tag_len)
			x->neg.mac[i] = &kssh_mac_algs[0];
	}
	memcpy(x->session_id, v->sid.p, v->sid.n);
	x->session_id_len = v->sid.n;
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->v_c, v->v_c));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->v_s, v->v_s));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->i_c, v->i_c));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->i_s, v->i_s));
	KUNIT_ASSERT_EQ(test, 0, kssh_exchange_begin(x, &env));
	KUNIT_EXPECT_FALSE(test, tape.short_of);
	KUNIT_EXPECT_EQ(test, 0, tape.left.n);
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->k_s, v->k_s));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->sig, v->sig));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->q_s, v->q_s));
	return x;
}

static void expect_wiped(struct kunit *test, const struct kssh_exchange *x)
{
	KUNIT_EXPECT_NULL(test, x->ephemeral);
	KUNIT_EXPECT_NULL(test, x->secret);
	KUNIT_EXPECT_NULL(test, x->k);
}

static void expect_refused(struct kunit *test, struct kssh_exchange *x)
{
	KUNIT_EXPECT_NULL(test, x->keys[KSSH_TX]);
	KUNIT_EXPECT_NULL(test, x->keys[KSSH_RX]);
	expect_wiped(test, x);
}

static void kex_known(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	struct kssh_exchange *x = begun(test, v);
	u8 frame[KEX_RX_LEN + KSSH_TAG_MAX], want[KEX_RX_LEN];
	struct kssh_blob sid = v->sid.n ? v->sid : v->h;

	KUNIT_ASSERT_EQ(test, v->q_c.n, x->q_c.n);
	KUNIT_EXPECT_EQ(test, x->neg.kex->client_len, x->q_c.n);
	KUNIT_EXPECT_MEMEQ(test, x->q_c.p, v->q_c.p, v->q_c.n);

	KUNIT_ASSERT_EQ(test, 0, kssh_hostkey_check(x->neg.hostkey, v->k_s,
						    KSSH_RSA_BITS_DEFAULT));
	KUNIT_ASSERT_EQ(test, 0, kssh_exchange_finish(x));
	KUNIT_ASSERT_EQ(test, v->h.n, x->h_len);
	KUNIT_EXPECT_MEMEQ(test, x->h, v->h.p, v->h.n);
	KUNIT_ASSERT_EQ(test, sid.n, x->session_id_len);
	KUNIT_EXPECT_MEMEQ(test, x->session_id, sid.p, sid.n);
	expect_wiped(test, x);

	KUNIT_ASSERT_NOT_NULL(test, x->keys[KSSH_TX]);
	frame_pattern(frame, KEX_TX_LEN, KEX_TX_SEQ);
	KUNIT_ASSERT_EQ(test, v->tx.n,
			KEX_TX_LEN + kssh_keys_tag_len(x->keys[KSSH_TX]));
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_seal(x->keys[KSSH_TX], KEX_TX_SEQ, frame,
						KEX_TX_LEN));
	KUNIT_EXPECT_MEMEQ(test, frame, v->tx.p, v->tx.n);

	KUNIT_ASSERT_NOT_NULL(test, x->keys[KSSH_RX]);
	KUNIT_ASSERT_EQ(test, v->rx.n,
			KEX_RX_LEN + kssh_keys_tag_len(x->keys[KSSH_RX]));
	memcpy(frame, v->rx.p, v->rx.n);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_open(x->keys[KSSH_RX], KEX_RX_SEQ, frame,
						v->rx.n));
	frame_pattern(want, KEX_RX_LEN, KEX_RX_SEQ);
	KUNIT_EXPECT_MEMEQ(test, frame, want, KEX_RX_LEN);
}

#define PARTS	8

static struct kssh_owned *nth_part(struct kssh_exchange *x, int i)
{
	struct kssh_owned *const part[PARTS] = {
		&x->v_c, &x->v_s, &x->i_c, &x->i_s,
		&x->k_s, &x->sig, &x->q_c, &x->q_s
	};

	return part[i];
}

/* The signature covers all that goes into H; an altered point is off the curve. */
static void kex_binding(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	struct kssh_owned *part;
	struct kssh_exchange *x;
	int i, reason, want;

	for (i = 0; i < PARTS; i++) {
		x = begun(test, v);
		part = nth_part(x, i);
		part->p[part->n - 1] ^= 0x80;
		reason = kssh_exchange_finish(x);
		KUNIT_EXPECT_NE_MSG(test, 0, reason, "part %d", i);
		want = part == &x->q_s && x->neg.kex->curve ?
		       KSSH_R_KEX_PUBLIC_VALUE : KSSH_R_SIGNATURE_WRONG;
		if (part != &x->k_s)
			KUNIT_EXPECT_EQ_MSG(test, want, reason, "part %d", i);
		expect_refused(test, x);
		KUNIT_EXPECT_EQ(test, v->sid.n, x->session_id_len);
	}
}

/*
 * The other end of the server's value: in a hybrid a ciphertext, of which any is
 * taken for one (FIPS 203 6.3); of a point the form.
 */
static void kex_first_byte(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	struct kssh_exchange *x = begun(test, v);
	bool point = x->neg.kex->curve && !x->neg.kex->kem;

	x->q_s.p[0] ^= 0x01;
	KUNIT_EXPECT_EQ(test, kssh_exchange_finish(x),
			point ? KSSH_R_KEX_PUBLIC_VALUE : KSSH_R_SIGNATURE_WRONG);
	expect_refused(test, x);
}

static void kex_reply_length(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	const size_t len[] = { 0, 1, v->q_s.n - 1, v->q_s.n + 1 };
	struct kssh_exchange *x;
	u8 *p;
	int i;

	p = kunit_kzalloc(test, v->q_s.n + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	memcpy(p, v->q_s.p, v->q_s.n);
	for (i = 0; i < ARRAY_SIZE(len); i++) {
		x = begun(test, v);
		KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->q_s, (struct kssh_blob){
							.p = p, .n = len[i] }));
		KUNIT_EXPECT_EQ(test, KSSH_R_KEX_PUBLIC_VALUE,
				kssh_exchange_finish(x));
		expect_refused(test, x);
	}
}

/*
 * Points whose multiples by a clamped scalar are all zero: 0, 1, the two of order
 * 8, p - 1, p and p + 1 (RFC 7748 6.1 and 7).
 */
static const u8 low_order[][KSSH_X25519_LEN] = {
	{ 0 },
	{ 1 },
	{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
	  0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
	  0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
	{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
	  0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
	  0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
	{ 0xec, [1 ... 30] = 0xff, 0x7f },
	{ 0xed, [1 ... 30] = 0xff, 0x7f },
	{ 0xee, [1 ... 30] = 0xff, 0x7f },
};

static void kex_low_order(struct kunit *test)
{
	const struct kex_vector *v = test->param_value;
	struct kssh_exchange *x;
	int i;

	for (i = 0; i < ARRAY_SIZE(low_order); i++) {
		x = begun(test, v);
		memcpy(x->q_s.p + x->q_s.n - KSSH_X25519_LEN, low_order[i],
		       KSSH_X25519_LEN);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_KEX_PUBLIC_VALUE,
				    kssh_exchange_finish(x), "point %d", i);
		expect_refused(test, x);
	}
}

/* RFC 7748 5.2: two inputs, and 1 and 1000 steps of the iteration. */
struct x25519_vector {
	u8 scalar[KSSH_X25519_LEN], u[KSSH_X25519_LEN], out[KSSH_X25519_LEN];
};

static const struct x25519_vector x25519_vectors[] = {
	{
		{ 0xa5, 0x46, 0xe3, 0x6b, 0xf0, 0x52, 0x7c, 0x9d, 0x3b, 0x16, 0x15,
		  0x4b, 0x82, 0x46, 0x5e, 0xdd, 0x62, 0x14, 0x4c, 0x0a, 0xc1, 0xfc,
		  0x5a, 0x18, 0x50, 0x6a, 0x22, 0x44, 0xba, 0x44, 0x9a, 0xc4 },
		{ 0xe6, 0xdb, 0x68, 0x67, 0x58, 0x30, 0x30, 0xdb, 0x35, 0x94, 0xc1,
		  0xa4, 0x24, 0xb1, 0x5f, 0x7c, 0x72, 0x66, 0x24, 0xec, 0x26, 0xb3,
		  0x35, 0x3b, 0x10, 0xa9, 0x03, 0xa6, 0xd0, 0xab, 0x1c, 0x4c },
		{ 0xc3, 0xda, 0x55, 0x37, 0x9d, 0xe9, 0xc6, 0x90, 0x8e, 0x94, 0xea,
		  0x4d, 0xf2, 0x8d, 0x08, 0x4f, 0x32, 0xec, 0xcf, 0x03, 0x49, 0x1c,
		  0x71, 0xf7, 0x54, 0xb4, 0x07, 0x55, 0x77, 0xa2, 0x85, 0x52 },
	},
	{
		{ 0x4b, 0x66, 0xe9, 0xd4, 0xd1, 0xb4, 0x67, 0x3c, 0x5a, 0xd2, 0x26,
		  0x91, 0x95, 0x7d, 0x6a, 0xf5, 0xc1, 0x1b, 0x64, 0x21, 0xe0, 0xea,
		  0x01, 0xd4, 0x2c, 0xa4, 0x16, 0x9e, 0x79, 0x18, 0xba, 0x0d },
		{ 0xe5, 0x21, 0x0f, 0x12, 0x78, 0x68, 0x11, 0xd3, 0xf4, 0xb7, 0x95,
		  0x9d, 0x05, 0x38, 0xae, 0x2c, 0x31, 0xdb, 0xe7, 0x10, 0x6f, 0xc0,
		  0x3c, 0x3e, 0xfc, 0x4c, 0xd5, 0x49, 0xc7, 0x15, 0xa4, 0x93 },
		{ 0x95, 0xcb, 0xde, 0x94, 0x76, 0xe8, 0x90, 0x7d, 0x7a, 0xad, 0xe4,
		  0x5c, 0xb4, 0xb8, 0x73, 0xf8, 0x8b, 0x59, 0x5a, 0x68, 0x79, 0x9f,
		  0xa1, 0x52, 0xe6, 0xf8, 0xf7, 0x64, 0x7a, 0xac, 0x79, 0x57 },
	},
};

static const u8 x25519_1[KSSH_X25519_LEN] = {
	0x42, 0x2c, 0x8e, 0x7a, 0x62, 0x27, 0xd7, 0xbc, 0xa1, 0x35, 0x0b,
	0x3e, 0x2b, 0xb7, 0x27, 0x9f, 0x78, 0x97, 0xb8, 0x7b, 0xb6, 0x85,
	0x4b, 0x78, 0x3c, 0x60, 0xe8, 0x03, 0x11, 0xae, 0x30, 0x79
};

static const u8 x25519_1000[KSSH_X25519_LEN] = {
	0x68, 0x4c, 0xf5, 0x9b, 0xa8, 0x33, 0x09, 0x55, 0x28, 0x00, 0xef,
	0x56, 0x6f, 0x2f, 0x4d, 0x3c, 0x1c, 0x38, 0x87, 0xc4, 0x93, 0x60,
	0xe3, 0x87, 0x5f, 0x2e, 0xb9, 0x4d, 0x99, 0x53, 0x2c, 0x51
};

static void kex_x25519(struct kunit *test)
{
	u8 k[KSSH_X25519_LEN] = { 9 }, u[KSSH_X25519_LEN] = { 9 };
	u8 out[KSSH_X25519_LEN];
	int i;

	for (i = 0; i < ARRAY_SIZE(x25519_vectors); i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_x25519(out, x25519_vectors[i].scalar,
						     x25519_vectors[i].u));
		KUNIT_EXPECT_MEMEQ(test, out, x25519_vectors[i].out, sizeof(out));
	}
	for (i = 1; i <= 1000; i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_x25519(out, k, u));
		memcpy(u, k, sizeof(u));
		memcpy(k, out, sizeof(k));
		if (i == 1)
			KUNIT_EXPECT_MEMEQ(test, k, x25519_1, sizeof(k));
	}
	KUNIT_EXPECT_MEMEQ(test, k, x25519_1000, sizeof(k));
}

static void kex_owned(struct kunit *test)
{
	struct kssh_owned o = {};
	const u8 a[] = { 1, 2, 3 };

	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&o, (struct kssh_blob){ a, 3 }));
	KUNIT_ASSERT_EQ(test, 3, o.n);
	KUNIT_EXPECT_MEMEQ(test, o.p, a, 3);
	KUNIT_EXPECT_PTR_NE(test, (const u8 *)o.p, &a[0]);
	/* a part of itself */
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&o, (struct kssh_blob){ o.p + 1, 2 }));
	KUNIT_ASSERT_EQ(test, 2, o.n);
	KUNIT_EXPECT_MEMEQ(test, o.p, a + 1, 2);
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&o, (struct kssh_blob){}));
	KUNIT_EXPECT_NULL(test, o.p);
	KUNIT_EXPECT_EQ(test, 0, o.n);
	kssh_exchange_free(NULL);
}

static void kex_table(struct kunit *test)
{
	const struct kssh_kex_alg *a;

	for (a = kssh_kex_algs; a->name; a++) {
		KUNIT_EXPECT_LE(test, strlen(a->name), KSSH_ALGNAME_MAX - 1);
		KUNIT_EXPECT_LT(test, 0, a->ephemeral_len);
		KUNIT_EXPECT_LT(test, 0, a->secret_len);
		KUNIT_EXPECT_TRUE(test, kssh_kex_usable(a));
	}
}

static struct kunit_case kex_cases[] = {
	KUNIT_CASE_PARAM(kex_known, kex_gen_params),
	KUNIT_CASE_PARAM(kex_binding, kex_gen_params),
	KUNIT_CASE_PARAM(kex_first_byte, kex_gen_params),
	KUNIT_CASE_PARAM(kex_reply_length, kex_gen_params),
	KUNIT_CASE_PARAM(kex_low_order, kex_gen_params),
	KUNIT_CASE(kex_x25519),
	KUNIT_CASE(kex_owned),
	KUNIT_CASE(kex_table),
	{}
};

static struct kunit_suite kex_suite = {
	.name = "kssh_kex",
	.test_cases = kex_cases,
};

kunit_test_suites(&kex_suite);
