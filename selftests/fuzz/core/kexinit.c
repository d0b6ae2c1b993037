// SPDX-License-Identifier: GPL-2.0
/*
 * What is text: the server's identification, a KEXINIT and what is negotiated with
 * it, and the lists that an application, a policy or a helper gives.
 */
#include "bench.h"

#include <linux/fips.h>

int kssh_user_fail_alloc;

static struct kssh_kexinit ours;
static u8 *our_payload;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const u8 cookie[KSSH_COOKIE_LEN];
	struct kssh_config cfg;
	struct kssh_wr w;

	(void)argc;
	(void)argv;
	bench();
	kssh_config_probe();
	kssh_config_init(&cfg);
	our_payload = malloc(KSSH_KEXINIT_MAX);
	kssh_wr_init(&w, our_payload, KSSH_KEXINIT_MAX);
	kssh_kexinit_write(&w, &cfg, cookie, true);
	if (kssh_kexinit_read(blob_of(our_payload, kssh_wr_len(&w)), &ours))
		abort();
	kssh_config_free(&cfg);
	return 0;
}

static void kexinit(struct kssh_blob b)
{
	struct kssh_negotiated neg = {};
	struct kssh_kexinit theirs;
	int i;

	if (kssh_kexinit_read(b, &theirs))
		return;
	kssh_guess_wrong(&ours.offer, &theirs.offer);
	if (kssh_negotiate(&ours.offer, &theirs.offer, &neg))
		return;
	/* what was settled, both have named */
	if (!kssh_list_has(theirs.offer.list[KSSH_LIST_KEX],
			   blob_of(neg.kex->name, strlen(neg.kex->name))))
		abort();
	for (i = 0; i < 2; i++)
		if (!neg.cipher[i] || !neg.comp[i])
			abort();
}

static void banner(struct kssh_blob b)
{
	struct kssh_banner state = {};
	struct kssh_blob id = {};
	size_t used, at = 0, have;
	int r = 0;

	/* as the connection feeds it: byte by byte, what was used is taken away */
	for (have = 1; have <= b.n && !r && !id.n; have++) {
		r = kssh_banner_line(&state, b.p + at, have - at, &used, &id);
		if (used > have - at)
			abort();
		at += used;
	}
	if (!r && id.n && (id.n < 8 || memcmp(id.p, "SSH-", 4) || memchr(id.p, 0, id.n)))
		abort();
}

/* A list that was taken reads back as one that is taken. */
static void list(struct kssh_blob b, u8 which, u8 how)
{
	char text[KSSH_LIST_MAX + 1];
	struct kssh_config cfg;
	int n;

	kssh_config_init(&cfg);
	kssh_user_fail_alloc = how / 64;
	if (!kssh_config_set_list(&cfg, which, (const char *)b.p, b.n)) {
		kssh_user_fail_alloc = 0;
		kssh_config_get_list(&cfg, which, text, how);
		n = kssh_config_get_list(&cfg, which, text, sizeof(text));
		if (n <= 0 || kssh_config_set_list(&cfg, which, text, n))
			abort();
	}
	kssh_user_fail_alloc = 0;
	kssh_config_set_banner(&cfg, (const char *)b.p, b.n);
	kssh_config_knows((const char *)b.p, b.n);
	cfg.verify = KSSH_VERIFY_PIN;
	cfg.n_pins = how & 1;
	kssh_config_check(&cfg);
	kssh_config_free(&cfg);
}

static void order(struct kssh_blob b, u8 how)
{
	bool ca = how & 1;
	char before[KSSH_LIST_MAX + 1], after[KSSH_LIST_MAX + 1];
	struct kssh_config cfg;
	int n;

	kssh_config_init(&cfg);
	cfg.certs = ca;
	n = kssh_config_get_list(&cfg, KSSH_LIST_HOSTKEY, before, sizeof(before));
	kssh_user_fail_alloc = how / 64;
	if (kssh_config_prefer(&cfg, b, ca) && how < 64)
		abort();
	kssh_user_fail_alloc = 0;
	/* nothing is lost by the order */
	if (kssh_config_get_list(&cfg, KSSH_LIST_HOSTKEY, after, sizeof(after)) != n)
		abort();
	kssh_config_free(&cfg);
}

static void limits(struct kssh_blob b, u8 how)
{
	char text[KSSH_CATALOG_MAX], *forbid = malloc(b.n + 1);
	struct kssh_limits l = { .forbid = forbid, .need_pq = how & 1,
				 .rsa_min_bits = how };
	struct kssh_config cfg;

	memcpy(forbid, b.p, b.n);
	forbid[b.n] = '\0';
	kssh_config_init(&cfg);
	kssh_user_fail_alloc = how / 64;
	if (!kssh_config_limit(&cfg, &l)) {
		int n = kssh_config_get_list(&cfg, KSSH_LIST_KEX, text, sizeof(text));

		if (n <= 0)
			abort();
	}
	kssh_user_fail_alloc = 0;
	kssh_config_limit(&cfg, NULL);
	fips_enabled = !!(how & 4);
	kssh_catalog(text, how & 2 ? how : sizeof(text));
	fips_enabled = 0;
	kssh_config_free(&cfg);
	free(forbid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .p = data, .n = size };
	u8 kind = in_u8(&in), how = in_u8(&in), *p;
	struct kssh_blob b;

	p = exact(blob_of(in.p, in.n));
	b = blob_of(p, in.n);
	switch (kind % 5) {
	case 0:
		kexinit(b);
		break;
	case 1:
		banner(b);
		break;
	case 2:
		list(b, how % KSSH_LIST_COUNT, how);
		break;
	case 3:
		order(b, how);
		break;
	default:
		limits(b, how);
		break;
	}
	free(p);
	return 0;
}
