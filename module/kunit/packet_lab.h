/* SPDX-License-Identifier: GPL-2.0 */
/* The bench of the suites about the packet codec: both ends of a stream. */
#ifndef KSSH_PACKET_LAB_H
#define KSSH_PACKET_LAB_H

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/slab.h>

#include "../core/packet.h"
#include "../wire/reason.h"

/**
 * struct codec - a sender and a receiver
 * @tx: the sender
 * @rx: the receiver
 * @env: randomness that counts
 * @next: the next random byte
 */
struct codec {
	struct kssh_tx tx;
	struct kssh_rx rx;
	struct kssh_env env;
	u8 next;
};

static inline void codec_random(void *ctx, void *p, size_t n)
{
	struct codec *c = ctx;
	u8 *b = p;

	while (n--)
		*b++ = c->next++;
}

static inline void codec_free(void *p)
{
	struct codec *c = p;

	kssh_dir_kill(&c->tx.dir);
	kssh_dir_kill(&c->rx.dir);
	kssh_buf_free(&c->tx.out);
	kssh_buf_free(&c->tx.build);
	kssh_buf_delete(c->tx.packed);
	kssh_buf_free(&c->rx.buf);
	kssh_buf_delete(c->rx.plain);
}

static inline struct codec *codec_new(struct kunit *test)
{
	struct codec *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	c->env.random = codec_random;
	c->env.ctx = c;
	KUNIT_ASSERT_EQ(test, 0, kssh_dir_init(&c->tx.dir));
	KUNIT_ASSERT_EQ(test, 0, kssh_dir_init(&c->rx.dir));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, codec_free, c));
	return c;
}

static inline void rekey(struct kunit *test, struct kssh_dir *d,
			 const struct kssh_cipher_alg *cipher,
			 const struct kssh_mac_alg *mac)
{
	static const u8 key[KSSH_KEY_MAX] = { 1, 2, 3 }, iv[KSSH_IV_MAX] = { 4 };
	struct kssh_keys *keys;

	KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(cipher, mac, key, iv, key, &keys));
	kssh_dir_newkeys(d, &keys, false);
	KUNIT_ASSERT_NULL(test, keys);
}

/* A codec with both ends under the same keys. */
static inline struct codec *codec_keyed(struct kunit *test,
					const struct kssh_cipher_alg *a,
					const struct kssh_mac_alg *mac)
{
	struct codec *c = codec_new(test);

	rekey(test, &c->tx.dir, a, mac);
	rekey(test, &c->rx.dir, a, mac);
	return c;
}

static inline void send(struct kunit *test, struct codec *c, const void *p, size_t n)
{
	struct kssh_wr w;

	KUNIT_ASSERT_EQ(test, 0, kssh_tx_open(&c->tx, n, &w));
	kssh_wr_raw(&w, p, n);
	KUNIT_ASSERT_EQ(test, 0, kssh_tx_close(&c->tx, &w, &c->env));
}

static inline void feed(struct kunit *test, struct codec *c, const void *p, size_t n)
{
	KUNIT_ASSERT_EQ(test, 0, kssh_buf_room(&c->rx.buf, n));
	memcpy(c->rx.buf.p + c->rx.buf.end, p, n);
	c->rx.buf.end += n;
}

static inline void feed_out(struct kunit *test, struct codec *c)
{
	feed(test, c, c->tx.out.p + c->tx.out.start, kssh_buf_len(&c->tx.out));
	kssh_buf_take(&c->tx.out, kssh_buf_len(&c->tx.out));
}

static inline int receive(struct codec *c, struct kssh_blob *payload)
{
	u32 seq;

	return kssh_rx_packet(&c->rx, payload, &seq);
}

/* Bytes of the longest frame under these keys. */
static inline size_t frame_max(const struct codec *c)
{
	return 4 + KSSH_PACKET_MAX + kssh_keys_tag_len(c->rx.dir.keys);
}

#endif /* KSSH_PACKET_LAB_H */
