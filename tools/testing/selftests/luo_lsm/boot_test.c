// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the policy that is compiled into the kernel. This is a kernel that has
 * boot.luo, booted with parameters that try to weaken it: see boot-policy.t.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>

#include "kselftest_harness.h"

#include "luo.h"

#define SYSLOG_ACTION_READ_ALL	3
#define BOOT_POLICY		"boot.luo"
#define SIGNED			"signed/"
#define RECORD			"op=load key=\"boot\" version=7 source=boot signed=0 digest=sha256:"

static int load_file(const char *name)
{
	static char text[4096];
	ssize_t size = read_file(beside(name), text, sizeof(text));

	return size <= 0 ? -ENOENT : write_file(LSM_POLICY, text, size);
}

static int try_create(const char *name)
{
	int dev = luo_open(), err;

	if (dev < 0)
		return dev;
	err = luo_try_create(dev, name);
	close(dev);
	return err;
}

TEST(is_in_force)
{
	char want[4096], got[4096];
	ssize_t size;

	EXPECT_STREQ("boot", lsm_status("source"));
	EXPECT_STREQ("boot", lsm_status("policy"));
	EXPECT_EQ(7, lsm_status_number("version"));
	EXPECT_EQ(0, lsm_status_number("signed"));
	EXPECT_EQ(1, lsm_status_number("enforcing"));

	size = read_file(beside(BOOT_POLICY), want, sizeof(want));
	ASSERT_LT(0, size);
	EXPECT_EQ(size, read_file(LSM_POLICY, got, sizeof(got)));
	EXPECT_STREQ(want, got);

	EXPECT_EQ(0, try_create("boot-1"));
	EXPECT_EQ(-EACCES, try_create("other"));
}

/* The parameters do not weaken it */
TEST(parameters)
{
	ASSERT_TRUE(on_cmdline("luo_lsm.unconfigured=allow"));
	EXPECT_STREQ("deny", lsm_status("unconfigured"));

	/* Without a value it means 1, and a later 0 does not revoke that */
	ASSERT_TRUE(on_cmdline("luo_lsm.require_signature luo_lsm.require_signature=0"));
	EXPECT_EQ(1, lsm_status_number("require_signature"));
}

TEST(is_recorded)
{
	static char log[1 << 18];
	int size = klogctl(SYSLOG_ACTION_READ_ALL, log, sizeof(log) - 1);
	char *record, *end;

	ASSERT_LT(0, size);
	record = strstr(log, RECORD);
	ASSERT_NE(NULL, record);
	end = strchr(record, '\n');
	ASSERT_NE(NULL, end);
	*end = 0;
	EXPECT_NE(NULL, strstr(record, " lsm=luo_lsm res=1"));
}

/* Later ones must be newer, and in this boot signed */
TEST(later_policies)
{
	EXPECT_EQ(-EKEYREJECTED, load_file(BOOT_POLICY));
	EXPECT_EQ(-EKEYREJECTED, lsm_load("allow create\n"));
	EXPECT_EQ(-ESTALE, load_file(SIGNED "before_boot"));
	EXPECT_EQ(-ESTALE, load_file(SIGNED "instead_of_boot"));
	EXPECT_STREQ("boot", lsm_status("source"));
	EXPECT_EQ(-EACCES, try_create("signed-1"));

	EXPECT_EQ(0, load_file(SIGNED "good"));
	EXPECT_STREQ("loaded", lsm_status("source"));
	EXPECT_EQ(0, try_create("signed-1"));
	EXPECT_EQ(-EACCES, try_create("boot-1"));
}

TEST_HARNESS_MAIN
