// SPDX-License-Identifier: GPL-2.0
/* --check: the verdict that the daemon would give, for a person. */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostkeyd.h"

static const int exits[] = {
	[KSSH_TRUST_OK] = EXIT_FINE,
	[KSSH_TRUST_UNKNOWN] = EXIT_UNKNOWN,
	[KSSH_TRUST_CHANGED] = EXIT_CHANGED,
	[KSSH_TRUST_REVOKED] = EXIT_REVOKED,
	[KSSH_TRUST_REFUSED] = EXIT_REFUSED,
};

/* The first line of a file that holds a key: true if there is one. */
static bool read_key(const char *path, uint8_t *blob, size_t *len)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	bool found = false;
	size_t room = 0;
	ssize_t n;

	if (!f)
		return false;
	while (!found && (n = getline(&line, &room, f)) > 0) {
		line[strcspn(line, "\r\n")] = 0;
		found = !kssh_trust_read_key(line, blob, len);
	}
	if (!found)
		errno = EINVAL;
	free(line);
	if (f != stdin)
		fclose(f);
	return found;
}

/* "host", "host:port", "[host]:port", "v6 address": in place; false if it is none. */
static bool split_host(char *s, char **host, uint16_t *port)
{
	char *colon = NULL, *end;
	unsigned long n;

	*host = s;
	*port = 0;
	if (*s == '[') {
		end = strchr(s, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		*end = 0;
		*host = s + 1;
		colon = end[1] ? end + 1 : NULL;
	} else if (strchr(s, ':') == strrchr(s, ':')) {
		colon = strchr(s, ':');
	}
	if (!colon)
		return **host;
	*colon = 0;
	n = strtoul(colon + 1, &end, 10);
	*port = n;
	return **host && colon[1] >= '0' && colon[1] <= '9' && !*end && n && n < 65536;
}

/*
 * The files of who calls it, as a worker would look at them.  True if there are any
 * that count.
 */
static bool check_own(const struct conf *conf, const struct kssh_trust_query *q,
		      struct verdict *v)
{
	const struct passwd *pw = conf->user_files ? getpwuid(getuid()) : NULL;
	struct kssh_trust_policy policy = conf->policy;
	char *files[2] = { NULL, NULL };
	struct judge *judge = NULL;

	if (pw && pw->pw_dir && *pw->pw_dir == '/' &&
	    asprintf(&files[0], "%s/.ssh/known_hosts", pw->pw_dir) > 0 &&
	    asprintf(&files[1], "%s/.ssh/known_hosts2", pw->pw_dir) > 0) {
		policy.files = (const char *const *)files;
		policy.n_files = 2;
		policy.n_revoked_files = 0;
		judge = judge_new(&policy);
	}
	if (judge)
		judge_check(judge, q, v);
	judge_free(judge);
	free(files[0]);
	free(files[1]);
	return judge;
}

/* DNS, if it is to be asked; its silence is told of and changes nothing. */
static void ask_dns(const struct conf *conf, struct kssh_trust_query *q)
{
	int ret;

	if (conf->policy.dns == KSSH_TRUST_DNS_NO)
		return;
	ret = kssh_trust_sshfp(&conf->resolver, q, conf->dns_timeout_ms,
			       &q->fingerprints);
	if (ret)
		log_line(LOG_LEVEL_WARNING, "DNS gives no answer: %s",
			 ret == -EBADMSG ? "it is forged" : strerror(-ret));
}

static void check(const struct conf *conf, const struct kssh_trust_query *q,
		  struct verdict *v)
{
	struct judge *judge = judge_new(&conf->policy);
	struct verdict own;
	bool users = false;

	if (!judge) {
		verdict_refuse(v, "no memory", ENOMEM);
		return;
	}
	judge_check(judge, q, v);
	judge_free(judge);
	if (!v->by_dns && v->verdict != KSSH_TRUST_REVOKED && v->verdict != KSSH_TRUST_REFUSED)
		users = check_own(conf, q, &own);
	if (users)
		verdict_join(v, &own);
	if (v->verdict == KSSH_TRUST_UNKNOWN && v->may_be_new && conf->accept_new &&
	    (users || (!getuid() && conf->policy.write_file))) {
		v->verdict = KSSH_TRUST_OK;
		v->is_new = true;
	}
}

static void print(const struct verdict *v, const struct kssh_trust_query *q)
{
	char fp[KSSH_TRUST_PRINT_MAX];

	if (kssh_trust_fingerprint(q->key, q->key_len, fp, sizeof(fp)))
		strcpy(fp, "-");
	printf("%s%s %s", kssh_trust_verdict_name(v->verdict), v->is_new ? " (new)" : "",
	       fp);
	if (v->by_dns)
		printf(" by DNS");
	if (*v->ca)
		printf(" by authority %s", v->ca);
	if (*v->file)
		printf(" %s", v->file);
	if (*v->file && v->line)
		printf(":%u", v->line);
	if (*v->why)
		printf(": %s", v->why);
	if (v->error)
		printf(" (%s)", strerror(v->error));
	putchar('\n');
}

int check_by_hand(const struct options *o, const struct conf *conf)
{
	static uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct kssh_trust_query q = { .key = blob };
	char *text = strdup(o->check_host), *host;
	struct verdict v;

	if (!text || !split_host(text, &host, &q.port)) {
		log_line(LOG_LEVEL_ERR, "that is no host: %s", o->check_host);
		free(text);
		return EXIT_USAGE;
	}
	if (!read_key(o->check_key, blob, &q.key_len)) {
		log_line(LOG_LEVEL_ERR, "no public key in %s: %s", o->check_key,
			 strerror(errno));
		free(text);
		return EXIT_TROUBLE;
	}
	q.name = host;
	ask_dns(conf, &q);
	check(conf, &q, &v);
	print(&v, &q);
	free(text);
	return exits[v.verdict];
}
