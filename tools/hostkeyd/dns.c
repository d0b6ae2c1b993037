// SPDX-License-Identifier: GPL-2.0
/* What DNS says of keys: libunbound's questions and the daemon's loop. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "dns.h"
#include "log.h"

/* libunbound has room for some more; who finds none there gets no answer. */
#define ASKED_MAX	256

/* One question.  It is asked (has a @question) or waits for that. */
struct dns_job {
	TAILQ_ENTRY(dns_job) in_order;
	struct dns *dns;
	struct kssh_trust_query query;	/* its texts stand in @name and @key */
	void (*done)(void *arg, int error, const struct kssh_trust_fingerprints *found);
	void *arg;
	uint64_t deadline;		/* usec, CLOCK_MONOTONIC */
	struct kssh_trust_dns_question *question;
	char name[KSSH_TRUST_NAME_MAX + 1];
	uint8_t key[];
};

TAILQ_HEAD(dns_jobs, dns_job);

/**
 * struct dns - all there is
 * @event: the loop
 * @client: whom to ask, or NULL
 * @io: its descriptor
 * @timer: first deadline
 * @timeout_ms: for a question
 * @asked: at @client, by age
 * @waiting: for that, by age
 * @n_asked: how many are asked
 */
struct dns {
	sd_event *event;
	struct kssh_trust_dns_client *client;
	sd_event_source *io;
	sd_event_source *timer;
	unsigned int timeout_ms;
	struct dns_jobs asked, waiting;
	unsigned int n_asked;
};

static uint64_t now(struct dns *dns)
{
	uint64_t usec = 0;

	sd_event_now(dns->event, CLOCK_MONOTONIC, &usec);
	return usec;
}

/* Whose time is up first?  Of each list that is its first. */
static struct dns_job *first(struct dns *dns)
{
	struct dns_job *a = TAILQ_FIRST(&dns->asked), *b = TAILQ_FIRST(&dns->waiting);

	return !a || (b && b->deadline < a->deadline) ? b : a;
}

