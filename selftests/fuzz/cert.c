// SPDX-License-Identifier: GPL-2.0
/* Keys and certificates that a server may show. */
#include <stdlib.h>
#include <string.h>

#include "../../tools/trust/internal.h"
#include "target.h"

/* The authority of the seed is known, so that all of it is looked at. */
static const char lines[] = "@cert-authority * " RSA "\n";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

/* What is parsed is the same key again when it is written. */
static void key_again(const struct key *key)
{
	uint8_t blob[KSSH_TRUST_KEY_MAX];
	struct key again;
	size_t len;

	key_blob(key, blob, &len);
	if (key_parse(blob, len, &again) || !key_equal(key, &again))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kssh_trust_policy policy = { .checking = KSSH_TRUST_STRICT };
	struct kssh_trust_query query = {
		.name = "host.example.org", .key = data, .key_len = size,
		.lines = lines, .lines_len = sizeof(lines) - 1, .now = 1700000000,
	};
	char print[KSSH_TRUST_PRINT_MAX];
	struct kssh_trust_answer a;
	struct cert cert;
	struct key key;

	if (size > KSSH_TRUST_KEY_MAX)
		return 0;
	if (!key_parse(data, size, &key))
		key_again(&key);
	if (!cert_parse(data, size, &cert)) {
		key_again(&cert.key);
		cert_verify(&cert);
		/* as if the signature were good, which no fuzzer finds */
		cert_fault(&cert, "host.example.org", 1700000000,
			   KSSH_TRUST_CA_ALGORITHMS);
	}
	kssh_trust_fingerprint(data, size, print, sizeof(print));
	kssh_trust_check(&policy, &query, &a);
	/* nobody has signed anything with that authority's key */
	if (a.verdict == KSSH_TRUST_OK)
		abort();
	return 0;
}
