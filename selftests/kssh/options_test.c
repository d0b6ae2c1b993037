// SPDX-License-Identifier: GPL-2.0
/* Options: what can be set, what is refused, how structures grow, what is read. */
#include <stddef.h>
#include "kselftest_harness.h"
#include "kssh_test.h"

#define BAD_PTR	((void *)8)

FIXTURE(options)
{
	int fd;
};

FIXTURE_SETUP(options)
{
	/* not kt_prepare(), which sets an option */
	self->fd = kt_connect(AF_INET, kt_port());
	ASSERT_LE(0, self->fd) TH_LOG("%s", strerror(-self->fd));
	ASSERT_EQ(0, kt_attach(self->fd));
}

FIXTURE_TEARDOWN(options)
{
	close(self->fd);
}

static const int lists[] = {
	KSSH_KEX, KSSH_HOSTKEY_ALGS, KSSH_CIPHER_TX, KSSH_CIPHER_RX,
	KSSH_MAC_TX, KSSH_MAC_RX, KSSH_COMP_TX, KSSH_COMP_RX,
};

#define N_LISTS	((int)(sizeof(lists) / sizeof(lists[0])))

static bool has_name(const char *list, const char *name)
{
	size_t n = strlen(name);
	const char *p = list;

	while (p && *p) {
		if (!strncmp(p, name, n) && (p[n] == ',' || !p[n]))
			return true;
		p = strchr(p, ',');
		p += !!p;
	}
	return false;
}

TEST_F(options, defaults)
{
	char text[1024];
	int i;

	EXPECT_EQ(KSSH_TIMEOUT_DEFAULT, kt_get_u32(self->fd, KSSH_TIMEOUT));
	EXPECT_EQ(KSSH_VERIFY_HELPER, kt_get_u32(self->fd, KSSH_VERIFY));
	EXPECT_EQ(KSSH_PAYLOAD_DEFAULT, kt_get_u32(self->fd, KSSH_MAX_PAYLOAD));
	EXPECT_EQ(KSSH_RSA_BITS_DEFAULT, kt_get_u32(self->fd, KSSH_RSA_MIN_BITS));
	EXPECT_EQ(KSSH_GUESS_SAFE, kt_get_u32(self->fd, KSSH_GUESS));
	for (i = 0; i < N_LISTS; i++)
		EXPECT_LT(0, kt_get_text(self->fd, lists[i], text, sizeof(text)));
	kt_get_text(self->fd, KSSH_KEX, text, sizeof(text));
	EXPECT_TRUE(has_name(text, "mlkem768x25519-sha256"));
	EXPECT_TRUE(has_name(text, "mlkem768nistp256-sha256"));
	EXPECT_TRUE(has_name(text, "mlkem1024nistp384-sha384"));
	EXPECT_TRUE(has_name(text, "sntrup761x25519-sha512"));
	EXPECT_TRUE(has_name(text, "sntrup761x25519-sha512@openssh.com"));
	EXPECT_TRUE(has_name(text, "curve25519-sha256"));
	EXPECT_TRUE(has_name(text, "curve25519-sha256@libssh.org"));
	/* markers are no methods */
	EXPECT_FALSE(has_name(text, "ext-info-c"));
	EXPECT_FALSE(has_name(text, "kex-strict-c-v00@openssh.com"));
	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, text, sizeof(text));
	EXPECT_TRUE(has_name(text, "ssh-ed25519"));
	EXPECT_TRUE(has_name(text, "ecdsa-sha2-nistp256"));
	EXPECT_TRUE(has_name(text, "rsa-sha2-512"));
	EXPECT_TRUE(has_name(text, "rsa-sha2-256"));
	EXPECT_TRUE(has_name(text, "ecdsa-sha2-nistp384"));
	EXPECT_TRUE(has_name(text, "ecdsa-sha2-nistp521"));
	EXPECT_TRUE(has_name(text, "sk-ssh-ed25519@openssh.com"));
	EXPECT_TRUE(has_name(text, "sk-ecdsa-sha2-nistp256@openssh.com"));
	EXPECT_FALSE(has_name(text, "ssh-rsa"));
	/* for those who ask, and can judge them */
	EXPECT_EQ(NULL, strstr(text, "-cert-v01@"));
	kt_get_text(self->fd, KSSH_CIPHER_RX, text, sizeof(text));
	EXPECT_TRUE(has_name(text, "chacha20-poly1305@openssh.com"));
	EXPECT_TRUE(has_name(text, "aes128-gcm@openssh.com"));
	EXPECT_TRUE(has_name(text, "aes256-gcm@openssh.com"));
	EXPECT_TRUE(has_name(text, "aes128-ctr"));
	EXPECT_TRUE(has_name(text, "aes192-ctr"));
	EXPECT_TRUE(has_name(text, "aes256-ctr"));
	kt_get_text(self->fd, KSSH_MAC_RX, text, sizeof(text));
	EXPECT_STREQ("hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
		     "hmac-sha2-256,hmac-sha2-512", text);
	ASSERT_LT(8, kt_get_text(self->fd, KSSH_BANNER, text, sizeof(text)));
	EXPECT_EQ(0, strncmp(text, "SSH-2.0-", 8));
}

