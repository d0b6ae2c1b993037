// SPDX-License-Identifier: GPL-2.0
/* What all known_hosts files of a policy say of a name. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "search.h"

/* A function of lines and what it is to be called with. */
struct visit {
	void (*fn)(const char *file, const struct host_line *line, void *arg);
	const char *file;
	void *arg;
};

static void visit(const struct host_line *line, void *arg)
{
	struct visit *v = arg;

	v->fn(v->file, line, v->arg);
}

/* Lines that come with the question are there for one question only. */
static int each_own_line(const struct kssh_trust_query *query, const char *name,
			 struct visit *v, unsigned long *line)
{
	struct index *index;
	char *copy;
	int ret;

	*line = 0;
	if (query->lines_len > KSSH_TRUST_FILE_MAX)
		return -EFBIG;
	copy = malloc(query->lines_len + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, query->lines, query->lines_len);
	ret = index_new(copy, query->lines_len, &index, line);
	if (!ret)
		ret = index_each(index, name, visit, v);
	index_free(index);
	return ret;
}

int each_line(struct kssh_trust_files *files, const struct kssh_trust_policy *policy,
	      const struct kssh_trust_query *query, const char *name,
	      void (*fn)(const char *file, const struct host_line *line, void *arg),
	      void *arg, struct place *where)
{
	struct visit v = { .fn = fn, .arg = arg };
	struct index *index;
	size_t i;
	int ret;

	for (i = 0; i < policy->n_files; i++) {
		v.file = policy->files[i];
		where->file = v.file;
		ret = files_hosts(files, v.file, &index, &where->line);
		if (ret == -ENOENT)
			continue;
		if (!ret)
			ret = index_each(index, name, visit, &v);
		if (ret)
			return ret;
	}
	if (!query || !query->lines)
		return 0;
	v.file = kssh_trust_lines_file;
	where->file = v.file;
	return each_own_line(query, name, &v, &where->line);
}

static void look_at(const char *file, const struct host_line *line, void *arg)
{
	struct search *s = arg;
	struct place here = { file, line->number };
	bool by_key = key_equal(s->key, &line->key);
	bool by_ca = s->ca && key_equal(s->ca, &line->key);

	switch (line->marker) {
	case MARKER_NONE:
		/* a certificate is not the key in it, as ssh has it */
		if (!by_key || line->is_cert)
			s->changed = here;
		else if (!s->known.file)
			s->known = here;
		break;
	case MARKER_CA:
		if (by_ca && !s->ca_known.file)
			s->ca_known = here;
		break;
	case MARKER_REVOKED:
		if ((by_key || by_ca) && !s->revoked.file) {
			s->revoked = here;
			s->by_ca = !by_key;
		}
		break;
	}
}

int search_name(struct kssh_trust_files *files, const struct kssh_trust_policy *policy,
		const struct kssh_trust_query *query, const char *name, struct search *s,
		struct place *where)
{
	return each_line(files, policy, query, name, look_at, s, where);
}
