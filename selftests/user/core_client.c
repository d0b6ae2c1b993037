// SPDX-License-Identifier: GPL-2.0
/*
 * The core in user space against a real server: does a handshake on 127.0.0.1 and
 * says what came of it.
 *
 * usage: core_client port [list=text ...] [chunk=n] [userauth] [user=name]
 *		[exec=command] [rekey=n] [lie=text]
 *	list: kex hostkey cipher mac (both directions)
 *	chunk: read at most n bytes at a time
 *	userauth: ask for authentication by "none" and print the answer's number
 *	exec: run a command (a server that lets "none" in), check that it says a count
 *	lie: what to ask of the scripted server (selftests/hostile)
 *	rekey: renew the keys after every n payloads received
 * Exit status 0 if the session came up, else the reason is printed and 1.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../module/core/conn.h"

static void get_random(void *ctx, void *p, size_t n)
{
	u8 *b = p;
	ssize_t r;

	(void)ctx;
	while (n) {
		r = getrandom(b, n, 0);
		if (r <= 0)
			abort();
		b += r;
		n -= r;
	}
}

static u64 get_now(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static const struct kssh_env env = { .random = get_random, .now = get_now };

static int dial(int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		perror("connect");
		exit(2);
	}
	return fd;
}

static void set_list(struct kssh_config *cfg, const char *name, const char *text)
{
	static const struct { const char *name; int a, b; } lists[] = {
		{ "kex", KSSH_LIST_KEX, -1 },
		{ "hostkey", KSSH_LIST_HOSTKEY, -1 },
		{ "cipher", KSSH_LIST_CIPHER_TX, KSSH_LIST_CIPHER_RX },
		{ "mac", KSSH_LIST_MAC_TX, KSSH_LIST_MAC_RX },
	};
	size_t i;
	int r;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(lists[i].name, name))
			continue;
		r = kssh_config_set_list(cfg, lists[i].a, text, strlen(text));
		if (!r && lists[i].b >= 0)
			r = kssh_config_set_list(cfg, lists[i].b, text, strlen(text));
		if (!r)
			return;
		fprintf(stderr, "%s: %s\n", text, strerror(-r));
		exit(2);
	}
	fprintf(stderr, "%s?\n", name);
	exit(2);
}

static void set_lie(struct kssh_config *cfg, const char *lie)
{
	char banner[200];
	int n = snprintf(banner, sizeof(banner), "SSH-2.0-core LIE=%s", lie);

	if (kssh_config_set_banner(cfg, banner, n)) {
		fprintf(stderr, "%s?\n", lie);
		exit(2);
	}
}

static void push(struct kssh_conn *c, int fd)
{
	const u8 *p;
	size_t n;

	while ((n = kssh_conn_tx_pending(c, &p))) {
		ssize_t r = send(fd, p, n, MSG_NOSIGNAL);

		if (r <= 0)
			return;
		kssh_conn_tx_sent(c, r);
	}
}

/* One round: events, jobs, output, input.  false: nothing will move any more. */
static bool step(struct kssh_conn *c, int fd, size_t chunk)
{
	struct kssh_job job;
	u32 ev = kssh_conn_take_events(c);
	size_t want;
	ssize_t n;
	u8 *p;

	if (ev & KSSH_EV_VERDICT)
		kssh_conn_verdict(c, 0);
	push(c, fd);
	if (ev & KSSH_EV_FAILED)
		return false;
	if (kssh_conn_job_take(c, &job)) {
		kssh_job_run(&job);
		kssh_conn_job_done(c, &job);
		return true;
	}
	want = kssh_conn_rx_want(c, &p);
	if (!want)
		return ev || kssh_conn_reason(c);
	n = recv(fd, p, want < chunk ? want : chunk, 0);
	if (n > 0)
		kssh_conn_rx_got(c, n);
	else if (!n)
		kssh_conn_rx_eof(c);
	else
		kssh_conn_fail(c, KSSH_R_SOCKET_ERROR);
	return true;
}

static void report(struct kssh_conn *c)
{
	struct kssh_info i;

	kssh_conn_info(c, &i);
	printf("state %u phase %u reason %s errno %u flags 0x%x\n", i.state, i.phase,
	       kssh_reason_name(i.reason), i.error, i.flags);
	printf("kex %s hostkey %s\n", i.kex, i.hostkey_alg);
	printf("cipher %s %s mac %s %s\n", i.cipher_tx, i.cipher_rx, i.mac_tx, i.mac_rx);
	printf("packets %llu %llu bytes %llu %llu rekeys %llu\n",
	       (unsigned long long)i.tx_packets, (unsigned long long)i.rx_packets,
	       (unsigned long long)i.tx_bytes, (unsigned long long)i.rx_bytes,
	       (unsigned long long)i.rekeys);
}

/* One payload, whole. */
static int say(struct kssh_conn *c, const void *data, size_t n)
{
	u8 *p;
	int r;

	r = kssh_conn_tx_reserve(c, n, &p);
	if (r)
		return r;
	memcpy(p, data, n);
	return kssh_conn_tx_commit(c, n, false);
}

