// SPDX-License-Identifier: GPL-2.0
/*
 * The connection as a whole.  An input is a program of one-letter steps: what the
 * server says, sealed with the right keys, and what the application does.  A step 'm'
 * or 'c' changes the next message before it is sealed, 'x' its frame afterwards.
 *
 * Whatever comes: no session without a signature of ours over the right hash and a
 * verdict; memory in bounds; one reason, which stays.
 */
#include "stream.h"

int kssh_user_fail_alloc;
bool kssh_user_spare_mpi = true;

/* What the server sends in one input, so that a thousand of them take a second. */
#define PACKETS_MAX	1500
#define PIECES_MAX	256	/* of one packet */
#define BYTES_MAX	(12 * (size_t)KSSH_PACKET_MAX)	/* more than a re-exchange lets in */

#define CHACHA	"chacha20-poly1305@openssh.com"
#define ETM	"hmac-sha2-256-etm@openssh.com"

static const char *const kexes[] = {
	"curve25519-sha256", "diffie-hellman-group-exchange-sha256",
	"diffie-hellman-group14-sha256", "curve25519-sha256@libssh.org",
	"curve25519-sha256,diffie-hellman-group-exchange-sha256",
	"mlkem768x25519-sha256", "nothing@example.com", "",
};

static const char *const ciphers[] = {
	CHACHA, "aes128-gcm@openssh.com", "aes256-ctr", ("aes128-ctr," CHACHA),
	"aes256-gcm@openssh.com", "", "nothing", CHACHA,
};

static const char *const macs[] = { ETM, "hmac-sha2-512", "hmac-sha1", "none" };
static const char *const comps[] = { "none", "zlib@openssh.com", "zlib", "zlib@openssh.com,none" };

/**
 * struct play - one input being played
 * @in: what is left of it
 * @lab: the bench
 * @peer: the server
 * @trusted: a verdict has accepted the key
 * @chunk: bytes that arrive at a time
 * @edit_at: change that byte of the next payload, -1: none
 * @edit: what it becomes
 * @cut: drop so many bytes of its end
 * @damage: flip bits of that byte of the next frame, -1: none
 * @repeat: send the next one so often
 * @job: taken, and done, not given back yet
 * @busy: there is one
 * @reason: why it is over, as far as it is
 * @packets: how many the server may still send
 * @bytes: how many of their payloads
 * @fail: the allocation of the connection's that fails, 0: none
 * @sealed: room for a frame
 * @payload: room for a payload
 */
struct play {
	struct input in;
	struct kssh_lab *lab;
	struct peer peer;
	bool trusted;
	size_t chunk;
	int edit_at, edit;
	size_t cut;
	int damage;
	unsigned int repeat;
	struct kssh_job job;
	bool busy;
	int reason;
	unsigned int packets;
	size_t bytes;
	int fail;
	u8 *sealed;
	u8 *payload;
};

static struct play play;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	play.lab = bench();
	play.peer.lab = play.lab;
	play.sealed = malloc(PEER_ROOM);
	play.payload = malloc(KSSH_PACKET_MAX);
	return 0;
}

static const char *pick(const char *const *list, size_t n)
{
	return list[in_u8(&play.in) % n];
}

/* Only what the connection allocates is made to fail. */
static void faults(bool on)
{
	if (on)
		kssh_user_fail_alloc = play.fail;
	else
		play.fail = kssh_user_fail_alloc;
	if (!on)
		kssh_user_fail_alloc = 0;
}

/* ---- the connection's caller ------------------------------------------ */

static bool run_job(struct kssh_conn *c)
{
	struct kssh_job job;

	if (play.lab->hold || !kssh_conn_job_take(c, &job))
		return false;
	kssh_job_run(&job);
	job.took += play.lab->job_ns;
	kssh_conn_job_done(c, &job);
	return true;
}

static bool drain(struct kssh_conn *c)
{
	const u8 *p;
	size_t n = play.lab->clog ? 0 : kssh_conn_tx_pending(c, &p);

	if (n)
		kssh_conn_tx_sent(c, n);
	return n;
}

static bool deliver(struct kssh_conn *c)
{
	return !play.lab->keep && stream_deliver(c);
}

static void run(void)
{
	struct kssh_conn *c = play.lab->c;
	bool moved;

	faults(true);
	do {
		moved = kssh_conn_take_events(c);
		moved |= run_job(c);
		moved |= drain(c);
		moved |= deliver(c);
	} while (moved);
	faults(false);
}

