// SPDX-License-Identifier: GPL-2.0
/* Readers and writers of SSH data types, and the table of reasons. */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "../wire/reason.h"
#include "../wire/wire.h"

/* A copy of exactly that size, so that a sanitizer sees any byte beyond it. */
static const u8 *exact(struct kunit *test, const void *p, size_t n)
{
	u8 *q = kunit_kzalloc(test, n, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, q);
	memcpy(q, p, n);
	return q;
}

static void rd(struct kunit *test, struct kssh_rd *r, const void *p, size_t n)
{
	kssh_rd_init(r, exact(test, p, n), n);
}

#define RD(test, r, lit) rd(test, r, lit, sizeof(lit) - 1)

static void reader_takes_each_type(struct kunit *test)
{
	struct kssh_blob b;
	struct kssh_rd r;

	RD(test, &r, "\x07\x00\x01\x02\xfe\xdc\xba\x98\0\0\0\3abcxyz");
	KUNIT_EXPECT_EQ(test, 7, kssh_rd_u8(&r));
	KUNIT_EXPECT_FALSE(test, kssh_rd_bool(&r));
	KUNIT_EXPECT_TRUE(test, kssh_rd_bool(&r));
	KUNIT_EXPECT_TRUE(test, kssh_rd_bool(&r));
	KUNIT_EXPECT_EQ(test, 0xfedcba98u, kssh_rd_u32(&r));
	b = kssh_rd_string(&r);
	KUNIT_ASSERT_EQ(test, (size_t)3, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, "abc", 3);
	KUNIT_EXPECT_EQ(test, (size_t)3, kssh_rd_left(&r));
	KUNIT_EXPECT_FALSE(test, kssh_rd_done(&r));
	b = kssh_rd_raw(&r, 3);
	KUNIT_EXPECT_MEMEQ(test, b.p, "xyz", 3);
	KUNIT_EXPECT_TRUE(test, kssh_rd_done(&r));
	KUNIT_EXPECT_FALSE(test, r.bad);
}

static void reader_error_sticks(struct kunit *test)
{
	struct kssh_blob b;
	struct kssh_rd r;

	RD(test, &r, "\x01\x02\x03");
	KUNIT_EXPECT_EQ(test, 0u, kssh_rd_u32(&r));
	KUNIT_EXPECT_TRUE(test, r.bad);
	/* there is a byte, but nothing is read any more */
	KUNIT_EXPECT_EQ(test, 0, kssh_rd_u8(&r));
	b = kssh_rd_raw(&r, 0);
	KUNIT_EXPECT_EQ(test, (size_t)0, b.n);
	KUNIT_EXPECT_NOT_NULL(test, b.p);
	KUNIT_EXPECT_EQ(test, (size_t)0, kssh_rd_left(&r));
	KUNIT_EXPECT_FALSE(test, kssh_rd_done(&r));
}

static void reader_bounds_strings(struct kunit *test)
{
	struct kssh_blob b;
	struct kssh_rd r;

	RD(test, &r, "\0\0\0\0");
	b = kssh_rd_string(&r);
	KUNIT_EXPECT_EQ(test, (size_t)0, b.n);
	KUNIT_EXPECT_TRUE(test, kssh_rd_done(&r));

	RD(test, &r, "\0\0\0\4abc");
	kssh_rd_string(&r);
	KUNIT_EXPECT_TRUE(test, r.bad);

	RD(test, &r, "\377\377\377\377abc");
	kssh_rd_string(&r);
	KUNIT_EXPECT_TRUE(test, r.bad);

	RD(test, &r, "\0\0\0");
	kssh_rd_string(&r);
	KUNIT_EXPECT_TRUE(test, r.bad);

	kssh_rd_init(&r, NULL, 0);
	KUNIT_EXPECT_TRUE(test, kssh_rd_done(&r));
	kssh_rd_u8(&r);
	KUNIT_EXPECT_TRUE(test, r.bad);
}

