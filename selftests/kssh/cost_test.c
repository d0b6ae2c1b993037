// SPDX-License-Identifier: GPL-2.0
/*
 * What a handshake with a server that means to waste our time takes of the processor:
 * that of the caller, who does all of it himself while he waits.
 */
#include "kselftest_harness.h"
#include "kssh_test.h"

FIXTURE(cost)
{
};

FIXTURE_VARIANT(cost)
{
	const char *lie;
	int reason;		/* it ends with, 0: the session is up */
	unsigned int bound_ms;	/* times kt_slow() */
};

FIXTURE_VARIANT_ADD(cost, honest)
{
	.lie = "honest",
	.bound_ms = 100,
};

/* each byte by itself */
FIXTURE_VARIANT_ADD(cost, drip)
{
	.lie = "honest drip=1 drip-ms=0",
	.bound_ms = 500,
};

/* 8 MB in lines of the greatest length, one fewer than are too many */
FIXTURE_VARIANT_ADD(cost, lines)
{
	.lie = "preamble lines=1023 length=8192",
	.bound_ms = 1000,
};

/* as many messages as are borne during an exchange */
FIXTURE_VARIANT_ADD(cost, flood)
{
	.lie = "flood at=service",
	.reason = KSSH_R_FLOOD,
	.bound_ms = 500,
};

FIXTURE_VARIANT_ADD(cost, group)
{
	.lie = "group how=bits bits=8192",
	.bound_ms = 5000,
};

FIXTURE_VARIANT_ADD(cost, dear)
{
	.lie = "dear",
	.reason = KSSH_R_SIGNATURE_WRONG,
	.bound_ms = 10000,
};

FIXTURE_SETUP(cost)
{
}

FIXTURE_TEARDOWN(cost)
{
}

static uint64_t used_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

TEST_F_TIMEOUT(cost, of_a_handshake, 1200)
{
	uint64_t begin, us, most = 0;
	int i, fd;

	for (i = 0; i < 3; i++) {
		fd = kt_prepare(AF_INET, variant->lie);
		ASSERT_LE(0, fd);
		begin = used_us();
		kt_handshake_app(fd, KSSH_ACCEPT);
		us = used_us() - begin;
		EXPECT_EQ(variant->reason, kt_reason(fd));
		if (us > most)
			most = us;
		close(fd);
	}
	printf("# long: %s: %llu.%llu ms\n", variant->lie,
	       (unsigned long long)most / 1000, (unsigned long long)most / 100 % 10);
	EXPECT_GT(variant->bound_ms * kt_slow(), most / 1000);
}

FIXTURE(renewals)
{
	int fd;
};

FIXTURE_SETUP(renewals)
{
	self->fd = kt_prepare(AF_INET, "group how=bits bits=8192");
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(renewals)
{
	close(self->fd);
}

/* One second at once, and then a quarter of the time, however often the server asks; one
 * more may be under way.  Half as much again for what is not exact in this.
 */
TEST_F_TIMEOUT(renewals, have_a_part_of_the_time, 1200)
{
	uint64_t begin, us, ms;
	struct kssh_info i;

	begin = used_us();
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	us = used_us() - begin;
	ASSERT_EQ(0, kt_login(self->fd));
	begin = kt_now_ms();
	ASSERT_EQ(0, kt_command(self->fd, "rekey 1000000", false));
	kt_sleep_ms(12000 * kt_slow());
	ASSERT_EQ(0, kt_info(self->fd, &i));
	ms = kt_now_ms() - begin;
	EXPECT_EQ(KSSH_R_NONE, i.reason);
	printf("# long: a server that renews for ever: %llu times %llu ms in %llu ms\n",
	       (unsigned long long)i.rekeys, (unsigned long long)us / 1000,
	       (unsigned long long)ms);
	EXPECT_LT(1, i.rekeys);
	EXPECT_GT((1000 * (1000 + ms / 4) + us) * 3 / 2, i.rekeys * us);
}

TEST_HARNESS_MAIN
