// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: what is locked stays. The policies that are signed, newer ones and others,
 * lie in SIGNED, made by signed-policies.sh. The tests go on from each other.
 *
 * This test comes last in a boot: nothing can be changed after it.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define SIGNED		"signed/"

static const char *last_error(void)
{
	static char error[256];

	error[0] = 0;
	read_file(LSM_LAST_ERROR, error, sizeof(error));
	return error;
}

static int lock(const char *state)
{
	return write_file(LSM_DIR "lock", state, strlen(state));
}

static const char *locked(void)
{
	static char state[16];

	memset(state, 0, sizeof(state));
	read_file(LSM_DIR "lock", state, sizeof(state) - 1);
	return state;
}

static int load_file(const char *name)
{
	static char text[4096];
	ssize_t size = read_file(beside(name), text, sizeof(text));

	return size <= 0 ? -ENOENT : write_file(LSM_POLICY, text, size);
}

static int record_of(struct audit_log *log, int fd, const char *state)
{
	int err = audit_collect(fd, log);

	err = err ?: lock(state);
	return err ?: audit_collect(fd, log);
}

TEST(words)
{
	EXPECT_STREQ("none\n", locked());
	EXPECT_STREQ("none", lsm_status("lock"));
	EXPECT_EQ(-EINVAL, lock("1"));
	EXPECT_EQ(-EINVAL, lock("0"));
	EXPECT_EQ(-EINVAL, lock(""));
	EXPECT_EQ(-EINVAL, lock("al"));
	EXPECT_EQ(-EINVAL, lock("all signed"));
	EXPECT_EQ(-EINVAL, lock("all\n\n"));
	EXPECT_EQ(-EINVAL, lock("all of what there is"));
	EXPECT_EQ(-EINVAL, write_file(LSM_DIR "lock", "all\0x", 5));
	EXPECT_EQ(0, lock("none"));
	EXPECT_EQ(0, lock("none\n"));
	EXPECT_STREQ("none\n", locked());
}

/* Enforcing for good; newer policies are accepted if they are signed */
TEST(signed_only)
{
	static struct audit_log log;
	const struct audit_record *record;
	int fd;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	ASSERT_EQ(0, lsm_enforce(false));
	fd = audit_open();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, record_of(&log, fd, "signed\n"));
	close(fd);
	ASSERT_EQ(2, log.count);
	record = &log.records[0];
	EXPECT_EQ(AUDIT_MAC_STATUS, record->type);
	EXPECT_NE(NULL, strstr(record->text, "op=enforce enforcing=1 old_enforcing=0 "));
	record = &log.records[1];
	EXPECT_EQ(AUDIT_MAC_STATUS, record->type);
	EXPECT_NE(NULL, strstr(record->text, "op=lock lock=signed old_lock=none "));

	EXPECT_STREQ("signed\n", locked());
	EXPECT_STREQ("signed", lsm_status("lock"));
	EXPECT_EQ(1, lsm_status_number("enforcing"));
	EXPECT_EQ(-EPERM, lsm_enforce(false));
	EXPECT_EQ(-EPERM, lock("none"));
	EXPECT_EQ(0, lock("signed"));
	EXPECT_EQ(-EKEYREJECTED, lsm_load("allow retrieve\n"));
	EXPECT_STREQ("1:1: the policy is not signed: the lock accepts signed policies only\n",
		     last_error());
	EXPECT_EQ(-ENOKEY, load_file(SIGNED "wrong_key"));
	EXPECT_EQ(-EKEYREJECTED, load_file(SIGNED "other_text"));
	EXPECT_EQ(-ESTALE, load_file(SIGNED "older"));
	EXPECT_STREQ("test", lsm_status("policy"));

	ASSERT_EQ(0, load_file(SIGNED "newer"));
	EXPECT_EQ(1, lsm_status_number("signed"));
	EXPECT_STREQ("signed", lsm_status("lock"));
	EXPECT_EQ(-EKEYREJECTED, lsm_load("allow retrieve\n"));
}

TEST(all)
{
	char one[4096], two[4096], newest[4096];
	ssize_t size;

	ASSERT_LT(0, read_file(LSM_POLICY, one, sizeof(one)));

	ASSERT_EQ(0, lock("all"));
	EXPECT_STREQ("all\n", locked());
	EXPECT_STREQ("all", lsm_status("lock"));
	EXPECT_EQ(-EPERM, lsm_load("allow retrieve\n"));
	EXPECT_STREQ("1:1: the policy is locked until a cold boot\n",
		     last_error());
	/* Nor can a newer policy that a trusted key signed */
	size = read_file(beside(SIGNED "newest"), newest, sizeof(newest));
	ASSERT_LT(0, size);
	EXPECT_EQ(-EPERM, write_file(LSM_POLICY, newest, size));
	EXPECT_EQ(-EPERM, lsm_enforce(false));
	EXPECT_EQ(1, lsm_status_number("enforcing"));
	EXPECT_EQ(-EPERM, lock("none"));
	EXPECT_EQ(-EPERM, lock("signed"));
	EXPECT_EQ(0, lock("all"));
	EXPECT_STREQ("all\n", locked());

	ASSERT_LT(0, read_file(LSM_POLICY, two, sizeof(two)));
	EXPECT_STREQ(one, two);
}

TEST_HARNESS_MAIN
