// SPDX-License-Identifier: GPL-2.0
/*
 * The view of luo_sessionfs: what is in it, and what cannot be done to it.
 *
 * What came over a live update is looked at in view_update_test.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/fs.h>

#include "kselftest_harness.h"

#include "luo.h"
#include "view.h"

#define LUO_SESSION_MAGIC	0x4c554f53
#define MANY			3000
#define OTHER_UID		1000

/* ---- Who may mount it ---- */

static int try_mount(void *arg)
{
	(void)arg;
	return mount("none", "/tmp", VIEW_TYPE, 0, NULL) ? -errno : 0;
}

static int mount_as_somebody(void *arg)
{
	const struct caller somebody = { .uid = OTHER_UID, .gid = OTHER_UID };
	int err = become(&somebody);

	return err ?: try_mount(arg);
}

/* Root there, in a mount namespace of its own, may mount tmpfs but not this. */
static int mount_in_userns(void *arg)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	if (mount("none", "/tmp", "tmpfs", 0, NULL))
		return -EINVAL;
	return try_mount(arg);
}

static int mount_in_mntns(void *arg)
{
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	return try_mount(arg);
}

static int mount_with_option(void *arg)
{
	return mount("none", "/tmp", VIEW_TYPE, 0, arg) ? -errno : 0;
}

TEST(who_may_mount)
{
	EXPECT_EQ(-EPERM, in_child(mount_as_somebody, NULL));
	EXPECT_EQ(-EPERM, in_child(mount_in_userns, NULL));
	EXPECT_EQ(0, in_child(mount_in_mntns, NULL));
	EXPECT_EQ(-EINVAL, in_child(mount_with_option, "uid=1000"));
}

/* ---- The view and one session ---- */

FIXTURE(view)
{
	int dev;
	int fd;
	const char *at;
};

FIXTURE_SETUP(view)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	self->at = view_mount();
	ASSERT_NE(NULL, self->at);
}

FIXTURE_TEARDOWN(view)
{
	close(self->fd);
	close(self->dev);
	view_umount();
}

static int list_as_somebody(void *arg)
{
	const struct caller somebody = { .uid = OTHER_UID, .gid = OTHER_UID };
	int err = become(&somebody);

	(void)arg;
	if (err)
		return err;
	return open(view_path(NULL, NULL), O_RDONLY) < 0 ? -errno : 0;
}

static int stat_as_somebody(void *arg)
{
	const struct caller somebody = { .uid = OTHER_UID, .gid = OTHER_UID };
	struct stat st;
	int err = become(&somebody);

	(void)arg;
	if (err)
		return err;
	return lstat(view_path("outgoing", "one"), &st) ? -errno : 0;
}

TEST_F(view, is_for_root)
{
	EXPECT_EQ(-EACCES, in_child(list_as_somebody, NULL));
	EXPECT_EQ(-EACCES, in_child(stat_as_somebody, NULL));
}

TEST_F(view, directories)
{
	static const char * const dirs[] = {
		"outgoing", "incoming", "unclaimed", "claimed", "finished",
	};
	struct view_item items[16];
	struct stat root, session, st;
	struct statfs fs;
	unsigned int i;

	ASSERT_EQ(0, stat(self->at, &root));
	ASSERT_EQ(0, fstat(self->fd, &session));
	EXPECT_EQ(S_IFDIR | 0500, root.st_mode);
	EXPECT_EQ(7, root.st_nlink);
	EXPECT_EQ(0, root.st_uid);
	EXPECT_EQ(session.st_dev, root.st_dev);
	ASSERT_EQ(0, statfs(self->at, &fs));
	EXPECT_EQ(LUO_SESSION_MAGIC, fs.f_type);

	EXPECT_EQ(5, view_list(NULL, items, 16));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, stat(view_path(dirs[i], NULL), &st));
		EXPECT_EQ(S_IFDIR | 0500, st.st_mode);
		EXPECT_EQ(session.st_dev, st.st_dev);
		/* No session has such a number */
		EXPECT_GT(st.st_ino, INT64_MAX);
	}
	EXPECT_EQ(-ENOENT, view_list("another", items, 16));
}

