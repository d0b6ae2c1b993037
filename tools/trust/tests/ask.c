// SPDX-License-Identifier: GPL-2.0
/*
 * What the library says, for the tests that are scripts.
 *
 *	trust-ask [OPTION...] revoked LIST KEY...	"KEY N" for each key file
 *	trust-ask [OPTION...] command REASON COMMAND	"N", then the lines
 *	trust-ask [OPTION...] sshfp UNBOUND.CONF ANCHOR	"N found match secure"
 *	trust-ask [OPTION...] look KEY...		"N", then "KEY is-new" for each
 *	trust-ask [OPTION...] update KEY...		"N"
 *	trust-ask hash FILE				"N"
 *
 * N is what the function returned.  Options: -n NAME, -p PORT, -V (the name is an
 * alias), -a ADDRESS, -k KEY, -t MILLISECONDS, -h HOST, -g GIVEN-NAME, -u USER,
 * -f FILE (of the user; the first is written to), -s FILE (of the system),
 * -r REVOKED-LIST, -H (hash names).  A KEY is a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ksshtrust.h"

#define MANY	64

static struct kssh_trust_policy policy;
static struct kssh_trust_query query;
static struct kssh_trust_connection to;
static unsigned int timeout_ms = 5000;

static void read_key_file(const char *path, struct kssh_trust_key *key)
{
	char line[KSSH_TRUST_KEY_MAX * 2];
	uint8_t *blob = malloc(KSSH_TRUST_KEY_MAX);
	FILE *f = fopen(path, "r");
	bool good = f && blob && fgets(line, sizeof(line), f);

	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = 0;
	if (!good || kssh_trust_read_key(line, blob, &key->len)) {
		fprintf(stderr, "trust-ask: no key in %s\n", path);
		exit(2);
	}
	key->blob = blob;
}

static void ask_revoked(int argc, char **argv)
{
	struct kssh_trust_key key;
	int i;

	for (i = 1; i < argc; i++) {
		read_key_file(argv[i], &key);
		printf("%s %d\n", argv[i],
		       kssh_trust_revoked_check(argv[0], key.blob, key.len, NULL));
		free((void *)key.blob);
	}
}

static void ask_command(char **argv)
{
	char *lines;
	size_t len;

	printf("%d\n", kssh_trust_command(argv[1], &query, argv[0], &to, timeout_ms,
					  &lines, &len));
	fwrite(lines, 1, len, stdout);
	free(lines);
}

static void ask_sshfp(char **argv)
{
	struct kssh_trust_resolver r = { .unbound_conf = argv[0], .anchor = argv[1] };
	struct kssh_trust_fingerprints found;
	int ret = kssh_trust_sshfp(&r, &query, timeout_ms, &found);

	printf("%d %d %d %d\n", ret, found.found, found.match, found.secure);
}

static void ask_update(bool write, int argc, char **argv)
{
	struct kssh_trust_key keys[MANY];
	bool is_new[MANY];
	int i, ret;

	for (i = 0; i < argc && i < MANY; i++)
		read_key_file(argv[i], &keys[i]);
	ret = write ? kssh_trust_update(&policy, &query, keys, argc) :
		      kssh_trust_update_look(&policy, &query, keys, argc, is_new);
	printf("%d\n", ret);
	for (i = 0; i < argc; i++) {
		if (!write && !ret)
			printf("%s %d\n", argv[i], is_new[i]);
		free((void *)keys[i].blob);
	}
}

static void options(int argc, char **argv)
{
	static const char *user_files[MANY], *system_files[MANY], *files[2 * MANY];
	static const char *revoked[MANY];
	struct kssh_trust_key key;
	size_t n_system = 0, i;
	int c;

	while ((c = getopt(argc, argv, "+n:p:Va:k:t:h:g:u:f:s:r:H")) != -1) {
		switch (c) {
		case 'n':
			query.name = optarg;
			break;
		case 'p':
			query.port = atoi(optarg);
			break;
		case 'V':
			query.verbatim = true;
			break;
		case 'a':
			query.address = optarg;
			break;
		case 'k':
			read_key_file(optarg, &key);
			query.key = key.blob;
			query.key_len = key.len;
			break;
		case 't':
			timeout_ms = atoi(optarg);
			break;
		case 'h':
			to.host = optarg;
			break;
		case 'g':
			to.given = optarg;
			break;
		case 'u':
			to.user = optarg;
			break;
		case 'f':
			user_files[policy.n_user_files++ % MANY] = optarg;
			break;
		case 's':
			system_files[n_system++ % MANY] = optarg;
			break;
		case 'r':
			revoked[policy.n_revoked_files++ % MANY] = optarg;
			break;
		case 'H':
			policy.hash_names = true;
			break;
		default:
			exit(2);
		}
	}
	for (i = 0; i < policy.n_user_files; i++)
		files[policy.n_files++] = user_files[i];
	for (i = 0; i < n_system; i++)
		files[policy.n_files++] = system_files[i];
	policy.files = files;
	policy.revoked_files = revoked;
	policy.write_file = user_files[0];
}

int main(int argc, char **argv)
{
	const char *verb;

	options(argc, argv);
	argc -= optind;
	argv += optind;
	verb = argc ? *argv++ : "";
	argc -= argc > 0;
	if (!strcmp(verb, "revoked") && argc > 1)
		ask_revoked(argc, argv);
	else if (!strcmp(verb, "command") && argc == 2)
		ask_command(argv);
	else if (!strcmp(verb, "sshfp") && argc == 2)
		ask_sshfp(argv);
	else if (!strcmp(verb, "look") && argc <= MANY)
		ask_update(false, argc, argv);
	else if (!strcmp(verb, "update") && argc <= MANY)
		ask_update(true, argc, argv);
	else if (!strcmp(verb, "hash") && argc == 1)
		printf("%d\n", kssh_trust_hash_file(*argv));
	else
		return 2;
	free((void *)query.key);
	return 0;
}
