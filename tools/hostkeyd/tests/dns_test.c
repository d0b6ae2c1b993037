// SPDX-License-Identifier: GPL-2.0
/*
 * kssh-hostkeyd and DNS: what it asks, how long it waits, and what it makes of the
 * answers.  The library's half of that is played by this program, so that an answer comes
 * when the test wants it; the real one is in sshfp_test.py and hostkeyd.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>
#include <cmocka.h>

#include "../hostkeyd.h"
#include "logged.h"
#include "../../trust/tests/keys.h"

/* ---- a resolver that answers what it is told ------------------------------------ */

struct kssh_trust_dns_question {
	TAILQ_ENTRY(kssh_trust_dns_question) in_order;
	struct kssh_trust_dns_client *client;
	char name[256];
	void (*done)(void *arg, int error, const struct kssh_trust_fingerprints *found);
	void *arg;
};

struct kssh_trust_dns_client {
	TAILQ_HEAD(, kssh_trust_dns_question) questions;
	int fd;
	int n;
	int error;		/* of what it is asked next */
	int answers;		/* for as many questions is there one */
	int with;		/* an error, or 0 */
	struct kssh_trust_fingerprints found;
};

static int forgotten, freed;

int kssh_trust_dns_new(const struct kssh_trust_resolver *resolver,
		       struct kssh_trust_dns_client **out)
{
	struct kssh_trust_dns_client *c = calloc(1, sizeof(*c));

	(void)resolver;
	TAILQ_INIT(&c->questions);
	c->fd = eventfd(0, EFD_NONBLOCK);
	*out = c;
	return 0;
}

static void question_free(struct kssh_trust_dns_question *q)
{
	TAILQ_REMOVE(&q->client->questions, q, in_order);
	q->client->n--;
	free(q);
}

void kssh_trust_dns_free(struct kssh_trust_dns_client *c)
{
	if (!c)
		return;
	while (!TAILQ_EMPTY(&c->questions))
		question_free(TAILQ_FIRST(&c->questions));
	close(c->fd);
	free(c);
	freed++;
}

int kssh_trust_dns_fd(const struct kssh_trust_dns_client *c)
{
	return c->fd;
}

int kssh_trust_dns_process(struct kssh_trust_dns_client *c)
{
	struct kssh_trust_dns_question *q;
	eventfd_t n;

	eventfd_read(c->fd, &n);
	for (; c->answers && (q = TAILQ_FIRST(&c->questions)); c->answers--) {
		q->done(q->arg, c->with, &c->found);
		question_free(q);
	}
	return 0;
}

int kssh_trust_dns_ask(struct kssh_trust_dns_client *c,
		       const struct kssh_trust_query *query,
		       void (*done)(void *arg, int error,
				    const struct kssh_trust_fingerprints *found),
		       void *arg, struct kssh_trust_dns_question **out)
{
	struct kssh_trust_dns_question *q;

	if (c->error)
		return c->error;
	q = calloc(1, sizeof(*q));
	q->client = c;
	strcpy(q->name, query->name);
	q->done = done;
	q->arg = arg;
	TAILQ_INSERT_TAIL(&c->questions, q, in_order);
	c->n++;
	*out = q;
	return 0;
}

void kssh_trust_dns_forget(struct kssh_trust_dns_question *q)
{
	forgotten++;
	question_free(q);
}

/* ---- the daemon's half --------------------------------------------------------------- */

#define TIMEOUT_MS	300

struct world {
	char file[64], revoked[64];
	struct conf conf;
	sd_event *event;
	struct kssh_trust_dns_client *client;
	struct dns *dns;
	struct asks *asks;
	uint8_t key[KSSH_TRUST_KEY_MAX];
	size_t key_len;
	int answers;
	struct verdict v;
	uint64_t last;
};

static void take_verdict(void *arg, uint64_t cookie, const struct verdict *v)
{
	struct world *w = arg;

	w->answers++;
	w->v = *v;
	w->last = cookie;
}

static void take_known(void *arg, uint64_t cookie, const char *types, bool ca)
{
	(void)arg;
	(void)cookie;
	(void)types;
	(void)ca;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct asks_env env = { .verdict = take_verdict, .known = take_known, .arg = w };

	snprintf(w->file, sizeof(w->file), "%s/known_hosts", dir);
	snprintf(w->revoked, sizeof(w->revoked), "%s/revoked", dir);
	w->conf.files[0] = w->file;
	w->conf.policy = (struct kssh_trust_policy){
		.files = w->conf.files, .n_files = 1, .write_file = w->file,
		.dns = KSSH_TRUST_DNS_YES,
	};
	assert_true(sd_event_new(&w->event) >= 0);
	w->dns = dns_new(w->event);
	env.dns = w->dns;
	assert_int_equal(kssh_trust_dns_new(NULL, &w->client), 0);
	assert_int_equal(dns_setup(w->dns, w->client, TIMEOUT_MS), 0);
	w->asks = asks_new(&env);
	assert_true(asks_setup(w->asks, &w->conf));
	assert_int_equal(kssh_trust_read_key(ED25519_A, w->key, &w->key_len), 0);
	forgotten = 0;
	freed = 0;
	logged();
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	asks_free(w->asks);
	dns_free(w->dns);
	sd_event_unref(w->event);
	unlink(w->file);
	unlink(w->revoked);
	free(w);
	return 0;
}

