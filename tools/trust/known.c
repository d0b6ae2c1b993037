// SPDX-License-Identifier: GPL-2.0
/* What is known of a name before a key is seen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "files.h"
#include "search.h"

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
 * @ca: keys of authorities
 * @revoked: keys that are not to be believed
 * @error: a negative errno if something is missing here
 */
struct gathered {
	struct held_list plain, ca, revoked;
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

static void gather(const char *file, const struct host_line *line, void *arg)
{
	struct gathered *g = arg;
	struct held *h;

	(void)file;
	/* a certificate in place of a key is no key that a server could show */
	if (line->is_cert && line->marker == MARKER_NONE)
		return;
	h = copy(&line->key);
	if (!h)
		g->error = -ENOMEM;
	else if (line->marker == MARKER_REVOKED)
		SLIST_INSERT_HEAD(&g->revoked, h, next);
	else if (line->marker == MARKER_CA)
		SLIST_INSERT_HEAD(&g->ca, h, next);
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

static bool ca_known(const struct gathered *g)
{
	const struct held *h;

	SLIST_FOREACH(h, &g->ca, next) {
		if (!is_revoked(g, &h->key))
			return true;
	}
	return false;
}

int kssh_trust_files_known(struct kssh_trust_files *files,
			   const struct kssh_trust_policy *policy,
			   const struct kssh_trust_query *query,
			   char types[KSSH_TRUST_TYPES_MAX], bool *ca)
{
	struct gathered g = { .error = 0 };
	struct lookup names;
	struct place where;
	bool any_ca = false;
	int ret;

	SLIST_INIT(&g.plain);
	SLIST_INIT(&g.ca);
	SLIST_INIT(&g.revoked);
	*types = 0;
	ret = lookup_names(query, &names);
	if (!ret)
		ret = each_line(files, policy, query, names.name, gather, &g, &where) ?:
		      g.error;
	if (!ret) {
		list_types(&g, types);
		any_ca = ca_known(&g);
	}
	/* as with the verdict; what is revoked for the one is for the other */
	if (!ret && !*types && !any_ca && *names.bare) {
		ret = each_line(files, policy, NULL, names.bare, gather, &g, &where) ?:
		      g.error;
		list_types(&g, types);
		any_ca = ca_known(&g);
	}
	if (ret)
		*types = 0;
	if (ca)
		*ca = any_ca && !ret;
	forget(&g.plain);
	forget(&g.ca);
	forget(&g.revoked);
	return ret;
}

int kssh_trust_known(const struct kssh_trust_policy *policy,
		     const struct kssh_trust_query *query,
		     char types[KSSH_TRUST_TYPES_MAX], bool *ca)
{
	struct kssh_trust_files *files = kssh_trust_files_new();
	int ret;

	if (files) {
		ret = kssh_trust_files_known(files, policy, query, types, ca);
	} else {
		*types = 0;
		ret = -ENOMEM;
	}
	kssh_trust_files_free(files);
	return ret;
}
