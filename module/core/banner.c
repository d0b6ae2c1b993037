// SPDX-License-Identifier: GPL-2.0
/*
 * The server's identification (RFC 4253 4.2).  As OpenSSH's client has it: other
 * lines may come before it, 1,024 lines in all, each of up to 8,192 bytes; NUL is
 * never valid, CR only before LF (or another CR).
 */

#include "banner.h"

#include "../wire/msg.h"
#include "../wire/reason.h"

/* OpenSSH counts no CR, so that a stream of them has no end. */
#define CRS_MAX		16

/* A decimal number that fits its purpose: one to four digits. */
static bool read_number(struct kssh_rd *r, unsigned int *v)
{
	unsigned int digits;

	*v = 0;
	for (digits = 0; kssh_rd_left(r) && digits < 5; digits++) {
		if (*r->p < '0' || *r->p > '9')
			break;
		*v = *v * 10 + (kssh_rd_u8(r) - '0');
	}
	return digits > 0 && digits < 5;
}

/* "SSH-protoversion-softwareversion[ comments]" */
static int parse(struct kssh_blob id)
{
	unsigned int major, minor;
	struct kssh_rd r;

	kssh_rd_init(&r, id.p, id.n);
	kssh_rd_raw(&r, 4);
	if (!read_number(&r, &major) || kssh_rd_u8(&r) != '.')
		return KSSH_R_BANNER_INVALID;
	if (!read_number(&r, &minor) || kssh_rd_u8(&r) != '-')
		return KSSH_R_BANNER_INVALID;
	if (!kssh_rd_left(&r))
		return KSSH_R_BANNER_INVALID;
	/* RFC 4253 5.1: 1.99 is 2.0 with support for old clients */
	if ((major == 2 && !minor) || (major == 1 && minor == 99))
		return 0;
	return KSSH_R_BANNER_VERSION;
}

static int line_end(struct kssh_banner *b, const u8 *p, struct kssh_blob *id)
{
	struct kssh_blob line = { .p = p, .n = b->len };

	b->len = 0;
	b->crs = 0;
	if (line.n > 4 && !memcmp(line.p, "SSH-", 4)) {
		*id = line;
		return parse(line);
	}
	if (++b->lines >= KSSH_BANNER_LINES_MAX)
		return KSSH_R_BANNER_TOO_MANY_LINES;
	return 0;
}

int kssh_banner_line(struct kssh_banner *b, const u8 *p, size_t n, size_t *used,
		     struct kssh_blob *id)
{
	size_t i;

	*used = 0;
	id->p = p;
	id->n = 0;
	for (i = b->len + b->crs; i < n; i++) {
		if (p[i] == '\n') {
			*used = i + 1;
			return line_end(b, p, id);
		}
		if (p[i] == '\r') {
			if (++b->crs > CRS_MAX)
				return KSSH_R_BANNER_INVALID;
			continue;
		}
		if (!p[i] || b->crs)
			return KSSH_R_BANNER_INVALID;
		if (++b->len > KSSH_BANNER_LINE_MAX)
			return KSSH_R_BANNER_LINE_TOO_LONG;
	}
	return 0;
}
