// SPDX-License-Identifier: GPL-2.0
/* Every algorithm that is built in, and whether it can be had here and now. */

#include "negotiate.h"

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../alg/usable.h"
#include "../kex/nist.h"

static const struct {
	const char *name;
	enum kssh_list which;
} kinds[] = {
	{ "kex", KSSH_LIST_KEX },
	{ "hostkey", KSSH_LIST_HOSTKEY },
	{ "cipher", KSSH_LIST_CIPHER_TX },
	{ "mac", KSSH_LIST_MAC_TX },
	{ "comp", KSSH_LIST_COMP_TX },
};

/* Is it approved under fips_enabled? */
static bool approved(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_KEX:
		return kssh_kex_algs[i].fips;
	case KSSH_LIST_HOSTKEY:
		return kssh_hostkey_algs[i].fips;
	case KSSH_LIST_CIPHER_TX:
		return kssh_cipher_algs[i].fips;
	case KSSH_LIST_MAC_TX:
		return kssh_mac_algs[i].fips;
	default:
		return true;
	}
}

/* What of the kernel's crypto API it is made of; NULL: nothing that can be missing */
static const char *needs(enum kssh_list which, unsigned int i)
{
	switch (which) {
	case KSSH_LIST_KEX:
		return kssh_kex_algs[i].curve ?
		       kssh_kex_algs[i].curve->kernel_name : NULL;
	case KSSH_LIST_HOSTKEY:
		return kssh_hostkey_algs[i].kernel_name ?
		       kssh_hostkey_algs[i].kernel_name[0] : NULL;
	case KSSH_LIST_CIPHER_TX:
		return kssh_cipher_algs[i].kernel_name;
	case KSSH_LIST_MAC_TX:
		return kssh_mac_algs[i].kernel_name;
	default:
		return NULL;
	}
}

/* The rest of a line, behind kind and name. */
static int put_state(char *buf, size_t n, enum kssh_list which, unsigned int i)
{
	const char *what = needs(which, i);

	if (kssh_list_row_usable(which, i))
		return scnprintf(buf, n, " %s\n",
				 kssh_list_row_default(which, i) ? "default" : "named");
	if (!kssh_fips_allows(approved(which, i)))
		return scnprintf(buf, n, " fips\n");
	return scnprintf(buf, n, " absent%s%s\n", what ? " " : "", what ?: "");
}

int kssh_catalog(char *buf, size_t n)
{
	const char *name;
	size_t at = 0;
	int k, i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; (name = kssh_list_row(kinds[k].which, i)); i++) {
			at += scnprintf(buf + at, n - at, "%s %s", kinds[k].name, name);
			at += put_state(buf + at, n - at, kinds[k].which, i);
			/* what does not fit is cut in silence */
			if (at + 1 >= n)
				return -ENOSPC;
		}
	return at;
}
