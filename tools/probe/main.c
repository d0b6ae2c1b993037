// SPDX-License-Identifier: GPL-2.0
/* kssh-probe: the command line. */
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe.h"

static const char usage_text[] =
"Usage: kssh-probe [options] host[:port]\n"
"       kssh-probe --doctor [--json]\n"
"\n"
"Shakes hands with an SSH server, in the kernel, and tells what came of it.\n"
"\n"
"  -p, --port PORT          instead of 22 or host:port\n"
"  -4, -6                   IPv4 or IPv6 only\n"
"  -t, --timeout TIME       for everything together: 10, 2.5s, 500ms, 1m (60s)\n"
"\n"
"      --trust helper       ask the helper about the host key (the default)\n"
"      --trust any          take any key: learns it, does NOT verify it\n"
"      --pin SHA256:...     take this key only; may be given up to 16 times\n"
"      --name NAME          look the host key up under NAME\n"
"      --verbatim           look it up without the port, as HostKeyAlias does\n"
"      --alias NAME         both of these\n"
"\n"
"      --kex LIST           algorithms, in the syntax of ssh_config(5): a list\n"
"      --hostkey-algs LIST  replaces the default one; +LIST appends to it, -LIST\n"
"      --cipher LIST        removes from it, ^LIST puts first\n"
"      --mac LIST\n"
"      --comp LIST          none is the default; zlib@openssh.com begins with\n"
"                           authentication\n"
"      --rsa-min BITS       take RSA host keys from that length on (2048)\n"
"      --banner SSH-2.0-... identify as that\n"
"      --guess HOW          begin the key exchange before the server has spoken, if\n"
"                           it is known what it will say: safe (the default), never,\n"
"                           or may-abort (then connect again if that was wrong)\n"
"\n"
"  -j, --json               for machines\n"
"  -v, --verbose            tell more\n"
"      --doctor             look for what is missing on this machine\n"
"  -h, --help               this\n"
"\n"
"Exit status: 0 the session came up; else by kind of failure, see kssh-probe(1).\n";

enum {
	OPT_KEX = 256,
	OPT_HOSTKEY_ALGS,
	OPT_CIPHER,
	OPT_MAC,
	OPT_COMP,
	OPT_RSA_MIN,
	OPT_BANNER,
	OPT_GUESS,
	OPT_PIN,
	OPT_TRUST,
	OPT_NAME,
	OPT_VERBATIM,
	OPT_ALIAS,
	OPT_DOCTOR,
};

static const struct option long_options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "timeout", required_argument, NULL, 't' },
	{ "kex", required_argument, NULL, OPT_KEX },
	{ "hostkey-algs", required_argument, NULL, OPT_HOSTKEY_ALGS },
	{ "cipher", required_argument, NULL, OPT_CIPHER },
	{ "mac", required_argument, NULL, OPT_MAC },
	{ "comp", required_argument, NULL, OPT_COMP },
	{ "rsa-min", required_argument, NULL, OPT_RSA_MIN },
	{ "banner", required_argument, NULL, OPT_BANNER },
	{ "guess", required_argument, NULL, OPT_GUESS },
	{ "pin", required_argument, NULL, OPT_PIN },
	{ "trust", required_argument, NULL, OPT_TRUST },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "verbatim", no_argument, NULL, OPT_VERBATIM },
	{ "alias", required_argument, NULL, OPT_ALIAS },
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "doctor", no_argument, NULL, OPT_DOCTOR },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

__attribute__((noreturn, format(printf, 1, 2)))
static void usage(const char *fmt, ...)
{
	va_list ap;

	fputs("kssh-probe: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\nkssh-probe --help tells how it is used.\n", stderr);
	exit(EXIT_USAGE);
}

static void set_trust(struct options *o, const char *arg, bool *given)
{
	if (!strcmp(arg, "helper"))
		o->trust = TRUST_HELPER;
	else if (!strcmp(arg, "pin"))
		o->trust = TRUST_PIN;
	else if (!strcmp(arg, "any"))
		o->trust = TRUST_ANY;
	else
		usage("--trust is helper, pin or any, not %s", arg);
	*given = true;
}

static void set_guess(struct options *o, const char *arg)
{
	if (!strcmp(arg, "never"))
		o->guess = KSSH_GUESS_NEVER;
	else if (!strcmp(arg, "safe"))
		o->guess = KSSH_GUESS_SAFE;
	else if (!strcmp(arg, "may-abort"))
		o->guess = KSSH_GUESS_MAY_ABORT;
	else
		usage("--guess is never, safe or may-abort, not %s", arg);
}

