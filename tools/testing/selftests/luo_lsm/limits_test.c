// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: limits on sessions, files and bytes, and the keys about a file's size
 * and owner.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define ALLOW	"allow create,preserve\n"
#define PAGE	4096
#define THREADS	8

FIXTURE(limits)
{
	int dev;
	int memfd[4];
};

FIXTURE_SETUP(limits)
{
	int i;

	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	for (i = 0; i < 4; i++) {
		self->memfd[i] = luo_memfd(i, PAGE);
		ASSERT_LE(0, self->memfd[i]);
	}
}

/* At the end all counters are back to zero. */
FIXTURE_TEARDOWN(limits)
{
	int i;

	for (i = 0; i < 4; i++)
		close(self->memfd[i]);
	close(self->dev);
	lsm_enforce(true);
	EXPECT_EQ(0, lsm_status_number("sessions"));
	EXPECT_EQ(0, lsm_status_number("files"));
	EXPECT_EQ(0, lsm_status_number("bytes"));
}

TEST_F(limits, files)
{
	int one, two;

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=vm-* files=2\n"));
	one = luo_create(self->dev, "vm-1");
	two = luo_create(self->dev, "other");
	ASSERT_LE(0, one);
	ASSERT_LE(0, two);
	EXPECT_EQ(0, luo_preserve(one, self->memfd[0], 0));
	EXPECT_EQ(0, luo_preserve(one, self->memfd[1], 1));
	EXPECT_EQ(-EACCES, luo_preserve(one, self->memfd[2], 2));
	EXPECT_EQ(2, lsm_status_number("files"));

	/* The limit applies to each session that it matches, and to no other */
	EXPECT_EQ(0, luo_preserve(two, self->memfd[2], 0));
	EXPECT_EQ(0, luo_preserve(two, self->memfd[3], 1));
	close(one);
	EXPECT_EQ(0, luo_preserve(two, self->memfd[0], 2));
	close(two);
}

/* Preserves that LUO refuses do not count. */
TEST_F(limits, failed_preserves_do_not_count)
{
	int one, two, i;

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* files=1\n"));
	one = luo_create(self->dev, "one");
	two = luo_create(self->dev, "two");
	ASSERT_EQ(0, luo_preserve(one, self->memfd[0], 0));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(-EBUSY, luo_preserve(two, self->memfd[0], 0));
	EXPECT_EQ(1, lsm_status_number("files"));
	EXPECT_EQ(0, luo_preserve(two, self->memfd[1], 0));
	EXPECT_EQ(-EACCES, luo_preserve(two, self->memfd[2], 1));
	close(one);
	close(two);
}

TEST_F(limits, bytes)
{
	int session, empty = luo_memfd(9, 0);

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* bytes=8K\n"));
	session = luo_create(self->dev, "s");
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	EXPECT_EQ(0, luo_preserve(session, self->memfd[1], 1));
	EXPECT_EQ(2 * PAGE, lsm_status_number("bytes"));
	EXPECT_EQ(-EACCES, luo_preserve(session, self->memfd[2], 2));
	EXPECT_EQ(0, luo_preserve(session, empty, 3));
	close(empty);
	close(session);
}

TEST_F(limits, bytes_do_not_wrap)
{
	int session, huge = luo_memfd(9, 0);

	ASSERT_EQ(0, ftruncate(huge, 0x7ffffffffffff000));
	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* bytes=8K\n"));
	session = luo_create(self->dev, "s");
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	EXPECT_EQ(-EACCES, luo_preserve(session, huge, 1));
	EXPECT_EQ(PAGE, lsm_status_number("bytes"));
	close(huge);
	close(session);
}

TEST_F(limits, sessions)
{
	int one, two, other;

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=vm-* sessions=2\n"));
	one = luo_create(self->dev, "vm-1");
	two = luo_create(self->dev, "vm-2");
	ASSERT_LE(0, one);
	ASSERT_LE(0, two);
	EXPECT_EQ(-EACCES, luo_create(self->dev, "vm-3"));
	other = luo_create(self->dev, "other");
	EXPECT_LE(0, other);

	/* A create that fails with EEXIST does not count */
	EXPECT_EQ(-EEXIST, luo_create(self->dev, "other"));
	close(one);
	EXPECT_EQ(-EEXIST, luo_create(self->dev, "vm-2"));
	one = luo_create(self->dev, "vm-3");
	EXPECT_LE(0, one);
	EXPECT_EQ(-EACCES, luo_create(self->dev, "vm-4"));
	close(one);
	close(two);
	close(other);
}

TEST_F(limits, tightest_wins)
{
	int one;

	ASSERT_EQ(0, lsm_load(ALLOW "limit uid=0 sessions=1\n"
			      "limit session=* sessions=5\n"));
	one = luo_create(self->dev, "a");
	ASSERT_LE(0, one);
	EXPECT_EQ(-EACCES, luo_create(self->dev, "b"));
	close(one);
}

/* A lower limit does not affect what exists, and allows nothing more. */
TEST_F(limits, lowered)
{
	int one, two;

	ASSERT_EQ(0, lsm_load(ALLOW));
	one = luo_create(self->dev, "vm-1");
	two = luo_create(self->dev, "vm-2");
	ASSERT_EQ(0, luo_preserve(one, self->memfd[0], 0));
	ASSERT_EQ(0, luo_preserve(one, self->memfd[1], 1));

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* files=1 sessions=1\n"));
	EXPECT_EQ(2, lsm_status_number("sessions"));
	EXPECT_EQ(2, lsm_status_number("files"));
	EXPECT_EQ(-EACCES, luo_preserve(one, self->memfd[2], 2));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "vm-3"));
	close(one);
	EXPECT_EQ(-EACCES, luo_create(self->dev, "vm-3"));
	close(two);
	one = luo_create(self->dev, "vm-3");
	EXPECT_LE(0, one);
	close(one);
}

