// SPDX-License-Identifier: GPL-2.0
/* ecdsa-sha2-nistp256, 384 and 521 (RFC 5656 3.1). */
#include "../wire/reason.h"
#include "der.h"
#include "sig.h"

#define COORDINATE_MAX	66

const struct kssh_curve kssh_nistp256 = { "nistp256", 32 };
const struct kssh_curve kssh_nistp384 = { "nistp384", 48 };
const struct kssh_curve kssh_nistp521 = { "nistp521", COORDINATE_MAX };

int kssh_ecdsa_check(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		     unsigned int rsa_min_bits)
{
	struct kssh_blob curve = kssh_rd_string(body);
	struct kssh_blob q = kssh_rd_string(body);

	if (body->bad)
		return KSSH_R_HOSTKEY_MALFORMED;
	if (!kssh_blob_is(curve, a->curve->name))
		return KSSH_R_HOSTKEY_TYPE;
	/* uncompressed (SEC 1 2.3.3) */
	if (q.n != 1 + 2 * a->curve->size || q.p[0] != 0x04)
		return KSSH_R_HOSTKEY_MALFORMED;
	return 0;
}

int kssh_ecdsa_verify(const struct kssh_hostkey_alg *a, struct kssh_rd *body,
		      const struct kssh_signature *sig, struct kssh_blob data)
{
	u8 buf[KSSH_DER_UINTS_MAX(2 * COORDINATE_MAX)];
	struct kssh_blob q, r, s;
	struct kssh_wr der;
	struct kssh_rd rd;

	kssh_rd_string(body);
	q = kssh_rd_string(body);
	kssh_rd_init(&rd, sig->value.p, sig->value.n);
	r = kssh_rd_mpint(&rd);
	s = kssh_rd_mpint(&rd);
	if (!kssh_rd_done(&rd) || !r.n || !s.n ||
	    r.n > a->curve->size || s.n > a->curve->size)
		return KSSH_R_SIGNATURE_MALFORMED;
	kssh_wr_init(&der, buf, sizeof(buf));
	kssh_der_uints(&der, r, s);
	if (der.bad)
		return KSSH_R_CRYPTO_FAILED;
	return kssh_sig_verify(a, q, (struct kssh_blob){
			       .p = buf, .n = kssh_wr_len(&der) }, data);
}