TEST_F(view, entry_is_like_the_descriptor)
{
	struct statx by_path, by_fd;
	struct view_item item;
	struct stat entry, session;

	ASSERT_EQ(0, fstat(self->fd, &session));
	ASSERT_EQ(0, lstat(view_path("outgoing", "one"), &entry));
	EXPECT_EQ(0, memcmp(&entry, &session, sizeof(entry)));
	ASSERT_EQ(0, stat(view_path("outgoing", "one"), &entry));
	EXPECT_EQ(0, memcmp(&entry, &session, sizeof(entry)));

	ASSERT_EQ(0, statx(self->fd, "", AT_EMPTY_PATH,
			   STATX_BASIC_STATS | STATX_BTIME, &by_fd));
	ASSERT_EQ(0, statx(AT_FDCWD, view_path("outgoing", "one"), 0,
			   STATX_BASIC_STATS | STATX_BTIME, &by_path));
	EXPECT_TRUE(by_path.stx_mask & STATX_BTIME);
	/* The kernel's own mount is another one */
	EXPECT_NE(by_path.stx_mnt_id, by_fd.stx_mnt_id);
	by_path.stx_mnt_id = by_fd.stx_mnt_id;
	EXPECT_EQ(0, memcmp(&by_path, &by_fd, sizeof(by_fd)));

	ASSERT_EQ(1, view_list("outgoing", &item, 1));
	EXPECT_STREQ("one", item.name);
	EXPECT_EQ(session.st_ino, item.ino);
	EXPECT_EQ(0, view_ino("incoming", "one"));
	EXPECT_EQ(0, view_ino("unclaimed", "one"));
	EXPECT_EQ(0, view_ino("claimed", "one"));
	EXPECT_EQ(0, view_ino("finished", "one"));
}

static int create_as_somebody(int dev)
{
	int fd;

	if (setegid(OTHER_UID + 1) || seteuid(OTHER_UID))
		return -errno;
	fd = luo_create(dev, "somebody's");
	if (seteuid(0) || setegid(0))
		return -errno;
	return fd;
}

TEST_F(view, owner)
{
	int fd = create_as_somebody(self->dev);
	struct stat entry, session;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &session));
	ASSERT_EQ(0, lstat(view_path("outgoing", "somebody's"), &entry));
	EXPECT_EQ(OTHER_UID, entry.st_uid);
	EXPECT_EQ(OTHER_UID + 1, entry.st_gid);
	EXPECT_EQ(0, memcmp(&entry, &session, sizeof(entry)));
	close(fd);
}

TEST_F(view, ends_with_the_session)
{
	unsigned long long first = ino_of(self->fd);
	struct stat st;
	int fd = dup(self->fd);

	ASSERT_LE(0, fd);
	close(self->fd);
	EXPECT_EQ(first, view_ino("outgoing", "one"));
	close(fd);
	EXPECT_EQ(0, view_ino("outgoing", "one"));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, view_list("outgoing", NULL, 0));

	/* Of the same name, but another session */
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, lstat(view_path("outgoing", "one"), &st));
	EXPECT_EQ(ino_of(self->fd), st.st_ino);
	EXPECT_NE(first, st.st_ino);
}

