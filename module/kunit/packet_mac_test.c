// SPDX-License-Identifier: GPL-2.0
/*
 * Encrypt-and-MAC: packet_length is encrypted too, and what is wrong with a frame is
 * told neither by the answer nor by when it comes.
 */

#include <linux/errno.h>
#include <linux/unaligned.h>

#include "packet_lab.h"

/* A frame whose packet_length has become another one, as CTR allows anybody to. */
static const struct length_row {
	const char *name;
	u32 length;
} length_rows[] = {
	{ "zero", 0 },
	{ "shortest of all", 4 },
	{ "not aligned", 29 },
	{ "not aligned, a bit", 45 },
	{ "a block too long", 256 * 1024 + 12 },
	{ "sign bit", 0x8000001c },
	{ "all ones", 0xffffffff },
	/* sound lengths: it is the MAC then that is wrong, in the end */
	{ "shorter", 12 },
	{ "longer", 60 },
	{ "longest", 256 * 1024 - 4 },
};

static void length_desc(const struct length_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(length, length_rows, length_desc);

static const struct kssh_cipher_alg *ctr(void)
{
	const struct kssh_cipher_alg *a = kssh_cipher_algs;

	while (a->tag_len)
		a++;
	return a;
}

static const struct kssh_mac_alg *mac_first(void)
{
	const struct kssh_mac_alg *mac = kssh_mac_algs;

	while (mac->etm)
		mac++;
	return mac;
}

/* Feed @n bytes, @step at a time; what the last step gave. */
static int feed_steps(struct kunit *test, struct codec *c, const u8 *p, size_t n,
		      size_t step)
{
	struct kssh_blob payload = {};
	int r = -EAGAIN;
	size_t part;

	while (n && r == -EAGAIN) {
		part = min(n, step);
		feed(test, c, p, part);
		r = receive(c, &payload);
		p += part;
		n -= part;
	}
	KUNIT_EXPECT_EQ(test, (size_t)0, n);
	return r;
}

/*
 * Whatever the length became: the same answer at the same byte, also if everything
 * comes at once, and however it is cut.
 */
static void wrong_lengths_look_alike(struct kunit *test)
{
	static const size_t steps[] = { 13, 4099, 1 << 20 };
	const struct length_row *row = test->param_value;
	struct codec *c;
	size_t i, n;
	u8 *all;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		c = codec_keyed(test, ctr(), mac_first());
		send(test, c, "some payload", 12);
		n = frame_max(c);
		all = kvzalloc(n, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, all);
		memcpy(all, c->tx.out.p, kssh_buf_len(&c->tx.out));
		/* 12 bytes of payload have a packet_length of 28 */
		put_unaligned_be32(get_unaligned_be32(all) ^ 28 ^ row->length, all);
		KUNIT_EXPECT_EQ(test, -EAGAIN,
				feed_steps(test, c, all, n - 1, steps[i]));
		KUNIT_EXPECT_EQ(test, KSSH_R_BAD_MAC,
				feed_steps(test, c, all + n - 1, 1, 1));
		kvfree(all);
	}
}

/* The head is a whole block, and nothing is known before it is there. */
static void head_is_a_block(struct kunit *test)
{
	struct codec *c = codec_keyed(test, ctr(), mac_first());
	struct kssh_blob payload = {};
	size_t n;

	send(test, c, "some payload", 12);
	n = kssh_buf_len(&c->tx.out);
	KUNIT_EXPECT_EQ(test, (size_t)16, kssh_rx_need(&c->rx));
	KUNIT_EXPECT_EQ(test, -EAGAIN, feed_steps(test, c, c->tx.out.p, 15, 1));
	KUNIT_EXPECT_EQ(test, (size_t)1, kssh_rx_need(&c->rx));
	KUNIT_EXPECT_EQ(test, -EAGAIN, feed_steps(test, c, c->tx.out.p + 15, 1, 1));
	KUNIT_EXPECT_EQ(test, n - 16, kssh_rx_need(&c->rx));
	feed(test, c, c->tx.out.p + 16, n - 16);
	KUNIT_EXPECT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, (size_t)12, payload.n);
	KUNIT_EXPECT_TRUE(test, kssh_rx_boundary(&c->rx));
}

static struct kunit_case packet_mac_cases[] = {
	KUNIT_CASE_PARAM(wrong_lengths_look_alike, length_gen_params),
	KUNIT_CASE(head_is_a_block),
	{}
};

static struct kunit_suite packet_mac_suite = {
	.name = "kssh_packet_mac",
	.test_cases = packet_mac_cases,
};

kunit_test_suite(packet_mac_suite);
