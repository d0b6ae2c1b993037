// SPDX-License-Identifier: GPL-2.0
/* What leaves the client, and when; and what an odd server may say to it. */
#include "kselftest_harness.h"
#include "kssh_test.h"

FIXTURE(wire)
{
	int fd;
};

FIXTURE_VARIANT(wire)
{
	int family;
};

FIXTURE_VARIANT_ADD(wire, v4)
{
	.family = AF_INET,
};

FIXTURE_VARIANT_ADD(wire, v6)
{
	.family = AF_INET6,
};

FIXTURE_SETUP(wire)
{
	self->fd = kt_prepare(variant->family, NULL);
	ASSERT_LE(0, self->fd) TH_LOG("%s", strerror(-self->fd));
	ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_VERIFY, KSSH_VERIFY_APP));
}

FIXTURE_TEARDOWN(wire)
{
	close(self->fd);
}

/* ---- what leaves, and when ---- */

TEST_F_TIMEOUT(wire, nothing_leaves_before_the_verdict, 120)
{
	char lie[64], report[4096];

	snprintf(lie, sizeof(lie), "honest tag=quiet%d.%d", variant->family, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(-ENOKEY, kt_start(self->fd, 0));
	kt_sleep_ms(300);
	ASSERT_EQ(-EACCES, kt_verdict(self->fd, KSSH_REFUSED, 0));
	ASSERT_LT(0, kt_report(strstr(lie, "quiet"), report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 30\nrx 1 reason 9 ")) {
		TH_LOG("%s", report);
	}
	EXPECT_EQ(NULL, strstr(report, "rx 21"));
}

TEST_F_TIMEOUT(wire, nothing_leaves_with_a_bad_signature, 120)
{
	char lie[64], report[4096];

	snprintf(lie, sizeof(lie), "signature tag=sig%d.%d", variant->family, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(-EKEYREJECTED, kt_start(self->fd, 0));
	ASSERT_LT(0, kt_report(strstr(lie, "tag=") + 4, report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 30\nrx 1 reason 9 ")) {
		TH_LOG("%s", report);
	}
	EXPECT_EQ(NULL, strstr(report, "rx 21"));
}

TEST_F_TIMEOUT(wire, what_leaves_afterwards, 120)
{
	char lie[64], report[4096];

	snprintf(lie, sizeof(lie), "honest tag=all%d.%d", variant->family, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(strstr(lie, "all"), report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "rx 30\nrx 21\nrx 7\nrx 5\neof\n")) {
		TH_LOG("%s", report);
	}
	EXPECT_NE(NULL, strstr(report, "strict 1\n"));
	EXPECT_NE(NULL, strstr(report, ",ext-info-c"));
}

TEST_F_TIMEOUT(wire, markers_survive_a_list, 120)
{
	char lie[64], report[4096];

	snprintf(lie, sizeof(lie), "honest tag=mark%d.%d", variant->family, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, "curve25519-sha256"));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(strstr(lie, "mark"), report, sizeof(report)));
	EXPECT_NE(NULL, strstr(report, "kexinit curve25519-sha256,ext-info-c,"
			       "kex-strict-c-v00@openssh.com ssh-ed25519,")) {
		TH_LOG("%s", report);
	}
}

TEST_F_TIMEOUT(wire, unknown_is_answered, 120)
{
	char lie[80], report[4096];

	snprintf(lie, sizeof(lie), "extra at=service msg=13 tag=unk%d.%d",
		 variant->family, getpid());
	ASSERT_EQ(0, kt_lie(self->fd, lie));
	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	close(self->fd);
	self->fd = -1;
	ASSERT_LT(0, kt_report(strstr(lie, "unk"), report, sizeof(report)));
	/* EXT_INFO was 0, this was 1 */
	EXPECT_NE(NULL, strstr(report, "rx 3 seq 1\n")) {
		TH_LOG("%s", report);
	}
}

TEST_F_TIMEOUT(wire, newest_ext_info, 120)
{
	char first[512], second[512];
	unsigned char p[64];
	int n;

	ASSERT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_LT(4, kt_get(self->fd, KSSH_EXT_INFO, first, sizeof(first)));
	EXPECT_EQ(2, first[3]);
	/* RFC 8308 2.4: a second one may come right before the login succeeds */
	ASSERT_EQ(0, kt_userauth(self->fd, "do ext-info server-sig-algs ssh-ed25519"));
	ASSERT_LT(0, recv(self->fd, p, sizeof(p), 0));
	EXPECT_EQ(51, p[0]);
	n = kt_get(self->fd, KSSH_EXT_INFO, second, sizeof(second));
	ASSERT_EQ(4 + 4 + 15 + 4 + 11, n);
	EXPECT_EQ(1, second[3]);
	EXPECT_EQ(0, memcmp(second + 27, "ssh-ed25519", 11));
}

TEST_F_TIMEOUT(wire, dripped_while_nobody_waits, 120)
{
	ASSERT_EQ(0, kt_lie(self->fd, "honest drip=1"));
	ASSERT_EQ(-EINPROGRESS, kt_start(self->fd, KSSH_HS_NOWAIT));
	ASSERT_EQ(-ENOKEY, kt_finish(self->fd));
	ASSERT_TRUE(kt_under_way(kt_verdict(self->fd, KSSH_ACCEPT, KSSH_VERDICT_NOWAIT)));
	ASSERT_EQ(0, kt_finish(self->fd));
	EXPECT_EQ(0, kt_login(self->fd));
}

/* ---- servers that are odd, and in their right ---- */

FIXTURE(odd)
{
	int fd;
};

FIXTURE_VARIANT(odd)
{
	const char *lie;
	const char *kex;
	const char *hostkey;
	const char *cipher;
	int rsa_min;
	int set, clear;		/* KSSH_INFO_* */
};

#define CERT	"-cert-v01@openssh.com"

#define ODD(name_, ...) \
FIXTURE_VARIANT_ADD(odd, name_) { __VA_ARGS__ }

ODD(drip, .lie = "honest drip=1");
ODD(drip_7, .lie = "honest drip=7 drip-ms=1");
ODD(version_199, .lie = "banner-199");
ODD(bare_line_feed, .lie = "banner-lf");
ODD(preamble, .lie = "preamble lines=3");
ODD(most_lines, .lie = "preamble lines=1023 length=3");
ODD(longest_line, .lie = "preamble length=8194");
ODD(longest_banner, .lie = "banner-long length=8194");
ODD(guess_wrong, .lie = "guess-wrong", .set = KSSH_INFO_GUESS_WRONG);
ODD(guess_wrong_lax, .lie = "guess-wrong strict=0", .set = KSSH_INFO_GUESS_WRONG);
ODD(not_strict, .lie = "honest strict=0", .clear = KSSH_INFO_STRICT_KEX);
ODD(not_strict_noise, .lie = "extra at=kex count=100 strict=0 msg=0200000000");
ODD(not_strict_noise_first, .lie = "extra count=9 strict=0 msg=0300000000");
ODD(noise_in_service, .lie = "extra at=service count=1000 msg=0200000000");
ODD(debug_in_service, .lie = "extra at=service count=9 msg=04010000000268690000000000");
ODD(unknown_in_service, .lie = "extra at=service msg=13");
ODD(ping_before_login, .lie = "extra at=service msg=c000000003706e67");
ODD(no_ext_info, .lie = "ext-info how=none");
ODD(two_ext_infos, .lie = "ext-info how=twice");
ODD(odd_ext_info, .lie = "ext-info how=unasked");
ODD(big_ext_info, .lie = "ext-info how=many n=1023");
ODD(service_without_name, .lie = "service-bare");
ODD(slow, .lie = "slow at=newkeys ms=300");

ODD(kex_libssh, .kex = "curve25519-sha256@libssh.org");
ODD(kex_plain, .kex = "curve25519-sha256");
#define GEX	"diffie-hellman-group-exchange-sha256"
#define GCM	"aes128-gcm@openssh.com"	/* its group is smaller */
ODD(kex_group14, .kex = "diffie-hellman-group14-sha256");
ODD(kex_group16, .kex = "diffie-hellman-group16-sha512");
ODD(kex_group18, .kex = "diffie-hellman-group18-sha512");
ODD(kex_gex, .kex = GEX);
ODD(kex_gex_lax, .kex = GEX, .cipher = GCM, .lie = "extra at=group strict=0 msg=0200000000");
ODD(kex_gex_drip, .kex = GEX, .cipher = GCM, .lie = "honest drip=1");
ODD(kex_gex_guess_wrong, .kex = GEX, .cipher = GCM, .lie = "guess-wrong");
ODD(kex_modp_guess_wrong, .kex = "diffie-hellman-group14-sha256", .lie = "guess-wrong");
ODD(hostkey_ecdsa, .hostkey = "ecdsa-sha2-nistp256");
ODD(hostkey_rsa_256, .hostkey = "rsa-sha2-256");
ODD(hostkey_rsa_512, .hostkey = "rsa-sha2-512");
ODD(hostkey_ed25519, .hostkey = "ssh-ed25519");
ODD(hostkey_ecdsa_384, .hostkey = "ecdsa-sha2-nistp384");
ODD(hostkey_ecdsa_521, .hostkey = "ecdsa-sha2-nistp521");
ODD(hostkey_sk_ed25519, .hostkey = "sk-ssh-ed25519@openssh.com");
ODD(hostkey_sk_ecdsa, .hostkey = "sk-ecdsa-sha2-nistp256@openssh.com");
ODD(sk_untouched, .hostkey = "sk-ssh-ed25519@openssh.com", .lie = "security-key how=untouched");
ODD(rsa_1024, .hostkey = "rsa-sha2-512", .lie = "hostkey how=small", .rsa_min = 1024);
ODD(hostkey_rsa_2048, .hostkey = "rsa-sha2-256", .rsa_min = 2048);
ODD(cert_ed25519, .hostkey = "ssh-ed25519" CERT);
ODD(cert_ecdsa_256, .hostkey = "ecdsa-sha2-nistp256" CERT);
ODD(cert_ecdsa_384, .hostkey = "ecdsa-sha2-nistp384" CERT);
ODD(cert_ecdsa_521, .hostkey = "ecdsa-sha2-nistp521" CERT);
ODD(cert_sk_ed25519, .hostkey = "sk-ssh-ed25519" CERT);
ODD(cert_sk_ecdsa, .hostkey = "sk-ecdsa-sha2-nistp256" CERT);
ODD(cert_rsa_512, .hostkey = "rsa-sha2-512" CERT);
ODD(cert_rsa_256, .hostkey = "rsa-sha2-256" CERT);
ODD(chacha, .cipher = "chacha20-poly1305@openssh.com");
ODD(gcm128, .cipher = "aes128-gcm@openssh.com");
ODD(gcm256, .cipher = "aes256-gcm@openssh.com");
ODD(ctr, .cipher = "aes256-ctr");
ODD(chacha_lax, .cipher = "chacha20-poly1305@openssh.com", .lie = "honest strict=0");
ODD(gcm_lax, .cipher = "aes128-gcm@openssh.com", .lie = "honest strict=0");
ODD(ctr_lax, .cipher = "aes256-ctr", .lie = "honest strict=0");
ODD(gcm_drip, .cipher = "aes256-gcm@openssh.com", .lie = "honest drip=1");
ODD(ctr_drip, .cipher = "aes256-ctr", .lie = "honest drip=1");

FIXTURE_SETUP(odd)
{
	self->fd = kt_prepare(AF_INET, variant->lie);
	ASSERT_LE(0, self->fd);
	if (variant->kex)
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_KEX, variant->kex));
	if (variant->hostkey)
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_HOSTKEY_ALGS, variant->hostkey));
	if (variant->rsa_min)
		ASSERT_EQ(0, kt_set_u32(self->fd, KSSH_RSA_MIN_BITS, variant->rsa_min));
	if (variant->cipher) {
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_TX, variant->cipher));
		ASSERT_EQ(0, kt_set_text(self->fd, KSSH_CIPHER_RX, variant->cipher));
	}
}

