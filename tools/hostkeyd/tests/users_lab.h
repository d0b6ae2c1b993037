/* SPDX-License-Identifier: GPL-2.0 */
/* A world with users, the launcher in it, and how the tests ask. */
#ifndef KSSH_USERS_LAB_H
#define KSSH_USERS_LAB_H

#include <stdbool.h>
#include <sys/types.h>

#include "../pool.h"

#define FIRST_UID	41000	/* nobody has that */
#define USERS		120
#define TEAM		41900	/* a group that the first user is in */
#define NAME		"host.example"
/* Nothing takes that long unless something is wrong. */
#define PATIENCE_MS	60000

/* What came of a question. */
struct reply {
	bool came;
	int error;
	struct work_done done;
};

extern char dir[64], sock[128], launch[4200], worker[4200];
extern pid_t launcher;
extern struct pool *pool;

/* @file in the home of user @n; good until four more are asked for. */
const char *path(int n, const char *file);
void write_file(const char *name, const char *text, int uid, mode_t mode);
/* A user's home, new and with an empty ~/.ssh: the uid. */
uint32_t home(int n);
/* Write a user's known_hosts. */
void knows(int n, const char *lines);
void start_launcher(void);
void stop_launcher(void);
void limits(unsigned int workers, unsigned int timeout_ms, unsigned int idle_ms);
/* For each test, and for all of them. */
int setup(void **state);
int teardown(void **state);
/* Ask; the reply comes while turn() runs. */
struct job *begin(struct reply *r, uint32_t uid, enum work_op op, const char *line);
uint64_t now_ms(void);
/* One turn of the loop. */
void turn(unsigned int ms);
/* A reply must come. */
void await(const struct reply *r);
/* The verdict, or a negative errno. */
int ask(uint32_t uid, const char *line);
/* 0 or a negative errno, of the pool or of the worker. */
int record(uint32_t uid, const char *line);
/* The process of a user's worker, 0: none. */
pid_t worker_of(uint32_t uid);
/* Until there is no such process. */
void wait_gone(pid_t pid);
/* A field of /proc/PID/status, without blanks at its ends. */
const char *status_of(pid_t pid, const char *field);
/* A connection to the launcher, made by that user. */
int connect_as(uid_t uid);
int create(void **state);
int destroy(void **state);

#endif /* KSSH_USERS_LAB_H */
