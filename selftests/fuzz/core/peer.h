/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A server for the bench of module/kunit: it really agrees on keys, signs the exchange
 * hash and seals what it says, with libcrypto and fixed secrets.  So bytes of a fuzzer
 * get behind signature and MAC.
 */
#ifndef KSSH_FUZZ_PEER_H
#define KSSH_FUZZ_PEER_H

#include "../../../module/kunit/conn_lab.h"

#define PEER_ROOM	(KSSH_PACKET_MAX + 1024)	/* enough for a frame of any size */

/**
 * struct peer - the server
 * @lab: the bench; its tx side is ours
 * @next: keys of the exchange under way, from the reply to our NEWKEYS
 * @comp: compression to begin with them
 * @neg: what was negotiated in it
 * @strict: strict key exchange holds
 * @signed_h: our signature over the right hash has been made
 * @vary: exchanged with our secret, so that another one comes of it
 * @k: the shared secret of the last reply, as far as its first byte
 * @k_len: its length without leading zeros
 */
struct peer {
	struct kssh_lab *lab;
	struct kssh_keys *next;
	struct kssh_comp *comp;
	struct kssh_negotiated neg;
	bool strict;
	bool signed_h;
	u16 vary;
	u8 k;
	size_t k_len;
};

/* Begin with a connection just started on the bench. */
void peer_begin(struct peer *p);
void peer_end(struct peer *p);

/* K_S: an Ed25519 key blob, 51 bytes. */
#define PEER_KEY_LEN	51
void peer_hostkey(u8 *blob);

/*
 * The reply to the client's public value; nothing is sent.  The keys that follow from
 * it wait for peer_newkeys().  Its length, 0 if no exchange waits for one or the method
 * is none of x25519 and Diffie-Hellman.
 */
size_t peer_reply(struct peer *p, u8 *buf, size_t room);

/* A payload as it goes over the wire: the bytes of the frame at @buf (PEER_ROOM). */
size_t peer_seal(struct peer *p, const void *payload, size_t n, u8 *buf);

/*
 * What follows from a sealed payload for our own side: new keys after NEWKEYS (if there
 * are any), compression after the first USERAUTH_SUCCESS.
 */
void peer_said(struct peer *p, const u8 *payload, size_t n);

/* Seal, feed, and let follow what follows. */
void peer_say(struct peer *p, const void *payload, size_t n);

#define peer_say_lit(p, lit) peer_say(p, lit, sizeof(lit) - 1)

/**
 * struct peer_offer - what our KEXINIT offers
 * @kex: list
 * @hostkey: list; NULL: ssh-ed25519
 * @cipher: list, both ways
 * @mac: likewise
 * @comp: likewise
 * @strict: the marker of strict key exchange stands behind @kex
 * @ext_info: so does the marker of extension negotiation
 * @follows: a guess is announced
 */
struct peer_offer {
	const char *kex, *hostkey, *cipher, *mac, *comp;
	bool strict, ext_info, follows;
};

/* The KEXINIT, not sent; its length. */
size_t peer_kexinit(const struct peer_offer *o, u8 *buf, size_t room);

/* GEX_GROUP with the group of 2048 bits of RFC 3526, not sent; its length. */
size_t peer_group(u8 *buf, size_t room);

#endif /* KSSH_FUZZ_PEER_H */
