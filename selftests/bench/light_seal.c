// SPDX-License-Identifier: GPL-2.0
/*
 * Binary packets (RFC 4253 6) in the clear, with chacha20-poly1305@openssh.com
 * (OpenSSH's PROTOCOL.chacha20poly1305), AES-GCM (RFC 5647, with OpenSSH's rules)
 * and AES-CTR (RFC 4344) with hmac-sha2-256-etm@openssh.com.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "light.h"

#define TAG_MAX	32

void put(struct bytes *b, const void *p, size_t n)
{
	if (b->n + n > b->room) {
		b->room = b->n + n + 256;
		b->p = realloc(b->p, b->room);
		if (!b->p)
			abort();
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void put_u8(struct bytes *b, uint8_t v)
{
	put(b, &v, 1);
}

void put_u32(struct bytes *b, uint32_t v)
{
	v = htonl(v);
	put(b, &v, 4);
}

void put_string(struct bytes *b, const void *p, size_t n)
{
	put_u32(b, n);
	put(b, p, n);
}

void put_text(struct bytes *b, const char *s)
{
	put_string(b, s, strlen(s));
}

void bytes_free(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){};
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

bool get_string(const uint8_t **p, size_t *left, const uint8_t **s, size_t *n)
{
	if (*left < 4 || be32(*p) > *left - 4)
		return false;
	*n = be32(*p);
	*s = *p + 4;
	*p += 4 + *n;
	*left -= 4 + *n;
	return true;
}

static const struct {
	size_t key, iv, tag, block;
	bool length_apart;	/* the length is not among what is padded */
} ciphers[] = {
	[PLAIN]  = {  0,  0,  0,  8, false },
	[CHACHA] = { 64,  0, 16,  8, true },
	[GCM]    = { 16, 12, 16, 16, true },
	[CTR]    = { 32, 16, 32, 16, true },
};

size_t seal_key_len(enum cipher c)
{
	return ciphers[c].key;
}

size_t seal_iv_len(enum cipher c)
{
	return ciphers[c].iv;
}

static EVP_CIPHER_CTX *cipher_new(const EVP_CIPHER *c, const uint8_t *key,
				  const uint8_t *iv, bool encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	if (!ctx || EVP_CipherInit_ex(ctx, c, NULL, key, iv, encrypt) != 1)
		abort();
	return ctx;
}

void seal_set(struct seal *s, enum cipher c, const uint8_t *key, const uint8_t *iv,
	      const uint8_t *mac, bool encrypt)
{
	uint32_t seq = s->seq;

	seal_free(s);
	s->seq = seq;
	s->cipher = c;
	switch (c) {
	case CHACHA:
		s->payload = cipher_new(EVP_chacha20(), key, NULL, true);
		s->length = cipher_new(EVP_chacha20(), key + 32, NULL, true);
		break;
	case GCM:
		s->payload = cipher_new(EVP_aes_128_gcm(), key, NULL, encrypt);
		memcpy(s->iv, iv, sizeof(s->iv));
		break;
	case CTR:
		s->payload = cipher_new(EVP_aes_256_ctr(), key, iv, true);
		memcpy(s->key, mac, sizeof(s->key));
		break;
	case PLAIN:
		break;
	}
}

void seal_free(struct seal *s)
{
	EVP_CIPHER_CTX_free(s->payload);
	EVP_CIPHER_CTX_free(s->length);
	OPENSSL_cleanse(s, sizeof(*s));
}

static void run(EVP_CIPHER_CTX *ctx, uint8_t *p, size_t n)
{
	int len;

	if (EVP_CipherUpdate(ctx, p, &len, p, n) != 1)
		abort();
}

/* ---- ChaCha20 and Poly1305 ---- */

/* Start a key stream at a block: 8 bytes of counter, 8 of sequence number */
static void chacha_at(EVP_CIPHER_CTX *ctx, uint32_t seq, uint8_t block)
{
	uint8_t iv[16] = { block };

	seq = htonl(seq);
	memcpy(iv + 12, &seq, 4);
	if (EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, -1) != 1)
		abort();
}

static void poly1305(uint8_t tag[16], const uint8_t key[32], const uint8_t *p, size_t n)
{
	static EVP_MAC *mac;
	EVP_MAC_CTX *c;
	size_t len;

	if (!mac)
		mac = EVP_MAC_fetch(NULL, "POLY1305", NULL);
	c = EVP_MAC_CTX_new(mac);
	if (!c || EVP_MAC_init(c, key, 32, NULL) != 1 ||
	    EVP_MAC_update(c, p, n) != 1 || EVP_MAC_final(c, tag, &len, 16) != 1)
		abort();
	EVP_MAC_CTX_free(c);
}

static void chacha_tag(struct seal *s, uint8_t tag[16], const uint8_t *p, size_t n)
{
	uint8_t key[32] = {};

	chacha_at(s->payload, s->seq, 0);
	run(s->payload, key, sizeof(key));
	poly1305(tag, key, p, n);
}

/* ---- sealing and opening, the length at @p included ---- */

