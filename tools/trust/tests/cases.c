// SPDX-License-Identifier: GPL-2.0
/* Random known_hosts files and questions about them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "../internal.h"

struct world world;

/* ---- chance, the same on every machine --------------------------------- */

static uint64_t seed;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % n;
}

#define PICK(list)	(list)[chance(sizeof(list) / sizeof((list)[0]))]

/* ---- the world --------------------------------------------------------- */

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

bool make_world(void)
{
	int i;

	strcpy(world.dir, "/tmp/trust-verdict.XXXXXX");
	if (!mkdtemp(world.dir))
		return false;
	for (i = 0; i < KEYS; i++)
		make_key(&world.keys[i], key_kinds[i].type, key_kinds[i].bits);
	for (i = 0; i < FILES; i++) {
		if (asprintf(&world.files[i], "%s/known_hosts%d", world.dir, i) < 0)
			return false;
	}
	return asprintf(&world.user_files, "%s %s", world.files[0], world.files[1]) > 0 &&
	       asprintf(&world.server, "%s/server", world.dir) > 0;
}

void remove_world(void)
{
	int i;

	unlink(world.server);
	free(world.server);
	free(world.user_files);
	for (i = 0; i < FILES; i++) {
		unlink(world.files[i]);
		free(world.files[i]);
	}
	for (i = 0; i < KEYS; i++)
		free_key(&world.keys[i]);
	rmdir(world.dir);
}

/* ---- files ------------------------------------------------------------- */

void add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (n > sizeof(t->s) - t->n)
		abort();
	memcpy(t->s + t->n, s, n);
	t->n += n;
}

bool write_text(const char *path, const char *s, size_t n)
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
		key_text(&world.keys[key].blob, text);
	add(t, text);
	if (!chance(3))
		add(t, " a comment");
	add(t, chance(5) ? "\n" : " \r\n");
}

static int key_for(const struct one_case *c)
{
	return c->is_cert && chance(3) ? c->ca : chance(3) ? c->own : (int)chance(KEYS);
}

static bool write_files(const struct one_case *c)
{
	static struct text t;
	int i, k, lines;

	for (i = 0; i < FILES; i++) {
		t.n = 0;
		for (k = 0, lines = chance(4); k < lines; k++)
			add_line(&t, c, key_for(c));
		unlink(world.files[i]);
		if (chance(6) && !write_text(world.files[i], t.s, t.n))
			return false;
	}
	return true;
}

/* ---- questions --------------------------------------------------------- */

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
		spec->nested = &world.keys[ED_B].blob;	/* filled in by the caller */
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

static void random_case(struct one_case *c)
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
		.files = (const char *const *)world.files, .n_files = FILES, .n_user_files = 2,
		.write_file = world.files[0],
		.checking = chance(2) ? KSSH_TRUST_STRICT : chance(4),
		.rsa_min_bits = chance(3) ? 0 : 2048,
	};
	c->own = chance(KEYS);
	c->is_cert = chance(5) > 1;
	if (!c->is_cert) {
		c->blob = world.keys[c->own].blob;
		return;
	}
	c->ca = PICK(cas);
	random_spec(&c->spec, c->alias ?: c->name, world.keys[c->ca].type);
	if (c->spec.nested) {
		struct cert_spec plain = { .kind = 2, .names = { "a" }, .n_names = 1,
					   .before = UINT64_MAX, .nonce_len = 8 };

		make_cert(&inner, &world.keys[c->ca], &world.keys[ED_B], &plain);
		c->spec.nested = &inner;
	}
	/* an algorithm of another type of key cannot sign */
	if (c->spec.alg && strcmp(world.keys[c->ca].type, "ssh-rsa") &&
	    strcmp(world.keys[c->ca].type, "ssh-ed25519"))
		c->spec.alg = NULL;
	if (c->spec.alg && !strcmp(world.keys[c->ca].type, "ssh-ed25519"))
		c->spec.alg = NULL;
	make_cert(&c->blob, &world.keys[c->own], &world.keys[c->ca], &c->spec);
}

bool make_case(struct one_case *c, uint64_t number)
{
	seed = number;
	random_case(c);
	return write_files(c);
}
