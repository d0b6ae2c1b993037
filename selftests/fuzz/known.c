// SPDX-License-Identifier: GPL-2.0
/* known_hosts lines that anybody may have written: verdicts, key types, revocation. */
#include <stdlib.h>
#include <string.h>

#include "ksshtrust.h"
#include "target.h"

static const char *const names[] = { "host.example.org", "a", "::1" };

static uint8_t key[KSSH_TRUST_KEY_MAX];
static size_t key_len;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (kssh_trust_read_key(FUZZ_KEY, key, &key_len))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kssh_trust_policy policy = { .checking = KSSH_TRUST_STRICT };
	struct kssh_trust_files *files = kssh_trust_files_new();
	char types[KSSH_TRUST_TYPES_MAX];
	struct kssh_trust_answer a;
	bool ca;
	size_t i;

	for (i = 0; i < 2 * sizeof(names) / sizeof(names[0]); i++) {
		struct kssh_trust_query query = {
			.name = names[i / 2], .port = i % 2 ? 2222 : 22,
			.key = key, .key_len = key_len,
			.lines = (const char *)data, .lines_len = size,
		};

		kssh_trust_files_check(files, &policy, &query, &a);
		/* there is no other file it could come from */
		if (a.file && a.file != kssh_trust_lines_file)
			abort();
		if (a.verdict == KSSH_TRUST_OK && !a.line)
			abort();
		kssh_trust_files_known(files, &policy, &query, types, &ca);
	}
	kssh_trust_files_free(files);
	return 0;
}
