// SPDX-License-Identifier: GPL-2.0
/*
 * The questions: verdict, then, if it was accepted, the result.  Only a good result
 * makes a new key known; only then is "accepted" the truth.
 *
 * DNS is asked first, if it is to be.  The system's files are looked at here, those of
 * users by their workers, and a verdict is what all say.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "hostkeyd.h"

#define BUCKETS		4096
/*
 * More than the kernel lets one helper hold.  Results can be lost when we do not
 * read for long; the oldest go first then.
 */
#define WAITING_MAX	65536
/* What /proc/sys/kernel/overflowuid usually is. */
#define OVERFLOW_UID	65534

/* Of whom nothing more is to be learned. */
enum state {
	AT_DNS,		/* no verdict yet */
	AT_USER,	/* its worker looks; a pre-query, or no verdict yet */
	ACCEPTED,	/* the result is awaited */
	RECORDING,	/* the worker writes */
};

/**
 * struct question - one that is not over
 * @in_order: of ACCEPTED
 * @in_bucket: always
 * @asks: whose it is
 * @state: what is waited for
 * @ask: the question; its key is our own copy
 * @v: verdict, so far
 * @prequery: it is a pre-query
 * @users: the user's files count: a new key goes there
 * @found: what DNS says
 * @dns_error: or why it says nothing
 * @dns_job: of DNS
 * @types: PREQUERY: what the system's files know
 * @ca: the same
 * @job: of the worker
 */
struct question {
	TAILQ_ENTRY(question) in_order;
	LIST_ENTRY(question) in_bucket;
	struct asks *asks;
	enum state state;
	struct ask ask;
	struct verdict v;
	bool prequery;
	bool users;
	struct kssh_trust_fingerprints found;
	int dns_error;
	struct dns_job *dns_job;
	char types[KSSH_TRUST_TYPES_MAX];
	bool ca;
	struct job *job;
};

LIST_HEAD(bucket, question);
TAILQ_HEAD(order, question);

struct asks {
	struct asks_env env;
	const struct conf *conf;
	struct judge *judge;
	uint32_t overflow_uid;
	struct bucket buckets[BUCKETS];
	struct order accepted;
	size_t n_accepted;
};

/* ---- the table ---------------------------------------------------------------- */

static struct bucket *bucket_of(struct asks *asks, uint64_t cookie)
{
	return &asks->buckets[cookie % BUCKETS];
}

static struct question *find(struct asks *asks, uint64_t cookie)
{
	struct question *q;

	LIST_FOREACH(q, bucket_of(asks, cookie), in_bucket) {
		if (q->ask.cookie == cookie)
			return q;
	}
	return NULL;
}

static void drop(struct question *q)
{
	struct asks *asks = q->asks;

	if (q->state == ACCEPTED) {
		TAILQ_REMOVE(&asks->accepted, q, in_order);
		asks->n_accepted--;
	}
	if (q->job)
		pool_forget(q->job);
	if (q->dns_job)
		dns_forget(q->dns_job);
	LIST_REMOVE(q, in_bucket);
	free((void *)q->ask.key);
	free(q);
}

/* NULL: no memory. */
static struct question *keep(struct asks *asks, const struct ask *ask)
{
	struct question *q = calloc(1, sizeof(*q));
	uint8_t *key = malloc(ask->key_len + 1);

	if (!q || !key) {
		free(q);
		free(key);
		return NULL;
	}
	if (ask->key_len)
		memcpy(key, ask->key, ask->key_len);
	q->asks = asks;
	q->ask = *ask;
	q->ask.key = key;
	LIST_INSERT_HEAD(bucket_of(asks, ask->cookie), q, in_bucket);
	return q;
}

static void await_result(struct question *q)
{
	struct asks *asks = q->asks;

	if (asks->n_accepted >= WAITING_MAX)
		drop(TAILQ_FIRST(&asks->accepted));
	q->state = ACCEPTED;
	TAILQ_INSERT_TAIL(&asks->accepted, q, in_order);
	asks->n_accepted++;
}

static void end(struct question *q)
{
	struct asks *asks = q->asks;

	drop(q);
	if (asks->env.ended)
		asks->env.ended(asks->env.arg);
}

size_t asks_waiting(const struct asks *asks)
{
	return asks->n_accepted;
}

/* ---- the log: one line for each verdict ------------------------------------------ */

#define PLACE_MAX	(ESCAPED_MAX + 32)

