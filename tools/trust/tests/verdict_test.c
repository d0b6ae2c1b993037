// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts of the library and of ssh(1) itself: the same files, names, ports, keys and
 * certificates must give the same verdict, from the same line.  Where they differ on
 * purpose (ksshtrust.h), the difference is told and counted by its reason.  Prints TAP.
 *
 * Usage: trust-verdict-test [CASES [SEED]], or TRUST_CASES in the environment.  Asks ssh
 * and OpenSSH 10's, if selftests/guest/peer has brought it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ssh.h"
#include "../internal.h"

#define GROUP		25	/* cases in a line of TAP */
#define TEXT_MAX	(64 * 1024)
#define FILES		3	/* two of the user, one of the system */

/* ---- chance, the same on every machine --------------------------------------------- */

static uint64_t seed;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % n;
}

#define COUNT(list)	(sizeof(list) / sizeof((list)[0]))
#define PICK(list)	(list)[chance(COUNT(list))]

/* ---- who there is --------------------------------------------------------------------- */

enum {
	ED_A, ED_B, EC_256, EC_384, EC_521, RSA_2048, RSA_1024, SK_ED, SK_EC, KEYS
};

static struct made_key keys[KEYS];

static const struct {
	const char *type;
	unsigned int bits;
} key_kinds[KEYS] = {
	[ED_A] = { "ssh-ed25519", 0 },
	[ED_B] = { "ssh-ed25519", 0 },
	[EC_256] = { "ecdsa-sha2-nistp256", 0 },
	[EC_384] = { "ecdsa-sha2-nistp384", 0 },
	[EC_521] = { "ecdsa-sha2-nistp521", 0 },
	[RSA_2048] = { "ssh-rsa", 2048 },
	[RSA_1024] = { "ssh-rsa", 1024 },
	[SK_ED] = { "sk-ssh-ed25519@openssh.com", 0 },
	[SK_EC] = { "sk-ecdsa-sha2-nistp256@openssh.com", 0 },
};

static char dir[] = "/tmp/trust-verdict.XXXXXX";
static char *files[FILES], *user_files, *server;

/**
 * struct one_case - a question
 * @name: host
 * @alias: HostKeyAlias, or NULL
 * @port: port
 * @blob: the key that the server shows
 * @spec: of a certificate
 * @is_cert: it is one
 * @ca: its CA
 * @policy: whom to believe
 */
struct one_case {
	const char *name, *alias;
	unsigned int port;
	struct bytes blob;
	struct cert_spec spec;
	bool is_cert;
	int ca;
	struct kssh_trust_policy policy;
};

/* ---- files -------------------------------------------------------------------------------- */

struct text {
	char s[TEXT_MAX];
	size_t n;
};

static void add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (n > sizeof(t->s) - t->n)
		abort();
	memcpy(t->s + t->n, s, n);
	t->n += n;
}

static bool write_text(const char *path, const char *s, size_t n)
{
	FILE *f = fopen(path, "w");
	bool good = f && fwrite(s, 1, n, f) == n;

	return f && !fclose(f) && good;
}

static const char *const names[] = { "a", "b", "h.example.org", "192.0.2.1", "::1",
				     "Big.Example.ORG" };

static void add_hashed(struct text *t, const char *name)
{
	uint8_t salt[HASH_LEN];
	char out[HASHED_MAX];
	size_t i;

	for (i = 0; i < HASH_LEN; i++)
		salt[i] = chance(256);
	if (hash_name(name, salt, out, sizeof(out)))
		abort();
	add(t, out);
}

