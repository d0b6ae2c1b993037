// SPDX-License-Identifier: GPL-2.0
/*
 * Host keys, certificates and signatures as the kernel reads them, by each algorithm.
 * Input: algorithm, length of the key, key, signature.
 */
#include "bench.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	bench();
	return 0;
}

static unsigned int algorithms(void)
{
	unsigned int n = 0;

	while (kssh_hostkey_algs[n].name)
		n++;
	return n;
}

static bool may_be(int r)
{
	switch (r) {
	case 0:
	case KSSH_R_HOSTKEY_MALFORMED:
	case KSSH_R_HOSTKEY_TYPE:
	case KSSH_R_HOSTKEY_TOO_SMALL:
		return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const u8 h[32] = "hash";
	struct kssh_blob data_blob = { .p = h, .n = sizeof(h) };
	struct input in = { .p = data, .n = size };
	const struct kssh_hostkey_alg *a = &kssh_hostkey_algs[in_u8(&in) % algorithms()];
	struct kssh_blob key = in_bytes(&in, in_u16(&in));
	struct kssh_blob sig = { .p = in.p, .n = in.n };
	u8 *k = exact(key), *s = exact(sig);
	int r;

	key.p = k;
	sig.p = s;
	r = kssh_hostkey_check(a, key, 1024);
	if (!may_be(r))
		abort();
	/* who of us could sign that? */
	if (!r && !kssh_hostkey_verify(a, key, sig, data_blob))
		abort();
	free(k);
	free(s);
	return 0;
}