TEST_F(options, lists_set_and_get)
{
	char text[1024];

	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_KEX, text, sizeof(text)));
	EXPECT_STREQ("curve25519-sha256", text);
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_TX,
				 "aes256-ctr,aes128-gcm@openssh.com"));
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_CIPHER_TX, text, sizeof(text)));
	EXPECT_STREQ("aes256-ctr,aes128-gcm@openssh.com", text);
	/* each direction has its own */
	kt_get_text(self->fd, KSSH_CIPHER_RX, text, sizeof(text));
	EXPECT_TRUE(has_name(text, "chacha20-poly1305@openssh.com"));
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_MAC_RX, "hmac-sha2-256-etm@openssh.com"));
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_COMP_RX, "none"));
}

TEST_F(options, lists_appended_removed_moved)
{
	char all[1024], text[1024];

	ASSERT_LT(0, kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, all, sizeof(all)));
	/* '+' of what is there changes nothing */
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, "+ssh-ed25519"));
	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, text, sizeof(text));
	EXPECT_STREQ(all, text);
	/* '-' removes, and starts from the default each time */
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS,
				 "-ssh-ed25519,rsa-sha2-256"));
	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, text, sizeof(text));
	EXPECT_FALSE(has_name(text, "ssh-ed25519"));
	EXPECT_FALSE(has_name(text, "rsa-sha2-256"));
	EXPECT_TRUE(has_name(text, "rsa-sha2-512"));
	/* '^' puts first */
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, "^rsa-sha2-256"));
	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, text, sizeof(text));
	EXPECT_EQ(0, strncmp(text, "rsa-sha2-256,", 13));
	EXPECT_EQ(strlen(all), strlen(text));
}

TEST_F(options, lists_refused)
{
	static const char *const bad[] = {
		"nothing@example.com", "ssh-ed25519,nothing", "nothing,ssh-ed25519",
		"ssh-ed25519,", ",ssh-ed25519", "ssh-ed25519,,rsa-sha2-512", ",",
		"ssh-ed25519 ", " ssh-ed25519", "SSH-ED25519", "ssh-ed2551",
		"ssh-ed25519,ssh-ed25519", "+", "-", "^", "-nothing", "^nothing",
		"+nothing", "+-ssh-ed25519", "ssh-rsa", "ssh-*",
		"-ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
		"ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
		"sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256",
		"ssh-ed25519\n",
	};
	char before[1024], after[1024];
	size_t i;

	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, before, sizeof(before));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(-EINVAL, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, bad[i])) {
			TH_LOG("%s", bad[i]);
		}
	}
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_HOSTKEY_ALGS, "ssh-ed25519", 0));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_HOSTKEY_ALGS, "ssh-ed25519\0", 12));
	EXPECT_EQ(-EFAULT, kt_set(self->fd, KSSH_HOSTKEY_ALGS, BAD_PTR, 8));
	EXPECT_EQ(-EINVAL, kt_set_text(self->fd, KSSH_KEX, "ext-info-c"));
	EXPECT_EQ(-EINVAL, kt_set_text(self->fd, KSSH_KEX,
				       "+kex-strict-c-v00@openssh.com"));
	EXPECT_EQ(-EINVAL, kt_set_text(self->fd, KSSH_COMP_TX, "zlib"));
	kt_get_text(self->fd, KSSH_HOSTKEY_ALGS, after, sizeof(after));
	EXPECT_STREQ(before, after);
}

