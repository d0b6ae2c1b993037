// SPDX-License-Identifier: GPL-2.0
/*
 * What selftests/hostile samples in a kernel, here one by one: a server that stops at
 * each byte, cuts each message at each length, lies in each length field, changes each
 * byte, has each padding and each packet length; K of every kind; and Terrapin
 * (CVE-2023-48795).  The server is the fuzzers', which really signs and seals.
 */

#include "../../module/kunit/conn_lab.c"
#include "../../module/kunit/conn_scripts.c"
#include "../fuzz/core/peer.c"

#define CHACHA	"chacha20-poly1305@openssh.com"
#define GCM	"aes128-gcm@openssh.com"
#define CTR	"aes256-ctr"
#define ETM	"hmac-sha2-256-etm@openssh.com"
#define BANNER	"SSH-2.0-hostile_1.0 x\r\n"
#define STREAM	4096

static const struct peer_offer usual = {
	.kex = "curve25519-sha256", .cipher = CHACHA, .mac = ETM, .comp = "none",
	.strict = true, .ext_info = true,
};

/* What is said at each step of a handshake; SAY_END: nothing is left to say. */
enum say { SAY_KEXINIT, SAY_REPLY, SAY_NEWKEYS, SAY_EXT_INFO, SAY_SERVICE, SAY_END };

static const u8 phases[] = {
	[SAY_KEXINIT] = KSSH_PHASE_KEXINIT, [SAY_REPLY] = KSSH_PHASE_KEX,
	[SAY_NEWKEYS] = KSSH_PHASE_NEWKEYS, [SAY_EXT_INFO] = KSSH_PHASE_SERVICE,
	[SAY_SERVICE] = KSSH_PHASE_SERVICE, [SAY_END] = KSSH_PHASE_OPEN,
};

/**
 * struct scene - a session with that server
 * @lab: the bench
 * @peer: the server
 * @offer: what it offers
 * @frame: room for a frame
 */
struct scene {
	struct kssh_lab *lab;
	struct peer peer;
	struct peer_offer offer;
	u8 *frame;
};

static void peer_gone(void *p)
{
	peer_end(p);
}

static struct scene *scene_new(struct kunit *test)
{
	static u8 frame[PEER_ROOM];
	struct scene *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	s->lab = kssh_lab_new(test);
	s->peer.lab = s->lab;
	s->offer = usual;
	s->frame = memset(frame, 0, sizeof(frame));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, peer_gone, &s->peer));
	return s;
}

static void scene_start(struct scene *s)
{
	struct kssh_config cfg;

	kssh_config_init(&cfg);
	cfg.verify = KSSH_VERIFY_APP;
	s->lab->verdict = 0;
	kssh_lab_start(s->lab, &cfg);
	peer_begin(&s->peer);
}

/* The honest message of a step. */
static size_t message(struct scene *s, enum say step, u8 *p)
{
	static const u8 ext_info[] = "\7\0\0\0\1\0\0\0\17server-sig-algs\0\0\0\13ssh-ed25519";
	static const u8 service[] = "\6\0\0\0\14ssh-userauth";

	switch (step) {
	case SAY_KEXINIT:
		return peer_kexinit(&s->offer, p, STREAM);
	case SAY_REPLY:
		return peer_reply(&s->peer, p, STREAM);
	case SAY_NEWKEYS:
		p[0] = SSH_MSG_NEWKEYS;
		return 1;
	case SAY_EXT_INFO:
		memcpy(p, ext_info, sizeof(ext_info) - 1);
		return sizeof(ext_info) - 1;
	default:
		memcpy(p, service, sizeof(service) - 1);
		return sizeof(service) - 1;
	}
}

static void feed(struct scene *s, const void *p, size_t n)
{
	if (n)
		kssh_lab_feed(s->lab, p, n, n);
}

/* Begin, and be honest as far as @step, which is not said. */
static void scene_until(struct scene *s, enum say step)
{
	u8 p[STREAM];
	enum say i;

	scene_start(s);
	feed(s, BANNER, sizeof(BANNER) - 1);
	for (i = 0; i < step; i++)
		peer_say(&s->peer, p, message(s, i, p));
}