/* An entry in use keeps no session, and does not become the entry of a later one. */
TEST_F(view, o_path_holds_no_session)
{
	struct stat before, after;
	char link[4096] = "", self_fd[64];
	int memfd = luo_memfd(1, 4096), pin, fd;

	ASSERT_EQ(0, luo_preserve(self->fd, memfd, 1));
	pin = open(view_path("outgoing", "one"), O_PATH);
	ASSERT_LE(0, pin);
	ASSERT_EQ(0, fstat(self->fd, &before));
	snprintf(self_fd, sizeof(self_fd), "/proc/self/fd/%d", pin);
	ASSERT_LT(0, readlink(self_fd, link, sizeof(link) - 1));
	EXPECT_STREQ(view_path("outgoing", "one"), link);
	EXPECT_EQ(-1, open(self_fd, O_RDWR));
	EXPECT_EQ(ENXIO, errno);
	EXPECT_EQ(-EBADF, luo_preserve(pin, memfd, 2));

	close(self->fd);
	fd = luo_create(self->dev, "two");
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, luo_preserve(fd, memfd, 1));
	close(fd);

	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(ino_of(self->fd), view_ino("outgoing", "one"));
	ASSERT_EQ(0, fstat(pin, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	close(pin);
	close(memfd);
}

/* ---- Names ---- */

/* The one way to write a name, and the entry is of the session of that name. */
static int check_name(int dev, const char *name)
{
	char entry[VIEW_ENTRY_MAX + 1];
	struct view_item items[2];
	int fd, err = 0;

	fd = luo_create(dev, name);
	if (fd < 0)
		return fd;
	view_escape(name, entry);
	if (view_list("outgoing", items, 2) != 2 ||
	    strcmp(items[1].name, entry) || items[1].ino != ino_of(fd) ||
	    view_ino("outgoing", name) != ino_of(fd))
		err = -EILSEQ;
	close(fd);
	return err;
}

TEST_F(view, any_byte_in_a_name)
{
	char name[4] = "xxx";
	int byte;

	for (byte = 1; byte < 256; byte++) {
		name[1] = byte;
		ASSERT_EQ(0, check_name(self->dev, name)) {
			TH_LOG("byte %d in the middle", byte);
		}
		name[0] = byte;
		ASSERT_EQ(0, check_name(self->dev, name)) {
			TH_LOG("byte %d at the beginning", byte);
		}
		name[0] = 'x';
	}
}

TEST_F(view, odd_names)
{
	static const char * const names[] = {
		".", "..", "...", ".x", "x.", "../../etc/passwd", "/", "//", "\\",
		"\\057", "\\\\", "\n", " ", "a\nb", "\\x41", "outgoing",
		"\xff\xfe", "G\xc3\xa4ste", "-rf", "*",
	};
	char longest[LIVEUPDATE_SESSION_NAME_LENGTH] = "";
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT_EQ(0, check_name(self->dev, names[i])) {
			TH_LOG("name '%s'", names[i]);
		}
	}
	memset(longest, '\n', sizeof(longest) - 1);
	EXPECT_EQ(0, check_name(self->dev, longest));
	memset(longest, 'l', sizeof(longest) - 1);
	EXPECT_EQ(0, check_name(self->dev, longest));
}

/* Other ways to write the name of a session are no entries. */
TEST_F(view, one_entry_a_session)
{
	static const char * const others[] = {
		"\\157ne", "o\\156e", "one\\000", "\\57", "\\0", "one\\", "\\",
		"x\\057", "\\056\\056x", "\\056x", "\\n", "\\777", "\\400",
	};
	int slash = luo_create(self->dev, "x/"), dots, x;
	char path[4096], longest[256];
	struct stat st;
	unsigned int i;

	dots = luo_create(self->dev, "..x");
	x = luo_create(self->dev, ".x");
	ASSERT_LE(0, slash);
	ASSERT_LE(0, dots);
	ASSERT_LE(0, x);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		bool there = !strcmp(others[i], "x\\057");

		snprintf(path, sizeof(path), "%s/outgoing/%s", self->at,
			 others[i]);
		EXPECT_EQ(there ? 0 : -1, lstat(path, &st)) {
			TH_LOG("entry '%s'", others[i]);
		}
	}
	memset(longest, 'x', 255);
	longest[255] = '\0';
	snprintf(path, sizeof(path), "%s/outgoing/%s", self->at, longest);
	EXPECT_EQ(-1, lstat(path, &st));
	EXPECT_EQ(ENOENT, errno);
	snprintf(path, sizeof(path), "%s/outgoing/%sx", self->at, longest);
	EXPECT_EQ(-1, lstat(path, &st));
	EXPECT_EQ(ENAMETOOLONG, errno);
	close(slash);
	close(dots);
	close(x);
}

/* ---- Nothing can be opened ---- */

FIXTURE(open_entry)
{
	int dev;
	int fd;
};

FIXTURE_SETUP(open_entry)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	ASSERT_NE(NULL, view_mount());
}

FIXTURE_TEARDOWN(open_entry)
{
	close(self->fd);
	close(self->dev);
	view_umount();
}

FIXTURE_VARIANT(open_entry)
{
	int flags;
	int error;
};