static void add_pin(struct options *o, const char *arg)
{
	if (o->n_pins == KSSH_PIN_MAX)
		usage("at most %d fingerprints can be pinned", KSSH_PIN_MAX);
	if (!fingerprint_parse(arg, o->pin[o->n_pins]))
		usage("%s is not a fingerprint; it looks like SHA256: and 43 "
		      "characters, as ssh-keygen -lf prints it", arg);
	o->n_pins++;
}

static void set_name(struct options *o, const char *arg)
{
	if (!*arg || strlen(arg) > KSSH_NAME_MAX)
		usage("a name has 1 to %d bytes", KSSH_NAME_MAX);
	o->name = arg;
}

/* true: --doctor */
static bool parse(struct options *o, int argc, char **argv)
{
	bool doctor = false, trust_given = false;
	uint16_t port = 0;
	const char *bad;
	int c;

	o->timeout = KSSH_TIMEOUT_DEFAULT;
	o->guess = KSSH_GUESS_SAFE;
	while ((c = getopt_long(argc, argv, "46hjp:t:v", long_options,
				NULL)) != -1) {
		switch (c) {
		case '4':
			o->family = AF_INET;
			break;
		case '6':
			o->family = AF_INET6;
			break;
		case 'p':
			port = port_parse(optarg);
			if (!port)
				usage("%s is not a port", optarg);
			break;
		case 't':
			o->timeout = timeout_parse(optarg);
			if (!o->timeout)
				usage("%s is not a time between 1ms and a day",
				      optarg);
			break;
		case OPT_KEX:
			o->kex = optarg;
			break;
		case OPT_HOSTKEY_ALGS:
			o->hostkey_algs = optarg;
			break;
		case OPT_CIPHER:
			o->cipher = optarg;
			break;
		case OPT_MAC:
			o->mac = optarg;
			break;
		case OPT_COMP:
			o->comp = optarg;
			break;
		case OPT_RSA_MIN:
			o->rsa_min = rsa_bits_parse(optarg);
			if (!o->rsa_min)
				usage("%s is not a number of bits from %d to %d",
				      optarg, KSSH_RSA_BITS_LEAST,
				      KSSH_RSA_BITS_MOST);
			break;
		case OPT_BANNER:
			o->banner = optarg;
			break;
		case OPT_GUESS:
			set_guess(o, optarg);
			break;
		case OPT_PIN:
			add_pin(o, optarg);
			break;
		case OPT_TRUST:
			set_trust(o, optarg, &trust_given);
			break;
		case OPT_ALIAS:
			o->verbatim = true;
			set_name(o, optarg);
			break;
		case OPT_NAME:
			set_name(o, optarg);
			break;
		case OPT_VERBATIM:
			o->verbatim = true;
			break;
		case 'j':
			o->json = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		case OPT_DOCTOR:
			doctor = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			exit(EXIT_UP);
		default:
			fputs("kssh-probe --help tells how it is used.\n", stderr);
			exit(EXIT_USAGE);
		}
	}
	if (doctor) {
		if (optind != argc)
			usage("--doctor looks at this machine and takes no host");
		return true;
	}

	if (optind == argc)
		usage("which host?");
	if (optind + 1 != argc)
		usage("one host at a time; %s is too much", argv[optind + 1]);
	bad = target_parse(argv[optind], &o->target);
	if (bad)
		usage("%s: %s", argv[optind], bad);
	if (port)
		o->target.port = port;
	if (o->n_pins && !trust_given)
		o->trust = TRUST_PIN;
	if (o->trust == TRUST_PIN && !o->n_pins)
		usage("--trust pin needs --pin");
	if (o->trust != TRUST_PIN && o->n_pins)
		usage("--pin contradicts --trust");
	return false;
}

/* Makes the system call return, too; a second signal kills. */
static void on_signal(int sig)
{
	(void)sig;
	stop_wanted = 1;
}

int main(int argc, char **argv)
{
	struct sigaction sa = {
		.sa_handler = on_signal, .sa_flags = SA_RESETHAND
	};
	struct options o = { 0 };
	struct result r;
	struct story s;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	if (parse(&o, argc, argv))
		return doctor(o.json);

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	run(&o, &r);
	explain(&o, &r, &s);
	if (o.json)
		report_json(&o, &r, &s);
	else
		report_text(&o, &r, &s);
	result_free(&r);
	return s.exit;
}
