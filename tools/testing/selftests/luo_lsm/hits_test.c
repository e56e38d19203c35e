// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: how often each statement of the active policy decided, and when last.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define PAGE	4096

/* lsm_load() writes the policy statement on the first line. */
#define RULES						\
	"allow create session=a*,never-*\n"	/* 2 */	\
	"# a comment, which counts as a line\n"		\
	"deny create session=ab*\n"		/* 4 */	\
	"\n"						\
	"allow preserve\n"			/* 6 */	\
	"limit session=a* files=1\n"		/* 7 */	\
	"allow preserve\n"			/* 8: repeated */ \
	"allow retrieve session=never-*\n"	/* 9 */

FIXTURE(hits)
{
	int dev;
};

FIXTURE_SETUP(hits)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	ASSERT_EQ(0, lsm_load(RULES));
}

FIXTURE_TEARDOWN(hits)
{
	close(self->dev);
	lsm_enforce(true);
}

/* The counts as "LINE=COUNT ...", in @buf. */
static const char *counts(char *buf, size_t size)
{
	unsigned long long count;
	unsigned int line;
	size_t used = 0;
	FILE *in = fopen(LSM_HITS, "r");

	buf[0] = '\0';
	while (in && fscanf(in, "%u %llu %*s", &line, &count) == 2 && used < size)
		used += snprintf(buf + used, size - used, "%s%u=%llu",
				 used ? " " : "", line, count);
	if (in)
		fclose(in);
	return buf;
}

#define EXPECT_HITS(want)						\
	do {								\
		char seen[256];						\
									\
		EXPECT_STREQ(want, counts(seen, sizeof(seen)));		\
	} while (0)

#define NO_HITS	"2=0 4=0 6=0 7=0 8=0 9=0"

/* When the statement on a line decided last; -1 if there is no such line. */
static double last_of(unsigned int wanted)
{
	unsigned int line;
	double last, found = -1;
	FILE *in = fopen(LSM_HITS, "r");

	while (in && fscanf(in, "%u %*u %lf", &line, &last) == 2)
		if (line == wanted)
			found = last;
	if (in)
		fclose(in);
	return found;
}

static double since_boot(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

TEST_F(hits, begin_at_zero)
{
	EXPECT_HITS(NO_HITS);
	EXPECT_EQ(0, last_of(2));
}

TEST_F(hits, allow_and_deny)
{
	int i;

	for (i = 0; i < 3; i++)
		EXPECT_EQ(0, luo_try_create(self->dev, "a"));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "ab"));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "abc"));
	EXPECT_HITS("2=3 4=2 6=0 7=0 8=0 9=0");
}

/* What no statement decides is denied, and counted by the status alone. */
TEST_F(hits, no_rule)
{
	long long denials = lsm_status_number("denials");

	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "other"));
	EXPECT_EQ(denials + 1, lsm_status_number("denials"));
	EXPECT_HITS(NO_HITS);
}

/* A limit counts what it denies, and the allow then does not. */
TEST_F(hits, limit)
{
	int one = luo_memfd(1, PAGE), two = luo_memfd(2, PAGE);
	int session = luo_create(self->dev, "a");

	ASSERT_LE(0, session);
	EXPECT_EQ(0, luo_preserve(session, one, 0));
	EXPECT_HITS("2=1 4=0 6=1 7=0 8=0 9=0");
	EXPECT_EQ(-EACCES, luo_preserve(session, two, 1));
	EXPECT_HITS("2=1 4=0 6=1 7=1 8=0 9=0");
	close(session);
	close(one);
	close(two);
}

TEST_F(hits, permissive_counts_too)
{
	ASSERT_EQ(0, lsm_enforce(false));
	EXPECT_EQ(0, luo_try_create(self->dev, "ab"));
	EXPECT_HITS("2=0 4=1 6=0 7=0 8=0 9=0");
}

/* What the freeze asks again counts, though the live update is called off. */
TEST_F_TIMEOUT(hits, freeze, 120)
{
	int session;

	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	session = luo_create(self->dev, "a");
	ASSERT_LE(0, session);
	ASSERT_EQ(0, luo_preserve(session, luo_memfd(1, PAGE), 0));
	ASSERT_EQ(0, luo_preserve(session, luo_memfd(2, PAGE), 1));
	ASSERT_EQ(0, lsm_load("allow create\n"			/* 2 */
			      "allow preserve\n"			/* 3 */
			      "deny create session=a quiet\n"	/* 4 */
			      "deny retrieve\n"));		/* 5 */
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_HITS("2=0 3=2 4=1 5=0");
	/* Asked for again, it is decided again */
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_HITS("2=0 3=4 4=2 5=0");
	close(session);
}

TEST_F(hits, last)
{
	double before = since_boot(), last;

	EXPECT_EQ(0, luo_try_create(self->dev, "a"));
	last = last_of(2);
	/* The kernel's time is that of the last tick, in milliseconds */
	EXPECT_LE(before - 0.05, last);
	EXPECT_GE(since_boot(), last);
	EXPECT_EQ(0, last_of(4));
}

TEST_F(hits, reset_by_a_load)
{
	EXPECT_EQ(0, luo_try_create(self->dev, "a"));
	ASSERT_EQ(0, lsm_load(RULES));
	EXPECT_HITS(NO_HITS);
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_HITS("2=0");
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_HITS("");
}

TEST_F(hits, kept_when_a_load_is_refused)
{
	static const char old[] = "policy name=test version=1\nallow create\n" LSM_END;

	EXPECT_EQ(0, luo_try_create(self->dev, "a"));
	EXPECT_EQ(-EINVAL, lsm_load("allow everything\n"));
	EXPECT_HITS("2=1 4=0 6=0 7=0 8=0 9=0");
	EXPECT_EQ(-ESTALE, write_file(LSM_POLICY, old, strlen(old)));
	EXPECT_HITS("2=1 4=0 6=0 7=0 8=0 9=0");
}

/* Whoever has the file open sees one policy, whatever is loaded. */
TEST_F(hits, reader_sees_one_policy)
{
	char buf[256] = "";
	int fd = open(LSM_HITS, O_RDONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, lsm_load("allow create\n"));
	ASSERT_LT(0, read(fd, buf, sizeof(buf) - 1));
	EXPECT_STREQ("2 0 0.000\n4 0 0.000\n6 0 0.000\n7 0 0.000\n8 0 0.000\n9 0 0.000\n",
		     buf);
	close(fd);
}

/* No statement is lost where the largest policy is longer than one read. */
TEST_F(hits, as_many_as_there_can_be)
{
	size_t size, i;
	char *rules;
	FILE *out = open_memstream(&rules, &size);

	ASSERT_NE(NULL, out);
	for (i = 0; i < 16384; i++)
		fprintf(out, "allow create session=s%zu\n", i);
	fclose(out);
	ASSERT_EQ(0, lsm_load(rules));
	free(rules);
	EXPECT_EQ(0, luo_try_create(self->dev, "s16383"));
	EXPECT_LT(0, last_of(16385));
	EXPECT_EQ(0, last_of(16384));
	EXPECT_EQ(-1, last_of(16386));
}

TEST_F(hits, mode)
{
	struct stat st;

	ASSERT_EQ(0, stat(LSM_HITS, &st));
	EXPECT_EQ(S_IFREG | 0400, st.st_mode);
	EXPECT_EQ(0, st.st_uid);
}

TEST_HARNESS_MAIN
