// SPDX-License-Identifier: GPL-2.0
/* The server's identification, by the rules of OpenSSH's client. */

#include <kunit/test.h>
#include <linux/slab.h>

#include "../core/banner.h"
#include "../wire/msg.h"
#include "../wire/reason.h"

#define ROOM	(KSSH_BANNER_LINES_MAX * 2 + 3 * KSSH_BANNER_LINE_MAX)

/* Read lines, the bytes arriving @chunk at a time.  0, -1 (no end yet) or reason. */
static int read_lines(const u8 *p, size_t n, size_t chunk, struct kssh_blob *id)
{
	struct kssh_banner b = {};
	size_t start = 0, have = 0, used;
	int r;

	while (have < n) {
		have = min(n, have + chunk);
		do {
			r = kssh_banner_line(&b, p + start, have - start, &used, id);
			if (r || id->n)
				return r;
			start += used;
		} while (used);
	}
	return -1;
}

static const struct banner_row {
	const char *name;
	const char *text;
	size_t len;
	int result;
	const char *id;
} rows[] = {
#define ROW(name, text, result, id) { name, text, sizeof(text) - 1, result, id }
	ROW("plain", "SSH-2.0-x\r\n", 0, "SSH-2.0-x"),
	ROW("no CR", "SSH-2.0-x\n", 0, "SSH-2.0-x"),
	ROW("two CRs", "SSH-2.0-x\r\r\n", 0, "SSH-2.0-x"),
	ROW("comment", "SSH-2.0-x y z\r\n", 0, "SSH-2.0-x y z"),
	ROW("bytes behind it", "SSH-2.0-x\r\n\0\0\1\2", 0, "SSH-2.0-x"),
	ROW("1.99", "SSH-1.99-x\r\n", 0, "SSH-1.99-x"),
	ROW("lines before", "hello\r\n\r\nSSH-\nSSH 2\nSSH-2.0-x\n", 0, "SSH-2.0-x"),
	ROW("high bytes", "\xff\xfe\nSSH-2.0-\xc3\xa4\n", 0, "SSH-2.0-\xc3\xa4"),
	ROW("1.5", "SSH-1.5-x\r\n", KSSH_R_BANNER_VERSION, ""),
	ROW("1.98", "SSH-1.98-x\r\n", KSSH_R_BANNER_VERSION, ""),
	ROW("2.1", "SSH-2.1-x\r\n", KSSH_R_BANNER_VERSION, ""),
	ROW("3.0", "SSH-3.0-x\r\n", KSSH_R_BANNER_VERSION, ""),
	ROW("no number", "SSH-x.0-x\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("no minor", "SSH-2-x\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("no software", "SSH-2.0-\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("no dash", "SSH-2.0\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("sign", "SSH-+2.0-x\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("long number", "SSH-00002.0-x\r\n", KSSH_R_BANNER_INVALID, ""),
	ROW("NUL", "SSH-2.0-x\0y", KSSH_R_BANNER_INVALID, ""),
	ROW("NUL before", "a\0", KSSH_R_BANNER_INVALID, ""),
	ROW("CR inside", "SSH-2.0-x\ry", KSSH_R_BANNER_INVALID, ""),
	ROW("CR before", "a\rb", KSSH_R_BANNER_INVALID, ""),
	ROW("unfinished", "SSH-2.0-x\r", -1, ""),
};

static void banner_desc(const struct banner_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(banner, rows, banner_desc);

static void line_is_judged(struct kunit *test)
{
	const struct banner_row *row = test->param_value;
	struct kssh_blob id;
	size_t chunk;

	for (chunk = 1; chunk <= row->len; chunk++) {
		KUNIT_EXPECT_EQ(test, row->result,
				read_lines((const u8 *)row->text, row->len, chunk, &id));
		if (row->result)
			continue;
		KUNIT_ASSERT_EQ(test, strlen(row->id), id.n);
		KUNIT_EXPECT_MEMEQ(test, id.p, row->id, id.n);
	}
}

static void lines_are_counted(struct kunit *test)
{
	static const char last[] = "SSH-2.0-x\r\n";
	u8 *p = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct kssh_blob id;
	size_t n = 0;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (i = 0; i < KSSH_BANNER_LINES_MAX - 1; i++) {
		p[n++] = 'a';
		p[n++] = '\n';
	}
	memcpy(p + n, last, sizeof(last) - 1);
	KUNIT_EXPECT_EQ(test, 0, read_lines(p, n + sizeof(last) - 1, 1000, &id));
	/* one line more, and its end is the limit */
	memmove(p + 1, p, n);
	p[0] = '\n';
	KUNIT_EXPECT_EQ(test, KSSH_R_BANNER_TOO_MANY_LINES,
			read_lines(p, n + 1, 1000, &id));
	KUNIT_EXPECT_EQ(test, -1, read_lines(p, n, 1000, &id));
}

static void lines_are_measured(struct kunit *test)
{
	u8 *p = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct kssh_blob id;
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	memcpy(p, "SSH-2.0-", 8);
	memset(p + 8, 'x', KSSH_BANNER_LINE_MAX);
	p[KSSH_BANNER_LINE_MAX] = '\r';
	p[KSSH_BANNER_LINE_MAX + 1] = '\n';
	KUNIT_EXPECT_EQ(test, 0, read_lines(p, KSSH_BANNER_LINE_MAX + 2, 999, &id));
	KUNIT_EXPECT_EQ(test, (size_t)KSSH_BANNER_LINE_MAX, id.n);
	/* the byte too many is enough, without a line end */
	p[KSSH_BANNER_LINE_MAX] = 'x';
	KUNIT_EXPECT_EQ(test, KSSH_R_BANNER_LINE_TOO_LONG,
			read_lines(p, KSSH_BANNER_LINE_MAX + 1, 999, &id));
	p[0] = 'x';
	KUNIT_EXPECT_EQ(test, KSSH_R_BANNER_LINE_TOO_LONG,
			read_lines(p, KSSH_BANNER_LINE_MAX + 1, 999, &id));
	/* CRs are no content; without end they must end all the same */
	for (i = 0; i < 100; i++)
		p[i] = '\r';
	KUNIT_EXPECT_EQ(test, KSSH_R_BANNER_INVALID, read_lines(p, 100, 7, &id));
}

static struct kunit_case banner_cases[] = {
	KUNIT_CASE_PARAM(line_is_judged, banner_gen_params),
	KUNIT_CASE(lines_are_counted),
	KUNIT_CASE(lines_are_measured),
	{}
};

static struct kunit_suite banner_suite = {
	.name = "kssh_core_banner",
	.test_cases = banner_cases,
};

kunit_test_suite(banner_suite);
