// SPDX-License-Identifier: GPL-2.0
/*
 * smoke - one handshake, the application's verdict, and what the kernel says of it
 *
 * Usage: smoke ADDRESS PORT [OPTION=VALUE]...
 *
 * OPTION is kex, hostkey, cipher, mac, banner or timeout; hold=1 keeps the session
 * open until a signal comes, and rekey=1 renews its keys once; both stand behind the
 * others.  unread=MS has the scripted server read nothing for so long, sends what
 * there is room for, and ends.  The key is accepted whatever it is.  After the
 * handshake it asks for the authentication method "none", as every SSH client may,
 * and prints the number of the answer.
 * Exit status 0 when all of that went well.
 */
#include <netdb.h>
#include "kssh_test.h"

static int dial(const char *host, const char *port)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *ai;
	int fd, r;

	r = getaddrinfo(host, port, &hint, &ai);
	if (r) {
		fprintf(stderr, "%s: %s\n", host, gai_strerror(r));
		return -1;
	}
	fd = socket(ai->ai_family, SOCK_STREAM, 0);
	if (fd >= 0 && connect(fd, ai->ai_addr, ai->ai_addrlen)) {
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		perror("connect");
	freeaddrinfo(ai);
	return fd;
}

static int set_arg(int fd, const char *arg)
{
	static const struct {
		const char *name;
		int opt[2];
	} text[] = {
		{ "kex=", { KSSH_KEX } },
		{ "hostkey=", { KSSH_HOSTKEY_ALGS } },
		{ "cipher=", { KSSH_CIPHER_TX, KSSH_CIPHER_RX } },
		{ "mac=", { KSSH_MAC_TX, KSSH_MAC_RX } },
		{ "banner=", { KSSH_BANNER } },
	};
	size_t i;
	int r;

	if (!strncmp(arg, "timeout=", 8))
		return kt_set_u32(fd, KSSH_TIMEOUT, atoi(arg + 8));
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		size_t n = strlen(text[i].name);

		if (strncmp(arg, text[i].name, n))
			continue;
		r = kt_set_text(fd, text[i].opt[0], arg + n);
		if (!r && text[i].opt[1])
			r = kt_set_text(fd, text[i].opt[1], arg + n);
		return r;
	}
	return -EINVAL;
}

static void print_info(int fd)
{
	static const char *const phase[] = {
		"none", "banner", "kexinit", "kex", "hostkey", "trust",
		"newkeys", "service", "open", "rekey",
	};
	char text[512];
	struct kssh_info i;
	int r, p;

	r = kt_info(fd, &i);
	if (r) {
		printf("INFO: %s\n", strerror(-r));
		return;
	}
	if (kt_get_text(fd, KSSH_PEER_BANNER, text, sizeof(text)) > 0)
		printf("peer %s\n", text);
	printf("state %u phase %u reason %u error %u flags %#x disconnect %u\n",
	       i.state, i.phase, i.reason, i.error, i.flags, i.peer_disconnect);
	printf("kex %s hostkey %s\n", i.kex, i.hostkey_alg);
	printf("tx %s %s %s\nrx %s %s %s\n", i.cipher_tx, i.mac_tx, i.comp_tx,
	       i.cipher_rx, i.mac_rx, i.comp_rx);
	printf("seq %u/%u packets %llu/%llu bytes %llu/%llu payloads %llu/%llu rekeys %llu\n",
	       i.tx_seq, i.rx_seq, i.tx_packets, i.rx_packets, i.tx_bytes,
	       i.rx_bytes, i.tx_payloads, i.rx_payloads, i.rekeys);
	for (p = 0; p < KSSH_PHASE_COUNT; p++)
		if (i.phase_time[p].begin || i.phase_time[p].end)
			printf("  %-8s %9llu us to %9llu us\n", phase[p],
			       i.phase_time[p].begin / 1000,
			       i.phase_time[p].end / 1000);
}

/* Which authentication methods are there?  (RFC 4252 5.2) */
static int ask_none(int fd)
{
	unsigned char answer[1024];
	ssize_t n;
	int r;

	r = kt_userauth(fd, "nobody");
	if (r) {
		printf("send: %s\n", strerror(-r));
		return -1;
	}
	n = recv(fd, answer, sizeof(answer), 0);
	if (n <= 0) {
		printf("recv: %zd %s\n", n, n < 0 ? strerror(errno) : "");
		return -1;
	}
	printf("asked for \"none\": message %u, %zd bytes\n", answer[0], n);
	return 0;
}

/* Leave bytes behind that TCP has still to deliver. */
static int leave_unread(int fd, int ms)
{
	static const unsigned char payload[16384] = { 94 };
	char stall[32];
	int r;

	snprintf(stall, sizeof(stall), "stall %d", ms);
	r = kt_login(fd);
	if (!r)
		r = kt_command(fd, stall, false);
	while (r >= 0)
		r = kt_err(send(fd, payload, sizeof(payload), MSG_DONTWAIT));
	printf("unread: %s\n", strerror(-r));
	return r == -EAGAIN ? 0 : r;
}

/* Log in, for keys are not renewed before, and renew them; an echo tells that it is done. */
static int renew_keys(int fd)
{
	static const struct kssh_rekey now = { .flags = KSSH_REKEY_NOW };
	unsigned char c = 94;
	int r = kt_login(fd);

	if (!r)
		r = kt_set(fd, KSSH_REKEY, &now, sizeof(now));
	if (!r)
		r = kt_err(send(fd, &c, 1, MSG_NOSIGNAL));
	if (r > 0)
		r = kt_err(recv(fd, &c, 1, 0));
	printf("renewed: %s\n", r < 0 ? strerror(-r) : "ok");
	return r < 0 ? r : 0;
}

int main(int argc, char **argv)
{
	bool hold = false, renew = false;
	int unread = 0;
	int fd, r, i;

	if (argc < 3) {
		fprintf(stderr, "usage: %s ADDRESS PORT [OPTION=VALUE]...\n", argv[0]);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	fd = dial(argv[1], argv[2]);
	if (fd < 0)
		return 1;
	r = kt_attach(fd);
	printf("TCP_ULP ssh: %s\n", r ? strerror(-r) : "ok");
	if (r)
		return 1;
	for (i = 3; i < argc; i++) {
		hold |= !strcmp(argv[i], "hold=1");
		renew |= !strcmp(argv[i], "rekey=1");
		if (!strncmp(argv[i], "unread=", 7))
			unread = atoi(argv[i] + 7);
		r = hold || unread || renew ? 0 : set_arg(fd, argv[i]);
		if (r) {
			printf("%s: %s\n", argv[i], strerror(-r));
			return 1;
		}
	}
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	printf("handshake: %s\n", r ? strerror(-r) : "ok");
	print_info(fd);
	if (!r && unread) {
		r = leave_unread(fd, unread);
	} else if (!r) {
		r = renew ? renew_keys(fd) : ask_none(fd);
		print_info(fd);
	}
	if (hold && !r) {
		puts("held");
		pause();
	}
	close(fd);
	return r ? 1 : 0;
}
