// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of a hostile sender: see hostile.h. The protocol is that of <linux/fuse.h>.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <linux/liveupdate.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "hostile.h"

#define MOUNT_POINT	"/tmp/hostile"
#define DEVICE		"hostile"
#define OPEN_TRIES	1000	/* of 10 ms */

/* A request of the kernel. */
static union {
	struct fuse_in_header header;
	char bytes[FUSE_MIN_READ_BUFFER + 4096];
} request;

static void answer(int fd, const void *data, size_t size, const void *more, size_t more_size)
{
	struct fuse_out_header header = {
		.len = sizeof(header) + size + more_size,
		.unique = request.header.unique,
	};
	struct iovec parts[] = {
		{ &header, sizeof(header) },
		{ (void *)data, size },
		{ (void *)more, more_size },
	};

	if (writev(fd, parts, 3) < 0)
		_exit(1);
}

/* The first time ask for the argument, the second time answer with the name. */
static void answer_ioctl(int fd, const char *name)
{
	const struct fuse_ioctl_in *in = (void *)(request.bytes + sizeof(request.header));
	struct liveupdate_session_get_name reply = { .size = sizeof(reply) };
	struct fuse_ioctl_iovec iov[2] = {
		{ .base = in->arg, .len = sizeof(reply) },
		{ .base = in->arg, .len = sizeof(reply) },
	};
	struct fuse_ioctl_out out = {};

	if (!in->out_size) {
		out.flags = FUSE_IOCTL_RETRY;
		out.in_iovs = 1;
		out.out_iovs = 1;
		answer(fd, &out, sizeof(out), iov, sizeof(iov));
		return;
	}
	memcpy(reply.name, name, strlen(name));
	answer(fd, &out, sizeof(out), &reply, sizeof(reply));
}

static void drive_device(int fd, const char *name)
{
	static const char info[] = "DEVNAME=" DEVICE;
	struct cuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.flags = CUSE_UNRESTRICTED_IOCTL,
		.max_read = 4096,
		.max_write = 4096,
	};
	struct fuse_open_out open = {};

	while (read(fd, request.bytes, sizeof(request)) > 0) {
		if (request.header.opcode == CUSE_INIT)
			answer(fd, &init, sizeof(init), info, sizeof(info));
		else if (request.header.opcode == FUSE_OPEN)
			answer(fd, &open, sizeof(open), NULL, 0);
		else if (request.header.opcode == FUSE_IOCTL)
			answer_ioctl(fd, name);
		/* No answer to anything else */
	}
}

static void drive_file(int fd, const char *unused)
{
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_write = 4096,
	};
	struct fuse_entry_out entry = {
		.nodeid = 2,
		.entry_valid = 1000,
		.attr = { .ino = 2, .mode = S_IFREG | 0666, .nlink = 1 },
	};
	struct fuse_open_out open = {};

	(void)unused;
	while (read(fd, request.bytes, sizeof(request)) > 0) {
		if (request.header.opcode == FUSE_INIT)
			answer(fd, &init, sizeof(init), NULL, 0);
		else if (request.header.opcode == FUSE_LOOKUP)
			answer(fd, &entry, sizeof(entry), NULL, 0);
		else if (request.header.opcode == FUSE_OPEN)
			answer(fd, &open, sizeof(open), NULL, 0);
		/* No answer to anything else */
	}
}

static pid_t start(int fd, void (*drive)(int fd, const char *name), const char *name)
{
	pid_t child = fork();

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	drive(fd, name);
	_exit(0);
}

/* Open what the driver is about to provide. */
static int open_soon(const char *path)
{
	int fd = -1, i;

	for (i = 0; fd < 0 && i < OPEN_TRIES; i++) {
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			usleep(10000);
	}
	return fd < 0 ? -errno : fd;
}

int hostile_device(const char *name, pid_t *driver)
{
	int fd = open("/dev/cuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*driver = start(fd, drive_device, name);
	close(fd);
	return open_soon("/dev/" DEVICE);
}

int hostile_file(const char *name, pid_t *driver)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char text[128];

	if (fd < 0)
		return -errno;
	mkdir(MOUNT_POINT, 0755);
	snprintf(text, sizeof(text), "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("hostile", MOUNT_POINT, "fuse", 0, text))
		return -errno;
	*driver = start(fd, drive_file, NULL);
	close(fd);
	snprintf(text, sizeof(text), MOUNT_POINT "/anon_inode:[luo_session] %s", name);
	return open_soon(text);
}
