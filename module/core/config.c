// SPDX-License-Identifier: GPL-2.0
/* What a handshake is to be: algorithm lists in OpenSSH's syntax, and the banner. */

#include "negotiate.h"

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#define BANNER_START	"SSH-2.0-"
#define BANNER_DEFAULT	BANNER_START "kssh_1.0"
#define RX_LIMIT_DEFAULT (256 * 1024)
#define TX_LIMIT_DEFAULT	65536

static struct kssh_blob blob_of(const char *s)
{
	return (struct kssh_blob){ .p = (const u8 *)s, .n = strlen(s) };
}

/* ---- building a list of names ----------------------------------------- */

/**
 * struct names - a list being built
 * @p: text, KSSH_LIST_MAX bytes, no NUL
 * @n: bytes of it
 * @full: a name did not fit
 * @distinct: no name is added twice, whoever adds it has seen to that
 */
struct names {
	char *p;
	size_t n;
	bool full;
	bool distinct;
};

static struct kssh_blob names_blob(const struct names *l)
{
	return (struct kssh_blob){ .p = (const u8 *)l->p, .n = l->n };
}

/* Append a name that is not there yet. */
static void names_add(struct names *l, size_t max, struct kssh_blob name)
{
	if (!l->distinct && kssh_list_has(names_blob(l), name))
		return;
	if (l->n + !!l->n + name.n > max) {
		l->full = true;
		return;
	}
	if (l->n)
		l->p[l->n++] = ',';
	/* the name may stand further behind in the same text */
	memmove(l->p + l->n, name.p, name.n);
	l->n += name.n;
}

static void names_add_list(struct names *l, size_t max, struct kssh_blob list)
{
	struct kssh_blob name;

	while (kssh_list_next(&list, &name))
		names_add(l, max, name);
}

static bool row_belongs(enum kssh_list which, int row, bool certs)
{
	if (certs && which == KSSH_LIST_HOSTKEY && kssh_hostkey_algs[row].cert)
		return true;
	return kssh_list_row_default(which, row);
}

/* The rows that come first, or the others, less the names in @without. */
static void names_add_rows(struct names *l, size_t max, enum kssh_list which,
			   bool first, bool certs, struct kssh_blob without)
{
	struct kssh_blob name;
	const char *row;
	int i;

	for (i = 0; (row = kssh_list_row(which, i)); i++) {
		name = blob_of(row);
		if (!kssh_list_has(without, name) &&
		    row_belongs(which, i, certs) &&
		    kssh_list_row_usable(which, i) &&
		    kssh_list_row_first(which, i) == first)
			names_add(l, max, name);
	}
}

/* The default list, less the names in @without. */
static void names_add_default(struct names *l, size_t max, enum kssh_list which,
			      bool certs, struct kssh_blob without)
{
	names_add_rows(l, max, which, true, certs, without);
	names_add_rows(l, max, which, false, certs, without);
}

/* Take away what the limits do not leave. */
static void names_limit(struct names *l, const struct kssh_limits *limits,
			enum kssh_list which)
{
	struct kssh_blob rest = names_blob(l), name;
	size_t max = l->n;

	if (!limits->forbid && !limits->need_pq)
		return;
	l->n = 0;
	while (kssh_list_next(&rest, &name))
		if (kssh_limits_allow(limits, which, name))
			names_add(l, max, name);
}

/* ---- checking --------------------------------------------------------- */

int kssh_list_find(enum kssh_list which, struct kssh_blob name)
{
	const char *row;
	int i;

	for (i = 0; (row = kssh_list_row(which, i)); i++)
		if (kssh_blob_is(name, row))
			return i;
	return -1;
}

/* Names separated by single commas, each known, none twice; @usable: and usable. */
static int check_names(enum kssh_list which, struct kssh_blob list, bool usable)
{
	struct kssh_blob name, rest = list;
	int row, r = 0;

	if (!list.n || list.p[list.n - 1] == ',')
		return -EINVAL;
	while (kssh_list_next(&rest, &name)) {
		row = kssh_list_find(which, name);
		if (row < 0 || kssh_list_has(rest, name))
			return -EINVAL;
		if (usable && !kssh_list_row_usable(which, row))
			r = -EOPNOTSUPP;
	}
	return r;
}

/* ---- the interface ---------------------------------------------------- */

void kssh_config_probe(void)
{
	static bool done;
	int which, i;

	if (READ_ONCE(done))
		return;
	for (which = 0; which < KSSH_LIST_COUNT; which++)
		for (i = 0; kssh_list_row(which, i); i++)
			kssh_list_row_usable(which, i);
	/* in a process that is being killed no answer need have been found */
	if (!fatal_signal_pending(current))
		WRITE_ONCE(done, true);
}

