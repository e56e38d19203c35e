// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of luo_lsm's freeze: files that have grown since they were preserved.
 *
 * A memfd cannot grow once it is preserved, so that user space cannot show this
 * with the one type of files there is. Here the hooks are called as LUO calls
 * them, for a memfd that nothing keeps from growing.
 */

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/luo_sessionfs.h>
#include <linux/memfd.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "../luo_lsm.h"

#define GROWTH_FILES	2
#define GROWTH_NAME	"kunit-growth"
#define GROWTH_TYPE	"kunit-v1"

struct growth {
	struct inode *inode;
	bool asked;
	struct file *files[GROWTH_FILES];
	u64 version;
};

static int growth_load(struct growth *growth, const char *rules)
{
	char text[128];

	snprintf(text, sizeof(text), "policy name=kunit version=%llu\n%s",
		 ++growth->version, rules);
	return luo_lsm_policy_load(text, strlen(text), LUO_LSM_SOURCE_LOADED);
}

static int growth_init(struct kunit *test)
{
	struct luo_lsm_policy *policy = luo_lsm_policy_get();
	struct growth *growth;

	/* What is active here is ours: an administrator's is left alone */
	if (policy && strcmp(luo_policy_name(policy->compiled), "kunit")) {
		luo_lsm_policy_put(policy);
		kunit_skip(test, "a policy is active");
	}

	growth = kunit_kzalloc(test, sizeof(*growth), GFP_KERNEL);
	test->priv = growth;
	if (growth && policy)
		growth->version = luo_policy_version(policy->compiled);
	luo_lsm_policy_put(policy);
	return growth ? 0 : -ENOMEM;
}

static void growth_exit(struct kunit *test)
{
	struct growth *growth = test->priv;
	int i;

	if (!growth)
		return;

	if (growth->asked)
		security_luo_session_release(growth->inode);
	iput(growth->inode);
	for (i = 0; i < GROWTH_FILES; i++)
		if (growth->files[i])
			fput(growth->files[i]);
	/* Deny everything, as if none was ever loaded */
	growth_load(growth, "");
}

/* A session with files of a page each. */
static void growth_begin(struct kunit *test, const char *rules)
{
	s64 sessions = atomic64_read(&luo_lsm_sessions);
	struct growth *growth = test->priv;
	struct inode *inode;
	struct file *file;
	int i;

	KUNIT_ASSERT_EQ(test, growth_load(growth, rules), 0);
	inode = luo_sessionfs_new_inode(GLOBAL_ROOT_UID, GLOBAL_ROOT_GID);
	KUNIT_ASSERT_FALSE(test, IS_ERR(inode));
	growth->inode = inode;
	growth->asked = true;
	KUNIT_ASSERT_EQ(test, security_luo_session_create(GROWTH_NAME, inode), 0);
	if (atomic64_read(&luo_lsm_sessions) == sessions)
		kunit_skip(test, "luo_lsm is not in force");

	for (i = 0; i < GROWTH_FILES; i++) {
		file = memfd_alloc_file("growth", 0);
		KUNIT_ASSERT_FALSE(test, IS_ERR(file));
		growth->files[i] = file;
		KUNIT_ASSERT_EQ(test, vfs_truncate(&file->f_path, SZ_4K), 0);
		KUNIT_ASSERT_EQ(test, security_luo_file_preserve(inode, file,
								 GROWTH_TYPE, i), 0);
		security_luo_file_post_preserve(inode, file, GROWTH_TYPE, i);
	}
}

/* What the freeze says when the first file has @size bytes. */
static void growth_freeze(struct kunit *test, loff_t size, int err)
{
	struct growth *growth = test->priv;
	s64 denials = atomic64_read(&luo_lsm_denials);

	KUNIT_ASSERT_EQ(test, vfs_truncate(&growth->files[0]->f_path, size), 0);
	KUNIT_EXPECT_EQ(test, security_luo_session_freeze(growth->inode), err);
	/* One for all files of the session */
	KUNIT_EXPECT_EQ(test, atomic64_read(&luo_lsm_denials) - denials, !!err);
}

static void test_within_the_limit(struct kunit *test)
{
	growth_begin(test, "allow create,preserve\nlimit session=kunit-* bytes=12K\n");
	growth_freeze(test, SZ_4K, 0);
	growth_freeze(test, SZ_8K, 0);
	growth_freeze(test, 0, 0);
}

static void test_beyond_the_limit(struct kunit *test)
{
	growth_begin(test, "allow create,preserve\nlimit session=kunit-* bytes=12K\n");
	growth_freeze(test, SZ_8K + 1, -EACCES);
	growth_freeze(test, SZ_1G, -EACCES);
	growth_freeze(test, SZ_8K, 0);
}

/* A lower limit takes nothing away, and allows nothing more. */
static void test_beyond_a_lower_limit(struct kunit *test)
{
	struct growth *growth = test->priv;

	growth_begin(test, "allow create,preserve\n");
	KUNIT_ASSERT_EQ(test,
			growth_load(growth, "allow create,preserve\nlimit session=* bytes=1\n"),
			0);
	growth_freeze(test, SZ_4K, 0);
	growth_freeze(test, SZ_4K + 1, -EACCES);
	growth_freeze(test, SZ_4K - 1, 0);
}

static void test_size_is_asked_again(struct kunit *test)
{
	growth_begin(test, "allow create\nallow preserve size=8K\n");
	growth_freeze(test, SZ_8K, 0);
	growth_freeze(test, SZ_8K + 1, -EACCES);
}

static void test_only_logged(struct kunit *test)
{
	struct growth *growth = test->priv;
	s64 denials;

	growth_begin(test, "allow create,preserve\nlimit session=* bytes=8K\n");
	growth_freeze(test, SZ_8K, -EACCES);
	denials = atomic64_read(&luo_lsm_denials);
	KUNIT_ASSERT_EQ(test, luo_lsm_set_enforcing(false), 0);
	KUNIT_EXPECT_EQ(test, security_luo_session_freeze(growth->inode), 0);
	KUNIT_ASSERT_EQ(test, luo_lsm_set_enforcing(true), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&luo_lsm_denials) - denials, 1);
}

static struct kunit_case growth_cases[] = {
	KUNIT_CASE(test_within_the_limit),
	KUNIT_CASE(test_beyond_the_limit),
	KUNIT_CASE(test_beyond_a_lower_limit),
	KUNIT_CASE(test_size_is_asked_again),
	KUNIT_CASE(test_only_logged),
	{}
};

static struct kunit_suite growth_suite = {
	.name = "luo_lsm_growth",
	.init = growth_init,
	.exit = growth_exit,
	.test_cases = growth_cases,
};

kunit_test_suite(growth_suite);
