/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of users: who starts a process that reads them, and what is said to it.
 *
 *	kssh-hostkeyd --(START uid + socket)--> kssh-hostkeyd-launch
 *	      ^                                         | fork, become the user, exec
 *	      +------(setup, work, done)------> kssh-hostkeyd-worker
 *
 * The daemon makes a pair of sockets and gives one end away with START; whoever
 * fails closes his end, which the other one notices.  All sockets are
 * SOCK_SEQPACKET, a message is a packet, and its parts are this machine's own: the
 * three programs come from one build.
 */
#ifndef KSSH_USERS_H
#define KSSH_USERS_H

#include <stddef.h>
#include <stdint.h>

#include "judge.h"

#define LAUNCH_SOCKET	"/run/kssh-hostkeyd/launch"
/* The worker's socket, and its longest life without anything to do. */
#define WORKER_FD	3
#define WORKER_IDLE_MS	(5 * 60 * 1000)
/* After so much time for one question the worker ends by itself. */
#define WORKER_ALARM	30

/* ---- to the launcher --------------------------------------------------------- */

enum launch_op {
	LAUNCH_START = 1,	/* with the worker's socket */
	LAUNCH_KILL,		/* it hangs */
};

/**
 * struct launch_request - what the daemon asks of the launcher
 * @op: enum launch_op
 * @uid: START: user
 * @id: names the worker
 */
struct launch_request {
	uint32_t op;
	uint32_t uid;
	uint64_t id;
};

/* ---- between daemon and worker --------------------------------------------------- */

/**
 * struct work_hello - the first message of a worker, or of what should become one
 * @error: 0: ready; ENOENT: there is no such user, or he has no home; other errno
 * @uid: who it is
 */
struct work_hello {
	int32_t error;
	uint32_t uid;
};

enum work_op {
	WORK_SETUP = 1,		/* the policy; no answer */
	WORK_CHECK,
	WORK_KNOWN,
	WORK_RECORD,
};

#define ALGORITHMS_MAX	1023

/**
 * struct work_policy - of WORK_SETUP: what the system demands
 * @hash_names: write names hashed
 * @rsa_min_bits: shortest RSA key
 * @ca_algorithms: how an authority may have signed, "" as by default
 */
struct work_policy {
	uint32_t hash_names;
	uint32_t rsa_min_bits;
	char ca_algorithms[ALGORITHMS_MAX + 1];
};

/**
 * struct work_query - CHECK, KNOWN, RECORD: the question
 * @name: NUL-terminated
 * @port: port to look up
 * @verbatim: look @name up without port
 * @key_len: bytes of the key, which stands at the end of the message
 */
struct work_query {
	char name[KSSH_NAME_MAX + 1];
	uint16_t port;
	uint8_t verbatim;
	uint32_t key_len;
};

/**
 * struct work - a message to a worker
 * @op: enum work_op
 * @policy: of WORK_SETUP
 * @query: of the others
 * @key: of the others
 */
struct work {
	uint32_t op;
	union {
		struct work_policy policy;
		struct work_query query;
	};
	uint8_t key[];
};

/**
 * struct work_done - the answer to CHECK, KNOWN or RECORD
 * @op: of the question
 * @error: KNOWN, RECORD: 0 or negative errno, as of the library
 * @verdict: CHECK; RECORD: what stood in the way
 * @ca: KNOWN: an authority is known
 * @types: KNOWN
 * @file: RECORD: where it was written to
 */
struct work_done {
	uint32_t op;
	int32_t error;
	struct verdict verdict;
	uint8_t ca;
	char types[KSSH_TRUST_TYPES_MAX];
	char file[KSSH_TEXT_MAX + 1];
};

#endif /* KSSH_USERS_H */
