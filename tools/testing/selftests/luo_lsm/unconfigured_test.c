// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm in a kernel in which no policy was ever loaded: what is decided then,
 * and what the record of it says. The kernel's parameters may change both.
 *
 * This test comes first in a boot: all the others load policies.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

FIXTURE(unconfigured)
{
	int dev;
	bool allow;
	bool permissive;
	bool signed_only;
};

FIXTURE_SETUP(unconfigured)
{
	const char *source = lsm_status("source");

	if (strcmp(source ?: "none", "none"))
		SKIP(return, "a policy was in force in this boot already");
	self->allow = on_cmdline("luo_lsm.unconfigured=allow");
	self->permissive = on_cmdline("luo_lsm.enforcing=0");
	self->signed_only = on_cmdline("luo_lsm.require_signature=maybe");
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(unconfigured)
{
	close(self->dev);
}

static void check_field(struct __test_metadata *_metadata,
			const struct audit_record *record, const char *key,
			const char *want)
{
	char *got = audit_field(record, key);

	ASSERT_NE(NULL, got) TH_LOG("no field %s", key);
	EXPECT_STREQ(want, got) TH_LOG("in field %s", key);
	free(got);
}

TEST_F(unconfigured, denial_is_recorded)
{
	static struct audit_log log;
	const struct audit_record *record = &log.records[0];
	bool denied = !self->allow && !self->permissive;
	int fd = audit_open();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, audit_collect(fd, &log));
	EXPECT_EQ(denied ? -EACCES : 0, luo_try_create(self->dev, "early"));
	ASSERT_EQ(0, audit_collect(fd, &log));
	ASSERT_EQ(self->allow ? 0 : 1, log.count);
	close(fd);
	if (self->allow)
		return;

	check_field(_metadata, record, "verdict", "denied");
	check_field(_metadata, record, "reason", "no-policy");
	check_field(_metadata, record, "key", "?");
	check_field(_metadata, record, "version", "?");
	check_field(_metadata, record, "line", "?");
	check_field(_metadata, record, "res", denied ? "0" : "1");
}

TEST_F(unconfigured, until_a_policy_is_loaded)
{
	bool allow = self->allow, permissive = self->permissive;
	bool signed_only = self->signed_only;
	long long denials = lsm_status_number("denials");
	char text[256];

	EXPECT_STREQ("none", lsm_status("source"));
	EXPECT_STREQ(allow ? "allow" : "deny", lsm_status("unconfigured"));
	EXPECT_EQ(permissive ? 0 : 1, lsm_status_number("enforcing"));
	EXPECT_EQ(signed_only, lsm_status_number("require_signature"));
	EXPECT_EQ(NULL, lsm_status("policy"));
	EXPECT_EQ(NULL, lsm_status("signed"));
	EXPECT_EQ(0, read_file(LSM_POLICY, text, sizeof(text)));
	EXPECT_EQ(0, read_file(LSM_LAST_ERROR, text, sizeof(text)));

	EXPECT_EQ(allow || permissive ? 0 : -EACCES, luo_try_create(self->dev, "try"));
	EXPECT_EQ(allow ? 0 : 1, lsm_status_number("denials") - denials);

	/* A refused load does not change that */
	EXPECT_EQ(signed_only ? -EKEYREJECTED : -EINVAL,
		  lsm_load("allow nothing\n"));
	EXPECT_STREQ("none", lsm_status("source"));
	EXPECT_EQ(allow || permissive ? 0 : -EACCES, luo_try_create(self->dev, "try"));

	/* A loaded policy without rules does */
	EXPECT_EQ(signed_only ? -EKEYREJECTED : 0, lsm_load(""));
	EXPECT_EQ(permissive || (allow && signed_only) ? 0 : -EACCES,
		  luo_try_create(self->dev, "try"));
}

TEST_HARNESS_MAIN
