// SPDX-License-Identifier: GPL-2.0
/*
 * A server's other keys (UpdateHostKeys): which of them the user's files lack, and
 * which ones there are his no more.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "files.h"
#include "record.h"
#include "rewrite.h"

#define TRIES	5	/* somebody else may write at the same time */

/**
 * struct offered - a key that the server says is its
 * @key: the key
 * @blob: the same as it came
 * @len: its length
 * @usable: no certificate, and one that can be read
 * @held: a line of exactly the name has it
 */
struct offered {
	struct key key;
	const uint8_t *blob;
	size_t len;
	bool usable, held;
};

/* A key that a line of the name has, and the server no more. */
struct old {
	SLIST_ENTRY(old) next;
	struct key key;
	uint8_t *blob;
};

SLIST_HEAD(old_list, old);

/**
 * struct update - what is to be done
 * @policy: whom to believe
 * @query: the server
 * @names: by what it is looked up
 * @keys: its keys
 * @n_keys: how many
 * @old: keys that are to go
 * @complex: a line of the name is not one that ssh writes
 * @elsewhere: a key of the server, or an old one, is another's, too
 */
struct update {
	const struct kssh_trust_policy *policy;
	const struct kssh_trust_query *query;
	struct lookup names;
	struct offered *keys;
	size_t n_keys;
	struct old_list old;
	bool complex, elsewhere;
};

/* ---- lines --------------------------------------------------------------------- */

/**
 * struct known_line - a line with a key
 * @parts: where they are
 * @matches: it names the server
 * @key: the key
 * @is_cert: it is in a certificate
 * @blob: what @key points into, to be freed
 */
struct known_line {
	struct line_parts parts;
	bool matches;
	struct key key;
	bool is_cert;
	uint8_t *blob;
};

/* 1: there is a key, 0: there is none, negative errno. */
static int read_line(const char *p, const char *end, const char *name,
		     struct known_line *line)
{
	size_t len;
	int ret;

	if (!line_split(p, end, &line->parts))
		return 0;
	ret = match_hosts(name, line->parts.hosts,
			  line->parts.hosts_end - line->parts.hosts);
	if (ret == -EINVAL)
		return 0;
	if (ret < 0)
		return ret;
	line->matches = ret;
	return !key_read(line->parts.key, line->parts.end - line->parts.key, &line->blob,
			 &len, &line->key, &line->is_cert);
}

static struct offered *find_offered(const struct update *u, const struct known_line *line)
{
	size_t i;

	for (i = 0; i < u->n_keys && !line->is_cert; i++) {
		if (u->keys[i].usable && key_equal(&u->keys[i].key, &line->key))
			return &u->keys[i];
	}
	return NULL;
}

/* A pattern, or more names than ssh writes into a line: a host and its address. */
static bool is_complex(const struct line_parts *parts)
{
	size_t n = parts->hosts_end - parts->hosts;
	const char *comma = memchr(parts->hosts, ',', n);

	return memchr(parts->hosts, '*', n) || memchr(parts->hosts, '?', n) ||
	       (comma && memchr(comma + 1, ',', parts->hosts_end - comma - 1));
}

static int add_old(struct update *u, struct known_line *line)
{
	struct old *old = malloc(sizeof(*old));

	if (!old)
		return -ENOMEM;
	old->key = line->key;
	old->blob = line->blob;
	line->blob = NULL;
	SLIST_INSERT_HEAD(&u->old, old, next);
	return 0;
}

/* First look at a line: what of the server is there? */
static int look_at(struct update *u, struct known_line *line)
{
	struct offered *o = find_offered(u, line);

	if (!line->matches) {
		u->elsewhere |= !!o;
		return 0;
	}
	if (line->parts.marker != MARKER_NONE || is_complex(&line->parts)) {
		u->complex = true;
		return 0;
	}
	if (!o)
		return add_old(u, line);
	o->held = true;
	return 0;
}

/* Second look: is a key that is to go another's, too? */
static int look_for_old(struct update *u, struct known_line *line)
{
	const struct old *old;

	SLIST_FOREACH(old, &u->old, next) {
		if (!line->matches && !line->is_cert && key_equal(&old->key, &line->key))
			u->elsewhere = true;
	}
	return 0;
}

