// SPDX-License-Identifier: GPL-2.0
/*
 * Every state against every message number.  What is expected is written here as
 * text, from RFC 4250, 4253, 4419 and 8308 and OpenSSH's behaviour, not from the table.
 *
 * One line per state: ranges of numbers, each with a letter that says what becomes
 * of them.  H: handled here.  D: delivered.  U: answered with UNIMPLEMENTED.  S:
 * handled, but a violation in strict key exchange.  All others are not expected.
 */

#include <kunit/test.h>
#include <linux/kernel.h>

#include "../core/legal.h"

static const struct legal_case {
	enum kssh_ssh_state state;
	const char *name;
	const char *expect;
} legal_states[] = {
	{ KSSH_S_START, "start", "" },
	{ KSSH_S_BANNER, "banner", "" },
	{ KSSH_S_KEXINIT, "kexinit", "H1-4 H20-20" },
	{ KSSH_S_KEYGEN, "keygen", "" },
	{ KSSH_S_GROUP, "group", "H1-1 S2-4 H31-31" },
	{ KSSH_S_KEX, "kex", "H1-1 S2-4 H31-31" },
	{ KSSH_S_GEX, "gex", "H1-1 S2-4 H33-33" },
	{ KSSH_S_PROVE, "prove", "" },
	{ KSSH_S_NEWKEYS, "newkeys", "H1-1 S2-4 H21-21" },
	{ KSSH_S_SERVICE, "service", "H1-4 H6-7 U8-19 H20-20 U22-29 H192-193" },
	{ KSSH_S_AUTH, "auth", "H1-4 H7-7 U8-19 H20-20 U22-29 D50-79 H192-193" },
	{ KSSH_S_OPEN, "open",
	  "H1-4 U7-19 H20-20 U22-29 D50-191 H192-193 D194-255" },
	{ KSSH_S_REKEY_KEXINIT, "rekey kexinit",
	  "H1-4 U7-19 H20-20 U22-29 D50-191 H192-193 D194-255" },
	{ KSSH_S_REKEY_KEYGEN, "rekey keygen", "" },
	{ KSSH_S_REKEY_GROUP, "rekey group", "H1-4 H31-31" },
	{ KSSH_S_REKEY_KEX, "rekey kex", "H1-4 H31-31" },
	{ KSSH_S_REKEY_GEX, "rekey gex", "H1-4 H33-33" },
	{ KSSH_S_REKEY_PROVE, "rekey prove", "" },
	{ KSSH_S_REKEY_NEWKEYS, "rekey newkeys", "H1-4 H21-21" },
	{ KSSH_S_OVER, "over", "" },
};

static void legal_desc(const struct legal_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(legal, legal_states, legal_desc);

/* The letter for a number, '-' if no range has it. */
static char letter(const char *expect, unsigned int msg)
{
	unsigned int a, b;
	char what;

	while (sscanf(expect, "%c%u-%u", &what, &a, &b) == 3) {
		if (msg >= a && msg <= b)
			return what;
		expect = strchr(expect, ' ');
		if (!expect)
			break;
		expect++;
	}
	return '-';
}

static enum kssh_legality meaning(char letter, bool strict)
{
	switch (letter) {
	case 'H':
		return KSSH_L_HANDLE;
	case 'S':
		return strict ? KSSH_L_STRICT : KSSH_L_HANDLE;
	case 'D':
		return KSSH_L_DELIVER;
	case 'U':
		return KSSH_L_UNKNOWN;
	}
	return KSSH_L_UNEXPECTED;
}

static void every_message(struct kunit *test)
{
	const struct legal_case *c = test->param_value;
	unsigned int msg;
	int strict;

	for (strict = 0; strict < 2; strict++)
		for (msg = 0; msg < 256; msg++)
			KUNIT_EXPECT_EQ_MSG(test,
					    meaning(letter(c->expect, msg), strict),
					    kssh_legal(c->state, strict, msg),
					    "message %u strict %d", msg, strict);
}

static void every_state_has_a_line(struct kunit *test)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, (unsigned int)KSSH_S_COUNT,
			(unsigned int)ARRAY_SIZE(legal_states));
	for (i = 0; i < ARRAY_SIZE(legal_states); i++)
		KUNIT_EXPECT_EQ(test, i, (unsigned int)legal_states[i].state);
}

/* Nothing is read in states without a legal message, but for the banner. */
static void pauses_are_states_without_messages(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(legal_states); i++) {
		const struct legal_case *c = &legal_states[i];

		KUNIT_EXPECT_EQ_MSG(test, !*c->expect && i != KSSH_S_BANNER,
				    kssh_state_paused(c->state), "%s", c->name);
	}
}

/* From our KEXINIT to our NEWKEYS no payload may leave; both are known by name. */
static void sending_stops_during_exchanges(struct kunit *test)
{
	static const enum kssh_ssh_state free[] = {
		KSSH_S_START, KSSH_S_NEWKEYS, KSSH_S_SERVICE, KSSH_S_AUTH, KSSH_S_OPEN,
		KSSH_S_REKEY_NEWKEYS,
	};
	unsigned int s, i;

	for (s = 0; s < KSSH_S_COUNT; s++) {
		bool may = false;

		for (i = 0; i < ARRAY_SIZE(free); i++)
			may |= free[i] == s;
		KUNIT_EXPECT_EQ_MSG(test, !may, kssh_state_tx_blocked(s), "state %u", s);
		KUNIT_EXPECT_EQ_MSG(test, s >= KSSH_S_REKEY_KEXINIT &&
				    s <= KSSH_S_REKEY_NEWKEYS,
				    kssh_state_rekey(s), "state %u", s);
	}
}

static struct kunit_case legal_cases[] = {
	KUNIT_CASE_PARAM(every_message, legal_gen_params),
	KUNIT_CASE(every_state_has_a_line),
	KUNIT_CASE(pauses_are_states_without_messages),
	KUNIT_CASE(sending_stops_during_exchanges),
	{}
};

static struct kunit_suite legal_suite = {
	.name = "kssh_legal",
	.test_cases = legal_cases,
};

kunit_test_suite(legal_suite);
