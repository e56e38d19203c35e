// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm across a live update: what is refused stays there, what is allowed
 * comes back whole.
 *
 * "kexec_test --hold" makes the sessions and stays, in the background, until the
 * kernel is left; the tests run in the next kernel. Each has a session of its
 * own, of the test's name, with FILES files in it.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define FILES	2
#define SIZE	(300 * 1024)

FIXTURE(incoming)
{
	int dev;
	int fd;
	const char *name;
};

FIXTURE_SETUP(incoming)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->name = _metadata->name;
	self->fd = -1;
}

FIXTURE_TEARDOWN(incoming)
{
	close(self->fd);
	close(self->dev);
}

/* Restore all files and compare their content with what was preserved. */
static int check_files(int session)
{
	int token, fd, err;

	for (token = 1; token <= FILES; token++) {
		fd = luo_restore(session, token);
		if (fd < 0)
			return fd;
		err = luo_memfd_check(fd, token, SIZE);
		close(fd);
		if (err)
			return err;
	}
	return 0;
}

/* Runs first in this boot: no policy was loaded yet. */
TEST_F(incoming, handed_over_policy)
{
	/* The last policy of the previous kernel allowed all */
	EXPECT_STREQ("handed-over", lsm_status("source"));
	EXPECT_EQ(1, lsm_status_number("enforcing"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd));
}

TEST_F(incoming, retrieve_denied_then_allowed)
{
	int i;

	ASSERT_EQ(0, lsm_load("allow restore\n"));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd));
	/* It is retrieved, for callers allowed or not */
	EXPECT_EQ(-EINVAL, luo_retrieve(self->dev, self->name));
}

TEST_F(incoming, restore_denied_then_allowed)
{
	char *state;
	int i;

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
		EXPECT_EQ(-EACCES, luo_restore(self->fd, 2));
	}
	state = fdinfo_value(self->fd, "luo-file");
	ASSERT_NE(NULL, state);
	EXPECT_NE(NULL, strstr(state, "state=unclaimed"));

	/* The denials had no effect: every byte is restored */
	ASSERT_EQ(0, lsm_load("allow finish,restore\n"));
	EXPECT_EQ(0, check_files(self->fd));
	EXPECT_EQ(0, luo_finish(self->fd));
}

static const struct caller other = { .uid = 1000, .gid = 1000 };

TEST_F(incoming, second_caller_denied)
{
	struct access access = { .op = "restore", .token = 1 };
	int fd;

	ASSERT_EQ(0, lsm_load("allow retrieve,restore uid=0\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	access.fd = self->fd;
	fd = luo_restore(self->fd, 1);
	ASSERT_LE(0, fd);

	/* The file is restored already; a denied caller is still denied */
	EXPECT_EQ(-EACCES, access_as(&other, &access));
	ASSERT_EQ(0, lsm_load("allow restore uid=1000\n"));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
	EXPECT_EQ(0, access_as(&other, &access));

	/* The first caller keeps its descriptor */
	EXPECT_EQ(0, luo_memfd_check(fd, 1, SIZE));
	close(fd);
}

static int is_gone(int dev, const char *name)
{
	int fd = luo_retrieve(dev, name);

	if (fd != -ENOENT)
		return fd < 0 ? fd : -EEXIST;
	fd = luo_create(dev, name);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* A session that no caller may finish still ends with its last descriptor. */
TEST_F(incoming, close_after_denial)
{
	ASSERT_EQ(0, lsm_load("allow retrieve,create\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
	ASSERT_EQ(0, lsm_load(""));
	close(self->fd);
	self->fd = -1;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, is_gone(self->dev, self->name));
}

TEST_F(incoming, finish_after_denial)
{
	char *state;

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
	ASSERT_EQ(0, lsm_load("deny restore\nallow finish\n"));
	EXPECT_EQ(0, luo_finish(self->fd));
	state = fdinfo_value(self->fd, "luo-state");
	EXPECT_STREQ("finished", state);

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(-ENOENT, luo_restore(self->fd, 1));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, is_gone(self->dev, self->name));
}

/* A denied finish discards nothing and changes nothing, however often it is tried. */
TEST_F(incoming, finish_denied)
{
	int i;

	ASSERT_EQ(0, lsm_load("allow create,retrieve,preserve,restore\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EACCES, luo_finish(self->fd));
	EXPECT_STREQ("claimed", fdinfo_value(self->fd, "luo-state"));
	EXPECT_STREQ("2", fdinfo_value(self->fd, "luo-files"));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, 1));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, 2));
	EXPECT_EQ(0, check_files(self->fd));
	EXPECT_EQ(-EACCES, luo_finish(self->fd));
	EXPECT_STREQ("restored", luo_file_state(self->fd, 1));
	EXPECT_EQ(0, check_files(self->fd));

	ASSERT_EQ(0, lsm_load("allow finish\n"));
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_STREQ("finished", fdinfo_value(self->fd, "luo-state"));
	EXPECT_STREQ("0", fdinfo_value(self->fd, "luo-files"));
	/* A second time is asked about as well */
	EXPECT_EQ(0, luo_finish(self->fd));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_finish(self->fd));
}

