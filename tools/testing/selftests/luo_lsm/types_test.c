// SPDX-License-Identifier: GPL-2.0
/*
 * Files that are no memfds, before a live update and after it: what is not known of
 * them, and what is asked when the kernel fetches one for another. They come from
 * /dev/luo_test, which CONFIG_LIVEUPDATE_TEST_FILES makes.
 *
 * "types_test --hold" makes the sessions and stays, in the background, until the
 * kernel is left. The tests of the fixture "kept" run in the next kernel, each on a
 * session of its name. Those of the fixture "types" need no live update. The one of the
 * fixture "late" runs in a next kernel that has luo_test_files.late on its command line.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define TEST_DEV	"/dev/luo_test"
#define NEW_FILE(kind)	_IO(0xf7, kind)

#define TYPE_SHARED	"luo-test-shared-v1"
#define TYPE_OWN	"luo-test-own-v1"
#define TYPE_LINK	"luo-test-link-v1"

/* The kinds of /dev/luo_test, and the tokens of such files; the memfd's besides */
enum { SHARED, OWN, LINK, MEMFD, TOKENS };

#define SIZE		4096
#define VALUE		4711UL
#define USER		1000

static const char * const types[TOKENS] = {
	[SHARED] = TYPE_SHARED,
	[OWN] = TYPE_OWN,
	[LINK] = TYPE_LINK,
	[MEMFD] = LUO_TYPE,
};

/* ---- The files ---- */

static int new_file(unsigned int kind, unsigned long arg)
{
	int dev = open(TEST_DEV, O_RDWR | O_CLOEXEC);
	int fd = dev < 0 ? -1 : ioctl(dev, NEW_FILE(kind), arg);
	int err = errno;

	close(dev);
	return fd < 0 ? -err : fd;
}

/* As long as the device can be opened: as the user, but with root's capabilities */
static int new_file_of_user(unsigned int kind, unsigned long arg)
{
	int dev = open(TEST_DEV, O_RDWR | O_CLOEXEC);
	int fd, err;

	setfsuid(USER);
	fd = dev < 0 ? -1 : ioctl(dev, NEW_FILE(kind), arg);
	err = errno;
	setfsuid(0);
	close(dev);
	return fd < 0 ? -err : fd;
}

/* Descriptors by token. They are the program's, and closed when it ends. */
static int make_files(int fds[TOKENS])
{
	int token;

	fds[MEMFD] = luo_memfd(1, SIZE);
	fds[SHARED] = new_file(SHARED, VALUE);
	fds[OWN] = new_file_of_user(OWN, VALUE + 1);
	fds[LINK] = fds[MEMFD] < 0 ? fds[MEMFD] : new_file(LINK, fds[MEMFD]);
	for (token = 0; token < TOKENS; token++)
		if (fds[token] < 0)
			return fds[token];
	return fchown(fds[MEMFD], USER, USER) ? -errno : 0;
}

/* What can be read from a file of /dev/luo_test. */
static unsigned long value_of(int fd)
{
	unsigned long value = 0;

	return pread(fd, &value, sizeof(value), 0) == sizeof(value) ? value : 0;
}

static bool is_whole(int token, int fd)
{
	unsigned long first = 0;
	int memfd;

	switch (token) {
	case SHARED:
		return value_of(fd) == VALUE;
	case OWN:
		return value_of(fd) == VALUE + 1;
	case LINK:
		memfd = luo_memfd(1, SIZE);
		pread(memfd, &first, sizeof(first), 0);
		close(memfd);
		return first && value_of(fd) == first;
	default:
		return !luo_memfd_check(fd, 1, SIZE);
	}
}

/* As in fdinfo: "unclaimed", "restored"; "" if there is no such file. */
static const char *state_of(int session, int token)
{
	return luo_typed_file_state(session, token, types[token]);
}

/* ---- In one kernel ---- */

FIXTURE(types)
{
	int dev;
	int session;
	int fds[TOKENS];
};

FIXTURE_SETUP(types)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, _metadata->name);
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, make_files(self->fds));
}

FIXTURE_TEARDOWN(types)
{
	close(self->session);
	close(self->dev);
}

static int create_to_try(int dev)
{
	return lsm_load(ALLOW_ALL) ?: luo_create(dev, "try");
}

/* What preserving a file comes to. It is not preserved afterwards. */
#define EXPECT_PRESERVE(want, token, rules)				\
	do {								\
		int _session = create_to_try(self->dev);		\
									\
		ASSERT_LE(0, _session);					\
		ASSERT_EQ(0, lsm_load(rules));				\
		EXPECT_EQ(want, luo_preserve(_session, self->fds[token], token)) \
			TH_LOG("%s under: %s", types[token], rules);	\
		close(_session);					\
	} while (0)

