// SPDX-License-Identifier: GPL-2.0
/*
 * client - an SSH client whose transport is the kernel's, for tests against sshd
 *
 * Usage: client ADDRESS PORT [OPTION=VALUE]...
 *        client authorized KEY
 *        client algorithms
 *
 *	kex= hostkey= cipher= mac= comp=	offer this alone
 *	expect=FILE	the server's key must be one of these .pub lines
 *	user=NAME	log in as NAME, by publickey, with
 *	key=KEY		a private Ed25519 key, PEM as of openssl-genpkey(1)
 *	bytes=N		have cat(1) at the other end give back N bytes
 *	first=FILE	write all of them, which go to that file, before one is read
 *	blind=N		before that, ask N bytes' worth of requests that the server does
 *			not know, and read its answers after the last
 *	rekey=N		renew the keys ourselves after every N bytes
 *	rekeys=N	at least so many key exchanges must have been made
 *	flat=KIB	the kernel's memory must not be more than KIB larger in the last
 *			quarter of bytes= than in the second
 *
 * The first step after the handshake is always authentication by "none", which
 * the server must refuse.  "authorized" prints the line for authorized_keys,
 * "algorithms" what the running kernel's kssh has (KSSH_ALGORITHMS).
 * Exit status 0 when all went as asked for; else a line on stderr says what did
 * not.
 */
#include "login.h"

#define WINDOW		(2 << 20)
#define CHUNK		16000

static const char *opt_kex, *opt_hostkey, *opt_cipher, *opt_mac, *opt_comp, *opt_first;
static size_t opt_bytes, opt_rekey, opt_rekeys, opt_blind, opt_flat;

/* ---- keys ---- */

static int print_authorized(const char *path)
{
	unsigned char pub[PUB_LEN], text[128];
	struct msg blob = { .n = 0 };

	EVP_PKEY_free(load_key(path, pub));
	put_text(&blob, "ssh-ed25519");
	put(&blob, pub, PUB_LEN);
	EVP_EncodeBlock(text, blob.p, blob.n);
	printf("ssh-ed25519 %s interop\n", text);
	return 0;
}

/* KSSH_ALGORITHMS wants a socket that is connected; to whom does not matter. */
static int print_algorithms(void)
{
	struct sockaddr_storage ss;
	socklen_t n = kt_loopback(AF_INET, 0, &ss);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	char text[16384];
	int r;

	if (bind(listener, (struct sockaddr *)&ss, n) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&ss, &n)) {
		perror("listen");
		return 1;
	}
	fd = kt_connect(AF_INET, ntohs(((struct sockaddr_in *)&ss)->sin_port));
	r = fd < 0 ? fd : kt_attach(fd);
	if (!r)
		r = kt_get_text(fd, KSSH_ALGORITHMS, text, sizeof(text));
	if (r < 0) {
		fprintf(stderr, "algorithms: %s\n", strerror(-r));
		return 1;
	}
	fputs(text, stdout);
	return 0;
}

/* ---- memory ---- */

#define SAMPLES	1024	/* over all bytes */

/* Of a quarter the least that was seen: what is under way comes and goes. */
static struct memory {
	long slab, all;		/* KiB; 0: none yet */
} memory[4];

/* What is neither the page cache's nor a program's; slabs that cannot be given back. */
static void look_at_memory(struct memory *m)
{
	static const struct {
		const char *name;
		int sign;
	} rows[] = {
		{ "MemTotal:", 1 }, { "MemFree:", -1 }, { "Buffers:", -1 },
		{ "Cached:", -1 }, { "AnonPages:", -1 }, { "SReclaimable:", -1 },
	};
	FILE *f = fopen("/proc/meminfo", "r");
	long kib, all = 0, slab = 0;
	char name[64];
	size_t i;

	if (!f)
		die("no /proc/meminfo");
	while (fscanf(f, "%63s %ld kB ", name, &kib) == 2) {
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (!strcmp(name, rows[i].name))
				all += rows[i].sign * kib;
		if (!strcmp(name, "SUnreclaim:"))
			slab = kib;
	}
	fclose(f);
	if (!m->slab || slab < m->slab)
		m->slab = slab;
	if (!m->all || all < m->all)
		m->all = all;
}

