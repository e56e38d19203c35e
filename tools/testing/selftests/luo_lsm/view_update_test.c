// SPDX-License-Identifier: GPL-2.0
/*
 * The view of luo_sessionfs after a live update: sessions that nobody claimed.
 *
 * "view_update_test --hold" makes the sessions, writes to the file $VIEW what stat
 * says of them, and stays, in the background, until the kernel is left. The tests
 * run in the next kernel, in their order, as the first to open the device.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"
#include "view.h"

#define OWNER		1000

/* Sessions that came over, those of the other programs of the guest among them. */
#define ITEMS_MAX	256

static const char * const names[] = {
	"view-plain", "..", ".", "view/\n\\", "view-claimed", "view-denied",
	"view-twin",
};

#define NAMES		(sizeof(names) / sizeof(names[0]))

static const char * const incoming_dirs[] = {
	"incoming", "unclaimed", "claimed", "finished",
};

/* Of the session, not of the mount or the device, which may have another number. */
struct identity {
	unsigned long long ino;
	unsigned int mode;
	unsigned int uid;
	unsigned int gid;
	struct statx_timestamp btime;
};

static int get_identity(int dir, const char *path, struct identity *id)
{
	struct statx stx;

	memset(id, 0, sizeof(*id));
	if (statx(dir, path, AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME,
		  &stx))
		return -errno;
	if (!(stx.stx_mask & STATX_BTIME))
		return -ENODATA;
	id->ino = stx.stx_ino;
	id->mode = stx.stx_mode;
	id->uid = stx.stx_uid;
	id->gid = stx.stx_gid;
	id->btime.tv_sec = stx.stx_btime.tv_sec;
	id->btime.tv_nsec = stx.stx_btime.tv_nsec;
	return 0;
}

static int hold_one(int dev, const char *name, struct identity *id)
{
	int fd;

	if (setegid(OWNER + 1) || seteuid(OWNER))
		return -errno;
	fd = luo_create(dev, name);
	if (seteuid(0) || setegid(0))
		return -errno;
	if (fd < 0)
		return fd;
	return luo_preserve(fd, luo_memfd(1, 4096), 1) ?:
	       get_identity(fd, "", id);
}

static int hold(int dev)
{
	FILE *file = fopen(getenv("VIEW") ?: "", "w");
	struct identity id;
	unsigned int i;
	int err = 0;

	if (!file)
		return -errno;
	for (i = 0; !err && i < NAMES; i++) {
		err = hold_one(dev, names[i], &id);
		if (!err && fwrite(&id, sizeof(id), 1, file) != 1)
			err = -EIO;
	}
	if (fclose(file) && !err)
		err = -errno;
	return err;
}

FIXTURE(update)
{
	struct identity ids[NAMES];
	struct view_item items[ITEMS_MAX];
	int dev;
};

FIXTURE_SETUP(update)
{
	FILE *file = fopen(getenv("VIEW") ?: "", "r");

	ASSERT_NE(NULL, file);
	ASSERT_EQ(NAMES, fread(self->ids, sizeof(self->ids[0]), NAMES, file));
	fclose(file);
	ASSERT_NE(NULL, view_mount());
	self->dev = -1;
}

FIXTURE_TEARDOWN(update)
{
	if (self->dev >= 0)
		close(self->dev);
	view_umount();
}

/* The device was not opened yet: an empty directory would be wrong. */
TEST_F(update, not_known_yet)
{
	struct stat st;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		EXPECT_EQ(-EAGAIN, view_list(incoming_dirs[i], self->items, 1));
		EXPECT_EQ(-1, lstat(view_path(incoming_dirs[i], names[0]), &st));
		EXPECT_EQ(EAGAIN, errno);
		EXPECT_EQ(0, lstat(view_path(incoming_dirs[i], NULL), &st));
	}
	EXPECT_EQ(0, view_list("outgoing", self->items, ITEMS_MAX));
}

static struct view_item *find(struct view_item *items, int n, const char *name)
{
	char entry[VIEW_ENTRY_MAX + 1];
	int i;

	view_escape(name, entry);
	for (i = 0; i < n; i++)
		if (!strcmp(items[i].name, entry))
			return &items[i];
	return NULL;
}

