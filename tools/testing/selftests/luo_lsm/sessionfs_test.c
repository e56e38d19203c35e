// SPDX-License-Identifier: GPL-2.0
/*
 * The session file system: what user space sees of a live update session.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define LUO_SESSION_MAGIC	0x4c554f53
#define ANON_INODE_FS_MAGIC	0x09041934

#define LINK_PREFIX		"anon_inode:[luo_session] "

FIXTURE(session)
{
	int dev;
	int fd;
};

FIXTURE_SETUP(session)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(session)
{
	close(self->fd);
	close(self->dev);
}

/* ---- Identity ---- */

TEST_F(session, same_inode_for_dup)
{
	struct stat one, two;
	int fd = dup(self->fd);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(self->fd, &one));
	ASSERT_EQ(0, fstat(fd, &two));
	EXPECT_NE(0, one.st_ino);
	EXPECT_EQ(one.st_ino, two.st_ino);
	EXPECT_EQ(one.st_dev, two.st_dev);
	close(fd);
}

TEST_F(session, same_inode_over_a_socket)
{
	int socks[2], fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks));
	ASSERT_EQ(0, send_fd(socks[0], self->fd));
	fd = recv_fd(socks[1]);
	ASSERT_LE(0, fd);
	EXPECT_NE(fd, self->fd);
	EXPECT_NE(0, ino_of(fd));
	EXPECT_EQ(ino_of(self->fd), ino_of(fd));
	close(fd);
	close(socks[0]);
	close(socks[1]);
}

TEST_F(session, another_inode_for_another_session)
{
	struct stat one, two;
	int fd = luo_create(self->dev, "two");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(self->fd, &one));
	ASSERT_EQ(0, fstat(fd, &two));
	EXPECT_NE(one.st_ino, two.st_ino);
	EXPECT_EQ(one.st_dev, two.st_dev);
	close(fd);
}

/* No number is reused, for the same name or after hundreds of sessions. */
TEST_F(session, numbers_are_never_reused)
{
	ino_t last = ino_of(self->fd), ino;
	int i, fd;

	for (i = 0; i < 500; i++) {
		fd = luo_create(self->dev, "two");
		ASSERT_LE(0, fd);
		ino = ino_of(fd);
		close(fd);
		/* Numbers grow, so one comparison covers all earlier ones */
		ASSERT_LT(last, ino);
		last = ino;
	}
}

TEST_F(session, magic)
{
	bool compat = !on_cmdline("luo_sessionfs.compat_magic=0");
	struct statfs st;
	char param[8];

	ASSERT_EQ(0, fstatfs(self->fd, &st));
	EXPECT_EQ(compat ? ANON_INODE_FS_MAGIC : LUO_SESSION_MAGIC, st.f_type);

	ASSERT_LT(0, read_file("/sys/module/luo_sessionfs/parameters/compat_magic",
			       param, sizeof(param)));
	EXPECT_STREQ(compat ? "Y\n" : "N\n", param);
}

/*
 * What systemd does to find out whether a descriptor is a session, step by step:
 * 262 as it is, and as it would be if it checked for LUO_SESSION_MAGIC first.
 * No part of systemd runs here; tests/vm/systemd.t boots both.
 */
static bool is_session(int fd, bool changed)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH], link[256] = "", path[64];
	struct statfs st;
	int err;

	if (fstatfs(fd, &st) || (st.f_type != ANON_INODE_FS_MAGIC &&
				 !(changed && st.f_type == LUO_SESSION_MAGIC)))
		return false;
	err = luo_get_name(fd, name);
	if (err != -ENOTTY && err != -EOPNOTSUPP && err != -EINVAL)
		return !err;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, link, sizeof(link) - 1) > 0 &&
	       !strncmp(link, LINK_PREFIX, strlen(LINK_PREFIX));
}

TEST_F(session, as_systemd_finds_it)
{
	bool compat = !on_cmdline("luo_sessionfs.compat_magic=0");
	int others[] = {
		eventfd(0, EFD_CLOEXEC), luo_memfd(1, 4096), self->dev,
		open("/dev/null", O_RDWR | O_CLOEXEC),
	};
	int copy = dup(self->fd);
	size_t i;

	EXPECT_EQ(compat, is_session(self->fd, false));
	EXPECT_TRUE(is_session(self->fd, true));
	EXPECT_TRUE(is_session(copy, true));
	close(copy);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		ASSERT_LE(0, others[i]);
		EXPECT_FALSE(is_session(others[i], false));
		EXPECT_FALSE(is_session(others[i], true));
	}
	close(others[0]);
	close(others[1]);
	close(others[3]);
}

