// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of luo_lsm's freeze: files that grew since they were preserved.
 *
 * A preserved memfd cannot grow, so user space cannot test this with the one type
 * of file that there is. These tests call the hooks as LUO calls them, for a memfd
 * that LUO does not preserve.
 */

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/luo_identity.h>
#include <linux/luo_sessionfs.h>
#include <linux/memfd.h>
#include <linux/security.h>
#include <linux/sizes.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "../access.h"
#include "../active.h"
#include "../loading.h"
#include "../policy/policy.h"
#include "../session.h"
#include "../switches.h"

#define FROZEN_FILES	2
#define FROZEN_NAME	"kunit-frozen"
#define FROZEN_TYPE	"kunit-v1"

struct frozen {
	struct inode *inode;
	bool asked;
	struct file *files[FROZEN_FILES];
	void *security[FROZEN_FILES];
	u64 version;
};

static int frozen_load(struct frozen *frozen, const char *rules)
{
	char text[128];

	snprintf(text, sizeof(text), "policy name=kunit version=%llu\n%send\n",
		 ++frozen->version, rules);
	return luo_lsm_policy_load(text, strlen(text), LUO_LSM_SOURCE_LOADED);
}

static int frozen_init(struct kunit *test)
{
	struct luo_lsm_policy *policy = luo_lsm_policy_get();
	struct frozen *frozen;

	/* Replace only a policy of these tests, never an administrator's */
	if (policy && strcmp(luo_policy_name(policy->compiled), "kunit")) {
		luo_lsm_policy_put(policy);
		kunit_skip(test, "a policy is active");
	}

	frozen = kunit_kzalloc(test, sizeof(*frozen), GFP_KERNEL);
	test->priv = frozen;
	if (frozen && policy)
		frozen->version = luo_policy_version(policy->compiled);
	luo_lsm_policy_put(policy);
	return frozen ? 0 : -ENOMEM;
}

static void frozen_exit(struct kunit *test)
{
	struct frozen *frozen = test->priv;
	int i;

	if (!frozen)
		return;

	for (i = 0; i < FROZEN_FILES; i++) {
		if (!frozen->files[i])
			continue;
		security_luo_file_release(frozen->inode, &frozen->security[i]);
		fput(frozen->files[i]);
	}
	if (frozen->asked)
		security_luo_session_release(frozen->inode);
	iput(frozen->inode);
	/* Without rules it denies everything, as if none was ever loaded */
	frozen_load(frozen, "");
}

/* Create a session, and preserve files of a page each in it. */
static void frozen_begin(struct kunit *test, const char *rules)
{
	s64 sessions = atomic64_read(&luo_lsm_sessions);
	struct frozen *frozen = test->priv;
	struct inode *inode;
	struct file *file;
	int i;

	KUNIT_ASSERT_EQ(test, frozen_load(frozen, rules), 0);
	inode = luo_sessionfs_new_inode(GLOBAL_ROOT_UID, GLOBAL_ROOT_GID);
	KUNIT_ASSERT_FALSE(test, IS_ERR(inode));
	frozen->inode = inode;
	frozen->asked = true;
	KUNIT_ASSERT_EQ(test, security_luo_session_create(FROZEN_NAME, inode), 0);
	if (atomic64_read(&luo_lsm_sessions) == sessions)
		kunit_skip(test, "luo_lsm is not in force");

	for (i = 0; i < FROZEN_FILES; i++) {
		file = memfd_alloc_file("frozen", 0);
		KUNIT_ASSERT_FALSE(test, IS_ERR(file));
		frozen->files[i] = file;
		KUNIT_ASSERT_EQ(test, vfs_truncate(&file->f_path, SZ_4K), 0);
		KUNIT_ASSERT_EQ(test,
				security_luo_file_preserve(inode, file,
							   FROZEN_TYPE, i,
							   &frozen->security[i]),
				0);
	}
}

