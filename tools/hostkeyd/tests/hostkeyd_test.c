// SPDX-License-Identifier: GPL-2.0
/* kssh-hostkeyd without a kernel: log, verdicts, and what is kept of a question. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "../hostkeyd.h"
#include "logged.h"
#include "../../trust/tests/keys.h"

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
	log_audit(LOG_LEVEL_INFO, "%s", text);
	l = logged();
	assert_true(strlen(l) > 1000 && strlen(l) <= 4096);
	assert_int_equal(l[strlen(l) - 1], '\n');
}

/* ---- questions ------------------------------------------------------------------ */

struct world {
	char file[64];
	struct conf conf;
	struct asks *asks;
	uint8_t key[KSSH_TRUST_KEY_MAX];
	size_t key_len;
	/* what came of the last question */
	int answers;
	struct verdict v;
	char types[KSSH_TRUST_TYPES_MAX];
	int ended;
};

static void take_verdict(void *arg, uint64_t cookie, const struct verdict *v)
{
	struct world *w = arg;

	(void)cookie;
	w->answers++;
	w->v = *v;
}

static void take_known(void *arg, uint64_t cookie, const char *types, bool ca)
{
	struct world *w = arg;

	(void)cookie;
	(void)ca;
	w->answers++;
	strcpy(w->types, types);
}

static void take_end(void *arg)
{
	((struct world *)arg)->ended++;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct asks_env env = { take_verdict, take_known, take_end, w, NULL, NULL };

	snprintf(w->file, sizeof(w->file), "%s/known_hosts", dir);
	unlink(w->file);
	w->conf.files[0] = w->file;
	w->conf.accept_new = true;
	w->conf.policy = (struct kssh_trust_policy){
		.files = w->conf.files, .n_files = 1, .write_file = w->file,
	};
	w->asks = asks_new(&env);
	assert_true(asks_setup(w->asks, &w->conf));
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

/* Of root, or whoever runs this: somebody whose acceptance may be written down. */
static struct ask question(struct world *w, uint64_t cookie, const char *name)
{
	struct ask ask = { .cookie = cookie, .port = 22, .uid = geteuid(), .pid = 4711,
			   .key = w->key, .key_len = w->key_len };

	strcpy(ask.name, name);
	strcpy(ask.algorithm, "ssh-ed25519");
	strcpy(ask.comm, "te\nst\"");
	return ask;
}

/* The verdict, which comes at once where no user's files are asked. */
static uint32_t verdict(struct world *w, const struct ask *ask)
{
	int before = w->answers;

	asks_question(w->asks, ask);
	assert_int_equal(w->answers, before + 1);
	return w->v.verdict;
}

static bool exists(struct world *w)
{
	return !access(w->file, F_OK);
}

static void written_after_a_good_result_only(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 7, "new.example");
	char want[512];
	const char *l;

	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	assert_true(w->v.is_new);
	assert_string_equal(logged(), "");
	assert_false(exists(w));

	/* a bad signature, or nobody who waits: nothing is written */
	assert_true(asks_result(w->asks, 7, false));
	l = logged();
	snprintf(want, sizeof(want), "verdict=accept-new result=bad-signature "
		 "name=\"new.example\" port=22 alg=\"ssh-ed25519\" key=" ED25519_A_PRINT
		 " uid=%u pid=4711 comm=\"te\\x0ast\\x22\"", geteuid());
	assert_non_null(strstr(l, want));
	/* what a stranger named himself starts no line */
	assert_ptr_equal(strchr(l, '\n') + 1, l + strlen(l));
	verdict(w, &ask);
	assert_true(asks_cancel(w->asks, 7));
	assert_logged("verdict=accept-new result=cancelled");
	assert_false(asks_result(w->asks, 7, true));
	assert_false(exists(w));
	assert_int_equal(w->ended, 2);

	verdict(w, &ask);
	assert_true(asks_result(w->asks, 7, true));
	l = logged();
	assert_non_null(strstr(l, "verdict=accept-new result=good"));
	assert_non_null(strstr(l, "recorded=yes"));
	assert_true(exists(w));
	assert_int_equal(asks_waiting(w->asks), 0);
	/* once */
	assert_false(asks_result(w->asks, 7, true));

	verdict(w, &ask);
	assert_false(w->v.is_new);
	assert_true(asks_result(w->asks, 7, true));
	l = logged();
	assert_non_null(strstr(l, "verdict=accept result=good"));
	assert_non_null(strstr(l, "known_hosts:1\""));
	assert_null(strstr(l, "recorded"));
}

