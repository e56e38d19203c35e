/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as policy_test.c needs, as a program that speaks TAP: one
 * test point for each case, and for each parameter of a case.
 */
#ifndef _LUO_SHIM_KUNIT_TEST_H
#define _LUO_SHIM_KUNIT_TEST_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>

#define KUNIT_PARAM_DESC_SIZE	128

struct kunit {
	const void *param_value;
	bool failed;
	jmp_buf abort;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(struct kunit *test, const void *prev,
				       char *desc);
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(function)	{ .run_case = function, .name = #function }
#define KUNIT_CASE_PARAM(function, generate) \
	{ .run_case = function, .name = #function, .generate_params = generate }

#define KUNIT_ARRAY_PARAM_DESC(name, array, member)			\
	static const void *name##_gen_params(struct kunit *test,	\
					     const void *prev, char *desc) \
	{								\
		typeof(&(array)[0]) next = prev;				\
									\
		next = next ? next + 1 : (array);			\
		if (next == (array) + ARRAY_SIZE(array))		\
			return NULL;					\
		strscpy(desc, next->member, KUNIT_PARAM_DESC_SIZE);	\
		return next;						\
	}

/* Says what failed; true if @good. */
static inline __printf(5, 6) bool kunit_check(struct kunit *test, bool good,
					      const char *what, int line,
					      const char *format, ...)
{
	va_list args;

	if (good)
		return true;
	test->failed = true;
	printf("# line %d: expected %s: ", line, what);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	return false;
}

#define KUNIT_EXPECT_TRUE_MSG(test, condition, ...) \
	kunit_check(test, condition, #condition, __LINE__, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE(test, condition) \
	KUNIT_EXPECT_TRUE_MSG(test, condition, "it is not so")
#define KUNIT_EXPECT_FALSE(test, condition) \
	KUNIT_EXPECT_TRUE(test, !(condition))
#define KUNIT_EXPECT_EQ(test, a, b)	KUNIT_EXPECT_TRUE(test, (a) == (b))
#define KUNIT_EXPECT_EQ_MSG(test, a, b, ...) \
	KUNIT_EXPECT_TRUE_MSG(test, (a) == (b), __VA_ARGS__)
#define KUNIT_EXPECT_LT(test, a, b)	KUNIT_EXPECT_TRUE(test, (a) < (b))
#define KUNIT_EXPECT_GT(test, a, b)	KUNIT_EXPECT_TRUE(test, (a) > (b))
#define KUNIT_EXPECT_NULL(test, a)	KUNIT_EXPECT_TRUE(test, !(a))
#define KUNIT_EXPECT_NOT_NULL(test, a)	KUNIT_EXPECT_TRUE(test, a)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, a, ...) \
	KUNIT_EXPECT_TRUE_MSG(test, a, __VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(test, a, ...) \
	KUNIT_EXPECT_TRUE_MSG(test, !(a), __VA_ARGS__)
#define KUNIT_EXPECT_STREQ(test, a, b) \
	KUNIT_EXPECT_TRUE_MSG(test, !strcmp(a, b), "'%s', '%s'", a, b)
#define KUNIT_EXPECT_STREQ_MSG(test, a, b, ...)				\
	do {								\
		if (!KUNIT_EXPECT_STREQ(test, a, b))			\
			KUNIT_EXPECT_TRUE_MSG(test, false, __VA_ARGS__); \
	} while (0)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, a, ...)				\
	do {								\
		if (!KUNIT_EXPECT_TRUE_MSG(test, a, __VA_ARGS__))	\
			longjmp((test)->abort, 1);			\
	} while (0)
#define KUNIT_ASSERT_NOT_NULL(test, a) \
	KUNIT_ASSERT_NOT_NULL_MSG(test, a, "it is not so")

static inline bool kunit_run(const struct kunit_case *test_case, int number,
			     const void *value, const char *desc)
{
	struct kunit test = { .param_value = value };

	if (!setjmp(test.abort))
		test_case->run_case(&test);
	printf("%sok %d - %s%s%s\n", test.failed ? "not " : "", number,
	       test_case->name, *desc ? " " : "", desc);
	fflush(stdout);
	return !test.failed;
}

static inline int kunit_run_suite(const struct kunit_suite *suite)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const struct kunit_case *test_case;
	const void *value;
	int number = 0, failed = 0;

	for (test_case = suite->test_cases; test_case->run_case; test_case++) {
		if (!test_case->generate_params) {
			failed += !kunit_run(test_case, ++number, NULL, "");
			continue;
		}
		value = NULL;
		while ((value = test_case->generate_params(NULL, value, desc)))
			failed += !kunit_run(test_case, ++number, value, desc);
	}
	printf("1..%d\n", number);
	return failed ? 1 : 0;
}

#define kunit_test_suite(suite) \
	int main(void) { return kunit_run_suite(&(suite)); }

#endif /* _LUO_SHIM_KUNIT_TEST_H */
