// SPDX-License-Identifier: GPL-2.0
/* kssh-hostkeyd without a kernel: command line, log, and what is kept of a question. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "../hostkeyd.h"
#include "../../trust/tests/keys.h"

/* ---- what it says --------------------------------------------------------- */

static char log_path[40], dir[40];

/* All that has been logged since the last call. */
static const char *logged(void)
{
	static char text[65536];
	int fd = open(log_path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	assert_true(n >= 0);
	text[n] = 0;
	assert_int_equal(truncate(log_path, 0), 0);
	return text;
}

#define assert_logged(what)	assert_non_null(strstr(logged(), what))

/* ---- command line ----------------------------------------------------------- */

static int parse(struct options *o, char *const *words)
{
	char *argv[32] = { 0 };
	int argc = 0;

	while (*words)
		argv[argc++] = *words++;
	return options_parse(argc, argv, o);
}

#define PARSE(o, ...)	parse(o, (char *const []){ "test", ##__VA_ARGS__, NULL })

static void defaults(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o), -1);
	assert_int_equal(o.policy.checking, KSSH_TRUST_STRICT);
	assert_int_equal(o.policy.n_files, 2);
	assert_string_equal(o.policy.files[0], "/etc/ssh/ssh_known_hosts");
	assert_string_equal(o.policy.write_file, "/etc/ssh/ssh_known_hosts");
	assert_false(o.takeover);
	assert_int_equal(o.ready_fd, -1);
}

static void all_options(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--policy", "accept-new", "--known-hosts", "/a",
			       "--known-hosts=/b", "--write", "/c", "--hash",
			       "--takeover", "--serve-children", "--once",
			       "--ready-fd", "7", "--pid-file", "/p", "--verbose"), -1);
	assert_int_equal(o.policy.checking, KSSH_TRUST_ACCEPT_NEW);
	assert_true(o.policy.hash_names && o.takeover &&
		    o.serve_children && o.once && o.verbose);
	/* what is written is read */
	assert_int_equal(o.policy.n_files, 3);
	assert_string_equal(o.policy.files[2], "/c");
	assert_int_equal(o.ready_fd, 7);
	assert_string_equal(o.pid_file, "/p");
	assert_int_equal(PARSE(&o, "--known-hosts", "/a", "--write", "/a"), -1);
	assert_int_equal(o.policy.n_files, 1);
	assert_int_equal(PARSE(&o, "--check", "h", "k"), -1);
	assert_string_equal(o.check_host, "h");
	assert_string_equal(o.check_key, "k");
}

