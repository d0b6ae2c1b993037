// SPDX-License-Identifier: GPL-2.0
/*
 * The questions: verdict, then, if it was accepted, the result.  Only a good result
 * makes a new key known; only then is "accepted" the truth.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "hostkeyd.h"

#define BUCKETS		4096
/*
 * More than the kernel lets one helper hold.  Results can be lost when we do not
 * read for long; the oldest go first then.
 */
#define WAITING_MAX	65536

/* One that was accepted; @ask.key is its own copy. */
struct waiting {
	TAILQ_ENTRY(waiting) in_order;
	LIST_ENTRY(waiting) in_bucket;
	struct ask ask;
	struct kssh_trust_answer answer;
};

LIST_HEAD(bucket, waiting);
TAILQ_HEAD(order, waiting);

struct asks {
	const struct kssh_trust_policy *policy;
	struct bucket buckets[BUCKETS];
	struct order order;
	size_t count;
};

struct asks *asks_new(const struct kssh_trust_policy *policy)
{
	struct asks *asks = calloc(1, sizeof(*asks));

	if (!asks)
		return NULL;
	asks->policy = policy;
	TAILQ_INIT(&asks->order);
	return asks;
}

/* ---- those that wait for their result ------------------------------------- */

static struct bucket *bucket_of(struct asks *asks, uint64_t cookie)
{
	return &asks->buckets[cookie % BUCKETS];
}

static struct waiting *find(struct asks *asks, uint64_t cookie)
{
	struct waiting *w;

	LIST_FOREACH(w, bucket_of(asks, cookie), in_bucket) {
		if (w->ask.cookie == cookie)
			return w;
	}
	return NULL;
}

static void drop(struct asks *asks, struct waiting *w)
{
	TAILQ_REMOVE(&asks->order, w, in_order);
	LIST_REMOVE(w, in_bucket);
	asks->count--;
	free((void *)w->ask.key);
	free(w);
}

static bool keep(struct asks *asks, const struct ask *ask,
		 const struct kssh_trust_answer *answer)
{
	struct waiting *w = malloc(sizeof(*w));
	uint8_t *key = malloc(ask->key_len);

	if (!w || !key) {
		free(w);
		free(key);
		return false;
	}
	memcpy(key, ask->key, ask->key_len);
	w->ask = *ask;
	w->ask.key = key;
	w->answer = *answer;
	if (asks->count >= WAITING_MAX)
		drop(asks, TAILQ_FIRST(&asks->order));
	TAILQ_INSERT_TAIL(&asks->order, w, in_order);
	LIST_INSERT_HEAD(bucket_of(asks, ask->cookie), w, in_bucket);
	asks->count++;
	return true;
}

void asks_free(struct asks *asks)
{
	struct waiting *w;

	if (!asks)
		return;
	while ((w = TAILQ_FIRST(&asks->order)))
		drop(asks, w);
	free(asks);
}

size_t asks_waiting(const struct asks *asks)
{
	return asks->count;
}

/* ---- the log --------------------------------------------------------------- */

/* "file:line", "file" or "-" */
static const char *place(const struct kssh_trust_answer *a, char out[ESCAPED_MAX + 32])
{
	char file[ESCAPED_MAX];

	if (!a->file)
		return "-";
	escape(a->file, strlen(a->file), file);
	if (a->line)
		snprintf(out, ESCAPED_MAX + 32, "%s:%lu", file, a->line);
	else
		snprintf(out, ESCAPED_MAX + 32, "%s", file);
	return out;
}

static void log_ask(const char *what, const struct ask *ask, const char *where,
		    const char *more)
{
	char name[ESCAPED_MAX], alg[ESCAPED_MAX], comm[ESCAPED_MAX], fp[64];

	if (kssh_trust_fingerprint(ask->key, ask->key_len, fp, sizeof(fp)))
		strcpy(fp, "-");
	say("%s name=\"%s\" port=%u%s alg=\"%s\" key=%s uid=%u pid=%u comm=\"%s\" file=\"%s\"%s%s",
	    what, escape(ask->name, strlen(ask->name), name), ask->port,
	    ask->flags & KSSH_NAME_VERBATIM ? " verbatim" : "",
	    escape(ask->algorithm, strlen(ask->algorithm), alg), fp, ask->uid,
	    ask->pid, escape(ask->comm, strlen(ask->comm), comm), where,
	    more ? ": " : "", more ? more : "");
}

