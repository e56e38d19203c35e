// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of luo_lsm's rate of audit records.
 *
 * They count in the one table that there is, as callers that no process can be: their
 * gid is that of nobody, and their cgroup is not absolute. What they leave missed is
 * taken again, so that no record is written of it.
 */

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../access.h"
#include "../rate.h"
#include "../subject.h"

#define RATE_GID	0xfffffffeU
#define RATE_CGROUP	"kunit"
#define RATE_SESSION	"kunit-rate"
/* More callers than there are places for: see rate.c */
#define RATE_CALLERS	1000

static struct luo_lsm_subject *rate_subject(u32 uid)
{
	struct luo_lsm_subject *subject = kzalloc_obj(*subject);

	if (!subject)
		return NULL;
	refcount_set(&subject->users, 1);
	subject->uid = uid;
	subject->gid = RATE_GID;
	subject->cgroup = RATE_CGROUP;
	return subject;
}

/* Ask as often as @times. Returns how many records may be written. */
static u32 rate_ask(struct luo_lsm_subject *subject, const char *session, enum luo_op op,
		    bool allow, u32 times)
{
	struct luo_lsm_access access = {
		.request.session = session,
		.request.op = op,
		.subject = subject,
		.verdict.allow = allow,
	};
	u32 i, written = 0;

	for (i = 0; i < times; i++)
		written += luo_lsm_rate_take(&access);
	return written;
}

static u32 rate_ask_as(struct kunit *test, u32 uid, const char *session, u32 times)
{
	struct luo_lsm_subject *subject = rate_subject(uid);
	u32 written;

	KUNIT_ASSERT_NOT_NULL(test, subject);
	written = rate_ask(subject, session, LUO_OP_CREATE, false, times);
	luo_lsm_subject_put(subject);
	return written;
}

/* Take all counts. Returns their sum, and that of @uid alone in @of_uid. */
static u64 rate_missed(u32 uid, u64 *of_uid)
{
	struct luo_lsm_missed missed;
	u32 position = 0;
	u64 sum = 0;

	*of_uid = 0;
	while (luo_lsm_rate_missed(&position, &missed)) {
		sum += missed.count;
		if (missed.subject && missed.subject->uid == uid)
			*of_uid += missed.count;
		luo_lsm_subject_put(missed.subject);
	}
	return sum;
}

static int rate_init(struct kunit *test)
{
	u64 of_uid;

	luo_lsm_rate_begin_anew();
	rate_missed(0, &of_uid);
	return 0;
}

static void rate_exit(struct kunit *test)
{
	rate_init(test);
}

static void test_same(struct kunit *test)
{
	struct luo_lsm_subject *subject = rate_subject(1);
	u64 of_uid;

	KUNIT_ASSERT_NOT_NULL(test, subject);
	KUNIT_EXPECT_EQ(test, rate_ask(subject, RATE_SESSION, LUO_OP_CREATE, false, 100),
			LUO_LSM_RATE_SAME);
	/* Another session, operation and verdict are others */
	KUNIT_EXPECT_EQ(test, rate_ask(subject, "kunit-other", LUO_OP_CREATE, false, 100),
			LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_EQ(test, rate_ask(subject, RATE_SESSION, LUO_OP_RESTORE, false, 100),
			LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_EQ(test, rate_ask(subject, RATE_SESSION, LUO_OP_CREATE, true, 100),
			LUO_LSM_RATE_SAME);
	luo_lsm_subject_put(subject);
	KUNIT_EXPECT_EQ(test, rate_missed(1, &of_uid), 4 * (100 - LUO_LSM_RATE_SAME));
	KUNIT_EXPECT_EQ(test, of_uid, 4 * (100 - LUO_LSM_RATE_SAME));
}

/* Who forks, or is described again, is the same caller. */
static void test_same_caller(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 2, RATE_SESSION, LUO_LSM_RATE_SAME),
			LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 2, RATE_SESSION, 1), 0);
	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 3, RATE_SESSION, 1), 1);
}

/* However many sessions it names, a caller gets so many records. */
static void test_caller(struct kunit *test)
{
	struct luo_lsm_subject *subject = rate_subject(4);
	u32 i, written = 0, asked = 0;
	char session[16];
	u64 of_uid;

	KUNIT_ASSERT_NOT_NULL(test, subject);
	for (i = 0; i < LUO_LSM_RATE_CALLER; i++, asked += 2) {
		snprintf(session, sizeof(session), "kunit-%u", i);
		written += rate_ask(subject, session, LUO_OP_CREATE, false, 2);
	}
	luo_lsm_subject_put(subject);
	KUNIT_EXPECT_EQ(test, written, LUO_LSM_RATE_CALLER);
	KUNIT_EXPECT_EQ(test, rate_missed(4, &of_uid), asked - written);
}

