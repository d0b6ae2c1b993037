// SPDX-License-Identifier: GPL-2.0
/* The light server's protocol: RFC 4253, RFC 8731, RFC 10042, strict key exchange. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "light.h"

enum {
	MSG_DISCONNECT = 1, MSG_IGNORE, MSG_UNIMPLEMENTED, MSG_DEBUG,
	MSG_SERVICE_REQUEST, MSG_SERVICE_ACCEPT, MSG_EXT_INFO,
	MSG_KEXINIT = 20, MSG_NEWKEYS,
	MSG_KEX_INIT = 30, MSG_KEX_REPLY,
	MSG_USERAUTH_REQUEST = 50, MSG_USERAUTH_FAILURE,
};

#define X25519_LEN	32
#define EK_LEN		1184	/* ML-KEM-768 */
#define CT_LEN		1088
#define KEY_MAX		64

struct light_keys {
	uint8_t iv[2][16], key[2][KEY_MAX], mac[2][32];
};

bool light_stall;
bool light_lets_in;
unsigned long light_handshakes;

static EVP_PKEY *host_key;
static struct bytes host_blob;
static bool have_mlkem;

#define X25519_NAMES	"curve25519-sha256,curve25519-sha256@libssh.org"
#define STRICT_S	"kex-strict-s-v00@openssh.com"
#define STRICT_C	"kex-strict-c-v00@openssh.com"

/* Names in the order of enum cipher, from CHACHA on */
static const char *const cipher_names[] = {
	NULL, "chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr",
};

#define CIPHERS	"chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-ctr"
#define MACS	"hmac-sha2-256-etm@openssh.com"

/* The lists of our KEXINIT; the first is without ML-KEM where libcrypto is */
static const char *lists[10] = {
	"mlkem768x25519-sha256," X25519_NAMES "," STRICT_S, "ssh-ed25519",
	CIPHERS, CIPHERS, MACS, MACS, "none", "none", "", "",
};

static void send_msg(struct light *l, struct bytes *m)
{
	seal_packet(&l->tx, &l->out, m->p, m->n);
	bytes_free(m);
}

static void send_kexinit(struct light *l)
{
	uint8_t cookie[16];
	int i;

	RAND_bytes(cookie, sizeof(cookie));
	put_u8(&l->i_s, MSG_KEXINIT);
	put(&l->i_s, cookie, sizeof(cookie));
	for (i = 0; i < 10; i++)
		put_text(&l->i_s, lists[i]);
	put_u8(&l->i_s, 0);
	put_u32(&l->i_s, 0);
	seal_packet(&l->tx, &l->out, l->i_s.p, l->i_s.n);
}

void light_begin(struct light *l)
{
	put(&l->out, LIGHT_BANNER "\r\n", strlen(LIGHT_BANNER) + 2);
	send_kexinit(l);
}

void light_end(struct light *l)
{
	bytes_free(&l->in);
	bytes_free(&l->out);
	bytes_free(&l->i_s);
	seal_free(&l->rx);
	seal_free(&l->tx);
	free(l->hash);
	free(l->v_c);
	OPENSSL_clear_free(l->next, sizeof(*l->next));
}

/* ---- negotiation ---- */

/* Is the name among those of a list? */
static bool has(const char *list, size_t n, const char *name, size_t m)
{
	const char *end = list + n, *comma;

	while (list < end) {
		comma = memchr(list, ',', end - list);
		if (!comma)
			comma = end;
		if (comma - list == m && !memcmp(list, name, m))
			return true;
		list = comma + 1;
	}
	return false;
}

/* The client's first name that is among ours, in its list; NULL: none */
static const char *choose(const char *client, size_t n, const char *ours, size_t *len)
{
	const char *end = client + n, *comma;

	while (client < end) {
		comma = memchr(client, ',', end - client);
		if (!comma)
			comma = end;
		*len = comma - client;
		if (has(ours, strlen(ours), client, *len))
			return client;
		client = comma + 1;
	}
	return NULL;
}

static bool same_first(const char *a, size_t n, const char *b)
{
	const char *comma = memchr(a, ',', n);
	size_t len = comma ? comma - a : n;

	return strcspn(b, ",") == len && !memcmp(a, b, len);
}

/* Is each name of a list among the others? */
static bool all_known(const char *list, const char *known)
{
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (!has(known, strlen(known), list, n))
			return false;
		if (!list[n])
			return true;
	}
}

static enum cipher cipher_of(const char *name, size_t n)
{
	enum cipher c;

