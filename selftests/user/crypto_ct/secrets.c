// SPDX-License-Identifier: GPL-2.0
/*
 * One operation of ML-KEM with its secrets marked as undefined memory. What
 * FIPS 203 publishes (the keys' public halves, ciphertexts) is marked as defined
 * again where it is handed on. For valgrind; see run.
 *
 * Usage: secrets 768|1024 keygen|encaps|decaps|reject|leak
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "../../../module/crypto/mlkem.h"

static const struct kssh_mlkem_params *set;
static struct kssh_mlkem_work work;
static u8 d[KSSH_MLKEM_SYM_SIZE], z[KSSH_MLKEM_SYM_SIZE];
static u8 m[KSSH_MLKEM_SYM_SIZE];
static u8 ek[KSSH_MLKEM_EK_MAX], dk[KSSH_MLKEM_DK_MAX];
static u8 ct[KSSH_MLKEM_CT_MAX], ss[KSSH_MLKEM_SS_SIZE];

static void secret(const void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

/* In the decapsulation key all is secret but the encapsulation key and its hash */
static void hide_dk(void)
{
	secret(dk, set->k * KSSH_MLKEM_POLY_SIZE);
	secret(dk + set->dk_size - KSSH_MLKEM_SYM_SIZE, KSSH_MLKEM_SYM_SIZE);
}

int main(int argc, char **argv)
{
	const char *what = argc == 3 ? argv[2] : "";

	if (argc == 3 && !strcmp(argv[1], "768"))
		set = &kssh_mlkem768;
	else if (argc == 3 && !strcmp(argv[1], "1024"))
		set = &kssh_mlkem1024;
	else
		return 2;

	memset(d, 'd', sizeof(d));
	memset(z, 'z', sizeof(z));
	memset(m, 'm', sizeof(m));
	if (!strcmp(what, "keygen")) {
		secret(d, sizeof(d));
		secret(z, sizeof(z));
		kssh_mlkem_keygen(set, ek, dk, d, z, &work);
		return 0;
	}

	kssh_mlkem_keygen(set, ek, dk, d, z, &work);
	if (!strcmp(what, "encaps")) {
		secret(m, sizeof(m));
		return kssh_mlkem_encaps(set, ct, ss, ek, m, &work);
	}

	if (kssh_mlkem_encaps(set, ct, ss, ek, m, &work))
		return 1;
	hide_dk();
	if (!strcmp(what, "reject"))
		ct[7] ^= 1;
	else if (strcmp(what, "decaps") && strcmp(what, "leak"))
		return 2;
	kssh_mlkem_decaps(set, ss, ct, dk, &work);
	if (!strcmp(what, "leak") && ss[0] == 'x')
		puts("x");
	return 0;
}
