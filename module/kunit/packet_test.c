// SPDX-License-Identifier: GPL-2.0
/*
 * The packet codec: frames without keys byte by byte, each cipher there and back
 * and with every byte of a frame wrong, bounds of lengths, and what counters end.
 * Sealed frames of an independent implementation are in the suites of alg/ and of
 * whole sessions.
 */

#include <linux/errno.h>
#include <linux/unaligned.h>

#include "packet_lab.h"

/* ---- without keys ----------------------------------------------------- */

static void plain_frame_is_exact(struct kunit *test)
{
	/* RFC 4253 6: 12 bytes + 4 of length, 10 of padding, which is zero here */
	static const u8 expect[] = { 0, 0, 0, 12, 10, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const u8 newkeys[] = { 21 };
	struct codec *c = codec_new(test);

	send(test, c, newkeys, 1);
	KUNIT_ASSERT_EQ(test, sizeof(expect), kssh_buf_len(&c->tx.out));
	KUNIT_EXPECT_MEMEQ(test, c->tx.out.p, expect, sizeof(expect));
	KUNIT_EXPECT_EQ(test, 1u, c->tx.dir.seq);
	KUNIT_EXPECT_EQ(test, (u64)sizeof(expect), c->tx.dir.key_bytes);
}

/* A frame without keys by its first bytes; the rest is zero. */
static const struct plain_row {
	const char *name;
	u32 length;
	u8 padding;
	int result;
} plain_rows[] = {
	{ "smallest", 12, 10, 0 },
	{ "longest padding", 260, 255, 0 },
	{ "longest", 34996, 4, 0 },
	{ "too long", 35004, 4, KSSH_R_PACKET_LENGTH },
	{ "a block too long", 34996 + 8, 4, KSSH_R_PACKET_LENGTH },
	{ "all ones", 0xffffffff, 4, KSSH_R_PACKET_LENGTH },
	{ "sign bit", 0x80000004, 4, KSSH_R_PACKET_LENGTH },
	{ "zero", 0, 4, KSSH_R_PACKET_LENGTH },
	{ "four", 4, 4, KSSH_R_PACKET_LENGTH },
	{ "not aligned", 13, 4, KSSH_R_PACKET_LENGTH },
	{ "no padding", 12, 0, KSSH_R_PACKET_PADDING },
	{ "three of padding", 12, 3, KSSH_R_PACKET_PADDING },
	{ "padding too long", 12, 12, KSSH_R_PACKET_PADDING },
	{ "padding far too long", 12, 255, KSSH_R_PACKET_PADDING },
	{ "empty", 12, 11, KSSH_R_PACKET_EMPTY },
};

static void plain_desc(const struct plain_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(plain, plain_rows, plain_desc);

static void plain_frame_is_judged(struct kunit *test)
{
	const struct plain_row *row = test->param_value;
	struct codec *c = codec_new(test);
	struct kssh_blob payload = {};
	u8 head[5];
	u8 *body;

	put_unaligned_be32(row->length, head);
	head[4] = row->padding;
	feed(test, c, head, 4);
	if (row->result == KSSH_R_PACKET_LENGTH) {
		/* known from the length alone, nothing is waited for */
		KUNIT_EXPECT_EQ(test, row->result, receive(c, &payload));
		return;
	}
	KUNIT_EXPECT_EQ(test, -EAGAIN, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, (size_t)row->length, kssh_rx_need(&c->rx));
	body = kunit_kzalloc(test, row->length, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, body);
	feed(test, c, head + 4, 1);
	feed(test, c, body, row->length - 2);
	KUNIT_EXPECT_EQ(test, -EAGAIN, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, (size_t)1, kssh_rx_need(&c->rx));
	feed(test, c, body, 1);
	KUNIT_EXPECT_EQ(test, row->result, receive(c, &payload));
	if (!row->result)
		KUNIT_EXPECT_EQ(test, (size_t)row->length - 1 - row->padding, payload.n);
}

/* ---- each cipher ------------------------------------------------------ */

typedef void (*cipher_fn)(struct kunit *test, const struct kssh_cipher_alg *a,
			  const struct kssh_mac_alg *mac);

/* Calls @fn for each cipher that this kernel has, with each MAC if it needs one. */
static void each_cipher(struct kunit *test, cipher_fn fn)
{
	const struct kssh_cipher_alg *a;
	const struct kssh_mac_alg *mac;
	unsigned int n = 0;

	for (a = kssh_cipher_algs; a->name; a++) {
		if (!kssh_cipher_usable(a))
			continue;
		if (a->tag_len) {
			fn(test, a, NULL);
			n++;
			continue;
		}
		for (mac = kssh_mac_algs; mac->name; mac++) {
			if (!kssh_mac_usable(mac))
				continue;
			fn(test, a, mac);
			n++;
		}
	}
	KUNIT_EXPECT_GT(test, n, 0u);
}

/*
 * What comes of a bad frame of which @have bytes are there.  With encrypt-and-MAC
 * that is nothing, until as many bytes have come as the longest frame has.
 */
static int receive_bad(struct kunit *test, struct codec *c, size_t have)
{
	struct kssh_blob payload = {};
	int r = receive(c, &payload);
	u8 *junk;
	size_t n;

	if (!kssh_keys_mac_first(c->rx.dir.keys) || r != -EAGAIN)
		return r;
	n = frame_max(c) - have;
	KUNIT_EXPECT_FALSE(test, kssh_rx_boundary(&c->rx));
	KUNIT_EXPECT_LE(test, kssh_rx_need(&c->rx), n);
	junk = kvzalloc(n, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, junk);
	feed(test, c, junk, n - 1);
	KUNIT_EXPECT_EQ(test, -EAGAIN, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, (size_t)1, kssh_rx_need(&c->rx));
	KUNIT_EXPECT_EQ(test, -EAGAIN, receive(c, &payload));
	feed(test, c, junk, 1);
	kvfree(junk);
	return receive(c, &payload);
}

static void round_trip(struct kunit *test, const struct kssh_cipher_alg *a,
		       const struct kssh_mac_alg *mac)
{
	struct codec *c = codec_keyed(test, a, mac);
	struct kssh_blob payload = {};
	u8 data[600];
	size_t n;

	for (n = 0; n < sizeof(data); n++)
		data[n] = n * 7;
	for (n = 1; n < sizeof(data); n += n < 70 ? 1 : 37) {
		send(test, c, data, n);
		/* nothing of it stands on the wire as it was */
		if (n > 16)
			KUNIT_EXPECT_MEMNEQ(test, c->tx.out.p + KSSH_FRAME_HEAD, data, n);
		feed_out(test, c);
		KUNIT_ASSERT_EQ_MSG(test, 0, receive(c, &payload), "%s", a->name);
		KUNIT_ASSERT_EQ(test, n, payload.n);
		KUNIT_ASSERT_MEMEQ(test, data, payload.p, n);
	}
	KUNIT_EXPECT_EQ(test, c->tx.dir.seq, c->rx.dir.seq);
	KUNIT_EXPECT_EQ(test, c->tx.dir.key_bytes, c->rx.dir.key_bytes);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_buf_len(&c->rx.buf));
}

static void ciphers_round_trip(struct kunit *test)
{
	each_cipher(test, round_trip);
}

/* Many frames at once: none may take from another. */
static void burst(struct kunit *test, const struct kssh_cipher_alg *a,
		  const struct kssh_mac_alg *mac)
{
	struct codec *c = codec_keyed(test, a, mac);
	struct kssh_blob payload = {};
	u8 data[64];
	u32 seq;
	int i;

	for (i = 0; i < 50; i++) {
		memset(data, i, sizeof(data));
		send(test, c, data, 1 + i);
	}
	feed_out(test, c);
	for (i = 0; i < 50; i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_rx_packet(&c->rx, &payload, &seq));
		KUNIT_EXPECT_EQ(test, (u32)i, seq);
		KUNIT_EXPECT_EQ(test, (size_t)1 + i, payload.n);
		KUNIT_EXPECT_EQ(test, i, payload.p[payload.n - 1]);
	}
	KUNIT_EXPECT_EQ(test, -EAGAIN, receive(c, &payload));
}

