// SPDX-License-Identifier: GPL-2.0
/* What is taken away from the lists, what is put first, and KEXINIT waiting for it. */

#include <linux/errno.h>
#include <linux/slab.h>

#include "conn_lab.h"

#define KEYS	"ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256"
#define ED	"ssh-ed25519"
#define EC	"ecdsa-sha2-nistp256"
#define RSA	"rsa-sha2-512,rsa-sha2-256"

static struct kssh_blob blob(const char *s)
{
	return (struct kssh_blob){ .p = (const u8 *)s, .n = strlen(s) };
}

static void set(struct kunit *test, struct kssh_config *cfg, enum kssh_list which,
		const char *text)
{
	KUNIT_ASSERT_EQ(test, 0, kssh_config_set_list(cfg, which, text, strlen(text)));
}

/* The effective list; it lives as long as the test. */
static char *get(struct kunit *test, const struct kssh_config *cfg, enum kssh_list which)
{
	char *buf = kunit_kzalloc(test, KSSH_LIST_MAX + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_LE(test, 0, kssh_config_get_list(cfg, which, buf,
						      KSSH_LIST_MAX + 1));
	return buf;
}

/* ---- limits ----------------------------------------------------------- */

static void names_are_taken_away(struct kunit *test)
{
	struct kssh_limits l = { .forbid = "ssh-ed25519,aes256-ctr,rsa-sha2-256" };
	struct kssh_config cfg;

	kssh_config_init(&cfg);
	set(test, &cfg, KSSH_LIST_HOSTKEY, KEYS);
	set(test, &cfg, KSSH_LIST_CIPHER_TX, "aes256-ctr,aes128-gcm@openssh.com");
	KUNIT_ASSERT_EQ(test, 0, kssh_config_limit(&cfg, &l));
	KUNIT_EXPECT_STREQ(test, EC ",rsa-sha2-512", get(test, &cfg, KSSH_LIST_HOSTKEY));
	KUNIT_EXPECT_STREQ(test, "aes128-gcm@openssh.com",
			   get(test, &cfg, KSSH_LIST_CIPHER_TX));
	/* the default list of the other direction, too */
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob(get(test, &cfg, KSSH_LIST_CIPHER_RX)),
					       blob("aes256-ctr")));
	/* and what is set later */
	set(test, &cfg, KSSH_LIST_HOSTKEY, ED "," EC);
	KUNIT_EXPECT_STREQ(test, EC, get(test, &cfg, KSSH_LIST_HOSTKEY));
	/* nothing of it stays behind */
	KUNIT_EXPECT_EQ(test, 0, kssh_config_limit(&cfg, NULL));
	KUNIT_EXPECT_STREQ(test, ED "," EC, get(test, &cfg, KSSH_LIST_HOSTKEY));
	kssh_config_free(&cfg);
}

static void post_quantum_is_demanded(struct kunit *test)
{
	struct kssh_limits l = { .need_pq = true };
	struct kssh_blob rest, name;
	struct kssh_config cfg;
	int n = 0, row;

	kssh_config_init(&cfg);
	KUNIT_ASSERT_EQ(test, 0, kssh_config_limit(&cfg, &l));
	rest = blob(get(test, &cfg, KSSH_LIST_KEX));
	while (kssh_list_next(&rest, &name)) {
		row = kssh_list_find(KSSH_LIST_KEX, name);
		KUNIT_ASSERT_GE(test, row, 0);
		KUNIT_EXPECT_TRUE(test, kssh_kex_algs[row].pq);
		n++;
	}
	KUNIT_EXPECT_GT(test, n, 0);
	/* every hybrid says of itself that it is one, and nothing else does */
	for (row = 0; kssh_kex_algs[row].name; row++)
		KUNIT_EXPECT_EQ_MSG(test, kssh_kex_algs[row].pq,
				    !!strstr(kssh_kex_algs[row].name, "mlkem") ||
				    !!strstr(kssh_kex_algs[row].name, "sntrup"),
				    "%s", kssh_kex_algs[row].name);
	KUNIT_EXPECT_STREQ(test, "none", get(test, &cfg, KSSH_LIST_COMP_TX));
	kssh_config_free(&cfg);
}