/* RFC 4251 5 gives the first two; the rest are its rules turned round. */
static const struct mpint_row {
	const char *name;
	const char *wire;
	size_t wire_len;
	const char *value;
	size_t len;
	bool bad;
} mpint_rows[] = {
	{ "zero", "\0\0\0\0", 4, "", 0, false },
	{ "rfc 4251", "\0\0\0\x08\x09\xa3\x78\xf9\xb2\xe3\x32\xa7", 12,
	  "\x09\xa3\x78\xf9\xb2\xe3\x32\xa7", 8, false },
	{ "high bit", "\0\0\0\2\0\x80", 6, "\x80", 1, false },
	{ "one", "\0\0\0\1\1", 5, "\1", 1, false },
	{ "negative", "\0\0\0\2\xed\xcc", 6, "", 0, true },
	{ "zero with a byte", "\0\0\0\1\0", 5, "", 0, true },
	{ "needless zero", "\0\0\0\2\0\x7f", 6, "", 0, true },
	{ "two zeros", "\0\0\0\3\0\0\x80", 7, "", 0, true },
	{ "short", "\0\0\0\3\1\2", 6, "", 0, true },
};

static void mpint_desc(const struct mpint_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mpint, mpint_rows, mpint_desc);

static void reader_takes_mpint(struct kunit *test)
{
	const struct mpint_row *row = test->param_value;
	struct kssh_blob b;
	struct kssh_rd r;

	rd(test, &r, row->wire, row->wire_len);
	b = kssh_rd_mpint(&r);
	KUNIT_EXPECT_EQ(test, row->bad, r.bad);
	KUNIT_ASSERT_EQ(test, row->len, b.n);
	KUNIT_EXPECT_MEMEQ(test, b.p, row->value, b.n);
}

/* What is well-formed is what the writer makes, of it and of it with zeros before. */
static void writer_makes_mpint(struct kunit *test)
{
	const struct mpint_row *row = test->param_value;
	u8 in[16] = {}, out[16];
	struct kssh_wr w;

	if (row->bad)
		return;
	memcpy(in + 3, row->value, row->len);
	kssh_wr_init(&w, out, sizeof(out));
	kssh_wr_mpint(&w, in, row->len + 3);
	KUNIT_EXPECT_FALSE(test, w.bad);
	KUNIT_ASSERT_EQ(test, row->wire_len, kssh_wr_len(&w));
	KUNIT_EXPECT_MEMEQ(test, out, row->wire, row->wire_len);
}

static void writer_writes_each_type(struct kunit *test)
{
	static const char expect[] = "\x2a\x01\x02\x03\x04\0\0\0\2hi\0\0\0\5hellozz";
	u8 out[sizeof(expect) - 1];
	struct kssh_wr w;

	kssh_wr_init(&w, out, sizeof(out));
	kssh_wr_u8(&w, 42);
	kssh_wr_u32(&w, 0x01020304);
	kssh_wr_string(&w, "hi", 2);
	kssh_wr_cstring(&w, "hello");
	kssh_wr_raw(&w, "zz", 2);
	KUNIT_EXPECT_FALSE(test, w.bad);
	KUNIT_ASSERT_EQ(test, sizeof(out), kssh_wr_len(&w));
	KUNIT_EXPECT_MEMEQ(test, out, expect, sizeof(out));
	/* full: nothing may be written, and nothing is */
	kssh_wr_u8(&w, 1);
	KUNIT_EXPECT_TRUE(test, w.bad);
	KUNIT_EXPECT_EQ(test, sizeof(out), kssh_wr_len(&w));
}

static void writer_error_sticks(struct kunit *test)
{
	u8 *out = kunit_kzalloc(test, 6, GFP_KERNEL);
	struct kssh_wr w;

	KUNIT_ASSERT_NOT_NULL(test, out);
	kssh_wr_init(&w, out, 6);
	kssh_wr_string(&w, "abc", 3);
	KUNIT_EXPECT_TRUE(test, w.bad);
	kssh_wr_u8(&w, 9);
	KUNIT_EXPECT_TRUE(test, w.bad);
	KUNIT_EXPECT_EQ(test, 0, out[5]);
}