/* A file that speaks for all is added to by root only, or by who runs the helper. */
static void nobody_accepts_for_others(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 7, "new.example");

	ask.uid = geteuid() + 1000;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_UNKNOWN);
	assert_logged("verdict=unknown");
	ask.uid = geteuid();
	/* who has that number in a container is somebody else */
	ask.child = true;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_UNKNOWN);
	assert_logged("\" child file=");
	ask.child = false;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	assert_int_equal(asks_waiting(w->asks), 1);
	/* and what root has accepted is known to all */
	assert_true(asks_result(w->asks, 7, true));
	ask.uid = geteuid() + 1000;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	logged();
}

/* A pre-query changes nothing, and is no request that waits for something. */
static void what_is_known_is_told(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 3, "new.example");

	asks_known(w->asks, &ask);
	assert_int_equal(w->answers, 1);
	assert_string_equal(w->types, "");
	assert_false(exists(w));
	verdict(w, &ask);
	assert_true(asks_result(w->asks, 3, true));
	logged();
	asks_known(w->asks, &ask);
	assert_string_equal(w->types, "ssh-ed25519");
	assert_int_equal(asks_waiting(w->asks), 0);
	w->conf.files[0] = "/";
	assert_true(asks_setup(w->asks, &w->conf));
	asks_known(w->asks, &ask);
	assert_string_equal(w->types, "");
	assert_string_equal(logged(), "");
}

static void race_of_two_keys(void **state)
{
	struct world *w = *state;
	struct ask one = question(w, 1, "h"), two = question(w, 2, "h");
	uint8_t key[KSSH_TRUST_KEY_MAX];

	assert_int_equal(kssh_trust_read_key(ED25519_B, key, &two.key_len), 0);
	two.key = key;
	verdict(w, &one);
	assert_int_equal(verdict(w, &two), KSSH_TRUST_OK);
	assert_true(asks_result(w->asks, 1, true));
	logged();
	assert_true(asks_result(w->asks, 2, true));
	assert_logged("recorded=no");
	/* the first one stays the one */
	assert_int_equal(verdict(w, &two), KSSH_TRUST_CHANGED);
	logged();
}

static void nothing_is_kept_of_refusals(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 1, "h");

	w->conf.accept_new = false;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_UNKNOWN);
	assert_logged("verdict=unknown");
	assert_int_equal(asks_waiting(w->asks), 0);
	ask.key_len = 3;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_REFUSED);
	assert_logged("that is no public key");
	w->conf.files[0] = "/";
	assert_true(asks_setup(w->asks, &w->conf));
	ask.key_len = w->key_len;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_REFUSED);
	assert_logged("verdict=refused");
	assert_int_equal(w->ended, 3);
}

/* A new configuration counts from the next question on; who waits goes on waiting. */
static void set_up_again(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 1, "h"), other = question(w, 2, "other");
	struct conf strict = w->conf;

	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	strict.accept_new = false;
	strict.policy.files = strict.files;
	assert_true(asks_setup(w->asks, &strict));
	assert_int_equal(verdict(w, &other), KSSH_TRUST_UNKNOWN);
	assert_true(asks_result(w->asks, 1, true));
	assert_logged("recorded=yes");
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
}

static void a_cookie_asked_twice(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 1, "h");

	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_REFUSED);
	assert_int_equal(asks_waiting(w->asks), 1);
}

/* Whom it cannot tell any more whether an acceptance came to something, it names. */
static void the_end_is_logged(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 1, "h");

	verdict(w, &ask);
	logged();
	asks_free(w->asks);
	w->asks = NULL;
	assert_logged("verdict=accept-new result=not-told");
}

/* What the log has got: one line, of @verdict, and no byte that a stranger chose freely. */
static void one_line(const char *verdict)
{
	const char *l = logged(), *p;
	int quotes = 0;

	for (p = l; *p >= ' ' && *p <= '~'; p++)
		quotes += *p == '"';
	/* of name, algorithm, command and file, if there is one */
	if (!strncmp(l, verdict, strlen(verdict)) && l[strlen(verdict)] == ' ' &&
	    quotes == 8 && !strcmp(p, "\n"))
		return;
	print_message("# not one line of %s: %s", verdict, l);
	fail();
}

