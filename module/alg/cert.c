// SPDX-License-Identifier: GPL-2.0
/* The fields of a certificate behind the certified key (PROTOCOL.certkeys). */
#include <linux/types.h>

#include "../wire/reason.h"
#include "cert.h"

#define U64_SIZE	8
#define TYPE_USER	1
#define TYPE_HOST	2
#define CERT_SUFFIX	"-cert-v01@openssh.com"

/* Strings, @each of them an entry, and nothing else.  Each takes four bytes at
 * least, so the blob's length bounds the loop.
 */
static bool is_list(struct kssh_blob b, int each)
{
	struct kssh_rd r;
	int i;

	kssh_rd_init(&r, b.p, b.n);
	while (kssh_rd_left(&r))
		for (i = 0; i < each; i++)
			kssh_rd_string(&r);
	return kssh_rd_done(&r);
}

/* A key that may sign certificates: any but a certificate. */
static bool may_be_ca(struct kssh_blob key)
{
	static const char suffix[] = CERT_SUFFIX;
	const size_t n = sizeof(suffix) - 1;
	struct kssh_blob type;
	struct kssh_rd r;

	kssh_rd_init(&r, key.p, key.n);
	type = kssh_rd_string(&r);
	return type.n && kssh_rd_left(&r) &&
	       !(type.n >= n && !memcmp(type.p + type.n - n, suffix, n));
}

/* RFC 4253 6.6; those of a security key have more behind */
static bool may_be_signature(struct kssh_blob sig)
{
	struct kssh_blob name, value;
	struct kssh_rd r;

	kssh_rd_init(&r, sig.p, sig.n);
	name = kssh_rd_string(&r);
	value = kssh_rd_string(&r);
	return name.n && value.n;
}

int kssh_cert_check(struct kssh_rd *r)
{
	struct kssh_blob principals, critical, extensions, ca, signature;
	u32 type;

	kssh_rd_raw(r, U64_SIZE);	/* serial */
	type = kssh_rd_u32(r);
	kssh_rd_string(r);		/* key id */
	principals = kssh_rd_string(r);
	kssh_rd_raw(r, U64_SIZE);	/* valid after */
	kssh_rd_raw(r, U64_SIZE);	/* valid before */
	critical = kssh_rd_string(r);
	extensions = kssh_rd_string(r);
	kssh_rd_string(r);		/* reserved */
	ca = kssh_rd_string(r);
	signature = kssh_rd_string(r);
	if (!kssh_rd_done(r))
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!is_list(principals, 1) || !is_list(critical, 2) ||
	    !is_list(extensions, 2) || !may_be_ca(ca) ||
	    !may_be_signature(signature))
		return KSSH_R_HOSTKEY_MALFORMED;
	if (type == TYPE_USER)
		return KSSH_R_HOSTKEY_TYPE;
	return type == TYPE_HOST ? 0 : KSSH_R_HOSTKEY_MALFORMED;
}
