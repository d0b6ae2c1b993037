/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compression of payloads (RFC 4253 6.2, zlib@openssh.com of OpenSSH's PROTOCOL).
 * A stream goes on from packet to packet of one direction, and begins anew with each
 * key exchange.
 */
#ifndef KSSH_COMP_H
#define KSSH_COMP_H

#include "../wire/wire.h"

struct kssh_comp;

/**
 * struct kssh_comp_alg - one compression name
 * @name: SSH name
 * @by_name: never offered unless somebody names it
 * @make: see kssh_comp_new(); NULL if nothing is compressed; in alg/ only
 */
struct kssh_comp_alg {
	const char *name;
	bool by_name;
	int (*make)(bool pack, struct kssh_comp **out);
};

/* In default order, ended by an entry without a name. */
extern const struct kssh_comp_alg kssh_comp_algs[];

/**
 * kssh_comp_new - make the state of one direction, at the beginning of a stream
 * @a: row of the table, or NULL
 * @pack: the sending direction
 * @out: the state, freed with kssh_comp_free(); NULL if @a compresses nothing
 *
 * Some 270 KB for sending and 50 KB for receiving, charged to the memory cgroup in
 * force, and to what all connections may have together (parameter zlib_kib).
 * Process context, may sleep.
 * Return: 0, KSSH_R_NO_MEMORY, or KSSH_R_COMP_MEMORY if all have too much.
 */
int kssh_comp_new(const struct kssh_comp_alg *a, bool pack, struct kssh_comp **out);
void kssh_comp_free(struct kssh_comp *c);	/* wipes; NULL is fine */

/* Begin a new stream. */
void kssh_comp_reset(struct kssh_comp *c);

/* Longest that @n bytes become. */
size_t kssh_comp_bound(size_t n);

/**
 * kssh_comp_pack - compress a payload
 * @c: state of the sending direction
 * @p: payload
 * @n: its bytes, at least 1
 * @out: where it goes
 * @room: bytes there, at least kssh_comp_bound(@n)
 * @len: what it became
 *
 * All of it can be read by the receiver (Z_PARTIAL_FLUSH, as OpenSSH).
 * Return: 0 or KSSH_R_CRYPTO_FAILED, after which the stream is spoilt.
 */
int kssh_comp_pack(struct kssh_comp *c, const u8 *p, size_t n, u8 *out, size_t room,
		   size_t *len);

/**
 * kssh_comp_unpack - decompress some of a payload
 * @c: state of the receiving direction
 * @in: payload as received; what has been used is taken off
 * @out: where it goes
 * @room: bytes there, at least 1
 * @len: how many of them were filled; less than @room: there is no more
 *
 * Return: 0, or KSSH_R_COMP_DATA, after which the stream is spoilt.
 */
int kssh_comp_unpack(struct kssh_comp *c, struct kssh_blob *in, u8 *out, size_t room,
		     size_t *len);

#endif /* KSSH_COMP_H */
