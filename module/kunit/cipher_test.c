// SPDX-License-Identifier: GPL-2.0
/* Ciphers, MACs and the keys of one direction. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../alg/cipher.h"
#include "../alg/hash.h"
#include "../alg/keys.h"
#include "../wire/reason.h"
#include "alg_vectors.h"
#include "cipher_vectors.h"

static void cipher_desc(const struct cipher_vector *v, char *desc)
{
	scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %s", v->cipher, v->mac ?: "");
}

KUNIT_ARRAY_PARAM(cipher, cipher_vectors, cipher_desc);

#define LARGEST		KSSH_FRAME_MAX
#define SMALL_FRAME	128

static void free_keys(void *k)
{
	kssh_keys_free(k);
}

static struct kssh_keys *new_keys(struct kunit *test, const struct cipher_vector *v)
{
	const struct kssh_cipher_alg *cipher = find_cipher(v->cipher);
	const struct kssh_mac_alg *mac = find_mac(v->mac);
	struct kssh_keys *k = NULL;

	KUNIT_ASSERT_NOT_NULL(test, cipher);
	KUNIT_ASSERT_EQ(test, !cipher->tag_len, !!mac);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(cipher, mac, v->key, v->iv,
					       v->mac_key, &k));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_keys, k));
	return k;
}

/* Seals frame @f of the vector at @p with @tx, and opens it with @rx again. */
static void seal_and_open(struct kunit *test, const struct cipher_frame *f,
			  struct kssh_keys *tx, struct kssh_keys *rx, u8 *p)
{
	size_t sealed = f->plain_len + kssh_keys_tag_len(tx);
	u8 digest[KSSH_HASH_MAX];
	u8 *want;
	u32 len;

	frame_pattern(p, f->plain_len, f->seq);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_seal(tx, f->seq, p, f->plain_len));
	if (f->sealed_len) {
		KUNIT_ASSERT_EQ(test, sealed, f->sealed_len);
		KUNIT_EXPECT_MEMEQ(test, p, f->data, sealed);
	} else {
		KUNIT_ASSERT_EQ(test, 0, kssh_hash_digest(KSSH_SHA256, p, sealed,
							  digest));
		KUNIT_EXPECT_MEMEQ(test, digest, f->data, 32);
	}

	KUNIT_ASSERT_EQ(test, 0, kssh_keys_length(rx, f->seq, p, &len));
	KUNIT_ASSERT_EQ(test, f->plain_len - 4, len);
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_open(rx, f->seq, p, sealed));
	want = vmalloc(f->plain_len);
	KUNIT_ASSERT_NOT_NULL(test, want);
	frame_pattern(want, f->plain_len, f->seq);
	KUNIT_EXPECT_EQ(test, 0, memcmp(p, want, f->plain_len));
	vfree(want);
}

static void cipher_known_frames(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	struct kssh_keys *tx = new_keys(test, v), *rx = new_keys(test, v);
	size_t i;
	u8 *p;

	for (i = 0; i < v->n_frames; i++) {
		p = kmalloc(v->frames[i].plain_len + kssh_keys_tag_len(tx), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		seal_and_open(test, &v->frames[i], tx, rx, p);
		kfree(p);
	}
}

/* The same in memory whose pages lie apart, at places that straddle them. */
static void cipher_known_frames_vmalloc(struct kunit *test)
{
	static const unsigned int offsets[] = { 0, 1, 7, PAGE_SIZE - 17, PAGE_SIZE - 3 };
	const struct cipher_vector *v = test->param_value;
	u8 *p = vmalloc(PAGE_SIZE + LARGEST);
	struct kssh_keys *tx, *rx;
	size_t i, j;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (j = 0; j < ARRAY_SIZE(offsets); j++) {
		tx = new_keys(test, v);
		rx = new_keys(test, v);
		for (i = 0; i < v->n_frames; i++)
			seal_and_open(test, &v->frames[i], tx, rx, p + offsets[j]);
	}
	vfree(p);
}

/*
 * Every bit of a short frame counts, and a failure leaves the keys as they were; but
 * not with encrypt-and-MAC, where the frame is decrypted first.
 */
static void cipher_tampered(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	const struct kssh_cipher_alg *a = find_cipher(v->cipher);
	struct kssh_keys *k = new_keys(test, v);
	u8 frame[SMALL_FRAME];
	size_t i;

	KUNIT_ASSERT_LE(test, f->sealed_len, sizeof(frame));
	for (i = 0; i < 8 * f->sealed_len; i++) {
		memcpy(frame, f->data, f->sealed_len);
		frame[i / 8] ^= 1 << i % 8;
		KUNIT_ASSERT_EQ_MSG(test, KSSH_R_BAD_MAC,
				    kssh_keys_open(k, f->seq, frame, f->sealed_len),
				    "bit %zu", i);
		if (kssh_keys_mac_first(k))
			k = new_keys(test, v);
		if (kssh_keys_mac_first(k) ||
		    !strcmp(a->kernel_name ?: "", "gcm(aes)"))
			continue;
		frame[i / 8] ^= 1 << i % 8;
		KUNIT_ASSERT_MEMEQ(test, frame, f->data, f->sealed_len);
	}
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, f->seq, frame, f->sealed_len));
}

