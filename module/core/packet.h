/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Binary packets (RFC 4253 6): frames in and out of the byte streams, with the
 * keys, sequence numbers and counters of each direction.
 */
#ifndef KSSH_PACKET_H
#define KSSH_PACKET_H

#include <linux/bits.h>

#include "../kex/kex.h"
#include "buf.h"

/*
 * Packets under one key.  The nonce of chacha20-poly1305@openssh.com is the 32 bit
 * sequence number, so the number must not come round under one key.  What sends
 * keeps a reserve for the exchange that brings new keys, and for a DISCONNECT.
 */
#define KSSH_KEY_PACKETS_MAX	BIT_ULL(32)
#define KSSH_KEY_PACKETS_RESERVE 64

/* Bytes of a frame around its payload, at most: lengths, padding, tag. */
#define KSSH_FRAME_HEAD		5
#define KSSH_FRAME_EXTRA	(KSSH_FRAME_HEAD + 2 * 32 + 4 + KSSH_TAG_MAX)

/* The most memory that is kept for the next long frame: for one of 32 KiB of data. */
#define KSSH_SPARE_MAX		(36 * 1024)

/* How much memory is kept for short ones: they come many at a time. */
#define KSSH_SPARES_SHORT	16

/**
 * struct kssh_dir - keys and counters of one direction
 * @keys: present keys, &kssh_cipher_none before the first NEWKEYS
 * @seq: sequence number of the next packet
 * @keyed: a NEWKEYS has passed in this direction
 * @packing: payloads are compressed
 * @key_packets: packets under @keys
 * @key_bytes: bytes of frames under @keys
 * @packets: packets of the connection
 * @comp: compression, NULL if none was agreed on
 */
struct kssh_dir {
	struct kssh_keys *keys;
	u32 seq;
	bool keyed;
	bool packing;
	u64 key_packets;
	u64 key_bytes;
	u64 packets;
	struct kssh_comp *comp;
};

struct kssh_payload;

/**
 * struct kssh_rx - receiving side
 * @dir: keys and counters
 * @buf: bytes received and not yet consumed
 * @frame: bytes of the frame at the start of @buf, tag included; 0: not known yet
 * @plain: payload of the packet taken last, if it was compressed; NULL: none ever was
 * @bulk: bytes of the frame taken last, if it was a long one: the next is taken to be; no
 *	more than is kept for one, since nothing of it may ever come
 * @spare_short: memory of payloads that were read, wiped, for the next; a list
 * @n_short: how many
 * @spare_long: likewise, in whole pages, one; NULL: none
 * @unwiped: that one is, unless what comes next overwrites it, still to be wiped
 * @discard: bytes still to be read and thrown away before a bad frame is answered
 */
struct kssh_rx {
	struct kssh_dir dir;
	struct kssh_buf buf;
	struct kssh_buf *plain;
	u32 frame;
	u32 discard;
	u32 bulk;
	u8 n_short;
	bool unwiped;
	struct kssh_payload *spare_short;
	struct kssh_payload *spare_long;
};

/**
 * struct kssh_tx - sending side
 * @dir: keys and counters
 * @out: bytes to be sent, sealed
 * @build: frame being built for the application: KSSH_FRAME_HEAD bytes of room,
 *	then the payload so far; empty if none was begun
 * @packed: the same with a compressed payload, while one is sealed; NULL: none ever was
 */
struct kssh_tx {
	struct kssh_dir dir;
	struct kssh_buf out;
	struct kssh_buf build;
	struct kssh_buf *packed;
};

/* No cipher, no MAC.  0 or a reason. */
int kssh_dir_init(struct kssh_dir *d);

/* Wipe keys and compression; the direction is dead. */
void kssh_dir_kill(struct kssh_dir *d);

/**
 * kssh_dir_newkeys - switch to new keys, at NEWKEYS
 * @d: direction
 * @keys: taken over, *keys is set to NULL
 * @reset_seq: strict key exchange: sequence numbers start again at 0
 */
void kssh_dir_newkeys(struct kssh_dir *d, struct kssh_keys **keys, bool reset_seq);

/**
 * kssh_dir_newcomp - compression as it was agreed on, behind kssh_dir_newkeys()
 * @d: direction
 * @a: what was agreed on
 * @comp: state to use if there was none; taken over, *comp is set to NULL
 * @on: the user is authenticated: zlib@openssh.com begins at once
 *
 * A stream never goes on under new keys (RFC 4253 6.2).
 */
void kssh_dir_newcomp(struct kssh_dir *d, const struct kssh_comp_alg *a,
		      struct kssh_comp **comp, bool on);

/* USERAUTH_SUCCESS has come: from the next packet on, if it was agreed on. */
void kssh_dir_begin_comp(struct kssh_dir *d);

