// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm's audit records: one for each denial, fields in order, nothing that a
 * caller chooses can forge them.
 *
 * The records are printed as auditd would store them: audit.t has ausearch read
 * them.
 */

#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

FIXTURE(audit)
{
	int fd;
	int dev;
	int session;
	int memfd;
	struct audit_log *log;
};

FIXTURE_SETUP(audit)
{
	self->log = malloc(sizeof(*self->log));
	ASSERT_NE(NULL, self->log);
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->session = -1;
	self->memfd = luo_memfd(1, 8192);
	self->fd = audit_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(audit)
{
	lsm_enforce(true);
	close(self->session);
	close(self->memfd);
	close(self->dev);
	close(self->fd);
	free(self->log);
}

/* The result of an access, and its records of type AUDIT_LUO_ACCESS. */
#define RECORDED(want_err, want_count, expression)			\
	do {								\
		ASSERT_EQ(0, audit_collect(self->fd, self->log));	\
		EXPECT_EQ(want_err, expression);			\
		ASSERT_EQ(0, audit_collect(self->fd, self->log));	\
		ASSERT_EQ(want_count, self->log->count);		\
	} while (0)

#define FIELD(key, want)	FIELD_OF(0, key, want)
#define FIELD_OF(record, key, want)					\
	do {								\
		char *_got = audit_field(&self->log->records[record], key); \
		ASSERT_NE(NULL, _got) TH_LOG("no field %s", key);	\
		EXPECT_STREQ(want, _got) TH_LOG("in field %s", key);	\
		free(_got);						\
	} while (0)

static const char *quoted(const char *text)
{
	static char quoted[PATH_MAX + 2];

	snprintf(quoted, sizeof(quoted), "\"%s\"", text);
	return quoted;
}

#define NUMBER_FIELD(key, want)						\
	do {								\
		char _want[32];						\
		snprintf(_want, sizeof(_want), "%lld", (long long)(want)); \
		FIELD(key, _want);					\
	} while (0)

/* Each record has every field, in the fixed order. */
TEST_F(audit, fields_in_order)
{
	static const char *const order[] = {
		"op=", " verdict=", " enforcing=", " session=", " session_id=",
		" ouid=", " ftype=", " token=", " size=", " reason=",
		" policy=", " version=", " line=", " ppid=", " pid=", " auid=",
		" uid=", " gid=", " euid=", " suid=", " fsuid=", " egid=",
		" sgid=", " fsgid=", " tty=", " ses=", " comm=", " exe=",
		" cgroup=", " by_uid=?", " by_gid=?", " by_exe=?",
		" by_context=?", " by_cgroup=?", " by_pid=?",
		" by_verity=?", " res=",
	};
	const char *at;
	size_t i;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	self->session = luo_create(self->dev, "fields");
	ASSERT_LE(0, self->session);
	RECORDED(-EACCES, 1, luo_preserve(self->session, self->memfd, 1));
	at = self->log->records[0].text;
	EXPECT_EQ(0, strncmp(at, "audit(", 6));
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		const char *next = strstr(at, order[i]);

		ASSERT_NE(NULL, next) TH_LOG("%s is not in its place",
					     order[i]);
		at = next + strlen(order[i]) - 1;
	}
	EXPECT_STREQ("=0", at);
	EXPECT_EQ(AUDIT_LUO_ACCESS, self->log->records[0].type);
}

TEST_F(audit, denied_create)
{
	ASSERT_EQ(0, lsm_load("allow create session=other\n"));
	RECORDED(-EACCES, 1, luo_try_create(self->dev, "mine"));
	FIELD("verdict", "denied");
	FIELD("enforcing", "1");
	FIELD("session", "\"mine\"");
	FIELD("ouid", "0");
	FIELD("cgroup", "\"/\"");
	FIELD("by_cgroup", "?");
	FIELD("ftype", "?");
	FIELD("token", "?");
	FIELD("size", "?");
	FIELD("reason", "no-rule");
	FIELD("policy", "\"test\"");
	NUMBER_FIELD("version", lsm_status_number("version"));
	FIELD("line", "?");
	NUMBER_FIELD("pid", getpid());
	NUMBER_FIELD("ppid", getppid());
	FIELD("comm", "\"audit_test\"");
	FIELD("exe", quoted(self_exe()));
	FIELD("res", "0");
}

