/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Vectors of Ed25519 verification: RFC 8032, section 7.1; C2SP's Wycheproof,
 * ed25519_test.json; and the edge cases of "Taming the many EdDSAs" (Chalkias,
 * Garillot, Nikolaenko, 2020) from novifinancial/ed25519-speccheck, cases.json,
 * whose table says what other libraries answer: kssh's answers are libsodium's.
 */
#ifndef KSSH_KUNIT_ED25519_TESTVEC_H
#define KSSH_KUNIT_ED25519_TESTVEC_H

#include <linux/errno.h>

struct ed25519_vector {
	const char *desc;
	const char *pub;
	const char *msg;
	const char *sig;
	int result;
};

static const struct ed25519_vector ed25519_vectors[] = {
	{
		.desc = "RFC 8032, TEST 1",
		.pub =
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
		.msg = "",
		.sig =
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
			"5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
		.result = 0,
	},
	{
		.desc = "RFC 8032, TEST 2",
		.pub =
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
		.msg = "72",
		.sig =
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
			"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
		.result = 0,
	},
	{
		.desc = "RFC 8032, TEST 3",
		.pub =
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
		.msg = "af82",
		.sig =
			"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
			"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
		.result = 0,
	},
	{
		.desc = "RFC 8032, TEST 1024",
		.pub =
			"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
		.msg =
			"08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98"
			"fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23fb1433ddf73be84d8"
			"79de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d"
			"658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc"
			"1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4fe"
			"ba15452f80288a821a579116ec6dad2b3b310da903401aa62100ab5d1a36553e"
			"06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbef"
			"efd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7"
			"aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed1"
			"85ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2"
			"d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24"
			"554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f270"
			"88d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc"
			"2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b07"
			"07e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128ba"
			"b27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51a"
			"ddd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429e"
			"c96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb7"
			"51fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c"
			"42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8"
			"ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34df"
			"f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08"
			"d78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649"
			"de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e4"
			"88acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a3"
			"2ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e"
			"6aed3fb0f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5f"
			"b93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b5"
			"0d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1"
			"369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380d"
			"b2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c"
			"0618983f8741c5ef68d3a101e8a3b8cac60c905c15fc910840b94c00a0b9d0",
		.sig =
			"0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350"
			"aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03",
		.result = 0,
	},
	{
		.desc = "RFC 8032, TEST SHA(abc)",
		.pub =
			"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
		.msg =
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		.sig =
			"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
			"09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 1",
		.pub =
			"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa",
		.msg = "",
		.sig =
			"d4fbdb52bfa726b44d1786a8c0d171c3e62ca83c9e5bbe63de0bb2483f8fd6cc"
			"1429ab72cafc41ab56af02ff8fcc43b99bfe4c7ae940f60f38ebaa9d311c4007",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 2",
		.pub =
			"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa",
		.msg = "78",
		.sig =
			"d80737358ede548acb173ef7e0399f83392fe8125b2ce877de7975d8b726ef5b"
			"1e76632280ee38afad12125ea44b961bf92f1178c9fa819d020869975bcbe109",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 3",
		.pub =
			"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa",
		.msg = "54657374",
		.sig =
			"7c38e026f29e14aabd059a0f2db8b0cd783040609a8be684db12f82a27774ab0"
			"7a9155711ecfaf7f99f277bad0c6ae7e39d4eef676573336a5c51eb6f946b30d",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 4",
		.pub =
			"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa",
		.msg = "48656c6c6f",
		.sig =
			"1c1ad976cbaae3b31dee07971cf92c928ce2091a85f5899f5e11ecec90fc9f8e"
			"93df18c5037ec9b29c07195ad284e63d548cd0a6fe358cc775bd6c1608d2c905",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 9",
		.pub =
			"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa",
		.msg = "ffffffffffffffffffffffffffffffff",
		.sig =
			"5dbd7360e55aa38e855d6ad48c34bd35b7871628508906861a7c4776765ed7d1"
			"e13d910faabd689ec8618b78295c8ab8f0e19c8b4b43eb8685778499e943ae04",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 95",
		.pub =
			"32ad026f693d0d2afe7f4388d91c4c964426fcb9e3665c3ebd8650009b815c8e",
		.msg =
			"7dcfe60f881e1285676f35b68a1b2dbcdd7be6f719a288ababc28d36e3a42ac3"
			"010a1ca54b32760e74",
		.sig =
			"7f8663cf98cbd39d5ff553f00bcf3d0d520605794f8866ce75714d77cc51e66c"
			"91818b657d7b0dae430a68353506edc4a714c345f5ddb5c8b958ba3d035f7a01",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 96",
		.pub =
			"cfda5b899e35764c5229e59295fe1222b7ddce176643697c29e46ecbba10cf10",
		.msg =
			"a020a4381dc9141f47ee508871ab7a8b5a3648727c4281ae9932376f23a8e1bc"
			"da0626b7129197d864178631ec89c4332dbb18",
		.sig =
			"1e41a24fe732bd7cab14c2a2f5134ee8c87fcbd2e987e60957ed9239e5c32404"
			"d56977e1b4282871896cb10625a1937468e4dc266e16a9c1b8e9891177eca802",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 98",
		.pub =
			"529919c9c780985a841c42ba6c180ff2d67a276ccfbe281080e47ab71a758f56",
		.msg = "e1cbf2d86827825613fb7a85811d",
		.sig =
			"01abfa4d6bbc726b196928ec84fd03f0c953a4fa2b228249562ff1442a4f63a7"
			"150b064f3712b51c2af768d2c2711a71aabf8d186833e941a0301b82f0502905",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 101",
		.pub =
			"2252b3d57c74cbf8bc460dc2e082847926bc022f09ab6ae95756362bfd1167c1",
		.msg =
			"975ef941710071a9e1e6325a0c860becd7c695b5117c3107b686e330e5",
		.sig =
			"af0fd9dda7e03e12313410d8d8844ebb6fe6b7f65141f22d7bcba5695a25414a"
			"9e54326fb44d59fb14707899a8aae70857b23d4080d7ab2c396ef3a36d45ce02",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 102",
		.pub =
			"c0a773110f975de3732355bb7ec7f0c41c091c0252966070205516693b992a4a",
		.msg = "",
		.sig =
			"0280427e713378f49d478df6373c6cac847b622b567daa2376c839e7ac10e22c"
			"380ab0fa8617c9dcfe76c4d9db5459b21dc1413726e46cc8f387d359e344f407",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 105",
		.pub =
			"c9c946cbc5544ac74eef491f07c5881c16faf7ec31ce4aa91bb60ae7b4539051",
		.msg = "27d465bc632743522aefa23c",
		.sig =
			"c2656951e2a0285585a51ff0eda7e9a23c2dfd2ffa273aee7808f4604e8f9a8c"
			"8ea49e9fce4eb2d8d75d36b7238fe6fc13b6c5d9427dd58f8c6615d033c0bd0f",
		.result = 0,
	},
	{
		.desc = "Wycheproof tcId 106",
		.pub =
			"c29ec1894e06d27b4e40486b4fa5063d66a746c7f9c323b12203c03b72b8b78a",
		.msg = "5ffa",
		.sig =
			"931e5152fcef078c22cc5d6a3a65f06e396289f6f5f2d1efa6340254a53526ef"
			"5dc6874eeddf35c3f50991c53cd02bf06313e37d93ee1f7022128ffa3b8f300b",
		.result = 0,
	},
	{
		.desc = "speccheck 0: key of order 8, S = 0, equation wrong",
		.pub =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		.msg =
			"2a66241a42a9ee12994d8068dcf1bb7dfc6637b45450acd43711f637fa5080fc",
		.sig =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
			"0000000000000000000000000000000000000000000000000000000000000000",
		.result = -EINVAL,
	},
	{
		.desc = "speccheck 1: key of order 8, S = 0, equation right",
		.pub =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		.msg =
			"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
		.sig =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
			"0000000000000000000000000000000000000000000000000000000000000000",
		.result = -EINVAL,
	},
	{
		.desc = "speccheck 2: key of order 8, equation right cofactored only",
		.pub =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		.msg =
			"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
		.sig =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
			"a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
		.result = -EINVAL,
	},
	{
		.desc = "speccheck 3: key of order 8, equation right",
		.pub =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		.msg =
			"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
		.sig =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
			"a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
		.result = -EINVAL,
	},
	{
		.desc = "speccheck 4: R of order 8, equation right cofactored only",
		.pub =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		.msg =
			"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
		.sig =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
			"182ef1a5b928da07fec769cc8a12db6bcf70dab3f3227fa315e9d5e3e01a3405",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 5: R of order 8, equation right",
		.pub =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		.msg =
			"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
		.sig =
			"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
			"8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 6: key and R with torsion, equation right",
		.pub =
			"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		.msg =
			"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
		.sig =
			"9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
			"87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
		.result = 0,
	},
	{
		.desc = "speccheck 7: key and R with torsion, cofactored only",
		.pub =
			"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		.msg =
			"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
		.sig =
			"160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
			"5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 8: cofactored with k reduced wrongly",
		.pub =
			"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		.msg =
			"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
		.sig =
			"21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
			"e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 9: S above L",
		.pub =
			"442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
		.msg =
			"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
		.sig =
			"e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
			"547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 10: S far above L",
		.pub =
			"442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
		.msg =
			"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
		.sig =
			"8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
			"7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 11: R not canonical, small order",
		.pub =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		.msg =
			"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
		.sig =
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
			"03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 12: R not canonical, small order, reduced before hashing",
		.pub =
			"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		.msg =
			"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
		.sig =
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
			"ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
		.result = -EKEYREJECTED,
	},
	{
		.desc = "speccheck 13: key not canonical, small order",
		.pub =
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		.msg =
			"e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
		.sig =
			"a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
			"a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
		.result = -EINVAL,
	},
	{
		.desc = "speccheck 14: key not canonical, small order, reduced before hashing",
		.pub =
			"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		.msg =
			"39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
		.sig =
			"a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
			"a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
		.result = -EINVAL,
	},
};

/*
 * Wycheproof, tcId 10 to 29: each of these as R, with each as S, signs nothing
 * under this key.
 */
static const char ed25519_special_pub[] =
	"7d4d0e7f6153a69b6242b522abbee685fda4420f8834b108c3bdae369ef549fa";

static const char * const ed25519_special_r[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static const char * const ed25519_special_s[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
	"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

#endif