static bool up(const struct scene *s)
{
	return kssh_conn_state(s->lab->c) == KSSH_STATE_OPEN;
}

/* It has failed, for one of the reasons that a server can be blamed for. */
static void expect_blamed(struct scene *s, const char *what, size_t a, size_t b)
{
	int r = kssh_conn_reason(s->lab->c);

	KUNIT_EXPECT_TRUE_MSG(s->lab->test, r >= KSSH_R_BANNER_LINE_TOO_LONG,
			      "%s %zu %zu: %s", what, a, b, kssh_reason_name(r));
}

static void expect_reason(struct scene *s, int want, const char *what, size_t a, size_t b)
{
	int r = kssh_conn_reason(s->lab->c);

	KUNIT_EXPECT_TRUE_MSG(s->lab->test, r == want, "%s %zu %zu: %s, not %s", what, a, b,
			      kssh_reason_name(r), kssh_reason_name(want));
}

/* ---- cut, and stopped ------------------------------------------------- */

/* A SERVICE_ACCEPT without a name is what old servers send. */
static int of_a_cut(enum say step, size_t n)
{
	if (!n)
		return KSSH_R_PACKET_EMPTY;
	return step == SAY_SERVICE && n == 1 ? KSSH_R_NONE : KSSH_R_MALFORMED;
}

static void every_message_cut(struct kunit *test)
{
	struct scene *s = scene_new(test);
	unsigned int cuts = 0;
	enum say step;
	size_t n, len;
	u8 p[STREAM];

	for (step = 0; step < SAY_END; step++) {
		len = 1;
		for (n = 0; n < len; n++, cuts++) {
			scene_until(s, step);
			len = message(s, step, p);
			peer_say(&s->peer, p, n);
			expect_reason(s, of_a_cut(step, n), "step, bytes", step, n);
		}
		/* and one byte too many */
		scene_until(s, step);
		p[len] = 0;
		peer_say(&s->peer, p, len + 1);
		expect_reason(s, KSSH_R_MALFORMED, "step, bytes", step, len + 1);
	}
	kunit_info(test, "%u cuts\n", cuts);
	KUNIT_EXPECT_GT(test, cuts, 450u);
}

/**
 * struct take - a handshake as the server's bytes
 * @p: them
 * @n: how many
 * @end: where the frame of each step ends; the banner ends at @begin
 * @begin: see @end
 */
struct take {
	u8 p[STREAM];
	size_t n, begin, end[SAY_END];
};

static void record(struct scene *s, struct take *t)
{
	u8 p[STREAM];
	size_t n, len;
	enum say i;

	scene_start(s);
	t->n = sizeof(BANNER) - 1;
	t->begin = t->n;
	memcpy(t->p, BANNER, t->n);
	feed(s, t->p, t->n);
	for (i = 0; i < SAY_END; i++) {
		n = message(s, i, p);
		len = peer_seal(&s->peer, p, n, t->p + t->n);
		feed(s, t->p + t->n, len);
		peer_said(&s->peer, p, n);
		t->n += len;
		t->end[i] = t->n;
	}
	KUNIT_ASSERT_TRUE(s->lab->test, up(s));
}

/* The phase in which somebody is who has read @n bytes. */
static int phase_at(const struct take *t, size_t n)
{
	enum say i = 0;

	if (n < t->begin)
		return KSSH_PHASE_BANNER;
	while (i < SAY_END && n >= t->end[i])
		i++;
	return phases[i];
}

