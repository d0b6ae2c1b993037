// SPDX-License-Identifier: GPL-2.0
/* See peer.h. */
#include <openssl/bn.h>
#include <openssl/evp.h>

#include "peer.h"

#include <linux/string.h>
#include <linux/unaligned.h>

#define K_MAX		(4 + 1 + 1024)
#define DERIVED		(3 * KSSH_HASH_MAX)

static const u8 sign_seed[32] = "an Ed25519 key for the fuzzers..";
static u8 secret[32] = "a scalar, and an exponent, too..";

#define ed25519_name	"ssh-ed25519"

static EVP_PKEY *private_key(int type, const u8 *raw)
{
	EVP_PKEY *k = EVP_PKEY_new_raw_private_key(type, NULL, raw, 32);

	if (!k)
		abort();
	return k;
}

static void raw_public(int type, const u8 *raw, u8 *out)
{
	EVP_PKEY *k = private_key(type, raw);
	size_t n = 32;

	if (EVP_PKEY_get_raw_public_key(k, out, &n) != 1)
		abort();
	EVP_PKEY_free(k);
}

void peer_hostkey(u8 *blob)
{
	u8 pub[32];
	struct kssh_wr w;

	raw_public(EVP_PKEY_ED25519, sign_seed, pub);
	kssh_wr_init(&w, blob, PEER_KEY_LEN);
	kssh_wr_cstring(&w, ed25519_name);
	kssh_wr_string(&w, pub, sizeof(pub));
}

/* ---- agreement -------------------------------------------------------- */

/* Q_S and the secret, big-endian.  Both lengths; false: the client's value is bad. */
static bool agree_x25519(const struct kssh_exchange *x, u8 *q_s, u8 *out)
{
	EVP_PKEY *mine = private_key(EVP_PKEY_X25519, secret);
	EVP_PKEY *theirs;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
	size_t n = 32;
	bool good;

	theirs = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, x->q_c.p, x->q_c.n);
	raw_public(EVP_PKEY_X25519, secret, q_s);
	good = theirs && EVP_PKEY_derive_init(ctx) == 1 &&
	       EVP_PKEY_derive_set_peer(ctx, theirs) == 1 &&
	       EVP_PKEY_derive(ctx, out, &n) == 1;
	EVP_PKEY_free(mine);
	EVP_PKEY_free(theirs);
	EVP_PKEY_CTX_free(ctx);
	return good;
}

static size_t agree_dh(const struct kssh_exchange *x, u8 *q_s, u8 *out, size_t *n)
{
	struct kssh_blob prime = x->neg.kex->gex ? kssh_owned_blob(&x->p) :
						   *x->neg.kex->prime;
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = BN_bin2bn(prime.p, prime.n, NULL);
	BIGNUM *g = x->neg.kex->gex ? BN_bin2bn(x->g.p, x->g.n, NULL) : BN_new();
	BIGNUM *y = BN_bin2bn(secret, sizeof(secret), NULL);
	BIGNUM *e = BN_bin2bn(x->q_c.p, x->q_c.n, NULL);
	BIGNUM *r = BN_new();
	size_t len = 0;

	if (!x->neg.kex->gex)
		BN_set_word(g, 2);
	if (BN_mod_exp(r, g, y, p, ctx))
		len = BN_bn2bin(r, q_s);
	if (BN_mod_exp(r, e, y, p, ctx))
		*n = BN_bn2bin(r, out);
	BN_free(p);
	BN_free(g);
	BN_free(y);
	BN_free(e);
	BN_free(r);
	BN_CTX_free(ctx);
	return len;
}

/* ---- hash, signature, keys -------------------------------------------- */

static const EVP_MD *md(const struct kssh_exchange *x)
{
	switch (x->neg.kex->hash) {
	case KSSH_SHA256:
		return EVP_sha256();
	case KSSH_SHA384:
		return EVP_sha384();
	default:
		return EVP_sha512();
	}
}

static void put_public(struct kssh_wr *w, const struct kssh_exchange *x, const u8 *p,
		       size_t n)
{
	if (x->neg.kex->public_is_mpint)
		kssh_wr_mpint(w, p, n);
	else
		kssh_wr_string(w, p, n);
}

/*
 * Both KEXINITs were long gone when the client asked for a reply: they are in the hash
 * that it has begun, of which this goes on with a copy.
 */