static int each_known(struct update *u, const char *text, size_t len,
		      int (*fn)(struct update *u, struct known_line *line))
{
	const char *p = text, *end = text + len, *stop;
	struct known_line line;
	int ret = 0;

	for (; p < end && ret >= 0; p = stop + (stop < end)) {
		stop = memchr(p, '\n', end - p) ?: end;
		if (stop - p > KSSH_TRUST_LINE_MAX)
			return -EFBIG;
		line.blob = NULL;
		ret = read_line(p, stop, u->names.name, &line);
		if (ret > 0)
			ret = fn(u, &line);
		free(line.blob);
	}
	return ret < 0 ? ret : 0;
}

static int each_file(struct update *u,
		     int (*fn)(struct update *u, struct known_line *line))
{
	struct stat st;
	char *text;
	size_t len, i;
	int ret = 0;

	for (i = 0; i < u->policy->n_user_files && !ret; i++) {
		ret = file_read(u->policy->files[i], &st, &text, &len);
		if (ret == -ENOENT) {
			ret = 0;
		} else if (!ret) {
			ret = each_known(u, text, len, fn);
			free(text);
		}
	}
	return ret;
}

/* ---- may it be? ------------------------------------------------------------------ */

static bool is_user_file(const struct kssh_trust_policy *policy, const char *file)
{
	size_t i;

	for (i = 0; file && i < policy->n_user_files && i < policy->n_files; i++) {
		if (!strcmp(policy->files[i], file))
			return true;
	}
	return false;
}

/* Is the key that the server has shown one of the user's own, as a plain key? */
static bool may_update(const struct update *u)
{
	struct kssh_trust_policy strict = *u->policy;
	struct kssh_trust_answer a;

	strict.checking = KSSH_TRUST_STRICT;
	kssh_trust_check(&strict, u->query, &a);
	return a.verdict == KSSH_TRUST_OK && !a.by_dns && !*a.ca &&
	       is_user_file(u->policy, a.file);
}

static int check_revoked(const struct update *u, const struct offered *o)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < u->policy->n_revoked_files && !ret; i++)
		ret = kssh_trust_revoked_check(u->policy->revoked_files[i], o->blob,
					       o->len, NULL);
	return ret > 0 ? -EKEYREVOKED : ret;
}

/* Certificates and what cannot be read are passed over, as ssh does. */
static int take_key(struct update *u, struct offered *o, const struct kssh_trust_key *key)
{
	const struct offered *before;

	o->blob = key->blob;
	o->len = key->len;
	o->usable = key->len <= KSSH_TRUST_KEY_MAX &&
		    !key_parse(o->blob, o->len, &o->key) &&
		    !(key_is_rsa(&o->key) && key_bits(&o->key) < u->policy->rsa_min_bits);
	if (!o->usable)
		return 0;
	for (before = u->keys; before < o; before++) {
		if (before->usable && key_equal(&before->key, &o->key))
			return -EINVAL;
	}
	return check_revoked(u, o);
}

static void end(struct update *u)
{
	struct old *old;

	while ((old = SLIST_FIRST(&u->old))) {
		SLIST_REMOVE_HEAD(&u->old, next);
		free(old->blob);
		free(old);
	}
	free(u->keys);
}

static bool any_new(const struct update *u)
{
	size_t i;

	for (i = 0; i < u->n_keys; i++) {
		if (u->keys[i].usable && !u->keys[i].held)
			return true;
	}
	return false;
}

/* Find out what is to be done.  end() is due if it succeeds. */
static int begin(struct update *u, const struct kssh_trust_policy *policy,
		 const struct kssh_trust_query *query, const struct kssh_trust_key *keys,
		 size_t n_keys)
{
	size_t i;
	int ret;

	*u = (struct update){ .policy = policy, .query = query, .n_keys = n_keys };
	SLIST_INIT(&u->old);
	if (lookup_names(query, &u->names) || !name_is_plain(query->name) ||
	    !is_user_file(policy, policy->write_file))
		return -EINVAL;
	u->keys = calloc(n_keys ?: 1, sizeof(*u->keys));
	ret = u->keys ? 0 : -ENOMEM;
	for (i = 0; i < n_keys && !ret; i++)
		ret = take_key(u, &u->keys[i], &keys[i]);
	if (!ret && !may_update(u))
		ret = -EPERM;
	if (!ret)
		ret = each_file(u, look_at);
	if (!ret && (any_new(u) || !SLIST_EMPTY(&u->old))) {
		if (!u->complex && !u->elsewhere)
			ret = each_file(u, look_for_old);
		if (!ret && (u->complex || u->elsewhere))
			ret = -EPERM;
	}
	if (ret)
		end(u);
	return ret;
}