TEST_F(session, mode_owner_and_birth)
{
	struct statx stx, again;
	time_t before = time(NULL);
	int fd;

	ASSERT_EQ(0, setegid(4321));
	ASSERT_EQ(0, seteuid(1234));
	fd = luo_create(self->dev, "owned");
	ASSERT_EQ(0, seteuid(0));
	ASSERT_EQ(0, setegid(0));
	ASSERT_LE(0, fd);

	ASSERT_EQ(0, statx(fd, "", AT_EMPTY_PATH,
			   STATX_BASIC_STATS | STATX_BTIME, &stx));
	EXPECT_EQ(0600, stx.stx_mode);
	EXPECT_EQ(1234, stx.stx_uid);
	EXPECT_EQ(4321, stx.stx_gid);
	EXPECT_EQ(0, stx.stx_size);
	EXPECT_TRUE(stx.stx_mask & STATX_BTIME);
	/* The kernel's coarse clock may lag behind by a tick */
	EXPECT_LE(before - 1, stx.stx_btime.tv_sec);
	EXPECT_GE(time(NULL), stx.stx_btime.tv_sec);

	/* It is the time of creation, not of the call */
	usleep(50000);
	ASSERT_EQ(0, statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &again));
	EXPECT_EQ(stx.stx_btime.tv_sec, again.stx_btime.tv_sec);
	EXPECT_EQ(stx.stx_btime.tv_nsec, again.stx_btime.tv_nsec);
	close(fd);
}

/* ---- Names ---- */

FIXTURE(name)
{
	int dev;
};

FIXTURE_SETUP(name)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(name)
{
	close(self->dev);
}

FIXTURE_VARIANT(name)
{
	const char *name;
	const char *shown;	/* in fdinfo, if it is escaped */
};

#define NAME_30		"012345678901234567890123456789"

FIXTURE_VARIANT_ADD(name, plain) { .name = "vm-1" };
FIXTURE_VARIANT_ADD(name, one_byte) { .name = "x" };
FIXTURE_VARIANT_ADD(name, spaces) { .name = " a b  c " };
FIXTURE_VARIANT_ADD(name, bytes_63) { .name = NAME_30 NAME_30 "abc" };
FIXTURE_VARIANT_ADD(name, utf8) { .name = "Gäste-虚拟机-🖥" };
FIXTURE_VARIANT_ADD(name, not_utf8) { .name = "\xff\xfe\x80" };
FIXTURE_VARIANT_ADD(name, slashes) { .name = "/a/../b/" };
FIXTURE_VARIANT_ADD(name, deleted) { .name = "x (deleted)" };
FIXTURE_VARIANT_ADD(name, backslash)
{
	.name = "a\\012b",
	.shown = "a\\134012b",
};
/* A line feed in a name could forge the lines of another session */
FIXTURE_VARIANT_ADD(name, forged_lines)
{
	.name = "x\nluo-id:\t999\nluo-state:\tfinished",
	.shown = "x\\012luo-id:\\011999\\012luo-state:\\011finished",
};
FIXTURE_VARIANT_ADD(name, control_characters)
{
	.name = "\001\r\033[2J\177",
	.shown = "\\001\\015\\033[2J\\177",
};

TEST_F(name, everywhere_the_same)
{
	char got[LIVEUPDATE_SESSION_NAME_LENGTH], path[64];
	char link[256], text[4096], want[256];
	int fd, copies = 0;
	const char *at;
	ssize_t n;
	char *value;

	fd = luo_create(self->dev, variant->name);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, luo_get_name(fd, got));
	EXPECT_STREQ(variant->name, got);

	/* The name is in use, whatever its bytes are */
	EXPECT_EQ(-EEXIST, luo_create(self->dev, variant->name));

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, link, sizeof(link) - 1);
	ASSERT_LT(0, n);
	link[n] = '\0';
	snprintf(want, sizeof(want), LINK_PREFIX "%s", variant->name);
	EXPECT_STREQ(want, link);

	value = fdinfo_value(fd, "luo-name");
	ASSERT_NE(NULL, value);
	/* line_value() skips blanks in front */
	at = variant->shown ?: variant->name;
	EXPECT_STREQ(at + strspn(at, " "), value);
	free(value);

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	ASSERT_LT(0, read_file(path, text, sizeof(text)));
	for (at = text; (at = strstr(at, "\nluo-id:")); at++)
		copies++;
	EXPECT_EQ(1, copies);
	close(fd);
}

FIXTURE(refused_name)
{
	int dev;
};

FIXTURE_SETUP(refused_name)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(refused_name)
{
	close(self->dev);
}

FIXTURE_VARIANT(refused_name)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH + 1];
};

FIXTURE_VARIANT_ADD(refused_name, empty) { .name = "" };
FIXTURE_VARIANT_ADD(refused_name, bytes_64) { .name = NAME_30 NAME_30 "abcd" };

