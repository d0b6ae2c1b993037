// SPDX-License-Identifier: GPL-2.0
/* kssh-hostkeyd.conf: read by libconfuse, checked here. */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "hostkeyd.h"

#define RSA_BITS_MIN	1024
#define RSA_BITS_MAX	16384

/* ---- what may stand in it ---------------------------------------------------------- */

static cfg_opt_t known_keys[] = {
	CFG_STR_LIST("GlobalKnownHostsFile",
		     "{/etc/ssh/ssh_known_hosts, /etc/ssh/ssh_known_hosts2}", CFGF_NONE),
	CFG_BOOL("UserKnownHostsFile", cfg_false, CFGF_NONE),
	CFG_STR("StrictHostKeyChecking", "yes", CFGF_NONE),
	CFG_STR("AcceptNewFile", NULL, CFGF_NONE),
	CFG_BOOL("HashKnownHosts", cfg_false, CFGF_NONE),
	CFG_STR_LIST("RevokedHostKeys", NULL, CFGF_NODEFAULT),
	CFG_STR_LIST("CASignatureAlgorithms", NULL, CFGF_NODEFAULT),
	CFG_INT("RequiredRSASize", RSA_BITS_MIN, CFGF_NONE),
	CFG_BOOL("ServeChildren", cfg_false, CFGF_NONE),
	CFG_BOOL("VerifyHostKeyDNS", cfg_false, CFGF_NONE),
	CFG_STR("DNSTrustAnchor", NULL, CFGF_NONE),
	CFG_STR("DNSConfig", NULL, CFGF_NONE),
	CFG_INT("DNSTimeout", 5, CFGF_NONE),
	CFG_INT("UserTimeout", 5, CFGF_NONE),
	CFG_INT("UserWorkers", 32, CFGF_NONE),
	CFG_INT("UserIdleTime", 60, CFGF_NONE),
	CFG_END()
};

/* libconfuse tells of a string that does not end, and takes the file. */
static bool complained;
/* what is being read */
static const char *file_name;

__attribute__((format(printf, 2, 0)))
static void tell(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[512];

	complained = true;
	vsnprintf(text, sizeof(text), fmt, ap);
	if (cfg && cfg->line)
		log_line(LOG_LEVEL_ERR, "%s:%d: %s", file_name, cfg->line, text);
	else
		log_line(LOG_LEVEL_ERR, "%s", text);
}

static int check_range(cfg_t *cfg, cfg_opt_t *opt, long min, long max)
{
	long n = cfg_opt_getnint(opt, 0);

	if (n >= min && n <= max)
		return 0;
	cfg_error(cfg, "%s is between %ld and %ld", cfg_opt_name(opt), min, max);
	return -1;
}

static int check_seconds(cfg_t *cfg, cfg_opt_t *opt)
{
	/* a worker ends by itself after WORKER_ALARM, so none is waited for longer */
	return check_range(cfg, opt, 1, WORKER_ALARM - 5);
}

static int check_idle(cfg_t *cfg, cfg_opt_t *opt)
{
	return check_range(cfg, opt, 1, WORKER_IDLE_MS / 1000 - 1);
}

static int check_workers(cfg_t *cfg, cfg_opt_t *opt)
{
	return check_range(cfg, opt, 1, 256);
}

static int check_bits(cfg_t *cfg, cfg_opt_t *opt)
{
	return check_range(cfg, opt, RSA_BITS_MIN, RSA_BITS_MAX);
}

static int check_strict(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (!strcmp(s, "yes") || !strcmp(s, "accept-new"))
		return 0;
	cfg_error(cfg, "%s is yes or accept-new: nobody is asked here, and a changed key "
		  "is never let in", cfg_opt_name(opt));
	return -1;
}

/* The last value of a list, or the value: an absolute path. */
static int check_path(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int n = cfg_opt_size(opt);

	if (n > FILES_MAX) {
		cfg_error(cfg, "%s: no more than %d files", cfg_opt_name(opt), FILES_MAX);
		return -1;
	}
	if (!n || *cfg_opt_getnstr(opt, n - 1) == '/')
		return 0;
	cfg_error(cfg, "%s: that is no absolute path: %s", cfg_opt_name(opt),
		  cfg_opt_getnstr(opt, n - 1));
	return -1;
}