int kssh_trust_update_look(const struct kssh_trust_policy *policy,
			   const struct kssh_trust_query *query,
			   const struct kssh_trust_key *keys, size_t n_keys,
			   bool *is_new)
{
	struct update u;
	size_t i;
	int ret = begin(&u, policy, query, keys, n_keys);

	if (ret)
		return ret;
	for (i = 0; i < n_keys; i++)
		is_new[i] = u.keys[i].usable && !u.keys[i].held;
	end(&u);
	return 0;
}

/* ---- writing ------------------------------------------------------------------------ */

/* Copy what stays.  Whether a line stays is found out again: this is another text. */
static int copy_lines(struct update *u, const struct rewrite *r, FILE *out, bool *changed)
{
	const char *p = r->text, *stop, *end = p + r->len;
	struct known_line line;
	bool drop;
	int ret;

	for (; p < end; p = stop) {
		stop = memchr(p, '\n', end - p);
		stop = stop ? stop + 1 : end;
		line.blob = NULL;
		ret = read_line(p, stop[-1] == '\n' ? stop - 1 : stop, u->names.name,
				&line);
		drop = ret > 0 && line.matches && line.parts.marker == MARKER_NONE &&
		       !find_offered(u, &line);
		free(line.blob);
		if (ret < 0)
			return ret;
		if (drop)
			*changed = true;
		else
			fwrite(p, 1, stop - p, out);
	}
	return 0;
}

static int add_keys(const struct update *u, const struct rewrite *r, FILE *out)
{
	bool newline = r->len && r->text[r->len - 1] != '\n';
	struct entry e = { .hash = u->policy->hash_names };
	const struct offered *o;
	char *line;

	strcpy(e.name, u->names.name);
	for (o = u->keys; o < u->keys + u->n_keys; o++) {
		if (!o->usable || o->held)
			continue;
		e.type = o->key.type->name;
		key_blob(&o->key, e.blob, &e.len);
		line = entry_line(&e, -1, newline);
		if (!line)
			return -ENOMEM;
		fputs(line, out);
		free(line);
		newline = false;
	}
	return 0;
}

static int update_file(struct update *u, const char *path)
{
	bool add = !strcmp(path, u->policy->write_file) && any_new(u), changed = add;
	struct rewrite r;
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	ret = rewrite_begin(&r, path);
	out = open_memstream(&text, &len);
	if (!ret && !out)
		ret = -ENOMEM;
	if (!ret)
		ret = copy_lines(u, &r, out, &changed);
	if (!ret && add)
		ret = add_keys(u, &r, out);
	if (out && fclose(out) && !ret)
		ret = -ENOMEM;
	if (!ret && changed)
		ret = rewrite_commit(&r, text, len);
	free(text);
	rewrite_end(&r);
	return ret;
}

/* New keys first: whatever comes between, the server stays known. */
static int update_files(struct update *u)
{
	const struct kssh_trust_policy *policy = u->policy;
	int ret = update_file(u, policy->write_file);
	size_t i;

	for (i = 0; i < policy->n_user_files && !ret; i++) {
		if (strcmp(policy->files[i], policy->write_file))
			ret = update_file(u, policy->files[i]);
	}
	return ret;
}

int kssh_trust_update(const struct kssh_trust_policy *policy,
		      const struct kssh_trust_query *query,
		      const struct kssh_trust_key *keys, size_t n_keys)
{
	struct update u;
	int ret, i;

	for (i = 0; i < TRIES; i++) {
		ret = begin(&u, policy, query, keys, n_keys);
		if (ret)
			return ret;
		if (any_new(&u) || !SLIST_EMPTY(&u.old))
			ret = update_files(&u);
		end(&u);
		if (ret != -EAGAIN)
			return ret;
	}
	return ret;
}