static void watch_memory(size_t received)
{
	static size_t next;

	if (!opt_flat || received < next || received >= opt_bytes)
		return;
	next += opt_bytes / SAMPLES;
	look_at_memory(&memory[received / ((opt_bytes + 3) / 4)]);
}

static void check_memory(void)
{
	const struct memory *m = memory;
	long most = opt_flat;

	printf("# long: %zu MiB each way; by its quarters, KiB of slabs ", opt_bytes >> 20);
	printf("%ld, %ld, %ld, %ld, ", m[0].slab, m[1].slab, m[2].slab, m[3].slab);
	printf("of all kernel memory %ld, %ld, %ld, %ld\n", m[0].all, m[1].all, m[2].all,
	       m[3].all);
	if (m[3].slab > m[1].slab + most || m[3].all > m[1].all + most)
		die("memory grows");
}

/* ---- a channel (RFC 4254) ---- */

struct channel {
	uint32_t peer;		/* the server's number */
	size_t window;		/* that we may send */
	size_t packet;		/* largest that it takes */
	size_t sent, received;
	size_t taken;		/* received, and not given back to its window */
	EVP_MD_CTX *in, *out;
	int status;		/* of the command, -1: not known yet */
	bool closed;
};

static void open_channel(struct channel *c)
{
	struct msg m = { .n = 0 };
	char spool[512] = "cat";

	if (opt_first)
		snprintf(spool, sizeof(spool), "cat >%s && cat %s && : >%s", opt_first,
			 opt_first, opt_first);

	put_u8(&m, 90);
	put_text(&m, "session");
	put_u32(&m, 0);
	put_u32(&m, WINDOW);
	put_u32(&m, CHUNK);
	send_msg(&m);
	do {
		recv_msg(&m);
	} while (m.p[0] == 80);		/* hostkeys-00@openssh.com */
	if (m.p[0] != 91)
		die("opening a channel is answered by message %u", m.p[0]);
	get_u32(&m);
	c->peer = get_u32(&m);
	c->window = get_u32(&m);
	c->packet = get_u32(&m);

	m.n = 0;
	put_u8(&m, 98);
	put_u32(&m, c->peer);
	put_text(&m, "exec");
	put_u8(&m, 1);
	put_text(&m, spool);
	send_msg(&m);
}

static void channel_request(struct channel *c, struct msg *m)
{
	uint32_t n = get_u32(m);

	if (n == strlen("exit-status") && !memcmp(m->p + m->at, "exit-status", n)) {
		m->at += n + 1;
		c->status = get_u32(m);
	}
}

static void give_window(struct channel *c)
{
	struct msg m = { .n = 0 };

	if (c->taken < WINDOW / 2)
		return;
	put_u8(&m, 93);
	put_u32(&m, c->peer);
	put_u32(&m, c->taken);
	send_msg(&m);
	c->taken = 0;
}

/* One message of the server's. */
static void handle(struct channel *c)
{
	struct msg m;
	uint32_t n;

	recv_msg(&m);
	if (m.p[0] == 80)
		return;
	get_u32(&m);
	switch (m.p[0]) {
	case 93:
		c->window += get_u32(&m);
		break;
	case 94:
		n = get_u32(&m);
		EVP_DigestUpdate(c->in, m.p + m.at, n);
		c->received += n;
		c->taken += n;
		watch_memory(c->received);
		give_window(c);
		break;
	case 96:
	case 99:
		break;
	case 97:
		c->closed = true;
		break;
	case 98:
		channel_request(c, &m);
		break;
	default:
		die("message %u on the channel", m.p[0]);
	}
}