static void every_stop(struct kunit *test)
{
	static const int ends[] = { KSSH_R_PEER_CLOSED, KSSH_R_SOCKET_ERROR, KSSH_R_TIMEOUT };
	struct scene *s = scene_new(test);
	struct kssh_info info;
	struct take t;
	size_t n, how;

	record(s, &t);
	for (n = 0; n <= t.n; n++) {
		for (how = 0; how < ARRAY_SIZE(ends); how++) {
			scene_start(s);
			feed(s, t.p, n);
			KUNIT_EXPECT_EQ(test, n == t.n, up(s));
			if (ends[how] == KSSH_R_PEER_CLOSED)
				kssh_conn_rx_eof(s->lab->c);
			else
				kssh_conn_fail(s->lab->c, ends[how]);
			kssh_lab_run(s->lab);
			expect_reason(s, ends[how], "bytes", n, how);
			kssh_conn_info(s->lab->c, &info);
			KUNIT_EXPECT_TRUE_MSG(test, info.phase == phase_at(&t, n),
					      "%zu bytes: phase %d, not %d", n, info.phase,
					      phase_at(&t, n));
		}
	}
	kunit_info(test, "%zu bytes, %zu ends\n", t.n, ARRAY_SIZE(ends));
}

/* ---- lengths ---------------------------------------------------------- */

/* Where the length fields of a message stand, those inside of blobs too. */
static size_t lengths_of(enum say step, const u8 *p, size_t n, size_t *at)
{
	size_t i, k = 0, pos = step == SAY_KEXINIT ? 17 : 1;

	if (step == SAY_NEWKEYS)
		return 0;
	for (i = 0; pos + 4 <= n && i < 10; i++) {
		at[k++] = pos;
		if (step == SAY_EXT_INFO && !i) {
			pos += 4;	/* how many follow */
			continue;
		}
		/* name and body inside of K_S, and of the signature */
		if (step == SAY_REPLY && i != 1) {
			at[k++] = pos + 4;
			at[k++] = pos + 4 + 4 + 11;
		}
		pos += 4 + get_unaligned_be32(p + pos);
	}
	return k;
}

static void every_length_lies(struct kunit *test)
{
	static const u32 values[] = { 0, 1, 0x7fffffff, 0x80000000, 0xfffffffc, U32_MAX };
	struct scene *s = scene_new(test);
	size_t at[64], n, k, i, v;
	unsigned int lies = 0;
	enum say step;
	u8 p[STREAM];
	u32 was, is;

	for (step = 0; step < SAY_END; step++) {
		scene_until(s, step);
		n = message(s, step, p);
		k = lengths_of(step, p, n, at);
		for (i = 0; i < k; i++) {
			for (v = 0; v < ARRAY_SIZE(values) + 3; v++, lies++) {
				scene_until(s, step);
				n = message(s, step, p);
				was = get_unaligned_be32(p + at[i]);
				is = v < ARRAY_SIZE(values) ? values[v] :
				     v == ARRAY_SIZE(values) ? was - 1 :
				     v == ARRAY_SIZE(values) + 1 ? was + 1 : n - at[i] - 3;
				if (is == was)
					continue;
				put_unaligned_be32(is, p + at[i]);
				peer_say(&s->peer, p, n);
				expect_blamed(s, "length at, is", at[i], is);
			}
		}
	}
	kunit_info(test, "%u lies\n", lies);
	KUNIT_EXPECT_GT(test, lies, 180u);
}

static bool plain_length_sound(u32 n)
{
	return n >= 12 && n <= 35000 - 4 && !((4 + n) % 8);
}

static void one_packet_length(struct scene *s, u32 n, size_t len)
{
	put_unaligned_be32(n, s->frame);
	scene_start(s);
	feed(s, BANNER, sizeof(BANNER) - 1);
	feed(s, s->frame, len);
	if (!plain_length_sound(n))
		expect_reason(s, KSSH_R_PACKET_LENGTH, "packet_length", n, 0);
	else if (n + 4 > len)	/* it is waited for */
		expect_reason(s, KSSH_R_NONE, "packet_length", n, 0);
	else
		expect_blamed(s, "packet_length", n, 0);
}

static void every_packet_length(struct kunit *test)
{
	struct scene *s = scene_new(test);
	size_t len, right;
	u8 p[STREAM];
	u32 n;

	scene_until(s, SAY_KEXINIT);
	len = peer_seal(&s->peer, p, message(s, SAY_KEXINIT, p), s->frame);
	right = get_unaligned_be32(s->frame);
	for (n = 0; n < 36000; n++)
		if (n != right)
			one_packet_length(s, n, len);
	for (n = 16; n < 32; n++) {
		one_packet_length(s, (1U << n) - 4, len);
		one_packet_length(s, 1U << n, len);
		one_packet_length(s, (1U << n) + 4, len);
	}
	one_packet_length(s, U32_MAX, len);
	one_packet_length(s, U32_MAX - 3, len);
}