/* Memory is fixed: callers beyond it share what one may have, and lose no count. */
static void test_more_callers_than_places(struct kunit *test)
{
	s64 before = atomic64_read(&luo_lsm_records_missed);
	u32 uid, written = 0, asked = 0;
	u64 of_uid, missed;

	for (uid = 0; uid < RATE_CALLERS; uid++, asked += 2 * LUO_LSM_RATE_SAME)
		written += rate_ask_as(test, 100 + uid, RATE_SESSION, 2 * LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_LT(test, written, asked);
	KUNIT_EXPECT_GE(test, written, LUO_LSM_RATE_CALLER);
	missed = rate_missed(0, &of_uid);
	KUNIT_EXPECT_EQ(test, written + missed, asked);
	KUNIT_EXPECT_EQ(test, atomic64_read(&luo_lsm_records_missed) - before, missed);
}

static void test_count_is_given_back(struct kunit *test)
{
	struct luo_lsm_missed missed;
	u32 position = 0;
	u64 of_uid;

	rate_ask_as(test, 5, RATE_SESSION, LUO_LSM_RATE_SAME + 7);
	KUNIT_ASSERT_TRUE(test, luo_lsm_rate_missed(&position, &missed));
	KUNIT_EXPECT_EQ(test, missed.count, 7);
	KUNIT_EXPECT_TRUE(test, missed.of_same);
	KUNIT_EXPECT_STREQ(test, missed.session, RATE_SESSION);
	luo_lsm_rate_missed_still(position, &missed);
	luo_lsm_subject_put(missed.subject);
	KUNIT_EXPECT_EQ(test, rate_missed(5, &of_uid), 7);
	KUNIT_EXPECT_EQ(test, of_uid, 7);
	KUNIT_EXPECT_EQ(test, rate_missed(5, &of_uid), 0);
}

/* What audit did not take is nobody's, and counts. */
static void test_lost(struct kunit *test)
{
	u64 of_uid;

	luo_lsm_rate_lost();
	luo_lsm_rate_lost();
	KUNIT_EXPECT_EQ(test, rate_missed(0, &of_uid), 2);
	KUNIT_EXPECT_EQ(test, of_uid, 0);
}

static void test_new_policy(struct kunit *test)
{
	u64 of_uid;

	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 6, RATE_SESSION, 100), LUO_LSM_RATE_SAME);
	luo_lsm_rate_begin_anew();
	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 6, RATE_SESSION, 100), LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_EQ(test, rate_missed(6, &of_uid), 2 * (100 - LUO_LSM_RATE_SAME));
}

/* After a time there are records again. A place with a count is kept until it is taken. */
static void test_next_time(struct kunit *test)
{
	u64 of_uid;

	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 7, RATE_SESSION, 100), LUO_LSM_RATE_SAME);
	ssleep(LUO_LSM_RATE_SECONDS + 1);
	KUNIT_EXPECT_EQ(test, rate_ask_as(test, 7, RATE_SESSION, 100), LUO_LSM_RATE_SAME);
	KUNIT_EXPECT_EQ(test, rate_missed(7, &of_uid), 2 * (100 - LUO_LSM_RATE_SAME));
	KUNIT_EXPECT_EQ(test, of_uid, 2 * (100 - LUO_LSM_RATE_SAME));
}

/* The last two leave no place for others until their time is over. */
static struct kunit_case rate_cases[] = {
	KUNIT_CASE(test_same),
	KUNIT_CASE(test_same_caller),
	KUNIT_CASE(test_count_is_given_back),
	KUNIT_CASE(test_lost),
	KUNIT_CASE(test_new_policy),
	KUNIT_CASE_SLOW(test_next_time),
	KUNIT_CASE(test_caller),
	KUNIT_CASE(test_more_callers_than_places),
	{}
};

static struct kunit_suite rate_suite = {
	.name = "luo_lsm_rate",
	.init = rate_init,
	.exit = rate_exit,
	.test_cases = rate_cases,
};

kunit_test_suite(rate_suite);