TEST_F(options, long_list_refused)
{
	char *p = malloc(1 << 20);
	int i;

	ASSERT_NE(NULL, p);
	memset(p, 'a', 1 << 20);
	for (i = 0; i < N_LISTS; i++)
		EXPECT_EQ(-EINVAL, kt_set(self->fd, lists[i], p, 1 << 20));
	free(p);
}

TEST_F(options, numbers)
{
	uint64_t big = 5;
	int i;

	static const struct {
		int opt;
		uint32_t good[2];
		uint32_t bad[2];
	} row[] = {
		{ KSSH_TIMEOUT, { 1, KSSH_TIMEOUT_MAX }, { 0, KSSH_TIMEOUT_MAX + 1 } },
		{ KSSH_VERIFY, { 0, KSSH_VERIFY_APP }, { 3, -1 } },
		{ KSSH_MAX_PAYLOAD, { KSSH_PAYLOAD_MIN, KSSH_PAYLOAD_MAX },
		  { KSSH_PAYLOAD_MIN - 1, KSSH_PAYLOAD_MAX + 1 } },
		{ KSSH_RSA_MIN_BITS, { KSSH_RSA_BITS_LEAST, KSSH_RSA_BITS_MOST },
		  { KSSH_RSA_BITS_LEAST - 1, KSSH_RSA_BITS_MOST + 1 } },
		{ KSSH_GUESS, { KSSH_GUESS_NEVER, KSSH_GUESS_MAY_ABORT },
		  { KSSH_GUESS_MAY_ABORT + 1, -1 } },
	};

	for (i = 0; i < (int)(sizeof(row) / sizeof(row[0])); i++) {
		EXPECT_EQ(0, kt_set_u32(self->fd, row[i].opt, row[i].good[0]));
		EXPECT_EQ((int)row[i].good[0], kt_get_u32(self->fd, row[i].opt));
		EXPECT_EQ(0, kt_set_u32(self->fd, row[i].opt, row[i].good[1]));
		EXPECT_EQ(-EINVAL, kt_set_u32(self->fd, row[i].opt, row[i].bad[0]));
		EXPECT_EQ(-EINVAL, kt_set_u32(self->fd, row[i].opt, row[i].bad[1]));
		EXPECT_EQ(-EINVAL, kt_set(self->fd, row[i].opt, &big, 0));
		EXPECT_EQ(-EINVAL, kt_set(self->fd, row[i].opt, &big, 3));
		EXPECT_EQ(-EINVAL, kt_set(self->fd, row[i].opt, &big, 5));
		EXPECT_EQ(-EINVAL, kt_set(self->fd, row[i].opt, &big, 8));
		EXPECT_EQ(-EFAULT, kt_set(self->fd, row[i].opt, BAD_PTR, 4));
		EXPECT_EQ((int)row[i].good[1], kt_get_u32(self->fd, row[i].opt));
	}
}

