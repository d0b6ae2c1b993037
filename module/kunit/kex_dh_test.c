// SPDX-License-Identifier: GPL-2.0
/* Diffie-Hellman: whole exchanges known, and values and groups that are not sound. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../kex/kex.h"
#include "../kex/methods.h"
#include "../wire/reason.h"
#include "alg_vectors.h"

/**
 * struct dh_vector - one exchange
 * @v: as of every method
 * @p: modulus that the server chose, empty in the fixed groups
 * @g: generator, likewise
 * @bits: what was asked for, likewise
 */
struct dh_vector {
	struct kex_vector v;
	struct kssh_blob p, g;
	u32 bits;
};

#include "dh_vectors.h"

static void dh_describe(const struct dh_vector *d, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %zu bits", d->v.kex, 8 * d->v.q_s.n);
}

KUNIT_ARRAY_PARAM(dh, dh_vectors, dh_describe);

static void tape_random(void *ctx, void *p, size_t n)
{
	struct kssh_blob *tape = ctx;

	if (n > tape->n)
		return;
	memcpy(p, tape->p, n);
	tape->p += n;
	tape->n -= n;
}

static void free_exchange(void *x)
{
	kssh_exchange_free(x);
}

static void negotiate(struct kunit *test, struct kssh_negotiated *neg,
		      const struct kex_vector *v)
{
	int i;

	neg->kex = find_kex(v->kex);
	neg->hostkey = find_hostkey(v->hostkey);
	KUNIT_ASSERT_NOT_NULL(test, neg->kex);
	KUNIT_ASSERT_NOT_NULL(test, neg->hostkey);
	for (i = 0; i < 2; i++) {
		neg->cipher[i] = find_cipher(v->cipher[i]);
		KUNIT_ASSERT_NOT_NULL(test, neg->cipher[i]);
		if (!neg->cipher[i]->tag_len)
			neg->mac[i] = find_mac("hmac-sha2-256-etm@openssh.com");
	}
}

/* An exchange when KEXINIT has settled it. */
static struct kssh_exchange *negotiated(struct kunit *test, const struct kex_vector *v)
{
	struct kssh_exchange *x = kssh_exchange_new();

	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_exchange, x));
	negotiate(test, &x->neg, v);
	memcpy(x->session_id, v->sid.p, v->sid.n);
	x->session_id_len = v->sid.n;
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->v_c, v->v_c));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->v_s, v->v_s));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->i_c, v->i_c));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->i_s, v->i_s));
	return x;
}

/* And when the server's reply has been read. */
static struct kssh_exchange *replied(struct kunit *test, const struct dh_vector *d)
{
	struct kssh_exchange *x = negotiated(test, &d->v);
	struct kssh_blob tape = d->v.random;
	const struct kssh_env env = { .random = tape_random, .ctx = &tape };

	if (x->neg.kex->gex)
		KUNIT_ASSERT_EQ(test, 0, kssh_gex_group(x, d->p, d->g));
	KUNIT_ASSERT_EQ(test, 0, kssh_exchange_begin(x, &env));
	KUNIT_EXPECT_EQ(test, 0, tape.n);
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->k_s, d->v.k_s));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->sig, d->v.sig));
	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->q_s, d->v.q_s));
	return x;
}

static void expect_wiped(struct kunit *test, const struct kssh_exchange *x)
{
	KUNIT_EXPECT_NULL(test, x->ephemeral);
	KUNIT_EXPECT_NULL(test, x->secret);
	KUNIT_EXPECT_NULL(test, x->k);
}