static void ciphers_take_bursts(struct kunit *test)
{
	each_cipher(test, burst);
}

static void tamper(struct kunit *test, const struct kssh_cipher_alg *a,
		   const struct kssh_mac_alg *mac)
{
	static const u8 data[] = "a payload of thirty-odd bytes, say";
	bool late = mac && !mac->etm;
	struct codec *c;
	size_t i, n = 1;
	int r;

	for (i = 0; i < n; i++) {
		c = codec_keyed(test, a, mac);
		send(test, c, data, sizeof(data));
		n = kssh_buf_len(&c->tx.out);
		c->tx.out.p[i] ^= 1 << (i % 8);
		feed_out(test, c);
		r = receive_bad(test, c, n);
		/* a wrong length may be out of bounds, or wait for more */
		if (i >= 4 || late)
			KUNIT_EXPECT_EQ_MSG(test, KSSH_R_BAD_MAC, r, "%s byte %zu",
					    a->name, i);
		else
			KUNIT_EXPECT_NE_MSG(test, 0, r, "%s byte %zu", a->name, i);
		codec_free(c);
		memset(&c->tx, 0, sizeof(c->tx));
		memset(&c->rx, 0, sizeof(c->rx));
	}
}

static void ciphers_refuse_every_wrong_byte(struct kunit *test)
{
	each_cipher(test, tamper);
}