FIXTURE_VARIANT_ADD(open_entry, read) { O_RDONLY, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, write) { O_WRONLY, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, read_write) { O_RDWR, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, create) { O_RDWR | O_CREAT, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, truncate) { O_RDWR | O_TRUNC, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, nonblock) { O_RDONLY | O_NONBLOCK, ENXIO };
FIXTURE_VARIANT_ADD(open_entry, exclusive) { O_RDWR | O_CREAT | O_EXCL, EEXIST };
FIXTURE_VARIANT_ADD(open_entry, directory) { O_RDONLY | O_DIRECTORY, ENOTDIR };

TEST_F(open_entry, fails)
{
	EXPECT_EQ(-1, open(view_path("outgoing", "one"), variant->flags, 0600));
	EXPECT_EQ(variant->error, errno);
}

TEST_F(view, no_execution_and_no_handles)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} h = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id, status;
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		execl(view_path("outgoing", "one"), "one", NULL);
		_exit(errno);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(EACCES, WEXITSTATUS(status));

	EXPECT_EQ(-1, name_to_handle_at(AT_FDCWD, view_path("outgoing", "one"),
					&h.handle, &mount_id, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, name_to_handle_at(AT_FDCWD, view_path("outgoing", NULL),
					&h.handle, &mount_id, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);
}

/* ---- Nothing can be made or changed ---- */

FIXTURE(refused)
{
	int dev;
	int fd;
	char one[4096];
	char new[4096];
	char dir[4096];
	char root[4096];
};

FIXTURE_SETUP(refused)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	ASSERT_NE(NULL, view_mount());
	strcpy(self->one, view_path("outgoing", "one"));
	strcpy(self->new, view_path("outgoing", "new"));
	strcpy(self->dir, view_path("incoming", NULL));
	strcpy(self->root, view_path("new", NULL));
}

FIXTURE_TEARDOWN(refused)
{
	close(self->fd);
	close(self->dev);
	view_umount();
}

FIXTURE_VARIANT(refused)
{
	int (*act)(const char *one, const char *to);
	int error;
};