/* Every reason of the interface has a row, and only those. */
static void reason_table_is_whole(struct kunit *test)
{
	static const struct { int first, last; } groups[] = {
		{ KSSH_R_NONE, KSSH_R_NONE },
		{ KSSH_R_TIMEOUT, KSSH_R_LOCAL_DISCONNECT },
		{ KSSH_R_BANNER_LINE_TOO_LONG, KSSH_R_BANNER_VERSION },
		{ KSSH_R_PACKET_LENGTH, KSSH_R_COMP_MEMORY },
		{ KSSH_R_NO_KEX, KSSH_R_NO_COMP_RX },
		{ KSSH_R_KEX_PUBLIC_VALUE, KSSH_R_REKEY_UNREAD },
		{ KSSH_R_NO_PEER_NAME, KSSH_R_PIN_MISMATCH },
		{ KSSH_R_GUESS_REFUSED, KSSH_R_GUESS_REFUSED },
		{ KSSH_R_LIMIT_NAMESPACE, KSSH_R_LIMIT_USER },
		{ KSSH_R_SERVICE_MISMATCH, KSSH_R_SERVICE_MISMATCH },
		{ KSSH_R_POLICY_TRUST_MODE, KSSH_R_POLICY_KEY_SIZE },
		{ KSSH_R_CHANNEL_WINDOW, KSSH_R_CHANNEL_FLOOD },
	};
	unsigned int g = 0;
	int r;

	for (r = -1; r < 200; r++) {
		if (g < ARRAY_SIZE(groups) && r > groups[g].last)
			g++;
		if (g < ARRAY_SIZE(groups) && r >= groups[g].first) {
			KUNIT_EXPECT_STRNEQ(test, kssh_reason_name(r), "?");
			KUNIT_EXPECT_EQ_MSG(test, !r, !kssh_reason_errno(r),
					    "reason %d", r);
			continue;
		}
		KUNIT_EXPECT_STREQ(test, kssh_reason_name(r), "?");
		KUNIT_EXPECT_EQ(test, -EPROTO, kssh_reason_errno(r));
		KUNIT_EXPECT_EQ(test, 0u, kssh_reason_disconnect(r));
	}
}

static void reason_errnos_tell_causes_apart(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, kssh_reason_errno(KSSH_R_TIMEOUT));
	KUNIT_EXPECT_EQ(test, -ECONNABORTED, kssh_reason_errno(KSSH_R_CANCELLED));
	KUNIT_EXPECT_EQ(test, -ECONNRESET, kssh_reason_errno(KSSH_R_PEER_CLOSED));
	KUNIT_EXPECT_EQ(test, -ESHUTDOWN, kssh_reason_errno(KSSH_R_PEER_DISCONNECT));
	KUNIT_EXPECT_EQ(test, -EBADMSG, kssh_reason_errno(KSSH_R_BAD_MAC));
	KUNIT_EXPECT_EQ(test, -EPROTONOSUPPORT, kssh_reason_errno(KSSH_R_NO_KEX));
	KUNIT_EXPECT_EQ(test, -EKEYREJECTED, kssh_reason_errno(KSSH_R_SIGNATURE_WRONG));
	KUNIT_EXPECT_EQ(test, -EACCES, kssh_reason_errno(KSSH_R_HOSTKEY_CHANGED));
	KUNIT_EXPECT_EQ(test, -EKEYREVOKED, kssh_reason_errno(KSSH_R_HOSTKEY_REVOKED));
	KUNIT_EXPECT_STREQ(test, kssh_reason_name(KSSH_R_SIGNATURE_WRONG),
			   "SIGNATURE_WRONG");
}

static struct kunit_case wire_cases[] = {
	KUNIT_CASE(reader_takes_each_type),
	KUNIT_CASE(reader_error_sticks),
	KUNIT_CASE(reader_bounds_strings),
	KUNIT_CASE_PARAM(reader_takes_mpint, mpint_gen_params),
	KUNIT_CASE_PARAM(writer_makes_mpint, mpint_gen_params),
	KUNIT_CASE(writer_writes_each_type),
	KUNIT_CASE(writer_error_sticks),
	KUNIT_CASE(reason_table_is_whole),
	KUNIT_CASE(reason_errnos_tell_causes_apart),
	{}
};

static struct kunit_suite wire_suite = {
	.name = "kssh_wire",
	.test_cases = wire_cases,
};

kunit_test_suite(wire_suite);
