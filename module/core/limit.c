// SPDX-License-Identifier: GPL-2.0
/* What is taken away from a configuration, and what is put first in it. */

#include "negotiate.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>

static struct kssh_blob blob_of(const char *s)
{
	return (struct kssh_blob){ .p = (const u8 *)s, .n = strlen(s) };
}

bool kssh_config_knows(const char *name, size_t n)
{
	struct kssh_blob b = { .p = (const u8 *)name, .n = n };
	int which;

	for (which = 0; which < KSSH_LIST_COUNT; which++)
		if (kssh_list_find(which, b) >= 0)
			return true;
	return false;
}

/* ---- limits ----------------------------------------------------------- */

bool kssh_limits_allow(const struct kssh_limits *l, enum kssh_list which,
		       struct kssh_blob name)
{
	int row;

	if (l->forbid && kssh_list_has(blob_of(l->forbid), name))
		return false;
	if (which != KSSH_LIST_KEX || !l->need_pq)
		return true;
	row = kssh_list_find(which, name);
	return row >= 0 && kssh_kex_algs[row].pq;
}

/* Do limits leave nothing of a list that has something? */
static bool leave_nothing(const struct kssh_config *c, enum kssh_list which,
			  const struct kssh_limits *l, char *buf)
{
	int n = kssh_config_get_list(c, which, buf, KSSH_LIST_MAX + 1);
	struct kssh_blob rest = { .p = (const u8 *)buf, .n = max(n, 0) }, name;

	if (!rest.n)
		return false;
	while (kssh_list_next(&rest, &name))
		if (kssh_limits_allow(l, which, name))
			return false;
	return true;
}

int kssh_config_limit(struct kssh_config *c, const struct kssh_limits *l)
{
	char *buf, *forbid = NULL;
	int i, r = 0;

	kfree(c->limits.forbid);
	memset(&c->limits, 0, sizeof(c->limits));
	if (!l)
		return 0;
	buf = kmalloc(KSSH_LIST_MAX + 1, GFP_KERNEL);
	if (l->forbid)
		forbid = kstrdup(l->forbid, GFP_KERNEL_ACCOUNT);
	if (!buf || (l->forbid && !forbid))
		r = KSSH_R_NO_MEMORY;
	for (i = 0; !r && i < KSSH_LIST_COUNT; i++)
		if (leave_nothing(c, i, l, buf))
			r = KSSH_R_POLICY_ALGORITHM;
	kfree(buf);
	if (r) {
		kfree(forbid);
		return r;
	}
	c->limits = *l;
	c->limits.forbid = forbid;
	return 0;
}

/* ---- order ------------------------------------------------------------ */

/* Type of the key that signs for an algorithm, certified or not, as known_hosts has it */
static const char *plain_type(const struct kssh_hostkey_alg *a)
{
	return strncmp(a->sig_name, "rsa-sha2-", 9) ? a->sig_name : "ssh-rsa";
}

/* Is something known that the server could prove itself by with @name? */
static bool known(struct kssh_blob name, struct kssh_blob types, bool ca)
{
	int row = kssh_list_find(KSSH_LIST_HOSTKEY, name);
	const struct kssh_hostkey_alg *a;

	if (row < 0)
		return false;
	a = &kssh_hostkey_algs[row];
	return (a->cert && ca) || kssh_list_has(types, blob_of(plain_type(a)));
}

/* Append the names of @list that are known, or those that are not. */
static size_t pick(char *to, size_t n, struct kssh_blob list, struct kssh_blob types,
		   bool ca, bool want)
{
	struct kssh_blob name;

	while (kssh_list_next(&list, &name)) {
		if (known(name, types, ca) != want)
			continue;
		if (n)
			to[n++] = ',';
		memcpy(to + n, name.p, name.n);
		n += name.n;
	}
	return n;
}

int kssh_config_prefer(struct kssh_config *c, struct kssh_blob types, bool ca)
{
	char *buf, *to, *best;
	struct kssh_blob list;
	size_t n;
	int r;

	if (c->own_order || (!types.n && !ca))
		return 0;
	buf = kmalloc(KSSH_LIST_MAX + 1, GFP_KERNEL);
	to = kmalloc(KSSH_LIST_MAX, GFP_KERNEL);
	if (!buf || !to) {
		kfree(buf);
		kfree(to);
		return KSSH_R_NO_MEMORY;
	}
	c->certs = ca;
	r = kssh_config_get_list(c, KSSH_LIST_HOSTKEY, buf, KSSH_LIST_MAX + 1);
	list.p = (const u8 *)buf;
	list.n = max(r, 0);
	r = 0;
	/* the best one will do: no word of what we know */
	if (list.n && !known(kssh_list_first(list), types, false)) {
		n = pick(to, 0, list, types, ca, true);
		n = pick(to, n, list, types, ca, false);
		best = kmemdup_nul(to, n, GFP_KERNEL_ACCOUNT);
		if (best) {
			kfree(c->list[KSSH_LIST_HOSTKEY]);
			c->list[KSSH_LIST_HOSTKEY] = best;
		}
		r = best ? 0 : KSSH_R_NO_MEMORY;
	}
	kfree(buf);
	kfree(to);
	return r;
}
