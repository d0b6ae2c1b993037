// SPDX-License-Identifier: GPL-2.0
/*
 * The lines of a known_hosts file, to be found by name.  Anybody may have written
 * anything into it, so no order of names makes it slow: plain ones are sorted, not
 * hashed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "index.h"

#define BUCKETS	256

/* ---- what is kept ------------------------------------------------------ */

/**
 * struct line - a line that may hold a key; offsets into the text
 * @hosts: start of the host field
 * @hosts_end: its end; the key follows
 * @end: end of the line, or the first NUL in it, where OpenSSH stops to read
 * @number: from 1
 * @marker: enum marker
 */
struct line {
	uint32_t hosts, hosts_end, end;
	uint32_t number : 30, marker : 2;
};

/* A plain name in a host field. */
struct name {
	uint32_t at, len, line;
};

struct hashed {
	uint8_t salt[HASH_LEN], mac[HASH_LEN];
	uint32_t line;
};

/* What came of trying all hashed names. */
struct tried {
	LIST_ENTRY(tried) in_bucket;
	TAILQ_ENTRY(tried) in_order;
	char *name;
	uint32_t *lines;
	size_t n;
};

TAILQ_HEAD(order, tried);
LIST_HEAD(bucket, tried);

struct array {
	void *v;
	size_t n, room;
};

/**
 * struct index - a file's lines
 * @text: the file
 * @len: its length
 * @lines: struct line: those that may hold a key, in order
 * @names: struct name: plain names, sorted
 * @odd: uint32_t: lines with patterns, to be tried one by one
 * @hashed: struct hashed: lines with a hashed name
 * @tried: names that these were tried with
 * @buckets: the same, by name
 * @n_tried: how many
 */
struct index {
	char *text;
	size_t len;
	struct array lines, names, odd, hashed;
	struct order tried;
	struct bucket buckets[BUCKETS];
	size_t n_tried;
};

/* Add a value to an array; false: no memory. */
static bool put(struct array *a, const void *value, size_t size)
{
	void *more;

	if (a->n == a->room) {
		more = reallocarray(a->v, a->room * 2 + 64, size);
		if (!more)
			return false;
		a->v = more;
		a->room = a->room * 2 + 64;
	}
	memcpy((char *)a->v + a->n++ * size, value, size);
	return true;
}

static const struct line *line_at(const struct index *ix, uint32_t i)
{
	return (const struct line *)ix->lines.v + i;
}

/* ---- reading ----------------------------------------------------------- */

static const char *skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static const char *skip_word(const char *p, const char *end)
{
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	return p;
}

static bool is_word(const char *p, const char *end, const char *word)
{
	return end - p == (ptrdiff_t)strlen(word) && !memcmp(p, word, end - p);
}

/* The marker at *p, which is moved behind it; false if it is none that we know. */
static bool take_marker(const char **p, const char *end, enum marker *marker)
{
	const char *stop;

	*marker = MARKER_NONE;
	if (*p == end || **p != '@')
		return true;
	/* It ends at a blank; only where no blank follows at all, at a tab. */
	stop = memchr(*p, ' ', end - *p) ?: memchr(*p, '\t', end - *p);
	if (!stop)
		return false;
	if (is_word(*p, stop, "@cert-authority"))
		*marker = MARKER_CA;
	else if (is_word(*p, stop, "@revoked"))
		*marker = MARKER_REVOKED;
	else
		return false;
	*p = skip_blank(stop, end);
	return *p == end || **p != '@';		/* one marker only */
}

/* Does a key's text start as one?  Whether it is one is seen when it is wanted. */
static bool may_be_key(const char *p, const char *end)
{
	const char *type_end = skip_word(p, end);

	return skip_blank(type_end, end) < end &&
	       (key_type_by_name(p, type_end - p) || key_type_of_cert(p, type_end - p));
}

/* Are all names in a host field just names?  Then each is put into the index. */
static int add_names(struct index *ix, const char *p, const char *end, uint32_t line)
{
	size_t before = ix->names.n;
	const char *comma;
	struct name name;

	for (; p < end; p = comma + (comma < end)) {
		comma = memchr(p, ',', end - p) ?: end;
		if (comma == p)
			continue;
		if (*p == '!' || comma - p >= MATCH_PATTERN_MAX ||
		    memchr(p, '*', comma - p) || memchr(p, '?', comma - p)) {
			ix->names.n = before;
			return 0;
		}
		name = (struct name){ p - ix->text, comma - p, line };
		if (!put(&ix->names, &name, sizeof(name)))
			return -ENOMEM;
	}
	return 1;
}