/* ---- what comes ------------------------------------------------------------- */

static void to_query(const struct ask *ask, struct kssh_trust_query *q)
{
	*q = (struct kssh_trust_query){
		.name = ask->name,
		.port = ask->port,
		.verbatim = ask->flags & KSSH_NAME_VERBATIM,
		.key = ask->key,
		.key_len = ask->key_len,
	};
}

static const char *verdict_text(const struct kssh_trust_answer *a)
{
	switch (a->verdict) {
	case KSSH_TRUST_OK:
		return a->is_new ? "verdict=accept-new" : "verdict=accept";
	case KSSH_TRUST_UNKNOWN:
		return "verdict=unknown";
	case KSSH_TRUST_CHANGED:
		return "verdict=changed";
	case KSSH_TRUST_REVOKED:
		return "verdict=revoked";
	default:
		return "verdict=refused";
	}
}

void asks_question(struct asks *asks, const struct ask *ask,
		   struct kssh_trust_answer *a)
{
	char where[ESCAPED_MAX + 32], why[256];
	struct kssh_trust_query q;

	to_query(ask, &q);
	kssh_trust_check(asks->policy, &q, a);
	if (a->verdict == KSSH_TRUST_OK &&
	    (find(asks, ask->cookie) || !keep(asks, ask, a))) {
		memset(a, 0, sizeof(*a));
		a->verdict = KSSH_TRUST_REFUSED;
		a->why = "no memory, or a question asked twice";
	}
	/* Nobody is told of an acceptance before the result. */
	if (a->verdict == KSSH_TRUST_OK)
		return;
	if (a->error)
		snprintf(why, sizeof(why), "%s (%s)", a->why, strerror(a->error));
	log_ask(verdict_text(a), ask, place(a, where), a->error ? why : a->why);
}

void asks_known(const struct asks *asks, const struct ask *ask,
		char types[KSSH_TRUST_TYPES_MAX])
{
	struct kssh_trust_query q;

	to_query(ask, &q);
	/* a file that cannot be read is told of with the verdict */
	kssh_trust_known(asks->policy, &q, types, NULL);
}

static void log_result(const struct waiting *w, const char *result)
{
	char where[ESCAPED_MAX + 32], what[64];

	snprintf(what, sizeof(what), "%s result=%s", verdict_text(&w->answer), result);
	log_ask(what, &w->ask, place(&w->answer, where), NULL);
}

static void record(struct asks *asks, const struct waiting *w)
{
	char where[ESCAPED_MAX + 32], file[ESCAPED_MAX];
	struct kssh_trust_answer a;
	struct kssh_trust_query q;
	int ret;

	to_query(&w->ask, &q);
	ret = kssh_trust_record(asks->policy, &q, &a);
	if (ret == -EEXIST)
		log_ask("recorded=no", &w->ask, place(&a, where),
			kssh_trust_verdict_name(a.verdict));
	else if (ret)
		log_ask("recorded=no", &w->ask, "-", strerror(-ret));
	else
		log_ask("recorded=yes", &w->ask,
			escape(asks->policy->write_file,
			       strlen(asks->policy->write_file), file), NULL);
}

bool asks_result(struct asks *asks, uint64_t cookie, bool good)
{
	struct waiting *w = find(asks, cookie);

	if (!w)
		return false;
	log_result(w, good ? "good" : "bad-signature");
	if (good && w->answer.is_new)
		record(asks, w);
	drop(asks, w);
	return true;
}

bool asks_cancel(struct asks *asks, uint64_t cookie)
{
	struct waiting *w = find(asks, cookie);

	if (!w)
		return false;
	log_result(w, "cancelled");
	drop(asks, w);
	return true;
}