TEST_F(options, unknown_and_wrong_way)
{
	char buf[64] = { 1 };
	static const int none[] = { 0, 18, 31, 38, 63, 72, 1000, -1 };
	static const int read_only[] = {
		KSSH_INFO, KSSH_HOSTKEY, KSSH_HOSTKEY_SIG, KSSH_SESSION_ID,
		KSSH_PEER_BANNER, KSSH_EXT_INFO, KSSH_DISCONNECT_TEXT,
		KSSH_ALGORITHMS,
	};
	static const int write_only[] = {
		KSSH_PIN, KSSH_HANDSHAKE, KSSH_VERDICT,
		KSSH_DISCONNECT, KSSH_SEND_IGNORE, KSSH_UNIMPLEMENTED,
		KSSH_PING,
	};
	size_t i;

	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		EXPECT_EQ(-ENOPROTOOPT, kt_set(self->fd, none[i], buf, 4));
		EXPECT_EQ(-ENOPROTOOPT, kt_get(self->fd, none[i], buf, sizeof(buf)));
	}
	for (i = 0; i < sizeof(read_only) / sizeof(read_only[0]); i++)
		EXPECT_EQ(-ENOPROTOOPT, kt_set(self->fd, read_only[i], buf, 4));
	for (i = 0; i < sizeof(write_only) / sizeof(write_only[0]); i++)
		EXPECT_EQ(-ENOPROTOOPT, kt_get(self->fd, write_only[i], buf, 4));
}

/* ---- structures ---- */

TEST_F(options, structures_grow)
{
	struct {
		struct kssh_peer_name n;
		char tail[16];
	} name = { .n.name = "host.example", .n.port = 2222 };
	struct kssh_peer_name got;
	size_t least = offsetof(struct kssh_peer_name, name) + sizeof("host.example");
	char page[8192] = "";

	/* a caller that knows less: what is missing counts as zero */
	EXPECT_EQ(0, kt_set(self->fd, KSSH_PEER_NAME, &name, least));
	ASSERT_EQ((int)sizeof(got), kt_get(self->fd, KSSH_PEER_NAME, &got, sizeof(got)));
	EXPECT_STREQ("host.example", got.name);
	EXPECT_EQ(2222, got.port);
	/* one that knows more, and does not use it */
	EXPECT_EQ(0, kt_set(self->fd, KSSH_PEER_NAME, &name, sizeof(name)));
	/* and one that does */
	name.tail[15] = 1;
	EXPECT_EQ(-E2BIG, kt_set(self->fd, KSSH_PEER_NAME, &name, sizeof(name)));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PEER_NAME, &name, 0));
	EXPECT_EQ(-E2BIG, kt_set(self->fd, KSSH_PEER_NAME, page, sizeof(page)));
	EXPECT_EQ(-EFAULT, kt_set(self->fd, KSSH_PEER_NAME, BAD_PTR, sizeof(name.n)));
	EXPECT_EQ(-ERANGE, kt_get(self->fd, KSSH_PEER_NAME, &got, sizeof(got) - 1));
}

TEST_F(options, unknown_flags)
{
	struct kssh_handshake hs[2] = { { .flags = 0x80000000 } };
	struct kssh_verdict v = { .verdict = KSSH_ACCEPT, .flags = 2 };
	struct kssh_peer_name n = { .flags = 2, .name = "host" };
	struct kssh_rekey r = { .flags = 3 };

	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_HANDSHAKE, hs, sizeof(hs[0])));
	hs[0].flags = 0;
	hs[1].flags = 1;
	EXPECT_EQ(-E2BIG, kt_set(self->fd, KSSH_HANDSHAKE, hs, sizeof(hs)));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_VERDICT, &v, sizeof(v)));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PEER_NAME, &n, sizeof(n)));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd));
}