TEST_F(refused_name, einval)
{
	EXPECT_EQ(-EINVAL, luo_create_raw(self->dev, variant->name));
}

/* ---- fdinfo ---- */

static const char *file_line(int fd, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return read_file(path, text, size) < 0 ? "" : text;
}

TEST_F(session, fdinfo)
{
	char text[8192];
	int memfd[2];
	char *value;

	value = fdinfo_value(self->fd, "luo-id");
	ASSERT_NE(NULL, value);
	EXPECT_EQ(ino_of(self->fd), strtoull(value, NULL, 10));
	free(value);
	value = fdinfo_value(self->fd, "luo-state");
	EXPECT_STREQ("outgoing", value);
	free(value);
	value = fdinfo_value(self->fd, "luo-files");
	EXPECT_STREQ("0", value);
	free(value);
	EXPECT_EQ(NULL, fdinfo_value(self->fd, "luo-file"));

	memfd[0] = luo_memfd(1, 4096);
	memfd[1] = luo_memfd(2, 8192);
	ASSERT_EQ(0, luo_preserve(self->fd, memfd[0], 0xabc));
	ASSERT_EQ(0, luo_preserve(self->fd, memfd[1], UINT64_MAX));
	value = fdinfo_value(self->fd, "luo-files");
	EXPECT_STREQ("2", value);
	free(value);
	file_line(self->fd, text, sizeof(text));
	EXPECT_NE(NULL, strstr(text, "\nluo-file:\ttoken=0xabc type=memfd-v2"
				     " state=preserved size=4096\n"));
	EXPECT_NE(NULL, strstr(text, "\nluo-file:\ttoken=0xffffffffffffffff"
				     " type=memfd-v2 state=preserved"
				     " size=8192\n"));
	close(memfd[0]);
	close(memfd[1]);
}

/* ---- Descriptors come from the two ioctls only ---- */

FIXTURE(reopen)
{
	int dev;
	int fd;
};

FIXTURE_SETUP(reopen)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(reopen)
{
	close(self->fd);
	close(self->dev);
}

FIXTURE_VARIANT(reopen)
{
	int flags;
};

FIXTURE_VARIANT_ADD(reopen, read) { .flags = O_RDONLY };
FIXTURE_VARIANT_ADD(reopen, write) { .flags = O_WRONLY };
FIXTURE_VARIANT_ADD(reopen, read_write) { .flags = O_RDWR };
FIXTURE_VARIANT_ADD(reopen, create) { .flags = O_RDWR | O_CREAT };
FIXTURE_VARIANT_ADD(reopen, nonblock) { .flags = O_RDWR | O_NONBLOCK };

TEST_F(reopen, enxio)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_EQ(-1, open(path, variant->flags, 0600));
	EXPECT_EQ(ENXIO, errno);
	/* As another process would */
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), self->fd);
	EXPECT_EQ(-1, open(path, variant->flags, 0600));
	EXPECT_EQ(ENXIO, errno);
}

TEST_F(session, no_file_handle)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[MAX_HANDLE_SZ];
	} h = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;

	EXPECT_EQ(-1, name_to_handle_at(self->fd, "", &h.handle, &mount_id,
					AT_EMPTY_PATH));
	EXPECT_EQ(EOPNOTSUPP, errno);

	/* A handle in the usual format, made from the inode number */
	h.handle.handle_bytes = 8;
	h.handle.handle_type = 1;
	memset(h.bytes, 0, sizeof(h.bytes));
	((uint32_t *)h.handle.f_handle)[0] = ino_of(self->fd);
	EXPECT_EQ(-1, open_by_handle_at(self->fd, &h.handle, O_RDWR));
	EXPECT_TRUE(errno == EOPNOTSUPP || errno == ESTALE);
}

TEST_F(session, no_io)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, self->fd,
				   0));
	EXPECT_EQ(-1, fexecve(self->fd, (char *[]){ "x", NULL },
			      (char *[]){ NULL }));
}

/* ---- O_PATH pins the inode, never the session ---- */