	for (c = CHACHA; c <= CTR; c++)
		if (strlen(cipher_names[c]) == n && !memcmp(cipher_names[c], name, n))
			return c;
	return PLAIN;
}

static bool negotiate(struct light *l, const uint8_t *p, size_t left)
{
	const uint8_t *list[10];
	size_t n[10], len;
	const char *name;
	bool guess;
	int i;

	if (left < 17)
		return false;
	p += 17;
	left -= 17;
	for (i = 0; i < 10; i++)
		if (!get_string(&p, &left, &list[i], &n[i]))
			return false;
	if (left < 5)
		return false;
	guess = *p;
	if (!l->have_session && has((char *)list[0], n[0], STRICT_C, strlen(STRICT_C)))
		l->strict = true;
	for (i = 0; i < 8; i++) {
		/* no MAC besides a cipher that brings its own; ours are alike */
		if ((i == 4 || i == 5) && l->next_cipher[i == 4] != CTR)
			continue;
		name = choose((char *)list[i], n[i], lists[i], &len);
		if (!name)
			return false;
		if (i == 0)
			l->hybrid = *name == 'm';
		if (i == 2 || i == 3)	/* list 2: client to server, which we open */
			l->next_cipher[i == 2] = cipher_of(name, len);
	}
	l->skip = guess && !(same_first((char *)list[0], n[0], lists[0]) &&
			     same_first((char *)list[1], n[1], lists[1]));
	return true;
}

static void hash_string(SHA256_CTX *h, const void *p, size_t n)
{
	uint8_t len[4] = { n >> 24, n >> 16, n >> 8, n };

	SHA256_Update(h, len, 4);
	SHA256_Update(h, p, n);
}

static bool on_kexinit(struct light *l, const uint8_t *p, size_t n)
{
	if (!negotiate(l, p, n))
		return false;
	if (l->state == OPEN)
		send_kexinit(l);
	l->hash = malloc(sizeof(*l->hash));
	SHA256_Init(l->hash);
	hash_string(l->hash, l->v_c, strlen(l->v_c));
	hash_string(l->hash, LIGHT_BANNER, strlen(LIGHT_BANNER));
	hash_string(l->hash, p, n);
	hash_string(l->hash, l->i_s.p, l->i_s.n);
	hash_string(l->hash, host_blob.p, host_blob.n);
	bytes_free(&l->i_s);
	l->state = KEX_INIT;
	return true;
}

bool light_init(const char *kex, const char *ciphers, uint8_t pin[H_LEN])
{
	EVP_KEM *kem = EVP_KEM_fetch(NULL, "ML-KEM-768", NULL);
	uint8_t pub[32];
	size_t n = sizeof(pub);

	have_mlkem = kem;
	EVP_KEM_free(kem);
	if (!have_mlkem)
		lists[0] = X25519_NAMES "," STRICT_S;
	if ((kex && !all_known(kex, lists[0])) ||
	    (ciphers && !all_known(ciphers, CIPHERS)))
		return false;
	if (kex && asprintf((char **)&lists[0], "%s,%s", kex, STRICT_S) < 0)
		abort();
	if (ciphers) {
		lists[2] = ciphers;
		lists[3] = ciphers;
	}
	host_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!host_key || EVP_PKEY_get_raw_public_key(host_key, pub, &n) != 1)
		return false;
	put_text(&host_blob, "ssh-ed25519");
	put_string(&host_blob, pub, n);
	SHA256(host_blob.p, host_blob.n, pin);
	return true;
}

/* ---- key exchange ---- */

/* Our X25519 key and the secret shared with @peer */
static bool x25519(const uint8_t *peer, uint8_t pub[X25519_LEN],
		   uint8_t secret[X25519_LEN])
{
	EVP_PKEY *ours = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	EVP_PKEY *theirs = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, peer,
						       X25519_LEN);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(ours, NULL);
	size_t n = X25519_LEN, m = X25519_LEN;
	bool ok;

	ok = ours && theirs && c &&
	     EVP_PKEY_get_raw_public_key(ours, pub, &n) == 1 &&
	     EVP_PKEY_derive_init(c) == 1 &&
	     EVP_PKEY_derive_set_peer(c, theirs) == 1 &&
	     EVP_PKEY_derive(c, secret, &m) == 1;	/* refuses all-zero */
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(theirs);
	EVP_PKEY_free(ours);
	return ok;
}