/* "file:line", "file" or "-" */
static const char *place(const char *file, uint32_t line, char out[PLACE_MAX])
{
	char escaped[ESCAPED_MAX];

	if (!*file)
		return "-";
	escape(file, strlen(file), escaped);
	if (line)
		snprintf(out, PLACE_MAX, "%s:%u", escaped, line);
	else
		snprintf(out, PLACE_MAX, "%s", escaped);
	return out;
}

static void log_ask(enum log_level level, const char *what, const struct ask *ask,
		    const struct verdict *v, const char *why)
{
	char name[ESCAPED_MAX], alg[ESCAPED_MAX], comm[ESCAPED_MAX], text[ESCAPED_MAX];
	char fp[KSSH_TRUST_PRINT_MAX], where[PLACE_MAX];

	if (kssh_trust_fingerprint(ask->key, ask->key_len, fp, sizeof(fp)))
		strcpy(fp, "-");
	escape(why, strlen(why), text);
	log_audit(level, "%s name=\"%s\" port=%u%s alg=\"%s\" key=%s%s%s uid=%u pid=%u "
		  "comm=\"%s\"%s%s file=\"%s\"%s%s",
		  what, escape(ask->name, strlen(ask->name), name), ask->port,
		  ask->flags & KSSH_NAME_VERBATIM ? " verbatim" : "",
		  escape(ask->algorithm, strlen(ask->algorithm), alg), fp,
		  *v->ca ? " ca=" : "", v->ca, ask->uid, ask->pid,
		  escape(ask->comm, strlen(ask->comm), comm), ask->child ? " child" : "",
		  v->by_dns ? " dns" : "",
		  place(v->file, v->line, where), *why ? ": " : "", text);
}

static const char *verdict_text(const struct verdict *v)
{
	switch (v->verdict) {
	case KSSH_TRUST_OK:
		return v->is_new ? "verdict=accept-new" : "verdict=accept";
	case KSSH_TRUST_UNKNOWN:
		return "verdict=unknown";
	case KSSH_TRUST_CHANGED:
		return "verdict=changed";
	case KSSH_TRUST_REVOKED:
		return "verdict=revoked";
	case KSSH_TRUST_REFUSED:
		return "verdict=refused";
	default:
		return "verdict=none";
	}
}

static void log_verdict(const struct ask *ask, const struct verdict *v)
{
	char why[WHY_MAX + 64];

	snprintf(why, sizeof(why), "%s%s%s%s", v->why, v->error ? " (" : "",
		 v->error ? strerror(v->error) : "", v->error ? ")" : "");
	log_ask(v->verdict == KSSH_TRUST_UNKNOWN ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING,
		verdict_text(v), ask, v, why);
}

static void log_result(const struct question *q, const char *result)
{
	char what[64];

	snprintf(what, sizeof(what), "%s result=%s", verdict_text(&q->v), result);
	log_ask(strcmp(result, "bad-signature") ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		what, &q->ask, &q->v, "");
}

/* ---- ASK ------------------------------------------------------------------------- */

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

/* Does the asker have files of his own, and may they be looked at? */
static bool has_files(const struct asks *asks, const struct ask *ask)
{
	/* a user of a container is not who has his number here */
	return asks->conf->user_files && asks->env.pool && !ask->child &&
	       ask->uid != asks->overflow_uid;
}

/*
 * May a key that nobody knows be let in?  Into the asker's own file; into one that
 * speaks for everybody only by root, or by whoever it is that we run as.
 */
static bool may_add(const struct asks *asks, const struct ask *ask, bool users)
{
	if (!asks->conf->accept_new)
		return false;
	return users || (asks->conf->policy.write_file && !ask->child &&
			 (!ask->uid || ask->uid == geteuid()));
}

/* That DNS was of no help is worth a word where nothing else is known. */
static void tell_of_dns(const struct question *q, struct verdict *v)
{
	if (v->verdict != KSSH_TRUST_UNKNOWN || *v->why)
		return;
	if (q->dns_error)
		snprintf(v->why, sizeof(v->why), "DNS gives no answer: %s",
			 q->dns_error == -EBADMSG ? "it is forged" :
						    strerror(-q->dns_error));
	else if (q->found.match && !q->found.secure)
		strcpy(v->why, "DNS has the key, but DNSSEC does not vouch for it");
	else if (q->found.found && !q->found.match)
		strcpy(v->why, "DNS has another key");
}

