// SPDX-License-Identifier: GPL-2.0
/*
 * Whose sessions and files are, before a live update and after it.
 *
 * "identity_test --hold" makes the sessions, writes to the file $IDENTITY what
 * stat says of them, and stays, in the background, until the kernel is left. The
 * tests run in the next kernel, with the same file. Each has a session of its own,
 * of the test's name, created by CREATOR, with a file of FOWNER's in it.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define CREATOR		1000
#define CREATOR_GID	2000
#define FOWNER		1001
#define FGROUP		2001
#define SIZE		(300 * 1024)
#define TOKEN		0xfedcba9876543210ULL

/* The stat() data of a session. */
struct identity {
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	unsigned long long ino;
	unsigned int uid;
	unsigned int gid;
	long long sec;
	unsigned int nsec;
};

static int get_identity(int fd, struct identity *id)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &stx))
		return -errno;
	if (!(stx.stx_mask & STATX_BTIME))
		return -ENODATA;
	id->ino = stx.stx_ino;
	id->uid = stx.stx_uid;
	id->gid = stx.stx_gid;
	id->sec = stx.stx_btime.tv_sec;
	id->nsec = stx.stx_btime.tv_nsec;
	return 0;
}

static FILE *identity_file(const char *mode)
{
	const char *path = getenv("IDENTITY");

	return path ? fopen(path, mode) : NULL;
}

static bool next_identity(FILE *file, struct identity *id)
{
	return fscanf(file, "%63s %llu %u %u %lld %u", id->name, &id->ino,
		      &id->uid, &id->gid, &id->sec, &id->nsec) == 6;
}

/* The recorded stat() data of the session of that name. */
static int find_identity(const char *name, struct identity *id)
{
	FILE *file = identity_file("r");
	int err = -ENOENT;

	while (err && file && next_identity(file, id))
		if (!strcmp(id->name, name))
			err = 0;
	if (file)
		fclose(file);
	return err;
}

FIXTURE(identity)
{
	int dev;
	int fd;
	const char *name;
	struct identity before;
};

FIXTURE_SETUP(identity)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->name = _metadata->name;
	self->fd = -1;
	ASSERT_EQ(0, find_identity(self->name, &self->before));
	EXPECT_NE(0, self->before.ino);
}

FIXTURE_TEARDOWN(identity)
{
	close(self->fd);
	close(self->dev);
}

#define EXPECT_SAME(before, fd)						\
	do {								\
		struct identity _now;					\
									\
		ASSERT_EQ(0, get_identity(fd, &_now));			\
		EXPECT_EQ((before).ino, _now.ino);			\
		EXPECT_EQ((before).uid, _now.uid);			\
		EXPECT_EQ((before).gid, _now.gid);			\
		EXPECT_EQ((before).sec, _now.sec);			\
		EXPECT_EQ((before).nsec, _now.nsec);			\
	} while (0)

TEST_F(identity, kept)
{
	struct stat st;
	int fd;

	EXPECT_EQ(CREATOR, self->before.uid);
	EXPECT_EQ(CREATOR_GID, self->before.gid);
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_SAME(self->before, self->fd);
	ASSERT_EQ(0, fstat(self->fd, &st));
	EXPECT_EQ(0600, st.st_mode);

	/* The owner is known, so changes fail with EOPNOTSUPP */
	EXPECT_EQ(-1, fchown(self->fd, 0, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);

	fd = dup(self->fd);
	EXPECT_SAME(self->before, fd);
	close(fd);
	/* Not by finish either */
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_SAME(self->before, self->fd);
}

TEST_F(identity, kept_over_refusals)
{
	struct identity now;
	int i, session;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, lsm_load("allow create\n"));
		EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
		/* New sessions do not get its number */
		session = luo_create(self->dev, "meanwhile");
		ASSERT_LE(0, session);
		ASSERT_EQ(0, get_identity(session, &now));
		EXPECT_NE(self->before.ino, now.ino);
		close(session);
	}
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_SAME(self->before, self->fd);
}

/* Root of a user namespace is recorded as the uid that it maps to. */
TEST_F(identity, in_a_user_namespace)
{
	EXPECT_EQ(CREATOR, self->before.uid);
	ASSERT_EQ(0, lsm_load("allow retrieve owner=0\n"));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	ASSERT_EQ(0, lsm_loadf("allow retrieve owner=%u\n", CREATOR));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	EXPECT_SAME(self->before, self->fd);
}

/* Numbers continue after the last one that was handed over. */
TEST_F(identity, numbers_do_not_collide)
{
	unsigned long long last = 0;
	struct identity id, now;
	int fd, i, records = 0;
	FILE *file;

	file = identity_file("r");
	ASSERT_NE(NULL, file);
	while (next_identity(file, &id)) {
		records++;
		if (id.ino > last)
			last = id.ino;
	}
	fclose(file);
	EXPECT_LT(5, records);

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	for (i = 0; i < 10; i++) {
		fd = luo_create(self->dev, "new");
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, get_identity(fd, &now));
		EXPECT_LT(last, now.ino);
		last = now.ino;
		close(fd);
	}
}

static const struct caller creator = { .uid = CREATOR, .gid = CREATOR_GID };

TEST_F(identity, owner_decides)
{
	struct access access = {
		.op = "retrieve",
		.fd = self->dev,
		.name = self->name,
	};

	ASSERT_EQ(0, lsm_load("allow retrieve owner=unknown,0-999,1001-4294967294\n"));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	ASSERT_EQ(0, lsm_load("allow retrieve userns=any\ndeny retrieve owner=1000\n"));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	ASSERT_EQ(0, lsm_load("allow retrieve owner=self\n"));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, self->name));
	EXPECT_EQ(0, access_as(&creator, &access));
	/* It was retrieved, and ended with the retriever */
	EXPECT_EQ(-ENOENT, access_as(&creator, &access));
}