static void dh_known(struct kunit *test)
{
	const struct dh_vector *d = test->param_value;
	struct kssh_exchange *x = replied(test, d);
	u8 frame[KEX_RX_LEN + KSSH_TAG_MAX], want[KEX_RX_LEN];

	KUNIT_ASSERT_EQ(test, d->v.q_c.n, x->q_c.n);
	KUNIT_EXPECT_MEMEQ(test, x->q_c.p, d->v.q_c.p, d->v.q_c.n);
	KUNIT_ASSERT_EQ(test, 0, kssh_exchange_finish(x));
	KUNIT_ASSERT_EQ(test, d->v.h.n, x->h_len);
	KUNIT_EXPECT_MEMEQ(test, x->h, d->v.h.p, d->v.h.n);
	expect_wiped(test, x);

	KUNIT_ASSERT_NOT_NULL(test, x->keys[KSSH_TX]);
	frame_pattern(frame, KEX_TX_LEN, KEX_TX_SEQ);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_seal(x->keys[KSSH_TX], KEX_TX_SEQ, frame,
						KEX_TX_LEN));
	KUNIT_EXPECT_MEMEQ(test, frame, d->v.tx.p, d->v.tx.n);
	KUNIT_ASSERT_NOT_NULL(test, x->keys[KSSH_RX]);
	memcpy(frame, d->v.rx.p, d->v.rx.n);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_open(x->keys[KSSH_RX], KEX_RX_SEQ, frame,
						d->v.rx.n));
	frame_pattern(want, KEX_RX_LEN, KEX_RX_SEQ);
	KUNIT_EXPECT_MEMEQ(test, frame, want, KEX_RX_LEN);
}

#define PARTS	4

static struct kssh_owned *nth_part(struct kssh_exchange *x, int i)
{
	struct kssh_owned *const part[PARTS] = { &x->q_c, &x->i_s, &x->p, &x->g };

	return part[i];
}

/* The signature covers the group too. */
static void dh_binding(struct kunit *test)
{
	const struct dh_vector *d = test->param_value;
	struct kssh_exchange *x;
	struct kssh_owned *part;
	int i;

	for (i = 0; i < PARTS; i++) {
		x = replied(test, d);
		part = nth_part(x, i);
		if (!part->n)
			continue;
		if (part == &x->p)
			part->p[part->n / 2] ^= 0x80;	/* K follows it */
		else
			part->p[part->n - 1] ^= 1;
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_SIGNATURE_WRONG,
				    kssh_exchange_finish(x), "part %d", i);
		KUNIT_EXPECT_NULL(test, x->keys[KSSH_TX]);
		expect_wiped(test, x);
	}
}

static struct kssh_blob modulus(const struct dh_vector *d)
{
	return d->p.n ? d->p : *find_kex(d->v.kex)->prime;
}

static void expect_public(struct kunit *test, const struct dh_vector *d, int reason,
			  const void *p, size_t n, const char *what)
{
	struct kssh_exchange *x = replied(test, d);

	KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->q_s, (struct kssh_blob){ p, n }));
	KUNIT_EXPECT_EQ_MSG(test, reason, kssh_exchange_finish(x), "%s", what);
	expect_wiped(test, x);
}

/* 1 < f < p - 1 and four bits set; what is in range is found out by its signature. */
static void dh_public_value(struct kunit *test)
{
	const struct dh_vector *d = test->param_value;
	struct kssh_blob p = modulus(d);
	u8 *f = kunit_kzalloc(test, p.n + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, 0, "0");
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, "\1", 1, "1");
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, "\2", 1, "2");
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, "\7", 1, "three bits");
	expect_public(test, d, KSSH_R_SIGNATURE_WRONG, "\17", 1, "four bits");
	f[0] = 0xe0;
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, p.n - 1, "three far bits");
	memcpy(f, p.p, p.n);
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, p.n, "p");
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, p.n + 1, "longer than p");
	f[p.n - 1]--;
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, p.n, "p - 1");
	f[p.n - 1]--;
	expect_public(test, d, KSSH_R_SIGNATURE_WRONG, f, p.n, "p - 2");
	memset(f, 0xff, p.n);
	f[p.n - 1] = 0;
	expect_public(test, d, KSSH_R_KEX_PUBLIC_VALUE, f, p.n,
		      p.p[0] == 0xff && p.p[8] != 0xff ? "above p" : "far above p");
}

/* ---- groups ----------------------------------------------------------- */

#define LONGEST	(KSSH_GEX_MAX_BITS / 8)

static const struct kex_vector *gex_vector(void)
{
	int i;

	for (i = 0; !dh_vectors[i].p.n; i++)
		;
	return &dh_vectors[i].v;
}

