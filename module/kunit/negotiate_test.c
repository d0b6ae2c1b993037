// SPDX-License-Identifier: GPL-2.0
/* Algorithm lists, KEXINIT, and what two of them settle. */

#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "../core/negotiate.h"
#include "../wire/reason.h"

static struct kssh_blob blob(const char *s)
{
	return (struct kssh_blob){ .p = (const u8 *)s, .n = strlen(s) };
}

/* ---- lists ------------------------------------------------------------ */

static void list_is_walked(struct kunit *test)
{
	static const char *const names[] = { "a", "bc", "", "d" };
	struct kssh_blob list = blob("a,bc,,d"), name;
	int i;

	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_TRUE(test, kssh_list_next(&list, &name));
		KUNIT_EXPECT_TRUE(test, kssh_blob_is(name, names[i]));
	}
	KUNIT_EXPECT_FALSE(test, kssh_list_next(&list, &name));
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(kssh_list_first(blob("x,y")), "x"));
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_list_first(blob("")).n);
	KUNIT_EXPECT_TRUE(test, kssh_list_has(blob("x,yz"), blob("yz")));
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob("x,yz"), blob("y")));
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob("x,yz"), blob("z")));
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob("x,yz"), blob("yz,")));
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob(""), blob("x")));
}

#define GCM128	"aes128-gcm@openssh.com"
#define GCM256	"aes256-gcm@openssh.com"
#define CHACHA	"chacha20-poly1305@openssh.com"
#define CTR	"aes256-ctr"
#define ETM	"hmac-sha2-256-etm@openssh.com"

static const struct list_row {
	const char *name;
	const char *text;
	int error;
	const char *expect;	/* "%" is the default list */
} list_rows[] = {
	{ "plain", GCM128, 0, GCM128 },
	{ "order kept", CTR "," GCM128, 0, CTR "," GCM128 },
	{ "put first", "^" CTR, 0, CTR ",%" },
	{ "put two first", "^" CTR "," GCM256, 0, CTR "," GCM256 ",%" },
	{ "append what is there", "+" CTR, 0, "%" },
	{ "remove", "-" GCM128 "," GCM256, 0, "%-" },
	{ "remove all", "-" GCM128 "," GCM256 "," CHACHA ",aes128-ctr,aes192-ctr," CTR,
	  -EINVAL, NULL },
	{ "unknown", "aes128-cbc", -EINVAL, NULL },
	{ "unknown behind", GCM128 ",aes128-cbc", -EINVAL, NULL },
	{ "unknown removed", "-aes128-cbc", -EINVAL, NULL },
	{ "doubled", GCM128 "," GCM128, -EINVAL, NULL },
	{ "empty name", GCM128 ",," CTR, -EINVAL, NULL },
	{ "comma before", "," GCM128, -EINVAL, NULL },
	{ "comma behind", GCM128 ",", -EINVAL, NULL },
	{ "sign alone", "+", -EINVAL, NULL },
	{ "two signs", "+-" GCM128, -EINVAL, NULL },
	{ "space", GCM128 ", " CTR, -EINVAL, NULL },
	{ "prefix of a name", "aes128", -EINVAL, NULL },
	{ "case", "AES256-CTR", -EINVAL, NULL },
	{ "a marker", "ext-info-c", -EINVAL, NULL },
};