/* A host field that mostly has to do with the case. */
static void add_hosts(struct text *t, const struct one_case *c)
{
	static const char *const odd[] = { "*", "?", "!a,*", "[*]:2222", "*,!b", "[a]:*",
					   "*.example.org", "h*,!*.example.org" };
	const char *name = chance(5) ? c->alias ?: c->name : PICK(names);
	char low[64], with_port[96], *p;

	snprintf(low, sizeof(low), "%s", name);
	for (p = low; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? *p + 32 : *p;
	snprintf(with_port, sizeof(with_port), "[%s]:%u", low, chance(4) ? c->port : 2222);
	switch (chance(9)) {
	case 0:
		add(t, PICK(odd));
		break;
	case 1:
		add_hashed(t, chance(2) ? low : with_port);
		break;
	case 2:
		add(t, "x,");
		add(t, name);
		add(t, ",y*");
		break;
	case 3:
		add(t, "!");
		add(t, low);
		add(t, ",*");
		break;
	case 4:
	case 5:
	case 6:
		add(t, with_port);
		break;
	default:
		add(t, name);
	}
}

static void add_line(struct text *t, const struct one_case *c, int key)
{
	static const char *const junk[] = {
		"", "#a line", "a", "a ssh-ed25519", "a ssh-ed25519 AAAA", "\x01\x02 \xff",
		"@cert-authority", "@revoked *", "@what * ssh-ed25519 AAAA", "|1|x|y z",
		"* ssh-dss AAAAB3NzaC1kc3MAAAAA", "a,b,c 1024 35 1234",
	};
	char text[BYTES_MAX];

	if (!chance(8)) {
		add(t, PICK(junk));
		add(t, chance(2) ? "\n" : "\r\n");
	}
	if (!chance(12))
		add(t, "@revoked ");
	else if (chance(4) ? c->is_cert && chance(2) : 0)
		add(t, "@cert-authority ");
	add_hosts(t, c);
	add(t, chance(3) ? " " : "\t ");
	/* now and then a certificate stands where a key should */
	if (c->is_cert && !chance(20))
		key_text(&c->blob, text);
	else
		key_text(&keys[key].blob, text);
	add(t, text);
	if (!chance(3))
		add(t, " a comment");
	add(t, chance(5) ? "\n" : " \r\n");
}

static int key_for(const struct one_case *c, int own)
{
	return c->is_cert && chance(3) ? c->ca : chance(3) ? own : (int)chance(KEYS);
}

static bool write_files(const struct one_case *c, int own)
{
	static struct text t;
	int i, k, lines;

	for (i = 0; i < FILES; i++) {
		t.n = 0;
		for (k = 0, lines = chance(4); k < lines; k++)
			add_line(&t, c, key_for(c, own));
		unlink(files[i]);
		if (chance(6) && !write_text(files[i], t.s, t.n))
			return false;
	}
	return true;
}

/* ---- questions ------------------------------------------------------------------------------ */

static void random_spec(struct cert_spec *spec, const char *name, const char *ca_type)
{
	static const char *const rsa_algs[] = { "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512" };
	static char low[64];
	uint64_t now = time(NULL);
	char *p;

	snprintf(low, sizeof(low), "%s", name);
	for (p = low; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? *p + 32 : *p;
	*spec = (struct cert_spec){ .kind = 2, .names = { "other", low }, .n_names = 2,
				    .before = UINT64_MAX, .nonce_len = 32 };
	if (!strcmp(ca_type, "ssh-rsa"))
		spec->alg = PICK(rsa_algs);
	switch (chance(24)) {
	case 0:
		spec->kind = 1 + 2 * chance(2);
		break;
	case 1:
		spec->after = now + 3600;
		break;
	case 2:
		spec->before = now - 3600;
		break;
	case 3:
		spec->n_names = 1;
		break;
	case 4:
		spec->n_names = 0;
		break;
	case 5:
		spec->names[1] = chance(2) ? "*" : "?*";
		break;
	case 6:
		spec->critical = "force-command";
		break;
	case 7:
		spec->nested = &keys[ED_B].blob;	/* filled in by the caller */
		break;
	case 8:
		spec->spoil = true;
		break;
	case 9:
		spec->tail = 1 + chance(4);
		break;
	case 10:
		spec->names[1] = name;	/* as it is written */
		break;
	case 11:
		spec->alg = "ssh-ed25519";	/* mostly not the CA's */
		break;
	case 12:
		spec->nonce_len = 0;
		break;
	case 13:
		spec->after = now - 3600;
		spec->before = now + 3600;
		break;
	}
}

static void random_case(struct one_case *c, int *own)
{
	static const int cas[] = { ED_A, ED_B, EC_256, EC_384, EC_521, RSA_2048, RSA_1024,
				   SK_ED, SK_EC };
	static struct bytes inner;

	memset(c, 0, sizeof(*c));
	c->name = PICK(names);
	c->port = chance(2) ? 22 : 2222;
	if (!chance(6))
		c->alias = chance(3) ? "b" : "[a]:2222";
	c->policy = (struct kssh_trust_policy){
		.files = (const char *const *)files, .n_files = FILES, .n_user_files = 2,
		.write_file = files[0],
		.checking = chance(3) ? KSSH_TRUST_STRICT : chance(4),
		.rsa_min_bits = chance(3) ? 0 : 2048,
	};
	*own = chance(KEYS);
	c->is_cert = chance(5) > 1;
	if (!c->is_cert) {
		c->blob = keys[*own].blob;
		return;
	}
	c->ca = PICK(cas);
	random_spec(&c->spec, c->alias ?: c->name, keys[c->ca].type);
	if (c->spec.nested) {
		struct cert_spec plain = { .kind = 2, .names = { "a" }, .n_names = 1,
					   .before = UINT64_MAX, .nonce_len = 8 };

		make_cert(&inner, &keys[c->ca], &keys[ED_B], &plain);
		c->spec.nested = &inner;
	}
	/* an algorithm of another type of key cannot sign */
	if (c->spec.alg && strcmp(keys[c->ca].type, "ssh-rsa") &&
	    strcmp(keys[c->ca].type, "ssh-ed25519"))
		c->spec.alg = NULL;
	if (c->spec.alg && !strcmp(keys[c->ca].type, "ssh-ed25519"))
		c->spec.alg = NULL;
	make_cert(&c->blob, &keys[*own], &keys[c->ca], &c->spec);
}

/* ---- what both say ------------------------------------------------------------------------------ */

static void to_query(const struct one_case *c, struct kssh_trust_query *q)
{
	*q = (struct kssh_trust_query){
		.name = c->alias ?: c->name, .port = c->port, .verbatim = c->alias,
		.key = c->blob.b, .key_len = c->blob.n,
	};
}

static void to_question(const struct one_case *c, struct ssh_question *q)
{
	*q = (struct ssh_question){
		.name = c->name, .alias = c->alias, .port = c->port, .blob = &c->blob,
		.is_cert = c->is_cert, .user_files = user_files, .global_files = files[2],
		.checking = c->policy.checking, .rsa_min_bits = c->policy.rsa_min_bits,
		.server = server,
	};
}

static void ask_library(struct kssh_trust_files *kept, const struct one_case *c,
			struct said *said, struct kssh_trust_answer *a)
{
	struct kssh_trust_query q;

	to_query(c, &q);
	if (kept)
		kssh_trust_files_check(kept, &c->policy, &q, a);
	else
		kssh_trust_check(&c->policy, &q, a);
	*said = (struct said){
		.verdict = a->verdict, .is_new = a->is_new, .may_go_on = a->may_go_on,
		.by_ca = a->verdict == KSSH_TRUST_OK && *a->ca, .fell_back = a->cert_why,
	};
	if (a->file && (a->verdict == KSSH_TRUST_OK || a->verdict == KSSH_TRUST_CHANGED))
		snprintf(said->place, sizeof(said->place), "%s:%lu", a->file, a->line);
}

/* ---- differences --------------------------------------------------------------------------------------- */

enum reason {
	SAME,
	UNEXPLAINED,
	BARE_REVOKED,
	CHANGED_AT_PORT,
	OTHER_LINE,
	ALIAS,
	NO_NAMES,
	NAME_PATTERN,
	CA_SIZE,
	REASONS
};

static const char *const reason_names[] = {
	[SAME] = "the same",
	[UNEXPLAINED] = "unexplained",
	[BARE_REVOKED] = "revoked for the bare name",
	[CHANGED_AT_PORT] = "changed at the port, known for the bare name",
	[OTHER_LINE] = "known at the port and for the bare name: another line",
	[ALIAS] = "an alias that looks like a pattern is never new",
	[NO_NAMES] = "a certificate without names (OpenSSH before 10.5)",
	[NAME_PATTERN] = "a pattern in a certificate (OpenSSH before 10.5)",
	[CA_SIZE] = "short RSA key of an authority",
};

static bool equal(const struct said *a, const struct said *b)
{
	return a->verdict == b->verdict && a->is_new == b->is_new &&
	       a->may_go_on == b->may_go_on && a->by_ca == b->by_ca &&
	       (a->fell_back == b->fell_back || a->verdict == KSSH_TRUST_REVOKED) &&
	       !strcmp(a->place, b->place);
}

/* What the library says of exactly this text. */
static enum kssh_trust_verdict at(const struct one_case *c, const char *text)
{
	struct kssh_trust_policy strict = c->policy;
	struct kssh_trust_answer a;
	struct kssh_trust_query q;

	strict.checking = KSSH_TRUST_STRICT;
	to_query(c, &q);
	q.name = text;
	q.verbatim = true;
	kssh_trust_check(&strict, &q, &a);
	return a.verdict;
}

static enum reason explain(const struct peer *peer, const struct one_case *c,
			   const struct said *lib, const struct said *ssh,
			   const struct kssh_trust_answer *a)
{
	bool with_port = c->port != 22 && !c->alias, old = peer->version < 1005;
	char name[96];

	if (equal(lib, ssh))
		return SAME;
	snprintf(name, sizeof(name), "[%s]:%u", c->name, c->port);
	if (with_port && lib->verdict == KSSH_TRUST_REVOKED &&
	    at(c, name) != KSSH_TRUST_REVOKED && at(c, c->name) == KSSH_TRUST_REVOKED)
		return BARE_REVOKED;
	if (with_port && c->is_cert && lib->verdict == KSSH_TRUST_CHANGED &&
	    ssh->verdict == KSSH_TRUST_OK && at(c, name) == KSSH_TRUST_CHANGED &&
	    at(c, c->name) == KSSH_TRUST_OK)
		return CHANGED_AT_PORT;
	if (with_port && lib->fell_back && ssh->fell_back && lib->verdict == ssh->verdict &&
	    at(c, name) == KSSH_TRUST_OK && at(c, c->name) == KSSH_TRUST_OK)
		return OTHER_LINE;
	if (c->alias && strchr(c->alias, '[') && ssh->is_new &&
	    lib->verdict == KSSH_TRUST_UNKNOWN)
		return ALIAS;
	if (old && c->is_cert && !c->spec.n_names && ssh->by_ca && a->cert_why &&
	    !strcmp(a->cert_why, "the certificate names no host"))
		return NO_NAMES;
	if (old && c->is_cert && strchr(c->spec.names[1], '*') && lib->by_ca &&
	    !ssh->by_ca)
		return NAME_PATTERN;
	if (c->is_cert && c->ca == RSA_1024 && c->policy.rsa_min_bits && ssh->by_ca &&
	    a->cert_why && !strcmp(a->cert_why, "the RSA key of the authority is too short"))
		return CA_SIZE;
	return UNEXPLAINED;
}

static void show(const char *who, const struct said *s)
{
	printf("# %s: %s%s%s%s%s %s\n", who, kssh_trust_verdict_name(s->verdict),
	       s->is_new ? " new" : "", s->may_go_on ? " goes-on" : "",
	       s->by_ca ? " by-CA" : "", s->fell_back ? " fell-back" : "", s->place);
}

/* ---- the test ----------------------------------------------------------------------------------------------- */

static size_t reasons[REASONS], verdicts[KSSH_TRUST_REFUSED + 1], certified, recorded;
static struct kssh_trust_files *kept;

static bool read_back(const char *path, struct text *t)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, t->s, sizeof(t->s));

	if (fd >= 0)
		close(fd);
	t->n = n > 0 ? n : 0;
	return n >= 0;
}