TEST_F(limits, only_logged)
{
	long long denials;
	int session;

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* files=1 sessions=0\n"));
	ASSERT_EQ(0, lsm_enforce(false));
	denials = lsm_status_number("denials");
	session = luo_create(self->dev, "s");
	ASSERT_LE(0, session);
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	EXPECT_EQ(0, luo_preserve(session, self->memfd[1], 1));
	EXPECT_EQ(2, lsm_status_number("denials") - denials);
	close(session);
}

static atomic_int preserved;

static void *preserve_some(void *data)
{
	int session = *(int *)data;
	int i, memfd;

	for (i = 0; i < 8; i++) {
		memfd = luo_memfd(i, PAGE);
		if (!luo_preserve(session, memfd, (gettid() << 8) + i))
			preserved++;
		close(memfd);
	}
	return NULL;
}

TEST_F(limits, many_threads)
{
	pthread_t thread[THREADS];
	int session, i;

	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* files=20 bytes=72K\n"));
	session = luo_create(self->dev, "s");
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, preserve_some,
					    &session));
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(18, preserved);
	EXPECT_EQ(18, lsm_status_number("files"));
	EXPECT_EQ(18 * PAGE, lsm_status_number("bytes"));
	close(session);
}

/* ---- Keys about the file ---- */

TEST_F(limits, size_key)
{
	int session, large = luo_memfd(9, PAGE + 1);

	ASSERT_EQ(0, lsm_load("allow create\nallow preserve size=4K\n"));
	session = luo_create(self->dev, "s");
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	EXPECT_EQ(-EACCES, luo_preserve(session, large, 1));
	close(large);
	close(session);
}

TEST_F(limits, fowner_key)
{
	int session;

	ASSERT_EQ(0, lsm_load(ALLOW "deny preserve fowner=1000-1999\n"));
	ASSERT_EQ(0, fchown(self->memfd[1], 1500, 1500));
	session = luo_create(self->dev, "s");
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	EXPECT_EQ(-EACCES, luo_preserve(session, self->memfd[1], 1));
	ASSERT_EQ(0, fchown(self->memfd[1], 2000, 2000));
	EXPECT_EQ(0, luo_preserve(session, self->memfd[1], 1));
	close(session);
}

/* ---- Keys about the caller ---- */

TEST_F(limits, cgroup_key)
{
	int session;

	/* This test runs in the root cgroup */
	ASSERT_EQ(0, lsm_load("allow create cgroup=/\n"));
	session = luo_create(self->dev, "s");
	EXPECT_LE(0, session);
	close(session);
	ASSERT_EQ(0, lsm_load("allow create cgroup=/system.slice/*\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create cgroup=/\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
}

/* Of this task, as a security module other than luo_lsm has it. */
static bool has_context(const char *want)
{
	char context[256] = "";

	return read_file("/proc/self/attr/current", context, sizeof(context)) > 0 &&
	       !strncmp(context, want, strlen(want));
}

#define LABEL_CIL	"user:role:type:"

/* Without another module all contexts are unknown: a deny with one matches. */
TEST_F(limits, no_contexts)
{
	int session;

	if (has_context(""))
		SKIP(return, "a security module gives contexts");
	ASSERT_EQ(0, lsm_load("allow create subj=*\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create subj=nobody\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
	ASSERT_EQ(0, lsm_load("allow create label=*\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve obj=*\n"));
	session = luo_create(self->dev, "s");
	EXPECT_EQ(-EACCES, luo_preserve(session, self->memfd[0], 0));
	close(session);
}

/* With SELinux and label.cil, in which everything has one type. */
TEST_F(limits, contexts)
{
	int session;

	if (!has_context(LABEL_CIL))
		SKIP(return, "SELinux has not the policy label.cil");
	ASSERT_EQ(0, lsm_load("allow create subj=user:role:type:* label=user:*\n"
			      "allow preserve obj=user:role:type:*\n"));
	session = luo_create(self->dev, "s");
	ASSERT_LE(0, session);
	EXPECT_EQ(0, luo_preserve(session, self->memfd[0], 0));
	ASSERT_EQ(0, lsm_load(ALLOW "deny preserve subj=user:* label=user:* obj=user:*\n"));
	EXPECT_EQ(-EACCES, luo_preserve(session, self->memfd[1], 1));
	close(session);
	ASSERT_EQ(0, lsm_load("allow create subj=system_u:*\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
	ASSERT_EQ(0, lsm_load("allow create label=system_u:*\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "s"));
}

/*
 * At the freeze the context of who asked is known, also if the policy of that time
 * did not ask for it: of two sessions one alone is in the way.
 */
TEST_F_TIMEOUT(limits, contexts_at_the_freeze, 120)
{
	long long denials;
	int one, two;

	if (!has_context(LABEL_CIL))
		SKIP(return, "SELinux has not the policy label.cil");
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load(ALLOW));
	one = luo_create(self->dev, "one");
	two = luo_create(self->dev, "two");
	ASSERT_LE(0, two);
	ASSERT_EQ(0, luo_preserve(one, self->memfd[0], 0));
	ASSERT_EQ(0, lsm_load("allow create,preserve subj=user:role:type:*\n"
			      "deny create session=two\n"));
	denials = lsm_status_number("denials");
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_EQ(1, lsm_status_number("denials") - denials);
	close(one);
	close(two);
}

TEST_HARNESS_MAIN