static size_t exchange_hash(const struct peer *p, const u8 *q_s, size_t q_s_len,
			    struct kssh_blob k, u8 *h)
{
	const struct kssh_exchange *x = p->lab->c->x;
	SHASH_DESC_ON_STACK(desc, x->desc->tfm);
	u8 buf[16384], k_s[PEER_KEY_LEN];
	struct kssh_wr w;

	peer_hostkey(k_s);
	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_string(&w, k_s, sizeof(k_s));
	if (x->neg.kex->gex) {
		kssh_wr_u32(&w, KSSH_GEX_MIN_BITS);
		kssh_wr_u32(&w, kssh_gex_bits(&x->neg));
		kssh_wr_u32(&w, KSSH_GEX_MAX_BITS);
		kssh_wr_mpint(&w, x->p.p, x->p.n);
		kssh_wr_mpint(&w, x->g.p, x->g.n);
	}
	put_public(&w, x, x->q_c.p, x->q_c.n);
	put_public(&w, x, q_s, q_s_len);
	kssh_wr_raw(&w, k.p, k.n);
	memcpy(desc, x->desc, sizeof(*desc) + crypto_shash_descsize(x->desc->tfm));
	if (w.bad || crypto_shash_finup(desc, buf, kssh_wr_len(&w), h))
		abort();
	return crypto_shash_digestsize(x->desc->tfm);
}

/* RFC 4253 7.2 */
static void derive(const struct peer *p, struct kssh_blob k, const u8 *h, size_t h_len,
		   u8 letter, u8 *out)
{
	const struct kssh_conn *c = p->lab->c;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t done;

	for (done = 0; done < DERIVED - KSSH_HASH_MAX; done += h_len) {
		EVP_DigestInit(ctx, md(c->x));
		EVP_DigestUpdate(ctx, k.p, k.n);
		EVP_DigestUpdate(ctx, h, h_len);
		if (done) {
			EVP_DigestUpdate(ctx, out, done);
		} else {
			EVP_DigestUpdate(ctx, &letter, 1);
			EVP_DigestUpdate(ctx, c->session_id_len ? c->session_id : h,
					 c->session_id_len ?: h_len);
		}
		EVP_DigestFinal(ctx, out + done, NULL);
	}
	EVP_MD_CTX_free(ctx);
}

static void drop_next(struct peer *p)
{
	kssh_keys_free(p->next);
	kssh_comp_free(p->comp);
	p->next = NULL;
	p->comp = NULL;
}

static void make_keys(struct peer *p, struct kssh_blob k, const u8 *h, size_t h_len)
{
	const struct kssh_conn *c = p->lab->c;
	u8 key[DERIVED], iv[DERIVED], mac[DERIVED];

	drop_next(p);
	p->neg = c->x->neg;
	p->strict = c->flags & KSSH_INFO_STRICT_KEX;
	derive(p, k, h, h_len, 'B', iv);
	derive(p, k, h, h_len, 'D', key);
	derive(p, k, h, h_len, 'F', mac);
	if (kssh_keys_new(p->neg.cipher[KSSH_RX], p->neg.mac[KSSH_RX], key, iv, mac,
			  &p->next))
		abort();
	if (p->neg.comp[KSSH_RX]->make && !p->lab->tx.dir.comp &&
	    kssh_comp_new(p->neg.comp[KSSH_RX], true, &p->comp))
		abort();
}