static void feed(const u8 *p, size_t n)
{
	size_t chunk = max(play.chunk, n / PIECES_MAX);
	size_t done = 0, want;
	u8 *to;

	while (done < n) {
		faults(true);
		want = kssh_conn_rx_want(play.lab->c, &to);
		want = min3(want, chunk, n - done);
		if (want) {
			memcpy(to, p + done, want);
			kssh_conn_rx_got(play.lab->c, want);
		}
		faults(false);
		if (!want)
			break;
		done += want;
		run();
	}
}

/* ---- the server ------------------------------------------------------- */

static size_t edited(size_t n)
{
	if (play.edit_at >= 0 && n)
		play.payload[play.edit_at % n] = play.edit;
	n -= min(play.cut, n);
	play.edit_at = -1;
	play.cut = 0;
	return n;
}

/* Send what stands in play.payload. */
static void say(size_t n)
{
	unsigned int times = play.repeat;

	n = edited(n);
	play.repeat = 1;
	/* nothing cannot be compressed */
	if (!n && play.lab->tx.dir.packing)
		return;
	while (times-- && play.packets && n <= play.bytes && !kssh_conn_reason(play.lab->c)) {
		size_t len = peer_seal(&play.peer, play.payload, n, play.sealed);

		play.packets--;
		play.bytes -= n;
		if (play.damage >= 0)
			play.sealed[play.damage % len] ^= 1 + play.damage / 256;
		play.damage = -1;
		feed(play.sealed, len);
		peer_said(&play.peer, play.payload, n);
	}
}

static void say_blob(struct kssh_blob b)
{
	if (b.n)
		memcpy(play.payload, b.p, b.n);
	say(b.n);
}

#define SAY(lit) say_blob(blob_of(lit, sizeof(lit) - 1))

static void say_kexinit(void)
{
	struct peer_offer o = {};
	u8 flags;

	o.kex = pick(kexes, ARRAY_SIZE(kexes));
	o.cipher = pick(ciphers, ARRAY_SIZE(ciphers));
	o.mac = pick(macs, ARRAY_SIZE(macs));
	o.comp = pick(comps, ARRAY_SIZE(comps));
	flags = in_u8(&play.in);
	o.strict = flags & 1;
	o.ext_info = flags & 8;
	o.follows = flags & 2;
	o.hostkey = flags & 4 ? "rsa-sha2-512,ssh-ed25519" : NULL;
	say(peer_kexinit(&o, play.payload, KSSH_PACKET_MAX));
}

static void say_ext_info(void)
{
	struct kssh_wr w;
	u8 i, n = in_u8(&play.in) % 16;

	kssh_wr_init(&w, play.payload, KSSH_PACKET_MAX);
	kssh_wr_u8(&w, SSH_MSG_EXT_INFO);
	kssh_wr_u32(&w, n);
	for (i = 0; i < n; i++) {
		kssh_wr_cstring(&w, "server-sig-algs");
		kssh_wr_cstring(&w, "ssh-ed25519");
	}
	say(kssh_wr_len(&w));
}

/* A payload of any length with little input. */
static void say_long(void)
{
	size_t n = (size_t)in_u16(&play.in) * 5 % (KSSH_PACKET_MAX - 100);

	memset(play.payload, in_u8(&play.in), n + 1);
	say(n);
}

/* Bytes that are no packet of ours. */
static void say_raw(void)
{
	struct kssh_blob b = in_bytes(&play.in, in_u8(&play.in));

	feed(b.p, b.n);
}

static void server(u8 step)
{
	switch (step) {
	case 'B':
		feed((const u8 *)"SSH-2.0-fuzz\r\n", 14);
		break;
	case 'K':
		say_kexinit();
		break;
	case 'G':
		say(peer_group(play.payload, KSSH_PACKET_MAX));
		break;
	case 'R':
		say(peer_reply(&play.peer, play.payload, KSSH_PACKET_MAX));
		break;
	case 'N':
		SAY("\x15");
		break;
	case 'E':
		say_ext_info();
		break;
	case 'S':
		SAY("\6\0\0\0\14ssh-userauth");
		break;
	case 'U':
		SAY("\x34");
		break;
	case 'F':
		SAY("\x33\0\0\0\4none\0");
		break;
	case 'I':
		SAY("\2\0\0\0\1x");
		break;
	case 'D':
		SAY("\4\1\0\0\0\0\0\0\0\0");
		break;
	case 'Q':
		SAY("\1\0\0\0\2\0\0\0\3bye\0\0\0\0");
		break;
	case 'P':
		SAY("\xc0\0\0\0\4ping");
		break;
	case 'C':
		say(stream_message(&play.in, play.payload, KSSH_PACKET_MAX));
		break;
	case 'O':
		SAY("\xc1\0\0\0\4ping");
		break;
	case 'L':
		say_long();
		break;
	case 'M':
		say_blob(in_bytes(&play.in, in_u8(&play.in)));
		break;
	case 'W':
		say_blob(in_bytes(&play.in, in_u16(&play.in)));
		break;
	case 'X':
		say_raw();
		break;
	}
}