static int add_hosts(struct index *ix, const char *p, const char *end, uint32_t line)
{
	struct hashed h = { .line = line };
	int ret;

	if (p < end && *p == '|') {
		if (match_read_hashed(p, end - p, h.salt, h.mac))
			return 0;
		return put(&ix->hashed, &h, sizeof(h)) ? 0 : -ENOMEM;
	}
	ret = add_names(ix, p, end, line);
	if (ret)
		return ret < 0 ? ret : 0;
	return put(&ix->odd, &line, sizeof(line)) ? 0 : -ENOMEM;
}

bool line_split(const char *p, const char *end, struct line_parts *parts)
{
	const char *nul = memchr(p, 0, end - p);

	if (nul)
		end = nul;
	p = skip_blank(p, end);
	if (p == end || *p == '#' || !take_marker(&p, end, &parts->marker))
		return false;
	parts->hosts = p;
	parts->hosts_end = skip_word(p, end);
	parts->key = skip_blank(parts->hosts_end, end);
	parts->end = end;
	return may_be_key(parts->key, end);
}

static int add_line(struct index *ix, const char *p, const char *end, unsigned long number)
{
	struct line_parts parts;
	struct line line;

	if (!line_split(p, end, &parts))
		return 0;
	line = (struct line){ parts.hosts - ix->text, parts.hosts_end - ix->text,
			      parts.end - ix->text, number, parts.marker };
	if (!put(&ix->lines, &line, sizeof(line)))
		return -ENOMEM;
	return add_hosts(ix, parts.hosts, parts.hosts_end, ix->lines.n - 1);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Order of a name of the text and one in lower case. */
static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t i;

	for (i = 0; i < a_len && i < b_len; i++) {
		if (fold(a[i]) != fold(b[i]))
			return (unsigned char)fold(a[i]) < (unsigned char)fold(b[i]) ? -1 : 1;
	}
	return a_len < b_len ? -1 : a_len > b_len;
}

static int compare_names(const void *a, const void *b, void *text)
{
	const struct name *x = a, *y = b;
	int ret = compare((char *)text + x->at, x->len, (char *)text + y->at, y->len);

	return ret ?: (x->line < y->line ? -1 : x->line > y->line);
}

/**
 * index_new - index a known_hosts file
 * @text: allocated; belongs to the index afterwards, also if this fails
 * @len: its length, at most KSSH_TRUST_FILE_MAX
 * @out: gets the index, or NULL
 * @line: gets the line that is too long
 *
 * Return: 0, -EFBIG for a line that is too long, -ENOMEM.
 */
int index_new(char *text, size_t len, struct index **out, unsigned long *line)
{
	struct index *ix = calloc(1, sizeof(*ix));
	const char *p = text, *end = text + len, *stop;
	int ret = 0;

	*line = 0;
	*out = NULL;
	if (!ix) {
		free(text);
		return -ENOMEM;
	}
	ix->text = text;
	ix->len = len;
	TAILQ_INIT(&ix->tried);
	for (; p < end && !ret; p = stop + (stop < end)) {
		++*line;
		stop = memchr(p, '\n', end - p) ?: end;
		if (stop - p > KSSH_TRUST_LINE_MAX)
			ret = -EFBIG;
		else
			ret = add_line(ix, p, stop, *line);
	}
	if (ret) {
		index_free(ix);
		return ret;
	}
	if (ix->names.n)
		qsort_r(ix->names.v, ix->names.n, sizeof(struct name), compare_names,
			ix->text);
	*out = ix;
	return 0;
}

static void forget(struct index *ix, struct tried *t)
{
	TAILQ_REMOVE(&ix->tried, t, in_order);
	LIST_REMOVE(t, in_bucket);
	ix->n_tried--;
	free(t->name);
	free(t->lines);
	free(t);
}

void index_free(struct index *ix)
{
	struct tried *t;

	if (!ix)
		return;
	while ((t = TAILQ_FIRST(&ix->tried)))
		forget(ix, t);
	free(ix->lines.v);
	free(ix->names.v);
	free(ix->odd.v);
	free(ix->hashed.v);
	free(ix->text);
	free(ix);
}

bool index_is(const struct index *ix, const char *text, size_t len)
{
	return ix->len == len && !memcmp(ix->text, text, len);
}

/* ---- looking up -------------------------------------------------------- */

