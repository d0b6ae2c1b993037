// SPDX-License-Identifier: GPL-2.0
/*
 * One operation of ML-KEM-768 with its secrets marked as undefined memory. What
 * FIPS 203 publishes (the keys' public halves, ciphertexts) is marked as defined
 * again where it is handed on. For valgrind; see run.
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "../../../module/crypto/mlkem768.h"

static struct kssh_mlkem768_work work;
static u8 d[KSSH_MLKEM_SYM_SIZE], z[KSSH_MLKEM_SYM_SIZE];
static u8 m[KSSH_MLKEM_SYM_SIZE];
static u8 ek[KSSH_MLKEM768_EK_SIZE], dk[KSSH_MLKEM768_DK_SIZE];
static u8 ct[KSSH_MLKEM768_CT_SIZE], ss[KSSH_MLKEM768_SS_SIZE];

static void secret(const void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

/* In the decapsulation key all is secret but the encapsulation key and its hash */
static void hide_dk(void)
{
	secret(dk, KSSH_MLKEM768_K * KSSH_MLKEM_POLY_SIZE);
	secret(dk + sizeof(dk) - KSSH_MLKEM_SYM_SIZE, KSSH_MLKEM_SYM_SIZE);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	memset(d, 'd', sizeof(d));
	memset(z, 'z', sizeof(z));
	memset(m, 'm', sizeof(m));
	if (!strcmp(what, "keygen")) {
		secret(d, sizeof(d));
		secret(z, sizeof(z));
		kssh_mlkem768_keygen(ek, dk, d, z, &work);
		return 0;
	}

	kssh_mlkem768_keygen(ek, dk, d, z, &work);
	if (!strcmp(what, "encaps")) {
		secret(m, sizeof(m));
		return kssh_mlkem768_encaps(ct, ss, ek, m, &work);
	}

	if (kssh_mlkem768_encaps(ct, ss, ek, m, &work))
		return 1;
	hide_dk();
	if (!strcmp(what, "reject"))
		ct[7] ^= 1;
	else if (strcmp(what, "decaps") && strcmp(what, "leak"))
		return 2;
	kssh_mlkem768_decaps(ss, ct, dk, &work);
	if (!strcmp(what, "leak") && ss[0] == 'x')
		puts("x");
	return 0;
}