/* Until there is a payload; NULL: there will be none. */
static struct kssh_payload *hear(struct kssh_conn *c, int fd, size_t chunk)
{
	struct kssh_payload *p;

	while (!(p = kssh_conn_rx_first(c)))
		if (!step(c, fd, chunk))
			return NULL;
	return p;
}

/* USERAUTH_REQUEST "none": whatever answers has understood our records. */
static int userauth(struct kssh_conn *c, int fd, size_t chunk, const char *user)
{
	struct kssh_payload *first;
	struct kssh_wr w;
	u8 buf[256];
	int msg;

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, SSH_MSG_USERAUTH_REQUEST);
	kssh_wr_cstring(&w, user);
	kssh_wr_cstring(&w, "ssh-connection");
	kssh_wr_cstring(&w, "none");
	if (w.bad || say(c, buf, kssh_wr_len(&w)))
		return 1;
	first = hear(c, fd, chunk);
	if (!first)
		return 1;
	msg = first->data[0];
	printf("answer %d seq %u length %u\n", msg, first->seq, first->len);
	kssh_conn_rx_pop(c);
	return msg != 51 && msg != 52;
}

/* CHANNEL_OPEN and an exec request, in two payloads, with a window without end. */
static int open_channel(struct kssh_conn *c, int fd, size_t chunk, const char *command)
{
	struct kssh_payload *p;
	struct kssh_wr w;
	u8 buf[512];

	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, 90);
	kssh_wr_cstring(&w, "session");
	kssh_wr_u32(&w, 0);
	kssh_wr_u32(&w, 0x7fffffff);
	kssh_wr_u32(&w, 32768);
	if (say(c, buf, kssh_wr_len(&w)))
		return 1;
	while ((p = hear(c, fd, chunk)) && p->data[0] != 91) {
		if (p->data[0] == 92)
			return 1;
		kssh_conn_rx_pop(c);
	}
	if (!p)
		return 1;
	kssh_conn_rx_pop(c);
	kssh_wr_init(&w, buf, sizeof(buf));
	kssh_wr_u8(&w, 98);
	kssh_wr_u32(&w, 0);
	kssh_wr_cstring(&w, "exec");
	kssh_wr_u8(&w, 0);
	kssh_wr_cstring(&w, command);
	while (!kssh_conn_tx_ready(c))
		push(c, fd);
	return w.bad || say(c, buf, kssh_wr_len(&w));
}

/*
 * Run a command and count what it says, renewing the keys after every @rekey
 * payloads (0: never).  The bytes must be a count, a byte each: 0, 1, 2 ...
 */
static int run_command(struct kssh_conn *c, int fd, size_t chunk, const char *command,
		       unsigned int rekey)
{
	unsigned long long total = 0;
	unsigned int payloads = 0;
	struct kssh_payload *p;
	u32 i;

	if (open_channel(c, fd, chunk, command))
		return 1;
	while ((p = hear(c, fd, chunk)) && p->data[0] != 97) {
		for (i = 9; p->data[0] == 94 && i < p->len; i++)
			if (p->data[i] != (u8)total++)
				return 1;
		kssh_conn_rx_pop(c);
		if (rekey && !(++payloads % rekey))
			kssh_conn_rekey(c);
	}
	printf("received %llu\n", total);
	return !p;
}

int main(int argc, char **argv)
{
	size_t chunk = SIZE_MAX;
	struct kssh_config cfg;
	struct kssh_conn *c;
	const char *user = "root", *command = NULL;
	unsigned int rekey = 0;
	bool auth = false;
	int i, fd, ret;

	if (argc < 2 || kssh_hash_init() || kssh_secret_init() || kssh_conn_init())
		return 2;
	kssh_config_init(&cfg);
	cfg.verify = KSSH_VERIFY_APP;
	for (i = 2; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (eq)
			*eq = '\0';
		if (!strcmp(argv[i], "userauth"))
			auth = true;
		else if (eq && !strcmp(argv[i], "user"))
			user = eq + 1;
		else if (eq && !strcmp(argv[i], "exec"))
			command = eq + 1;
		else if (eq && !strcmp(argv[i], "rekey"))
			rekey = strtoul(eq + 1, NULL, 10);
		else if (eq && !strcmp(argv[i], "lie"))
			set_lie(&cfg, eq + 1);
		else if (eq && !strcmp(argv[i], "chunk"))
			chunk = strtoul(eq + 1, NULL, 10);
		else if (eq)
			set_list(&cfg, argv[i], eq + 1);
	}
	fd = dial(atoi(argv[1]));
	c = kssh_conn_new(&cfg, &env);
	if (!c)
		return 2;
	kssh_conn_start(c);
	while (kssh_conn_state(c) != KSSH_STATE_OPEN && step(c, fd, chunk))
		;
	ret = kssh_conn_state(c) != KSSH_STATE_OPEN;
	if (!ret && (auth || command))
		ret = userauth(c, fd, chunk, user);
	if (!ret && command)
		ret = run_command(c, fd, chunk, command, rekey);
	report(c);
	kssh_conn_free(c);
	kssh_config_free(&cfg);
	kssh_conn_exit();
	kssh_secret_exit();
	kssh_hash_exit();
	close(fd);
	return ret;
}
