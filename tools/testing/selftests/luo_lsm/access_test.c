// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: each verb under each key, allowing and denying.
 *
 * Tests "create" and "preserve" run in any kernel. "retrieve", "finish" and "restore"
 * need sessions from before a live update, and are skipped where there are none:
 * "access_test --hold" makes them and stays, in the background, until the kernel
 * is left.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define EXE		"/tmp/luo-exe"
#define RESTORE_SIZE	4096

FIXTURE(access)
{
	int dev;
	int session;
	int memfd;
	struct access access;
};

/*
 * @match and @other are conditions that the access meets and does not meet; for
 * sessions from before the live update @other_in in place of @other, if it is set.
 * @creator creates the session.
 */
FIXTURE_VARIANT(access)
{
	const char *id;
	const char *match;
	const char *other;
	const char *other_in;
	struct caller caller;
	uid_t creator;
	bool files_only;
};

FIXTURE_SETUP(access)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->session = -1;
	self->memfd = -1;
}

FIXTURE_TEARDOWN(access)
{
	close(self->session);
	close(self->memfd);
	close(self->dev);
}

#define USER_1000	{ .uid = 1000, .gid = 1000 }

/* clang-format off */

/* session: names are acc-ID-0 before the live update and acc-ID-N after it */
FIXTURE_VARIANT_ADD(access, session_prefix) {
	.id = "prefix", .caller = USER_1000,
	.match = "session=acc-prefix-*", .other = "session=acc-prefix-0-*,bcc-*",
	.other_in = "session=acc-prefix-1-*,acc-prefix-2-*,acc-prefix-f-*,acc-prefix-r-*",
};
FIXTURE_VARIANT_ADD(access, session_literal) {
	.id = "literal", .caller = USER_1000,
	.match = "session=x,acc-literal-0,acc-literal-1,acc-literal-2,acc-literal-f,acc-literal-r",
	.other = "session=acc-literal-,acc-literal-00,ACC-LITERAL-0",
};
FIXTURE_VARIANT_ADD(access, session_escaped) {
	.id = " *\n\"", .caller = USER_1000,
	.match = "session=\"acc- \\*\\x0a\\\"-*\"", .other = "session=\"acc- \\*\\x0b\\\"-*\"",
};

/* type: of files, so create, retrieve and finish have none */
FIXTURE_VARIANT_ADD(access, type_literal) {
	.id = "type", .caller = USER_1000, .files_only = true,
	.match = "type=vfio-pci-v2,memfd-v2", .other = "type=vfio-pci-v2,memfd,memfd-v22",
};
FIXTURE_VARIANT_ADD(access, type_prefix) {
	.id = "types", .caller = USER_1000, .files_only = true,
	.match = "type=memfd-*", .other = "type=memfd-v2-*,vfio-*",
};

/* uid */
FIXTURE_VARIANT_ADD(access, uid_root) {
	.id = "root", .caller = { .uid = 0, .gid = 0 },
	.match = "uid=0", .other = "uid=1-4294967294",
};
FIXTURE_VARIANT_ADD(access, uid_list) {
	.id = "uid", .caller = USER_1000,
	.match = "uid=0,1000", .other = "uid=0,999,1001",
};
FIXTURE_VARIANT_ADD(access, uid_range) {
	.id = "uids", .caller = { .uid = 65000, .gid = 5 },
	.match = "uid=65000-65999", .other = "uid=0-64999,65001-70000",
};
FIXTURE_VARIANT_ADD(access, uid_max) {
	.id = "uidmax", .caller = { .uid = 4294967294U, .gid = 5 },
	.match = "uid=4294967294", .other = "uid=0-4294967293",
};

/* gid */
FIXTURE_VARIANT_ADD(access, gid) {
	.id = "gid", .caller = { .uid = 1000, .gid = 2000 },
	.match = "gid=2000", .other = "gid=0,1000,1999,2001",
};
FIXTURE_VARIANT_ADD(access, gid_root) {
	.id = "gid0", .caller = { .uid = 1000, .gid = 0 },
	.match = "gid=0", .other = "gid=1000",
};

