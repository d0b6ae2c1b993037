// SPDX-License-Identifier: GPL-2.0
/*
 * All of the Ed25519 tests once more with the field in ten limbs, which 32-bit
 * kernels use: the sources are taken in here so that nothing of the other
 * representation is linked. That opens their static functions to tests too:
 * those of scalars, which both have in common, are here. Needs keccak.c,
 * shim/hash.c and shim/kunit.c.
 */
#define KSSH_USER_NO_INT128 1
/* one takes ten times as long with these limbs */
#define CASES	150

#include "../../module/crypto/fe25519.c"
#include "../../module/crypto/ed25519.c"
#include "../../module/kunit/crypto_ed25519_kunit.c"

static_assert(FE_LIMBS == 10);

/* a mod L bit by bit, with numbers of 33 bytes */
static void slow_reduce(u8 out[32], const u8 in[64])
{
	static const u8 order[33] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10,
	};
	u8 r[33] = {}, t[33];
	int bit, i, c;

	for (bit = 511; bit >= 0; bit--) {
		c = in[bit / 8] >> bit % 8 & 1;
		for (i = 0; i < 33; i++) {
			c |= r[i] << 1;
			r[i] = c;
			c >>= 8;
		}
		for (i = 0, c = 0; i < 33; i++) {
			c += r[i] - order[i];
			t[i] = c;
			c >>= 8;
		}
		if (!c)
			memcpy(r, t, sizeof(r));
	}
	memcpy(out, r, 32);
}

/* in = @n L + @add, moved up by @shift bytes */
static void near_multiple(u8 in[64], unsigned int n, int add, unsigned int shift)
{
	static const u8 order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		[31] = 0x10,
	};
	unsigned int i;
	s64 c = add;

	memset(in, 0, 64);
	for (i = 0; shift + i < 64; i++) {
		if (i < 32)
			c += (s64)n * order[i];
		in[shift + i] = c;
		c >>= 8;
	}
}

/*
 * A digest that needs the last step of a reduction does not turn up by chance:
 * numbers beside multiples of L do.
 */
static void scalar_reduction(struct kunit *test)
{
	unsigned int i, shift;
	u8 in[64], want[32], got[32];
	struct kssh_keccak rng;
	int add;

	for (i = 1; i < 40000; i += i < 64 ? 1 : 997) {
		for (add = -2; add <= 2; add++) {
			for (shift = 0; shift <= 28; shift++) {
				near_multiple(in, i, add, shift);
				slow_reduce(want, in);
				scalar_reduce(got, in);
				KUNIT_ASSERT_MEMEQ(test, got, want, 32);
			}
		}
	}
	kssh_shake128_init(&rng);
	for (i = 0; i < 2000; i++) {
		kssh_keccak_squeeze(&rng, in, sizeof(in));
		if (i % 4 == 0)
			memset(in, 0xff, i % 64);
		slow_reduce(want, in);
		scalar_reduce(got, in);
		KUNIT_ASSERT_MEMEQ(test, got, want, 32);
	}
}

/* Below L is what its reduction leaves as it is. */
static void scalar_range(struct kunit *test)
{
	u8 in[64] = {}, out[32];
	unsigned int i, n;
	int add;

	for (n = 0; n < 16; n++) {
		for (add = n ? -2 : 0; add <= 2; add++) {
			for (i = 0; i <= 256; i++) {
				near_multiple(in, n, add, 0);
				if (i < 256)
					in[i / 8] ^= 1 << i % 8;
				memset(in + 32, 0, 32);
				slow_reduce(out, in);
				KUNIT_ASSERT_EQ(test, scalar_canonical(in),
						!memcmp(in, out, 32));
			}
		}
	}
}

static struct kunit_case scalar_cases[] = {
	KUNIT_CASE(scalar_reduction),
	KUNIT_CASE(scalar_range),
	{}
};

static struct kunit_suite scalar_suite = {
	.name = "crypto_ed25519_scalar",
	.test_cases = scalar_cases,
};

kunit_test_suites(&scalar_suite);

#define suite	suite_26
#include "crypto_ed25519_test.c"