TEST_F(update, unclaimed)
{
	struct identity id;
	unsigned int i;
	int n, fd;

	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	n = view_list("unclaimed", self->items, ITEMS_MAX);
	ASSERT_LE((int)NAMES, n);
	EXPECT_EQ(n, view_list("incoming", self->items, ITEMS_MAX));
	for (i = 0; i < NAMES; i++) {
		struct view_item *item = find(self->items, n, names[i]);

		ASSERT_NE(NULL, item);
		EXPECT_EQ(self->ids[i].ino, item->ino);
		ASSERT_EQ(0, get_identity(AT_FDCWD,
					  view_path("unclaimed", names[i]),
					  &id));
		EXPECT_EQ(0, memcmp(&id, &self->ids[i], sizeof(id)));
		EXPECT_EQ(self->ids[i].ino, view_ino("incoming", names[i]));
		fd = open(view_path("unclaimed", names[i]), O_RDWR);
		EXPECT_EQ(-1, fd);
		EXPECT_EQ(0, view_ino("outgoing", names[i]));
		EXPECT_EQ(0, view_ino("claimed", names[i]));
		EXPECT_EQ(0, view_ino("finished", names[i]));
	}
}

/* Reading the view does not retrieve a session or lose its files. */
TEST_F(update, claimed_finished_and_closed)
{
	struct stat session, entry;
	int fd, pin, memfd;

	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	pin = open(view_path("unclaimed", "view-claimed"), O_PATH);
	ASSERT_LE(0, pin);
	fd = luo_retrieve(self->dev, "view-claimed");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &session));
	ASSERT_EQ(0, lstat(view_path("incoming", "view-claimed"), &entry));
	EXPECT_EQ(0, memcmp(&entry, &session, sizeof(entry)));
	ASSERT_EQ(0, fstat(pin, &entry));
	EXPECT_EQ(0, memcmp(&entry, &session, sizeof(entry)));
	EXPECT_EQ(0, view_ino("unclaimed", "view-claimed"));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(session.st_ino, view_ino("claimed", "view-claimed"));
	EXPECT_EQ(0, view_ino("finished", "view-claimed"));

	memfd = luo_restore(fd, 1);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, luo_memfd_check(memfd, 1, 4096));
	close(memfd);
	ASSERT_EQ(0, luo_finish(fd));
	EXPECT_EQ(0, view_ino("claimed", "view-claimed"));
	EXPECT_EQ(session.st_ino, view_ino("finished", "view-claimed"));
	EXPECT_EQ(session.st_ino, view_ino("incoming", "view-claimed"));
	EXPECT_EQ(0, luo_finish(fd));
	EXPECT_EQ(session.st_ino, view_ino("finished", "view-claimed"));

	close(fd);
	EXPECT_EQ(0, view_ino("incoming", "view-claimed"));
	EXPECT_EQ(0, view_ino("finished", "view-claimed"));
	close(pin);
}

/* Denied retrieves, however many, change nothing. */
TEST_F(update, denied)
{
	unsigned long long ino = view_ino("unclaimed", "view-denied");
	struct identity id;
	int fd, i;

	ASSERT_NE(0, ino);
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	ASSERT_EQ(0, lsm_load("allow create\n"));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-EACCES, luo_retrieve(self->dev, "view-denied"));
		EXPECT_EQ(ino, view_ino("unclaimed", "view-denied"));
		EXPECT_EQ(0, view_ino("claimed", "view-denied"));
	}
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	fd = luo_retrieve(self->dev, "view-denied");
	ASSERT_LE(0, fd);
	EXPECT_EQ(ino, ino_of(fd));
	ASSERT_EQ(0, get_identity(fd, "", &id));
	EXPECT_EQ(OWNER, id.uid);
	EXPECT_EQ(0, luo_restore(fd, 1) < 0);
	EXPECT_EQ(0, luo_finish(fd));
	close(fd);
}

/* An incoming and an outgoing session of the same name. */
TEST_F(update, two_of_one_name)
{
	int fd;

	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	fd = luo_create(self->dev, "view-twin");
	ASSERT_LE(0, fd);
	EXPECT_EQ(ino_of(fd), view_ino("outgoing", "view-twin"));
	EXPECT_LT(view_ino("unclaimed", "view-twin"), ino_of(fd));
	close(fd);
	EXPECT_EQ(0, view_ino("outgoing", "view-twin"));
	EXPECT_NE(0, view_ino("incoming", "view-twin"));
}

int main(int argc, char **argv)
{
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
