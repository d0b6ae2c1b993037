/* SPDX-License-Identifier: GPL-2.0 */
/* Random known_hosts files and questions about them. */
#ifndef TRUST_TESTS_CASES_H
#define TRUST_TESTS_CASES_H

#include "make.h"
#include "../ksshtrust.h"

#define TEXT_MAX	(64 * 1024)
#define FILES		3	/* two of the user, one of the system */

enum {
	ED_A, ED_B, EC_256, EC_384, EC_521, RSA_2048, RSA_1024, SK_ED, SK_EC, KEYS
};

/**
 * struct world - what all cases have in common
 * @dir: directory of the files
 * @files: their paths
 * @user_files: the user's, separated by a blank
 * @server: a path for the server's bytes
 * @keys: keys of hosts and authorities
 */
struct world {
	char dir[64];
	char *files[FILES], *user_files, *server;
	struct made_key keys[KEYS];
};

extern struct world world;

struct text {
	char s[TEXT_MAX];
	size_t n;
};

void add(struct text *t, const char *s);
bool write_text(const char *path, const char *s, size_t n);

/**
 * struct one_case - a question
 * @name: host
 * @alias: HostKeyAlias, or NULL
 * @port: port
 * @blob: the key that the server shows
 * @spec: of a certificate
 * @is_cert: it is one
 * @own: the key, or the certified one, of the world's
 * @ca: its CA
 * @policy: whom to believe
 */
struct one_case {
	const char *name, *alias;
	unsigned int port;
	struct bytes blob;
	struct cert_spec spec;
	bool is_cert;
	int own, ca;
	struct kssh_trust_policy policy;
};

/* Make the world; false if there is no room for it. */
bool make_world(void);
void remove_world(void);

/* The case of a number, with its files; false if these cannot be written. */
bool make_case(struct one_case *c, uint64_t number);

#endif /* TRUST_TESTS_CASES_H */
