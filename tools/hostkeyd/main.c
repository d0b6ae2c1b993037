// SPDX-License-Identifier: GPL-2.0
/* Registers, drops its rights, reads and answers. */
#include <cap-ng.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "hostkeyd.h"

/* Messages of the kernel between two looks at everything else. */
#define BATCH	64

/**
 * struct daemon - all there is
 * @o: command line
 * @conf: what is in force
 * @event: the loop
 * @nl: the socket
 * @files: tells of changes of files
 * @pool: workers of users
 * @dns: DNS
 * @asks: questions
 * @registered: it is the helper
 */
struct daemon {
	struct options o;
	struct conf *conf;
	sd_event *event;
	struct netlink *nl;
	sd_event_source *files;
	struct pool *pool;
	struct dns *dns;
	struct asks *asks;
	bool registered;
};

static int give_up(const char *what, int error, const char *why)
{
	log_line(LOG_LEVEL_ERR, "cannot %s: %s%s%s", what, strerror(-error),
		 *why ? ": " : "", why);
	return error == -EBUSY ? EXIT_BUSY : error == -EPERM ? EXIT_NOT_ALLOWED :
							       EXIT_TROUBLE;
}

/* ---- becoming the helper --------------------------------------------------------- */

/* What is needed until REGISTER, and no way to more. */
static int keep_net_admin(void)
{
	bool has = capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	capng_clear(CAPNG_SELECT_BOTH);
	if (has)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}

/*
 * The registered socket is the right to answer, so no capability is needed any more:
 * one that was taken over is not won back, that is for who administers the machine.
 * Files are read and written as their owner.
 */
static int drop_rights(void)
{
	capng_clear(CAPNG_SELECT_BOTH);
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}

static int write_pid(const char *path)
{
	FILE *f = fopen(path, "we");
	int ret;

	if (!f)
		return -errno;
	ret = fprintf(f, "%d\n", getpid()) < 0 ? -EIO : 0;
	return fclose(f) && !ret ? -errno : ret;
}

/* Ask to become the helper.  -1, or the exit status with all said. */
static int begin(struct daemon *d)
{
	uint32_t flags = KSSH_REGISTER_FLAG_PREQUERY;
	int ret;

	if (d->o.takeover)
		flags |= KSSH_REGISTER_FLAG_TAKEOVER;
	if (d->conf->serve_children)
		flags |= KSSH_REGISTER_FLAG_SERVE_CHILDREN;
	ret = netlink_open(&d->nl);
	if (ret == -ENOENT) {
		log_line(LOG_LEVEL_ERR,
			 "the kernel module kssh is not loaded (modprobe kssh)");
		return EXIT_NO_MODULE;
	}
	if (!ret)
		ret = netlink_register(d->nl, flags);
	/* its right to do that has been looked at; the answer only tells of it */
	if (!ret)
		ret = drop_rights();
	return ret ? give_up("reach the kernel", ret, "") : -1;
}

/* The answer to that.  -1, or the exit status with all said. */
static int registered(struct daemon *d, const struct event *ev)
{
	int ret;

	if (ev->error)
		return give_up("register", ev->error, ev->why);
	ret = d->o.pid_file ? write_pid(d->o.pid_file) : 0;
	if (ret)
		return give_up("write the pid file", ret, d->o.pid_file);
	d->registered = true;
	if (d->o.verbose)
		log_line(LOG_LEVEL_INFO, "ready, policy %s, %zu files%s",
			 d->conf->accept_new ? "accept-new" : "strict",
			 d->conf->policy.n_files,
			 d->conf->user_files ? " and those of users" : "");
	if (d->o.ready_fd >= 0) {
		if (write(d->o.ready_fd, "\n", 1) != 1)
			log_line(LOG_LEVEL_ERR, "nobody hears that it is ready");
		close(d->o.ready_fd);
	}
	sd_notify(0, "READY=1");
	return -1;
}

/* ---- answers (struct asks_env) ------------------------------------------------------ */

