/* SPDX-License-Identifier: GPL-2.0 */
/* Identification exchange (RFC 4253 4.2), by the rules of OpenSSH's client. */
#ifndef KSSH_BANNER_H
#define KSSH_BANNER_H

#include "../wire/wire.h"

/**
 * struct kssh_banner - reading the server's identification
 * @lines: lines before the present one
 * @len: bytes of the present line without CR
 * @crs: CRs at the end of what has been read of it
 */
struct kssh_banner {
	u16 lines;
	u16 len;
	u8 crs;
};

/**
 * kssh_banner_line - look at received bytes
 * @b: zeroed before the first call
 * @p: start of the present line
 * @n: bytes there; the first @b->len + @b->crs were seen in earlier calls
 * @used: set to the bytes that the line took with its LF, 0: it is not complete
 * @id: set to the identification in the line, empty if it was another line
 *
 * Return: 0 or KSSH_R_BANNER_*.
 */
int kssh_banner_line(struct kssh_banner *b, const u8 *p, size_t n, size_t *used,
		     struct kssh_blob *id);

#endif /* KSSH_BANNER_H */
