// SPDX-License-Identifier: GPL-2.0
/*
 * Compression where a kernel cannot be asked for it: allocations that fail, the bound
 * on the memory of all, and packets of a server out of its mind.  Reproducible: all
 * comes from KSSH_FUZZ_SEED, and KSSH_FUZZ_ROUNDS says how many packets.
 */
#include <stdlib.h>
#include <linux/moduleparam.h>

#include "../../module/kunit/packet_lab.h"

int kssh_user_fail_alloc;

static u64 seed;

static u32 rnd(u32 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static const struct kssh_comp_alg *zlib(void)
{
	const struct kssh_comp_alg *a = kssh_comp_algs;

	while (!a->make)
		a++;
	return a;
}

static void give_comp(struct kunit *test, struct kssh_dir *d, bool pack)
{
	struct kssh_comp *comp;

	KUNIT_ASSERT_EQ(test, 0, kssh_comp_new(zlib(), pack, &comp));
	kssh_dir_newcomp(d, zlib(), &comp, true);
}

static void no_memory_for_a_state(struct kunit *test)
{
	struct kssh_comp *c;
	int i, pack;

	for (pack = 0; pack < 2; pack++) {
		for (i = 1; i < 10; i++) {
			kssh_user_fail_alloc = i;
			if (!kssh_comp_new(zlib(), pack, &c))
				break;
			KUNIT_EXPECT_EQ(test, 0, kssh_user_fail_alloc);
			KUNIT_EXPECT_NULL(test, c);
		}
		kssh_user_fail_alloc = 0;
		KUNIT_EXPECT_EQ(test, 3, i);
		kssh_comp_free(c);
	}
}

/* What was not given is not counted either, and what is given back counts no more. */
static void memory_of_all_is_bounded(struct kunit *test)
{
	unsigned int normal = *kssh_user_param_zlib_kib;
	struct kssh_comp *c[8] = {};
	int i, round, n = 0;

	*kssh_user_param_zlib_kib = 3 * 400;
	for (round = 0; round < 3; round++) {
		for (n = 0; n < 8; n++)
			if (kssh_comp_new(zlib(), true, &c[n]))
				break;
		KUNIT_EXPECT_EQ(test, 3, n);
		KUNIT_EXPECT_EQ(test, KSSH_R_COMP_MEMORY,
				kssh_comp_new(zlib(), true, &c[n]));
		for (i = 0; i < n; i++)
			kssh_comp_free(c[i]);
		kssh_user_fail_alloc = 1 + round % 2;
		KUNIT_EXPECT_EQ(test, KSSH_R_NO_MEMORY,
				kssh_comp_new(zlib(), true, &c[0]));
		kssh_user_fail_alloc = 0;
	}
	*kssh_user_param_zlib_kib = normal;
}

/* Reserved beforehand, a payload is sealed without any more memory. */
static void reserved_is_enough(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_blob payload;
	size_t n, i;

	give_comp(test, &c->tx.dir, true);
	give_comp(test, &c->rx.dir, false);
	for (n = 1; n < 70000; n = n * 3 + 1) {
		KUNIT_ASSERT_EQ(test, 0, kssh_buf_room(&c->tx.build,
						       n + KSSH_FRAME_EXTRA));
		KUNIT_ASSERT_EQ(test, 0, kssh_tx_reserve_packed(&c->tx, n));
		for (i = 0; i < n; i++)
			c->tx.build.p[KSSH_FRAME_HEAD + i] = rnd(256);
		c->tx.build.end = KSSH_FRAME_HEAD + n;
		kssh_user_fail_alloc = 1;
		KUNIT_EXPECT_EQ(test, 0, kssh_tx_build(&c->tx, &c->env));
		KUNIT_EXPECT_EQ(test, 1, kssh_user_fail_alloc);
		kssh_user_fail_alloc = 0;
		feed_out(test, c);
		KUNIT_EXPECT_EQ(test, 0, receive(c, &payload));
		KUNIT_EXPECT_EQ(test, n, payload.n);
	}
}

static void no_memory_for_a_payload(struct kunit *test)
{
	static u8 zero[200000];
	struct kssh_blob payload;
	struct codec *c;
	int i, r = KSSH_R_NO_MEMORY;

	for (i = 1; r; i++) {
		c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
		give_comp(test, &c->tx.dir, true);
		give_comp(test, &c->rx.dir, false);
		send(test, c, zero, sizeof(zero));
		feed_out(test, c);
		kssh_user_fail_alloc = i;
		r = receive(c, &payload);
		kssh_user_fail_alloc = 0;
		if (r)
			KUNIT_ASSERT_EQ(test, KSSH_R_NO_MEMORY, r);
	}
	/* the record and what was in it are one block each */
	KUNIT_EXPECT_GE(test, i, 2);
}

static void walk(struct kunit *test, struct codec *plain, struct codec *c)
{
	static const u8 head[] = { 0x78, 0x9c };
	struct kssh_blob payload;
	u8 p[600];
	size_t n, i;
	int r;

	/* ours, damaged a little; a header and noise; noise alone */
	n = 1 + rnd(sizeof(p) - 4);
	for (i = 0; i < n; i++)
		p[i] = rnd(3) ? rnd(4) : rnd(256);
	if (rnd(4)) {
		send(test, plain, p, n);
		feed_out(test, plain);
		if (receive(plain, &payload))
			return;
		n = min(payload.n, sizeof(p));
		memcpy(p, payload.p, n);
		for (i = rnd(4); i; i--)
			p[rnd(n)] ^= 1 << rnd(8);
	} else if (rnd(2)) {
		memcpy(p, head, min(n, sizeof(head)));
	}
	send(test, c, p, n);
	feed_out(test, c);
	r = receive(c, &payload);
	if (!r) {
		KUNIT_ASSERT_LE(test, payload.n, (size_t)KSSH_UNPACKED_MAX);
		return;
	}
	KUNIT_ASSERT_TRUE(test, r == KSSH_R_COMP_DATA || r == KSSH_R_PACKET_EMPTY);
	if (r == KSSH_R_COMP_DATA) {
		kssh_comp_reset(c->rx.dir.comp);
		kssh_comp_reset(plain->tx.dir.comp);
	}
}

static void server_out_of_its_mind(struct kunit *test)
{
	struct codec *plain = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	const char *rounds = getenv("KSSH_FUZZ_ROUNDS");
	const char *from = getenv("KSSH_FUZZ_SEED");
	unsigned int i, n = rounds ? strtoul(rounds, NULL, 0) : 20000;

	seed = from ? strtoul(from, NULL, 0) : 1;
	give_comp(test, &plain->tx.dir, true);
	give_comp(test, &c->rx.dir, false);
	for (i = 0; i < n; i++)
		walk(test, plain, c);
}

static struct kunit_case comp_fail_cases[] = {
	KUNIT_CASE(no_memory_for_a_state),
	KUNIT_CASE(memory_of_all_is_bounded),
	KUNIT_CASE(reserved_is_enough),
	KUNIT_CASE(no_memory_for_a_payload),
	KUNIT_CASE(server_out_of_its_mind),
	{}
};

static struct kunit_suite comp_fail_suite = {
	.name = "kssh_comp_fail",
	.test_cases = comp_fail_cases,
};

kunit_test_suite(comp_fail_suite);