/* Who has made the session may finish it, and claims nothing for that. */
TEST_F(incoming, finish_own)
{
	struct access access = { .op = "finish" };

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	access.fd = self->fd;
	ASSERT_EQ(0, lsm_load("allow finish,restore owner=self\ndeny retrieve\n"));
	EXPECT_EQ(-EACCES, access_as(&other, &access));
	EXPECT_EQ(0, check_files(self->fd));
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_STREQ("finished", fdinfo_value(self->fd, "luo-state"));
}

/*
 * The attack: who was handed the session, to restore from it, takes it from those
 * who handed it on. To claim sessions, or to hold this one, is of no help.
 */
TEST_F(incoming, finish_by_a_holder)
{
	struct access access = { .op = "finish" };

	ASSERT_EQ(0, lsm_load("allow retrieve,restore\nallow finish uid=0\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	access.fd = self->fd;
	EXPECT_EQ(-EACCES, access_as(&other, &access));
	EXPECT_STREQ("claimed", fdinfo_value(self->fd, "luo-state"));

	/* Nor does a close by the receiver finish it */
	access.op = "restore";
	access.token = 1;
	EXPECT_EQ(0, access_as(&other, &access));
	EXPECT_EQ(0, check_files(self->fd));

	/* Nor is it of help to have claimed it, if another one is to finish */
	ASSERT_EQ(0, lsm_load("allow retrieve,restore\nallow finish uid=1000\n"));
	EXPECT_EQ(-EACCES, luo_finish(self->fd));
	access.op = "finish";
	EXPECT_EQ(0, access_as(&other, &access));
	EXPECT_STREQ("finished", fdinfo_value(self->fd, "luo-state"));
}

/* One restores while another one tries to finish: all is there at the end. */
TEST_F(incoming, finish_beside_restore)
{
	struct access access = { .op = "finish" };
	pid_t pid;
	int i;

	ASSERT_EQ(0, lsm_load("allow retrieve,restore\nallow finish uid=0\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	access.fd = self->fd;
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		for (i = 0; i < 20 && access_as(&other, &access) == -EACCES; i++)
			continue;
		_exit(i != 20);
	}
	for (i = 0; i < 20; i++)
		EXPECT_EQ(0, check_files(self->fd));
	EXPECT_EQ(0, child_result(pid));
	EXPECT_EQ(0, check_files(self->fd));
	EXPECT_EQ(0, luo_finish(self->fd));
}

TEST_F(incoming, retriever_dies_denied)
{
	struct access access = {
		.op = "retrieve",
		.fd = self->dev,
		.name = self->name,
	};

	ASSERT_EQ(0, lsm_load("deny retrieve uid=1000\nallow retrieve,restore\n"));
	EXPECT_EQ(-EACCES, access_as(&other, &access));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd));
}

/* The caller that retrieves counts, not the one that created. */
TEST_F(incoming, session_passed_to_another_uid)
{
	struct access access = { .op = "restore", .token = 1 };

	ASSERT_EQ(0, lsm_load("allow retrieve uid=0\nallow restore uid=1000\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	access.fd = self->fd;
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
	EXPECT_EQ(0, access_as(&other, &access));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
}

/* No limit forbids to retrieve, and what was retrieved is one session more. */
TEST_F(incoming, counts_in_limits)
{
	int fd;

	ASSERT_EQ(0, lsm_load("allow create,retrieve,restore\n"
			      "limit session=counts_in_limits,more sessions=1\n"));
	fd = luo_create(self->dev, "more");
	ASSERT_LE(0, fd);
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	close(fd);
	EXPECT_EQ(-EACCES, luo_create(self->dev, "more"));

	/* Also for a policy that is loaded later */
	ASSERT_EQ(0, lsm_load("allow create,retrieve,restore\n"
			      "limit session=counts_in_limits,more sessions=1 uid=0\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "more"));
	ASSERT_EQ(0, lsm_load("allow create,retrieve,restore\n"
			      "limit session=counts_in_limits,more sessions=1 uid=1\n"));
	fd = luo_create(self->dev, "more");
	EXPECT_LE(0, fd);
	close(fd);

	ASSERT_EQ(0, lsm_load("allow create,retrieve,restore\n"
			      "limit session=counts_in_limits,more sessions=1\n"));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "more"));
	EXPECT_EQ(0, close(self->fd));
	fd = luo_create(self->dev, "more");
	EXPECT_LE(0, fd);
	self->fd = fd;
}

TEST_F(incoming, permissive)
{
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	ASSERT_EQ(0, lsm_enforce(false));
	self->fd = luo_retrieve(self->dev, self->name);
	EXPECT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd));
	ASSERT_EQ(0, lsm_enforce(true));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 1));
}

