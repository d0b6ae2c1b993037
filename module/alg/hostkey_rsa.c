// SPDX-License-Identifier: GPL-2.0
/* rsa-sha2-512 and rsa-sha2-256 (RFC 8332) with keys of type ssh-rsa (RFC 4253 6.6). */
#include <linux/bitops.h>
#include <linux/slab.h>

#include "../wire/reason.h"
#include "der.h"
#include "sig.h"

#define RSA_E_MAX	8	/* bytes: longer ones only make the check slow */

static size_t bit_len(struct kssh_blob b)
{
	return b.n ? 8 * (b.n - 1) + fls(b.p[0]) : 0;
}

static bool is_odd(struct kssh_blob b)
{
	return b.n && b.p[b.n - 1] & 1;
}

int kssh_rsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		   unsigned int rsa_min_bits)
{
	struct kssh_blob e = kssh_rd_mpint(body);
	struct kssh_blob n = kssh_rd_mpint(body);

	if (body->bad)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (bit_len(n) < rsa_min_bits)
		return KSSH_R_HOSTKEY_TOO_SMALL;
	if (bit_len(n) > KSSH_RSA_BITS_MOST || !is_odd(n))
		return KSSH_R_HOSTKEY_MALFORMED;
	if (bit_len(e) < 2 || e.n > RSA_E_MAX || !is_odd(e))
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

/* What the kernel's rsa takes: crypto/rsa.c, rsa_check_key_length() */
static bool kernel_takes(struct kssh_blob n)
{
	return n.n == 256 || n.n == 384 || n.n == 512;
}

/* @sig: as long as @n */
static int verify_by_kernel(const struct kssh_hostkey_alg *a, struct kssh_blob e,
			    struct kssh_blob n, struct kssh_blob sig,
			    struct kssh_blob data)
{
	size_t room = KSSH_DER_UINTS_MAX(n.n + e.n);
	u8 *buf = kmalloc(room, GFP_KERNEL);
	struct kssh_wr key;
	int reason = KSSH_R_CRYPTO_FAILED;

	if (!buf)
		return KSSH_R_NO_MEMORY;
	kssh_wr_init(&key, buf, room);
	kssh_der_uints(&key, n, e);
	if (!key.bad)
		reason = kssh_sig_verify(a, (struct kssh_blob){
					 .p = buf, .n = kssh_wr_len(&key) },
					 sig, data);
	kfree(buf);
	return reason;
}

int kssh_rsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		    const struct kssh_signature *signature, struct kssh_blob data)
{
	struct kssh_blob sig = signature->value;
	struct kssh_blob e = kssh_rd_mpint(body);
	struct kssh_blob n = kssh_rd_mpint(body);
	struct kssh_blob full = { .n = n.n };
	int reason;
	u8 *buf;

	if (!sig.n || sig.n > n.n)
		return KSSH_R_SIGNATURE_MALFORMED;
	buf = kzalloc(n.n, GFP_KERNEL);
	if (!buf)
		return KSSH_R_NO_MEMORY;
	/* Some servers drop leading zeros; OpenSSH puts them back as well. */
	memcpy(buf + n.n - sig.n, sig.p, sig.n);
	full.p = buf;
	if (kernel_takes(n))
		reason = verify_by_kernel(a, e, n, full, data);
	else
		reason = kssh_rsa_verify_mpi(a, e, n, full, data);
	kfree(buf);
	return reason;
}