/* exe */
FIXTURE_VARIANT_ADD(access, exe_literal) {
	.id = "exe", .caller = { .uid = 1000, .gid = 1000, .exe = EXE },
	.match = "exe=/usr/bin/x," EXE, .other = "exe=" EXE "2,/luo-exe," SELF,
};
FIXTURE_VARIANT_ADD(access, exe_prefix) {
	.id = "exes", .caller = { .uid = 1000, .gid = 1000, .exe = EXE },
	.match = "exe=/tmp/*", .other = "exe=/usr/*",
};
FIXTURE_VARIANT_ADD(access, exe_of_a_child) {
	.id = "fork", .caller = USER_1000,
	.match = "exe=" SELF, .other = "exe=" EXE ",/bin/busybox",
};

/* owner: who created the session, in this kernel or in the one before */
FIXTURE_VARIANT_ADD(access, owner_self) {
	.id = "self", .caller = USER_1000, .creator = 1000,
	.match = "owner=self", .other = "owner=unknown,1001",
};
FIXTURE_VARIANT_ADD(access, owner_uid) {
	.id = "owner", .caller = USER_1000, .creator = 1000,
	.match = "owner=7,1000", .other = "owner=0-999,1001-4294967294",
};

/* userns: an allow without it speaks of the initial one only, a deny of all */
FIXTURE_VARIANT_ADD(access, userns_init) {
	.id = "init", .caller = USER_1000,
	.match = "userns=init", .other = "userns=init uid=77",
};
FIXTURE_VARIANT_ADD(access, userns_other) {
	.id = "userns", .caller = { .uid = 1000, .gid = 1000, .userns = true },
	.match = "userns=any", .other = "userns=init",
};

/* All conditions at once, and all but one */
FIXTURE_VARIANT_ADD(access, all_keys) {
	.id = "all", .caller = { .uid = 1000, .gid = 2000, .exe = EXE },
	.creator = 1000,
	.match = "session=acc-* uid=1000 gid=2000 exe=" EXE " owner=self userns=init",
	.other = "session=acc-* uid=1000 gid=2001 exe=" EXE " owner=self userns=init",
};

/* clang-format on */

static const char *session_name(const FIXTURE_VARIANT(access) * variant,
				const char *which)
{
	static char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	snprintf(name, sizeof(name), "acc-%s-%s", variant->id, which);
	return name;
}