static void conclude(struct question *q)
{
	struct asks *asks = q->asks;
	struct verdict *v = &q->v;

	tell_of_dns(q, v);
	if (v->verdict == KSSH_TRUST_UNKNOWN && v->may_be_new &&
	    may_add(asks, &q->ask, q->users)) {
		v->verdict = KSSH_TRUST_OK;
		v->is_new = true;
	}
	asks->env.verdict(asks->env.arg, q->ask.cookie, v);
	/* Nobody is told of an acceptance before the result. */
	if (v->verdict == KSSH_TRUST_OK) {
		await_result(q);
		return;
	}
	log_verdict(&q->ask, v);
	end(q);
}

static const char *user_trouble(int error)
{
	switch (error) {
	case -ETIMEDOUT:
		return "the user's files cannot be read in time";
	case -EAGAIN:
		return "too many users ask at once";
	case -ECONNREFUSED:
		return "kssh-hostkeyd-launch is not there to have the user's files read";
	case -EPIPE:
	case -EBADMSG:
		return "the process that reads the user's files has failed";
	default:
		return "no process can be started that reads the user's files";
	}
}

static void user_has_checked(void *arg, int error, const struct work_done *answer)
{
	struct question *q = arg;

	q->job = NULL;
	if (error == -ENOENT)
		q->users = false;
	else if (error)
		verdict_refuse(&q->v, user_trouble(error), -error);
	else
		verdict_join(&q->v, &answer->verdict);
	conclude(q);
}

/* DNS has been asked, where that is wanted. */
static void look_into_files(struct question *q)
{
	struct asks *asks = q->asks;
	struct kssh_trust_query query;

	to_query(&q->ask, &query);
	query.fingerprints = q->found;
	judge_check(asks->judge, &query, &q->v);
	q->state = AT_USER;
	q->users = has_files(asks, &q->ask);
	/*
	 * Nothing that a user knows makes good what is revoked, and as with ssh nobody's
	 * files are looked into when DNS is relied on.
	 */
	if (!q->users || q->v.by_dns || q->v.verdict == KSSH_TRUST_REVOKED ||
	    q->v.verdict == KSSH_TRUST_REFUSED) {
		conclude(q);
		return;
	}
	q->job = pool_ask(asks->env.pool, q->ask.uid, WORK_CHECK, &query,
			  user_has_checked, q);
	if (!q->job) {
		verdict_refuse(&q->v, "no memory", ENOMEM);
		conclude(q);
	}
}

static void dns_has_answered(void *arg, int error,
			     const struct kssh_trust_fingerprints *found)
{
	struct question *q = arg;

	q->dns_job = NULL;
	q->dns_error = error;
	if (!error)
		q->found = *found;
	look_into_files(q);
}

void asks_question(struct asks *asks, const struct ask *ask)
{
	struct kssh_trust_query query;
	struct question *q = NULL;
	struct verdict v;

	if (!find(asks, ask->cookie))
		q = keep(asks, ask);
	if (!q) {
		verdict_refuse(&v, "no memory, or a question asked twice", 0);
		asks->env.verdict(asks->env.arg, ask->cookie, &v);
		log_verdict(ask, &v);
		return;
	}
	q->state = AT_DNS;
	to_query(&q->ask, &query);
	if (asks->env.dns && asks->conf->policy.dns != KSSH_TRUST_DNS_NO)
		q->dns_job = dns_ask(asks->env.dns, &query, dns_has_answered, q);
	if (!q->dns_job)
		look_into_files(q);
}

/* ---- PREQUERY ---------------------------------------------------------------------- */

static void user_has_known(void *arg, int error, const struct work_done *answer)
{
	struct question *q = arg;
	struct asks *asks = q->asks;

	q->job = NULL;
	/* a file that cannot be read is told of with the verdict */
	if (!error && !answer->error) {
		types_join(q->types, answer->types);
		q->ca |= answer->ca != 0;
	}
	asks->env.known(asks->env.arg, q->ask.cookie, q->types, q->ca);
	drop(q);
}

void asks_known(struct asks *asks, const struct ask *ask)
{
	char types[KSSH_TRUST_TYPES_MAX];
	struct kssh_trust_query query;
	struct question *q = NULL;
	bool ca = false;

	to_query(ask, &query);
	if (judge_known(asks->judge, &query, types, &ca)) {
		*types = 0;
		ca = false;
	}
	if (has_files(asks, ask) && !find(asks, ask->cookie))
		q = keep(asks, ask);
	if (q) {
		q->state = AT_USER;
		q->prequery = true;
		q->ca = ca;
		strcpy(q->types, types);
		to_query(&q->ask, &query);
		q->job = pool_ask(asks->env.pool, ask->uid, WORK_KNOWN, &query,
				  user_has_known, q);
		if (q->job)
			return;
		drop(q);
	}
	asks->env.known(asks->env.arg, ask->cookie, types, ca);
}