static void send_verdict(void *arg, uint64_t cookie, const struct verdict *v)
{
	struct daemon *d = arg;
	int ret = netlink_verdict(d->nl, cookie, v);

	if (ret)
		log_line(LOG_LEVEL_ERR, "cannot answer: %s", strerror(-ret));
}

static void send_known(void *arg, uint64_t cookie, const char *types, bool ca)
{
	struct daemon *d = arg;
	int ret = netlink_known(d->nl, cookie, types, ca);

	if (ret)
		log_line(LOG_LEVEL_ERR, "cannot answer: %s", strerror(-ret));
}

static void one_has_ended(void *arg)
{
	struct daemon *d = arg;

	if (d->o.once)
		sd_event_exit(d->event, EXIT_FINE);
}

/* ---- what happens --------------------------------------------------------------------- */

/* -1: go on; else the exit status. */
static int handle(struct daemon *d, const struct event *ev)
{
	switch (ev->cmd) {
	case KSSH_CMD_REGISTER:
		return registered(d, ev);
	case KSSH_CMD_PREQUERY:
		asks_known(d->asks, &ev->ask);
		break;
	case KSSH_CMD_ASK:
		asks_question(d->asks, &ev->ask);
		break;
	case KSSH_CMD_RESULT:
		asks_result(d->asks, ev->ask.cookie, ev->good);
		break;
	case KSSH_CMD_CANCEL:
		asks_cancel(d->asks, ev->ask.cookie);
		break;
	case KSSH_CMD_DISMISSED:
		log_line(LOG_LEVEL_ERR, "no longer the helper: %s",
			 "another took over, or the module is unloaded");
		return EXIT_DISMISSED;
	default:
		if (d->o.verbose)
			log_line(LOG_LEVEL_INFO, "message %d is unknown", ev->cmd);
	}
	return -1;
}

static int on_netlink(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct daemon *d = arg;
	struct event ev;
	int ret, i;

	(void)s;
	(void)fd;
	(void)events;
	/* The kernel sends one message at a time, so nothing is left over in @d->nl. */
	for (i = 0; i < BATCH; i++) {
		ret = netlink_next(d->nl, &ev);
		if (ret < 0)
			sd_event_exit(d->event, give_up("read", ret, ""));
		if (ret <= 0)
			break;
		ret = handle(d, &ev);
		if (ret >= 0) {
			sd_event_exit(d->event, ret);
			break;
		}
	}
	return 0;
}

static int on_end(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	struct daemon *d = arg;

	(void)s;
	(void)si;
	sd_event_exit(d->event, EXIT_FINE);
	return 0;
}

/* When nothing else is to be done; the files are looked at with each question, too. */
static int on_files(sd_event_source *s, int fd, uint32_t events, void *arg)
{
	struct daemon *d = arg;
	unsigned int n;

	(void)s;
	(void)fd;
	(void)events;
	n = asks_refresh(d->asks);
	if (n && d->o.verbose)
		log_line(LOG_LEVEL_INFO, "%u files have changed", n);
	return 0;
}

static void watch_files(struct daemon *d)
{
	int fd = asks_watch(d->asks);

	if (fd >= 0)
		fd = sd_event_add_io(d->event, &d->files, fd, EPOLLIN, on_files, d);
	if (fd < 0) {
		log_line(LOG_LEVEL_WARNING, "files cannot be watched: %s", strerror(-fd));
		return;
	}
	sd_event_source_set_priority(d->files, SD_EVENT_PRIORITY_IDLE);
}

/* 0; or a negative errno: @conf is not needed any more. */
static int put_in_force(struct daemon *d, const struct conf *conf)
{
	struct kssh_trust_dns_client *client = NULL;
	int ret = 0;

	if (conf->policy.dns != KSSH_TRUST_DNS_NO)
		ret = kssh_trust_dns_new(&conf->resolver, &client);
	if (ret) {
		log_line(LOG_LEVEL_ERR, "DNS cannot be asked: %s", strerror(-ret));
		return ret;
	}
	ret = dns_setup(d->dns, client, conf->dns_timeout_ms);
	if (ret) {
		kssh_trust_dns_free(client);
		return ret;
	}
	/* the descriptor goes with the old files */
	d->files = sd_event_source_disable_unref(d->files);
	ret = asks_setup(d->asks, conf) ? 0 : -ENOMEM;
	watch_files(d);
	if (ret)
		return ret;
	pool_setup(d->pool, &conf->limits, &conf->work_policy);
	return 0;
}

