// SPDX-License-Identifier: GPL-2.0
/*
 * stream - a command at the other end, its channel the kernel's byte stream
 *
 * Usage: stream OPTION=VALUE... [-l USER] ADDRESS COMMAND... [:: PROGRAM...]
 *
 *	port= key=	as of client.c; likewise
 *	user= expect= cipher=
 *	fd=N		PROGRAM's descriptor that is the stream; 0 is 1 as well
 *	rekeys=N	at least so many key exchanges must have been made
 *
 * With PROGRAM that gets the stream and never sees another byte of SSH.  Without,
 * standard input and output are copied to it and from it: what git(1) and rsync(1)
 * want of an ssh(1).  Standard error comes by the control descriptor either way.
 *
 * Exit status: PROGRAM's, if there is one and it is not 0; or else the command's, or
 * if that ended otherwise 255, but 0 after PROGRAM.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include "login.h"

#define WINDOW		(2 << 20)
#define PACKET		32768

static const char *opt_port = "22", *opt_fd = "0", *opt_rekeys = "0", *opt_cipher;

static int control;

/* ---- before it is a stream ---- */

static void open_session(struct kssh_channel *ch)
{
	struct msg m = { .n = 0 };

	put_u8(&m, 90);
	put_text(&m, "session");
	put_u32(&m, 0);
	put_u32(&m, WINDOW);
	put_u32(&m, PACKET);
	send_msg(&m);
	do {
		recv_msg(&m);
	} while (m.p[0] == 80);
	if (m.p[0] != 91)
		die("opening a channel is answered by message %u", m.p[0]);
	get_u32(&m);
	*ch = (struct kssh_channel) {
		.flags = KSSH_CHANNEL_CONTROL,
		.local_window = WINDOW, .local_max_packet = PACKET,
	};
	ch->remote_id = get_u32(&m);
	ch->remote_window = get_u32(&m);
	ch->remote_max_packet = get_u32(&m);
}

static void exec_command(struct kssh_channel *ch, const char *command)
{
	struct msg m = { .n = 0 };

	put_u8(&m, 98);
	put_u32(&m, ch->remote_id);
	put_text(&m, "exec");
	put_u8(&m, 1);
	put_text(&m, command);
	send_msg(&m);
	for (;;) {
		recv_msg(&m);
		if (m.p[0] == 99)
			return;
		if (m.p[0] != 93 && m.p[0] != 80)
			die("exec is answered by message %u", m.p[0]);
		if (m.p[0] == 93) {
			get_u32(&m);
			ch->remote_window += get_u32(&m);
		}
	}
}

static void bind_stream(const char *command)
{
	struct timeval never = { 0 };
	struct kssh_control c = { .fd = -1 };
	struct kssh_channel ch;
	int r;

	open_session(&ch);
	exec_command(&ch, command);
	r = kt_set(fd, KSSH_CHANNEL, &ch, sizeof(ch));
	if (!r)
		r = kt_get(fd, KSSH_CONTROL, &c, sizeof(c));
	if (r < 0)
		die("binding: %s", strerror(-r));
	control = c.fd;
	/* who is given the stream expects what ssh's pipe does */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof(never));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &never, sizeof(never));
}

/* ---- the control descriptor ---- */

/* rsync(1) gives its ssh(1) an output that does not block. */
static bool write_all(int to, const unsigned char *p, size_t n)
{
	struct pollfd room = { .fd = to, .events = POLLOUT };
	ssize_t r;

	while (n) {
		r = write(to, p, n);
		if (r < 0 && errno == EAGAIN) {
			poll(&room, 1, -1);
			continue;
		}
		if (r <= 0)
			return false;
		p += r;
		n -= r;
	}
	return true;
}

/* Standard error, until the channel is closed. */
static void *attend(void *unused)
{
	unsigned char p[PACKET + 64];
	ssize_t n;

	for (;;) {
		n = recv(control, p, sizeof(p), 0);
		if (n <= 0 || p[0] == 97)
			return NULL;
		if (p[0] == 80 && n > 4 && p[n - 1])
			send(control, "R", 1, MSG_NOSIGNAL);	/* 82 */
		if (p[0] == 95 && n > 13)
			write_all(2, p + 13, n - 13);
	}
}