/* ssh has written the new key to a file; does the library write the same? */
static bool same_record(const struct one_case *c, bool existed, const struct text *before)
{
	static struct text by_ssh, by_us;
	struct kssh_trust_query q;

	if (!read_back(files[0], &by_ssh))
		return false;
	unlink(files[0]);
	if (existed && !write_text(files[0], before->s, before->n))
		return false;
	to_query(c, &q);
	recorded++;
	if (kssh_trust_record(&c->policy, &q, NULL) || !read_back(files[0], &by_us))
		return false;
	return by_ssh.n == by_us.n && !memcmp(by_ssh.s, by_us.s, by_us.n);
}

static bool one_case(const struct peer *peer, uint64_t number)
{
	static char text[TEXT_MAX];
	static struct text before;
	struct ssh_question question;
	struct said lib, warm, ssh;
	struct kssh_trust_answer a, b;
	struct one_case c;
	enum reason reason;
	bool good, existed;
	int own;

	seed = number;
	random_case(&c, &own);
	if (!write_files(&c, own))
		return false;
	existed = read_back(files[0], &before);
	ask_library(NULL, &c, &lib, &a);
	ask_library(kept, &c, &warm, &b);
	to_question(&c, &question);
	if (!ask_ssh(peer, &question, &ssh, text, sizeof(text))) {
		printf("# case %llu: ssh does not tell:\n%s\n", (unsigned long long)number,
		       text);
		return false;
	}
	reason = explain(peer, &c, &lib, &ssh, &a);
	reasons[reason]++;
	verdicts[lib.verdict]++;
	certified += lib.by_ca;
	good = reason != UNEXPLAINED && equal(&lib, &warm);
	if (good && reason == SAME && lib.is_new && !same_record(&c, existed, &before)) {
		printf("# case %llu: not the same is written\n", (unsigned long long)number);
		good = false;
	}
	if (good)
		return true;
	printf("# case %llu: %s%s port %u %s%s\n", (unsigned long long)number,
	       c.alias ? "alias " : "", c.alias ?: c.name, c.port,
	       c.is_cert ? "certificate of " : "", keys[own].type);
	show("library", &lib);
	show("kept", &warm);
	show(peer->ssh, &ssh);
	if (a.why || a.cert_why)
		printf("# %s %s\n", a.why ?: "", a.cert_why ?: "");
	if (getenv("TRUST_SHOW"))
		printf("%s\n", text);
	return false;
}