static void set_timer(struct dns *dns)
{
	struct dns_job *job = first(dns);

	if (job)
		sd_event_source_set_time(dns->timer, job->deadline);
	sd_event_source_set_enabled(dns->timer, job ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

/* Out of its list; the client has nothing of it any more. */
static void take_out(struct dns_job *job)
{
	struct dns *dns = job->dns;

	if (job->question) {
		TAILQ_REMOVE(&dns->asked, job, in_order);
		dns->n_asked--;
	} else {
		TAILQ_REMOVE(&dns->waiting, job, in_order);
	}
}

static void finish(struct dns_job *job, int error,
		   const struct kssh_trust_fingerprints *found)
{
	take_out(job);
	job->done(job->arg, error, found);
	free(job);
}

static void on_found(void *arg, int error, const struct kssh_trust_fingerprints *found)
{
	finish(arg, error, found);
}

/* Ask those who wait, as far as there is room. */
static void ask_waiting(struct dns *dns)
{
	static const struct kssh_trust_fingerprints nothing;
	struct kssh_trust_dns_question *question;
	struct dns_job *job;
	int ret;

	while (dns->n_asked < ASKED_MAX && (job = TAILQ_FIRST(&dns->waiting))) {
		ret = dns->client ? kssh_trust_dns_ask(dns->client, &job->query, on_found,
						       job, &question) : -ENODATA;
		if (ret) {
			finish(job, ret == -ENODATA ? 0 : ret, &nothing);
			continue;
		}
		take_out(job);
		job->question = question;
		TAILQ_INSERT_TAIL(&dns->asked, job, in_order);
		dns->n_asked++;
	}
	set_timer(dns);
}

static int on_answers(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct dns *dns = arg;
	int ret;

	(void)s;
	(void)fd;
	(void)events;
	ret = kssh_trust_dns_process(dns->client);
	if (ret)
		log_line(LOG_LEVEL_ERR, "DNS gives no answers: %s", strerror(-ret));
	ask_waiting(dns);
	return 0;
}

static int on_timer(sd_event_source *s, uint64_t usec, void *arg)
{
	static const struct kssh_trust_fingerprints nothing;
	struct dns *dns = arg;
	struct dns_job *job;

	(void)s;
	while ((job = first(dns)) && job->deadline <= usec) {
		if (job->question)
			kssh_trust_dns_forget(job->question);
		finish(job, -ETIMEDOUT, &nothing);
	}
	ask_waiting(dns);
	return 0;
}

/* ---- for the daemon (contracts in dns.h) ------------------------------------------ */

struct dns_job *dns_ask(struct dns *dns, const struct kssh_trust_query *query,
			void (*done)(void *arg, int error,
				     const struct kssh_trust_fingerprints *found),
			void *arg)
{
	struct dns_job *job;

	/* an alias is no name of DNS */
	if (!dns->client || query->verbatim || strlen(query->name) >= sizeof(job->name))
		return NULL;
	job = calloc(1, sizeof(*job) + query->key_len);
	if (!job)
		return NULL;
	job->dns = dns;
	job->done = done;
	job->arg = arg;
	job->deadline = now(dns) + dns->timeout_ms * 1000ULL;
	strcpy(job->name, query->name);
	if (query->key_len)
		memcpy(job->key, query->key, query->key_len);
	job->query = (struct kssh_trust_query){
		.name = job->name, .key = job->key, .key_len = query->key_len,
	};
	if (dns->n_asked < ASKED_MAX) {
		if (kssh_trust_dns_ask(dns->client, &job->query, on_found, job,
				       &job->question)) {
			free(job);
			return NULL;
		}
		TAILQ_INSERT_TAIL(&dns->asked, job, in_order);
		dns->n_asked++;
	} else {
		TAILQ_INSERT_TAIL(&dns->waiting, job, in_order);
	}
	set_timer(dns);
	return job;
}

void dns_forget(struct dns_job *job)
{
	if (job->question)
		kssh_trust_dns_forget(job->question);
	take_out(job);
	free(job);
}

int dns_setup(struct dns *dns, struct kssh_trust_dns_client *client,
	      unsigned int timeout_ms)
{
	struct dns_job *job;
	sd_event_source *io = NULL;
	int ret;

	if (client) {
		ret = sd_event_add_io(dns->event, &io, kssh_trust_dns_fd(client), EPOLLIN,
				      on_answers, dns);
		if (ret < 0)
			return ret;
	}
	while ((job = TAILQ_LAST(&dns->asked, dns_jobs))) {
		kssh_trust_dns_forget(job->question);
		take_out(job);
		job->question = NULL;
		TAILQ_INSERT_HEAD(&dns->waiting, job, in_order);
	}
	sd_event_source_disable_unref(dns->io);
	kssh_trust_dns_free(dns->client);
	dns->io = io;
	dns->client = client;
	dns->timeout_ms = timeout_ms;
	ask_waiting(dns);
	return 0;
}

struct dns *dns_new(sd_event *event)
{
	struct dns *dns = calloc(1, sizeof(*dns));

	if (!dns)
		return NULL;
	dns->event = event;
	TAILQ_INIT(&dns->asked);
	TAILQ_INIT(&dns->waiting);
	if (sd_event_add_time(event, &dns->timer, CLOCK_MONOTONIC, UINT64_MAX, 1000,
			      on_timer, dns) < 0) {
		free(dns);
		return NULL;
	}
	sd_event_source_set_enabled(dns->timer, SD_EVENT_OFF);
	return dns;
}

void dns_free(struct dns *dns)
{
	struct dns_job *job;

	if (!dns)
		return;
	while ((job = first(dns)))
		dns_forget(job);
	sd_event_source_disable_unref(dns->io);
	sd_event_source_disable_unref(dns->timer);
	kssh_trust_dns_free(dns->client);
	free(dns);
}