static void nothing_left_is_a_violation(struct kunit *test)
{
	static const struct {
		enum kssh_list which;
		const char *list;
		struct kssh_limits l;
		int reason;
	} rows[] = {
		{ KSSH_LIST_KEX, "curve25519-sha256", { .need_pq = true },
		  KSSH_R_POLICY_ALGORITHM },
		{ KSSH_LIST_KEX, "mlkem768x25519-sha256",
		  { .need_pq = true, .forbid = "mlkem768x25519-sha256" },
		  KSSH_R_POLICY_ALGORITHM },
		{ KSSH_LIST_HOSTKEY, ED, { .forbid = ED }, KSSH_R_POLICY_ALGORITHM },
		{ KSSH_LIST_MAC_RX, "hmac-sha2-256-etm@openssh.com",
		  { .forbid = "hmac-sha2-256-etm@openssh.com" },
		  KSSH_R_POLICY_ALGORITHM },
		{ KSSH_LIST_COMP_TX, "none", { .forbid = "none" },
		  KSSH_R_POLICY_ALGORITHM },
		{ KSSH_LIST_HOSTKEY, ED, { .forbid = EC }, 0 },
		{ KSSH_LIST_HOSTKEY, ED "," EC, { .forbid = ED }, 0 },
		/* a part of a name is none */
		{ KSSH_LIST_HOSTKEY, ED, { .forbid = "ssh-ed2551" }, 0 },
		{ KSSH_LIST_HOSTKEY, ED, { .forbid = "" }, 0 },
	};
	struct kssh_config cfg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kssh_config_init(&cfg);
		set(test, &cfg, rows[i].which, rows[i].list);
		KUNIT_EXPECT_EQ_MSG(test, rows[i].reason,
				    kssh_config_limit(&cfg, &rows[i].l), "row %u", i);
		/* a refusal leaves no limits behind */
		if (rows[i].reason)
			KUNIT_EXPECT_STREQ(test, rows[i].list,
					   get(test, &cfg, rows[i].which));
		kssh_config_free(&cfg);
	}
}

/* What everybody gets who asks for nothing. */
static void defaults_are_safe(struct kunit *test)
{
	static const char *const never[] = {
		"sha1", "md5", "group1-", "cbc", "arcfour", "ssh-dss", "-cert-",
	};
	struct kssh_config cfg;
	struct kssh_blob rest, name;
	bool pq = true;
	int which, row;
	unsigned int i;
	char *list;

	kssh_config_init(&cfg);
	for (which = 0; which < KSSH_LIST_COUNT; which++) {
		list = get(test, &cfg, which);
		for (i = 0; i < ARRAY_SIZE(never); i++)
			KUNIT_EXPECT_NULL_MSG(test, strstr(list, never[i]), "%s", list);
	}
	/* no cipher at all is not a cipher to offer */
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob(get(test, &cfg, KSSH_LIST_CIPHER_TX)),
					       blob("none")));
	/* post-quantum first */
	rest = blob(get(test, &cfg, KSSH_LIST_KEX));
	while (kssh_list_next(&rest, &name)) {
		row = kssh_list_find(KSSH_LIST_KEX, name);
		KUNIT_ASSERT_GE(test, row, 0);
		KUNIT_EXPECT_TRUE_MSG(test, pq || !kssh_kex_algs[row].pq, "%s",
				      kssh_kex_algs[row].name);
		pq = kssh_kex_algs[row].pq;
	}
	kssh_config_free(&cfg);
}