static void every_padding(struct kunit *test)
{
	struct scene *s = scene_new(test);
	unsigned int pad, right;
	size_t len;
	u8 p[STREAM];

	for (pad = 0; pad < 256; pad++) {
		scene_until(s, SAY_NEWKEYS);
		len = peer_seal(&s->peer, "\x15", 1, s->frame);
		right = s->frame[4];
		s->frame[4] = pad;
		feed(s, s->frame, len);
		if (pad < 4 || pad > len - 5)
			expect_reason(s, KSSH_R_PACKET_PADDING, "padding", pad, len);
		else if (pad == len - 5)
			expect_reason(s, KSSH_R_PACKET_EMPTY, "padding", pad, len);
		else if (pad != right)
			expect_reason(s, KSSH_R_MALFORMED, "padding", pad, len);
		else
			expect_reason(s, KSSH_R_NONE, "padding", pad, len);
	}
	/* no other message may be so long that its padding cannot be */
	scene_until(s, SAY_KEXINIT);
	len = peer_seal(&s->peer, p, message(s, SAY_KEXINIT, p), s->frame);
	s->frame[4] = 255;
	feed(s, s->frame, len);
	KUNIT_EXPECT_FALSE(test, up(s));
}

/* ---- changed ---------------------------------------------------------- */

/* Padding in the clear is nobody's: neither hashed nor authenticated. */
static bool is_plain_padding(const struct take *t, size_t at)
{
	size_t start = t->begin;
	enum say i;

	for (i = SAY_KEXINIT; i <= SAY_NEWKEYS; i++) {
		if (at >= start && at < t->end[i])
			return at >= t->end[i] - t->p[start + 4];
		start = t->end[i];
	}
	return false;
}

static void every_byte_changed(struct kunit *test)
{
	struct scene *s = scene_new(test);
	unsigned int bit, bits = getenv("KSSH_LONG") ? 8 : 1;
	struct take t;
	size_t i;

	record(s, &t);
	for (i = 0; i < t.n; i++) {
		for (bit = 0; bit < bits; bit++) {
			u8 flip = 1 << (bits == 8 ? bit : i % 8);

			scene_start(s);
			t.p[i] ^= flip;
			feed(s, t.p, t.n);
			t.p[i] ^= flip;
			KUNIT_EXPECT_TRUE_MSG(test, up(s) == is_plain_padding(&t, i),
					      "byte %zu, %02x: %s", i, flip,
					      kssh_reason_name(kssh_conn_reason(s->lab->c)));
		}
	}
	kunit_info(test, "%zu bytes\n", t.n);
}

/* ---- K ---------------------------------------------------------------- */

static void every_kind_of_k(struct kunit *test)
{
	static const struct { const char *kex; size_t len; } rows[] = {
		{ "curve25519-sha256", 32 }, { "diffie-hellman-group14-sha256", 256 },
	};
	unsigned int high, low, zeros, i, r;
	struct scene *s = scene_new(test);

	for (r = 0; r < ARRAY_SIZE(rows); r++) {
		high = 0;
		low = 0;
		zeros = 0;
		s->offer.kex = rows[r].kex;
		for (i = 0; i < 3000 && !(high && low && zeros); i++) {
			bool pad, skipped;

			s->peer.vary = i;
			scene_until(s, SAY_END);
			/* an mpint: with a zero in front of a high bit, else without */
			pad = !s->peer.k;
			skipped = s->peer.k_len - pad < rows[r].len;
			high += pad && !skipped;
			low += !pad && !skipped;
			zeros += skipped;
			KUNIT_EXPECT_TRUE_MSG(test, up(s), "%s, %u: %s", rows[r].kex, i,
					      kssh_reason_name(kssh_conn_reason(s->lab->c)));
		}
		kunit_info(test, "%s: %u secrets\n", rows[r].kex, i);
		KUNIT_EXPECT_TRUE(test, high && low && zeros);
	}
}