static void ask(struct world *w, uint64_t cookie, const char *name, uint32_t flags)
{
	struct ask a = { .cookie = cookie, .port = 22, .uid = geteuid() + 1000,
			 .flags = flags, .key = w->key, .key_len = w->key_len };

	strcpy(a.name, name);
	asks_question(w->asks, &a);
}

/* Let @n questions have this answer. */
static void answer(struct world *w, int n, int error, bool found, bool match, bool secure)
{
	w->client->answers = n;
	w->client->with = error;
	w->client->found = (struct kssh_trust_fingerprints){ found, match, secure };
	eventfd_write(w->client->fd, 1);
	while (w->client->answers)
		assert_true(sd_event_run(w->event, 5000000) > 0);
}

static void what_dns_says_counts(void **state)
{
	static const struct {
		int error;
		bool found, match, secure;
		enum kssh_trust_verdict verdict;
		const char *log;
	} cases[] = {
		{ 0, true, true, true, KSSH_TRUST_OK, "" },
		{ 0, true, true, false, KSSH_TRUST_UNKNOWN, "DNSSEC does not vouch" },
		{ 0, true, false, true, KSSH_TRUST_UNKNOWN, "DNS has another key" },
		{ 0, false, false, false, KSSH_TRUST_UNKNOWN, "file=\"-\"\n" },
		{ -EBADMSG, false, false, false, KSSH_TRUST_UNKNOWN, "it is forged" },
		/* whatever stands there beside an error */
		{ -EHOSTUNREACH, true, true, true, KSSH_TRUST_UNKNOWN,
		  "DNS gives no answer" },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ask(w, i, "host.test", 0);
		/* nobody waits for DNS */
		assert_int_equal(w->answers, i);
		assert_int_equal(w->client->n, 1);
		assert_string_equal(TAILQ_FIRST(&w->client->questions)->name, "host.test");
		answer(w, 1, cases[i].error, cases[i].found, cases[i].match,
		       cases[i].secure);
		assert_int_equal(w->answers, i + 1);
		assert_int_equal(w->last, i);
		assert_int_equal(w->v.verdict, cases[i].verdict);
		assert_logged(cases[i].log);
	}
	assert_true(asks_result(w->asks, 0, true));
	assert_logged("verdict=accept result=good");
	assert_int_equal(access(w->file, F_OK), -1);
	ask(w, 10, "host.test", 0);
	answer(w, 1, 0, true, true, true);
	assert_true(w->v.by_dns);
	asks_result(w->asks, 10, true);
	assert_logged(" dns file=\"-\"");
}

/* DNS makes good what a file says otherwise, as with ssh, but not what is revoked. */
static void files_beside_dns(void **state)
{
	struct world *w = *state;

	put(w->file, "host.test " ED25519_B "\n");
	ask(w, 1, "host.test", 0);
	answer(w, 1, 0, true, true, true);
	assert_int_equal(w->v.verdict, KSSH_TRUST_OK);
	ask(w, 2, "host.test", 0);
	answer(w, 1, 0, true, true, false);
	assert_int_equal(w->v.verdict, KSSH_TRUST_CHANGED);
	put(w->file, "host.test " ED25519_A "\n");
	ask(w, 3, "host.test", 0);
	answer(w, 1, -ETIMEDOUT, false, false, false);
	assert_int_equal(w->v.verdict, KSSH_TRUST_OK);
	assert_false(w->v.by_dns);

	put(w->revoked, ED25519_A "\n");
	w->conf.revoked[0] = w->revoked;
	w->conf.policy.revoked_files = w->conf.revoked;
	w->conf.policy.n_revoked_files = 1;
	assert_true(asks_setup(w->asks, &w->conf));
	ask(w, 4, "host.test", 0);
	answer(w, 1, 0, true, true, true);
	assert_int_equal(w->v.verdict, KSSH_TRUST_REVOKED);
}