static void bad_command_lines(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(PARSE(&o, "--policy", "lax"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--policy", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--known-hosts", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", "x"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", "-1"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--ready-fd", ""), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--check", "h"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--check", "h", "k", "more"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "more"), EXIT_USAGE);
	assert_int_equal(PARSE(&o, "--nonsense"), EXIT_USAGE);
	logged();
}

/* ---- the log ------------------------------------------------------------------ */

static void escaping(void **state)
{
	char out[ESCAPED_MAX], long_text[1000];

	(void)state;
	assert_string_equal(escape("plain text", 10, out), "plain text");
	assert_string_equal(escape("a\nb\"c\\d\x1b[0m\xff", 12, out),
			    "a\\x0ab\\x22c\\x5cd\\x1b[0m\\xff");
	assert_string_equal(escape("a\0b", 3, out), "a\\x00b");
	assert_string_equal(escape("", 0, out), "");
	memset(long_text, '\n', sizeof(long_text));
	assert_int_equal(strlen(escape(long_text, sizeof(long_text), out)), 4 * 255);
}

static void long_lines_are_cut(void **state)
{
	char text[10000];
	const char *l;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	say("%s", text);
	l = logged();
	assert_true(strlen(l) > 1000 && strlen(l) <= 4096);
	assert_int_equal(l[strlen(l) - 1], '\n');
}

/* ---- questions ------------------------------------------------------------------ */

struct world {
	char file[64];
	const char *files[1];
	struct kssh_trust_policy policy;
	struct asks *asks;
	uint8_t key[KSSH_TRUST_KEY_MAX];
	size_t key_len;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	snprintf(w->file, sizeof(w->file), "%s/known_hosts", dir);
	unlink(w->file);
	w->files[0] = w->file;
	w->policy = (struct kssh_trust_policy){
		.files = w->files, .n_files = 1, .write_file = w->file,
		.checking = KSSH_TRUST_ACCEPT_NEW,
	};
	w->asks = asks_new(&w->policy);
	assert_int_equal(kssh_trust_read_key(ED25519_A, w->key, &w->key_len), 0);
	logged();
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	unlink(w->file);
	asks_free(w->asks);
	free(w);
	return 0;
}

static struct ask question(struct world *w, uint64_t cookie, const char *name)
{
	struct ask ask = { .cookie = cookie, .port = 22, .uid = 1000, .pid = 4711,
			   .key = w->key, .key_len = w->key_len };

	strcpy(ask.name, name);
	strcpy(ask.algorithm, "ssh-ed25519");
	strcpy(ask.comm, "te\nst\"");
	return ask;
}

static bool exists(struct world *w)
{
	return !access(w->file, F_OK);
}

static void written_after_a_good_result_only(void **state)
{
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask ask = question(w, 7, "new.example");
	const char *l;

	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_string_equal(logged(), "");
	assert_false(exists(w));

	/* a bad signature, or nobody who waits: nothing is written */
	assert_true(asks_result(w->asks, 7, false));
	l = logged();
	assert_non_null(strstr(l, "verdict=accept-new result=bad-signature "
				  "name=\"new.example\" port=22 "
				  "alg=\"ssh-ed25519\" key=" ED25519_A_PRINT
				  " uid=1000 pid=4711 comm=\"te\\x0ast\\x22\""));
	/* what a stranger named himself starts no line */
	assert_ptr_equal(strchr(l, '\n') + 1, l + strlen(l));
	asks_question(w->asks, &ask, &a);
	assert_true(asks_cancel(w->asks, 7));
	assert_logged("verdict=accept-new result=cancelled");
	assert_false(asks_result(w->asks, 7, true));
	assert_false(exists(w));

	asks_question(w->asks, &ask, &a);
	assert_true(asks_result(w->asks, 7, true));
	l = logged();
	assert_non_null(strstr(l, "verdict=accept-new result=good"));
	assert_non_null(strstr(l, "recorded=yes"));
	assert_true(exists(w));
	assert_int_equal(asks_waiting(w->asks), 0);
	/* once */
	assert_false(asks_result(w->asks, 7, true));

	asks_question(w->asks, &ask, &a);
	assert_true(asks_result(w->asks, 7, true));
	l = logged();
	assert_non_null(strstr(l, "verdict=accept result=good"));
	assert_non_null(strstr(l, "known_hosts:1\""));
	assert_null(strstr(l, "recorded"));
}

/* A pre-query changes nothing, and is no request that waits for something. */
static void what_is_known_is_told(void **state)
{
	char types[KSSH_TRUST_TYPES_MAX];
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask ask = question(w, 3, "new.example");

	asks_known(w->asks, &ask, types);
	assert_string_equal(types, "");
	assert_false(exists(w));
	asks_question(w->asks, &ask, &a);
	assert_true(asks_result(w->asks, 3, true));
	logged();
	asks_known(w->asks, &ask, types);
	assert_string_equal(types, "ssh-ed25519");
	assert_int_equal(asks_waiting(w->asks), 0);
	w->policy.files = (const char *const []){ "/" };
	asks_known(w->asks, &ask, types);
	assert_string_equal(types, "");
	assert_string_equal(logged(), "");
}

static void race_of_two_keys(void **state)
{
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask one = question(w, 1, "h"), two = question(w, 2, "h");
	uint8_t key[KSSH_TRUST_KEY_MAX];

	assert_int_equal(kssh_trust_read_key(ED25519_B, key, &two.key_len), 0);
	two.key = key;
	asks_question(w->asks, &one, &a);
	asks_question(w->asks, &two, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	assert_true(asks_result(w->asks, 1, true));
	logged();
	assert_true(asks_result(w->asks, 2, true));
	assert_logged("recorded=no");
	/* the first one stays the one */
	asks_question(w->asks, &two, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_CHANGED);
}

static void nothing_is_kept_of_refusals(void **state)
{
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask ask = question(w, 1, "h");

	w->policy.checking = KSSH_TRUST_STRICT;
	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_UNKNOWN);
	assert_logged("verdict=unknown");
	assert_int_equal(asks_waiting(w->asks), 0);
	ask.key_len = 3;
	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_logged("that is no public key");
	w->policy.files = (const char *const []){ "/" };
	ask.key_len = w->key_len;
	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_logged("verdict=refused");
}

static void a_cookie_asked_twice(void **state)
{
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask ask = question(w, 1, "h");

	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_OK);
	asks_question(w->asks, &ask, &a);
	assert_int_equal(a.verdict, KSSH_TRUST_REFUSED);
	assert_int_equal(asks_waiting(w->asks), 1);
}

/* Results that never come do not fill the memory. */
static void bounded(void **state)
{
	struct kssh_trust_answer a;
	struct world *w = *state;
	struct ask ask = question(w, 0, "h");
	uint64_t i;

	for (i = 0; i < 70000; i++) {
		ask.cookie = i;
		asks_question(w->asks, &ask, &a);
		if (i % 1000 == 0)
			logged();
	}
	assert_int_equal(asks_waiting(w->asks), 65536);
	assert_false(asks_result(w->asks, 0, true));
	assert_true(asks_result(w->asks, 69999, true));
	logged();
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults), cmocka_unit_test(all_options),
		cmocka_unit_test(bad_command_lines), cmocka_unit_test(escaping),
		cmocka_unit_test(long_lines_are_cut),
		T(written_after_a_good_result_only), T(what_is_known_is_told),
		T(race_of_two_keys),
		T(nothing_is_kept_of_refusals), T(a_cookie_asked_twice), T(bounded),
	};
	int fd, ret;

	strcpy(log_path, "/tmp/hostkeyd-test.XXXXXX");
	strcpy(dir, log_path);
	fd = mkstemp(log_path);
	if (fd < 0 || !mkdtemp(dir) || dup2(fd, STDERR_FILENO) < 0)
		return 1;
	fcntl(STDERR_FILENO, F_SETFL, O_APPEND);
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(log_path);
	rmdir(dir);
	return ret != 0;
}
