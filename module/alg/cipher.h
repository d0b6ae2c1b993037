/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ciphers and MACs of the binary packet protocol (RFC 4253 6, RFC 5647, OpenSSH
 * PROTOCOL and PROTOCOL.chacha20poly1305), and the keys of one direction.
 *
 * A frame is what stands on the wire for one packet: packet_length (4 bytes),
 * padding_length, payload, padding, tag.  All work on frames in place.
 *
 * A cipher without a tag of its own goes with a MAC.  An encrypt-then-MAC one leaves
 * packet_length in the clear and covers what stands on the wire; the other kind,
 * encrypt-and-MAC, covers the frame before it is encrypted, packet_length included,
 * so that nothing is known of a frame before a part of it has been decrypted.
 */
#ifndef KSSH_CIPHER_H
#define KSSH_CIPHER_H

#include <linux/types.h>

struct kssh_keys;

#define KSSH_KEY_MAX	64	/* longest key of cipher or MAC, bytes */
#define KSSH_IV_MAX	16
#define KSSH_TAG_MAX	64	/* longest tag of cipher or MAC, bytes */

/**
 * struct kssh_cipher_alg - one cipher name
 * @name: SSH name
 * @kernel_name: crypto API name, NULL if it is made of library calls
 * @key_len: bytes of key material (letters C and D of RFC 4253 7.2)
 * @iv_len: bytes of initial IV (letters A and B), 0 if none
 * @block_len: alignment of the encrypted part, at least 8
 * @tag_len: bytes of tag that the cipher brings itself, 0: it needs a MAC
 * @head_len: bytes of a frame that kssh_keys_length() needs
 * @aad_len: bytes of the frame's head outside the alignment rule (4 for AEAD and
 *	encrypt-then-MAC, where packet_length is not part of the blocks)
 * @fips: approved under fips_enabled
 * @init, @rest, @wipe, @length, @open, @seal: see the kssh_keys_* functions; in alg/
 *	only
 * @accelerated: does the kernel use instructions of the CPU made for it?  asked of
 *	keys that @init made; NULL: no
 */
struct kssh_cipher_alg {
	const char *name;
	const char *kernel_name;
	u8 key_len;
	u8 iv_len;
	u8 block_len;
	u8 tag_len;
	u8 head_len;
	u8 aad_len;
	bool fips;
	int (*init)(struct kssh_keys *k, const u8 *key, const u8 *iv);
	bool (*accelerated)(const struct kssh_keys *k);
	void (*rest)(struct kssh_keys *k);	/* NULL: nothing to give back */
	void (*wipe)(struct kssh_keys *k);
	int (*length)(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len);
	int (*open)(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);
	int (*seal)(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);
};

/**
 * struct kssh_mac_alg - one MAC name
 * @name: SSH name
 * @kernel_name: crypto API name of the keyed shash
 * @key_len: bytes of key (letters E and F)
 * @tag_len: bytes on the wire
 * @etm: encrypt-then-MAC
 * @by_name: never offered unless somebody names it
 * @fips: approved under fips_enabled
 */
struct kssh_mac_alg {
	const char *name;
	const char *kernel_name;
	u8 key_len;
	u8 tag_len;
	bool etm;
	bool by_name;
	bool fips;
};

/* The tables, in default order, ended by an entry without a name. */
extern const struct kssh_cipher_alg kssh_cipher_algs[];
extern const struct kssh_mac_alg kssh_mac_algs[];

/* The state before the first NEWKEYS: no cipher, no MAC.  In no table. */
extern const struct kssh_cipher_alg kssh_cipher_none;

/* Can the running kernel do it (and may it, under fips_enabled)?  Sleeps at the
 * first call; the answer is kept.  Process context.
 */
bool kssh_cipher_usable(const struct kssh_cipher_alg *a);
bool kssh_mac_usable(const struct kssh_mac_alg *a);

/* Is it accelerated by this CPU, so that it is to be preferred?  As above. */
bool kssh_cipher_fast(const struct kssh_cipher_alg *a);

/**
 * kssh_keys_new - make the keys of one direction
 * @cipher: row of the table, or &kssh_cipher_none with the rest NULL
 * @mac: row of the table; NULL if the cipher brings its own tag
 * @key: @cipher->key_len bytes
 * @iv: @cipher->iv_len bytes
 * @mac_key: @mac->key_len bytes
 * @out: the keys; freed with kssh_keys_free(), which is the one place that wipes
 *
 * Process context, sleeps (crypto handles, GFP_KERNEL); never under a socket lock
 * except for kssh_cipher_none.
 * Return: 0, KSSH_R_NO_MEMORY or KSSH_R_CRYPTO_FAILED.
 */
int kssh_keys_new(const struct kssh_cipher_alg *cipher, const struct kssh_mac_alg *mac,
		  const u8 *key, const u8 *iv, const u8 *mac_key,
		  struct kssh_keys **out);
void kssh_keys_free(struct kssh_keys *k);	/* NULL is fine */

const struct kssh_cipher_alg *kssh_keys_cipher(const struct kssh_keys *k);
const struct kssh_mac_alg *kssh_keys_mac(const struct kssh_keys *k);
size_t kssh_keys_tag_len(const struct kssh_keys *k);	/* cipher's or MAC's */
size_t kssh_keys_head_len(const struct kssh_keys *k);
size_t kssh_keys_aad_len(const struct kssh_keys *k);
size_t kssh_keys_block_len(const struct kssh_keys *k);

/* Is the MAC of the encrypt-and-MAC kind?  Head and AAD length follow from it. */
bool kssh_keys_mac_first(const struct kssh_keys *k);

/**
 * kssh_keys_length - packet_length of a frame whose head has arrived
 * @k: keys of the receiving direction
 * @seq: sequence number of the packet
 * @head: kssh_keys_head_len() bytes, left as they are
 * @len: packet_length, not checked against any bound here
 *
 * Process context, sleeps.
 * Return: 0, KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_keys_length(struct kssh_keys *k, u32 seq, const u8 *head, u32 *len);

/**
 * kssh_keys_open - authenticate and decrypt a whole frame in place
 * @k: keys of the receiving direction
 * @seq: sequence number of the packet
 * @frame: 4 + packet_length + tag bytes; kmalloc or vmalloc memory
 * @len: that many bytes, tag included
 *
 * The tag is compared in constant time and before anything is decrypted, where the
 * mode allows.  An invocation counter in the IV advances on success; with an
 * encrypt-and-MAC MAC a failure leaves neither frame nor keys as they were.
 * Process context, sleeps.
 * Return: 0, KSSH_R_BAD_MAC, KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_keys_open(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);

/**
 * kssh_keys_seal - encrypt a frame in place and put its tag behind it
 * @k: keys of the sending direction
 * @seq: sequence number of the packet
 * @frame: 4 + packet_length bytes, with room for the tag behind them
 * @len: 4 + packet_length
 *
 * Process context, sleeps.
 * Return: 0, KSSH_R_CRYPTO_FAILED, KSSH_R_NO_MEMORY.
 */
int kssh_keys_seal(struct kssh_keys *k, u32 seq, u8 *frame, size_t len);

/* Nothing is to be sealed or opened for a while: give back what that takes (NULL is
 * fine).  Between two calls of the others; the next one takes it again.
 */
void kssh_keys_rest(struct kssh_keys *k);

/* Spend on @n bytes the time that checking the MAC over them would take. */
void kssh_keys_waste(struct kssh_keys *k, const u8 *p, size_t n);

#endif /* KSSH_CIPHER_H */
