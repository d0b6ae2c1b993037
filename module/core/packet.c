// SPDX-License-Identifier: GPL-2.0
/* Binary packets: RFC 4253 6. */

#include "packet.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/unaligned.h>

#include "../wire/reason.h"

/* RFC 4253 6: shortest packet without its tag. */
#define FRAME_MIN	16

int kssh_dir_init(struct kssh_dir *d)
{
	memset(d, 0, sizeof(*d));
	return kssh_keys_new(&kssh_cipher_none, NULL, NULL, NULL, NULL, &d->keys);
}

void kssh_dir_kill(struct kssh_dir *d)
{
	kssh_keys_free(d->keys);
	d->keys = NULL;
}

void kssh_dir_newkeys(struct kssh_dir *d, struct kssh_keys **keys, bool reset_seq)
{
	kssh_keys_free(d->keys);
	d->keys = *keys;
	*keys = NULL;
	d->keyed = true;
	d->key_packets = 0;
	d->key_bytes = 0;
	if (reset_seq)
		d->seq = 0;
}

static void count(struct kssh_dir *d, size_t frame)
{
	d->seq++;
	d->packets++;
	d->key_packets++;
	d->key_bytes += frame;
}

/* May one more packet pass under these keys, with @reserve left afterwards? */
static int check_spent(const struct kssh_dir *d, unsigned int reserve)
{
	if (!d->keys)
		return KSSH_R_CRYPTO_FAILED;
	if (!d->keyed && d->seq == U32_MAX)
		return KSSH_R_SEQUENCE_WRAP;
	if (d->key_packets >= KSSH_KEY_PACKETS_MAX - reserve)
		return KSSH_R_KEY_EXHAUSTED;
	return 0;
}

static bool length_sound(const struct kssh_dir *d, u32 len)
{
	size_t aligned = 4 + (size_t)len - kssh_keys_aad_len(d->keys);

	if (len < KSSH_PACKET_MIN)
		return false;
	if (len > (d->keyed ? KSSH_PACKET_MAX : KSSH_PACKET_PLAIN_MAX - 4))
		return false;
	return !(aligned % kssh_keys_block_len(d->keys));
}

size_t kssh_rx_need(const struct kssh_rx *rx)
{
	size_t want = rx->frame ? rx->frame : kssh_keys_head_len(rx->dir.keys);
	size_t have = kssh_buf_len(&rx->buf);

	return have < want ? want - have : 1;
}

/* Find out how long the frame at the start of the buffer is. */
static int read_head(struct kssh_rx *rx)
{
	struct kssh_dir *d = &rx->dir;
	u32 len;
	int r;

	if (kssh_buf_len(&rx->buf) < kssh_keys_head_len(d->keys))
		return -EAGAIN;
	r = kssh_keys_length(d->keys, d->seq, rx->buf.p + rx->buf.start, &len);
	if (r)
		return r;
	if (!length_sound(d, len))
		return KSSH_R_PACKET_LENGTH;
	rx->frame = 4 + (size_t)len + kssh_keys_tag_len(d->keys);
	return 0;
}

int kssh_rx_packet(struct kssh_rx *rx, struct kssh_blob *payload, u32 *seq)
{
	struct kssh_dir *d = &rx->dir;
	size_t len, padding;
	u8 *frame;
	int r;

	r = check_spent(d, 0);
	if (!r && !rx->frame)
		r = read_head(rx);
	if (r)
		return r;
	if (kssh_buf_len(&rx->buf) < rx->frame)
		return -EAGAIN;

	frame = rx->buf.p + rx->buf.start;
	r = kssh_keys_open(d->keys, d->seq, frame, rx->frame);
	if (r)
		return r;
	len = rx->frame - 4 - kssh_keys_tag_len(d->keys);
	padding = frame[4];
	if (padding < KSSH_PADDING_MIN || padding > len - 1)
		return KSSH_R_PACKET_PADDING;
	if (padding == len - 1)
		return KSSH_R_PACKET_EMPTY;

	payload->p = frame + KSSH_FRAME_HEAD;
	payload->n = len - 1 - padding;
	*seq = d->seq;
	count(d, rx->frame);
	kssh_buf_take(&rx->buf, rx->frame);
	rx->frame = 0;
	return 0;
}

