/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A light SSH server for the benchmark: the transport (RFC 4253) over libcrypto,
 * as little memory and work per connection as a correct server can do with.
 *
 *	server.c	sockets, options, which connection is served when
 *	light.c		identification, key exchange, messages
 *	light_seal.c	binary packets and ciphers
 *	light_channel.c	with -a: authentication by "none", and a channel
 */
#ifndef BENCH_LIGHT_H
#define BENCH_LIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#define LIGHT_BANNER	"SSH-2.0-kssh_bench_light"
#define PACKET_MAX	35000	/* RFC 4253 6.1 */
#define H_LEN		SHA256_DIGEST_LENGTH	/* all methods use SHA-256 */

/* A growing buffer of bytes; what is before @at has been taken. */
struct bytes {
	uint8_t *p;
	size_t n, at, room;
};

void put(struct bytes *b, const void *p, size_t n);
void put_u8(struct bytes *b, uint8_t v);
void put_u32(struct bytes *b, uint32_t v);
void put_string(struct bytes *b, const void *p, size_t n);
void put_text(struct bytes *b, const char *s);
void bytes_free(struct bytes *b);	/* leaves it empty */

/* One string of a message; false: it is not all there. */
bool get_string(const uint8_t **p, size_t *left, const uint8_t **s, size_t *n);

enum cipher { PLAIN, CHACHA, GCM, CTR };

/**
 * struct seal - keys of one direction
 * @cipher: of the packets
 * @seq: sequence number of the next packet
 * @payload: cipher of packets; of ChaCha20 with the main key
 * @length: of ChaCha20: cipher of the length
 * @key: of the MAC, with CTR
 * @iv: of GCM: the next packet's nonce
 */
struct seal {
	enum cipher cipher;
	uint32_t seq;
	EVP_CIPHER_CTX *payload, *length;
	uint8_t key[32];
	uint8_t iv[12];
};

/* Bytes of key and of IV that enum cipher wants. */
size_t seal_key_len(enum cipher c);
size_t seal_iv_len(enum cipher c);
/* Begin with other keys; the sequence number stays. */
void seal_set(struct seal *s, enum cipher c, const uint8_t *key, const uint8_t *iv,
	      const uint8_t *mac, bool encrypt);
void seal_free(struct seal *s);
/* Append @payload as a packet. */
void seal_packet(struct seal *s, struct bytes *out, const uint8_t *payload, size_t n);
/**
 * open_packet - take the next packet from @in
 * @s: keys of the direction
 * @in: received bytes; decrypted where they are
 * @payload: set to the payload, which stays valid until @in changes
 * @n: set to its length
 *
 * Return: 1, 0 if more must be received, -1 if it is no good.
 */
int open_packet(struct seal *s, struct bytes *in, uint8_t **payload, size_t *n);

/**
 * struct channel - the one that a client that was let in has
 * @does: what its command says
 * @peer: the client's number of it
 * @window: bytes that we may send
 * @left: bytes that are to be taken, or sent
 * @closed: we have sent CLOSE
 */
struct channel {
	enum { NOTHING, SINK, SOURCE, ECHO } does;
	uint32_t peer;
	uint64_t window, left;
	bool closed;
};

enum state { BANNER, KEXINIT, KEX_INIT, NEWKEYS, OPEN };

/**
 * struct light - one connection
 * @state: what is waited for
 * @in: received, not yet consumed
 * @out: to be sent
 * @rx: keys of what the client sends
 * @tx: keys of what we send
 * @hash: of V_C, V_S and, after KEXINIT, I_C, I_S, K_S
 * @v_c: the client's identification without CR LF
 * @i_s: payload of our KEXINIT, from when it is sent until it is hashed
 * @session_id: first H
 * @next: keys that NEWKEYS brings into use: IVs, keys, MAC keys, TX then RX
 * @hybrid: mlkem768x25519-sha256 was negotiated
 * @next_cipher: negotiated, TX then RX
 * @have_session: @session_id is set
 * @strict: both sides announced strict key exchange
 * @skip: the client guessed wrong: ignore one packet
 * @ready: an ephemeral key exchange message waits, see light_stall
 * @over: DISCONNECT, or something is wrong: close when @out is sent
 * @channel: see there
 */
struct light {
	enum state state;
	struct bytes in, out;
	struct seal rx, tx;
	SHA256_CTX *hash;
	char *v_c;
	struct bytes i_s;
	uint8_t session_id[H_LEN];
	struct light_keys *next;
	bool hybrid, have_session, strict, skip, ready, over;
	enum cipher next_cipher[2];
	struct channel channel;
};

/* Key exchange messages are left unanswered while this is set. */
extern bool light_stall;
extern bool light_lets_in;	/* whoever asks is authenticated */
extern unsigned long light_handshakes;	/* SERVICE_ACCEPT sent */

/* Make the host key, take lists in place of all that is known (NULL: that).  false:
 * libcrypto cannot, or a list has an unknown name.  @pin: SHA-256 of the key blob.
 */
bool light_init(const char *kex, const char *ciphers, uint8_t pin[H_LEN]);
void light_begin(struct light *l);	/* zeroed; our first flight is in @out */
void light_feed(struct light *l);	/* act on all of @in that can be acted on */
void light_end(struct light *l);

/* A message >= 50 of a client that is let in; false: it is not understood. */
bool light_on_channel(struct light *l, const uint8_t *p, size_t n);
/* There is room: put more of what is to be sent into @out.  Is there something now? */
bool light_fill(struct light *l);

#endif