/* ---- the application -------------------------------------------------- */

static void send_payload(bool more)
{
	size_t n = in_u16(&play.in) % 40000;
	u8 *p;

	if (kssh_conn_tx_reserve(play.lab->c, n, &p))
		return;
	memset(p, in_u8(&play.in), n);
	kssh_conn_tx_commit(play.lab->c, n, more);
}

static void verdict(void)
{
	int v = in_u8(&play.in) % 5 ? 0 : KSSH_R_HOSTKEY_UNKNOWN;

	if (!kssh_conn_verdict(play.lab->c, v) && !v)
		play.trusted = true;
}

static void known(void)
{
	static const char *const types[] = {
		"ssh-ed25519", "ssh-rsa", "", "ecdsa-sha2-nistp256,ssh-rsa",
	};
	const char *t = pick(types, ARRAY_SIZE(types));

	kssh_conn_known(play.lab->c, blob_of(t, strlen(t)), in_u8(&play.in) & 1);
}

static void look(void)
{
	struct kssh_conn *c = play.lab->c;
	struct kssh_blob kex, hostkey;

	kssh_conn_seen(c, &kex, &hostkey);
	kssh_conn_hostkey(c);
	kssh_conn_hostkey_sig(c);
	kssh_conn_hostkey_name(c);
	kssh_conn_session_id(c);
	kssh_conn_peer_banner(c);
	kssh_conn_ext_info(c);
	kssh_conn_disconnect_text(c);
	kssh_conn_config(c);
	kssh_conn_rx_boundary(c);
	kssh_conn_rx_queued(c);
	kssh_conn_tx_partial(c);
}

/* A job that is under way while other things happen; who comes again ends it. */
static void slow_job(struct kssh_conn *c)
{
	if (play.busy) {
		kssh_conn_job_done(c, &play.job);
		play.busy = false;
	} else if (kssh_conn_job_take(c, &play.job)) {
		kssh_job_run(&play.job);
		play.job.took += play.lab->job_ns;
		play.busy = true;
	}
}

static void application(u8 step)
{
	struct kssh_conn *c = play.lab->c;

	switch (step) {
	case 'r':
		kssh_conn_rekey(c);
		break;
	case 's':
		send_payload(false);
		break;
	case 't':
		send_payload(true);
		break;
	case 'i':
		kssh_conn_send_ignore(c, in_u16(&play.in));
		break;
	case 'u':
		kssh_conn_send_unimplemented(c, in_u8(&play.in));
		break;
	case 'q':
		kssh_conn_disconnect(c, in_u8(&play.in), "enough");
		break;
	case 'e':
		kssh_conn_rx_eof(c);
		break;
	case 'v':
		verdict();
		break;
	case 'k':
		known();
		break;
	case 'l':
		look();
		break;
	case 'j':
		slow_job(c);
		break;
	case 'b':
		stream_use(c, &play.in);
		break;
	case 'w':
		stream_world(play.lab, &play.in);
		break;
	case 'z':
		kssh_conn_set_max_payload(c, in_u16(&play.in));
		break;
	}
}

/* ---- the world -------------------------------------------------------- */

static void world(u8 step)
{
	switch (step) {
	case 'h':
		play.lab->hold = !play.lab->hold;
		break;
	case 'o':
		play.lab->clog = !play.lab->clog;
		break;
	case 'p':
		play.lab->keep = !play.lab->keep;
		break;
	case 'y':
		play.chunk = 1 + in_u8(&play.in) * 8;
		break;
	case 'f':
		play.fail = in_u8(&play.in);
		break;
	case 'm':
		play.edit_at = in_u16(&play.in);
		play.edit = in_u8(&play.in);
		break;
	case 'c':
		play.cut = in_u8(&play.in);
		break;
	case 'x':
		play.damage = in_u16(&play.in);
		break;
	case 'n':
		play.repeat = 1 + in_u8(&play.in) * 8;
		break;
	}
}

