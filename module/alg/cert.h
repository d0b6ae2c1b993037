/* SPDX-License-Identifier: GPL-2.0 */
/* Host certificates (OpenSSH's PROTOCOL.certkeys). */
#ifndef KSSH_CERT_H
#define KSSH_CERT_H

#include "../wire/wire.h"

/**
 * kssh_cert_check - is this the sound rest of a host certificate?
 * @r: behind the certified key; at its end afterwards
 *
 * All fields up to the CA's signature are there and nothing behind them, lists are
 * lists, it is a host's, and the CA's key is not a certificate itself.  What the
 * certificate says, and whether the CA's signature is good, is for those to judge
 * who know the CA: names, time, options.
 * Return: 0, KSSH_R_HOSTKEY_MALFORMED, KSSH_R_HOSTKEY_TYPE.
 */
int kssh_cert_check(struct kssh_rd *r);

#endif /* KSSH_CERT_H */