static void list_desc(const struct list_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(list, list_rows, list_desc);

static bool in(const char *name, const char *list)
{
	return kssh_list_has(blob(list), blob(name));
}

/* The default cipher list, less what stands in @without, behind @buf's text. */
static void append_default(char *buf, size_t n, const char *without)
{
	const struct kssh_cipher_alg *a;

	int fast;

	/* what the CPU is made for comes first */
	for (fast = 1; fast >= 0; fast--)
		for (a = kssh_cipher_algs; a->name; a++)
			if (kssh_cipher_usable(a) && !in(a->name, without) &&
			    kssh_cipher_fast(a) == fast)
				scnprintf(buf + strlen(buf), n - strlen(buf), "%s%s",
					  *buf ? "," : "", a->name);
}

static void expected(const struct list_row *row, char *buf, size_t n)
{
	const char *mark = strchr(row->expect, '%');
	size_t head = mark ? mark - row->expect : strlen(row->expect);

	memcpy(buf, row->expect, head);
	if (head && mark)
		head--;		/* the comma */
	buf[head] = '\0';
	if (mark)
		append_default(buf, n, mark[1] == '-' ? GCM128 "," GCM256 : buf);
}

static void list_is_set(struct kunit *test)
{
	const struct list_row *row = test->param_value;
	char *before = kunit_kzalloc(test, 3 * (KSSH_LIST_MAX + 1), GFP_KERNEL);
	char *after, *want;
	struct kssh_config cfg;
	int r;

	KUNIT_ASSERT_NOT_NULL(test, before);
	after = before + KSSH_LIST_MAX + 1;
	want = after + KSSH_LIST_MAX + 1;
	kssh_config_init(&cfg);
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_CIPHER_RX,
						      CTR, strlen(CTR)));
	r = kssh_config_set_list(&cfg, KSSH_LIST_CIPHER_RX, row->text,
				 strlen(row->text));
	KUNIT_EXPECT_EQ(test, row->error, r);
	r = kssh_config_get_list(&cfg, KSSH_LIST_CIPHER_RX, after, KSSH_LIST_MAX);
	KUNIT_EXPECT_EQ(test, (int)strlen(after), r);
	if (row->error) {
		KUNIT_EXPECT_STREQ(test, after, CTR);
	} else {
		expected(row, want, KSSH_LIST_MAX);
		KUNIT_EXPECT_STREQ(test, after, want);
	}
	kssh_config_free(&cfg);
}

static void default_lists_have_what_is_usable(struct kunit *test)
{
	char *text = kunit_kzalloc(test, KSSH_LIST_MAX, GFP_KERNEL);
	struct kssh_config cfg;
	int which, i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	kssh_config_init(&cfg);
	for (which = 0; which < KSSH_LIST_COUNT; which++) {
		KUNIT_ASSERT_GT(test, kssh_config_get_list(&cfg, which, text,
							   KSSH_LIST_MAX), 0);
		for (i = 0; kssh_list_row(which, i); i++)
			KUNIT_EXPECT_EQ_MSG(test, kssh_list_row_default(which, i) &&
					    kssh_list_row_usable(which, i),
					    in(kssh_list_row(which, i), text),
					    "%s", kssh_list_row(which, i));
		KUNIT_EXPECT_EQ(test, -ENOSPC,
				kssh_config_get_list(&cfg, which, text, strlen(text)));
	}
	kssh_config_free(&cfg);
}

static void catalog_has_all(struct kunit *test)
{
	char *text = kunit_kzalloc(test, KSSH_CATALOG_MAX, GFP_KERNEL);
	char *line = kunit_kzalloc(test, 256, GFP_KERNEL);
	int n, i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_NOT_NULL(test, line);
	n = kssh_catalog(text, KSSH_CATALOG_MAX);
	KUNIT_ASSERT_EQ(test, (int)strlen(text), n);
	for (i = 0; kssh_list_row(KSSH_LIST_HOSTKEY, i); i++) {
		scnprintf(line, 256, "hostkey %s %s\n",
			  kssh_list_row(KSSH_LIST_HOSTKEY, i),
			  kssh_hostkey_algs[i].cert ? "named" : "default");
		KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text, line), "%s", line);
	}
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, "comp none default\n"));
	for (i = 0; i <= n; i++)
		KUNIT_EXPECT_EQ_MSG(test, -ENOSPC, kssh_catalog(text, i + !i),
				    "%d bytes", i);
}

#define CERT	"ssh-ed25519-cert-v01@openssh.com"

/* Nobody is asked for a certificate who did not say that he can judge one. */
static void certificates_are_asked_for_by_name(struct kunit *test)
{
	static const char *const ask[] = { CERT, "+" CERT, "^" CERT };
	char *text = kunit_kzalloc(test, KSSH_LIST_MAX, GFP_KERNEL);
	struct kssh_config cfg;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, text);
	kssh_config_init(&cfg);
	kssh_config_get_list(&cfg, KSSH_LIST_HOSTKEY, text, KSSH_LIST_MAX);
	KUNIT_EXPECT_NULL(test, strstr(text, "-cert-v01@"));
	for (i = 0; i < ARRAY_SIZE(ask); i++) {
		cfg.verify = KSSH_VERIFY_HELPER;
		KUNIT_EXPECT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_HOSTKEY,
							      ask[i], strlen(ask[i])));
		kssh_config_get_list(&cfg, KSSH_LIST_HOSTKEY, text, KSSH_LIST_MAX);
		KUNIT_EXPECT_TRUE(test, in(CERT, text));
		KUNIT_EXPECT_EQ(test, 0, kssh_config_check(&cfg));
		cfg.verify = KSSH_VERIFY_APP;
		KUNIT_EXPECT_EQ(test, 0, kssh_config_check(&cfg));
		/* a pin is of a plain key */
		cfg.verify = KSSH_VERIFY_PIN;
		cfg.n_pins = 1;
		KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_check(&cfg));
	}
	KUNIT_EXPECT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_HOSTKEY, "-" CERT,
						      strlen("-" CERT)));
	KUNIT_EXPECT_EQ(test, 0, kssh_config_check(&cfg));
	cfg.n_pins = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_check(&cfg));
	kssh_config_free(&cfg);
}