#define ACT(_name, _error, _expr)					\
static int do_##_name(const char *one, const char *to)			\
{									\
	(void)one;							\
	(void)to;							\
	return _expr;							\
}									\
FIXTURE_VARIANT_ADD(refused, _name) { do_##_name, _error }

static const struct timeval times[2];

ACT(create, EACCES, open(to, O_CREAT | O_RDWR, 0600));
ACT(tmpfile, EOPNOTSUPP, open(view_path("outgoing", NULL), O_TMPFILE | O_RDWR, 0600));
ACT(mkdir, EPERM, mkdir(to, 0700));
ACT(mknod, EPERM, mknod(to, S_IFCHR | 0600, makedev(1, 3)));
ACT(mkfifo, EPERM, mkfifo(to, 0600));
ACT(symlink, EPERM, symlink("one", to));
ACT(link, EPERM, link(one, to));
ACT(link_out, EXDEV, link(one, "/tmp/linked-session"));
ACT(rename, EPERM, rename(one, to));
ACT(rename_out, EXDEV, rename(one, "/tmp/renamed-session"));
ACT(unlink, EPERM, unlink(one));
ACT(rmdir, ENOTDIR, rmdir(one));
ACT(rmdir_dir, EPERM, rmdir(view_path("finished", NULL)));
ACT(chmod, EOPNOTSUPP, chmod(one, 0666));
ACT(chmod_dir, EOPNOTSUPP, chmod(view_path("outgoing", NULL), 0777));
ACT(chmod_root, EOPNOTSUPP, chmod(view_path(NULL, NULL), 0777));
ACT(chown, EOPNOTSUPP, chown(one, 1, 1));
ACT(chown_dir, EOPNOTSUPP, chown(view_path("outgoing", NULL), 1, 1));
ACT(truncate, EOPNOTSUPP, truncate(one, 1));
ACT(utimes, EOPNOTSUPP, utimes(one, times));
ACT(setxattr, EOPNOTSUPP, setxattr(one, "user.x", "y", 1, 0));
ACT(setxattr_trusted, EOPNOTSUPP, setxattr(one, "trusted.x", "y", 1, 0));
ACT(setxattr_dir, EOPNOTSUPP, setxattr(view_path("outgoing", NULL), "user.x", "y", 1, 0));

TEST_F(refused, and_nothing_changes)
{
	struct stat before, after;

	ASSERT_EQ(0, lstat(self->one, &before));
	EXPECT_EQ(-1, variant->act(self->one, self->new));
	EXPECT_EQ(variant->error, errno);
	ASSERT_EQ(0, lstat(self->one, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
	EXPECT_EQ(-1, lstat(self->new, &after));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(refused, in_the_root)
{
	EXPECT_EQ(-1, open(self->root, O_CREAT | O_RDWR, 0600));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, mkdir(self->root, 0700));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, rename(self->dir, self->root));
	EXPECT_EQ(EPERM, errno);
}

/* ---- Mounts ---- */

TEST_F(view, mounts_are_of_one_file_system)
{
	char second[] = "/tmp/second-XXXXXX", path[4096];
	struct stat st;

	ASSERT_NE(NULL, mkdtemp(second));
	ASSERT_EQ(0, mount("none", second, VIEW_TYPE, 0, NULL));
	snprintf(path, sizeof(path), "%s/outgoing/one", second);
	ASSERT_EQ(0, lstat(path, &st));
	EXPECT_EQ(ino_of(self->fd), st.st_ino);
	EXPECT_EQ(0, umount(second));

	/* A part of it, at another place */
	ASSERT_EQ(0, mount(view_path("outgoing", NULL), second, NULL, MS_BIND,
			   NULL));
	snprintf(path, sizeof(path), "%s/one", second);
	EXPECT_EQ(0, lstat(path, &st));
	EXPECT_EQ(0, umount(second));
	rmdir(second);
}

/* To mount on what then ends is what a session must survive, and the mount not. */
TEST_F(view, mounted_over)
{
	struct stat st;

	ASSERT_EQ(0, mount("/proc/version", view_path("outgoing", "one"), NULL,
			   MS_BIND, NULL));
	ASSERT_EQ(0, stat(view_path("outgoing", "one"), &st));
	EXPECT_NE(ino_of(self->fd), st.st_ino);
	EXPECT_EQ(0, luo_preserve(self->fd, luo_memfd(1, 4096), 1));
	close(self->fd);
	EXPECT_EQ(-1, stat(view_path("outgoing", "one"), &st));
	EXPECT_EQ(ENOENT, errno);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(ino_of(self->fd), view_ino("outgoing", "one"));
	EXPECT_EQ(0, umount(self->at));
}

TEST_F(view, remounted)
{
	EXPECT_EQ(0, mount(NULL, self->at, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	EXPECT_EQ(-1, mkdir(view_path("outgoing", "new"), 0700));
	EXPECT_EQ(EROFS, errno);
	EXPECT_EQ(ino_of(self->fd), view_ino("outgoing", "one"));
	/* Sessions' descriptors are on another mount */
	EXPECT_EQ(-1, fchmod(self->fd, 0666));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(0, luo_try_create(self->dev, "new"));
}

TEST_F(view, cannot_be_frozen)
{
	int dir = open(self->at, O_RDONLY | O_DIRECTORY);

	ASSERT_LE(0, dir);
	EXPECT_EQ(-1, ioctl(dir, FIFREEZE, 0));
	EXPECT_EQ(EOPNOTSUPP, errno);
	close(dir);
}

TEST_F(view, unmounted_while_sessions_live)
{
	struct view_item item;
	int dir = open(view_path("outgoing", NULL), O_RDONLY | O_DIRECTORY);
	struct stat st;

	ASSERT_LE(0, dir);
	EXPECT_EQ(-1, umount(self->at));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(0, umount2(self->at, MNT_DETACH));
	/* A task with its working directory there still sees the entries */
	EXPECT_EQ(0, fstatat(dir, "one", &st, 0));
	close(self->fd);
	EXPECT_EQ(-1, fstatat(dir, "one", &st, 0));
	EXPECT_EQ(ENOENT, errno);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, fstatat(dir, "one", &st, 0));
	close(dir);

	/* A new superblock shows the same */
	ASSERT_EQ(0, mount("none", self->at, VIEW_TYPE, 0, NULL));
	ASSERT_EQ(1, view_list("outgoing", &item, 1));
	EXPECT_EQ(ino_of(self->fd), item.ino);
}

TEST_F(view, working_directory)
{
	char cwd[4096];
	struct stat st;

	ASSERT_EQ(0, chdir(view_path("outgoing", NULL)));
	EXPECT_STREQ(view_path("outgoing", NULL), getcwd(cwd, sizeof(cwd)));
	close(self->fd);
	EXPECT_EQ(-1, lstat("one", &st));
	self->fd = luo_create(self->dev, "one");
	EXPECT_EQ(0, lstat("one", &st));
	EXPECT_EQ(0, lstat("../outgoing/one", &st));
	EXPECT_EQ(-1, umount(self->at));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_EQ(0, chdir("/"));
	EXPECT_EQ(0, umount(self->at));
}

/* A watch keeps the inode of an entry, but neither session nor file system. */
TEST_F(view, watched)
{
	struct inotify_event event;
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int ends = 0;

	ASSERT_LE(0, watch);
	ASSERT_LT(0, inotify_add_watch(watch, view_path("outgoing", "one"),
				       IN_ALL_EVENTS));
	ASSERT_LT(0, inotify_add_watch(watch, view_path("outgoing", NULL),
				       IN_CREATE | IN_DELETE));
	close(self->fd);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	/* There are no events, other than that of the end */
	EXPECT_EQ(-1, read(watch, &event, sizeof(event)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, umount(self->at));
	/* Of both, in any order; each watch is gone with its end */
	while (read(watch, &event, sizeof(event)) == sizeof(event)) {
		EXPECT_NE(0, event.mask & (IN_UNMOUNT | IN_IGNORED));
		ends += !!(event.mask & IN_UNMOUNT);
	}
	EXPECT_EQ(2, ends);
	close(watch);
}

/* ---- Many ---- */

FIXTURE(many)
{
	int dev;
	int fds[MANY];
	struct view_item *items;
};

FIXTURE_SETUP(many)
{
	char name[32];
	int i;

	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "session-%d", i);
		self->fds[i] = luo_create(self->dev, name);
		ASSERT_LE(0, self->fds[i]);
	}
	self->items = calloc(2 * MANY, sizeof(*self->items));
	ASSERT_NE(NULL, self->items);
	ASSERT_NE(NULL, view_mount());
}

FIXTURE_TEARDOWN(many)
{
	int i;

	view_umount();
	free(self->items);
	for (i = 0; i < MANY; i++)
		if (self->fds[i] >= 0)
			close(self->fds[i]);
	close(self->dev);
}

TEST_F_TIMEOUT(many, each_is_listed_once, 120)
{
	char name[32];
	int i;

	ASSERT_EQ(MANY, view_list("outgoing", self->items, 2 * MANY));
	/* Entries are in the order of numbers, which is that of creation */
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "session-%d", i);
		ASSERT_STREQ(name, self->items[i].name);
		ASSERT_EQ(ino_of(self->fds[i]), self->items[i].ino);
		ASSERT_EQ(self->items[i].ino, view_ino("outgoing", name));
	}
}