/* ---- The session file system ---- */

/* Nothing can be changed; if the owner is not known the VFS says so first. */
TEST_F(incoming, no_changes)
{
	char path[64];

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_EQ(-1, fchmod(self->fd, 0666));
	EXPECT_TRUE(errno == EOVERFLOW || errno == EOPNOTSUPP);
	EXPECT_EQ(-1, fchown(self->fd, 0, 0));
	EXPECT_TRUE(errno == EOVERFLOW || errno == EOPNOTSUPP);
	EXPECT_EQ(-1, ftruncate(self->fd, 1));
	EXPECT_TRUE(errno == EOVERFLOW || errno == EOPNOTSUPP);
	EXPECT_EQ(-1, truncate(path, 1));
	EXPECT_TRUE(errno == EACCES || errno == EOVERFLOW || errno == EOPNOTSUPP);
	EXPECT_EQ(-1, open(path, O_RDWR));
	EXPECT_TRUE(errno == ENXIO || errno == EACCES);
}

TEST_F(incoming, identity)
{
	struct stat one, two;
	int memfd, fd;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	fd = luo_create(self->dev, self->name);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(self->fd, &one));
	ASSERT_EQ(0, fstat(fd, &two));
	/* A new session of the same name is another one */
	EXPECT_NE(one.st_ino, two.st_ino);
	close(fd);
	fd = dup(self->fd);
	ASSERT_EQ(0, fstat(fd, &two));
	EXPECT_EQ(one.st_ino, two.st_ino);
	close(fd);

	/* What comes out of one can go into the next */
	memfd = luo_restore(self->fd, 1);
	ASSERT_LE(0, memfd);
	ASSERT_EQ(0, luo_finish(self->fd));
	fd = luo_create(self->dev, self->name);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, luo_preserve(fd, memfd, 1));
	EXPECT_EQ(0, luo_memfd_check(memfd, 1, SIZE));
	close(fd);
	close(memfd);
}

static int preserve_elsewhere(int dev, int memfd)
{
	int session = luo_create(dev, "elsewhere");
	int err = session < 0 ? session : luo_preserve(session, memfd, 1);

	close(session);
	return err;
}

/* Nothing is given up before it is known that the file goes over again. */
TEST_F(incoming, carried_on_before_finish)
{
	int memfd, again, new;

	ASSERT_EQ(0, lsm_load("allow create,retrieve,restore\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	memfd = luo_restore(self->fd, 1);
	ASSERT_LE(0, memfd);
	new = luo_create(self->dev, self->name);
	ASSERT_LE(0, new);
	EXPECT_EQ(-EACCES, luo_preserve(new, memfd, 1));
	EXPECT_STREQ("restored", luo_file_state(self->fd, 1));
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, luo_preserve(new, memfd, 1));
	EXPECT_STREQ("carried", luo_file_state(self->fd, 1));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, 2));

	/* The old session has it still, the new one alone may carry it */
	again = luo_restore(self->fd, 1);
	EXPECT_EQ(0, luo_memfd_check(again, 1, SIZE));
	EXPECT_EQ(-EBUSY, preserve_elsewhere(self->dev, again));
	EXPECT_EQ(-EBUSY, luo_preserve(new, again, 2));
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_EQ(-EBUSY, preserve_elsewhere(self->dev, again));
	close(new);
	EXPECT_EQ(0, preserve_elsewhere(self->dev, again));
	close(again);
	close(memfd);
}

/* What is no longer carried on is as it was, and can be carried on again. */
TEST_F(incoming, carried_on_in_vain)
{
	int memfd, new;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	memfd = luo_restore(self->fd, 1);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, preserve_elsewhere(self->dev, memfd));
	EXPECT_STREQ("restored", luo_file_state(self->fd, 1));
	EXPECT_EQ(0, ftruncate(memfd, 2 * SIZE));
	EXPECT_EQ(0, ftruncate(memfd, SIZE));

	new = luo_create(self->dev, self->name);
	ASSERT_LE(0, new);
	EXPECT_EQ(0, luo_preserve(new, memfd, 1));
	close(self->fd);
	self->fd = new;
	EXPECT_STREQ("preserved", luo_file_state(new, 1));
	EXPECT_EQ(-EBUSY, preserve_elsewhere(self->dev, memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, 1, SIZE));
	close(memfd);
}