/* ---- RESULT, CANCEL ------------------------------------------------------------------ */

static void log_recorded(const struct question *q, int error, const struct verdict *v,
			 const char *file)
{
	struct verdict at = { 0 };

	if (!error) {
		snprintf(at.file, sizeof(at.file), "%s", file);
		log_ask(LOG_LEVEL_NOTICE, "recorded=yes", &q->ask, &at, "");
	} else if (error == -EEXIST) {
		log_ask(LOG_LEVEL_WARNING, "recorded=no", &q->ask, v,
			kssh_trust_verdict_name(v->verdict));
	} else {
		log_ask(LOG_LEVEL_WARNING, "recorded=no", &q->ask, &at, strerror(-error));
	}
}

static void user_has_recorded(void *arg, int error, const struct work_done *answer)
{
	struct question *q = arg;

	q->job = NULL;
	if (error)
		log_recorded(q, error, &q->v, "");
	else
		log_recorded(q, answer->error, &answer->verdict, answer->file);
	end(q);
}

/* Returns false if that goes on elsewhere. */
static bool record(struct question *q)
{
	struct asks *asks = q->asks;
	struct kssh_trust_query query;
	struct verdict v;
	int ret;

	to_query(&q->ask, &query);
	if (!q->users) {
		ret = judge_record(asks->judge, &query, &v);
		log_recorded(q, ret, &v, asks->conf->policy.write_file ?: "");
		return true;
	}
	q->job = pool_ask(asks->env.pool, q->ask.uid, WORK_RECORD, &query,
			  user_has_recorded, q);
	if (!q->job)
		log_recorded(q, -ENOMEM, &q->v, "");
	return !q->job;
}

static struct question *find_accepted(struct asks *asks, uint64_t cookie)
{
	struct question *q = find(asks, cookie);

	return q && q->state == ACCEPTED ? q : NULL;
}

bool asks_result(struct asks *asks, uint64_t cookie, bool good)
{
	struct question *q = find_accepted(asks, cookie);

	if (!q)
		return false;
	log_result(q, good ? "good" : "bad-signature");
	if (good && q->v.is_new && !record(q)) {
		TAILQ_REMOVE(&asks->accepted, q, in_order);
		asks->n_accepted--;
		q->state = RECORDING;
		return true;
	}
	end(q);
	return true;
}

bool asks_cancel(struct asks *asks, uint64_t cookie)
{
	struct question *q = find(asks, cookie);

	if (!q || q->state == RECORDING)
		return false;
	if (q->prequery) {
		drop(q);
		return true;
	}
	if (q->state != ACCEPTED)
		q->v.verdict = 0;
	log_result(q, "cancelled");
	end(q);
	return true;
}

/* ---- the whole -------------------------------------------------------------------------- */

static uint32_t read_overflow_uid(void)
{
	FILE *f = fopen("/proc/sys/kernel/overflowuid", "re");
	unsigned int uid = OVERFLOW_UID;

	if (!f)
		return uid;
	if (fscanf(f, "%u", &uid) != 1)
		uid = OVERFLOW_UID;
	fclose(f);
	return uid;
}

struct asks *asks_new(const struct asks_env *env)
{
	struct asks *asks = calloc(1, sizeof(*asks));

	if (!asks)
		return NULL;
	asks->env = *env;
	asks->overflow_uid = read_overflow_uid();
	TAILQ_INIT(&asks->accepted);
	return asks;
}

bool asks_setup(struct asks *asks, const struct conf *conf)
{
	struct judge *judge = judge_new(&conf->policy);

	if (!judge)
		return false;
	judge_free(asks->judge);
	asks->judge = judge;
	asks->conf = conf;
	return true;
}

int asks_watch(struct asks *asks)
{
	return judge_watch(asks->judge);
}

unsigned int asks_refresh(struct asks *asks)
{
	return judge_refresh(asks->judge);
}

void asks_free(struct asks *asks)
{
	struct question *q;
	int i;

	if (!asks)
		return;
	for (i = 0; i < BUCKETS; i++) {
		while ((q = LIST_FIRST(&asks->buckets[i]))) {
			if (q->state == ACCEPTED)
				log_result(q, "not-told");
			drop(q);
		}
	}
	judge_free(asks->judge);
	free(asks);
}