/* At least four bytes, up to the next block, and no packet below the minimum. */
static size_t padding_len(const struct kssh_dir *d, size_t payload)
{
	size_t block = kssh_keys_block_len(d->keys);
	size_t body = KSSH_FRAME_HEAD + payload - kssh_keys_aad_len(d->keys);
	size_t padding = block - body % block;

	if (padding < KSSH_PADDING_MIN)
		padding += block;
	while (KSSH_FRAME_HEAD + payload + padding < FRAME_MIN)
		padding += block;
	return padding;
}

/* Seal the frame whose payload stands at its place; *total is what it became. */
static int seal(struct kssh_dir *d, const struct kssh_env *env, u8 *frame,
		size_t payload, size_t *total)
{
	size_t padding, len;
	u8 *pad;
	int r;

	r = check_spent(d, 0);
	if (r)
		return r;
	padding = padding_len(d, payload);
	len = KSSH_FRAME_HEAD + payload + padding;
	pad = frame + KSSH_FRAME_HEAD + payload;

	put_unaligned_be32(len - 4, frame);
	frame[4] = padding;
	if (d->keyed)
		env->random(env->ctx, pad, padding);
	else
		memset(pad, 0, padding);
	r = kssh_keys_seal(d->keys, d->seq, frame, len);
	if (r)
		return r;
	*total = len + kssh_keys_tag_len(d->keys);
	count(d, *total);
	return 0;
}

int kssh_tx_open(struct kssh_tx *tx, size_t n, struct kssh_wr *w)
{
	int r = kssh_buf_room(&tx->out, n + KSSH_FRAME_EXTRA);

	if (r)
		return r;
	kssh_wr_init(w, tx->out.p + tx->out.end + KSSH_FRAME_HEAD, n);
	return 0;
}

int kssh_tx_close(struct kssh_tx *tx, const struct kssh_wr *w,
		  const struct kssh_env *env)
{
	size_t total;
	int r;

	if (w->bad)
		return KSSH_R_NO_MEMORY;
	r = seal(&tx->dir, env, w->start - KSSH_FRAME_HEAD, kssh_wr_len(w), &total);
	if (r)
		return r;
	tx->out.end += total;
	return 0;
}

size_t kssh_tx_built(const struct kssh_tx *tx)
{
	size_t len = kssh_buf_len(&tx->build);

	return len > KSSH_FRAME_HEAD ? len - KSSH_FRAME_HEAD : 0;
}

int kssh_tx_build(struct kssh_tx *tx, const struct kssh_env *env)
{
	struct kssh_buf *b = &tx->build;
	size_t n = kssh_tx_built(tx);
	size_t total;
	int r;

	r = check_spent(&tx->dir, KSSH_KEY_PACKETS_RESERVE);
	if (!r)
		r = kssh_buf_room(b, KSSH_FRAME_EXTRA - KSSH_FRAME_HEAD);
	if (!r && kssh_buf_len(&tx->out))
		r = kssh_buf_room(&tx->out, n + KSSH_FRAME_EXTRA);
	if (!r)
		r = seal(&tx->dir, env, b->p + b->start, n, &total);
	if (r)
		return r;
	b->end = b->start + total;
	if (!kssh_buf_len(&tx->out)) {
		/* nothing is before it: the buffers change places, no copy */
		swap(tx->out, tx->build);
		return 0;
	}
	memcpy(tx->out.p + tx->out.end, b->p + b->start, total);
	tx->out.end += total;
	kssh_buf_take(b, total);
	kssh_buf_trim(b);
	return 0;
}