static void built_in_names_are_known(struct kunit *test)
{
	static const char *const names[] = {
		"curve25519-sha256", ED, "aes256-ctr", "hmac-sha2-256-etm@openssh.com",
		"none",
	};
	static const char *const others[] = {
		"", "ssh-rsa", "curve25519", "curve25519-sha256,none", "ext-info-c",
		"kex-strict-c-v00@openssh.com", "AES256-CTR",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_TRUE_MSG(test, kssh_config_knows(names[i], strlen(names[i])),
				      "%s", names[i]);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		KUNIT_EXPECT_FALSE_MSG(test,
				       kssh_config_knows(others[i], strlen(others[i])),
				       "%s", others[i]);
}

/* ---- order ------------------------------------------------------------ */

static void what_is_known_comes_first(struct kunit *test)
{
	static const struct {
		const char *types;
		bool ca;
		const char *expect;
	} rows[] = {
		{ "", false, KEYS },
		{ "ssh-ed25519", false, KEYS },
		{ EC, false, EC "," ED "," RSA },
		{ "ssh-rsa", false, RSA "," ED "," EC },
		{ "ssh-rsa," EC, false, EC "," RSA "," ED },
		/* the first one will do: the order stays */
		{ "ssh-rsa,ssh-ed25519", false, KEYS },
		/* types that nobody has here, and names that are no type */
		{ "ssh-dss", false, KEYS },
		{ "rsa-sha2-512", false, KEYS },
		{ "ssh-dss,ssh-rsa", false, RSA "," ED "," EC },
		/* a CA is of use for certificates only */
		{ "", true, KEYS },
		{ "ssh-rsa", true, RSA "," ED "," EC },
	};
	struct kssh_config cfg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kssh_config_init(&cfg);
		set(test, &cfg, KSSH_LIST_HOSTKEY, KEYS);
		KUNIT_EXPECT_TRUE(test, cfg.own_order);
		cfg.own_order = false;
		KUNIT_EXPECT_EQ(test, 0, kssh_config_prefer(&cfg, blob(rows[i].types),
							    rows[i].ca));
		KUNIT_EXPECT_STREQ_MSG(test, rows[i].expect,
				       get(test, &cfg, KSSH_LIST_HOSTKEY),
				       "%s", rows[i].types);
		kssh_config_free(&cfg);
	}
}

#define RSA256CERT	"rsa-sha2-256-cert-v01@openssh.com"

/* Who knows an authority is shown certificates, unless a list says what is wanted. */
static void an_authority_adds_certificates(struct kunit *test)
{
	/* behind all of them what is known, then the rest */
	static const char order[] =
		RSA256CERT ",rsa-sha2-512,rsa-sha2-256,ssh-ed25519,";
	struct kssh_config cfg;
	const char *list;
	bool ca;
	int i;

	for (i = 0; i < 4; i++) {
		ca = i & 1;
		kssh_config_init(&cfg);
		if (i & 2)
			set(test, &cfg, KSSH_LIST_HOSTKEY, "-ssh-ed25519");
		KUNIT_EXPECT_EQ(test, 0, kssh_config_prefer(&cfg, blob("ssh-rsa"), ca));
		list = get(test, &cfg, KSSH_LIST_HOSTKEY);
		KUNIT_EXPECT_EQ(test, i == 1, !!strstr(list, "-cert-v01@openssh.com"));
		if (i == 1) {
			KUNIT_EXPECT_EQ(test, 0, strncmp(list, "ssh-ed25519-cert-v01@", 21));
			KUNIT_EXPECT_NOT_NULL(test, strstr(list, order));
		}
		kssh_config_free(&cfg);
	}
}

