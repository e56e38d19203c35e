// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm's audit records: one for each denial, fields in order, nothing that a
 * caller chooses can forge them.
 *
 * The records are printed as auditd would store them: audit.t has ausearch read
 * them.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

/* All but those of missed records, which come when they are due. */
static int collect(int fd, struct audit_log *log)
{
	int err = audit_collect(fd, log);
	size_t i, kept = 0;

	for (i = 0; i < log->count; i++)
		if (!strstr(log->records[i].text, "op=missed "))
			log->records[kept++] = log->records[i];
	log->count = kept;
	return err;
}

/* The result of an access, and its records of type AUDIT_LUO_ACCESS. */
#define RECORDED(want_err, want_count, expression)			\
	do {								\
		ASSERT_EQ(0, collect(self->fd, self->log));		\
		EXPECT_EQ(want_err, expression);			\
		ASSERT_EQ(0, collect(self->fd, self->log));		\
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
		"op=", " verdict=", " enforcing=", " name=", " session_id=",
		" ouid=", " file=", " token=", " size=", " inode_uid=",
		" reason=", " key=", " version=", " line=", " ppid=", " pid=",
		" auid=", " uid=", " gid=", " euid=", " suid=", " fsuid=",
		" egid=", " sgid=", " fsgid=", " tty=", " ses=", " comm=",
		" exe=", " by_uid=", " by_gid=", " by_pid=", " userns=",
		" path=", " by_verity=", " profile=", " cgroup=", " res=",
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
	FIELD("name", "\"mine\"");
	FIELD("ouid", "0");
	FIELD("file", "?");
	FIELD("token", "?");
	FIELD("size", "?");
	FIELD("inode_uid", "4294967295");
	FIELD("reason", "no-rule");
	FIELD("key", "\"test\"");
	NUMBER_FIELD("version", lsm_status_number("version"));
	FIELD("line", "?");
	NUMBER_FIELD("pid", getpid());
	NUMBER_FIELD("ppid", getppid());
	FIELD("comm", "\"audit_test\"");
	FIELD("exe", quoted(self_exe()));
	FIELD("by_uid", "0");
	FIELD("by_gid", "0");
	FIELD("by_pid", "other");
	FIELD("userns", "init");
	FIELD("path", quoted(self_exe()));
	FIELD("profile", "?");
	FIELD("cgroup", "\"/\"");
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
	FIELD("name", "\"fields\"");
	NUMBER_FIELD("session_id", ino_of(self->session));
	FIELD("ouid", "0");
	FIELD("file", "\"" LUO_TYPE "\"");
	FIELD("token", "0xfedcba987654");
	FIELD("size", "8192");
	FIELD("inode_uid", "0");
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
	FIELD("name", "\"frozen\"");
	FIELD("ouid", "1500");
	FIELD("file", "\"" LUO_TYPE "\"");
	FIELD("token", "0x7");
	FIELD("uid", "0");
	FIELD("exe", quoted(self_exe()));
	FIELD("by_uid", "1000");
	FIELD("by_gid", "2000");
	FIELD("by_pid", "other");
	FIELD("userns", "init");
	FIELD("path", "2F746D702F62792077686F6D");
	FIELD("profile", "?");
	FIELD("cgroup", "\"/\"");
	FIELD("res", "0");

	ASSERT_EQ(0, lsm_load("deny create\n"));
	RECORDED(-EACCES, 2, luo_refused_update());
	FIELD("token", "0x7");
	FIELD("by_uid", "1000");
	FIELD_OF(1, "file", "?");
	FIELD_OF(1, "token", "?");
	FIELD_OF(1, "reason", "deny-rule");
	FIELD_OF(1, "by_uid", "1500");
	FIELD_OF(1, "by_gid", "0");
	FIELD_OF(1, "path", quoted(self_exe()));
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
		FIELD_OF(i, "path", by[i].by_exe);
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

/* The path of who is in another user namespace proves nothing: the record says that. */
TEST_F(audit, user_namespace)
{
	struct caller foreign = { .userns = true };
	struct access access = { .op = "create", .fd = self->dev, .name = "mine" };

	ASSERT_EQ(0, lsm_load("allow create exe=/*\n"));
	RECORDED(-EACCES, 1, access_as(&foreign, &access));
	FIELD("exe", quoted(self_exe()));
	FIELD("by_uid", "0");
	FIELD("userns", "other");
	FIELD("path", "?");
	FIELD("cgroup", "\"/\"");

	/* What the fields say, as a statement */
	ASSERT_EQ(0, lsm_load("allow create session=mine cgroup=/ uid=0 userns=any\n"));
	RECORDED(0, 0, access_as(&foreign, &access));
}

/* ---- Floods ---- */

#define SAME		10	/* records of the same in a time */
#define OF_CALLER	1000	/* ... of a caller */
#define SECONDS		10	/* that time */
#define WAITS		3	/* of audit_next(), each as long */

/* There are as many records as denials, up to a number. */
TEST_F(audit, one_each)
{
	long long denials, missed;
	int i;

	ASSERT_EQ(0, lsm_load(""));
	denials = lsm_status_number("denials");
	missed = lsm_status_number("records_missed");
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	for (i = 0; i < SAME; i++)
		EXPECT_EQ(-EACCES, luo_try_create(self->dev, "mine"));
	ASSERT_EQ(0, collect(self->fd, self->log));
	EXPECT_EQ(SAME, self->log->count);
	EXPECT_EQ(missed, lsm_status_number("records_missed"));

	/* What is beyond is counted */
	RECORDED(-EACCES, 0, luo_try_create(self->dev, "mine"));
	EXPECT_EQ(missed + 1, lsm_status_number("records_missed"));
	EXPECT_EQ(denials + SAME + 1, lsm_status_number("denials"));
	/* Nothing else is hidden by it */
	RECORDED(-EACCES, 1, luo_try_create(self->dev, "another"));
	/* And a new policy is not */
	ASSERT_EQ(0, lsm_load("deny create\n"));
	RECORDED(-EACCES, 1, luo_try_create(self->dev, "mine"));
}

/* Other callers and verdicts have limits of their own. */
TEST_F(audit, others_are_heard)
{
	struct caller user = { .uid = 1000, .gid = 1000 };
	struct access access = { .op = "create", .fd = self->dev, .name = "mine" };
	int i;

	ASSERT_EQ(0, lsm_load("allow create audit\n"));
	self->session = luo_create(self->dev, "mine");
	ASSERT_LE(0, self->session);
	for (i = 0; i < 2 * SAME; i++)
		EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, 1));
	RECORDED(-EACCES, 0, luo_preserve(self->session, self->memfd, 1));
	close(self->session);
	self->session = -1;
	RECORDED(0, 1, access_as(&user, &access));
	ASSERT_EQ(0, lsm_load("deny create uid=0\n"));
	for (i = 0; i < 2 * SAME; i++)
		EXPECT_EQ(-EACCES, luo_try_create(self->dev, "mine"));
	RECORDED(-EACCES, 0, luo_try_create(self->dev, "mine"));
	RECORDED(-EACCES, 1, access_as(&user, &access));
}