static void send_data(struct channel *c)
{
	struct msg m = { .n = 0 };
	size_t n = opt_bytes - c->sent;
	size_t i;

	if (n > CHUNK)
		n = CHUNK;
	if (n > c->packet)
		n = c->packet;
	if (n > c->window)
		n = c->window;
	put_u8(&m, 94);
	put_u32(&m, c->peer);
	put_u32(&m, n);
	for (i = 0; i < n; i++)
		m.p[m.n++] = (c->sent + i) * 2654435761U >> 16;
	EVP_DigestUpdate(c->out, m.p + m.n - n, n);
	send_msg(&m);
	c->sent += n;
	c->window -= n;
}

/* While an exchange runs, wait for its end, which may stand behind data for us. */
static void renew_keys(struct channel *c)
{
	struct kssh_rekey r = { .flags = KSSH_REKEY_NOW };
	int i, err = -EBUSY;

	for (i = 0; i < 6000 && err == -EBUSY; i++) {
		if (i && kt_poll(fd, POLLIN, 10) == POLLIN)
			handle(c);
		err = kt_set(fd, KSSH_REKEY, &r, sizeof(r));
	}
	if (err)
		die("rekey: %s", strerror(-err));
}

static void end_input(struct channel *c)
{
	struct msg m = { .n = 0 };

	put_u8(&m, 96);
	put_u32(&m, c->peer);
	send_msg(&m);
}

static void check_echo(struct channel *c)
{
	unsigned char in[32], out[32];

	EVP_DigestFinal_ex(c->in, in, NULL);
	EVP_DigestFinal_ex(c->out, out, NULL);
	if (c->received != opt_bytes)
		die("%zu of %zu bytes came back", c->received, opt_bytes);
	if (memcmp(in, out, sizeof(in)))
		die("other bytes came back than were sent");
	if (c->status)
		die("cat ended with %d", c->status);
}

/* Requests without a look at what comes back; then an answer for each. */
static void run_blind(void)
{
	size_t sent = 0, asked = 0, answered = 0;
	struct msg m;

	while (sent < opt_blind) {
		m.n = 0;
		put_u8(&m, 80);
		put_u32(&m, CHUNK);
		memset(m.p + m.n, 'x', CHUNK);
		m.n += CHUNK;
		put_u8(&m, 1);
		send_msg(&m);
		sent += CHUNK;
		asked++;
	}
	while (answered < asked) {
		recv_msg(&m);
		answered += m.p[0] == 82;
		if (m.p[0] != 82 && m.p[0] != 80)
			die("message %u for an answer", m.p[0]);
	}
}

static void run_cat(void)
{
	struct channel c = { .status = -1 };
	size_t next = opt_rekey;

	c.in = EVP_MD_CTX_new();
	c.out = EVP_MD_CTX_new();
	EVP_DigestInit_ex(c.in, EVP_sha256(), NULL);
	EVP_DigestInit_ex(c.out, EVP_sha256(), NULL);
	open_channel(&c);
	while (c.sent < opt_bytes) {
		short want = !c.window ? POLLIN : opt_first ? POLLOUT :
			     POLLIN | POLLOUT;
		int r = kt_poll(fd, want, 60000);

		if (r <= 0)
			die("nothing moves: %zu sent, %zu received, window %zu",
			    c.sent, c.received, c.window);
		if (r & POLLIN)
			handle(&c);
		else if (r & POLLOUT)
			send_data(&c);
		if (opt_rekey && c.sent >= next) {
			renew_keys(&c);
			next += opt_rekey;
		}
	}
	end_input(&c);
	while (!c.closed)
		handle(&c);
	check_echo(&c);
	EVP_MD_CTX_free(c.in);
	EVP_MD_CTX_free(c.out);
}

/* ---- all of it ---- */

