// SPDX-License-Identifier: GPL-2.0
/*
 * Workers and what they have to do.  A worker that dies, hangs or says nonsense takes
 * the questions of its user along, and of nobody else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "pool.h"

/* One question, with its message. */
struct job {
	TAILQ_ENTRY(job) in_order;
	struct user *user;
	void (*done)(void *arg, int error, const struct work_done *answer);
	void *arg;
	uint64_t deadline;	/* usec, CLOCK_MONOTONIC */
	bool tried;		/* a worker has died of it, or with it */
	size_t len;
	struct work message;	/* @len bytes */
};

TAILQ_HEAD(jobs, job);

/* A user who has asked, and his worker. */
struct user {
	TAILQ_ENTRY(user) in_order;	/* the one that began to wait first is first */
	struct pool *pool;
	uint32_t uid;
	uint64_t id;		/* of the worker */
	int fd;			/* -1: has no worker yet */
	bool ready;		/* it has said hello */
	bool busy;		/* it has the first of @jobs */
	unsigned int policy;	/* number of the policy that it knows */
	struct jobs jobs;
	sd_event_source *io;
	sd_event_source *timer;
};

TAILQ_HEAD(users, user);

struct pool {
	sd_event *event;
	const char *launcher;
	int fd;			/* of the launcher, -1 */
	uint64_t last_id;
	unsigned int workers;
	struct pool_limits limits;
	struct work work_policy;	/* the message */
	unsigned int policy;		/* its number */
	struct users users;
	sd_event_source *defer;	/* start_waiting() has it run */
};

static uint64_t now(struct pool *pool)
{
	uint64_t usec = 0;

	sd_event_now(pool->event, CLOCK_MONOTONIC, &usec);
	return usec;
}

/* ---- the launcher --------------------------------------------------------------- */

static int launcher_connect(struct pool *pool)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(pool->launcher) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	strcpy(sun.sun_path, pool->launcher);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
		close(fd);
		return -ECONNREFUSED;
	}
	pool->fd = fd;
	return 0;
}