static void cipher_wrong_place(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	bool counts = v->iv && !strcmp(find_cipher(v->cipher)->kernel_name ?: "",
				       "gcm(aes)");
	struct kssh_keys *k = new_keys(test, v);
	u8 frame[SMALL_FRAME];

	/* AES-GCM counts packets by itself, the others by sequence number. */
	memcpy(frame, f->data, f->sealed_len);
	if (!counts)
		KUNIT_EXPECT_EQ(test, KSSH_R_BAD_MAC,
				kssh_keys_open(k, f->seq + 1, frame, f->sealed_len));
	if (kssh_keys_mac_first(k))
		k = new_keys(test, v);
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, f->seq, frame, f->sealed_len));
	memcpy(frame, f->data, f->sealed_len);
	KUNIT_EXPECT_EQ(test, KSSH_R_BAD_MAC,
			kssh_keys_open(k, counts ? f->seq : f->seq + 1, frame,
				       f->sealed_len));
}

static void cipher_cut(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	const struct cipher_frame *f = &v->frames[0];
	struct kssh_keys *k = new_keys(test, v);
	size_t n, least = 4 + KSSH_PACKET_MIN + kssh_keys_tag_len(k);
	u8 *p;

	for (n = 1; n < f->sealed_len; n++) {
		p = kmemdup(f->data, n, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_EQ(test, n < least ? KSSH_R_CRYPTO_FAILED : KSSH_R_BAD_MAC,
				kssh_keys_open(k, f->seq, p, n));
		kfree(p);
	}
}

/* Nothing of a frame longer than any may be is touched. */
static void cipher_too_long(struct kunit *test)
{
	const struct cipher_vector *v = test->param_value;
	size_t n = LARGEST + PAGE_SIZE;
	struct kssh_keys *k = new_keys(test, v);
	u8 *p = vmalloc(n);

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 0x5a, n);
	KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
			kssh_keys_open(k, 0, p, LARGEST + 1));
	KUNIT_EXPECT_EQ(test, KSSH_R_CRYPTO_FAILED,
			kssh_keys_seal(k, 0, p, LARGEST + 1 -
				       kssh_keys_tag_len(k)));
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x5a, n));
	vfree(p);
}

static void cipher_none(struct kunit *test)
{
	u8 frame[20], want[20];
	struct kssh_keys *k;
	u32 len;

	frame_pattern(want, sizeof(want), 9);
	memcpy(frame, want, sizeof(want));
	KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(&kssh_cipher_none, NULL, NULL, NULL,
					       NULL, &k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_tag_len(k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_aad_len(k));
	KUNIT_EXPECT_EQ(test, 8, kssh_keys_block_len(k));
	KUNIT_EXPECT_EQ(test, 4, kssh_keys_head_len(k));
	KUNIT_EXPECT_PTR_EQ(test, &kssh_cipher_none, kssh_keys_cipher(k));
	KUNIT_EXPECT_NULL(test, kssh_keys_mac(k));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_seal(k, 0, frame, sizeof(frame)));
	KUNIT_EXPECT_MEMEQ(test, frame, want, sizeof(want));
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_length(k, 0, frame, &len));
	KUNIT_EXPECT_EQ(test, 16, len);
	KUNIT_EXPECT_EQ(test, 0, kssh_keys_open(k, 0, frame, sizeof(frame)));
	KUNIT_EXPECT_MEMEQ(test, frame, want, sizeof(want));
	kssh_keys_free(k);
	kssh_keys_free(NULL);
}

