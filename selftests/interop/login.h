/* SPDX-License-Identifier: GPL-2.0 */
/* A connection on which a user logs in, by the kernel's transport, for the programs
 * beside this; whatever goes wrong ends them.
 */
#ifndef KSSH_LOGIN_H
#define KSSH_LOGIN_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include "../kssh/kssh_test.h"

#define PUB_LEN		32

static const char *opt_expect;
static const char *opt_user, *opt_key;
static int fd;

static inline void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...)
{
	struct kssh_info i;
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	if (!kt_info(fd, &i))
		fprintf(stderr, " (state %u, phase %u, reason %u, error %u, rekeys %llu)",
			i.state, i.phase, i.reason, i.error, i.rekeys);
	fputc('\n', stderr);
	exit(1);
}

/* ---- messages ---- */

struct msg {
	unsigned char p[KSSH_PAYLOAD_DEFAULT];
	size_t n;	/* bytes in p */
	size_t at;	/* bytes read */
};

static inline void put_u8(struct msg *m, unsigned int v)
{
	m->p[m->n++] = v;
}

static inline void put_u32(struct msg *m, uint32_t v)
{
	v = htonl(v);
	memcpy(m->p + m->n, &v, 4);
	m->n += 4;
}

static inline void put(struct msg *m, const void *p, size_t n)
{
	put_u32(m, n);
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

static inline void put_text(struct msg *m, const char *s)
{
	put(m, s, strlen(s));
}

static inline uint32_t get_u32(struct msg *m)
{
	uint32_t v;

	if (m->n - m->at < 4)
		die("message %u is short", m->p[0]);
	memcpy(&v, m->p + m->at, 4);
	m->at += 4;
	return ntohl(v);
}

static inline void send_msg(const struct msg *m)
{
	ssize_t n = send(fd, m->p, m->n, MSG_NOSIGNAL);

	if (n != (ssize_t)m->n)
		die("send of message %u: %s", m->p[0], strerror(errno));
}

static inline void recv_msg(struct msg *m)
{
	struct iovec v = { m->p, sizeof(m->p) };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t n = recvmsg(fd, &h, 0);

	if (n <= 0)
		die("recv: %s", n ? strerror(errno) : "the end");
	if (!(h.msg_flags & MSG_EOR))
		die("a payload of more than %zu bytes", sizeof(m->p));
	m->n = n;
	m->at = 1;
}

/* ---- keys ---- */

static inline EVP_PKEY *load_key(const char *path, unsigned char *pub)
{
	size_t n = PUB_LEN;
	EVP_PKEY *k = NULL;
	FILE *f;

	f = fopen(path, "r");
	if (f) {
		k = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
	}
	if (!k || EVP_PKEY_get_raw_public_key(k, pub, &n) != 1) {
		fprintf(stderr, "%s: no Ed25519 key\n", path);
		exit(1);
	}
	return k;
}

static inline void put_key_blob(struct msg *m, const unsigned char *pub)
{
	struct msg blob = { .n = 0 };

	put_text(&blob, "ssh-ed25519");
	put(&blob, pub, PUB_LEN);
	put(m, blob.p, blob.n);
}

/* Is the key that the kernel has seen one of the file's? */
static inline void check_hostkey(const char *path)
{
	unsigned char key[2048], text[4096];
	char line[4096];
	FILE *f = fopen(path, "r");
	int n = kt_get(fd, KSSH_HOSTKEY, key, sizeof(key));

	if (!f)
		die("%s: %s", path, strerror(errno));
	if (n <= 0)
		die("no host key");
	EVP_EncodeBlock(text, key, n);
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, (char *)text)) {
			fclose(f);
			return;
		}
	}
	die("the host key is none of %s", path);
}

/* ---- authentication (RFC 4252) ---- */

static inline void auth_answer(struct msg *m)
{
	do {
		recv_msg(m);
	} while (m->p[0] == 53);	/* banner */
}

static inline void begin_auth(struct msg *m, const char *method)
{
	m->n = 0;
	put_u8(m, 50);
	put_text(m, opt_user ? opt_user : "nobody");
	put_text(m, "ssh-connection");
	put_text(m, method);
}

static inline void auth_none(void)
{
	struct msg m;

	begin_auth(&m, "none");
	send_msg(&m);
	auth_answer(&m);
	if (m.p[0] != 51)
		die("\"none\" is answered by message %u", m.p[0]);
}

static inline void auth_publickey(void)
{
	unsigned char id[64], pub[PUB_LEN], sig[64];
	struct msg m, data = { .n = 0 }, blob = { .n = 0 };
	size_t n = sizeof(sig);
	EVP_MD_CTX *md;
	EVP_PKEY *k;
	int id_len;

	k = load_key(opt_key, pub);
	begin_auth(&m, "publickey");
	put_u8(&m, 1);
	put_text(&m, "ssh-ed25519");
	put_key_blob(&m, pub);

	/* the session identifier is the kernel's, the signature ours */
	id_len = kt_get(fd, KSSH_SESSION_ID, id, sizeof(id));
	if (id_len <= 0)
		die("no session identifier");
	put(&data, id, id_len);
	memcpy(data.p + data.n, m.p, m.n);
	data.n += m.n;
	md = EVP_MD_CTX_new();
	if (EVP_DigestSignInit(md, NULL, NULL, NULL, k) != 1 ||
	    EVP_DigestSign(md, sig, &n, data.p, data.n) != 1)
		die("cannot sign");
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(k);

	put_text(&blob, "ssh-ed25519");
	put(&blob, sig, n);
	put(&m, blob.p, blob.n);
	send_msg(&m);
	auth_answer(&m);
	if (m.p[0] != 52)
		die("publickey is answered by message %u", m.p[0]);
}

/* ---- TCP ---- */

static inline void dial(const char *address, int port)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	struct timeval tv = { .tv_sec = 60 * kt_slow() };
	int r;

	fd = kt_connect(family, port);
	if (fd < 0)
		die("connect: %s", strerror(-fd));
	r = kt_attach(fd);
	if (r)
		die("TCP_ULP: %s", strerror(-r));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

#endif /* KSSH_LOGIN_H */