TEST_F(options, names)
{
	static const char *const good[] = {
		"host", "host.example", "a", "10.1.2.3", "::1", "fe80::1%eth0",
		"under_score", "x-y", "host.", "a@b", "a:b", "a/b", "=",
		"h\xc3\xb6st",
	};
	static const char *const bad[] = {
		"", "-host", "a b", " a", "a\t", "a\nb", "a\x7f", "a\x01", "a*",
		"a?", "!a", "[a]", "a;b", "a&b", "a|b", "a<b", "a>b", "a(b",
		"a)b", "a{b", "a}b", "a$b", "a`b", "a'b", "a\"b", "a\\b", "a,b",
	};
	struct kssh_peer_name n, got;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		EXPECT_EQ(0, kt_name(self->fd, good[i], 0)) {
			TH_LOG("%s", good[i]);
		}
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(-EINVAL, kt_name(self->fd, bad[i], 0)) {
			TH_LOG("%s", bad[i]);
		}
	}
	ASSERT_LT(0, kt_get(self->fd, KSSH_PEER_NAME, &got, sizeof(got)));
	EXPECT_STREQ(good[sizeof(good) / sizeof(good[0]) - 1], got.name);

	EXPECT_EQ(0, kt_name(self->fd, "HOST.Example", KSSH_NAME_VERBATIM));
	ASSERT_LT(0, kt_get(self->fd, KSSH_PEER_NAME, &got, sizeof(got)));
	EXPECT_STREQ("host.example", got.name);
	EXPECT_EQ(KSSH_NAME_VERBATIM, got.flags);

	memset(&n, 0, sizeof(n));
	memset(n.name, 'a', KSSH_NAME_MAX);
	EXPECT_EQ(0, kt_set(self->fd, KSSH_PEER_NAME, &n, sizeof(n)));
	n.name[KSSH_NAME_MAX] = 'a';
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PEER_NAME, &n, sizeof(n)));
	memset(n.name, 0, sizeof(n.name));
	strcpy(n.name, "host");
	n.name[10] = 'x';
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PEER_NAME, &n, sizeof(n)));
	n.name[10] = '\0';
	n.reserved = 1;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PEER_NAME, &n, sizeof(n)));
}

TEST_F(options, banner)
{
	static const char *const bad[] = {
		"", "SSH-2.0-", "SSH-1.99-x", "SSH-1.5-x", "ssh-2.0-x", "hello",
		"SSH-2.0-x\r\n", "SSH-2.0-x\n", "SSH-2.0-x\ty", "SSH-2.0-\xc3\xb6",
		"SSH-2.0", " SSH-2.0-x",
	};
	char text[300], got[300];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(-EINVAL, kt_set_text(self->fd, KSSH_BANNER, bad[i])) {
			TH_LOG("%s", bad[i]);
		}
	}
	EXPECT_EQ(0, kt_set_text(self->fd, KSSH_BANNER, "SSH-2.0-me_1 with comment"));
	EXPECT_LT(0, kt_get_text(self->fd, KSSH_BANNER, got, sizeof(got)));
	EXPECT_STREQ("SSH-2.0-me_1 with comment", got);
	/* RFC 4253 4.2: 255 bytes with CR LF */
	memset(text, 'x', sizeof(text));
	memcpy(text, "SSH-2.0-", 8);
	EXPECT_EQ(0, kt_set(self->fd, KSSH_BANNER, text, 253));
	EXPECT_EQ(253, kt_get(self->fd, KSSH_BANNER, got, sizeof(got)));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_BANNER, text, 254));
}

TEST_F(options, pins)
{
	unsigned char pin[(KSSH_PIN_MAX + 1) * KSSH_PIN_LEN] = { 0 };

	EXPECT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, KSSH_PIN_LEN));
	EXPECT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, KSSH_PIN_MAX * KSSH_PIN_LEN));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PIN, pin, 0));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PIN, pin, KSSH_PIN_LEN - 1));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PIN, pin, KSSH_PIN_LEN + 1));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	EXPECT_EQ(-EFAULT, kt_set(self->fd, KSSH_PIN, BAD_PTR, KSSH_PIN_LEN));
}

TEST_F(options, pin_mode_without_pins)
{
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	EXPECT_EQ(-EINVAL, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd));
}

TEST_F(options, pin_mode_with_certificates)
{
	unsigned char pin[KSSH_PIN_LEN] = { 0 };

	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	ASSERT_EQ(0, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS,
				 "+ssh-ed25519-cert-v01@openssh.com"));
	EXPECT_EQ(-EINVAL, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_STATE_IDLE, kt_state(self->fd));
	/* nothing was lost: with a list without one it goes on */
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, "ssh-ed25519"));
	EXPECT_EQ(-EACCES, kt_start(self->fd, 0));
	EXPECT_EQ(KSSH_R_PIN_MISMATCH, kt_reason(self->fd));
}

/* ---- reading ---- */

