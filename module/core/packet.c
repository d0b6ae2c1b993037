// SPDX-License-Identifier: GPL-2.0
/* Binary packets: RFC 4253 6. */

#include "conn.h"
#include "packet.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../wire/reason.h"

/* RFC 4253 6: shortest packet without its tag. */
#define FRAME_MIN	16

/* Room for a decompressed payload, made as it is filled; at least. */
#define UNPACK_ROOM	8192

/* Bytes asked for at once of short frames, and at first of long ones. */
#define READ_ROOM	KSSH_MEM_SMALL
#define FRAME_ROOM	(KSSH_SPARE_MAX - 64)

/* Room that is filled before a long frame gets more. */
#define ROOM_LEFT	4096

int kssh_dir_init(struct kssh_dir *d)
{
	memset(d, 0, sizeof(*d));
	return kssh_keys_new(&kssh_cipher_none, NULL, NULL, NULL, NULL, &d->keys);
}

void kssh_dir_kill(struct kssh_dir *d)
{
	kssh_keys_free(d->keys);
	d->keys = NULL;
	kssh_comp_free(d->comp);
	d->comp = NULL;
	d->packing = false;
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

void kssh_dir_newcomp(struct kssh_dir *d, const struct kssh_comp_alg *a,
		      struct kssh_comp **comp, bool on)
{
	if (!a->make) {
		kssh_comp_free(d->comp);
		d->comp = NULL;
	} else if (d->comp) {
		kssh_comp_reset(d->comp);
	} else {
		d->comp = *comp;
		*comp = NULL;
	}
	d->packing = on && d->comp;
}

void kssh_dir_begin_comp(struct kssh_dir *d)
{
	d->packing = d->comp;
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

	if (rx->discard)
		return rx->discard;
	return have < want ? want - have : 1;
}

/* ---- memory that is kept for the next ------------------------------------ */

struct kssh_payload *kssh_spare_short(struct kssh_rx *rx, size_t least, size_t most)
{
	struct kssh_payload **at = &rx->spare_short;
	struct kssh_payload *p;

	for (; (p = *at); at = &p->next) {
		if (p->cap < least || p->cap / 2 > most)
			continue;
		*at = p->next;
		rx->n_short--;
		return p;
	}
	return NULL;
}

/* @n: or more */
static struct kssh_payload *spare_long(struct kssh_rx *rx, size_t n)
{
	struct kssh_payload *p = rx->spare_long;

	if (!p || p->cap < n)
		return NULL;
	rx->spare_long = NULL;
	rx->unwiped = false;
	return p;
}

/* Other payloads may have been in the memory that was taken over. */
static void wipe(struct kssh_payload *p)
{
	u32 cap = p->cap;

	memzero_explicit(p, p->dirty);
	p->cap = cap;
}

static void drop(struct kssh_payload *p)
{
	if (p)
		kssh_mem_free(p, p->cap);
}

static void keep_short(struct kssh_rx *rx, struct kssh_payload *p)
{
	/* those that are kept give way to what is in use now */
	if (rx->n_short == KSSH_SPARES_SHORT)
		drop(kssh_spare_short(rx, 0, SIZE_MAX));
	p->next = rx->spare_short;
	rx->spare_short = p;
	rx->n_short++;
}

static void wipe_long(struct kssh_rx *rx)
{
	if (rx->unwiped)
		wipe(rx->spare_long);
	rx->unwiped = false;
}

static void drop_long(struct kssh_rx *rx)
{
	wipe_long(rx);
	drop(rx->spare_long);
	rx->spare_long = NULL;
}

void kssh_spare_keep(struct kssh_rx *rx, struct kssh_payload *p, bool keep)
{
	if (p->cap <= KSSH_MEM_SMALL) {
		wipe(p);
		if (keep)
			keep_short(rx, p);
		else
			drop(p);
	} else if (keep && p->cap <= KSSH_SPARE_MAX &&
		   (!rx->spare_long || p->cap > rx->spare_long->cap)) {
		drop_long(rx);
		rx->spare_long = p;
		rx->unwiped = true;
	} else {
		wipe(p);
		drop(p);
	}
}

/* The buffer is gone with a payload: does one that was read leave another? */
static void use_spare(struct kssh_rx *rx, size_t room)
{
	struct kssh_buf *b = &rx->buf;
	struct kssh_payload *p;

	if (b->p)
		return;
	if (b->lead + room > KSSH_MEM_SMALL)
		p = spare_long(rx, b->lead + room);
	else
		p = kssh_spare_short(rx, b->lead + room, SIZE_MAX);
	if (!p)
		return;
	b->p = (u8 *)p;
	b->cap = p->cap;
	b->dirty = p->dirty;
	b->start = b->lead;
	b->end = b->lead;
}

int kssh_rx_place(struct kssh_rx *rx, size_t *most)
{
	struct kssh_buf *b = &rx->buf;
	size_t need = kssh_rx_need(rx), room;
	int r;

	*most = SIZE_MAX;
	if (rx->discard || b->lead + rx->frame > KSSH_MEM_SMALL) {
		*most = need;
		room = min_t(size_t, need, FRAME_ROOM);
		if (b->cap >= b->end + ROOM_LEFT)
			room = min_t(size_t, room, b->cap - b->end);
	} else if (!rx->frame && rx->bulk) {
		*most = need;
		room = max_t(size_t, need, rx->bulk - min_t(size_t, rx->bulk,
							    kssh_buf_len(b)));
	} else {
		room = b->p ? need : READ_ROOM - b->lead;
	}
	use_spare(rx, room);
	r = kssh_buf_room(b, room);
	*most = min_t(size_t, *most, b->cap - b->end);
	return r;
}

bool kssh_rx_boundary(const struct kssh_rx *rx)
{
	return !rx->discard && !kssh_buf_len(&rx->buf);
}

void kssh_rx_clean(struct kssh_rx *rx)
{
	if (kssh_rx_is_clean(rx))
		return;
	if (rx->plain)
		kssh_buf_free(rx->plain);
	kssh_buf_clean(&rx->buf);
	wipe_long(rx);
}

void kssh_rx_trim(struct kssh_rx *rx)
{
	kssh_rx_clean(rx);
	kssh_buf_trim(&rx->buf);
	while (rx->spare_short)
		drop(kssh_spare_short(rx, 0, SIZE_MAX));
	drop_long(rx);
}

/* Each byte is hashed once, whatever was wrong, as in a good frame. */
static int discard(struct kssh_rx *rx)
{
	struct kssh_buf *b = &rx->buf;
	size_t n = min_t(size_t, rx->discard, kssh_buf_len(b));

	kssh_keys_waste(rx->dir.keys, b->p + b->start, n);
	kssh_buf_take(b, n);
	rx->discard -= n;
	return rx->discard ? -EAGAIN : KSSH_R_BAD_MAC;
}

/* The frame at the start of the buffer is bad; @hashed bytes of it were hashed. */
static int bad_frame(struct kssh_rx *rx, size_t hashed, int reason)
{
	struct kssh_dir *d = &rx->dir;

	if (!kssh_keys_mac_first(d->keys))
		return reason;
	kssh_buf_take(&rx->buf, hashed);
	rx->frame = 0;
	rx->discard = 4 + KSSH_PACKET_MAX + kssh_keys_tag_len(d->keys) - hashed;
	return discard(rx);
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
		return bad_frame(rx, 0, KSSH_R_PACKET_LENGTH);
	rx->frame = 4 + (size_t)len + kssh_keys_tag_len(d->keys);
	return 0;
}

/* Decompress *payload into @rx->plain, and make it that. */
static int unpack(struct kssh_rx *rx, struct kssh_blob *payload)
{
	struct kssh_buf *b = rx->plain;
	size_t room, len, left;
	int r;

	if (!b)
		b = kssh_buf_new(sizeof(struct kssh_payload), false);
	if (!b)
		return KSSH_R_NO_MEMORY;
	rx->plain = b;
	kssh_buf_take(b, kssh_buf_len(b));
	do {
		if (kssh_buf_len(b) > KSSH_UNPACKED_MAX)
			return KSSH_R_COMP_LENGTH;
		left = KSSH_UNPACKED_MAX + 1 - kssh_buf_len(b);
		/* what is there already is copied for more, the longer the less often */
		room = max_t(size_t, UNPACK_ROOM, kssh_buf_len(b) / 2);
		r = kssh_buf_room(b, min(room, left));
		if (r)
			return r;
		room = min_t(size_t, b->cap - b->end, left);
		r = kssh_comp_unpack(rx->dir.comp, payload, b->p + b->end, room, &len);
		if (r)
			return r;
		b->end += len;
		b->dirty = max(b->dirty, b->end);
	} while (len == room);

	payload->p = b->p + b->start;
	payload->n = kssh_buf_len(b);
	return payload->n ? 0 : KSSH_R_PACKET_EMPTY;
}

int kssh_rx_packet(struct kssh_rx *rx, struct kssh_blob *payload, u32 *seq)
{
	struct kssh_dir *d = &rx->dir;
	size_t len, padding;
	u8 *frame;
	int r;

	if (rx->discard)
		return discard(rx);
	r = check_spent(d, 0);
	if (!r && !rx->frame)
		r = read_head(rx);
	if (r)
		return r;
	if (kssh_buf_len(&rx->buf) < rx->frame)
		return -EAGAIN;

	frame = rx->buf.p + rx->buf.start;
	r = kssh_keys_open(d->keys, d->seq, frame, rx->frame);
	len = rx->frame - 4 - kssh_keys_tag_len(d->keys);
	if (r == KSSH_R_BAD_MAC)
		return bad_frame(rx, 4 + len, r);
	if (r)
		return r;
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
	rx->bulk = rx->buf.lead + rx->frame > KSSH_MEM_SMALL ?
		   min_t(u32, rx->frame, FRAME_ROOM) : 0;
	rx->frame = 0;
	return d->packing ? unpack(rx, payload) : 0;
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

int kssh_tx_reserve_packed(struct kssh_tx *tx, size_t n)
{
	if (!tx->dir.packing)
		return 0;
	/* it changes places with @tx->build */
	if (!tx->packed)
		tx->packed = kssh_buf_new(tx->build.lead, true);
	if (!tx->packed)
		return KSSH_R_NO_MEMORY;
	return kssh_buf_room(tx->packed, kssh_comp_bound(n) + KSSH_FRAME_EXTRA);
}

/* Compress a payload into @tx->packed, laid out as @tx->build. */
static int pack(struct kssh_tx *tx, const u8 *p, size_t n)
{
	size_t room = kssh_comp_bound(n);
	struct kssh_buf *b;
	size_t len;
	int r;

	r = kssh_tx_reserve_packed(tx, n);
	if (r)
		return r;
	b = tx->packed;
	r = kssh_comp_pack(tx->dir.comp, p, n, b->p + KSSH_FRAME_HEAD, room, &len);
	if (r)
		return r;
	b->start = 0;
	b->end = KSSH_FRAME_HEAD + len;
	return 0;
}

/* What was packed is no longer needed there. */
static void packed_done(struct kssh_tx *tx)
{
	kssh_buf_take(tx->packed, kssh_buf_len(tx->packed));
	kssh_buf_trim(tx->packed);
}

/* Compress the payload behind the output, where it stands.  *n: what it became. */
static int pack_open(struct kssh_tx *tx, const struct kssh_wr *w, size_t *n)
{
	size_t len;
	int r;

	r = pack(tx, w->start, kssh_wr_len(w));
	if (r)
		return r;
	len = kssh_buf_len(tx->packed);
	r = kssh_buf_room(&tx->out, len + KSSH_FRAME_EXTRA);
	if (!r) {
		memcpy(tx->out.p + tx->out.end, tx->packed->p, len);
		*n = len - KSSH_FRAME_HEAD;
	}
	packed_done(tx);
	return r;
}

int kssh_tx_close(struct kssh_tx *tx, const struct kssh_wr *w,
		  const struct kssh_env *env)
{
	size_t n = kssh_wr_len(w);
	size_t total;
	int r = 0;

	if (w->bad)
		return KSSH_R_NO_MEMORY;
	if (tx->dir.packing)
		r = pack_open(tx, w, &n);
	if (!r)
		r = seal(&tx->dir, env, tx->out.p + tx->out.end, n, &total);
	if (r)
		return r;
	tx->out.end += total;
	return 0;
}

int kssh_tx_build(struct kssh_tx *tx, const struct kssh_env *env)
{
	struct kssh_buf *b = &tx->build;
	size_t n = kssh_tx_built(tx);
	size_t total;
	int r;

	r = check_spent(&tx->dir, KSSH_KEY_PACKETS_RESERVE);
	if (!r && tx->dir.packing) {
		r = pack(tx, b->p + b->start + KSSH_FRAME_HEAD, n);
		if (!r) {
			swap(tx->build, *tx->packed);
			packed_done(tx);
			n = kssh_tx_built(tx);
		}
	}
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
	kssh_buf_clean(b);
	return 0;
}
