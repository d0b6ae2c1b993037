// SPDX-License-Identifier: GPL-2.0
/* The default order on a CPU that is made for AES; without, it is KUnit's. */
#include <crypto/aead.h>
#include <kunit/test.h>
#include <linux/slab.h>

#include "../../module/core/negotiate.h"

int kssh_user_fail_alloc;

#define CTR	",aes128-ctr,aes192-ctr,aes256-ctr"

static void list_is(struct kunit *test, const char *set, const char *want)
{
	struct kssh_config cfg;
	char text[KSSH_LIST_MAX];

	kssh_config_init(&cfg);
	if (set)
		KUNIT_ASSERT_EQ(test, 0, kssh_config_set_list(&cfg, KSSH_LIST_CIPHER_TX,
							      set, strlen(set)));
	KUNIT_ASSERT_LT(test, 0, kssh_config_get_list(&cfg, KSSH_LIST_CIPHER_TX, text,
						      sizeof(text)));
	KUNIT_EXPECT_STREQ(test, want, text);
	kssh_config_free(&cfg);
}

static void gcm_first_where_it_is_accelerated(struct kunit *test)
{
	/* as x86's calls itself; asked for once only */
	kssh_user_gcm.base.cra_priority = 400;
	list_is(test, NULL, "aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
		"chacha20-poly1305@openssh.com" CTR);
	kssh_user_gcm.base.cra_priority = 100;
	list_is(test, NULL, "aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
		"chacha20-poly1305@openssh.com" CTR);
	list_is(test, "-aes128-gcm@openssh.com", "aes256-gcm@openssh.com,"
		"chacha20-poly1305@openssh.com" CTR);
	list_is(test, "^chacha20-poly1305@openssh.com", "chacha20-poly1305@openssh.com,"
		"aes128-gcm@openssh.com,aes256-gcm@openssh.com" CTR);
}

static struct kunit_case order_cases[] = {
	KUNIT_CASE(gcm_first_where_it_is_accelerated),
	{}
};

static struct kunit_suite order_suite = {
	.name = "kssh_cipher_order",
	.test_cases = order_cases,
};

kunit_test_suite(order_suite);
