// SPDX-License-Identifier: GPL-2.0
/* SSHFP records (RFC 4255, 6594, 7479): what DNS says of a host's key. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <unbound.h>

#include "internal.h"

#define TYPE_SSHFP	44
#define CLASS_IN	1

/* Numbers that IANA gave to key algorithms; what has none cannot be in DNS. */
static const struct {
	const char *type;
	uint8_t number;
} algorithms[] = {
	{ "ssh-rsa", 1 },
	{ "ecdsa-sha2-nistp256", 3 },
	{ "ecdsa-sha2-nistp384", 3 },
	{ "ecdsa-sha2-nistp521", 3 },
	{ "ssh-ed25519", 4 },
};

static uint8_t algorithm_of(const struct key *key)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (!strcmp(algorithms[i].type, key->type->name))
			return algorithms[i].number;
	}
	return 0;
}

static const EVP_MD *hash_of(uint8_t number)
{
	switch (number) {
	case 1:
		return EVP_sha1();
	case 2:
		return EVP_sha256();
	default:
		return NULL;
	}
}

/* ---- records -------------------------------------------------------------------- */

/**
 * struct wanted - what is compared
 * @blob: the plain key
 * @len: its length
 * @algorithm: its number
 * @differs: a record of that algorithm is of another key
 */
struct wanted {
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	size_t len;
	uint8_t algorithm;
	bool differs;
};

/* One record: algorithm, kind of hash, hash.  What cannot be compared says nothing. */
static void compare(struct wanted *w, const uint8_t *data, size_t len,
		    struct kssh_trust_fingerprints *found)
{
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned int n;
	const EVP_MD *hash;

	if (len < 2 || data[0] != w->algorithm)
		return;
	hash = hash_of(data[1]);
	if (!hash || !EVP_Digest(w->blob, w->len, md, &n, hash, NULL) || len - 2 != n)
		return;
	found->found = true;
	if (memcmp(data + 2, md, n))
		w->differs = true;
	else
		found->match = true;
}

static int read_answer(struct wanted *w, const struct ub_result *answer,
		       struct kssh_trust_fingerprints *found)
{
	size_t i;

	if (answer->bogus)
		return -EBADMSG;
	/* 0: fine, 3: there is no such name */
	if (answer->rcode && answer->rcode != 3)
		return -EHOSTUNREACH;
	for (i = 0; answer->havedata && answer->data[i]; i++)
		compare(w, (const uint8_t *)answer->data[i], answer->len[i], found);
	found->match = found->match && !w->differs;
	found->secure = found->found && answer->secure;
	return 0;
}

/* ---- the resolver ------------------------------------------------------------------ */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* libunbound's own numbers; it tells what the system said as UB_SYNTAX, UB_READFILE. */
static int error_of(int ub)
{
	switch (ub) {
	case UB_NOERROR:
		return 0;
	case UB_NOMEM:
		return -ENOMEM;
	case UB_READFILE:
		return -ENOENT;
	case UB_SYNTAX:
		return -EINVAL;
	default:
		return -EHOSTUNREACH;
	}
}

static struct ub_ctx *resolver_new(const struct kssh_trust_resolver *r, int *ret)
{
	const char *anchor = r->anchor ?: KSSH_TRUST_ANCHOR;
	struct ub_ctx *ctx = NULL;
	int ub;

	/* libunbound would say so no sooner than when it is asked something */
	*ret = access(anchor, R_OK) ? -errno : 0;
	if (!*ret) {
		ctx = ub_ctx_create();
		*ret = ctx ? 0 : -ENOMEM;
	}
	if (*ret)
		return NULL;
	/* a thread, not a process: that would be a child that the caller did not make */
	ub = ub_ctx_async(ctx, 1);
	if (!ub && r->unbound_conf)
		ub = ub_ctx_config(ctx, r->unbound_conf);
	if (!ub && (r->resolv_conf || !r->unbound_conf))
		ub = ub_ctx_resolvconf(ctx, r->resolv_conf);
	if (!ub)
		ub = ub_ctx_add_ta_file(ctx, anchor);
	*ret = error_of(ub);
	if (*ret) {
		ub_ctx_delete(ctx);
		return NULL;
	}
	return ctx;
}

/**
 * struct pending - a question that was asked
 * @answer: libunbound's, once it is there
 * @error: or its error
 * @done: one of them is
 */
struct pending {
	struct ub_result *answer;
	int error;
	bool done;
};

static void on_answer(void *arg, int error, struct ub_result *answer)
{
	struct pending *p = arg;

	p->answer = answer;
	p->error = error;
	p->done = true;
}

/* Ask, and wait.  The caller frees the answer. */
static int ask(struct ub_ctx *ctx, const char *name, unsigned int timeout_ms,
	       struct ub_result **answer)
{
	struct pollfd p = { .fd = ub_fd(ctx), .events = POLLIN };
	int64_t deadline = now_ms() + timeout_ms, left;
	struct pending pending = { 0 };
	int id, ub;

	ub = ub_resolve_async(ctx, name, TYPE_SSHFP, CLASS_IN, &pending, on_answer, &id);
	while (!ub && !pending.done) {
		left = deadline - now_ms();
		if (left <= 0) {
			ub_cancel(ctx, id);
			return -ETIMEDOUT;
		}
		if (poll(&p, 1, left > 1000 ? 1000 : left) < 0 && errno != EINTR) {
			ub = -errno;
			ub_cancel(ctx, id);
			return ub;
		}
		ub = ub_process(ctx);
	}
	*answer = pending.answer;
	return error_of(ub ?: pending.error);
}

static bool is_address(const char *name)
{
	struct in6_addr a;

	return inet_pton(AF_INET, name, &a) == 1 || strchr(name, ':');
}

/* 1: there is something to ask, 0: there is not. */
static int prepare(const struct kssh_trust_query *query, struct wanted *w)
{
	struct cert cert;
	struct key key;

	if (query->verbatim || query->key_len > KSSH_TRUST_KEY_MAX)
		return -EINVAL;
	if (cert_is_one(query->key, query->key_len)) {
		if (cert_parse(query->key, query->key_len, &cert))
			return -EINVAL;
		key = cert.key;
	} else if (key_parse(query->key, query->key_len, &key)) {
		return -EINVAL;
	}
	w->algorithm = algorithm_of(&key);
	if (!w->algorithm || is_address(query->name))
		return 0;
	key_blob(&key, w->blob, &w->len);
	return 1;
}

int kssh_trust_sshfp(const struct kssh_trust_resolver *resolver,
		     const struct kssh_trust_query *query, unsigned int timeout_ms,
		     struct kssh_trust_fingerprints *found)
{
	static const struct kssh_trust_resolver usual;
	struct ub_result *answer = NULL;
	struct wanted wanted = { 0 };
	struct ub_ctx *ctx;
	int ret;

	memset(found, 0, sizeof(*found));
	ret = prepare(query, &wanted);
	if (ret <= 0)
		return ret;
	ctx = resolver_new(resolver ?: &usual, &ret);
	if (!ctx)
		return ret;
	ret = ask(ctx, query->name, timeout_ms, &answer);
	if (!ret)
		ret = read_answer(&wanted, answer, found);
	ub_resolve_free(answer);
	ub_ctx_delete(ctx);
	return ret;
}