static void put_file(struct world *w, const char *text)
{
	FILE *f = fopen(w->file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void each_verdict_is_one_line(void **state)
{
	static const char *const names[] = {
		"host.example", "a\nverdict=accept name=\"b\"", "\x1b[2J\x07", "\\", "\"",
		"\xff\xc3\xbc", "a\r\n\n\nb", "",
	};
	struct world *w = *state;
	struct ask ask;
	size_t i;

	w->conf.accept_new = false;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ask = question(w, i, "host.example");
		snprintf(ask.comm, sizeof(ask.comm), "%s", names[i]);
		snprintf(ask.algorithm, sizeof(ask.algorithm), "%s", names[i]);
		put_file(w, "");
		assert_int_equal(verdict(w, &ask), KSSH_TRUST_UNKNOWN);
		one_line("verdict=unknown");
		put_file(w, "host.example " ED25519_B "\n");
		assert_int_equal(verdict(w, &ask), KSSH_TRUST_CHANGED);
		one_line("verdict=changed");
		put_file(w, "@revoked * " ED25519_A "\n");
		assert_int_equal(verdict(w, &ask), KSSH_TRUST_REVOKED);
		one_line("verdict=revoked");
		put_file(w, "host.example " ED25519_A "\n");
		assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
		assert_string_equal(logged(), "");
		assert_true(asks_result(w->asks, i, true));
		one_line("verdict=accept result=good");
		verdict(w, &ask);
		assert_true(asks_result(w->asks, i, false));
		one_line("verdict=accept result=bad-signature");
		verdict(w, &ask);
		assert_true(asks_cancel(w->asks, i));
		one_line("verdict=accept result=cancelled");
		ask.key_len = 3;
		assert_int_equal(verdict(w, &ask), KSSH_TRUST_REFUSED);
		one_line("verdict=refused");
		/* and a name that the kernel would not let through */
		ask.key_len = w->key_len;
		snprintf(ask.name, sizeof(ask.name), "%s", names[i]);
		if (verdict(w, &ask) == KSSH_TRUST_OK)
			asks_result(w->asks, i, true);
		one_line(w->v.verdict == KSSH_TRUST_OK ? "verdict=accept result=good" :
			 w->v.verdict == KSSH_TRUST_UNKNOWN ? "verdict=unknown" :
							      "verdict=refused");
	}
}

/* ---- for a long time -------------------------------------------------------------- */

struct used {
	size_t heap;
	long pages;
	int files;
};

static struct used used_now(void)
{
	struct used u = { .heap = mallinfo2().uordblks };
	FILE *f = fopen("/proc/self/statm", "r");
	DIR *d = opendir("/proc/self/fd");

	assert_non_null(f);
	assert_non_null(d);
	assert_int_equal(fscanf(f, "%*d %ld", &u.pages), 1);
	while (readdir(d))
		u.files++;
	fclose(f);
	closedir(d);
	return u;
}

/* All that it hears of, with files that change and a configuration that is read again. */
static void some_of_all(struct world *w, int n, const char *const texts[2])
{
	struct ask ask = question(w, n, "host.example.org");

	put_file(w, texts[n & 1]);
	asks_refresh(w->asks);
	assert_int_equal(verdict(w, &ask), n & 1 ? KSSH_TRUST_OK : KSSH_TRUST_CHANGED);
	if (n & 1)
		assert_true(n % 3 ? asks_result(w->asks, n, n % 5) :
				    asks_cancel(w->asks, n));
	asks_known(w->asks, &ask);
	snprintf(ask.name, sizeof(ask.name), "stranger%d.example", n);
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_UNKNOWN);
	if (n % 50 == 0) {
		assert_true(asks_setup(w->asks, &w->conf));
		assert_true(asks_watch(w->asks) >= 0);
		logged();
	}
}