/* Load @rules, and check one result. */
#define CHECK(want, rules, ...)						\
	do {								\
		int _err;						\
		ASSERT_EQ(0, lsm_loadf(rules, ##__VA_ARGS__));		\
		_err = access_as(&variant->caller, &self->access);	\
		EXPECT_EQ(want, _err) {					\
			TH_LOG("under: " rules, ##__VA_ARGS__);		\
		}							\
	} while (0)

/*
 * The refusals come first, and with them the proof that they change nothing:
 * the grants at the end can only be if they did not.
 */
#define REFUSALS(op, match, other)					\
	do {								\
		CHECK(-EACCES, "# nothing at all\n");			\
		CHECK(-EACCES, "allow %s %s\n", op, other);		\
		CHECK(-EACCES, "allow %s userns=any\ndeny %s %s\n",	\
		      op, op, match);					\
		CHECK(-EACCES, "deny %s %s\nallow %s %s\n", op, match,	\
		      op, match);					\
		/* A rule for another operation does not match */			\
		CHECK(-EACCES, "allow %s %s\n",				\
		      variant->files_only ?				\
		      strcmp(op, "preserve") ? "preserve" : "restore" :	\
		      strcmp(op, "retrieve") ? "retrieve" : "finish",	\
		      match);						\
	} while (0)

#define GRANT(op, match)						\
	CHECK(0, "allow %s %s\n", op, match)

#define GRANT_DENY_MISSES(op, other)					\
	CHECK(0, "allow %s userns=any\ndeny %s %s\n", op, op, other)

TEST_F(access, create)
{
	if (variant->files_only) {
		EXPECT_EQ(-EINVAL, lsm_loadf("allow create %s\n", variant->match));
		return;
	}
	self->access = (struct access) {
		.op = "create",
		.fd = self->dev,
		.name = session_name(variant, "0"),
	};
	/* The caller owns the session that it creates */
	REFUSALS("create", variant->match, variant->other);
	GRANT("create", variant->match);
	GRANT_DENY_MISSES("create", variant->other);
}

static int create_as(int dev, const char *name, uid_t uid)
{
	int session = seteuid(uid) ? -errno : luo_create(dev, name);

	return seteuid(0) ? -errno : session;
}

TEST_F(access, preserve)
{
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->session = create_as(self->dev, session_name(variant, "0"),
				  variant->creator);
	ASSERT_LE(0, self->session);
	self->memfd = luo_memfd(1, 4096);

	self->access = (struct access) {
		.op = "preserve",
		.fd = self->session,
		.token = 1,
		.file = self->memfd,
	};
	REFUSALS("preserve", variant->match, variant->other);
	GRANT("preserve", variant->match);

	close(self->memfd);
	self->memfd = luo_memfd(2, 4096);
	self->access.file = self->memfd;
	self->access.token = 2;
	GRANT_DENY_MISSES("preserve", variant->other);
}

/* A policy that allows nothing refuses what is there alone. */
static bool is_held(int dev, const char *name)
{
	int session;

	if (lsm_load(""))
		return false;
	session = luo_retrieve(dev, name);
	close(session);
	return session != -ENOENT;
}

TEST_F(access, retrieve)
{
	const char *match = variant->match;
	const char *other = variant->other_in ?: variant->other;

	if (variant->files_only) {
		EXPECT_EQ(-EINVAL, lsm_loadf("allow retrieve %s\n", match));
		return;
	}
	if (!is_held(self->dev, session_name(variant, "1")))
		SKIP(return, "no session from before a live update");
	self->access = (struct access) {
		.op = "retrieve",
		.fd = self->dev,
		.name = session_name(variant, "1"),
	};
	REFUSALS("retrieve", match, other);
	GRANT("retrieve", match);
	/* It was retrieved, and finished when the retriever exited */
	EXPECT_EQ(-ENOENT, access_as(&variant->caller, &self->access));

	self->access.name = session_name(variant, "2");
	GRANT_DENY_MISSES("retrieve", other);
}

TEST_F(access, finish)
{
	const char *match = variant->match;
	const char *other = variant->other_in ?: variant->other;

	if (variant->files_only) {
		EXPECT_EQ(-EINVAL, lsm_loadf("allow finish %s\n", match));
		return;
	}
	if (!is_held(self->dev, session_name(variant, "f")))
		SKIP(return, "no session from before a live update");
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->session = luo_retrieve(self->dev, session_name(variant, "f"));
	ASSERT_LE(0, self->session);

	self->access = (struct access) {
		.op = "finish",
		.fd = self->session,
	};
	REFUSALS("finish", match, other);
	EXPECT_STREQ("unclaimed", luo_file_state(self->session, 1));
	GRANT("finish", match);
	EXPECT_STREQ("", luo_file_state(self->session, 1));
	/* Once more is asked the same */
	REFUSALS("finish", match, other);
	GRANT_DENY_MISSES("finish", other);
}

TEST_F(access, restore)
{
	const char *match = variant->match;
	const char *other = variant->other_in ?: variant->other;

	if (!is_held(self->dev, session_name(variant, "r")))
		SKIP(return, "no session from before a live update");
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->session = luo_retrieve(self->dev, session_name(variant, "r"));
	ASSERT_LE(0, self->session);

	self->access = (struct access) {
		.op = "restore",
		.fd = self->session,
		.token = 1,
	};
	REFUSALS("restore", match, other);
	GRANT("restore", match);
	/* A second restore is checked in the same way */
	REFUSALS("restore", match, other);
	GRANT_DENY_MISSES("restore", other);

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->memfd = luo_restore(self->session, 1);
	EXPECT_EQ(0, luo_memfd_check(self->memfd, 1, RESTORE_SIZE));
}

/* ---- Sessions for the next kernel ---- */

static int hold_session(int dev, const FIXTURE_VARIANT(access) * variant,
			const char *which)
{
	int session = create_as(dev, session_name(variant, which),
				variant->creator);
	int memfd = luo_memfd(1, RESTORE_SIZE);
	int err;

	if (session < 0)
		return session;
	err = luo_preserve(session, memfd, 1);
	close(memfd);
	return err;
}

static int hold(int dev)
{
	struct __fixture_variant_metadata *v;
	struct __fixture_metadata *f;
	int err = 0;

	for (f = __fixture_list; !err && f; f = f->next) {
		for (v = f->variant; !err && v; v = v->next) {
			err = hold_session(dev, v->data, "1") ?:
			      hold_session(dev, v->data, "2") ?:
			      hold_session(dev, v->data, "f") ?:
			      hold_session(dev, v->data, "r");
		}
	}
	return err;
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
