// SPDX-License-Identifier: GPL-2.0
/* Words, %-tokens and variables of a command in ssh_config(5). */
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <openssl/evp.h>

#include "tokens.h"

#define DEFAULT_PORT	22
#define NAME_MAX_LEN	256	/* of this machine */

/* ---- words --------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

/* The word at *p, without quotes; *p is moved behind it.  NULL: a quote is open. */
static char *take_word(const char **p, char *out)
{
	const char *s = *p;
	char quote = 0;

	for (; *s && (quote || !is_blank(*s)); s++) {
		if (*s == '\\' && (is_quote(s[1]) || s[1] == '\\' ||
				   (!quote && s[1] == ' ')))
			*out++ = *++s;
		else if (!quote && is_quote(*s))
			quote = *s;
		else if (quote && *s == quote)
			quote = 0;
		else
			*out++ = *s;
	}
	*out = 0;
	*p = s;
	return quote ? NULL : out;
}

int words_split(const char *line, char ***words)
{
	/* no more words than every second byte, no word longer than the line */
	size_t len = strlen(line), n = 0;
	char **v = calloc(len / 2 + 2, sizeof(*v));
	char *word = malloc(len + 1);
	int ret = v && word ? 0 : -ENOMEM;

	while (!ret) {
		line += strspn(line, " \t");
		if (!*line)
			break;
		if (!take_word(&line, word)) {
			ret = -EINVAL;
			break;
		}
		v[n] = strdup(word);
		if (!v[n++])
			ret = -ENOMEM;
	}
	free(word);
	if (ret)
		words_free(v);
	else
		*words = v;
	return ret;
}

void words_free(char **words)
{
	char **w;

	for (w = words; w && *w; w++)
		free(*w);
	free(words);
}

/* ---- tokens -------------------------------------------------------------------- */

static void set(struct tokens *t, char letter, const char *value)
{
	t->value[(int)letter] = strdup(value);
}

static void set_number(struct tokens *t, char letter, unsigned long value)
{
	if (asprintf(&t->value[(int)letter], "%lu", value) < 0)
		t->value[(int)letter] = NULL;
}

static void set_machine(struct tokens *t)
{
	char name[NAME_MAX_LEN];

	if (gethostname(name, sizeof(name)))
		*name = 0;
	name[sizeof(name) - 1] = 0;
	set(t, 'l', name);
	name[strcspn(name, ".")] = 0;
	set(t, 'L', name);
}

static int set_user(struct tokens *t)
{
	struct passwd *pw = getpwuid(getuid());

	if (!pw)
		return -ENOENT;
	set(t, 'u', pw->pw_name);
	set(t, 'd', pw->pw_dir);
	set_number(t, 'i', getuid());
	return 0;
}

/* The connection's name, which OpenSSH hashes out of five others. */
static int set_hash(struct tokens *t)
{
	static const char of[] = "lhprj";
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char md[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned int n = 0, i;
	const char *s;
	bool good;

	good = ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL);
	for (i = 0; good && of[i]; i++) {
		s = t->value[(int)of[i]];
		good = s && EVP_DigestUpdate(ctx, s, strlen(s));
	}
	good = good && EVP_DigestFinal_ex(ctx, md, &n);
	EVP_MD_CTX_free(ctx);
	for (i = 0; i < n; i++)
		sprintf(hex + 2 * i, "%02x", md[i]);
	set(t, 'C', hex);
	return good ? 0 : -EIO;
}

/* %t, %f, %K: all "NONE" before there is a key. */
static int set_key(struct tokens *t, const uint8_t *key, size_t len)
{
	char print[KSSH_TRUST_PRINT_MAX], *text;
	struct cursor c = { key, len };
	const uint8_t *type;
	size_t n, room = len * 4 / 3 + 8;

	if (!key) {
		set(t, 't', "NONE");
		set(t, 'f', "NONE");
		set(t, 'K', "NONE");
		return 0;
	}
	if (!take_text(&c, &type, &n) ||
	    kssh_trust_fingerprint(key, len, print, sizeof(print)))
		return -EINVAL;
	set(t, 'f', print);
	t->value['t'] = strndup((const char *)type, n);
	text = malloc(room);
	if (text && b64_ntop(key, len, text, room) < 0) {
		free(text);
		return -EINVAL;
	}
	t->value['K'] = text;
	return 0;
}