/* A number of @bits bits that ends with @last. */
static struct kssh_blob number(struct kunit *test, size_t bits, u8 last)
{
	size_t n = DIV_ROUND_UP(bits, 8);
	u8 *p = kunit_kzalloc(test, n, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p[0] = 1 << ((bits - 1) % 8);
	p[n - 1] |= last;
	return (struct kssh_blob){ p, n };
}

static void expect_group(struct kunit *test, int reason, struct kssh_blob p,
			 struct kssh_blob g, const char *what)
{
	struct kssh_exchange *x = negotiated(test, gex_vector());

	KUNIT_EXPECT_EQ_MSG(test, reason, kssh_gex_group(x, p, g), "%s", what);
	KUNIT_EXPECT_EQ(test, reason ? 0 : p.n, x->p.n);
	KUNIT_EXPECT_EQ(test, reason ? 0 : g.n, x->g.n);
}

#define NUMBER(lit)	((struct kssh_blob){ (const u8 *)(lit), sizeof(lit) - 1 })

static void dh_group_bounds(struct kunit *test)
{
	struct kssh_blob two = NUMBER("\2");

	expect_group(test, 0, number(test, 2048, 1), two, "2048 bits");
	expect_group(test, 0, number(test, 2049, 1), two, "2049 bits");
	expect_group(test, 0, number(test, 8192, 1), two, "8192 bits");
	expect_group(test, KSSH_R_KEX_GROUP, number(test, 2047, 1), two, "2047 bits");
	expect_group(test, KSSH_R_KEX_GROUP, number(test, 1024, 1), two, "1024 bits");
	expect_group(test, KSSH_R_KEX_GROUP, number(test, 8193, 1), two, "8193 bits");
	expect_group(test, KSSH_R_KEX_GROUP, number(test, 16384, 1), two, "16384 bits");
	expect_group(test, KSSH_R_KEX_GROUP, NUMBER(""), two, "zero");
	expect_group(test, KSSH_R_KEX_GROUP, NUMBER("\1"), two, "one");
	expect_group(test, KSSH_R_KEX_GROUP, number(test, 2048, 2), two, "even");
}

static void dh_group_generator(struct kunit *test)
{
	struct kssh_blob p = number(test, 2048, 9);

	expect_group(test, KSSH_R_KEX_GROUP, p, NUMBER(""), "0");
	expect_group(test, KSSH_R_KEX_GROUP, p, NUMBER("\1"), "1");
	expect_group(test, 0, p, NUMBER("\2"), "2");
	expect_group(test, 0, p, number(test, 2047, 1), "a long one");
	expect_group(test, 0, p, number(test, 2048, 7), "p - 2");
	expect_group(test, KSSH_R_KEX_GROUP, p, number(test, 2048, 8), "p - 1");
	expect_group(test, KSSH_R_KEX_GROUP, p, p, "p");
	expect_group(test, KSSH_R_KEX_GROUP, p, number(test, 2049, 1), "longer than p");
}

/* g whose powers are 1 and few others: in range, and still of no use. */
static void dh_group_of_few(struct kunit *test)
{
	struct kssh_exchange *x = negotiated(test, gex_vector());
	struct kssh_blob tape = gex_vector()->random, p = number(test, 2050, 1), g;
	const struct kssh_env env = { .random = tape_random, .ctx = &tape };

	/* p = 2^2049 + 1, g = 2^683: g^3 = -1 */
	g = number(test, 684, 0);
	KUNIT_ASSERT_EQ(test, 0, kssh_gex_group(x, p, g));
	KUNIT_EXPECT_EQ(test, KSSH_R_KEX_GROUP, kssh_exchange_begin(x, &env));
}

/* p - 2^1366 for p = 2^2049 + 1, of order 6 */
static struct kssh_blob sixth_root(struct kunit *test)
{
	u8 *f = kunit_kzalloc(test, 257, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f[0] = 0x01;
	memset(f + 1, 0xff, 256 - 1366 / 8);
	f[256 - 1366 / 8] &= 0xff << 1366 % 8;
	f[256] = 1;
	return (struct kssh_blob){ f, 257 };
}

/* f of small order: in range, but K is f to the power of x modulo 6. */
static void dh_secret_of_few(struct kunit *test)
{
	struct kssh_blob f = sixth_root(test), tape;
	const struct kssh_env env = { .random = tape_random, .ctx = &tape };
	u8 random[KSSH_DH_EPHEMERAL_LEN] = {};
	struct kssh_exchange *x;
	int last;

	for (last = 0; last < 6; last++) {
		/* 0x11...1, which is added, is 5 modulo 6 */
		int power = (last + 5) % 6;

		x = negotiated(test, gex_vector());
		random[sizeof(random) - 1] = last;
		tape = (struct kssh_blob){ random, sizeof(random) };
		KUNIT_ASSERT_EQ(test, 0, kssh_gex_group(x, number(test, 2050, 1),
							NUMBER("\3")));
		KUNIT_ASSERT_EQ(test, 0, kssh_exchange_begin(x, &env));
		x->secret = kzalloc(LONGEST, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, x->secret);
		x->secret_len = LONGEST;
		KUNIT_ASSERT_EQ(test, 0, kssh_owned_set(&x->q_s, f));
		KUNIT_EXPECT_EQ_MSG(test, power % 3 ? 0 : KSSH_R_KEX_PUBLIC_VALUE,
				    kssh_dh_agree(x), "power %d", power);
	}
}

/* ---- what is asked for ------------------------------------------------ */

static void dh_bits(struct kunit *test)
{
	static const struct {
		u8 key, iv, block, mac;
		u32 bits;
	} want[] = {
		{ 14, 8, 8, 0, 2048 }, { 15, 8, 8, 0, 3072 }, { 16, 12, 16, 0, 3072 },
		{ 16, 16, 16, 17, 7680 }, { 24, 16, 16, 20, 7680 }, { 8, 24, 8, 0, 7680 },
		{ 8, 8, 24, 0, 7680 }, { 25, 16, 16, 0, 8192 }, { 32, 12, 16, 0, 8192 },
		{ 16, 16, 16, 32, 8192 }, { 64, 0, 8, 0, 8192 },
	};
	struct kssh_cipher_alg cipher = {}, weak = { .key_len = 8, .block_len = 8 };
	struct kssh_mac_alg mac = {};
	struct kssh_negotiated neg;
	int i, dir;

	for (i = 0; i < ARRAY_SIZE(want); i++)
		for (dir = 0; dir < 2; dir++) {
			cipher.key_len = want[i].key;
			cipher.iv_len = want[i].iv;
			cipher.block_len = want[i].block;
			mac.key_len = want[i].mac;
			neg = (struct kssh_negotiated){
				.cipher = { &weak, &weak },
			};
			neg.cipher[dir] = &cipher;
			neg.mac[dir] = mac.key_len ? &mac : NULL;
			KUNIT_EXPECT_EQ_MSG(test, want[i].bits, kssh_gex_bits(&neg),
					    "%d of %d", dir, i);
		}
	for (i = 0; i < ARRAY_SIZE(dh_vectors); i++) {
		if (!dh_vectors[i].bits)
			continue;
		neg = (struct kssh_negotiated){};
		negotiate(test, &neg, &dh_vectors[i].v);
		KUNIT_EXPECT_EQ(test, dh_vectors[i].bits, kssh_gex_bits(&neg));
	}
}

static struct kunit_case dh_cases[] = {
	KUNIT_CASE_PARAM(dh_known, dh_gen_params),
	KUNIT_CASE_PARAM(dh_binding, dh_gen_params),
	KUNIT_CASE_PARAM(dh_public_value, dh_gen_params),
	KUNIT_CASE(dh_group_bounds),
	KUNIT_CASE(dh_group_generator),
	KUNIT_CASE(dh_group_of_few),
	KUNIT_CASE(dh_secret_of_few),
	KUNIT_CASE(dh_bits),
	{}
};

static struct kunit_suite dh_suite = {
	.name = "kssh_kex_dh",
	.test_cases = dh_cases,
};

kunit_test_suites(&dh_suite);