TEST_F(audit, denied_preserve)
{
	struct caller user = { .uid = 1000, .gid = 2000 };
	struct access access = { .op = "preserve", .token = 0xfedcba987654ULL };

	ASSERT_EQ(0, lsm_load("allow create,preserve\n\n"
			      "deny preserve type=memfd-* uid=1000\n"));
	self->session = luo_create(self->dev, "fields");
	ASSERT_LE(0, self->session);
	access.fd = self->session;
	access.file = self->memfd;
	RECORDED(-EACCES, 1, access_as(&user, &access));
	FIELD("session", "\"fields\"");
	NUMBER_FIELD("session_id", ino_of(self->session));
	FIELD("ouid", "0");
	FIELD("ftype", "\"" LUO_TYPE "\"");
	FIELD("token", "0xfedcba987654");
	FIELD("size", "8192");
	FIELD("reason", "deny-rule");
	FIELD("line", "4");
	FIELD("uid", "1000");
	FIELD("gid", "2000");
	FIELD("res", "0");
}

TEST_F(audit, permissive)
{
	ASSERT_EQ(0, lsm_load("deny create\n"));
	ASSERT_EQ(0, lsm_enforce(false));
	RECORDED(0, 1, luo_try_create(self->dev, "mine"));
	FIELD("verdict", "denied");
	FIELD("enforcing", "0");
	FIELD("reason", "deny-rule");
	FIELD("line", "2");
	FIELD("res", "1");
}

TEST_F(audit, allowed_is_silent)
{
	ASSERT_EQ(0, lsm_load("allow create\n"));
	RECORDED(0, 0, luo_try_create(self->dev, "mine"));
}

TEST_F(audit, audited_allow)
{
	ASSERT_EQ(0, lsm_load("allow create audit\n"));
	RECORDED(0, 1, luo_try_create(self->dev, "mine"));
	FIELD("verdict", "allowed");
	FIELD("enforcing", "1");
	FIELD("reason", "allow-rule");
	FIELD("line", "2");
	FIELD("res", "1");
}

/*
 * What quiet denies deny is denied and counted, and leaves no record. If one that is not
 * quiet matches, too, there is one, in any order of statements.
 */
TEST_F(audit, quiet)
{
	long long denials;

	ASSERT_EQ(0, lsm_load("allow create\n"
			      "deny create session=probe* quiet\n"
			      "deny create session=probe-2\n"
			      "deny preserve type=memfd-* quiet\n"));
	denials = lsm_status_number("denials");
	RECORDED(-EACCES, 0, luo_try_create(self->dev, "probe"));
	EXPECT_EQ(denials + 1, lsm_status_number("denials"));

	RECORDED(-EACCES, 1, luo_try_create(self->dev, "probe-2"));
	FIELD("reason", "deny-rule");
	FIELD("line", "3");
	EXPECT_EQ(denials + 2, lsm_status_number("denials"));
	ASSERT_EQ(0, lsm_load("deny create session=probe-2\n"
			      "allow create,preserve\n"
			      "deny preserve type=memfd-* quiet\n"
			      "deny create session=probe* quiet\n"));
	RECORDED(-EACCES, 0, luo_try_create(self->dev, "probe"));
	RECORDED(-EACCES, 1, luo_try_create(self->dev, "probe-2"));

	self->session = luo_create(self->dev, "other");
	ASSERT_LE(0, self->session);
	RECORDED(-EACCES, 0, luo_preserve(self->session, self->memfd, 1));
	EXPECT_STREQ("", luo_file_state(self->session, 1));
	EXPECT_EQ(denials + 5, lsm_status_number("denials"));

	/* What nothing matches is not quiet, nor is a limit */
	ASSERT_EQ(0, lsm_load("deny create session=probe quiet\n"));
	RECORDED(-EACCES, 1, luo_try_create(self->dev, "other"));
	FIELD("reason", "no-rule");
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"
			      "deny preserve uid=1 quiet\n"
			      "limit files=0\n"));
	RECORDED(-EACCES, 1, luo_preserve(self->session, self->memfd, 1));
	FIELD("reason", "limit");
}

/* In permissive mode, too, it is counted only. */
TEST_F(audit, quiet_permissive)
{
	long long denials;

	ASSERT_EQ(0, lsm_load("deny create session=probe quiet\n"));
	ASSERT_EQ(0, lsm_enforce(false));
	denials = lsm_status_number("denials");
	RECORDED(0, 0, luo_try_create(self->dev, "probe"));
	EXPECT_EQ(denials + 1, lsm_status_number("denials"));
	RECORDED(0, 1, luo_try_create(self->dev, "other"));
}

/* What calls a live update off is logged, whatever is quiet. */
TEST_F_TIMEOUT(audit, quiet_at_the_freeze, 120)
{
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	self->session = luo_create(self->dev, "frozen");
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, 1));
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"
			      "deny preserve type=memfd-* quiet\n"));
	RECORDED(-EACCES, 1, luo_refused_update());
	FIELD("op", "freeze");
	FIELD("line", "3");
}

/*
 * At the freeze the subject is the task that created or preserved, not the one that
 * reboots.
 */
