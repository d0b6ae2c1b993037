// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the KUnit suites that are linked in.  usage: suites [glob of suite or case]
 * Output: TAP, one line per case (and per parameter); exit status 1 if one failed.
 */

#include <fnmatch.h>
#include <stdlib.h>
#include <kunit/test.h>

static struct kunit_suite *suites;
static unsigned int number, failures;

/**
 * struct kunit_resource_node - what ends with a test
 * @next: what was taken before it
 * @action: called with @arg
 * @arg: memory, for free()
 */
struct kunit_resource_node {
	struct kunit_resource_node *next;
	void (*action)(void *arg);
	void *arg;
};

void kssh_user_kunit_register(struct kunit_suite *suite)
{
	struct kunit_suite **p = &suites;

	while (*p && strcmp((*p)->name, suite->name) < 0)
		p = &(*p)->next;
	suite->next = *p;
	*p = suite;
}

int kunit_add_action_or_reset(struct kunit *test, void (*action)(void *), void *arg)
{
	struct kunit_resource_node *r = malloc(sizeof(*r));

	if (!r)
		abort();
	r->next = test->resources;
	r->action = action;
	r->arg = arg;
	test->resources = r;
	return 0;
}

void *kunit_kmalloc(struct kunit *test, size_t n, gfp_t gfp)
{
	void *p = gfp & __GFP_ZERO ? calloc(1, n ? n : 1) : malloc(n);

	if (p)
		kunit_add_action_or_reset(test, free, p);
	return p;
}

void kunit_kfree(struct kunit *test, const void *p)
{
	struct kunit_resource_node **r = &test->resources, *found;

	while (*r && ((*r)->arg != p || (*r)->action != free))
		r = &(*r)->next;
	found = *r;
	if (!found)
		return;
	*r = found->next;
	free(found->arg);
	free(found);
}

static void release(struct kunit *test)
{
	struct kunit_resource_node *r;

	while ((r = test->resources)) {
		test->resources = r->next;
		r->action(r->arg);
		free(r);
	}
}

static void run_once(struct kunit_suite *s, struct kunit_case *c, const void *param,
		     const char *desc)
{
	struct kunit test = { .name = c->name, .param_value = param };

	if (!setjmp(test.abort)) {
		if (s->init && s->init(&test))
			test.failed = true;
		else
			c->run_case(&test);
	}
	if (s->exit)
		s->exit(&test);
	release(&test);
	failures += test.failed;
	printf("%sok %u - %s.%s%s%s%s%s\n", test.failed ? "not " : "", ++number,
	       s->name, c->name, *desc ? ": " : "", desc,
	       test.skipped && !test.failed ? " # SKIP " : "",
	       test.skipped && !test.failed ? test.skipped : "");
	fflush(stdout);
}

static void run_case(struct kunit_suite *s, struct kunit_case *c)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	struct kunit dummy = {};
	const void *param = NULL;

	if (!c->generate_params) {
		run_once(s, c, NULL, "");
		return;
	}
	while ((param = c->generate_params(&dummy, param, desc)))
		run_once(s, c, param, desc);
}

int main(int argc, char **argv)
{
	const char *glob = argc > 1 ? argv[1] : "*";
	struct kunit_suite *s;
	struct kunit_case *c;

	if ((kssh_hash_init && kssh_hash_init()) ||
	    (kssh_secret_init && kssh_secret_init()) ||
	    (kssh_conn_init && kssh_conn_init()))
		return 2;
	printf("TAP version 13\n");
	for (s = suites; s; s = s->next) {
		if (s->suite_init && s->suite_init(s)) {
			printf("not ok %u - %s: suite_init\n", ++number, s->name);
			failures++;
			continue;
		}
		for (c = s->test_cases; c->run_case; c++)
			if (!fnmatch(glob, s->name, 0) || !fnmatch(glob, c->name, 0))
				run_case(s, c);
		if (s->suite_exit)
			s->suite_exit(s);
	}
	printf("1..%u\n", number);
	if (kssh_conn_exit)
		kssh_conn_exit();
	if (kssh_secret_exit)
		kssh_secret_exit();
	if (kssh_hash_exit)
		kssh_hash_exit();
	return failures ? 1 : 0;
}
