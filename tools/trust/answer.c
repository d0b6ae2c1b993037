// SPDX-License-Identifier: GPL-2.0
/* From the lines of the files to a verdict. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "files.h"
#include "search.h"

const char *const kssh_trust_lines_file = "KnownHostsCommand";

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

/**
 * struct question - a query, understood
 * @files: where files are kept
 * @policy: whom to believe
 * @query: who is asked for
 * @names: by what it is looked up
 * @cert: the certificate, if it is one
 * @is_cert: it is
 * @key: the key, or that of the certificate
 */
struct question {
	struct kssh_trust_files *files;
	const struct kssh_trust_policy *policy;
	const struct kssh_trust_query *query;
	struct lookup names;
	struct cert cert;
	bool is_cert;
	struct key key;
};

static bool refuse(struct kssh_trust_answer *a, const char *why)
{
	a->verdict = KSSH_TRUST_REFUSED;
	a->why = why;
	return false;
}

static void refuse_file(struct kssh_trust_answer *a, const struct place *where, int error)
{
	refuse(a, error == -EFBIG && where->line ? "a line is too long" :
		  error == -EFBIG ? "the file is too long" : "the file cannot be read");
	a->file = where->file;
	a->line = where->line;
	a->error = -error;
}

static void answer_place(struct kssh_trust_answer *a, enum kssh_trust_verdict verdict,
			 const struct place *p)
{
	a->verdict = verdict;
	a->file = p->file;
	a->line = p->line;
}

/* ---- the key ----------------------------------------------------------- */

/* Understand the question.  False if it is none, which *a then tells. */
static bool read_question(struct question *q, struct kssh_trust_answer *a)
{
	const struct kssh_trust_query *query = q->query;
	int ret;

	if (lookup_names(query, &q->names))
		return refuse(a, "that is no host name");
	if (query->key_len > KSSH_TRUST_KEY_MAX)
		return refuse(a, "that is no public key");
	q->is_cert = cert_is_one(query->key, query->key_len);
	if (q->is_cert) {
		ret = cert_parse(query->key, query->key_len, &q->cert);
		q->key = q->cert.key;
	} else {
		ret = key_parse(query->key, query->key_len, &q->key);
	}
	if (ret == -ERANGE || (!ret && key_is_rsa(&q->key) &&
			       key_bits(&q->key) < q->policy->rsa_min_bits))
		return refuse(a, "the RSA key is too short");
	if (ret)
		return refuse(a, q->is_cert ? "that is no certificate" :
					      "that is no public key");
	ret = q->is_cert ? cert_verify(&q->cert) : 0;
	if (ret)
		return refuse(a, ret == -EIO ? "libcrypto failed" :
				 "the signature of the certificate is not good");
	return true;
}

static void put_ca(const struct question *q, struct kssh_trust_answer *a)
{
	if (kssh_trust_fingerprint(q->cert.ca_blob, q->cert.ca_len, a->ca, sizeof(a->ca)))
		strcpy(a->ca, "?");
}

/* Is the key on one of the policy's lists?  False if *a says so. */
static bool check_lists(const struct question *q, struct kssh_trust_answer *a)
{
	const struct revoked *list;
	struct place where;
	size_t i;
	int ret;

	for (i = 0; i < q->policy->n_revoked_files; i++) {
		where = (struct place){ q->policy->revoked_files[i], 0 };
		ret = files_revoked(q->files, where.file, &list);
		if (!ret)
			ret = revoked_find(list, q->query->key, q->query->key_len,
					   &where.line);
		if (ret > 0)
			answer_place(a, KSSH_TRUST_REVOKED, &where);
		else if (ret < 0)
			refuse_file(a, &where, ret);
		if (ret)
			return false;
	}
	return true;
}

/* ---- what is known ----------------------------------------------------- */

/* What the files say of a name.  False if one cannot be read, which *a then tells. */
static bool search(const struct question *q, const char *name, bool with_lines,
		   struct search *s, struct kssh_trust_answer *a)
{
	struct place where;
	int ret;

	*s = (struct search){ .key = &q->key, .ca = q->is_cert ? &q->cert.ca : NULL };
	ret = search_name(q->files, q->policy, with_lines ? q->query : NULL, name, s,
			  &where);
	if (ret)
		refuse_file(a, &where, ret);
	return !ret;
}