static void memory_is_flat(void **state)
{
	enum { HOSTS = 100, ROUNDS = 4000, WARM = 1499 };
	static char a[HOSTS * 200], b[sizeof(a)];
	const char *const texts[2] = { a, b };
	struct world *w = *state;
	struct used before = { 0 }, now;
	int i;

	w->conf.accept_new = false;
	for (i = 0; i < HOSTS; i++) {
		sprintf(a + strlen(a), "h%d.example " ED25519_A "\n", i);
		sprintf(b + strlen(b), "g%d.example,x*%d " ED25519_A "\n", i, i);
	}
	strcat(a, "host.example.org " ED25519_B "\n");
	strcat(b, HASHED_HOST " " ED25519_A "\n");
	for (i = 0; i < ROUNDS; i++) {
		some_of_all(w, i, texts);
		/* both times with the same file in memory */
		if (i == WARM)
			before = used_now();
	}
	now = used_now();
	print_message("# %d verdicts, the file changed %d times: %ld kB, %+ld kB since the %dth\n",
		      2 * ROUNDS, ROUNDS, now.pages * 4, (now.pages - before.pages) * 4, WARM);
	assert_in_range(now.heap, before.heap - 65536, before.heap + 16384);
	assert_in_range(now.pages, 0, before.pages + 64);
	assert_int_equal(now.files, before.files);
	logged();
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The first question reads a long file; the others do not. */
static void thousands_from_memory(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 1, "last.example");
	double start, cold, warm;
	FILE *f = fopen(w->file, "w");
	int i;

	for (i = 0; i < 10000; i++)
		fprintf(f, "host%d.example " ED25519_B "\n", i);
	fputs("last.example " ED25519_A "\n", f);
	fclose(f);
	/* what has just changed is looked at more closely */
	sleep(3);
	start = cpu_seconds();
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_OK);
	cold = cpu_seconds() - start;
	start = cpu_seconds();
	for (i = 0; i < 3000; i++) {
		ask.cookie = 2 + i;
		asks_question(w->asks, &ask);
		assert_int_equal(w->v.verdict, KSSH_TRUST_OK);
		assert_int_equal(w->v.line, 10001);
	}
	warm = (cpu_seconds() - start) / 3000;
	printf("# a verdict from 10,001 lines: %.0f us at first, then %.1f us\n",
	       cold * 1e6, warm * 1e6);
	assert_true(warm * 20 < cold);
	/* and a change counts at once */
	f = fopen(w->file, "w");
	fputs("last.example " ED25519_B "\n", f);
	fclose(f);
	ask.cookie = 1000000;
	assert_int_equal(verdict(w, &ask), KSSH_TRUST_CHANGED);
	logged();
	for (i = 0; i <= 3000; i++)
		asks_cancel(w->asks, 1 + i);
	logged();
}

/* Results that never come do not fill the memory. */
static void bounded(void **state)
{
	struct world *w = *state;
	struct ask ask = question(w, 0, "h");
	uint64_t i;

	for (i = 0; i < 66000; i++) {
		ask.cookie = i;
		asks_question(w->asks, &ask);
		if (i % 1000 == 0)
			logged();
	}
	assert_int_equal(asks_waiting(w->asks), 65536);
	assert_false(asks_result(w->asks, 0, true));
	assert_true(asks_result(w->asks, 65999, true));
	logged();
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	asks_free(w->asks);
	w->asks = NULL;
	dup2(open(log_path, O_WRONLY | O_APPEND), STDERR_FILENO);
}

/* ---- what two sets of files say together ------------------------------------------- */

static void joined(void **state)
{
	/* as if it had been one set: what counts, in this order */
	static const struct verdict order[] = {
		{ .verdict = KSSH_TRUST_REVOKED }, { .verdict = KSSH_TRUST_REFUSED },
		{ .verdict = KSSH_TRUST_OK }, { .verdict = KSSH_TRUST_CHANGED },
		{ .verdict = KSSH_TRUST_OK, .bare = 1 }, { .verdict = KSSH_TRUST_UNKNOWN },
	};
	struct verdict v;
	size_t i, j;

	(void)state;
	for (i = 0; i < 6; i++) {
		for (j = 0; j < 6; j++) {
			v = order[i];
			verdict_join(&v, &order[j]);
			assert_memory_equal(&v, &order[i < j ? i : j], sizeof(v));
		}
	}
}

static void joined_types(void **state)
{
	char types[KSSH_TRUST_TYPES_MAX] = "", much[KSSH_TRUST_TYPES_MAX] = "";
	int i;

	(void)state;
	types_join(types, "");
	assert_string_equal(types, "");
	types_join(types, "ssh-rsa,ssh-ed25519");
	types_join(types, "ssh-ed25519,,x,ssh-rsa,ssh");
	assert_string_equal(types, "ssh-rsa,ssh-ed25519,x,ssh");
	for (i = 0; i < 100; i++)
		sprintf(much + strlen(much), "%s%04d", i ? "," : "", i);
	types_join(types, much);
	types_join(types, "and,so,on");
	assert_true(strlen(types) < sizeof(types));
}

#define T(fn)	cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escaping), cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(joined), cmocka_unit_test(joined_types),
		T(written_after_a_good_result_only), T(nobody_accepts_for_others),
		T(what_is_known_is_told), T(race_of_two_keys),
		T(nothing_is_kept_of_refusals), T(set_up_again), T(a_cookie_asked_twice),
		T(the_end_is_logged), T(each_verdict_is_one_line), T(memory_is_flat),
		T(thousands_from_memory), T(bounded),
	};
	int ret;

	if (!log_begin())
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	log_end();
	return ret != 0;
}