/* ---- Terrapin --------------------------------------------------------- */

/* The server's EXT_INFO is taken off the wire, its SERVICE_ACCEPT comes. */
static void delete_and_go_on(struct scene *s)
{
	u8 p[STREAM];

	peer_seal(&s->peer, p, message(s, SAY_EXT_INFO, p), s->frame);
	peer_say(&s->peer, p, message(s, SAY_SERVICE, p));
}

/*
 * Somebody in the middle puts a message in front of the server's NEWKEYS, whose
 * numbers then differ by one, and deletes its first sealed one.
 */
static void prefix_truncated(struct scene *s, const char *cipher, bool strict,
			     const void *put, size_t n)
{
	struct kssh_tx *tx = &s->peer.lab->tx;
	size_t len;
	u8 p[STREAM];

	s->offer.cipher = cipher;
	s->offer.strict = strict;
	scene_until(s, SAY_NEWKEYS);
	if (n) {
		len = peer_seal(&s->peer, put, n, s->frame);
		tx->dir.seq--;		/* it was not the server who sent it */
		feed(s, s->frame, len);
	}
	peer_say(&s->peer, p, message(s, SAY_NEWKEYS, p));
	delete_and_go_on(s);
}

static void terrapin(struct kunit *test)
{
	static const struct { const char *p; size_t n; } puts[] = {
		{ "\2\0\0\0\0", 5 }, { "\3\0\0\0\0", 5 }, { "\4\0\0\0\0\0\0\0\0\0", 10 },
		{ "\x13", 1 }, { "\xc0\0\0\0\0", 5 }, { "\7\0\0\0\0", 5 },
	};
	struct scene *s = scene_new(test);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(puts); i++) {
		prefix_truncated(s, CHACHA, true, puts[i].p, puts[i].n);
		KUNIT_EXPECT_FALSE(test, up(s));
		expect_blamed(s, "put", i, 0);
	}
	/* without anything put in, the number of what is left is wrong */
	prefix_truncated(s, CHACHA, true, NULL, 0);
	/* which is the nonce of the length, too */
	expect_blamed(s, "chacha", 0, 0);
	prefix_truncated(s, GCM, true, NULL, 0);
	expect_reason(s, KSSH_R_BAD_MAC, "gcm", 0, 0);
	prefix_truncated(s, CTR, true, NULL, 0);
	expect_reason(s, KSSH_R_BAD_MAC, "ctr", 0, 0);

	/* against a server that is not strict: what the paper found for each cipher */
	prefix_truncated(s, CHACHA, false, puts[0].p, puts[0].n);
	KUNIT_EXPECT_TRUE(test, up(s));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_ext_info(s->lab->c).n);
	KUNIT_EXPECT_FALSE(test, kssh_conn_flags(s->lab->c) & KSSH_INFO_STRICT_KEX);
	prefix_truncated(s, GCM, false, puts[0].p, puts[0].n);
	expect_reason(s, KSSH_R_BAD_MAC, "gcm", 1, 0);
	prefix_truncated(s, CTR, false, puts[0].p, puts[0].n);
	KUNIT_EXPECT_FALSE(test, up(s));
}

/* ---- what a stranger can make us hold --------------------------------- */

/* Of AddressSanitizer; absent without it. */
size_t __weak __sanitizer_get_current_allocated_bytes(void);

/* As many bytes as it takes, the same again and again. */
static void pour(struct scene *s, const void *p, size_t n, size_t total)
{
	for (; total >= n; total -= n)
		feed(s, p, n);
}

static void say_length(struct scene *s, u32 n, size_t less)
{
	put_unaligned_be32(n, s->frame);
	memset(s->frame + 4, 9, n);
	feed(s, s->frame, 4 + n - less);
}

static void hold_line(struct scene *s)
{
	scene_start(s);
	pour(s, "x", 1, 8191);
}

static void hold_plain_packet(struct scene *s)
{
	scene_until(s, SAY_KEXINIT);
	say_length(s, 34996, 1);
}

