// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: read inodes and labels, and mount the view of luo_sessionfs.
 *
 * The descriptors belong to processes that may be hostile and may change them at any
 * moment. They are opened with O_PATH. That pins the inode, so that all answers are
 * about one inode. It does not pin the open file, so that a session ends when its
 * holder closes it, even while it is read. The link text is checked first: a call to
 * a file of FUSE could block for ever.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <selinux/selinux.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lsluo.h"

#define LUO_SESSION_MAGIC	0x4c554f53

/* Labels are at most a page; SELinux's are far shorter. */
#define LABEL_MAX		4096

/*
 * The security modules that label anonymous inodes; at most one of them is active.
 * Without selinuxfs and its configuration, as in an initramfs, libselinux takes
 * SELinux for disabled, although its labels can be read.
 */
static const char * const label_names[] = {
	"security.selinux",
	"security.SMACK64",
};

const char *host_proc(void)
{
	return "/proc";
}

time_t host_now(void)
{
	return time(NULL);
}

static bool is_session(const char *path)
{
	char link[sizeof(SESSION_LINK) - 1];

	return readlink(path, link, sizeof(link)) == sizeof(link) &&
	       !memcmp(link, SESSION_LINK, sizeof(link));
}

static char *selinux_label(const char *path)
{
	char *context, *label;

	if (getfilecon_raw(path, &context) < 0)
		return NULL;
	label = xstrdup(context);
	freecon(context);
	return label;
}

static char *label_of(const char *path)
{
	char label[LABEL_MAX + 1];
	size_t i;

	if (is_selinux_enabled() > 0)
		return selinux_label(path);
	for (i = 0; i < sizeof(label_names) / sizeof(label_names[0]); i++) {
		ssize_t n = getxattr(path, label_names[i], label, LABEL_MAX);

		if (n <= 0)
			continue;
		/* SELinux returns a NUL at the end, Smack does not */
		label[n] = '\0';
		return xstrdup(label);
	}
	return NULL;
}

/* The device number of the anonymous inodes' file system; 0 if it is unknown. */
static dev_t anonymous_dev(void)
{
	static bool asked;
	static dev_t dev;
	struct stat st;
	int fd;

	if (asked)
		return dev;
	asked = true;
	fd = eventfd(0, EFD_CLOEXEC);
	if (fd >= 0 && !fstat(fd, &st))
		dev = st.st_dev;
	if (fd >= 0)
		close(fd);
	return dev;
}

static int read_inode(int fd, struct session_inode *inode)
{
	struct statfs fs;
	struct statx stx;
	char path[64];

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
		  STATX_BASIC_STATS | STATX_BTIME, &stx) || fstatfs(fd, &fs))
		return -errno;

	inode->dev = makedev(stx.stx_dev_major, stx.stx_dev_minor);
	inode->ino = stx.stx_ino;
	/* With compat_magic=1 the magic number does not tell, but the device does */
	inode->own = fs.f_type == LUO_SESSION_MAGIC ||
		     (anonymous_dev() && inode->dev != anonymous_dev());
	inode->born = stx.stx_mask & STATX_BTIME;
	inode->btime = stx.stx_btime.tv_sec;
	inode->uid = stx.stx_uid;
	inode->gid = stx.stx_gid;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	inode->label = label_of(path);
	return 0;
}

int host_inode(int fds, const char *fd, struct session_inode *inode)
{
	int pin = openat(fds, fd, O_PATH | O_CLOEXEC);
	char path[64];
	int error;

	if (pin < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pin);
	error = is_session(path) ? read_inode(pin, inode) : -ENOENT;
	close(pin);
	return error;
}

int host_view(void)
{
	int fs = fsopen("luo_sessionfs", FSOPEN_CLOEXEC);
	int view = -1, error;

	if (fs < 0)
		return -errno;
	if (!fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		view = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	error = errno;
	close(fs);
	return view < 0 ? -error : view;
}

int host_view_dir(int view, const char *name)
{
	int dir = openat(view, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : dir;
}

uint64_t host_entry_number(int dir, const struct dirent *entry)
{
	(void)dir;
	return entry->d_ino;
}

int host_entry(int dir, const char *name, struct session_inode *inode)
{
	int pin = openat(dir, name, O_PATH | O_CLOEXEC);
	int error;

	if (pin < 0)
		return -errno;
	error = read_inode(pin, inode);
	close(pin);
	return error;
}

char *host_label(const char *label)
{
	char *shown, *copy;

	if (is_selinux_enabled() <= 0 ||
	    selinux_raw_to_trans_context(label, &shown))
		return xstrdup(label);
	copy = xstrdup(shown);
	freecon(shown);
	return copy;
}

bool host_one_table(pid_t a, pid_t b)
{
	return !syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0);
}

bool host_one_file(pid_t a, int fd_a, pid_t b, int fd_b)
{
	/* kcmp() fails if the kernel lacks it, or if a process has exited */
	return syscall(SYS_kcmp, a, b, KCMP_FILE, fd_a, fd_b) <= 0;
}