/**
 * kssh_rx_need - how many bytes are missing of what is being received
 * @rx: receiving side
 *
 * Return: at least 1; the head of a frame first, then the rest of the frame.
 */
size_t kssh_rx_need(const struct kssh_rx *rx);

/**
 * kssh_rx_place - make room in @rx->buf for what comes next
 * @rx: receiving side
 * @most: set to how many bytes may be put there
 *
 * A long frame gets a buffer for itself, which its payload can take over; it grows
 * with what arrives, not with what is announced.
 * Return: 0 or KSSH_R_NO_MEMORY.
 */
int kssh_rx_place(struct kssh_rx *rx, size_t *most);

/* Is it between two packets? */
bool kssh_rx_boundary(const struct kssh_rx *rx);

/**
 * kssh_rx_packet - take the next packet off the stream
 * @rx: receiving side
 * @payload: set to its payload, message number first; lives in @rx->buf until
 *	bytes are added to that, or in @rx->plain until the next packet or
 *	kssh_rx_clean()
 * @seq: set to its sequence number
 *
 * The length is bounded before anything is made of it: 35,000 bytes before the
 * first NEWKEYS (RFC 4253 6.1), 256 KiB afterwards.
 *
 * With an encrypt-and-MAC MAC a length out of bounds and a wrong MAC are one and
 * the same KSSH_R_BAD_MAC, and it comes when as many bytes have been read as the
 * longest frame has: neither answer nor time tells whoever changed the frame what
 * he changed it to.
 * Process context, sleeps.
 * Return: 0, -EAGAIN (not all there yet), or a reason (fatal).
 */
int kssh_rx_packet(struct kssh_rx *rx, struct kssh_blob *payload, u32 *seq);

/**
 * kssh_spare_short - memory of a short payload that was kept
 * @rx: receiving side
 * @least: bytes that it must have
 * @most: bytes of which it must not have more than twice as many
 *
 * Return: the memory, @cap alone is valid; NULL: there is none like that.
 */
struct kssh_payload *kssh_spare_short(struct kssh_rx *rx, size_t least, size_t most);

/**
 * kssh_spare_keep - the end of a payload
 * @rx: receiving side
 * @p: payload that was read
 * @keep: its memory may be kept for the next, else it is freed
 *
 * What is long and kept is wiped by kssh_rx_clean(), if nothing overwrites it before.
 */
void kssh_spare_keep(struct kssh_rx *rx, struct kssh_payload *p, bool keep);

/* Between packets: keep none of what was received, and little memory. */
void kssh_rx_clean(struct kssh_rx *rx);

/* Has kssh_rx_clean() nothing to do? */
static inline bool kssh_rx_is_clean(const struct kssh_rx *rx)
{
	const struct kssh_buf *b = &rx->buf;

	return !(rx->plain && rx->plain->p) && !rx->unwiped &&
	       (kssh_buf_len(b) || (!b->dirty && b->cap <= KSSH_MEM_SMALL));
}

/* None at all. */
void kssh_rx_trim(struct kssh_rx *rx);

/**
 * kssh_tx_open - begin a packet at the end of the output
 * @tx: sending side
 * @n: longest payload that will be written
 * @w: set up to write the payload
 *
 * Return: 0 or KSSH_R_NO_MEMORY.
 */
int kssh_tx_open(struct kssh_tx *tx, size_t n, struct kssh_wr *w);

/**
 * kssh_tx_close - seal the packet that kssh_tx_open() began
 * @tx: sending side
 * @w: written to; a writer that ran over fails as KSSH_R_NO_MEMORY
 * @env: randomness for the padding
 *
 * Return: 0 or a reason (fatal); nothing has been queued then.
 */
int kssh_tx_close(struct kssh_tx *tx, const struct kssh_wr *w,
		  const struct kssh_env *env);

/* What sealing a payload of @n bytes needs besides: 0 or KSSH_R_NO_MEMORY. */
int kssh_tx_reserve_packed(struct kssh_tx *tx, size_t n);

/* Bytes of payload in @tx->build. */
static inline size_t kssh_tx_built(const struct kssh_tx *tx)
{
	size_t len = kssh_buf_len(&tx->build);

	return len > KSSH_FRAME_HEAD ? len - KSSH_FRAME_HEAD : 0;
}

/**
 * kssh_tx_build - seal the payload in @tx->build and queue it
 * @tx: sending side, a payload of at least one byte has been built
 * @env: randomness for the padding
 *
 * Return: 0 or a reason (fatal).
 */
int kssh_tx_build(struct kssh_tx *tx, const struct kssh_env *env);

#endif /* KSSH_PACKET_H */