static bool mlkem_encaps(const uint8_t *ek, uint8_t ct[CT_LEN], uint8_t secret[32])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(NULL, "ML-KEM-768", NULL, ek,
						       EK_LEN);
	EVP_PKEY_CTX *c = key ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
	size_t n = CT_LEN, m = 32;
	bool ok;

	ok = c && EVP_PKEY_encapsulate_init(c, NULL) == 1 &&
	     EVP_PKEY_encapsulate(c, ct, &n, secret, &m) == 1;
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(key);
	return ok;
}

/* K as it enters hashes: a string for the hybrid, else an mpint */
static void encode_secret(struct bytes *k, const uint8_t *secret, size_t n, bool string)
{
	while (!string && n && !*secret) {
		secret++;
		n--;
	}
	if (string || !n || !(*secret & 0x80)) {
		put_string(k, secret, n);
		return;
	}
	put_u32(k, n + 1);
	put_u8(k, 0);
	put(k, secret, n);
}

/* @q_c: the client's value; @q_s: gets ours; @k: the secret, encoded */
static bool agree(struct light *l, const uint8_t *q_c, size_t n, struct bytes *q_s,
		  struct bytes *k)
{
	uint8_t ct[CT_LEN], pub[X25519_LEN], secret[64], digest[32];

	if (n != (l->hybrid ? EK_LEN : 0) + X25519_LEN)
		return false;
	if (!l->hybrid) {
		if (!x25519(q_c, pub, secret))
			return false;
		encode_secret(k, secret, 32, false);
	} else {
		if (!mlkem_encaps(q_c, ct, secret) ||
		    !x25519(q_c + EK_LEN, pub, secret + 32))
			return false;
		SHA256(secret, 64, digest);
		put(q_s, ct, sizeof(ct));
		encode_secret(k, digest, 32, true);
	}
	put(q_s, pub, sizeof(pub));
	OPENSSL_cleanse(secret, sizeof(secret));
	return true;
}

static bool sign(const uint8_t h[H_LEN], struct bytes *blob)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t sig[64];
	size_t n = sizeof(sig);
	bool ok;

	ok = EVP_DigestSignInit(c, NULL, NULL, NULL, host_key) == 1 &&
	     EVP_DigestSign(c, sig, &n, h, H_LEN) == 1;
	EVP_MD_CTX_free(c);
	put_text(blob, "ssh-ed25519");
	put_string(blob, sig, n);
	return ok;
}

static void derive(const struct light *l, const struct bytes *k, const uint8_t *h,
		   char letter, uint8_t *out, size_t need)
{
	uint8_t buf[2 * H_LEN];
	SHA256_CTX c;

	if (!need)
		return;
	SHA256_Init(&c);
	SHA256_Update(&c, k->p, k->n);
	SHA256_Update(&c, h, H_LEN);
	SHA256_Update(&c, &letter, 1);
	SHA256_Update(&c, l->session_id, H_LEN);
	SHA256_Final(buf, &c);
	if (need > H_LEN) {
		SHA256_Init(&c);
		SHA256_Update(&c, k->p, k->n);
		SHA256_Update(&c, h, H_LEN);
		SHA256_Update(&c, buf, H_LEN);
		SHA256_Final(buf + H_LEN, &c);
	}
	memcpy(out, buf, need);
	OPENSSL_cleanse(buf, sizeof(buf));
}

/* Index 0 is what we send: server to client, letters B, D, F */
static void derive_all(struct light *l, const struct bytes *k, const uint8_t *h)
{
	enum cipher c;
	int i;

	l->next = calloc(1, sizeof(*l->next));
	for (i = 0; i < 2; i++) {
		c = l->next_cipher[i];
		derive(l, k, h, 'B' - i, l->next->iv[i], seal_iv_len(c));
		derive(l, k, h, 'D' - i, l->next->key[i], seal_key_len(c));
		derive(l, k, h, 'F' - i, l->next->mac[i], c == CTR ? 32 : 0);
	}
}

static void use_keys(struct light *l, int dir)
{
	struct seal *s = dir ? &l->rx : &l->tx;

	seal_set(s, l->next_cipher[dir], l->next->key[dir], l->next->iv[dir],
		 l->next->mac[dir], !dir);
	if (l->strict)
		s->seq = 0;
}