static void option(const char *arg)
{
	static const struct {
		const char *name;
		const char **text;
		size_t *number;
	} opts[] = {
		{ "kex=", &opt_kex }, { "hostkey=", &opt_hostkey },
		{ "cipher=", &opt_cipher }, { "mac=", &opt_mac },
		{ "comp=", &opt_comp },
		{ "expect=", &opt_expect }, { "user=", &opt_user },
		{ "key=", &opt_key }, { "bytes=", NULL, &opt_bytes },
		{ "rekey=", NULL, &opt_rekey }, { "rekeys=", NULL, &opt_rekeys },
		{ "first=", &opt_first }, { "blind=", NULL, &opt_blind },
		{ "flat=", NULL, &opt_flat },
	};
	size_t i, n;

	for (i = 0; i < sizeof(opts) / sizeof(opts[0]); i++) {
		n = strlen(opts[i].name);
		if (strncmp(arg, opts[i].name, n))
			continue;
		if (opts[i].text)
			*opts[i].text = arg + n;
		else
			*opts[i].number = strtoul(arg + n, NULL, 0);
		return;
	}
	fprintf(stderr, "what is %s?\n", arg);
	exit(2);
}

static void offer(int opt, const char *list)
{
	int r = list ? kt_set_text(fd, opt, list) : 0;

	if (r)
		die("%s: %s", list, strerror(-r));
}

static void same(const char *what, const char *want, const char *got)
{
	if (want && strcmp(want, got))
		die("%s is %s, not %s", what, got, want);
}

static void check_info(void)
{
	struct kssh_info i;
	char text[4096];

	if (kt_info(fd, &i))
		die("no INFO");
	same("kex", opt_kex, i.kex);
	same("host key algorithm", opt_hostkey, i.hostkey_alg);
	same("cipher out", opt_cipher, i.cipher_tx);
	same("cipher in", opt_cipher, i.cipher_rx);
	same("MAC out", opt_mac, i.mac_tx);
	same("MAC in", opt_mac, i.mac_rx);
	same("compression out", opt_comp, i.comp_tx);
	same("compression in", opt_comp, i.comp_rx);
	if (!(i.flags & KSSH_INFO_STRICT_KEX))
		die("no strict key exchange");
	if (kt_get(fd, KSSH_EXT_INFO, text, sizeof(text)) <= 4)
		die("no EXT_INFO");
}

int main(int argc, char **argv)
{
	struct kssh_disconnect bye = { .reason = 11, .text = "done" };
	struct kssh_info info;
	int r, i;

	if (argc == 3 && !strcmp(argv[1], "authorized"))
		return print_authorized(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "algorithms"))
		return print_algorithms();
	if (argc < 3) {
		fprintf(stderr, "usage: %s ADDRESS PORT [OPTION=VALUE]...\n", argv[0]);
		return 2;
	}
	for (i = 3; i < argc; i++)
		option(argv[i]);
	dial(argv[1], atoi(argv[2]));
	offer(KSSH_KEX, opt_kex);
	offer(KSSH_HOSTKEY_ALGS, opt_hostkey);
	offer(KSSH_CIPHER_TX, opt_cipher);
	offer(KSSH_CIPHER_RX, opt_cipher);
	offer(KSSH_MAC_TX, opt_mac);
	offer(KSSH_MAC_RX, opt_mac);
	offer(KSSH_COMP_TX, opt_comp);
	offer(KSSH_COMP_RX, opt_comp);
	r = kt_handshake_app(fd, KSSH_ACCEPT);
	if (r)
		die("handshake: %s", strerror(-r));
	check_info();
	if (opt_expect)
		check_hostkey(opt_expect);
	auth_none();
	if (opt_user)
		auth_publickey();
	if (opt_blind)
		run_blind();
	if (opt_bytes)
		run_cat();
	if (kt_info(fd, &info) || info.rekeys < opt_rekeys)
		die("fewer than %zu key exchanges", opt_rekeys);
	if (opt_flat)
		check_memory();
	r = kt_set(fd, KSSH_DISCONNECT, &bye, sizeof(bye));
	if (r)
		die("disconnect: %s", strerror(-r));
	close(fd);
	return 0;
}
