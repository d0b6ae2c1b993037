/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KUnit suites in user space: the part of <kunit/test.h> that kssh's suites
 * use. shim/kunit.c has main(), and prints TAP: a case, or a parameter row of
 * one, is a line, with the places of failure above it.
 */
#ifndef KSSH_USER_KUNIT_TEST_H
#define KSSH_USER_KUNIT_TEST_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE	128

struct kunit_resource_node;

struct kunit {
	void *priv;
	const char *name;
	const void *param_value;
	/* of this shim */
	bool failed;
	const char *skipped;
	struct kunit_resource_node *resources;
	jmp_buf abort;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(struct kunit *test, const void *prev,
				       char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;	/* of this shim */
};

/* What module_init() does before suites run in the kernel; absent if not linked. */
int __weak kssh_hash_init(void);
void __weak kssh_hash_exit(void);
int __weak kssh_secret_init(void);
void __weak kssh_secret_exit(void);
int __weak kssh_conn_init(void);
void __weak kssh_conn_exit(void);

void kssh_user_kunit_register(struct kunit_suite *suite);
int kunit_add_action_or_reset(struct kunit *test, void (*action)(void *),
			      void *arg);
void *kunit_kmalloc(struct kunit *test, size_t n, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *p);

#define KUNIT_CASE(fn)			{ .run_case = fn, .name = #fn }
#define KUNIT_CASE_SLOW(fn)		KUNIT_CASE(fn)
#define KUNIT_CASE_PARAM(fn, gen)	\
	{ .run_case = fn, .name = #fn, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(id, array, get_desc)				\
static const void *id##_gen_params(struct kunit *test, const void *prev, \
				   char *desc)				\
{									\
	__typeof__((array)[0]) *next = prev ?				\
		((__typeof__(next))prev) + 1 : (array);			\
	void (*__get)(__typeof__(next), char *) = get_desc;		\
									\
	(void)test;							\
	if (next - (array) >= (long)ARRAY_SIZE(array))			\
		return NULL;						\
	if (__get)							\
		__get(next, desc);					\
	return next;							\
}

#define KUNIT_ARRAY_PARAM_DESC(id, array, member)			\
static const void *id##_gen_params(struct kunit *test, const void *prev, \
				   char *desc)				\
{									\
	__typeof__((array)[0]) *next = prev ?				\
		((__typeof__(next))prev) + 1 : (array);			\
									\
	(void)test;							\
	if (next - (array) >= (long)ARRAY_SIZE(array))			\
		return NULL;						\
	strscpy(desc, next->member, KUNIT_PARAM_DESC_SIZE);		\
	return next;							\
}

static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size, gfp | __GFP_ZERO);
}

static inline void *kunit_kmalloc_array(struct kunit *test, size_t n,
					size_t size, gfp_t gfp)
{
	return kunit_kmalloc(test, size_mul(n, size), gfp);
}

static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size,
				  gfp_t gfp)
{
	return kunit_kzalloc(test, size_mul(n, size), gfp);
}

#define kunit_add_action	kunit_add_action_or_reset

