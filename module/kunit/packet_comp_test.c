// SPDX-License-Identifier: GPL-2.0
/*
 * Compressed payloads: streams of another zlib, both ends of our own, what is corrupt
 * or has no end, and where streams begin.
 */

#include <linux/errno.h>
#include <linux/mm.h>

#include "packet_lab.h"

/* How the payloads of the vectors are made. */
enum payload_kind {
	PAYLOAD_ZERO,
	PAYLOAD_TEXT,
	PAYLOAD_NOISE,
};

/* A packet of a stream: what it is, what it is sent as, what comes of it. */
struct comp_packet {
	enum payload_kind kind;
	u32 len;
	const u8 *data;
	size_t size;
	int result;
};

struct comp_stream {
	const char *name;
	const struct comp_packet *packets;
	size_t n_packets;
};

#include "comp_vectors.h"

static void make_payload(u8 *p, enum payload_kind kind, size_t n)
{
	static const char words[] = "the quick brown fox jumps over! ";
	u64 x = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		p[i] = kind == PAYLOAD_NOISE ? x >> 56 :
		       kind == PAYLOAD_TEXT ? words[(i * 7 + i / 64) % 32] : 0;
	}
}

static const struct kssh_comp_alg *zlib(void)
{
	const struct kssh_comp_alg *a = kssh_comp_algs;

	while (!a->make)
		a++;
	return a;
}

static void give_comp(struct kunit *test, struct kssh_dir *d, bool pack, bool on)
{
	struct kssh_comp *comp;

	KUNIT_ASSERT_EQ(test, 0, kssh_comp_new(zlib(), pack, &comp));
	kssh_dir_newcomp(d, zlib(), &comp, on);
	KUNIT_EXPECT_NULL(test, comp);
	KUNIT_EXPECT_EQ(test, on, d->packing);
}

