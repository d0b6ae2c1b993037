/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kssh-hostkeyd: the helper for programs that bring no policy of their own.
 *
 *	main.c		registers, drops its rights, reads and answers
 *	options.c	command line			conf.c		its file
 *	netlink.c	the socket			event.c		the messages
 *	asks.c		the questions			judge.c		files and verdicts
 *	pool.c		the workers of users		dns.c		DNS
 *	by_hand.c	--check				log.c		the log
 *
 * It is as wide as the system's known_hosts files and, where that is wanted, those of
 * the user who asks, which it never opens itself: kssh-hostkeyd-launch (launch.c,
 * become.c) starts a worker (worker.c) as that user.  What it cannot decide is
 * "unknown"; it never asks a person and never runs anything.
 */
#ifndef KSSH_HOSTKEYD_H
#define KSSH_HOSTKEYD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>

#include "conf.h"
#include "dns.h"
#include "event.h"
#include "judge.h"
#include "ksshtrust.h"
#include "log.h"
#include "pool.h"

/* Exit status.  Documented in kssh-hostkeyd.8; a number never changes its meaning. */
enum exit_status {
	EXIT_FINE = 0,
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3,
	EXIT_NO_MODULE = 4,
	EXIT_NOT_ALLOWED = 5,
	EXIT_BUSY = 6,
	EXIT_DISMISSED = 7,
	/* --check; as kssh-probe has them */
	EXIT_UNKNOWN = 20,
	EXIT_CHANGED = 21,
	EXIT_REVOKED = 22,
	EXIT_REFUSED = 23,
};

/* ---- options.c ----------------------------------------------------------- */

/**
 * struct options - what the command line says
 * @conf_file: --config, NULL: the usual one, if it is there
 * @files: --known-hosts
 * @n_files: how many; if any, they are the only ones that count
 * @write_file: --write, or NULL
 * @checking: --policy, or NULL
 * @hash_names: write names hashed
 * @launcher: its socket
 * @takeover: replace the helper that is registered
 * @serve_children: answer for network namespaces without a helper, too
 * @once: end after one request
 * @verbose: tell of what is normal, too
 * @test: read the configuration and end
 * @ready_fd: gets a newline and is closed once questions can come; -1: none
 * @pid_file: written then; NULL: none
 * @check_host: --check: host, [host]:port or host:port; NULL: be the helper
 * @check_key: its key file, "-" for standard input
 */
struct options {
	const char *conf_file;
	const char *files[FILES_MAX];
	size_t n_files;
	const char *write_file;
	const char *checking;
	bool hash_names;
	const char *launcher;
	bool takeover;
	bool serve_children;
	bool once;
	bool verbose;
	bool test;
	int ready_fd;
	const char *pid_file;
	const char *check_host;
	const char *check_key;
};

/* -1: go on; else the exit status, all has been said. */
int options_parse(int argc, char **argv, struct options *o);

/* ---- asks.c --------------------------------------------------------------- */

/**
 * struct asks_env - where answers go
 * @verdict: the answer to an ASK
 * @known: the answer to a PREQUERY
 * @ended: nothing more comes of a request
 * @arg: of all of them
 * @pool: workers; NULL: nobody's files are asked
 * @dns: NULL: DNS is not asked
 */
struct asks_env {
	void (*verdict)(void *arg, uint64_t cookie, const struct verdict *v);
	void (*known)(void *arg, uint64_t cookie, const char *types, bool ca);
	void (*ended)(void *arg);
	void *arg;
	struct pool *pool;
	struct dns *dns;
};

struct asks;

/* NULL: no memory.  asks_setup() must follow. */
struct asks *asks_new(const struct asks_env *env);
void asks_free(struct asks *asks);
/* From now on @conf is in force, which is borrowed.  False: no memory, it is not. */
bool asks_setup(struct asks *asks, const struct conf *conf);
/*
 * A descriptor to poll for input, until the next asks_setup(); then asks_refresh().  Or a
 * negative errno.
 */
int asks_watch(struct asks *asks);
/* Read again the files that have changed.  How many they were. */
unsigned int asks_refresh(struct asks *asks);
/*
 * Give the verdict, now or later, without side effects.  It is logged unless it is OK;
 * that is logged with the result.
 */
void asks_question(struct asks *asks, const struct ask *ask);
/* Tell what is known of the name that a pre-query names, now or later. */
void asks_known(struct asks *asks, const struct ask *ask);
/* The server's signature was good, or bad.  False if nobody asked. */
bool asks_result(struct asks *asks, uint64_t cookie, bool good);
/* Nobody waits any more.  False if nobody asked. */
bool asks_cancel(struct asks *asks, uint64_t cookie);
/* How many were accepted and wait for their result. */
size_t asks_waiting(const struct asks *asks);

/* ---- netlink.c ------------------------------------------------------------ */

struct netlink;

/* 0 or a negative errno, -ENOENT: there is no such family. */
int netlink_open(struct netlink **nl);
/*
 * Ask to become the helper.  What comes of it is an event: questions may come
 * before it.
 */
int netlink_register(struct netlink *nl, uint32_t flags);
int netlink_fd(const struct netlink *nl);
/* 1: an event; 0: nothing (any more); negative errno.  Never waits. */
int netlink_next(struct netlink *nl, struct event *ev);
int netlink_verdict(struct netlink *nl, uint64_t cookie, const struct verdict *v);
/* @types: as of kssh_trust_known() */
int netlink_known(struct netlink *nl, uint64_t cookie, const char *types, bool ca);
void netlink_close(struct netlink *nl);

/* ---- by_hand.c ------------------------------------------------------------ */

int check_by_hand(const struct options *o, const struct conf *conf);

#endif /* KSSH_HOSTKEYD_H */
