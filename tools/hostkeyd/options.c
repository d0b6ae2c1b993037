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
	"       kssh-hostkeyd [options] --test           is the configuration good?\n"
	"\n"
	"  --config FILE         configuration (default: " CONF_FILE ",\n"
	"                        which may be missing)\n"
	"  --launcher PATH       socket of kssh-hostkeyd-launch (default:\n"
	"                        " LAUNCH_SOCKET ")\n"
	"  --takeover            replace the helper that is registered\n"
	"  --once                end after one request\n"
	"  --ready-fd FD         write a newline there when questions can come\n"
	"  --pid-file FILE       write the process number there then\n"
	"  --verbose             tell of what is normal, too\n"
	"  --check HOST KEYFILE  ask by hand: exit status 0 ok, 20 unknown,\n"
	"                        21 changed, 22 revoked, 23 refused\n"
	"  --help                this text\n"
	"\n"
	"In place of what the configuration says:\n"
	"  --known-hosts FILE    look there and nowhere else (may be repeated)\n"
	"  --policy strict       only keys that a file knows\n"
	"  --policy accept-new   the first key of an unknown name, too, and write it\n"
	"  --write FILE          write new keys there\n"
	"  --hash                write names hashed\n"
	"  --serve-children      answer for network namespaces without a helper, too\n";

enum {
	OPT_CONFIG = 256,
	OPT_LAUNCHER,
	OPT_TEST,
	OPT_POLICY,
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
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "launcher", required_argument, NULL, OPT_LAUNCHER },
	{ "test", no_argument, NULL, OPT_TEST },
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
	case OPT_CONFIG:
		o->conf_file = value;
		return *value;
	case OPT_LAUNCHER:
		o->launcher = value;
		return *value == '/';
	case OPT_TEST:
		return o->test = true;
	case OPT_POLICY:
		o->checking = value;
		return !strcmp(value, "strict") || !strcmp(value, "accept-new");
	case OPT_KNOWN_HOSTS:
		if (o->n_files == FILES_MAX || !*value)
			return false;
		o->files[o->n_files++] = value;
		return true;
	case OPT_WRITE:
		o->write_file = value;
		return *value;
	case OPT_HASH:
		return o->hash_names = true;
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

int options_parse(int argc, char **argv, struct options *o)
{
	int opt;

	memset(o, 0, sizeof(*o));
	o->ready_fd = -1;
	o->launcher = LAUNCH_SOCKET;
	optind = 0;
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(usage_text, stdout);
			return EXIT_FINE;
		}
		if (opt == '?')
			return EXIT_USAGE;
		if (!set(o, opt, optarg)) {
			log_line(LOG_LEVEL_ERR, "not a value for that option: %s",
				 optarg);
			return EXIT_USAGE;
		}
	}
	if (o->check_host)
		o->check_key = argv[optind++];
	if (o->check_host && !o->check_key) {
		log_line(LOG_LEVEL_ERR, "--check wants a host and a key file");
		return EXIT_USAGE;
	}
	if (optind < argc) {
		log_line(LOG_LEVEL_ERR, "what is \"%s\"? try --help", argv[optind]);
		return EXIT_USAGE;
	}
	return -1;
}
