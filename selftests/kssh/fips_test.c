// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel in FIPS mode: what is approved is offered, nothing else can be asked for,
 * and a session works with it.  In a guest with fips=1 on its command line.
 */
#include "kselftest_harness.h"
#include "kssh_test.h"

FIXTURE(fips)
{
	int fd;
};

FIXTURE_SETUP(fips)
{
	char mode[4] = "";
	int f = open("/proc/sys/crypto/fips_enabled", O_RDONLY);

	ASSERT_LE(0, f);
	ASSERT_LT(0, read(f, mode, sizeof(mode) - 1));
	ASSERT_STREQ("1\n", mode) TH_LOG("start the guest with fips=1");
	close(f);
	self->fd = kt_prepare(AF_INET, NULL);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(fips)
{
	close(self->fd);
}

#define CIPHERS	"aes128-gcm@openssh.com,aes256-gcm@openssh.com," \
		"aes128-ctr,aes192-ctr,aes256-ctr"
#define MACS	"hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com," \
		"hmac-sha2-256,hmac-sha2-512"

TEST_F_TIMEOUT(fips, offers_what_is_approved, 120)
{
	static const struct {
		int opt;
		const char *list;
	} lists[] = {
		{ KSSH_KEX, "ecdh-sha2-nistp256,ecdh-sha2-nistp384" },
		{ KSSH_HOSTKEY_ALGS, "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
		  "ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,"
		  "rsa-sha2-512,rsa-sha2-256" },
		{ KSSH_CIPHER_TX, CIPHERS }, { KSSH_CIPHER_RX, CIPHERS },
		{ KSSH_MAC_TX, MACS }, { KSSH_MAC_RX, MACS },
	};
	char text[1024];
	int i;

	for (i = 0; i < 6; i++) {
		EXPECT_LT(0, kt_get_text(self->fd, lists[i].opt, text, sizeof(text)));
		EXPECT_STREQ(lists[i].list, text);
	}
}

TEST_F_TIMEOUT(fips, refuses_what_is_not, 120)
{
	static const struct {
		int opt;
		const char *name;
	} others[] = {
		{ KSSH_KEX, "mlkem768x25519-sha256" },
		{ KSSH_KEX, "mlkem768nistp256-sha256" },
		{ KSSH_KEX, "sntrup761x25519-sha512" },
		{ KSSH_KEX, "curve25519-sha256" },
		{ KSSH_KEX, "ecdh-sha2-nistp521" },
		{ KSSH_KEX, "diffie-hellman-group14-sha256" },
		{ KSSH_KEX, "diffie-hellman-group-exchange-sha256" },
		{ KSSH_HOSTKEY_ALGS, "ssh-ed25519" },
		{ KSSH_HOSTKEY_ALGS, "sk-ssh-ed25519@openssh.com" },
		{ KSSH_HOSTKEY_ALGS, "ssh-ed25519-cert-v01@openssh.com" },
		{ KSSH_CIPHER_TX, "chacha20-poly1305@openssh.com" },
		{ KSSH_CIPHER_RX, "chacha20-poly1305@openssh.com" },
		{ KSSH_MAC_TX, "hmac-sha1" },
		{ KSSH_MAC_RX, "hmac-sha1-etm@openssh.com" },
	};
	char with[128];
	int i;

	for (i = 0; i < (int)(sizeof(others) / sizeof(others[0])); i++) {
		snprintf(with, sizeof(with), "+%s", others[i].name);
		EXPECT_EQ(-EOPNOTSUPP, kt_set_text(self->fd, others[i].opt,
						   others[i].name)) {
			TH_LOG("%s", others[i].name);
		}
		EXPECT_EQ(-EOPNOTSUPP, kt_set_text(self->fd, others[i].opt, with)) {
			TH_LOG("%s", with);
		}
	}
}

FIXTURE(fips_session)
{
	int fd;
};

FIXTURE_VARIANT(fips_session)
{
	const char *kex, *hostkey, *cipher, *mac;
};

/* By the default lists, with a server that has everything */
FIXTURE_VARIANT_ADD(fips_session, defaults)
{
	.kex = NULL,
};

FIXTURE_VARIANT_ADD(fips_session, p256_ecdsa256_gcm128)
{
	.kex = "ecdh-sha2-nistp256",
	.hostkey = "ecdsa-sha2-nistp256",
	.cipher = "aes128-gcm@openssh.com",
};

FIXTURE_VARIANT_ADD(fips_session, p384_ecdsa384_gcm256)
{
	.kex = "ecdh-sha2-nistp384",
	.hostkey = "ecdsa-sha2-nistp384",
	.cipher = "aes256-gcm@openssh.com",
};

FIXTURE_VARIANT_ADD(fips_session, p256_rsa512_ctr128)
{
	.kex = "ecdh-sha2-nistp256",
	.hostkey = "rsa-sha2-512",
	.cipher = "aes128-ctr",
	.mac = "hmac-sha2-256",
};

FIXTURE_VARIANT_ADD(fips_session, p384_ecdsa521_ctr256)
{
	.kex = "ecdh-sha2-nistp384",
	.hostkey = "ecdsa-sha2-nistp521",
	.cipher = "aes256-ctr",
	.mac = "hmac-sha2-512-etm@openssh.com",
};

FIXTURE_SETUP(fips_session)
{
	self->fd = kt_prepare(AF_INET6, NULL);
	ASSERT_LE(0, self->fd);
	if (variant->kex) {
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, variant->kex));
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, variant->hostkey));
	}
	ASSERT_EQ(0, kt_suite(self->fd, variant->cipher, variant->mac, NULL));
}

FIXTURE_TEARDOWN(fips_session)
{
	close(self->fd);
}

TEST_F_TIMEOUT(fips_session, works_and_renews_its_keys, 120)
{
	char out[1000] = { 94 }, in[1000];
	struct kssh_info i;
	int n;

	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_login(self->fd));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_STREQ(variant->kex ?: "ecdh-sha2-nistp256", i.kex);
	EXPECT_STREQ(variant->hostkey ?: "ecdsa-sha2-nistp256", i.hostkey_alg);
	EXPECT_STREQ(variant->cipher ?: "aes128-gcm@openssh.com", i.cipher_tx);
	EXPECT_STREQ(variant->mac ?: "", i.mac_rx);
	for (n = 0; n < 2; n++) {
		ASSERT_EQ(1000, send(self->fd, out, sizeof(out), 0));
		ASSERT_EQ(1000, recv(self->fd, in, sizeof(in), 0));
		EXPECT_EQ(0, memcmp(in, out, sizeof(out)));
		if (!n)
			ASSERT_EQ(0, kt_command(self->fd, "rekey", false));
	}
	ASSERT_EQ(0, kt_info(self->fd, &i));
	EXPECT_EQ(1, i.rekeys);
}

TEST_HARNESS_MAIN
