// SPDX-License-Identifier: GPL-2.0
/* The command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostkeyd.h"

static const char usage_text[] =
	"usage: kssh-hostkeyd [options]                  be the helper\n"
	"       kssh-hostkeyd [options] --check HOST[:PORT] KEYFILE\n"
	"\n"
	"  --policy strict       only keys that a file knows (default)\n"
	"  --policy accept-new   the first key of an unknown name, too, and write it\n"
	"  --known-hosts FILE    look there (may be repeated; default:\n"
	"                        /etc/ssh/ssh_known_hosts, /etc/ssh/ssh_known_hosts2)\n"
	"  --write FILE          write new keys there (default: the first file)\n"
	"  --hash                write names hashed\n"
	"  --takeover            replace the helper that is registered\n"
	"  --serve-children      answer for network namespaces without a helper, too\n"
	"  --once                end after one request\n"
	"  --ready-fd FD         write a newline there when questions can come\n"
	"  --pid-file FILE       write the process number there then\n"
	"  --verbose             tell of what is normal, too\n"
	"  --check HOST KEYFILE  ask by hand: exit status 0 ok, 20 unknown,\n"
	"                        21 changed, 22 revoked, 23 refused\n"
	"  --help                this text\n";

enum {
	OPT_POLICY = 256,
	OPT_KNOWN_HOSTS,
	OPT_WRITE,
	OPT_HASH,
	OPT_TAKEOVER,
	OPT_SERVE,
	OPT_ONCE,
	OPT_READY,
	OPT_PID,
	OPT_VERBOSE,
	OPT_CHECK,
	OPT_HELP
};

static const struct option longs[] = {
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "known-hosts", required_argument, NULL, OPT_KNOWN_HOSTS },
	{ "write", required_argument, NULL, OPT_WRITE },
	{ "hash", no_argument, NULL, OPT_HASH },
	{ "takeover", no_argument, NULL, OPT_TAKEOVER },
	{ "serve-children", no_argument, NULL, OPT_SERVE },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "ready-fd", required_argument, NULL, OPT_READY },
	{ "pid-file", required_argument, NULL, OPT_PID },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "check", required_argument, NULL, OPT_CHECK },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 }
};

/* Take one option; false if its value is none. */
static bool set(struct options *o, int opt, const char *value)
{
	char *end;
	long n;

	switch (opt) {
	case OPT_POLICY:
		if (!strcmp(value, "accept-new"))
			o->policy.checking = KSSH_TRUST_ACCEPT_NEW;
		else if (!strcmp(value, "strict"))
			o->policy.checking = KSSH_TRUST_STRICT;
		else
			return false;
		return true;
	case OPT_KNOWN_HOSTS:
		if (o->policy.n_files == FILES_MAX || !*value)
			return false;
		o->files[o->policy.n_files++] = value;
		return true;
	case OPT_WRITE:
		o->policy.write_file = value;
		return *value;
	case OPT_HASH:
		return o->policy.hash_names = true;
	case OPT_TAKEOVER:
		return o->takeover = true;
	case OPT_SERVE:
		return o->serve_children = true;
	case OPT_ONCE:
		return o->once = true;
	case OPT_VERBOSE:
		return o->verbose = true;
	case OPT_READY:
		n = strtol(value, &end, 10);
		o->ready_fd = n;
		return *value && !*end && n >= 0 && n < 65536;
	case OPT_PID:
		o->pid_file = value;
		return *value;
	case OPT_CHECK:
		o->check_host = value;
		return *value;
	default:
		return false;
	}
}

/* What was written to must be read, too, or a key would stay new for ever. */
static bool finish(struct options *o)
{
	struct kssh_trust_policy *p = &o->policy;
	size_t i;

	if (!p->n_files) {
		o->files[p->n_files++] = "/etc/ssh/ssh_known_hosts";
		o->files[p->n_files++] = "/etc/ssh/ssh_known_hosts2";
	}
	p->files = o->files;
	if (!p->write_file)
		p->write_file = o->files[0];
	for (i = 0; i < p->n_files && strcmp(o->files[i], p->write_file); i++)
		;
	if (i < p->n_files)
		return true;
	if (p->n_files == FILES_MAX)
		return false;
	o->files[p->n_files++] = p->write_file;
	return true;
}

int options_parse(int argc, char **argv, struct options *o)
{
	int opt;

	memset(o, 0, sizeof(*o));
	o->ready_fd = -1;
	optind = 0;
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(usage_text, stdout);
			return EXIT_FINE;
		}
		if (opt == '?')
			return EXIT_USAGE;
		if (!set(o, opt, optarg)) {
			say("kssh-hostkeyd: not a value for that option: %s", optarg);
			return EXIT_USAGE;
		}
	}
	if (o->check_host)
		o->check_key = argv[optind++];
	if (o->check_host && !o->check_key) {
		say("kssh-hostkeyd: --check wants a host and a key file");
		return EXIT_USAGE;
	}
	if (optind < argc) {
		say("kssh-hostkeyd: what is \"%s\"? try --help", argv[optind]);
		return EXIT_USAGE;
	}
	if (!finish(o)) {
		say("kssh-hostkeyd: too many files");
		return EXIT_USAGE;
	}
	return -1;
}