/* A certificate is of use if its authority is known, or the key that it certifies. */
static void certificates_come_first_too(struct kunit *test)
{
#define EDCERT	"ssh-ed25519-cert-v01@openssh.com"
#define RSACERT	"rsa-sha2-512-cert-v01@openssh.com"
	static const struct {
		const char *list;
		const char *types;
		bool ca;
		const char *expect;
	} rows[] = {
		{ ED "," RSACERT "," EDCERT, "", true, RSACERT "," EDCERT "," ED },
		{ EC "," EDCERT "," ED, ED, false, EDCERT "," ED "," EC },
		{ EC "," RSACERT, "ssh-rsa", false, RSACERT "," EC },
		{ EC "," RSACERT, "ssh-rsa-cert-v01@openssh.com", false,
		  EC "," RSACERT },
		/* the first one is a certificate of a key that is known: as it is */
		{ EDCERT "," EC "," RSACERT, ED ",ssh-rsa", true,
		  EDCERT "," EC "," RSACERT },
		{ EDCERT "," EC "," RSACERT, EC, true, EDCERT "," EC "," RSACERT },
		{ EDCERT "," RSACERT "," EC, EC, false, EC "," EDCERT "," RSACERT },
	};
	struct kssh_config cfg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kssh_config_init(&cfg);
		set(test, &cfg, KSSH_LIST_HOSTKEY, rows[i].list);
		cfg.own_order = false;
		KUNIT_EXPECT_EQ(test, 0, kssh_config_prefer(&cfg, blob(rows[i].types),
							    rows[i].ca));
		KUNIT_EXPECT_STREQ_MSG(test, rows[i].expect,
				       get(test, &cfg, KSSH_LIST_HOSTKEY), "row %u", i);
		kssh_config_free(&cfg);
	}
}

/* As in OpenSSH: a list of one's own, or '^', is an order of one's own. */
static void own_order_is_kept(struct kunit *test)
{
	static const struct {
		const char *text;
		bool own;
	} rows[] = {
		{ EC "," ED, true },
		{ "^" EC, true },
		{ "+" EC, false },
		{ "-" EC, false },
	};
	struct kssh_config cfg;
	char *before, *after;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		kssh_config_init(&cfg);
		set(test, &cfg, KSSH_LIST_HOSTKEY, rows[i].text);
		before = get(test, &cfg, KSSH_LIST_HOSTKEY);
		KUNIT_EXPECT_EQ(test, 0, kssh_config_prefer(&cfg, blob("ssh-rsa"),
							    false));
		after = get(test, &cfg, KSSH_LIST_HOSTKEY);
		KUNIT_EXPECT_EQ(test, strlen(before), strlen(after));
		KUNIT_EXPECT_EQ_MSG(test, rows[i].own, !strcmp(before, after),
				    "%s", rows[i].text);
		if (!rows[i].own)
			KUNIT_EXPECT_TRUE(test, !memcmp(after, "rsa-", 4));
		kssh_config_free(&cfg);
	}

	/* limits hold for what is put first */
	kssh_config_init(&cfg);
	KUNIT_ASSERT_EQ(test, 0, kssh_config_limit(&cfg, &(struct kssh_limits){
						   .forbid = "rsa-sha2-512" }));
	KUNIT_EXPECT_EQ(test, 0, kssh_config_prefer(&cfg, blob("ssh-rsa"), false));
	after = get(test, &cfg, KSSH_LIST_HOSTKEY);
	KUNIT_EXPECT_TRUE(test, !memcmp(after, "rsa-", 4));
	KUNIT_EXPECT_FALSE(test, kssh_list_has(blob(after), blob("rsa-sha2-512")));
	kssh_config_free(&cfg);
}

/* ---- KEXINIT waits ---------------------------------------------------- */

/* Started, and the server's first flight is there: ours is all that is missing. */
static struct kssh_lab *unordered(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_blob b = kssh_unhex(test, s->steps[1].feed);
	struct kssh_lab *lab = kssh_lab_new(test);
	struct kssh_config cfg;
	size_t fed;
	u8 *p;

	kssh_lab_config(test, s, &cfg);
	cfg.ask_known = true;
	kssh_lab_start(lab, &cfg);
	KUNIT_EXPECT_TRUE(test, lab->events & KSSH_EV_KNOWN);
	fed = kssh_lab_feed(lab, b.p, b.n, b.n);
	KUNIT_ASSERT_EQ(test, b.n, fed);
	KUNIT_EXPECT_EQ(test, KSSH_S_KEXINIT, lab->c->st);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_conn_rx_want(lab->c, &p));
	/* banner and KEXINIT leave together */
	KUNIT_EXPECT_EQ(test, (size_t)0, lab->out_len);
	return lab;
}