static int launcher_send_once(struct pool *pool, const struct launch_request *r, int fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u = { 0 };
	struct iovec iov = { (void *)r, sizeof(*r) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = u.buf;
		msg.msg_controllen = sizeof(u.buf);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	return sendmsg(pool->fd, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* It may have been started anew meanwhile. */
static int launcher_send(struct pool *pool, const struct launch_request *r, int fd)
{
	int ret = pool->fd >= 0 ? launcher_send_once(pool, r, fd) : -EPIPE;

	if (ret != -EPIPE && ret != -ECONNRESET)
		return ret;
	if (pool->fd >= 0)
		close(pool->fd);
	pool->fd = -1;
	ret = launcher_connect(pool);
	return ret ? ret : launcher_send_once(pool, r, fd);
}

/* ---- the life of a worker -------------------------------------------------------- */

static void next_job(struct user *u);
static void start_waiting(struct pool *pool);

static void finish(struct user *u, struct job *job, int error,
		   const struct work_done *answer)
{
	TAILQ_REMOVE(&u->jobs, job, in_order);
	if (job->done)
		job->done(job->arg, error, answer);
	free(job);
}

static void stop_worker(struct user *u)
{
	if (u->fd < 0)
		return;
	u->io = sd_event_source_unref(u->io);
	close(u->fd);
	u->fd = -1;
	u->ready = false;
	u->busy = false;
	u->pool->workers--;
}

static void kill_worker(struct user *u)
{
	struct launch_request r = { .op = LAUNCH_KILL, .id = u->id };

	if (u->fd < 0)
		return;
	stop_worker(u);
	if (launcher_send(u->pool, &r, -1))
		log_line(LOG_LEVEL_ERR, "the worker of uid %u cannot be killed", u->uid);
}

static void free_user(struct user *u)
{
	stop_worker(u);
	sd_event_source_unref(u->timer);
	TAILQ_REMOVE(&u->pool->users, u, in_order);
	free(u);
}

/* It is of no use any more, and neither are its questions. */
static void fail_user(struct user *u, int error)
{
	struct pool *pool = u->pool;
	struct job *job;

	stop_worker(u);
	while ((job = TAILQ_FIRST(&u->jobs)))
		finish(u, job, error, NULL);
	free_user(u);
	start_waiting(pool);
}

/*
 * It is of no use any more.  Its questions go to a new one, but each only once: a worker
 * may have ended in the moment in which it was asked, or be killed by its user.
 */
static void retry_user(struct user *u)
{
	struct job *job, *next;

	stop_worker(u);
	for (job = TAILQ_FIRST(&u->jobs); job; job = next) {
		next = TAILQ_NEXT(job, in_order);
		if (job->tried || !job->done)
			finish(u, job, -EPIPE, NULL);
		else
			job->tried = true;
	}
	if (TAILQ_EMPTY(&u->jobs))
		fail_user(u, -EPIPE);
	else
		start_waiting(u->pool);
}

static void set_timer(struct user *u, uint64_t when)
{
	sd_event_source_set_time(u->timer, when);
	sd_event_source_set_enabled(u->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *s, uint64_t usec, void *arg)
{
	struct user *u = arg;

	(void)s;
	(void)usec;
	if (TAILQ_EMPTY(&u->jobs)) {
		fail_user(u, 0);	/* idle for too long */
	} else if (u->fd < 0) {
		fail_user(u, -EAGAIN);
	} else {
		log_line(LOG_LEVEL_WARNING, "the worker of uid %u does not answer", u->uid);
		kill_worker(u);
		fail_user(u, -ETIMEDOUT);
	}
	return 0;
}

/* ---- what it says ------------------------------------------------------------------ */

/* Texts must end, numbers must be of their kind: the worker is its user's. */
static bool sane(const struct work_done *d, enum work_op op)
{
	const struct verdict *v = &d->verdict;

	if (!memchr(d->types, 0, sizeof(d->types)) ||
	    !memchr(d->file, 0, sizeof(d->file)) ||
	    !memchr(v->file, 0, sizeof(v->file)) ||
	    !memchr(v->why, 0, sizeof(v->why)) ||
	    !memchr(v->ca, 0, sizeof(v->ca)) ||
	    d->op != op || d->error > 0 || d->error < -4095 ||
	    v->error < 0 || v->error > 4095 || v->is_new || v->by_dns)
		return false;
	if (op != WORK_CHECK)
		return true;
	return v->verdict >= KSSH_TRUST_OK && v->verdict <= KSSH_TRUST_REFUSED;
}

static void take_hello(struct user *u, const struct work_hello *hello)
{
	if (hello->error || hello->uid != u->uid) {
		fail_user(u, hello->error > 0 && hello->error < 4096 ? -hello->error :
								       -EBADMSG);
		return;
	}
	u->ready = true;
	next_job(u);
}

static int on_message(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct user *u = arg;
	struct job *job;
	union {
		struct work_hello hello;
		struct work_done done;
	} m;
	ssize_t n;

	(void)s;
	(void)events;
	n = recv(fd, &m, sizeof(m), MSG_TRUNC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		if (!TAILQ_EMPTY(&u->jobs))
			log_line(LOG_LEVEL_WARNING, "the worker of uid %u has died",
				 u->uid);
		retry_user(u);
	} else if (!u->ready && n == sizeof(m.hello)) {
		take_hello(u, &m.hello);
	} else if (u->busy && n == sizeof(m.done) &&
		   sane(&m.done, TAILQ_FIRST(&u->jobs)->message.op)) {
		job = TAILQ_FIRST(&u->jobs);
		u->busy = false;
		finish(u, job, 0, &m.done);
		next_job(u);
	} else {
		log_line(LOG_LEVEL_WARNING, "the worker of uid %u makes no sense", u->uid);
		kill_worker(u);
		fail_user(u, -EBADMSG);
	}
	return 0;
}

/* ---- what it is told ----------------------------------------------------------------- */

static int start_worker(struct user *u)
{
	struct launch_request r = { .op = LAUNCH_START, .uid = u->uid };
	struct pool *pool = u->pool;
	int fds[2], ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return -errno;
	u->id = ++pool->last_id;
	r.id = u->id;
	ret = launcher_send(pool, &r, fds[1]);
	close(fds[1]);
	if (!ret)
		ret = sd_event_add_io(pool->event, &u->io, fds[0], EPOLLIN, on_message, u);
	if (ret < 0) {
		close(fds[0]);
		return ret;
	}
	u->fd = fds[0];
	u->policy = pool->policy - 1;
	pool->workers++;
	return 0;
}

/* The user who waits for a worker for longest, NULL: none. */
static struct user *first_waiting(struct pool *pool)
{
	struct user *u;

	TAILQ_FOREACH(u, &pool->users, in_order) {
		if (u->fd < 0)
			return u;
	}
	return NULL;
}

/* Who has nothing to do makes room, the one for whom that is so for longest. */
static void evict_idle(struct pool *pool)
{
	struct user *u;

	TAILQ_FOREACH(u, &pool->users, in_order) {
		if (u->fd >= 0 && TAILQ_EMPTY(&u->jobs)) {
			free_user(u);
			return;
		}
	}
}

/* Give workers to users who wait for one, as far as there is room. */
static int on_defer(sd_event_source *s, void *arg)
{
	struct pool *pool = arg;
	struct user *u;
	int ret;

	(void)s;
	while ((u = first_waiting(pool))) {
		if (pool->workers >= pool->limits.workers_max)
			evict_idle(pool);
		if (pool->workers >= pool->limits.workers_max)
			break;
		ret = start_worker(u);
		if (ret)
			fail_user(u, ret);
	}
	return 0;
}

static void start_waiting(struct pool *pool)
{
	sd_event_source_set_enabled(pool->defer, SD_EVENT_ONESHOT);
}

static int send_job(struct user *u, const struct job *job)
{
	struct pool *pool = u->pool;

	if (u->policy != pool->policy &&
	    send(u->fd, &pool->work_policy, sizeof(pool->work_policy),
		 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return -errno;
	u->policy = pool->policy;
	return send(u->fd, &job->message, job->len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ?
	       -errno : 0;
}

/* Its worker can be given something to do. */
static void next_job(struct user *u)
{
	struct job *job = TAILQ_FIRST(&u->jobs);
	struct pool *pool = u->pool;
	int ret;

	if (!job) {
		TAILQ_REMOVE(&pool->users, u, in_order);
		TAILQ_INSERT_TAIL(&pool->users, u, in_order);
		set_timer(u, now(pool) + pool->limits.idle_ms * 1000ULL);
		start_waiting(pool);
		return;
	}
	set_timer(u, job->deadline);
	if (!u->ready || u->busy)
		return;
	u->busy = true;
	ret = send_job(u, job);
	/* that it has ended is noticed where its answers are read */
	if (ret && ret != -EPIPE && ret != -ECONNRESET)
		log_line(LOG_LEVEL_WARNING, "the worker of uid %u does not listen: %s",
			 u->uid, strerror(-ret));
}

static struct user *get_user(struct pool *pool, uint32_t uid)
{
	struct user *u;

	TAILQ_FOREACH(u, &pool->users, in_order) {
		if (u->uid == uid)
			return u;
	}
	u = calloc(1, sizeof(*u));
	if (!u)
		return NULL;
	u->pool = pool;
	u->uid = uid;
	u->fd = -1;
	TAILQ_INIT(&u->jobs);
	if (sd_event_add_time(pool->event, &u->timer, CLOCK_MONOTONIC, UINT64_MAX, 1000,
			      on_timer, u) < 0) {
		free(u);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&pool->users, u, in_order);
	start_waiting(pool);
	return u;
}

static struct job *new_job(enum work_op op, const struct kssh_trust_query *q)
{
	struct job *job;

	if (strlen(q->name) >= sizeof(job->message.query.name) ||
	    q->key_len > KSSH_KEY_MAX)
		return NULL;
	job = calloc(1, sizeof(*job) + q->key_len);
	if (!job)
		return NULL;
	job->len = sizeof(job->message) + q->key_len;
	job->message.op = op;
	strcpy(job->message.query.name, q->name);
	job->message.query.port = q->port;
	job->message.query.verbatim = q->verbatim;
	job->message.query.key_len = q->key_len;
	memcpy(job->message.key, q->key, q->key_len);
	return job;
}

/* ---- for the daemon (contracts in pool.h) ------------------------------------------ */

struct job *pool_ask(struct pool *pool, uint32_t uid, enum work_op op,
		     const struct kssh_trust_query *query,
		     void (*done)(void *arg, int error, const struct work_done *answer),
		     void *arg)
{
	struct job *job = new_job(op, query);
	struct user *u = job ? get_user(pool, uid) : NULL;

	if (!u) {
		free(job);
		return NULL;
	}
	job->user = u;
	job->done = done;
	job->arg = arg;
	job->deadline = now(pool) + pool->limits.timeout_ms * 1000ULL;
	TAILQ_INSERT_TAIL(&u->jobs, job, in_order);
	if (job == TAILQ_FIRST(&u->jobs))
		next_job(u);
	return job;
}

void pool_forget(struct job *job)
{
	struct user *u = job->user;

	job->done = NULL;
	if (u->busy && job == TAILQ_FIRST(&u->jobs))
		return;
	TAILQ_REMOVE(&u->jobs, job, in_order);
	free(job);
	if (u->fd < 0 && TAILQ_EMPTY(&u->jobs))
		free_user(u);
	else if (!u->busy)
		next_job(u);
}

void pool_setup(struct pool *pool, const struct pool_limits *limits,
		const struct work_policy *policy)
{
	pool->limits = *limits;
	pool->work_policy.op = WORK_SETUP;
	pool->work_policy.policy = *policy;
	pool->policy++;
}

struct pool *pool_new(sd_event *event, const char *launcher)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->event = event;
	pool->launcher = launcher;
	pool->fd = -1;
	TAILQ_INIT(&pool->users);
	if (sd_event_add_defer(event, &pool->defer, on_defer, pool) < 0) {
		free(pool);
		return NULL;
	}
	sd_event_source_set_enabled(pool->defer, SD_EVENT_OFF);
	return pool;
}

void pool_free(struct pool *pool)
{
	struct user *u;
	struct job *job;

	if (!pool)
		return;
	while ((u = TAILQ_FIRST(&pool->users))) {
		while ((job = TAILQ_FIRST(&u->jobs))) {
			TAILQ_REMOVE(&u->jobs, job, in_order);
			free(job);
		}
		free_user(u);
	}
	sd_event_source_unref(pool->defer);
	if (pool->fd >= 0)
		close(pool->fd);
	free(pool);
}
