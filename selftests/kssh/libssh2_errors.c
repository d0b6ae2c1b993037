// SPDX-License-Identifier: GPL-2.0
/*
 * libssh2_errors - what libssh2_session_handshake(3) returns for the events of
 * errors.tsv, against the same scripted server as the kernel
 *
 * Usage: libssh2_errors [--print] PORT ERRORS.TSV
 *
 * One TAP line for each row that names a code; "hangs" is the code of a call that
 * has not returned long after its timeout.  With --print it writes the rows again,
 * with what it saw.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define COLUMNS	7
#define PATIENCE	5000	/* ms, where the row sets no timeout of its own */
#define HANGS		10	/* seconds */
#define ROWS_MAX	1000
#define AT_ONCE		16

enum column { REASON, ERRNO, PHASE, EVENT, OPTIONS, NAME, CODE };

static int dial(int port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror("connect");
		exit(1);
	}
	return fd;
}

static int prefer(LIBSSH2_SESSION *s, const char *opt)
{
	static const struct {
		const char *name;
		int method[2];
	} map[] = {
		{ "kex=", { LIBSSH2_METHOD_KEX, LIBSSH2_METHOD_KEX } },
		{ "hostkey=", { LIBSSH2_METHOD_HOSTKEY, LIBSSH2_METHOD_HOSTKEY } },
		{ "cipher=", { LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC } },
		{ "mac=", { LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC } },
	};
	size_t i;
	int r;

	for (i = 0; i < sizeof(map) / sizeof(map[0]); i++) {
		size_t n = strlen(map[i].name);

		if (strncmp(opt, map[i].name, n))
			continue;
		r = libssh2_session_method_pref(s, map[i].method[0], opt + n);
		return r ? r : libssh2_session_method_pref(s, map[i].method[1],
							   opt + n);
	}
	return 0;
}

/* 0 or libssh2's error for an option that it cannot do */
static int set_options(LIBSSH2_SESSION *s, const char *options)
{
	char buf[512], *opt, *save;
	int r = 0;

	libssh2_session_set_timeout(s, PATIENCE);
	snprintf(buf, sizeof(buf), "%s", options);
	for (opt = strtok_r(buf, ";", &save); opt && !r;
	     opt = strtok_r(NULL, ";", &save)) {
		if (!strncmp(opt, "timeout=", 8))
			libssh2_session_set_timeout(s, atoi(opt + 8));
		else
			r = prefer(s, opt);
	}
	return r;
}

/* In a process of its own, which SIGALRM ends: writes code and text to @out. */
static void handshake(int port, char **col, FILE *out)
{
	LIBSSH2_SESSION *s;
	char banner[512];
	char *msg = "";
	int fd, r;

	alarm(HANGS);
	s = libssh2_session_init();
	if (!s)
		return;
	snprintf(banner, sizeof(banner), "SSH-2.0-libssh2 LIE=%s", col[EVENT] + 4);
	libssh2_session_banner_set(s, banner);
	fd = dial(port);
	r = set_options(s, col[OPTIONS]);
	if (!r)
		r = libssh2_session_handshake(s, fd);
	if (r)
		libssh2_session_last_error(s, &msg, NULL, 0);
	fprintf(out, "%d\t%s", r, msg);
	fflush(out);
}

/* One row: its line, its columns, and the child that sees to it. */
struct row {
	char line[1024];
	char copy[1024];
	char *col[COLUMNS];
	bool applies;
	FILE *out;
	pid_t pid;
	char code[16];
	char text[256];
};

static void begin(int port, struct row *r)
{
	r->out = tmpfile();
	fflush(stdout);
	r->pid = r->out ? fork() : -1;
	if (!r->pid) {
		handshake(port, r->col, r->out);
		_exit(0);
	}
}

/* What libssh2 returned for a row, as text, and what it said to it. */
static void finish(struct row *r)
{
	char line[512] = "";
	int status;

	if (r->pid < 0 || waitpid(r->pid, &status, 0) != r->pid) {
		snprintf(r->code, sizeof(r->code), "?");
		return;
	}
	if (WIFSIGNALED(status)) {
		snprintf(r->code, sizeof(r->code),
			 WTERMSIG(status) == SIGALRM ? "hangs" : "dies");
	} else {
		rewind(r->out);
		if (fgets(line, sizeof(line), r->out))
			sscanf(line, "%15[^\t]\t%255[^\n]", r->code, r->text);
	}
	fclose(r->out);
}

static bool split(char *line, char **col)
{
	int i;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < COLUMNS && line; i++)
		col[i] = strsep(&line, "\t");
	return i == COLUMNS && !line;
}

static bool applies(char **col)
{
	return !strncmp(col[EVENT], "lie ", 4) && strcmp(col[CODE], "-") &&
	       !strstr(col[OPTIONS], "then=");
}

static int read_rows(const char *path, struct row *rows)
{
	FILE *f = fopen(path, "r");
	int n = 0;

	if (!f) {
		perror(path);
		exit(1);
	}
	while (n < ROWS_MAX && fgets(rows[n].line, sizeof(rows[n].line), f)) {
		struct row *r = &rows[n++];

		strcpy(r->copy, r->line);
		r->applies = r->line[0] != '#' && split(r->line, r->col) &&
			     applies(r->col);
	}
	fclose(f);
	return n;
}

/* All rows, some at a time: most of them wait for something that never comes. */
static void run(int port, struct row *rows, int n)
{
	int i, k, busy;

	for (i = 0; i < n; i = k) {
		for (k = i, busy = 0; k < n && busy < AT_ONCE; k++) {
			if (!rows[k].applies)
				continue;
			begin(port, &rows[k]);
			busy++;
		}
		for (busy = i; busy < k; busy++)
			if (rows[busy].applies)
				finish(&rows[busy]);
	}
}

static void print_table(struct row *rows, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (rows[i].applies) {
			*strrchr(rows[i].copy, '\t') = '\0';
			printf("%s\t%s\n", rows[i].copy, rows[i].code);
		} else {
			fputs(rows[i].copy, stdout);
		}
	}
}

/* Number of rows that are not as the table says. */
static int print_tap(struct row *rows, int n)
{
	int i, number = 0, failed = 0;

	printf("TAP version 13\n");
	for (i = 0; i < n; i++) {
		struct row *r = &rows[i];
		bool bad;

		if (!r->applies)
			continue;
		bad = strcmp(r->code, r->col[CODE]);
		failed += bad;
		if (bad)
			printf("# the table says %s; libssh2: %s\n", r->col[CODE],
			       r->text);
		printf("%sok %d libssh2 %s: %s %s -> %s\n", bad ? "not " : "",
		       ++number, libssh2_version(0), r->col[REASON],
		       r->col[EVENT] + 4, r->code);
	}
	printf("1..%d\n", number);
	return failed;
}

int main(int argc, char **argv)
{
	bool print = argc > 1 && !strcmp(argv[1], "--print");
	int n, failed = 0;
	struct row *rows;

	argv += print;
	argc -= print;
	rows = calloc(ROWS_MAX, sizeof(*rows));
	if (argc != 3 || !rows) {
		fprintf(stderr, "usage: %s [--print] PORT ERRORS.TSV\n", argv[0]);
		return 2;
	}
	if (libssh2_init(0))
		return 1;
	n = read_rows(argv[2], rows);
	run(atoi(argv[1]), rows, n);
	if (print)
		print_table(rows, n);
	else
		failed = print_tap(rows, n);
	libssh2_exit();
	free(rows);
	return failed ? 1 : 0;
}