static int check_owner(int fd, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	return st.st_uid == uid && st.st_gid == gid ? 0 : -EUCLEAN;
}

TEST_F(identity, file_owner_is_kept)
{
	int fd, again;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, check_owner(fd, FOWNER, FGROUP));
	EXPECT_EQ(0, luo_memfd_check(fd, 1, SIZE));

	/* The owner is restored once: a later change stays */
	EXPECT_EQ(0, fchown(fd, 5, 6));
	again = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, again);
	EXPECT_EQ(0, check_owner(again, 5, 6));
	close(again);

	/* The changed owner counts when it is preserved again */
	ASSERT_EQ(0, luo_finish(self->fd));
	EXPECT_EQ(0, check_owner(fd, 5, 6));
	close(fd);
}

TEST_F(identity, file_owner_and_size_decide)
{
	static const char *const refused[] = {
		"allow restore fowner=0-1000,1002-4294967294\n",
		"allow restore\ndeny restore fowner=1001\n",
		"allow restore size=307199\n",
		"allow restore fowner=1001 size=100K\n",
		"allow restore\ndeny restore size=300K\n",
		/* Without another module no file has a context */
		"allow restore obj=*\n",
	};
	size_t i;
	int fd;

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		ASSERT_EQ(0, lsm_load(refused[i]));
		EXPECT_EQ(-EACCES, luo_restore(self->fd, TOKEN)) {
			TH_LOG("under: %s", refused[i]);
		}
	}
	ASSERT_EQ(0, lsm_load("allow restore fowner=1001 size=300K\n"));
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, luo_memfd_check(fd, 1, SIZE));

	/* A second restore is checked in the same way */
	ASSERT_EQ(0, lsm_load("allow restore fowner=5\n"));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, TOKEN));
	close(fd);
}

/* The owner was changed after the file was preserved. */
TEST_F(identity, given_away_after_preserve)
{
	int fd;

	ASSERT_EQ(0, lsm_load("allow retrieve\nallow restore fowner=4242\n"));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, check_owner(fd, 4242, 4243));
	close(fd);
}

/* The restored owner gives no other user access. */
TEST_F(identity, file_is_of_its_owner_alone)
{
	char path[64];
	int fd, stolen;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->fd = luo_retrieve(self->dev, self->name);
	ASSERT_LE(0, self->fd);
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fchmod(fd, 0600));

	/* Root restored it, but its owner decides who may open it */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ASSERT_EQ(0, setegid(FGROUP));
	ASSERT_EQ(0, seteuid(FOWNER));
	EXPECT_EQ(0, fchmod(fd, 0640));
	ASSERT_EQ(0, seteuid(0));
	ASSERT_EQ(0, seteuid(CREATOR));
	EXPECT_EQ(-1, fchmod(fd, 0666));
	EXPECT_EQ(EPERM, errno);
	stolen = open(path, O_RDWR);
	EXPECT_EQ(-1, stolen);
	ASSERT_EQ(0, seteuid(0));
	ASSERT_EQ(0, setegid(0));
	close(fd);
}

/* ---- Sessions for the next kernel ---- */

static int create_as_creator(int dev, const char *name)
{
	int session;

	if (setegid(CREATOR_GID) || seteuid(CREATOR))
		return -errno;
	session = luo_create(dev, name);
	if (seteuid(0) || setegid(0))
		return -errno;
	return session;
}

struct in_userns {
	int sock;
	int dev;
	const char *name;
};

static int create_in_userns(void *arg)
{
	const struct in_userns *in = arg;
	const struct caller caller = {
		.uid = CREATOR,
		.gid = CREATOR_GID,
		.userns = true,
	};
	int session, err = become(&caller);

	if (err)
		return err;
	session = luo_create(in->dev, in->name);
	return session < 0 ? session : send_fd(in->sock, session);
}

static int create_for_userns(int dev, const char *name)
{
	struct in_userns in = { .dev = dev, .name = name };
	int socks[2], session;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		return -errno;
	in.sock = socks[1];
	session = in_child(create_in_userns, &in) ?: recv_fd(socks[0]);
	close(socks[0]);
	close(socks[1]);
	return session;
}

static int hold_session(int dev, const char *name, FILE *file)
{
	struct identity id;
	int session, memfd, err;

	session = !strcmp(name, "in_a_user_namespace") ?
		  create_for_userns(dev, name) : create_as_creator(dev, name);
	if (session < 0)
		return session;

	memfd = luo_memfd(1, SIZE);
	if (fchown(memfd, FOWNER, FGROUP))
		return -errno;
	err = luo_preserve(session, memfd, TOKEN);
	if (!err && !strcmp(name, "given_away_after_preserve") &&
	    fchown(memfd, 4242, 4243))
		err = -errno;
	close(memfd);
	err = err ?: get_identity(session, &id);
	if (!err)
		fprintf(file, "%s %llu %u %u %lld %u\n", name, id.ino, id.uid,
			id.gid, id.sec, id.nsec);
	return err;
}

static int hold(int dev)
{
	FILE *file = identity_file("w");
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	int err = file ? 0 : -errno;

	for (f = __fixture_list; !err && f; f = f->next)
		for (t = f->tests; !err && t; t = t->next)
			err = hold_session(dev, t->name, file);
	if (!err && fclose(file))
		err = -errno;
	return err;
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
