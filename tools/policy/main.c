// SPDX-License-Identifier: GPL-2.0
/* kssh-policy: show and set the policy of this network namespace. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* Exit status, as in kssh-policy.8. */
enum {
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
	EXIT_NO_MODULE = 4,
	EXIT_NOT_ALLOWED = 5,
};

static const char usage_text[] =
	"usage: kssh-policy [show]\n"
	"       kssh-policy set [--require-pq] [--forbid-pin] [--forbid-app]\n"
	"                       [--forbid-guess] [--rsa-min BITS]\n"
	"                       [--forbid NAME[,NAME...]]...\n"
	"       kssh-policy clear\n"
	"\n"
	"What binds every SSH handshake of the kernel in this network namespace.\n"
	"\n"
	"  show          the policy in force, as one line of \"set\"\n"
	"  set           puts another in its place; what is not given is not restricted\n"
	"  clear         no restrictions\n"
	"  --require-pq  offer only post-quantum key exchange methods\n"
	"  --forbid-pin  no handshakes with pinned fingerprints\n"
	"  --forbid-app  no handshakes whose host key the application judges\n"
	"  --forbid-guess\n"
	"                no guesses at a server's choice, no server is remembered\n"
	"  --rsa-min     shortest RSA host key, in bits\n"
	"  --forbid      names of algorithms that are not offered\n";

static int trouble(int error, const char *why)
{
	if (error == -ENOENT) {
		fputs("kssh-policy: the kernel module kssh is not loaded (modprobe kssh)\n",
		      stderr);
		return EXIT_NO_MODULE;
	}
	fprintf(stderr, "kssh-policy: %s%s%s\n", strerror(-error), *why ? ": " : "", why);
	return error == -EPERM ? EXIT_NOT_ALLOWED : EXIT_TROUBLE;
}

static int show(void)
{
	char why[POLICY_WHY];
	struct policy p;
	int ret;

	ret = policy_get(&p, why);
	if (ret)
		return trouble(ret, why);
	if (!p.flags && !p.rsa_min_bits && !*p.forbid) {
		puts("no policy");
		return 0;
	}
	printf("set%s%s%s%s", p.flags & KSSH_POLICY_FLAG_REQUIRE_PQ ? " --require-pq" : "",
	       p.flags & KSSH_POLICY_FLAG_FORBID_PIN ? " --forbid-pin" : "",
	       p.flags & KSSH_POLICY_FLAG_FORBID_APP ? " --forbid-app" : "",
	       p.flags & KSSH_POLICY_FLAG_FORBID_GUESS ? " --forbid-guess" : "");
	if (p.rsa_min_bits)
		printf(" --rsa-min %u", p.rsa_min_bits);
	if (*p.forbid)
		printf(" --forbid %s", p.forbid);
	putchar('\n');
	return 0;
}

/* Append names to those that are forbidden; false if there are too many. */
static bool forbid(struct policy *p, const char *names)
{
	size_t n = strlen(p->forbid);

	if (n + !!n + strlen(names) > KSSH_NAMES_MAX)
		return false;
	if (n)
		p->forbid[n++] = ',';
	strcpy(p->forbid + n, names);
	return true;
}

static bool number(const char *text, uint32_t *n)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	*n = v;
	return *text >= '0' && *text <= '9' && !*end && v <= UINT32_MAX;
}

/* The words behind "set"; false: all has been said. */
static bool parse(int argc, char **argv, struct policy *p)
{
	static const struct option longs[] = {
		{ "require-pq", no_argument, NULL, 'q' },
		{ "forbid-pin", no_argument, NULL, 'p' },
		{ "forbid-app", no_argument, NULL, 'a' },
		{ "forbid-guess", no_argument, NULL, 'g' },
		{ "rsa-min", required_argument, NULL, 'r' },
		{ "forbid", required_argument, NULL, 'f' },
		{ 0 }
	};
	bool good = true;
	int opt;

	while (good && (opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (opt) {
		case 'q':
			p->flags |= KSSH_POLICY_FLAG_REQUIRE_PQ;
			break;
		case 'p':
			p->flags |= KSSH_POLICY_FLAG_FORBID_PIN;
			break;
		case 'a':
			p->flags |= KSSH_POLICY_FLAG_FORBID_APP;
			break;
		case 'g':
			p->flags |= KSSH_POLICY_FLAG_FORBID_GUESS;
			break;
		case 'r':
			good = number(optarg, &p->rsa_min_bits);
			break;
		case 'f':
			good = forbid(p, optarg);
			break;
		default:
			return false;
		}
		if (!good)
			fprintf(stderr, "kssh-policy: not a value for that option: %s\n",
				optarg);
	}
	if (good && optind < argc) {
		fprintf(stderr, "kssh-policy: what is \"%s\"? try --help\n", argv[optind]);
		good = false;
	}
	return good;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "show";
	struct policy p = { 0 };
	char why[POLICY_WHY];
	int ret;

	if (!strcmp(what, "--help") || !strcmp(what, "-h")) {
		fputs(usage_text, stdout);
		return 0;
	}
	if (!strcmp(what, "set")) {
		/* nothing given is no policy, which has a word of its own */
		if (argc == 2 || !parse(argc - 1, argv + 1, &p)) {
			if (argc == 2)
				fputs(usage_text, stderr);
			return EXIT_USAGE;
		}
	} else if (argc > 2 || (strcmp(what, "show") && strcmp(what, "clear"))) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(what, "show"))
		return show();
	ret = policy_set(&p, why);
	return ret ? trouble(ret, why) : 0;
}