TEST_F(options, texts_are_never_cut)
{
	char text[1024], small[4] = "abc";
	socklen_t n;
	int len;

	len = kt_get(self->fd, KSSH_KEX, text, sizeof(text));
	ASSERT_LT(4, len);
	n = sizeof(small);
	EXPECT_EQ(-1, getsockopt(self->fd, SOL_KSSH, KSSH_KEX, small, &n));
	EXPECT_EQ(ERANGE, errno);
	EXPECT_EQ(len, (int)n);
	EXPECT_STREQ("abc", small);
	EXPECT_EQ(-ERANGE, kt_get(self->fd, KSSH_KEX, text, len - 1));
	EXPECT_EQ(len, kt_get(self->fd, KSSH_KEX, text, len));
	EXPECT_EQ(-EFAULT, kt_get(self->fd, KSSH_KEX, BAD_PTR, 1000));
	n = -1;
	EXPECT_EQ(-1, getsockopt(self->fd, SOL_KSSH, KSSH_KEX, text, &n));
	EXPECT_EQ(EINVAL, errno);
}

/* Each line of KSSH_ALGORITHMS, held against what the lists say and take. */
TEST_F(options, algorithms_are_told)
{
	static const struct {
		const char *kind;
		int option;
	} kinds[] = {
		{ "kex", KSSH_KEX }, { "hostkey", KSSH_HOSTKEY_ALGS },
		{ "cipher", KSSH_CIPHER_TX }, { "mac", KSSH_MAC_TX },
		{ "comp", KSSH_COMP_TX },
	};
	char text[8192], kind[16], name[KSSH_ALGNAME_MAX], state[16], list[1024];
	int n = kt_get_text(self->fd, KSSH_ALGORITHMS, text, sizeof(text));
	unsigned int seen = 0;
	size_t i;
	char *line, *save;

	ASSERT_LT(0, n);
	EXPECT_EQ('\n', text[n - 1]);
	EXPECT_EQ(-ERANGE, kt_get(self->fd, KSSH_ALGORITHMS, text, n - 1));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		n = sscanf(line, "%15s %63s %15s", kind, name, state);
		ASSERT_EQ(3, n) {
			TH_LOG("%s", line);
		}
		for (i = 0; strcmp(kinds[i].kind, kind); i++)
			ASSERT_LT(i, sizeof(kinds) / sizeof(kinds[0]) - 1);
		seen |= 1 << i;
		close(self->fd);
		self->fd = kt_prepare(AF_INET, NULL);
		ASSERT_LE(0, self->fd);
		kt_get_text(self->fd, kinds[i].option, list, sizeof(list));
		EXPECT_EQ(!strcmp(state, "default"), has_name(list, name)) {
			TH_LOG("%s", line);
		}
		EXPECT_EQ(!strcmp(state, "default") || !strcmp(state, "named") ? 0 :
			  -EOPNOTSUPP, kt_set_text(self->fd, kinds[i].option, name)) {
			TH_LOG("%s", line);
		}
	}
	EXPECT_EQ((1u << sizeof(kinds) / sizeof(kinds[0])) - 1, seen);
}

TEST_F(options, info_grows)
{
	struct {
		struct kssh_info i;
		char tail[8];
	} big;
	unsigned char state = 99;

	memset(&big, 0xee, sizeof(big));
	EXPECT_EQ((int)sizeof(big.i), kt_get(self->fd, KSSH_INFO, &big, sizeof(big)));
	EXPECT_EQ((char)0xee, big.tail[0]);
	EXPECT_EQ(0, big.i.reason);
	EXPECT_EQ(0, big.i.reserved);
	EXPECT_EQ(KSSH_PAYLOAD_DEFAULT, big.i.max_payload);
	EXPECT_EQ(1, kt_get(self->fd, KSSH_INFO, &state, 1));
	EXPECT_EQ(KSSH_STATE_IDLE, state);
	EXPECT_EQ(0, kt_get(self->fd, KSSH_INFO, &state, 0));
	EXPECT_EQ(-EFAULT, kt_get(self->fd, KSSH_INFO, BAD_PTR, sizeof(big.i)));
}