static int check_name(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (*s && !strpbrk(s, "+^*?!, \t"))
		return 0;
	cfg_error(cfg, "%s is a list of names of algorithms, without +, -, ^ and patterns",
		  cfg_opt_name(opt));
	return -1;
}

static cfg_t *new_parser(void)
{
	static const struct {
		const char *key;
		cfg_validate_callback_t check;
	} checks[] = {
		{ "GlobalKnownHostsFile", check_path }, { "AcceptNewFile", check_path },
		{ "RevokedHostKeys", check_path }, { "DNSTrustAnchor", check_path },
		{ "DNSConfig", check_path }, { "DNSTimeout", check_seconds },
		{ "StrictHostKeyChecking", check_strict },
		{ "CASignatureAlgorithms", check_name }, { "RequiredRSASize", check_bits },
		{ "UserTimeout", check_seconds },
		{ "UserWorkers", check_workers }, { "UserIdleTime", check_idle },
	};
	cfg_t *cfg = cfg_init(known_keys, CFGF_NOCASE);
	size_t i;

	if (!cfg)
		return NULL;
	cfg_set_error_function(cfg, tell);
	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		cfg_set_validate_func(cfg, checks[i].key, checks[i].check);
	return cfg;
}

/* ---- from the file to what is in force ---------------------------------------------- */

/* A copy that lives as long as @c; NULL: no memory. */
static const char *keep(struct conf *c, const char *s)
{
	char *copy = strdup(s);

	if (copy)
		c->texts[c->n_texts++] = copy;
	return copy;
}

static bool take_list(struct conf *c, cfg_t *cfg, const char *key, const char **to,
		      size_t *n)
{
	for (*n = 0; *n < cfg_size(cfg, key); ++*n) {
		to[*n] = keep(c, cfg_getnstr(cfg, key, *n));
		if (!to[*n])
			return false;
	}
	return true;
}

static bool take_algorithms(struct conf *c, cfg_t *cfg)
{
	char *to = c->work_policy.ca_algorithms;
	size_t room = sizeof(c->work_policy.ca_algorithms), used = 0, i;
	const char *key = "CASignatureAlgorithms";

	for (i = 0; i < cfg_size(cfg, key); i++) {
		used += snprintf(to + used, room - used, "%s%s", i ? "," : "",
				 cfg_getnstr(cfg, key, i));
		if (used >= room) {
			log_line(LOG_LEVEL_ERR, "%s is too long", key);
			return false;
		}
	}
	return true;
}

/* A text that may be missing. */
static bool take_text(struct conf *c, cfg_t *cfg, const char *key, const char **to)
{
	const char *s = cfg_getstr(cfg, key);

	*to = s ? keep(c, s) : NULL;
	return !s || *to;
}

static bool take(struct conf *c, cfg_t *cfg)
{
	struct kssh_trust_policy *p = &c->policy;

	c->accept_new = strcmp(cfg_getstr(cfg, "StrictHostKeyChecking"), "yes");
	c->user_files = cfg_getbool(cfg, "UserKnownHostsFile");
	c->serve_children = cfg_getbool(cfg, "ServeChildren");
	c->limits.timeout_ms = cfg_getint(cfg, "UserTimeout") * 1000;
	c->limits.workers_max = cfg_getint(cfg, "UserWorkers");
	c->limits.idle_ms = cfg_getint(cfg, "UserIdleTime") * 1000;
	c->work_policy.hash_names = cfg_getbool(cfg, "HashKnownHosts");
	c->work_policy.rsa_min_bits = cfg_getint(cfg, "RequiredRSASize");
	p->dns = cfg_getbool(cfg, "VerifyHostKeyDNS") ? KSSH_TRUST_DNS_YES :
							 KSSH_TRUST_DNS_NO;
	c->dns_timeout_ms = cfg_getint(cfg, "DNSTimeout") * 1000;
	return take_list(c, cfg, "GlobalKnownHostsFile", c->files, &p->n_files) &&
	       take_list(c, cfg, "RevokedHostKeys", c->revoked, &p->n_revoked_files) &&
	       take_text(c, cfg, "AcceptNewFile", &p->write_file) &&
	       take_text(c, cfg, "DNSTrustAnchor", &c->resolver.anchor) &&
	       take_text(c, cfg, "DNSConfig", &c->resolver.unbound_conf) &&
	       take_algorithms(c, cfg);
}