/* NIST SP 800-38A F.5: one counter, one plaintext, three keys. */
static const u8 ctr_iv[16] = {
	0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb,
	0xfc, 0xfd, 0xfe, 0xff,
};

static const u8 ctr_plain[64] = {
	0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11,
	0x73, 0x93, 0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c,
	0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51, 0x30, 0xc8, 0x1c, 0x46,
	0xa3, 0x5c, 0xe4, 0x11, 0xe5, 0xfb, 0xc1, 0x19, 0x1a, 0x0a, 0x52, 0xef,
	0xf6, 0x9f, 0x24, 0x45, 0xdf, 0x4f, 0x9b, 0x17, 0xad, 0x2b, 0x41, 0x7b,
	0xe6, 0x6c, 0x37, 0x10,
};

static const struct {
	const char *cipher;
	const u8 key[32];
	const u8 sealed[64];
} ctr_rows[] = {
	{ "aes128-ctr", {
		0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88,
		0x09, 0xcf, 0x4f, 0x3c,
	}, {
		0x87, 0x4d, 0x61, 0x91, 0xb6, 0x20, 0xe3, 0x26, 0x1b, 0xef, 0x68, 0x64,
		0x99, 0x0d, 0xb6, 0xce, 0x98, 0x06, 0xf6, 0x6b, 0x79, 0x70, 0xfd, 0xff,
		0x86, 0x17, 0x18, 0x7b, 0xb9, 0xff, 0xfd, 0xff, 0x5a, 0xe4, 0xdf, 0x3e,
		0xdb, 0xd5, 0xd3, 0x5e, 0x5b, 0x4f, 0x09, 0x02, 0x0d, 0xb0, 0x3e, 0xab,
		0x1e, 0x03, 0x1d, 0xda, 0x2f, 0xbe, 0x03, 0xd1, 0x79, 0x21, 0x70, 0xa0,
		0xf3, 0x00, 0x9c, 0xee,
	} },
	{ "aes192-ctr", {
		0x8e, 0x73, 0xb0, 0xf7, 0xda, 0x0e, 0x64, 0x52, 0xc8, 0x10, 0xf3, 0x2b,
		0x80, 0x90, 0x79, 0xe5, 0x62, 0xf8, 0xea, 0xd2, 0x52, 0x2c, 0x6b, 0x7b,
	}, {
		0x1a, 0xbc, 0x93, 0x24, 0x17, 0x52, 0x1c, 0xa2, 0x4f, 0x2b, 0x04, 0x59,
		0xfe, 0x7e, 0x6e, 0x0b, 0x09, 0x03, 0x39, 0xec, 0x0a, 0xa6, 0xfa, 0xef,
		0xd5, 0xcc, 0xc2, 0xc6, 0xf4, 0xce, 0x8e, 0x94, 0x1e, 0x36, 0xb2, 0x6b,
		0xd1, 0xeb, 0xc6, 0x70, 0xd1, 0xbd, 0x1d, 0x66, 0x56, 0x20, 0xab, 0xf7,
		0x4f, 0x78, 0xa7, 0xf6, 0xd2, 0x98, 0x09, 0x58, 0x5a, 0x97, 0xda, 0xec,
		0x58, 0xc6, 0xb0, 0x50,
	} },
	{ "aes256-ctr", {
		0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0,
		0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7,
		0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4,
	}, {
		0x60, 0x1e, 0xc3, 0x13, 0x77, 0x57, 0x89, 0xa5, 0xb7, 0xa7, 0xf5, 0x04,
		0xbb, 0xf3, 0xd2, 0x28, 0xf4, 0x43, 0xe3, 0xca, 0x4d, 0x62, 0xb5, 0x9a,
		0xca, 0x84, 0xe9, 0x90, 0xca, 0xca, 0xf5, 0xc5, 0x2b, 0x09, 0x30, 0xda,
		0xa2, 0x3d, 0xe9, 0x4c, 0xe8, 0x70, 0x17, 0xba, 0x2d, 0x84, 0x98, 0x8d,
		0xdf, 0xc9, 0xc5, 0x8d, 0xb6, 0x7a, 0xad, 0xa6, 0x13, 0xc2, 0xdd, 0x08,
		0x45, 0x79, 0x41, 0xa6,
	} },
};