static int plan, failed;

static void ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++plan, what);
	fflush(stdout);
	failed |= !good;
}

static void ask_peer(const struct peer *peer, int cases, uint64_t start)
{
	char what[128];
	bool good = true;
	int i;

	for (i = 0; i < cases; i++) {
		good &= one_case(peer, start + i);
		if ((i + 1) % GROUP && i + 1 < cases)
			continue;
		snprintf(what, sizeof(what), "OpenSSH %d.%d: verdicts up to case %llu",
			 peer->version / 100, peer->version % 100,
			 (unsigned long long)start + i);
		ok(good, what);
		good = true;
	}
}

/* The cases are worth something only if all there is comes up. */
static void look_back(int cases)
{
	enum kssh_trust_verdict v;
	char what[96];
	size_t i;

	for (v = KSSH_TRUST_OK; v <= KSSH_TRUST_REFUSED; v++) {
		snprintf(what, sizeof(what), "%zu times %s", verdicts[v],
			 kssh_trust_verdict_name(v));
		ok(verdicts[v] > (size_t)cases / 50, what);
	}
	snprintf(what, sizeof(what), "%zu times OK by a certificate", certified);
	ok(certified > (size_t)cases / 50, what);
	snprintf(what, sizeof(what), "%zu new keys written", recorded);
	ok(recorded > (size_t)cases / 50, what);
	for (i = SAME; i < REASONS; i++)
		printf("# %zu: %s\n", reasons[i], reason_names[i]);
}