static u8 *buffer(struct kunit *test, size_t n)
{
	u8 *p = kunit_kzalloc(test, n, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void stream_desc(const struct comp_stream *s, char *desc)
{
	strscpy(desc, s->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(stream, comp_streams, stream_desc);

/* Sent as they stand, by a sender that knows nothing of compression. */
static void streams_of_another_zlib(struct kunit *test)
{
	const struct comp_stream *s = test->param_value;
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_blob payload;
	size_t i;
	u8 *want;

	give_comp(test, &c->rx.dir, false, true);
	for (i = 0; i < s->n_packets; i++) {
		const struct comp_packet *p = &s->packets[i];

		send(test, c, p->data, p->size);
		feed_out(test, c);
		KUNIT_ASSERT_EQ_MSG(test, p->result, receive(c, &payload),
				    "packet %zu", i);
		/* whatever was announced: no more than the bound is held */
		KUNIT_EXPECT_LE(test, c->rx.plain->cap, (size_t)KSSH_UNPACKED_MAX + 65536);
		if (p->result)
			return;
		KUNIT_ASSERT_EQ(test, (size_t)p->len, payload.n);
		want = buffer(test, p->len);
		make_payload(want, p->kind, p->len);
		KUNIT_EXPECT_EQ(test, 0, memcmp(want, payload.p, p->len));
		kunit_kfree(test, want);
		kssh_rx_trim(&c->rx);
		KUNIT_EXPECT_NULL(test, c->rx.plain->p);
	}
}

/* Any bit of a packet wrong: an error, or another payload, and never more than that. */
static void corrupt_packets(struct kunit *test)
{
	const struct comp_packet *first = &comp_streams[0].packets[3];
	struct kssh_blob payload;
	unsigned int bad = 0;
	struct codec *c;
	size_t i;
	u8 *copy = buffer(test, first->size);

	for (i = 0; i < 8 * first->size; i++) {
		c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
		give_comp(test, &c->rx.dir, false, true);
		memcpy(copy, first->data, first->size);
		copy[i / 8] ^= 1 << i % 8;
		send(test, c, comp_streams[0].packets[0].data,
		     comp_streams[0].packets[0].size);
		send(test, c, copy, first->size);
		feed_out(test, c);
		KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
		switch (receive(c, &payload)) {
		case 0:
			KUNIT_EXPECT_LE(test, payload.n, (size_t)KSSH_UNPACKED_MAX);
			break;
		case KSSH_R_COMP_DATA:
			bad++;
			break;
		case KSSH_R_PACKET_EMPTY:
			break;
		default:
			KUNIT_FAIL(test, "bit %zu", i);
		}
		codec_free(c);
		memset(&c->tx, 0, sizeof(c->tx));
		memset(&c->rx, 0, sizeof(c->rx));
	}
	KUNIT_EXPECT_GT(test, bad, 0u);
}

/* As the application's payloads are sent. */
static void build(struct kunit *test, struct codec *c, const u8 *p, size_t n)
{
	struct kssh_buf *b = &c->tx.build;

	KUNIT_ASSERT_EQ(test, 0, kssh_buf_room(b, n + KSSH_FRAME_EXTRA));
	memcpy(b->p + KSSH_FRAME_HEAD, p, n);
	b->end = KSSH_FRAME_HEAD + n;
	KUNIT_ASSERT_EQ(test, 0, kssh_tx_build(&c->tx, &c->env));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_tx_built(&c->tx));
}

static void both_ends(struct kunit *test, enum payload_kind kind)
{
	static const size_t sizes[] = { 1, 2, 5, 100, 4096, 32768 + 64, KSSH_PAYLOAD_MAX, 7 };
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	u8 *p = buffer(test, KSSH_PAYLOAD_MAX);
	struct kssh_blob payload;
	size_t i, wire = 0, plain = 0;
	int how;

	make_payload(p, kind, KSSH_PAYLOAD_MAX);
	give_comp(test, &c->tx.dir, true, true);
	give_comp(test, &c->rx.dir, false, true);
	for (how = 0; how < 3; how++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			/* alone, built, and built behind another packet */
			if (how)
				build(test, c, p, sizes[i]);
			else
				send(test, c, p, sizes[i]);
			if (how == 2)
				continue;
			wire += kssh_buf_len(&c->tx.out);
			plain += sizes[i];
			feed_out(test, c);
			KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
			KUNIT_ASSERT_EQ(test, sizes[i], payload.n);
			KUNIT_EXPECT_EQ(test, 0, memcmp(p, payload.p, sizes[i]));
		}
	}
	feed_out(test, c);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
		KUNIT_ASSERT_EQ(test, sizes[i], payload.n);
		KUNIT_EXPECT_EQ(test, 0, memcmp(p, payload.p, sizes[i]));
	}
	if (kind == PAYLOAD_NOISE)
		KUNIT_EXPECT_LT(test, wire, plain + plain / 500 + 1000);
	else
		KUNIT_EXPECT_LT(test, wire, plain / 20);
	KUNIT_EXPECT_NULL(test, c->tx.packed->p);
}

static void both_ends_zero(struct kunit *test)
{
	both_ends(test, PAYLOAD_ZERO);
}

static void both_ends_text(struct kunit *test)
{
	both_ends(test, PAYLOAD_TEXT);
}

static void both_ends_noise(struct kunit *test)
{
	both_ends(test, PAYLOAD_NOISE);
}

/* The first packet of a stream, with zlib's header, as another zlib makes it. */
static void receive_first(struct kunit *test, struct codec *c)
{
	const struct comp_packet *p = &comp_streams[0].packets[0];
	struct kssh_blob payload;

	send(test, c, p->data, p->size);
	feed_out(test, c);
	KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_EQ(test, (size_t)1, payload.n);
	KUNIT_EXPECT_MEMEQ(test, payload.p, "t", 1);
}

/* Delayed, begun, begun anew with new keys, and given up by them. */
static void streams_begin_where_they_should(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_comp *none = NULL, *before;
	struct kssh_blob payload;

	give_comp(test, &c->rx.dir, false, false);
	send(test, c, "plain", 5);
	feed_out(test, c);
	KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_MEMEQ(test, payload.p, "plain", 5);

	kssh_dir_begin_comp(&c->rx.dir);
	receive_first(test, c);

	before = c->rx.dir.comp;
	rekey(test, &c->tx.dir, &kssh_cipher_algs[0], NULL);
	rekey(test, &c->rx.dir, &kssh_cipher_algs[0], NULL);
	kssh_dir_newcomp(&c->rx.dir, zlib(), &none, true);
	KUNIT_EXPECT_PTR_EQ(test, before, c->rx.dir.comp);
	receive_first(test, c);

	kssh_dir_newcomp(&c->rx.dir, &kssh_comp_algs[0], &none, true);
	KUNIT_EXPECT_NULL(test, c->rx.dir.comp);
	send(test, c, "plain", 5);
	feed_out(test, c);
	KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
	KUNIT_EXPECT_MEMEQ(test, payload.p, "plain", 5);
	/* nothing was agreed on: there is nothing to begin */
	kssh_dir_begin_comp(&c->rx.dir);
	KUNIT_EXPECT_FALSE(test, c->rx.dir.packing);
}

/* Ours: each stream has a header, and a second one repeats the first. */
static void sent_streams_begin_anew(struct kunit *test)
{
	struct codec *c = codec_keyed(test, &kssh_cipher_algs[0], NULL);
	struct kssh_comp *none = NULL;
	struct kssh_blob payload;
	u8 first[64];
	size_t n = 0;
	int i;

	give_comp(test, &c->tx.dir, true, true);
	for (i = 0; i < 2; i++) {
		send(test, c, "a payload", 9);
		feed_out(test, c);
		KUNIT_ASSERT_EQ(test, 0, receive(c, &payload));
		KUNIT_ASSERT_LE(test, payload.n, sizeof(first));
		KUNIT_EXPECT_EQ(test, 0x78, payload.p[0]);	/* deflate, 32 KiB */
		if (!i) {
			n = payload.n;
			memcpy(first, payload.p, n);
		}
		KUNIT_EXPECT_EQ(test, n, payload.n);
		KUNIT_EXPECT_MEMEQ(test, first, payload.p, n);
		kssh_dir_newcomp(&c->tx.dir, zlib(), &none, true);
	}
}

static struct kunit_case packet_comp_cases[] = {
	KUNIT_CASE_PARAM(streams_of_another_zlib, stream_gen_params),
	KUNIT_CASE(corrupt_packets),
	KUNIT_CASE(both_ends_zero),
	KUNIT_CASE(both_ends_text),
	KUNIT_CASE(both_ends_noise),
	KUNIT_CASE(streams_begin_where_they_should),
	KUNIT_CASE(sent_streams_begin_anew),
	{}
};

static struct kunit_suite packet_comp_suite = {
	.name = "kssh_packet_comp",
	.test_cases = packet_comp_cases,
};

kunit_test_suite(packet_comp_suite);
