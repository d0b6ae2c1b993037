// SPDX-License-Identifier: GPL-2.0
/* SSHFP records (RFC 4255, 6594, 7479): what DNS says of a host's key. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
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

static struct ub_ctx *context_new(const struct kssh_trust_resolver *r, int *ret)
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

static bool is_address(const char *name)
{
	struct in6_addr a;

	return inet_pton(AF_INET, name, &a) == 1 || strchr(name, ':');
}

/* 0; -ENODATA: there is nothing to ask; or -EINVAL. */
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
		return -ENODATA;
	key_blob(&key, w->blob, &w->len);
	return 0;
}

/* ---- questions without waiting (contracts in ksshtrust.h) --------------------------- */

/**
 * struct kssh_trust_dns_question - one that is not over
 * @client: who asks it
 * @id: libunbound's number of it
 * @wanted: the key
 * @done: who wants to know
 * @arg: the same
 */
struct kssh_trust_dns_question {
	LIST_ENTRY(kssh_trust_dns_question) of_client;
	struct kssh_trust_dns_client *client;
	int id;
	struct wanted wanted;
	void (*done)(void *arg, int error, const struct kssh_trust_fingerprints *found);
	void *arg;
};

struct kssh_trust_dns_client {
	struct ub_ctx *ctx;
	LIST_HEAD(, kssh_trust_dns_question) questions;
};

int kssh_trust_dns_new(const struct kssh_trust_resolver *resolver,
		       struct kssh_trust_dns_client **out)
{
	static const struct kssh_trust_resolver usual;
	struct kssh_trust_dns_client *client = calloc(1, sizeof(*client));
	int ret;

	if (!client)
		return -ENOMEM;
	LIST_INIT(&client->questions);
	client->ctx = context_new(resolver ?: &usual, &ret);
	if (!client->ctx) {
		free(client);
		return ret;
	}
	*out = client;
	return 0;
}

static void question_free(struct kssh_trust_dns_question *q)
{
	LIST_REMOVE(q, of_client);
	free(q);
}

void kssh_trust_dns_free(struct kssh_trust_dns_client *client)
{
	struct kssh_trust_dns_question *q;

	if (!client)
		return;
	ub_ctx_delete(client->ctx);
	while ((q = LIST_FIRST(&client->questions)))
		question_free(q);
	free(client);
}

int kssh_trust_dns_fd(const struct kssh_trust_dns_client *client)
{
	return ub_fd(client->ctx);
}

int kssh_trust_dns_process(struct kssh_trust_dns_client *client)
{
	return error_of(ub_process(client->ctx));
}

static void on_answer(void *arg, int ub, struct ub_result *answer)
{
	struct kssh_trust_fingerprints found = { 0 };
	struct kssh_trust_dns_question *q = arg;
	int ret = error_of(ub);

	if (!ret)
		ret = read_answer(&q->wanted, answer, &found);
	ub_resolve_free(answer);
	q->done(q->arg, ret, &found);
	question_free(q);
}

int kssh_trust_dns_ask(struct kssh_trust_dns_client *client,
		       const struct kssh_trust_query *query,
		       void (*done)(void *arg, int error,
				    const struct kssh_trust_fingerprints *found),
		       void *arg, struct kssh_trust_dns_question **question)
{
	struct kssh_trust_dns_question *q = calloc(1, sizeof(*q));
	int ret = q ? prepare(query, &q->wanted) : -ENOMEM;

	if (ret) {
		free(q);
		return ret;
	}
	q->client = client;
	q->done = done;
	q->arg = arg;
	LIST_INSERT_HEAD(&client->questions, q, of_client);
	ret = error_of(ub_resolve_async(client->ctx, query->name, TYPE_SSHFP, CLASS_IN, q,
					on_answer, &q->id));
	if (ret)
		question_free(q);
	else
		*question = q;
	return ret;
}

void kssh_trust_dns_forget(struct kssh_trust_dns_question *q)
{
	ub_cancel(q->client->ctx, q->id);
	question_free(q);
}

/* ---- one question, and waiting --------------------------------------------------------- */

/**
 * struct awaited - an answer
 * @found: the answer
 * @error: or a negative errno
 * @done: it is there
 */
struct awaited {
	struct kssh_trust_fingerprints *found;
	int error;
	bool done;
};

static void on_awaited(void *arg, int error, const struct kssh_trust_fingerprints *found)
{
	struct awaited *a = arg;

	*a->found = *found;
	a->error = error;
	a->done = true;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static int wait_for(struct kssh_trust_dns_client *client, unsigned int timeout_ms,
		    struct awaited *a)
{
	struct pollfd p = { .fd = kssh_trust_dns_fd(client), .events = POLLIN };
	int64_t deadline = now_ms() + timeout_ms, left;
	int ret = 0;

	while (!ret && !a->done) {
		left = deadline - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, left > 1000 ? 1000 : left) < 0 && errno != EINTR)
			return -errno;
		ret = kssh_trust_dns_process(client);
	}
	return ret ?: a->error;
}

int kssh_trust_sshfp(const struct kssh_trust_resolver *resolver,
		     const struct kssh_trust_query *query, unsigned int timeout_ms,
		     struct kssh_trust_fingerprints *found)
{
	struct awaited awaited = { .found = found };
	struct kssh_trust_dns_question *q;
	struct kssh_trust_dns_client *client;
	int ret;

	memset(found, 0, sizeof(*found));
	ret = kssh_trust_dns_new(resolver, &client);
	if (ret)
		return ret;
	ret = kssh_trust_dns_ask(client, query, on_awaited, &awaited, &q);
	if (!ret)
		ret = wait_for(client, timeout_ms, &awaited);
	kssh_trust_dns_free(client);
	return ret == -ENODATA ? 0 : ret;
}
