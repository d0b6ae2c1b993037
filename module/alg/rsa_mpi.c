// SPDX-License-Identifier: GPL-2.0
/*
 * RSASSA-PKCS1-v1_5 (RFC 8017 8.2.2) over the kernel's big numbers, for moduli
 * that the kernel's own rsa refuses: it takes 2048, 3072 and 4096 bits only, and
 * ssh-keygen makes any size.  The encoded message is built and compared whole, so
 * nothing in it is parsed.
 */
#include <linux/build_bug.h>
#include <linux/fips.h>
#include <linux/mpi.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../wire/reason.h"
#include "sig.h"

/* DigestInfo up to the digest (RFC 8017 9.2, note 1) */
static const u8 info_sha256[] = {
	0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20
};

static const u8 info_sha512[] = {
	0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40
};

static_assert(sizeof(info_sha256) == sizeof(info_sha512));

/* EM = 00 01 FF ... FF 00 || DigestInfo, @n bytes */
static int encode(const struct kssh_hostkey_alg *a, struct kssh_blob data,
		  u8 *em, size_t n)
{
	size_t digest = n - kssh_hash_len(a->hash);
	size_t info = digest - sizeof(info_sha512);

	memset(em, 0xff, info);
	em[0] = 0;
	em[1] = 1;
	em[info - 1] = 0;
	memcpy(em + info, a->hash == KSSH_SHA512 ? info_sha512 : info_sha256,
	       sizeof(info_sha512));
	return kssh_hash_digest(a->hash, data.p, data.n, em + digest);
}

int kssh_rsa_verify_mpi(const struct kssh_hostkey_alg *a, struct kssh_blob e,
			struct kssh_blob n, struct kssh_blob sig,
			struct kssh_blob data)
{
	MPI exponent = mpi_read_raw_data(e.p, e.n);
	MPI modulus = mpi_read_raw_data(n.p, n.n);
	MPI s = mpi_read_raw_data(sig.p, sig.n);
	u8 *em = kmalloc(n.n, GFP_KERNEL);
	MPI result = mpi_alloc(0);
	MPI want = NULL;
	int reason = KSSH_R_NO_MEMORY;

	if (fips_enabled) {
		reason = KSSH_R_CRYPTO_FAILED;
		goto out;
	}
	if (!exponent || !modulus || !s || !em || !result)
		goto out;
	reason = encode(a, data, em, n.n);
	if (reason)
		goto out;
	want = mpi_read_raw_data(em, n.n);
	if (!want || mpi_powm(result, s, exponent, modulus))
		reason = KSSH_R_NO_MEMORY;
	else if (mpi_cmp(s, modulus) >= 0 || mpi_cmp(result, want))
		reason = KSSH_R_SIGNATURE_WRONG;
out:
	mpi_free(want);
	mpi_free(result);
	kfree(em);
	mpi_free(s);
	mpi_free(modulus);
	mpi_free(exponent);
	return reason;
}