#define ANY_SIZE	"size=9223372036854775807"
#define ANY_OWNER	"fowner=0-4294967294"

TEST_F(types, type)
{
	EXPECT_PRESERVE(-EACCES, SHARED, "allow preserve type=memfd-v2," TYPE_OWN "\n");
	EXPECT_PRESERVE(-EACCES, OWN, "allow preserve type=luo-test-own,luo-test-s*\n");
	EXPECT_PRESERVE(-EACCES, OWN, "allow preserve\ndeny preserve type=" TYPE_OWN "\n");
	EXPECT_PRESERVE(-EACCES, MEMFD, "allow preserve type=luo-test-*\n");
	EXPECT_PRESERVE(0, SHARED, "allow preserve type=" TYPE_SHARED "\n");
	EXPECT_PRESERVE(0, SHARED, "allow preserve\ndeny preserve type=memfd-v2\n");
	EXPECT_PRESERVE(0, OWN, "allow preserve type=luo-test-*\n");
	EXPECT_PRESERVE(0, MEMFD, "allow preserve type=memfd-v2\n");
}

TEST_F(types, size_is_unknown)
{
	int token;

	for (token = SHARED; token < LINK; token++) {
		EXPECT_PRESERVE(-EACCES, token, "allow preserve " ANY_SIZE "\n");
		EXPECT_PRESERVE(-EACCES, token, "allow preserve\ndeny preserve size=1K\n");
		EXPECT_PRESERVE(0, token, "allow preserve\ndeny preserve type=memfd-v2 size=1K\n");
		/* It takes no room */
		EXPECT_PRESERVE(0, token, "allow preserve\nlimit session=try bytes=1\n");
	}
	EXPECT_PRESERVE(0, MEMFD, "allow preserve " ANY_SIZE "\n");
	EXPECT_PRESERVE(0, MEMFD, "allow preserve\ndeny preserve size=1K\n");
	EXPECT_PRESERVE(-EACCES, MEMFD, "allow preserve\nlimit session=try bytes=1\n");
}

/* Of an inode that files share, root is the owner; of the files nobody is. */
TEST_F(types, owner_is_unknown)
{
	EXPECT_PRESERVE(-EACCES, SHARED, "allow preserve fowner=0\n");
	EXPECT_PRESERVE(-EACCES, SHARED, "allow preserve " ANY_OWNER "\n");
	EXPECT_PRESERVE(-EACCES, SHARED, "allow preserve\ndeny preserve fowner=77\n");
	EXPECT_PRESERVE(-EACCES, OWN, "allow preserve fowner=0\n");
	EXPECT_PRESERVE(0, OWN, "allow preserve fowner=1000\n");
	EXPECT_PRESERVE(0, OWN, "allow preserve\ndeny preserve fowner=77\n");
	EXPECT_PRESERVE(-EACCES, OWN, "allow preserve\ndeny preserve fowner=1000\n");
}

TEST_F(types, link_comes_after_its_file)
{
	EXPECT_EQ(-ENOENT, luo_preserve(self->session, self->fds[LINK], LINK));
	ASSERT_EQ(0, luo_preserve(self->session, self->fds[MEMFD], MEMFD));
	EXPECT_EQ(0, luo_preserve(self->session, self->fds[LINK], LINK));
	EXPECT_EQ(-ELOOP, new_file(LINK, self->fds[LINK]));
	EXPECT_EQ(-EBADF, new_file(LINK, 12345));
}

/* What is not known when the file is preserved is not known at the freeze. */
TEST_F(types, freeze)
{
	ASSERT_EQ(0, luo_preserve(self->session, self->fds[SHARED], SHARED));
	ASSERT_EQ(0, luo_preserve(self->session, self->fds[OWN], OWN));
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\ndeny preserve size=1K\n"));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, lsm_load("allow create,preserve\ndeny preserve fowner=77\n"));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve type=memfd-v2," TYPE_OWN "\n"));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve " ANY_SIZE "\n"));
	EXPECT_EQ(-EACCES, luo_refused_update());
}

/* ---- In the next kernel ---- */

FIXTURE(kept)
{
	int dev;
	int session;
};

FIXTURE_SETUP(kept)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_retrieve(self->dev, _metadata->name);
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(kept)
{
	close(self->session);
	close(self->dev);
}

#define EXPECT_REFUSED(token, rules)					\
	do {								\
		ASSERT_EQ(0, lsm_load(rules));				\
		EXPECT_EQ(-EACCES, luo_restore(self->session, token))	\
			TH_LOG("%s under: %s", types[token], rules);	\
	} while (0)