static bool on_kex_init(struct light *l, const uint8_t *p, size_t left)
{
	struct bytes q_s = {}, k = {}, sig = {}, m = {};
	const uint8_t *q_c;
	uint8_t h[H_LEN];
	bool ok = false;
	size_t n;

	p++;
	left--;
	if (!get_string(&p, &left, &q_c, &n) || !agree(l, q_c, n, &q_s, &k))
		goto out;
	hash_string(l->hash, q_c, n);
	hash_string(l->hash, q_s.p, q_s.n);
	SHA256_Update(l->hash, k.p, k.n);
	SHA256_Final(h, l->hash);
	free(l->hash);
	l->hash = NULL;
	if (!l->have_session)
		memcpy(l->session_id, h, H_LEN);
	l->have_session = true;
	if (!sign(h, &sig))
		goto out;
	put_u8(&m, MSG_KEX_REPLY);
	put_string(&m, host_blob.p, host_blob.n);
	put_string(&m, q_s.p, q_s.n);
	put_string(&m, sig.p, sig.n);
	send_msg(l, &m);
	put_u8(&m, MSG_NEWKEYS);
	send_msg(l, &m);
	derive_all(l, &k, h);
	use_keys(l, 0);
	l->state = NEWKEYS;
	ok = true;
out:
	OPENSSL_cleanse(k.p, k.n);
	bytes_free(&k);
	bytes_free(&q_s);
	bytes_free(&sig);
	return ok;
}

/* ---- messages ---- */

static void on_open(struct light *l, const uint8_t *p, size_t n)
{
	static const char service[] = "\5\0\0\0\14ssh-userauth";
	struct bytes m = {};

	if (light_lets_in && p[0] >= MSG_USERAUTH_REQUEST &&
	    light_on_channel(l, p, n))
		return;
	switch (p[0]) {
	case MSG_SERVICE_REQUEST:
		if (n != sizeof(service) - 1 || memcmp(p, service, n)) {
			l->over = true;
			return;
		}
		put_u8(&m, MSG_SERVICE_ACCEPT);
		put_text(&m, "ssh-userauth");
		light_handshakes++;
		break;
	case MSG_USERAUTH_REQUEST:
		put_u8(&m, MSG_USERAUTH_FAILURE);
		put_text(&m, "publickey");
		put_u8(&m, 0);
		break;
	default:
		put_u8(&m, MSG_UNIMPLEMENTED);
		put_u32(&m, l->rx.seq - 1);
	}
	send_msg(l, &m);
}

/* false: it may not come now, or is not well formed */
static bool on_message(struct light *l, const uint8_t *p, size_t n)
{
	bool quiet = l->strict && !(l->rx.cipher || l->state == OPEN);

	if (!n)
		return false;
	if (l->skip && p[0] == MSG_KEX_INIT) {
		l->skip = false;
		return true;
	}
	switch (p[0]) {
	case MSG_DISCONNECT:
		l->over = true;
		return true;
	case MSG_IGNORE:
	case MSG_UNIMPLEMENTED:
	case MSG_DEBUG:
	case MSG_EXT_INFO:
		return !quiet;
	case MSG_KEXINIT:
		return (l->state == KEXINIT || l->state == OPEN) &&
		       on_kexinit(l, p, n);
	case MSG_KEX_INIT:
		return l->state == KEX_INIT && on_kex_init(l, p, n);
	case MSG_NEWKEYS:
		if (l->state != NEWKEYS)
			return false;
		use_keys(l, 1);
		OPENSSL_clear_free(l->next, sizeof(*l->next));
		l->next = NULL;
		l->state = OPEN;
		return true;
	default:
		if (l->state != OPEN)
			return false;
		on_open(l, p, n);
		return true;
	}
}

static bool read_banner(struct light *l)
{
	char *p = (char *)l->in.p + l->in.at;
	size_t n = l->in.n - l->in.at, len;
	char *end = memchr(p, '\n', n);

	if (!end) {
		l->over = n > 255;
		return false;
	}
	len = end - p;
	if (len && p[len - 1] == '\r')
		len--;
	l->in.at += end + 1 - p;
	if (len < 8 || memcmp(p, "SSH-2.0-", 8)) {
		l->over = true;
		return false;
	}
	l->v_c = strndup(p, len);
	l->state = KEXINIT;
	return true;
}

void light_feed(struct light *l)
{
	uint8_t *p;
	size_t n;
	int r;

	if (l->state == BANNER && !read_banner(l))
		return;
	while (!l->over) {
		l->ready = light_stall && l->state == KEX_INIT && !l->rx.cipher;
		if (l->ready)
			return;
		r = open_packet(&l->rx, &l->in, &p, &n);
		if (!r)
			break;
		if (r < 0 || !on_message(l, p, n))
			l->over = true;
	}
	if (l->in.at == l->in.n)
		bytes_free(&l->in);
}
