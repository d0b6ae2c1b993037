// SPDX-License-Identifier: GPL-2.0
/*
 * One operation of sntrup761 with its secrets marked as undefined memory. The
 * public key within the secret one, and ciphertexts, are not. For valgrind; see
 * run.
 */
#include <stdio.h>
#include <string.h>
#include <openssl/sha.h>
#include <valgrind/memcheck.h>
#include <crypto/hash.h>

#include "../../../module/crypto/keccak.h"
#include "../../../module/crypto/sntrup761.h"

#define SMALL	KSSH_SNTRUP_SMALL_SIZE

static struct kssh_sntrup761_work work;
static u8 for_key[KSSH_SNTRUP761_KEYGEN_RANDOM];
static u8 for_r[KSSH_SNTRUP761_ENCAPS_RANDOM];
static u8 pk[KSSH_SNTRUP761_PK_SIZE], sk[KSSH_SNTRUP761_SK_SIZE];
static u8 ct[KSSH_SNTRUP761_CT_SIZE], ss[KSSH_SNTRUP761_SS_SIZE];

int crypto_shash_tfm_digest(struct crypto_shash *tfm, const u8 *data,
			    unsigned int len, u8 *out)
{
	return SHA512(data, len, out) ? 0 : -EIO;
}

static void secret(const void *p, size_t len)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, len);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct kssh_keccak rng;

	kssh_shake128_init(&rng);
	kssh_keccak_squeeze(&rng, for_key, sizeof(for_key));
	kssh_keccak_squeeze(&rng, for_r, sizeof(for_r));
	if (!strcmp(what, "keygen")) {
		secret(for_key, sizeof(for_key));
		return kssh_sntrup761_keygen(pk, sk, for_key, NULL, &work);
	}

	if (kssh_sntrup761_keygen(pk, sk, for_key, NULL, &work))
		return 1;
	if (!strcmp(what, "encaps")) {
		secret(for_r, sizeof(for_r));
		return kssh_sntrup761_encaps(ct, ss, pk, for_r, NULL, &work);
	}

	if (kssh_sntrup761_encaps(ct, ss, pk, for_r, NULL, &work))
		return 1;
	secret(sk, 2 * SMALL);
	secret(sk + 2 * SMALL + sizeof(pk), SMALL);
	if (!strcmp(what, "reject"))
		ct[7] ^= 1;
	else if (strcmp(what, "decaps") && strcmp(what, "leak"))
		return 2;
	if (kssh_sntrup761_decaps(ss, ct, sk, NULL, &work))
		return 1;
	if (!strcmp(what, "leak") && ss[0] == 'x')
		puts("x");
	return 0;
}