void kssh_config_init(struct kssh_config *c)
{
	memset(c, 0, sizeof(*c));
	c->verify = KSSH_VERIFY_HELPER;
	c->rsa_min_bits = KSSH_RSA_BITS_DEFAULT;
	c->max_payload = KSSH_PAYLOAD_DEFAULT;
	c->rx_limit = RX_LIMIT_DEFAULT;
	c->tx_limit = TX_LIMIT_DEFAULT;
	c->renew.timeout_ms = KSSH_REKEY_TIMEOUT_DEFAULT;
	c->guess = KSSH_GUESS_SAFE;
}

void kssh_config_free(struct kssh_config *c)
{
	int i;

	for (i = 0; i < KSSH_LIST_COUNT; i++) {
		kfree(c->list[i]);
		c->list[i] = NULL;
	}
	kfree(c->banner);
	c->banner = NULL;
	kssh_config_drop_pins(c);
	kfree(c->limits.forbid);
	c->limits.forbid = NULL;
	kssh_owned_drop(&c->seen_kex);
	kssh_owned_drop(&c->seen_hostkey);
}

static void build(struct names *l, enum kssh_list which, char op,
		  struct kssh_blob list)
{
	static const struct kssh_blob none = { .p = (const u8 *)"", .n = 0 };

	if (op == '-') {
		names_add_default(l, KSSH_LIST_MAX, which, false, list);
		return;
	}
	if (op == '+')
		names_add_default(l, KSSH_LIST_MAX, which, false, none);
	names_add_list(l, KSSH_LIST_MAX, list);
	if (op == '^')
		names_add_default(l, KSSH_LIST_MAX, which, false, none);
}

int kssh_config_set_list(struct kssh_config *c, enum kssh_list which,
			 const char *text, size_t n)
{
	struct kssh_blob list = { .p = (const u8 *)text, .n = n };
	struct names l = {};
	char *text_of;
	char op = 0;
	int r;

	if (which >= KSSH_LIST_COUNT || !n || n > KSSH_LIST_MAX)
		return -EINVAL;
	if (*text == '+' || *text == '-' || *text == '^') {
		op = *text;
		list.p++;
		list.n--;
	}
	r = check_names(which, list, op != '-');
	if (r)
		return r;
	l.p = kmalloc(KSSH_LIST_MAX, GFP_KERNEL);
	if (!l.p)
		return -ENOMEM;
	build(&l, which, op, list);
	if (!l.n || l.full) {
		kfree(l.p);
		return -EINVAL;
	}
	text_of = kmemdup_nul(l.p, l.n, GFP_KERNEL_ACCOUNT);
	kfree(l.p);
	if (!text_of)
		return -ENOMEM;
	kfree(c->list[which]);
	c->list[which] = text_of;
	/* as in OpenSSH: '+' and '-' leave the order to whoever had it before */
	if (which == KSSH_LIST_HOSTKEY)
		c->own_order = op != '+' && op != '-';
	return 0;
}

int kssh_config_get_list(const struct kssh_config *c, enum kssh_list which,
			 char *buf, size_t n)
{
	/* neither what kssh_config_set_list() made nor a table has a name twice */
	struct names l = { .p = buf, .distinct = true };

	if (which >= KSSH_LIST_COUNT || !n)
		return -ENOSPC;
	if (c->list[which])
		names_add_list(&l, n - 1, blob_of(c->list[which]));
	else
		names_add_default(&l, n - 1, which, c->certs, blob_of(""));
	if (l.full)
		return -ENOSPC;
	names_limit(&l, &c->limits, which);
	buf[l.n] = '\0';
	return l.n;
}

int kssh_config_check(const struct kssh_config *c)
{
	const char *text = c->list[KSSH_LIST_HOSTKEY];
	struct kssh_blob name, list;

	if (c->verify != KSSH_VERIFY_PIN)
		return 0;
	if (!c->n_pins)
		return -EINVAL;
	list = blob_of(text ?: "");
	while (kssh_list_next(&list, &name))
		if (kssh_hostkey_algs[kssh_list_find(KSSH_LIST_HOSTKEY, name)].cert)
			return -EINVAL;
	return 0;
}

int kssh_config_set_banner(struct kssh_config *c, const char *text, size_t n)
{
	char *copy;
	size_t i;

	if (n > KSSH_BANNER_OWN_MAX || n <= strlen(BANNER_START) ||
	    memcmp(text, BANNER_START, strlen(BANNER_START)))
		return -EINVAL;
	for (i = 0; i < n; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return -EINVAL;
	copy = kmemdup_nul(text, n, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	kfree(c->banner);
	c->banner = copy;
	return 0;
}

const char *kssh_config_banner(const struct kssh_config *c)
{
	return c->banner ?: BANNER_DEFAULT;
}

int kssh_config_set_pins(struct kssh_config *c, const u8 *pins, unsigned int n)
{
	void *copy = kmemdup(pins, n * KSSH_PIN_LEN, GFP_KERNEL_ACCOUNT);

	if (!copy)
		return -ENOMEM;
	kfree(c->pins);
	c->pins = copy;
	c->n_pins = n;
	return 0;
}

void kssh_config_drop_pins(struct kssh_config *c)
{
	kfree(c->pins);
	c->pins = NULL;
	c->n_pins = 0;
}
