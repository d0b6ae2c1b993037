/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kssh-hostkeyd: the helper for programs that bring no policy of their own.
 *
 *	main.c		registers, drops its rights, reads and answers
 *	options.c	command line			say.c		the log
 *	netlink.c	the messages			asks.c		the questions
 *	by_hand.c	--check
 *
 * It is as wide as the system's known_hosts files.  What it cannot decide is
 * "unknown"; it never asks a person and never runs anything.
 */
#ifndef KSSH_HOSTKEYD_H
#define KSSH_HOSTKEYD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/kssh.h>
#include <linux/kssh_netlink.h>

#include "ksshtrust.h"

/* Exit status.  Documented in kssh-hostkeyd.8; a number never changes its meaning. */
enum exit_status {
	EXIT_FINE = 0,
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
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

#define FILES_MAX	16

/**
 * struct options - what the command line says
 * @policy: files and what to do with a new name
 * @files: storage of the policy's list
 * @takeover: replace the helper that is registered
 * @serve_children: answer for network namespaces without a helper, too
 * @once: end after one request
 * @verbose: tell of what is normal, too
 * @ready_fd: gets a newline and is closed once questions can come; -1: none
 * @pid_file: written then; NULL: none
 * @check_host: --check: host, [host]:port or host:port; NULL: be the helper
 * @check_key: its key file, "-" for standard input
 */
struct options {
	struct kssh_trust_policy policy;
	const char *files[FILES_MAX];
	bool takeover;
	bool serve_children;
	bool once;
	bool verbose;
	int ready_fd;
	const char *pid_file;
	const char *check_host;
	const char *check_key;
};

/* -1: go on; else the exit status, all has been said. */
int options_parse(int argc, char **argv, struct options *o);

/* ---- say.c ---------------------------------------------------------------- */

enum { ESCAPED_MAX = 4 * 255 + 1 };

/* One line on standard error, in one write. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * What strangers wrote, fit for a log: printable ASCII but for '"' and '\\', the
 * rest as \xHH.  No more than @n bytes, cut after 255.  Returns @out.
 */
const char *escape(const char *s, size_t n, char out[ESCAPED_MAX]);

/* ---- asks.c --------------------------------------------------------------- */

/**
 * struct ask - a question, as it came
 * @cookie: names it
 * @flags: KSSH_NAME_*
 * @port: port to look up
 * @uid: of the asker
 * @pid: of the asker, 0 if not told
 * @name: peer name
 * @algorithm: host key algorithm
 * @comm: command of the asker
 * @key: host key blob; somebody else's memory
 * @key_len: its length
 */
struct ask {
	uint64_t cookie;
	uint32_t flags;
	uint16_t port;
	uint32_t uid;
	uint32_t pid;
	char name[KSSH_NAME_MAX + 1];
	char algorithm[KSSH_ALGNAME_MAX + 1];
	char comm[16];
	const uint8_t *key;
	size_t key_len;
};

struct asks;

struct asks *asks_new(const struct kssh_trust_policy *policy);
void asks_free(struct asks *asks);
/*
 * Give the verdict, without side effects.  It is logged unless it is OK; that
 * is logged with the result.
 */
void asks_question(struct asks *asks, const struct ask *ask,
		   struct kssh_trust_answer *answer);
/* What is known of the name that a pre-query names: "" of what cannot be told. */
void asks_known(const struct asks *asks, const struct ask *ask,
		char types[KSSH_TRUST_TYPES_MAX]);
/* The server's signature was good, or bad.  False if nobody asked. */
bool asks_result(struct asks *asks, uint64_t cookie, bool good);
/* Nobody waits any more.  False if nobody asked. */
bool asks_cancel(struct asks *asks, uint64_t cookie);
/* How many were accepted and wait for their result. */
size_t asks_waiting(const struct asks *asks);

/* ---- netlink.c ------------------------------------------------------------ */

struct netlink;

/* A message of the kernel: KSSH_CMD_* and what belongs to it. */
struct event {
	int cmd;
	struct ask ask;		/* ASK, PREQUERY; of RESULT and CANCEL the cookie */
	bool good;		/* RESULT */
	int error;		/* REGISTER: 0 or a negative errno */
	char why[256];		/* and the kernel's words */
};

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
int netlink_verdict(struct netlink *nl, uint64_t cookie,
		    const struct kssh_trust_answer *answer);
/* @types: as of kssh_trust_known() */
int netlink_known(struct netlink *nl, uint64_t cookie, const char *types);
void netlink_close(struct netlink *nl);

/* ---- by_hand.c ------------------------------------------------------------ */

int check_by_hand(const struct options *o);

#endif /* KSSH_HOSTKEYD_H */
