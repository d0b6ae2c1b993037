/* SPDX-License-Identifier: GPL-2.0 */
/* kssh-hostkeyd.conf(5), and what the command line says instead. */
#ifndef KSSH_CONF_H
#define KSSH_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "ksshtrust.h"
#include "pool.h"

#define CONF_FILE	"/etc/kssh-hostkeyd.conf"
#define FILES_MAX	16

struct options;

/**
 * struct conf - what is in force; nothing in it changes
 * @policy: for the system's files; points into this
 * @accept_new: take the first key of an unknown name
 * @user_files: ask users' files, too
 * @serve_children: answer for network namespaces without a helper, too
 * @limits: of the workers
 * @work_policy: for the workers
 * @resolver: if the policy wants DNS asked: how
 * @dns_timeout_ms: for how long
 * @files: known_hosts files
 * @revoked: RevokedHostKeys, or NULL
 * @texts: what is pointed to
 */
struct conf {
	struct kssh_trust_policy policy;
	bool accept_new;
	bool user_files;
	bool serve_children;
	struct pool_limits limits;
	struct work_policy work_policy;
	struct kssh_trust_resolver resolver;
	unsigned int dns_timeout_ms;
	const char *files[FILES_MAX + 1];
	const char *revoked[FILES_MAX];
	char *texts[2 * FILES_MAX + 3];
	size_t n_texts;
};

/*
 * Read the file that @o names, or the usual one, which may be missing; then what @o
 * says itself.  NULL if that does not go; what is wrong has been logged.
 */
struct conf *conf_read(const struct options *o);
void conf_free(struct conf *conf);

#endif /* KSSH_CONF_H */
