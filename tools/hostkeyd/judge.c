// SPDX-License-Identifier: GPL-2.0
/* What a set of files says of a key, and what two sets say together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define DEFAULT_PORT	22

struct judge {
	struct kssh_trust_policy policy;
	struct kssh_trust_files *files;
};

struct judge *judge_new(const struct kssh_trust_policy *policy)
{
	struct judge *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->files = kssh_trust_files_new();
	if (!j->files) {
		free(j);
		return NULL;
	}
	j->policy = *policy;
	/* what is new for one set may be known to the other: see from_answer() */
	j->policy.checking = KSSH_TRUST_ACCEPT_NEW;
	return j;
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	kssh_trust_files_free(j->files);
	free(j);
}

void verdict_refuse(struct verdict *v, const char *why, int error)
{
	memset(v, 0, sizeof(*v));
	v->verdict = KSSH_TRUST_REFUSED;
	v->error = error;
	snprintf(v->why, sizeof(v->why), "%s", why);
}

static void from_answer(struct verdict *v, const struct kssh_trust_answer *a)
{
	memset(v, 0, sizeof(*v));
	v->verdict = a->is_new ? KSSH_TRUST_UNKNOWN : a->verdict;
	v->may_be_new = a->is_new;
	v->by_dns = a->by_dns;
	v->error = a->error;
	if (a->line <= UINT32_MAX)
		v->line = a->line;
	if (a->file)
		snprintf(v->file, sizeof(v->file), "%s", a->file);
	snprintf(v->ca, sizeof(v->ca), "%s", a->ca);
	if (a->why || a->cert_why)
		snprintf(v->why, sizeof(v->why), "%s", a->why ? a->why : a->cert_why);
}

/* The key is fine: would it be without that of the bare name? */
static bool only_bare(struct judge *j, const struct kssh_trust_query *q)
{
	struct kssh_trust_query exact = *q;
	struct kssh_trust_answer a;
	char name[KSSH_TRUST_NAME_MAX + sizeof("[]:65535")];

	if (q->verbatim || !q->port || q->port == DEFAULT_PORT)
		return false;
	snprintf(name, sizeof(name), "[%s]:%u", q->name, q->port);
	exact.name = name;
	exact.verbatim = true;
	kssh_trust_files_check(j->files, &j->policy, &exact, &a);
	return a.verdict != KSSH_TRUST_OK;
}

void judge_check(struct judge *j, const struct kssh_trust_query *q, struct verdict *v)
{
	struct kssh_trust_answer a;

	kssh_trust_files_check(j->files, &j->policy, q, &a);
	from_answer(v, &a);
	if (v->verdict == KSSH_TRUST_OK)
		v->bare = only_bare(j, q);
}

int judge_watch(struct judge *j)
{
	return kssh_trust_files_watch(j->files);
}

unsigned int judge_refresh(struct judge *j)
{
	return kssh_trust_files_refresh(j->files);
}

int judge_known(struct judge *j, const struct kssh_trust_query *q,
		char types[KSSH_TRUST_TYPES_MAX], bool *ca)
{
	return kssh_trust_files_known(j->files, &j->policy, q, types, ca);
}

int judge_record(struct judge *j, const struct kssh_trust_query *q, struct verdict *v)
{
	struct kssh_trust_answer a;
	int ret = kssh_trust_record(&j->policy, q, &a);

	from_answer(v, &a);
	return ret;
}

/* Which of two answers counts: the larger one. */
static int weight(const struct verdict *v)
{
	switch (v->verdict) {
	case KSSH_TRUST_REVOKED:
		return 6;
	case KSSH_TRUST_REFUSED:
		return 5;
	case KSSH_TRUST_OK:
		/* a key of the bare name counts if nothing is known of the port */
		return v->bare ? 2 : 4;
	case KSSH_TRUST_CHANGED:
		return 3;
	case KSSH_TRUST_UNKNOWN:
		return 1;
	default:
		return 0;
	}
}

void verdict_join(struct verdict *v, const struct verdict *other)
{
	if (weight(other) > weight(v))
		*v = *other;
}

/* Is the word of @n bytes in the list? */
static bool has_type(const char *types, const char *word, size_t n)
{
	size_t len;

	for (; *types; types += len + (types[len] == ',')) {
		len = strcspn(types, ",");
		if (len == n && !memcmp(types, word, n))
			return true;
	}
	return false;
}

void types_join(char *types, const char *more)
{
	size_t used = strlen(types), n;

	for (; *more; more += n + (more[n] == ',')) {
		n = strcspn(more, ",");
		if (!n || has_type(types, more, n) ||
		    used + n + 2 > KSSH_TRUST_TYPES_MAX)
			continue;
		if (used)
			types[used++] = ',';
		memcpy(types + used, more, n);
		used += n;
		types[used] = 0;
	}
}