/* A new configuration is in force as a whole, or not at all. */
static int on_reload(sd_event_source *s, const struct signalfd_siginfo *si, void *arg)
{
	struct conf *conf, *old;
	struct daemon *d = arg;

	(void)s;
	(void)si;
	sd_notify(0, "RELOADING=1");
	old = d->conf;
	conf = conf_read(&d->o);
	if (conf && !put_in_force(d, conf)) {
		if (conf->serve_children != old->serve_children)
			log_line(LOG_LEVEL_WARNING,
				 "ServeChildren changes with a restart only");
		d->conf = conf;
		conf_free(old);
		log_line(LOG_LEVEL_NOTICE, "the configuration has been read again");
		sd_notify(0, "STATUS=\nREADY=1");
	} else {
		conf_free(conf);
		log_line(LOG_LEVEL_ERR, "the configuration is bad, the old one stays");
		sd_notify(0, "STATUS=bad configuration, the old one stays\nREADY=1");
	}
	return 0;
}

/* 0 or a negative errno. */
static int prepare(struct daemon *d)
{
	struct asks_env env = { .verdict = send_verdict, .known = send_known,
				.ended = one_has_ended, .arg = d };
	sigset_t set;
	int ret;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ret = sd_event_new(&d->event);
	if (ret < 0)
		return ret;
	ret = sd_event_add_signal(d->event, NULL, SIGTERM, on_end, d);
	if (ret >= 0)
		ret = sd_event_add_signal(d->event, NULL, SIGINT, on_end, d);
	if (ret >= 0)
		ret = sd_event_add_signal(d->event, NULL, SIGHUP, on_reload, d);
	if (ret < 0)
		return ret;
	d->pool = pool_new(d->event, d->o.launcher);
	d->dns = dns_new(d->event);
	env.pool = d->pool;
	env.dns = d->dns;
	d->asks = asks_new(&env);
	if (!d->pool || !d->dns || !d->asks)
		return -ENOMEM;
	return keep_net_admin();
}

/* Returns the exit status. */
static int run(struct daemon *d)
{
	int ret = prepare(d);

	if (ret < 0)
		return give_up("start", ret, "");
	if (put_in_force(d, d->conf))
		return EXIT_CONFIG;
	ret = begin(d);
	if (ret >= 0)
		return ret;
	ret = sd_event_add_io(d->event, NULL, netlink_fd(d->nl), EPOLLIN, on_netlink, d);
	if (ret >= 0)
		ret = sd_event_loop(d->event);
	return ret < 0 ? give_up("go on", ret, "") : ret;
}

int main(int argc, char **argv)
{
	static struct daemon d;
	int ret;

	log_open("kssh-hostkeyd");
	ret = options_parse(argc, argv, &d.o);
	if (ret >= 0)
		return ret;
	d.conf = conf_read(&d.o);
	if (!d.conf)
		return EXIT_CONFIG;
	if (d.o.test || d.o.check_host) {
		ret = d.o.test ? EXIT_FINE : check_by_hand(&d.o, d.conf);
		conf_free(d.conf);
		return ret;
	}

	umask(022);
	signal(SIGPIPE, SIG_IGN);
	ret = run(&d);
	sd_notify(0, "STOPPING=1");
	if (d.registered && d.o.pid_file)
		unlink(d.o.pid_file);
	sd_event_source_disable_unref(d.files);
	asks_free(d.asks);
	pool_free(d.pool);
	dns_free(d.dns);
	netlink_close(d.nl);
	sd_event_unref(d.event);
	conf_free(d.conf);
	return ret;
}
