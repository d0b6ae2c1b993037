// SPDX-License-Identifier: GPL-2.0
/*
 * A server out of its mind: random walks of well-sealed and of broken packets at
 * connections in every state.  Whatever comes, nothing may be read or written out of
 * bounds (AddressSanitizer), memory must stay bounded, and a connection is open,
 * waiting or failed with a known reason.  Reproducible: all comes from one seed,
 * KSSH_FUZZ_SEED, and KSSH_FUZZ_ROUNDS says how many walks.
 */

#include <stdlib.h>

#include "../../module/kunit/conn_lab.c"
#include "../../module/kunit/conn_scripts.c"

#define ECDH	"curve25519-sha256"
#define GEX	"diffie-hellman-group-exchange-sha256"

static u64 seed;

static u32 rnd(u32 below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static unsigned int setting(const char *name, unsigned int otherwise)
{
	const char *s = getenv(name);

	return s ? strtoul(s, NULL, 0) : otherwise;
}

/* Numbers that mean something more often than others. */
static u8 any_message(void)
{
	static const u8 known[] = { 1, 2, 3, 4, 5, 6, 7, 20, 21, 30, 31, 33, 50, 51, 52, 53,
				    80, 94, 192, 193 };

	return rnd(4) ? known[rnd(ARRAY_SIZE(known))] : rnd(256);
}

/* Strings and numbers, cut anywhere, or bytes without sense. */
static size_t any_payload(u8 *p, size_t room)
{
	struct kssh_wr w;
	size_t n = 1 + rnd(200);
	u32 i;

	kssh_wr_init(&w, p, room);
	kssh_wr_u8(&w, any_message());
	while (kssh_wr_len(&w) < n && !w.bad) {
		switch (rnd(4)) {
		case 0:
			kssh_wr_u32(&w, rnd(3) ? rnd(20) : rnd(1u << 31));
			break;
		case 1:
			kssh_wr_cstring(&w, rnd(2) ? "ssh-userauth" :
					"curve25519-sha256,none");
			break;
		case 2:
			kssh_wr_u32(&w, i = rnd(40));
			while (i--)
				kssh_wr_u8(&w, rnd(256));
			break;
		default:
			kssh_wr_u8(&w, rnd(256));
		}
	}
	return 1 + rnd(kssh_wr_len(&w));
}

/* A KEXINIT of the script's algorithms, sound but for the last byte now and then. */
static size_t sound_kexinit(u8 *p, size_t room)
{
	static const char *const lists[] = {
		ECDH "," GEX ",kex-strict-s-v00@openssh.com", "ssh-ed25519",
		"chacha20-poly1305@openssh.com", "chacha20-poly1305@openssh.com",
		"", "", "none", "none", "", "",
	};
	struct kssh_wr w;
	unsigned int i;

	kssh_wr_init(&w, p, room);
	kssh_wr_u8(&w, 20);
	kssh_wr_raw(&w, "0123456789abcdef", 16);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		kssh_wr_cstring(&w, lists[i]);
	kssh_wr_u8(&w, rnd(2));
	kssh_wr_u32(&w, 0);
	return kssh_wr_len(&w) - !rnd(10);
}

/* Sound in itself; whether it is legal now is another matter. */
static size_t sound_message(u8 *p)
{
	static const struct { const char *p; size_t n; } sound[] = {
#define SOUND(lit) { lit, sizeof(lit) - 1 }
		SOUND("\2\0\0\0\1x"), SOUND("\3\0\0\0\0"), SOUND("\4\1\0\0\0\0\0\0\0\0"),
		SOUND("\6\0\0\0\14ssh-userauth"), SOUND("\6"), SOUND("\7\0\0\0\0"),
		SOUND("\x12\0"), SOUND("\x15"), SOUND("\x33\0\0\0\0\0"), SOUND("\x34"),
		SOUND("\x5e\0\0\0\0\0\0\0\4data"), SOUND("\x60\0\0\0\0"),
		SOUND("\xc0\0\0\0\2hi"), SOUND("\xc1\0\0\0\0"),
	};
	u32 i = rnd(ARRAY_SIZE(sound));

	memcpy(p, sound[i].p, sound[i].n);
	return sound[i].n;
}

/* A reply that is right but for point and signature, which nobody can guess. */
static size_t sound_reply(struct kssh_lab *lab, u8 *p, size_t room)
{
	struct kssh_blob key = kssh_unhex(lab->test, kssh_scripts[0].hostkey);
	const struct kssh_conn *c = lab->c;
	struct kssh_wr w;
	int i;

	kssh_wr_init(&w, p, room);
	kssh_wr_u8(&w, c->st == KSSH_S_GEX || c->st == KSSH_S_REKEY_GEX ? 33 : 31);
	kssh_wr_string(&w, key.p, key.n - !rnd(8));
	kssh_wr_u32(&w, 32);
	for (i = 0; i < 32; i++)
		kssh_wr_u8(&w, rnd(256));
	kssh_wr_u32(&w, 15 + 4 + 64);
	kssh_wr_cstring(&w, rnd(8) ? "ssh-ed25519" : "ssh-ed25518");
	kssh_wr_u32(&w, 64);
	for (i = 0; i < 64; i++)
		kssh_wr_u8(&w, rnd(256) & 0xf);
	return kssh_wr_len(&w);
}

/* A group: mostly sound, of any size, with a small generator; it need not be prime. */
static size_t sound_group(u8 *p, size_t room)
{
	size_t n = rnd(8) ? 256 + rnd(4) : rnd(1100), i;
	struct kssh_wr w;

	kssh_wr_init(&w, p, room);
	kssh_wr_u8(&w, 31);
	kssh_wr_u32(&w, n);
	for (i = 0; i < n; i++)
		kssh_wr_u8(&w, i ? rnd(256) | (i == n - 1 && rnd(8)) : 1 + rnd(130));
	kssh_wr_u32(&w, 1);
	kssh_wr_u8(&w, rnd(6));
	return kssh_wr_len(&w);
}

static bool wants_group(const struct kssh_conn *c)
{
	return c->st == KSSH_S_GROUP || c->st == KSSH_S_REKEY_GROUP;
}

/* What may come in this state, more often than not; sound, most of the time. */
static size_t message(struct kssh_lab *lab, u8 *p, size_t room)
{
	const struct kssh_conn *c = lab->c;
	bool legal = rnd(8);
	size_t n;

	do {
		if (!rnd(10))
			n = sound_kexinit(p, room);
		else if (wants_group(c) && rnd(4))
			n = sound_group(p, room);
		else if (!rnd(10))
			n = sound_reply(lab, p, room);
		else
			n = rnd(8) ? sound_message(p) : any_payload(p, room);
	} while (legal && !kssh_state_paused(c->st) && c->st != KSSH_S_BANNER &&
		 kssh_legal(c->st, c->flags & KSSH_INFO_STRICT_KEX, p[0]) >
		 KSSH_L_UNKNOWN);
	return n;
}

static void send_something(struct kssh_lab *lab)
{
	u8 *p;
	size_t n = rnd(rnd(8) ? 100 : 40000);

	if (!rnd(6))
		kssh_conn_rekey(lab->c);
	if (!rnd(6))
		kssh_conn_send_ignore(lab->c, rnd(2000));
	if (kssh_conn_tx_reserve(lab->c, n, &p))
		return;
	memset(p, rnd(256), n);
	kssh_conn_tx_commit(lab->c, n, rnd(2));
}

/* One packet, sealed with the keys in use, sometimes damaged, in pieces. */
static void one_packet(struct kssh_lab *lab, u8 *frame)
{
	u8 payload[2048];
	size_t n;

	n = message(lab, payload, sizeof(payload));
	n = kssh_lab_seal(lab, payload, n, frame);
	if (!rnd(40))
		frame[rnd(n)] ^= 1 << rnd(8);
	if (!rnd(60))
		n = rnd(n + 1);
	kssh_lab_feed(lab, frame, n, 1 + rnd(n ? n : 1));
}

static void check(struct kssh_lab *lab)
{
	struct kunit *test = lab->test;
	struct kssh_info info;

	KUNIT_EXPECT_STRNEQ(test, kssh_reason_name(kssh_conn_reason(lab->c)), "?");
	/* it grows with what has come, not with what a length says */
	KUNIT_ASSERT_LE(test, lab->c->rx.buf.cap,
			max_t(size_t, kssh_buf_len(&lab->c->rx.buf) + 40000, 65536));
	KUNIT_ASSERT_LE(test, lab->c->tx.out.cap, (size_t)2 * KSSH_PACKET_MAX);
	kssh_conn_info(lab->c, &info);
	KUNIT_EXPECT_EQ(test, info.reason == KSSH_R_NONE,
			info.state != KSSH_STATE_FAILED &&
			info.state != KSSH_STATE_CLOSED);
	/* nothing but DISCONNECT may leave without verdict; none is given here */
	if (lab->verdict < 0)
		KUNIT_EXPECT_FALSE(test, kssh_is_open(lab->c));
}

static void walk(struct kssh_lab *lab, u8 *frame)
{
	static const char *const names[] = { "chacha", "lax", "gex_guess", "gex_lax" };
	const struct kssh_script *s = kssh_lab_find(lab->test, names[rnd(4)]);
	unsigned int whole = strcmp(s->kex, GEX) ? 4 : 5;
	unsigned int steps = rnd(5), i;

	lab->keep = false;
	lab->verdict = rnd(5) ? 0 : -1;
	kssh_lab_script(lab, s, steps < 4 || lab->verdict < 0 ? steps % 3 : whole);
	kssh_lab_arm(lab, lab->c->rx.dir.keyed ? s : NULL);
	if (lab->c->st == KSSH_S_BANNER)
		kssh_lab_feed(lab, "SSH-2.0-fuzz\n", 13, 1 + rnd(13));
	if (steps == 4 && rnd(4))
		kssh_lab_say_lit(lab, "\x34");
	lab->keep = !rnd(4);
	for (i = 0; i < 60 && !kssh_conn_reason(lab->c); i++) {
		lab->clog = !rnd(4);
		lab->hold = !rnd(4);
		one_packet(lab, frame);
		if (!rnd(3))
			send_something(lab);
		check(lab);
		if (lab->out_len > KSSH_LAB_MAX / 2)
			lab->out_len = 0;
		if (lab->got_len > KSSH_LAB_MAX / 2)
			lab->got_len = 0;
	}
	if (!rnd(3))
		kssh_conn_rx_eof(lab->c);
	lab->clog = false;
	lab->hold = false;
	kssh_lab_run(lab);
	check(lab);
}

/* Bytes of any kind where the identification or the first packets are expected. */
static void noise(struct kssh_lab *lab, u8 *bytes)
{
	size_t n = rnd(2000), i;

	kssh_lab_script(lab, &kssh_scripts[0], 0);
	for (i = 0; i < n; i++)
		bytes[i] = rnd(3) ? "SSH-2.019\r\n\0x"[rnd(13)] : rnd(256);
	kssh_lab_feed(lab, bytes, n, 1 + rnd(100));
	kssh_conn_rx_eof(lab->c);
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(lab->test, KSSH_STATE_FAILED, kssh_conn_state(lab->c));
}

/* What the walks came to: a fuzzer that gets nowhere finds nothing. */
static unsigned int ends[256];

static void count(const struct kssh_lab *lab)
{
	ends[kssh_conn_reason(lab->c)]++;
}

static void expect_variety(struct kunit *test, unsigned int rounds)
{
	unsigned int r, kinds = 0;

	for (r = 0; r < ARRAY_SIZE(ends); r++) {
		kinds += !!ends[r];
		if (ends[r])
			kunit_info(test, "%s: %u\n", kssh_reason_name(r), ends[r]);
	}
	if (rounds >= 1000)
		KUNIT_EXPECT_GE(test, kinds, 15u);
}

static void random_walks(struct kunit *test)
{
	unsigned int rounds = setting("KSSH_FUZZ_ROUNDS", 3000), i;
	u8 *frame = kunit_kzalloc(test, KSSH_PACKET_MAX + 1024, GFP_KERNEL);
	struct kssh_lab *lab = kssh_lab_new(test);

	seed = setting("KSSH_FUZZ_SEED", 1);
	for (i = 0; i < rounds && !test->failed; i++) {
		walk(lab, frame);
		count(lab);
		noise(lab, frame);
	}
	if (test->failed)
		kunit_info(test, "in round %u\n", i);
	else
		expect_variety(test, rounds);
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE(random_walks),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "kssh_core_fuzz",
	.test_cases = fuzz_cases,
};

kunit_test_suite(fuzz_suite);