static bool find_plain(const struct index *ix, const char *name, struct array *hits)
{
	size_t len = strlen(name), low = 0, high = ix->names.n, mid;
	const struct name *v = ix->names.v;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (compare(ix->text + v[mid].at, v[mid].len, name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < ix->names.n; low++) {
		if (compare(ix->text + v[low].at, v[low].len, name, len))
			break;
		if (!put(hits, &v[low].line, sizeof(uint32_t)))
			return false;
	}
	return true;
}

static bool find_odd(const struct index *ix, const char *name, struct array *hits)
{
	const uint32_t *odd = ix->odd.v;
	const struct line *l;
	size_t i;

	for (i = 0; i < ix->odd.n; i++) {
		l = line_at(ix, odd[i]);
		if (match_list(name, ix->text + l->hosts, l->hosts_end - l->hosts) &&
		    !put(hits, &odd[i], sizeof(*odd)))
			return false;
	}
	return true;
}

/* The bucket of a name; who makes them all one gains 1024 comparisons. */
static struct bucket *bucket_of(struct index *ix, const char *name)
{
	uint32_t h = 2166136261U;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return &ix->buckets[h % BUCKETS];
}

static struct tried *recall(struct index *ix, const char *name)
{
	struct tried *t;

	LIST_FOREACH(t, bucket_of(ix, name), in_bucket) {
		if (!strcmp(t->name, name)) {
			TAILQ_REMOVE(&ix->tried, t, in_order);
			TAILQ_INSERT_TAIL(&ix->tried, t, in_order);
			return t;
		}
	}
	return NULL;
}

/* One HMAC for each hashed line.  0 or a negative errno. */
static int try_hashed(struct index *ix, const char *name, struct tried **out)
{
	struct tried *t = calloc(1, sizeof(*t));
	const struct hashed *h = ix->hashed.v;
	struct array hits = { 0 };
	size_t i;
	int ret;

	*out = NULL;
	if (!t)
		return -ENOMEM;
	t->name = strdup(name);
	ret = t->name ? 0 : -ENOMEM;
	for (i = 0; i < ix->hashed.n && !ret; i++) {
		ret = match_hmac(name, h[i].salt, h[i].mac);
		if (ret > 0)
			ret = put(&hits, &h[i].line, sizeof(uint32_t)) ? 0 : -ENOMEM;
	}
	t->lines = hits.v;
	t->n = hits.n;
	if (ret) {
		free(t->name);
		free(t->lines);
		free(t);
		return ret;
	}
	if (ix->n_tried == KSSH_TRUST_NAMES_MAX)
		forget(ix, TAILQ_FIRST(&ix->tried));
	TAILQ_INSERT_TAIL(&ix->tried, t, in_order);
	LIST_INSERT_HEAD(bucket_of(ix, name), t, in_bucket);
	ix->n_tried++;
	*out = t;
	return 0;
}

static int find_hashed(struct index *ix, const char *name, struct array *hits)
{
	struct tried *t;
	size_t i;
	int ret;

	if (!ix->hashed.n)
		return 0;
	t = recall(ix, name);
	if (!t) {
		ret = try_hashed(ix, name, &t);
		if (ret)
			return ret;
	}
	for (i = 0; i < t->n; i++) {
		if (!put(hits, &t->lines[i], sizeof(*t->lines)))
			return -ENOMEM;
	}
	return 0;
}

static int compare_lines(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void show(const struct index *ix, const struct line *l,
		 void (*fn)(const struct host_line *line, void *arg), void *arg)
{
	const char *end = ix->text + l->end;
	const char *key = skip_blank(ix->text + l->hosts_end, end);
	struct host_line line = { .number = l->number, .marker = l->marker };
	uint8_t *blob;
	size_t len;

	if (key_read(key, end - key, &blob, &len, &line.key, &line.is_cert))
		return;
	fn(&line, arg);
	free(blob);
}

/**
 * index_each - call a function for the lines that name a host
 * @ix: the lines
 * @name: lower case
 * @fn: called for each line that holds a key, in the order of the file
 * @arg: its argument
 *
 * Return: 0, -ENOMEM, -EIO if libcrypto fails.
 */
int index_each(struct index *ix, const char *name,
	       void (*fn)(const struct host_line *line, void *arg), void *arg)
{
	struct array hits = { 0 };
	uint32_t *v;
	size_t i;
	int ret;

	ret = find_plain(ix, name, &hits) && find_odd(ix, name, &hits) ?
	      find_hashed(ix, name, &hits) : -ENOMEM;
	v = hits.v;
	if (!ret && hits.n)
		qsort(v, hits.n, sizeof(*v), compare_lines);
	for (i = 0; i < hits.n && !ret; i++) {
		/* a name may stand twice in a line */
		if (!i || v[i] != v[i - 1])
			show(ix, line_at(ix, v[i]), fn, arg);
	}
	free(v);
	return ret;
}
