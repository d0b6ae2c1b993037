// SPDX-License-Identifier: GPL-2.0
/* From the lines of the files to a verdict. */
#include <errno.h>
#include <string.h>

#include "internal.h"

#define DEFAULT_PORT	22

const char *kssh_trust_verdict_name(enum kssh_trust_verdict verdict)
{
	switch (verdict) {
	case KSSH_TRUST_OK:
		return "ok";
	case KSSH_TRUST_UNKNOWN:
		return "unknown";
	case KSSH_TRUST_CHANGED:
		return "changed";
	case KSSH_TRUST_REVOKED:
		return "revoked";
	case KSSH_TRUST_REFUSED:
		return "refused";
	}
	return "?";
}

/* ---- names -------------------------------------------------------------- */

/* Lower case, and "[name]:port" where @port is not the usual one. */
static int lookup_text(const char *name, unsigned int port, char out[LOOKUP_MAX])
{
	size_t n = strlen(name);
	char *p;

	if (!n || n > KSSH_TRUST_NAME_MAX)
		return -EINVAL;
	for (p = (char *)name; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return -EINVAL;
	}
	if (port && port != DEFAULT_PORT)
		snprintf(out, LOOKUP_MAX, "[%s]:%u", name, port);
	else
		snprintf(out, LOOKUP_MAX, "%s", name);
	for (p = out; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	}
	return 0;
}

int lookup_name(const struct kssh_trust_query *query, char out[LOOKUP_MAX])
{
	return lookup_text(query->name, query->verbatim ? 0 : query->port, out);
}

bool name_is_plain(const char *name)
{
	return !strpbrk(name, "*?!,|[]") && *name != '@' && *name != '#';
}

/* ---- the verdict -------------------------------------------------------- */

/**
 * struct search - what the lines of the files add up to
 * @key: key that is looked for
 * @file: file that is being read
 * @ok: a line has the key
 * @changed: a line has another key
 * @revoked: a line says that the key is revoked
 *
 * Of each the place that is reported: the first line that knows or revokes the
 * key, the last one that does not know it.
 */
struct search {
	const struct key *key;
	const char *file;
	struct place {
		const char *file;
		unsigned long line;
	} ok, changed, revoked;
};

static void look_at(const struct host_line *line, void *arg)
{
	struct search *s = arg;
	struct place here = { s->file, line->number };
	bool equal = key_equal(s->key, &line->key);

	switch (line->marker) {
	case MARKER_NONE:
		if (equal && !s->ok.file)
			s->ok = here;
		else if (!equal)
			s->changed = here;
		break;
	case MARKER_REVOKED:
		if (equal && !s->revoked.file)
			s->revoked = here;
		break;
	case MARKER_CA:
		break;
	}
}

static void refuse(struct kssh_trust_answer *a, const char *why)
{
	a->verdict = KSSH_TRUST_REFUSED;
	a->why = why;
}

/* Read all files.  False if one cannot be, which *a then tells. */
static bool search_files(const struct kssh_trust_policy *policy, const char *name,
			 struct search *s, struct kssh_trust_answer *a)
{
	unsigned long line;
	FILE *f;
	size_t i;
	int ret;

	for (i = 0; i < policy->n_files; i++) {
		s->file = policy->files[i];
		line = 0;
		ret = hostfile_open(s->file, &f);
		if (ret == -ENOENT)
			continue;
		if (!ret) {
			ret = hostfile_each(f, name, look_at, s, &line);
			fclose(f);
		}
		if (!ret)
			continue;
		refuse(a, ret == -EFBIG ? "a line is too long" :
					  "the file cannot be read");
		a->file = s->file;
		a->line = line;
		a->error = -ret;
		return false;
	}
	return true;
}

static void answer_place(struct kssh_trust_answer *a, enum kssh_trust_verdict verdict,
			 const struct place *p)
{
	a->verdict = verdict;
	a->file = p->file;
	a->line = p->line;
}

static void check_name(const struct kssh_trust_policy *policy, const char *name,
		       const struct key *key, struct kssh_trust_answer *a)
{
	struct search s = { .key = key };

	memset(a, 0, sizeof(*a));
	if (!search_files(policy, name, &s, a))
		return;
	if (s.revoked.file)
		answer_place(a, KSSH_TRUST_REVOKED, &s.revoked);
	else if (s.ok.file)
		answer_place(a, KSSH_TRUST_OK, &s.ok);
	else if (s.changed.file)
		answer_place(a, KSSH_TRUST_CHANGED, &s.changed);
	else
		a->verdict = KSSH_TRUST_UNKNOWN;
}

void kssh_trust_check(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *a)
{
	char with_port[LOOKUP_MAX], bare[LOOKUP_MAX];
	struct kssh_trust_answer fallback;
	struct key key;

	memset(a, 0, sizeof(*a));
	if (lookup_name(query, with_port) || lookup_text(query->name, 0, bare)) {
		refuse(a, "that is no host name");
		return;
	}
	if (cert_is_one(query->key, query->key_len)) {
		refuse(a, "host certificates are not supported");
		return;
	}
	if (query->key_len > KSSH_TRUST_KEY_MAX ||
	    key_parse(query->key, query->key_len, &key)) {
		refuse(a, "that is no public key");
		return;
	}

	check_name(policy, with_port, &key, a);
	if (a->verdict == KSSH_TRUST_UNKNOWN && strcmp(with_port, bare)) {
		check_name(policy, bare, &key, &fallback);
		/* What is known of the bare name says nothing of another port. */
		if (fallback.verdict != KSSH_TRUST_CHANGED)
			*a = fallback;
	}
	if (a->verdict == KSSH_TRUST_UNKNOWN &&
	    policy->checking >= KSSH_TRUST_ACCEPT_NEW &&
	    name_is_plain(query->name)) {
		a->verdict = KSSH_TRUST_OK;
		a->is_new = true;
	}
}
