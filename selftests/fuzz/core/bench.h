/* SPDX-License-Identifier: GPL-2.0 */
/* A fuzzer's bytes, taken one after the other, and the bench for one input. */
#ifndef KSSH_FUZZ_BENCH_H
#define KSSH_FUZZ_BENCH_H

#include <setjmp.h>
#include <stdint.h>

#include "peer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const u8 *p;
	size_t n;
};

/* The next byte, 0 at the end. */
static inline u8 in_u8(struct input *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

static inline u16 in_u16(struct input *in)
{
	u8 high = in_u8(in);

	return high << 8 | in_u8(in);
}

/* Up to @n bytes that are there. */
static inline struct kssh_blob in_bytes(struct input *in, size_t n)
{
	struct kssh_blob b = { .p = in->p, .n = min(n, in->n) };

	in->p += b.n;
	in->n -= b.n;
	return b;
}

/* The bench is made once; a check that fails ends the fuzzer as a crash does. */
static struct kunit bench_test = { .name = "fuzz" };

static inline struct kssh_lab *bench(void)
{
	static struct kssh_lab *lab;

	if (!lab) {
		if (setjmp(bench_test.abort))
			abort();
		if (kssh_hash_init() || kssh_secret_init() || kssh_conn_init())
			abort();
		lab = kssh_lab_new(&bench_test);
	}
	return lab;
}

static inline struct kssh_blob blob_of(const void *p, size_t n)
{
	return (struct kssh_blob){ .p = p, .n = n };
}

/* A copy of the exact size, so that one byte too far is seen. */
static inline u8 *exact(struct kssh_blob b)
{
	u8 *p = malloc(b.n);

	if (b.n)
		memcpy(p, b.p, b.n);
	return p;
}

#endif /* KSSH_FUZZ_BENCH_H */