static void check(void)
{
	struct kssh_conn *c = play.lab->c;
	struct kssh_info info;

	/* as the socket does when it has nothing more */
	kssh_conn_rx_idle(c);
	kssh_conn_info(c, &info);
	if (kssh_is_open(c) && !(play.peer.signed_h && play.trusted))
		abort();
	/* the first one stays */
	if (play.reason && kssh_conn_reason(c) != play.reason)
		abort();
	play.reason = kssh_conn_reason(c);
	if (!strcmp(kssh_reason_name(play.reason), "?"))
		abort();
	if (c->rx.buf.cap > max_t(size_t, kssh_buf_len(&c->rx.buf) + 40000, 65536) ||
	    c->tx.out.cap > 3 * (size_t)KSSH_PACKET_MAX)
		abort();
	stream_check(c);
	stream_check_look(c);
	if (bench_test.failed)
		abort();
}

/* The configuration: four bytes.  The first allocation that fails, if one does. */
static int configure(struct kssh_config *cfg)
{
	u8 a = in_u8(&play.in), b = in_u8(&play.in), d = in_u8(&play.in);
	const char *comp = pick(comps, ARRAY_SIZE(comps));

	kssh_config_init(cfg);
	cfg->verify = a % 3;
	cfg->early = a & 4;
	cfg->ask_known = a & 8;
	cfg->certs = a & 16;
	if (cfg->verify == KSSH_VERIFY_PIN) {
		u8 k_s[PEER_KEY_LEN], pins[2][KSSH_PIN_LEN] = {};

		peer_hostkey(k_s);
		if (a & 32 && kssh_hash_digest(KSSH_SHA256, k_s, sizeof(k_s), pins[1]))
			abort();
		if (kssh_config_set_pins(cfg, pins[0], ARRAY_SIZE(pins)))
			abort();
		play.trusted = a & 32;
	}
	cfg->guess = b % 3;
	cfg->rx_limit = b & 4 ? 1000 : cfg->rx_limit;
	if (b & 8) {
		kssh_owned_set(&cfg->seen_kex, blob_of("curve25519-sha256", 17));
		kssh_owned_set(&cfg->seen_hostkey, blob_of("ssh-ed25519", 11));
	}
	if (d & 1)
		kssh_config_set_list(cfg, KSSH_LIST_KEX, "^curve25519-sha256", 18);
	if (d & 2)
		kssh_config_set_list(cfg, KSSH_LIST_HOSTKEY, "ssh-ed25519", 11);
	kssh_config_set_list(cfg, KSSH_LIST_COMP_TX, comp, strlen(comp));
	kssh_config_set_list(cfg, KSSH_LIST_COMP_RX, comp, strlen(comp));
	return d & 4 ? in_u8(&play.in) : 0;
}

/* A connection in place of the last; false: there was no memory for it. */
static bool start(void)
{
	struct kssh_config cfg;

	play.lab->lcg = 1;
	play.fail = configure(&cfg);
	faults(true);
	play.lab->c = kssh_conn_new(&cfg, &play.lab->env);
	if (play.lab->c)
		kssh_conn_start(play.lab->c);
	faults(false);
	kssh_config_free(&cfg);
	return play.lab->c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int steps;
	u8 step;

	play.in.p = data;
	play.in.n = size;
	play.trusted = false;
	play.chunk = SIZE_MAX;
	play.edit_at = -1;
	play.damage = -1;
	play.cut = 0;
	play.repeat = 1;
	play.packets = PACKETS_MAX;
	play.bytes = BYTES_MAX;
	play.reason = 0;
	play.lab->hold = false;
	play.lab->keep = false;
	play.lab->clog = false;
	play.lab->job_ns = 0;
	if (!start())
		return 0;
	peer_begin(&play.peer);
	run();
	check();
	for (steps = 0; play.in.n && steps < 200; steps++) {
		step = in_u8(&play.in);
		world(step);
		server(step);
		faults(true);
		application(step);
		faults(false);
		run();
		check();
	}
	play.fail = 0;
	play.lab->hold = false;
	play.lab->clog = false;
	run();
	check();
	peer_end(&play.peer);
	/* a job may outlive its connection */
	if (play.busy)
		kssh_job_drop(&play.job);
	play.busy = false;
	kssh_conn_free(play.lab->c);
	play.lab->c = NULL;
	return 0;
}
