// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: sessions and their files.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "uapi.h"

#define OPEN_STEP_MS	10	/* between two attempts to open the device */

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000) + now.tv_nsec / 1000000;
}

/* A signal ends a step, and not the wait. */
int luo_open(unsigned int milliseconds, struct luo_error *error)
{
	const struct timespec step = { .tv_nsec = OPEN_STEP_MS * 1000000L };
	uint64_t end = now_ms() + milliseconds;
	int fd;

	for (;;) {
		fd = open(LUO_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != EBUSY || now_ms() >= end)
			break;
		nanosleep(&step, NULL);
	}
	return luo_fail(error, LUO_OP_OPEN, errno, "open " LUO_DEVICE);
}

/* A name that is too long is passed on without a NUL: the kernel refuses it. */
static int named_call(int device, unsigned long request, const char *name)
{
	struct luo_named_arg arg = { .size = sizeof(arg) };

	memcpy(arg.name, name, strnlen(name, sizeof(arg.name)));
	return ioctl(device, request, &arg) ? -errno : arg.fd;
}

int luo_create(int device, const char *name, struct luo_error *error)
{
	int fd = named_call(device, LUO_IOCTL_CREATE, name);

	return fd < 0 ? luo_fail(error, LUO_OP_CREATE, -fd, "create session %.63s", name) : fd;
}

int luo_retrieve(int device, const char *name, struct luo_error *error)
{
	int fd = named_call(device, LUO_IOCTL_RETRIEVE, name);

	return fd < 0 ? luo_fail(error, LUO_OP_RETRIEVE, -fd, "retrieve session %.63s", name) : fd;
}

int luo_finish(int session, struct luo_error *error)
{
	struct luo_finish_arg arg = { .size = sizeof(arg) };

	if (ioctl(session, LUO_IOCTL_FINISH, &arg))
		return luo_fail(error, LUO_OP_FINISH, errno, "finish a session");
	return 0;
}

int luo_preserve(int session, int fd, uint64_t token, struct luo_error *error)
{
	struct luo_file_arg arg = { .size = sizeof(arg), .fd = fd, .token = token };

	if (ioctl(session, LUO_IOCTL_PRESERVE, &arg))
		return luo_fail(error, LUO_OP_PRESERVE, errno,
				"preserve a file with token %#" PRIx64, token);
	return 0;
}

int luo_restore(int session, uint64_t token, struct luo_error *error)
{
	struct luo_file_arg arg = { .size = sizeof(arg), .fd = -1, .token = token };

	if (ioctl(session, LUO_IOCTL_RESTORE, &arg))
		return luo_fail(error, LUO_OP_RESTORE, errno,
				"restore the file with token %#" PRIx64, token);
	return arg.fd;
}

int luo_carry_on_file(int from, int to, uint64_t token, struct luo_error *error)
{
	int fd = luo_restore(from, token, error);
	int err;

	if (fd < 0)
		return fd;
	err = luo_preserve(to, fd, token, error);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

struct carry_on {
	int from;
	int to;
	int count;
	int err;
	struct luo_error *error;
};

/* LUO itself keeps the file: the descriptor is not needed for it. */
static int carry_on_one(const struct luo_file *file, void *arg)
{
	struct carry_on *carry = arg;
	int fd;

	if (file->state == LUO_FILE_CARRIED)
		return 0;
	fd = luo_carry_on_file(carry->from, carry->to, file->token, carry->error);
	if (fd < 0) {
		carry->err = fd;
		return 1;
	}
	close(fd);
	carry->count++;
	return 0;
}

int luo_carry_on(int from, int to, struct luo_error *error)
{
	struct carry_on carry = { .from = from, .to = to, .error = error };
	int err = luo_files(from, carry_on_one, &carry, error);

	if (err < 0)
		return err;
	return carry.err ?: carry.count;
}