FIXTURE_TEARDOWN(odd)
{
	close(self->fd);
}

TEST_F_TIMEOUT(odd, comes_up_and_talks, 600)
{
	struct kssh_info i;
	char c[8] = { 94, 1, 2, 3 }, got[8];

	EXPECT_EQ(0, kt_handshake_app(self->fd, KSSH_ACCEPT));
	ASSERT_EQ(0, kt_info(self->fd, &i));
	ASSERT_EQ(KSSH_STATE_OPEN, i.state) {
		TH_LOG("reason %u, phase %u", i.reason, i.phase);
	}
	EXPECT_EQ(variant->set, variant->set & i.flags);
	EXPECT_EQ(0, variant->clear & i.flags);
	if (variant->kex)
		EXPECT_STREQ(variant->kex, i.kex);
	if (variant->hostkey)
		EXPECT_STREQ(variant->hostkey, i.hostkey_alg);
	if (variant->cipher) {
		EXPECT_STREQ(variant->cipher, i.cipher_tx);
		EXPECT_STREQ(variant->cipher, i.cipher_rx);
	}
	ASSERT_EQ(0, kt_login(self->fd));
	EXPECT_EQ(8, send(self->fd, c, 8, 0));
	EXPECT_EQ(8, recv(self->fd, got, 8, 0));
	EXPECT_EQ(0, memcmp(c, got, 8));
}

TEST_HARNESS_MAIN