/* What the command line says holds in place of the file. */
static bool override(struct conf *c, const struct options *o)
{
	struct kssh_trust_policy *p = &c->policy;
	size_t i;

	if (o->n_files) {
		for (i = 0; i < o->n_files; i++)
			c->files[i] = o->files[i];
		p->n_files = o->n_files;
		c->user_files = false;
		p->write_file = NULL;
	}
	if (o->write_file)
		p->write_file = o->write_file;
	if (o->checking)
		c->accept_new = !strcmp(o->checking, "accept-new");
	c->work_policy.hash_names |= o->hash_names;
	c->serve_children |= o->serve_children;
	return true;
}

/* What was written to must be read, too, or a key would stay new for ever. */
static void finish(struct conf *c)
{
	struct kssh_trust_policy *p = &c->policy;
	size_t i;

	if (!p->write_file)
		p->write_file = p->n_files ? c->files[0] : NULL;
	for (i = 0; i < p->n_files && strcmp(c->files[i], p->write_file); i++)
		;
	if (p->write_file && i == p->n_files)
		c->files[p->n_files++] = p->write_file;
	p->files = c->files;
	p->revoked_files = c->revoked;
	p->checking = KSSH_TRUST_STRICT;
	p->hash_names = c->work_policy.hash_names;
	p->rsa_min_bits = c->work_policy.rsa_min_bits;
	if (*c->work_policy.ca_algorithms)
		p->ca_algorithms = c->work_policy.ca_algorithms;
}

/*
 * libconfuse (3.3) takes a comment for three lines, and for an end of the list that it
 * stands in, so it is not shown any.
 */
static void blank_comments(char *text)
{
	char quote = 0;

	for (; *text; text++) {
		if (quote && *text == '\\' && text[1])
			text++;
		else if (quote)
			quote = *text == quote ? 0 : quote;
		else if (*text == '"' || *text == '\'')
			quote = *text;
		else if (*text == '#')
			for (; *text && *text != '\n'; text++)
				*text = ' ';
		if (!*text)
			break;
	}
}

/* All of a file, which is text.  0 or an errno. */
static int read_text(const char *path, char **text)
{
	FILE *f = fopen(path, "re");
	size_t room = 0;
	ssize_t n;
	int ret = 0;

	*text = NULL;
	if (!f)
		return errno;
	n = getdelim(text, &room, 0, f);
	if (ferror(f))
		ret = errno;
	else if (n > 0 && !(*text)[n - 1])
		ret = EILSEQ;
	else if (n < 0 && *text)
		**text = 0;
	fclose(f);
	return ret;
}

static bool parse_file(cfg_t *cfg, const struct options *o)
{
	char *text;
	bool good;
	int ret;

	complained = false;
	file_name = o->conf_file ? o->conf_file : CONF_FILE;
	ret = read_text(file_name, &text);
	if (ret && (ret != ENOENT || o->conf_file)) {
		log_line(LOG_LEVEL_ERR, "%s: %s", file_name, strerror(ret));
		free(text);
		return false;
	}
	if (text)
		blank_comments(text);
	good = cfg_parse_buf(cfg, text ? text : "") == CFG_SUCCESS && !complained;
	free(text);
	return good;
}

struct conf *conf_read(const struct options *o)
{
	struct conf *c = calloc(1, sizeof(*c));
	cfg_t *cfg = new_parser();
	bool good;

	good = c && cfg && parse_file(cfg, o) && take(c, cfg) && override(c, o);
	if (cfg)
		cfg_free(cfg);
	if (!good) {
		conf_free(c);
		return NULL;
	}
	finish(c);
	return c;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	while (c->n_texts)
		free(c->texts[--c->n_texts]);
	free(c);
}