static void tag_of(struct seal *s, uint8_t tag[TAG_MAX], const uint8_t *p, size_t n)
{
	uint8_t seq[4] = { s->seq >> 24, s->seq >> 16, s->seq >> 8, s->seq };
	unsigned int len;
	HMAC_CTX *c;

	if (s->cipher == CHACHA) {
		chacha_tag(s, tag, p, n);
		return;
	}
	c = HMAC_CTX_new();
	if (!c || HMAC_Init_ex(c, s->key, 32, EVP_sha256(), NULL) != 1 ||
	    HMAC_Update(c, seq, 4) != 1 || HMAC_Update(c, p, n) != 1 ||
	    HMAC_Final(c, tag, &len) != 1)
		abort();
	HMAC_CTX_free(c);
}

static void gcm_begin(struct seal *s, const uint8_t length[4], int encrypt)
{
	int len, i;

	if (EVP_CipherInit_ex(s->payload, NULL, NULL, NULL, s->iv, encrypt) != 1 ||
	    EVP_CipherUpdate(s->payload, NULL, &len, length, 4) != 1)
		abort();
	/* RFC 5647 7.1: the last eight bytes count the packets */
	for (i = 11; i >= 4 && !++s->iv[i]; i--)
		;
}

static void seal_bytes(struct seal *s, uint8_t *p, size_t n, uint8_t *tag)
{
	int len;

	switch (s->cipher) {
	case PLAIN:
		return;
	case CHACHA:
		chacha_at(s->length, s->seq, 0);
		run(s->length, p, 4);
		chacha_at(s->payload, s->seq, 1);
		run(s->payload, p + 4, n - 4);
		tag_of(s, tag, p, n);
		return;
	case CTR:
		run(s->payload, p + 4, n - 4);
		tag_of(s, tag, p, n);
		return;
	case GCM:
		gcm_begin(s, p, 1);
		run(s->payload, p + 4, n - 4);
		if (EVP_CipherFinal_ex(s->payload, p + n, &len) != 1 ||
		    EVP_CIPHER_CTX_ctrl(s->payload, EVP_CTRL_AEAD_GET_TAG, 16,
					tag) != 1)
			abort();
		return;
	}
}

static bool open_bytes(struct seal *s, uint8_t *p, size_t n, uint8_t *tag)
{
	uint8_t want[TAG_MAX];
	int len;

	switch (s->cipher) {
	case PLAIN:
		return true;
	case CHACHA:
	case CTR:
		tag_of(s, want, p, n);
		if (CRYPTO_memcmp(want, tag, ciphers[s->cipher].tag))
			return false;
		if (s->cipher == CHACHA)
			chacha_at(s->payload, s->seq, 1);
		run(s->payload, p + 4, n - 4);
		return true;
	case GCM:
		gcm_begin(s, p, 0);
		run(s->payload, p + 4, n - 4);
		return EVP_CIPHER_CTX_ctrl(s->payload, EVP_CTRL_AEAD_SET_TAG, 16,
					   tag) == 1 &&
		       EVP_CipherFinal_ex(s->payload, p + n, &len) == 1;
	}
	return false;
}

void seal_packet(struct seal *s, struct bytes *out, const uint8_t *payload, size_t n)
{
	size_t block = ciphers[s->cipher].block, tag = ciphers[s->cipher].tag;
	size_t head = ciphers[s->cipher].length_apart ? 1 : 5, pad;
	uint8_t padding[32], tail[TAG_MAX] = {};
	size_t start = out->n;

	pad = block - (head + n) % block;
	if (pad < 4)
		pad += block;
	put_u32(out, 1 + n + pad);
	put_u8(out, pad);
	put(out, payload, n);
	RAND_bytes(padding, pad);
	put(out, padding, pad);
	put(out, tail, tag);
	seal_bytes(s, out->p + start, out->n - start - tag, out->p + out->n - tag);
	s->seq++;
}

static uint32_t packet_length(struct seal *s, const uint8_t *p)
{
	uint8_t length[4];

	memcpy(length, p, 4);
	if (s->cipher == CHACHA) {
		chacha_at(s->length, s->seq, 0);
		run(s->length, length, 4);
	}
	return be32(length);
}

int open_packet(struct seal *s, struct bytes *in, uint8_t **payload, size_t *n)
{
	size_t left = in->n - in->at, tag = ciphers[s->cipher].tag, len;
	size_t block = ciphers[s->cipher].block;
	uint8_t *p = in->p + in->at;

	if (left < 4)
		return 0;
	len = packet_length(s, p);
	if (len > PACKET_MAX || len < 6 ||
	    (len + (ciphers[s->cipher].length_apart ? 0 : 4)) % block)
		return -1;
	if (left < 4 + len + tag)
		return 0;
	if (!open_bytes(s, p, 4 + len, p + 4 + len) || p[4] < 4 || p[4] > len - 2)
		return -1;
	s->seq++;
	in->at += 4 + len + tag;
	*payload = p + 5;
	*n = len - 1 - p[4];
	return 1;
}