/*
 * The plaintext is no frame, but that is not looked at here.  An encrypt-and-MAC MAC
 * makes all of it one stream.
 */
static void ctr_is_as_published(struct kunit *test)
{
	static const u8 mac_key[KSSH_KEY_MAX];
	struct kssh_keys *k;
	u8 frame[64 + KSSH_TAG_MAX];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(ctr_rows); i++) {
		KUNIT_ASSERT_EQ(test, 0, kssh_keys_new(find_cipher(ctr_rows[i].cipher),
						       find_mac("hmac-sha2-256"),
						       ctr_rows[i].key, ctr_iv,
						       mac_key, &k));
		/* as four packets of a block each: the counter goes on */
		for (j = 0; j < 64; j += 16) {
			memcpy(frame, ctr_plain + j, 16);
			KUNIT_EXPECT_EQ(test, 0, kssh_keys_seal(k, 0, frame, 16));
			KUNIT_EXPECT_MEMEQ(test, frame, ctr_rows[i].sealed + j, 16);
		}
		kssh_keys_free(k);
	}
}

/*
 * RFC 4231 4.2 and 4.3, RFC 2202 3.  A MAC begins with the sequence number, here the
 * first four bytes of the text; a key is filled up with zeros to any length.
 */
#define KEY_0B20	"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b" \
			"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"

static const struct {
	const char *mac;
	const char *key;
	const char *text;
	const u8 tag[64];
} mac_rows[] = {
	{ "hmac-sha1", KEY_0B20, "Hi There", {
		0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b, 0xc0, 0xb6,
		0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00,
	} },
	{ "hmac-sha1", "Jefe", "what do ya want for nothing?", {
		0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74, 0x16, 0xd5,
		0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79,
	} },
	{ "hmac-sha2-256", KEY_0B20, "Hi There", {
		0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce,
		0xaf, 0x0b, 0xf1, 0x2b, 0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
		0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7,
	} },
	{ "hmac-sha2-256", "Jefe", "what do ya want for nothing?", {
		0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26,
		0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
		0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
	} },
	{ "hmac-sha2-512", KEY_0B20, "Hi There", {
		0x87, 0xaa, 0x7c, 0xde, 0xa5, 0xef, 0x61, 0x9d, 0x4f, 0xf0, 0xb4, 0x24,
		0x1a, 0x1d, 0x6c, 0xb0, 0x23, 0x79, 0xf4, 0xe2, 0xce, 0x4e, 0xc2, 0x78,
		0x7a, 0xd0, 0xb3, 0x05, 0x45, 0xe1, 0x7c, 0xde, 0xda, 0xa8, 0x33, 0xb7,
		0xd6, 0xb8, 0xa7, 0x02, 0x03, 0x8b, 0x27, 0x4e, 0xae, 0xa3, 0xf4, 0xe4,
		0xbe, 0x9d, 0x91, 0x4e, 0xeb, 0x61, 0xf1, 0x70, 0x2e, 0x69, 0x6c, 0x20,
		0x3a, 0x12, 0x68, 0x54,
	} },
	{ "hmac-sha2-512", "Jefe", "what do ya want for nothing?", {
		0x16, 0x4b, 0x7a, 0x7b, 0xfc, 0xf8, 0x19, 0xe2, 0xe3, 0x95, 0xfb, 0xe7,
		0x3b, 0x56, 0xe0, 0xa3, 0x87, 0xbd, 0x64, 0x22, 0x2e, 0x83, 0x1f, 0xd6,
		0x10, 0x27, 0x0c, 0xd7, 0xea, 0x25, 0x05, 0x54, 0x97, 0x58, 0xbf, 0x75,
		0xc0, 0x5a, 0x99, 0x4a, 0x6d, 0x03, 0x4f, 0x65, 0xf8, 0xf0, 0xe6, 0xfd,
		0xca, 0xea, 0xb1, 0xa3, 0x4d, 0x4a, 0x6b, 0x4b, 0x63, 0x6e, 0x07, 0x0a,
		0x38, 0xbc, 0xe7, 0x37,
	} },
};