TEST_F_TIMEOUT(audit, freeze, 120)
{
	struct caller user = { .uid = 1000, .gid = 2000, .exe = "/tmp/by whom" };
	struct access access = { .op = "preserve", .token = 7 };

	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	ASSERT_EQ(0, seteuid(1500));
	self->session = luo_create(self->dev, "frozen");
	ASSERT_EQ(0, seteuid(0));
	ASSERT_LE(0, self->session);
	access.fd = self->session;
	access.file = self->memfd;
	ASSERT_EQ(0, access_as(&user, &access));

	ASSERT_EQ(0, lsm_load("allow create\n"));
	RECORDED(-EACCES, 1, luo_refused_update());
	EXPECT_NE(NULL, strstr(self->log->records[0].text, "op=freeze "));
	FIELD("session", "\"frozen\"");
	FIELD("ouid", "1500");
	FIELD("ftype", "\"" LUO_TYPE "\"");
	FIELD("token", "0x7");
	FIELD("uid", "0");
	FIELD("exe", quoted(self_exe()));
	FIELD("by_uid", "1000");
	FIELD("by_gid", "2000");
	FIELD("by_exe", "2F746D702F62792077686F6D");
	FIELD("by_context", "?");
	FIELD("cgroup", "?");
	FIELD("by_cgroup", "\"/\"");
	FIELD("by_pid", "?");
	FIELD("res", "0");

	ASSERT_EQ(0, lsm_load("deny create\n"));
	RECORDED(-EACCES, 2, luo_refused_update());
	FIELD("token", "0x7");
	FIELD("by_uid", "1000");
	FIELD_OF(1, "ftype", "?");
	FIELD_OF(1, "token", "?");
	FIELD_OF(1, "reason", "deny-rule");
	FIELD_OF(1, "by_uid", "1500");
	FIELD_OF(1, "by_gid", "0");
	FIELD_OF(1, "by_exe", quoted(self_exe()));
}

/* Subjects that preserve one after the other differ in one attribute, or in none. */
TEST_F_TIMEOUT(audit, freeze_one_by_one, 120)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		const char *exe;
		const char *by_uid, *by_gid, *by_exe;
	} by[] = {
		{ 1000, 2000, "/tmp/by-a", "1000", "2000", "\"/tmp/by-a\"" },
		{ 1000, 2000, "/tmp/by-a", "1000", "2000", "\"/tmp/by-a\"" },
		{ 1001, 2000, "/tmp/by-a", "1001", "2000", "\"/tmp/by-a\"" },
		{ 1001, 2001, "/tmp/by-a", "1001", "2001", "\"/tmp/by-a\"" },
		{ 1001, 2001, "/tmp/by-b", "1001", "2001", "\"/tmp/by-b\"" },
		{ 1001, 2001, "/tmp/by", "1001", "2001", "\"/tmp/by\"" },
		{ 1000, 2000, "/tmp/by-a", "1000", "2000", "\"/tmp/by-a\"" },
	};
	struct access access = { .op = "preserve" };
	struct caller caller = {};
	size_t i;

	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	self->session = luo_create(self->dev, "frozen");
	ASSERT_LE(0, self->session);
	access.fd = self->session;
	for (i = 0; i < ARRAY_SIZE(by); i++) {
		access.token = i;
		access.file = luo_memfd(i, 4096);
		caller.uid = by[i].uid;
		caller.gid = by[i].gid;
		caller.exe = by[i].exe;
		EXPECT_EQ(0, access_as(&caller, &access));
		close(access.file);
	}

	ASSERT_EQ(0, lsm_load("allow create\n"));
	RECORDED(-EACCES, (int)ARRAY_SIZE(by), luo_refused_update());
	for (i = 0; i < ARRAY_SIZE(by); i++) {
		FIELD_OF(i, "by_uid", by[i].by_uid);
		FIELD_OF(i, "by_gid", by[i].by_gid);
		FIELD_OF(i, "by_exe", by[i].by_exe);
	}
}

#define LONG_GROUP	"/sys/fs/cgroup/long and longer"
#define LOGGED		512		/* bytes of a string */

struct in_group {
	int dev;
	const char *path;
};

static int create_in_group(void *arg)
{
	const struct in_group *in = arg;
	int err = chdir(in->path) ? -errno : write_file("cgroup.procs", "0", 1);

	return err ?: luo_try_create(in->dev, "mine");
}

/*
 * Nobody hides in a cgroup with a name that makes the record too long for those
 * who read it.
 */