TEST_F(session, o_path_does_not_keep_the_session)
{
	struct stat before, after;
	char path[64];
	int memfd, o_path, fd;

	memfd = luo_memfd(1, 4096);
	ASSERT_EQ(0, luo_preserve(self->fd, memfd, 1));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	o_path = open(path, O_PATH);
	ASSERT_LE(0, o_path);
	ASSERT_EQ(0, fstat(self->fd, &before));

	/* An ioctl fails on it even while the session exists */
	EXPECT_EQ(-EBADF, luo_preserve(o_path, memfd, 2));

	/* The session holds the memfd ... */
	fd = luo_create(self->dev, "two");
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBUSY, luo_preserve(fd, memfd, 1));

	/* ... until the last real descriptor is closed */
	close(self->fd);
	EXPECT_EQ(0, luo_preserve(fd, memfd, 1));
	close(fd);
	self->fd = luo_create(self->dev, "one");
	EXPECT_LE(0, self->fd);

	ASSERT_EQ(0, fstat(o_path, &after));
	EXPECT_EQ(before.st_ino, after.st_ino);
	EXPECT_EQ(before.st_uid, after.st_uid);
	EXPECT_EQ(before.st_mode, after.st_mode);
	EXPECT_NE(after.st_ino, ino_of(self->fd));
	EXPECT_EQ(-EBADF, luo_preserve(o_path, memfd, 3));
	EXPECT_EQ(NULL, fdinfo_value(o_path, "luo-id"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", o_path);
	EXPECT_EQ(-1, open(path, O_RDWR));
	EXPECT_EQ(ENXIO, errno);
	close(o_path);
	close(memfd);
}

/* The last close counts, wherever it happens */
TEST_F(session, lives_until_the_last_close)
{
	int fd = dup(self->fd);
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	ASSERT_LE(0, fd);
	close(self->fd);
	EXPECT_EQ(0, luo_get_name(fd, name));
	EXPECT_EQ(-EEXIST, luo_create(self->dev, "one"));
	close(fd);
	self->fd = luo_create(self->dev, "one");
	EXPECT_LE(0, self->fd);
}

/* ---- Nothing can be changed ---- */

FIXTURE(change)
{
	int dev;
	int fd;
	char path[64];
};

FIXTURE_SETUP(change)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = luo_create(self->dev, "one");
	ASSERT_LE(0, self->fd);
	snprintf(self->path, sizeof(self->path), "/proc/self/fd/%d", self->fd);
}

FIXTURE_TEARDOWN(change)
{
	close(self->fd);
	close(self->dev);
}

FIXTURE_VARIANT(change)
{
	int (*change)(int fd, const char *path);
};

static int do_fchmod(int fd, const char *path __attribute__((unused)))
{
	return fchmod(fd, 0666);
}

static int do_chmod(int fd __attribute__((unused)), const char *path)
{
	return chmod(path, 0666);
}

static int do_fchown(int fd, const char *path __attribute__((unused)))
{
	return fchown(fd, 1000, 1000);
}

static int do_chown(int fd __attribute__((unused)), const char *path)
{
	return chown(path, 1000, -1);
}

static int do_ftruncate(int fd, const char *path __attribute__((unused)))
{
	return ftruncate(fd, 4096);
}

static int do_truncate(int fd __attribute__((unused)), const char *path)
{
	return truncate(path, 0);
}

static int do_futimens(int fd, const char *path __attribute__((unused)))
{
	return futimens(fd, NULL);
}

static int do_utimensat(int fd __attribute__((unused)), const char *path)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	return utimensat(AT_FDCWD, path, times, 0);
}

static int do_fsetxattr(int fd, const char *path __attribute__((unused)))
{
	return fsetxattr(fd, "user.x", "y", 1, 0);
}

FIXTURE_VARIANT_ADD(change, fchmod) { .change = do_fchmod };
FIXTURE_VARIANT_ADD(change, chmod) { .change = do_chmod };
FIXTURE_VARIANT_ADD(change, fchown) { .change = do_fchown };
FIXTURE_VARIANT_ADD(change, chown) { .change = do_chown };
FIXTURE_VARIANT_ADD(change, ftruncate) { .change = do_ftruncate };
FIXTURE_VARIANT_ADD(change, truncate) { .change = do_truncate };
FIXTURE_VARIANT_ADD(change, futimens) { .change = do_futimens };
FIXTURE_VARIANT_ADD(change, utimensat) { .change = do_utimensat };
FIXTURE_VARIANT_ADD(change, fsetxattr) { .change = do_fsetxattr };

TEST_F(change, eopnotsupp)
{
	struct stat before, after;

	ASSERT_EQ(0, fstat(self->fd, &before));
	EXPECT_EQ(-1, variant->change(self->fd, self->path));
	EXPECT_EQ(EOPNOTSUPP, errno);
	ASSERT_EQ(0, fstat(self->fd, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

/* ---- Labels: only with SELinux ---- */

TEST_F(session, selinux_label)
{
	char label[256] = "";
	int memfd;

	if (access("/sys/fs/selinux/load", F_OK))
		SKIP(return, "SELinux is not there");
	/* An S_PRIVATE inode has no label that could be read */
	ASSERT_LT(0, fgetxattr(self->fd, "security.selinux", label,
			       sizeof(label) - 1));
	EXPECT_NE(0, strlen(label));
	TH_LOG("a session's label: %s", label);

	memfd = luo_memfd(1, 4096);
	EXPECT_EQ(0, luo_preserve(self->fd, memfd, 1));
	close(memfd);
}

TEST_HARNESS_MAIN