TEST_F(options, nothing_known_yet)
{
	static const int blob[] = {
		KSSH_HOSTKEY, KSSH_HOSTKEY_SIG, KSSH_SESSION_ID,
		KSSH_PEER_BANNER, KSSH_EXT_INFO, KSSH_DISCONNECT_TEXT,
	};
	char buf[64];
	size_t i;

	for (i = 0; i < sizeof(blob) / sizeof(blob[0]); i++)
		EXPECT_EQ(-ENODATA, kt_get(self->fd, blob[i], buf, sizeof(buf)));
}

/* ---- at the wrong time ---- */

TEST_F(options, too_early)
{
	struct kssh_rekey r = { .flags = KSSH_REKEY_NOW };
	struct kssh_disconnect d = { .text = "x" };

	EXPECT_EQ(-EINVAL, kt_verdict(self->fd, KSSH_ACCEPT, 0));
	EXPECT_EQ(-ENOTCONN, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
	EXPECT_EQ(-ENOTCONN, kt_set(self->fd, KSSH_DISCONNECT, &d, sizeof(d)));
	EXPECT_EQ(-ENOTCONN, kt_set_u32(self->fd, KSSH_SEND_IGNORE, 16));
	EXPECT_EQ(-ENOTCONN, kt_set_u32(self->fd, KSSH_UNIMPLEMENTED, 0));
	r.seconds = 3600;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_REKEY, &r, sizeof(r)));
	memset(d.text, 'x', sizeof(d.text));
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_DISCONNECT, &d, sizeof(d)));
	d.text[0] = '\0';
	d.reserved = 1;
	EXPECT_EQ(-EINVAL, kt_set(self->fd, KSSH_DISCONNECT, &d, sizeof(d)));
	EXPECT_EQ(-EINVAL, kt_set_u32(self->fd, KSSH_SEND_IGNORE, KSSH_IGNORE_MAX + 1));
}

TEST_F(options, too_late)
{
	unsigned char pin[KSSH_PIN_LEN] = { 0 };
	char before[1024], after[1024];
	int i;

	ASSERT_EQ(0, kt_lie(self->fd, "silent at=kexinit"));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	for (i = 0; i < N_LISTS; i++) {
		ASSERT_LT(0, kt_get_text(self->fd, lists[i], before, sizeof(before)));
		EXPECT_EQ(-EBUSY, kt_set_text(self->fd, lists[i], before));
		EXPECT_LT(0, kt_get_text(self->fd, lists[i], after, sizeof(after)));
		EXPECT_STREQ(before, after);
	}
	kt_get_text(self->fd, KSSH_KEX, after, sizeof(after));
	EXPECT_STREQ("curve25519-sha256", after);
	EXPECT_EQ(-EBUSY, kt_name(self->fd, "host", 0));
	EXPECT_EQ(-EBUSY, kt_set_text(self->fd, KSSH_BANNER, "SSH-2.0-x"));
	EXPECT_EQ(-EBUSY, kt_set_u32(self->fd, KSSH_TIMEOUT, 1000));
	EXPECT_EQ(-EBUSY, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_PIN));
	EXPECT_EQ(-EBUSY, kt_set_u32(self->fd, KSSH_RSA_MIN_BITS, 3072));
	EXPECT_EQ(-EBUSY, kt_set_u32(self->fd, KSSH_GUESS, KSSH_GUESS_NEVER));
	EXPECT_EQ(-EBUSY, kt_set(self->fd, KSSH_PIN, pin, sizeof(pin)));
	EXPECT_EQ(KSSH_VERIFY_APP, kt_get_u32(self->fd, KSSH_VERIFY));
	EXPECT_EQ(KSSH_RSA_BITS_DEFAULT, kt_get_u32(self->fd, KSSH_RSA_MIN_BITS));
	EXPECT_EQ(KSSH_TIMEOUT_DEFAULT, kt_get_u32(self->fd, KSSH_TIMEOUT));
	/* this one may change at any time */
	EXPECT_EQ(0, kt_set_u32(self->fd, KSSH_MAX_PAYLOAD, 4096));
	EXPECT_EQ(4096, kt_get_u32(self->fd, KSSH_MAX_PAYLOAD));
}

TEST_HARNESS_MAIN
