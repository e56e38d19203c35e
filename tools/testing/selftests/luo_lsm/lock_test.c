// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: what is locked stays. The newest policy, which is signed, lies in
 * SIGNED, made by signed-policies.sh.
 *
 * This test comes last in a boot: nothing can be changed after it.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include "luo.h"

#define SIGNED		"signed/"

static const char *last_error(void)
{
	static char error[256];

	error[0] = 0;
	read_file(LSM_LAST_ERROR, error, sizeof(error));
	return error;
}

TEST(lock)
{
	char one[256], two[256], newest[4096];
	ssize_t size;

	EXPECT_EQ(0, lsm_status_number("locked"));
	EXPECT_EQ(-EINVAL, write_file(LSM_DIR "lock", "2", 1));
	EXPECT_EQ(0, write_file(LSM_DIR "lock", "0", 1));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	ASSERT_LT(0, read_file(LSM_POLICY, one, sizeof(one)));

	ASSERT_EQ(0, write_file(LSM_DIR "lock", "1", 1));
	EXPECT_EQ(1, lsm_status_number("locked"));
	EXPECT_EQ(-EPERM, lsm_load("allow retrieve\n"));
	EXPECT_STREQ("1:1: the policy is locked until a cold boot\n",
		     last_error());
	/* Nor can a newer policy that a trusted key signed */
	size = read_file(beside(SIGNED "newest"), newest, sizeof(newest));
	ASSERT_LT(0, size);
	EXPECT_EQ(-EPERM, write_file(LSM_POLICY, newest, size));
	EXPECT_EQ(-EPERM, lsm_enforce(false));
	EXPECT_EQ(1, lsm_status_number("enforcing"));
	EXPECT_EQ(-EPERM, write_file(LSM_DIR "lock", "0", 1));
	EXPECT_EQ(0, write_file(LSM_DIR "lock", "1", 1));
	EXPECT_EQ(1, lsm_status_number("locked"));

	ASSERT_LT(0, read_file(LSM_POLICY, two, sizeof(two)));
	EXPECT_STREQ(one, two);
}

TEST_HARNESS_MAIN