static void sign(const u8 *h, size_t h_len, u8 *sig)
{
	EVP_PKEY *key = private_key(EVP_PKEY_ED25519, sign_seed);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = 64;

	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestSign(ctx, sig, &n, h, h_len) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

static bool wants_reply(const struct kssh_conn *c)
{
	return c->x && c->x->q_c.n && c->x->desc &&
	       (c->st == KSSH_S_KEX || c->st == KSSH_S_REKEY_KEX ||
		c->st == KSSH_S_GEX || c->st == KSSH_S_REKEY_GEX);
}

size_t peer_reply(struct peer *p, u8 *buf, size_t room)
{
	const struct kssh_conn *c = p->lab->c;
	u8 q_s[1024], out[1024], k[K_MAX], h[EVP_MAX_MD_SIZE], sig[64];
	u8 k_s[PEER_KEY_LEN];
	size_t q_s_len = 32, n = 32, h_len;
	struct kssh_blob kb = { .p = k };
	struct kssh_wr w;

	if (!wants_reply(c))
		return 0;
	put_unaligned_be16(p->vary, secret + 10);
	if (c->x->neg.kex->public_is_mpint)
		q_s_len = agree_dh(c->x, q_s, out, &n);
	else if (c->x->q_c.n != 32 || !agree_x25519(c->x, q_s, out))
		return 0;
	kssh_wr_init(&w, k, sizeof(k));
	kssh_wr_mpint(&w, out, n);
	kb.n = kssh_wr_len(&w);
	p->k_len = get_unaligned_be32(k);
	p->k = p->k_len ? k[4] : 0;
	h_len = exchange_hash(p, q_s, q_s_len, kb, h);
	sign(h, h_len, sig);
	make_keys(p, kb, h, h_len);
	p->signed_h = true;

	peer_hostkey(k_s);
	kssh_wr_init(&w, buf, room);
	kssh_wr_u8(&w, c->x->neg.kex->gex ? SSH_MSG_KEX_GEX_REPLY : SSH_MSG_KEX_ECDH_REPLY);
	kssh_wr_string(&w, k_s, sizeof(k_s));
	put_public(&w, c->x, q_s, q_s_len);
	kssh_wr_u32(&w, 4 + strlen(ed25519_name) + 4 + sizeof(sig));
	kssh_wr_cstring(&w, ed25519_name);
	kssh_wr_string(&w, sig, sizeof(sig));
	return w.bad ? 0 : kssh_wr_len(&w);
}

/* ---- messages --------------------------------------------------------- */

void peer_begin(struct peer *p)
{
	drop_next(p);
	p->signed_h = false;
	p->strict = false;
	kssh_lab_arm(p->lab, NULL);
}

void peer_end(struct peer *p)
{
	drop_next(p);
}

size_t peer_seal(struct peer *p, const void *payload, size_t n, u8 *buf)
{
	return kssh_lab_seal(p->lab, payload, n, buf);
}

void peer_said(struct peer *p, const u8 *payload, size_t n)
{
	struct kssh_dir *d = &p->lab->tx.dir;
	/* as the client counts it, who has read it by now */
	bool authed = p->lab->c->flags & KSSH_INFO_AUTHED;

	if (n == 1 && payload[0] == SSH_MSG_NEWKEYS && p->next) {
		kssh_dir_newkeys(d, &p->next, p->strict);
		kssh_dir_newcomp(d, p->neg.comp[KSSH_RX], &p->comp, authed);
		drop_next(p);
	}
	if (n && payload[0] == SSH_MSG_USERAUTH_SUCCESS && authed && !d->packing)
		kssh_dir_begin_comp(d);
}

void peer_say(struct peer *p, const void *payload, size_t n)
{
	/* compressed it may be a little longer */
	u8 *buf = malloc(n + n / 64 + 1024);
	size_t len = peer_seal(p, payload, n, buf);

	kssh_lab_feed(p->lab, buf, len, len);
	peer_said(p, payload, n);
	free(buf);
}

size_t peer_kexinit(const struct peer_offer *o, u8 *buf, size_t room)
{
	struct kssh_wr w;
	char kex[512];

	snprintf(kex, sizeof(kex), "%s%s%s", o->kex, o->strict ? "," KSSH_STRICT_S : "",
		 o->ext_info ? "," KSSH_EXT_INFO_S : "");
	kssh_wr_init(&w, buf, room);
	kssh_wr_u8(&w, SSH_MSG_KEXINIT);
	kssh_wr_raw(&w, "0123456789abcdef", 16);
	kssh_wr_cstring(&w, kex);
	kssh_wr_cstring(&w, o->hostkey ?: ed25519_name);
	kssh_wr_cstring(&w, o->cipher);
	kssh_wr_cstring(&w, o->cipher);
	kssh_wr_cstring(&w, o->mac);
	kssh_wr_cstring(&w, o->mac);
	kssh_wr_cstring(&w, o->comp);
	kssh_wr_cstring(&w, o->comp);
	kssh_wr_cstring(&w, "");
	kssh_wr_cstring(&w, "");
	kssh_wr_u8(&w, o->follows);
	kssh_wr_u32(&w, 0);
	return w.bad ? 0 : kssh_wr_len(&w);
}

size_t peer_group(u8 *buf, size_t room)
{
	BIGNUM *p = BN_get_rfc3526_prime_2048(NULL);
	static const u8 two[] = { 2 };
	struct kssh_wr w;
	u8 raw[256];

	BN_bn2bin(p, raw);
	BN_free(p);
	kssh_wr_init(&w, buf, room);
	kssh_wr_u8(&w, SSH_MSG_KEX_GEX_GROUP);
	kssh_wr_mpint(&w, raw, sizeof(raw));
	kssh_wr_mpint(&w, two, 1);
	return kssh_wr_len(&w);
}
