/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The workers that read the files of users: one for each user who asks, some at a
 * time, each answering one question after the other.
 */
#ifndef KSSH_POOL_H
#define KSSH_POOL_H

#include <systemd/sd-event.h>

#include "users.h"

/**
 * struct pool_limits - how much, how long
 * @workers_max: workers at a time; who comes later waits until one is idle
 * @timeout_ms: for an answer, from the question on; then the worker is killed
 * @idle_ms: a worker without work ends after that
 */
struct pool_limits {
	unsigned int workers_max;
	unsigned int timeout_ms;
	unsigned int idle_ms;
};

struct pool;
struct job;

/*
 * @launcher: path of the launcher's socket, borrowed; it is connected to when it is
 * needed.  NULL: no memory.
 */
struct pool *pool_new(sd_event *event, const char *launcher);
void pool_free(struct pool *pool);
/* From now on this holds; workers get to know with their next question. */
void pool_setup(struct pool *pool, const struct pool_limits *limits,
		const struct work_policy *policy);

/**
 * pool_ask - ask the worker of a user
 * @pool: pool
 * @uid: user
 * @op: WORK_CHECK, WORK_KNOWN, WORK_RECORD
 * @query: copied
 * @done: called once, later, unless pool_forget() comes first: with 0 and the answer,
 *	whose texts end, or with -ENOENT (no such user, or he has no home),
 *	-ETIMEDOUT, -EAGAIN (no worker became free), -EPIPE (it died), -EBADMSG (it
 *	said nonsense), -ECONNREFUSED (no launcher), or what it could not do
 * @arg: of @done
 *
 * Return: the job, or NULL: no memory.
 */
struct job *pool_ask(struct pool *pool, uint32_t uid, enum work_op op,
		     const struct kssh_trust_query *query,
		     void (*done)(void *arg, int error, const struct work_done *answer),
		     void *arg);
/* The answer is not wanted any more. */
void pool_forget(struct job *job);

#endif /* KSSH_POOL_H */