static void make_world(void)
{
	int i;

	for (i = 0; i < KEYS; i++)
		make_key(&keys[i], key_kinds[i].type, key_kinds[i].bits);
	for (i = 0; i < FILES; i++) {
		if (asprintf(&files[i], "%s/known_hosts%d", dir, i) < 0)
			abort();
	}
	if (asprintf(&user_files, "%s %s", files[0], files[1]) < 0 ||
	    asprintf(&server, "%s/server", dir) < 0)
		abort();
	kept = kssh_trust_files_new();
}

static void remove_world(void)
{
	int i;

	unlink(server);
	free(server);
	free(user_files);
	for (i = 0; i < FILES; i++) {
		unlink(files[i]);
		free(files[i]);
	}
	for (i = 0; i < KEYS; i++)
		free_key(&keys[i]);
	kssh_trust_files_free(kept);
	rmdir(dir);
}

int main(int argc, char **argv)
{
	const char *env = getenv("TRUST_CASES");
	int cases = argc > 1 ? atoi(argv[1]) : env ? atoi(env) : 200;
	uint64_t start = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	struct peer peer;

	puts("TAP version 13");
	if (!find_peer(&peer, "ssh")) {
		puts("1..0 # SKIP no ssh");
		return 0;
	}
	if (!mkdtemp(dir))
		return 1;
	umask(022);
	make_world();
	ask_peer(&peer, cases, start);
	if (find_openssh10(&peer))
		ask_peer(&peer, cases / 2, start + cases);
	else
		printf("ok %d - OpenSSH 10 # SKIP it is not here\n", ++plan);
	look_back(cases);
	printf("1..%d\n", plan);
	remove_world();
	return failed;
}