TEST_F(incoming, fdinfo)
{
	int memfd;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_STREQ(self->name, fdinfo_value(self->fd, "luo-name"));
	EXPECT_STREQ("claimed", fdinfo_value(self->fd, "luo-state"));
	EXPECT_STREQ("2", fdinfo_value(self->fd, "luo-files"));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, 1));
	memfd = luo_restore(self->fd, 1);
	ASSERT_LE(0, memfd);
	EXPECT_STREQ("restored", luo_file_state(self->fd, 1));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, 2));
	ASSERT_EQ(0, luo_finish(self->fd));
	EXPECT_STREQ("finished", fdinfo_value(self->fd, "luo-state"));
	EXPECT_STREQ("0", fdinfo_value(self->fd, "luo-files"));
	close(memfd);
}

/* ---- Audit ---- */

TEST_F(incoming, audit)
{
	static struct audit_log log;
	const struct audit_record *r = log.records;
	int audit = audit_open();

	ASSERT_LE(0, audit);
	ASSERT_EQ(0, lsm_load("allow retrieve,restore uid=5\n"));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_STREQ("retrieve", audit_field(r, "op") ?: strstr(r->text, "op=") + 3);
	EXPECT_STREQ("\"audit\"", audit_field(r, "name"));
	EXPECT_STREQ("0", audit_field(r, "ouid"));
	EXPECT_STREQ("?", audit_field(r, "file"));
	EXPECT_STREQ("no-rule", audit_field(r, "reason"));

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, 2));
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_STREQ("denied", audit_field(r, "verdict"));
	EXPECT_STREQ("\"" LUO_TYPE "\"", audit_field(r, "file"));
	EXPECT_STREQ("0x2", audit_field(r, "token"));
	EXPECT_EQ(SIZE, atoi(audit_field(r, "size")));
	EXPECT_STREQ("0", audit_field(r, "res"));

	close(audit);
}

TEST_F(incoming, audit_finish)
{
	static struct audit_log log;
	const struct audit_record *r = log.records;
	int audit = audit_open();

	ASSERT_LE(0, audit);
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(-EACCES, luo_finish(self->fd));
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_NE(NULL, strstr(r->text, "op=finish verdict=denied enforcing=1 "));
	EXPECT_STREQ("\"audit_finish\"", audit_field(r, "name"));
	EXPECT_EQ(ino_of(self->fd), strtoull(audit_field(r, "session_id"), NULL, 10));
	EXPECT_STREQ("0", audit_field(r, "ouid"));
	EXPECT_STREQ("?", audit_field(r, "file"));
	EXPECT_STREQ("?", audit_field(r, "token"));
	EXPECT_STREQ("no-rule", audit_field(r, "reason"));
	EXPECT_STREQ("0", audit_field(r, "res"));

	/* Permissive, and allowed but audited: as with all other operations */
	ASSERT_EQ(0, lsm_load("allow finish\ndeny finish session=audit_*\n"));
	ASSERT_EQ(0, lsm_enforce(false));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(0, luo_finish(self->fd));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(0, lsm_enforce(true));
	ASSERT_EQ(1, log.count);
	EXPECT_NE(NULL, strstr(r->text, "op=finish verdict=denied enforcing=0 "));
	EXPECT_STREQ("deny-rule", audit_field(r, "reason"));
	EXPECT_STREQ("3", audit_field(r, "line"));
	EXPECT_STREQ("1", audit_field(r, "res"));
	ASSERT_EQ(0, lsm_load("allow finish audit\n"));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(0, luo_finish(self->fd));
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_NE(NULL, strstr(r->text, "op=finish verdict=allowed "));
	close(audit);
}

/* ---- Sessions for the next kernel ---- */

static int hold_session(int dev, const char *name)
{
	int session = luo_create(dev, name);
	int token, memfd, err = 0;

	if (session < 0)
		return session;
	for (token = 1; !err && token <= FILES; token++) {
		memfd = luo_memfd(token, SIZE);
		err = luo_preserve(session, memfd, token);
		close(memfd);
	}
	return err;
}

static int hold(int dev)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	int err = 0;

	for (f = __fixture_list; !err && f; f = f->next)
		for (t = f->tests; !err && t; t = t->next)
			err = hold_session(dev, t->name);
	return err;
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