/*
 * What is looked up: the name, or if that is the reason the address; but before a
 * key is seen ssh asks for the host, without port and alias.
 */
static int set_wanted(struct tokens *t, const struct kssh_trust_query *query,
		      const char *reason)
{
	struct kssh_trust_query wanted = *query;
	struct lookup names;
	int ret;

	if (!strcmp(reason, "ORDER")) {
		set(t, 'H', t->value['h']);
		return 0;
	}
	if (!strcmp(reason, "ADDRESS")) {
		if (!query->address)
			return -EINVAL;
		wanted.name = query->address;
		wanted.verbatim = false;
	}
	ret = lookup_names(&wanted, &names);
	if (!ret)
		set(t, 'H', names.name);
	return ret;
}

int tokens_fill(struct tokens *t, const struct kssh_trust_query *query,
		const struct kssh_trust_connection *to, const char *reason)
{
	const char *host = to->host ?: query->name, *given = to->given ?: host, *s;
	struct kssh_trust_query bare = { .name = host, .verbatim = true };
	struct lookup names;
	int ret;

	memset(t, 0, sizeof(*t));
	ret = lookup_names(&bare, &names);
	if (ret)
		return ret;
	set(t, '%', "%");
	set(t, 'I', reason);
	set(t, 'h', names.name);
	set(t, 'n', given);
	set(t, 'k', query->verbatim ? query->name : given);
	set(t, 'j', to->jump ?: "");
	set_number(t, 'p', query->port ?: DEFAULT_PORT);
	set_machine(t);
	ret = set_user(t);
	if (!ret)
		set(t, 'r', to->user ?: t->value['u'] ?: "");
	if (!ret)
		ret = set_wanted(t, query, reason);
	if (!ret)
		ret = set_key(t, query->key, query->key_len);
	if (!ret)
		ret = set_hash(t);
	for (s = "%CHIKLdfhijklnprtu"; !ret && *s; s++) {
		if (!t->value[(int)*s])
			ret = -ENOMEM;
	}
	return ret;
}

void tokens_free(struct tokens *t)
{
	size_t i;

	for (i = 0; i < sizeof(t->value) / sizeof(t->value[0]); i++)
		free(t->value[i]);
}

/* ---- replacing them ------------------------------------------------------------ */

/* What stands for the token at *p, which is moved behind it, or NULL. */
static const char *token_value(const char **p, const struct tokens *t)
{
	unsigned char letter = (*p)[1];

	if (!letter || letter >= sizeof(t->value) / sizeof(t->value[0]))
		return NULL;
	*p += 2;
	return t->value[letter];
}

static const char *variable_value(const char **p)
{
	const char *name = *p + 2, *end = strchr(name, '}'), *value;
	char *copy;

	if (!end)
		return NULL;
	copy = strndup(name, end - name);
	value = copy ? getenv(copy) : NULL;
	free(copy);
	*p = end + 1;
	return value;
}

int word_expand(char **word, const struct tokens *t)
{
	const char *p = *word, *value;
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);

	if (!f)
		return -ENOMEM;
	while (*p) {
		if (*p == '%') {
			value = token_value(&p, t);
		} else if (*p == '$' && p[1] == '{') {
			value = variable_value(&p);
		} else {
			fputc(*p++, f);
			continue;
		}
		if (!value) {
			fclose(f);
			free(out);
			return -EINVAL;
		}
		fputs(value, f);
	}
	if (fclose(f)) {
		free(out);
		return -ENOMEM;
	}
	free(*word);
	*word = out;
	return 0;
}