#define kunit_info(test, fmt, ...)	\
	((void)(test), printf("# " fmt, ##__VA_ARGS__))
#define kunit_warn			kunit_info
#define kunit_err			kunit_info
#define kunit_log(level, test, fmt, ...) kunit_info(test, fmt, ##__VA_ARGS__)

/* The reason is taken as it stands, without what it would format. */
#define kunit_skip(test, fmt, ...)					\
	do {								\
		(test)->skipped = (fmt);				\
		longjmp((test)->abort, 1);				\
	} while (0)

static inline __printf(5, 6)
void kunit_user_fail(struct kunit *test, const char *file, int line,
		     const char *what, const char *fmt, ...)
{
	va_list args;

	test->failed = true;
	printf("# %s:%d: %s", file, line, what);
	if (fmt) {
		printf(": ");
		va_start(args, fmt);
		vprintf(fmt, args);
		va_end(args);
	}
	printf("\n");
	fflush(stdout);
}

#define KUNIT_FAIL(test, fmt, ...)					\
	kunit_user_fail(test, __FILE__, __LINE__, "failure", fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)				\
	do {								\
		KUNIT_FAIL(test, fmt, ##__VA_ARGS__);			\
		longjmp((test)->abort, 1);				\
	} while (0)
#define KUNIT_SUCCEED(test)	((void)(test))

#define KUNIT_USER_CHECK(test, abort_, cond, what, ...)			\
	do {								\
		if (!(cond)) {						\
			kunit_user_fail(test, __FILE__, __LINE__, what,	\
					__VA_ARGS__);			\
			if (abort_)					\
				longjmp((test)->abort, 1);		\
		}							\
	} while (0)

#define KUNIT_USER_COMPARE(test, abort_, a, op, b, ...)			\
	do {								\
		__typeof__(a) __left = (a);				\
		__typeof__(b) __right = (b);				\
									\
		if (!(__left op __right)) {				\
			printf("# left %lld, right %lld\n",		\
			       (long long)(intptr_t)__left,		\
			       (long long)(intptr_t)__right);		\
			KUNIT_USER_CHECK(test, abort_, false,		\
					 #a " " #op " " #b, __VA_ARGS__); \
		}							\
	} while (0)

#define KUNIT_USER_STR(test, abort_, a, op, b, ...)			\
	do {								\
		const char *__left = (a), *__right = (b);		\
									\
		if (!(strcmp(__left, __right) op 0)) {			\
			printf("# left \"%s\", right \"%s\"\n", __left,	\
			       __right);				\
			KUNIT_USER_CHECK(test, abort_, false,		\
					 #a " " #op " " #b, __VA_ARGS__); \
		}							\
	} while (0)

static inline void kunit_user_dump(const char *name, const void *p, size_t len)
{
	const u8 *b = p;
	size_t i;

	printf("# %s", name);
	for (i = 0; i < len && i < 64; i++)
		printf(" %02x", b[i]);
	printf("%s\n", len > 64 ? " ..." : "");
}

#define KUNIT_USER_MEM(test, abort_, a, op, b, len, ...)		\
	do {								\
		const void *__left = (a), *__right = (b);		\
		size_t __len = (len);					\
									\
		if (!(memcmp(__left, __right, __len) op 0)) {		\
			kunit_user_dump("left ", __left, __len);	\
			kunit_user_dump("right", __right, __len);	\
			KUNIT_USER_CHECK(test, abort_, false,		\
					 #a " " #op " " #b, __VA_ARGS__); \
		}							\
	} while (0)

#define KUNIT_EXPECT_TRUE(t, c)	 KUNIT_USER_CHECK(t, 0, c, #c, NULL)
#define KUNIT_EXPECT_FALSE(t, c) KUNIT_USER_CHECK(t, 0, !(c), "not " #c, NULL)
#define KUNIT_EXPECT_EQ(t, a, b) KUNIT_USER_COMPARE(t, 0, a, ==, b, NULL)
#define KUNIT_EXPECT_NE(t, a, b) KUNIT_USER_COMPARE(t, 0, a, !=, b, NULL)
#define KUNIT_EXPECT_LT(t, a, b) KUNIT_USER_COMPARE(t, 0, a, <, b, NULL)
#define KUNIT_EXPECT_LE(t, a, b) KUNIT_USER_COMPARE(t, 0, a, <=, b, NULL)
#define KUNIT_EXPECT_GT(t, a, b) KUNIT_USER_COMPARE(t, 0, a, >, b, NULL)
#define KUNIT_EXPECT_GE(t, a, b) KUNIT_USER_COMPARE(t, 0, a, >=, b, NULL)
#define KUNIT_EXPECT_PTR_EQ(t, a, b) KUNIT_USER_COMPARE(t, 0, a, ==, b, NULL)
#define KUNIT_EXPECT_PTR_NE(t, a, b) KUNIT_USER_COMPARE(t, 0, a, !=, b, NULL)
#define KUNIT_EXPECT_STREQ(t, a, b) KUNIT_USER_STR(t, 0, a, ==, b, NULL)
#define KUNIT_EXPECT_STRNEQ(t, a, b) KUNIT_USER_STR(t, 0, a, !=, b, NULL)
#define KUNIT_EXPECT_MEMEQ(t, a, b, n) KUNIT_USER_MEM(t, 0, a, ==, b, n, NULL)
#define KUNIT_EXPECT_MEMNEQ(t, a, b, n) KUNIT_USER_MEM(t, 0, a, !=, b, n, NULL)
#define KUNIT_EXPECT_NULL(t, p)	 KUNIT_USER_CHECK(t, 0, !(p), "null " #p, NULL)
#define KUNIT_EXPECT_NOT_NULL(t, p) KUNIT_USER_CHECK(t, 0, p, #p, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_USER_CHECK(t, 0, !IS_ERR_OR_NULL(p), "valid " #p, NULL)

#define KUNIT_ASSERT_TRUE(t, c)	 KUNIT_USER_CHECK(t, 1, c, #c, NULL)
#define KUNIT_ASSERT_FALSE(t, c) KUNIT_USER_CHECK(t, 1, !(c), "not " #c, NULL)
#define KUNIT_ASSERT_EQ(t, a, b) KUNIT_USER_COMPARE(t, 1, a, ==, b, NULL)
#define KUNIT_ASSERT_NE(t, a, b) KUNIT_USER_COMPARE(t, 1, a, !=, b, NULL)
#define KUNIT_ASSERT_LT(t, a, b) KUNIT_USER_COMPARE(t, 1, a, <, b, NULL)
#define KUNIT_ASSERT_LE(t, a, b) KUNIT_USER_COMPARE(t, 1, a, <=, b, NULL)
#define KUNIT_ASSERT_GT(t, a, b) KUNIT_USER_COMPARE(t, 1, a, >, b, NULL)
#define KUNIT_ASSERT_GE(t, a, b) KUNIT_USER_COMPARE(t, 1, a, >=, b, NULL)
#define KUNIT_ASSERT_PTR_EQ(t, a, b) KUNIT_USER_COMPARE(t, 1, a, ==, b, NULL)
#define KUNIT_ASSERT_PTR_NE(t, a, b) KUNIT_USER_COMPARE(t, 1, a, !=, b, NULL)
#define KUNIT_ASSERT_STREQ(t, a, b) KUNIT_USER_STR(t, 1, a, ==, b, NULL)
#define KUNIT_ASSERT_MEMEQ(t, a, b, n) KUNIT_USER_MEM(t, 1, a, ==, b, n, NULL)
#define KUNIT_ASSERT_NULL(t, p)	 KUNIT_USER_CHECK(t, 1, !(p), "null " #p, NULL)
#define KUNIT_ASSERT_NOT_NULL(t, p) KUNIT_USER_CHECK(t, 1, p, #p, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(t, p) \
	KUNIT_USER_CHECK(t, 1, !IS_ERR_OR_NULL(p), "valid " #p, NULL)

#define KUNIT_EXPECT_TRUE_MSG(t, c, ...) \
	KUNIT_USER_CHECK(t, 0, c, #c, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(t, c, ...) \
	KUNIT_USER_CHECK(t, 0, !(c), "not " #c, __VA_ARGS__)
#define KUNIT_EXPECT_EQ_MSG(t, a, b, ...) \
	KUNIT_USER_COMPARE(t, 0, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(t, a, b, ...) \
	KUNIT_USER_COMPARE(t, 0, a, !=, b, __VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(t, a, b, ...) \
	KUNIT_USER_STR(t, 0, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ_MSG(t, a, b, n, ...) \
	KUNIT_USER_MEM(t, 0, a, ==, b, n, __VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ_MSG(t, a, b, n, ...) \
	KUNIT_USER_MEM(t, 0, a, !=, b, n, __VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(t, p, ...) \
	KUNIT_USER_CHECK(t, 0, !(p), "null " #p, __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(t, p, ...) \
	KUNIT_USER_CHECK(t, 0, p, #p, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(t, c, ...) \
	KUNIT_USER_CHECK(t, 1, c, #c, __VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(t, c, ...) \
	KUNIT_USER_CHECK(t, 1, !(c), "not " #c, __VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(t, a, b, ...) \
	KUNIT_USER_COMPARE(t, 1, a, ==, b, __VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(t, a, b, ...) \
	KUNIT_USER_COMPARE(t, 1, a, !=, b, __VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ_MSG(t, a, b, n, ...) \
	KUNIT_USER_MEM(t, 1, a, ==, b, n, __VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL_MSG(t, p, ...) \
	KUNIT_USER_CHECK(t, 1, p, #p, __VA_ARGS__)

#define KUNIT_USER_PASTE2(a, b)	a##b
#define KUNIT_USER_PASTE(a, b)	KUNIT_USER_PASTE2(a, b)

#define kunit_test_suites(...)						\
	static void __attribute__((constructor))			\
	KUNIT_USER_PASTE(kunit_user_register_, __LINE__)(void)		\
	{								\
		struct kunit_suite *__s[] = { __VA_ARGS__ };		\
		size_t __i;						\
									\
		for (__i = 0; __i < ARRAY_SIZE(__s); __i++)		\
			kssh_user_kunit_register(__s[__i]);		\
	}								\
	struct kunit_user_semicolon
#define kunit_test_suite(suite)	kunit_test_suites(&suite)

#endif