/* Ask about all files and the session, as LUO does. */
static int frozen_freeze(struct frozen *frozen)
{
	struct luo_file_identity identity = {};
	struct lsm_prop label = {};
	int i, err, ret = 0;

	for (i = 0; i < FROZEN_FILES; i++) {
		identity.size = i_size_read(file_inode(frozen->files[i]));
		identity.label = &label;
		err = security_luo_file_freeze(frozen->inode, frozen->files[i],
					       FROZEN_TYPE, i, &identity,
					       frozen->security[i]);
		ret = ret ?: err;
	}
	err = security_luo_file_freeze(frozen->inode, NULL, NULL, 0, NULL, NULL);
	return ret ?: err;
}

/* Give the first file @size bytes, and expect @err of the freeze. */
static void frozen_check(struct kunit *test, loff_t size, int err)
{
	struct frozen *frozen = test->priv;
	s64 denials = atomic64_read(&luo_lsm_denials);

	KUNIT_ASSERT_EQ(test, vfs_truncate(&frozen->files[0]->f_path, size), 0);
	KUNIT_EXPECT_EQ(test, frozen_freeze(frozen), err);
	/* One denial for the session, not one for each file */
	KUNIT_EXPECT_EQ(test, atomic64_read(&luo_lsm_denials) - denials, !!err);
}

static void test_within_the_limit(struct kunit *test)
{
	frozen_begin(test, "allow create,preserve\nlimit session=kunit-* bytes=12K\n");
	frozen_check(test, SZ_4K, 0);
	frozen_check(test, SZ_8K, 0);
	frozen_check(test, 0, 0);
}

static void test_beyond_the_limit(struct kunit *test)
{
	frozen_begin(test, "allow create,preserve\nlimit session=kunit-* bytes=12K\n");
	frozen_check(test, SZ_8K + 1, -EACCES);
	frozen_check(test, SZ_1G, -EACCES);
	frozen_check(test, SZ_8K, 0);
}

/* A policy with a lower limit denies only what grew. */
static void test_beyond_a_lower_limit(struct kunit *test)
{
	struct frozen *frozen = test->priv;

	frozen_begin(test, "allow create,preserve\n");
	KUNIT_ASSERT_EQ(test,
			frozen_load(frozen, "allow create,preserve\nlimit session=* bytes=1\n"),
			0);
	frozen_check(test, SZ_4K, 0);
	frozen_check(test, SZ_4K + 1, -EACCES);
	frozen_check(test, SZ_4K - 1, 0);
}

static void test_size_is_asked_again(struct kunit *test)
{
	frozen_begin(test, "allow create\nallow preserve size=8K\n");
	frozen_check(test, SZ_8K, 0);
	frozen_check(test, SZ_8K + 1, -EACCES);
}

static void test_only_logged(struct kunit *test)
{
	struct frozen *frozen = test->priv;
	s64 denials;

	frozen_begin(test, "allow create,preserve\nlimit session=* bytes=8K\n");
	frozen_check(test, SZ_8K, -EACCES);
	denials = atomic64_read(&luo_lsm_denials);
	KUNIT_ASSERT_EQ(test, luo_lsm_set_enforcing(false), 0);
	KUNIT_EXPECT_EQ(test, frozen_freeze(frozen), 0);
	KUNIT_ASSERT_EQ(test, luo_lsm_set_enforcing(true), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&luo_lsm_denials) - denials, 1);
}

static struct kunit_case frozen_cases[] = {
	KUNIT_CASE(test_within_the_limit),
	KUNIT_CASE(test_beyond_the_limit),
	KUNIT_CASE(test_beyond_a_lower_limit),
	KUNIT_CASE(test_size_is_asked_again),
	KUNIT_CASE(test_only_logged),
	{}
};

static struct kunit_suite frozen_suite = {
	.name = "luo_lsm_frozen_size",
	.init = frozen_init,
	.exit = frozen_exit,
	.test_cases = frozen_cases,
};

kunit_test_suite(frozen_suite);