/* Restored and whole; the descriptor is left open. */
#define EXPECT_RESTORED(token, rules)					\
	({								\
		int _fd;						\
									\
		EXPECT_EQ(0, lsm_load(rules));				\
		_fd = luo_restore(self->session, token);		\
		EXPECT_LE(0, _fd)					\
			TH_LOG("%s under: %s", types[token], rules);	\
		EXPECT_TRUE(is_whole(token, _fd));			\
		EXPECT_STREQ("restored", state_of(self->session, token)); \
		_fd;							\
	})

TEST_F(kept, type)
{
	EXPECT_REFUSED(SHARED, "allow restore type=memfd-v2," TYPE_OWN "\n");
	EXPECT_REFUSED(OWN, "allow restore\ndeny restore type=" TYPE_OWN "\n");
	EXPECT_REFUSED(MEMFD, "allow restore type=luo-test-*\n");
	EXPECT_STREQ("unclaimed", state_of(self->session, SHARED));
	EXPECT_STREQ("unclaimed", state_of(self->session, OWN));
	EXPECT_STREQ("unclaimed", state_of(self->session, MEMFD));
	EXPECT_RESTORED(SHARED, "allow restore type=" TYPE_SHARED "\n");
	EXPECT_RESTORED(OWN, "allow restore type=luo-test-*\n");
	EXPECT_RESTORED(MEMFD, "allow restore type=memfd-v2\n");
	/* Who comes second is asked the same */
	EXPECT_REFUSED(SHARED, "allow restore type=memfd-v2," TYPE_OWN "\n");
	EXPECT_RESTORED(SHARED, "allow restore type=" TYPE_SHARED "\n");
}

TEST_F(kept, size_is_unknown)
{
	int token;

	for (token = SHARED; token < LINK; token++) {
		EXPECT_REFUSED(token, "allow restore " ANY_SIZE "\n");
		EXPECT_REFUSED(token, "allow restore\ndeny restore size=1K\n");
		EXPECT_RESTORED(token, "allow restore\ndeny restore type=memfd-v2 size=1K\n");
		/* Nor is it known of the file that is there by now */
		EXPECT_REFUSED(token, "allow restore " ANY_SIZE "\n");
		EXPECT_REFUSED(token, "allow restore\ndeny restore size=1K\n");
	}
	EXPECT_RESTORED(MEMFD, "allow restore size=4K\ndeny restore size=1K\n");
}

TEST_F(kept, owner_is_unknown)
{
	struct stat st;
	int fd;

	EXPECT_REFUSED(SHARED, "allow restore fowner=0\n");
	EXPECT_REFUSED(SHARED, "allow restore " ANY_OWNER "\n");
	EXPECT_REFUSED(SHARED, "allow restore\ndeny restore fowner=77\n");
	fd = EXPECT_RESTORED(SHARED, "allow restore\n");
	/* Everybody's inode is as it was */
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(0, st.st_uid);
	EXPECT_EQ(0600, st.st_mode & 07777);
	EXPECT_REFUSED(SHARED, "allow restore " ANY_OWNER "\n");

	EXPECT_REFUSED(OWN, "allow restore fowner=0\n");
	fd = EXPECT_RESTORED(OWN, "allow restore fowner=1000\n");
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(USER, st.st_uid);
	EXPECT_RESTORED(OWN, "allow restore fowner=1000\n");
}

/* The task that asks for a file has to be allowed what is fetched for it. */
TEST_F(kept, link_asks_for_its_file)
{
	static struct audit_log log;
	const struct audit_record *r = log.records;
	int audit = audit_open();
	struct stat st;
	int fd, i;

	ASSERT_LE(0, audit);
	ASSERT_EQ(0, lsm_load("allow restore type=" TYPE_LINK "\n"));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(-EACCES, luo_restore(self->session, LINK));
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_NE(NULL, strstr(r->text, "op=restore verdict=denied "));
	EXPECT_STREQ("\"" LUO_TYPE "\"", audit_field(r, "file"));
	EXPECT_STREQ("0x3", audit_field(r, "token"));
	close(audit);

	/* No denial is kept, and nothing was made */
	for (i = 0; i < 3; i++) {
		EXPECT_REFUSED(LINK, "allow restore type=" TYPE_LINK "\n");
		EXPECT_REFUSED(LINK, "allow restore type=memfd-v2\n");
	}
	EXPECT_STREQ("unclaimed", state_of(self->session, LINK));
	EXPECT_STREQ("unclaimed", state_of(self->session, MEMFD));

	EXPECT_RESTORED(LINK, "allow restore type=" TYPE_LINK ",memfd-v2\n");
	EXPECT_STREQ("restored", state_of(self->session, MEMFD));

	/* The file itself was not given to anybody by that */
	EXPECT_REFUSED(MEMFD, "allow restore type=" TYPE_LINK "\n");
	fd = EXPECT_RESTORED(MEMFD, "allow restore fowner=1000\n");
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(USER, st.st_uid);
	EXPECT_EQ(USER, st.st_gid);
	/* It is fetched once */
	EXPECT_RESTORED(LINK, "allow restore type=" TYPE_LINK "\n");
}