/* The command's status, once the channel is closed, or @unknown. */
static int status_of_command(int unknown)
{
	struct kssh_channel_info i;
	struct kssh_info info;

	memset(&i, 0, sizeof(i));
	if (kt_get(control, KSSH_CHANNEL_INFO, &i, sizeof(i)) < 0)
		return 255;
	if (kt_info(control, &info) || info.rekeys < strtoul(opt_rekeys, NULL, 0)) {
		fprintf(stderr, "%llu key exchanges\n", info.rekeys);
		return 255;
	}
	return i.flags & KSSH_CHANNEL_STATUS ? i.exit_status : unknown;
}

/* ---- who uses it ---- */

static void *copy_in(void *unused)
{
	static unsigned char p[65536];
	ssize_t n;

	while ((n = read(0, p, sizeof(p))) > 0 && write_all(fd, p, n))
		;
	shutdown(fd, SHUT_WR);
	return NULL;
}

static int copy(void)
{
	static unsigned char p[65536];
	pthread_t in, beside;
	ssize_t n;

	signal(SIGPIPE, SIG_IGN);
	pthread_create(&in, NULL, copy_in, NULL);
	pthread_create(&beside, NULL, attend, NULL);
	while ((n = read(fd, p, sizeof(p))) > 0)
		if (!write_all(1, p, n))
			die("write: %s", strerror(errno));
	if (n < 0)
		die("read: %s", strerror(errno));
	pthread_join(beside, NULL);
	return status_of_command(255);
}

static int hand_over(char **program)
{
	int to = atoi(opt_fd), status;
	pid_t child = fork();

	if (!child) {
		dup2(fd, to);
		if (!to)
			dup2(fd, 1);
		if (fd != to)
			close(fd);
		execvp(program[0], program);
		die("%s: %s", program[0], strerror(errno));
	}
	close(fd);
	attend(NULL);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 255;
	/* whoever closes first does not hear how the other ended */
	return WEXITSTATUS(status) ?: status_of_command(0);
}

/* ---- all of it ---- */

static bool option(const char *arg)
{
	static const struct {
		const char *name;
		const char **text;
	} opts[] = {
		{ "port=", &opt_port }, { "key=", &opt_key }, { "user=", &opt_user },
		{ "expect=", &opt_expect }, { "fd=", &opt_fd },
		{ "rekeys=", &opt_rekeys }, { "cipher=", &opt_cipher },
	};
	size_t i;

	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		if (strncmp(arg, opts[i].name, strlen(opts[i].name)))
			continue;
		*opts[i].text = arg + strlen(opts[i].name);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char command[8192] = "";
	const char *address;
	int r;

	for (argv++; *argv && option(*argv); argv++)
		;
	if (*argv && argv[1] && !strcmp(*argv, "-l")) {
		opt_user = argv[1];
		argv += 2;
	}
	if (!opt_user || !opt_key || !*argv || !argv[1]) {
		fprintf(stderr, "what is to be done?\n");
		return 255;
	}
	address = *argv++;
	for (; *argv && strcmp(*argv, "::"); argv++) {
		if (strlen(command) + strlen(*argv) + 2 > sizeof(command))
			die("a long command");
		strcat(strcat(command, *command ? " " : ""), *argv);
	}
	dial(address, atoi(opt_port));
	r = opt_cipher ? kt_set_text(fd, KSSH_CIPHER_TX, opt_cipher) : 0;
	if (!r && opt_cipher)
		r = kt_set_text(fd, KSSH_CIPHER_RX, opt_cipher);
	if (!r)
		r = kt_handshake_app(fd, KSSH_ACCEPT);
	if (r)
		die("handshake: %s", strerror(-r));
	if (opt_expect)
		check_hostkey(opt_expect);
	auth_publickey();
	bind_stream(command);
	return *argv && argv[1] ? hand_over(argv + 1) : copy();
}