/* OpenSSH's order; SHA-1 only if it is named. */
static void macs_with_sha1_have_to_be_named(struct kunit *test)
{
	static const char all[] = "hmac-sha2-256-etm@openssh.com,"
		"hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
	char *text = kunit_kzalloc(test, KSSH_LIST_MAX, GFP_KERNEL);
	struct kssh_config cfg;

	KUNIT_ASSERT_NOT_NULL(test, text);
	kssh_config_init(&cfg);
	kssh_config_get_list(&cfg, KSSH_LIST_MAC_TX, text, KSSH_LIST_MAX);
	KUNIT_EXPECT_STREQ(test, text, all);
	KUNIT_EXPECT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_MAC_TX,
						      "+hmac-sha1", 10));
	kssh_config_get_list(&cfg, KSSH_LIST_MAC_TX, text, KSSH_LIST_MAX);
	KUNIT_EXPECT_EQ(test, 0, strncmp(text, all, strlen(all)));
	KUNIT_EXPECT_STREQ(test, text + strlen(all), ",hmac-sha1");
	KUNIT_EXPECT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_MAC_TX,
						      "hmac-sha1", 9));
	kssh_config_get_list(&cfg, KSSH_LIST_MAC_TX, text, KSSH_LIST_MAX);
	KUNIT_EXPECT_STREQ(test, text, "hmac-sha1");
	kssh_config_free(&cfg);
}

static void banner_is_checked(struct kunit *test)
{
	struct kssh_config cfg;
	char text[300];

	kssh_config_init(&cfg);
	KUNIT_EXPECT_EQ(test, 0, kssh_config_set_banner(&cfg, "SSH-2.0-a b", 11));
	KUNIT_EXPECT_STREQ(test, cfg.banner, "SSH-2.0-a b");
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "SSH-2.0-", 8));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "SSH-1.99-a", 10));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "SSH-2.0-a\n", 10));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "SSH-2.0-\xc3", 9));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "SSH-2.0-a\0", 10));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, "", 0));
	memset(text, 'x', sizeof(text));
	memcpy(text, "SSH-2.0-", 8);
	KUNIT_EXPECT_EQ(test, 0, kssh_config_set_banner(&cfg, text, 253));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_config_set_banner(&cfg, text, 254));
	KUNIT_EXPECT_EQ(test, (size_t)253, strlen(cfg.banner));
	kssh_config_free(&cfg);
}

/* ---- KEXINIT ---------------------------------------------------------- */

static void kexinit_has_markers_once(struct kunit *test)
{
	static const u8 cookie[KSSH_COOKIE_LEN] = { 1, 2, 3 };
	u8 *buf = kunit_kzalloc(test, KSSH_KEXINIT_MAX, GFP_KERNEL);
	struct kssh_kexinit k;
	struct kssh_config cfg;
	struct kssh_blob kex;
	struct kssh_wr w;
	int first;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	kssh_config_init(&cfg);
	for (first = 0; first < 2; first++) {
		kssh_wr_init(&w, buf, KSSH_KEXINIT_MAX);
		kssh_kexinit_write(&w, &cfg, cookie, first);
		KUNIT_ASSERT_FALSE(test, w.bad);
		KUNIT_EXPECT_EQ(test, 20, buf[0]);
		KUNIT_EXPECT_MEMEQ(test, buf + 1, cookie, sizeof(cookie));
		KUNIT_ASSERT_EQ(test, 0, kssh_kexinit_read((struct kssh_blob){
				.p = buf, .n = kssh_wr_len(&w) }, &k));
		KUNIT_EXPECT_FALSE(test, k.follows);
		kex = k.offer.list[KSSH_LIST_KEX];
		KUNIT_EXPECT_EQ(test, first, kssh_list_has(kex, blob("ext-info-c")));
		KUNIT_EXPECT_EQ(test, first,
				kssh_list_has(kex, blob("kex-strict-c-v00@openssh.com")));
		/* OpenSSH appends them: what is preferred stays first */
		KUNIT_EXPECT_TRUE(test, kssh_blob_is(kssh_list_first(kex),
						     kssh_kex_algs[0].name));
	}
	/* a buffer that is too small is an error, whatever its size */
	for (first = 0; first < (int)kssh_wr_len(&w); first++) {
		struct kssh_wr small;

		kssh_wr_init(&small, buf, first);
		kssh_kexinit_write(&small, &cfg, cookie, true);
		KUNIT_EXPECT_TRUE_MSG(test, small.bad, "%d bytes", first);
	}
	kssh_config_free(&cfg);
}