static void kexinit_waits_for_what_is_known(struct kunit *test)
{
	const struct kssh_script *s = kssh_lab_find(test, "gcm");
	struct kssh_blob want0 = kssh_unhex(test, s->steps[0].expect);
	struct kssh_blob want1 = kssh_unhex(test, s->steps[1].expect);
	struct kssh_lab *lab = unordered(test);

	KUNIT_EXPECT_EQ(test, 0, kssh_conn_known(lab->c, blob("ssh-rsa"), false));
	KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_known(lab->c, blob(""), false));
	kssh_lab_run(lab);
	/* the list was set, so that the bytes are those of a session without */
	KUNIT_ASSERT_EQ(test, want0.n + want1.n, lab->out_len);
	KUNIT_EXPECT_MEMEQ(test, want0.p, lab->out, want0.n);
	KUNIT_EXPECT_MEMEQ(test, want1.p, lab->out + want0.n, want1.n);
	KUNIT_EXPECT_EQ(test, KSSH_S_KEX, lab->c->st);
}

static void waiting_can_be_ended(struct kunit *test)
{
	static const int reasons[] = { KSSH_R_CANCELLED, KSSH_R_TIMEOUT };
	struct kssh_blob banner = blob("SSH-2.0-kssh_transcript\r\n");
	struct kssh_lab *lab;
	unsigned int i;
	size_t pos;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		lab = unordered(test);
		kssh_lab_arm(lab, NULL);
		kssh_conn_fail(lab->c, reasons[i]);
		kssh_lab_run(lab);
		/* who we are, and the farewell */
		KUNIT_ASSERT_GT(test, lab->out_len, banner.n);
		KUNIT_EXPECT_MEMEQ(test, banner.p, lab->out, banner.n);
		kssh_lab_expect_failed(lab, banner.n, reasons[i]);
		/* an answer that comes now changes nothing */
		pos = lab->out_len;
		KUNIT_EXPECT_EQ(test, -EINVAL, kssh_conn_known(lab->c, blob(ED), false));
		kssh_lab_run(lab);
		KUNIT_EXPECT_EQ(test, pos, lab->out_len);
	}

	/* the peer goes: what it sent before is heard first */
	lab = unordered(test);
	kssh_conn_rx_eof(lab->c);
	KUNIT_EXPECT_EQ(test, KSSH_R_NONE, kssh_conn_reason(lab->c));
	KUNIT_EXPECT_EQ(test, 0, kssh_conn_known(lab->c, blob(""), false));
	kssh_lab_run(lab);
	KUNIT_EXPECT_EQ(test, KSSH_R_PEER_CLOSED, kssh_conn_reason(lab->c));
}

static struct kunit_case limit_cases[] = {
	KUNIT_CASE(names_are_taken_away),
	KUNIT_CASE(post_quantum_is_demanded),
	KUNIT_CASE(nothing_left_is_a_violation),
	KUNIT_CASE(defaults_are_safe),
	KUNIT_CASE(built_in_names_are_known),
	KUNIT_CASE(what_is_known_comes_first),
	KUNIT_CASE(certificates_come_first_too),
	KUNIT_CASE(an_authority_adds_certificates),
	KUNIT_CASE(own_order_is_kept),
	KUNIT_CASE(kexinit_waits_for_what_is_known),
	KUNIT_CASE(waiting_can_be_ended),
	{}
};

static struct kunit_suite limit_suite = {
	.name = "kssh_limit",
	.test_cases = limit_cases,
};

kunit_test_suite(limit_suite);
