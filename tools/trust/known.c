// SPDX-License-Identifier: GPL-2.0
/* What is known of a name before a key is seen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "internal.h"

/* A key of the files; its fields stand behind it. */
struct held {
	SLIST_ENTRY(held) next;
	struct key key;
	uint8_t bytes[];
};

SLIST_HEAD(held_list, held);

/**
 * struct gathered - what the lines say
 * @plain: keys that are known
 * @revoked: keys that are not to be believed
 * @error: a negative errno if something is missing here
 */
struct gathered {
	struct held_list plain, revoked;
	int error;
};

static struct held *copy(const struct key *key)
{
	size_t n = 0, i;
	struct held *h;

	for (i = 0; i < KEY_FIELDS_MAX; i++)
		n += key->len[i];
	h = malloc(sizeof(*h) + n);
	if (!h)
		return NULL;
	h->key = *key;
	for (i = 0, n = 0; i < KEY_FIELDS_MAX; i++) {
		if (key->len[i])
			memcpy(h->bytes + n, key->field[i], key->len[i]);
		h->key.field[i] = h->bytes + n;
		n += key->len[i];
	}
	return h;
}

static void gather(const struct host_line *line, void *arg)
{
	struct gathered *g = arg;
	struct held *h;

	if (line->marker == MARKER_CA)
		return;
	h = copy(&line->key);
	if (!h)
		g->error = -ENOMEM;
	else if (line->marker == MARKER_REVOKED)
		SLIST_INSERT_HEAD(&g->revoked, h, next);
	else
		SLIST_INSERT_HEAD(&g->plain, h, next);
}

static void forget(struct held_list *list)
{
	struct held *h;

	while ((h = SLIST_FIRST(list))) {
		SLIST_REMOVE_HEAD(list, next);
		free(h);
	}
}

/* Lines of all files that name @name.  0 or a negative errno. */
static int gather_all(const struct kssh_trust_policy *policy, const char *name,
		      struct gathered *g)
{
	unsigned long line;
	size_t i;
	int ret;
	FILE *f;

	for (i = 0; i < policy->n_files; i++) {
		ret = hostfile_open(policy->files[i], &f);
		if (ret == -ENOENT)
			continue;
		if (!ret) {
			ret = hostfile_each(f, name, gather, g, &line);
			fclose(f);
		}
		if (ret)
			return ret;
	}
	return g->error;
}

static bool is_revoked(const struct gathered *g, const struct key *key)
{
	const struct held *h;

	SLIST_FOREACH(h, &g->revoked, next) {
		if (key_equal(&h->key, key))
			return true;
	}
	return false;
}

static bool listed(const char *types, const char *name)
{
	size_t n = strlen(name), len;

	for (; *types; types += len + !!types[len]) {
		len = strcspn(types, ",");
		if (len == n && !memcmp(types, name, n))
			return true;
	}
	return false;
}

static void list_types(const struct gathered *g, char *types)
{
	const struct held *h;
	size_t n = 0;

	SLIST_FOREACH(h, &g->plain, next) {
		const char *name = h->key.type->name;

		if (listed(types, name) || is_revoked(g, &h->key) ||
		    n + 1 + strlen(name) >= KSSH_TRUST_TYPES_MAX)
			continue;
		if (n)
			types[n++] = ',';
		strcpy(types + n, name);
		n += strlen(name);
	}
}

int kssh_trust_known(const struct kssh_trust_policy *policy,
		     const struct kssh_trust_query *query,
		     char types[KSSH_TRUST_TYPES_MAX], bool *ca)
{
	struct kssh_trust_query bare = *query;
	struct gathered g = { .error = 0 };
	char name[LOOKUP_MAX];
	int ret;

	SLIST_INIT(&g.plain);
	SLIST_INIT(&g.revoked);
	bare.verbatim = true;
	*types = 0;
	if (ca)
		*ca = false;	/* certificates are refused so far */
	ret = lookup_name(query, name);
	if (!ret)
		ret = gather_all(policy, name, &g);
	if (!ret)
		list_types(&g, types);
	/* as with the verdict; what is revoked for the one is for the other */
	if (!ret && !*types)
		ret = lookup_name(&bare, name) ?: gather_all(policy, name, &g);
	if (!ret && !*types)
		list_types(&g, types);
	if (ret)
		*types = 0;
	forget(&g.plain);
	forget(&g.revoked);
	return ret;
}