/* The same frame again is another frame: sequence number or counter are in it. */
static void replay(struct kunit *test, const struct kssh_cipher_alg *a,
		   const struct kssh_mac_alg *mac)
{
	struct codec *c = codec_keyed(test, a, mac);
	struct kssh_blob payload = {};
	size_t n;
	u8 *copy;

	send(test, c, "twice", 5);
	n = kssh_buf_len(&c->tx.out);
	copy = kunit_kzalloc(test, n, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, c->tx.out.p, n);
	feed_out(test, c);
	KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
	feed(test, c, copy, n);
	KUNIT_EXPECT_NE_MSG(test, 0, receive_bad(test, c, n), "%s", a->name);
}

static void ciphers_refuse_replay(struct kunit *test)
{
	each_cipher(test, replay);
}

/* 256 KiB of packet_length are taken, a block more is not. */
static void bounds(struct kunit *test, const struct kssh_cipher_alg *a,
		   const struct kssh_mac_alg *mac)
{
	struct codec *c = codec_keyed(test, a, mac);
	size_t block = kssh_keys_block_len(c->tx.dir.keys);
	size_t n = KSSH_PACKET_MAX - 1 - 4 - block;
	struct kssh_blob payload = {};
	u8 *data = kvzalloc(KSSH_PACKET_MAX + 64, GFP_KERNEL);
	int r;

	KUNIT_ASSERT_NOT_NULL(test, data);
	data[n - 1] = 0x77;
	send(test, c, data, n);
	feed_out(test, c);
	r = receive(c, &payload);
	KUNIT_EXPECT_EQ_MSG(test, 0, r, "%s", a->name);
	KUNIT_EXPECT_EQ(test, n, payload.n);
	if (!r)
		KUNIT_EXPECT_EQ(test, 0x77, payload.p[n - 1]);
	/* what seals does no longer ones than that with a tag of 64 bytes */
	if (kssh_keys_tag_len(c->tx.dir.keys) <= 32) {
		send(test, c, data, KSSH_PACKET_MAX);
		feed_out(test, c);
		KUNIT_EXPECT_EQ_MSG(test, kssh_keys_mac_first(c->rx.dir.keys) ?
				    KSSH_R_BAD_MAC : KSSH_R_PACKET_LENGTH,
				    receive(c, &payload), "%s", a->name);
	}
	kvfree(data);
}

static void ciphers_bound_lengths(struct kunit *test)
{
	each_cipher(test, bounds);
}

/* ---- counters --------------------------------------------------------- */

static void sequence_number_must_not_wrap_without_keys(struct kunit *test)
{
	struct codec *c = codec_new(test);
	struct kssh_blob payload = {};
	struct kssh_wr w;

	send(test, c, "x", 1);
	feed_out(test, c);
	c->rx.dir.seq = U32_MAX;
	KUNIT_EXPECT_EQ(test, KSSH_R_SEQUENCE_WRAP, receive(c, &payload));
	c->tx.dir.seq = U32_MAX;
	KUNIT_ASSERT_EQ(test, 0, kssh_tx_open(&c->tx, 1, &w));
	kssh_wr_u8(&w, 1);
	KUNIT_EXPECT_EQ(test, KSSH_R_SEQUENCE_WRAP,
			kssh_tx_close(&c->tx, &w, &c->env));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_buf_len(&c->tx.out));
}

static void sequence_number_may_wrap_under_keys(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_blob payload = {};

	c->tx.dir.seq = U32_MAX;
	c->rx.dir.seq = U32_MAX;
	send(test, c, "last", 4);
	send(test, c, "first", 5);
	feed_out(test, c);
	KUNIT_EXPECT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, 1u, c->tx.dir.seq);
	KUNIT_EXPECT_EQ(test, 1u, c->rx.dir.seq);
}