/* A KEXINIT with as much in its lists as a packet holds, and the rest of the exchange. */
static void hold_exchange(struct scene *s)
{
	char list[24000] = "";
	struct peer_offer o = usual;
	u8 p[STREAM * 8];

	memset(list, 'x', sizeof(list) - 1);
	o.hostkey = list;
	memcpy(list, "ssh-ed25519,", 12);
	scene_until(s, SAY_KEXINIT);
	peer_say(&s->peer, p, peer_kexinit(&o, p, sizeof(p)));
}

static void hold_sealed_packet(struct scene *s)
{
	size_t len;

	scene_until(s, SAY_END);
	memset(s->frame, 94, 200000);
	len = peer_seal(&s->peer, s->frame, 200000, s->frame);
	feed(s, s->frame, len - 1);
}

static void hold_payloads(struct scene *s)
{
	int i;

	scene_until(s, SAY_END);
	peer_say_lit(&s->peer, "\x34");
	s->lab->keep = true;
	for (i = 0; i < 50; i++)
		peer_say(&s->peer, memset(s->frame, 94, 100000), 100000);
}

static void hold_answers(struct scene *s)
{
	int i;

	scene_until(s, SAY_END);
	peer_say_lit(&s->peer, "\x34");
	s->lab->clog = true;
	for (i = 0; i < 20000; i++)
		peer_say_lit(&s->peer, "\xc0\0\0\0\4ping");
	s->lab->clog = false;
}

/* Everything that the connection has on the heap, without stops and with one. */
static void what_a_stranger_can_hold(struct kunit *test)
{
	static const struct {
		const char *what;
		void (*hold)(struct scene *s);
		size_t most;
	} rows[] = {
		{ "a line that does not end", hold_line, 48 << 10 },
		{ "a packet before NEWKEYS that does not end", hold_plain_packet, 96 << 10 },
		{ "a KEXINIT of 24 KB", hold_exchange, 160 << 10 },
		{ "a packet after NEWKEYS that does not end", hold_sealed_packet, 512 << 10 },
		{ "payloads that are not read", hold_payloads, 1024 << 10 },
		{ "answers that are not read", hold_answers, 256 << 10 },
	};
	struct scene *s = scene_new(test);
	size_t i, before, held;

	if (!__sanitizer_get_current_allocated_bytes) {
		kunit_skip(test, "AddressSanitizer counts the bytes");
		return;
	}
	scene_until(s, SAY_END);	/* what is made once has been made */
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kssh_conn_free(s->lab->c);
		s->lab->c = NULL;
		peer_end(&s->peer);
		kssh_dir_kill(&s->lab->tx.dir);
		kssh_buf_free(&s->lab->tx.out);
		before = __sanitizer_get_current_allocated_bytes();
		rows[i].hold(s);
		/* ours on the bench is not the connection's */
		kssh_dir_kill(&s->lab->tx.dir);
		kssh_dir_kill(&s->lab->rx.dir);
		kssh_buf_free(&s->lab->tx.out);
		peer_end(&s->peer);
		held = __sanitizer_get_current_allocated_bytes() - before;
		kunit_info(test, "%s: %zu bytes\n", rows[i].what, held);
		KUNIT_EXPECT_LE(test, held, rows[i].most);
		KUNIT_EXPECT_GT(test, held, (size_t)1000);
		s->lab->keep = false;
	}
}

static struct kunit_case hostile_cases[] = {
	KUNIT_CASE(every_message_cut),
	KUNIT_CASE(every_stop),
	KUNIT_CASE(every_length_lies),
	KUNIT_CASE(every_packet_length),
	KUNIT_CASE(every_padding),
	KUNIT_CASE(every_byte_changed),
	KUNIT_CASE(every_kind_of_k),
	KUNIT_CASE(terrapin),
	KUNIT_CASE(what_a_stranger_can_hold),
	{}
};

static struct kunit_suite hostile_suite = {
	.name = "kssh_hostile",
	.test_cases = hostile_cases,
};

kunit_test_suite(hostile_suite);
