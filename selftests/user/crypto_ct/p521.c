// SPDX-License-Identifier: GPL-2.0
/*
 * One operation of P-521 with the scalar marked as undefined memory.  For
 * valgrind; see run.
 *
 * Usage: p521 range|public|shared|leak
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "../../../module/crypto/p521.h"

static struct kssh_p521_work work;
static u8 scalar[KSSH_P521_SIZE], x[KSSH_P521_SIZE], xy[2 * KSSH_P521_SIZE];
static volatile bool in_range;

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	memset(scalar + 1, 0xa5, sizeof(scalar) - 1);
	kssh_p521_public(xy, scalar, &work);
	VALGRIND_MAKE_MEM_UNDEFINED(scalar, sizeof(scalar));
	if (!strcmp(what, "range"))
		in_range = kssh_p521_in_range(scalar);
	else if (!strcmp(what, "public"))
		kssh_p521_public(xy, scalar, &work);
	else if (!strcmp(what, "shared") || !strcmp(what, "leak"))
		/* What is no point shows, and may. */
		return kssh_p521_shared(x, scalar, xy, &work) ||
		       (!strcmp(what, "leak") && x[0] == 'x' && puts("x"));
	else
		return 2;
	return 0;
}