static void macs_are_as_published(struct kunit *test)
{
	u8 tag[KSSH_TAG_MAX], key[KSSH_KEY_MAX];
	struct kssh_keys *k;
	const u8 *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mac_rows); i++) {
		k = kzalloc(sizeof(*k), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, k);
		memset(key, 0, sizeof(key));
		memcpy(key, mac_rows[i].key, strlen(mac_rows[i].key));
		text = (const u8 *)mac_rows[i].text;
		k->mac = find_mac(mac_rows[i].mac);
		KUNIT_ASSERT_NOT_NULL(test, k->mac);
		KUNIT_EXPECT_EQ(test, 0, kssh_mac_init(k, key));
		KUNIT_EXPECT_EQ(test, 0, kssh_mac_compute(k, get_unaligned_be32(text),
							  text + 4,
							  strlen(mac_rows[i].text) - 4,
							  tag));
		KUNIT_EXPECT_MEMEQ(test, tag, mac_rows[i].tag, k->mac->tag_len);
		kssh_mac_wipe(k);
		kfree(k);
	}
}

/* Each row fits the limits of the header, has a vector, and works here. */
static void cipher_tables(struct kunit *test)
{
	const struct kssh_cipher_alg *c;
	const struct kssh_mac_alg *m;
	size_t i;

	for (c = kssh_cipher_algs; c->name; c++) {
		KUNIT_EXPECT_LE(test, strlen(c->name), KSSH_ALGNAME_MAX - 1);
		KUNIT_EXPECT_LE(test, c->key_len, KSSH_KEY_MAX);
		KUNIT_EXPECT_LE(test, c->iv_len, KSSH_IV_MAX);
		KUNIT_EXPECT_LE(test, c->tag_len, KSSH_TAG_MAX);
		KUNIT_EXPECT_GE(test, c->block_len, 8);
		KUNIT_EXPECT_TRUE(test, kssh_cipher_usable(c));
		KUNIT_EXPECT_TRUE(test, kssh_cipher_usable(c));
		for (i = 0; i < ARRAY_SIZE(cipher_vectors); i++)
			if (!strcmp(cipher_vectors[i].cipher, c->name))
				break;
		KUNIT_EXPECT_LT(test, i, ARRAY_SIZE(cipher_vectors));
	}
	for (m = kssh_mac_algs; m->name; m++) {
		KUNIT_EXPECT_LE(test, strlen(m->name), KSSH_ALGNAME_MAX - 1);
		KUNIT_EXPECT_LE(test, m->key_len, KSSH_KEY_MAX);
		KUNIT_EXPECT_LE(test, m->tag_len, KSSH_TAG_MAX);
		KUNIT_EXPECT_TRUE(test, kssh_mac_usable(m));
		KUNIT_EXPECT_TRUE(test, kssh_mac_usable(m));
		for (i = 0; i < ARRAY_SIZE(cipher_vectors); i++)
			if (!strcmp(cipher_vectors[i].mac ?: "", m->name))
				break;
		KUNIT_EXPECT_LT(test, i, ARRAY_SIZE(cipher_vectors));
	}
}

static struct kunit_case cipher_cases[] = {
	KUNIT_CASE_PARAM(cipher_known_frames, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_known_frames_vmalloc, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_tampered, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_wrong_place, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_cut, cipher_gen_params),
	KUNIT_CASE_PARAM(cipher_too_long, cipher_gen_params),
	KUNIT_CASE(cipher_none),
	KUNIT_CASE(ctr_is_as_published),
	KUNIT_CASE(macs_are_as_published),
	KUNIT_CASE(cipher_tables),
	{}
};

static struct kunit_suite cipher_suite = {
	.name = "kssh_cipher",
	.test_cases = cipher_cases,
};

kunit_test_suites(&cipher_suite);