static const char *fault(const struct question *q)
{
	const struct kssh_trust_query *query = q->query;
	const char *algorithms = q->policy->ca_algorithms ?: KSSH_TRUST_CA_ALGORITHMS;
	const char *name = query->verbatim ? query->name :
			   *q->names.bare ? q->names.bare : q->names.name;

	if (key_is_rsa(&q->cert.ca) && key_bits(&q->cert.ca) < q->policy->rsa_min_bits)
		return "the RSA key of the authority is too short";
	return cert_fault(&q->cert, name, query->now ?: (uint64_t)time(NULL), algorithms);
}

/* Does the certificate count?  If not, a->cert_why says why. */
static bool certified(const struct question *q, const struct search *named,
		      const struct search *bare, struct kssh_trust_answer *a)
{
	const struct place *ca = named->ca_known.file ? &named->ca_known :
							&bare->ca_known;

	if (!q->is_cert)
		return false;
	a->cert_why = ca->file ? fault(q) : "no such authority is known for the name";
	if (a->cert_why)
		return false;
	answer_place(a, KSSH_TRUST_OK, ca);
	put_ca(q, a);
	return true;
}

static bool revoked(const struct question *q, const struct search *s,
		    struct kssh_trust_answer *a)
{
	if (!s->revoked.file)
		return false;
	answer_place(a, KSSH_TRUST_REVOKED, &s->revoked);
	if (s->by_ca)
		put_ca(q, a);
	return true;
}

static void judge(const struct question *q, const struct search *named,
		  const struct search *bare, struct kssh_trust_answer *a)
{
	if (revoked(q, named, a) || revoked(q, bare, a) || certified(q, named, bare, a))
		return;
	if (named->known.file)
		answer_place(a, KSSH_TRUST_OK, &named->known);
	else if (named->changed.file)
		answer_place(a, KSSH_TRUST_CHANGED, &named->changed);
	else if (bare->known.file)
		answer_place(a, KSSH_TRUST_OK, &bare->known);
	else	/* other keys of the bare name say nothing of another port */
		a->verdict = KSSH_TRUST_UNKNOWN;
}

/* ---- the answer -------------------------------------------------------- */

static void apply_checking(const struct question *q, struct kssh_trust_answer *a)
{
	enum kssh_trust_checking checking = q->policy->checking;

	if (a->verdict == KSSH_TRUST_UNKNOWN && checking >= KSSH_TRUST_ACCEPT_NEW &&
	    name_is_plain(q->query->name)) {
		a->verdict = KSSH_TRUST_OK;
		a->is_new = true;
	}
	a->may_go_on = checking == KSSH_TRUST_OFF && (a->verdict == KSSH_TRUST_CHANGED ||
						      a->verdict == KSSH_TRUST_REVOKED);
}

static void answer(struct question *q, struct kssh_trust_answer *a)
{
	const struct kssh_trust_fingerprints *dns = &q->query->fingerprints;
	struct search named, bare = { 0 };

	memset(a, 0, sizeof(*a));
	if (!read_question(q, a) || !check_lists(q, a))
		return;
	a->dns_match = q->policy->dns != KSSH_TRUST_DNS_NO && dns->found && dns->match;
	if (q->policy->dns == KSSH_TRUST_DNS_YES && a->dns_match && dns->secure) {
		a->verdict = KSSH_TRUST_OK;
		a->by_dns = true;
		return;
	}
	if (!search(q, q->names.name, true, &named, a) ||
	    (*q->names.bare && !search(q, q->names.bare, false, &bare, a)))
		return;
	judge(q, &named, &bare, a);
	apply_checking(q, a);
}

void kssh_trust_files_check(struct kssh_trust_files *files,
			    const struct kssh_trust_policy *policy,
			    const struct kssh_trust_query *query,
			    struct kssh_trust_answer *a)
{
	struct question q = { .files = files, .policy = policy, .query = query };

	answer(&q, a);
}

void kssh_trust_check(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      struct kssh_trust_answer *a)
{
	struct kssh_trust_files *files = kssh_trust_files_new();

	if (files) {
		kssh_trust_files_check(files, policy, query, a);
	} else {
		memset(a, 0, sizeof(*a));
		refuse(a, "no memory");
	}
	kssh_trust_files_free(files);
}