TEST_F(audit, long_cgroup)
{
	char name[251] = "", path[4096] = LONG_GROUP, want[2 * LOGGED + 1];
	struct in_group in = { .dev = self->dev, .path = path };
	char *got;
	int i;

	memset(name, 'x', sizeof(name) - 1);
	ASSERT_EQ(0, lsm_load(""));
	ASSERT_EQ(0, mkdir(path, 0755));
	for (i = 0; i < 15; i++) {
		strcat(strcat(path, "/"), name);
		ASSERT_EQ(0, mkdir(path, 0755)) TH_LOG("level %d", i);
	}
	RECORDED(-EACCES, 1, in_child(create_in_group, &in));
	got = audit_field(&self->log->records[0], "cgroup");
	ASSERT_NE(NULL, got);
	for (i = 0; i < LOGGED; i++)
		snprintf(want + 2 * i, 3, "%02X",
			 path[strlen("/sys/fs/cgroup") + i]);
	EXPECT_STREQ(want, got);
	EXPECT_GT(4096, strlen(self->log->records[0].text));
	free(got);
	while (strcmp(path, "/sys/fs/cgroup")) {
		EXPECT_EQ(0, rmdir(path));
		*strrchr(path, '/') = '\0';
	}
}

/* There are as many records as denials. */
TEST_F(audit, one_each)
{
	int i;

	ASSERT_EQ(0, lsm_load(""));
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EACCES, luo_try_create(self->dev, "mine"));
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	EXPECT_EQ(20, self->log->count);
}

FIXTURE(untrusted)
{
	int fd;
	int dev;
	struct audit_log *log;
};

FIXTURE_SETUP(untrusted)
{
	self->log = malloc(sizeof(*self->log));
	ASSERT_NE(NULL, self->log);
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->fd = audit_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(untrusted)
{
	close(self->dev);
	close(self->fd);
	free(self->log);
}

FIXTURE_VARIANT(untrusted)
{
	const char *name;
	const char *logged;
};

FIXTURE_VARIANT_ADD(untrusted, plain) {
	.name = "vm-1", .logged = "\"vm-1\"",
};
FIXTURE_VARIANT_ADD(untrusted, spaces) {
	.name = "a b", .logged = "612062",
};
FIXTURE_VARIANT_ADD(untrusted, forged_fields) {
	.name = "x\" res=1", .logged = "7822207265733D31",
};
FIXTURE_VARIANT_ADD(untrusted, forged_record) {
	.name = "x\ntype=USER", .logged = "780A747970653D55534552",
};
FIXTURE_VARIANT_ADD(untrusted, utf8) {
	.name = "ä", .logged = "C3A4",
};

TEST_F(untrusted, name)
{
	ASSERT_EQ(0, lsm_load(""));
	RECORDED(-EACCES, 1, luo_try_create(self->dev, variant->name));
	FIELD("session", variant->logged);
	FIELD("res", "0");
	EXPECT_EQ(NULL, strchr(self->log->records[0].text, '\n'));
}

/* ---- Loads, and changes of enforce and lock ---- */

TEST_F(audit, load)
{
	RECORDED(0, 1, lsm_load(""));
	EXPECT_EQ(AUDIT_MAC_POLICY_LOAD, self->log->records[0].type);
	FIELD("policy", "\"test\"");
	NUMBER_FIELD("version", lsm_status_number("version"));
	FIELD("source", "loaded");
	FIELD("signed", "0");
	FIELD("lsm", "luo_lsm");
	FIELD("res", "1");
	NUMBER_FIELD("pid", getpid());
}

TEST_F(audit, refused_load)
{
	RECORDED(-EINVAL, 1, lsm_load("allow create,create\n"));
	EXPECT_EQ(AUDIT_MAC_POLICY_LOAD, self->log->records[0].type);
	FIELD("policy", "?");
	FIELD("line", "2");
	FIELD("column", "14");
	FIELD("lsm", "luo_lsm");
	FIELD("res", "0");
}

/* A text with the marker of a signed policy and no signature */
TEST_F(audit, refused_signature)
{
	static const char text[] = "policy name=t version=9\n"
				   "~Module signature appended~\n";

	RECORDED(-EBADMSG, 1, write_file(LSM_POLICY, text, strlen(text)));
	EXPECT_EQ(AUDIT_MAC_POLICY_LOAD, self->log->records[0].type);
	FIELD("policy", "?");
	FIELD("version", "?");
	NUMBER_FIELD("errno", -EBADMSG);
	FIELD("lsm", "luo_lsm");
	FIELD("res", "0");
}

TEST_F(audit, enforce)
{
	RECORDED(0, 1, lsm_enforce(false));
	EXPECT_EQ(AUDIT_MAC_STATUS, self->log->records[0].type);
	FIELD("enforcing", "0");
	FIELD("old_enforcing", "1");
	FIELD("lsm", "luo_lsm");
	FIELD("res", "1");
	/* A write that changes nothing is not logged */
	RECORDED(0, 0, lsm_enforce(false));
	RECORDED(0, 1, lsm_enforce(true));
	FIELD("enforcing", "1");
	FIELD("old_enforcing", "0");
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	return test_harness_run(argc, argv);
}
