// SPDX-License-Identifier: GPL-2.0
/* Lists of revoked keys, texts and KRLs. */
#include <stdlib.h>

#include "../../tools/trust/revoked.h"
#include "target.h"

static uint8_t key[KSSH_TRUST_KEY_MAX], cert[KSSH_TRUST_KEY_MAX];
static size_t key_len, cert_len;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (kssh_trust_read_key(FUZZ_KEY, key, &key_len) ||
	    kssh_trust_read_key(FUZZ_CERT, cert, &cert_len))
		abort();
	return 0;
}

/* The certificate has no serial number; what a KRL does with some. */
static void ask_serials(const uint8_t *data, size_t size)
{
	static const uint64_t serials[] = { 1, 64, 1000, UINT64_MAX };
	struct cert parsed;
	struct revocable what;
	size_t i;

	if (cert_parse(cert, cert_len, &parsed))
		abort();
	what = (struct revocable){ .key = &parsed.key, .ca = &parsed.ca,
				   .id = parsed.id, .id_len = parsed.id_len };
	for (i = 0; i < sizeof(serials) / sizeof(serials[0]); i++) {
		what.serial = serials[i];
		if (krl_revokes(data, size, &what) < 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct revoked *r;
	unsigned long line;
	int of_key, of_cert;

	if (revoked_read(data, size, &r))
		return 0;
	of_key = revoked_find(r, key, key_len, &line);
	of_cert = revoked_find(r, cert, cert_len, &line);
	/* what can be read can be asked, and the certificate is this key's */
	if (of_key < 0 || of_cert < 0 || (of_key && !of_cert))
		abort();
	revoked_free(r);
	if (krl_is_one(data, size))
		ask_serials(data, size);
	return 0;
}