/*
 * The records of how many were missed come by themselves, in time. Returns the sum of
 * those with @name, up to @want, and leaves the last one in @record.
 */
static long long next_missed(int fd, struct audit_record *record, const char *name,
			     long long want)
{
	long long sum = 0;
	int err, waits = 0;

	do {
		err = audit_next(fd, record);
		if (!err && strstr(record->text, "op=missed ") &&
		    strstr(record->text, name))
			sum += atoll(strstr(record->text, " count=") + 7);
	} while (sum < want && (!err || (err == -EAGAIN && waits++ < WAITS)));
	return sum;
}

TEST_F_TIMEOUT(audit, missed, 120)
{
	struct audit_record *record = self->log->records;
	int i;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	self->session = luo_create(self->dev, "a b");
	ASSERT_LE(0, self->session);
	for (i = 0; i < 3 * SAME; i++)
		EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, 1));
	ASSERT_EQ(2 * SAME, next_missed(self->fd, record, " name=612062 ",
					2 * SAME));
	EXPECT_EQ(AUDIT_LUO_ACCESS, record->type);
	FIELD("of", "preserve");
	FIELD("name", "612062");
	FIELD("by_uid", "0");
	FIELD("userns", "init");
	FIELD("path", quoted(self_exe()));
	FIELD("cgroup", "\"/\"");
	FIELD("res", "1");
	EXPECT_EQ(NULL, strstr(record->text, " pid="));

	/* When the time is over, the next one begins */
	sleep(SECONDS);
	RECORDED(-EACCES, 1, luo_preserve(self->session, self->memfd, 1));
}

/* Names do not help: they are as many as one likes. */
TEST_F_TIMEOUT(audit, missed_of_a_caller, 300)
{
	struct audit_record *record = self->log->records;
	long long missed;
	char name[16];
	int i;

	ASSERT_EQ(0, lsm_load(""));
	missed = lsm_status_number("records_missed");
	for (i = 0; i < OF_CALLER + SAME; i++) {
		snprintf(name, sizeof(name), "name-%d", i);
		EXPECT_EQ(-EACCES, luo_try_create(self->dev, name));
		/* The kernel keeps few records until they are read */
		if (i < OF_CALLER)
			ASSERT_EQ(0, audit_next(self->fd, record));
	}
	missed = lsm_status_number("records_missed") - missed;
	EXPECT_LT(0, missed);
	EXPECT_GE(SAME, missed);
	ASSERT_EQ(missed, next_missed(self->fd, record, " name=? ", missed));
	FIELD("of", "?");
	FIELD("name", "?");
	FIELD("path", quoted(self_exe()));
}