static void not_asked(void **state)
{
	struct world *w = *state;

	/* of an alias DNS knows nothing */
	ask(w, 1, "host.test", KSSH_NAME_VERBATIM);
	assert_int_equal(w->answers, 1);
	/* an address, say */
	w->client->error = -ENODATA;
	ask(w, 2, "127.0.0.1", 0);
	assert_int_equal(w->answers, 2);
	w->client->error = 0;
	w->conf.policy.dns = KSSH_TRUST_DNS_NO;
	assert_true(asks_setup(w->asks, &w->conf));
	ask(w, 3, "host.test", 0);
	assert_int_equal(w->answers, 3);
	assert_int_equal(w->v.verdict, KSSH_TRUST_UNKNOWN);
	assert_int_equal(w->client->n, 0);
}

static void silence_ends(void **state)
{
	struct world *w = *state;

	ask(w, 1, "host.test", 0);
	ask(w, 2, "host.test", 0);
	while (w->answers < 2)
		assert_true(sd_event_run(w->event, 10 * TIMEOUT_MS * 1000) > 0);
	assert_int_equal(w->v.verdict, KSSH_TRUST_UNKNOWN);
	assert_int_equal(forgotten, 2);
	assert_int_equal(w->client->n, 0);
	assert_logged("DNS gives no answer: Connection timed out");
}

static void withdrawn(void **state)
{
	struct world *w = *state;

	ask(w, 1, "host.test", 0);
	assert_true(asks_cancel(w->asks, 1));
	assert_logged("verdict=none result=cancelled");
	assert_int_equal(forgotten, 1);
	assert_int_equal(w->client->n, 0);
	/* a result says nothing of what is not decided */
	ask(w, 2, "host.test", 0);
	assert_false(asks_result(w->asks, 2, true));
	answer(w, 1, 0, true, true, true);
	assert_int_equal(w->answers, 1);
	assert_int_equal(asks_waiting(w->asks), 1);
}

/* Not more at a time than libunbound bears; all are answered, in order. */
static void thousands(void **state)
{
	struct world *w = *state;
	int i, most = 0;

	w->conf.accept_new = false;
	assert_int_equal(dns_setup(w->dns, NULL, 60000), 0);
	assert_int_equal(kssh_trust_dns_new(NULL, &w->client), 0);
	assert_int_equal(dns_setup(w->dns, w->client, 60000), 0);
	for (i = 0; i < 3000; i++)
		ask(w, i, "host.test", 0);
	assert_int_equal(w->answers, 0);
	assert_int_equal(w->client->n, 256);
	/* one that is asked, and one that waits, goes */
	assert_true(asks_cancel(w->asks, 7));
	assert_true(asks_cancel(w->asks, 2000));
	for (i = 0; i < 2998; i++) {
		most = w->client->n > most ? w->client->n : most;
		answer(w, 1, 0, false, false, false);
		if (i % 500 == 0)
			logged();
	}
	assert_int_equal(w->answers, 2998);
	assert_int_equal(w->last, 2999);
	assert_int_equal(most, 256);
	assert_int_equal(w->client->n, 0);
	logged();
}

/* Who is waited for when another resolver is set up is asked again there. */
static void set_up_again(void **state)
{
	struct kssh_trust_dns_client *other;
	struct world *w = *state;

	ask(w, 1, "one.test", 0);
	ask(w, 2, "two.test", 0);
	assert_int_equal(kssh_trust_dns_new(NULL, &other), 0);
	assert_int_equal(dns_setup(w->dns, other, TIMEOUT_MS), 0);
	assert_int_equal(freed, 1);
	w->client = other;
	assert_int_equal(other->n, 2);
	assert_string_equal(TAILQ_FIRST(&other->questions)->name, "one.test");
	answer(w, 2, 0, true, true, true);
	assert_int_equal(w->answers, 2);
	assert_int_equal(w->v.verdict, KSSH_TRUST_OK);
	/* and if there is none any more, nothing more is heard */
	ask(w, 3, "three.test", 0);
	assert_int_equal(dns_setup(w->dns, NULL, TIMEOUT_MS), 0);
	assert_int_equal(w->answers, 3);
	assert_int_equal(w->v.verdict, KSSH_TRUST_UNKNOWN);
}

/* What is asked when all ends is nobody's any more. */
static void the_end(void **state)
{
	struct world *w = *state;

	ask(w, 1, "host.test", 0);
	asks_free(w->asks);
	w->asks = NULL;
	assert_int_equal(forgotten, 1);
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_dns_says_counts), T(files_beside_dns), T(not_asked),
		T(silence_ends), T(withdrawn), T(thousands), T(set_up_again), T(the_end),
	};
	int ret;

	if (!log_begin())
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	log_end();
	return ret != 0;
}