/* Count an entry of a session that is there all the time. */
static void count(struct view_item *items, const char *name)
{
	unsigned int i;

	if (sscanf(name, "session-%u", &i) == 1 && i < MANY)
		items[i].seen++;
}

/* Sessions before and after the position come and go while it is read. */
TEST_F_TIMEOUT(many, reading_while_they_come_and_go, 120)
{
	DIR *dir = opendir(view_path("outgoing", NULL));
	struct dirent *entry;
	int i, n = 0, fd;
	char name[32];

	ASSERT_NE(NULL, dir);
	while ((entry = readdir(dir))) {
		count(self->items, entry->d_name);
		if (n++ % 100)
			continue;
		for (i = n % 3; i < MANY; i += 97) {
			if (i % 2)
				continue;
			close(self->fds[i]);
			snprintf(name, sizeof(name), "new-%d-%d", n, i);
			fd = luo_create(self->dev, name);
			ASSERT_LE(0, fd);
			self->fds[i] = fd;
		}
		/* New sessions appear all the time: read as many as there were */
		if (n > 2 * MANY)
			break;
	}
	for (i = 1; i < MANY; i += 2) {
		ASSERT_EQ(1, self->items[i].seen) {
			TH_LOG("session-%d", i);
		}
	}
	closedir(dir);
}