static const struct caller user = { .uid = USER, .gid = USER };

TEST_F(kept, link_asks_as_the_caller)
{
	struct access access = { .op = "restore", .fd = self->session, .token = LINK };

	ASSERT_EQ(0, lsm_load("allow restore type=" TYPE_LINK "\n"
			      "allow restore type=memfd-v2 uid=0\n"));
	EXPECT_EQ(-EACCES, access_as(&user, &access));
	EXPECT_STREQ("unclaimed", state_of(self->session, MEMFD));
	ASSERT_EQ(0, lsm_load("allow restore type=" TYPE_LINK "\n"
			      "allow restore type=memfd-v2 uid=1000\n"));
	EXPECT_EQ(-EACCES, luo_restore(self->session, LINK));
	EXPECT_EQ(0, access_as(&user, &access));
	EXPECT_RESTORED(MEMFD, "allow restore\n");
	EXPECT_RESTORED(LINK, "allow restore\n");
}

/* Of a file that was given out before, its owner is asked about as it is now. */
TEST_F(kept, link_to_what_was_given_out)
{
	static const char rules[] = "allow restore type=" TYPE_LINK "\n"
				    "allow restore type=memfd-v2 fowner=1000\n";
	int fd = EXPECT_RESTORED(MEMFD, "allow restore\n");

	ASSERT_EQ(0, fchown(fd, 5, 5));
	EXPECT_REFUSED(LINK, rules);
	ASSERT_EQ(0, fchown(fd, USER, USER));
	EXPECT_RESTORED(LINK, rules);
}

/* The file lives as long as the one that needs it. */
TEST_F(kept, link_outlives_the_session)
{
	int fd = EXPECT_RESTORED(LINK, "allow restore\n");

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	ASSERT_EQ(0, luo_finish(self->session));
	close(self->session);
	self->session = -1;
	EXPECT_TRUE(is_whole(LINK, fd));
}

TEST_F(kept, unclaimed)
{
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, luo_finish(self->session));
	EXPECT_EQ(-ENOENT, luo_restore(self->session, LINK));
}

/* ---- Handlers that are registered when files of theirs have come over ---- */

FIXTURE(late)
{
	int dev;
	int session;
};

FIXTURE_SETUP(late)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_retrieve(self->dev, "type");
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(late)
{
	close(self->session);
	close(self->dev);
}

TEST_F(late, found_when_it_is_there)
{
	int token, fd;

	for (token = SHARED; token <= LINK; token++) {
		/* Whoever may not have it is not told that there is no handler */
		EXPECT_REFUSED(token, "allow restore type=memfd-v2\n");
		ASSERT_EQ(0, lsm_load(ALLOW_ALL));
		EXPECT_EQ(-EOPNOTSUPP, luo_restore(self->session, token));
		EXPECT_STREQ("unclaimed", state_of(self->session, token));
	}
	fd = open(TEST_DEV, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	close(fd);
	for (token = SHARED; token < TOKENS; token++) {
		EXPECT_REFUSED(token, "allow restore type=none\n");
		EXPECT_RESTORED(token, ALLOW_ALL);
	}
	ASSERT_EQ(0, luo_finish(self->session));
}

/* ---- Sessions for the next kernel ---- */

static int hold_session(int dev, const char *name)
{
	static const int order[TOKENS] = { MEMFD, LINK, SHARED, OWN };
	int session = luo_create(dev, name);
	int fds[TOKENS];
	int i, err;

	if (session < 0)
		return session;
	err = make_files(fds);
	for (i = 0; !err && i < TOKENS; i++)
		err = luo_preserve(session, fds[order[i]], order[i]);
	return err;
}

static int hold(int dev)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	int err = 0;

	for (f = __fixture_list; !err && f; f = f->next)
		for (t = f->tests; !err && t; t = t->next)
			if (!strcmp(f->name, "kept"))
				err = hold_session(dev, t->name);
	return err;
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