static long long missed_in(const struct audit_log *log, const char *name)
{
	long long sum = 0;
	size_t i;

	for (i = 0; i < log->count; i++)
		if (strstr(log->records[i].text, "op=missed ") &&
		    strstr(log->records[i].text, name))
			sum += atoll(strstr(log->records[i].text, " count=") + 7);
	return sum;
}

/* Before a live update it is said at once. */
TEST_F_TIMEOUT(audit, missed_at_the_freeze, 120)
{
	static const char name[] = " of=preserve name=\"frozen\" ";
	struct caller user = { .uid = 1000 };
	struct access access = { .op = "preserve", .token = 1 };
	long long missed;
	int i;

	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve uid=1000\n"));
	self->session = luo_create(self->dev, "frozen");
	ASSERT_LE(0, self->session);
	access.fd = self->session;
	access.file = self->memfd;
	ASSERT_EQ(0, access_as(&user, &access));
	for (i = 0; i < SAME + 3; i++)
		EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, 2));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	/* ... at the latest */
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	missed = missed_in(self->log, name);
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	EXPECT_EQ(3, missed + missed_in(self->log, name));

	/* What calls an update off has no limit */
	for (i = 0; i < SAME + 3; i++)
		RECORDED(-EACCES, 1, luo_refused_update());
}

/* ---- A daemon that does not read ---- */

#define PATIENCE	60	/* seconds */

/* Requests with different names, more than audit has room for. */
static int fill_room(void *arg)
{
	char name[16];
	int i;

	for (i = 0; i < 4 * AUDIT_ROOM; i++) {
		snprintf(name, sizeof(name), "fill-%d", i);
		luo_try_create(*(int *)arg, name);
	}
	return 0;
}

static int refused_update(void *arg)
{
	(void)arg;
	return luo_refused_update();
}

static pid_t start(int (*fn)(void *arg), void *arg)
{
	pid_t pid = fork();

	if (!pid)
		_exit(-fn(arg));
	return pid;
}

/* The exit status of a child that ends in time, or -1. */
static int end_of(pid_t pid)
{
	int status, i;

	for (i = 0; i < 10 * PATIENCE; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WEXITSTATUS(status);
		usleep(100000);
	}
	return -1;
}

static bool kernel_log_has(int kmsg, const char *text)
{
	char line[8192];
	ssize_t n;

	/* EPIPE: records are gone, and the next one is the oldest that is not */
	while ((n = read(kmsg, line, sizeof(line) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		line[n > 0 ? n : 0] = '\0';
		if (strstr(line, text))
			return true;
	}
	return false;
}

/*
 * Whoever waits for room waits without LUO's locks, and the record is still about that
 * task. What calls an update off is said, whatever becomes of the record.
 */
TEST_F_TIMEOUT(audit, deaf, 5 * PATIENCE)
{
	static const char said[] =
		"luo_lsm: the live update is called off: session \"deaf\"";
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	struct audit_record *record = self->log->records;
	int size = 1, late = 0, err;
	char want[32];
	pid_t filling;

	ASSERT_LE(0, kmsg);
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve session=deaf*\n"));
	self->session = luo_create(self->dev, "deaf");
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, 1));
	ASSERT_EQ(0, lsm_load("allow create session=deaf*\n"));
	ASSERT_EQ(0, audit_collect(self->fd, self->log));
	lseek(kmsg, 0, SEEK_END);
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVBUF, &size,
				sizeof(size)));

	filling = start(fill_room, &self->dev);
	sleep(1);
	EXPECT_EQ(EACCES, end_of(start(refused_update, NULL)));
	EXPECT_EQ(0, luo_try_create(self->dev, "deaf-2"));
	EXPECT_STREQ("preserved", luo_file_state(self->session, 1));
	EXPECT_TRUE(kernel_log_has(kmsg, said));

	size = 1 << 20;
	ASSERT_EQ(0, setsockopt(self->fd, SOL_SOCKET, SO_RCVBUF, &size,
				sizeof(size)));
	EXPECT_EQ(0, end_of(filling));
	snprintf(want, sizeof(want), " pid=%d ", filling);
	err = audit_next(self->fd, record);
	/* ENOBUFS is said once, as this daemon did not read */
	for (; !err || err == -ENOBUFS; err = audit_next(self->fd, record)) {
		if (err || !strstr(record->text, "name=\"fill-"))
			continue;
		EXPECT_NE(NULL, strstr(record->text, want));
		late++;
	}
	EXPECT_LT(0, late);
	close(kmsg);
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
	FIELD("name", variant->logged);
	FIELD("res", "0");
	EXPECT_EQ(NULL, strchr(self->log->records[0].text, '\n'));
}

/* ---- Loads, and changes of enforce and lock ---- */

TEST_F(audit, load)
{
	RECORDED(0, 1, lsm_load(""));
	EXPECT_EQ(AUDIT_MAC_POLICY_LOAD, self->log->records[0].type);
	FIELD("key", "\"test\"");
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
	FIELD("key", "?");
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
	FIELD("key", "?");
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