TEST_F_TIMEOUT(many, positions, 120)
{
	DIR *dir = opendir(view_path("outgoing", NULL));
	struct dirent *entry;
	long at[3];
	int i;

	ASSERT_NE(NULL, dir);
	for (i = 0; i < 1502; i++)
		ASSERT_NE(NULL, readdir(dir));
	at[0] = telldir(dir);
	entry = readdir(dir);
	ASSERT_NE(NULL, entry);
	EXPECT_STREQ("session-1500", entry->d_name);
	rewinddir(dir);
	entry = readdir(dir);
	EXPECT_STREQ(".", entry->d_name);
	seekdir(dir, at[0]);
	entry = readdir(dir);
	EXPECT_STREQ("session-1500", entry->d_name);

	/* The session at a position ends: the next one is there */
	close(self->fds[1500]);
	self->fds[1500] = -1;
	seekdir(dir, at[0]);
	entry = readdir(dir);
	EXPECT_STREQ("session-1501", entry->d_name);
	closedir(dir);
}

/* ---- All at once ---- */

#define ACTORS		4	/* of each kind */
#define SECONDS		3

static atomic_bool stop;
static atomic_int wrong;
static int stress_dev;

static void *come_and_go(void *arg)
{
	char name[32];
	int fds[16];
	unsigned int i;

	memset(fds, -1, sizeof(fds));
	for (i = 0; !stop; i = (i + 1) % 16) {
		if (fds[i] >= 0)
			close(fds[i]);
		snprintf(name, sizeof(name), "stress-%ld-%u", (long)arg, i);
		fds[i] = luo_create(stress_dev, name);
		wrong += fds[i] < 0;
	}
	for (i = 0; i < 16; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return NULL;
}

/* A listed entry may be gone when it is looked up; no other error is possible. */
static void look(int dir, const char *name, uint64_t ino)
{
	struct stat st;
	int pin;

	if (!fstatat(dir, name, &st, 0))
		wrong += st.st_mode != 0600 || st.st_ino < ino;
	else
		wrong += errno != ENOENT;
	pin = openat(dir, name, O_PATH);
	if (pin < 0) {
		wrong += errno != ENOENT;
		return;
	}
	wrong += !!fstat(pin, &st);
	close(pin);
	pin = openat(dir, name, O_RDWR);
	wrong += pin >= 0 || (errno != ENXIO && errno != ENOENT);
}

static void *read_all(void *arg)
{
	struct dirent *entry;
	DIR *dir;

	(void)arg;
	while (!stop) {
		dir = opendir(view_path("outgoing", NULL));
		if (!dir) {
			wrong++;
			break;
		}
		while (!stop && (entry = readdir(dir)))
			if (entry->d_name[0] != '.')
				look(dirfd(dir), entry->d_name, entry->d_ino);
		closedir(dir);
	}
	return NULL;
}

static void *mount_and_unmount(void *arg)
{
	char at[] = "/tmp/stress-XXXXXX", path[64];
	struct stat st;

	(void)arg;
	if (!mkdtemp(at)) {
		wrong++;
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/outgoing/one", at);
	while (!stop) {
		wrong += !!mount("none", at, VIEW_TYPE, 0, NULL);
		wrong += !!stat(path, &st);
		wrong += !!umount2(at, MNT_DETACH);
	}
	rmdir(at);
	return NULL;
}

TEST_F_TIMEOUT(view, stress, 120)
{
	void *(*const kinds[])(void *) = {
		come_and_go, read_all, mount_and_unmount,
	};
	pthread_t threads[3 * ACTORS];
	struct view_item items[2];
	unsigned int i;

	stress_dev = self->dev;
	for (i = 0; i < 3 * ACTORS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, kinds[i % 3],
					    (void *)(long)i));
	sleep(SECONDS);
	stop = true;
	for (i = 0; i < 3 * ACTORS; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(0, wrong);

	EXPECT_EQ(1, view_list("outgoing", items, 2));
	EXPECT_EQ(0, umount(self->at));
}

TEST_HARNESS_MAIN
