// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: versions of policies only grow.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "luo.h"

static char text[256], error[256];

static int load(long long version, const char *rules)
{
	int n = snprintf(text, sizeof(text),
			 "# first line\npolicy name=trust version=%lld\n%s" LSM_END,
			 version, rules);

	return write_file(LSM_POLICY, text, n);
}

static const char *last_error(void)
{
	error[0] = 0;
	read_file(LSM_LAST_ERROR, error, sizeof(error));
	return error;
}

TEST(versions_grow)
{
	long long version = lsm_status_number("version") + 10;
	char want[256];

	ASSERT_EQ(0, load(version, "allow create\n"));
	EXPECT_EQ(version, lsm_status_number("version"));

	/* An older version of the same text */
	EXPECT_EQ(-ESTALE, load(version - 1, "allow create\n"));
	snprintf(want, sizeof(want),
		 "2:1: version %lld is older than the active policy's %lld\n",
		 version - 1, version);
	EXPECT_STREQ(want, last_error());

	/* The same version with another text */
	EXPECT_EQ(-ESTALE, load(version, "allow create # as ever\n"));
	snprintf(want, sizeof(want),
		 "2:1: version %lld is active with another text: expected a higher version\n",
		 version);
	EXPECT_STREQ(want, last_error());

	/* The same text, as a service does that is restarted */
	EXPECT_EQ(0, load(version, "allow create\n"));
	EXPECT_STREQ("", last_error());
	EXPECT_EQ(version, lsm_status_number("version"));
}

TEST(largest_version)
{
	static const char large[] = "policy name=t version=9223372036854775808\n" LSM_END;

	EXPECT_EQ(-EINVAL, write_file(LSM_POLICY, large, strlen(large)));
}

TEST_HARNESS_MAIN