static void keys_are_spent_before_nonces_repeat(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_blob payload = {};
	struct kssh_wr w;

	send(test, c, "x", 1);
	c->rx.dir.key_packets = 1ULL << 32;
	feed_out(test, c);
	KUNIT_EXPECT_EQ(test, KSSH_R_KEY_EXHAUSTED, receive(c, &payload));

	/* the application is stopped first, the transport has some left */
	c->tx.dir.key_packets = (1ULL << 32) - 64;
	KUNIT_ASSERT_EQ(test, 0, kssh_buf_room(&c->tx.build, 200));
	c->tx.build.end = KSSH_FRAME_HEAD + 1;
	KUNIT_EXPECT_EQ(test, KSSH_R_KEY_EXHAUSTED, kssh_tx_build(&c->tx, &c->env));
	send(test, c, "x", 1);
	c->tx.dir.key_packets = 1ULL << 32;
	KUNIT_ASSERT_EQ(test, 0, kssh_tx_open(&c->tx, 1, &w));
	kssh_wr_u8(&w, 1);
	KUNIT_EXPECT_EQ(test, KSSH_R_KEY_EXHAUSTED,
			kssh_tx_close(&c->tx, &w, &c->env));
	/* new keys begin anew */
	rekey(test, &c->tx.dir, &kssh_cipher_algs[0], NULL);
	send(test, c, "x", 1);
	KUNIT_EXPECT_EQ(test, (u64)1, c->tx.dir.key_packets);
}

static void built_payload_joins_the_stream(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_blob payload = {};
	int i;

	/* first with nothing before it, then behind something */
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_buf_room(&c->tx.build, 200));
		memcpy(c->tx.build.p + KSSH_FRAME_HEAD, "built", 5);
		c->tx.build.end = KSSH_FRAME_HEAD + 5;
		KUNIT_EXPECT_EQ(test, (size_t)5, kssh_tx_built(&c->tx));
		KUNIT_ASSERT_EQ(test, 0, kssh_tx_build(&c->tx, &c->env));
		KUNIT_EXPECT_EQ(test, (size_t)0, kssh_tx_built(&c->tx));
	}
	feed_out(test, c);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
		KUNIT_ASSERT_EQ(test, (size_t)5, payload.n);
		KUNIT_EXPECT_MEMEQ(test, payload.p, "built", 5);
	}
}

/* Feed what the sender has said in pieces as TCP does; how often was it moved? */
static unsigned int moves(struct kunit *test, struct codec *c, size_t piece)
{
	size_t n = kssh_buf_len(&c->tx.out), done = 0, most;
	const u8 *from = c->tx.out.p + c->tx.out.start;
	struct kssh_buf *to = &c->rx.buf;
	struct kssh_blob payload = {};
	unsigned int count = 0;
	u8 *before = to->p;
	int r = -EAGAIN;

	while (done < n) {
		KUNIT_ASSERT_EQ(test, -EAGAIN, r);
		KUNIT_ASSERT_EQ(test, 0, kssh_rx_place(&c->rx, &most));
		count += to->p != before;
		before = to->p;
		most = min3(most, piece, n - done);
		KUNIT_ASSERT_LT(test, (size_t)0, most);
		memcpy(to->p + to->end, from + done, most);
		to->end += most;
		done += most;
		r = receive(c, &payload);
	}
	KUNIT_EXPECT_EQ(test, 0, r);
	KUNIT_EXPECT_LT(test, KSSH_PACKET_MAX - 300, payload.n);
	return count;
}

/* Whatever the segments are, the bytes of a long frame are not copied for each. */
static void long_frames_are_moved_seldom(struct kunit *test)
{
	static const size_t pieces[] = { 1, 100, 1448, 4000, 30000, SIZE_MAX };
	size_t n = KSSH_PACKET_MAX - 256, i;
	u8 *data = kunit_kzalloc(test, n, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);

		send(test, c, data, n);
		KUNIT_EXPECT_GE(test, 9U, moves(test, c, pieces[i]));
	}
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE(plain_frame_is_exact),
	KUNIT_CASE_PARAM(plain_frame_is_judged, plain_gen_params),
	KUNIT_CASE(ciphers_round_trip),
	KUNIT_CASE(ciphers_take_bursts),
	KUNIT_CASE(ciphers_refuse_every_wrong_byte),
	KUNIT_CASE(ciphers_refuse_replay),
	KUNIT_CASE(ciphers_bound_lengths),
	KUNIT_CASE(sequence_number_must_not_wrap_without_keys),
	KUNIT_CASE(sequence_number_may_wrap_under_keys),
	KUNIT_CASE(keys_are_spent_before_nonces_repeat),
	KUNIT_CASE(built_payload_joins_the_stream),
	KUNIT_CASE(long_frames_are_moved_seldom),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "kssh_packet",
	.test_cases = packet_cases,
};

kunit_test_suite(packet_suite);
