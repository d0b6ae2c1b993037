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
#define PATIENCE	2000	/* ms, where the row sets no timeout of its own */
#define HANGS		10	/* seconds */

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

/* What libssh2 returns for a row, as text, and what it says to it. */
static void observe(int port, char **col, char *code, char *text, size_t room)
{
	FILE *out = tmpfile();
	char line[512] = "";
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		handshake(port, col, out);
		_exit(0);
	}
	code[0] = text[0] = '\0';
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return;
	if (WIFSIGNALED(status)) {
		snprintf(code, room, WTERMSIG(status) == SIGALRM ? "hangs" : "dies");
	} else {
		rewind(out);
		if (fgets(line, sizeof(line), out))
			sscanf(line, "%15[^\t]\t%255[^\n]", code, text);
	}
	fclose(out);
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

int main(int argc, char **argv)
{
	bool bad, print = argc > 1 && !strcmp(argv[1], "--print");
	char line[1024], copy[1024], text[256], code[256];
	int port, n = 0, failed = 0, total = 0;
	char *col[COLUMNS];
	FILE *f;

	argv += print;
	argc -= print;
	if (argc != 3) {
		fprintf(stderr, "usage: %s [--print] PORT ERRORS.TSV\n", argv[0]);
		return 2;
	}
	port = atoi(argv[1]);
	f = fopen(argv[2], "r");
	if (!f) {
		perror(argv[2]);
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (libssh2_init(0))
		return 1;
	while (fgets(line, sizeof(line), f))
		total += line[0] != '#' && split(line, col) && applies(col);
	rewind(f);
	if (!print)
		printf("TAP version 13\n1..%d\n", total);
	while (fgets(line, sizeof(line), f)) {
		strcpy(copy, line);
		if (line[0] == '#' || !split(line, col) || !applies(col)) {
			if (print)
				fputs(copy, stdout);
			continue;
		}
		observe(port, col, code, text, sizeof(text));
		if (print) {
			*strrchr(copy, '\t') = '\0';
			printf("%s\t%s\n", copy, code);
			continue;
		}
		bad = strcmp(code, col[CODE]);
		failed += bad;
		printf("%sok %d libssh2 %s: %s %s -> %s\n", bad ? "not " : "", ++n,
		       libssh2_version(0), col[REASON], col[EVENT] + 4, code);
		if (bad)
			printf("# the table says %s; libssh2: %s\n", col[CODE], text);
	}
	libssh2_exit();
	fclose(f);
	return failed ? 1 : 0;
}