/* Ten lists, all the same text. */
static struct kssh_blob make_kexinit(struct kunit *test, const char *text, bool follows)
{
	u8 *buf = kunit_kzalloc(test, 4096, GFP_KERNEL);
	struct kssh_wr w;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	kssh_wr_init(&w, buf, 4096);
	kssh_wr_u8(&w, 20);
	kssh_wr_raw(&w, "0123456789abcdef", 16);
	for (i = 0; i < 10; i++)
		kssh_wr_cstring(&w, text);
	kssh_wr_u8(&w, follows);
	kssh_wr_u32(&w, 0xfefefefe);	/* reserved: not looked at */
	KUNIT_ASSERT_FALSE(test, w.bad);
	return (struct kssh_blob){ .p = buf, .n = kssh_wr_len(&w) };
}

static void kexinit_must_be_whole(struct kunit *test)
{
	struct kssh_blob b = make_kexinit(test, "a,b", true), part;
	struct kssh_kexinit k;

	KUNIT_EXPECT_EQ(test, 0, kssh_kexinit_read(b, &k));
	KUNIT_EXPECT_TRUE(test, k.follows);
	KUNIT_EXPECT_TRUE(test, kssh_blob_is(k.offer.list[KSSH_LIST_COMP_RX], "a,b"));
	for (part = b; part.n; ) {
		u8 *copy;

		part.n--;
		copy = kunit_kzalloc(test, part.n, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		memcpy(copy, b.p, part.n);
		KUNIT_EXPECT_EQ_MSG(test, KSSH_R_MALFORMED,
				    kssh_kexinit_read((struct kssh_blob){
				    .p = copy, .n = part.n }, &k), "%zu bytes", part.n);
	}
	part.n = b.n + 1;	/* there is room behind it */
	KUNIT_EXPECT_EQ(test, KSSH_R_MALFORMED, kssh_kexinit_read(part, &k));
}

/* ---- negotiation ------------------------------------------------------ */

struct offer {
	const char *kex, *hostkey, *cipher[2], *mac[2], *comp[2];
};

static struct kssh_lists lists(const struct offer *o)
{
	return (struct kssh_lists){ .list = {
		blob(o->kex), blob(o->hostkey), blob(o->cipher[0]), blob(o->cipher[1]),
		blob(o->mac[0]), blob(o->mac[1]), blob(o->comp[0]), blob(o->comp[1]),
	} };
}

#define X25519	"curve25519-sha256"
#define MARKS	",ext-info-c,kex-strict-c-v00@openssh.com"

static const struct offer ours = {
	.kex = X25519 ",curve25519-sha256@libssh.org" MARKS,
	.hostkey = "ssh-ed25519,rsa-sha2-512",
	.cipher = { CHACHA "," CTR, CTR "," GCM128 },
	.mac = { ETM, ETM },
	.comp = { "none", "none" },
};

static const struct agree_row {
	const char *name;
	struct offer theirs;
	int result;
	const char *kex, *hostkey, *cipher[2];
	bool mac[2];
	bool guess_wrong;
} agree_rows[] = {
	{ "same", { X25519, "ssh-ed25519", { CHACHA, CTR }, { ETM, ETM },
		    { "none", "none" } },
	  0, X25519, "ssh-ed25519", { CHACHA, CTR }, { false, true }, false },
	{ "client's order counts",
	  { "curve25519-sha256@libssh.org," X25519, "rsa-sha2-512,ssh-ed25519",
	    { CTR "," CHACHA, GCM128 "," CTR }, { "x," ETM, ETM },
	    { "zlib,none", "none" } },
	  0, X25519, "ssh-ed25519", { CHACHA, CTR }, { false, true }, true },
	{ "second choices",
	  { "a,curve25519-sha256@libssh.org", "rsa-sha2-512", { CTR, GCM128 },
	    { ETM, "" }, { "none", "none" } },
	  0, "curve25519-sha256@libssh.org", "rsa-sha2-512", { CTR, GCM128 },
	  { true, false }, true },
	{ "no MAC needed", { X25519, "ssh-ed25519", { CHACHA, GCM128 }, { "", "x" },
			     { "none", "none" } },
	  0, X25519, "ssh-ed25519", { CHACHA, GCM128 }, { false, false }, false },
	{ "markers are no method",
	  { "ext-info-c,kex-strict-c-v00@openssh.com", "ssh-ed25519", { CHACHA, CTR },
	    { ETM, ETM }, { "none", "none" } }, KSSH_R_NO_KEX, .guess_wrong = true },
	{ "no kex", { "", "ssh-ed25519", { CHACHA, CTR }, { ETM, ETM },
		      { "none", "none" } }, KSSH_R_NO_KEX, .guess_wrong = true },
	{ "no hostkey", { X25519, "ssh-dss", { CHACHA, CTR }, { ETM, ETM },
			  { "none", "none" } },
	  KSSH_R_NO_HOSTKEY_ALG, .guess_wrong = true },
	{ "no cipher tx", { X25519, "ssh-ed25519", { GCM128, CTR }, { ETM, ETM },
			    { "none", "none" } }, KSSH_R_NO_CIPHER_TX },
	{ "no cipher rx", { X25519, "ssh-ed25519", { CHACHA, CHACHA }, { ETM, ETM },
			    { "none", "none" } }, KSSH_R_NO_CIPHER_RX },
	{ "no mac tx", { X25519, "ssh-ed25519", { CTR, CTR }, { "x", ETM },
			 { "none", "none" } }, KSSH_R_NO_MAC_TX },
	{ "no mac rx", { X25519, "ssh-ed25519", { CHACHA, CTR }, { ETM, "" },
			 { "none", "none" } }, KSSH_R_NO_MAC_RX },
	{ "no comp tx", { X25519, "ssh-ed25519", { CHACHA, CTR }, { ETM, ETM },
			  { "zlib", "none" } }, KSSH_R_NO_COMP_TX },
	{ "no comp rx", { X25519, "ssh-ed25519", { CHACHA, CTR }, { ETM, ETM },
			  { "none", "" } }, KSSH_R_NO_COMP_RX },
	{ "prefix is not a name", { X25519 "@x", "ssh-ed25519", { CHACHA, CTR },
				    { ETM, ETM }, { "none", "none" } },
	  KSSH_R_NO_KEX, .guess_wrong = true },
};

static void agree_desc(const struct agree_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(agree, agree_rows, agree_desc);

static void sides_agree(struct kunit *test)
{
	const struct agree_row *row = test->param_value;
	struct kssh_lists a = lists(&ours), b = lists(&row->theirs);
	struct kssh_negotiated neg = {};
	int d;

	KUNIT_EXPECT_EQ(test, row->guess_wrong, kssh_guess_wrong(&a, &b));
	KUNIT_ASSERT_EQ(test, row->result, kssh_negotiate(&a, &b, &neg));
	if (row->result) {
		KUNIT_EXPECT_NULL(test, neg.kex);
		return;
	}
	KUNIT_EXPECT_STREQ(test, neg.kex->name, row->kex);
	KUNIT_EXPECT_STREQ(test, neg.hostkey->name, row->hostkey);
	for (d = 0; d < 2; d++) {
		KUNIT_EXPECT_STREQ(test, neg.cipher[d]->name, row->cipher[d]);
		KUNIT_EXPECT_EQ(test, row->mac[d], !!neg.mac[d]);
		KUNIT_EXPECT_STREQ(test, neg.comp[d]->name, "none");
	}
}

static struct kunit_case negotiate_cases[] = {
	KUNIT_CASE(list_is_walked),
	KUNIT_CASE_PARAM(list_is_set, list_gen_params),
	KUNIT_CASE(default_lists_have_what_is_usable),
	KUNIT_CASE(certificates_are_asked_for_by_name),
	KUNIT_CASE(catalog_has_all),
	KUNIT_CASE(macs_with_sha1_have_to_be_named),
	KUNIT_CASE(banner_is_checked),
	KUNIT_CASE(kexinit_has_markers_once),
	KUNIT_CASE(kexinit_must_be_whole),
	KUNIT_CASE_PARAM(sides_agree, agree_gen_params),
	{}
};

static struct kunit_suite negotiate_suite = {
	.name = "kssh_negotiate",
	.test_cases = negotiate_cases,
};

kunit_test_suite(negotiate_suite);
