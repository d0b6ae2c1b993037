// SPDX-License-Identifier: GPL-2.0
/* ecdsa-sha2-nistp256 (RFC 5656 3.1). */
#include "../wire/reason.h"
#include "der.h"
#include "sig.h"

#define P256_SIZE	32
#define P256_POINT	(1 + 2 * P256_SIZE)	/* uncompressed (SEC 1 2.3.3) */
#define P256_CURVE	"nistp256"

int kssh_ecdsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body)
{
	struct kssh_blob curve = kssh_rd_string(body);
	struct kssh_blob q = kssh_rd_string(body);

	if (!kssh_rd_done(body))
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!kssh_blob_is(curve, P256_CURVE))
		return KSSH_R_HOSTKEY_TYPE;
	if (q.n != P256_POINT || q.p[0] != 0x04)
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

int kssh_ecdsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		      struct kssh_blob sig, struct kssh_blob data)
{
	u8 buf[KSSH_DER_UINTS_MAX(2 * P256_SIZE)];
	struct kssh_blob q, r, s;
	struct kssh_wr der;
	struct kssh_rd rd;

	kssh_rd_string(body);
	q = kssh_rd_string(body);
	kssh_rd_init(&rd, sig.p, sig.n);
	r = kssh_rd_mpint(&rd);
	s = kssh_rd_mpint(&rd);
	if (!kssh_rd_done(&rd) || !r.n || !s.n ||
	    r.n > P256_SIZE || s.n > P256_SIZE)
		return KSSH_R_SIGNATURE_MALFORMED;
	kssh_wr_init(&der, buf, sizeof(buf));
	kssh_der_uints(&der, r, s);
	if (der.bad)
		return KSSH_R_CRYPTO_FAILED;
	return kssh_sig_verify(a, q, (struct kssh_blob){
			       .p = buf, .n = kssh_wr_len(&der) }, data);
}
